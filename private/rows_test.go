package private

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ncruces/go-sqlite3"
	"github.com/openplenary/plenary/cite"
)

// TestPositions plays with how far followers came, and compares it with what a map of them would say.
func TestPositions(t *testing.T) {
	t.Parallel()
	db := openTest(t, filepath.Join(t.TempDir(), FileName))
	r := rand.New(rand.NewPCG(11, 12))
	is := map[[2]string]cite.Position{}
	followers, slugs := []string{"mail", "namesake"}, []string{"a", "b"}
	for i := range 80 {
		at := [2]string{followers[r.IntN(2)], slugs[r.IntN(2)]}
		n := cite.Position(r.IntN(9))
		var err error
		switch r.IntN(7) {
		case 0:
			err = db.Rewind(t.Context(), at[1], n)
			for k, p := range is {
				if k[1] == at[1] {
					is[k] = min(p, n)
				}
			}
		case 1:
			if r.IntN(3) == 0 {
				err = db.ForgetFollowers(t.Context(), at[1])
				maps.DeleteFunc(is, func(k [2]string, _ cite.Position) bool { return k[1] == at[1] })
			}
		case 2: // what came with it is not kept, and neither is how far it came
			no := errors.New("no")
			if err = db.Within(t.Context(), func(tx *sql.Tx) error {
				return errors.Join(Advance(t.Context(), tx, at[0], at[1], 99), no)
			}); errors.Is(err, no) {
				err = nil
			}
		default:
			err = db.Remember(t.Context(), at[0], at[1], n)
			is[at] = max(is[at], n)
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range followers {
			for _, s := range slugs {
				if got, err := db.Position(t.Context(), f, s); err != nil || got != is[[2]string{f, s}] {
					t.Fatalf("%d: %s of %s: %d, want %d (%v)", i, f, s, got, is[[2]string{f, s}], err)
				}
			}
		}
	}
}

// TestFiles: a file is kept once, and whoever says what they have is given the others.
func TestFiles(t *testing.T) {
	t.Parallel()
	f := Files{openTest(t, filepath.Join(t.TempDir(), FileName))}
	others := func(names ...string) string {
		t.Helper()
		got, err := f.Others(names)
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, name := range slices.Sorted(maps.Keys(got)) {
			out = append(out, fmt.Sprintf("%s=%s", name, got[name]))
		}
		return strings.Join(out, " ")
	}
	if got := others(); got != "" {
		t.Error(got)
	}
	for _, c := range []struct {
		name, b string
		err     error
	}{{"a", "one", nil}, {"b", "two", nil}, {"a", "other", fs.ErrExist}, {"a", "one", fs.ErrExist}, {"c", "", nil}} {
		if err := f.Put(c.name, []byte(c.b)); !errors.Is(err, c.err) || c.err == nil && err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	for names, want := range map[string]string{"": "a=one b=two c=", "a": "b=two c=", "a b c": "", "d": "a=one b=two c=", "c a": "b=two"} {
		if got := others(strings.Fields(names)...); got != want {
			t.Errorf("beside %q: %s", names, got)
		}
	}
	fault := errors.New("the disk")
	if !errors.Is(errExist(nil), fs.ErrExist) || !errors.Is(errExist(fault), fault) {
		t.Error(errExist(nil), errExist(fault))
	}
	f.DB.Close()
	if err := f.Put("e", nil); err == nil || errors.Is(err, fs.ErrExist) {
		t.Error(err)
	}
	if _, err := f.Others(nil); err == nil {
		t.Error("it was read from nowhere")
	}
}

// TestSecretNoted: what the secret was is noted by whoever may write, and another is none; one that is lost for good is replaced by one.
func TestSecretNoted(t *testing.T) {
	t.Parallel()
	db := openTest(t, filepath.Join(t.TempDir(), FileName))
	one, two := []byte("one"), []byte("two")
	for i, c := range []struct {
		secret []byte
		write  bool
		want   error
	}{{one, false, nil}, {two, false, nil}, {one, true, nil}, {one, false, nil}, {one, true, nil}, {two, false, ErrSecret}, {two, true, ErrSecret}, {nil, true, ErrSecret}} {
		if err := db.CheckSecret(t.Context(), c.secret, c.write); !errors.Is(err, c.want) || c.want == nil && err != nil {
			t.Errorf("%d: %v", i, err)
		}
	}
	if err := db.NewSecret(t.Context(), two); err != nil {
		t.Fatal(err)
	}
	if a, b := db.CheckSecret(t.Context(), one, true), db.CheckSecret(t.Context(), two, true); !errors.Is(a, ErrSecret) || b != nil {
		t.Error(a, b)
	}
}

// TestCarryFile: all rows of one file come into another in the place of what was there, to the byte; where something cannot, nothing was changed.
func TestCarryFile(t *testing.T) {
	t.Parallel()
	from, to := openTest(t, filepath.Join(t.TempDir(), FileName)), openTest(t, filepath.Join(t.TempDir(), FileName))
	do := func(db *DB, statements ...string) {
		t.Helper()
		for _, s := range statements {
			if _, err := db.Exec(s); err != nil {
				t.Fatal(s, err)
			}
		}
	}
	const version = `INSERT INTO draft_version(slug, kind, key, version, body, changed) VALUES`
	do(from, version+`('ai', 'k', 'one', 1, X'00ff', 5)`, version+`('ai', 'k', 'one', 2, X'', 6)`, `INSERT INTO account_look(slug, ref, participant, at) VALUES('ai', 'c1', -3, 7)`, `INSERT INTO follower(name, slug, position) VALUES('mail', 'ai', 9)`)
	do(to, version+`('old', 'k', 'gone', 1, X'', 5)`)
	keys := func(db *DB) (out string) {
		t.Helper()
		rows, err := db.Query(`SELECT slug || key || version || hex(body) FROM draft_version ORDER BY 1`)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		for rows.Next() {
			var s string
			if err := rows.Scan(&s); err != nil {
				t.Fatal(err)
			}
			out += s + " "
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		return out
	}
	if err := Carry(t.Context(), from, to); err != nil {
		t.Fatal(err)
	}
	if got := keys(to); got != "aione100FF aione2 " {
		t.Error(got)
	}
	if p, err := to.Position(t.Context(), "mail", "ai"); err != nil || p != 9 {
		t.Error(p, err)
	}
	do(from, version+`('ai', 'k', 'two', 1, X'', 5)`)
	do(to, `CREATE TRIGGER other AFTER INSERT ON draft_version WHEN NEW.key = 'two' BEGIN UPDATE draft_version SET changed = 99 WHERE key = 'two'; END`)
	if err := Carry(t.Context(), from, to); !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), "draft_version") {
		t.Error(err)
	}
	if got := keys(to); got != "aione100FF aione2 " {
		t.Error("half of it is there:", got)
	}
	do(from, `UPDATE schema SET version = version - 1 WHERE room = 'private'`)
	if err := Carry(t.Context(), from, to); err == nil || !strings.Contains(err.Error(), "start this Plenary with it once") {
		t.Error(err)
	}
}

// TestRowSums: the sum of a table is of all of its rows in whatever order they come, and of each of their columns.
func TestRowSums(t *testing.T) {
	t.Parallel()
	sums := map[string]string{}
	for name, rows := range map[string][]string{
		"two": {"'a', 'b', 1", "'c', 'd', 2"}, "the other way round": {"'c', 'd', 2", "'a', 'b', 1"}, "another": {"'a', 'b', 1", "'c', 'd', 3"}, "one": {"'a', 'b', 1"}, "none": nil, "cut elsewhere": {"'ab', '', 1"}, "and there": {"'', 'ab', 1"},
	} {
		db := openTest(t, filepath.Join(t.TempDir(), FileName))
		for _, r := range rows {
			if _, err := db.Exec(`INSERT INTO follower(name, slug, position) VALUES(` + r + `)`); err != nil {
				t.Fatal(err)
			}
		}
		n := 0
		sum, err := eachRow(t.Context(), db, "follower", func(columns []string, values []any) error {
			if n++; len(columns) != 3 || len(values) != 3 {
				t.Error(columns, values)
			}
			return nil
		})
		if err != nil || n != len(rows) {
			t.Error(name, n, err)
		}
		is := fmt.Sprintf("%x", sum)
		if other, ok := sums[is]; ok != (name == "the other way round" || other == "the other way round") {
			t.Errorf("%s and %s have one sum: %v", name, other, ok)
		}
		sums[is] = name
	}
}

// TestSmallThings: times are kept to the microsecond, what a newer schema adds is known by its kind, and of damage it is said what to do.
func TestSmallThings(t *testing.T) {
	t.Parallel()
	for _, at := range []time.Time{{}, time.Unix(0, 0).Add(time.Microsecond), time.Date(2020, 1, 2, 3, 4, 5, 6_000, time.UTC), time.Date(1950, 1, 1, 0, 0, 0, 0, time.UTC)} {
		if got := Instant(Micro(at)); !got.Equal(at) || got.Location() != time.UTC {
			t.Errorf("%s is kept as %s", at, got)
		}
	}
	if Micro(time.Time{}) != 0 || !Instant(0).IsZero() {
		t.Error("no time is one")
	}
	for name, want := range map[string]bool{"column a.b": true, "index i": true, "constraint c": true, "table t": false, "trigger t": false, "view v": false, "": false} {
		if added(name) != want {
			t.Errorf("%q may be added: not %v", name, want)
		}
	}
	db := &DB{path: "/x/private.db"}
	for name, c := range map[string]struct {
		err              error
		damaged, advised bool
	}{
		"none": {nil, false, false}, "another": {errors.New("the disk"), false, false}, "corrupt": {sqlite3.CORRUPT, true, true}, "no database": {sqlite3.NOTADB, true, true}, "a sum": {sqlite3.IOERR_DATA, true, true},
		"said already": {fmt.Errorf("%w: here", ErrDamaged), true, false}, "full": {sqlite3.FULL, false, false},
	} {
		got := db.Explain(c.err)
		if errors.Is(got, ErrDamaged) != c.damaged || !errors.Is(got, c.err) || got != nil && strings.Contains(got.Error(), whatToDo) != c.advised {
			t.Errorf("%s: %v", name, got)
		}
		if c.err == nil {
			continue
		}
		if said := advise("/x/private.db", c.err); !strings.HasPrefix(said.Error(), "/x/private.db") || errors.Is(said, ErrDamaged) != c.damaged || strings.Contains(said.Error(), whatToDo) != c.damaged {
			t.Errorf("%s: %v", name, said)
		}
	}
	if err := db.Leads(context.Background()); err != nil {
		t.Error(err)
	}
}

// TestReadMark: a mark is read as it was written, and one of which anything is other says nothing.
func TestReadMark(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), FileName)
	if m, there, err := readMark(path); m != (mark{}) || there || err != nil {
		t.Error(m, there, err)
	}
	for _, m := range []mark{{}, {set: true, salt: [8]byte{1, 2, 3}, end: 1 << 40, sum: [8]byte{9}}, {set: true, end: 0}} {
		for _, synced := range []bool{true, false} {
			if err := m.write(path, synced); err != nil {
				t.Fatal(err)
			}
			if got, there, err := readMark(path); got != m || !there || err != nil {
				t.Errorf("%+v is read as %+v %v %v", m, got, there, err)
			}
		}
	}
	whole := mark{set: true, salt: [8]byte{1}, end: 4096, sum: [8]byte{2}}.bytes()
	if len(whole) != markSize {
		t.Fatal(len(whole))
	}
	for i := range whole {
		changed := slices.Clone(whole)
		changed[i] ^= 1
		if err := os.WriteFile(markOf(path), changed, 0o600); err != nil {
			t.Fatal(err)
		}
		if m, there, err := readMark(path); m != (mark{}) || !there || err != nil {
			t.Errorf("with another byte %d it says %+v %v %v", i, m, there, err)
		}
	}
	for _, b := range [][]byte{nil, whole[:markSize-1]} {
		if err := os.WriteFile(markOf(path), b, 0o600); err != nil {
			t.Fatal(err)
		}
		if m, there, err := readMark(path); m.set || !there || err != nil {
			t.Errorf("of %d bytes it says %+v %v %v", len(b), m, there, err)
		}
	}
	// What stands behind a mark for whatever reason does not count, and stays there when another is written.
	if err := os.WriteFile(markOf(path), append(slices.Clone(whole), "behind"...), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, _, err := readMark(path); !bytes.Equal(got.bytes(), whole) || err != nil {
		t.Error(got, err)
	}
	next := mark{set: true, end: 8192}
	if err := next.write(path, true); err != nil {
		t.Fatal(err)
	}
	if got, _, err := readMark(path); got != next || err != nil {
		t.Error(got, err)
	}
	for name, c := range map[string]struct {
		m     mark
		clear bool
	}{"set": {mark{set: true, end: 7}, true}, "not set": {mark{end: 7}, false}} {
		_ = os.Remove(markOf(path))
		if err := c.m.write(path, false); err != nil {
			t.Fatal(err)
		}
		if err := clearMark(path); err != nil {
			t.Fatal(err)
		}
		if m, _, _ := readMark(path); m.set || (m == mark{}) != c.clear {
			t.Errorf("%s: %+v", name, m)
		}
	}
	if err := os.Remove(markOf(path)); err != nil {
		t.Fatal(err)
	}
	if err := clearMark(path); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(markOf(path)); !errors.Is(err, fs.ErrNotExist) {
		t.Error("a mark is made where there was none", err)
	}
}
