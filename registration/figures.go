package registration

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

// MinCell is the smallest number that a figure shows of people: of fewer, those who know some of them would know of the others.
const MinCell = 5

// What figures are about.
const (
	BySeat     = "seat"
	ByCategory = "category"
	ByCountry  = "country"
	ByRegion   = "region"
	ByGroup    = "group" // of parties; a person may count in several
	ByGender   = "gender"
	ByFirst    = "first"
	ByArrival  = "arrived" // whether they were checked in
)

// About lists what figures are about.
var About = []string{BySeat, ByCategory, ByCountry, ByRegion, ByGroup, ByGender, ByFirst, ByArrival}

// Person is what figures know of somebody who takes part: by what they are about, the identifiers under which they count; none where they did not
// say.
type Person map[string][]string

// Cell is how many people stand under an identifier.
type Cell struct {
	ID string `json:"id"`
	N  int    `json:"n"` // how many people stand there
}

// Figure is a count of people by one thing.
type Figure struct {
	About string `json:"about"` // one of About
	Of    int    `json:"of"`    // how many take part
	Said  int    `json:"said"`  // how many of them are counted here: the denominator of the cells
	Cells []Cell `json:"cells"` // the largest first
	// Few is how many stand in all the cells that are too small to be shown one by one, of which there are Folded.
	Few    int `json:"few,omitempty"`
	Folded int `json:"folded,omitempty"` // how many cells those are
}

// Count counts people by one thing. Unless all is asked for, no cell is shown that has fewer than MinCell: they are counted
// together, with the smallest of the others where they would be fewer than MinCell even so. Where not even all that are shown together make MinCell,
// nothing is shown, and how many said it is not either.
func Count(people []Person, about string, all bool) Figure {
	f := Figure{About: about, Of: len(people), Cells: []Cell{}}
	n, said := map[string]int{}, []Person{}
	for _, p := range people {
		if len(p[about]) > 0 {
			said = append(said, p)
		}
		for _, id := range p[about] {
			n[id]++
		}
	}
	f.Said = len(said)
	for id, count := range n {
		f.Cells = append(f.Cells, Cell{id, count})
	}
	slices.SortFunc(f.Cells, func(a, b Cell) int { return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.ID, b.ID)) })
	//mutants:guard no figure tells of so few that those who know some of them know of the others
	if !all {
		f.fold(said)
	}
	return f
}

// fold counts what is too small together: people, of whom one may stand in several cells.
func (f *Figure) fold(said []Person) {
	folded := map[string]bool{}
	for len(f.Cells) > 0 && (f.Cells[len(f.Cells)-1].N < MinCell || f.Few > 0 && f.Few < MinCell) {
		last := len(f.Cells) - 1
		folded[f.Cells[last].ID] = true
		f.Few, f.Folded, f.Cells = 0, f.Folded+1, f.Cells[:last]
		for _, p := range said {
			//mutants:guard who stands in many small cells is one person, and is not shown as if they were many
			if slices.ContainsFunc(p[f.About], func(id string) bool { return folded[id] }) {
				f.Few++
			}
		}
	}
	//mutants:guard nothing is shown where those who are counted together are too few even so
	if f.Few > 0 && f.Few < MinCell {
		f.Cells, f.Few, f.Said = []Cell{}, 0, 0
	}
}

// Counted counts people by each thing of which somebody said something.
func Counted(people []Person, all bool) (out []Figure) {
	said := map[string]bool{}
	for _, p := range people {
		for about, under := range maps.All(p) {
			said[about] = said[about] || len(under) > 0
		}
	}
	for _, about := range About {
		if said[about] {
			out = append(out, Count(people, about, all))
		}
	}
	return out
}

// Shown reports whether something that is shown to one of Readers is shown to somebody: to the secretariat always.
//
//mutants:guard what a session shows to participants, or to nobody, is shown to no others
func Shown(to string, takesPart, officer bool) bool {
	return officer || to == Everyone || to == Participants && takesPart
}

// What is said to everybody of who takes part in a session.
const (
	FiguresShown  = "shown"
	FiguresLater  = "later"  // when registration is closed
	FiguresHidden = "hidden" // they are not shown to everybody
	FiguresNone   = "none"   // nobody registers for it here
)

// Public says what everybody is told of those who take part, on pages that are about more than their registration.
func (t Terms) Public(now time.Time) string {
	//mutants:guard beside other things stand only figures that are everybody's
	if !Shown(t.Figures, false, false) {
		return FiguresHidden
	}
	//mutants:guard figures that change with each who comes would tell of the one who came between two readings
	if now.Before(t.Closes) {
		return FiguresLater
	}
	return FiguresShown
}
