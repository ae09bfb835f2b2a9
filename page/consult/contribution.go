package consult

import (
	"strconv"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
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

// WaitingPage is the page of a contribution that waits for a moderator, for those who may not read it: what the record
// says of it.
type WaitingPage struct {
	frame.NoWords
	Ref      cite.Ref      `json:"ref"`
	Received time.Time     `json:"received"`
	Position cite.Position `json:"position"`
	Status   string        `json:"status"` // pending
}

// NewWaitingPage builds the page; ok is false where nothing of that name waits.
func NewWaitingPage(st *conversation.Reading, ref cite.Ref) (*WaitingPage, bool) {
	received, at, ok := st.Consultation.Waits(ref)
	if !ok || ref != ref.Root() {
		return nil, false
	}
	return &WaitingPage{Ref: ref, Received: received, Position: at, Status: consultation.Pending.String()}, true
}

// Title is the page's title.
func (v *WaitingPage) Title(f *frame.Frame) string {
	return f.T("contribution.numbered", "n", strconv.Itoa(v.Ref.Number()))
}

// Title is the page's title.
func (v *ContributionPage) Title(f *frame.Frame) string {
	return f.T("contribution.title", "ref", v.Ref, "who", v.Who(f))
}
