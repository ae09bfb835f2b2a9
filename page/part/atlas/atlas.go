// Package atlas draws the map of the world, a shade and a sentence for each country: the shapes, the steps of the shades, the key, and what
// stands under every map. What is counted is the business of the pages; each has a table that says the same.
package atlas

import (
	_ "embed"
	"encoding/xml"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
)

// The world: one shape a line, its code or "-" for a disputed one without, then a path, or the middle of a
// dot for what is too small to be seen. It is read once.
//
//go:embed world.txt
var worldText string

type shape struct{ code, tag, drawn string }

// Left, Wide and High are the part of the drawing that has land in it.
const Left, Wide, High = 44, 1876, 842

var world = sync.OnceValue(func() []shape {
	var out []shape
	for line := range strings.Lines(strings.TrimSpace(worldText)) {
		code, d, _ := strings.Cut(strings.TrimSpace(line), " ")
		s := shape{code: code, tag: "path", drawn: ` d="` + d + `"`}
		if x, y, dot := strings.Cut(d, " "); dot && d[0] != 'M' {
			s.tag, s.drawn = "circle", ` cx="`+x+`" cy="`+y+`" r="8"`
		}
		if code != "-" {
			s.drawn = ` id="m-` + code + `"` + s.drawn
		}
		out = append(out, s)
	}
	return out
})

// Has reports whether a country has a shape. Countries that a demonstration invents have none, nor have most territories.
func Has(code string) bool {
	return slices.ContainsFunc(world(), func(s shape) bool { return s.code == code })
}

// Draw writes the shapes, each with what is said of its country, "" for nothing. fill says how a step looks; the shapes of step 0 look as the whole does.
func Draw(b *strings.Builder, say func(code string) (step int, text string), fill func(step int) string) {
	for _, s := range world() {
		step, text := say(s.code)
		b.WriteString("<" + s.tag + s.drawn)
		if step > 0 {
			b.WriteString(fill(step))
		}
		if text == "" {
			b.WriteString("/>")
			continue
		}
		b.WriteString("><title>" + Escaped(text) + "</title></" + s.tag + ">")
	}
}

// Class is how a step looks in a page, in the colours of the stylesheet.
func Class(step int) string { return ` class="f` + strconv.Itoa(step) + `"` }

// Open is the beginning of a map in a page, up to its shapes. id begins the identifiers of its title and its description.
func Open(b *strings.Builder, id, title, desc string) {
	b.WriteString(`<svg class="world" viewBox="` + Box(Left, 0, Wide, High) + `" role="img" aria-labelledby="` + id + `-title ` + id + `-desc"><title id="` + id + `-title">` +
		Escaped(title) + `</title><desc id="` + id + `-desc">` + Escaped(desc) + `</desc><g class="map">`)
}

// Close is the end of a map in a page.
const Close = "</g></svg>"

// Mark is a country that is told of on one of several maps.
type Mark struct {
	Code string
	Text string // with its name
	Step int    // 1 to 5
}

// Beside writes one of several maps of a page. The first has the shapes; each of the others borrows them, so a page is hardly heavier for them. A
// country without a mark has its name and no shade.
func Beside(b *strings.Builder, first bool, name func(code string) string, marks []Mark) {
	if first {
		b.WriteString(`<g id="m-all">`)
		Draw(b, func(code string) (int, string) { return 0, name(code) }, Class)
		b.WriteString("</g>")
	} else {
		b.WriteString(`<use href="#m-all"/>`)
	}
	for _, m := range marks {
		if Has(m.Code) {
			b.WriteString(`<use href="#m-` + m.Code + `"` + Class(m.Step) + `><title>` + Escaped(m.Text) + `</title></use>`)
		}
	}
}

// Steps says where each of five steps begins when one country has the most: for few, each number has its own; for many, they are chosen
// of 1, 2, 5, 10, 20, 50 and so on.
func Steps(most int) []int {
	switch {
	case most <= 6:
		return []int{1, 2, 3, 4, 5}
	case most < 10:
		return []int{1, 2, 3, 5, 7}
	case most < 20:
		return []int{1, 2, 4, 7, 10}
	}
	var ladder []int
	for n, i := 1, 0; n <= most; i++ {
		ladder = append(ladder, n)
		n = n * []int{2, 5, 2}[i%3]
		if i%3 == 1 {
			n /= 2
		}
	}
	var out []int
	for i := range 5 {
		out = append(out, ladder[(i*(len(ladder)-1)+2)/4])
	}
	return out
}

// StepsFrom are steps of what is told from a least number on: the first begins there, so that no shade stands for fewer.
func StepsFrom(least, most int) []int {
	steps := Steps(most / least)
	for i := range steps {
		steps[i] *= least
	}
	return steps
}

// StepOf is in which step a number stands; 0 where it is in none.
func StepOf(steps []int, n int) int {
	i, exact := slices.BinarySearch(steps, n)
	if exact {
		i++
	}
	return i
}

// Range says which numbers a step holds; none says what step 0 is.
func Range(f *frame.Frame, steps []int, step int, none string) string {
	switch {
	case step == 0:
		return none
	case step == len(steps):
		return f.T("map.more", "from", f.Lang.Number(steps[step-1]))
	case steps[step]-steps[step-1] == 1:
		return f.Lang.Number(steps[step-1])
	}
	return f.T("map.range", "from", f.Lang.Number(steps[step-1]), "to", f.Lang.Number(steps[step]-1))
}

// Disclaimer is what stands under the maps of a conversation: its own sentence, else that of the operator, else the usual one.
func Disclaimer(st *conversation.Reading, l locale.Lang) frame.LocalizedText {
	own := frame.Localize(st.Maps.Disclaimer, l)
	if own.Text == "" && st.House != nil {
		own = frame.Localize(st.House.Borders, l)
	}
	if own.Text == "" {
		return frame.LocalizedText{Text: l.T("map.disclaimer"), Lang: l}
	}
	return own
}

// Box is the part of a drawing that is seen, as an attribute has it.
func Box(n ...int) string {
	var s []string
	for _, x := range n {
		s = append(s, strconv.Itoa(x))
	}
	return strings.Join(s, " ")
}

// Escaped is a text as it stands in a drawing.
func Escaped(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a strings.Builder takes everything
	return b.String()
}
