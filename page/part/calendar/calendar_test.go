package calendar_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/part/calendar"
	"github.com/openplenary/plenary/settings"
)

// TestWhatWasPromisedFirstIsDue: a stage is late by the day that the public first read, whatever later date was set; one that came about says
// how many days it came after; one that was given up is not late any more; and what nobody could read was promised to nobody.
func TestWhatWasPromisedFirstIsDue(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	var st *conversation.State
	say := func(fact cite.Fact) {
		t.Helper()
		if err := st.Apply(cite.Entry{Position: st.Head + 1, Time: at}, fact); err != nil {
			t.Fatal(err)
		}
	}
	begin := func(prepared bool) {
		st = conversation.NewState()
		say(&conversation.Convened{Slug: "ferries", Title: locale.Plain("en", "Ferries"), Languages: []locale.Lang{"en"}, Zone: "Europe/Paris", Prepared: prepared, At: at})
	}
	stage := func(n int, state, from, to string) {
		say(&settings.Staged{Stage: settings.Stage{Number: n, Kind: "session", Title: locale.Plain("en", "Crossing"), State: state, From: from, To: to}, At: at})
	}
	want := func(what string, now time.Time, until time.Time, lines ...string) {
		t.Helper()
		r := conversation.NewReading(st, conversation.Public, now)
		var got []string
		for _, s := range calendar.Of(r) {
			got = append(got, fmt.Sprintf("%s %q %d", s.State, s.Due, s.Days))
		}
		if fmt.Sprint(got) != fmt.Sprint(lines) {
			t.Errorf("%s: %q, want %q", what, got, lines)
		}
		if !r.Until().Equal(until) {
			t.Errorf("%s: it reads otherwise from %s, want %s", what, r.Until(), until)
		}
	}
	paris := func(month time.Month, day int) time.Time {
		zone, err := time.LoadLocation("Europe/Paris")
		if err != nil {
			t.Fatal(err)
		}
		return time.Date(2026, month, day, 0, 0, 0, 0, zone)
	}
	never := time.Time{}

	begin(false)
	stage(1, settings.Planned, "2026-03-10", "2026-03-11")
	last := paris(3, 12)
	want("its day has not passed", at, last, `planned "2026-03-11" 0`)
	want("the last instant of its day where the conversation is", last.Add(-1), last, `planned "2026-03-11" 0`)
	want("the next", last, paris(3, 13), `late "2026-03-11" 1`)
	want("the summer has begun", paris(4, 1), paris(4, 2), `late "2026-03-11" 21`)
	before := st.Snapshot()
	stage(1, settings.Planned, "2026-06-01", "")
	want("it was put off", last, paris(3, 13), `late "2026-03-11" 1`)
	stage(2, settings.Planned, "", "")
	stage(2, settings.Planned, "", "2026-05-01")
	want("another got a date later", at, last, `planned "2026-03-11" 0`, `planned "2026-05-01" 0`)
	if before.DueOf(2) != "" {
		t.Error("a snapshot changed")
	}
	stage(1, settings.Held, "2026-06-01", "2026-06-02")
	stage(2, settings.Dropped, "", "2026-05-01")
	want("one was held, one dropped", paris(7, 1), never, `held "2026-03-11" 82`, `dropped "2026-05-01" 0`)

	begin(true)
	stage(1, settings.Planned, "2026-03-10", "")
	stage(1, settings.Planned, "2026-04-10", "")
	say(&settings.WasOpened{At: at})
	stage(1, settings.Planned, "2026-05-10", "")
	want("it was prepared", at, paris(4, 11), `planned "2026-04-10" 0`)
	at = paris(4, 13)
	say(&settings.WasArchived{Last: locale.Plain("en", "The end."), At: at})
	want("it was archived late", paris(9, 1), never, `late "2026-04-10" 3`)
}
