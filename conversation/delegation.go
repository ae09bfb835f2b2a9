package conversation

import (
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/reaction"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/refusal"
)

// declared marks a contribution to a call for a group with the member that declared it, and one of several parties with each of them.
func (s *State) declared(a Ask, call cite.Ref, f Fact) ([]Fact, error) {
	facts, received := []Fact{f}, f.Body.(consultation.Received)
	if received.Known && s.Roll.IsGroup(a.For) {
		facts = append(facts, Fact{Body: delegation.Declared{Contribution: received.Ref, Group: a.For, Member: a.Through, By: a.By, At: a.Now()}})
	}
	_, reply := s.Replies.Round(call)
	with, err := accreditor(s).Join(a.act(), received, a.For, a.With, reply)
	return append(facts, with...), err
}

// whose gives why whoever asks does not act for a contribution; nil where they do.
func (s *State) whose(a Ask, c cite.Ref) error {
	row, ok := s.Consultation.Row(c)
	if !ok {
		return refusal.New(refusal.Hidden, "contribution.unknown")
	}
	return accreditor(s).Acts(a.By, row, a.Now())
}

// withdraw looks up whose it is.
func (s *State) withdraw(a Ask, c consultation.Withdraw) ([]Fact, error) {
	f, err := s.Consultation.Withdraw(a.act(), s.whose(a, c.Contribution), c)
	return []Fact{f}, err
}

// react looks up whose the point is.
func (s *State) react(a Ask, c reaction.React) ([]Fact, error) {
	f, err := reaction.Decide(s.Consultation, a.act(), s.whose(a, c.Part), c)
	return []Fact{f}, err
}

func (s *State) align(a Ask, c delegation.Align) ([]Fact, error) {
	f, err := accreditor(s).Align(s.Consultation, a.act(), a.For, a.Through, c)
	return []Fact{f}, err
}
