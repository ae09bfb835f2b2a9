package answering_test

import (
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/openplenary/plenary/answering"
	"github.com/openplenary/plenary/draft"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/private"
	"github.com/openplenary/plenary/refusal"
)

func newStore(t *testing.T) (*answering.Store, *draft.Store) {
	t.Helper()
	db, err := private.Open(filepath.Join(t.TempDir(), "private.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	drafts := draft.New(db)
	return answering.New(drafts), drafts
}

func refused(t *testing.T, err error, key string) {
	t.Helper()
	if rs := refusal.Of(err); len(rs) == 0 || rs[0].Key != key {
		t.Errorf("%v, want %s", err, key)
	}
}

// TestDraft: a draft is written, offered, returned with a note that stays until it is offered again, and read by another
// officer than the one who wrote it, in the version that they saw.
func TestDraft(t *testing.T) {
	t.Parallel()
	s, _ := newStore(t)
	ctx, now := t.Context(), time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	d := answering.Draft{Point: "c5.1", By: "u1", Outcome: "noted", Reason: locale.Plain("en", "Because."), With: []string{"c6.1"}}
	if _, ok, err := s.Get(ctx, "ferries", "c5.1"); ok || err != nil {
		t.Fatal(ok, err)
	}
	n, err := s.Save(ctx, "ferries", d, now)
	must(err)
	_, err = s.Save(ctx, "ferries", answering.Draft{Point: "c5.1", By: "u2"}, now)
	refused(t, err, "draft.moved")
	_, err = s.Reviewed(ctx, "ferries", "c5.1", n, "u2")
	refused(t, err, "answer.not_offered")
	d.Version = n
	must(s.Offer(ctx, "ferries", d, now))
	got, ok, err := s.Get(ctx, "ferries", "c5.1")
	if !ok || err != nil || got.State != answering.Offered || got.By != "u1" || got.Reason.In["en"] != "Because." || !slices.Equal(got.With, d.With) || !got.Changed.Equal(now) {
		t.Fatalf("%+v %v", got, err)
	}
	_, err = s.Reviewed(ctx, "ferries", "c5.1", got.Version, "u1")
	refused(t, err, "answer.own")
	_, err = s.Reviewed(ctx, "ferries", "c5.1", got.Version-1, "u2")
	refused(t, err, "answer.not_offered")
	if _, err = s.Reviewed(ctx, "ferries", "c5.1", got.Version, "u2"); err != nil {
		t.Error(err)
	}
	back := answering.Draft{Point: "c5.1", Version: got.Version, Noted: "u1", Note: "Of my own."}
	refused(t, s.Return(ctx, "ferries", back, now), "answer.own")
	back.Noted, back.Note = "u2", " \n"
	refused(t, s.Return(ctx, "ferries", back, now), "answer.note")
	back.Note = "Say why."
	must(s.Return(ctx, "ferries", back, now))
	got, _, _ = s.Get(ctx, "ferries", "c5.1")
	if got.State != answering.Returned || got.Note != "Say why." || got.By != "u1" {
		t.Errorf("returned: %+v", got)
	}
	if _, err = s.Save(ctx, "ferries", got, now); err != nil {
		t.Fatal(err)
	}
	if got, _, _ = s.Get(ctx, "ferries", "c5.1"); got.State != answering.Returned || got.Note == "" {
		t.Errorf("the note is gone before it was heeded: %+v", got)
	}
	must(s.Offer(ctx, "ferries", got, now))
	if got, _, _ = s.Get(ctx, "ferries", "c5.1"); got.State != answering.Offered || got.Note != "" {
		t.Errorf("offered again: %+v", got)
	}
	refused(t, s.Reread(ctx, "ferries", answering.Draft{Point: "c5.1", Version: got.Version + 1, Seen: 12}, now), "draft.moved")
	refused(t, s.Reread(ctx, "ferries", answering.Draft{Point: "c9.1", Version: 1, Seen: 12}, now), "draft.moved")
	must(s.Reread(ctx, "ferries", answering.Draft{Point: "c5.1", Version: got.Version, Seen: 12}, now))
	again, _, _ := s.Get(ctx, "ferries", "c5.1")
	if again.Seen != 12 || again.State != answering.Offered || again.By != got.By || !again.Says(got) {
		t.Errorf("read again: %+v", again)
	}
	if again.Reason = locale.Plain("en", "Because not."); again.Says(got) {
		t.Error("what says something else says the same")
	}
	other, err := s.List(ctx, "ships")
	must(err)
	list, err := s.List(ctx, "ferries")
	if must(err); len(other) != 0 || len(list) != 1 || list[0].Point != "c5.1" {
		t.Errorf("%+v, elsewhere %+v", list, other)
	}
	if err := s.Done(ctx, "ferries", "c5.1", 999); len(refusal.Of(err)) != 1 || refusal.Of(err)[0].Key != "draft.moved" {
		t.Error("a version that nobody has seen is deleted:", err)
	}
	kept, ok, err := s.Get(ctx, "ferries", "c5.1")
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	must(s.Done(ctx, "ferries", "c5.1", kept.Version))
	if list, err := s.List(ctx, "ferries"); err != nil || len(list) != 0 {
		t.Error(list, err)
	}
}

// TestSavedOnceMore: whoever had no answer saves the same once more, later, and is not told that somebody else did; what is another's word is still refused. So it is with an offer.
func TestSavedOnceMore(t *testing.T) {
	t.Parallel()
	s, _ := newStore(t)
	ctx, now := t.Context(), time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	d := answering.Draft{Point: "c5.1", By: "u1", Outcome: "noted", Reason: locale.Plain("en", "Because.")}
	for i := range 2 {
		n, err := s.Save(ctx, "ferries", d, now.Add(time.Duration(i)*time.Second))
		if n != 1 || err != nil {
			t.Errorf("saved %d times before: version %d, %v", i, n, err)
		}
	}
	other := d
	other.By = "u2"
	_, err := s.Save(ctx, "ferries", other, now)
	refused(t, err, "draft.moved")
	d.Version = 1
	for i := range 2 {
		if err := s.Offer(ctx, "ferries", d, now.Add(time.Duration(i)*time.Minute)); err != nil {
			t.Errorf("offered %d times before: %v", i, err)
		}
	}
	if got, _, err := s.Get(ctx, "ferries", "c5.1"); got.Version != 2 || !got.Since.Equal(now) || err != nil {
		t.Errorf("%+v %v", got, err)
	}
}
