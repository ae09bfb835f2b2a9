package consult

import (
	"strconv"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
	"github.com/openplenary/plenary/page/part/ties"
)

// PointsSize is how many points a page lists.
const PointsSize = 50

// Disposition is one answer with all the points that it answers.
type Disposition struct {
	*part.Answer
	Three    consultation.Counts  `json:"counts"` // of the points answered
	Total    int                  `json:"total"`
	List     []part.PointCard     `json:"answered"`
	Next     cite.Ref             `json:"next,omitempty"` // After of the next page
	Citing   []part.Citing        `json:"cited_by,omitempty"`
	Ties     ties.Of              `json:"ties"` // what it rests on, and what rests on it, counted
	Verdicts map[string]int       `json:"verdicts,omitempty"`
	Officer  bool                 `json:"-"`
	Choices  []part.PassageChoice `json:"-"` // passages that an officer may link
	TokenB   string               `json:"-"` // of the form
	Chosen   map[string]bool      `json:"-"` // passages of a link that was refused
}

// NewDisposition builds the page; after is the last point of the page before, None for the first.
func NewDisposition(st *conversation.Reading, ref, after cite.Ref, l locale.Lang) (*Disposition, bool) {
	if st.MaySee(ref) < conversation.Full {
		return nil, false
	}
	d, ok := st.Consultation.Disposition(ref)
	if !ok {
		return nil, false
	}
	v := &Disposition{Answer: part.NewAnswer(st, ref, l), Citing: part.CitingOf(st, ref, l), Ties: ties.New(st, ref), Verdicts: map[string]int{}, Officer: st.Audience.Roles.Has(delegation.Officer)}
	voices := st.PublishedParts(d)
	v.Total = len(voices)
	v.Three = st.Consultation.CountsOf(voices)
	begun := after == cite.None
	for _, r := range voices {
		if rs := st.Consultation.Reactions(r); len(rs) > 0 && rs[len(rs)-1].Disposition == d.Ref {
			v.Verdicts[rs[len(rs)-1].Verdict]++
		}
		switch {
		case !begun:
			begun = r == after
		case len(v.List) == PointsSize:
			v.Next = v.List[len(v.List)-1].Part.Ref
		default:
			if p, ok := part.NewPointCard(st, r, l); ok {
				v.List = append(v.List, p)
			}
		}
	}
	if v.Officer {
		v.Choices = part.PassageChoices(st, d.Parts, l)
	}
	return v, true
}

// Need lists the words of the reason and of the points.
func (v *Disposition) Need() []cite.Position {
	out := v.Answer.Need()
	for i := range v.List {
		out = append(out, v.List[i].Need()...)
	}
	return out
}

// Fill gives them.
func (v *Disposition) Fill(words map[cite.Position]cite.Words) {
	v.Answer.Fill(words)
	for i := range v.List {
		v.List[i].Fill(words)
	}
}

// Title is the page's title.
func (v *Disposition) Title(f *frame.Frame) string {
	return frame.Named(f, v.Ref) + frame.Colon(f) + v.Name(f)
}

// answerLabel names what became of a part for those who do not see where it stands: of several, each by its number.
func answerLabel(f *frame.Frame, v *part.Contribution, p part.ContributionPart) string {
	if len(v.Parts) < 2 {
		return f.T("answer.heading")
	}
	return f.T("answer.heading") + frame.Colon(f) + strconv.Itoa(p.Ref.PartNumber())
}
