package conversation

import (
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation/overview"
)

// cellKey tells the cells of the overview apart.
type cellKey struct{ row, column int }

func (s *State) counted() overview.From {
	return overview.From{Settings: &s.Settings, Roll: s.Roll, Papers: s.Papers, Consultation: s.Consultation}
}

// Overview counts the overview, once for a snapshot.
func (s *State) Overview() *overview.Table { return keep(s, "overview", s.counted().Table) }

// Evidence opens a cell of the overview: at most limit of its parts, those after the part after (None for the first).
// The counts are those of the overview. They are worked out once for a snapshot.
func (s *State) Evidence(row, subject string, after cite.Ref, limit int) (*overview.Evidence, bool) {
	of := s.counted()
	r, c, ok := of.Cell(row, subject)
	if !ok {
		return nil, false
	}
	return keep(s, cellKey{r, c}, func() *overview.Behind { return of.Gather(r, c) }).Page(after, limit), true
}
