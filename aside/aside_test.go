package aside

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/private"
	"github.com/openplenary/plenary/private/privatetest"
	"github.com/openplenary/plenary/refusal"
)

var t0 = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

func open(t *testing.T) (*Store, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), private.FileName)
	db, err := privatetest.Open(t, path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return New(db), path
}

// written counts the notes: each is a second later than the one before.
var written atomic.Int64

func write(t *testing.T, s *Store, slug string, ref cite.Ref, by uint64, text string) Note {
	t.Helper()
	n, err := s.Write(t.Context(), Note{Slug: slug, Ref: ref, By: by, At: t0.Add(time.Duration(written.Add(1)) * time.Second), Text: text})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func texts(t *testing.T, s *Store, slug string, ref cite.Ref) string {
	t.Helper()
	all, err := s.Notes(t.Context(), slug, ref)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, n := range all {
		out = append(out, string(n.Ref)+" "+n.Text)
	}
	return strings.Join(out, "; ")
}

// Notes on a contribution and its points are read together, deleted by whoever wrote them, and gone with the contribution:
// from the disk too, and from nothing else.
func TestNotes(t *testing.T) {
	s, path := open(t)
	write(t, s, "ferries", "c1", 7, "Ask the HARBOURMASTER first.")
	second := write(t, s, "ferries", "c1.2", 8, "See c9.")
	write(t, s, "ferries", "c12", 7, "Another.")
	write(t, s, "quays", "c1", 7, "Elsewhere.")
	if got := texts(t, s, "ferries", "c1"); got != "c1 Ask the HARBOURMASTER first.; c1.2 See c9." {
		t.Error(got)
	}
	if ok, err := s.Delete(t.Context(), "ferries", second.ID, 7); ok || err != nil {
		t.Error("somebody else's note was deleted", err)
	}
	if ok, err := s.Delete(t.Context(), "ferries", second.ID, 8); !ok || err != nil {
		t.Error(ok, err)
	}
	for _, r := range []cite.Ref{"c1", "c1.2", "c12"} {
		if err := s.PutOff(t.Context(), "ferries", 7, r, t0); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Erase(t.Context(), "ferries", "c1"); err != nil {
		t.Fatal(err)
	}
	if err := s.db.Scrub(t.Context()); err != nil {
		t.Fatal(err)
	}
	if a, b, c := texts(t, s, "ferries", "c1"), texts(t, s, "ferries", "c12"), texts(t, s, "quays", "c1"); a != "" || b != "c12 Another." || c != "c1 Elsewhere." {
		t.Errorf("%q %q %q", a, b, c)
	}
	if later, err := s.Later(t.Context(), "ferries", 7); err != nil || len(later) != 1 || !slices.Contains(later, "c12") {
		t.Error(later, err)
	}
	for _, suffix := range []string{"", "-wal"} {
		if b, err := os.ReadFile(path + suffix); err == nil && bytes.Contains(b, []byte("HARBOURMASTER")) {
			t.Error("the words are still on the disk:", suffix)
		}
	}
	if err := s.ForgetAll(t.Context(), "ferries"); err != nil {
		t.Fatal(err)
	}
	if a, b := texts(t, s, "ferries", "c12"), texts(t, s, "quays", "c1"); a != "" || b == "" {
		t.Errorf("%q %q", a, b)
	}
}

// What is no note is refused.
func TestNoteRefused(t *testing.T) {
	s, _ := open(t)
	for key, n := range map[string]Note{
		"note.missing": {Slug: "ferries", Ref: "c1", Text: " \n "},
		"line.long":    {Slug: "ferries", Ref: "c1", Text: strings.Repeat("x", MaxNote+1)},
		"note.ref":     {Slug: "ferries", Ref: "p1.x2", Text: "On a passage."},
	} {
		if _, err := s.Write(t.Context(), n); len(refusal.Of(err)) != 1 || refusal.Of(err)[0].Key != key {
			t.Errorf("%s: %v", key, err)
		}
	}
	for range maxNotes {
		write(t, s, "ferries", "c1", 7, "Again.")
	}
	if _, err := s.Write(t.Context(), Note{Slug: "ferries", Ref: "c1.3", By: 7, Text: "Once more."}); len(refusal.Of(err)) != 1 || refusal.Of(err)[0].Key != "note.many" {
		t.Error(err)
	}
}

// What is put off is each one's own.
func TestLater(t *testing.T) {
	s, _ := open(t)
	for range 2 {
		if err := s.PutOff(t.Context(), "ferries", 7, "c1", t0); err != nil {
			t.Fatal(err)
		}
	}
	has := func(who uint64) bool {
		later, err := s.Later(t.Context(), "ferries", who)
		if err != nil {
			t.Fatal(err)
		}
		return slices.Contains(later, "c1")
	}
	if !has(7) || has(8) {
		t.Error("not theirs alone")
	}
	if err := s.TakeUp(t.Context(), "ferries", 7, "c1"); err != nil || has(7) {
		t.Error("not taken up", err)
	}
	if err := s.PutOff(t.Context(), "ferries", 8, "c1", t0); err != nil {
		t.Fatal(err)
	}
	if err := s.Forget(t.Context(), "ferries", 8); err != nil || has(8) {
		t.Error("not forgotten", err)
	}
	for i, r := range []cite.Ref{"c9.1", "c5.1", "c9.1"} { // what is put off first comes first
		if err := s.PutOff(t.Context(), "ferries", 7, r, t0.Add(time.Duration(i)*time.Second)); err != nil {
			t.Fatal(err)
		}
	}
	if later, err := s.Later(t.Context(), "ferries", 7); err != nil || !slices.Equal(later, []cite.Ref{"c9.1", "c5.1"}) {
		t.Error(later, err)
	}
}
