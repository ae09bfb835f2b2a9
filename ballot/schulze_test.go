package ballot_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/openplenary/plenary/ballot"
)

// Examples that were published with their tables.
func TestSchulzeExamples(t *testing.T) {
	for _, c := range []struct {
		source              string
		votes               [][]vote
		pairwise, strengths string
		order, level        string
		condorcet           string
	}{
		// Schulze's example of 45 voters, in Electowiki and Wikipedia, "Schulze method".
		{"45 voters", [][]vote{ranked(5, "ACBED"), ranked(5, "ADECB"), ranked(8, "BEDAC"), ranked(3, "CABED"), ranked(7, "CAEBD"), ranked(2, "CBADE"), ranked(7, "DCEBA"), ranked(8, "EBADC")},
			"[[0 20 26 30 22] [25 0 16 33 18] [19 29 0 17 24] [15 12 28 0 14] [23 27 21 31 0]]",
			"[[0 28 28 30 24] [25 0 28 33 24] [25 29 0 29 24] [25 28 28 0 24] [25 28 28 31 0]]", "E A C B D", "[]", ""},
		// Schulze 2011, example 1: 21 voters.
		{"21 voters", [][]vote{ranked(8, "ACDB"), ranked(2, "BADC"), ranked(4, "CDBA"), ranked(4, "DBAC"), ranked(3, "DCBA")},
			"[[0 8 14 10] [13 0 6 2] [7 15 0 12] [11 19 9 0]]", "[[0 14 14 12] [13 0 13 12] [13 15 0 12] [13 19 13 0]]", "D A C B", "[]", ""},
		// The capital of Tennessee, in Wikipedia, "Condorcet method": Nashville wins each comparison.
		{"Tennessee", [][]vote{ranked(42, memphis), ranked(26, nashville), ranked(15, chattanooga), ranked(17, knoxville)},
			"[[0 83 58 32] [17 0 58 32] [42 42 0 42] [68 68 58 0]]", "[[0 83 58 0] [0 0 58 0] [0 0 0 0] [68 68 58 0]]", "N C K M", "[]", "N"},
		// A cycle of three whose steps are equally strong is a tie.
		{"a cycle", [][]vote{ranked(1, "ABC"), ranked(1, "BCA"), ranked(1, "CAB")},
			"[[0 2 1] [1 0 2] [2 1 0]]", "[[0 2 2] [2 0 2] [2 2 0]]", "(A B C)", "[]", ""},
		// Two against two is no step. C is better than B, and A is level with both.
		{"two against two", [][]vote{ranked(1, "A(CB)"), ranked(1, "ACB"), ranked(1, "CBA"), ranked(1, "(CB)A")},
			"[[0 2 2] [2 0 0] [2 2 0]]", "[[0 0 0] [0 0 0] [0 2 0]]", "(A C) B", "[[A B]]", ""},
		// What is left out stands below, equal among itself; nobody who is silent counts against anybody.
		{"holes", [][]vote{ranked(3, "A"), ranked(2, "BC"), {vote{}}},
			"[[0 3 3] [2 0 2] [2 0 0]]", "[[0 3 3] [0 0 2] [0 0 0]]", "A B C", "[]", "A"},
	} {
		r := count(t, ballot.Schulze, file(ballot.Schulze, slices.Concat(c.votes...)))
		got := []string{fmt.Sprint(r.Pairwise), fmt.Sprint(r.Strengths), order(r), fmt.Sprint(r.Level), r.Condorcet}
		if want := []string{c.pairwise, c.strengths, c.order, c.level, c.condorcet}; !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\n%q\n%q", c.source, got, want)
		}
	}
}

// TestSchulzeSensitivity: what is said of Schulze's example. Each number is the least: all choices of fewer were tried.
func TestSchulzeSensitivity(t *testing.T) {
	r := count(t, ballot.Schulze, file(ballot.Schulze, slices.Concat(ranked(5, "ACBED"), ranked(5, "ADECB"), ranked(8, "BEDAC"), ranked(3, "CABED"), ranked(7, "CAEBD"), ranked(2, "CBADE"), ranked(7, "DCEBA"), ranked(8, "EBADC"))))
	s := r.Sensitivity
	if s.Added.Ballots == 0 || s.Added.MoreThan != s.Added.Ballots-1 || s.Removed.Ballots == 0 || s.Removed.MoreThan != s.Removed.Ballots-1 || s.Removed.Looked != ballot.LookedSearch {
		t.Errorf("%+v", s)
	}
	if reflect.DeepEqual(s.Added.First, r.Order[0]) || reflect.DeepEqual(s.Removed.First, r.Order[0]) {
		t.Errorf("nothing changes: %+v", s)
	}
}

// TestRanks: only the order of ranks counts.
func TestRanks(t *testing.T) {
	a := count(t, ballot.Schulze, "ballot,option,rank\n1,A,1\n1,B,2\n2,C,1\n2,A,1\n")
	b := count(t, ballot.Schulze, "rank,ballot,option\n7,1,A\n900000,1,B\n3,2,C\n3,2,A\n")
	if !reflect.DeepEqual(a, b) {
		t.Errorf("%+v\n%+v", a, b)
	}
}

// paths is the strength of the strongest path by walking all of them.
func paths(d [][]int, from, to int, been []bool) (best int) {
	been[from] = true
	defer func() { been[from] = false }()
	for next := range d {
		if been[next] || d[from][next] <= d[next][from] {
			continue
		}
		strength := d[from][next]
		if next != to {
			strength = min(strength, paths(d, next, to, been))
		}
		best = max(best, strength)
	}
	return best
}

// TestSchulzeProperties: over random ballots with ties and holes, the strengths are those of all paths walked, better is
// what the order says, an option that wins each comparison stands first alone, and one that loses each never does.
func TestSchulzeProperties(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	winners := 0
	for range 300 {
		n := 2 + r.IntN(4)
		votes := random(r, ballot.Schulze, 1+r.IntN(20), n)
		got := count(t, ballot.Schulze, file(ballot.Schulze, votes), letters[:n]...)
		for i := range n {
			wins, losses := 0, 0
			for j := range n {
				if i == j {
					continue
				}
				if want := paths(got.Pairwise, i, j, make([]bool, n)); got.Strengths[i][j] != want {
					t.Fatalf("%v: from %d to %d %d, want %d", votes, i, j, got.Strengths[i][j], want)
				}
				if got.Strengths[i][j] > got.Strengths[j][i] && place(got, letters[i]) >= place(got, letters[j]) {
					t.Fatalf("%v: %s", votes, order(got))
				}
				prefer := 0
				for _, v := range votes {
					a, isA := v[letters[i]]
					b, isB := v[letters[j]]
					if isA && (!isB || a < b) {
						prefer++
					}
				}
				if prefer != got.Pairwise[i][j] {
					t.Fatalf("%v: %d put %d above %d, counted %d", votes, prefer, i, j, got.Pairwise[i][j])
				}
				if got.Pairwise[i][j] > got.Pairwise[j][i] {
					wins++
				} else if got.Pairwise[i][j] < got.Pairwise[j][i] {
					losses++
				}
			}
			if wins == n-1 {
				winners++
				if got.Condorcet != letters[i] || !reflect.DeepEqual(got.Order[0], ballot.Place{letters[i]}) {
					t.Fatalf("%v: %s wins each comparison: %q %s", votes, letters[i], got.Condorcet, order(got))
				}
			}
			if losses == n-1 && slices.Contains(got.Order[0], letters[i]) {
				t.Fatalf("%v: %s loses each comparison: %s", votes, letters[i], order(got))
			}
		}
	}
	if winners < 50 {
		t.Errorf("only %d winners of all comparisons", winners)
	}
}

// many is a file of many ballots that rank all options, and not quite by chance.
func many(ballots, options int) string {
	r := rand.New(rand.NewPCG(6, 6))
	var b strings.Builder
	b.WriteString("ballot,option,rank\n")
	for i := range ballots {
		order := r.Perm(options)
		slices.SortStableFunc(order, func(a, b int) int { return (a-b)/8 + r.IntN(3) - 1 })
		for rank, o := range order {
			fmt.Fprintf(&b, "b%d,theme %d,%d\n", i, o, rank+1)
		}
	}
	return b.String()
}

// BenchmarkSchulze reads and counts 5,000 ballots of 50 options, with everything that is said of the count.
func BenchmarkSchulze(b *testing.B) {
	file := many(5_000, 50)
	b.SetBytes(int64(len(file)))
	for b.Loop() {
		count(b, ballot.Schulze, file)
	}
}
