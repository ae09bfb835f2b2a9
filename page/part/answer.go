package part

import (
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
)

// AnswerBrief is an answer in brief: what it decided, and of how many points.
type AnswerBrief struct {
	Ref     cite.Ref `json:"ref"`
	Outcome string   `json:"outcome"`
	Points  int      `json:"points"` // that it answers now; behind a change, those that the audience may read
	// Heading is the one line that heads it, in the reader's language where it is in it, else in the original; absent
	// where it has none.
	Heading frame.LocalizedText `json:"heading,omitzero"`
	heading consultation.Reason
}

// BriefOf is a disposition in brief, answering some points.
func BriefOf(d *consultation.Disposition, points int, l locale.Lang) AnswerBrief {
	v := AnswerBrief{Ref: d.Ref, Outcome: d.Outcome.String(), Points: points}
	for _, in := range append([]locale.Lang{l, d.Original}, locale.All...) {
		if at, ok := d.Headings[in]; ok && v.heading.At == 0 {
			v.Heading, v.heading = reasonIn(d, in, l, at), at
		}
	}
	return v
}

// Need is where the heading is.
func (v *AnswerBrief) Need() []cite.Position {
	if v == nil || v.heading.At == 0 {
		return nil
	}
	return []cite.Position{v.heading.At}
}

// Fill gives the heading.
func (v *AnswerBrief) Fill(words map[cite.Position]cite.Words) {
	if v == nil {
		return
	}
	if v.Heading.Text = words[v.heading.At][v.heading.Key]; v.Heading.Text == "" { // erased
		v.Heading = frame.LocalizedText{}
	}
}

// Name is what an answer is called: the line that heads it, else what it decided.
func (v *AnswerBrief) Name(f *frame.Frame) string {
	if v.Heading.Text != "" {
		return v.Heading.Text
	}
	return f.T("outcome." + v.Outcome)
}

// Answer is the view of a disposition: the outcome, its reason in the reader's language where there is one, and the
// passages that it changes. Places that need more put it beside.
type Answer struct {
	AnswerBrief
	Position cite.Position       `json:"position"`
	At       time.Time           `json:"at"`
	Of       cite.Ref            `json:"duplicate_of,omitempty"`
	Revises  cite.Ref            `json:"revises,omitempty"`
	Reason   frame.LocalizedText `json:"reason"`
	Original locale.Lang         `json:"original"`
	// Released: one officer drafted it and another released it.
	Released  bool             `json:"two_officers,omitempty"`
	Status    string           `json:"translation_status,omitempty"` // of Reason, where it is a translation
	Languages []locale.Lang    `json:"languages"`                    // in which the reason exists
	Changes   []ChangedPassage `json:"changes,omitempty"`
	reason    consultation.Reason
}

// AnswerOf builds the view of a disposition without the passages that it changes.
func AnswerOf(d *consultation.Disposition, l locale.Lang) *Answer {
	v := &Answer{AnswerBrief: BriefOf(d, d.Current, l), Position: d.Position, At: d.At, Of: d.Of, Revises: d.Revises, Original: d.Original, Released: d.Drafted != ""}
	for _, x := range locale.All {
		if _, ok := d.Reasons[x]; ok {
			v.Languages = append(v.Languages, x)
		}
	}
	in := reasonLanguage(d, l)
	v.reason = d.Reasons[in]
	v.Reason, v.Status = reasonIn(d, in, l, v.reason), v.reason.Status
	return v
}

// reasonIn is a reason or a heading in a language, without its words yet, for a reader of l, with what it is.
func reasonIn(d *consultation.Disposition, in, l locale.Lang, r consultation.Reason) frame.LocalizedText {
	return frame.LocalizedText{Lang: in}.As(locale.Standing(l, d.Original, in == l, r.Status, false), d.Original)
}

// reasonLanguage is the language in which a reader of l reads a reason: their own where it is in it, else the original.
func reasonLanguage(d *consultation.Disposition, l locale.Lang) locale.Lang {
	if _, ok := d.Reasons[l]; ok {
		return l
	}
	return d.Original
}

// Lead says in a few sentences what an answer came to: what was decided, on how many points, and how many passages
// changed.
func (v *Answer) Lead(f *frame.Frame) []string {
	out := []string{f.T("outcome."+v.Outcome) + frame.Stop(f)}
	if v.Points > 0 {
		out = append(out, f.T("trace.to", "points", f.T("why.answer_points", "n", v.Points)))
	}
	made, promised := 0, 0
	for _, c := range v.Changes {
		if c.Promised {
			promised++
		} else if !c.Kept {
			made++
		}
	}
	switch {
	case made > 0:
		out = append(out, f.T("fate.passages", "n", made))
	case promised > 0:
		out = append(out, f.T("fate.promised", "n", promised))
	default:
		out = append(out, f.T("trace.changed_nothing"))
	}
	return out
}

// NewAnswer builds the view of a disposition; nil where there is none.
func NewAnswer(st *conversation.Reading, r cite.Ref, l locale.Lang) *Answer {
	d, ok := st.Consultation.Disposition(r)
	if !ok {
		return nil
	}
	v := AnswerOf(d, l)
	for _, c := range d.Changes {
		v.Changes = append(v.Changes, changedPassage(st, d, c, l))
	}
	return v
}

// Need is where the words of reason and heading are.
func (v *Answer) Need() []cite.Position {
	if v == nil || v.reason.At == 0 {
		return nil
	}
	return append(v.AnswerBrief.Need(), v.reason.At)
}

// Fill gives them.
func (v *Answer) Fill(words map[cite.Position]cite.Words) {
	if v != nil {
		v.AnswerBrief.Fill(words)
		v.Reason.Text = words[v.reason.At][v.reason.Key]
	}
}

// ReactionView is what an author said of an answer.
type ReactionView struct {
	Position    cite.Position       `json:"position"`
	Disposition cite.Ref            `json:"disposition"`
	Verdict     string              `json:"verdict"`
	At          time.Time           `json:"at"`
	Words       frame.LocalizedText `json:"words,omitzero"`
	// Rendering is the words in the language of the page, where they were written in another; not official.
	Rendering *Rendering `json:"rendering,omitempty"`
	worded    bool
}

func reactionsOn(st *conversation.Reading, part cite.Ref) []ReactionView {
	var out []ReactionView
	for _, r := range st.Consultation.Reactions(part) {
		out = append(out, ReactionView{Position: r.Position, Disposition: r.Disposition, Verdict: r.Verdict, At: r.At, Words: frame.LocalizedText{Lang: r.Language}, worded: r.Worded})
	}
	return out
}

// OutcomeCount counts the points answered with one outcome.
type OutcomeCount struct {
	Outcome string `json:"outcome"`
	Points  int    `json:"points"`
}
