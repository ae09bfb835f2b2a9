package part

import (
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/formulation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
)

// Share is how many parties of one category support something, and how many of them take part.
type Share struct {
	Category frame.LocalizedText `json:"name"`
	formulation.Share
}

// Shares names what was counted by category.
func Shares(st *conversation.Reading, all []formulation.Share, l locale.Lang) []Share {
	out := make([]Share, len(all))
	for i, s := range all {
		out[i] = Share{Share: s, Category: frame.LocalizedText{Text: s.Category}}
		if c, ok := st.Category(s.Category); ok {
			out[i].Category = frame.Localize(c.Name, l)
		}
	}
	return out
}

// Proposed is what is known of a part that proposes a question.
type Proposed struct {
	Proposal cite.Ref       `json:"proposal"`           // the part of a contribution that proposes it
	Call     cite.Ref       `json:"call"`               // to which it was sent
	Support  []Share        `json:"support"`            // by category; a number over all of them is not made
	Question cite.Ref       `json:"question,omitempty"` // that it was put into words with
	Closed   bool           `json:"closed,omitempty"`   // it takes no more support
	Mine     []Support      `json:"-"`                  // for whom the reader may support it
	Category []frame.Choice `json:"-"`
}

// Support is a party that the reader may support a proposal for.
type Support struct {
	Party cite.Ref // None for themselves
	Name  string
	Gives bool // it supports the proposal
	named cite.Position
}

// NewProposed is what is known of a proposal; nil where the part proposes none.
func NewProposed(st *conversation.Reading, proposal, call cite.Ref, l locale.Lang) *Proposed {
	if _, gathers := st.Formulation.Gathering(call); !gathers {
		return nil
	}
	return &Proposed{Proposal: proposal, Call: call, Question: st.Formulation.In(proposal), Closed: st.Formulation.Decided(proposal),
		Support: Shares(st, st.Formulation.Constituencies(call, proposal), l)}
}

// For adds for whom the reader may support the proposal: the parties on the roll that they may speak for, and themselves.
// self is the number under which they are counted when they speak for themselves, 0 where they are not signed in.
func (p *Proposed) For(st *conversation.Reading, me delegation.Participant, self delegation.Party, l locale.Lang) {
	if self == 0 || p.Closed {
		return
	}
	gives := func(y delegation.Party) bool {
		for _, s := range st.Formulation.Supports(p.Proposal) {
			if s.For == string(y.Ref()) {
				return true
			}
		}
		return false
	}
	for _, y := range st.Roll.SpeaksNow(me) { // nobody is chosen for them
		standing, _ := st.Roll.Party(y)
		if x, _ := st.Roll.Accreditation().Accredited(y); x.Observes() && !gives(y) {
			continue
		}
		p.Mine = append(p.Mine, Support{Party: y.Ref(), Gives: gives(y), named: standing.Named})
	}
	p.Mine = append(p.Mine, Support{Gives: gives(self)})
	p.Category = OwnCategories(st, l)
}

// Need are the entries with the names of the parties.
func (p *Proposed) Need() (out []cite.Position) {
	if p == nil {
		return nil
	}
	for _, m := range p.Mine {
		if m.named > 0 {
			out = append(out, m.named)
		}
	}
	return out
}

// Fill gives the names.
func (p *Proposed) Fill(words map[cite.Position]cite.Words) {
	if p == nil {
		return
	}
	for i := range p.Mine {
		if m := &p.Mine[i]; m.named > 0 {
			m.Name = words[m.named]["name"]
		}
	}
}

// ProposalsWaiting finds the first call with published proposals that nobody has decided on, and how many it has; None where
// there is none.
func ProposalsWaiting(st *conversation.Reading) (call cite.Ref, n int) {
	for _, g := range st.Formulation.Gatherings() {
		for _, p := range st.Formulation.Proposals(g.Call) {
			if st.Formulation.In(p) == cite.None && !st.Formulation.LeftOut(p) {
				n++
			}
		}
		if n > 0 {
			return g.Call, n
		}
	}
	return cite.None, 0
}
