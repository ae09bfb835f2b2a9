// Package markup is what the secretariat may write beside plain words: in the passages of a paper, in a call, in the
// reason of an answer, on a page of the site. It is declared here, whole:
//
//	*emphasis*, **strong emphasis**
//	[words](https://example.org), and bare addresses
//	a blank line begins a paragraph, a new line is a new line
//	- an item          1. an item that keeps its number
//	| Year | Cases |   a table: the first line is its heading, the second parts it from the rest,
//	|------|------:|   a colon in it says to which side a column is set; \| is a bar in a cell
//	| 2019 |    12 |
//	A word[^a]         a footnote, and where it is written, in the same text:
//	[^a]: Its text.
//	Term               a term, and what it means
//	: What it means.
//	![what it shows](chart.png)   a picture that belongs to the paper
//
// Everything else is characters, HTML included: what is not understood is shown and never left out.
package markup

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Run is a stretch of a text whose characters are shown alike.
type Run struct {
	Text    string
	Strong  bool
	Em      bool
	Href    string // where a link leads, "" for none
	Note    int    // this is the mark of a footnote: its number in the text, from 1; 0 for none. Text is the number in brackets
	Picture string // this is a picture: its name. Text is what it shows
}

// The kinds of block.
const (
	Paragraph  = iota
	Item       // of a list
	Term       // that the definitions after it define
	Definition // of the term before it
	Table
	Note // a footnote; they come last, in the order of their numbers
)

// Block is a paragraph, or what stands in the place of one.
type Block struct {
	Kind   int
	Number string // of an item that has one
	Note   int    // the number of a footnote in the text, from 1
	Runs   []Run
	Rows   [][][]Run // of a table: rows of cells; the first is the heading
	Sides  []string  // of a table's columns: "", "end" or "mid"
}

// Parse reads a text.
func Parse(s string) []Block {
	p := parser{}
	if strings.Contains(s, "[^") {
		p.lookForNotes(s)
	}
	for line := range strings.SplitSeq(endings.Replace(s), "\n") {
		p.line(line)
	}
	p.flush()
	return append(p.out, p.footnotes()...)
}

// endings makes all ends of line one.
var endings = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u0085", "\n", "\u2028", "\n", "\u2029", "\n")

// parser reads one text into blocks.
type parser struct {
	out   []Block
	lines []string // of the block that is being read
	block Block
	notes map[string]*footnote // by label; nil where the text has none
	cited []*footnote          // in the order in which they are cited
}

// line adds a line to what is being read, or begins another block with it.
func (p *parser) line(line string) {
	if strings.TrimSpace(line) == "" {
		p.flush()
		return
	}
	line = strings.Trim(line, " \t")
	inTable := len(p.lines) > 0 && strings.HasPrefix(p.lines[0], "|")
	switch {
	case inTable && strings.HasPrefix(line, "|"):
	case p.noteBegins(line), inTable, strings.HasPrefix(line, "|"):
		p.flush()
	case strings.HasPrefix(line, ": ") && strings.TrimSpace(line[1:]) != "" && p.defines():
		line = strings.TrimSpace(line[1:])
	default:
		// A list begins a block: a line of a paragraph that happens to begin with a number stays in it.
		if number, rest, ok := item(line); ok && (len(p.lines) == 0 || p.block.Kind == Item) {
			p.flush()
			p.block = Block{Kind: Item, Number: number}
			line = rest
		}
	}
	p.lines = append(p.lines, line)
}

// defines begins a definition where something stands before it that it can define, and reports whether it does: a
// line of a paragraph, which becomes its term, or another definition.
func (p *parser) defines() bool {
	switch n := len(p.lines); {
	case n > 0 && p.block.Kind == Definition, n == 0 && len(p.out) > 0 && p.out[len(p.out)-1].Kind == Definition:
		p.flush()
	case n > 0 && p.block.Kind == Paragraph && !p.noteBegins(p.lines[0]):
		term := p.lines[n-1]
		p.lines = p.lines[:n-1]
		p.flush()
		p.lines, p.block = []string{term}, Block{Kind: Term}
		p.flush()
	default:
		return false
	}
	p.block = Block{Kind: Definition}
	return true
}

// flush ends the block that is being read.
func (p *parser) flush() {
	lines, block := p.lines, p.block
	p.lines, p.block = nil, Block{}
	if len(lines) == 0 {
		return
	}
	if block.Kind == Paragraph && p.isNote(lines[0]) { // what an item or a definition begins with is its words
		return
	}
	if strings.HasPrefix(lines[0], "|") && block.Kind == Paragraph {
		if t, ok := p.table(lines); ok {
			p.out = append(p.out, t)
			return
		}
	}
	block.Runs = p.inline(strings.Join(lines, "\n"), Run{})
	p.out = append(p.out, block)
}

// item reads the beginning of an item of a list.
func item(line string) (number, rest string, ok bool) {
	if rest, ok := strings.CutPrefix(line, "- "); ok {
		return "", rest, strings.TrimSpace(rest) != ""
	}
	if rest, ok := strings.CutPrefix(line, "* "); ok {
		return "", rest, strings.TrimSpace(rest) != ""
	}
	number, rest, ok = strings.Cut(line, ". ")
	n, err := strconv.Atoi(number)
	return number, rest, ok && err == nil && n > 0 && n < 1e9 && strconv.Itoa(n) == number && strings.TrimSpace(rest) != ""
}

// inline reads emphasis, links, marks of footnotes and pictures. as is how the text around is shown.
func (p *parser) inline(s string, as Run) []Run {
	if !strings.ContainsAny(s, "*[:") {
		as.Text = s
		return []Run{as}
	}
	var out []Run
	begun := 0 // of what is not yet in out
	put := func(to int) {
		if begun < to {
			r := as
			r.Text = s[begun:to]
			out = append(out, r)
		}
	}
	for i := 0; i < len(s); {
		if runs, end := p.special(s, i, as); end > i {
			put(i)
			out = append(out, runs...)
			i, begun = end, end
			continue
		}
		if s[i] == '*' { // a row of them that is no emphasis is passed over whole
			for i < len(s) && s[i] == '*' {
				i++
			}
			continue
		}
		_, n := utf8.DecodeRuneInString(s[i:])
		i += n
	}
	put(len(s))
	return out
}

// special reads what stands at a place where that is more than a character, and where it ends; 0 where it is not.
func (p *parser) special(s string, i int, as Run) (runs []Run, end int) {
	switch s[i] {
	case '!':
		if text, name, end, ok := picture(s, i); ok && as.Href == "" {
			as.Text, as.Picture = text, name
			return []Run{as}, end
		}
	case '[':
		if n, end := p.citation(s, i); n > 0 && as.Href == "" {
			as.Text, as.Note = noteMark(n), n
			return []Run{as}, end
		}
		if text, to, end, ok := link(s, i); ok && as.Href == "" {
			as.Href = to
			return p.inline(text, as), end
		}
	case '*':
		if text, strong, end, ok := emphasis(s, i); ok && !(strong && as.Strong) && !(!strong && as.Em) {
			as.Strong, as.Em = as.Strong || strong, as.Em || !strong
			return p.inline(text, as), end
		}
	case 'h', 'H':
		if n := addressAt(s, i); n > 0 && as.Href == "" {
			as.Text, as.Href = s[i:i+n], s[i:i+n]
			return []Run{as}, i + n
		}
	}
	return nil, 0
}

// link reads [text](address) at a place.
func link(s string, i int) (text, to string, end int, ok bool) {
	rest := s[i+1 : min(len(s), i+MaxAddress)]
	j := strings.IndexAny(rest, "[]")
	if j <= 0 || !strings.HasPrefix(rest[j:], "](") || strings.TrimSpace(rest[:j]) == "" {
		return "", "", 0, false
	}
	depth, k := 1, j+2
	for ; k < len(rest); k++ {
		switch c := rest[k]; {
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c <= ' ' || c == '<' || c == '>' || c == '"':
			return "", "", 0, false
		}
		if depth == 0 {
			break
		}
	}
	if depth > 0 || !Safe(rest[j+2:k]) {
		return "", "", 0, false
	}
	return rest[:j], rest[j+2 : k], i + 1 + k + 1, true
}

// MaxName is how many bytes the name of a picture has at most, MaxShows how many its description has.
const (
	MaxName  = 80
	MaxShows = 1000
)

// picture reads ![what it shows](name) at a place. A name is a file's, not an address.
func picture(s string, i int) (text, name string, end int, ok bool) {
	rest, ok := strings.CutPrefix(s[i:], "![")
	if !ok {
		return "", "", 0, false
	}
	j := strings.Index(rest[:min(len(rest), MaxShows)], "](")
	if j < 0 || strings.ContainsAny(rest[:j], "[]\n") {
		return "", "", 0, false
	}
	name = rest[j+2:]
	k := strings.IndexByte(name[:min(len(name), MaxName+1)], ')')
	if k < 0 || !PictureName(name[:k]) {
		return "", "", 0, false
	}
	return strings.TrimSpace(rest[:j]), name[:k], i + 2 + j + 2 + k + 1, true
}

// PictureName reports whether a name may be one of a picture: letters of any script, digits, ".", "-" and "_", with an
// ending.
func PictureName(s string) bool {
	for _, r := range s {
		if !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r) && r != '.' && r != '-' && r != '_' {
			return false
		}
	}
	dot := strings.LastIndexByte(s, '.')
	return utf8.ValidString(s) && len(s) <= MaxName && dot > 0 && dot < len(s)-1 && s[0] != '.'
}

// maxEmphasis is how many bytes can be emphasised at once.
const maxEmphasis = 2000

// emphasis reads *text* or **text** at a place. The marks stand at the edges of words: within one they are characters.
func emphasis(s string, i int) (text string, strong bool, end int, ok bool) {
	n := 0
	for i+n < len(s) && s[i+n] == '*' {
		n++
	}
	if n != 1 && n != 2 || inWord(lastRune(s[:i])) {
		return "", false, 0, false
	}
	mark := s[i : i+n]
	body := s[i+n : min(len(s), i+n+maxEmphasis)]
	if r, _ := utf8.DecodeRuneInString(body); body == "" || unicode.IsSpace(r) {
		return "", false, 0, false
	}
	for at := 0; ; {
		j := strings.IndexByte(body[at:], '*')
		if j < 0 {
			return "", false, 0, false
		}
		j += at
		m := 0
		for j+m < len(body) && body[j+m] == '*' {
			m++
		}
		at = j + m
		next, _ := utf8.DecodeRuneInString(body[at:])
		if m == n && j > 0 && !unicode.IsSpace(lastRune(body[:j])) && (i+n+at == len(s) || at < len(body) && !inWord(next)) {
			return body[:j], n == 2, i + len(mark) + at, true
		}
	}
}

func lastRune(s string) rune {
	r, _ := utf8.DecodeLastRuneInString(s)
	if s == "" {
		return ' '
	}
	return r
}

// inWord reports whether a mark beside a character would stand within a word. Ideographs are written without spaces.
func inWord(r rune) bool {
	return (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)) && !unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai)
}
