package trace

import (
	"fmt"
	"html"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
)

// The columns of the picture.
const (
	colPlaces = iota
	colUnder  // the item under which an intervention stands
	colTaken  // what an intervention takes up
	colVoices
	colQuestions
	colAnswers
	colBefore
	colPassages
	colNext
	colPriorities
	colItems
	colSpeeches
	colLater // items that take up what came of an item
	colCitations
	colReactions
	columns
)

var columnNames = [columns]string{"places", "items", "rests", "voices", "questions", "answers", "rests", "passages", "next", "priorities", "items", "speeches",
	"items", "citations", "reactions"}

// maxDrawn is how many dots one column of the picture has.
const maxDrawn = 14

// picture is the path, drawn: a column of dots for each kind of step, joined by wires. Each dot leads to what it stands
// for.
type picture struct {
	nodes [columns][]string
	wires [][4]int // column, dot, column, dot
	total [columns]int
	spots map[string]*part.Location // of the dots that are passages
}

// name looks up how the passages are called that the dots lead to.
func (p *picture) name(t *tracer) {
	p.spots = map[string]*part.Location{}
	for _, ids := range p.nodes {
		for _, id := range ids {
			if r := cite.Ref(id); r.Kind() == 'p' {
				p.spots[id] = t.spot(r)
			}
		}
	}
}

// called is a dot in words.
func (p *picture) called(f *frame.Frame, id string) string {
	if spot := p.spots[id]; spot != nil {
		return locationWords(f, *spot)
	}
	return frame.Named(f, cite.Ref(id))
}

// dot is the place of a node in its column, a new one where there is room; -1 where there is none.
func (p *picture) dot(col int, id string) int {
	if i := slices.Index(p.nodes[col], id); i >= 0 {
		return i
	}
	if len(p.nodes[col]) >= maxDrawn {
		return -1
	}
	p.nodes[col] = append(p.nodes[col], id)
	return len(p.nodes[col]) - 1
}

// wire joins two nodes, if there is room for both. An empty name is no node.
func (p *picture) wire(a int, from string, b int, to string) {
	if from == "" || to == "" {
		return
	}
	i, j := p.dot(a, from), p.dot(b, to)
	if i < 0 || j < 0 {
		return
	}
	w := [4]int{a, i, b, j}
	if !slices.Contains(p.wires, w) {
		p.wires = append(p.wires, w)
	}
}

// cut reports whether a column has more than is drawn of it.
func (p *picture) cut() bool {
	for c, n := range p.total {
		if len(p.nodes[c]) > 0 && n > len(p.nodes[c]) {
			return true
		}
	}
	return false
}

// shown lists the columns that have dots.
func (p *picture) shown() []int {
	var out []int
	for c := range p.nodes {
		if len(p.nodes[c]) > 0 {
			out = append(out, c)
		}
	}
	return out
}

// The picture's measures, in its own units, of which a thousand are its width.
const (
	dotRoom  = 30 // the height that a dot has for itself, and the side of what can be pressed
	wireEnds = 90 // how far the outer columns stand from the edges
	oneLine  = 6  // as many columns have their names on one line; of more every second is lower
)

// svg draws the picture, from the right in languages that are read so. Its title says in words what it
// shows; the list below it holds the same step by step. A dot leads to the step that tells of it, or to its own page
// where no step on this page does: told has the places of the steps by their references.
func (p *picture) svg(f *frame.Frame, told map[cite.Ref]string) templ.Component {
	cols := p.shown()
	if len(cols) < 2 {
		return templ.NopComponent
	}
	most := 1
	for _, c := range cols {
		most = max(most, len(p.nodes[c]))
	}
	high := float64(max(60, most*dotRoom))
	across := make(map[int]float64, len(cols))
	for i, c := range cols {
		x := wireEnds + float64(i)*(1000-2*wireEnds)/float64(len(cols)-1)
		if f.Lang.Dir() == "rtl" {
			x = 1000 - x
		}
		across[c] = x
	}
	y := func(c, i int) float64 { return 10 + (float64(i)+.5)*high/float64(len(p.nodes[c])) }
	var b strings.Builder
	names := make([]string, len(cols))
	for i, c := range cols {
		names[i] = f.T("trace.column."+columnNames[c], "n", max(p.total[c], len(p.nodes[c])))
	}
	foot := high + 45
	if len(cols) > oneLine {
		foot += 20
	}
	fmt.Fprintf(&b, `<svg viewBox="0 0 1000 %s" role="group" aria-labelledby="path-title"><title id="path-title">%s</title>`, number(foot),
		html.EscapeString(f.T("trace.drawn", "what", f.Lang.List(names))))
	for _, hot := range []bool{false, true} { // the marked line lies on top
		class := "wire"
		if hot {
			class = "wire hot"
		}
		for _, w := range p.wires {
			if hot != (w[1] == 0 && w[3] == 0) {
				continue
			}
			x1, y1, x2, y2 := across[w[0]], y(w[0], w[1]), across[w[2]], y(w[2], w[3])
			mid := number((x1 + x2) / 2)
			fmt.Fprintf(&b, `<path class="%s" d="M%s %sC%s %s %s %s %s %s"/>`, class, number(x1), number(y1), mid, number(y1), mid, number(y2), number(x2), number(y2))
		}
	}
	for i, c := range cols {
		for k, id := range p.nodes[c] {
			class, r := "dot", 4.0
			if k == 0 {
				class, r = "dot hot", 7
			}
			to := string(f.Ref(cite.Ref(id)))
			words := html.EscapeString(p.called(f, id))
			at, there := told[cite.Ref(id)]
			if c == colReactions {
				words = html.EscapeString(f.T("trace.step.reaction") + frame.Colon(f) + p.called(f, id))
				at, there = told[spokenOf(cite.Ref(id))]
			}
			if there {
				to = "#" + at
			}
			fmt.Fprintf(&b, `<a href="%s" aria-label="%s"><title>%s</title>%s%s</a>`, html.EscapeString(to), words, words,
				square("hit", across[c], y(c, k), dotRoom/2), square(class, across[c], y(c, k), r))
		}
		line := high + 38
		if len(cols) > oneLine && i%2 == 1 {
			line += 20
		}
		fmt.Fprintf(&b, `<text x="%s" y="%s" text-anchor="middle">%s</text>`, number(across[c]), number(line), html.EscapeString(names[i]))
	}
	b.WriteString("</svg>")
	return templ.Raw(b.String())
}

// number writes a coordinate.
func number(x float64) string { return strconv.FormatFloat(x, 'f', 0, 64) }

// square is a square of a class around a point.
func square(class string, x, y, r float64) string {
	return fmt.Sprintf(`<rect class="%s" x="%s" y="%s" width="%s" height="%s"/>`, class, number(x-r), number(y-r), number(2*r), number(2*r))
}
