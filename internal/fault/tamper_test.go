package fault

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ncruces/go-sqlite3"
	"github.com/openplenary/plenary/private"
)

// what a start must do after a tampering.
type must int

const (
	refuse  must = iota // it does not start, and says what to do; or it starts for reading only
	saysSo              // what stands beside the record is not whole: it serves, and says so
	harmful             // only fsck can know
)

// tampering is something that somebody does to the files of a stopped instance.
type tampering struct {
	name   string
	change func(dir string) error
	then   must
}

// sql runs statements on a database and folds its log in. Page checksums are kept, as a tool that knows them would.
func sql(name, statements string) func(string) error {
	return func(dir string) error {
		if name == private.FileName {
			db, err := private.Open(filepath.Join(dir, name))
			if err != nil {
				return err
			}
			_, err = db.Exec(statements)
			return errors.Join(err, db.Close())
		}
		c, err := sqlite3.Open("file:" + filepath.Join(dir, name))
		if err != nil {
			return err
		}
		return errors.Join(c.Exec(statements), c.Close())
	}
}

func record(statements string) func(string) error { return sql("record.db", statements) }

func removed(names ...string) func(string) error {
	return func(dir string) error {
		var faults []error
		for _, name := range names {
			faults = append(faults, os.Remove(filepath.Join(dir, name)))
		}
		return errors.Join(faults...)
	}
}

// cut leaves so much of a file, in hundredths.
func cut(name string, percent int64) func(string) error {
	return func(dir string) error {
		fi, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			return err
		}
		return os.Truncate(filepath.Join(dir, name), fi.Size()*percent/100)
	}
}

func both(fs ...func(string) error) func(string) error {
	return func(dir string) error {
		for _, f := range fs {
			if err := f(dir); err != nil {
				return err
			}
		}
		return nil
	}
}

// lastByte is SQL for a blob whose last byte is another.
func lastByte(column string) string {
	return fmt.Sprintf("CAST(substr(%s, 1, length(%s)-1) || CASE WHEN substr(%s, -1) = x'00' THEN x'01' ELSE x'00' END AS BLOB)", column, column, column)
}

// tamperings lists what is done; base has other instances and other times of this one.
func tamperings(base string, file string) []tampering {
	const last, middle = "(SELECT max(id) FROM envelope)", "(SELECT max(id)-3 FROM envelope)"
	drop := func(id string) string {
		return "CREATE TEMP TABLE gone AS SELECT " + id + " AS id; DELETE FROM text WHERE id IN (SELECT id FROM gone); DELETE FROM data WHERE id IN (SELECT id FROM gone); DELETE FROM envelope WHERE id IN (SELECT id FROM gone)"
	}
	from := func(other string, names ...string) func(string) error {
		return func(dir string) error { return replace(dir, filepath.Join(base, other), names...) }
	}
	attached := filepath.Join("attachments", file)
	keys := func(name string) string { return filepath.Join("keys", name) }
	all := []tampering{
		{"a trigger that eats texts", record("CREATE TRIGGER t AFTER INSERT ON envelope BEGIN DELETE FROM text WHERE id < new.id; END"), refuse},
		{"a trigger on outcomes", record("CREATE TRIGGER t AFTER INSERT ON token BEGIN SELECT 1; END"), refuse},
		{"a view", record("CREATE VIEW v AS SELECT * FROM text"), refuse},
		{"a table", record("CREATE TABLE more(x)"), refuse},
		{"an index", record("CREATE INDEX i ON token(hash)"), refuse},
		{"a column", record("ALTER TABLE checkpoint ADD COLUMN more TEXT"), refuse},
		{"another application", record("PRAGMA application_id = 7"), refuse},
		{"a newer schema", record("PRAGMA user_version = 9"), refuse},
		{"no schema", record("PRAGMA user_version = 0"), refuse},
		{"no write-ahead log", record("PRAGMA journal_mode = DELETE"), refuse},
		{"a table is gone", record("DROP TABLE text"), refuse},
		{"outcomes are gone", record("DROP TABLE token"), refuse},
		{"another origin", record("UPDATE record SET origin = 'evil.example/' || id"), refuse},
		{"another id", record("UPDATE record SET id = '00000000000000000000000000000001'"), refuse},
		{"the record's row is gone", record("DELETE FROM record"), refuse},
		{"the last entry is gone", record(drop(last)), refuse},
		{"the last entry and the high marks are gone", both(record(drop(last)), removed("high")), refuse},
		{"the last entry, its tile and the high marks are gone", both(record(drop(last)+"; UPDATE tile SET hashes = substr(hashes, 1, length(hashes)-32)"), removed("high")), refuse},
		{"an entry in the middle is gone", record(drop(middle)), refuse},
		{"the first entry is gone", record(drop("(SELECT min(id) FROM envelope)")), refuse},
		{"an envelope is another", record("UPDATE envelope SET bytes = " + lastByte("bytes") + " WHERE id = " + middle), refuse},
		{"an envelope says another time", record("UPDATE envelope SET bytes = CAST(replace(CAST(bytes AS TEXT), 'class public', 'class internal') AS BLOB) WHERE id = " + middle), refuse},
		{"data are others", record("UPDATE data SET salted = " + lastByte("salted") + " WHERE id = " + middle), refuse},
		{"data are gone", record("DELETE FROM data WHERE id = " + middle), refuse},
		{"a text is another", record("UPDATE text SET salted = " + lastByte("salted") + " WHERE id = (SELECT max(id) FROM text)"), refuse},
		{"a text is gone", record("DELETE FROM text WHERE id = (SELECT max(id) FROM text)"), refuse},
		{"a text that nobody wrote", record("INSERT INTO text VALUES((SELECT min(id) FROM envelope), zeroblob(50))"), refuse},
		{"a tile is another", record("UPDATE tile SET hashes = " + lastByte("hashes")), refuse},
		{"tiles are gone", record("DELETE FROM tile"), refuse},
		{"a tile too many", record("INSERT INTO tile SELECT id + 1, hashes FROM tile LIMIT 1"), refuse},
		{"the last outcome is gone", record("DELETE FROM token WHERE id = (SELECT max(id) FROM token)"), refuse},
		{"an outcome in the middle is gone", record("DELETE FROM token WHERE id = 2"), refuse},
		{"all outcomes are gone", record("DELETE FROM token"), refuse},
		{"an outcome is another", record("UPDATE token SET outcome = " + lastByte("outcome") + " WHERE id = 2"), refuse},
		{"signatures of checkpoints are broken", record("UPDATE checkpoint SET note = CAST(replace(CAST(note AS TEXT), substr(CAST(note AS TEXT), -20, 6), 'AAAAAA') AS BLOB)"), refuse},
		{"a checkpoint says another root", record("UPDATE checkpoint SET note = (SELECT note FROM checkpoint ORDER BY id LIMIT 1) WHERE id = (SELECT max(id) FROM checkpoint)"), refuse},
		{"half of the record", cut("record.db", 50), refuse},
		{"the record is emptied", cut("record.db", 0), refuse},
		{"the record is deleted", removed("record.db"), refuse},
		{"an older record", from("old", "record.db"), refuse},
		{"another's record", from("other", "record.db"), refuse},
		{"another's record and high marks", from("other", "record.db", "high"), refuse},
		{"the high marks are deleted", removed("high"), refuse},
		{"the high marks are emptied", cut("high", 0), refuse},
		{"the high marks are zeros", func(dir string) error { return os.WriteFile(filepath.Join(dir, "high"), make([]byte, 256), 0o600) }, refuse},
		{"private.db is deleted", removed("private.db"), refuse},
		{"private.db and its mark are deleted", removed("private.db", "private.db-mark"), refuse},
		{"private.db is emptied", cut("private.db", 0), refuse},
		{"half of private.db", cut("private.db", 50), refuse},
		{"another's private.db", from("other", "private.db"), refuse},
		{"a trigger in private.db", sql(private.FileName, "CREATE TRIGGER t AFTER INSERT ON mail BEGIN DELETE FROM draft; END"), refuse},
		{"a table of private.db is gone", sql(private.FileName, "DROP TABLE draft_version"), refuse},
		{"whoever holds an office is nobody", sql(private.FileName, "DELETE FROM account_invitation; DELETE FROM account_participant"), saysSo},
		{"keys of files are gone", sql(private.FileName, "DELETE FROM attachment"), saysSo},
		{"the secret is deleted", removed(keys("secret")), refuse},
		{"the secret is emptied", cut(keys("secret"), 0), refuse},
		{"another's secret", from("other", keys("secret")), refuse},
		{"the key is deleted", removed(keys("checkpoint.ed25519")), refuse},
		{"the key is emptied", cut(keys("checkpoint.ed25519"), 0), refuse},
		{"another's key", from("other", keys("checkpoint.ed25519")), refuse},
		{"a file is deleted", removed(attached), saysSo},
		{"all files are deleted", func(dir string) error { return os.RemoveAll(filepath.Join(dir, "attachments")) }, saysSo},
		{"half of a file", cut(attached, 50), harmful},
	}
	return all
}

// TestTampering does each of the tamperings to a copy of a stopped instance: fsck names it and makes nothing, the start
// refuses with a next step, or serves for reading only; and what only stands beside the record is said.
func TestTampering(t *testing.T) {
	bin := binary(t, false)
	base := quickRoom(t)
	home, old, other := filepath.Join(base, "home"), filepath.Join(base, "old"), filepath.Join(base, "other")
	seed(t, home, "now+30d", "")
	seed(t, other, "now+30d", "")
	s := serve(t, bin, home)
	for i := range 4 {
		s.must(fmt.Sprintf("Number %d.", i))
	}
	s.stop()
	copyDir(t, home, old)
	s = serve(t, bin, home)
	for i := range 4 {
		s.must(fmt.Sprintf("Later, number %d.", i))
	}
	if a, err := s.attach(&sent{Token: newToken(), Text: "With a file."}, "timetable.txt", bytes.Repeat([]byte("Timetable.\n"), 20_000)); err != nil || a.status != http.StatusSeeOther {
		t.Fatal(a, err)
	}
	s.must("And the last.")
	list, err := s.get("/en/c/" + slug + "/contributions.csv")
	if err != nil || list.status != http.StatusOK {
		t.Fatal(list, err)
	}
	s.stop()
	in := serve(t, bin, other) // so that its private.db has noted its secret
	in.must("Of another instance.")
	in.stop()
	file := ""
	entries, err := os.ReadDir(filepath.Join(home, "attachments"))
	ok(t, err)
	for _, e := range entries {
		if i, err := e.Info(); err == nil && i.Size() > 100_000 {
			file = e.Name()
		}
	}
	good(t, bin, "fsck", "--data", home)
	all := tamperings(base, file)
	for i, c := range all {
		if testing.Short() && i%4 != 0 {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			c.judge(t, bin, home, filepath.Join(base, fmt.Sprintf("t%d", i)), string(list.body))
		})
	}
	t.Logf("%d tamperings", len(all))
}

// judge does it to a copy of home in dir; list is what the sound instance gives out.
func (c tampering) judge(t *testing.T, bin, home, dir, list string) {
	copyDir(t, home, dir)
	ok(t, c.change(dir))
	before := listed(t, dir)
	if out, code := run(t, bin, "fsck", "--data", dir); code == 0 {
		t.Errorf("fsck finds nothing:\n%s", tail(out))
	}
	if after := listed(t, dir); after != before {
		t.Errorf("fsck made or took away something: before\n%s\nafter\n%s", before, after)
	}
	s := tryServe(t, bin, dir)
	said := s.errors.String()
	if s.url == "" {
		if c.then != refuse || s.state.ExitCode() != 1 || !strings.Contains(said, "plenary: ") {
			t.Errorf("it does not start: %v %s", s.state, tail(said))
		}
		if !strings.Contains(said, "put ") && !strings.Contains(said, "newer Plenary") {
			t.Errorf("it says no next step: %s", tail(said))
		}
		return
	}
	defer s.kill()
	switch c.then {
	case refuse:
		if a, err := s.get("/healthz"); err != nil || a.status != http.StatusServiceUnavailable {
			t.Errorf("healthz: %v %v", a, err)
		}
		if a, err := s.get("/en/c/" + slug + "/contributions.csv"); err != nil || a.status != http.StatusServiceUnavailable && string(a.body) != list {
			t.Errorf("it gives out a list that is not whole, or says that there is none: %v %v", a, err)
		}
		late := &sent{Token: newToken(), Text: "Upon it."}
		if a, err := s.send(late); err != nil || a.status != http.StatusServiceUnavailable {
			t.Errorf("it takes a contribution: %v %v\n%s", a, err, tail(said))
		}
	case saysSo:
		s.saysInLog(t, "not whole")
	}
}

// listed lists the files of a directory with their sizes.
func listed(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	ok(t, filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if strings.HasSuffix(path, "-shm") { // the index of a log that a crash left
			return nil
		}
		fi, err := d.Info()
		fmt.Fprintln(&b, path, fi.Size())
		return err
	}))
	return b.String()
}

// saysInLog waits until the server has said something in its log, asking for a page in between.
func (s *server) saysInLog(t *testing.T, words string) {
	t.Helper()
	for range 500 {
		if strings.Contains(s.errors.String(), words) {
			return
		}
		if _, err := s.get("/healthz"); err != nil {
			t.Fatal(err)
		}
	}
	t.Errorf("it does not say %q: %s", words, tail(s.errors.String()))
}
