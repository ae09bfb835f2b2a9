package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// TestOnlyTheOwnerReads: of all that an instance and its backup keep, nobody else on the machine reads or writes anything.
func TestOnlyTheOwnerReads(t *testing.T) {
	above := t.TempDir()
	dir, copied := filepath.Join(above, "data"), filepath.Join(above, "copy")
	plenaryDoes(t, 0, "new", "--data", dir, "--public-url", "https://talk.example.org", "--title", "Ferries", "--officer", "olga@example.org")
	s := starts(t, "serve", "--data", dir, "--addr", "127.0.0.1:0")
	plenaryDoes(t, 0, "backup", "--data", dir, "-o", copied)
	files := 0
	for _, at := range []string{dir, copied} {
		if err := filepath.WalkDir(at, func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			info, err := os.Lstat(path)
			if err != nil {
				return err
			}
			if info.Mode().Perm()&0o077 != 0 {
				t.Errorf("%s has mode %v", path, info.Mode())
			}
			files++
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	if files < 10 {
		t.Errorf("only %d files were looked at", files)
	}
	s.ends()
}
