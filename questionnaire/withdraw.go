package questionnaire

import (
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/refusal"
)

// WithdrawOption takes an option away from a question that somebody has answered already. Nobody can choose it any more. What
// was chosen stays, and the results go on counting it.
type WithdrawOption struct {
	Call     cite.Ref
	Question int // its number
	Option   int // its number, counted from 1
}

// Check has nothing to clean.
func (c WithdrawOption) Check() (WithdrawOption, error) { return c, nil }

// WithdrawOption decides.
func (s *State) WithdrawOption(act cite.Act, c WithdrawOption) (cite.Proposal, error) {
	form, ok := s.Form(c.Call)
	if !ok {
		return cite.Proposal{}, refusal.New(refusal.Hidden, "question.unknown", "n", c.Question)
	}
	q, ok := form.Question(c.Question)
	field := QuestionField(c.Question)
	switch {
	case !ok:
		return cite.Proposal{}, refusal.New(refusal.Hidden, "question.unknown", "n", c.Question)
	case !Offers(q.Kind) || c.Option < 1 || c.Option > len(q.Options) || !q.Offered(c.Option):
		return cite.Proposal{}, refusal.In(field, "question.choice", "n", c.Question)
	case !s.Begun(c.Call):
		return cite.Proposal{}, refusal.New(refusal.NotNow, "questionnaire.not_begun")
	case len(q.Options)-len(q.Withdrawn) <= 2:
		return cite.Proposal{}, refusal.In(field, "questionnaire.last_options")
	}
	return cite.Proposal{Body: OptionWithdrawn{Call: c.Call, Question: c.Question, Option: c.Option, By: act.By, At: act.At}}, nil
}

// OptionWithdrawn: an option of a question is not offered any more.
type OptionWithdrawn struct {
	Call     cite.Ref  `json:"call"`
	Question int       `json:"question"`
	Option   int       `json:"option"`
	By       string    `json:"by,omitempty"`
	At       time.Time `json:"at"`
}

// Describe: pages that show the call ask its questions.
func (f OptionWithdrawn) Describe() cite.Description {
	return cite.Description{Kind: "questionnaire.option_withdrawn/1", Touches: []cite.Ref{f.Call}, About: cite.Public}
}

// Apply marks the option.
func (f *OptionWithdrawn) Apply(s *State, _ cite.Entry) error {
	i := slices.IndexFunc(s.forms, func(o *Form) bool { return o.Call == f.Call })
	if i < 0 {
		return nil
	}
	now := s.forms[i].clone() // snapshots hold the one before
	if q, ok := now.Question(f.Question); ok {
		q.Withdrawn = append(slices.Clip(q.Withdrawn), f.Option)
	}
	s.forms = slices.Clone(s.forms)
	s.forms[i] = now
	return nil
}
