package delegation

import (
	"slices"
	"testing"
	"time"
)

// TestRemind: the end of a mandate is told of once: two weeks before, of a short one when half of it has passed; not before, and not when it
// has come. Another end is told of anew; the same end in another capacity is not.
func TestRemind(t *testing.T) {
	t.Parallel()
	w := delegations(t)
	year, days := noon.AddDate(1, 0, 0), noon.Add(48*time.Hour)
	w.by = head
	w.must(Appoint{Party: fenland, Participant: alternate, Capacity: Alternate, Until: year})
	w.must(Appoint{Party: fenland, Participant: member, Capacity: Member, Until: days})
	due := func(at time.Time) (who []Participant) {
		all, next := w.Due(at)
		for _, c := range all {
			who = append(who, c.Participant)
		}
		if !next.IsZero() && !next.After(at) {
			t.Errorf("at %s the next is due at %s", at, next)
		}
		return who
	}
	at := year.Add(-RemindBefore)
	for _, c := range []struct {
		name string
		at   time.Time
		want []Participant
	}{
		{"given", noon, nil},
		{"before half of the short one", noon.Add(24*time.Hour - 1), nil},
		{"half of it", noon.Add(24 * time.Hour), []Participant{member}},
		{"its last instant", days.Add(-1), []Participant{member}},
		{"it is over", days, nil},
		{"before the long one", at.Add(-1), nil},
		{"two weeks before", at, []Participant{alternate}},
		{"its last instant, too", year.Add(-1), []Participant{alternate}},
		{"both are over", year, nil},
	} {
		if got := due(c.at); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	if _, next := w.Due(noon); !next.Equal(noon.Add(24 * time.Hour)) {
		t.Errorf("the next is due at %s", next)
	}
	if got := w.Reminders(); len(got) != 3 { // with that of who is over
		t.Errorf("reminders at %v", got)
	}
	remind := func(at time.Time, who Participant) string {
		w.at = at
		_, err := w.do(Remind{Party: fenland, Participant: who})
		return key(err)
	}
	for name, k := range map[string]string{
		"too early":                remind(at.Add(-1), alternate),
		"when it has come":         remind(year, alternate),
		"of who has no end":        remind(at, head),
		"of who is not in it":      remind(at, nobody),
		"of who is in another one": remind(at, foreign),
	} {
		if k != "delegation.remind" {
			t.Errorf("%s: %q", name, k)
		}
	}
	soon := func(who Participant, at time.Time) bool { a, _ := w.Holds(who, fenland); return a.Soon(at) }
	if soon(alternate, at.Add(-1)) || !soon(alternate, at) || !soon(alternate, year.Add(-1)) || soon(alternate, year) || soon(head, at) {
		t.Error("what ends soon")
	}
	if got := w.Ending(at); len(got) != 0 {
		t.Errorf("before it was told: %v", got)
	}
	if k := remind(at, alternate); k != "" {
		t.Fatal(k)
	}
	if k := remind(at.Add(time.Hour), alternate); k != "delegation.remind" || len(due(at.Add(time.Hour))) != 0 {
		t.Errorf("twice: %q", k)
	}
	if got := w.Ending(at); len(got) != 1 || got[0].Participant != alternate || !got[0].ToldAt.Equal(at) || len(w.Ending(year)) != 0 {
		t.Errorf("what was told of: %+v", got)
	}
	if !soon(alternate, at) {
		t.Error("told of, it ends soon all the same")
	}
	w.must(Appoint{Party: fenland, Participant: alternate, Capacity: FocalPoint, Until: year})
	if got := due(at.Add(time.Hour)); len(got) != 0 || len(w.Ending(at)) != 1 {
		t.Errorf("the same end in another capacity: %v", got)
	}
	again := year.AddDate(1, 0, 0)
	w.must(Appoint{Party: fenland, Participant: alternate, Capacity: Alternate, Until: again})
	if got := due(year); len(got) != 0 || len(w.Ending(at)) != 0 {
		t.Errorf("renewed: %v, %v", got, w.Ending(at))
	}
	if got := due(again.Add(-RemindBefore)); !slices.Equal(got, []Participant{alternate}) {
		t.Errorf("of the new end: %v", got)
	}
	// A reminder of an end that was moved by then says nothing of the new one.
	w.fold(Reminded{Party: fenland, Participant: alternate, Until: year, At: at})
	if got := due(again.Add(-RemindBefore)); len(got) != 1 {
		t.Errorf("after a late one of the end before: %v", got)
	}
	w.at = at
	w.must(HandOver{Party: fenland, Participant: alternate, Stays: Member, Until: again})
	if got := due(again.Add(-RemindBefore)); !slices.Equal(got, []Participant{alternate}) {
		t.Errorf("after a handover: %v", got)
	}
}

// TestRenewers: a mandate is renewed by another who manages the delegation; the head's, and that of the last who manages, by nobody in it.
func TestRenewers(t *testing.T) {
	t.Parallel()
	w := delegations(t)
	for who, want := range map[Participant][]Participant{
		head: nil, focal: {head, focal2}, focal2: {head, focal}, alternate: {head, focal, focal2}, member: {head, focal, focal2}, plain: {head, focal, focal2},
	} {
		a, _ := w.Holds(who, fenland)
		if got := w.Renewers(a, noon); !slices.Equal(got, want) {
			t.Errorf("%d is renewed by %v, want %v", who, got, want)
		}
	}
	a, _ := w.Holds(expired, fenland)
	if got := w.Renewers(a, noon.Add(-1)); !slices.Equal(got, []Participant{head, focal, focal2}) {
		t.Errorf("%v", got)
	}
	b, _ := w.Holds(alternate, fenland)
	if got := w.Renewers(b, noon.Add(-1)); !slices.Equal(got, []Participant{head, focal, focal2, expired}) {
		t.Errorf("while that one manages it: %v", got)
	}
}
