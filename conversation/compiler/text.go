package compiler

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/paper"
)

// marks are the signs between which a quotation stands, the beginning and the end of each kind.
var marks = [][2]string{{"“", "”"}, {"«", "»"}, {"„", "“"}, {"「", "」"}, {"『", "』"}, {"\"", "\""}, {"”", "”"}}

// Quotations are what stands between quotation marks in a text, without the marks and the spaces beside them. One that does not end goes to
// the end of the text.
func Quotations(text string) (out []string) {
	for text != "" {
		at, with := len(text), [2]string{}
		for _, m := range marks {
			if i := strings.Index(text, m[0]); i >= 0 && i < at {
				at, with = i, m
			}
		}
		if at == len(text) {
			break
		}
		text = text[at+len(with[0]):]
		end := strings.Index(text, with[1])
		if end < 0 {
			end = len(text)
		}
		if q := strings.TrimFunc(text[:end], unicode.IsSpace); q != "" {
			out = append(out, q)
		}
		text = text[min(len(text), end+len(with[1])):]
	}
	return out
}

// quotations looks for what a sentence quotes in what it cites: each must stand there as it is written, byte by byte, whole words at both
// ends. A translation translates what the original quotes, so only the original is held to this.
func quotations(p Paper, el *paper.Element, say func(string, ...any)) {
	if p.Words == nil {
		return
	}
	for _, r := range el.Cites {
		//mutants:guard a range that is no words of its source, whole and readable, is no source
		if ranged(r) && len(p.Words[r]) == 0 {
			say("range", "ref", string(r))
		}
	}
	for _, q := range Quotations(el.Text.In[p.Original]) {
		there := slices.ContainsFunc(el.Cites, func(r cite.Ref) bool {
			return slices.ContainsFunc(p.Words[r], func(t string) bool { return stands(t, q) })
		})
		//mutants:guard nobody is quoted with words that are not theirs
		if !there {
			say("quotation", "quotation", q)
		}
	}
}

// stands reports whether a quotation stands in a text, and neither cuts a word in two nor leaves behind an accent, a vowel sign or a joiner:
// in Arabic a cut through a word changes the letters that are seen.
func stands(text, q string) bool {
	_, ok := Find(text, q)
	return ok
}

// Find is where a quotation stands in a text, as a run of bytes that cuts nothing in two; ok is false where it stands nowhere so.
func Find(text, q string) (at cite.Span, ok bool) {
	for from := 0; from <= len(text); {
		i := strings.Index(text[from:], q)
		if i < 0 {
			return at, false
		}
		i += from
		end := i + len(q)
		if !cuts(text, i) && !cuts(text, end) {
			return cite.Span{From: i, To: end}, true
		}
		_, n := utf8.DecodeRuneInString(text[i:])
		from = i + max(1, n)
	}
	return at, false
}

// Cut is what stands in a range of bytes of a text; ok is false where the range goes beyond it, or cuts a word or a character in two.
func Cut(text string, at cite.Span) (words string, ok bool) {
	//mutants:guard nobody is quoted with half a word, or half a character
	if at.To > len(text) || cuts(text, at.From) || cuts(text, at.To) {
		return "", false
	}
	words = text[at.From:at.To]
	return words, utf8.ValidString(words)
}

// cuts reports whether a place in a text, in bytes, is inside of a character that people see, or of a word of a script that has spaces.
func cuts(text string, at int) bool {
	if at <= 0 || at >= len(text) {
		return false
	}
	before, _ := utf8.DecodeLastRuneInString(text[:at])
	behind, _ := utf8.DecodeRuneInString(text[at:])
	if unicode.IsMark(behind) || behind == '\u200d' || before == '\u200d' || behind == '\ufe0f' {
		return true
	}
	return letter(before) && letter(behind)
}

// letter reports whether a rune is a letter or a figure of a script that puts spaces between words.
func letter(r rune) bool {
	return (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)) && !unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana)
}

// closing are what may stand between the end of a sentence and the space behind it.
const closing = "”»’\")]』」"

// short are the beginnings of words that end in a full stop in the middle of a sentence, in any language.
var short = []string{"mr", "mrs", "ms", "dr", "prof", "art", "no", "nos", "vs", "cf", "st", "para", "paras", "fig", "p", "pp", "vol", "al",
	"etc", "mme", "m", "mm", "n", "sr", "sra", "núm", "pág", "г", "ст", "см", "им", "др", "п", "пп", "т", "д", "рис"}

// sentences counts the sentences of a text: what ends in a full stop, a question mark or an exclamation mark, and is followed by another. An
// abbreviation and the point of a number end none.
func sentences(text string) (n int) {
	text = strings.TrimSpace(text)
	if text == "" {
		return 0
	}
	n = 1
	runes := []rune(text)
	for i, r := range runes {
		if !strings.ContainsRune(".?!。？！؟", r) {
			continue
		}
		j := i + 1
		for j < len(runes) && strings.ContainsRune(closing, runes[j]) {
			j++
		}
		wide := strings.ContainsRune("。？！", r)
		if j >= len(runes) || !wide && !unicode.IsSpace(runes[j]) {
			continue
		}
		for j < len(runes) && unicode.IsSpace(runes[j]) {
			j++
		}
		if j >= len(runes) || unicode.IsLower(runes[j]) || unicode.IsDigit(runes[j]) && r == '.' {
			continue
		}
		if r == '.' && abbreviated(runes[:i]) {
			continue
		}
		n++
	}
	return n
}

// abbreviated reports whether a text ends in an abbreviation or an initial, its full stop left out.
func abbreviated(before []rune) bool {
	i := len(before)
	for i > 0 && (unicode.IsLetter(before[i-1]) || before[i-1] == '.') {
		i--
	}
	w := string(before[i:])
	one := utf8.RuneCountInString(w) == 1 && unicode.IsUpper([]rune(w)[0])
	return one || strings.Contains(w, ".") || slices.Contains(short, strings.ToLower(w))
}

// Sources lists what the sentences cite, each once, in their order.
func Sources(elements []paper.Element) (out []cite.Ref) {
	seen := map[cite.Ref]bool{}
	for i := range elements {
		for _, r := range elements[i].Cites {
			if !seen[r] {
				seen[r] = true
				out = append(out, r)
			}
		}
	}
	return out
}
