package overview

import (
	"slices"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/paper"
)

// theme is what a theme is about: some elements of editions and what these hold, through all editions.
type theme struct {
	papers *paper.State
	names  []cite.Ref
	in     map[cite.Ref][]cite.Ref // edition -> what is named, as that edition has it
}

// here is the one cell of a theme.
var here = []uint16{0}

// cells is the cell of the theme for an element of an edition that belongs to it, and none for others.
func (t *theme) cells(e *paper.Edition, x cite.Ref) []uint16 {
	named, ok := t.in[e.Ref]
	if !ok {
		named = t.asIn(e)
		t.in[e.Ref] = named
	}
	if slices.ContainsFunc(named, func(holder cite.Ref) bool { return e.Within(x, holder) }) {
		return here
	}
	return nil
}

// asIn are the elements of an edition that what is named became there, or came from.
func (t *theme) asIn(e *paper.Edition) (out []cite.Ref) {
	p, ok := t.papers.Paper(e.Ref)
	if !ok {
		return nil
	}
	n := e.Ref.EditionNumber()
	for _, x := range t.names {
		switch of := x.EditionNumber(); {
		case x.Root() != e.Ref.Root():
		case of <= n:
			out = append(out, p.Follow(x.Element(), of, n).Elements...)
		default: // of an earlier edition: itself, or what it goes on from
			out = append(out, p.Sources(x.Element(), of)...)
		}
	}
	return out
}

// Falls reports whether an element of an edition belongs to a theme, which is about some elements of editions and what they hold.
func (s From) Falls(names []cite.Ref, e *paper.Edition, x cite.Ref) bool {
	t := &theme{papers: s.Papers, names: names, in: map[cite.Ref][]cite.Ref{}}
	return x != cite.None && len(t.cells(e, x)) > 0
}

// About is what stands behind a theme.
type About struct {
	*Behind
	Silent []delegation.Party // on the roll, without a published part on it, in the order of their entry
	OnRoll map[string]int     // parties on the roll, by category
	Spoke  map[string]int     // of these, those with a published part on it
}

// Theme counts what stands behind a theme, which is about some elements of editions and what they hold, in one pass over what
// is published. Contributions that without holds, by number, are not counted.
func (s From) Theme(names []cite.Ref, without map[int]bool) *About {
	g := s.gridOf(&theme{papers: s.Papers, names: names, in: map[cite.Ref][]cite.Ref{}})
	out := &About{OnRoll: map[string]int{}, Spoke: map[string]int{},
		Behind: s.gather(g, 0, func(p *consultation.PublishedPart) bool { return !without[p.Number] })}
	spoke := make(map[uint64]bool, len(out.spoke))
	for _, y := range out.spoke {
		spoke[y] = true
	}
	for _, y := range s.Roll.Entered() {
		standing, _ := s.Roll.Party(y)
		category := standing.Category
		if cat, ok := s.Category(category); ok {
			category = cat.ID // of one that was merged, that which took its place
		}
		out.OnRoll[category]++
		if spoke[uint64(y)] {
			out.Spoke[category]++
		} else {
			out.Silent = append(out.Silent, y)
		}
	}
	return out
}
