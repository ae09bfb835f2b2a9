package frame

import (
	"html"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/a-h/templ"
)

// Run is a stretch of a text with markup whose characters are shown alike.
type Run struct {
	Text   string
	Strong bool
	Em     bool
	Href   string // where a link leads, "" for none
}

// Markup shows a text of the secretariat: a passage of a paper, a call, the reason of an answer. It knows *emphasis*,
// **strong emphasis**, [links](https://example.org), bare addresses, and lists whose lines begin with "- " or "1. ".
// A blank line begins a paragraph, a line is a line, a number stays the number that was written. Everything else,
// HTML included, is shown as characters.
func Markup(s string) templ.Component {
	var b strings.Builder
	list := ""
	end := func(tag string) {
		if list != "" && list != tag {
			b.WriteString("</" + list + ">")
		}
	}
	for _, k := range blocks(s) {
		tag := k.list()
		end(tag)
		if tag != list && tag != "" {
			b.WriteString("<" + tag + ">")
		}
		switch list = tag; tag {
		case "ol":
			b.WriteString(`<li value="` + k.number + `">`)
		case "ul":
			b.WriteString("<li>")
		default:
			b.WriteString("<p>")
		}
		writeRuns(&b, k.runs)
		if tag == "" {
			b.WriteString("</p>")
		} else {
			b.WriteString("</li>")
		}
	}
	end("")
	return templ.Raw(b.String())
}

// Inline shows the same text where no paragraphs can stand, in a heading: a new line for each of them.
func Inline(runs []Run) templ.Component { return templ.Raw(RunsHTML(runs)) }

// RunsHTML is Inline as it is written.
func RunsHTML(runs []Run) string {
	var b strings.Builder
	writeRuns(&b, runs)
	return b.String()
}

// Plain is the text as it is read, without the marks.
func Plain(s string) string {
	var b strings.Builder
	for _, r := range Runs(s) {
		b.WriteString(r.Text)
	}
	return b.String()
}

// Runs is a text with markup on one level: paragraphs and items of lists end in a new line, and an item begins with
// its number or a dash.
func Runs(s string) []Run {
	var out []Run
	for i, k := range blocks(s) {
		if i > 0 {
			out = append(out, Run{Text: "\n"})
		}
		switch k.list() {
		case "ol":
			out = append(out, Run{Text: k.number + ". "})
		case "ul":
			out = append(out, Run{Text: "– "})
		}
		out = append(out, k.runs...)
	}
	return out
}

// Begin is the beginning of a text with markup on one line, at most n characters, as Shorten cuts it.
func Begin(s string, n int) templ.Component {
	runs := Runs(s)
	for i := range runs {
		runs[i].Text = strings.ReplaceAll(runs[i].Text, "\n", " ")
	}
	var b strings.Builder
	for _, r := range runs {
		b.WriteString(r.Text)
	}
	whole := b.String()
	short := Shorten(whole, n)
	if !strings.HasSuffix(short, " …") || strings.HasSuffix(whole, short) {
		return Inline(runs)
	}
	// Shorten joins spaces: count what is seen.
	left := 0
	for _, r := range strings.TrimSuffix(short, " …") {
		if !unicode.IsSpace(r) {
			left++
		}
	}
	at := 0
	for i, r := range whole {
		if !unicode.IsSpace(r) {
			if left == 0 {
				break
			}
			left--
			at = i + utf8.RuneLen(r)
		}
	}
	return Inline(append(CutRuns(runs, 0, at), Run{Text: " …"}))
}

// CutRuns gives the bytes of runs from one place to another.
func CutRuns(runs []Run, from, to int) []Run {
	var out []Run
	at := 0
	for _, r := range runs {
		a, b := max(from-at, 0), min(to-at, len(r.Text))
		if at += len(r.Text); a < b {
			r.Text = r.Text[a:b]
			out = append(out, r)
		}
	}
	return out
}

func writeRuns(b *strings.Builder, runs []Run) {
	for _, r := range runs {
		var in strings.Builder
		for i, line := range strings.Split(r.Text, "\n") {
			if i > 0 {
				in.WriteString("<br>")
			}
			in.WriteString(html.EscapeString(Visible(line)))
		}
		s := in.String()
		if r.Em {
			s = "<em>" + s + "</em>"
		}
		if r.Strong {
			s = "<strong>" + s + "</strong>"
		}
		if r.Href != "" {
			writeLink(b, r.Href, s)
		} else {
			b.WriteString(s)
		}
	}
}

// block is a paragraph or an item of a list.
type block struct {
	item   bool
	number string // of an item that has one
	runs   []Run
}

func (k block) list() string {
	switch {
	case k.number != "":
		return "ol"
	case k.item:
		return "ul"
	}
	return ""
}

// blocks reads the paragraphs and lists of a text. A list begins a block: a line of a paragraph that happens to begin
// with a number stays in it.
func blocks(s string) []block {
	var out []block
	var lines []string
	var k block
	flush := func() {
		if len(lines) > 0 {
			k.runs = inline(strings.Join(lines, "\n"), Run{})
			out = append(out, k)
		}
		lines, k = nil, block{}
	}
	for line := range strings.SplitSeq(endings.Replace(s), "\n") {
		if strings.TrimSpace(line) == "" {
			flush()
			continue
		}
		if number, rest, ok := item(line); ok && (len(lines) == 0 || k.item) {
			flush()
			k = block{item: true, number: number}
			line = rest
		}
		lines = append(lines, strings.Trim(line, " \t"))
	}
	flush()
	return out
}

// item reads the beginning of an item of a list.
func item(line string) (number, rest string, ok bool) {
	line = strings.TrimLeft(line, " \t")
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

// inline reads emphasis and links. as is how the text around is shown.
func inline(s string, as Run) []Run {
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
		if as.Href == "" {
			if text, to, end, ok := link(s, i); ok {
				put(i)
				r := as
				r.Href = to
				out = append(out, inline(text, r)...)
				i, begun = end, end
				continue
			}
			if to := addressAt(s, i); to > 0 {
				put(i)
				r := as
				r.Text, r.Href = s[i:i+to], s[i:i+to]
				out = append(out, r)
				i += to
				begun = i
				continue
			}
		}
		if text, strong, end, ok := emphasis(s, i); ok && !(strong && as.Strong) && !(!strong && as.Em) {
			put(i)
			r := as
			r.Strong, r.Em = r.Strong || strong, r.Em || !strong
			out = append(out, inline(text, r)...)
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

// addressAt is how long the address of the web is that begins at a place, 0 where none does.
func addressAt(s string, i int) int {
	if s[i]|0x20 != 'h' || i > 0 && (isASCIILetter(s[i-1]) || unicode.IsDigit(lastRune(s[:i])) || strings.IndexByte("+.-", s[i-1]) >= 0) {
		return 0
	}
	return addressFrom(s[i:])
}

// link reads [text](address) at a place.
func link(s string, i int) (text, to string, end int, ok bool) {
	if s[i] != '[' {
		return "", "", 0, false
	}
	rest := s[i+1 : min(len(s), i+maxAddress)]
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
	if depth > 0 || !safeAddress(rest[j+2:k]) {
		return "", "", 0, false
	}
	return rest[:j], rest[j+2 : k], i + 1 + k + 1, true
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
