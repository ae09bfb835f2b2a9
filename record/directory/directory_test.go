package directory

import (
	"os"
	"path/filepath"
	"testing"
)

// TestAppend: lines stand on lines of their own, whatever was cut short before, and it is said where they begin.
func TestAppend(t *testing.T) {
	path := filepath.Join(t.TempDir(), "list")
	for i, want := range []struct {
		at  int64
		all string
	}{{0, "one\n"}, {5, "one\n\none\n"}, {10, "one\n\none\n\none\n"}} {
		at, err := Append(path, []byte("one\n"))
		b, _ := os.ReadFile(path)
		if err != nil || at != want.at || string(b) != want.all {
			t.Errorf("%d: at %d %q %v, want at %d %q", i, at, b, err, want.at, want.all)
		}
	}
	if err := os.WriteFile(path, []byte("cut sho"), 0o600); err != nil {
		t.Fatal(err)
	}
	if at, err := Append(path, []byte("one\n")); at != 8 || err != nil {
		t.Error(at, err)
	}
	if _, err := Append(path, nil); err != nil {
		t.Error(err)
	}
	if b, err := os.ReadFile(path); string(b) != "cut sho\none\n" || err != nil {
		t.Errorf("%q %v", b, err)
	}
	if _, err := Append(filepath.Dir(path), []byte("one\n")); err == nil {
		t.Error("a directory was written")
	}
}
