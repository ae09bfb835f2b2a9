package plenary_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/record"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/snapshot"
)

// keeping is a Secretariat over an engine that keeps snapshots in a directory.
func keeping(t *testing.T, e record.Engine, dir string) (*world, *snapshot.Store) {
	t.Helper()
	key, err := record.NewKey(bytes.NewReader(make([]byte, 64)))
	if err != nil {
		t.Fatal(err)
	}
	w, store := &world{t: t}, snapshot.New(dir, make([]byte, 32))
	if w.log, err = record.Open(e, record.Options{Key: key, Now: time.Now}); err != nil {
		t.Fatal(err)
	}
	if w.sec, err = plenary.NewSecretariat(t.Context(), plenary.Options{Log: w.log, Now: time.Now, Random: rand.Reader, Secret: make([]byte, 32), Snapshots: store}); err != nil {
		t.Fatal(err)
	}
	return w, store
}

// idOf is the record of the conversation.
func (w *world) idOf() record.ID {
	w.t.Helper()
	_, id, err := w.sec.Record("ferries")
	if err != nil {
		w.t.Fatal(err)
	}
	return id
}

// closed closes the Secretariat, which keeps a snapshot then.
func (w *world) closed() {
	w.t.Helper()
	if err := w.sec.Close(); err != nil {
		w.t.Fatal(err)
	}
}

// TestStartFromSnapshot: a start goes on from what was kept, to the state that a whole reading gives; what was erased stays erased, a
// token has its answer, and writing goes on. What is deleted leaves no snapshot.
func TestStartFromSnapshot(t *testing.T) {
	defer plenary.KeepSnapshots(50, 10)()
	e, dir := record.NewMemory(), t.TempDir()
	w, _ := keeping(t, e, dir)
	w.convene()
	first := w.must(submit(1, "a"))
	for n := range 20 {
		w.must(submit(2+n, ""))
	}
	w.must(conversation.Ask{By: officer, Command: conversation.Erase{Contribution: first.Refs[0], Ground: "personal_data"}})
	id := w.idOf()
	w.closed()
	for n := range 3 {
		w, store := keeping(t, e, dir)
		if store.At(id) == 0 {
			t.Fatalf("start %d: nothing was found", n)
		}
		whole := over(t, e)
		want, at, _ := whole.digest()
		if got, head, _ := w.digest(); got != want || head != at {
			t.Fatalf("start %d: another state, at %d of %d", n, head, at)
		}
		if words, err := w.sec.Words(t.Context(), "ferries", []cite.Position{first.First, first.First + 1}); err != nil || len(words) != 1 {
			t.Errorf("start %d: %d words of two entries, one of which was erased: %v", n, len(words), err)
		}
		if a := w.must(submit(1, "a")); !a.Again || a.First != first.First {
			t.Errorf("start %d: a token has another answer: %+v", n, a)
		}
		// Enough for a snapshot at the end, too little for one, enough for one while it runs.
		for k := range []int{12, 3, 60}[n] {
			w.must(submit(1000*(n+1)+k, ""))
		}
		if n == 2 {
			for store.At(id) <= at { // kept while it runs
				runtime.Gosched()
			}
		}
		w.closed()
	}
}

// TestSnapshotIsPassedOver: one that is damaged, or of a record that is not this one any more, changes nothing but how long a start takes.
func TestSnapshotIsPassedOver(t *testing.T) {
	defer plenary.KeepSnapshots(1<<40, 10)()
	e, dir := record.NewMemory(), t.TempDir()
	w, _ := keeping(t, e, dir)
	w.convene()
	for n := range 20 {
		w.must(submit(n, ""))
	}
	id := w.idOf()
	want, _, _ := w.digest()
	w.closed()
	path := filepath.Join(dir, snapshot.Folder, string(id))
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)/2] ^= 1
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	w, store := keeping(t, e, dir)
	if got, _, _ := w.digest(); got != want || store.At(id) != 0 {
		t.Error("a damaged snapshot was taken, or the state is another")
	}
	w.closed() // keeps one anew

	// A record that is shorter than its snapshot: everything is read, and a mark says what is missing, if there is one.
	short, _ := keeping(t, &cutShort{e, 9}, dir)
	if got, head, _ := short.digest(); got == want || head != 9 {
		t.Errorf("a record of 9 entries stands at %d", head)
	}
	short.closed()
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Error("a snapshot of what is not there is left:", err)
	}
}

// cutShort is an engine that lost its last entries, with all that was made of them.
type cutShort struct {
	*record.Memory
	head cite.Position
}

func (c *cutShort) Head(record.ID) (cite.Position, error) { return c.head, nil }

func (c *cutShort) Watch(id record.ID) (cite.Position, <-chan struct{}, error) {
	_, moved, err := c.Memory.Watch(id)
	return c.head, moved, err
}

func (c *cutShort) Tile(id record.ID, level int, n int64) ([]byte, error) {
	b, err := c.Memory.Tile(id, level, n)
	return b[:min(len(b), 32*int(c.head))], err
}

// TestSpoiledBeforeSnapshot: an entry that a start passed over and that is not what it was stops all writing soon after the start, and
// everybody reads on.
func TestSpoiledBeforeSnapshot(t *testing.T) {
	defer plenary.KeepSnapshots(1<<40, 10)()
	e, dir := record.NewMemory(), t.TempDir()
	w, _ := keeping(t, e, dir)
	w.convene()
	for n := range 20 {
		w.must(submit(n, ""))
	}
	id := w.idOf()
	want, _, _ := w.digest()
	w.closed()
	w, store := keeping(t, &spoils{e, 7}, dir)
	defer w.sec.Close()
	if store.At(id) == 0 {
		t.Fatal("the start passed nothing over")
	}
	for w.log.Damage() == nil {
		runtime.Gosched()
	}
	if _, err := w.sec.Do(t.Context(), "ferries", submit(99, "")); kindOf(err) != refusal.TryAgain {
		t.Error("written on a damaged record:", err)
	}
	if got, _, _ := w.digest(); got != want {
		t.Error("it cannot be read any more, or is another")
	}
}

// spoils is an engine that gives one entry with other data.
type spoils struct {
	*record.Memory
	at cite.Position
}

func (s *spoils) Rows(ctx context.Context, id record.ID, from, to cite.Position, each func(cite.Position, []byte, []byte) error) error {
	return s.Memory.Rows(ctx, id, from, to, func(p cite.Position, envelope, data []byte) error {
		if p == s.at {
			data = append(slices.Clone(data), '!')
		}
		return each(p, envelope, data)
	})
}
