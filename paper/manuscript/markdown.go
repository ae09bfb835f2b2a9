package manuscript

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/markup"
	"github.com/openplenary/plenary/paper"
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
	listNumber      = regexp.MustCompile(`^([0-9]{1,5})\)[ \t]+`)
	listSign        = regexp.MustCompile(`^[*+][ \t]+|^-[ \t]+`)
	fenceLine       = regexp.MustCompile("^(```+|~~~+)")
	underLine       = regexp.MustCompile(`^(=+|-{3,}|\*{3,}|_{3,})$`)
	tagLine         = regexp.MustCompile(`^<[A-Za-z/!][^>]*>?`)
)

// headWords are the words that lines of the masthead begin with.
const headWords = "title, symbol, date, kind, language, source, status, note"

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
	titled   bool   // the only heading with one # is the title
	under    int    // how many # more than usual headings have
	hard     bool   // the newest line ends with a line break
	kept     string // what the newest line of the text is, where it is kept as a line: one of the Line kinds
	rows     int    // of the table that is being read
	feet     []*foot
	targets  map[string]string // where links by name lead
	status   string            // of all translations
	fence    string            // what ends the block of code that is being read
	block    *block            // text that the next line may go on with
	last     *block            // the newest text in the original, which a list after an empty line belongs to
	what     *into             // what a translation would belong to
	number   int               // the newest paragraph's, -1 for none
	label    string            // the newest question's
	sameHold bool              // that question is of the newest paragraph
}

// into is a text in several languages, and the number that a translation may repeat before it.
type into struct {
	in     map[locale.Lang]string
	kind   string
	number string
}

func (r *reader) markdown(letters string) {
	m := markdown{reader: r, head: true, number: -1}
	src := strings.ReplaceAll(strings.ReplaceAll(string(r.b), "\r\n", "\n"), "\r", "\n")
	m.preview(src)
	m.outline(src)
	n := 0
	for s := range strings.SplitSeq(src, "\n") {
		n++
		if r.stop {
			return
		}
		m.line(strconv.Itoa(n), s)
	}
	m.end()
	m.lettered(letters)
	m.placeFootnotes()
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

// outline looks, before anything is read, whether the only heading with one # is the title, and where links by name
// lead.
func (m *markdown) outline(src string) {
	first, tops, deep, titled, fence := "", 0, false, false, ""
	blank := true
	for raw := range strings.SplitSeq(src, "\n") {
		s := strings.TrimSpace(raw)
		code := blank && codeIndent(raw)
		blank = s == ""
		switch x := headingLine.FindStringSubmatch(s); {
		case fence != "":
			if strings.HasPrefix(s, fence) && strings.Trim(s, fence[:1]) == "" {
				fence = ""
			}
		case fenceLine.MatchString(s):
			fence = fenceLine.FindString(s)
		case code:
			blank = true
		case x != nil && len(x[1]) == 1:
			tops++
			if first == "" {
				first = "heading"
			}
		case x != nil:
			deep = deep || len(x[1]) == 3
			if first == "" {
				first = "other"
			}
		case first == "" && headLine.MatchString(s):
			titled = titled || strings.EqualFold(headLine.FindStringSubmatch(s)[1], "title")
		case linkTarget.MatchString(s):
			if m.targets == nil {
				m.targets = map[string]string{}
			}
			x := linkTarget.FindStringSubmatch(s)
			m.targets[strings.ToLower(x[1])] = x[2]
		case s != "" && s != "---" && first == "" && !translationLine.MatchString(s) && !titled:
			first = "other"
		}
	}
	if first == "heading" && tops == 1 && !titled {
		if m.titled = true; deep {
			m.under = 1
		}
	}
}

// codeIndent reports whether a line is set apart as code is.
func codeIndent(raw string) bool {
	return (strings.HasPrefix(raw, "    ") || strings.HasPrefix(raw, "\t")) && strings.TrimSpace(raw) != ""
}

// line reads one line, as it is written.
func (m *markdown) line(at, raw string) {
	s := strings.TrimSpace(raw)
	if m.fence != "" {
		m.keep(at, LineCode, strings.TrimRight(raw, " \t"))
		if strings.HasPrefix(s, m.fence) && strings.Trim(s, m.fence[:1]) == "" {
			m.fence = ""
		}
		return
	}
	if s == "" || s == "---" && m.head {
		m.end()
		return
	}
	if m.block == nil && codeIndent(raw) && m.kept != LineList && (m.kept == LineCode || headingLine.MatchString(s)) {
		m.keep(at, LineCode, strings.TrimRight(raw, " \t"))
		return
	}
	hard := m.hard
	m.hard = strings.HasSuffix(raw, "  ") || strings.HasSuffix(s, `\`) && len(s) > 1
	if m.hard {
		s = strings.TrimSpace(strings.TrimSuffix(s, `\`))
	}
	if plain, ok := strings.CutPrefix(s, `\`); ok && plain != "" {
		m.plain(at, strings.TrimSpace(plain), hard)
		return
	}
	if x := translationLine.FindStringSubmatch(s); x != nil {
		m.translation(at, x[1], m.tidy(x[2]))
		return
	}
	if x := headLine.FindStringSubmatch(s); m.head && x != nil {
		m.end()
		m.masthead(at, strings.ToLower(x[1]), x[2])
		m.became(at, LineMasthead, s)
		return
	}
	if x := headingLine.FindStringSubmatch(s); x != nil {
		m.heading(at, len(x[1]), m.tidy(x[2]))
		return
	}
	if x := fenceLine.FindString(s); x != "" {
		m.fence = x
		m.keep(at, LineCode, s)
		return
	}
	m.content(at, m.tidy(s), codeIndent(raw), hard)
}

// content reads a line that is none of the masthead, no heading and no translation. inside says that it is set apart by
// spaces, hard that the line before ends with a line break.
func (m *markdown) content(at, s string, inside, hard bool) {
	if remoteImage.MatchString(s) {
		m.note(at, NoteMarkup, s)
	} else if names, _ := markup.Pictures(s); len(names) > 0 {
		m.note(at, NotePicture, s)
	}
	switch {
	case m.footnote(at, s), m.paragraph(at, s, hard), m.question(at, s, hard):
	case linkTarget.MatchString(s):
		m.end()
		m.became(at, LineLink, s)
	case underLine.MatchString(s) && (m.kept == "" || m.block == nil):
		if m.block != nil {
			m.note(at, NoteRule, s)
		}
		m.end()
		m.became(at, LineSign, s)
	case listLine.MatchString(s):
		if inside && m.kept == LineList {
			m.note(at, NoteList, s)
		}
		m.keep(at, LineList, listNumber.ReplaceAllString(listSign.ReplaceAllString(s, "- "), "$1. "))
	case strings.HasPrefix(s, "|"):
		if m.kept != LineTable {
			m.rows = 0
		}
		if m.rows++; m.rows == 2 && !markup.TableRule(s) {
			m.note(at, NoteTable, s)
		}
		m.keep(at, LineTable, s)
	case m.kept == LineTable && m.block != nil:
		m.end()
		m.plain(at, s, false)
	case strings.HasPrefix(s, ": ") && (m.block != nil || m.kept == LineDefinition):
		m.keep(at, LineDefinition, s)
	case anyImage.MatchString(s) && !remoteImage.MatchString(s):
		m.keep(at, LinePicture, s)
	default:
		if tagLine.MatchString(s) {
			m.note(at, NoteHTML, s)
		} else if strings.HasPrefix(s, ">") {
			m.note(at, NoteQuote, s)
		}
		m.plain(at, s, hard)
	}
}

// paragraph begins a paragraph where the line is the beginning of one. Inside of a text that is only the
// number that follows the newest, or 1.
func (m *markdown) paragraph(at, s string, hard bool) bool {
	x := paragraphLine.FindStringSubmatch(s)
	if x == nil {
		return false
	}
	n, _ := strconv.Atoi(x[1])
	follows := n == m.number+1 || m.number < 0 && n == 1
	if m.block != nil && !follows {
		m.note(at, NoteNumber, s)
		m.plain(at, s, hard)
		return true
	}
	if m.number >= 0 && !follows {
		m.note(at, NoteGap, s)
	}
	m.begin(at, paper.Paragraph, x[1], x[2])
	m.became(at, paper.Paragraph, s)
	m.number, m.sameHold = n, false
	return true
}

// question begins a question where the line is the beginning of one. Inside of a text that is only the next
// letter, or the first.
func (m *markdown) question(at, s string, hard bool) bool {
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
		held = m.d.Elements[n-1].Kind == paper.Paragraph || m.d.Elements[n-1].Kind == paper.Question
	}
	switch {
	case len(values) == 0 || m.block != nil && x[1] == "" && !next:
		m.note(at, NoteLabel, s)
		m.plain(at, s, hard)
	case !held:
		m.note(at, NoteAlone, s)
		m.begin(at, paper.Paragraph, "", strings.TrimSpace(strings.TrimPrefix(s, x[1])))
		m.became(at, paper.Paragraph, s)
	default:
		m.begin(at, paper.Question, x[2], x[4])
		m.became(at, paper.Question, s)
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
		m.what = &into{in: m.d.Title, kind: paper.Theme}
		m.open(at, m.d.Original, s)
	case "note":
		m.d.Note = map[locale.Lang]string{}
		m.what = &into{in: m.d.Note, kind: paper.Paragraph}
		m.open(at, m.d.Original, s)
	default:
		m.refuse(at, "import.head", "key", shown(key), "known", headWords)
	}
}

func (m *markdown) heading(at string, depth int, s string) {
	m.head = false
	switch level := depth - m.under; {
	case m.titled && depth == 1:
		m.end()
		m.d.Title = map[locale.Lang]string{}
		m.what = &into{in: m.d.Title, kind: paper.Theme}
		m.open(at, m.d.Original, s)
		m.became(at, LineTitle, s)
	case level <= 1:
		m.begin(at, paper.Theme, "", s)
		m.became(at, paper.Theme, s)
	case level == 2:
		number, whole := "", s
		if x := issueNumber.FindStringSubmatch(s); x != nil {
			number, s = x[1], x[2]
		}
		m.begin(at, paper.Issue, number, s)
		m.became(at, paper.Issue, whole)
	default:
		m.note(at, NoteHeading, s)
		m.begin(at, paper.Paragraph, "", s)
		m.became(at, paper.Paragraph, s)
	}
	m.end()
	m.last, m.sameHold = nil, false
}

// begin begins an element.
func (m *markdown) begin(at, kind, number, s string) {
	m.end()
	m.head = false
	if len(m.d.Elements) == paper.MaxElements {
		m.refuse(at, "import.elements", "max", paper.MaxElements)
		m.stop = true
		return
	}
	if kind == paper.Paragraph {
		m.sameHold = false
	}
	e := paper.DraftElement{Kind: kind, Number: number, Text: map[locale.Lang]string{}}
	m.d.Elements = append(m.d.Elements, e)
	m.begins = append(m.begins, at)
	m.what = &into{in: e.Text, kind: kind, number: number}
	m.open(at, m.d.Original, s)
	m.last = m.block
}

// open begins a text in a language.
func (m *markdown) open(at string, l locale.Lang, s string) {
	what := *m.what
	m.last, m.kept = nil, ""
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
	m.became(at, LineTranslation, "["+language+"] "+s)
}

// plain goes on with the text above, or begins a paragraph without a number. hard says that it is a new line there.
func (m *markdown) plain(at, s string, hard bool) {
	if m.block == nil {
		m.begin(at, paper.Paragraph, "", s)
		m.became(at, paper.Paragraph, s)
		return
	}
	if hard {
		m.block.text.WriteByte('\n')
	} else {
		m.block.text.WriteByte(' ')
	}
	m.block.text.WriteString(s)
	if len(m.read) > 0 && m.read[len(m.read)-1].What == LineFootnote {
		m.became(at, LineFootnote, s)
	} else {
		m.became(at, LineText, s)
	}
}

// keep keeps a line as a line of its own: in the text above, also over an empty line, or in a paragraph without a
// number. Lines of another kind than the one before begin a block.
func (m *markdown) keep(at, what, s string) {
	over := m.block == nil
	if over {
		m.block = m.last
	}
	if what == LineCode {
		m.note(at, NoteCode, s)
	}
	if m.block == nil {
		m.begin(at, paper.Paragraph, "", s)
	} else {
		if m.kept != what && what != LineCode && (what != LineDefinition || over) || over && what == LinePicture {
			m.block.text.WriteByte('\n')
		}
		m.block.text.WriteByte('\n')
		m.block.text.WriteString(s)
	}
	m.kept = what
	m.became(at, what, s)
}

// end ends the text that is being read.
func (m *markdown) end() {
	if m.block != nil {
		m.block.set(m.block.at, m.block.text.String())
		m.block = nil
	}
}
