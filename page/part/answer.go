package part

import (
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
)

// Answer is a disposition as pages show it: the outcome, its reason in the reader's language where there
// is one, and the passages that it changes.
type Answer struct {
	Ref       cite.Ref            `json:"ref"`
	Position  cite.Position       `json:"position"`
	At        time.Time           `json:"at"`
	Outcome   string              `json:"outcome"`
	Of        cite.Ref            `json:"duplicate_of,omitempty"`
	Revises   cite.Ref            `json:"revises,omitempty"`
	Points    int                 `json:"points"` // that it answers now
	Reason    frame.LocalizedText `json:"reason"`
	Original  locale.Lang         `json:"original"`
	Status    string              `json:"translation_status,omitempty"` // of Reason, where it is a translation
	Languages []locale.Lang       `json:"languages"`                    // in which the reason exists
	Changes   []ChangedPassage    `json:"changes,omitempty"`
	reason    consultation.Reason
}

// NewAnswer builds the view of a disposition.
func NewAnswer(st *conversation.Reading, r cite.Ref, l locale.Lang) *Answer {
	d, ok := st.Consultation.Disposition(r)
	if !ok {
		return nil
	}
	v := &Answer{Ref: d.Ref, Position: d.Position, At: d.At, Outcome: d.Outcome.String(), Of: d.Of, Revises: d.Revises, Points: d.Current, Original: d.Original}
	for _, x := range locale.All {
		if _, ok := d.Reasons[x]; ok {
			v.Languages = append(v.Languages, x)
		}
	}
	v.Reason.Lang = d.Original
	if _, ok := d.Reasons[l]; ok {
		v.Reason.Lang = l
	}
	v.reason = d.Reasons[v.Reason.Lang]
	v.Status = v.reason.Status
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
