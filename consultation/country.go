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
// counted here, in one pass over all contributions.
func (b *State) ByCountry() []FromCountry {
	without := b.total.Published
	parties := make(map[uint16][]uint64, b.counts.Countries+1)
	for id, n := range b.countries {
		if n > 0 {
			parties[uint16(id)] = make([]uint64, 0, n)
			without -= int(n)
		}
	}
	if without > 0 {
		parties[0] = make([]uint64, 0, without)
	}
	b.rows.Pieces(func(_ int, rows []Row) bool {
		for i := range rows {
			if w := &rows[i]; w.Status == Published {
				parties[w.country] = append(parties[w.country], w.party)
			}
		}
		return true
	})
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
