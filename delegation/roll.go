package delegation

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/refusal"
)

// Participant is a person in one conversation: a random number, never a name.
type Participant uint64

// Party is who is spoken for: a random number.
type Party uint64

// Ref is the participant's reference, "u" and 13 characters; None for nobody.
func (p Participant) Ref() cite.Ref {
	if p == 0 {
		return cite.None
	}
	return cite.Ref("u" + cite.FormatNumber(uint64(p)))
}

// Is reports whether a reference is the participant's, without writing that.
func (p Participant) Is(ref string) bool {
	if p == 0 || ref == "" {
		return p == 0 && ref == ""
	}
	return ref[0] == 'u' && cite.IsNumber(ref[1:], uint64(p))
}

// Ref is the party's reference, "y" and 13 characters; None for nobody.
func (p Party) Ref() cite.Ref {
	if p == 0 {
		return cite.None
	}
	return cite.Ref("y" + cite.FormatNumber(uint64(p)))
}

// MarshalText writes the reference.
func (p Participant) MarshalText() ([]byte, error) { return []byte(p.Ref()), nil }

// UnmarshalText reads the reference.
func (p *Participant) UnmarshalText(b []byte) error { return number('u', b, (*uint64)(p)) }

// MarshalText writes the reference.
func (p Party) MarshalText() ([]byte, error) { return []byte(p.Ref()), nil }

// UnmarshalText reads the reference.
func (p *Party) UnmarshalText(b []byte) error { return number('y', b, (*uint64)(p)) }

func number(letter byte, b []byte, n *uint64) error {
	if len(b) == 0 {
		*n = 0
		return nil
	}
	if b[0] != letter {
		return cite.ErrRef
	}
	v, err := cite.ParseNumber(string(b[1:]))
	*n = v
	return err
}

// Role is an office in a conversation. A person may hold several.
type Role uint8

// The roles.
const (
	Officer Role = iota // secretariat officer: drafts, opens calls, publishes
	Chair
	Rapporteur
	Analyst
	Translator
	Interpreter // works in a booth of a session
	Moderator   // publishes or withholds contributions
	Technician  // looks after sound and picture
	roles       // how many there are
)

var roleNames = [roles]string{"officer", "chair", "rapporteur", "analyst", "translator", "interpreter", "moderator", "technician"}

// String is the role's name on the record and in catalogue keys ("role.officer").
func (r Role) String() string {
	if r < roles {
		return roleNames[r]
	}
	return "unknown"
}

// Roles lists every role.
func Roles() []Role {
	out := make([]Role, roles)
	for i := range out {
		out[i] = Role(i)
	}
	return out
}

// ParseRole reads a role's name.
func ParseRole(s string) (Role, bool) {
	i := slices.Index(roleNames[:], s)
	return Role(max(i, 0)), i >= 0
}

// RoleSet is the set of roles a participant holds.
type RoleSet uint16

// Has reports whether the set holds any of the roles.
func (s RoleSet) Has(rs ...Role) bool {
	for _, r := range rs {
		if s&(1<<r) != 0 {
			return true
		}
	}
	return false
}

// With adds a role.
func (s RoleSet) With(r Role) RoleSet { return s | 1<<r }

// Without removes a role.
func (s RoleSet) Without(r Role) RoleSet { return s &^ (1 << r) }

// Standing is what the roll knows of a party: pointer-free, so that a million cost little.
type Standing struct {
	Entered  cite.Position // where it was entered
	Named    cite.Position // where its name stands
	Category string        // id of a stakeholder category of the conversation
	Country  string        // ISO 3166 alpha-2 or a code of the conversation's own, "" for none
}

// Authority is that of a participant to speak for a party.
type Authority struct {
	Participant Participant
	Party       Party
	By          Participant // by whose word: an officer, or who manages the delegation; 0 where none is named
	Since       time.Time
	Capacity    Capacity
	Until       time.Time     // the first instant at which it is over; zero for no end
	Remind      time.Time     // when its end is to be told of; zero for never, or told
	Told        cite.Position // where the entry stands that told of this end, 0 for none
	ToldAt      time.Time
}

// Roll is the state of this room.
type Roll struct {
	parties map[Party]Standing
	before  map[Party][]cite.Position // where the names stand that it had before, oldest first
	roles   map[Participant]RoleSet
	speaks  map[Participant][]Authority
	people  map[Party][]Participant // who holds an authority of a party, by speaks: hundreds of parties are looked up for each list of speakers
	steps   map[Party][]Step        // what was done to delegations
	groups  map[Party][]Party       // the members of groups
	// What was said for groups: by which member, and how the others stand on it.
	declared map[cite.Ref]Declaration
	stands   map[cite.Ref][]Stand
	joint    map[cite.Ref][]Joint // the parties that submitted a contribution with the one that leads
	shared   bool                 `digest:"-"` // snapshots hold it: it changes no more
}

// Snapshot is the roll as it is now. It is this very roll, which changes no more: see Own.
func (r *Roll) Snapshot() *Roll {
	r.shared = true
	return r
}

// Own is a roll that may be changed: this one where no snapshot holds it, else a copy.
func (r *Roll) Own() *Roll {
	if !r.shared {
		return r
	}
	return &Roll{parties: maps.Clone(r.parties), before: maps.Clone(r.before), roles: maps.Clone(r.roles), speaks: maps.Clone(r.speaks), people: maps.Clone(r.people),
		steps: maps.Clone(r.steps), groups: maps.Clone(r.groups), declared: maps.Clone(r.declared), stands: maps.Clone(r.stands), joint: maps.Clone(r.joint)}
}

// NewRoll is an empty roll.
func NewRoll() *Roll {
	return &Roll{parties: map[Party]Standing{}, before: map[Party][]cite.Position{}, roles: map[Participant]RoleSet{}, speaks: map[Participant][]Authority{}, people: map[Party][]Participant{},
		steps: map[Party][]Step{}, groups: map[Party][]Party{}, declared: map[cite.Ref]Declaration{}, stands: map[cite.Ref][]Stand{}, joint: map[cite.Ref][]Joint{}}
}

// Roles is what a participant holds.
func (r *Roll) Roles(p Participant) RoleSet { return r.roles[p] }

// Holders lists the participants with a role, in the order of their numbers.
func (r *Roll) Holders(role Role) []Participant {
	var out []Participant
	for p, s := range r.roles {
		if s.Has(role) {
			out = append(out, p)
		}
	}
	slices.Sort(out)
	return out
}

// Party is what is known of a party.
func (r *Roll) Party(p Party) (Standing, bool) {
	s, ok := r.parties[p]
	return s, ok
}

// Before lists where the names stand that a party had before, oldest first.
func (r *Roll) Before(p Party) []cite.Position { return r.before[p] }

// SpeaksFor lists the parties a participant may speak for at an instant.
func (r *Roll) SpeaksFor(p Participant, at time.Time) []Party {
	var out []Party
	for _, a := range r.speaks[p] {
		if r.MaySpeak(p, a.Party, at) {
			out = append(out, a.Party)
		}
	}
	return out
}

// Authorities lists who holds an authority of each party, in force or not, those who were authorised first first.
func (r *Roll) Authorities() map[Party][]Authority {
	out := map[Party][]Authority{}
	for _, all := range r.speaks {
		for _, a := range all {
			out[a.Party] = append(out[a.Party], a)
		}
	}
	for _, all := range out {
		slices.SortFunc(all, func(a, b Authority) int {
			return cmp.Or(a.Since.Compare(b.Since), cmp.Compare(a.Participant, b.Participant))
		})
	}
	return out
}

// Parties is how many parties are on the roll.
func (r *Roll) Parties() int { return len(r.parties) }

// Entered lists the parties that were entered by an officer (not those that came with a contribution
// of their own), in the order of their entry.
func (r *Roll) Entered() []Party {
	var out []Party
	for p, s := range r.parties {
		if s.Entered > 0 {
			out = append(out, p)
		}
	}
	slices.SortFunc(out, func(a, b Party) int { return int(r.parties[a].Entered - r.parties[b].Entered) })
	return out
}

// Grant gives a role to a participant. Only an officer may; the first officer comes with the
// conversation.
type Grant struct {
	Participant Participant
	Role        Role
}

// Check looks whether there is somebody, and such a role.
func (c Grant) Check() (Grant, error) {
	var in input.Check
	in.If(c.Participant == 0 || c.Role >= roles, "role", "role.unknown")
	return c, in.Err()
}

// Revoke takes a role away. The last officer cannot go.
type Revoke struct {
	Participant Participant
	Role        Role
	// Sure says that the office of the only moderator is meant to be taken although contributions wait, or can come, on which
	// nobody could decide then.
	Sure bool
}

// Check has nothing to hold it to.
func (c Revoke) Check() (Revoke, error) { return c, nil }

// EnterParty puts a party on the roll, under a number drawn by the asker.
type EnterParty struct {
	Party    Party
	Category string // id of a category of the conversation
	Country  string // a country's code, "" for none
	Name     string // shown as given, at most input.MaxName characters; erasable
}

// Check cleans the name.
func (c EnterParty) Check() (EnterParty, error) {
	var in input.Check
	in.If(c.Party == 0, "party", "party.unknown")
	in.Line("name", &c.Name, input.MaxName)
	in.If(c.Name == "", "name", "name.missing")
	return c, in.Err()
}

// Authorise lets a participant speak for a party, or take part in its delegation in a capacity. Whoever holds an authority for it
// already gets the capacity and the end that are given, where any is.
type Authorise struct {
	Participant Participant
	Party       Party
	Capacity    Capacity  // "" for none in particular
	Until       time.Time // the first instant at which the mandate is over; zero for no end
}

// Check looks whether there is somebody, and such a capacity.
func (c Authorise) Check() (Authorise, error) {
	var in input.Check
	in.If(c.Participant == 0, "party", "party.unknown")
	in.If(!c.Capacity.known(), "capacity", "delegation.capacity")
	c.Until = c.Until.UTC()
	return c, in.Err()
}

// Unauthorise ends the authority of a participant to speak for a party. What they said for it stays.
type Unauthorise struct {
	Participant Participant
	Party       Party
}

// Check has nothing to hold it to.
func (c Unauthorise) Check() (Unauthorise, error) { return c, nil }

// Rename corrects the name of a party. The one it had is kept, and shown as such.
type Rename struct {
	Party Party
	Name  string // shown as given, at most input.MaxName characters; erasable
}

// Check cleans the name.
func (c Rename) Check() (Rename, error) {
	var in input.Check
	in.Line("name", &c.Name, input.MaxName)
	in.If(c.Name == "", "name", "name.missing")
	return c, in.Err()
}

// ParticipantOf reads the reference of a participant; 0 for "" and for what is none.
func ParticipantOf(ref string) Participant {
	var p Participant
	if p.UnmarshalText([]byte(ref)) != nil {
		return 0
	}
	return p
}

// Grant decides.
func (r *Roll) Grant(act cite.Act, c Grant) (cite.Proposal, error) {
	if r.roles[c.Participant].Has(c.Role) {
		return cite.Proposal{}, refusal.New(refusal.Conflict, "role.held")
	}
	return cite.Proposal{Body: Granted{Participant: c.Participant, Role: c.Role.String(), By: ParticipantOf(act.By)}}, nil
}

// Revoke decides.
func (r *Roll) Revoke(act cite.Act, c Revoke) (cite.Proposal, error) {
	if !r.roles[c.Participant].Has(c.Role) {
		return cite.Proposal{}, refusal.New(refusal.Conflict, "role.not_held")
	}
	if c.Role == Officer && len(r.Holders(Officer)) == 1 {
		return cite.Proposal{}, refusal.New(refusal.NotNow, "role.last_officer")
	}
	return cite.Proposal{Body: Revoked{Participant: c.Participant, Role: c.Role.String(), By: ParticipantOf(act.By)}}, nil
}

// EnterParty decides.
func (r *Roll) EnterParty(act cite.Act, c EnterParty) (cite.Proposal, error) {
	if _, ok := r.parties[c.Party]; ok {
		return cite.Proposal{}, refusal.New(refusal.Conflict, "party.entered")
	}
	return cite.Proposal{Body: Entered{Party: c.Party, Category: c.Category, Country: c.Country, By: ParticipantOf(act.By)}, Words: cite.Words{"name": c.Name}}, nil
}

// Authorise decides.
func (r *Roll) Authorise(act cite.Act, c Authorise) (cite.Proposal, error) { return r.granted(act, c) }

// Unauthorise decides.
func (r *Roll) Unauthorise(act cite.Act, c Unauthorise) (cite.Proposal, error) {
	if _, ok := r.Holds(c.Participant, c.Party); !ok {
		return cite.Proposal{}, refusal.New(refusal.Conflict, "party.no_authority")
	}
	return cite.Proposal{Body: Unauthorised{Participant: c.Participant, Party: c.Party, By: ParticipantOf(act.By)}}, nil
}

// Rename decides.
func (r *Roll) Rename(act cite.Act, c Rename) (cite.Proposal, error) {
	if s, ok := r.parties[c.Party]; !ok || s.Entered == 0 {
		return cite.Proposal{}, refusal.In("party", "party.unknown")
	}
	return cite.Proposal{Body: Renamed{Party: c.Party, By: ParticipantOf(act.By)}, Words: cite.Words{"name": c.Name}}, nil
}
