package conversation

import (
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/correction"
	"github.com/openplenary/plenary/consultation/removal"
	"github.com/openplenary/plenary/refusal"
)

// confirmRemoval carries out what somebody else proposed.
func (s *State) confirmRemoval(a Ask, c consultation.ConfirmRemoval) ([]Fact, error) {
	r, f, err := s.Consultation.ConfirmRemoval(a.act(), c)
	if err == nil && r.Erase {
		return s.erasing(a, Erase{Contribution: c.Contribution, Ground: r.Ground}, r.At)
	}
	return s.redacted(a, f, err)
}

// requireTwo is the officers' to settle. Whoever moderates only answers what was proposed: that one person be enough.
func (s *State) requireTwo(a Ask, c removal.RequireTwo) ([]Fact, error) {
	//mutants:guard moderators settle nothing that nobody proposed
	if s.Consultation.OneProposed.At == 0 && !Officers.Allows(a.By, a.System, s.Roll.Roles(a.By)) {
		return nil, refusal.New(refusal.Forbidden, "standing.missing")
	}
	f, err := removal.Decide(s.Consultation, a.act(), c)
	return []Fact{f}, err
}

// Removing says what of a contribution is taken from the public or is to be, and what waits for another person in all,
// for those who moderate.
func (c ConsultationReading) Removing(x cite.Ref) consultation.Removing {
	c.r.note(x.Root(), AnyContribution, consultation.AnyRemoval)
	//mutants:guard where something is black or is to be is known to those who moderate
	if !c.r.Staff() {
		return consultation.Removing{}
	}
	is := c.book().Removing(x)
	is.Correcting = correction.Waiting(c.book())
	return is
}

// FileWithheld reports whether an attached file is kept from the public by itself.
func (c ConsultationReading) FileWithheld(file cite.Ref) bool {
	return c.noted(file.Root()).FileWithheld(file)
}
