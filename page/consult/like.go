package consult

import (
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/formulation"
	"github.com/openplenary/plenary/formulation/likeness"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
)

// mostLike is how many proposals are offered that are like a new one.
const mostLike = 3

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

// Compare looks among the proposals of the call, where it gathers questions, for those that are like the one in the form. They are
// there once the page has its words.
func (v *Contribute) Compare(st *conversation.Reading, l locale.Lang) {
	if _, gathers := st.Formulation.Gathering(v.Call.Ref); !gathers {
		return
	}
	for _, p := range st.Formulation.Proposals(v.Call.Ref) {
		c, ok := part.NewPointCard(st, p, l)
		if !ok {
			continue
		}
		like := Like{Ref: p, card: c, Closed: st.Formulation.Decided(p), Here: c.Part.On == v.On && v.Element != nil, Becomes: st.Formulation.In(p)}
		like.fate(st)
		if r, ok := st.Consultation.Rendering(p, 0, l); ok { // its words go when the original's are blacked out
			like.rendered = r.Position
		}
		v.Likes = append(v.Likes, like)
	}
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

// likesNeed are the entries with the words of the proposals.
func (v *Contribute) likesNeed() (out []cite.Position) {
	for i := range v.Likes {
		if out = append(out, v.Likes[i].card.Need()...); v.Likes[i].rendered > 0 {
			out = append(out, v.Likes[i].rendered)
		}
	}
	return out
}

// likesFill gives them, and leaves those that are like what stands in the form.
func (v *Contribute) likesFill(words map[cite.Position]cite.Words) {
	texts := make([]likeness.Text, len(v.Likes))
	for i := range v.Likes {
		x := &v.Likes[i]
		x.card.Fill(words)
		x.Question = frame.LocalizedText{Text: x.card.Part.Wording, Lang: x.card.Part.Language}
		texts[i] = likeness.Text{Words: []string{x.Question.Text}, Here: x.Here}
		if x.rendered > 0 {
			texts[i].Words = append(texts[i].Words, words[x.rendered]["wording"])
		}
	}
	var likes []Like
	for _, f := range likeness.Find(v.Form.Wording, texts, mostLike) {
		likes = append(likes, v.Likes[f.Index])
	}
	v.Likes = likes
}
