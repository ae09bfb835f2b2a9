package compiler

import (
	"slices"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/paper"
)

// Marks lists what was said of a sentence by anybody but some who wrote it, oldest first, of its sources as they stand now: what was said before one of
// them was changed is said of other words.
func (h *House) Marks(el *paper.Element, wrote []string) []paper.Mark {
	marks := h.Papers.Marks(el.Seal(), wrote)
	if len(marks) == 0 {
		return nil
	}
	since := cite.Position(0)
	for _, r := range el.Cites {
		since = max(since, h.changed(r, marks[0].Position))
	}
	//mutants:guard a sentence whose source says something else now has been read by nobody
	return slices.DeleteFunc(marks, func(m paper.Mark) bool { return m.Position < since })
}

// changed is where a source got the words that it has now, as far as that was after a position; 0 where it has them since before. Of a range of bytes too:
// whoever reads it afterwards finds other words around it, or none.
func (h *House) changed(r cite.Ref, after cite.Position) (at cite.Position) {
	switch r.Kind() {
	case 'c':
		for _, k := range h.Consultation.Corrections(r) {
			if k.Stands > after && k.Of(r.PartNumber()) {
				at = max(at, k.Stands)
			}
		}
	case 'd':
		if d, ok := h.Consultation.Disposition(r); ok && d.Reasons[d.Original].At > after {
			at = d.Reasons[d.Original].At
		}
	case 'p': // an edition never changes; an element through time is that of the newest
		p, ok := h.Papers.Paper(r)
		if !ok || r.EditionNumber() > 0 {
			return 0
		}
		for i := 1; i < len(p.Editions); i++ {
			if e := p.Editions[i]; e.At > after && wordsOf(p.Editions[i-1], r) != wordsOf(e, r) {
				at = e.At
			}
		}
	}
	return at
}

// wordsOf are the words of an element in the original of an edition, "" where it has none.
func wordsOf(e *paper.Edition, r cite.Ref) string {
	el, ok := e.Element(r.Element())
	if !ok {
		return ""
	}
	return el.Text.In[el.Text.Original]
}
