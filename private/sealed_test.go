package private_test

import (
	"bytes"
	"errors"
	"io/fs"
	"path/filepath"
	"testing"

	"github.com/openplenary/plenary/private"
	"github.com/openplenary/plenary/record/postgres/postgrestest"
)

// TestSealed: what one node kept another with the same secret reads, under its own name alone; without the secret nobody does, and the
// database has no word of it.
func TestSealed(t *testing.T) {
	_, name := postgrestest.Shared(t).Database(t)
	sealed := func(db *private.DB, secret string) *private.Sealed {
		t.Helper()
		s, err := private.NewSealed(db, []byte(secret))
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	file, err := private.Open(filepath.Join(t.TempDir(), private.FileName))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for _, nodes := range [][2]*private.DB{{opened(t, name), opened(t, name)}, {file, file}} {
		one, other, stranger := sealed(nodes[0], "the secret"), sealed(nodes[1], "the secret"), sealed(nodes[1], "another")
		if _, err := one.Get(t.Context(), "host"); !errors.Is(err, fs.ErrNotExist) {
			t.Error(err)
		}
		for _, text := range []string{"a key", "the next key"} {
			if err := one.Put(t.Context(), "host", []byte(text)); err != nil {
				t.Fatal(err)
			}
			if b, err := other.Get(t.Context(), "host"); string(b) != text || err != nil {
				t.Errorf("%q %v", b, err)
			}
		}
		if b, err := stranger.Get(t.Context(), "host"); !errors.Is(err, private.ErrDamaged) || b != nil {
			t.Errorf("read with another secret: %q %v", b, err)
		}
		var bytesKept []byte
		if err := nodes[0].QueryRowContext(t.Context(), `SELECT bytes FROM sealed_file`).Scan(&bytesKept); err != nil || bytes.Contains(bytesKept, []byte("key")) {
			t.Errorf("%q %v", bytesKept, err)
		}
		if _, err := nodes[0].ExecContext(t.Context(), `UPDATE sealed_file SET name = 'other'`); err != nil {
			t.Fatal(err)
		}
		if _, err := other.Get(t.Context(), "other"); !errors.Is(err, private.ErrDamaged) {
			t.Error("read under another name:", err)
		}
		if err := one.Delete(t.Context(), "other"); err != nil {
			t.Fatal(err)
		}
		if _, err := other.Get(t.Context(), "other"); !errors.Is(err, fs.ErrNotExist) {
			t.Error(err)
		}
	}
}
