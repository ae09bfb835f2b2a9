package session

import (
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/refusal"
)

// TestFull: a session takes sittings and items up to their bounds and none more; what is there can still be put right.
func TestFull(t *testing.T) {
	act := cite.Act{By: "u1", At: time.Date(2020, 1, 1, 9, 0, 0, 0, time.UTC)}
	for _, c := range []struct {
		sittings, items int
		plan            func(*State) error
		want            string
	}{
		{MaxSittings - 1, 0, sitting(act, 0), ""},
		{MaxSittings, 0, sitting(act, 0), "session.sittings"},
		{MaxSittings, 0, sitting(act, MaxSittings), ""},
		{MaxSittings, 0, sitting(act, MaxSittings+1), "session.unknown"},
		{0, MaxItems - 1, item(act, 0), ""},
		{0, MaxItems, item(act, 0), "session.items"},
		{0, MaxItems, item(act, MaxItems), ""},
		{0, MaxItems, item(act, MaxItems+1), "session.unknown"},
	} {
		s := NewState()
		s.sessions = []*Session{{Ref: "s1", Sittings: make([]Sitting, c.sittings), Items: make([]Item, c.items)}}
		got := ""
		if no := refusal.Of(c.plan(s)); len(no) > 0 {
			got = no[0].Key
		}
		if got != c.want {
			t.Errorf("%d sittings, %d items: %q, want %q", c.sittings, c.items, got, c.want)
		}
	}
}

func sitting(act cite.Act, n int) func(*State) error {
	return func(s *State) error {
		_, err := s.PlanSitting(act, PlanSitting{Session: "s1", Number: n, Begins: act.At, Ends: act.At.Add(time.Hour)})
		return err
	}
}

func item(act cite.Act, n int) func(*State) error {
	return func(s *State) error { _, err := s.PlanItem(act, PlanItem{Session: "s1", Number: n}); return err }
}
