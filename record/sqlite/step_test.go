package sqlite_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/ncruces/go-sqlite3"
	"github.com/openplenary/plenary/record"
	"github.com/openplenary/plenary/record/sqlite"
)

// TestSchemaStep: a database of the first schema is brought to today's after it was found sound; a copy stays
// beside it, and its tokens still give their first answers.
func TestSchemaStep(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "record.db")
	key, err := record.LoadKey(filepath.Join(dir, "keys"))
	if err != nil {
		t.Fatal(err)
	}
	open := func() *record.Log {
		t.Helper()
		e, err := sqlite.Open(path, sqlite.Options{})
		if err != nil {
			t.Fatal(err)
		}
		log, err := record.Open(e, record.Options{Key: key, Now: time.Now})
		if err != nil {
			t.Fatal(err)
		}
		return log
	}
	log := open()
	id, err := log.NewID()
	if err != nil {
		t.Fatal(err)
	}
	if err := log.Create(record.Meta{ID: id, Origin: "plenary.invalid/" + string(id)}); err != nil {
		t.Fatal(err)
	}
	ask := func(log *record.Log, token record.TokenHash) {
		t.Helper()
		turn, err := log.Turn(context.Background(), id)
		if err != nil {
			t.Fatal(err)
		}
		at, err := turn.Append(record.New{Data: []byte("data"), Text: []byte("text")})
		if err != nil {
			t.Fatal(err)
		}
		turn.Remember(token, record.TokenResult{First: at.Position})
		done := make(chan error, 1)
		turn.Commit(func(err error) { done <- err })
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
	for i := range 50 {
		ask(log, record.TokenHash{byte(i), 7})
	}
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	// As the first schema had it.
	c, err := sqlite3.Open("file:" + path)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Exec(`CREATE TABLE old(hash BLOB PRIMARY KEY, outcome BLOB NOT NULL) STRICT, WITHOUT ROWID;
		INSERT INTO old SELECT hash, substr(outcome, 1, length(outcome) - 4) FROM token; DROP TABLE token; ALTER TABLE old RENAME TO token; PRAGMA user_version = 1`); err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	log = open()
	defer func() { _ = log.Close() }()
	if err := log.Load(context.Background(), id, func(record.Entry) error { return nil }); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path + ".schema-1"); err != nil {
		t.Error("no copy was kept:", err)
	}
	ask(log, record.TokenHash{200, 7})
	turn, err := log.Turn(context.Background(), id)
	if err != nil {
		t.Fatal(err)
	}
	for i, first := range map[byte]int64{0: 1, 49: 50, 200: 51} {
		o, err := turn.Outcome(record.TokenHash{i, 7})
		if err != nil || o == nil || int64(o.First) != first {
			t.Errorf("token %d: %+v, %v", i, o, err)
		}
	}
	if o, err := turn.Outcome(record.TokenHash{99, 7}); err != nil || o != nil {
		t.Errorf("a token that was never used: %+v, %v", o, err)
	}
	turn.Release()
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	log = open()
	if err := log.Load(context.Background(), id, func(record.Entry) error { return nil }); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path + ".schema-1"); !os.IsNotExist(err) {
		t.Error("the copy, which may hold what is erased later, outlives the next sound start:", err)
	}
}

// TestTokenRows: one flipped bit in a token's row is found at start, and nothing is changed then.
func TestTokenRows(t *testing.T) {
	for _, flip := range []string{
		"UPDATE token SET hash = CAST(x'00' || substr(hash, 2, 22) || x'01' AS BLOB) WHERE id = 3",
		"UPDATE token SET outcome = CAST(x'ff' || substr(outcome, 2) AS BLOB) WHERE id = 3",
		"UPDATE token SET hash = CAST('' AS BLOB) WHERE id = 3",
	} {
		path := filepath.Join(t.TempDir(), "record.db")
		e, err := sqlite.Open(path, sqlite.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := e.MarkVerified(); err != nil {
			t.Fatal(err)
		}
		const id = record.ID("0123456789abcdef0123456789abcdef")
		if err := e.Create(record.Meta{ID: id, Origin: "plenary.invalid/" + string(id)}); err != nil {
			t.Fatal(err)
		}
		b := &record.Batch{Record: id}
		for i := range 5 {
			b.Tokens = append(b.Tokens, record.TokenRow{Hash: record.TokenHash{byte(i), 9}, Outcome: record.TokenResult{First: 1}})
		}
		done := make(chan error, 1)
		e.Commit(b, func(err error) { done <- err })
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		if err := e.Close(); err != nil {
			t.Fatal(err)
		}
		c, err := sqlite3.Open("file:" + path)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(c.Exec(flip), c.Close()); err != nil {
			t.Fatal(err)
		}
		if e, err = sqlite.Open(path, sqlite.Options{}); err != nil {
			t.Fatal(err)
		}
		if err := e.MarkVerified(); !errors.Is(err, record.ErrDamaged) {
			t.Errorf("%s: %v", flip, err)
		}
		_ = e.Close()
	}
}
