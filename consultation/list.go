package consultation

import (
	"cmp"
	"iter"
	"slices"
	"sort"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/locale"
)

// Filter chooses contributions. Zero fields choose all.
type Filter struct {
	Call     cite.Ref
	Element  []cite.Ref // on any of these elements, named through time
	Category string
	Country  string
	Party    string
	Language locale.Lang
	Since    time.Time // received at or after
	Until    time.Time // received before
	Late     bool
	Status   []Status // none: published
	Before   int      // contributions with a smaller number; 0 for the newest
}

// A facet is all contributions that are the same in what most lists are filtered by. A conversation has some
// hundreds of them, however many contributions it has; so a filtered list adds up the counts of some facets, and
// merges their contributions from the newest on.
type facet struct {
	facetKey
	counts [statuses]int32
	rows   []uint32 // oldest first
}

// facetKey is what the contributions of a facet have in common, as they were received.
type facetKey struct {
	call, category, country uint16
	languages               languageSet // of the parts
	late                    bool
}

// languageSet has a bit for each of locale.Written.
type languageSet [4]uint64

func (s *languageSet) add(i uint8)     { s[i/64] |= 1 << (i % 64) }
func (s languageSet) has(i uint8) bool { return s[i/64]&(1<<(i%64)) != 0 }

func (s languageSet) or(t languageSet) languageSet {
	for i := range s {
		s[i] |= t[i]
	}
	return s
}

func (s languageSet) meets(t languageSet) bool {
	for i := range s {
		if s[i]&t[i] != 0 {
			return true
		}
	}
	return false
}

func (b *State) facetKey(w *Row) facetKey {
	k := facetKey{call: w.call, category: w.category, country: w.country, late: w.Late}
	for i := range int(w.parts) {
		k.languages.add(b.parts.At(int(w.first) + i).language)
	}
	return k
}

// file adds a contribution to its facet.
func (b *State) file(w *Row) {
	k := b.facetKey(w)
	i, ok := b.facetOf[k]
	if !ok {
		i = uint32(b.facets.Len())
		b.facetOf[k] = i
		b.facets.Append(facet{facetKey: k})
	}
	f := b.facets.Edit(int(i))
	f.rows = append(f.rows, w.Number-1)
}

// choice is a filter in numbers.
type choice struct {
	facetKey              // what the facet must have, 0 for anything; languages is one bit
	categories   []uint16 // the numbers of the category: several where others were merged into it
	status       uint8    // a bit for each
	party        uint64   // 0: any
	since, until int64    // 0: any
	before       int      // rows before this one are for the page
	elements     []uint32 // rows on the elements, oldest first
}

// choose spells a filter in numbers; not ok where nothing can be chosen by it.
func (b *State) choose(f Filter) (c choice, ok bool) {
	status := f.Status
	if len(status) == 0 {
		status = []Status{Published}
	}
	for _, s := range status {
		c.status |= 1 << s
	}
	c.categories = b.names.All(f.Category)
	country, known := b.names.Known(f.Country)
	if len(c.categories) == 0 || !known {
		return c, false
	}
	c.category, c.country, c.late = c.categories[0], country, f.Late
	if f.Call != cite.None {
		k, ok := b.Call(f.Call)
		if !ok {
			return c, false
		}
		c.call = uint16(k.Ref.Number())
	}
	if f.Party != "" {
		n, err := cite.ParseNumber(f.Party[1:])
		if err != nil {
			return c, false
		}
		c.party = n
	}
	if f.Language != "" {
		i, ok := locale.WrittenAt(f.Language)
		if !ok {
			return c, false
		}
		c.languages.add(uint8(i))
	}
	if !f.Since.IsZero() {
		c.since = f.Since.UnixNano()
	}
	if !f.Until.IsZero() {
		c.until = f.Until.UnixNano()
	}
	c.before = b.rows.Len()
	if f.Before > 0 {
		c.before = min(c.before, f.Before-1)
	}
	for _, x := range f.Element {
		c.elements = append(c.elements, b.elements.Get(x)...)
	}
	slices.Sort(c.elements)
	c.elements = slices.Compact(c.elements)
	return c, true
}

// covers reports whether the contributions of a facet are chosen, as far as a facet tells.
func (c *choice) covers(k *facetKey) bool {
	return (c.call == 0 || k.call == c.call) && (c.category == 0 || slices.Contains(c.categories, k.category)) && (c.country == 0 || k.country == c.country) &&
		(c.languages == languageSet{} || k.languages.meets(c.languages)) && (!c.late || k.late)
}

// chosen reports whether a contribution is chosen.
func (c *choice) chosen(b *State, w *Row) bool {
	switch {
	case c.status&(1<<w.Status) == 0,
		c.call != 0 && w.call != c.call,
		c.category != 0 && !slices.Contains(c.categories, w.category),
		c.country != 0 && w.country != c.country,
		c.party != 0 && !b.speaks(w, c.party),
		c.since != 0 && w.received < c.since,
		c.until != 0 && w.received >= c.until,
		c.late && !w.Late:
		return false
	}
	if c.languages != (languageSet{}) {
		k := b.facetKey(w)
		return c.covers(&k)
	}
	return true
}

// List gives the newest contributions that the filter chooses, at most limit of them, and how many it
// chooses in all (without regard to Before).
func (b *State) List(f Filter, limit int) (page []Contribution, total int) {
	c, ok := b.choose(f)
	if !ok {
		return nil, 0
	}
	switch {
	case len(f.Element) > 0:
		for i := len(c.elements) - 1; i >= 0; i-- {
			page, total = b.take(&c, int(c.elements[i]), limit, page, total)
		}
	case c.party != 0 || c.since != 0 || c.until != 0:
		for i := b.rows.Len() - 1; i >= 0; i-- {
			page, total = b.take(&c, i, limit, page, total)
		}
	default:
		return b.listFacets(&c, limit)
	}
	return page, total
}

// take counts a contribution if it is chosen, and puts it on the page if it belongs there.
func (b *State) take(c *choice, i, limit int, page []Contribution, total int) ([]Contribution, int) {
	w := b.rows.At(i)
	if !c.chosen(b, w) {
		return page, total
	}
	if len(page) < limit && i < c.before {
		page = append(page, b.decode(w))
	}
	return page, total + 1
}

// listFacets is List for what facets tell apart.
func (b *State) listFacets(c *choice, limit int) (page []Contribution, total int) {
	lists := 0
	for _, n := range b.covered(c) {
		total += n
		lists++
	}
	limit = min(limit, total)
	page = make([]Contribution, 0, limit)
	// Where most is chosen, the rows themselves are the shortest way.
	if chosen := max(1, total); lists*8 > limit*b.rows.Len()/chosen {
		for i, walked := c.before-1, 0; i >= 0 && len(page) < limit; i-- {
			if w := b.rows.At(i); c.chosen(b, w) {
				page = append(page, b.decode(w))
			} else if walked++; walked > 64*(lists+limit) {
				return b.merge(c, lists, limit, page[:0]), total // what was chosen is older than the average
			}
		}
		return page, total
	}
	return b.merge(c, lists, limit, page), total
}

// covered are the facets that a choice takes something of, each with its rows and how many are chosen.
func (b *State) covered(c *choice) iter.Seq2[[]uint32, int] {
	return func(yield func([]uint32, int) bool) {
		b.facets.Pieces(func(_ int, facets []facet) bool {
			for i := range facets {
				f := &facets[i]
				if !c.covers(&f.facetKey) {
					continue
				}
				n := int32(0)
				for s, k := range f.counts {
					if c.status&(1<<s) != 0 {
						n += k
					}
				}
				if n > 0 && !yield(f.rows, int(n)) {
					return false
				}
			}
			return true
		})
	}
}

// merge puts the newest of the rows of so many facets on a page: those that are before its bound and have the status.
func (b *State) merge(c *choice, lists, limit int, page []Contribution) []Contribution {
	h := make([][]uint32, 0, lists)
	for rows := range b.covered(c) {
		if len(rows) > 0 && int(rows[len(rows)-1]) >= c.before {
			rows = rows[:sort.Search(len(rows), func(i int) bool { return int(rows[i]) >= c.before })]
		}
		if len(rows) > 0 {
			h = append(h, rows)
		}
	}
	last := func(rows []uint32) uint32 { return rows[len(rows)-1] }
	slices.SortFunc(h, func(x, y []uint32) int { return cmp.Compare(last(y), last(x)) }) // a heap, the newest first
	for len(page) < limit && len(h) > 0 {
		if w := b.rows.At(int(last(h[0]))); c.status&(1<<w.Status) != 0 {
			page = append(page, b.decode(w))
		}
		if h[0] = h[0][:len(h[0])-1]; len(h[0]) == 0 {
			h[0], h = h[len(h)-1], h[:len(h)-1]
		}
		for i := 0; ; { // sift down
			k := 2*i + 1
			if k >= len(h) {
				break
			}
			if k+1 < len(h) && last(h[k+1]) > last(h[k]) {
				k++
			}
			if last(h[i]) >= last(h[k]) {
				break
			}
			h[i], h[k], i = h[k], h[i], k
		}
	}
	return page
}
