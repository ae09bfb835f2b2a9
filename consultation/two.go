package consultation

import (
	"time"

	"github.com/openplenary/plenary/cite"
)

// AnyRemoval stands for how removals are decided, for pages that say so.
const AnyRemoval cite.Ref = "removals"

// ProposedOne is what waits for another person: that one person be enough. At is 0 where nothing waits.
type ProposedOne struct {
	At   cite.Position // of the proposal
	By   string        // who proposed it
	When time.Time
}

// NeedsTwo reports whether what is to be removed of a contribution waits for another person: it can be read by everybody, or could be
// until it was withheld, which takes one person alone.
func (b *State) NeedsTwo(c cite.Ref) bool {
	row, ok := b.Row(c)
	//mutants:guard what everybody could read is not withheld first and then removed by one person
	return ok && b.TwoToRemove && row.Shown && (row.Status == Published || row.Status == Withheld)
}
