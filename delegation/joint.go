package delegation

import (
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/refusal"
)

// Several parties may submit one contribution. One leads: somebody who speaks for it sends it. Each of the others was authorised by
// somebody who speaks for that party, for the very words that are sent; it may dissociate itself afterwards, as a member of a group
// may from what was said for the group.

// MaxJoint is how many parties submit a contribution beside the one that leads.
const MaxJoint = 100

// Joining is that of a party which submits a contribution with the one that leads.
type Joining struct {
	Party   Party
	Through Party       // the member that declares, where the party is a group; else 0
	By      Participant // who authorised the contribution for the party
}

// Joint is a party that submitted a contribution with the one that leads.
type Joint struct {
	Joining
	Category, Country string // of the party when it did
	Position          cite.Position
	Dissociated       bool // the party dissociated itself since
}

// JointlyBy lists the parties that submitted a contribution with the one that leads, in the order in which they were named.
func (r *Roll) JointlyBy(contribution cite.Ref) (out []Joint) {
	for _, j := range r.joint[contribution.Root()] {
		j.Dissociated = slices.ContainsFunc(r.stands[contribution.Root()], func(s Stand) bool {
			return s.Party == j.Party && s.Group == 0 && s.Stand == Dissociated
		})
		out = append(out, j)
	}
	return out
}

// Join decides on the parties that submit a contribution with the one that leads. Of each was found that whoever authorised speaks
// for it. The refusals are "joint.itself", "joint.twice" and "joint.many", for the field "with".
func (r *Roll) Join(act cite.Act, contribution cite.Ref, lead Party, with []Joining) (facts []cite.Proposal, err error) {
	if len(with) > MaxJoint {
		return nil, refusal.In("with", "joint.many", "max", MaxJoint)
	}
	for i, j := range with {
		switch {
		//mutants:guard the party that leads does not submit with itself
		case j.Party == lead:
			return nil, refusal.In("with", "joint.itself")
		//mutants:guard no party is named twice
		case slices.IndexFunc(with[:i], func(o Joining) bool { return o.Party == j.Party }) >= 0:
			return nil, refusal.In("with", "joint.twice")
		}
		s := r.parties[j.Party]
		facts = append(facts, cite.Proposal{Body: Joined{Contribution: contribution, Party: j.Party, Through: j.Through, Category: s.Category, Country: s.Country, By: j.By, At: act.At}})
	}
	return facts, nil
}

// voice is for whom a party takes a stand on a contribution: 0 for itself, which submitted it with others, else the group of which
// it is a member and for which it was said. The refusals are those of Align.
func (r *Roll) voice(contribution cite.Ref, party Party) (group Party, err error) {
	joint := r.joint[contribution]
	d, declared := r.DeclaredFor(contribution)
	if !declared && len(joint) == 0 {
		return 0, refusal.New(refusal.NotNow, "group.not_for")
	}
	//mutants:guard a party that submitted with others takes its stand for itself
	if slices.IndexFunc(joint, func(j Joint) bool { return j.Party == party }) >= 0 {
		return 0, nil
	}
	said := []Declaration{d}
	for _, j := range joint {
		said = append(said, Declaration{Group: j.Party, Member: j.Through})
	}
	for _, d := range said {
		//mutants:guard only members of the group say how they stand on what was said for it
		if slices.Index(r.groups[d.Group], party) < 0 {
			continue
		}
		//mutants:guard who declared for the group stands by it
		if d.Member == party {
			return 0, refusal.In("for", "group.declared")
		}
		return d.Group, nil
	}
	if declared {
		return 0, refusal.In("for", "group.not_member")
	}
	return 0, refusal.In("for", "joint.not_party")
}

// Joined: a party submitted a contribution with the party that leads.
type Joined struct {
	Contribution cite.Ref    `json:"contribution"`
	Party        Party       `json:"party"`
	Through      Party       `json:"through,omitempty"` // the member that declared, where the party is a group
	Category     string      `json:"category"`          // of the party
	Country      string      `json:"country,omitempty"`
	By           Participant `json:"by,omitempty"` // who authorised it for the party
	At           time.Time   `json:"at"`
}

// Describe: its data are read by whoever may read the contribution.
func (f Joined) Describe() cite.Description {
	return cite.Description{Kind: "delegation.joined/1", Touches: []cite.Ref{f.Contribution, f.Party.Ref()}, About: f.Contribution}
}

// Apply keeps the party.
func (f *Joined) Apply(r *Roll, at cite.Entry) error {
	r.joint[f.Contribution] = append(slices.Clip(r.joint[f.Contribution]), Joint{Joining: Joining{Party: f.Party, Through: f.Through, By: f.By},
		Category: f.Category, Country: f.Country, Position: at.Position})
	return nil
}
