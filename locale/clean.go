package locale

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Why a stranger's text is not taken.
var (
	// ErrUTF8: the bytes are not text in UTF-8.
	ErrUTF8 = errors.New("locale: not valid UTF-8")
	// ErrLong: longer than may be.
	ErrLong = errors.New("locale: text is too long")
)

// MaxText is the length in bytes that no text may exceed, before and after cleaning: 1 MiB.
const MaxText = 1 << 20

// Marks that may stand on one letter. No orthography of the six languages needs more than three;
// without a limit, a tower of marks covers the neighbours' lines. Before composition the limit is
// wider, because two marks may become one letter, and stays below the 30 at which package norm would
// itself insert a joiner.
const (
	maxMarks    = 4
	maxRawMarks = 8
)

const (
	zwnj  = '\u200c' // zero width non-joiner
	nbsp  = '\u00a0' // no-break space
	nnbsp = '\u202f' // narrow no-break space
	zwj   = '\u200d' // zero width joiner
	lrm   = '\u200e' // left-to-right mark
	rlm   = '\u200f' // right-to-left mark
	cgj   = '\u034f' // combining grapheme joiner
)

// Clean makes a stranger's text (a contribution, a paragraph) fit to be kept and shown beside others. It
// refuses what is not UTF-8 (ErrUTF8) and what is longer than MaxText (ErrLong). Lines end in LF
// whatever they ended in; the letters are composed (NFC), so that equal texts are equal bytes; control
// characters, byte order marks and invisible format characters go, and with them the directional
// overrides, embeddings and isolates by which a text could show other words than it holds. The joiners
// that Persian, Indic scripts and emoji need stay, as do the plain marks of direction and the visible
// signs of Arabic. A letter keeps at most four marks. Blank lines before and after the text go; inside,
// spaces and blank lines are the author's. What has nothing to see is "".
//
// Clean(Clean(s)) is Clean(s): what is kept can be checked again.
func Clean(s string) (string, error) {
	if len(s) > MaxText {
		return "", ErrLong
	}
	if !isPlain(s) {
		if !utf8.ValidString(s) {
			return "", ErrUTF8
		}
		s = norm.NFC.String(filterText(s))
		if s = limitMarks(s, maxMarks); len(s) > MaxText { // composition can make a text longer
			return "", ErrLong
		}
	}
	return trimBlankLines(s), nil
}

// isPlain says that s is ASCII without controls, which is most of what is typed and needs no work.
func isPlain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c >= 0x7f || c < ' ' && c != '\n' && c != '\t' {
			return false
		}
	}
	return true
}

func filterText(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	marks := 0
	for i, r := range s {
		switch {
		case r == '\n' || r == '\t':
			marks = 0
			b.WriteRune(r)
		case r == '\r':
			if !strings.HasPrefix(s[i+1:], "\n") {
				b.WriteByte('\n')
			}
			marks = 0
		case r == '\u0085' || r == '\u2028' || r == '\u2029': // other standards' ends of line
			b.WriteByte('\n')
			marks = 0
		case r == zwj || r == zwnj || r == lrm || r == rlm:
			b.WriteRune(r) // and the count of marks goes on
		case isUnwanted(r):
		case isMark(r):
			if marks++; marks <= maxRawMarks {
				b.WriteRune(r)
			}
		default:
			marks = 0
			b.WriteRune(r)
		}
	}
	return b.String()
}

// isLetterBlock says that r is in a large range without marks and format characters, to spare most
// letters the search in Unicode's tables.
func isLetterBlock(r rune) bool {
	return r >= ' ' && r < 0x7f || r > 0xad && r < 0x300 || r >= 0x370 && r < 0x483 || r >= 0x620 && r < 0x64b ||
		r >= 0x4e00 && r < 0xa000 || r >= 0xac00 && r < 0xd7a4
}

// isUnwanted says that r is a control, an invisible format character, or no character at all.
func isUnwanted(r rune) bool {
	if isLetterBlock(r) {
		return false
	}
	if unicode.Is(unicode.Cf, r) {
		return !unicode.Is(unicode.Prepended_Concatenation_Mark, r) // these are visible: ۝
	}
	return unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Noncharacter_Code_Point, r)
}

func isMark(r rune) bool { return !isLetterBlock(r) && unicode.Is(unicode.M, r) }

func isJoiner(r rune) bool { return r == zwj || r == zwnj }

// limitMarks drops the marks beyond limit on one letter. Joiners and direction marks between them do not
// start a new letter.
func limitMarks(s string, limit int) string {
	var b strings.Builder
	kept, marks := 0, 0 // s[:kept] is in b, or is the beginning of the result if b is empty
	for i, r := range s {
		switch {
		case isMark(r):
			if marks++; marks > limit {
				b.WriteString(s[kept:i])
				kept = i + utf8.RuneLen(r)
			}
		case !isJoiner(r) && r != lrm && r != rlm:
			marks = 0
		}
	}
	if kept == 0 {
		return s
	}
	b.WriteString(s[kept:])
	return b.String()
}

// isBlank says that there is nothing to see of r.
func isBlank(r rune) bool {
	return unicode.IsSpace(r) || isJoiner(r) || r == lrm || r == rlm || isFiller(r)
}

// isFiller says that r counts as a letter or symbol but is drawn as an empty place.
func isFiller(r rune) bool { return r == '\u3164' || r == '\uffa0' || r == '\u2800' }

func trimBlankLines(s string) string {
	blank := func(line string) bool { return strings.TrimFunc(line, isBlank) == "" }
	for {
		line, rest, more := strings.Cut(s, "\n")
		if !blank(line) {
			break
		}
		if !more {
			return ""
		}
		s = rest
	}
	for {
		i := strings.LastIndexByte(s, '\n')
		if i < 0 || !blank(s[i+1:]) {
			return s
		}
		s = s[:i]
	}
}

// CleanLine makes a stranger's line (a name, a title) fit to be kept and shown in a list among others:
// what Clean does, and besides, any run of white space is one space, a no-break one where there is one in it (French puts
// it before “:”), none stands at the ends, characters
// drawn as empty places count as white space, marks that stand on nothing go, and so do marks of
// direction, and joiners except between letters of the scripts that need them (Arabic, Indic) and
// between emoji, because elsewhere they only make two names that look alike differ. It refuses what
// is not UTF-8 (ErrUTF8) and what has more than max code points when clean (ErrLong), or is so long that
// it is no honest line of that length. CleanLine of its own result is the same.
func CleanLine(s string, max int) (string, error) {
	// Far more bytes than the result may have are not worth the work of cleaning them.
	if len(s) > min(MaxText, 4096+16*min(max, MaxText)) {
		return "", ErrLong
	}
	if !isPlainLine(s) {
		if !utf8.ValidString(s) {
			return "", ErrUTF8
		}
		s = filterLine(s)
		for {
			s = limitMarks(norm.NFC.String(s), maxMarks)
			n := len(s)
			// Without a joiner its neighbours may compose, so go round again; each round is shorter.
			if s = dropJoiners(s); len(s) == n {
				break
			}
		}
	}
	if len(s) > max && utf8.RuneCountInString(s) > max {
		return "", ErrLong
	}
	return s, nil
}

func isPlainLine(s string) bool {
	space := true
	for i := range len(s) {
		c := s[i]
		if c >= 0x7f || c < ' ' || c == ' ' && space {
			return false
		}
		space = c == ' '
	}
	return s == "" || !space
}

// OneLine puts a text on one line, for a heading or a cell: any run of white space is one space, a no-break one where there is
// one in it, and none stands at the ends.
func OneLine(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	space := rune(0)
	for _, r := range s {
		if unicode.IsSpace(r) {
			space = oneSpace(space, r)
			continue
		}
		if space > 0 && b.Len() > 0 {
			b.WriteRune(space)
		}
		space = 0
		b.WriteRune(r)
	}
	return b.String()
}

// SameLine reports whether two lines are the same, whichever spaces stand in them.
func SameLine(a, b string) bool { return plainSpaces.Replace(a) == plainSpaces.Replace(b) }

var plainSpaces = strings.NewReplacer(string(nbsp), " ", string(nnbsp), " ")

// oneSpace is the one space that stands for a run of white space, of which the next is r: the first that does not break, else
// a plain one. 0 is none yet.
func oneSpace(space, r rune) rune {
	if (r == nbsp || r == nnbsp) && space <= ' ' {
		return r
	}
	return max(space, ' ')
}

func filterLine(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	space, base, marks := rune(0), false, 0 // space is what stands for the white space before
	for _, r := range s {
		switch {
		case unicode.IsSpace(r) || isFiller(r):
			space, base = oneSpace(space, r), false
		case isJoiner(r):
			if base {
				b.WriteRune(r)
			}
		case r == cgj || isUnwanted(r): // LRM and RLM among them
		case isMark(r):
			if marks++; base && marks <= maxRawMarks {
				b.WriteRune(r)
			}
		default:
			if space > 0 && b.Len() > 0 {
				b.WriteRune(space)
			}
			space, base, marks = 0, true, 0
			b.WriteRune(r)
		}
	}
	return b.String()
}

// dropJoiners keeps a joiner only between two letters of a script that needs it.
func dropJoiners(s string) string {
	if !strings.ContainsRune(s, zwj) && !strings.ContainsRune(s, zwnj) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	before := notJoining // of the last letter; marks of no script in particular do not change it
	for i, r := range s {
		if !isJoiner(r) {
			if k := joiningOf(r); k != notJoining || !isMark(r) {
				before = k
			}
			b.WriteRune(r)
			continue
		}
		next, _ := utf8.DecodeRuneInString(s[i+utf8.RuneLen(r):])
		after := joiningOf(next)
		if before == joiningScript && after == joiningScript || before == emoji && after == emoji && r == zwj {
			b.WriteRune(r)
			before = notJoining // one joiner between two letters
		}
	}
	return b.String()
}

const (
	notJoining = iota
	joiningScript
	emoji
)

// joiningScripts are those in which a joiner changes what is read.
var joiningScripts = []*unicode.RangeTable{unicode.Arabic, unicode.Syriac, unicode.Nko, unicode.Mandaic,
	unicode.Mongolian, unicode.Devanagari, unicode.Bengali, unicode.Gurmukhi, unicode.Gujarati, unicode.Oriya,
	unicode.Tamil, unicode.Telugu, unicode.Kannada, unicode.Malayalam, unicode.Sinhala, unicode.Khmer,
	unicode.Myanmar, unicode.Tibetan}

func joiningOf(r rune) int {
	switch {
	case r < 0x600:
		return notJoining
	case r >= 0x2190 && r < 0x2c00 && !unicode.IsLetter(r), r >= 0x1f000 && r < 0x1fb00:
		return emoji
	case unicode.In(r, joiningScripts...):
		return joiningScript
	}
	return notJoining
}
