package conversation

import (
	"math"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation/ordering"
	"github.com/openplenary/plenary/conversation/overview"
	"github.com/openplenary/plenary/priority"
)

// orderer is what the rules of putting themes in order look up.
func orderer(s *State) *ordering.House {
	return &ordering.House{Consultation: s.Consultation, Formulation: s.Formulation, Replies: s.Replies, Priorities: s.Priorities, Second: s.Review.Required,
		There: func(x cite.Ref) bool { return asks(s).Target(x).Exists }}
}

// themeKey tells the evidence of themes apart.
type themeKey struct{ theme cite.Ref }

// themeEvidence counts what stands behind a theme of an order, once for a snapshot. Comments on the order itself are not counted: they
// stand apart.
func (s *State) themeEvidence(o *priority.Order, n int) *overview.About {
	t, _ := o.Theme(n)
	return keep(s, themeKey{cite.Theme(o.Ref, n)}, func() *overview.About {
		without := map[int]bool{}
		if o.Call != cite.None {
			comments, _ := s.Consultation.Points(consultation.PointQuery{Call: o.Call}, math.MaxInt)
			for _, part := range comments {
				without[part.Number()] = true
			}
		}
		return s.counted().Theme(t.Names, without)
	})
}
