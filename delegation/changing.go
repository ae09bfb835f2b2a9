package delegation

import (
	"github.com/openplenary/plenary/cite"
)

// Changing is a fact that gives somebody an office or the authority to speak for a party, or takes it from them.
type Changing interface {
	// Changes names who has what, and says whether it is given to them.
	Changes() (what string, given bool)
	// Stood reports whether they had it on a roll.
	Stood(r *Roll) bool
	// Apply changes a roll.
	Apply(r *Roll, at cite.Entry) error
}

// Changes names who holds which office.
func (f Granted) Changes() (string, bool) { return string(f.Participant.Ref()) + " " + f.Role, true }

// Changes names who held which office.
func (f Revoked) Changes() (string, bool) { return string(f.Participant.Ref()) + " " + f.Role, false }

// Changes names who may speak for which party.
func (f Authorised) Changes() (string, bool) {
	return string(f.Participant.Ref()) + " " + string(f.Party.Ref()), true
}

// Changes names who might speak for which party.
func (f Unauthorised) Changes() (string, bool) {
	return string(f.Participant.Ref()) + " " + string(f.Party.Ref()), false
}

// Stood reports whether they held the office already.
func (f Granted) Stood(r *Roll) bool { return r.held(f.Participant, f.Role) }

// Stood reports whether they held the office.
func (f Revoked) Stood(r *Roll) bool { return r.held(f.Participant, f.Role) }

// Stood reports whether they had the authority already.
func (f Authorised) Stood(r *Roll) bool { return r.has(f.Participant, f.Party) }

// Stood reports whether they had the authority.
func (f Unauthorised) Stood(r *Roll) bool { return r.has(f.Participant, f.Party) }

// Changes names who had which authority and handed it over.
func (f HandedOver) Changes() (string, bool) {
	return string(f.From.Ref()) + " " + string(f.Party.Ref()), false
}

// Stood reports whether they had the authority that they handed over.
func (f HandedOver) Stood(r *Roll) bool { return r.has(f.From, f.Party) }

func (r *Roll) has(p Participant, y Party) bool {
	_, ok := r.Holds(p, y)
	return ok
}

func (r *Roll) held(p Participant, name string) bool {
	role, ok := ParseRole(name)
	return ok && r.roles[p].Has(role)
}

// LeftWithout reports whether nobody would hold the office of an officer any more once facts are written again that changed who holds
// what, as far as that stood on the roll. Other facts change nothing.
func (r *Roll) LeftWithout(facts []cite.Fact) bool {
	was := r.Snapshot()
	then := was.Own()
	for _, fact := range facts {
		if f, ok := fact.(Changing); ok && f.Stood(was) {
			_ = f.Apply(then, cite.Entry{}) // which fails for no fact of an office
		}
	}
	return len(was.Holders(Officer)) > 0 && len(then.Holders(Officer)) == 0
}
