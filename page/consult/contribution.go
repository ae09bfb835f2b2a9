package consult

import (
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
)

// ReactForm is what stands in the form of a reaction.
type ReactForm struct {
	Part          cite.Ref
	Verdict, Text string
}

// of is what was typed about a part, nothing for the others.
func (r ReactForm) of(part cite.Ref) ReactForm {
	if r.Part != part {
		return ReactForm{}
	}
	return r
}

// ContributionPage is the page of one contribution, with what became of each of its parts.
type ContributionPage struct {
	*part.Contribution
	Typed ReactForm `json:"-"` // a reaction that was refused
}

// NewContributionPage builds the page; ok is false where the audience may see nothing.
func NewContributionPage(st *conversation.Reading, ref cite.Ref, l locale.Lang) (*ContributionPage, bool) {
	c, ok := part.NewContribution(st, ref, l)
	if !ok {
		return nil, false
	}
	return &ContributionPage{Contribution: c.Answered(st, l)}, true
}

// Title is the page's title.
func (v *ContributionPage) Title(f *frame.Frame) string {
	return f.T("contribution.title", "ref", v.Ref, "who", v.Who(f))
}
