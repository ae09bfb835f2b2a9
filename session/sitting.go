package session

import (
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// Invite announces the call that takes the interventions of a session, from now until some days after its last sitting.
type Invite struct {
	Session    cite.Ref      // s2
	Paper      cite.Ref      // that interventions are on
	Days       int           // after the end of the session until which they are filed, 0 to MaxDays
	Late       string        // what becomes of later ones: kept and marked as late, or refused
	Moderation string        // before or after they are published
	Who        string        // may file: everybody, signed_in or parties
	Text       locale.Text   // what is asked, at most input.MaxText characters; may be empty
	Terms      locale.Text   // of publication, at most input.MaxOutcome characters; may be empty
	Seen       cite.Position // where the session changed last when it was read
}

// Check holds the days to their bounds. The call is held to its own.
func (c Invite) Check() (Invite, error) {
	var in input.Check
	in.If(c.Days < 0 || c.Days > MaxDays, "days", "session.days", "max", MaxDays)
	return c, in.Err()
}

// Invite decides, for the call that is announced with it, and says until when that takes interventions: to the end of a day of the host.
func (s *State) Invite(act cite.Act, call cite.Ref, c Invite) (f cite.Proposal, x *Session, until time.Time, err error) {
	if x, err = s.standing(c.Session, c.Seen); err != nil {
		return f, nil, until, err
	}
	switch {
	case x.Call != cite.None:
		return f, nil, until, refusal.New(refusal.Conflict, "session.invited")
	case x.Ends().IsZero():
		return f, nil, until, refusal.New(refusal.NotNow, "session.no_sitting")
	}
	zone, err := time.LoadLocation(x.Plan.Zone)
	if err != nil {
		zone = time.UTC
	}
	y, m, d := x.Ends().In(zone).Date()
	until = time.Date(y, m, d+c.Days+1, 0, 0, 0, 0, zone)
	return cite.Proposal{Body: Invited{Session: c.Session, Call: call, Days: c.Days, By: act.By, At: act.At}}, x, until, nil
}

// Apply joins the session with the call.
func (f *Invited) Apply(s *State, at cite.Entry) error {
	return s.change(f.Session, at, func(x *Session) bool { x.Call, x.Days = f.Call, f.Days; return true })
}

// OpenSitting says when a sitting was opened.
type OpenSitting struct {
	Session cite.Ref  // s2
	Number  int       // of the sitting
	Opened  time.Time // zero: now
}

// Check puts the instant into UTC.
func (c OpenSitting) Check() (OpenSitting, error) { c.Opened = c.Opened.UTC(); return c, nil }

// found finds a sitting that was not called off.
func (s *State) found(r cite.Ref, n int) (x *Session, t Sitting, err error) {
	x, ok := s.Session(r)
	if ok && x.Ref == r {
		t, ok = x.Sitting(n)
	}
	if !ok || x.Ref != r {
		return nil, t, refusal.New(refusal.Hidden, "session.unknown")
	}
	if t.Off {
		return nil, t, refusal.New(refusal.NotNow, "session.off")
	}
	return x, t, nil
}

// OpenSitting decides. A sitting is opened once, not in the future, and not while another is open.
func (s *State) OpenSitting(act cite.Act, c OpenSitting) (cite.Proposal, error) {
	x, t, err := s.found(c.Session, c.Number)
	if err != nil {
		return cite.Proposal{}, err
	}
	if c.Opened.IsZero() {
		c.Opened = act.At
	}
	switch {
	case !t.Opened.IsZero():
		return cite.Proposal{}, refusal.New(refusal.Conflict, "session.opened")
	case x.State() == Sits:
		return cite.Proposal{}, refusal.New(refusal.NotNow, "session.another")
	}
	//mutants:guard nothing is entered of what cannot have happened yet
	if c.Opened.After(act.At) {
		return cite.Proposal{}, refusal.In("opened", "session.future")
	}
	for _, other := range x.Sittings {
		if other.Closed.After(c.Opened) {
			return cite.Proposal{}, refusal.In("opened", "session.before")
		}
	}
	return cite.Proposal{Body: SittingOpened{Session: c.Session, Number: c.Number, Opened: c.Opened, By: act.By, At: act.At}}, nil
}

// Apply opens the sitting.
func (f *SittingOpened) Apply(s *State, at cite.Entry) error {
	return s.change(f.Session, at, func(x *Session) bool {
		return x.sat(f.Number, func(t *Sitting) { t.Opened = f.Opened })
	})
}

// sat changes a sitting.
func (s *Session) sat(n int, change func(*Sitting)) bool {
	if n < 1 || n > len(s.Sittings) {
		return false
	}
	s.Sittings = slices.Clone(s.Sittings)
	change(&s.Sittings[n-1])
	return true
}

// CloseSitting says when a sitting was closed.
type CloseSitting struct {
	Session cite.Ref  // s2
	Number  int       // of the sitting
	Closed  time.Time // zero: now
}

// Check puts the instant into UTC.
func (c CloseSitting) Check() (CloseSitting, error) { c.Closed = c.Closed.UTC(); return c, nil }

// CloseSitting decides.
func (s *State) CloseSitting(act cite.Act, c CloseSitting) (cite.Proposal, error) {
	x, t, err := s.found(c.Session, c.Number)
	if err != nil {
		return cite.Proposal{}, err
	}
	last := t.Opened
	for _, k := range s.spoken.All() {
		if k.Item.Root() == x.Ref && k.Sitting == c.Number && k.To.After(last) {
			last = k.To
		}
	}
	said := !c.Closed.IsZero()
	if !said {
		if c.Closed = act.At; c.Closed.Before(last) { // the server's own clock was put back: whoever closes it now does not wait until that is where it was
			c.Closed = last
		}
	}
	switch {
	case t.Opened.IsZero():
		return cite.Proposal{}, refusal.New(refusal.NotNow, "session.not_open")
	case !t.Closed.IsZero():
		return cite.Proposal{}, refusal.New(refusal.Conflict, "session.closed")
	case c.Closed.Before(last):
		return cite.Proposal{}, refusal.In("closed", "session.before")
	}
	//mutants:guard nothing is entered of what cannot have happened yet
	if said && c.Closed.After(act.At) {
		return cite.Proposal{}, refusal.In("closed", "session.future")
	}
	return cite.Proposal{Body: SittingClosed{Session: c.Session, Number: c.Number, Closed: c.Closed, By: act.By, At: act.At}}, nil
}

// Apply closes the sitting.
func (f *SittingClosed) Apply(s *State, at cite.Entry) error {
	return s.change(f.Session, at, func(x *Session) bool {
		return x.sat(f.Number, func(t *Sitting) { t.Closed = f.Closed })
	})
}

// AdoptAgenda says that the chair asked whether anybody objects to the agenda, and that no objection was seen.
type AdoptAgenda struct {
	Session cite.Ref      // s2
	Sitting int           // in which it was adopted
	Adopted time.Time     // zero: now
	Seen    cite.Position // where the session changed last when it was read
}

// Check puts the instant into UTC.
func (c AdoptAgenda) Check() (AdoptAgenda, error) { c.Adopted = c.Adopted.UTC(); return c, nil }

// Adopt decides: once, in a sitting, and of the agenda that was read.
func (s *State) Adopt(act cite.Act, c AdoptAgenda) (cite.Proposal, error) {
	x, err := s.standing(c.Session, c.Seen)
	if err != nil {
		return cite.Proposal{}, err
	}
	_, t, err := s.found(c.Session, c.Sitting)
	if err != nil {
		return cite.Proposal{}, err
	}
	if c.Adopted.IsZero() {
		c.Adopted = act.At
	}
	switch {
	case x.Adopted != nil:
		return cite.Proposal{}, refusal.New(refusal.Conflict, "session.adopted")
	case len(x.Standing()) == 0:
		return cite.Proposal{}, refusal.New(refusal.NotNow, "session.no_item")
	}
	if err := t.during(act, "adopted", c.Adopted, c.Adopted); err != nil {
		return cite.Proposal{}, err
	}
	return cite.Proposal{Body: AgendaAdopted{Session: c.Session, Sitting: c.Sitting, Adopted: c.Adopted, Items: x.Standing(), By: act.By, At: act.At}}, nil
}

// InSitting looks that something happened in a sitting of a session, from an instant until another, as what was said in it has to.
func (s *State) InSitting(act cite.Act, session cite.Ref, n int, from, to time.Time) error {
	_, t, err := s.found(session, n)
	if err != nil {
		return err
	}
	return t.during(act, "from", from, to)
}

// during looks that something happened in a sitting.
func (t Sitting) during(act cite.Act, field string, from, to time.Time) error {
	if t.Opened.IsZero() {
		return refusal.New(refusal.NotNow, "session.not_open")
	}
	//mutants:guard nothing is entered of what cannot have happened yet
	if to.After(act.At) {
		return refusal.In(field, "session.future")
	}
	//mutants:guard nothing is entered as said in a sitting that was not said while it was open
	if from.Before(t.Opened) || !t.Closed.IsZero() && to.After(t.Closed) {
		return refusal.In(field, "session.outside")
	}
	return nil
}

// Apply notes it.
func (f *AgendaAdopted) Apply(s *State, at cite.Entry) error {
	return s.change(f.Session, at, func(x *Session) bool {
		x.Adopted = &Adoption{Sitting: f.Sitting, At: f.Adopted, Items: f.Items, Position: at.Position}
		return true
	})
}
