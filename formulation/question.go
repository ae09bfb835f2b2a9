package formulation

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// ErrGap says that a fact is about something that is not there: the record is not whole.
var ErrGap = errors.New("formulation: a fact about what is not there")

// Word puts proposals into the words of one question, or gives a question other words. Where it is written to the authors,
// with a reason, that is the answer to their proposals: taken as it is where nothing was changed, else in part.
type Word struct {
	Call     cite.Ref   // of a new question
	Question cite.Ref   // that gets other words; None for a new one
	Of       []cite.Ref // the proposals that it is made of, 1 to MaxOf; none with Question: those that it has
	// Wording is the question, at most MaxProposed characters in each language; empty: the only proposal's own words.
	Wording locale.Text
	// Reason is what the authors are told, at most consultation.MaxReason bytes in each language; empty: they are answered
	// apart.
	Reason locale.Text
	Until  time.Time // until when authors may object; zero: as many days from now as the call gives
	// Seen is the wording that the question had when it was read: refused where it has another; 0 for a new question.
	Seen cite.Position
	// Read is the last entry when the proposals were read: refused where the author of one corrected it since; 0 for whichever.
	Read cite.Position `api:"-"`
}

// Check cleans the words and holds everything to its bounds.
func (c Word) Check() (Word, error) {
	var in input.Check
	in.Texts("wording", &c.Wording, MaxProposed) // several lines may be meant, and no-break spaces are
	in.Texts("reason", &c.Reason, input.MaxText)
	in.If(c.Question == cite.None && len(c.Of) == 0 || len(c.Of) > MaxOf, "of", "formulation.of", "max", MaxOf)
	in.If(c.Wording.Empty() && len(c.Of) != 1, "wording", "formulation.wording")
	c.Until = c.Until.UTC()
	if c.Wording.Empty() {
		c.Wording = locale.Text{}
	}
	if c.Reason.Empty() {
		c.Reason = locale.Text{}
	}
	return c, in.Err()
}

// Found is what the conversation knows of the proposals that are put into words, in their order.
type Found struct {
	Proposal
	Ref cite.Ref
}

// Word decides. A question that an edition has taken up keeps its words: taken says so.
func (s *State) Word(act cite.Act, of []Found, taken bool, answer cite.Ref, c Word) (cite.Proposal, error) {
	f := Worded{Ref: c.Question, Call: c.Call, New: c.Question == cite.None, Answer: answer, By: act.By, At: act.At}
	if f.New {
		f.Ref = cite.Question(len(s.questions) + 1)
	} else {
		q, ok := s.Question(c.Question)
		if !ok || q.Dissolved != 0 {
			return cite.Proposal{}, refusal.New(refusal.Hidden, "formulation.unknown")
		}
		//mutants:guard nobody overwrites a wording that they have not seen
		if q.Now().Position != c.Seen {
			return cite.Proposal{}, refusal.New(refusal.Conflict, "formulation.changed")
		}
		f.Call = q.Call
	}
	g, ok := s.Gathering(f.Call)
	if !ok {
		return cite.Proposal{}, refusal.New(refusal.Hidden, "call.unknown")
	}
	if taken {
		return cite.Proposal{}, refusal.New(refusal.NotNow, "formulation.taken")
	}
	seen := map[cite.Ref]bool{}
	for _, p := range of {
		in := s.In(p.Ref)
		switch {
		case !p.Published || p.Call != f.Call:
			return cite.Proposal{}, refusal.In("of", "formulation.proposal", "ref", string(p.Ref))
		case in != cite.None && in != f.Ref:
			return cite.Proposal{}, refusal.In("of", "formulation.elsewhere", "ref", string(p.Ref), "question", string(in))
		case seen[p.Ref]:
			return cite.Proposal{}, refusal.In("of", "formulation.twice", "ref", string(p.Ref))
		}
		seen[p.Ref] = true
		f.Of = append(f.Of, p.Ref)
	}
	f.Until = c.Until
	if f.Until.IsZero() {
		f.Until = act.At.AddDate(0, 0, g.Days)
	}
	if f.Until.Before(act.At) {
		return cite.Proposal{}, refusal.In("until", "formulation.past")
	}
	words, languages := texts("wording", c.Wording)
	if f.Languages = languages; len(languages) > 0 {
		f.Original = c.Wording.Original
	}
	return cite.Proposal{Body: f, Words: words}, nil
}

// Apply adds the wording.
func (f *Worded) Apply(s *State, at cite.Entry) error {
	w := Wording{Position: at.Position, Of: f.Of, Original: f.Original, Languages: f.Languages, Until: f.Until, Answer: f.Answer, At: f.At}
	q, ok := s.Question(f.Ref)
	switch {
	case f.New && f.Ref.Number() == len(s.questions)+1:
		s.questions = append(s.questions, &Question{Ref: f.Ref, Call: f.Call, Wordings: []Wording{w}})
	case !f.New && ok:
		s.release(q)
		changed := *q // snapshots hold the one before
		changed.Wordings = append(slices.Clip(q.Wordings), w)
		s.replace(&changed)
	default:
		return fmt.Errorf("%w: %s, after %d questions", ErrGap, f.Ref, len(s.questions))
	}
	for _, p := range f.Of {
		s.in.Set(p, f.Ref)
	}
	return nil
}

func (s *State) release(q *Question) {
	for _, p := range q.Now().Of {
		s.in.Set(p, cite.None)
	}
}

func (s *State) replace(q *Question) {
	s.questions = slices.Clone(s.questions)
	s.questions[q.Ref.Number()-1] = q
}

// LeaveOut says that proposals are not taken up, and why: that is the answer to them.
type LeaveOut struct {
	Of      []cite.Ref  // 1 to MaxOf proposals that have no answer, or whose author said that it misses the point
	Outcome string      // "not_accepted", "out_of_scope", "deferred", "noted" or "duplicate"
	Like    cite.Ref    // the proposal that a duplicate repeats
	Reason  locale.Text // at most consultation.MaxReason bytes in each language; the original is needed
	// Read is the last entry when the proposals were read: refused where the author of one corrected it since; 0 for whichever.
	Read cite.Position `api:"-"`
}

// outcomes are those with which a proposal is not taken up.
var outcomes = []string{"not_accepted", "out_of_scope", "deferred", "noted", "duplicate"}

// Outcomes lists the outcomes with which a proposal may be left out.
func Outcomes() []string { return slices.Clone(outcomes) }

// LeavesOut reports whether an answer with an outcome leaves a proposal out. One that takes it up leaves nothing out: without a
// question, as after one was dissolved, the proposal still waits.
func LeavesOut(outcome string) bool { return slices.Contains(outcomes, outcome) }

// Check holds the outcome to those that leave out; the answer is held to its own bounds.
func (c LeaveOut) Check() (LeaveOut, error) {
	var in input.Check
	in.If(len(c.Of) == 0 || len(c.Of) > MaxOf, "of", "formulation.of", "max", MaxOf)
	in.OneOf("outcome", c.Outcome, outcomes, "answer.outcome")
	in.If(c.Reason.Empty(), "reason", "reason.missing")
	return c, in.Err()
}

// LeaveOut looks whether all are proposals that stand in no question.
func (s *State) LeaveOut(of []Found) error {
	for _, p := range of {
		_, gathers := s.Gathering(p.Call)
		switch in := s.In(p.Ref); {
		case !gathers || !p.Published:
			return refusal.In("of", "formulation.proposal", "ref", string(p.Ref))
		case in != cite.None:
			return refusal.In("of", "formulation.elsewhere", "ref", string(p.Ref), "question", string(in))
		}
	}
	return nil
}

// Dissolve takes a question away that no edition has taken up: its proposals wait again.
type Dissolve struct {
	Question cite.Ref
	Reason   string        // at most input.MaxOutcome characters
	Seen     cite.Position // the wording that it had when it was read
}

// Check cleans the reason and holds it to its bounds.
func (c Dissolve) Check() (Dissolve, error) {
	var in input.Check
	in.Short("reason", &c.Reason, input.MaxOutcome)
	in.If(c.Reason == "", "reason", "desk.reason")
	return c, in.Err()
}

// Dissolve decides. taken: an edition has taken the question up.
func (s *State) Dissolve(act cite.Act, taken bool, c Dissolve) (cite.Proposal, error) {
	q, ok := s.Question(c.Question)
	switch {
	case !ok || q.Dissolved != 0:
		return cite.Proposal{}, refusal.New(refusal.Hidden, "formulation.unknown")
	//mutants:guard nobody dissolves a question in words that they have not seen
	case q.Now().Position != c.Seen:
		return cite.Proposal{}, refusal.New(refusal.Conflict, "formulation.changed")
	case taken:
		return cite.Proposal{}, refusal.New(refusal.NotNow, "formulation.taken")
	}
	return cite.Proposal{Body: Dissolved{Ref: c.Question, Of: q.Now().Of, By: act.By, At: act.At}, Words: cite.Words{"reason": c.Reason}}, nil
}

// Apply takes the question away.
func (f *Dissolved) Apply(s *State, at cite.Entry) error {
	q, ok := s.Question(f.Ref)
	if !ok {
		return fmt.Errorf("%w: %s", ErrGap, f.Ref)
	}
	s.release(q)
	changed := *q
	changed.Dissolved = at.Position
	s.replace(&changed)
	return nil
}
