package consult

import (
	"cmp"
	"slices"
	"strings"

	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
)

// forJoint adds the parties for which a reader may say how these stand on what they submitted with others, or what was submitted
// for their group. None is chosen for them.
func (v *ContributionPage) forJoint(st *conversation.Reading, me delegation.Participant) {
	joint := st.Roll.JointlyBy(v.Ref)
	_, stands, _ := st.Roll.Declared(v.Ref)
	for _, y := range st.Roll.SpeaksNow(me) {
		for _, j := range joint {
			group := j.Party
			switch {
			case y == j.Party:
				group = 0
			case y == j.Through || !slices.Contains(st.Roll.Mandates().Members(j.Party), y):
				continue
			}
			a := part.Aligning{Named: part.NewNamed(st, y)}
			if group == 0 {
				a.Stand = delegation.Aligned
			}
			for _, s := range stands {
				if s.Party == y && s.Group == group {
					a.Stand = s.Stand
				}
			}
			v.Mine = append(v.Mine, a)
			break
		}
	}
}

// withAll names all parties that submitted a contribution with the one that leads, one a line, for a table.
func withAll(f *frame.Frame, c *part.Contribution) string {
	var names []string
	for _, j := range c.Joint {
		s := cmp.Or(j.Name, string(j.Party))
		if j.Dissociated {
			s += " (" + f.T("group.stand.dissociated") + ")"
		}
		names = append(names, s)
	}
	return strings.Join(names, "\n")
}
