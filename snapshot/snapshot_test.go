package snapshot_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/record"
	"github.com/openplenary/plenary/snapshot"
)

type folded struct {
	rows  []uint64
	names map[string]int
}

const id, other record.ID = "00112233445566778899aabbccddeeff", "10112233445566778899aabbccddeeff"

var secret = bytes.Repeat([]byte{7}, 32)

// TestFoundAsKept: what is found is what was kept last, under its record.
func TestFoundAsKept(t *testing.T) {
	dir := t.TempDir()
	s := snapshot.New(dir, secret)
	if _, err := snapshot.Find(s, id, &folded{}); !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	for n := range 3 {
		start := record.Start{Position: cite.Position(n + 1), Root: [32]byte{9}, Time: time.Unix(1, 2).UTC(), Erased: []cite.Position{4}}
		was := folded{make([]uint64, n*20_000), map[string]int{"a": n}}
		for i := range was.rows {
			was.rows[i] = uint64(i)
		}
		if err := snapshot.Keep(s, id, start, &was); err != nil {
			t.Fatal(err)
		}
		var got folded
		at, err := snapshot.Find(snapshot.New(dir, secret), id, &got)
		if err != nil || fmt.Sprint(at) != fmt.Sprint(start) || len(got.rows) != len(was.rows) || n > 0 && got.rows[999] != 999 || !maps.Equal(got.names, was.names) {
			t.Fatal(at, len(got.rows), got.names, err)
		}
		if s.At(id) != start.Position || s.At(other) != 0 {
			t.Error(s.At(id), s.At(other))
		}
	}
	left, err := os.ReadDir(filepath.Join(dir, snapshot.Folder))
	if err != nil || len(left) != 1 {
		t.Error("one of each record is kept, and nothing beside it:", left, err)
	}
	if err := s.Forget(id); err != nil || s.At(id) != 0 {
		t.Error(err, s.At(id))
	}
	if _, err := snapshot.Find(s, id, &folded{}); !errors.Is(err, fs.ErrNotExist) {
		t.Error("what was deleted:", err)
	}
	if err := s.Forget(id); err != nil {
		t.Error("what is not there is deleted:", err)
	}
}

// TestOtherIsRefused: nothing is taken for a snapshot that this instance did not keep of that record, whole and unchanged.
func TestOtherIsRefused(t *testing.T) {
	dir := t.TempDir()
	s := snapshot.New(dir, secret)
	rows := make([]uint64, 3*(1<<16)/8) // three frames and a little
	if err := snapshot.Keep(s, id, record.Start{Position: 1}, &folded{rows: rows}); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, snapshot.Folder, string(id))
	was, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const salt, frame = 32, 1<<16 + 16
	if len(was) < salt+3*frame {
		t.Fatal("the file is too short for what is tried:", len(was))
	}
	second := was[salt+frame : salt+2*frame]
	for name, b := range map[string][]byte{
		"nothing":                 {},
		"no frame":                was[:salt],
		"an end between frames":   was[:salt+2*frame],
		"an end in a frame":       was[:salt+frame+99],
		"the last frame cut":      was[:len(was)-1],
		"a byte more":             append(bytes.Clone(was), 0),
		"a frame twice":           append(append(bytes.Clone(was[:salt+2*frame]), second...), was[salt+2*frame:]...),
		"a frame left out":        append(bytes.Clone(was[:salt+frame]), was[salt+2*frame:]...),
		"a bit of the salt":       flipped(was, 3),
		"a bit of the first":      flipped(was, salt+7),
		"a bit of the last frame": flipped(was, len(was)-20),
	} {
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := snapshot.Find(s, id, &folded{}); !errors.Is(err, snapshot.ErrOther) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := errors.Join(os.WriteFile(path, was, 0o600), os.WriteFile(filepath.Join(filepath.Dir(path), string(other)), was, 0o600)); err != nil {
		t.Fatal(err)
	}
	if _, err := snapshot.Find(s, other, &folded{}); !errors.Is(err, snapshot.ErrOther) {
		t.Error("that of another record:", err)
	}
	if _, err := snapshot.Find(snapshot.New(dir, bytes.Repeat([]byte{8}, 32)), id, &folded{}); !errors.Is(err, snapshot.ErrOther) {
		t.Error("that of another instance:", err)
	}
	if _, err := snapshot.Find(s, id, &folded{}); err != nil {
		t.Error("as it was:", err)
	}
	if bytes.Contains(was, make([]byte, 64)) {
		t.Error("what is kept can be read without the secret")
	}
}

func flipped(b []byte, at int) []byte {
	b = bytes.Clone(b)
	b[at] ^= 1
	return b
}

// TestNoStore: nobody keeps anything.
func TestNoStore(t *testing.T) {
	if err := errors.Join(snapshot.Keep(nil, id, record.Start{}, &folded{}), (*snapshot.Store)(nil).Forget(id)); err != nil {
		t.Error(err)
	}
	if _, err := snapshot.Find(nil, id, &folded{}); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}

// TestKeepFails: what cannot be written leaves what was there, and no piece of itself.
func TestKeepFails(t *testing.T) {
	dir := t.TempDir()
	s := snapshot.New(dir, secret)
	if err := snapshot.Keep(s, id, record.Start{Position: 5}, &folded{names: map[string]int{"a": 1}}); err != nil {
		t.Fatal(err)
	}
	if err := snapshot.Keep(s, id, record.Start{Position: 6}, &struct{ C chan int }{}); err == nil {
		t.Fatal("a channel was written down")
	}
	back := snapshot.LeaveFree(1 << 62)
	if err := snapshot.Keep(s, id, record.Start{Position: 7}, &folded{}); !errors.Is(err, snapshot.ErrNoRoom) {
		t.Error("on a full disk:", err)
	}
	back()
	var got folded
	if at, err := snapshot.Find(s, id, &got); err != nil || at.Position != 5 || got.names["a"] != 1 || s.At(id) != 5 {
		t.Error(at, got, s.At(id), err)
	}
	if left, err := os.ReadDir(filepath.Join(dir, snapshot.Folder)); err != nil || len(left) != 1 {
		t.Error(left, err)
	}
}

// TestTidy: nothing is left of what is no record any more, or was never whole; what else is kept stays.
func TestTidy(t *testing.T) {
	dir := t.TempDir()
	s := snapshot.New(dir, secret)
	if err := s.Tidy(nil); err != nil {
		t.Error("where nothing was ever kept:", err)
	}
	for _, r := range []record.ID{id, other} {
		if err := snapshot.Keep(s, r, record.Start{Position: 5}, &folded{}); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, snapshot.Folder, string(id)+".new"), []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := s.Tidy([]record.Meta{{ID: id}}); err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadDir(filepath.Join(dir, snapshot.Folder))
	if err != nil || len(left) != 1 || left[0].Name() != string(id) {
		t.Error(left, err)
	}
	if err := (*snapshot.Store)(nil).Tidy(nil); err != nil {
		t.Error(err)
	}
}
