// Package find looks in the words of a contribution for what somebody wants blacked out: every place where a name or a
// number stands, and every place where something like it can still be read.
package find

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/locale"
)

// Passage is a passage of a contribution's words that somebody may want to mask, with what stands around it.
type Passage struct {
	consultation.Mask
	Why    string // one of the constants below
	Before string
	Text   string
	After  string
}

// Why a passage was found.
const (
	WhySame   = "same"   // the words looked for
	WhyAlike  = "alike"  // the same letters, written otherwise
	WhyDigits = "digits" // the same number, written otherwise
	WhyPart   = "part"   // one of the words of what is masked
)

// around is how many bytes a found passage is shown with on either side, and maxFound how many are listed.
const (
	around   = 60
	maxFound = 200
)

// Maskable lists the fields of words that may be masked, in the order in which they are read: names first, then part by
// part, then what files are called.
func Maskable(words cite.Words) []string {
	var out []string
	for whole := range words {
		f, correction := consultation.Mask{Field: whole}.In()
		_, kind, parts := strings.Cut(f, ".")
		of := parts && (kind == "text" || kind == "wording" || kind == "name")
		if of || f == consultation.FieldName || f == consultation.FieldBody || f == consultation.FieldAffiliation || f == consultation.FieldTitle || f == consultation.FieldReason && correction > 0 {
			out = append(out, whole)
		}
	}
	rank := func(whole string) (int, int) {
		f, correction := consultation.Mask{Field: whole}.In()
		if correction > 0 { // behind what came first, the newest last
			return 2 + correction, len(f)
		}
		n, kind, _ := strings.Cut(f, ".")
		file := strings.HasPrefix(n, "f") && kind != ""
		number := 0
		for _, c := range strings.TrimPrefix(n, "f") {
			if c >= '0' && c <= '9' {
				number = number*10 + int(c-'0')
			}
		}
		switch {
		case f == consultation.FieldName:
			return 0, 0
		case f == consultation.FieldBody:
			return 0, 1
		case f == consultation.FieldAffiliation:
			return 0, 2
		case f == consultation.FieldTitle:
			return 0, 3
		case file:
			return 2, number
		case kind == "wording":
			return 1, 2*number + 1
		}
		return 1, 2 * number
	}
	slices.SortFunc(out, func(a, b string) int {
		ra, na := rank(a)
		rb, nb := rank(b)
		return cmp.Or(ra-rb, na-nb, strings.Compare(a, b))
	})
	return out
}

// Same lists where a passage stands in the words of a contribution, in any field, in what is not masked yet. White space
// of any kind and length is the same: a passage copied from a page is found in the text behind it.
func Same(words cite.Words, masks []consultation.Mask, passage string) []Passage {
	needle := spaces(passage).text
	if strings.TrimSpace(needle) == "" {
		return nil
	}
	needle = strings.TrimSpace(needle)
	var out []Passage
	for _, field := range Maskable(words) {
		text := words[field]
		in := spaces(text)
		for _, m := range in.all(needle) {
			m.Field = field
			out = appendFound(out, text, masks, m, WhySame)
		}
	}
	return out
}

// Alike lists what looks like something that is masked and can still be read: the same letters with other case, accents,
// spacing or look-alikes of other alphabets, the same number with other signs between its digits, and single
// words of what is masked, such as the second name of a person.
func Alike(words cite.Words, masks []consultation.Mask) []Passage {
	var out []Passage
	for _, gone := range maskedTexts(words, masks) {
		whole, digits := letters(gone).text, onlyDigits(gone)
		var parts []string
		if fields := strings.FieldsFunc(gone, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) }); len(fields) > 1 && len(fields) <= 6 {
			for _, p := range fields {
				if s := letters(p).text; utf8.RuneCountInString(p) >= 3 || joined(p) && utf8.RuneCountInString(p) >= 2 {
					parts = append(parts, s)
				}
			}
		}
		for _, field := range Maskable(words) {
			text := words[field]
			add := func(found []consultation.Mask, why string) {
				for _, m := range found {
					m.Field = field
					out = appendFound(out, text, masks, m, why)
				}
			}
			if len([]rune(gone)) <= maxAlike && (utf8.RuneCountInString(whole) >= 3 || joined(gone)) {
				add(wordsOnly(text, letters(text).all(whole)), WhyAlike)
			}
			if len(digits) >= 6 {
				add(numbers(text, digits), WhyDigits)
			}
			for _, p := range parts {
				add(wordsOnly(text, letters(text).all(p)), WhyPart)
			}
		}
	}
	return out
}

// maxAlike is up to how many characters of what is masked others are compared with: longer is no name and no address.
const maxAlike = 200

// maskedTexts are the words under masks, each once, the longest first.
func maskedTexts(words cite.Words, masks []consultation.Mask) []string {
	var out []string
	for _, m := range masks {
		text := words[m.Field]
		s := m.Span()
		if from, to := min(s.From, len(text)), min(s.To, len(text)); from < to {
			if t := strings.TrimSpace(text[from:to]); t != "" && !slices.Contains(out, t) {
				out = append(out, t)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b string) int { return len(b) - len(a) })
	return out
}

// appendFound adds a passage that is not masked and was not found already.
func appendFound(out []Passage, text string, masks []consultation.Mask, m consultation.Mask, why string) []Passage {
	if len(out) >= maxFound || m.From >= m.To || consultation.Masked(masks, m) {
		return out
	}
	for _, f := range out {
		if f.Field == m.Field && f.From <= m.From && m.To <= f.To {
			return out
		}
	}
	return append(out, Passage{Mask: m, Why: why, Before: near(text, max(0, m.From-around), m.From), Text: text[m.From:m.To], After: near(text, m.To, min(len(text), m.To+around))})
}

// near is a stretch of a text that begins and ends with whole characters.
func near(s string, from, to int) string {
	for from > 0 && from < len(s) && !utf8.RuneStart(s[from]) {
		from--
	}
	for to < len(s) && !utf8.RuneStart(s[to]) {
		to++
	}
	return s[from:to]
}

// folded is a text as it is compared, and for each byte of it where the character stands that it came from.
type folded struct {
	text     string
	from, to []int
}

// folder makes a folded text.
type folder struct {
	b        strings.Builder
	from, to []int
}

// put adds what a stretch of the text is compared as.
func (f *folder) put(s string, from, to int) {
	f.b.WriteString(s)
	for range len(s) {
		f.from, f.to = append(f.from, from), append(f.to, to)
	}
}

func (f *folder) folded() folded { return folded{f.b.String(), f.from, f.to} }

// all lists where a folded text stands in another.
func (f folded) all(needle string) []consultation.Mask {
	var out []consultation.Mask
	for at := 0; needle != ""; {
		i := strings.Index(f.text[at:], needle)
		if i < 0 {
			break
		}
		i += at
		out = append(out, consultation.Mask{From: f.from[i], To: f.to[i+len(needle)-1]})
		at = i + len(needle)
	}
	return out
}

// spaces folds white space alone.
func spaces(s string) folded {
	var f folder
	space := -1
	for i, r := range s {
		_, n := utf8.DecodeRuneInString(s[i:])
		if unicode.IsSpace(r) {
			if space < 0 {
				space = i
			}
			continue
		}
		if space >= 0 {
			f.put(" ", space, i)
		}
		space = -1
		f.put(s[i:i+n], i, i+n)
	}
	return f.folded()
}

// letters folds a text to the letters and digits that the eye takes from it.
func letters(s string) folded {
	var f folder
	for i, r := range s {
		_, n := utf8.DecodeRuneInString(s[i:])
		for _, c := range locale.Skeleton(string(r)) {
			if unicode.IsLetter(c) || unicode.IsDigit(c) {
				f.put(string(c), i, i+n)
			}
		}
		if unicode.IsMark(r) && len(f.to) > 0 { // belongs to the letter before it
			last := f.from[len(f.from)-1]
			for k := len(f.to) - 1; k >= 0 && f.from[k] == last; k-- {
				f.to[k] = i + n
			}
		}
	}
	return f.folded()
}

// wordsOnly keeps what begins where a word begins. It may go on at the end where it is long enough to be no accident, as
// endings of the case do.
func wordsOnly(text string, found []consultation.Mask) []consultation.Mask {
	return slices.DeleteFunc(found, func(m consultation.Mask) bool {
		first, _ := utf8.DecodeRuneInString(text[m.From:])
		before, _ := utf8.DecodeLastRuneInString(text[:m.From])
		after, _ := utf8.DecodeRuneInString(text[m.To:])
		if joined(string(first)) {
			return false
		}
		return m.From > 0 && inWord(before) || m.To < len(text) && inWord(after) && utf8.RuneCountInString(text[m.From:m.To]) < 5
	})
}

func inWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) }

// joined reports whether a text is of a script that puts no spaces between words.
func joined(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai) })
}

// digit is the value of a digit of the scripts of the six languages.
func digit(r rune) (byte, bool) {
	for _, zero := range []rune{'0', '٠', '۰', '０'} {
		if r >= zero && r <= zero+9 {
			return byte('0' + r - zero), true
		}
	}
	return 0, false
}

func onlyDigits(s string) string {
	var b strings.Builder
	for _, r := range s {
		if d, ok := digit(r); ok {
			b.WriteByte(d)
		}
	}
	return b.String()
}

// numbers lists where a number stands with other signs between its digits. Of long ones the last seven digits are
// enough: with or without the code of a country, it is the same telephone.
func numbers(text, want string) []consultation.Mask {
	var out []consultation.Mask
	var b []byte
	var from, to []int
	end := func() {
		key := want[max(0, len(want)-7):]
		if len(b) >= 6 && (strings.Contains(string(b), key) || strings.Contains(want, string(b))) {
			out = append(out, consultation.Mask{From: from[0], To: to[len(to)-1]})
		}
		b, from, to = nil, nil, nil
	}
	for i, r := range text {
		_, n := utf8.DecodeRuneInString(text[i:])
		if d, ok := digit(r); ok {
			if len(to) > 0 && i-to[len(to)-1] > 4 {
				end()
			}
			b, from, to = append(b, d), append(from, i), append(to, i+n)
		} else if !strings.ContainsRune(" -./()+\u00a0\u202f–\u2011", r) {
			end()
		}
	}
	end()
	return out
}
