package sources

import (
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation/compiler"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
)

// Quantities are the words by which a sentence of considerations says how many say something, in every language, and what each asks for. Everybody reads
// it: it is the rule by which a paper was published, or was not.
type Quantities struct {
	// Quantities are what the words of quantity ask for.
	Quantities []Quantity `json:"quantities"`
	// Speakers are the words for those who speak, by language: a word of quantity counts where it governs one of these, or a verb of speaking.
	Speakers map[locale.Lang][]string `json:"speakers"`
}

// Quantity is what some words ask for: how many of the parties that are counted. These are those whose points a sentence cites, of all with a published
// point on the same issue; or those who took one stance at a question that it cites, of all who took any.
type Quantity struct {
	// Quantity is what is asked for: all, most, half, many, some, few, none and the like.
	Quantity string `json:"quantity"`
	// Least is how many parties there must be at least; where it is that nobody took a stance, how many took any.
	Least int `json:"least"`
	// Part is the part of all that they must be, "1/2"; absent where that does not matter.
	Part string `json:"part,omitempty"`
	// More says that they must be more than the part.
	More bool `json:"more,omitempty"`
	// Fewer says that they must be fewer than the part.
	Fewer bool `json:"fewer,omitempty"`
	// Nobody says that no party took the stance.
	Nobody bool `json:"nobody,omitempty"`
	// Words are the words, by language.
	Words map[locale.Lang][]string `json:"words"`
}

// NewQuantities lists them, those that claim most first.
func NewQuantities() *Quantities {
	v := &Quantities{Speakers: map[locale.Lang][]string{}}
	for _, l := range locale.All {
		v.Speakers[l] = compiler.Speakers(l)
	}
	for _, q := range compiler.Quantities {
		t := q.Asks()
		row := Quantity{Quantity: q.String(), Least: t.Least, More: t.More, Fewer: t.Fewer, Nobody: t.Nobody, Words: map[locale.Lang][]string{}}
		if t.Part > 0 {
			row.Part = strconv.Itoa(t.Part) + "/" + strconv.Itoa(t.Whole)
		}
		for _, l := range locale.All {
			row.Words[l] = compiler.Terms(l, q)
		}
		v.Quantities = append(v.Quantities, row)
	}
	return v
}

// Title is the page's title.
func (v *Quantities) Title(f *frame.Frame) string { return f.T("sources.terms") }

// Body is the page.
func (v *Quantities) Body(f *frame.Frame) templ.Component { return quantitiesBody(f, v) }

// Need is nothing: the words are the program's own.
func (v *Quantities) Need() []cite.Position { return nil }

// Fill has nothing to fill.
func (v *Quantities) Fill(map[cite.Position]cite.Words) {}

// others are the languages beside that of the page.
func others(l locale.Lang) (out []locale.Lang) {
	for _, x := range locale.All {
		if x != l {
			out = append(out, x)
		}
	}
	return out
}

// comma is what stands between words that are listed in a language.
func comma(l locale.Lang) string {
	switch l {
	case locale.Arabic:
		return "، "
	case locale.Chinese:
		return "、"
	}
	return ", "
}

// in names the languages in which a second reader read a sentence.
func (m Mark) in(reader locale.Lang) string {
	var out []string
	for _, l := range m.In {
		out = append(out, l.NameIn(reader))
	}
	return strings.Join(out, comma(reader))
}
