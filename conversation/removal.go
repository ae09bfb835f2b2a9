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

// Redactions lists what of a contribution is taken from the public, and what is proposed to be and waits for another
// person, for those who moderate; and whether two people are needed for it now.
func (c ConsultationReading) Redactions(x cite.Ref) (masks []consultation.Mask, waiting []consultation.Removal, two bool) {
	c.r.note(x.Root(), consultation.AnyRemoval)
	//mutants:guard where something is black or is to be is known to those who moderate
	if !c.r.Staff() {
		return nil, nil, false
	}
	return c.book().Masks(x), c.book().Removals(x), c.book().NeedsTwo(x)
}

// Proposed lists the contributions of which something is proposed to be removed, for those who moderate; and whether
// two people are needed.
func (c ConsultationReading) Proposed() (proposed []cite.Ref, two bool) {
	c.r.note(AnyContribution, consultation.AnyRemoval)
	//mutants:guard what is proposed to be removed is listed for those who moderate
	if !c.r.Staff() {
		return nil, false
	}
	return c.book().Proposed(), c.book().TwoToRemove
}

// FileWithheld reports whether an attached file is kept from the public by itself.
func (c ConsultationReading) FileWithheld(file cite.Ref) bool {
	c.r.note(file.Root())
	return c.book().FileWithheld(file)
}
