package panel

import (
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/locale"
)

// described describes a fact that everybody may read where the chair took the question, and else only those who hold an office.
func described(kind string, session cite.Ref, taken bool) cite.Description {
	d := cite.Description{Kind: kind, Touches: []cite.Ref{session, AnyQuestion}, About: cite.None}
	//mutants:guard that a question waits, and why it was set aside, is on the public record only where the chair took it
	if taken {
		d.About = cite.Public
	}
	return d
}

// QuestionPut: a party asked something in writing. Words: text.
type QuestionPut struct {
	Session  cite.Ref    `json:"session"`
	Number   int         `json:"n"` // in the session, from 1
	Sitting  int         `json:"sitting"`
	Item     int         `json:"item"`
	Party    cite.Ref    `json:"party"`
	Language locale.Lang `json:"language"` // in which it is written
	By       string      `json:"by"`
	At       time.Time   `json:"at"`
}

// Describe: what waits is for the chair.
func (f QuestionPut) Describe() cite.Description {
	return described("panel.question-put/1", f.Session, false)
}

// Apply adds the question. It is appended where it stands, which only the one line of states that grows does.
func (f *QuestionPut) Apply(s *State, at cite.Entry) error {
	return s.change(f.Session, func(x *Panel) bool {
		x.Questions = append(x.Questions, Question{Number: f.Number, Sitting: f.Sitting, Item: f.Item, Party: f.Party, Language: f.Language, At: f.At, Entry: at.Position})
		return f.Number == len(x.Questions)
	})
}

// QuestionRetracted: the party took its question back.
type QuestionRetracted struct {
	Session cite.Ref  `json:"session"`
	Number  int       `json:"n"`               // of the question
	Taken   bool      `json:"taken,omitempty"` // the chair had taken it
	By      string    `json:"by"`
	At      time.Time `json:"at"`
}

// Describe: it is everybody's where the question was.
func (f QuestionRetracted) Describe() cite.Description {
	return described("panel.question-retracted/1", f.Session, f.Taken)
}

// Apply notes it.
func (f *QuestionRetracted) Apply(s *State, _ cite.Entry) error {
	return s.became(f.Session, f.Number, func(q *Question) { q.Became = Withdrawn })
}

// QuestionTaken: the chair took up a question. Its words stand where it was put.
type QuestionTaken struct {
	Session  cite.Ref    `json:"session"`
	Number   int         `json:"n"` // of the question
	Item     int         `json:"item"`
	Party    cite.Ref    `json:"party"`
	Language locale.Lang `json:"language"` // in which it is written
	By       string      `json:"by"`
	At       time.Time   `json:"at"`
}

// Describe: what the chair took is everybody's.
func (f QuestionTaken) Describe() cite.Description {
	return described("panel.question-taken/1", f.Session, true)
}

// Apply notes it.
func (f *QuestionTaken) Apply(s *State, _ cite.Entry) error {
	return s.became(f.Session, f.Number, func(q *Question) { q.Became, q.Was = Taken, true })
}

// QuestionAnswered: a question that the chair took was answered aloud.
type QuestionAnswered struct {
	Session cite.Ref  `json:"session"`
	Number  int       `json:"n"` // of the question
	By      string    `json:"by"`
	At      time.Time `json:"at"`
}

// Describe: what was answered aloud is everybody's.
func (f QuestionAnswered) Describe() cite.Description {
	return described("panel.question-answered/1", f.Session, true)
}

// Apply notes it.
func (f *QuestionAnswered) Apply(s *State, _ cite.Entry) error {
	return s.became(f.Session, f.Number, func(q *Question) { q.Became = Answered })
}

// QuestionSetAside: the chair set a question aside.
type QuestionSetAside struct {
	Session cite.Ref    `json:"session"`
	Number  int         `json:"n"`               // of the question
	Taken   bool        `json:"taken,omitempty"` // the chair had taken it
	Reason  locale.Text `json:"reason"`          // why
	By      string      `json:"by"`
	At      time.Time   `json:"at"`
}

// Describe: it is everybody's where the question was.
func (f QuestionSetAside) Describe() cite.Description {
	return described("panel.question-set-aside/1", f.Session, f.Taken)
}

// Apply notes it.
func (f *QuestionSetAside) Apply(s *State, _ cite.Entry) error {
	return s.became(f.Session, f.Number, func(q *Question) { q.Became, q.Reason = Aside, f.Reason })
}
