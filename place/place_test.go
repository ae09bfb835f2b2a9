package place

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/private"
)

// with is a directory in which some files are, by their contents.
func with(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestBound: a directory says in which database its records are, and whether what stands beside them is there too.
func TestBound(t *testing.T) {
	t.Parallel()
	for content, want := range map[string]struct {
		mark   string
		beside bool
	}{"": {"", false}, "m\n": {"m", false}, "m\n" + besideToo + "\n": {"m", true}, " m \n": {"m", false}, "m\nsomething else\n": {"m", false}, "m\n" + besideToo + "\nand more": {"m", false}} {
		if mark, beside, err := Bound(with(t, map[string]string{BoundFile: content})); mark != want.mark || beside != want.beside || err != nil {
			t.Errorf("%q: %q %v %v", content, mark, beside, err)
		}
	}
	if mark, beside, err := Bound(t.TempDir()); mark != "" || beside || err != nil {
		t.Errorf("%q %v %v", mark, beside, err)
	}
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, BoundFile), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, _, err := Bound(dir); err == nil {
		t.Error("what cannot be read says nothing")
	}
}

// TestOpen: a directory is opened with the database that it says, and whoever names another, or none, is told what to do before any is asked.
func TestOpen(t *testing.T) {
	t.Parallel()
	const nowhere = "postgres://nobody@127.0.0.1:1/nothing?sslmode=disable&connect_timeout=1"
	for name, c := range map[string]struct {
		files  map[string]string
		record string
		want   string // "" for the directory itself
	}{
		"its own":               {map[string]string{"record.db": "x"}, "", ""},
		"nothing yet":           {nil, "", ""},
		"bound, and none named": {map[string]string{BoundFile: "m\n"}, "", "say in which, with --record"},
		"its own, and another":  {map[string]string{"record.db": "x"}, nowhere, "has records of its own"},
		"a move was broken off": {map[string]string{"record.db": "x", BoundFile: "m\n"}, nowhere, "a move was broken off"},
		"both, and none named":  {map[string]string{"record.db": "x", BoundFile: "m\n"}, "", "say in which, with --record"},
	} {
		o := plenary.InstanceOptions{Dir: with(t, c.files)}
		beside, err := Flags{Record: c.record, Files: "s3://b"}.open(t.Context(), &o)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) || o.Engine != nil || beside.shared != nil || beside.dir != o.Dir || beside.files != "s3://b" {
			t.Errorf("%s: %+v %v", name, beside, err)
		}
	}
	o := plenary.InstanceOptions{Dir: t.TempDir()}
	if _, err := (Flags{Record: nowhere}).open(t.Context(), &o); err == nil || o.Engine != nil {
		t.Error("a database that is not there was opened", err)
	}
}

// TestPrivate: the private database is made where none was, and must be there where one was begun.
func TestPrivate(t *testing.T) {
	t.Parallel()
	s := Beside{dir: t.TempDir()}
	if _, err := s.Private(t.Context(), true); !errors.Is(err, private.ErrMissing) {
		t.Error(err)
	}
	if _, err := s.Look(t.Context()); !errors.Is(err, private.ErrMissing) {
		t.Error(err)
	}
	for _, begun := range []bool{false, true} {
		db, err := s.Private(t.Context(), begun)
		if err != nil || db.ReadOnly() || db.Shared() {
			t.Fatal(err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	db, err := s.Look(t.Context())
	if err != nil || !db.ReadOnly() {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Error(err)
	}
	if elsewhere, err := (Flags{}).CopyBeside(t.Context(), s.dir, t.TempDir(), nil); elsewhere || err != nil {
		t.Error(elsewhere, err)
	}
}

// TestSetBeside: what was copied is called otherwise, and nothing else is; what is begun and empty is there, and holds nothing.
func TestSetBeside(t *testing.T) {
	t.Parallel()
	dir := with(t, map[string]string{private.FileName: "a", private.FileName + "-mark": "b", "high": "", "record.db": "c"})
	if err := os.Mkdir(filepath.Join(dir, "attachments"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string][2]bool{private.FileName: {true, true}, "high": {true, false}, "none": {false, false}} {
		if there(dir, name) != want[0] || holds(dir, name) != want[1] {
			t.Errorf("%s: not %v", name, want)
		}
	}
	for range 2 {
		if err := setBeside(dir); err != nil {
			t.Fatal(err)
		}
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		names := map[string]bool{}
		for _, e := range entries {
			names[e.Name()] = true
		}
		if got := strings.Join(slices.Sorted(maps.Keys(names)), " "); got != "attachments.moved high private.db-mark.moved private.db.moved record.db" {
			t.Error(got)
		}
	}
}
