package floor

import (
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/refusal"
)

// TestPointIsRuledOn: a point of order that has the floor gives it up with the ruling, and not before; its clock may be stopped meanwhile, and it may have more time.
// A record in which it was thanked folds as it did.
func TestPointIsRuledOn(t *testing.T) {
	ten := time.Date(2020, 6, 1, 10, 0, 0, 0, time.UTC)
	s, at := &State{}, cite.Position(2)
	fold := func(apply func(*State, cite.Entry) error) {
		t.Helper()
		at++
		if err := apply(s, cite.Entry{Position: at}); err != nil {
			t.Fatal(err)
		}
	}
	fold((&RulesSet{Session: "s1", Rules: Usual(), At: ten}).Apply)
	fold((&Requested{Session: "s1", Number: 1, Kind: Point, Party: "y1", Class: Member, At: ten}).Apply)
	fold((&Given{Session: "s1", Number: 1, Kind: Point, Sitting: 1, Party: "y1", Requests: []int{1}, Class: Member, Seconds: 180, At: ten}).Apply)
	act := cite.Act{By: "u1", At: ten.Add(time.Minute)}
	for do, want := range map[string]string{Thank: "floor.point", Cut: "floor.point", Stop: "", Add: ""} {
		_, err := s.Time(act, Time{Session: "s1", Do: do, Seconds: 30, Seen: s.Floor("s1").Acted})
		got := ""
		if no := refusal.Of(err); len(no) > 0 {
			got = no[0].Key
		}
		if got != want {
			t.Errorf("%s: %q, want %q", do, got, want)
		}
	}
	if facts, err := s.Rule(act, Rule{Session: "s1", Request: 1, Ruling: InOrder, Seen: s.Floor("s1").Acted}); err != nil || len(facts) != 2 || facts[0].Body.(Timed).Did != Thank {
		t.Errorf("ruled on: %v %v", facts, err)
	}
	fold((&Timed{Session: "s1", Turn: 1, Did: Thank, At: act.At}).Apply)
	if x := s.Floor("s1"); x.Current() != nil || x.Requests[0].Became != Heard {
		t.Errorf("thanked before: %+v", x.Requests[0])
	}
}
