package studio

import (
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/refusal"
)

// TestSeats: a booth has so many seats; one is free again when somebody leaves it, and the booth of another channel has its own.
func TestSeats(t *testing.T) {
	s, at := &Rooms{}, time.Date(2020, 1, 1, 9, 0, 0, 0, time.UTC)
	position := cite.Position(0)
	assign := func(channel string, n int, off bool) string {
		t.Helper()
		p, err := s.AssignBooth(cite.Act{By: "u1", At: at}, AssignBooth{Session: "s1", Channel: channel, Participant: "u" + cite.Ref(cite.FormatNumber(uint64(n))), Off: off})
		if no := refusal.Of(err); len(no) > 0 {
			return no[0].Key
		}
		f := p.Body.(BoothAssigned)
		position++
		if err := f.Apply(s, cite.Entry{Position: position, Time: at}); err != nil {
			t.Fatal(err)
		}
		return ""
	}
	for n := range MaxSeats {
		if key := assign("fr", n+1, false); key != "" {
			t.Fatal(n, key)
		}
	}
	for _, c := range []struct {
		channel string
		n       int
		off     bool
		want    string
	}{
		{"fr", MaxSeats + 1, false, "studio.seats"}, {"ar", MaxSeats + 1, false, ""}, {"fr", 1, false, "studio.assigned"}, {"fr", MaxSeats + 1, true, "studio.assigned"},
		{"fr", 1, true, ""}, {"fr", MaxSeats + 1, false, ""}, {"fr", 1, false, "studio.seats"},
	} {
		if key := assign(c.channel, c.n, c.off); key != c.want {
			t.Errorf("%+v: %q", c, key)
		}
	}
}
