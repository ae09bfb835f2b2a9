package place

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/fstest"
)

// vanishing is a folder in which what is listed is gone when it is opened.
type vanishing struct {
	fstest.MapFS
	gone string
}

func (v vanishing) Open(name string) (fs.File, error) {
	if name == v.gone {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return v.MapFS.Open(name)
}

// A folder that others go on changing is copied: what is still being uploaded is left out, and what was erased or renamed since it was listed too.
func TestCopyOfAChangingFolder(t *testing.T) {
	from := fstest.MapFS{"a": {Data: []byte("A")}, "b": {Data: []byte("B")}, "in/c": {Data: []byte("C")}, "tmp-d": {Data: []byte("D")}}
	to := filepath.Join(t.TempDir(), "attachments")
	if err := CopyFolder(to, vanishing{from, "b"}); err != nil {
		t.Fatal(err)
	}
	names, err := filepath.Glob(filepath.Join(to, "*"))
	if err != nil || !slices.Equal(names, []string{filepath.Join(to, "a"), filepath.Join(to, "in")}) {
		t.Error(names, err)
	}
	if b, err := os.ReadFile(filepath.Join(to, "in", "c")); string(b) != "C" || err != nil {
		t.Errorf("%q %v", b, err)
	}
	if err := CopyFolder(to, from); err == nil {
		t.Error("a file is written over")
	}
}
