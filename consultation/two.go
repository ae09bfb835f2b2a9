package consultation

import (
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/refusal"
)

// RequireTwo settles whether two people are needed to redact or to erase what everybody could read already: one
// proposes it, another confirms it.
type RequireTwo struct {
	Required bool // two are needed; else one is enough
}

// Check has nothing to hold it to.
func (c RequireTwo) Check() (RequireTwo, error) { return c, nil }

// AnyRemoval stands for how removals are decided, for pages that say so.
const AnyRemoval cite.Ref = "removals"

// RequireTwo decides.
func (b *State) RequireTwo(act cite.Act, c RequireTwo) (cite.Proposal, error) {
	if c.Required == b.TwoToRemove {
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
	return cite.Description{Kind: "consultation.two_required/1", Touches: []cite.Ref{AnyRemoval}, About: cite.Public}
}

// Apply settles it.
func (f *TwoRequired) Apply(b *State, _ cite.Entry) error {
	b.TwoToRemove = f.Required
	return nil
}

// NeedsTwo reports whether what is to be removed of a contribution waits for another person.
func (b *State) NeedsTwo(c cite.Ref) bool {
	row, ok := b.Row(c)
	return ok && b.TwoToRemove && row.Status == Published
}
