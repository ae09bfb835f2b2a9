package ballot_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/openplenary/plenary/ballot"
)

// count reads a file and counts it.
func count(t testing.TB, method ballot.Method, file string, options ...string) *ballot.Result {
	t.Helper()
	b, err := ballot.Read(strings.NewReader(file), method, options)
	if err != nil {
		t.Fatal(err)
	}
	return b.Count()
}

// vote is what a ballot says: an option and a value each.
type vote map[string]int

// file writes ballots as a file.
func file(method ballot.Method, votes []vote) string {
	var b strings.Builder
	b.WriteString(strings.Join(method.Columns(), ",") + "\n")
	for i, v := range votes {
		if len(v) == 0 {
			fmt.Fprintf(&b, "b%d%s\n", i, strings.Repeat(",", len(method.Columns())-1))
		}
		for _, o := range options(v) {
			if method == ballot.Approval {
				fmt.Fprintf(&b, "b%d,%s\n", i, o)
			} else {
				fmt.Fprintf(&b, "b%d,%s,%d\n", i, o, v[o])
			}
		}
	}
	return b.String()
}

func options(v vote) (out []string) {
	for o := range v {
		out = append(out, o)
	}
	slices.Sort(out)
	return out
}

// ranked are n ballots that rank options, each a letter, in an order; options in brackets are equal.
func ranked(n int, order string) []vote {
	v, rank, open := vote{}, 1, false
	for _, r := range order {
		switch {
		case r == '(' || r == ')':
			open = r == '('
			if !open {
				rank++
			}
		default:
			v[string(r)] = rank
			if !open {
				rank++
			}
		}
	}
	return slices.Repeat([]vote{v}, n)
}

// order writes an order as "E A (B C)".
func order(r *ballot.Result) string {
	out := make([]string, len(r.Order))
	for i, p := range r.Order {
		if out[i] = strings.Join(p, " "); len(p) > 1 {
			out[i] = "(" + out[i] + ")"
		}
	}
	return strings.Join(out, " ")
}

// The capital of Tennessee, as Wikipedia plays it through many methods ("Approval voting", "Borda count"): 42 of 100 live in
// Memphis, 26 in Nashville, 15 in Chattanooga, 17 in Knoxville, and everybody likes what is near.
const (
	memphis     = "MNCK"
	nashville   = "NCKM"
	chattanooga = "CKNM"
	knoxville   = "KCNM"
)

func tennessee(say func(order string) vote) (out []vote) {
	for _, c := range []struct {
		n     int
		order string
	}{{42, memphis}, {26, nashville}, {15, chattanooga}, {17, knoxville}} {
		out = append(out, slices.Repeat([]vote{say(c.order)}, c.n)...)
	}
	return out
}

// Everybody approves the two that are nearest: 42, 68, 58, 32.
func TestApprovalTennessee(t *testing.T) {
	r := count(t, ballot.Approval, file(ballot.Approval, tennessee(func(order string) vote { return vote{order[:1]: 1, order[1:2]: 1} })))
	if got := fmt.Sprintf("%v %v %d %s", r.Options, r.Counts, r.Ballots, order(r)); got != "[C K M N] [58 32 42 68] 100 N C M K" {
		t.Error(got)
	}
	if a, d := r.Sensitivity.Added, r.Sensitivity.Removed; a.Ballots != 10 || a.MoreThan != 9 || a.Option != "C" || d.Ballots != 10 || d.MoreThan != 9 || !reflect.DeepEqual(d.First, ballot.Place{"C", "N"}) {
		t.Errorf("%+v, %+v", a, d)
	}
}

// Three points to the nearest, two to the next, one to the third: the Borda count, 126, 194, 173, 107.
func TestPointsTennessee(t *testing.T) {
	r := count(t, ballot.Points, file(ballot.Points, tennessee(func(order string) vote {
		return vote{order[:1]: 3, order[1:2]: 2, order[2:3]: 1, order[3:]: 0}
	})))
	if got := fmt.Sprintf("%v %v %v %s", r.Options, r.Sums, r.Named, order(r)); got != "[C K M N] [173 107 126 194] [100 100 100 100] N C M K" {
		t.Error(got)
	}
	if a := r.Sensitivity.Added; a.Ballots != 7 || a.Points != 3 || a.Option != "C" {
		t.Errorf("%+v", a)
	}
}

// TestTies: places are shared, an option that nobody names is counted, and an empty ballot is one.
func TestTies(t *testing.T) {
	r := count(t, ballot.Approval, "ballot,option\n1,A\n1,B\n2,A\n2,B\n3,C\n4,\n", "D", "C", "B", "A")
	if got := fmt.Sprintf("%v %v %d %d %s", r.Options, r.Counts, r.Ballots, r.Empty, order(r)); got != "[D C B A] [0 1 2 2] 4 1 (B A) C D" {
		t.Error(got)
	}
	// A and B are approved by the same: removing one of those two lets C in, and it takes one to part them by adding.
	if s := r.Sensitivity; s.Removed.Ballots != 1 || s.Removed.Option != "C" || s.Added.Ballots != 1 || !reflect.DeepEqual(s.Added.First, ballot.Place{"B"}) {
		t.Errorf("%+v", s)
	}
	b, err := json.Marshal(r)
	if err != nil || !strings.Contains(string(b), `"order":[["B","A"],"C","D"]`) {
		t.Errorf("%s %v", b, err)
	}
	var back ballot.Result
	if err := json.Unmarshal(b, &back); err != nil || !reflect.DeepEqual(&back, r) {
		t.Errorf("%+v %v", back, err)
	}
	// All are equal in everything: no ballot that goes parts them.
	r = count(t, ballot.Points, "ballot,option,points\n1,A,2\n1,B,2\n")
	if order(r) != "(A B)" || r.Sensitivity.Removed.Ballots != 0 || r.Sensitivity.Added.Ballots != 1 {
		t.Errorf("%s %+v", order(r), r.Sensitivity)
	}
	r = count(t, ballot.Points, "ballot,option,points\n1,A,0\n1,B,0\n")
	if order(r) != "(A B)" || r.Sensitivity.Removed.Ballots != 0 || r.Sensitivity.Added.Ballots != 0 {
		t.Errorf("nobody gave a point: %s %+v", order(r), r.Sensitivity)
	}
	for _, m := range ballot.Methods {
		if r := count(t, m, file(m, []vote{{}}), "A"); order(r) != "A" || r.Empty != 1 || r.Sensitivity.Added.Ballots+r.Sensitivity.Removed.Ballots != 0 {
			t.Errorf("%s, one option: %+v", m, r)
		}
	}
}

// random are some ballots of a kind, with ties and holes.
func random(r *rand.Rand, method ballot.Method, ballots, options int) []vote {
	out := make([]vote, ballots)
	for i := range out {
		out[i] = vote{}
		for o := range options {
			if r.IntN(4) > 0 {
				out[i][string(rune('A'+o))] = 1 + r.IntN(options)
			}
			if method == ballot.Approval && r.IntN(2) == 0 {
				delete(out[i], string(rune('A'+o)))
			}
		}
	}
	return out
}

var letters = strings.Split("ABCDEFGH", "")

// TestAnonymity: in whatever order the ballots and their lines come, and whatever the ballots are called, the count is the
// same to the byte.
func TestAnonymity(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for range 60 {
		for _, m := range ballot.Methods {
			votes := random(r, m, 1+r.IntN(12), 5)
			one := file(m, votes)
			r.Shuffle(len(votes), func(i, j int) { votes[i], votes[j] = votes[j], votes[i] })
			lines := strings.Split(strings.TrimSuffix(file(m, votes), "\n"), "\n")
			r.Shuffle(len(lines)-1, func(i, j int) { lines[i+1], lines[j+1] = lines[j+1], lines[i+1] })
			a, _ := json.Marshal(count(t, m, one, letters[:5]...))
			b, _ := json.Marshal(count(t, m, strings.Join(lines, "\n"), letters[:5]...))
			if string(a) != string(b) {
				t.Fatalf("%s\n%s\n%s", one, a, b)
			}
		}
	}
}

// TestNeutrality: where options change their names, the result does and nothing else.
func TestNeutrality(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	for range 60 {
		for _, m := range ballot.Methods {
			votes := random(r, m, 1+r.IntN(12), 5)
			to := r.Perm(5)
			name := map[string]string{}
			for i, o := range letters[:5] {
				name[o] = letters[to[i]]
			}
			other := make([]vote, len(votes))
			for i, v := range votes {
				other[i] = vote{}
				for o, n := range v {
					other[i][name[o]] = n
				}
			}
			a, b := count(t, m, file(m, votes), letters[:5]...), count(t, m, file(m, other), letters[:5]...)
			for i := range a.Order {
				for j, o := range a.Order[i] {
					a.Order[i][j] = name[o]
				}
				slices.Sort(a.Order[i])
			}
			if !reflect.DeepEqual(a.Order, b.Order) || a.Sensitivity.Added.Ballots != b.Sensitivity.Added.Ballots {
				t.Fatalf("%v\n%s: %s, %s", votes, m, order(a), order(b))
			}
			if m != ballot.Schulze && a.Sensitivity.Removed.Ballots != b.Sensitivity.Removed.Ballots {
				t.Fatalf("%v\n%s: %+v, %+v", votes, m, a.Sensitivity, b.Sensitivity)
			}
		}
	}
}

// place is where an option stands, 0 for the first place.
func place(r *ballot.Result, option string) int {
	return slices.IndexFunc(r.Order, func(p ballot.Place) bool { return slices.Contains(p, option) })
}

// TestApprovalIsMonotone: one more approval never puts an option lower.
func TestApprovalIsMonotone(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	for range 200 {
		votes := random(r, ballot.Approval, 1+r.IntN(9), 5)
		before := count(t, ballot.Approval, file(ballot.Approval, votes), letters[:5]...)
		o := letters[r.IntN(5)]
		votes[r.IntN(len(votes))][o] = 1
		after := count(t, ballot.Approval, file(ballot.Approval, votes), letters[:5]...)
		above := func(r *ballot.Result) (n int) {
			for _, p := range r.Order[:place(r, o)] {
				n += len(p)
			}
			return n
		}
		if above(after) > above(before) {
			t.Fatalf("%v: %s fell from %s to %s", votes, o, order(before), order(after))
		}
	}
}

// TestSensitivity holds what is said of added and removed ballots against every choice there is.
func TestSensitivity(t *testing.T) {
	// One ballot for A or B alone leaves both there, and others out.
	sensitive(t, ballot.Schulze, []vote{{"B": 5, "C": 4, "D": 4, "E": 1}, {"B": 5, "C": 4, "D": 4, "E": 1}, {"A": 2, "C": 2, "E": 3}, {"A": 1, "B": 4, "C": 2, "D": 5, "E": 4},
		{"A": 3, "B": 1, "E": 4}, {"A": 3, "B": 1, "E": 4}}, letters[:5])
	// To change this takes three, among them some that say the same.
	sensitive(t, ballot.Schulze, []vote{{"A": 4}, {"A": 4}, {"A": 4}, {"A": 1, "B": 3, "C": 1}, {"A": 3, "B": 4, "D": 1}, {"A": 3, "B": 1, "C": 3, "D": 3}}, letters[:4])
	r := rand.New(rand.NewPCG(4, 4))
	for round := range 200 {
		for _, m := range ballot.Methods {
			n := 3 + round%2
			votes := random(r, m, 1+r.IntN(8), n)
			for i := range votes {
				if r.IntN(2) == 0 {
					votes[i] = votes[r.IntN(len(votes))] // some say the same
				}
			}
			sensitive(t, m, votes, letters[:n])
		}
	}
}

// sensitive tries all that is said of how firm the first place is.
func sensitive(t *testing.T, m ballot.Method, votes []vote, all []string) {
	t.Helper()
	now := count(t, m, file(m, votes), all...)
	c, least := now.Sensitivity.Removed, leastRemoved(t, m, votes, all, now.Order[0])
	good := c.Ballots == least
	if m == ballot.Schulze { // not always the least, and it says so
		good = (c.Ballots == 0 || c.Ballots >= least) && (least == 0 || c.MoreThan < least) && (c.Ballots != c.MoreThan+1 || c.Ballots == least)
	}
	if !good {
		t.Fatalf("%s %v: %s, removed %d, said %+v", m, votes, order(now), least, c)
	}
	c = now.Sensitivity.Added
	for k := range c.Ballots + 1 {
		changed := false
		for _, o := range all {
			after := count(t, m, file(m, append(slices.Clone(votes), slices.Repeat([]vote{{o: max(c.Points, 1)}}, k)...)), all...)
			changed = changed || !reflect.DeepEqual(after.Order[0], now.Order[0])
			if k == c.Ballots && o == c.Option && !reflect.DeepEqual(after.Order[0], c.First) {
				t.Fatalf("%s %v: %s, said %+v", m, votes, order(after), c)
			}
		}
		if changed != (k == c.Ballots && k > 0) {
			t.Fatalf("%s %v: %d added, said %+v", m, votes, k, c)
		}
	}
}

// leastRemoved is the least number of ballots whose removal changes the first place, 0 for none, by trying everything.
func leastRemoved(t *testing.T, m ballot.Method, votes []vote, all []string, first ballot.Place) (least int) {
	t.Helper()
	for choice := range 1 << len(votes) {
		var left []vote
		for i, v := range votes {
			if choice>>i&1 == 0 {
				left = append(left, v)
			}
		}
		if gone := len(votes) - len(left); least > 0 && gone >= least || gone == 0 {
			continue
		}
		after := ballot.Place(all)
		if len(left) > 0 {
			after = count(t, m, file(m, left), all...).Order[0]
		}
		if !reflect.DeepEqual(after, first) {
			least = len(votes) - len(left)
		}
	}
	return least
}
