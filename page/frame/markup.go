package frame

import (
	"html"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/a-h/templ"
	"github.com/openplenary/plenary/markup"
)

// Run is a stretch of a text with markup whose characters are shown alike.
type Run = markup.Run

// Picture is a picture that a text shows: where it is, and how large, in pixels.
type Picture struct {
	Source        string
	Width, Height int
}

// Marking is how a text with markup stands on a page.
type Marking struct {
	ID      string                            // of the passage on its page: its footnotes are linked under it; "" for no links
	First   int                               // how many footnotes the page has before those of this text
	Back    string                            // says where the link behind a footnote leads
	Picture func(name string) (Picture, bool) // finds a picture; without it, what it shows is said in brackets
}

// Markup shows a text of the secretariat as package markup declares it: a passage of a paper, a call, the reason of an
// answer.
func Markup(s string) templ.Component { return Marking{}.Markup(s) }

// Markup shows a text in paragraphs, lists and tables.
func (m Marking) Markup(s string) templ.Component {
	w := writer{Marking: m, blocks: true}
	list, kind := "", 0 // what is open, and what is in it
	for _, k := range markup.Parse(s) {
		now := around(k)
		if list != "" && (list != now || (kind == markup.Note) != (k.Kind == markup.Note)) {
			w.WriteString("</" + list + ">")
			list = ""
		}
		if now != "" && now != list {
			w.WriteString("<" + now)
			if k.Kind == markup.Note {
				w.WriteString(` class="notes"`)
			}
			w.WriteString(">")
		}
		list, kind = now, k.Kind
		w.block(k)
	}
	if list != "" {
		w.WriteString("</" + list + ">")
	}
	return templ.Raw(w.String())
}

// around is the element that holds a block and its like.
func around(k markup.Block) string {
	switch k.Kind {
	case markup.Item:
		if k.Number == "" {
			return "ul"
		}
		return "ol"
	case markup.Term, markup.Definition:
		return "dl"
	case markup.Note:
		return "ol"
	}
	return ""
}

// writer writes a text as HTML.
type writer struct {
	strings.Builder
	Marking
	blocks bool   // pictures can stand here
	marked []bool // by number, the notes whose mark was linked to
}

func (w *writer) element(begin, end string, runs []Run) {
	w.WriteString(begin)
	w.runs(runs)
	w.WriteString(end)
}

func (w *writer) block(k markup.Block) {
	switch k.Kind {
	case markup.Item:
		if k.Number != "" {
			w.element(`<li value="`+k.Number+`">`, "</li>", k.Runs)
		} else {
			w.element("<li>", "</li>", k.Runs)
		}
	case markup.Term:
		w.element("<dt>", "</dt>", k.Runs)
	case markup.Definition:
		w.element("<dd>", "</dd>", k.Runs)
	case markup.Table:
		w.table(k)
	case markup.Note:
		w.note(k)
	default:
		w.element("<p>", "</p>", k.Runs)
	}
}

// table writes a table in a box of its own: where it is wider than the page, the box is scrolled and not the page.
func (w *writer) table(k markup.Block) {
	w.WriteString(`<div class="tbox" tabindex="0"><table>`)
	for i, row := range k.Rows {
		cell := "td"
		switch i {
		case 0:
			w.WriteString("<thead>")
			cell = "th"
		case 1:
			w.WriteString("<tbody>")
		}
		w.WriteString("<tr>")
		for j, c := range row {
			w.WriteString("<" + cell)
			if i == 0 && len(c) > 0 {
				w.WriteString(` scope="col"`)
			}
			if j < len(k.Sides) && k.Sides[j] != "" {
				w.WriteString(` class="` + k.Sides[j] + `"`)
			}
			w.element(">", "</"+cell+">", c)
		}
		w.WriteString("</tr>")
		if i == 0 {
			w.WriteString("</thead>")
		}
	}
	if len(k.Rows) > 1 {
		w.WriteString("</tbody>")
	}
	w.WriteString("</table></div>")
}

func (w *writer) note(k markup.Block) {
	n := strconv.Itoa(w.First + k.Note)
	if w.ID == "" {
		w.element(`<li value="`+n+`">`, "</li>", k.Runs)
		return
	}
	w.element(`<li value="`+n+`" id="fn-`+w.ID+"-"+n+`">`, ` <a href="#fr-`+w.ID+"-"+n+`" aria-label="`+html.EscapeString(w.Back)+" "+n+`">↩</a></li>`, k.Runs)
}

// mark writes the mark of a footnote. The link behind the footnote leads to the first of its marks.
func (w *writer) mark(number int) {
	n := strconv.Itoa(w.First + number)
	if w.ID == "" {
		w.WriteString("<sup>[" + n + "]</sup>")
		return
	}
	for len(w.marked) <= number {
		w.marked = append(w.marked, false)
	}
	w.WriteString("<sup")
	if !w.marked[number] {
		w.WriteString(` id="fr-` + w.ID + "-" + n + `"`)
	}
	w.marked[number] = true
	w.WriteString(`><a href="#fn-` + w.ID + "-" + n + `">[` + n + `]</a></sup>`)
}

func (w *writer) picture(r Run) {
	if w.Picture != nil {
		if p, ok := w.Picture(r.Picture); ok {
			w.WriteString(`<img src="` + html.EscapeString(p.Source) + `" width="` + strconv.Itoa(p.Width) + `" height="` + strconv.Itoa(p.Height) +
				`" loading="lazy" alt="`)
			writeText(&w.Builder, strings.ReplaceAll(r.Text, "\n", " "))
			w.WriteString(`">`)
			return
		}
	}
	w.WriteString("[")
	writeText(&w.Builder, r.Text)
	w.WriteString("]")
}

func (w *writer) runs(runs []Run) {
	for _, r := range runs {
		switch {
		case r.Note > 0 && strings.HasPrefix(r.Text, "[") && strings.HasSuffix(r.Text, "]"):
			w.mark(r.Note)
			continue
		case r.Picture != "" && w.blocks:
			w.picture(r)
			continue
		}
		if r.Href != "" {
			w.WriteString(linkTag(r.Href))
		}
		if r.Strong {
			w.WriteString("<strong>")
		}
		if r.Em {
			w.WriteString("<em>")
		}
		writeText(&w.Builder, r.Text)
		if r.Em {
			w.WriteString("</em>")
		}
		if r.Strong {
			w.WriteString("</strong>")
		}
		if r.Href != "" {
			w.WriteString("</a>")
		}
	}
}

// Inline shows the same text where no paragraphs can stand, in a heading: a new line for each of them.
func Inline(runs []Run) templ.Component { return templ.Raw(RunsHTML(runs)) }

// RunsHTML is Inline as it is written.
func RunsHTML(runs []Run) string {
	var w writer
	w.runs(runs)
	return w.String()
}

// Plain is the text as it is read, without the marks.
func Plain(s string) string { return markup.Plain(s) }

// Runs is a text with markup on one level: see markup.Runs.
func Runs(s string) []Run { return markup.Runs(s) }

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
	short, more := Excerpt(whole, n)
	if !more {
		return Inline(runs)
	}
	// An excerpt joins spaces: count what is seen.
	left := 0
	for _, r := range short {
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
