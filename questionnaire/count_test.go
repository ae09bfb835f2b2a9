package questionnaire

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/openplenary/plenary/cite"
)

// sent is what a contribution answers to the survey, and what became of it.
type sent struct {
	picks [8][]int // by question
	value [4]string
	words bool
	files int
	other bool // it answers another call
	group int  // the category; -1 for one that does not count now
}

// anySent draws answers as Check lets them through.
func anySent(r *rand.Rand) (c sent) {
	c.group, c.other = r.IntN(4)-1, r.IntN(5) == 0
	who := 1 + r.IntN(3)
	c.picks[1] = []int{who}
	if who != 3 {
		if c.value[2] = strconv.Itoa(r.IntN(101)); r.IntN(9) == 0 {
			c.picks[2], c.value[2] = []int{0}, ""
		}
	}
	if r.IntN(2) == 0 {
		c.value[3] = "2024-02-" + strconv.Itoa(10+r.IntN(19))
	}
	if who == 1 {
		for cell := 1; cell <= 6; cell++ {
			if r.IntN(3) == 0 {
				c.picks[4] = append(c.picks[4], cell)
			}
		}
		if c.files = r.IntN(3); c.files > 0 {
			c.picks[5] = []int{1, 2}[:c.files]
		}
		if c.picks[6] = []int{1 + r.IntN(4)}; c.picks[6][0] == 1 {
			c.words = true
		}
	}
	return c
}

// give folds what was sent.
func (c *sent) give(s *State, n int) {
	var choices []cite.Choice
	var words []int
	for q := 1; q <= 7; q++ {
		v := ""
		if q < 4 {
			v = c.value[q]
		}
		if v != "" || len(c.picks[q]) > 0 {
			choices = append(choices, cite.Choice{Question: q, Picks: c.picks[q], Value: v})
		}
		if q == 4 && len(c.picks[q]) > 0 {
			words = append(words, q)
		}
	}
	if c.words {
		words = append(words, 7)
	}
	call := cite.Ref("k1")
	if c.other {
		call = "k2"
	}
	s.Given(cite.Contribution(n), call, choices, words)
}

// countAll counts the survey with nothing kept: what everything else is held to.
func countAll(all []sent, group int) (out [8]Count, of int) {
	for q := range out {
		out[q].Picks = make([]int, []int{0, 3, 0, 0, 6, 0, 4, 0}[q])
	}
	for _, c := range all {
		if c.other || c.group < 0 || group >= 0 && c.group != group {
			continue
		}
		of++
		for q := 1; q <= 7; q++ {
			k := &out[q]
			value := q < 4 && c.value[q] != ""
			worded := q == 7 && c.words || q == 4 && len(c.picks[4]) > 0
			declined := len(c.picks[q]) == 1 && c.picks[q][0] == 0
			if worded {
				k.Worded++
			}
			if declined {
				k.Declined++
			} else if value || len(c.picks[q]) > 0 {
				k.Chose++
			}
			if worded || value || len(c.picks[q]) > 0 {
				k.Said++
			}
			for _, p := range c.picks[q] {
				if p > 0 && q != 5 {
					k.Picks[p-1]++
				}
			}
		}
		out[5].Files += c.files
		who := c.picks[1][0]
		if who == 3 {
			out[2].NotAsked++
		}
		if who != 1 {
			for q := 4; q <= 6; q++ {
				out[q].NotAsked++
			}
		}
		if !c.words {
			out[7].NotAsked++
		}
	}
	return out, of
}

// TestCountsOfAnyHistory: whatever becomes of contributions, what is counted with blocks that are kept is what a plain count over all
// of them gives: some are published, withheld, withdrawn and erased, categories are merged, more come, an option is withdrawn; and who
// holds a snapshot counts as it was.
func TestCountsOfAnyHistory(t *testing.T) {
	t.Parallel()
	for seed := range uint64(4) {
		r := rand.New(rand.NewPCG(seed, 1))
		s := surveyed(t)
		b, err := survey().Check()
		if err != nil {
			t.Fatal(err)
		}
		if err := (&Asked{Call: "k2", Sections: b.Sections}).Apply(s, cite.Entry{Position: 8}); err != nil {
			t.Fatal(err)
		}
		var all []sent
		more := func(n int) {
			for range n {
				c := anySent(r)
				all = append(all, c)
				c.give(s, len(all))
			}
		}
		check := func(s *State, all []sent, what string) {
			t.Helper()
			into := []string{"a", "b", "c"}
			sum, by := s.CountsBy("k1", into, func(category uint16) string { return into[category] }, func(n int) (uint16, bool) {
				return uint16(max(all[n-1].group, 0)), all[n-1].group >= 0
			})
			for group, got := range append(slices.Clone(by), sum) {
				if group == len(by) {
					group = -1
				}
				want, of := countAll(all, group)
				if got.Of != of {
					t.Fatalf("seed %d, %s, group %d: %d answer, not %d", seed, what, group, got.Of, of)
				}
				for q := 1; q <= 7; q++ {
					c, w := got.Questions[q-1], want[q]
					if c.Said != w.Said || c.Chose != w.Chose || c.Declined != w.Declined || c.Worded != w.Worded || c.NotAsked != w.NotAsked || c.Files != w.Files || !slices.Equal(c.Picks, w.Picks) {
						t.Fatalf("seed %d, %s, group %d, question %d:\n%+v, not\n%+v", seed, what, group, q, c, w)
					}
					typed := 0
					for _, bin := range c.Spread.Bins {
						typed += bin.N
					}
					if w := w.Chose; (q == 2 || q == 3) && typed != w {
						t.Fatalf("seed %d, %s, group %d, question %d: %d values lie somewhere, not %d", seed, what, group, q, typed, w)
					}
				}
			}
		}
		more(3*blockSize + 100)
		check(s, all, "at first")
		for step := range 12 {
			before, was := s.Snapshot(), slices.Clone(all)
			what := ""
			switch step % 6 {
			case 0:
				what = "one is taken away"
				all[r.IntN(len(all))].group = -1
			case 1:
				what = "one is counted elsewhere"
				all[r.IntN(len(all))].group = r.IntN(3)
			case 2:
				what = "a category is merged into another"
				for i := range all {
					if all[i].group == 2 {
						all[i].group = 1
					}
				}
			case 3:
				what = "more came"
				more(1 + r.IntN(blockSize))
			case 4:
				what = "an option is withdrawn"
				if err := (&OptionWithdrawn{Call: "k1", Question: 1, Option: 1}).Apply(s, cite.Entry{Position: 9}); err != nil {
					t.Fatal(err)
				}
			case 5:
				what = "many are published and taken away"
				for range 500 {
					all[r.IntN(len(all))].group = r.IntN(4) - 1
				}
			}
			check(s, all, what)
			check(before, was, "before "+what)
			check(s, all, what+", again")
		}
	}
}
