package delegation

import "github.com/openplenary/plenary/cite"

// Granted: a participant holds a role from now on.
type Granted struct {
	Participant Participant `json:"participant"`
	Role        string      `json:"role"`
	By          Participant `json:"by,omitempty"`
}

// Revoked: a participant holds a role no more.
type Revoked struct {
	Participant Participant `json:"participant"`
	Role        string      `json:"role"`
	By          Participant `json:"by,omitempty"`
}

// Entered: a party stands on the roll. Words: name.
type Entered struct {
	Party    Party       `json:"party"`
	Category string      `json:"category"`
	Country  string      `json:"country,omitempty"`
	By       Participant `json:"by,omitempty"`
}

// Authorised: a participant may speak for a party.
type Authorised struct {
	Participant Participant `json:"participant"`
	Party       Party       `json:"party"`
	By          Participant `json:"by,omitempty"`
}

// Kind names the fact on the record.
func (Granted) Kind() string { return "delegation.granted/1" }

// Kind names the fact on the record.
func (Revoked) Kind() string { return "delegation.revoked/1" }

// Kind names the fact on the record.
func (Entered) Kind() string { return "delegation.entered/1" }

// Kind names the fact on the record.
func (Authorised) Kind() string { return "delegation.authorised/1" }

// Apply folds a fact of this room; it reports whether it knows the fact.
func (r *Roll) Apply(at cite.Entry, fact any) bool {
	switch f := fact.(type) {
	case *Granted:
		if role, ok := ParseRole(f.Role); ok {
			r.roles[f.Participant] = r.roles[f.Participant].With(role)
		}
	case *Revoked:
		if role, ok := ParseRole(f.Role); ok {
			r.roles[f.Participant] = r.roles[f.Participant].Without(role)
		}
	case *Entered:
		r.parties[f.Party] = Standing{Entered: at.Position, Category: f.Category, Country: f.Country}
	case *Authorised:
		r.speaks[f.Participant] = append(r.speaks[f.Participant], f.Party)
	default:
		return false
	}
	return true
}
