// Package like offers, before a question is proposed, the proposals that ask the same in like words.
package like

import (
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/formulation"
	"github.com/openplenary/plenary/formulation/likeness"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
)

// most is how many proposals are offered that are like a new one.
const most = 3

// Like is a published proposal that asks in like words what the reader is about to propose.
type Like struct {
	Ref      cite.Ref            // the part that proposes it
	Question frame.LocalizedText // as its author wrote it
	Closed   bool                // it takes no more support
	Here     bool                // it is about the same place of the paper
	Becomes  cite.Ref            // the question that it stands in
	Others   int                 // with how many other proposals it stands there
	Outcome  string              // with which it was left out; "" where it was not
	Why      cite.Ref            // the answer that says why it was left out, or put into those words; None for none
	card     part.PointCard
	rendered cite.Position // the words of its translation into the language of the page, 0 for none
}

// Likes are the proposals of a call: all of them until the page has its words, then those that are like the one in the form.
type Likes []Like

// Compare looks among the proposals of a call, where it gathers questions, for those that are like one on a place of the paper. They are
// there once the page has its words. on is None for one on no place in particular.
func Compare(st *conversation.Reading, call, on cite.Ref, l locale.Lang) (out Likes) {
	if _, gathers := st.Formulation.Gathering(call); !gathers {
		return nil
	}
	for _, p := range st.Formulation.Proposals(call) {
		c, ok := part.NewPointCard(st, p, l)
		if !ok {
			continue
		}
		like := Like{Ref: p, card: c, Closed: st.Formulation.Decided(p), Here: on != cite.None && c.Part.On == on, Becomes: st.Formulation.In(p)}
		like.fate(st)
		if r, ok := st.Consultation.Rendering(p, 0, l); ok { // its words go when the original's are blacked out
			like.rendered = r.Position
		}
		out = append(out, like)
	}
	return out
}

// fate says what became of the proposal: it stands in a question, with others perhaps, or was left out.
func (x *Like) fate(st *conversation.Reading) {
	if q, ok := st.Formulation.Question(x.Becomes); ok {
		x.Others, x.Why = len(q.Now().Of)-1, q.Now().Answer
		return
	}
	answer, reopened := st.Consultation.Answer(x.Ref)
	if a, ok := st.Consultation.Disposition(answer); ok && !reopened && formulation.LeavesOut(a.Outcome.String()) {
		x.Outcome, x.Why = a.Outcome.String(), answer
	}
}

// Need are the entries with the words of the proposals.
func (v Likes) Need() (out []cite.Position) {
	for i := range v {
		if out = append(out, v[i].card.Need()...); v[i].rendered > 0 {
			out = append(out, v[i].rendered)
		}
	}
	return out
}

// Fill gives them, and leaves those that are like a question.
func (v Likes) Fill(question string, words map[cite.Position]cite.Words) (out Likes) {
	texts := make([]likeness.Text, len(v))
	for i := range v {
		x := &v[i]
		x.card.Fill(words)
		x.Question = frame.LocalizedText{Text: x.card.Part.Wording, Lang: x.card.Part.Language}
		texts[i] = likeness.Text{Words: []string{x.Question.Text}, Here: x.Here}
		if x.rendered > 0 {
			texts[i].Words = append(texts[i].Words, words[x.rendered]["wording"])
		}
	}
	for _, f := range likeness.Find(question, texts, most) {
		out = append(out, v[f.Index])
	}
	return out
}
