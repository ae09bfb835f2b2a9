package consultation

import (
	"fmt"

	"github.com/openplenary/plenary/cite"
)

// How many statuses and outcomes there are.
const (
	Statuses    = statuses
	OutcomesAll = outcomes
)

// SinceAt is a disposition whose passages were linked at some entries.
func SinceAt(d Disposition, at ...cite.Position) *Disposition {
	d.since = at
	return &d
}

// Likeness is that of a part's words.
func (b *State) Likeness(r cite.Ref) uint64 {
	i, ok := b.partIndex(r)
	if !ok {
		panic(fmt.Sprint("no part ", r))
	}
	return b.parts.At(int(i)).likeness
}

// Likeness is that of the words of all its parts.
func (c Contribution) Likeness() uint64 { return c.likeness }
