package private

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/openplenary/plenary/cite"
)

var ctx = context.Background()

// before makes a database as the first Plenary left it: a number for each room, and some rows.
func before(t *testing.T, path string, without ...string) {
	t.Helper()
	if err := prepareFile(path); err != nil {
		t.Fatal(err)
	}
	db, err := open(path, "")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	do := func(s string) {
		t.Helper()
		if _, err := db.Exec(s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
	do(`CREATE TABLE schema(room TEXT PRIMARY KEY, version INTEGER NOT NULL)`)
	for _, r := range rooms {
		if slices.Contains(without, r.name) {
			continue
		}
		for _, s := range r.tables {
			do(s)
		}
		do(`INSERT INTO schema(room, version) VALUES('` + r.name + `', 1)`)
	}
	if len(without) > 0 {
		return
	}
	do(`INSERT INTO account VALUES(1, 'a@example.org', 'a@example.org', 'A', 'en', 0)`)
	letter := func(id, notice string) {
		do(`INSERT INTO mail VALUES(` + id + `, 'a@example.org', 's', 'b', 'en', 'm', '` + notice + `', 'ai', 7, ` + id + `, 'queued', 0, 0, 0, 0, 0, 0)`)
	}
	letter("3", "receipt")
	letter("4", "answered c12")
	letter("5", "changed c7")
	do(`INSERT INTO mail_position VALUES('ai', 5)`)
}

func ls(t *testing.T, dir string) (names []string) {
	t.Helper()
	all, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		names = append(names, e.Name())
	}
	return names
}

// A database of the first Plenary opens, keeps what it held, and is refused by that Plenary from then on.
func TestOlderIsStepped(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, FileName)
	before(t, path)
	db := openTest(t, path)
	if v, err := db.Version(ctx); v != Schema() || err != nil {
		t.Error(v, err)
	}
	if p, err := db.Position(ctx, "mail", "ai"); p != 5 || err != nil {
		t.Error(p, err)
	}
	rows, err := db.Query(`SELECT about FROM mail ORDER BY id`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var about []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		about = append(about, s)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(about, []string{"", "c12", "c7"}) {
		t.Errorf("%q", about)
	}
	for _, r := range rooms {
		var v int
		if err := db.QueryRow(`SELECT version FROM schema WHERE room = $1`, r.name).Scan(&v); err != nil || v < 2 {
			t.Errorf("the first Plenary would write %s: %d %v", r.name, v, err)
		}
	}
	if names := ls(t, dir); slices.ContainsFunc(names, func(n string) bool { return strings.Contains(n, "schema") }) {
		t.Error("the copy is left, with what may have to be forgotten:", names)
	}
	again := openTest(t, path)
	if err := again.Check(ctx); err != nil {
		t.Error(err)
	}
}

// A first start that a crash cut short left some rooms without tables.
func TestSomeRoomsAreThere(t *testing.T) {
	path := filepath.Join(t.TempDir(), FileName)
	before(t, path, "mail", "attachment")
	db := openTest(t, path)
	for _, table := range []string{"account", "draft", "attachment", "mail", "follower"} {
		var n int
		if err := db.QueryRow(`SELECT COUNT(*) FROM ` + table).Scan(&n); err != nil {
			t.Error(table, err)
		}
	}
}

// A step that fails changes nothing.
func TestStepIsWhole(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, FileName)
	before(t, path)
	raw, err := open(path, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := raw.Exec(`CREATE TABLE secret_check(x)`); err != nil { // in the way of the last statement
		t.Fatal(err)
	}
	raw.Close()
	if db, err := Open(path); err == nil {
		db.Close()
		t.Fatal("stepped")
	}
	if raw, err = open(path, ""); err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	var n int
	if err := raw.QueryRow(`SELECT position FROM mail_position`).Scan(&n); err != nil || n != 5 {
		t.Error(n, err)
	}
	if v, _, err := raw.version(ctx, nil); v != 0 || err != nil {
		t.Error(v, err)
	}
	if names := ls(t, dir); slices.ContainsFunc(names, func(n string) bool { return strings.Contains(n, "schema") }) {
		t.Error(names)
	}
}

func TestNewerIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), FileName)
	db := openTest(t, path)
	if _, err := db.Exec(`UPDATE schema SET version = 99 WHERE room = 'private'`); err != nil {
		t.Fatal(err)
	}
	if db, err := Open(path); !errors.Is(err, ErrNewer) || !strings.Contains(err.Error(), path) {
		t.Error(db, err)
	}
}

// Looking makes nothing and changes nothing.
func TestReadOnly(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, FileName)
	if db, err := OpenReadOnly(path); err == nil || !strings.Contains(err.Error(), "missing") {
		t.Error(db, err)
	}
	if names := ls(t, dir); len(names) > 0 {
		t.Error("made", names)
	}
	before(t, path)
	db, err := OpenReadOnly(path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if v, err := db.Version(ctx); v != 1 || err != nil || !db.ReadOnly() {
		t.Error(v, err)
	}
	if err := db.Check(ctx); err != nil {
		t.Error(err)
	}
	if _, err := db.Exec(`DELETE FROM mail`); err == nil {
		t.Error("written")
	}
}

func TestCopy(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, FileName)
	before(t, path)
	served := openTest(t, path) // the server is running
	to := filepath.Join(t.TempDir(), "copy.db")
	if err := Copy(ctx, path, to); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(to)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Error(info, err)
	}
	db := openTest(t, to)
	var n int
	if err := db.QueryRow(`SELECT COUNT(*) FROM mail`).Scan(&n); err != nil || n != 3 {
		t.Error(n, err)
	}
	if err := errors.Join(db.Check(ctx), served.Check(ctx)); err != nil {
		t.Error(err)
	}
}

func TestPositionNeverGoesBack(t *testing.T) {
	db := openTest(t, filepath.Join(t.TempDir(), FileName))
	for _, p := range []int64{3, 9, 4} {
		if err := db.Within(ctx, func(tx *sql.Tx) error { return Advance(ctx, tx, "mail", "ai", cite.Position(p)) }); err != nil {
			t.Fatal(err)
		}
	}
	fault := errors.New("fault")
	if err := db.Within(ctx, func(tx *sql.Tx) error {
		return errors.Join(Advance(ctx, tx, "mail", "ai", 20), fault)
	}); !errors.Is(err, fault) {
		t.Fatal(err)
	}
	if p, err := db.Position(ctx, "mail", "ai"); p != 9 || err != nil {
		t.Error(p, err)
	}
	if p, err := db.Position(ctx, "erasure", "ai"); p != 0 || err != nil {
		t.Error(p, err)
	}
}

func TestSecret(t *testing.T) {
	db := openTest(t, filepath.Join(t.TempDir(), FileName))
	one, two := bytes.Repeat([]byte{1}, 32), bytes.Repeat([]byte{2}, 32)
	for _, c := range []struct {
		secret []byte
		write  bool
		want   error
	}{{two, false, nil}, {one, true, nil}, {one, false, nil}, {two, false, ErrSecret}, {two, true, ErrSecret}, {one, true, nil}} {
		if err := db.CheckSecret(ctx, c.secret, c.write); !errors.Is(err, c.want) {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

// A log that a crash left: a bit in an early frame loses whole commits behind it, and that is said before
// anything is touched. A torn last commit is no loss.
func TestBrokenLogIsFound(t *testing.T) {
	path := filepath.Join(t.TempDir(), FileName)
	db := openTest(t, path)
	if err := db.Scrub(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(`CREATE TABLE t(x TEXT)`); err != nil {
		t.Fatal(err)
	}
	for range 5 {
		if _, err := db.Exec(`INSERT INTO t VALUES('acknowledged')`); err != nil {
			t.Fatal(err)
		}
	}
	log, err := os.ReadFile(path + "-wal")
	if err != nil {
		t.Fatal(err)
	}
	main, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const frame = 24 + 4096
	if len(log) < 32+6*frame {
		t.Fatal(len(log))
	}
	crashed := func(change func([]byte) []byte) string {
		dir := t.TempDir()
		p := filepath.Join(dir, FileName)
		if err := errors.Join(os.WriteFile(p, main, 0o600), os.WriteFile(p+"-wal", change(bytes.Clone(log)), 0o600)); err != nil {
			t.Fatal(err)
		}
		return p
	}
	flip := func(at int) func([]byte) []byte {
		return func(b []byte) []byte { b[at] ^= 4; return b }
	}
	last := len(log) - frame
	for name, c := range map[string]struct {
		change  func([]byte) []byte
		damaged bool
	}{
		"whole":               {func(b []byte) []byte { return b }, false},
		"the header":          {flip(26), true},
		"the first page":      {flip(32 + 24 + 100), true},
		"the first frame":     {flip(32 + 17), true},
		"a page in between":   {flip(32 + 2*frame + 3000), true},
		"the last page":       {flip(last + 24 + 9), false},
		"the last is cut off": {func(b []byte) []byte { return b[:last+100] }, false},
		"nothing is left":     {func([]byte) []byte { return nil }, false},
	} {
		p := crashed(c.change)
		if err := soundLog(p); errors.Is(err, ErrDamaged) != c.damaged || err != nil && !c.damaged {
			t.Errorf("%s: %v", name, err)
		}
		if !c.damaged {
			continue
		}
		was, _ := os.ReadFile(p + "-wal")
		if db, err := Open(p); !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), "put the file back") {
			t.Error(name, db, err)
		}
		if db, err := OpenReadOnly(p); !errors.Is(err, ErrDamaged) {
			t.Error(name, db, err)
		}
		if is, err := os.ReadFile(p + "-wal"); err != nil || !bytes.Equal(was, is) {
			t.Errorf("%s: what could be repaired was touched: %v", name, err)
		}
	}
}

// TestCopyGoesAtASoundStart: the copy of the database from before its schema changed, which a start left that ended too early, goes at the next that finds the
// database sound; where it is not, the copy stays and is named.
func TestCopyGoesAtASoundStart(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, FileName)
	before(t, path)
	copied := path + ".schema-1"
	ok := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	db, err := Open(path)
	ok(err)
	ok(db.Close())
	for _, name := range []string{copied, path + ".schema-3"} { // as if the start had ended before it was removed
		ok(os.WriteFile(name, []byte("as it was"), 0o600))
	}
	whole, err := os.ReadFile(path)
	ok(err)
	broken := bytes.Clone(whole)
	broken[len(broken)-pageSize+2000] ^= 8
	ok(os.WriteFile(path, broken, 0o600))
	if db, err := Open(path); !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), copied) {
		t.Error("a damaged database is opened, or the copy of it is not named:", err)
		if db != nil {
			ok(db.Close())
		}
	}
	if !slices.Contains(ls(t, dir), filepath.Base(copied)) {
		t.Error("the copy of a damaged database is gone")
	}
	ok(os.WriteFile(path, whole, 0o600))
	db, err = Open(path)
	ok(err)
	defer db.Close()
	for _, name := range ls(t, dir) {
		if strings.Contains(name, ".schema-") {
			t.Error("still there:", name)
		}
	}
}
