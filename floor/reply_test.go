package floor

import (
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// TestTimeOfReplies: a right of reply has the time of a party's first on the item, its second, and so on, by when it was, also where it is entered late or put right;
// where the rules have none it has none, and the floor is given for none.
func TestTimeOfReplies(t *testing.T) {
	ten := time.Date(2020, 6, 1, 10, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		replies []int
		want    [4]int // of what is entered: the first, another after it, one before both, and the first put right
		given   int
	}{
		"two, and others as the last": {[]int{300, 180}, [4]int{300, 180, 300, 180}, 180},
		"three":                       {[]int{300, 180, 60}, [4]int{300, 180, 300, 180}, 60},
		"one":                         {[]int{120}, [4]int{120, 120, 120, 120}, 120},
		"none":                        {nil, [4]int{}, 0},
	} {
		s, at := &State{}, cite.Position(2)
		fold := func(apply func(*State, cite.Entry) error) {
			t.Helper()
			at++
			if err := apply(s, cite.Entry{Position: at}); err != nil {
				t.Fatal(err)
			}
		}
		rules := Usual()
		fold((&RulesSet{Session: "s1", Rules: rules, At: ten}).Apply)
		fold((&Requested{Session: "s1", Number: 1, Kind: Reply, Item: 1, Party: "y1", Class: Member, At: ten.Add(time.Hour)}).Apply)
		rules.Replies = c.replies
		fold((&RulesSet{Session: "s1", Rules: rules, At: ten}).Apply)
		enters := func(number, minute int) int {
			t.Helper()
			facts, err := s.EnterTurn(cite.Act{By: "u1", At: ten.Add(time.Hour)}, EnterTurn{Session: "s1", Number: number, Kind: Reply, Sitting: 1, Item: 1, Party: "y1",
				Began: ten.Add(time.Duration(minute) * time.Minute), Ended: ten.Add(time.Duration(minute)*time.Minute + 50*time.Second), Reason: locale.Plain("en", "Misread.")}, Who{Class: Member})
			if err != nil {
				t.Fatal(err)
			}
			f := facts[0].Body.(TurnEntered)
			fold(f.Apply)
			return f.Seconds
		}
		alone := enters(0, 10)
		if got := enters(1, 11); got != alone {
			t.Errorf("%s: put right, the first has %d, and had %d", name, got, alone)
		}
		if got := [4]int{alone, enters(0, 20), enters(0, 5), enters(1, 10)}; got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
		r, err := s.ToGive(Give{Session: "s1", Request: 1, Seen: s.Floor("s1").Acted})
		if no := refusal.Of(err); len(no) > 0 != (len(c.replies) == 0) || len(no) > 0 && no[0].Key != "floor.replies" {
			t.Errorf("%s: the floor is given: %v", name, err)
		}
		facts := s.Give(cite.Act{By: "u1", At: ten.Add(2 * time.Hour)}, []Request{r}, 1, Give{Session: "s1", Request: 1})
		if got := facts[len(facts)-1].Body.(Given).Seconds; got != c.given {
			t.Errorf("%s: given %d, want %d", name, got, c.given)
		}
	}
}
