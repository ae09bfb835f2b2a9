package floor

import (
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/refusal"
)

// TestLimitsOfASession: what a session takes, it takes up to the limit and no further: requests, moves of the chair, rows of a spreadsheet.
func TestLimitsOfASession(t *testing.T) {
	act := cite.Act{By: "u1", At: time.Date(2020, 6, 1, 10, 0, 0, 0, time.UTC)}
	with := func(requests, moves int) *State {
		f := &Floor{Session: "s1", Rules: Usual(), Declared: 1, Lists: []List{{Item: 1}}, Requests: make([]Request, requests), Moves: make([]Move, moves)}
		for i := range f.Requests {
			f.Requests[i] = Request{Number: i + 1, Kind: Place, Item: 1, Party: "y1", Became: Struck}
		}
		f.Requests[0].Became = Waits
		return &State{floors: []*Floor{f}}
	}
	asks := func(n int) error {
		_, err := with(n, 0).Request(act, Ask{Session: "s1", Kind: Place, Item: 1, Party: "y2"}, Who{Class: Member})
		return err
	}
	moves := func(n int) error {
		_, err := with(1, n).ToMove(MovePlace{Session: "s1", Request: 1})
		return err
	}
	rows := func(n int) error {
		_, err := ReadRows(strings.Join(Columns, ",") + "\n" + strings.Repeat("Fenland,1,,,\n", n))
		return err
	}
	for _, x := range []struct {
		take func(int) error
		last int // with so many there, or of so many, it is taken
		key  string
	}{{asks, MaxRequests - 1, "floor.full"}, {moves, MaxMoves - 1, "floor.moves"}, {rows, MaxRows, "floor.rows"}} {
		if err := x.take(x.last); err != nil {
			t.Errorf("%s: with %d: %v", x.key, x.last, err)
		}
		if no := refusal.Of(x.take(x.last + 1)); len(no) != 1 || no[0].Key != x.key {
			t.Errorf("%s: with %d: %v", x.key, x.last+1, no)
		}
	}
}
