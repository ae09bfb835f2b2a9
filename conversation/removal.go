package conversation

import (
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
)

// confirmRemoval carries out what somebody else proposed.
func (s *State) confirmRemoval(a Ask, c consultation.ConfirmRemoval) ([]Fact, error) {
	r, f, err := s.Consultation.ConfirmRemoval(a.act(), c)
	if err == nil && r.Erase {
		return s.erasing(a, Erase{Contribution: c.Contribution, Ground: r.Ground}, r.At)
	}
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
	return c.book().Removing(x)
}

// FileWithheld reports whether an attached file is kept from the public by itself.
func (c ConsultationReading) FileWithheld(file cite.Ref) bool {
	c.r.note(file.Root())
	return c.book().FileWithheld(file)
}
