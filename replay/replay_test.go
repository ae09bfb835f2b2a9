package replay

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/conversation/speaking"
	"github.com/openplenary/plenary/internal/digest"
	"github.com/openplenary/plenary/internal/script/scripttest"
)

// played plays a script into a record in memory, and notes how the floor stood at each instant that it told.
func played(t *testing.T, name string) (*plenary.Secretariat, map[time.Time]string) {
	t.Helper()
	sec, r := scripttest.New(t, func() time.Time { return time.Date(2026, 3, 2, 10, 30, 45, 0, time.UTC) })
	was := map[time.Time]string{}
	r.After = func(told time.Time) error {
		look(t, sec, func(st *conversation.State) { was[told] = digest.Of(st.Floors.Floor("s1")) })
		return nil
	}
	if err := r.Run(t.Context(), os.DirFS("../internal/script/testdata"), name); err != nil {
		t.Fatal(err)
	}
	return sec, was
}

func look(t *testing.T, sec *plenary.Secretariat, f func(*conversation.State)) {
	t.Helper()
	for _, slug := range sec.Conversations() {
		if _, err := sec.Read(t.Context(), slug, func(st *conversation.State) error { f(st); return nil }); err != nil {
			t.Fatal(err)
		}
	}
}

// hourOf is what can be watched again of the first session.
func hourOf(t *testing.T, sec *plenary.Secretariat) (h speaking.Hour) {
	t.Helper()
	look(t, sec, func(st *conversation.State) {
		x, _ := st.Sessions.Session("s1")
		ok := false
		if h, ok = speaking.HourOf(x, st.Floors.Floor("s1")); !ok {
			t.Fatal("nothing can be watched again")
		}
	})
	return h
}

// TestReplayIsTheFloor: at every instant of the hour a replay shows the floor as it was then, in a sitting that is open and of which everybody reads the same
// and nobody a note to the chair; each round shows it again, under positions that only grow; and nothing is written.
func TestReplayIsTheFloor(t *testing.T) {
	t.Parallel()
	sec, was := played(t, "speakers.txt")
	h, head := hourOf(t, sec), sec.Durable("ferries")
	if h.Sitting != 1 || h.To.Sub(h.From) > time.Hour {
		t.Errorf("%+v", h)
	}
	k := Keeper{Sec: sec}
	r, err := k.Of(t.Context(), "ferries", "s1", h)
	if err != nil {
		t.Fatal(err)
	}
	long := h.To.Sub(h.From) / Pace
	start := time.Unix(0, (time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC).UnixNano()/int64(long+Rest)+1)*int64(long+Rest))
	seen, notes := 0, 0
	for at, want := range was {
		if at.Before(h.From) || !at.Before(h.To) {
			continue
		}
		m := r.At(start.Add(at.Sub(h.From)/Pace + 1))
		if got := digest.Of(m.step.floors.Floor("s1")); got != want {
			t.Errorf("at %s the floor is not as it was", at.Format(time.TimeOnly))
		}
		if r.Seen(m, at).Sub(start) != at.Sub(h.From)/Pace {
			t.Errorf("%s is seen at %s", at, r.Seen(m, at))
		}
		look(t, sec, func(st *conversation.State) {
			reading := m.Reading(st, conversation.Readers)
			defer reading.Close()
			x, _ := reading.Sessions.Session("s1")
			if speaking.Sits(x) != h.Sitting {
				t.Errorf("at %s no sitting is open", at.Format(time.TimeOnly))
			}
			for _, q := range reading.Floor.Floor("s1").Requests {
				if q.Note > 0 {
					notes++
					if reading.Floor.NoteOf(q); reading.Granted(q.Note) {
						t.Error("a note to the chair is everybody's")
					}
				}
			}
		})
		seen++
	}
	if seen < 8 || notes == 0 {
		t.Errorf("%d instants were looked at, with %d notes", seen, notes)
	}
	var last Moment
	for now := start; now.Before(start.Add(2 * (long + Rest))); now = now.Add(100 * time.Millisecond) {
		m := r.At(now)
		if m.Position < last.Position || m.Changed > m.Position || m.Changed < last.Changed {
			t.Fatalf("position %d (%d) comes after %d (%d)", m.Position, m.Changed, last.Position, last.Changed)
		}
		if !m.Next.After(now) || r.At(m.Next).Position <= m.Position || r.At(m.Next.Add(-1)).Position != m.Position {
			t.Fatalf("at %s something else is shown next at %s", now, m.Next)
		}
		if last.Position == m.Position && last.step != m.step {
			t.Fatal("something else is shown under the same position")
		}
		last = m
	}
	if m := r.At(start.Add(long + Rest - 1)); !m.Ended || !m.At.Equal(h.To) {
		t.Errorf("the end: %+v", m)
	}
	if again, err := k.Of(t.Context(), "ferries", "s1", h); err != nil || again != r {
		t.Error("it is made anew for everybody", err)
	}
	if now := sec.Durable("ferries"); now != head {
		t.Errorf("something was written: %d entries, and before %d", now, head)
	}
}

// TestOneWaitsForItsOwn: while a replay is being made, which reads the record from its beginning, those who watch another do not wait for it; and one that could not be
// made is made for whoever asks next.
func TestOneWaitsForItsOwn(t *testing.T) {
	t.Parallel()
	sec, _ := played(t, "speakers.txt")
	h := hourOf(t, sec)
	k := Keeper{Sec: sec}
	long := k.of(key{"elsewhere", "s1", h})
	long.mu.Lock()
	defer long.mu.Unlock()
	ctx, gone := context.WithCancel(t.Context())
	gone()
	if _, err := k.Of(ctx, "ferries", "s1", h); err == nil {
		t.Error("who has gone is answered")
	}
	if r, err := k.Of(t.Context(), "ferries", "s1", h); err != nil || r == nil {
		t.Error("after somebody went", err)
	}
	for n := range 3 * most {
		if k.of(key{"ferries", cite.Session(n + 2), h}); len(k.kept) > most {
			t.Fatalf("%d replays are kept", len(k.kept))
		}
	}
}

// TestHour: a sitting that goes on, or of which all was entered from paper, is not watched again; of another it is an hour at most, without the silence at its
// end.
func TestHour(t *testing.T) {
	t.Parallel()
	sec, _ := played(t, "speakers.txt")
	at := func(d time.Duration) time.Time { return time.Date(2020, 7, 7, 11, 0, 0, 0, time.UTC).Add(d) }
	for _, c := range []struct {
		turns  string // when they began, and how long they took, in minutes; "+" for one from paper
		closed time.Duration
		want   string
	}{
		{"", 2 * time.Hour, "none"},
		{"31 3", 0, "none"},
		{"+31 3", 2 * time.Hour, "none"},
		{"31 3", 2 * time.Hour, "30..36"},
		{"+10 3, 31 3", 2 * time.Hour, "30..36"},
		{"31 3, 50 5, 95 3", 2 * time.Hour, "30..57"},
		{"31 3, 85 20", 2 * time.Hour, "30..90"},
		{"31 3", 35 * time.Minute, "30..35"},
	} {
		look(t, sec, func(st *conversation.State) {
			x, _ := st.Sessions.Session("s1")
			y, k := *x, *st.Floors.Floor("s1")
			y.Sittings = append(y.Sittings[:0:0], y.Sittings[0])
			y.Sittings[0].Opened, y.Sittings[0].Closed = at(0), time.Time{}
			if c.closed > 0 {
				y.Sittings[0].Closed = at(c.closed)
			}
			k.Turns = nil
			for _, s := range bytes.Split([]byte(c.turns), []byte(", ")) {
				var from, long int
				if n, _ := fmt.Sscan(string(bytes.TrimPrefix(s, []byte("+"))), &from, &long); n == 2 {
					turn := st.Floors.Floor("s1").Turns[0]
					turn.Sitting, turn.Entered = 1, time.Time{}
					turn.Spans = append(turn.Spans[:0:0], turn.Spans[0])
					turn.Spans[0].From = at(time.Duration(from) * time.Minute)
					turn.Ended = turn.Spans[0].From.Add(time.Duration(long) * time.Minute)
					if s[0] == '+' {
						turn.Entered = at(24 * time.Hour)
					}
					k.Turns = append(k.Turns, turn)
				}
			}
			got := "none"
			if h, ok := speaking.HourOf(&y, &k); ok {
				got = fmt.Sprintf("%d..%d", int(h.From.Sub(at(0)).Minutes()), int(h.To.Sub(at(0)).Minutes()))
			}
			if got != c.want {
				t.Errorf("%q, closed after %s: %s, want %s", c.turns, c.closed, got, c.want)
			}
		})
	}
}
