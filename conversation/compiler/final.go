package compiler

import (
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/refusal"
)

// final is what stands in the way of publishing an edition as the final one: only considerations have one, it comes of a review, and the
// review is over. Preliminary ones may come out at any time.
func (h *House) final(act cite.Act, c paper.Publish) (no refusal.Several) {
	if !c.Final {
		return nil
	}
	if c.Kind != paper.Considerations {
		return append(no, refusal.In("final", "paper.final_kind"))
	}
	reviews := h.reviews(c.Paper)
	if len(reviews) == 0 {
		return append(no, refusal.In("final", "paper.final_unreviewed"))
	}
	long := time.Duration(0)
	for _, k := range reviews {
		if act.At.Before(k.Closes) {
			return append(no, refusal.In("final", "paper.final_open", "closes", k.Closes))
		}
		long = max(long, k.Lasted(time.Time{}))
	}
	//mutants:guard a review is long enough for somebody to answer it
	if long < ReviewDays*consultation.Day {
		no = append(no, refusal.In("final", "paper.final_short", "n", ReviewDays))
	}
	return no
}

// ReviewDays is for how many days at least one call of a review takes comments before an edition is final.
const ReviewDays = 7

// reviews lists the calls at which a paper was or is reviewed, oldest first. Those that were withdrawn are none, nor are those that take something
// else about the same paper: what is said in a session, replies, questions, comments on an order.
func (h *House) reviews(p cite.Ref) (out []*consultation.Call) {
	for _, k := range h.Consultation.Calls {
		//mutants:guard a call for something else is no review
		if p != cite.None && k.Paper == p.Root() && k.Withdrawn == 0 && (h.Other == nil || !h.Other(k.Ref)) {
			out = append(out, k)
		}
	}
	return out
}
