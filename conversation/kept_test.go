package conversation

import (
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/locale"
)

// TestKeep: of a snapshot each question is worked out once, whoever asks, and everybody rests on what was looked at; of a
// state that still changes it is worked out each time. What is counted for those who settle rests on what was counted.
func TestKeep(t *testing.T) {
	t.Parallel()
	st := NewState()
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	if err := st.Apply(cite.Entry{Position: 1, Time: at}, &Convened{Slug: "ferry", Title: locale.Plain("en", "Ferry"), Languages: []locale.Lang{"en"}, Zone: "UTC", At: at}); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		of   *State
		want int
	}{"a snapshot": {st.Snapshot(), 2}, "a state": {st, 4}} {
		worked := 0
		for i := range 4 {
			r := NewReading(c.of, Public, at)
			got := Keep(r, i%2, func(r *Reading) int {
				worked++
				return r.Under("category", "club")
			})
			if got != 0 || len(r.Refs()) < 3 {
				t.Errorf("%s: %d, resting on %v", name, got, r.Refs())
			}
		}
		if worked != c.want {
			t.Errorf("%s: worked out %d times, want %d", name, worked, c.want)
		}
	}
}
