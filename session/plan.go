package session

import (
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// PlanSession plans a session, or puts right what was planned of it as a whole.
type PlanSession struct {
	Session cite.Ref      // s2, which is put right; None for a new one
	Plan    Plan          // what is said of the session as a whole
	Reason  locale.Text   // why it is put right, at most input.MaxOutcome characters; only then
	Seen    cite.Position // where the session changed last when it was read; 0 for a new one
}

// Check cleans the texts and holds everything to its bounds.
func (c PlanSession) Check() (PlanSession, error) {
	var in input.Check
	in.Lines("title", &c.Plan.Title, input.MaxTitle)
	in.If(c.Plan.Title.Empty(), "title", "session.title")
	in.Lines("place", &c.Plan.Place, input.MaxTitle)
	in.OneOf("form", c.Plan.Form, Forms, "session.form")
	in.If(c.Plan.Form == Room && c.Plan.Place.Empty(), "place", "session.place")
	if c.Plan.Zone == "" {
		c.Plan.Zone = "UTC"
	}
	in.Zone("zone", c.Plan.Zone)
	in.Address("link", &c.Plan.Link)
	if c.Plan.Form == Online || c.Plan.Place.Empty() {
		c.Plan.Place = locale.Text{}
	}
	c.Reason = why(&in, c.Session != cite.None, c.Reason)
	return c, in.Err()
}

// why cleans a reason, which is needed where something that was planned is put right.
func why(in *input.Check, again bool, reason locale.Text) locale.Text {
	in.Texts("reason", &reason, input.MaxOutcome)
	in.If(again && reason.Empty(), "reason", "desk.reason")
	if !again || reason.Empty() {
		return locale.Text{}
	}
	return reason
}

// Plan decides.
func (s *State) Plan(act cite.Act, c PlanSession) (cite.Proposal, error) {
	f := Planned{Ref: c.Session, Plan: c.Plan, Reason: c.Reason, By: act.By, At: act.At}
	if f.New = c.Session == cite.None; f.New {
		f.Ref = cite.Session(len(s.sessions) + 1)
		return cite.Proposal{Body: f}, nil
	}
	_, err := s.standing(c.Session, c.Seen)
	return cite.Proposal{Body: f}, err
}

// Apply adds the session, or puts its plan right.
func (f *Planned) Apply(s *State, at cite.Entry) error {
	if f.New {
		if f.Ref != cite.Session(len(s.sessions)+1) {
			return ErrGap
		}
		s.sessions = append(s.sessions, &Session{Ref: f.Ref, Plan: f.Plan, Position: at.Position, Seen: at.Position, At: f.At})
		return nil
	}
	return s.change(f.Ref, at, func(x *Session) bool {
		x.Plan = f.Plan
		x.note(at.Position, "plan", 0, f.At, f.Reason)
		return true
	})
}

func (s *Session) note(at cite.Position, of string, n int, when time.Time, reason locale.Text) {
	s.Changes = append(slices.Clip(s.Changes), Change{Position: at, Of: of, Number: n, At: when, Reason: reason})
}

// PlanSitting plans a sitting, puts right when it is, or calls it off.
type PlanSitting struct {
	Session cite.Ref      // s2
	Number  int           // of the sitting that is put right; 0 for a new one
	Begins  time.Time     // as planned
	Ends    time.Time     // as planned; after midnight it is the next day
	Off     bool          // it is called off
	Reason  locale.Text   // why it is put right or called off, at most input.MaxOutcome characters
	Seen    cite.Position // where the session changed last when it was read
}

// Check holds the instants to their order.
func (c PlanSitting) Check() (PlanSitting, error) {
	var in input.Check
	c.Begins, c.Ends = c.Begins.UTC(), c.Ends.UTC()
	in.If(!c.Off && (c.Begins.IsZero() || !c.Begins.Before(c.Ends)), "ends", "session.order")
	in.If(!c.Off && c.Ends.Sub(c.Begins) > MaxLong, "ends", "session.long", "max", int(MaxLong/time.Hour))
	in.If(c.Off && c.Number == 0, "off", "session.nothing")
	c.Reason = why(&in, c.Number > 0, c.Reason)
	return c, in.Err()
}

// PlanSitting decides. A sitting that was opened stays as it was; two of a session do not overlap.
func (s *State) PlanSitting(act cite.Act, c PlanSitting) (cite.Proposal, error) {
	x, err := s.standing(c.Session, c.Seen)
	if err != nil {
		return cite.Proposal{}, err
	}
	was, ok := x.Sitting(c.Number)
	switch {
	case c.Number != 0 && !ok:
		return cite.Proposal{}, refusal.New(refusal.Hidden, "session.unknown")
	case c.Number == 0 && len(x.Sittings) == MaxSittings:
		return cite.Proposal{}, refusal.New(refusal.NotNow, "session.sittings", "max", MaxSittings)
	}
	//mutants:guard what was opened is not planned otherwise afterwards
	if ok && !was.Opened.IsZero() {
		return cite.Proposal{}, refusal.New(refusal.NotNow, "session.opened")
	}
	for i, t := range x.Sittings {
		if i+1 != c.Number && !c.Off && !t.Off && c.Begins.Before(t.Ends) && t.Begins.Before(c.Ends) {
			return cite.Proposal{}, refusal.In("begins", "session.overlap", "n", i+1)
		}
	}
	f := SittingPlanned{Session: c.Session, Number: c.Number, Begins: c.Begins, Ends: c.Ends, Off: c.Off, Reason: c.Reason, By: act.By, At: act.At}
	if f.Number == 0 {
		f.Number = len(x.Sittings) + 1
	}
	if f.Off {
		f.Begins, f.Ends = was.Begins, was.Ends
	}
	return cite.Proposal{Body: f}, nil
}

// Apply adds the sitting, or puts it right.
func (f *SittingPlanned) Apply(s *State, at cite.Entry) error {
	return s.change(f.Session, at, func(x *Session) bool {
		t := Sitting{Begins: f.Begins, Ends: f.Ends, Off: f.Off, Position: at.Position}
		switch n := f.Number; {
		case n == len(x.Sittings)+1:
			x.Sittings = append(slices.Clip(x.Sittings), t)
		case n >= 1 && n <= len(x.Sittings):
			x.Sittings = slices.Clone(x.Sittings)
			x.Sittings[n-1] = t
			x.note(at.Position, "sitting", n, f.At, f.Reason)
		default:
			return false
		}
		return true
	})
}

// PlanItem puts an item on the agenda, puts it right, or takes it off.
type PlanItem struct {
	Session cite.Ref      // s2
	Number  int           // of the item that is put right; 0 for a new one
	Item    Content       // what it says
	Off     bool          // it is taken off the agenda
	Reason  locale.Text   // why it is put right or taken off, at most input.MaxOutcome characters
	Seen    cite.Position // where the session changed last when it was read
}

// Check cleans the texts and holds everything to its bounds.
func (c PlanItem) Check() (PlanItem, error) {
	var in input.Check
	in.If(c.Off && c.Number == 0, "off", "session.nothing")
	c.Reason = why(&in, c.Number > 0, c.Reason)
	if c.Off {
		c.Item = Content{}
		return c, in.Err()
	}
	in.Line("label", &c.Item.Label, MaxLabel)
	in.Lines("title", &c.Item.Title, input.MaxTitle)
	in.If(c.Item.Title.Empty(), "title", "session.item_title")
	in.If(len(c.Item.About) > MaxAbout, "about", "session.about_many", "max", MaxAbout)
	in.If(len(c.Item.TakesUp) > MaxTakesUp, "takes_up", "session.takes_many", "max", MaxTakesUp)
	in.If(len(c.Item.Documents) > MaxDocuments, "documents", "session.documents_many", "max", MaxDocuments)
	c.Item.About, c.Item.TakesUp, c.Item.Documents = once(c.Item.About), once(c.Item.TakesUp), slices.Clone(c.Item.Documents)
	for i := range c.Item.Documents {
		d := &c.Item.Documents[i]
		in.Lines("documents", &d.Title, input.MaxTitle)
		in.Line("documents", &d.Symbol, input.MaxName)
		in.Address("documents", &d.Source)
		in.If(d.Title.Empty() || d.Source == "", "documents", "document.incomplete")
	}
	return c, in.Err()
}

// once leaves each reference once, in their order.
func once(all []cite.Ref) (out []cite.Ref) {
	for _, r := range all {
		if !slices.Contains(out, r) {
			out = append(out, r)
		}
	}
	return out
}

// PlanItem decides. What the item names was looked up before. An item of an agenda that was adopted stays: what is put right is told beside it.
func (s *State) PlanItem(act cite.Act, c PlanItem) (cite.Proposal, error) {
	x, err := s.standing(c.Session, c.Seen)
	if err != nil {
		return cite.Proposal{}, err
	}
	was, ok := x.Item(c.Number)
	switch {
	case c.Number != 0 && !ok:
		return cite.Proposal{}, refusal.New(refusal.Hidden, "session.unknown")
	case c.Number == 0 && len(x.Items) == MaxItems:
		return cite.Proposal{}, refusal.New(refusal.NotNow, "session.items", "max", MaxItems)
	//mutants:guard what an agenda has that nobody objected to is not taken off it by one person
	case c.Off && x.Adopted != nil && slices.Contains(x.Adopted.Items, c.Number):
		return cite.Proposal{}, refusal.New(refusal.NotNow, "session.adopted")
	}
	if t, ok := x.Sitting(c.Item.Sitting); c.Item.Sitting != 0 && (!ok || t.Off) {
		return cite.Proposal{}, refusal.In("sitting", "session.sitting")
	}
	f := ItemPlanned{Session: c.Session, Number: c.Number, Item: c.Item, Off: c.Off, Reason: c.Reason, By: act.By, At: act.At}
	if f.Number == 0 {
		f.Number, f.New = len(x.Items)+1, true
	}
	if f.Off {
		f.Item = was.Content
	}
	for _, r := range slices.Concat(was.About, was.TakesUp) {
		if !slices.Contains(c.Item.About, r) && !slices.Contains(c.Item.TakesUp, r) {
			f.Was = append(f.Was, r)
		}
	}
	return cite.Proposal{Body: f}, nil
}

// Apply adds the item, or puts it right.
func (f *ItemPlanned) Apply(s *State, at cite.Entry) error {
	ref := cite.Item(f.Session, f.Number)
	return s.change(f.Session, at, func(x *Session) bool {
		it := Item{Content: f.Item, Off: f.Off, Position: at.Position}
		switch n := f.Number; {
		case n == len(x.Items)+1:
			x.Items = append(slices.Clip(x.Items), it)
		case n >= 1 && n <= len(x.Items):
			for _, r := range x.Items[n-1].TakesUp {
				s.taken.Set(r, slices.DeleteFunc(slices.Clone(s.taken.Get(r)), func(by cite.Ref) bool { return by == ref }))
			}
			x.Items = slices.Clone(x.Items)
			x.Items[n-1] = it
			x.note(at.Position, "item", n, f.At, f.Reason)
		default:
			return false
		}
		if !f.Off {
			for _, r := range f.Item.TakesUp {
				s.take(r, ref)
			}
		}
		return true
	})
}

func (s *State) take(what, by cite.Ref) {
	if was := s.taken.Get(what); !slices.Contains(was, by) {
		s.taken.Set(what, append(slices.Clip(was), by))
	}
}
