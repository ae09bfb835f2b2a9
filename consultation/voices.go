package consultation

import (
	"cmp"
	"slices"

	"github.com/openplenary/plenary/cite"
)

// CountsOn counts the published contributions on any of several elements (named through time), each of
// them once, and the countries they come from. An element that was merged or split has what was said on
// all that it goes on from.
func (b *State) CountsOn(xs ...cite.Ref) (contributions, countries int) {
	if len(xs) == 1 {
		v := b.OnElement(xs[0]) // kept, not counted
		return v.Contributions, v.Countries()
	}
	var ids []uint32
	for _, x := range xs {
		ids = append(ids, b.elements.Get(x)...)
	}
	slices.Sort(ids)
	seen := map[uint16]struct{}{}
	for _, id := range slices.Compact(ids) {
		if w := b.rows.At(int(id)); w.Status == Published {
			contributions++
			if w.country != 0 {
				seen[w.country] = struct{}{}
			}
		}
	}
	return contributions, len(seen)
}

// anyEdition is no edition's number.
const anyEdition = -1

// anchored hands over the published parts on an element (named through time), oldest first, until visit says no.
// anyEdition takes all editions.
func (b *State) anchored(x cite.Ref, edition int, visit func(part int) bool) {
	paper, element := uint16(x.Number()), uint32(x.ElementNumber())
	for _, id := range b.elements.Get(x) {
		w := b.rows.At(int(id))
		if w.Status != Published {
			continue
		}
		for i := int(w.first); i < int(w.first)+int(w.parts); i++ {
			p := b.parts.At(i)
			if p.paper == paper && p.element == element && (edition == anyEdition || int(p.edition) == edition) && !visit(i) {
				return
			}
		}
	}
}

// CountOn counts the published parts anchored to an element of an edition: those that On lists.
func (b *State) CountOn(r cite.Ref) (n int) {
	b.anchored(r.Element(), r.EditionNumber(), func(int) bool { n++; return true })
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
	if edition == 0 {
		edition = anyEdition
	}
	for _, x := range xs {
		b.anchored(x, edition, func(i int) bool {
			if p := b.parts.At(i); p.answer == 0 || p.reopened {
				open++
			} else {
				by[p.answer]++
			}
			return true
		})
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
		switch i, ok := at[r.likeness]; {
		case ok:
			stands[i]++
		case len(distinct) < limit:
			at[r.likeness] = len(distinct)
			distinct, stands = append(distinct, r), append(stands, 1)
		}
	}
	return distinct, stands
}

// FromCountry counts what is published from one country.
type FromCountry struct {
	Country       string // "" for what names none
	Contributions int
	Parties       int
}

// ByCountry counts what is published and the parties behind it, by country, in the order of the codes; what names no country comes
// first. A party that submitted with another is counted in its own country, in which none may have led.
func (b *State) ByCountry() []FromCountry {
	led, parties := map[uint16]int{0: b.total.Published}, make(map[uint16][]uint64, b.counts.Countries+1)
	for id, n := range b.countries {
		if n > 0 {
			led[uint16(id)], parties[uint16(id)] = int(n), make([]uint64, 0, n)
			led[0] -= int(n)
		}
	}
	b.rows.Pieces(func(_ int, rows []Row) bool {
		for i := range rows {
			if w := &rows[i]; w.Status == Published {
				parties[w.country] = append(parties[w.country], w.party)
				for _, j := range b.jointly(w) {
					parties[j.country] = append(parties[j.country], j.Party)
				}
			}
		}
		return true
	})
	out := make([]FromCountry, 0, len(parties))
	for id, ps := range parties {
		slices.Sort(ps)
		out = append(out, FromCountry{Country: b.names.Name(id), Contributions: led[id], Parties: len(slices.Compact(ps))})
	}
	slices.SortFunc(out, func(x, y FromCountry) int { return cmp.Compare(x.Country, y.Country) })
	return out
}
