package consultation

import "slices"

// FromCountry counts what is published from one country.
type FromCountry struct {
	Country       string // "" for what names none
	Contributions int
	Parties       int
}

// ByCountry counts the published contributions and the parties behind them, by country, in the order of
// the codes; what names no country comes first. Contributions are counted as they come; parties are
// counted here, in one pass over the rows, because a page that shows them is kept.
func (b *State) ByCountry() []FromCountry {
	without := b.total.Published
	for _, n := range b.countries {
		without -= int(n)
	}
	parties := make(map[uint16][]uint64, len(b.countries)+1)
	for id, n := range b.countries {
		parties[id] = make([]uint64, 0, n)
	}
	if without > 0 {
		parties[0] = make([]uint64, 0, without)
	}
	for i := range b.rows {
		if w := &b.rows[i]; w.Status == Published {
			parties[w.country] = append(parties[w.country], w.party)
		}
	}
	out := make([]FromCountry, 0, len(parties))
	for id, ps := range parties {
		n := len(ps)
		slices.Sort(ps)
		out = append(out, FromCountry{Country: b.names.names[id], Contributions: n, Parties: len(slices.Compact(ps))})
	}
	slices.SortFunc(out, func(x, y FromCountry) int {
		if x.Country < y.Country {
			return -1
		}
		return 1
	})
	return out
}
