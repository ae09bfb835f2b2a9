package accreditation

import (
	"fmt"
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
)

// The facts of this room. A field is never renamed, and never changes its meaning.

// Any stands for all requests and accreditations, for pages that list or count them.
const Any cite.Ref = "accreditations"

// Offered: this is who may request accreditation from now on.
type Offered struct {
	Categories []string  `json:"categories"` // none where nobody may
	As         []string  `json:"as"`
	By         string    `json:"by,omitempty"`
	At         time.Time `json:"at"`
}

// Describe: who may request accreditation is everybody's.
func (Offered) Describe() cite.Description {
	return cite.Description{Kind: "accreditation.offered/1", Touches: []cite.Ref{Any}, About: cite.Public}
}

// Apply replaces who may request accreditation.
func (f *Offered) Apply(s *State, _ cite.Entry) error {
	s.offer = Offer{Categories: f.Categories, As: f.As}
	return nil
}

// Requested: somebody requests accreditation for a body. Words: name, interests.
type Requested struct {
	Party     cite.Ref  `json:"party"` // that the body becomes, if it is accredited
	Category  string    `json:"category"`
	Country   string    `json:"country,omitempty"`
	As        string    `json:"as"`
	Assurance string    `json:"assurance"`
	Alike     uint64    `json:"alike,string,omitempty"` // keyed hash of the name: equal for equal names
	By        string    `json:"by"`
	At        time.Time `json:"at"`
}

// Describe: what was requested and not decided is for those who decide.
func (f Requested) Describe() cite.Description {
	return cite.Description{Kind: "accreditation.requested/1", Touches: []cite.Ref{f.Party, Any}, About: cite.None}
}

// Apply has the request wait.
func (f *Requested) Apply(s *State, at cite.Entry) error {
	s.requests.Set(f.Party, Request{Party: f.Party, Position: at.Position, Category: f.Category, Country: f.Country, As: f.As, Assurance: f.Assurance, Alike: f.Alike, By: f.By, At: f.At})
	s.order = append(s.order, f.Party)
	return nil
}

// Retracted: whoever requested accreditation takes the request back.
type Retracted struct {
	Party cite.Ref  `json:"party"`
	By    string    `json:"by"`
	At    time.Time `json:"at"`
}

// Describe: what was requested and not granted is for those who decide.
func (f Retracted) Describe() cite.Description {
	return cite.Description{Kind: "accreditation.retracted/1", Touches: []cite.Ref{f.Party, Any}, About: cite.None}
}

// Apply ends the waiting.
func (f *Retracted) Apply(s *State, at cite.Entry) error {
	return s.decided(f.Party, func(r *Request) { r.Status, r.Decided = Back, at.Position })
}

// Stood reports whether the request is there and was not granted, as it is read after what was done to it is lost.
func (f *Retracted) Stood(s *State) bool {
	r, ok := s.Find(f.Party)
	return ok && r.By == f.By && (r.Became() == Waiting || r.Became() == Declined)
}

// Refused: an officer declines a request. Words: reason.
type Refused struct {
	Party cite.Ref  `json:"party"`
	By    string    `json:"by,omitempty"`
	At    time.Time `json:"at"`
}

// Describe: what was requested and not granted is for those who decide.
func (f Refused) Describe() cite.Description {
	return cite.Description{Kind: "accreditation.refused/1", Touches: []cite.Ref{f.Party, Any}, About: cite.None}
}

// Apply ends the waiting.
func (f *Refused) Apply(s *State, at cite.Entry) error {
	return s.decided(f.Party, func(r *Request) { r.Status, r.Decided = Declined, at.Position })
}

// Accredited: a body is accredited. That its party stands on the roll, and who speaks for it, is said by facts of the roll. Words: reason.
type Accredited struct {
	Party cite.Ref  `json:"party"`          // of the request
	Into  cite.Ref  `json:"into,omitempty"` // the party that stood on the roll already, where the body is that one
	As    string    `json:"as"`
	Until time.Time `json:"until,omitzero"` // zero for without an end
	By    string    `json:"by,omitempty"`
	At    time.Time `json:"at"`
}

// Describe: who is accredited is everybody's.
func (f Accredited) Describe() cite.Description {
	d := cite.Description{Kind: "accreditation.accredited/1", Touches: []cite.Ref{f.Party, Any}, About: cite.Public}
	if f.Into != cite.None {
		d.Touches = append(d.Touches, f.Into)
	}
	return d
}

// Apply lets the body stand.
func (f *Accredited) Apply(s *State, at cite.Entry) error {
	var asked cite.Position
	if err := s.decided(f.Party, func(r *Request) { r.Status, r.Decided, r.Into, asked = Granted, at.Position, f.Into, r.Position }); err != nil {
		return err
	}
	party := f.Party
	if f.Into != cite.None {
		party = f.Into
	}
	x, _ := s.standing(party)
	if x.Since.IsZero() {
		x = Standing{Party: party, As: f.As, Until: f.Until, Since: f.At, Reason: at.Position}
		x.Remind = remindAt(f.At, f.Until)
	}
	x.Requests = append(slices.Clip(x.Requests), asked)
	s.standings.Set(party, x)
	return nil
}

// Prolonged: an accreditation stands until another day. Words: reason.
type Prolonged struct {
	Party cite.Ref  `json:"party"`
	Until time.Time `json:"until,omitzero"` // zero for without an end
	By    string    `json:"by,omitempty"`
	At    time.Time `json:"at"`
}

// Describe: who is accredited until when is everybody's.
func (f Prolonged) Describe() cite.Description {
	return cite.Description{Kind: "accreditation.prolonged/1", Touches: []cite.Ref{f.Party, Any}, About: cite.Public}
}

// Apply sets the day.
func (f *Prolonged) Apply(s *State, at cite.Entry) error {
	return s.changed(f.Party, func(x *Standing) {
		x.Until, x.Reason, x.Remind, x.Told = f.Until, at.Position, remindAt(f.At, f.Until), 0
	})
}

// Terminated: an accreditation was ended. Words: reason.
type Terminated struct {
	Party cite.Ref  `json:"party"`
	By    string    `json:"by,omitempty"`
	At    time.Time `json:"at"`
}

// Describe: that an accreditation was ended, and why, is everybody's.
func (f Terminated) Describe() cite.Description {
	return cite.Description{Kind: "accreditation.terminated/1", Touches: []cite.Ref{f.Party, Any}, About: cite.Public}
}

// Apply ends it.
func (f *Terminated) Apply(s *State, at cite.Entry) error {
	return s.changed(f.Party, func(x *Standing) { x.Ended, x.Reason, x.Remind = f.At, at.Position, time.Time{} })
}

// Reminded: an accreditation will be over soon, and those who speak for the party are told.
type Reminded struct {
	Party cite.Ref  `json:"party"`
	Until time.Time `json:"until"`
	At    time.Time `json:"at"`
}

// Describe: until when an accreditation stands is everybody's.
func (f Reminded) Describe() cite.Description {
	return cite.Description{Kind: "accreditation.reminded/1", Touches: []cite.Ref{f.Party, Any}, About: cite.Public}
}

// Apply notes that it was done.
func (f *Reminded) Apply(s *State, at cite.Entry) error {
	return s.changed(f.Party, func(x *Standing) { x.Remind, x.Told, x.ToldAt = time.Time{}, at.Position, f.At })
}

// decided changes a request that is there.
func (s *State) decided(party cite.Ref, change func(*Request)) error {
	r, ok := s.Find(party)
	if !ok {
		return fmt.Errorf("accreditation: %s was not requested", party)
	}
	change(&r)
	s.requests.Set(party, r)
	return nil
}

// changed changes an accreditation that is there.
func (s *State) changed(party cite.Ref, change func(*Standing)) error {
	x, ok := s.standing(party)
	if !ok {
		return fmt.Errorf("accreditation: %s is not accredited", party)
	}
	change(&x)
	s.standings.Set(party, x)
	return nil
}
