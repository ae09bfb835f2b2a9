package consultation

import (
	"slices"

	"github.com/openplenary/plenary/cite"
)

// VoicesOn counts the published contributions on any of several elements (named through time), each of
// them once, and the countries they come from. An element that was merged or split has what was said on
// all that it goes on from.
func (b *Book) VoicesOn(xs ...cite.Ref) (contributions, countries int) {
	if len(xs) == 1 {
		v := b.Voices(xs[0]) // kept, not counted
		return v.Contributions, v.Countries()
	}
	var ids []uint32
	for _, x := range xs {
		ids = append(ids, b.elements[x]...)
	}
	slices.Sort(ids)
	seen := map[uint16]struct{}{}
	for _, id := range slices.Compact(ids) {
		if w := &b.rows[id]; w.Status == Published {
			contributions++
			if w.country != 0 {
				seen[w.country] = struct{}{}
			}
		}
	}
	return contributions, len(seen)
}

// CountOn counts the published parts anchored to an element of an edition: those that On lists.
func (b *Book) CountOn(r cite.Ref) int {
	n, edition, element := 0, uint16(r.EditionNumber()), uint32(r.ElementNumber())
	paper := uint16(r.Number())
	for _, id := range b.elements[r.Element()] {
		w := &b.rows[id]
		if w.Status != Published {
			continue
		}
		for i := w.first; i < w.first+uint32(w.parts); i++ {
			if p := &b.parts[i]; p.paper == paper && p.edition == edition && p.element == element {
				n++
			}
		}
	}
	return n
}
