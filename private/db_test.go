package private

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func openTest(t *testing.T, path string) *DB {
	t.Helper()
	db, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func TestNewDatabaseHasWhatWasPromised(t *testing.T) {
	path := filepath.Join(t.TempDir(), "odd ?name#%41.db")
	db := openTest(t, path)
	for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "secure_delete": "1", "checksum_verification": "1", "foreign_keys": "1"} {
		var got string
		if err := db.QueryRow("PRAGMA " + pragma).Scan(&got); err != nil || got != want {
			t.Errorf("%s = %q (%v), want %q", pragma, got, err, want)
		}
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", info.Mode())
	}
	if err := db.Check(context.Background()); err != nil {
		t.Error(err)
	}
}

func TestDatabaseWithoutChecksumsIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "private.db")
	db, err := sql.Open("sqlite3", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(`CREATE TABLE t(x); INSERT INTO t VALUES(1)`); err != nil {
		t.Fatal(err)
	}
	db.Close()
	if db, err := Open(path); !errors.Is(err, ErrDamaged) {
		if err == nil {
			db.Close()
		}
		t.Errorf("got %v", err)
	}
}

// filled makes a closed database of some pages and returns its bytes.
func filled(t *testing.T, path string) []byte {
	t.Helper()
	db, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 40 {
		if _, err := db.Exec(`INSERT INTO draft_version VALUES('ai', 'k', 'key', $1, $2, 0)`, i, strings.Repeat(fmt.Sprint("word ", i), 200)); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Scrub(context.Background()); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Every page, at several places, one flipped bit at a time: found when the page is read, at the latest by Check.
func TestFlippedBitIsFound(t *testing.T) {
	path := filepath.Join(t.TempDir(), "private.db")
	good := filled(t, path)
	const page = 4096
	if len(good) < 5*page {
		t.Fatalf("only %d bytes", len(good))
	}
	missed := 0
	try := func(off int, bit byte, open func(string) (*DB, error)) {
		bad := bytes.Clone(good)
		bad[off] ^= bit
		copied := filepath.Join(t.TempDir(), "private.db")
		if err := os.WriteFile(copied, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		db, err := open(copied)
		if err == nil {
			err = db.Check(context.Background())
			db.Close()
		}
		if !errors.Is(err, ErrDamaged) {
			missed++
			t.Errorf("byte %d, bit %d: %v", off, bit, err)
		}
	}
	for at := 0; at < len(good); at += page {
		for _, within := range []int{150, 2000, page - 9, page - 1} {
			try(at+within, 1<<(at/page%8), OpenReadOnly)
		}
	}
	for off := range 100 { // the header, byte by byte
		try(off, 1<<(off%8), OpenReadOnly)
		try(off, 1<<((off+3)%8), Open)
	}
	t.Logf("%d pages, %d flips missed", len(good)/page, missed)
}

// TestDamagedLeavesNothingBehind: a database that cannot be opened leaves nothing where its index would have been.
func TestDamagedLeavesNothingBehind(t *testing.T) {
	elsewhere := t.TempDir()
	t.Setenv("TMPDIR", elsewhere)
	path := filepath.Join(t.TempDir(), FileName)
	openTest(t, path).Close()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for at := 0; at < 2*pageSize; at += 97 {
		c := bytes.Clone(b)
		c[at] ^= 4
		if err := os.WriteFile(path, c, 0o600); err != nil {
			t.Fatal(err)
		}
		if db, err := Open(path); err == nil {
			db.Close()
		}
		if left, err := os.ReadDir(elsewhere); err != nil || len(left) > 0 {
			t.Fatalf("byte %d: %v %v", at, left, err)
		}
	}
}

// What a query reads is never a wrong answer.
func TestFlippedBitIsNeverServed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "private.db")
	good := filled(t, path)
	at := bytes.Index(good, []byte("word 17"))
	good[at] ^= 4
	if err := os.WriteFile(path, good, 0o600); err != nil {
		t.Fatal(err)
	}
	db := openTest(t, path)
	var x string
	if err := db.QueryRow(`SELECT body FROM draft_version WHERE version = 17`).Scan(&x); err == nil {
		t.Errorf("served %.20q", x)
	} else if !errors.Is(db.damage(err), ErrDamaged) {
		t.Errorf("got %v", err)
	}
}

// One connection folds in what another wrote: the library would panic on pages with checksums (see vfs.go).
func TestCheckpointAfterAnother(t *testing.T) {
	ctx := context.Background()
	db := openTest(t, filepath.Join(t.TempDir(), "private.db"))
	a, err := db.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	b, err := db.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if _, err := a.ExecContext(ctx, `CREATE TABLE t(x)`); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if _, err := b.ExecContext(ctx, `INSERT INTO t VALUES(1)`); err != nil {
			t.Fatal(err)
		}
		if _, err := a.ExecContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`); err != nil {
			t.Fatal(err)
		}
	}
	var n int
	if err := a.QueryRowContext(ctx, `SELECT COUNT(*) FROM t`).Scan(&n); err != nil || n != 3 {
		t.Error(n, err)
	}
}
