package floor_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/floor"
	"github.com/openplenary/plenary/refusal"
)

// TestTwoThousandHands: two thousand parties press twice within ten seconds, and two thousand are counted, as each answered first. Who read before
// sees what was then.
func TestTwoThousandHands(t *testing.T) {
	t.Parallel()
	const all = 2_000
	s, at := &floor.State{}, time.Date(2020, 10, 24, 8, 0, 0, 0, time.UTC)
	position := cite.Position(0)
	apply := func(body interface {
		Apply(s *floor.State, at cite.Entry) error
	}) {
		t.Helper()
		position++
		if err := body.Apply(s, cite.Entry{Position: position}); err != nil {
			t.Fatal(err)
		}
	}
	apply(&floor.RulesSet{Session: "s1", Rules: floor.Usual(), At: at})
	apply(&floor.HandsAsked{Session: "s1", Of: all, At: at})
	var before *floor.State
	for i := range 2 * all {
		c := floor.ShowHand{Session: "s1", Party: cite.Ref(fmt.Sprint("y", i%all)), Answer: floor.Answers[(i+i/all)%3]}
		p, err := s.ShowHand(cite.Act{By: "u1", At: at.Add(time.Duration(i) * 2 * time.Millisecond)}, c)
		if second := i >= all; second != (len(refusal.Of(err)) == 1 && refusal.Of(err)[0].Key == "floor.hand_shown") {
			t.Fatalf("press %d: %v", i, err)
		}
		if err == nil {
			f := p.Body.(floor.HandShown)
			apply(&f)
		}
		if i == all/2 {
			before = s.Snapshot()
		}
	}
	q := s.Floor("s1").Shown()
	if n := q.Count(floor.Favours) + q.Count(floor.Opposes) + q.Count(floor.NoView); len(q.Hands) != all || n != all || q.Count(floor.Favours) != 667 {
		t.Errorf("%d hands, %d answers, %d in favour", len(q.Hands), n, q.Count(floor.Favours))
	}
	if n := len(before.Floor("s1").Shown().Hands); n != all/2+1 {
		t.Errorf("a reader from before sees %d", n)
	}
}
