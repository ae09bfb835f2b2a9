package consultation

import (
	"cmp"
	"slices"

	"github.com/openplenary/plenary/cite"
)

// VoicesOn counts the published contributions on any of several elements (named through time), each of
// them once, and the countries they come from. An element that was merged or split has what was said on
// all that it goes on from.
func (b *State) CountsOn(xs ...cite.Ref) (contributions, countries int) {
	if len(xs) == 1 {
		v := b.OnElement(xs[0]) // kept, not counted
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
func (b *State) CountOn(r cite.Ref) int {
	n, edition, element := 0, r.EditionNumber(), uint32(r.ElementNumber())
	paper := uint16(r.Number())
	for _, id := range b.elements[r.Element()] {
		w := &b.rows[id]
		if w.Status != Published {
			continue
		}
		for i := w.first; i < w.first+uint32(w.parts); i++ {
			if p := &b.parts[i]; p.paper == paper && int(p.edition) == edition && p.element == element {
				n++
			}
		}
	}
	return n
}

// AnswerShare is how many of some parts have one answer.
type AnswerShare struct {
	Disposition cite.Ref
	Parts       int
}

// AnswersOn counts the answers that published parts on some elements (named through time) have now, the
// widest first, and how many of the parts have none. edition 0 takes all editions.
func (b *State) AnswersOn(edition int, xs ...cite.Ref) (answers []AnswerShare, open int) {
	by := map[uint32]int{}
	for _, x := range xs {
		paper, element := uint16(x.Number()), uint32(x.ElementNumber())
		for _, id := range b.elements[x] {
			w := &b.rows[id]
			if w.Status != Published {
				continue
			}
			for i := w.first; i < w.first+uint32(w.parts); i++ {
				p := &b.parts[i]
				switch {
				case p.paper != paper || p.element != element || edition > 0 && int(p.edition) != edition:
				case p.answer == 0 || p.reopened:
					open++
				default:
					by[p.answer]++
				}
			}
		}
	}
	for n, parts := range by {
		answers = append(answers, AnswerShare{cite.Disposition(int(n)), parts})
	}
	slices.SortFunc(answers, func(a, b AnswerShare) int {
		return cmp.Or(cmp.Compare(b.Parts, a.Parts), cmp.Compare(a.Disposition.Number(), b.Disposition.Number()))
	})
	return answers, open
}

// SameWords gives the rows of a list of which none says the same as one before it, in the same order, at most
// limit of them, and how many of the list each stands for.
func (b *State) SameWords(rows []Contribution, limit int) (distinct []Contribution, stands []int) {
	at := map[uint64]int{}
	for _, r := range rows {
		i, ok := at[r.likeness]
		switch {
		case ok:
			stands[i]++
		case len(distinct) < limit:
			at[r.likeness] = len(distinct)
			distinct, stands = append(distinct, r), append(stands, 1)
		}
	}
	return distinct, stands
}
