package ballot

import (
	"cmp"
	"slices"
)

// Sensitivity is how firm the first place is: how few ballots more, and how few ballots less, would have changed it. The
// first place changes where another option comes to share it, where one of those that share it no longer does, or where
// others hold it.
type Sensitivity struct {
	Added   Change `json:"added"`   // the fewest ballots that, added, change the first place
	Removed Change `json:"removed"` // the fewest that, removed, change it
}

// Change is a change of the ballots that changes the first place.
type Change struct {
	// Ballots is how many ballots are added or removed; 0 where none of the kind that was looked at changes the first place.
	Ballots int `json:"ballots"`
	// MoreThan is how many cannot do it: no change of that many ballots or fewer, of the kind that was looked at, changes the
	// first place. Where it is one less than Ballots, Ballots is the least number.
	MoreThan int `json:"more_than"`
	// Looked says which changes were looked at.
	Looked Looked `json:"looked"`
	// Option is what each added ballot names, alone; or for whose sake ballots were removed, "" where all were tried.
	Option string `json:"option,omitempty"`
	// Points is what each added ballot gives that option (Points).
	Points int `json:"points,omitempty"`
	// First is the first place then.
	First Place `json:"first,omitempty"`
}

// Looked is which changes were looked at.
type Looked string

// The changes that are looked at.
const (
	// LookedAll: ballots of whatever kind; the number follows from the sums.
	LookedAll Looked = "all"
	// LookedMost: ballots that give no option more points than some ballot does; the number follows from the sums.
	LookedMost Looked = "most"
	// LookedAlone: ballots that put one option first and leave the others out, all of them the same one: the least number that
	// brings an option to the first place, and every number up to MoreThan of them. A number between may have been missed.
	LookedAlone Looked = "alone"
	// LookedSearch: ballots that prefer the first place to another option, those with the greatest difference first; and all
	// choices of ballots up to MoreThan of them, one by one. A choice of a number between may have been missed.
	LookedSearch Looked = "search"
)

// sumSensitivity is the sensitivity of an order by sums.
func (b *Ballots) sumSensitivity(sums []int) Sensitivity {
	places := bySum(sums)
	first := places[0]
	s := Sensitivity{Added: Change{Looked: LookedAll}, Removed: Change{Looked: LookedAll}}
	most := 1
	if b.method == Points {
		s.Added.Looked, most = LookedMost, 0
		for _, k := range b.kinds {
			for _, m := range k.marks {
				most = max(most, int(m.value))
			}
		}
	}
	if len(sums) > 1 && most > 0 {
		gains, add := first[0], 1
		if len(first) == 1 {
			gains = places[1][0]
			add = (sums[first[0]] - sums[gains] + most - 1) / most
		}
		s.Added.Ballots, s.Added.MoreThan, s.Added.Option = add, add-1, b.options[gains]
		if b.method == Points {
			s.Added.Points = most
		}
		s.Added.First = b.firstAfter(sums, func(after []int) { after[gains] += add * most })
	}
	b.removeSums(&s.Removed, sums, places, most)
	return s
}

// firstAfter is the first place when the sums were changed.
func (b *Ballots) firstAfter(sums []int, change func([]int)) Place {
	after := slices.Clone(sums)
	change(after)
	return b.names(bySum(after)[0])
}

// removeSums finds the fewest ballots whose removal changes the first place of an order by sums.
//
// Where ballots tell those that share the first place apart, one such ballot is enough. Else they rise and fall together,
// and another option reaches them soonest when the ballots go that prefer them by most: each removed ballot closes the
// gap by its difference, so that taking the greatest differences is the fewest.
// most is the most that a ballot gives an option.
func (b *Ballots) removeSums(c *Change, sums []int, places [][]int, most int) {
	first := places[0]
	given := make([]int, len(sums)) // by one ballot
	read := func(k kind) {
		clear(given)
		for _, m := range k.marks {
			given[m.option] = int(m.value)
		}
	}
	without := func(after []int) {
		for o, v := range given {
			after[o] -= v
		}
	}
	for _, k := range b.kinds {
		read(k)
		if slices.ContainsFunc(first, func(o int) bool { return given[o] != given[first[0]] }) {
			c.Ballots, c.First = 1, b.firstAfter(sums, without)
			return
		}
	}
	type step struct{ difference, kind int }
	var steps, best []step
	for _, place := range places[1:] {
		if gap := sums[first[0]] - sums[place[0]]; c.Ballots > 0 && gap > (c.Ballots-1)*most {
			break // fewer ballots cannot close it, nor one of those below
		}
		for _, o := range place {
			steps = steps[:0]
			for i, k := range b.kinds {
				if read(k); given[first[0]] > given[o] {
					steps = append(steps, step{given[first[0]] - given[o], i})
				}
			}
			slices.SortStableFunc(steps, func(a, b step) int { return cmp.Compare(b.difference, a.difference) })
			n := 0
			for gap, i := sums[first[0]]-sums[o], 0; gap > 0; i++ {
				take := min(b.kinds[steps[i].kind].count, (gap+steps[i].difference-1)/steps[i].difference)
				gap -= take * steps[i].difference
				n += take
			}
			if c.Ballots == 0 || n < c.Ballots {
				c.Ballots, c.MoreThan, c.Option = n, n-1, b.options[o]
				best = slices.Clone(steps)
			}
		}
	}
	if c.Ballots == 0 {
		return
	}
	c.First = b.firstAfter(sums, func(after []int) {
		for left, i := c.Ballots, 0; left > 0; i++ {
			k := b.kinds[best[i].kind]
			read(k)
			for range min(left, k.count) {
				without(after)
			}
			left -= min(left, k.count)
		}
	})
}
