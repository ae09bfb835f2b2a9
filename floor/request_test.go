package floor

import (
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/refusal"
)

// TestFlood: a party that asks and leaves, again and again, is refused at last; the others are not, and what the secretariat enters for it neither.
func TestFlood(t *testing.T) {
	s, now, at := &State{}, time.Date(2020, 6, 1, 9, 0, 0, 0, time.UTC), cite.Position(2)
	fold := func(apply func(*State, cite.Entry) error) {
		t.Helper()
		at++
		if err := apply(s, cite.Entry{Position: at}); err != nil {
			t.Fatal(err)
		}
	}
	fold((&RulesSet{Session: "s1", At: now}).Apply)
	fold((&ListSet{Session: "s1", Item: 1, Open: true, At: now}).Apply)
	ask := func(party cite.Ref, entered bool) string {
		t.Helper()
		facts, err := s.Request(cite.Act{By: "x", At: now}, Ask{Session: "s1", Kind: Place, Item: 1, Party: party}, Who{Class: Member, Entered: entered})
		if rs := refusal.Of(err); len(rs) > 0 {
			return rs[0].Key
		}
		f := facts[0].Body.(Requested)
		fold(f.Apply)
		return ""
	}
	leave := func(party cite.Ref) {
		t.Helper()
		p, err := s.Leave(cite.Act{By: "x", At: now}, Leave{Session: "s1", Kind: Place, Item: 1, Party: party})
		if err != nil {
			t.Fatal(err)
		}
		f := p.Body.(Left)
		fold(f.Apply)
	}
	for i := range MaxOfParty {
		if key := ask("y1", false); key != "" {
			t.Fatal(i, key)
		}
		leave("y1")
	}
	if key := ask("y1", false); key != "floor.made" {
		t.Errorf("once too often: %q", key)
	}
	if key := ask("y2", false) + ask("y1", true); key != "" {
		t.Error("somebody else, and what the secretariat enters:", key)
	}
}
