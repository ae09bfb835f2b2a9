// Package panel keeps the questions that are put in writing during a sitting, to the panel or the chair: who put one under which item, whether the chair took it,
// and whether it was answered aloud. The words stand beside their entry: the record knows that there is a question, and nobody reads what the chair did not take
// but the party that put it, and the chair.
package panel

import (
	"errors"
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// AnyQuestion stands for the questions of all sessions, for pages that show some.
const AnyQuestion cite.Ref = "panels"

// Bounds.
const (
	MaxText      = 600   // characters of a question
	MaxOfParty   = 30    // questions of a session that one party puts, what it took back among them
	MaxQuestions = 5_000 // of a session
)

// What became of a question.
const (
	Waits     = ""          // for the chair
	Taken     = "taken"     // the chair took it: everybody reads it
	Answered  = "answered"  // it was answered aloud
	Aside     = "aside"     // the chair set it aside, with a reason
	Withdrawn = "withdrawn" // by the party
)

// Question is what a party asked in writing during a sitting.
type Question struct {
	Number   int // in the session, from 1
	Sitting  int
	Item     int // of the agenda
	Party    cite.Ref
	Language locale.Lang // in which it is written
	At       time.Time
	Entry    cite.Position // where its words stand
	Became   string        // Waits, Taken, Answered, Aside, Withdrawn
	Was      bool          // the chair took it, whatever became of it then
	Reason   locale.Text   // why it was set aside
}

// Public reports whether everybody reads the question: the chair took it, and nobody set it aside or withdrew it since.
func (q Question) Public() bool { return q.Became == Taken || q.Became == Answered }

// Panel is what was asked in writing in one session.
type Panel struct {
	Session   cite.Ref
	Questions []Question // in the order in which they were put
}

// Question finds one by its number; nil where there is none.
func (p *Panel) Question(n int) *Question {
	if n < 1 || n > len(p.Questions) {
		return nil
	}
	return &p.Questions[n-1]
}

// Counts is how many questions there were, and what became of them.
type Counts struct {
	Asked     int `json:"asked"`     // in all
	Taken     int `json:"taken"`     // by the chair, whatever became of them then
	Answered  int `json:"answered"`  // aloud
	Aside     int `json:"set_aside"` // by the chair, with a reason
	Withdrawn int `json:"withdrawn"` // by the party
	Parties   int `json:"parties"`   // that asked
}

// Counts counts the questions of the session.
func (p *Panel) Counts() (c Counts) {
	parties := map[cite.Ref]bool{}
	for _, q := range p.Questions {
		c.Asked++
		parties[q.Party] = true
		if q.Was {
			c.Taken++
		}
		switch q.Became {
		case Answered:
			c.Answered++
		case Aside:
			c.Aside++
		case Withdrawn:
			c.Withdrawn++
		}
	}
	c.Parties = len(parties)
	return c
}

// Done lists where words stand that nobody needs once the session is over: those of questions that the chair did not take.
func (p *Panel) Done() (out []cite.Position) {
	for _, q := range p.Questions {
		//mutants:guard what the chair took stays to be read, and what it did not take goes when the session is over
		if !q.Public() {
			out = append(out, q.Entry)
		}
	}
	return out
}

// State is the state of this room: the questions of all sessions.
type State struct{ all []*Panel } // one that changes is replaced by another

// Snapshot is the state as it is now, whatever is done later.
func (s *State) Snapshot() *State { return &State{all: s.all[:len(s.all):len(s.all)]} }

// Of is what was asked in a session; nothing where nothing was.
func (s *State) Of(session cite.Ref) *Panel {
	if i := slices.IndexFunc(s.all, func(x *Panel) bool { return x.Session == session }); i >= 0 {
		return s.all[i]
	}
	return &Panel{Session: session}
}

// ErrGap says that a fact is about something that is not there: the record is not whole.
var ErrGap = errors.New("panel: a fact about what is not there")

// change replaces what was asked in a session by another, which a fold makes of it and finds whole or not.
func (s *State) change(session cite.Ref, fold func(*Panel) bool) error {
	is := *s.Of(session)
	if !fold(&is) {
		return ErrGap
	}
	s.all = slices.Clone(s.all)
	if i := slices.IndexFunc(s.all, func(x *Panel) bool { return x.Session == session }); i >= 0 {
		s.all[i] = &is
	} else {
		s.all = append(s.all, &is)
	}
	return nil
}

// became changes one question.
func (s *State) became(session cite.Ref, n int, change func(*Question)) error {
	return s.change(session, func(x *Panel) bool {
		x.Questions = slices.Clone(x.Questions)
		q := x.Question(n)
		if q == nil {
			return false
		}
		change(q)
		return true
	})
}

// PutQuestion asks something in writing for a party, of the panel or the chair, while a sitting is open.
type PutQuestion struct {
	Session  cite.Ref    // s2
	Item     int         // of the agenda
	Party    cite.Ref    // for which whoever asks speaks
	Language locale.Lang // in which it is written, one of the six
	Text     string      // at most MaxText characters
}

// Check cleans the text.
func (c PutQuestion) Check() (PutQuestion, error) {
	var in input.Check
	in.Short("text", &c.Text, MaxText)
	in.If(c.Text == "", "text", "panel.text")
	in.Language("language", c.Language)
	return c, in.Err()
}

// PutQuestion decides, in the sitting that is open. The item was looked up before, and that whoever asks speaks for the party.
func (s *State) PutQuestion(act cite.Act, sitting int, c PutQuestion) (cite.Proposal, error) {
	all, of := s.Of(c.Session).Questions, 0
	for _, q := range all {
		if q.Party != c.Party {
			continue
		}
		of++
		//mutants:guard one question of a party waits under an item, so that the chair reads what all ask
		if q.Item == c.Item && q.Became == Waits {
			return cite.Proposal{}, refusal.New(refusal.Conflict, "panel.waits")
		}
	}
	//mutants:guard one party does not fill what the chair has to read
	if of >= MaxOfParty || len(all) >= MaxQuestions {
		return cite.Proposal{}, refusal.New(refusal.Conflict, "panel.many", "max", MaxOfParty)
	}
	return cite.Proposal{Body: QuestionPut{Session: c.Session, Number: len(all) + 1, Sitting: sitting, Item: c.Item, Party: c.Party, Language: c.Language, By: act.By, At: act.At},
		Words: cite.Words{"text": c.Text}}, nil
}

// RetractQuestion takes a question back before it was answered. Its words are erased.
type RetractQuestion struct {
	Session  cite.Ref // s2
	Question int      // its number in the session
}

// Check has nothing to hold it to.
func (c RetractQuestion) Check() (RetractQuestion, error) { return c, nil }

// RetractQuestion decides. That whoever asks speaks for the party was looked up before.
func (s *State) RetractQuestion(act cite.Act, c RetractQuestion) (cite.Proposal, error) {
	q := s.Of(c.Session).Question(c.Question)
	if q == nil || q.Became != Waits && q.Became != Taken {
		return cite.Proposal{}, refusal.New(refusal.Conflict, "panel.done")
	}
	return cite.Proposal{Body: QuestionRetracted{Session: c.Session, Number: c.Question, Taken: q.Was, By: act.By, At: act.At}}, nil
}

// TakeQuestion takes up a question that waits, in the chair: from then on everybody reads it.
type TakeQuestion struct {
	Session  cite.Ref // s2
	Question int      // its number in the session
}

// Check has nothing to hold it to.
func (c TakeQuestion) Check() (TakeQuestion, error) { return c, nil }

// TakeQuestion decides.
func (s *State) TakeQuestion(act cite.Act, c TakeQuestion) (cite.Proposal, error) {
	q := s.Of(c.Session).Question(c.Question)
	//mutants:guard what was withdrawn or set aside is shown to nobody afterwards
	if q == nil || q.Became != Waits {
		return cite.Proposal{}, refusal.New(refusal.Conflict, "panel.done")
	}
	return cite.Proposal{Body: QuestionTaken{Session: c.Session, Number: q.Number, Item: q.Item, Party: q.Party, Language: q.Language, By: act.By, At: act.At}}, nil
}

// MarkAnswered says of a question that the chair took that it was answered aloud.
type MarkAnswered struct {
	Session  cite.Ref // s2
	Question int      // its number in the session
}

// Check has nothing to hold it to.
func (c MarkAnswered) Check() (MarkAnswered, error) { return c, nil }

// MarkAnswered decides.
func (s *State) MarkAnswered(act cite.Act, c MarkAnswered) (cite.Proposal, error) {
	q := s.Of(c.Session).Question(c.Question)
	if q == nil || q.Became != Taken {
		return cite.Proposal{}, refusal.New(refusal.Conflict, "panel.not_taken")
	}
	return cite.Proposal{Body: QuestionAnswered{Session: c.Session, Number: c.Question, By: act.By, At: act.At}}, nil
}

// SetAside sets a question aside with a reason. Where everybody could read it already, its words are erased.
type SetAside struct {
	Session  cite.Ref    // s2
	Question int         // its number in the session
	Reason   locale.Text // at most input.MaxOutcome characters in each language
}

// Check cleans the reason.
func (c SetAside) Check() (SetAside, error) {
	var in input.Check
	in.Texts("reason", &c.Reason, input.MaxOutcome)
	in.If(c.Reason.Empty(), "reason", "panel.reason")
	return c, in.Err()
}

// SetAside decides.
func (s *State) SetAside(act cite.Act, c SetAside) (cite.Proposal, error) {
	q := s.Of(c.Session).Question(c.Question)
	if q == nil || q.Became == Withdrawn || q.Became == Aside {
		return cite.Proposal{}, refusal.New(refusal.Conflict, "panel.done")
	}
	return cite.Proposal{Body: QuestionSetAside{Session: c.Session, Number: c.Question, Taken: q.Was, Reason: c.Reason, By: act.By, At: act.At}}, nil
}
