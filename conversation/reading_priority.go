package conversation

import (
	"math"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation/ordering"
	"github.com/openplenary/plenary/conversation/overview"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/priority"
)

// PriorityReading reads the orders of themes and what stands behind each theme. They are everybody's; what stands behind
// them is counted from what everybody may read.
type PriorityReading struct {
	ordering.Reading
	r *Reading
}

// Evidence is what stands behind theme n of an order: at most limit of its parts, those after the part after (None for the first).
// Comments on the order are not among it.
func (p PriorityReading) Evidence(o *priority.Order, n int, after cite.Ref, limit int) (*overview.About, *overview.Evidence) {
	about := p.r.noted(AnyContribution, AnyPaper, AnyAnswer, AnyParty, AnyOrder).themeEvidence(o, n)
	return about, about.Page(after, limit)
}

// Comments lists the published comments on the proposal of an order, oldest first, and those among them that have no answer.
func (p PriorityReading) Comments(o *priority.Order) (all, open []cite.Ref) {
	if o.Call == cite.None {
		return nil, nil
	}
	s := p.r.noted(o.Call, AnyContribution, AnyAnswer)
	all, _ = s.Consultation.Points(consultation.PointQuery{Call: o.Call}, math.MaxInt)
	open, _ = s.Consultation.Points(consultation.PointQuery{Call: o.Call, Open: true}, math.MaxInt)
	return all, open
}

// Of lists the themes of orders that were proposed or decided under which an element of an edition falls: they name it, or what
// holds it.
func (p PriorityReading) Of(e *paper.Edition, x cite.Ref) (out []cite.Ref) {
	for s := p.r.noted(AnyOrder, AnyPaper); x != cite.None; x = e.Holder(x) {
		out = append(out, s.Priorities.Naming(cite.Element(e.Ref, x.ElementNumber()))...)
	}
	return out
}

// Falls reports whether an element of an edition falls under theme n of an order: it is what the theme is about, was or became
// that in another edition, or stands within it.
func (p PriorityReading) Falls(o *priority.Order, n int, e *paper.Edition, x cite.Ref) bool {
	t, ok := o.Theme(n)
	return ok && p.r.noted(AnyPaper).counted().Falls(t.Names, e, x)
}
