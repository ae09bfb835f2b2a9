package conversation

import (
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation/chain"
	"github.com/openplenary/plenary/paper"
)

// chain is the chain as an audience may see it.
func (s *State) chain(a Audience) chain.Chain {
	return chain.Chain{Papers: s.Papers, Consultation: s.Consultation, Formulation: s.Formulation, Priorities: s.Priorities, Replies: s.Replies,
		Sessions: s.Sessions, ItemOf: agendas(s).ItemOf, Under: agendas(s).Under,
		Named: func(r cite.Ref) bool { return s.MaySee(a, r) >= Tombstone },
		Read:  func(r cite.Ref) bool { return s.MaySee(a, r) >= Redacted }}
}

// joined is the chain for what is decided and said in papers, which is everybody's.
func (s *State) joined() chain.Chain {
	return chain.Chain{Papers: s.Papers, Consultation: s.Consultation}
}

// Effect is chain.Chain.Effect.
func (s *State) Effect(d *consultation.Disposition, change cite.Ref) (*paper.Edition, bool) {
	return s.joined().Effect(d, change)
}

// Behind is chain.Chain.Behind.
func (s *State) Behind(e *paper.Edition, x cite.Ref) []*consultation.Disposition {
	return s.joined().Behind(e, x)
}

// Find is chain.Chain.Find.
func (s *State) Find(edition *paper.Edition, label string) (x cite.Ref, now paper.Location, ok bool) {
	return s.joined().Find(edition, label)
}

// Forward is chain.Chain.Forward for an audience: what it may not see is not there.
func (s *State) Forward(a Audience, r cite.Ref, limit int) []chain.Link {
	return s.chain(a).Forward(r, limit)
}

// Back is chain.Chain.Back for an audience.
func (s *State) Back(a Audience, r cite.Ref, limit int) []chain.Link {
	return s.chain(a).Back(r, limit)
}
