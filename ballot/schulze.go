package ballot

import "slices"

// The method of Markus Schulze: "A new monotonic, clone-independent, reversal symmetric, and condorcet-consistent
// single-winner election method", Social Choice and Welfare 36 (2011), 267-303.
//
// Where more ballots put A above B than B above A there is a step from A to B, as strong as the number of ballots that are
// for it. A path is as strong as its weakest step. A is better than B where the strongest path from A to B is stronger than
// the strongest one back. That is transitive, so there is always an option that none is better than.
//
// The strength of a step is its winning votes and not its margin. Both are in the paper, and on ballots that rank
// everything they give the same order. Where a ballot leaves options equal, a margin would let it pull each step half way
// as if it had been cast both ways, while winning votes count only what somebody has said: 60 to 40 with nobody silent
// stands above 45 to 5 with fifty silent. It is also what Schulze recommends. Two steps with the same winning votes are
// equal here, whatever was against them (the paper parts them by that): so one number in each cell of the table decides,
// and what the table shows as a tie is one.

// graph are the pairwise preferences of some ballots.
type graph struct {
	n int
	d []int // d[i*n+j] ballots put i above j
	w []int // the same where that is more than the other way round, else 0: the steps
}

func newGraph(n int) *graph { return &graph{n: n, d: make([]int, n*n), w: make([]int, n*n)} }

// unranked is the rank of an option that a ballot does not name: below all.
const unranked = MaxValue

// add adds ballots of a kind, or takes them away where by is negative. ranks is room for a rank of each option.
func (g *graph) add(k kind, by int, ranks []int32) {
	for i := range ranks {
		ranks[i] = unranked
	}
	for _, m := range k.marks {
		ranks[m.option] = m.value
	}
	for _, m := range k.marks {
		row := g.d[int(m.option)*g.n:][:g.n]
		for j, rank := range ranks {
			if m.value < rank {
				row[j] += by
			}
		}
	}
}

// steps finds the steps, when ballots were added or taken away.
func (g *graph) steps() {
	for i := range g.n {
		for j := range i {
			g.step(i, j)
		}
	}
}

// step finds the step between two options.
func (g *graph) step(i, j int) {
	there, back := g.d[i*g.n+j], g.d[j*g.n+i]
	g.w[i*g.n+j], g.w[j*g.n+i] = 0, 0
	switch {
	case there > back:
		g.w[i*g.n+j] = there
	case back > there:
		g.w[j*g.n+i] = back
	}
}

// strengths are those of the strongest paths between all options, by the algorithm of Floyd and Warshall.
func (g *graph) strengths() []int {
	n := g.n
	p := slices.Clone(g.w)
	for k := range n {
		through := p[k*n:][:n]
		for i := range n {
			to := p[i*n+k]
			if i == k || to == 0 {
				continue
			}
			row := p[i*n:][:n]
			for j, on := range through {
				if v := min(to, on); v > row[j] && i != j {
					row[j] = v
				}
			}
		}
	}
	return p
}

// widest are the strengths of the strongest paths from one option to each, or from each to it where back says so, by the
// algorithm of Dijkstra. The result and done are room for a value of each option.
func (g *graph) widest(from int, back bool, out []int, done []bool) {
	n := g.n
	row, column := n, 1
	if back {
		row, column = 1, n
	}
	for j := range n {
		out[j], done[j] = g.w[from*row+j*column], false
	}
	done[from] = true
	for {
		at := -1
		for j := range n {
			if !done[j] && out[j] > 0 && (at < 0 || out[j] > out[at]) {
				at = j
			}
		}
		if at < 0 {
			return
		}
		done[at] = true
		for j := range n {
			if !done[j] {
				out[j] = max(out[j], min(out[at], g.w[at*row+j*column]))
			}
		}
	}
}

// order puts options on places by their strongest paths: on each place stand those that are left and that none of those
// left is better than.
func order(n int, p []int) (places [][]int) {
	left := make([]int, n)
	for i := range left {
		left[i] = i
	}
	for len(left) > 0 {
		var here, rest []int
		for _, i := range left {
			if slices.ContainsFunc(left, func(j int) bool { return p[j*n+i] > p[i*n+j] }) {
				rest = append(rest, i)
			} else {
				here = append(here, i)
			}
		}
		places = append(places, here)
		left = rest
	}
	return places
}

// graph counts pairwise preferences.
func (b *Ballots) graph() *graph {
	g := newGraph(len(b.options))
	ranks := make([]int32, g.n)
	for _, k := range b.kinds {
		g.add(k, k.count, ranks)
	}
	g.steps()
	return g
}

// schulze counts by the method of Schulze.
func (b *Ballots) schulze(r *Result) {
	g := b.graph()
	n, p := g.n, g.strengths()
	places := order(n, p)
	r.Pairwise, r.Strengths = square(n, g.d), square(n, p)
	for at, place := range places {
		r.Order = append(r.Order, b.names(place))
		for _, below := range places[at+1:] {
			for _, i := range place {
				for _, j := range below {
					if p[i*n+j] == p[j*n+i] {
						r.Level = append(r.Level, [2]string{b.options[i], b.options[j]})
					}
				}
			}
		}
	}
	for i := range n {
		wins := 0
		for _, w := range g.w[i*n:][:n] {
			wins += min(w, 1)
		}
		if wins == n-1 && n > 1 {
			r.Condorcet = b.options[i]
		}
	}
	r.Sensitivity = b.pathSensitivity(g, places[0])
}

// square makes rows of a table.
func square(n int, cells []int) [][]int {
	rows := make([][]int, n)
	for i := range rows {
		rows[i] = cells[i*n:][:n:n]
	}
	return rows
}
