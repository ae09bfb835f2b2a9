package paper

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/openplenary/plenary/locale"
)

// The lines that the Markdown form knows. An issue's number may be Roman.
var (
	headLine        = regexp.MustCompile(`^([A-Za-z]+)[ \t]*:[ \t]*(.*)$`)
	headingLine     = regexp.MustCompile(`^(#{1,6})[ \t]+(.+)$`)
	issueNumber     = regexp.MustCompile(`^([0-9]{1,5}|[IVXLC]{1,8})[.)][ \t]+(.+)$`)
	paragraphLine   = regexp.MustCompile(`^([0-9]{1,5})\.[ \t]+(.+)$`)
	questionLine    = regexp.MustCompile(`^([-*+][ \t]+)?(\(([0-9A-Za-z]{1,8})\))[ \t]+(.+)$`)
	listLine        = regexp.MustCompile(`^([-*+]|[0-9]{1,5}\))[ \t]+(.+)$`)
	translationLine = regexp.MustCompile(`^\[([a-z]{2})\][ \t]*(.*)$`)
	fenceLine       = regexp.MustCompile("^(```+|~~~+)")
	strangeMarkup   = regexp.MustCompile(`!\[[^\]]*\]\(|\[\^[^\]]+\]`)
)

// block is a text that is being read: where it goes, and where it began.
type block struct {
	set  func(at, s string)
	at   string
	text strings.Builder
}

// markdown reads the Markdown form, line by line.
type markdown struct {
	*reader
	head     bool   // the masthead is not over
	named    bool   // the masthead named the language
	status   string // of all translations
	fence    string // what ends the block of code that is being read
	block    *block // text that the next line may go on with
	last     *block // the newest text in the original, which a list after an empty line belongs to
	what     *into  // what a translation would belong to
	number   int    // the newest paragraph's, -1 for none
	label    string // the newest question's
	sameHold bool   // that question is of the newest paragraph
}

// into is a text in several languages, and the number that a translation may repeat before it.
type into struct {
	in     map[locale.Lang]string
	kind   string
	number string
}

func (r *reader) markdown() {
	m := markdown{reader: r, head: true, number: -1}
	src := strings.ReplaceAll(strings.ReplaceAll(string(r.b), "\r\n", "\n"), "\r", "\n")
	m.preview(src)
	n := 0
	for s := range strings.SplitSeq(src, "\n") {
		n++
		if r.stop {
			return
		}
		m.line(strconv.Itoa(n), s)
	}
	m.end()
	if m.status != "" {
		for _, l := range locale.All {
			if l != m.d.Original && r.d.Title[l] != "" {
				if r.d.Status == nil {
					r.d.Status = map[locale.Lang]string{}
				}
				r.d.Status[l] = m.status
			}
		}
	}
}

// preview looks for the language in the masthead: it may stand behind the texts that are in it.
func (m *markdown) preview(src string) {
	m.d.Original = m.original
	open := false
	for s := range strings.SplitSeq(src, "\n") {
		s = strings.TrimSpace(s)
		x := headLine.FindStringSubmatch(s)
		switch {
		case s == "" || s == "---":
			open = false
		case x != nil:
			open = true
			if l := locale.Lang(strings.TrimSpace(x[2])); strings.EqualFold(x[1], "language") && l.Valid() {
				m.d.Original = l
				return
			}
		case translationLine.MatchString(s):
		case !open, headingLine.MatchString(s), paragraphLine.MatchString(s), questionLine.MatchString(s), listLine.MatchString(s):
			return
		}
	}
}

// line reads one line, as it is written.
func (m *markdown) line(at, raw string) {
	s := strings.TrimSpace(raw)
	if m.fence != "" {
		m.keep(at, NoteCode, strings.TrimRight(raw, " \t"))
		if strings.HasPrefix(s, m.fence) && strings.Trim(s, m.fence[:1]) == "" {
			m.fence = ""
		}
		return
	}
	if s == "" || s == "---" && m.head {
		m.end()
		return
	}
	if plain, ok := strings.CutPrefix(s, `\`); ok {
		m.plain(at, strings.TrimSpace(plain))
		return
	}
	if x := translationLine.FindStringSubmatch(s); x != nil {
		m.translation(at, x[1], x[2])
		return
	}
	if x := headLine.FindStringSubmatch(s); m.head && x != nil {
		m.end()
		m.masthead(at, strings.ToLower(x[1]), x[2])
		return
	}
	if x := headingLine.FindStringSubmatch(s); x != nil {
		m.heading(at, len(x[1]), x[2])
		return
	}
	if x := fenceLine.FindString(s); x != "" {
		m.fence = x
		m.keep(at, NoteCode, s)
		return
	}
	if strangeMarkup.MatchString(s) {
		m.note(at, NoteMarkup, s)
	}
	switch {
	case m.paragraph(at, s), m.question(at, s):
	case listLine.MatchString(s):
		m.keep(at, NoteList, s)
	case strings.HasPrefix(s, "|"):
		m.keep(at, NoteTable, s)
	default:
		m.plain(at, s)
	}
}

// paragraph begins a paragraph where the line is the beginning of one. Inside of a text that is only the
// number that follows the newest, or 1.
func (m *markdown) paragraph(at, s string) bool {
	x := paragraphLine.FindStringSubmatch(s)
	if x == nil {
		return false
	}
	n, _ := strconv.Atoi(x[1])
	follows := n == m.number+1 || m.number < 0 && n == 1
	if m.block != nil && !follows {
		m.note(at, NoteNumber, s)
		m.plain(at, s)
		return true
	}
	if m.number >= 0 && !follows {
		m.note(at, NoteGap, s)
	}
	m.begin(at, Paragraph, x[1], x[2])
	m.number, m.sameHold = n, false
	return true
}

// question begins a question where the line is the beginning of one. Inside of a text that is only the next
// letter, or the first.
func (m *markdown) question(at, s string) bool {
	x := questionLine.FindStringSubmatch(s)
	if x == nil {
		return false
	}
	values := labelValues(x[3])
	next := false
	switch {
	case m.label != "" && labelFollows(m.label, x[3]):
		next = true
	case !m.sameHold:
		next = labelFirst(values)
	}
	held := false
	if n := len(m.d.Elements); n > 0 {
		held = m.d.Elements[n-1].Kind == Paragraph || m.d.Elements[n-1].Kind == Question
	}
	switch {
	case len(values) == 0 || m.block != nil && x[1] == "" && !next:
		m.note(at, NoteLabel, s)
		m.plain(at, s)
	case !held:
		m.note(at, NoteAlone, s)
		m.begin(at, Paragraph, "", strings.TrimSpace(strings.TrimPrefix(s, x[1])))
	default:
		m.begin(at, Question, x[2], x[4])
		m.label, m.sameHold = x[3], true
	}
	return true
}

// The ways in which questions are counted.
const (
	inDigits = iota
	inLower
	inUpper
	inLowerRoman
	inUpperRoman
)

// labelValues is what a label may stand for, by the way of counting: "i" is the ninth letter, and the first
// Roman number. It is empty for a word.
func labelValues(s string) map[int]int {
	out := map[int]int{}
	if n, err := strconv.Atoi(s); err == nil && len(s) <= 3 {
		out[inDigits] = n
	}
	letters := func(way int, first byte) {
		if c := s[0]; c >= first && c < first+26 && strings.Trim(s, s[:1]) == "" && len(s) <= 2 {
			out[way] = int(c-first) + 1 + 26*(len(s)-1)
		}
	}
	letters(inLower, 'a')
	letters(inUpper, 'A')
	if n := fromRoman(s); n > 0 {
		out[inLowerRoman] = n
	} else if n := fromRoman(strings.ToLower(s)); n > 0 && s == strings.ToUpper(s) {
		out[inUpperRoman] = n
	}
	return out
}

func labelFollows(before, label string) bool {
	was := labelValues(before)
	for way, n := range labelValues(label) {
		if m, ok := was[way]; ok && n == m+1 {
			return true
		}
	}
	return false
}

func labelFirst(values map[int]int) bool {
	for _, n := range values {
		if n == 1 {
			return true
		}
	}
	return false
}

// fromRoman reads a small number as questions are numbered: i, ii, iii, iv. 0 is none.
func fromRoman(s string) int {
	for n := 1; n < 100; n++ {
		if roman(n) == s {
			return n
		}
	}
	return 0
}

// roman writes a small number as questions are numbered.
func roman(n int) string {
	var b strings.Builder
	for _, d := range []struct {
		n int
		s string
	}{{90, "xc"}, {50, "l"}, {40, "xl"}, {10, "x"}, {9, "ix"}, {5, "v"}, {4, "iv"}, {1, "i"}} {
		for ; n >= d.n; n -= d.n {
			b.WriteString(d.s)
		}
	}
	return b.String()
}

func (m *markdown) masthead(at, key, s string) {
	m.what = nil
	switch key {
	case "kind":
		m.d.Kind = m.kind(at, s)
	case "symbol":
		m.d.Symbol = m.oneLine(at, s, maxSymbol)
	case "date":
		m.d.Date = m.oneLine(at, s, maxNumber)
	case "language":
		if m.named {
			m.refuse(at, "import.key", "key", shown(key))
		}
		m.named = true
		m.language(at, s)
	case "source":
		m.d.Source = m.source(at, s)
	case "status":
		m.status = m.reader.status(at, s)
	case "title":
		m.d.Title = map[locale.Lang]string{}
		m.what = &into{in: m.d.Title, kind: Theme}
		m.open(at, m.d.Original, s)
	case "note":
		m.d.Note = map[locale.Lang]string{}
		m.what = &into{in: m.d.Note, kind: Paragraph}
		m.open(at, m.d.Original, s)
	default:
		m.refuse(at, "import.key", "key", shown(key))
	}
}

func (m *markdown) heading(at string, depth int, s string) {
	switch depth {
	case 1:
		m.begin(at, Theme, "", s)
	case 2:
		number := ""
		if x := issueNumber.FindStringSubmatch(s); x != nil {
			number, s = x[1], x[2]
		}
		m.begin(at, Issue, number, s)
	default:
		m.note(at, NoteHeading, s)
		m.begin(at, Paragraph, "", s)
	}
	m.end()
	m.last, m.sameHold = nil, false
}

// begin begins an element.
func (m *markdown) begin(at, kind, number, s string) {
	m.end()
	m.head = false
	if len(m.d.Elements) == maxElements {
		m.refuse(at, "import.elements", "max", maxElements)
		m.stop = true
		return
	}
	if kind == Paragraph {
		m.sameHold = false
	}
	e := DraftElement{Kind: kind, Number: number, Text: map[locale.Lang]string{}}
	m.d.Elements = append(m.d.Elements, e)
	m.begins = append(m.begins, at)
	m.what = &into{in: e.Text, kind: kind, number: number}
	m.open(at, m.d.Original, s)
	m.last = m.block
}

// open begins a text in a language.
func (m *markdown) open(at string, l locale.Lang, s string) {
	what := *m.what
	m.last = nil
	m.block = &block{at: at, set: func(at, s string) {
		if s = m.words(at, what.kind, s); s != "" {
			what.in[l] = s
		}
	}}
	m.block.text.WriteString(s)
}

func (m *markdown) translation(at, language, s string) {
	m.end()
	l := m.language(at, language)
	switch {
	case !l.Valid():
		return
	case m.what == nil:
		m.refuse(at, "import.translation_alone")
		return
	case l == m.d.Original || m.what.in[l] != "":
		m.refuse(at, "import.text_twice", "language", language)
		return
	}
	if m.what.number != "" {
		rest, ok := strings.CutPrefix(s, m.what.number)
		if rest = strings.TrimLeft(rest, ".) \t"); ok && rest != "" {
			s = rest
		}
	}
	m.open(at, l, s)
}

// plain goes on with the text above, or begins a paragraph without a number.
func (m *markdown) plain(at, s string) {
	if m.block != nil {
		m.block.text.WriteByte(' ')
		m.block.text.WriteString(s)
		return
	}
	m.begin(at, Paragraph, "", s)
}

// keep keeps a line that has a meaning in Markdown and none in a paper, as a line of its own: in the text
// above, also over an empty line, or in a paragraph without a number.
func (m *markdown) keep(at, what, s string) {
	m.note(at, what, s)
	if m.block == nil {
		m.block = m.last
	}
	if m.block == nil {
		m.begin(at, Paragraph, "", s)
		return
	}
	m.block.text.WriteByte('\n')
	m.block.text.WriteString(s)
}

// end ends the text that is being read.
func (m *markdown) end() {
	if m.block != nil {
		m.block.set(m.block.at, m.block.text.String())
		m.block = nil
	}
}
