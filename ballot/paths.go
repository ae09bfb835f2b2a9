package ballot

import (
	"cmp"
	"slices"
)

// How much a search may cost, in cells of a table that are looked at, and how many options it removes ballots for.
const (
	searchCost    = 60_000_000
	searchOptions = 8
)

// search looks for changes of the ballots that change the first place of the method of Schulze.
type search struct {
	b        *Ballots
	g        *graph // of the ballots as they are changed at the moment
	first    []int  // the first place as it is
	ranks    []int32
	from, to []int
	done     []bool
	beaten   []bool
}

// pathSensitivity is the sensitivity of an order by strongest paths. g is of all ballots, and is used up.
func (b *Ballots) pathSensitivity(g *graph, first []int) Sensitivity {
	n := g.n
	s := &search{b: b, first: first, ranks: make([]int32, n), from: make([]int, n), to: make([]int, n), done: make([]bool, n), beaten: make([]bool, n)}
	s.g = &graph{n: n, d: slices.Clone(g.d), w: slices.Clone(g.w)}
	out := Sensitivity{Added: Change{Looked: LookedAlone}, Removed: Change{Looked: LookedSearch}}
	if n > 1 {
		s.add(&out.Added)
		s.remove(&out.Removed)
	}
	return out
}

// same reports whether the first place is what it was: none is better than one that held it, and one that held it is
// better than each other option. (Better is transitive, so an option that none holding it is better than would stand
// there too.)
func (s *search) same() bool {
	for o := range s.beaten {
		s.beaten[o] = false
	}
	for _, o := range s.first {
		s.beaten[o] = true
	}
	for _, o := range s.first {
		s.paths(o)
		for other := range s.from {
			if s.to[other] > s.from[other] {
				return false
			}
			s.beaten[other] = s.beaten[other] || s.from[other] > s.to[other]
		}
	}
	return !slices.Contains(s.beaten, false)
}

// paths finds the strengths of the paths from an option, and to it.
func (s *search) paths(o int) {
	s.g.widest(o, false, s.from, s.done)
	s.g.widest(o, true, s.to, s.done)
	s.from[o], s.to[o] = 0, 0
}

// now is the first place of the ballots as they are changed at the moment.
func (s *search) now() Place {
	return s.b.names(order(s.g.n, s.g.strengths())[0])
}

// alone changes by how many ballots put an option first and leave the others out.
func (s *search) alone(o, by int) {
	for j := range s.g.n {
		if j != o {
			s.g.d[o*s.g.n+j] += by
			s.g.step(o, j)
		}
	}
}

// add finds few ballots that name one option alone and change the first place. First those that bring the option there, or
// leave it there alone: more of them never harm it, because its own steps only get stronger and those to it weaker, so that
// halving the interval finds the least number. Fewer may change the first place in favour of somebody else: so smaller
// numbers are tried one by one, as far as the cost allows.
func (s *search) add(c *Change) {
	n := s.g.n
	for o := range n {
		inside := slices.Contains(s.first, o)
		if inside && len(s.first) == 1 {
			continue // it is first already
		}
		enough := func(by int) bool { // it comes to the first place; or, if it shares it, it is alone there
			s.alone(o, by)
			s.paths(o)
			s.alone(o, -by)
			for j := range n {
				if j != o && (s.to[j] > s.from[j] || inside && s.to[j] == s.from[j]) {
					return false
				}
			}
			return true
		}
		most := 0 // with so many, more ballots put it above each other than below
		for j := range n {
			most = max(most, s.g.d[j*n+o]-s.g.d[o*n+j]+1)
		}
		if c.Ballots > 0 {
			if c.Ballots == 1 || !enough(c.Ballots-1) {
				continue
			}
			most = c.Ballots - 1
		}
		low := 0 // too few
		for most > low+1 {
			if half := (low + most) / 2; enough(half) {
				most = half
			} else {
				low = half
			}
		}
		c.Ballots, c.Option = most, s.b.options[o]
		s.alone(o, most)
		c.First = s.now()
		s.alone(o, -most)
	}
	cost := s.cost() * n
	for k := 1; k < c.Ballots && k <= searchCost/cost; k++ {
		for o := range n {
			s.alone(o, k)
			changed := !s.same()
			if changed {
				c.Ballots, c.Option, c.First = k, s.b.options[o], s.now()
			}
			s.alone(o, -k)
			if changed {
				return
			}
		}
		c.MoreThan = k
	}
}

// cost is what it costs to look whether the first place is what it was.
func (s *search) cost() int { return (2*len(s.first) + 2) * s.g.n * s.g.n }

// remove finds few ballots whose removal changes the first place. To find the fewest is a hard problem for this method
// (it is that of control by deleting voters), so it looks for few that will do, and then tries all choices of less
// as far as the cost allows.
func (s *search) remove(c *Change) {
	s.paths(s.first[0])
	var others []int
	for o := range s.g.n {
		if o != s.first[0] {
			others = append(others, o)
		}
	}
	from, to := slices.Clone(s.from), slices.Clone(s.to)
	slices.SortStableFunc(others, func(i, j int) int { return cmp.Compare(from[i]-to[i], from[j]-to[j]) })
	for _, o := range others[:min(len(others), searchOptions)] {
		s.removeFor(c, o)
	}
	cost, kinds := s.cost(), len(s.b.kinds)
	choices := 1
	for k := 1; c.Ballots == 0 || k < c.Ballots; k++ {
		if choices = choices * (kinds + k - 1) / k; choices > searchCost/cost || k > s.b.total-s.b.empty {
			break // k kinds, the same several times perhaps
		}
		if s.choose(k, 0) {
			c.Ballots, c.Option, c.First = k, "", s.now()
			return
		}
		c.MoreThan = k
	}
}

// preference is a kind of ballots that prefers the first place to another option, by how many options stand between.
type preference struct {
	kind     kind
	distance int
}

// removeFor removes the ballots that prefer the first place to an option, those that do so by most first, until the first
// place changes; and looks with how few of them it does.
func (s *search) removeFor(c *Change, o int) {
	var row []preference
	held := 0
	for _, k := range s.b.kinds {
		if d := s.distance(k, o); d > 0 {
			row = append(row, preference{k, d})
			held += k.count
		}
	}
	slices.SortStableFunc(row, func(a, b preference) int { return cmp.Compare(b.distance, a.distance) })
	gone := 0
	enough := func(n int) bool {
		s.take(row, gone, n)
		gone = n
		return !s.same()
	}
	most := held
	if c.Ballots > 0 {
		most = min(most, c.Ballots-1)
	}
	low, high := 0, min(1, most)
	for high > 0 && !enough(high) {
		if high == most {
			high = 0 // not with all of them
			break
		}
		low, high = high, min(2*high, most)
	}
	for high > low+1 {
		if half := (low + high) / 2; enough(half) {
			high = half
		} else {
			low = half
		}
	}
	if high > 0 {
		s.take(row, gone, high)
		gone = high
		c.Ballots, c.Option, c.First = high, s.b.options[o], s.now()
	}
	s.take(row, gone, 0)
}

// distance is how many options a ballot puts below the first place and not below the other option.
func (s *search) distance(k kind, o int) int {
	for i := range s.ranks {
		s.ranks[i] = unranked
	}
	for _, m := range k.marks {
		s.ranks[m.option] = m.value
	}
	high, low, n := s.ranks[s.first[0]], s.ranks[o], 0
	for _, r := range s.ranks {
		if r > high && r <= low {
			n++
		}
	}
	return n
}

// take goes from some ballots of a row removed to some others.
func (s *search) take(row []preference, gone, now int) {
	at := 0 // ballots before the kind
	for _, p := range row {
		was, is := min(max(gone-at, 0), p.kind.count), min(max(now-at, 0), p.kind.count)
		if was != is {
			s.g.add(p.kind, was-is, s.ranks)
		}
		if at += p.kind.count; at >= max(gone, now) {
			break
		}
	}
	s.g.steps()
}

// choose tries to remove every choice of k more ballots, of the kinds from one on; where one changes the first place, it
// leaves those ballots removed.
func (s *search) choose(k, from int) bool {
	if k == 0 {
		s.g.steps()
		return !s.same()
	}
	for i := from; i < len(s.b.kinds); i++ {
		if s.b.kinds[i].count == 0 {
			continue
		}
		one := s.b.kinds[i]
		s.g.add(one, -1, s.ranks)
		s.b.kinds[i].count--
		found := s.choose(k-1, i)
		s.b.kinds[i].count++
		if found {
			return true
		}
		s.g.add(one, 1, s.ranks)
	}
	return false
}
