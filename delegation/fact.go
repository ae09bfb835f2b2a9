package delegation

import (
	"fmt"
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
)

// Granted: a participant holds a role from now on.
type Granted struct {
	Participant Participant `json:"participant"`
	Role        string      `json:"role"`
	By          Participant `json:"by,omitempty"`
}

// Describe: who holds which office is public.
func (f Granted) Describe() cite.Description {
	return cite.Description{Kind: "delegation.granted/1", Touches: []cite.Ref{f.Participant.Ref()}, About: cite.Public}
}

// Apply gives the role.
func (f *Granted) Apply(r *Roll, _ cite.Entry) error {
	if role, ok := ParseRole(f.Role); ok {
		r.roles[f.Participant] = r.roles[f.Participant].With(role)
	}
	return nil
}

// Revoked: a participant holds a role no more.
type Revoked struct {
	Participant Participant `json:"participant"`
	Role        string      `json:"role"`
	By          Participant `json:"by,omitempty"`
}

// Describe: who holds which office is public.
func (f Revoked) Describe() cite.Description {
	return cite.Description{Kind: "delegation.revoked/1", Touches: []cite.Ref{f.Participant.Ref()}, About: cite.Public}
}

// Apply takes the role away.
func (f *Revoked) Apply(r *Roll, _ cite.Entry) error {
	if role, ok := ParseRole(f.Role); ok {
		r.roles[f.Participant] = r.roles[f.Participant].Without(role)
	}
	return nil
}

// Entered: a party stands on the roll. Words: name.
type Entered struct {
	Party    Party       `json:"party"`
	Category string      `json:"category"`
	Country  string      `json:"country,omitempty"`
	By       Participant `json:"by,omitempty"`
}

// Describe: who is on the roll is public.
func (f Entered) Describe() cite.Description {
	return cite.Description{Kind: "delegation.entered/1", Touches: []cite.Ref{f.Party.Ref()}, About: cite.Public}
}

// Apply puts the party on the roll.
func (f *Entered) Apply(r *Roll, at cite.Entry) error {
	r.parties[f.Party] = Standing{Entered: at.Position, Named: at.Position, Category: f.Category, Country: f.Country}
	return nil
}

// Authorised: a participant may speak for a party, or is in its delegation in a capacity, from now on.
type Authorised struct {
	Participant Participant `json:"participant"`
	Party       Party       `json:"party"`
	By          Participant `json:"by,omitempty"`
	Capacity    Capacity    `json:"capacity,omitempty"`
	Until       time.Time   `json:"until,omitzero"` // the first instant at which the mandate is over
	At          time.Time   `json:"at,omitzero"`    // when it was given, where it has an end
}

// Describe: who may speak for whom is public, by number.
func (f Authorised) Describe() cite.Description {
	return cite.Description{Kind: "delegation.authorised/1", Touches: []cite.Ref{f.Participant.Ref(), f.Party.Ref()}, About: cite.Public}
}

// Apply lets the participant speak for the party.
func (f *Authorised) Apply(r *Roll, at cite.Entry) error {
	from := f.At
	if from.IsZero() {
		from = at.Time
	}
	r.give(from, Authority{Participant: f.Participant, Party: f.Party, By: f.By, Since: at.Time, Capacity: f.Capacity, Until: f.Until})
	r.note(f.Party, at, Step{Did: "authorised", By: f.By, Participant: f.Participant, Capacity: f.Capacity, Until: f.Until})
	return nil
}

// Unauthorised: a participant may speak for a party no more.
type Unauthorised struct {
	Participant Participant `json:"participant"`
	Party       Party       `json:"party"`
	By          Participant `json:"by,omitempty"`
}

// Describe: who may no longer speak for whom is public, by number.
func (f Unauthorised) Describe() cite.Description {
	return cite.Description{Kind: "delegation.unauthorised/1", Touches: []cite.Ref{f.Participant.Ref(), f.Party.Ref()}, About: cite.Public}
}

// Apply ends the authority.
func (f *Unauthorised) Apply(r *Roll, at cite.Entry) error {
	has, _ := r.Holds(f.Participant, f.Party)
	r.take(f.Participant, f.Party)
	r.note(f.Party, at, Step{Did: "ended", By: f.By, Participant: f.Participant, Capacity: has.Capacity})
	return nil
}

// Renamed: a party has another name from now on. Words: name.
type Renamed struct {
	Party Party       `json:"party"`
	By    Participant `json:"by,omitempty"`
}

// Describe: who is on the roll, under which name, is public.
func (f Renamed) Describe() cite.Description {
	return cite.Description{Kind: "delegation.renamed/1", Touches: []cite.Ref{f.Party.Ref()}, About: cite.Public}
}

// Apply gives the party its name, and keeps where the one before stands.
func (f *Renamed) Apply(r *Roll, at cite.Entry) error {
	s, ok := r.parties[f.Party]
	if !ok {
		return fmt.Errorf("delegation: %s is renamed and is not on the roll", f.Party.Ref())
	}
	r.before[f.Party] = append(slices.Clone(r.before[f.Party]), s.Named)
	s.Named = at.Position
	r.parties[f.Party] = s
	return nil
}
