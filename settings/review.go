package settings

import (
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/refusal"
)

// Review says whether an answer needs a second pair of eyes: one officer drafts it, and another one releases it.
type Review struct {
	Required bool
	Since    time.Time // when that was settled; zero where it never was
	// Proposed is what waits for another officer: that one be enough again. Proposed.At is 0 where nothing waits.
	Proposed ProposedOne
}

// ProposedOne is a proposal that waits for another person.
type ProposedOne struct {
	At   cite.Position // of the proposal
	By   string        // who proposed it: a participant, u7
	When time.Time
}

// ReviewAnswers settles whether answers need a second pair of eyes: where they do, whoever drafts an answer does not
// release it. That one officer is enough again takes two of them as well: whoever asks first proposes it, and it is
// settled when another asks for the same.
type ReviewAnswers struct {
	Required bool // a second one is needed, whatever was proposed; else one is enough
}

// Check has nothing to hold it to.
func (c ReviewAnswers) Check() (ReviewAnswers, error) { return c, nil }

// ReviewAnswers decides.
func (s *State) ReviewAnswers(act cite.Act, c ReviewAnswers) (cite.Proposal, error) {
	waits := s.Review.Proposed.At > 0
	switch {
	case c.Required == s.Review.Required && !waits:
		return cite.Proposal{}, refusal.New(refusal.Conflict, "review.unchanged")
	case !c.Required && !waits:
		return cite.Proposal{Body: ReviewEnding{By: act.By, At: act.At}}, nil
	//mutants:guard nobody ends the second pair of eyes alone
	case !c.Required && s.Review.Proposed.By == act.By:
		return cite.Proposal{}, refusal.New(refusal.Forbidden, "review.same")
	}
	return cite.Proposal{Body: ReviewSettled{Required: c.Required, By: act.By, At: act.At}}, nil
}

// ReviewSettled: from now on answers need a second pair of eyes, or they do not.
type ReviewSettled struct {
	Required bool      `json:"required,omitempty"`
	By       string    `json:"by,omitempty"`
	At       time.Time `json:"at"`
}

// Describe: how answers come about is everybody's to read.
func (ReviewSettled) Describe() cite.Description {
	return cite.Description{Kind: "settings.review_settled/1", Touches: []cite.Ref{Any}, About: cite.Public}
}

// Apply settles it, and nothing waits any more.
func (f *ReviewSettled) Apply(s *State, _ cite.Entry) error {
	s.Review = Review{Required: f.Required, Since: f.At}
	return nil
}

// ReviewEnding: an officer proposed that answers need no second pair of eyes any more. Another one has to confirm it.
type ReviewEnding struct {
	By string    `json:"by,omitempty"`
	At time.Time `json:"at"`
}

// Describe: that it was proposed is everybody's to read.
func (ReviewEnding) Describe() cite.Description {
	return cite.Description{Kind: "settings.review_ending/1", Touches: []cite.Ref{Any}, About: cite.Public}
}

// Apply notes what waits.
func (f *ReviewEnding) Apply(s *State, at cite.Entry) error {
	s.Review.Proposed = ProposedOne{At: at.Position, By: f.By, When: f.At}
	return nil
}
