package plenary_test

import (
	"slices"
	"testing"
	"time"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/record"
)

// crowded is a record of a dozen entries.
func crowded(t *testing.T) (*world, cite.Position) {
	t.Helper()
	w := ferries(t)
	for i := range 9 {
		ask := conversation.Ask{By: officer, Received: time.Now(), Command: delegation.EnterParty{Party: delegation.Party(100 + i), Category: "individual", Name: "Party"}}
		if _, err := w.sec.Do(t.Context(), "ferries", ask); err != nil {
			t.Fatal(err)
		}
	}
	return w, w.sec.Durable("ferries")
}

// TestEntries: a search goes back from the newest entry, shows no more than is wanted, looks at no more than it may, and
// says from where to go on, so that whoever follows finds each entry once.
func TestEntries(t *testing.T) {
	t.Parallel()
	w, head := crowded(t)
	odd := func(e plenary.RecordEntry) bool { return e.Position%2 == 1 }
	first := func(e plenary.RecordEntry) bool { return e.Position == 1 }
	for i, q := range []plenary.Search{
		{Most: 2, Within: 100}, {Most: 1, Within: 100}, {Most: 100, Within: 2}, {Most: 100, Within: 100}, {Most: 2, Within: 3, Wants: odd},
		{Most: 1, Within: 1, Wants: odd}, {Most: 50, Within: 2, Wants: first}, {Most: 3, Within: 100, Wants: odd}, {Most: 3, Within: 100, Before: 7},
	} {
		var want, got []cite.Position
		for p := head; p >= 1; p-- {
			if (q.Before == 0 || p < q.Before) && (q.Wants == nil || q.Wants(plenary.RecordEntry{Entry: record.Entry{Envelope: record.Envelope{Position: p}}})) {
				want = append(want, p)
			}
		}
		for pages := 0; ; pages++ {
			found, on, err := w.sec.Entries(t.Context(), "ferries", head, q)
			if err != nil || len(found) > q.Most || pages > int(head) {
				t.Fatalf("%d: %d found on page %d: %v", i, len(found), pages, err)
			}
			for _, e := range found {
				if got = append(got, e.Position); e.Fact == nil || e.Kind == "" {
					t.Fatalf("%d: entry %d says nothing", i, e.Position)
				}
			}
			if on == 0 {
				break
			}
			q.Before = on
		}
		if !slices.Equal(got, want) {
			t.Errorf("%d: found %v, want %v", i, got, want)
		}
	}
}

// TestFirstAt finds the first entry of an instant, at both ends and between.
func TestFirstAt(t *testing.T) {
	t.Parallel()
	w, head := crowded(t)
	entries, err := w.sec.RecordEntries(t.Context(), "ferries", 1, head)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		for _, at := range []time.Time{e.Time, e.Time.Add(1), e.Time.Add(-1)} {
			want := head + 1
			for _, o := range entries {
				if !o.Time.Before(at) {
					want = o.Position
					break
				}
			}
			if got, err := w.sec.FirstAt(t.Context(), "ferries", head, at); got != want || err != nil {
				t.Errorf("the first at %v is %d (%v), want %d", at, got, err, want)
			}
		}
	}
	if got, err := w.sec.FirstAt(t.Context(), "ferries", head, time.Time{}); got != cite.Position(1) || err != nil {
		t.Errorf("the first of all is %d: %v", got, err)
	}
}
