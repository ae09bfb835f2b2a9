// Package removal is for two people: it settles whether two are needed to redact or to erase what everybody could read
// already, and drops what one of them proposed.
package removal

import (
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/refusal"
)

// RequireTwo settles whether two people are needed to redact or to erase what everybody could read already: one
// proposes it, another confirms it. That one is enough again takes two people as well: whoever asks first proposes it,
// and it is settled when another asks for the same. Moderators answer what was proposed; the rest is for officers.
type RequireTwo struct {
	Required bool // two are needed, whatever was proposed; else one is enough
}

// Check has nothing to hold it to.
func (c RequireTwo) Check() (RequireTwo, error) { return c, nil }

// Decide decides.
func Decide(b *consultation.State, act cite.Act, c RequireTwo) (cite.Proposal, error) {
	waits := b.OneProposed.At > 0
	switch {
	case c.Required == b.TwoToRemove && !waits:
		return cite.Proposal{}, refusal.New(refusal.Conflict, "removal.unchanged")
	case !c.Required && !waits:
		return cite.Proposal{Body: OneProposed{By: act.By, At: act.At}}, nil
	//mutants:guard nobody ends the rule of two alone
	case !c.Required && b.OneProposed.By == act.By:
		return cite.Proposal{}, refusal.New(refusal.Forbidden, "removal.same")
	}
	return cite.Proposal{Body: TwoRequired{Required: c.Required, By: act.By, At: act.At}}, nil
}

// ProposeErasure decides on an erasure that waits for another person.
func ProposeErasure(b *consultation.State, act cite.Act, c cite.Ref, ground string) (cite.Proposal, error) {
	if slices.ContainsFunc(b.Removals(c), func(r consultation.Removal) bool { return r.Erase }) {
		return cite.Proposal{}, refusal.New(refusal.Conflict, "removal.proposed")
	}
	return cite.Proposal{Body: consultation.RemovalProposed{Contribution: c, Erase: true, Ground: ground, By: act.By, At: act.At}}, nil
}

// Decline drops what was proposed to be redacted or erased, by another or by oneself.
type Decline struct {
	Contribution cite.Ref
	Proposal     cite.Position // the entry that proposed it
}

// Check has nothing to hold it to.
func (c Decline) Check() (Decline, error) { return c, nil }

// DecideDecline decides.
func DecideDecline(b *consultation.State, act cite.Act, c Decline) (cite.Proposal, error) {
	if _, err := b.Removal(c.Contribution, c.Proposal); err != nil {
		return cite.Proposal{}, err
	}
	return cite.Proposal{Body: Declined{Contribution: c.Contribution, Proposed: c.Proposal, By: act.By, At: act.At}}, nil
}

// TwoRequired: from now on two people are needed to redact or erase what is published, or one is enough.
type TwoRequired struct {
	Required bool      `json:"required,omitempty"`
	By       string    `json:"by,omitempty"`
	At       time.Time `json:"at"`
}

// Describe: what was settled is public.
func (TwoRequired) Describe() cite.Description {
	return cite.Description{Kind: "consultation.two_required/1", Touches: []cite.Ref{consultation.AnyRemoval}, About: cite.Public}
}

// Apply settles it, and nothing waits any more.
func (f *TwoRequired) Apply(b *consultation.State, _ cite.Entry) error {
	b.TwoToRemove, b.OneProposed = f.Required, consultation.ProposedOne{}
	return nil
}

// OneProposed: somebody proposed that one person be enough again. Another has to confirm it.
type OneProposed struct {
	By string    `json:"by,omitempty"`
	At time.Time `json:"at"`
}

// Describe: that it was proposed is public.
func (OneProposed) Describe() cite.Description {
	return cite.Description{Kind: "consultation.one_proposed/1", Touches: []cite.Ref{consultation.AnyRemoval}, About: cite.Public}
}

// Apply notes what waits.
func (f *OneProposed) Apply(b *consultation.State, at cite.Entry) error {
	b.OneProposed = consultation.ProposedOne{At: at.Position, By: f.By, When: f.At}
	return nil
}

// Declined: what was proposed to be redacted or erased stays.
type Declined struct {
	Contribution cite.Ref      `json:"contribution"`
	Proposed     cite.Position `json:"proposed"`
	By           string        `json:"by,omitempty"`
	At           time.Time     `json:"at"`
}

// Describe: what was to be removed is for those who moderate.
func (f Declined) Describe() cite.Description {
	return cite.Description{Kind: "consultation.removal_declined/1", Touches: []cite.Ref{f.Contribution}}
}

// Apply drops the proposal.
func (f *Declined) Apply(b *consultation.State, _ cite.Entry) error {
	return b.Decline(f, f.Contribution, f.Proposed)
}
