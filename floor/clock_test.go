package floor

import (
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
)

// TestClockOfTheServer: where the server's own clock is put back while somebody speaks, and forward again, no turn ends before it began, none has run for less than
// nothing, and the next begins with all of its time.
func TestClockOfTheServer(t *testing.T) {
	ten := time.Date(2020, 6, 1, 10, 0, 0, 0, time.UTC)
	for name, by := range map[string]time.Duration{"put back": -time.Hour, "put back a little": -90 * time.Second, "put forward": 2 * time.Hour, "stopped": -time.Minute} {
		for _, ends := range []string{Thank, Cut, "close"} {
			s, at := &State{}, cite.Position(2)
			fold := func(apply func(*State, cite.Entry) error) {
				t.Helper()
				at++
				if err := apply(s, cite.Entry{Position: at}); err != nil {
					t.Fatal(err)
				}
			}
			now := ten
			fold((&RulesSet{Session: "s1", Rules: Usual(), At: now}).Apply)
			for n, party := range []cite.Ref{"y1", "y2"} {
				fold((&Requested{Session: "s1", Number: n + 1, Kind: Place, Item: 1, Party: party, Class: Member, At: now}).Apply)
			}
			fold((&Given{Session: "s1", Number: 1, Kind: Place, Sitting: 1, Item: 1, Party: "y1", Requests: []int{1}, Class: Member, Seconds: 180, At: now}).Apply)
			now = now.Add(time.Minute + by)
			if ends == "close" {
				if err := s.SittingClosed("s1", now); err != nil {
					t.Fatal(err)
				}
			} else {
				fold((&Timed{Session: "s1", Turn: 1, Did: ends, At: now}).Apply)
			}
			fold((&Given{Session: "s1", Number: 2, Kind: Place, Sitting: 1, Item: 1, Party: "y2", Requests: []int{2}, Class: Member, Seconds: 180, At: now}).Apply)
			x := s.Floor("s1")
			first := &x.Turns[0]
			if last := first.Spans[len(first.Spans)-1]; first.Ended.Before(first.Began()) || last.To.Before(last.From) || first.Ended.Before(last.To) || first.Cut != (ends == Cut) {
				t.Errorf("%s, %s: from %s to %s, with %v", name, ends, first.Began(), first.Ended, first.Spans)
			}
			if all := x.Speaking(); len(all) != 1 || all[0].Number != 2 || !all[0].Runs() || !all[0].Began().Equal(now) {
				t.Errorf("%s, %s: who speaks: %v", name, ends, all)
			}
		}
	}
}
