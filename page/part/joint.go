package part

import (
	"strings"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/page/frame"
)

// Joint is a party that submitted a contribution with the one that leads.
type Joint struct {
	Named
	Through     *Named        `json:"through,omitempty"`     // the member that declared, where the party is a group
	Dissociated bool          `json:"dissociated,omitempty"` // the party dissociated itself since, and is counted no more
	Members     []MemberStand `json:"members,omitempty"`     // the members of the group that said how they stand on it since
	Position    cite.Position `json:"position"`              // the entry that says that the party submitted it
}

// MemberStand is how a member of a group stands on what was submitted for the group.
type MemberStand struct {
	Named
	Stand string `json:"stand"` // aligned or dissociated
}

// newJoint lists the parties that submitted a contribution with the one that leads.
func newJoint(st *conversation.Reading, ref cite.Ref) (out []*Joint) {
	for _, j := range st.Roll.JointlyBy(ref) {
		x := &Joint{Named: NewNamed(st, j.Party), Dissociated: j.Dissociated, Position: j.Position}
		if j.Through != 0 {
			through := NewNamed(st, j.Through)
			x.Through = &through
			_, stands, _ := st.Roll.Declared(ref)
			for _, s := range stands {
				if s.Group == j.Party {
					x.Members = append(x.Members, MemberStand{NewNamed(st, s.Party), s.Stand})
				}
			}
		}
		out = append(out, x)
	}
	return out
}

// jointNamed are the parties that are named.
func (v *Contribution) jointNamed() (out []*Named) {
	for _, j := range v.Joint {
		out = append(out, &j.Named)
		if j.Through != nil {
			out = append(out, j.Through)
		}
		for i := range j.Members {
			out = append(out, &j.Members[i].Named)
		}
	}
	for i := range v.Mine {
		out = append(out, &v.Mine[i].Named)
	}
	return out
}

// shownWith is how many parties a line names beside the one that leads.
const shownWith = 3

// With names the parties that submitted it with the one that leads, each but for those that dissociated themselves; where there are
// many, the first of them, and how many more.
func (v *Contribution) With(f *frame.Frame) string {
	var names []string
	for _, j := range v.Joint {
		if !j.Dissociated {
			names = append(names, "\u2068"+j.name(f)+"\u2069")
		}
	}
	if len(names) == 0 {
		return ""
	}
	s := f.T("joint.with", "parties", strings.Join(names[:min(len(names), shownWith)], " · "))
	if more := len(names) - shownWith; more > 0 {
		s += " · " + f.T("joint.more", "n", more)
	}
	return s
}
