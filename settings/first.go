package settings

import (
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/refusal"
)

// First is what the box on the first page asks. Where it says nothing, the call that closes first is asked about the
// passage of its paper with the most contributions.
type First struct {
	Call cite.Ref // None: the call that closes first
	On   cite.Ref // the passage, in any edition of the call's paper; None: the one with the most contributions
}

// AskFirst chooses what the box on the first page asks.
type AskFirst struct {
	Call cite.Ref // empty: the call that closes first
	On   cite.Ref // a passage of the call's paper; empty: the one with the most contributions
}

// Check has nothing to hold it to.
func (c AskFirst) Check() (AskFirst, error) { return c, nil }

// AskFirst decides. Call and passage were looked up before.
func (s *State) AskFirst(act cite.Act, c AskFirst) (cite.Proposal, error) {
	if First(c) == s.First {
		return cite.Proposal{}, refusal.New(refusal.Conflict, "settings.unchanged")
	}
	return cite.Proposal{Body: FirstSet{Call: c.Call, On: c.On, By: act.By, At: act.At}}, nil
}

// FirstSet: the box on the first page asks this from now on.
type FirstSet struct {
	Call cite.Ref  `json:"call,omitempty"`
	On   cite.Ref  `json:"on,omitempty"`
	By   string    `json:"by,omitempty"`
	At   time.Time `json:"at"`
}

// Describe: what was settled is public.
func (FirstSet) Describe() cite.Description {
	return cite.Description{Kind: "conversation.first_set/1", Touches: []cite.Ref{Any}, About: cite.Public}
}

// Apply settles it.
func (f *FirstSet) Apply(s *State, _ cite.Entry) error {
	s.First = First{Call: f.Call, On: f.On}
	return nil
}
