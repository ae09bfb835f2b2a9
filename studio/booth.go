package studio

import (
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/refusal"
)

// MaxSeats is how many interpreters a booth has at most.
const MaxSeats = 8

// Seat is that an interpreter works in the booth of a channel, throughout a session.
type Seat struct {
	Channel     string // one of Interpreted
	Participant cite.Ref
}

// Booth lists the interpreters of a channel, in the order in which they were given it.
func (s *Studio) Booth(channel string) (out []cite.Ref) {
	for _, x := range s.Seats {
		if x.Channel == channel {
			out = append(out, x.Participant)
		}
	}
	return out
}

func (s *Studio) works(who cite.Ref, channel string) bool {
	return slices.Contains(s.Seats, Seat{Channel: channel, Participant: who})
}

// Booths lists the channels in whose booths somebody works.
func (s *Studio) Booths(who cite.Ref) (out []string) {
	for _, c := range Interpreted() {
		if s.works(who, c) {
			out = append(out, c)
		}
	}
	return out
}

// AssignBooth gives an interpreter the booth of a channel for a session, or takes it away.
type AssignBooth struct {
	Session     cite.Ref // s2
	Channel     string   // one of the six languages, or sign
	Participant cite.Ref // who works there: a participant that holds the office of interpreter
	Off         bool     // it is taken away
}

// Check looks that there is such a booth.
func (c AssignBooth) Check() (AssignBooth, error) {
	var in input.Check
	in.OneOf("channel", c.Channel, Interpreted(), "studio.channel")
	return c, in.Err()
}

// AssignBooth decides. That it is an interpreter was looked up before.
func (s *Rooms) AssignBooth(act cite.Act, c AssignBooth) (cite.Proposal, error) {
	had := s.Of(c.Session).Booth(c.Channel)
	switch works := slices.Contains(had, c.Participant); {
	case works != c.Off:
		return cite.Proposal{}, refusal.New(refusal.Conflict, "studio.assigned")
	case !c.Off && len(had) == MaxSeats:
		return cite.Proposal{}, refusal.In("participant", "studio.seats", "max", MaxSeats)
	}
	return cite.Proposal{Body: BoothAssigned{Session: c.Session, Channel: c.Channel, Participant: c.Participant, Off: c.Off, By: act.By, At: act.At}}, nil
}

// BoothAssigned: an interpreter was given the booth of a channel, or it was taken away.
type BoothAssigned struct {
	Session     cite.Ref  `json:"session"`
	Channel     string    `json:"channel"` // one of Interpreted
	Participant cite.Ref  `json:"participant"`
	Off         bool      `json:"off,omitempty"` // it was taken away
	By          string    `json:"by,omitempty"`
	At          time.Time `json:"at"`
}

// Describe: who works where is for those who hold an office.
func (f BoothAssigned) Describe() cite.Description {
	return cite.Description{Kind: "studio.booth-assigned/1", Touches: []cite.Ref{f.Session, Any}, About: cite.None}
}

// Apply gives it, or takes it away.
func (f *BoothAssigned) Apply(s *Rooms, _ cite.Entry) error {
	return s.change(f.Session, func(x *Studio) error {
		y := Seat{Channel: f.Channel, Participant: f.Participant}
		x.Seats = slices.DeleteFunc(slices.Clone(x.Seats), func(o Seat) bool { return o == y })
		if !f.Off {
			x.Seats = append(x.Seats, y)
			return nil
		}
		x.Air = slices.Clone(x.Air) // whoever does not work in a booth is not on air in it, and asks nobody for it
		for i := range x.Air {
			if a := &x.Air[i]; a.Channel == f.Channel && a.On == f.Participant {
				a.On, a.Asks = cite.None, cite.None
			} else if a.Channel == f.Channel && a.Asks == f.Participant {
				a.Asks = cite.None
			}
		}
		return nil
	})
}
