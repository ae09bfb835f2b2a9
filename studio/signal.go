package studio

import (
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/refusal"
)

// What a booth tells the chair and the technician.
const (
	SlowDown = "slow"  // whoever speaks is too fast
	BadSound = "sound" // it cannot be worked from
)

// Signals lists what a booth tells.
var Signals = []string{SlowDown, BadSound}

// For how long a signal is shown, and how soon a booth gives the same again.
const (
	SignalFor  = time.Minute
	SignalRest = 10 * time.Second
)

// Signal is what a booth told.
type Signal struct {
	Sitting int
	Channel string // one of Interpreted
	Kind    string // one of Signals
	At      time.Time
}

// Heard lists the signals of a sitting that are shown at an instant, the latest first.
func (s *Studio) Heard(sitting int, now time.Time) (out []Signal) {
	for _, x := range slices.Backward(s.Told) {
		if x.Sitting == sitting && now.Before(x.At.Add(SignalFor)) {
			out = append(out, x)
		}
	}
	return out
}

// GiveSignal tells the chair and the technician something from a booth.
type GiveSignal struct {
	Session cite.Ref // s2
	Sitting int      // of the session, which is open
	Channel string   // of the booth: one of the six languages, or sign
	Kind    string   // slow or sound
}

// Check looks that it tells something.
func (c GiveSignal) Check() (GiveSignal, error) {
	var in input.Check
	in.OneOf("channel", c.Channel, Interpreted(), "studio.channel")
	in.OneOf("kind", c.Kind, Signals, "studio.signal")
	return c, in.Err()
}

// GiveSignal decides. That it comes from the booth was looked up before.
func (s *Rooms) GiveSignal(act cite.Act, sat Sat, c GiveSignal) (cite.Proposal, error) {
	if err := notOpen(sat); err != nil {
		return cite.Proposal{}, err
	}
	//mutants:guard a booth does not fill the record: the same signal once in a while
	if slices.ContainsFunc(s.Of(c.Session).Told, func(x Signal) bool {
		return x.Channel == c.Channel && x.Kind == c.Kind && act.At.Before(x.At.Add(SignalRest))
	}) {
		return cite.Proposal{}, refusal.New(refusal.TooMany, "studio.signalled")
	}
	return cite.Proposal{Body: SignalGiven{Session: c.Session, Sitting: c.Sitting, Channel: c.Channel, Kind: c.Kind, By: act.By, At: act.At}}, nil
}

// SignalGiven: a booth told the chair and the technician something.
type SignalGiven struct {
	Session cite.Ref  `json:"session"`
	Sitting int       `json:"sitting"`
	Channel string    `json:"channel"` // one of Interpreted
	Kind    string    `json:"kind"`    // one of Signals
	By      string    `json:"by,omitempty"`
	At      time.Time `json:"at"`
}

// Describe: what a booth tells is for those who hold an office.
func (f SignalGiven) Describe() cite.Description {
	return cite.Description{Kind: "studio.signal-given/1", Touches: []cite.Ref{f.Session, Any}, About: cite.None}
}

// Apply keeps it in the place of the last one of the same kind.
func (f *SignalGiven) Apply(s *Rooms, _ cite.Entry) error {
	return s.change(f.Session, func(x *Studio) error {
		x.Told = slices.DeleteFunc(slices.Clone(x.Told), func(o Signal) bool { return o.Channel == f.Channel && o.Kind == f.Kind })
		x.Told = append(x.Told, Signal{Sitting: f.Sitting, Channel: f.Channel, Kind: f.Kind, At: f.At})
		return nil
	})
}
