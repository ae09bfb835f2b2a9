package compiler

import (
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
	reviews := ReviewsOf(h.Consultation, c.Paper)
	if len(reviews) == 0 {
		no = append(no, refusal.In("final", "paper.final_unreviewed"))
	}
	for _, k := range reviews {
		if act.At.Before(k.Closes) {
			return append(no, refusal.In("final", "paper.final_open", "closes", k.Closes))
		}
	}
	return no
}

// ReviewsOf lists the calls at which a paper was or is reviewed, oldest first; those that were withdrawn are none.
func ReviewsOf(b *consultation.State, p cite.Ref) (out []*consultation.Call) {
	for _, k := range b.Calls {
		if p != cite.None && k.Paper == p.Root() && k.Withdrawn == 0 {
			out = append(out, k)
		}
	}
	return out
}
