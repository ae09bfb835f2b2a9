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
}

// Answer is the view of a disposition: the outcome, its reason in the reader's language where there is one, and the
// passages that it changes. Places that need more put it beside.
type Answer struct {
	AnswerBrief
	Position  cite.Position       `json:"position"`
	At        time.Time           `json:"at"`
	Of        cite.Ref            `json:"duplicate_of,omitempty"`
	Revises   cite.Ref            `json:"revises,omitempty"`
	Reason    frame.LocalizedText `json:"reason"`
	Original  locale.Lang         `json:"original"`
	Status    string              `json:"translation_status,omitempty"` // of Reason, where it is a translation
	Languages []locale.Lang       `json:"languages"`                    // in which the reason exists
	Changes   []ChangedPassage    `json:"changes,omitempty"`
	reason    consultation.Reason
}

// AnswerOf builds the view of a disposition without the passages that it changes.
func AnswerOf(d *consultation.Disposition, l locale.Lang) *Answer {
	v := &Answer{AnswerBrief: AnswerBrief{Ref: d.Ref, Outcome: d.Outcome.String(), Points: d.Current}, Position: d.Position, At: d.At, Of: d.Of, Revises: d.Revises, Original: d.Original}
	for _, x := range locale.All {
		if _, ok := d.Reasons[x]; ok {
			v.Languages = append(v.Languages, x)
		}
	}
	v.Reason.Lang = reasonLanguage(d, l)
	v.reason = d.Reasons[v.Reason.Lang]
	v.Status = v.reason.Status
	return v
}

// reasonLanguage is the language in which a reader of l reads a reason: their own where it is in it, else the original.
func reasonLanguage(d *consultation.Disposition, l locale.Lang) locale.Lang {
	if _, ok := d.Reasons[l]; ok {
		return l
	}
	return d.Original
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

// Need is where the reason's words are.
func (v *Answer) Need() []cite.Position {
	if v == nil || v.reason.At == 0 {
		return nil
	}
	return []cite.Position{v.reason.At}
}

// Fill gives them.
func (v *Answer) Fill(words map[cite.Position]cite.Words) {
	if v != nil {
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
	worded      bool
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
