package delegation

import (
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/refusal"
)

// A group is a party with parties as its members. It has no delegation: it speaks when somebody who speaks for a member
// declares for it, which is marked. Every other member aligns itself with what was said, or dissociates itself, by an act of its
// own.

// MaxMembers is how many members a group has at most.
const MaxMembers = 300

// The stands of a member of a group on what was said for the group.
const (
	Aligned     = "aligned"
	Dissociated = "dissociated"
)

// Declaration is that of a member for its group.
type Declaration struct {
	Group  Party
	Member Party
}

// Stand is that of a member of a group on what another member said for it, or of a party on what it submitted with others.
type Stand struct {
	Party    Party
	Group    Party  // of which it is a member; 0 for what the party submitted itself
	Stand    string // Aligned or Dissociated
	At       time.Time
	Position cite.Position
}

// IsGroup reports whether a party is a group.
func (r *Roll) IsGroup(y Party) bool { return len(r.groups[y]) > 0 }

// Members lists the members of a group, in the order in which they were entered.
func (r *Roll) Members(group Party) []Party { return r.groups[group] }

// Groups lists the groups that a party is a member of, in the order in which these came on the roll.
func (r *Roll) Groups(member Party) (out []Party) {
	for group, members := range r.groups {
		if slices.Contains(members, member) {
			out = append(out, group)
		}
	}
	slices.SortFunc(out, func(a, b Party) int { return int(r.parties[a].Entered - r.parties[b].Entered) })
	return out
}

// DeclaredFor is which member declared a contribution for its group; ok is false where none did.
func (r *Roll) DeclaredFor(contribution cite.Ref) (d Declaration, ok bool) {
	d, ok = r.declared[contribution.Root()]
	return d, ok
}

// Stands lists how members of a group stand on a contribution that was declared for it, and parties on one that they submitted with
// others, those that said so first first.
func (r *Roll) Stands(contribution cite.Ref) []Stand { return r.stands[contribution.Root()] }

// MayDeclare reports whether a participant may speak for a group as somebody who speaks for a member of it.
//
//mutants:guard nobody declares for a group but those who speak for a member of it
func (r *Roll) MayDeclare(who Participant, group, member Party, at time.Time) bool {
	return slices.Contains(r.groups[group], member) && r.MaySpeak(who, member, at)
}

// Compose says which parties are the members of a group. Without members the party is no group any more.
type Compose struct {
	Group   Party
	Members []Party // all of them from now on, at most MaxMembers
}

// Check holds it to its bounds.
func (c Compose) Check() (Compose, error) {
	var in input.Check
	in.If(len(c.Members) > MaxMembers, "members", "group.members", "max", MaxMembers)
	c.Members = slices.Clone(c.Members)
	for i, m := range c.Members {
		in.If(m == c.Group || slices.Contains(c.Members[:i], m), "members", "group.member")
	}
	return c, in.Err()
}

// Compose decides.
func (r *Roll) Compose(act cite.Act, c Compose) (cite.Proposal, error) {
	if s, ok := r.parties[c.Group]; !ok || s.Entered == 0 {
		return cite.Proposal{}, refusal.In("party", "party.unknown")
	}
	for _, m := range c.Members {
		if s, ok := r.parties[m]; !ok || s.Entered == 0 || r.IsGroup(m) {
			return cite.Proposal{}, refusal.In("members", "group.member")
		}
	}
	switch {
	case slices.Equal(r.groups[c.Group], c.Members):
		return cite.Proposal{}, refusal.New(refusal.Conflict, "group.same")
	case len(r.Groups(c.Group)) > 0:
		return cite.Proposal{}, refusal.In("members", "group.member")
	case len(c.Members) > 0 && len(r.Delegation(c.Group)) > 0:
		return cite.Proposal{}, refusal.New(refusal.NotNow, "group.delegation")
	}
	return cite.Proposal{Body: Composed{Group: c.Group, Members: c.Members, By: ParticipantOf(act.By), At: act.At}}, nil
}

// Align says how a member of a group stands on a contribution that another member declared for the group, or a party on one that it
// submitted with others. It may say otherwise later; the last word counts.
type Align struct {
	Contribution cite.Ref
	Stand        string // Aligned or Dissociated
}

// Check looks whether there is such a stand.
func (c Align) Check() (Align, error) {
	var in input.Check
	in.If(c.Stand != Aligned && c.Stand != Dissociated, "stand", "group.stand")
	return c, in.Err()
}

// Align decides for a party of which whoever asks was found to speak. A party that submitted a contribution with others stands by it
// until it dissociates itself.
func (r *Roll) Align(act cite.Act, party Party, c Align) (cite.Proposal, error) {
	group, err := r.voice(c.Contribution, party)
	if err != nil {
		return cite.Proposal{}, err
	}
	stands := ""
	if group == 0 {
		stands = Aligned
	}
	return r.stand(act, Stand{Group: group, Party: party, Stand: stands}, c)
}

// AlignHeard decides for the party of which somebody else entered that it was heard from the floor: until it says whether it was said
// so, it has said nothing of it.
func (r *Roll) AlignHeard(act cite.Act, party Party, c Align) (cite.Proposal, error) {
	return r.stand(act, Stand{Party: party}, c)
}

// stand decides on what a party says, for itself or for a group. was is how it stands where it said nothing yet.
func (r *Roll) stand(act cite.Act, was Stand, c Align) (cite.Proposal, error) {
	party, group, stands := was.Party, was.Group, was.Stand
	for _, s := range r.stands[c.Contribution] {
		if s.Party == party && s.Group == group {
			stands = s.Stand
		}
	}
	if stands == c.Stand {
		return cite.Proposal{}, refusal.New(refusal.Conflict, "group.stands")
	}
	return cite.Proposal{Body: Stood{Contribution: c.Contribution, Group: group, Party: party, Stand: c.Stand, By: ParticipantOf(act.By), At: act.At}}, nil
}

// Composed: a group has these members from now on.
type Composed struct {
	Group   Party       `json:"group"`
	Members []Party     `json:"members,omitempty"`
	By      Participant `json:"by,omitempty"`
	At      time.Time   `json:"at"`
}

// Describe: who is a member of which group is public.
func (f Composed) Describe() cite.Description {
	return cite.Description{Kind: "delegation.composed/1", Touches: []cite.Ref{f.Group.Ref()}, About: cite.Public}
}

// Apply keeps the members.
func (f *Composed) Apply(r *Roll, _ cite.Entry) error {
	if len(f.Members) == 0 {
		delete(r.groups, f.Group)
	} else {
		r.groups[f.Group] = f.Members
	}
	return nil
}

// Declared: a contribution was made for a group, by a member of it.
type Declared struct {
	Contribution cite.Ref    `json:"contribution"`
	Group        Party       `json:"group"`
	Member       Party       `json:"member"`
	By           Participant `json:"by,omitempty"`
	At           time.Time   `json:"at"`
}

// Describe: its data are read by whoever may read the contribution.
func (f Declared) Describe() cite.Description {
	return cite.Description{Kind: "delegation.declared/1", Touches: []cite.Ref{f.Contribution, f.Group.Ref()}, About: f.Contribution}
}

// Apply keeps who declared.
func (f *Declared) Apply(r *Roll, _ cite.Entry) error {
	r.declared[f.Contribution] = Declaration{Group: f.Group, Member: f.Member}
	return nil
}

// Stood: a member of a group aligned itself with a contribution for the group, or dissociated itself from it; or a party did with one
// that it submitted with others, or that somebody entered as heard of it from the floor, and then there is no group.
type Stood struct {
	Contribution cite.Ref    `json:"contribution"`
	Group        Party       `json:"group"`
	Party        Party       `json:"party"`
	Stand        string      `json:"stand"`
	By           Participant `json:"by,omitempty"`
	At           time.Time   `json:"at"`
}

// Describe: its data are read by whoever may read the contribution.
func (f Stood) Describe() cite.Description {
	return cite.Description{Kind: "delegation.stood/1", Touches: []cite.Ref{f.Contribution, f.Party.Ref()}, About: f.Contribution}
}

// Apply keeps how the member stands, in the place of what it said before.
func (f *Stood) Apply(r *Roll, at cite.Entry) error {
	all := slices.DeleteFunc(slices.Clone(r.stands[f.Contribution]), func(s Stand) bool { return s.Party == f.Party && s.Group == f.Group })
	r.stands[f.Contribution] = append(all, Stand{Party: f.Party, Group: f.Group, Stand: f.Stand, At: f.At, Position: at.Position})
	return nil
}
