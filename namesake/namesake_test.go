package namesake_test

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/internal/script"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/namesake"
	"github.com/openplenary/plenary/private"
	"github.com/openplenary/plenary/private/privatetest"
)

const ferries = `
at 2020-01-10T09:00Z

convene SLUG
  title.en: Ferries
  languages: en
  officer: @olga
  demonstration: yes
  labels: labels.json

publish-paper paper.json => $draft

announce comments
  title.en: Comments on ferries
  paper: $draft
  opens: 2020-01-10T09:00Z
  closes: 2020-02-14T00:00Z
  zone: UTC
  late: kept
  moderation: after

tick
`

// world is an instance with two conversations, and an index of their names.
type world struct {
	*plenary.Instance
	*namesake.Index
	t     testing.TB
	db    *private.DB
	path  string // of the file, where the database is one
	sends int
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{t: t}
	dir := t.TempDir()
	var err error
	w.Instance, err = plenary.OpenInstance(t.Context(), plenary.InstanceOptions{Dir: dir})
	w.ok(err)
	t.Cleanup(func() { w.ok(w.Instance.Close()) })
	for _, slug := range []string{"ferries", "bridges"} {
		r := script.New(w.Secretariat)
		r.Files = os.DirFS("../internal/script/testdata")
		w.ok(r.RunText(t.Context(), slug, strings.Replace(ferries, "SLUG", slug, 1)))
	}
	w.path = filepath.Join(dir, private.FileName)
	w.db, err = privatetest.Open(w.t, w.path)
	w.ok(err)
	t.Cleanup(func() { w.ok(w.db.Close()) })
	w.Index = namesake.New(w.Secretariat, w.db)
	return w
}

func (w *world) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) send(slug, name string) cite.Ref {
	w.t.Helper()
	w.sends++
	by := w.AnonymousParticipant(slug, strconv.Itoa(w.sends))
	answer, err := w.Do(w.t.Context(), slug, conversation.Ask{By: by, For: delegation.Party(by), Assurance: consultation.Anonymous, Told: time.Date(2020, 1, 12, 0, 0, 0, 0, time.UTC),
		Command: consultation.Submit{Call: "k1", Category: "individual", Name: name, Parts: []consultation.SubmitPart{{On: "p1.e1.x3", Language: locale.English, Text: "Boats."}}}})
	w.ok(err)
	return answer.Refs[0]
}

// other is a contribution under a name that looks like one, and is written otherwise.
func (w *world) other(slug, name string) cite.Ref {
	w.t.Helper()
	found, err := w.Others(w.t.Context(), slug, []string{name, name})
	w.ok(err)
	return found[name]
}

// TestOthers: whoever wrote under a name that looks the same is found, among many, in the same conversation only, and
// whether the record is read once or again from its beginning.
func TestOthers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.send("ferries", "Ada Poloznik")
	for i := range 450 { // more than one piece
		w.send("ferries", "Ferryman "+strconv.Itoa(i))
	}
	last := w.send("ferries", "\u0410da  POLOZNIK") // with a Cyrillic letter
	for range 2 {
		w.ok(w.CatchUp(t.Context(), "ferries"))
		for name, want := range map[string]cite.Ref{"Ada Poloznik": last, "\u0410da POLOZNIK": first, "ada poloznik": first, "Ferryman 449": cite.None, "Bob": cite.None, "": cite.None, "\u200b": cite.None} {
			if got := w.other("ferries", name); got != want && !(name == "ada poloznik" && got == last) {
				t.Errorf("%q looks like %q, want %q", name, got, want)
			}
			if got := w.other("bridges", name); got != cite.None {
				t.Errorf("%q looks like %q of another conversation", name, got)
			}
		}
		w.ok(w.db.Rewind(t.Context(), "ferries", 0))
	}
	// What stands for a contribution goes when another comes in its place, as after a restored record.
	_, err := w.db.Exec(`UPDATE namesake SET contribution = 7 WHERE contribution = $1`, first.Number())
	w.ok(err)
	w.ok(w.CatchUp(t.Context(), "ferries"))
	if got := w.other("ferries", "\u0410da POLOZNIK"); got != first {
		t.Errorf("it looks like %s", got)
	}
	var rows int
	w.ok(w.db.QueryRow(`SELECT COUNT(*) FROM namesake`).Scan(&rows))
	if rows != 452 {
		t.Errorf("%d rows", rows)
	}
}

// TestFollow: names are taken up as they come, and go when their words are erased.
func TestFollow(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- w.Follow(ctx, "ferries") }()
	follow := func() {
		t.Helper()
		for head, at := w.Durable("ferries"), cite.Position(0); at < head; {
			var err error
			at, err = w.db.Position(t.Context(), "namesake", "ferries")
			w.ok(err)
		}
	}
	ref := w.send("ferries", "Ada Poloznik")
	follow()
	if got := w.other("ferries", "ADA POLOZNIK"); got != ref {
		t.Errorf("it looks like %q", got)
	}
	var olga delegation.Participant
	_, err := w.Read(t.Context(), "ferries", func(st *conversation.State) error {
		olga = st.Roll.Holders(delegation.Officer)[0]
		return nil
	})
	w.ok(err)
	_, err = w.Do(t.Context(), "ferries", conversation.Ask{By: olga, Command: conversation.Erase{Contribution: ref, Ground: "at_request"}})
	w.ok(err)
	follow()
	if got := w.other("ferries", "ADA POLOZNIK"); got != cite.None {
		t.Errorf("erased, it looks like %q", got)
	}
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// TestErasedIsScrubbed: when a name was erased, nothing of it is left in what was written ahead, and only then is that cut off.
func TestErasedIsScrubbed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var olga delegation.Participant
	_, err := w.Read(t.Context(), "ferries", func(st *conversation.State) error {
		olga = st.Roll.Holders(delegation.Officer)[0]
		return nil
	})
	w.ok(err)
	ahead := func() int64 {
		t.Helper()
		fi, err := os.Stat(w.path + "-wal")
		w.ok(err)
		return fi.Size()
	}
	first, second := w.send("ferries", "Ada Poloznik"), w.send("ferries", "Bo Ferryman")
	w.ok(w.CatchUp(t.Context(), "ferries"))
	if ahead() == 0 {
		t.Error("it is cut off for names that came")
	}
	for _, ref := range []cite.Ref{first, second} {
		_, err = w.Do(t.Context(), "ferries", conversation.Ask{By: olga, Command: conversation.Erase{Contribution: ref, Ground: "at_request"}})
		w.ok(err)
		w.ok(w.CatchUp(t.Context(), "ferries"))
		if n := ahead(); n != 0 {
			t.Errorf("%d bytes are left after %s", n, ref)
		}
	}
}
