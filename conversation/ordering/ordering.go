// Package ordering has the rules of putting themes in order that span nouns: what themes may name, which call takes the comments on a
// proposed order, and what became of these before it is decided.
package ordering

import (
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/formulation"
	"github.com/openplenary/plenary/priority"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/reply"
)

// House is what these rules look up.
type House struct {
	Consultation *consultation.State
	Formulation  *formulation.State
	Replies      *reply.State
	Priorities   *priority.State
	// Second says that whoever decides is not who proposed: the conversation asks for two people.
	Second bool
	// There reports whether everybody can read an element of an edition.
	There func(cite.Ref) bool
}

// Begin looks up what the themes name: elements of editions, each spelt with its edition.
func (h *House) Begin(act cite.Act, c priority.Begin) (cite.Proposal, error) {
	for i, t := range c.Themes {
		for _, x := range t.Names {
			if x.Element() == cite.None || !h.There(x) || cite.Element(x.Edition(), x.ElementNumber()) != x {
				return cite.Proposal{}, refusal.In("themes", "priority.element", "n", i+1, "ref", string(x))
			}
		}
	}
	return h.Priorities.Begin(act, c)
}

// Propose looks up the call: it takes comments from now on, and nothing was sent to it yet.
func (h *House) Propose(act cite.Act, c priority.Propose) (cite.Proposal, error) {
	f, err := h.Priorities.Propose(act, c)
	if err != nil {
		return f, err
	}
	k, ok := h.Consultation.Call(c.Call)
	_, gathers := h.Formulation.Gathering(c.Call)
	_, replies := h.Replies.Round(c.Call)
	//mutants:guard comments on an order are taken after it was proposed, and nothing else is among them
	if !ok || k.Withdrawn != 0 || !act.At.Before(k.Closes) || gathers || replies || h.Consultation.Tally(c.Call).Received > 0 {
		return cite.Proposal{}, refusal.In("call", "priority.call")
	}
	return f, nil
}

// Decide looks up the comments on the proposal.
func (h *House) Decide(act cite.Act, c priority.Decide) (cite.Proposal, error) {
	of := priority.Comments{Second: h.Second}
	if o, ok := h.Priorities.Order(c.Order); ok {
		if k, ok := h.Consultation.Call(o.Call); ok {
			of.Until, of.Withdrawn, of.Pending = k.Closes, k.Withdrawn != 0, h.Consultation.Tally(o.Call).Pending
			_, of.Unanswered = h.Consultation.Points(consultation.PointQuery{Call: o.Call, Open: true}, 0)
		}
	}
	return h.Priorities.Decide(act, of, c)
}
