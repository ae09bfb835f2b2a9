package private

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/openplenary/plenary/internal/dbfile"
)

// TestMark: a log that a crash left is whole up to its last commit, or damage; and nothing is touched then. (TestBrokenLogIsFound
// shows what the log alone can say.)
func TestMark(t *testing.T) {
	path := filepath.Join(t.TempDir(), FileName)
	db := openTest(t, path)
	for i := range 5 {
		if _, err := db.Exec(`INSERT INTO draft_version VALUES('ai', 'k', 'key', $1, 'acknowledged', 0)`, i); err != nil {
			t.Fatal(err)
		}
	}
	read := func(path string) []byte {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	main, log, note := read(path), read(path+"-wal"), read(path+"-mark")
	const frame = dbfile.FrameHead + pageSize
	last := len(log) - frame
	flip := func(at int) func([]byte) []byte {
		return func(b []byte) []byte { b[at] ^= 16; return b }
	}
	for name, c := range map[string]struct {
		change  func([]byte) []byte
		damaged bool
	}{
		"whole":                  {func(b []byte) []byte { return b }, false},
		"torn behind it":         {func(b []byte) []byte { return append(b, bytes.Repeat([]byte{7}, frame+9)...) }, false},
		"the salt of the header": {flip(17), true},
		"the first page":         {flip(dbfile.LogHead + dbfile.FrameHead + 100), true},
		"the last page":          {flip(last + dbfile.FrameHead + 9), true},
		"the last frame's head":  {flip(last + 5), true},
		"the last salt":          {flip(last + 9), true},
		"the last is cut off":    {func(b []byte) []byte { return b[:last] }, true},
		"nothing is left":        {func([]byte) []byte { return nil }, true},
		"it is not there":        {nil, true},
	} {
		p := filepath.Join(t.TempDir(), FileName)
		if err := errors.Join(os.WriteFile(p, main, 0o600), os.WriteFile(p+"-mark", note, 0o600)); err != nil {
			t.Fatal(err)
		}
		if c.change != nil {
			if err := os.WriteFile(p+"-wal", c.change(bytes.Clone(log)), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		was, _ := os.ReadFile(p + "-wal")
		for how, open := range map[string]func(string) (*DB, error){"looked at": OpenReadOnly, "opened": Open} {
			db, err := open(p)
			if errors.Is(err, ErrDamaged) != c.damaged || err != nil && !c.damaged {
				t.Errorf("%s, %s: %v", name, how, err)
			}
			if c.damaged && err != nil && !strings.Contains(err.Error(), p) {
				t.Errorf("%s: %v does not name the file", name, err)
			}
			if db != nil {
				db.Close()
			}
		}
		if is, _ := os.ReadFile(p + "-wal"); c.damaged && !bytes.Equal(was, is) {
			t.Errorf("%s: what could be repaired was touched", name)
		}
	}
}

// TestMarkIsCleared: what was folded in is not asked for, whatever became of the log since.
func TestMarkIsCleared(t *testing.T) {
	path := filepath.Join(t.TempDir(), FileName)
	db := openTest(t, path)
	set := func() bool {
		m, there, err := readMark(path)
		if err != nil || !there {
			t.Fatal(there, err)
		}
		return m.set
	}
	write := func(i int) {
		if _, err := db.Exec(`INSERT INTO draft_version VALUES('ai', 'k', 'key', $1, 'x', 0)`, i); err != nil {
			t.Fatal(err)
		}
	}
	if write(1); !set() {
		t.Error("a commit is not noted")
	}
	if err := db.Scrub(ctx); err != nil || set() {
		t.Error("a log that was cut off is asked for", err)
	}
	if write(2); !set() {
		t.Error("a commit in a new round is not noted")
	}
	for i := range 3 {
		if _, err := db.Exec(`PRAGMA wal_checkpoint(FULL)`); err != nil {
			t.Fatal(err)
		}
		if write(3 + i); !set() {
			t.Error("a commit in a new round is not noted")
		}
		if err := soundLog(path); err != nil {
			t.Error(err)
		}
	}
	db.Close()
	if set() {
		t.Error("a log that was deleted is asked for")
	}
	openTest(t, path)
}

// TestNothingIsMadeAnew: a database that was there is never made again in silence.
func TestNothingIsMadeAnew(t *testing.T) {
	path := filepath.Join(t.TempDir(), FileName)
	db := openTest(t, path)
	db.Close()
	for _, name := range []string{"emptied", "deleted"} {
		lose := os.Truncate(path, 0)
		if name == "deleted" {
			lose = os.Remove(path)
		}
		if lose != nil {
			t.Fatal(lose)
		}
		for _, open := range []func(string) (*DB, error){Open, OpenExisting} {
			if db, err := open(path); !errors.Is(err, ErrMissing) || !strings.Contains(err.Error(), path) {
				t.Error(name, db, err)
			}
		}
		if fi, err := os.Stat(path); err == nil && fi.Size() > 0 {
			t.Error(name, "and made anew")
		}
	}
	if err := os.Remove(path + "-mark"); err != nil {
		t.Fatal(err)
	}
	if db, err := OpenExisting(path); !errors.Is(err, ErrMissing) {
		t.Error(db, err)
	}
}

// TestStrangeSchema: what somebody put into the database is found before anything is written with it.
func TestStrangeSchema(t *testing.T) {
	for _, sql := range []string{
		`CREATE TRIGGER t AFTER INSERT ON mail BEGIN DELETE FROM draft; END`, `CREATE VIEW v AS SELECT * FROM mail`, `CREATE TABLE more(x)`,
		`CREATE INDEX i ON mail(subject)`, `DROP INDEX mail_due`, `ALTER TABLE account ADD COLUMN more TEXT`, `DROP TABLE draft`,
	} {
		path := filepath.Join(t.TempDir(), FileName)
		db := openTest(t, path)
		if _, err := db.Exec(sql); err != nil {
			t.Fatal(sql, err)
		}
		if err := db.Check(ctx); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: checked: %v", sql, err)
		}
		db.Close()
		if db, err := Open(path); !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v %v", sql, db, err)
		}
	}
}
