package sqlite_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/record"
	"github.com/openplenary/plenary/record/recordtest"
	"github.com/openplenary/plenary/record/sqlite"
)

// openLog opens a log as an instance does; the error is what was found.
func openLog(t *testing.T, dir string, readOnly bool) (*record.Log, error) {
	t.Helper()
	e, err := sqlite.Open(filepath.Join(dir, "record.db"), sqlite.Options{ReadOnly: readOnly})
	if err != nil {
		t.Fatal(err)
	}
	high, err := record.OpenHighWater(filepath.Join(dir, "high"), readOnly)
	if err != nil {
		t.Fatal(err)
	}
	l, err := record.Open(e, record.Options{Key: recordtest.Key(t), Now: time.Now, High: high, ReadOnly: readOnly})
	if err != nil {
		t.Fatal(err)
	}
	ms, err := l.Records()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range ms {
		err = errors.Join(err, l.Load(context.Background(), m.ID, func(record.Entry) error { return nil }))
	}
	return l, errors.Join(err, l.Damage())
}

func write(l *record.Log, id record.ID, text string) error {
	turn, err := l.Turn(context.Background(), id)
	if err != nil {
		return err
	}
	if _, err := turn.Append(record.New{Data: []byte("test.said/1\n{}"), Text: []byte(text)}); err != nil {
		turn.Release()
		return err
	}
	done := make(chan error, 1)
	turn.Commit(func(err error) { done <- err })
	return <-done
}

func create(t *testing.T, l *record.Log, id record.ID) {
	t.Helper()
	if err := l.Create(record.Meta{ID: id, Origin: "test.invalid/" + string(id)}); err != nil {
		t.Fatal(err)
	}
}

func contents(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	for _, name := range []string{"record.db", "record.db-wal", "high"} {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
		out[name] = b
	}
	return out
}

const (
	firstID  record.ID = "5eed0000000000000000000000000001"
	secondID record.ID = "5eed0000000000000000000000000002"
)

// crashed is what a crash leaves of two records, the second of which stands in the write-ahead log only.
func crashed(t *testing.T) (dir string) {
	t.Helper()
	home := t.TempDir()
	l, err := openLog(t, home, false)
	if err != nil {
		t.Fatal(err)
	}
	create(t, l, firstID)
	for i := range 40 {
		if err := write(l, firstID, fmt.Sprintf("Saying %d.", i)); err != nil {
			t.Fatal(err)
		}
		if i == 20 {
			create(t, l, secondID)
			if err := write(l, secondID, "Elsewhere."); err != nil {
				t.Fatal(err)
			}
		}
	}
	dir = t.TempDir()
	for name, b := range contents(t, home) {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestNothingIsCutOff flips bits in a write-ahead log, so that SQLite takes what follows for never written.
// Whatever is then asked of the log, every byte stays, and with the bit put right everything is there.
func TestNothingIsCutOff(t *testing.T) {
	dir := crashed(t)
	sound := contents(t, dir)
	wal := filepath.Join(dir, "record.db-wal")
	size := len(sound["record.db-wal"])
	for _, at := range []int{0, 17, 40, 32 + 24 + 300, size / 3, size / 2, size - 5} {
		damaged := bytes.Clone(sound["record.db-wal"])
		damaged[at] ^= 4
		if err := os.WriteFile(wal, damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		before := contents(t, dir)
		for _, readOnly := range []bool{false, true, false} {
			l, err := openLog(t, dir, readOnly)
			if !errors.Is(err, record.ErrDamaged) {
				t.Errorf("byte %d: not found: %v", at, err)
			}
			ms, err := l.Records()
			if err != nil {
				t.Errorf("byte %d: cannot be read: %v", at, err)
			}
			for _, m := range ms {
				if err := write(l, m.ID, "Into the gap."); !errors.Is(err, record.ErrReadOnly) {
					t.Errorf("byte %d: writes on damage: %v", at, err)
				}
				_, _ = l.Prove(context.Background(), m.ID, 1)
				if _, err := l.Checkpoint(m.ID); !errors.Is(err, record.ErrReadOnly) {
					t.Errorf("byte %d: signs on damage: %v", at, err)
				}
			}
			if err := l.Create(record.Meta{ID: "5eed0000000000000000000000000003", Origin: "test.invalid/x"}); !errors.Is(err, record.ErrReadOnly) {
				t.Errorf("byte %d: makes a record on damage: %v", at, err)
			}
			if err := l.Close(); err != nil {
				t.Errorf("byte %d: close: %v", at, err)
			}
			for name, b := range contents(t, dir) {
				if !bytes.Equal(b, before[name]) {
					t.Fatalf("byte %d: %s is not as it was: %d bytes, then %d", at, name, len(before[name]), len(b))
				}
			}
		}
	}
	if err := os.WriteFile(wal, sound["record.db-wal"], 0o600); err != nil {
		t.Fatal(err)
	}
	l, err := openLog(t, dir, false)
	if err != nil || l.Durable(firstID) != 40 || l.Durable(secondID) != 1 {
		t.Fatalf("with the bit put right: %d and %d entries, %v", l.Durable(firstID), l.Durable(secondID), err)
	}
	if err := write(l, firstID, "It goes on."); err != nil {
		t.Error(err)
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
}

// TestLostRecord has a record vanish as a whole; its high mark tells of it.
func TestLostRecord(t *testing.T) {
	dir := crashed(t)
	if err := os.Remove(filepath.Join(dir, "record.db-wal")); err != nil {
		t.Fatal(err)
	}
	l, err := openLog(t, dir, false)
	if !errors.Is(err, record.ErrDamaged) {
		t.Errorf("two records are gone: %v", err)
	}
	if err := l.Create(record.Meta{ID: secondID, Origin: "test.invalid/x"}); !errors.Is(err, record.ErrReadOnly) {
		t.Errorf("goes on without them: %v", err)
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
}

// TestNoDatabase has the write-ahead log without its database: SQLite would delete it.
func TestNoDatabase(t *testing.T) {
	for _, size := range []int{-1, 0} {
		dir := crashed(t)
		path := filepath.Join(dir, "record.db")
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		if size == 0 {
			if err := os.WriteFile(path, nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		before := contents(t, dir)
		for _, readOnly := range []bool{false, true} {
			if e, err := sqlite.Open(path, sqlite.Options{ReadOnly: readOnly}); !errors.Is(err, record.ErrDamaged) {
				t.Errorf("opens: %v %v", e, err)
			}
			if after := contents(t, dir); !bytes.Equal(before["record.db-wal"], after["record.db-wal"]) {
				t.Fatal("the write-ahead log is not as it was")
			}
		}
	}
}

// TestSoundStart folds in and cuts off what a crash left, but only once everything was read.
func TestSoundStart(t *testing.T) {
	dir := crashed(t)
	e, err := sqlite.Open(filepath.Join(dir, "record.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	before := contents(t, dir)
	if err := e.Create(record.Meta{ID: "5eed0000000000000000000000000003", Origin: "test.invalid/x"}); !errors.Is(err, record.ErrReadOnly) {
		t.Errorf("writes before anything was checked: %v", err)
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(before["record.db-wal"], contents(t, dir)["record.db-wal"]) {
		t.Error("closed before anything was checked, it changes the write-ahead log")
	}
	l, err := openLog(t, dir, false)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(contents(t, dir)["record.db-wal"]); n != 0 {
		t.Errorf("%d bytes are left in the write-ahead log after a sound start", n)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestClose closes the engine while many read: each reads what is there or is told that it is closed, and
// the last connection folds the write-ahead log in.
func TestClose(t *testing.T) {
	for range 5 {
		dir := t.TempDir()
		l, err := openLog(t, dir, false)
		if err != nil {
			t.Fatal(err)
		}
		create(t, l, firstID)
		for i := range 5 {
			if err := write(l, firstID, fmt.Sprintf("Saying %d.", i)); err != nil {
				t.Fatal(err)
			}
		}
		var wg sync.WaitGroup
		begun := make(chan bool, 8)
		for range 8 {
			wg.Go(func() {
				for i := 0; ; i++ {
					texts, err := l.Texts(context.Background(), firstID, []cite.Position{1, 2, 3, 4, 5})
					if i == 0 {
						begun <- true
					}
					if errors.Is(err, record.ErrClosed) {
						return
					}
					if err != nil || len(texts) != 5 {
						t.Errorf("%v %v", texts, err)
						return
					}
				}
			})
		}
		for range 8 {
			<-begun
		}
		if err := l.Close(); err != nil {
			t.Error(err)
		}
		wg.Wait()
		if _, err := os.Stat(filepath.Join(dir, "record.db-wal")); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("the write-ahead log is left after a sound end: %v", err)
		}
		if _, err := l.Checkpoint(firstID); err != nil { // of what was durable
			t.Error(err)
		}
	}
}

// TestFreeze finds damage while it runs: nothing more is written, and the end leaves everything as it is.
func TestFreeze(t *testing.T) {
	dir := t.TempDir()
	e, err := sqlite.Open(filepath.Join(dir, "record.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := e.MarkVerified(); err != nil {
		t.Fatal(err)
	}
	if err := e.Create(record.Meta{ID: firstID, Origin: "test.invalid/" + string(firstID)}); err != nil {
		t.Fatal(err)
	}
	e.Freeze()
	before := contents(t, dir)
	if err := e.Create(record.Meta{ID: secondID, Origin: "test.invalid/" + string(secondID)}); !errors.Is(err, record.ErrReadOnly) {
		t.Errorf("writes: %v", err)
	}
	if ms, err := e.Records(); err != nil || len(ms) != 1 {
		t.Errorf("cannot be read: %v %v", ms, err)
	}
	if err := e.Close(); err != nil {
		t.Error(err)
	}
	for name, b := range contents(t, dir) {
		if !bytes.Equal(b, before[name]) {
			t.Errorf("%s is not as it was: %d bytes, then %d", name, len(before[name]), len(b))
		}
	}
}

// TestHeader flips every bit of the header of the database, with a write-ahead log and without: it opens, or whoever
// starts it is told which file it is and what to do next.
func TestHeader(t *testing.T) {
	t.Parallel()
	dir := crashed(t)
	path := filepath.Join(dir, "record.db")
	for _, logged := range []bool{true, false} {
		if !logged {
			l, err := openLog(t, dir, false)
			if err != nil {
				t.Fatal(err)
			}
			if err := l.Close(); err != nil {
				t.Fatal(err)
			}
		}
		sound := contents(t, dir)
		for bit := range 100 * 8 {
			if testing.Short() && bit%8 != 3 {
				continue
			}
			flipped := bytes.Clone(sound["record.db"])
			flipped[bit/8] ^= 1 << (bit % 8)
			for name, b := range map[string][]byte{"record.db": flipped, "record.db-wal": sound["record.db-wal"]} {
				if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			e, err := sqlite.Open(path, sqlite.Options{})
			if err == nil {
				err = e.Close()
				if err != nil && !errors.Is(err, record.ErrDamaged) {
					t.Errorf("byte %d, bit %d: closed: %v", bit/8, bit%8, err)
				}
				continue
			}
			if says := err.Error(); !strings.Contains(says, path) || !strings.Contains(says, "plenary fsck") && !strings.Contains(says, "newer Plenary") {
				t.Errorf("byte %d, bit %d: %v", bit/8, bit%8, err)
			}
		}
	}
}
