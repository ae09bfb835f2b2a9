package studio

import (
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// Any stands for the sound and picture of all sessions, for pages that show some of it.
const Any cite.Ref = "studios"

// Channels beside the languages.
const (
	Original = "floor" // what is said on the floor, in whatever language
	Sign     = "sign"  // International Sign
)

// Channels lists the channels: the sound of the floor, the languages, International Sign.
func Channels() []string { return append([]string{Original}, Interpreted()...) }

// Interpreted lists the channels into which interpreters work.
func Interpreted() (out []string) {
	for _, l := range locale.All {
		out = append(out, string(l))
	}
	return append(out, Sign)
}

// Sat is what is known of a sitting, which is looked up for the rules.
type Sat struct {
	Begins, Ends   time.Time // as it is planned
	Opened, Closed time.Time // zero while it was not
}

// Open reports whether the sitting is open.
func (s Sat) Open() bool { return !s.Opened.IsZero() && s.Closed.IsZero() }

// Overrun is how long after its planned end a sitting that is open may still be heard: a night's work. One that nobody closes ends then.
const Overrun = 18 * time.Hour

// Over is when the sitting ends: when it was closed, else when it is to end, and while it is open at the latest Overrun after that, or as long after it was opened
// as it was to take where it was opened late.
func (s Sat) Over() time.Time {
	switch {
	case s.Open():
		late := max(0, s.Opened.Sub(s.Begins))
		return s.Ends.Add(late + Overrun)
	case !s.Closed.IsZero():
		return s.Closed
	}
	return s.Ends
}

// Studio is the sound and picture of one session.
type Studio struct {
	Session    cite.Ref
	Links      []Link      // as they stand
	States     []State     // of interpretation: all that were ever said, oldest first
	Seats      []Seat      // in the booths
	Told       []Signal    // the last of each kind from each booth
	Air        []Air       // who is on air, sitting by sitting
	Texts      []Text      // that wait to be said
	Recordings []Recording // as they stand
}

// Rooms is the state of this room: the studios of all sessions.
type Rooms struct{ all []*Studio } // one that changes is replaced by another

// Snapshot is the state as it is now, whatever is done later.
func (s *Rooms) Snapshot() *Rooms { return &Rooms{all: s.all[:len(s.all):len(s.all)]} }

// Of is the studio of a session; an empty one where nothing was said of it.
func (s *Rooms) Of(session cite.Ref) *Studio {
	if i := slices.IndexFunc(s.all, func(x *Studio) bool { return x.Session == session }); i >= 0 {
		return s.all[i]
	}
	return &Studio{Session: session}
}

// change replaces a studio by another, which a fold makes of it.
func (s *Rooms) change(session cite.Ref, fold func(*Studio) error) error {
	is := *s.Of(session)
	if err := fold(&is); err != nil {
		return err
	}
	s.all = slices.Clone(s.all)
	if i := slices.IndexFunc(s.all, func(x *Studio) bool { return x.Session == session }); i >= 0 {
		s.all[i] = &is
	} else {
		s.all = append(s.all, &is)
	}
	return nil
}

// described describes a fact that everybody may read.
func described(kind string, session cite.Ref) cite.Description {
	return cite.Description{Kind: kind, Touches: []cite.Ref{session, Any}, About: cite.Public}
}

// notOpen refuses what is said of a sitting that is not open.
func notOpen(sat Sat) error {
	if sat.Opened.IsZero() {
		return refusal.New(refusal.NotNow, "session.not_open")
	}
	if !sat.Closed.IsZero() {
		return refusal.New(refusal.NotNow, "session.closed")
	}
	return nil
}
