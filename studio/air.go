package studio

import (
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/refusal"
)

// Overlap is how long a colleague is waited for who does not hand a booth over: then it is taken without them.
const Overlap = 15 * time.Second

// Air is who is on air in the booth of a channel, in a sitting, and who has asked for it.
type Air struct {
	Sitting int
	Channel string   // one of Interpreted
	On      cite.Ref // the interpreter who is on air
	Asks    cite.Ref // the one who asked for it; None for nobody
	At      time.Time
}

// OnAir is who is on air in a booth; the zero value where nobody is.
func (s *Studio) OnAir(sitting int, channel string) Air {
	for _, x := range s.Air {
		if x.Sitting == sitting && x.Channel == channel {
			return x
		}
	}
	return Air{}
}

// TakeAir goes on air in a booth. Where a colleague is, it asks for it; whoever was not answered goes on air by asking again. Who asked first stands until they
// are answered or take it back.
type TakeAir struct {
	Session cite.Ref // s2
	Sitting int      // of the session, which is open
	Channel string   // of the booth: one of the six languages, or sign
	Back    bool     // what was asked is taken back
}

// Check looks that there is such a booth.
func (c TakeAir) Check() (TakeAir, error) { return c, booth(c.Channel) }

func booth(channel string) error {
	var in input.Check
	in.OneOf("channel", channel, Interpreted(), "studio.channel")
	return in.Err()
}

// TakeAir decides. That it is asked from the booth was looked up before.
func (s *Rooms) TakeAir(act cite.Act, sat Sat, c TakeAir) (cite.Proposal, error) {
	if err := notOpen(sat); err != nil {
		return cite.Proposal{}, err
	}
	me, was := cite.Ref(act.By), s.Of(c.Session).OnAir(c.Sitting, c.Channel)
	f := AirSet{Session: c.Session, Sitting: c.Sitting, Channel: c.Channel, On: me, By: act.By, At: act.At}
	switch {
	case c.Back && was.Asks == me:
		f.On = was.On
		return cite.Proposal{Body: f}, nil
	case c.Back:
		return cite.Proposal{}, refusal.New(refusal.NotNow, "studio.not_asked")
	case was.On == me:
		return cite.Proposal{}, refusal.New(refusal.Conflict, "studio.on_air")
	case was.On == cite.None, was.Asks == me && !act.At.Before(was.At.Add(Overlap)):
		return cite.Proposal{Body: f}, nil
	case was.Asks == me:
		return cite.Proposal{}, refusal.New(refusal.NotNow, "studio.asked")
	//mutants:guard who asked for the booth first is not passed over by who asks after them
	case was.Asks != cite.None && s.Of(c.Session).works(was.Asks, c.Channel):
		return cite.Proposal{}, refusal.New(refusal.NotNow, "studio.asked_before")
	}
	f.On, f.Asks = was.On, me
	return cite.Proposal{Body: f}, nil
}

// PassAir hands a booth to the colleague who asked for it.
type PassAir struct {
	Session cite.Ref // s2
	Sitting int      // of the session, which is open
	Channel string   // of the booth: one of the six languages, or sign
}

// Check looks that there is such a booth.
func (c PassAir) Check() (PassAir, error) { return c, booth(c.Channel) }

// PassAir decides.
func (s *Rooms) PassAir(act cite.Act, sat Sat, c PassAir) (cite.Proposal, error) {
	if err := notOpen(sat); err != nil {
		return cite.Proposal{}, err
	}
	was := s.Of(c.Session).OnAir(c.Sitting, c.Channel)
	//mutants:guard a booth is handed over by whoever is on air
	if was.On != cite.Ref(act.By) || was.Asks == cite.None {
		return cite.Proposal{}, refusal.New(refusal.NotNow, "studio.not_asked")
	}
	return cite.Proposal{Body: AirSet{Session: c.Session, Sitting: c.Sitting, Channel: c.Channel, On: was.Asks, By: act.By, At: act.At}}, nil
}

// AirSet: an interpreter went on air, asked a colleague for it, or took that back.
type AirSet struct {
	Session cite.Ref  `json:"session"`
	Sitting int       `json:"sitting"`
	Channel string    `json:"channel"`        // one of Interpreted
	On      cite.Ref  `json:"on"`             // who is on air from now on
	Asks    cite.Ref  `json:"asks,omitempty"` // who asks for it
	By      string    `json:"by,omitempty"`
	At      time.Time `json:"at"`
}

// Describe: who works when is for those who hold an office.
func (f AirSet) Describe() cite.Description {
	return cite.Description{Kind: "studio.air-set/1", Touches: []cite.Ref{f.Session, Any}, About: cite.None}
}

// Apply keeps it in the place of what was before.
func (f *AirSet) Apply(s *Rooms, _ cite.Entry) error {
	return s.change(f.Session, func(x *Studio) error {
		x.Air = slices.DeleteFunc(slices.Clone(x.Air), func(o Air) bool { return o.Sitting == f.Sitting && o.Channel == f.Channel })
		x.Air = append(x.Air, Air{Sitting: f.Sitting, Channel: f.Channel, On: f.On, Asks: f.Asks, At: f.At})
		return nil
	})
}
