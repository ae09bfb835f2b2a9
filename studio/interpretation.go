package studio

import (
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/refusal"
)

// How interpretation into a language stands.
const (
	On        = "on"
	Suspended = "suspended"
)

// Doings lists how interpretation may stand.
var Doings = []string{On, Suspended}

// Reasons lists why interpretation is suspended.
var Reasons = []string{"sound", "staff", "other"}

// State is that interpretation into a language began, was suspended or went on, in a sitting.
type State struct {
	Sitting  int
	Channel  string // one of Interpreted
	Is       string // one of Doings
	Reason   string // one of Reasons, of one that is suspended
	Office   string // in which it was said: that of a role
	At       time.Time
	Position cite.Position
}

// Stand is how interpretation stands in a sitting, in the order of channels; languages of which nothing was said are left out.
func (s *Studio) Stand(sitting int) (out []State) {
	for _, c := range Interpreted() {
		if x, ok := s.stands(sitting, c); ok {
			out = append(out, x)
		}
	}
	return out
}

func (s *Studio) stands(sitting int, channel string) (State, bool) {
	for _, x := range slices.Backward(s.States) {
		if x.Sitting == sitting && x.Channel == channel {
			return x, true
		}
	}
	return State{}, false
}

// Interpret says that interpretation into a language is there in a sitting that is open, is suspended, or goes on.
type Interpret struct {
	Session cite.Ref // s2
	Sitting int      // of the session, which is open
	Channel string   // one of the six languages, or sign
	Is      string   // on or suspended
	Reason  string   // sound, staff or other, of one that is suspended
}

// Check looks that it says something.
func (c Interpret) Check() (Interpret, error) {
	var in input.Check
	in.OneOf("channel", c.Channel, Interpreted(), "studio.channel")
	in.OneOf("is", c.Is, Doings, "studio.state")
	if c.Is == Suspended {
		in.OneOf("reason", c.Reason, Reasons, "studio.reason")
	} else {
		c.Reason = ""
	}
	return c, in.Err()
}

// Interpret decides, for somebody who acts in an office.
func (s *Rooms) Interpret(act cite.Act, sat Sat, office string, c Interpret) (cite.Proposal, error) {
	if err := notOpen(sat); err != nil {
		return cite.Proposal{}, err
	}
	if was, _ := s.Of(c.Session).stands(c.Sitting, c.Channel); was.Is == c.Is && was.Reason == c.Reason {
		return cite.Proposal{}, refusal.New(refusal.Conflict, "studio.stands")
	}
	return cite.Proposal{Body: InterpretationSet{Session: c.Session, Sitting: c.Sitting, Channel: c.Channel, Is: c.Is, Reason: c.Reason, Office: office, By: act.By, At: act.At}}, nil
}

// InterpretationSet: interpretation into a language began, was suspended or went on.
type InterpretationSet struct {
	Session cite.Ref  `json:"session"`
	Sitting int       `json:"sitting"`
	Channel string    `json:"channel"`          // one of Interpreted
	Is      string    `json:"is"`               // one of Doings
	Reason  string    `json:"reason,omitempty"` // one of Reasons
	Office  string    `json:"office"`           // in which it was said
	By      string    `json:"by,omitempty"`
	At      time.Time `json:"at"`
}

// Describe: whether a language is heard is everybody's.
func (f InterpretationSet) Describe() cite.Description {
	return described("studio.interpretation-set/1", f.Session)
}

// Apply notes it.
func (f *InterpretationSet) Apply(s *Rooms, at cite.Entry) error {
	return s.change(f.Session, func(x *Studio) error {
		x.States = append(slices.Clip(x.States), State{Sitting: f.Sitting, Channel: f.Channel, Is: f.Is, Reason: f.Reason, Office: f.Office, At: f.At, Position: at.Position})
		return nil
	})
}
