package plenary_test

import (
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/life"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/record"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/settings"
)

// TestTick: what is due is written once, by the machine's clock, and in a demonstration by the script's alone.
func TestTick(t *testing.T) {
	now := time.Now().UTC()
	en := func(s string) locale.Text { return locale.Plain(locale.English, s) }
	for _, c := range []struct {
		name          string
		demonstration bool
		opens, closes time.Duration // from the machine's now
		told          time.Duration // from the machine's now; 0 for no script
		open, closed  bool
		next          time.Duration // 0 for nothing due any more
	}{
		{"before", false, time.Hour, 2 * time.Hour, 0, false, false, time.Hour},
		{"open", false, -time.Hour, time.Hour, 0, true, false, time.Hour},
		{"over", false, -2 * time.Hour, -time.Hour, 0, true, true, 0},
		{"script before", true, -48 * time.Hour, -24 * time.Hour, -72 * time.Hour, false, false, -48 * time.Hour},
		{"script open", true, 24 * time.Hour, 72 * time.Hour, 48 * time.Hour, true, false, 72 * time.Hour},
		{"script at the first instant", true, 24 * time.Hour, 72 * time.Hour, 24 * time.Hour, true, false, 72 * time.Hour},
		{"script over", true, 24 * time.Hour, 48 * time.Hour, 72 * time.Hour, true, true, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, &failing{Memory: record.NewMemory()})
			defer w.sec.Close()
			told := time.Time{}
			if c.told != 0 {
				told = now.Add(c.told)
			}
			begin := now.Add(min(c.opens, c.told) - 100*time.Hour) // everything is announced long before, on the script's clock
			ask := conversation.Ask{By: officer, Received: now, Command: conversation.Convene{Slug: "ferries", Title: en("Ferries"), Languages: []locale.Lang{locale.English},
				Categories: []settings.Label{{ID: "individual", Name: en("Individual")}}, Officer: officer, Demonstration: c.demonstration}}
			if ask.Received = begin; c.demonstration {
				ask.Told, ask.Received = begin, now
			}
			if _, err := w.sec.Convene(t.Context(), ask); err != nil {
				t.Fatal(err)
			}
			ask.Command = paper.Publish{Kind: paper.IssuesPaper, Symbol: "F/1", Title: en("Paper"), Date: "2026-01-01", Elements: []paper.Element{{Kind: paper.Paragraph, Number: "1", Text: en("Boats.")}}}
			if _, err := w.sec.Do(t.Context(), "ferries", ask); err != nil {
				t.Fatal(err)
			}
			ask.Command = consultation.AnnounceCall{Title: en("Call"), Paper: "p1", Opens: now.Add(c.opens), Closes: now.Add(c.closes), Late: consultation.LateKept, Moderation: consultation.ModerateAfter}
			if _, err := w.sec.Do(t.Context(), "ferries", ask); err != nil {
				t.Fatal(err)
			}
			before := w.sec.Durable("ferries")
			var next time.Time
			for range 2 { // the second time there is nothing more to write
				var err error
				if next, err = w.sec.Tick(t.Context(), "ferries", told); err != nil {
					t.Fatal(err)
				}
			}
			var opened, closed int
			entries, err := w.sec.RecordEntries(t.Context(), "ferries", before+1, w.sec.Durable("ferries"))
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range entries {
				switch e.Kind {
				case life.Opened{}.Describe().Kind:
					opened++
				case life.Closed{}.Describe().Kind:
					closed++
				}
			}
			if count := func(b bool) int {
				if b {
					return 1
				}
				return 0
			}; opened != count(c.open) || closed != count(c.closed) || len(entries) != opened+closed {
				t.Errorf("opened %d times, closed %d times, %d entries", opened, closed, len(entries))
			}
			if want := now.Add(c.next); c.next == 0 && !next.IsZero() || c.next != 0 && !next.Equal(want) {
				t.Errorf("the next thing is due %v, want %v", next, want)
			}
		})
	}
}

// TestTickFails: what could not be written is said, and written at the next look.
func TestTickFails(t *testing.T) {
	w := ferries(t) // its call is open, and nobody has written that yet
	before := w.sec.Durable("ferries")
	full := error(record.ErrFull)
	w.engine.fail.Store(&full)
	if _, err := w.sec.Tick(t.Context(), "ferries", time.Time{}); kindOf(err) != refusal.TryAgain {
		t.Errorf("a full disk: %v", err)
	}
	w.engine.fail.Store(nil)
	for range 2 {
		if _, err := w.sec.Tick(t.Context(), "ferries", time.Time{}); err != nil {
			t.Error(err)
		}
	}
	if after := w.sec.Durable("ferries"); after != before+1 {
		t.Errorf("%d entries were written", after-before)
	}
}

// TestTickTogether: two that look at the same time write what is due once, and neither takes that for a fault.
func TestTickTogether(t *testing.T) {
	w := ferries(t)
	before := w.sec.Durable("ferries")
	commit, answered := w.hang() // both look while the disk is busy
	ticked := make(chan error, 4)
	for range cap(ticked) {
		go func() {
			_, err := w.sec.Tick(t.Context(), "ferries", time.Time{})
			ticked <- err
		}()
	}
	w.engine.late <- commit
	go func() {
		for commit := range w.engine.late {
			commit()
		}
	}()
	t.Cleanup(func() { close(w.engine.late) })
	if err := <-answered; err != nil {
		t.Error(err)
	}
	for range cap(ticked) {
		if err := <-ticked; err != nil {
			t.Error(err)
		}
	}
	if after := w.sec.Durable("ferries"); after != before+2 {
		t.Errorf("%d entries were written beside the contribution", after-before-1)
	}
}

// TestErasedWordsAreForgotten: words that were read are kept, and after an erasure no more: neither those that
// were read before it, nor those that were on their way from the disk while it happened.
func TestErasedWordsAreForgotten(t *testing.T) {
	for _, onTheirWay := range []bool{false, true} {
		w := ferries(t)
		a, b := w.must(submit(1, "")), w.must(submit(2, ""))
		read := func() int {
			t.Helper()
			words, err := w.sec.Words(t.Context(), "ferries", []cite.Position{a.First, b.First})
			if err != nil {
				t.Fatal(err)
			}
			return len(words)
		}
		erase := func() {
			w.must(conversation.Ask{By: officer, Command: conversation.Erase{Contribution: a.Refs[0], Ground: "personal_data"}})
		}
		if onTheirWay {
			w.engine.read = func() {
				w.engine.read = nil
				erase()
			}
		}
		if n := read(); n != 2 {
			t.Errorf("%d words before", n)
		}
		if !onTheirWay {
			erase()
		}
		for range 2 {
			if n := read(); n != 1 {
				t.Errorf("%d words are left, on their way from the disk: %v", n, onTheirWay)
			}
		}
	}
}

// TestTickMandates: that a mandate ends soon is written once, by whoever looks when it is due, and the next look is at that instant.
func TestTickMandates(t *testing.T) {
	w := ferries(t)
	now, until := time.Now().UTC(), time.Now().UTC().AddDate(0, 2, 0)
	w.must(conversation.Ask{By: officer, Received: now, Command: delegation.EnterParty{Party: 50, Category: "individual", Name: "Fenland"}})
	w.must(conversation.Ask{By: officer, Received: now, Command: delegation.Authorise{Participant: 60, Party: 50, Capacity: delegation.Member, Until: until}})
	told := func(at time.Time) (reminders int, next time.Time) {
		t.Helper()
		if _, err := w.sec.Read(t.Context(), "ferries", func(st *conversation.State) error {
			due, then := st.Roll.Due(at)
			reminders, next = len(due), then
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		return reminders, next
	}
	if n, next := told(now); n != 0 || !next.Equal(until.Add(-delegation.RemindBefore)) {
		t.Errorf("%d are due, the next at %s", n, next)
	}
	if _, err := w.sec.Tick(t.Context(), "ferries", time.Time{}); err != nil {
		t.Fatal(err)
	}
	w.must(conversation.Ask{By: officer, Received: now, Command: delegation.Authorise{Participant: 60, Party: 50, Capacity: delegation.Member, Until: now.Add(time.Hour)}})
	_, half := told(now)
	before := w.sec.Durable("ferries")
	for _, c := range []struct {
		at   time.Time
		want cite.Position
	}{{half.Add(-1), 0}, {half, 1}, {now.Add(time.Hour), 0}} {
		ask := conversation.Ask{System: true, Received: c.at, Command: delegation.Remind{Party: 50, Participant: 60}}
		for range 2 {
			_, _ = w.sec.Do(t.Context(), "ferries", ask) // refused where it is not due, or done
		}
		if after := w.sec.Durable("ferries"); after != before+c.want {
			t.Errorf("after %s: %d entries, want %d", c.at, after-before, c.want)
		}
		before = w.sec.Durable("ferries")
	}
}
