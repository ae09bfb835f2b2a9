package conversation

import (
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/refusal"
)

// RequireTwo settles whether two people are needed to redact or to erase what everybody could read already: one
// proposes it, another confirms it.
type RequireTwo struct {
	Required bool // two are needed; else one is enough
}

// Check has nothing to hold it to.
func (c RequireTwo) Check() (RequireTwo, error) { return c, nil }

func (s *State) requireTwo(act cite.Act, c RequireTwo) (cite.Proposal, error) {
	if c.Required == s.TwoToRemove {
		return cite.Proposal{}, refusal.New(refusal.Conflict, "removal.unchanged")
	}
	return cite.Proposal{Body: TwoRequired{Required: c.Required, By: act.By, At: act.At}}, nil
}

// TwoRequired: from now on two people are needed to redact or erase what is published, or one is enough.
type TwoRequired struct {
	Required bool      `json:"required,omitempty"`
	By       string    `json:"by,omitempty"`
	At       time.Time `json:"at"`
}

// Describe: what was settled is public.
func (TwoRequired) Describe() cite.Description {
	return cite.Description{Kind: "conversation.two_required/1", Touches: []cite.Ref{AnySetting}, About: cite.Public}
}

// Apply settles it.
func (f *TwoRequired) Apply(s *State, _ cite.Entry) error {
	s.TwoToRemove = f.Required
	return nil
}

// needsTwo reports whether what is to be removed of a contribution waits for another person.
func (s *State) needsTwo(c cite.Ref) bool {
	row, ok := s.Consultation.Row(c)
	return ok && s.TwoToRemove && row.Status == consultation.Published
}

// redact redacts, or proposes it where two people are needed.
func (s *State) redact(a Ask, c consultation.Redact) ([]Fact, error) {
	rule := s.Consultation.Redact
	//mutants:guard published text is redacted by two people where the conversation asks for two
	if s.needsTwo(c.Part) {
		rule = s.Consultation.ProposeRedaction
	}
	f, err := rule(a.act(), c)
	return []Fact{f}, err
}

// confirmRemoval carries out a proposal of somebody else.
func (s *State) confirmRemoval(a Ask, c consultation.ConfirmRemoval) ([]Fact, error) {
	r, err := s.Consultation.Removal(c.Contribution, c.Proposal)
	if err != nil {
		return nil, err
	}
	act := a.act()
	//mutants:guard nobody confirms what they proposed themselves
	if r.By == act.By {
		return nil, refusal.New(refusal.Forbidden, "removal.same")
	}
	if r.Erase {
		return s.erasing(a, Erase{Contribution: c.Contribution, Ground: r.Ground}, r.At)
	}
	f, err := s.Consultation.Redact(act, consultation.Redact{Part: c.Contribution, Masks: r.Masks, Ground: r.Ground})
	if err != nil {
		return nil, err
	}
	body := f.Body.(consultation.PassageRedacted)
	body.Proposed = r.At
	f.Body = body
	return []Fact{f}, nil
}

// Removals lists what was proposed to be redacted or erased of a contribution and waits for another person, for those
// who moderate.
func (c ConsultationReading) Removals(x cite.Ref) []consultation.Removal {
	c.r.note(x.Root())
	//mutants:guard what is proposed to be removed is known to those who moderate
	if !c.r.Staff() {
		return nil
	}
	return c.book().Removals(x)
}

// Proposed lists the contributions of which something is proposed to be removed, for those who moderate.
func (c ConsultationReading) Proposed() []cite.Ref {
	c.r.note(AnyContribution)
	//mutants:guard what is proposed to be removed is listed for those who moderate
	if !c.r.Staff() {
		return nil
	}
	return c.book().Proposed()
}

// Masks lists what of a contribution is taken from the public, for those who moderate.
func (c ConsultationReading) Masks(x cite.Ref) []consultation.Mask {
	c.r.note(x.Root())
	//mutants:guard where something is blacked out is known to those who moderate
	if !c.r.Staff() {
		return nil
	}
	return c.book().Masks(x)
}

// FileWithheld reports whether an attached file is kept from the public by itself.
func (c ConsultationReading) FileWithheld(file cite.Ref) bool {
	c.r.note(file.Root())
	return c.book().FileWithheld(file)
}
