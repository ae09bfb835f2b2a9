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

// ofParty refuses what somebody does to a contribution that they made for a party which they speak for no more.
func (s *State) ofParty(a Ask, c cite.Ref, f Fact, err error) ([]Fact, error) {
	row, _ := s.Consultation.Row(c)
	//mutants:guard whose mandate has ended does nothing more in the name of the party
	if err == nil && row.Known && s.speaksIn(a, row) != nil {
		err = refusal.New(refusal.Forbidden, "party.not_authorised")
	}
	return []Fact{f}, err
}

// speaksIn gives why whoever asks does not speak for the party that a contribution was made for, of a group through the member that
// declared it and still is one; nil where they do.
func (s *State) speaksIn(a Ask, row consultation.Contribution) error {
	var party delegation.Party
	if party.UnmarshalText([]byte(row.For)) != nil {
		return refusal.In("for", "party.unknown")
	}
	d, _ := s.Roll.DeclaredFor(row.Ref)
	a.Through = d.Member
	return s.speaks(a, party)
}

// withdraw looks up whether whoever withdraws may still speak for the party.
func (s *State) withdraw(a Ask, c consultation.Withdraw) ([]Fact, error) {
	f, err := s.Consultation.Withdraw(s.author(a, c.Contribution), c)
	f.Body = consultation.ContributionWithdrawn{Contribution: c.Contribution, By: a.act().By, At: a.act().At}
	return s.ofParty(a, c.Contribution, f, err)
}

// react looks up whether whoever reacts may still speak for the party.
func (s *State) react(a Ask, c reaction.React) ([]Fact, error) {
	f, err := reaction.Decide(s.Consultation, s.author(a, c.Part), c)
	if r, ok := f.Body.(reaction.Reacted); ok {
		r.By = a.act().By
		f.Body = r
	}
	return s.ofParty(a, c.Part, f, err)
}

// align looks up the contribution, and whether whoever asks speaks for the member.
func (s *State) align(a Ask, c delegation.Align) ([]Fact, error) {
	row, ok := s.Consultation.Row(c.Contribution)
	//mutants:guard on what waits or is gone nobody takes a stand
	if !ok || row.Ref != c.Contribution || row.Status != consultation.Published {
		return nil, refusal.New(refusal.Hidden, "contribution.unknown")
	}
	if s.Roll.IsGroup(a.For) {
		return nil, refusal.In("for", "group.not_member")
	}
	if err := s.speaks(a, a.For); err != nil {
		return nil, err
	}
	align := s.Roll.Align
	//mutants:guard whether it was said so is said by the party of which it is said, and nobody else
	if floor, _ := s.Formulation.Floor(c.Contribution); floor.Party == a.For.Ref() {
		align = s.Roll.AlignHeard
	}
	f, err := align(a.act(), a.For, c)
	return []Fact{f}, err
}
