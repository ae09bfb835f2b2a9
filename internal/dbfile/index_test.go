package dbfile

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// TestNothingIsLeftBehind: an index that is kept elsewhere goes with its database, and what a process left behind that
// was killed goes when the next one looks for room; what a living one holds stays.
func TestNothingIsLeftBehind(t *testing.T) {
	parent := t.TempDir()
	was := parents
	parents = []string{parent}
	t.Cleanup(func() { parents = was })
	if path := os.Getenv("PLENARY_DBFILE_LEAVE"); path != "" { // the process that is killed
		parents = []string{path}
		if err := Move(filepath.Join(path, "killed.db")); err != nil {
			t.Fatal(err)
		}
		os.Exit(0) // nothing is put back
	}
	left := func() int {
		all, err := filepath.Glob(filepath.Join(parent, prefix+"*"))
		if err != nil {
			t.Fatal(err)
		}
		return len(all)
	}
	c := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestNothingIsLeftBehind$")
	c.Env = append(os.Environ(), "PLENARY_DBFILE_LEAVE="+parent)
	if out, err := c.CombinedOutput(); err != nil || left() != 1 {
		t.Fatalf("%v, %d left\n%s", err, left(), out)
	}
	for i, age := range []time.Duration{2 * time.Hour, 0} { // of an older Plenary; and one that is just being made
		dir := filepath.Join(parent, prefix+string(rune('a'+i)))
		at := time.Now().Add(-age)
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(dir, at, at); err != nil {
			t.Fatal(err)
		}
	}
	one, two := filepath.Join(parent, "one.db"), filepath.Join(parent, "two.db")
	for _, path := range []string{one, two, one} {
		if err := Move(path); err != nil {
			t.Fatal(err)
		}
	}
	if n := left(); n != 3 {
		t.Errorf("%d directories, want one for each of two databases and the one that is just being made", n)
	}
	for i, path := range []string{one, two, two} {
		if err := Back(path); err != nil {
			t.Fatal(err)
		}
		if n := left(); n != max(1, 2-i) {
			t.Errorf("%d directories after %d went", n, i+1)
		}
	}
}
