package delegation

import "github.com/openplenary/plenary/cite"

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
	r.parties[f.Party] = Standing{Entered: at.Position, Category: f.Category, Country: f.Country}
	return nil
}

// Authorised: a participant may speak for a party.
type Authorised struct {
	Participant Participant `json:"participant"`
	Party       Party       `json:"party"`
	By          Participant `json:"by,omitempty"`
}

// Describe: who may speak for whom is public, by number.
func (f Authorised) Describe() cite.Description {
	return cite.Description{Kind: "delegation.authorised/1", Touches: []cite.Ref{f.Participant.Ref(), f.Party.Ref()}, About: cite.Public}
}

// Apply lets the participant speak for the party.
func (f *Authorised) Apply(r *Roll, _ cite.Entry) error {
	r.speaks[f.Participant] = append(r.speaks[f.Participant], f.Party)
	return nil
}
