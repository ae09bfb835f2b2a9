package consult

import (
	"strconv"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
	"github.com/openplenary/plenary/page/part/speech"
	"github.com/openplenary/plenary/page/part/ties"
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

// RenderForm is what stands in the form of a rendering of a part.
type RenderForm struct {
	Part                    cite.Ref
	Language, Text, Wording string
	Refused                 bool // it was typed just now and refused
}

// renderTyped is what stands in the form of a rendering of a part: what was typed there, or what the rendering says already.
func renderTyped(f *frame.Frame, p part.ContributionPart, typed RenderForm) RenderForm {
	if typed.Part == p.Ref {
		typed.Refused = true
		return typed
	}
	return RenderForm{Part: p.Ref, Language: renderInto(f, p), Text: renderedAs(p, false), Wording: renderedAs(p, true)}
}

// DecideForm is what stands in the forms of whoever moderates a contribution.
type DecideForm struct{ Ground, Reason, EraseGround, CorrectionGround, CorrectionReason string }

// ContributionPage is the page of one contribution, with what became of each of its parts.
type ContributionPage struct {
	*part.Contribution
	// Intervention is what is known of it where it was said in a session, or filed for one; absent elsewhere.
	Intervention *speech.Of `json:"intervention,omitempty"`
	// Ties are what its points rest on, and what rests on them, counted; absent where it cannot be read.
	Ties     *ties.Of   `json:"ties,omitempty"`
	Typed    ReactForm  `json:"-"` // a reaction that was refused
	Rendered RenderForm `json:"-"` // a rendering that was refused
	Decided  DecideForm `json:"-"` // a decision that was refused
}

// NewContributionPage builds the page; ok is false where the audience may see nothing.
func NewContributionPage(st *conversation.Reading, ref cite.Ref, l locale.Lang) (*ContributionPage, bool) {
	c, ok := part.NewContribution(st, ref, l)
	if !ok {
		return nil, false
	}
	if row, there := st.Consultation.Row(ref); there && (c.Own || c.Acts) {
		c.Correctable(st, row)
	}
	v := &ContributionPage{Contribution: c.Answered(st, l), Intervention: speech.Find(st, ref, l)}
	if c.Readable() && len(c.Parts) > 0 {
		stops := make([]cite.Ref, len(c.Parts))
		for i, p := range c.Parts {
			stops[i] = p.Ref
		}
		ties := ties.New(st, stops...)
		v.Ties = &ties
	}
	return v, true
}

// For lets a reader who is signed in support what is proposed, and align a member of a group: me in the conversation, counted as self when they speak for
// themselves.
func (v *ContributionPage) For(st *conversation.Reading, me delegation.Participant, self delegation.Party, l locale.Lang) {
	if self != 0 && v.Status == consultation.Published.String() {
		v.Declared.For(st, me)
		v.forJoint(st, me)
		v.ForHeard(st, me)
	}
	for i := range v.Parts {
		if p := v.Parts[i].Proposed; p != nil && v.Status == consultation.Published.String() {
			p.For(st, me, self, l)
		}
	}
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
	t := f.T("contribution.title", "ref", frame.Named(f, v.Ref), "who", v.Who(f))
	if v.Heading.Text != "" {
		return v.Heading.Text + " · " + t
	}
	return t
}
