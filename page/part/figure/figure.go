// Package figure shows counts of those who take part in a session, as tables: each number of how many said so, and small cells together.
package figure

import (
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
	"github.com/openplenary/plenary/registration"
)

// Figure is a count of those who take part by one thing.
type Figure struct {
	registration.Figure
	Names []string `json:"names"` // of the cells, in the language of the page
	// Named are the groups of parties that are counted, whose names are words; of other cells there is none.
	Named []part.Named `json:"-"`
}

// Need are the entries with the names of groups.
func Need(all []Figure) (out []cite.Position) {
	for _, x := range all {
		for _, n := range x.Named {
			if n.Need() > 0 {
				out = append(out, n.Need())
			}
		}
	}
	return out
}

// Fill gives them.
func Fill(all []Figure, words map[cite.Position]cite.Words) {
	for _, x := range all {
		for i := range x.Named {
			if x.Named[i].Need() == 0 {
				continue
			}
			if x.Named[i].Fill(words); x.Named[i].Name != "" {
				x.Names[i] = x.Named[i].Name
			}
		}
	}
}

// Share is a part of a whole in words: "12 of 40".
func Share(f *frame.Frame, n, of int) string {
	return f.T("registration.of", "n", f.Lang.Number(n), "of", f.Lang.Number(of))
}
