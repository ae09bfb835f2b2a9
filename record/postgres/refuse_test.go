package postgres_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/record"
	"github.com/openplenary/plenary/record/postgres"
	"github.com/openplenary/plenary/record/postgres/postgrestest"
)

// refused opens a database that is to be refused in words.
func refused(t *testing.T, o postgres.Options, words string) {
	t.Helper()
	e, err := postgres.Open(t.Context(), o)
	if err == nil {
		_ = e.Close()
	}
	if err == nil || !strings.Contains(err.Error(), words) {
		t.Errorf("%s is opened, or not refused with %q: %v", o.URL, words, err)
	}
	if err != nil && strings.Contains(err.Error(), postgrestest.Password) {
		t.Errorf("the password is told: %v", err)
	}
}

// TestRefused: what cannot be the record's database, or cannot keep what it acknowledges, is refused by name.
func TestRefused(t *testing.T) {
	d := newDatabase(t)
	id := create(t, d.url)
	at := postgres.Options{URL: d.url}
	loopback := postgres.Options{URL: d.server.Loopback(d.name), Password: postgrestest.Password}

	n := open(t, loopback)
	if p, err := n.write(t.Context(), id, "with the password"); err != nil || p != 1 {
		t.Errorf("with a password: %d %v", p, err)
	}
	refused(t, postgres.Options{URL: loopback.URL, Password: "wrong"}, "password authentication failed")
	refused(t, postgres.Options{URL: "postgres://plenary:" + "secret word" + "@%zz/x"}, "the address of the database")
	refused(t, postgres.Options{URL: "postgres://plenary@192.0.2.1/x"}, "sslmode=verify-full")

	d.server.Exec(t, d.name, "ALTER DATABASE "+d.name+" SET synchronous_commit = off")
	refused(t, at, "synchronous_commit=off")
	lossy, err := postgres.Open(t.Context(), postgres.Options{URL: d.url, MayLose: true})
	if err != nil || lossy.Guarantee().Loses != "synchronous_commit=off" || !strings.Contains(lossy.Guarantee().String(), "may be lost") {
		t.Errorf("told that it may: %v", err)
	} else {
		_ = lossy.Close()
	}
	d.server.Exec(t, d.name, "ALTER DATABASE "+d.name+" RESET synchronous_commit")
	if s := (postgres.Guarantee{Standby: true, Sums: true}).String(); !strings.Contains(s, "when one machine dies") {
		t.Errorf("with a synchronous standby: %s", s)
	}
	if g := n.engine.Guarantee(); g.Standby || g.Loses != "" || !g.Sums || !strings.Contains(g.String(), "no synchronous standby") {
		t.Errorf("promised: %+v", g)
	}

	d.server.Exec(t, d.name, "UPDATE plenary.instance SET version = 3") // two steps; TestOneAhead is beside one
	refused(t, at, "newer Plenary (schema 3; this one knows 1): update it")
	d.server.Exec(t, d.name, "UPDATE plenary.instance SET version = 1, application = 'a diary'")
	refused(t, at, "something else")

	other := newDatabase(t)
	other.server.Exec(t, other.name, "CREATE TABLE invoices(id integer)")
	refused(t, postgres.Options{URL: other.url}, "tables of something else")

	crowded := newDatabase(t)
	crowded.server.Exec(t, "postgres", "CREATE ROLE guest LOGIN; ALTER DATABASE "+crowded.name+" OWNER TO guest; ALTER DATABASE "+crowded.name+" CONNECTION LIMIT 0")
	refused(t, postgres.Options{URL: strings.Replace(crowded.url, "plenary@", "guest@", 1)}, "too many connections")
	if _, err := postgres.Open(t.Context(), postgres.Options{URL: strings.Replace(crowded.url, "plenary@", "guest@", 1)}); !errors.Is(err, record.ErrAway) {
		t.Errorf("for ever: %v", err)
	}
	crowded.server.Exec(t, "postgres", "ALTER DATABASE "+crowded.name+" CONNECTION LIMIT -1")
	guest, err := postgres.Open(t.Context(), postgres.Options{URL: strings.Replace(crowded.url, "plenary@", "guest@", 1)})
	if err != nil {
		t.Errorf("a role that owns nothing but its database: %v", err)
	} else {
		_ = guest.Close()
	}
}

// TestServer: a server without fsync is refused; so is a standby; and one that takes no connection without TLS says so.
func TestServer(t *testing.T) {
	postgrestest.Shared(t) // says aloud where there is none
	s, err := postgrestest.Start("fsync=off")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Remove)
	url, name := s.Database(t)
	refused(t, postgres.Options{URL: url}, "fsync=off")
	hba := "local all all trust\nhostssl all all 127.0.0.1/32 scram-sha-256\n"
	if err := errors.Join(s.Stop(syscall.SIGINT), os.WriteFile(filepath.Join(s.Dir(), "pg_hba.conf"), []byte(hba), 0o644),
		os.WriteFile(filepath.Join(s.Dir(), "standby.signal"), nil, 0o644), s.Run()); err != nil {
		t.Fatal(err)
	}
	refused(t, postgres.Options{URL: url, MayLose: true}, "standby")
	refused(t, postgres.Options{URL: s.Loopback(name), Password: postgrestest.Password, MayLose: true}, "no encryption")
}

// TestOnServer: what the server says while it is written to: that its disk is full, so that it can be tried again; that a page is not
// what it was, so that nothing is written any more.
func TestOnServer(t *testing.T) {
	d := newDatabase(t)
	id := create(t, d.url)
	n := open(t, postgres.Options{URL: d.url})
	l := newLedger()
	write := func(body string) error {
		p, err := n.write(t.Context(), id, body)
		l.told(body, p, err)
		return err
	}
	if err := write("1"); err != nil {
		t.Fatal(err)
	}
	raise := func(code string) {
		d.server.Exec(t, d.name, `CREATE OR REPLACE FUNCTION public.fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'so it is' USING ERRCODE = '`+code+`'; END $$;
			CREATE OR REPLACE TRIGGER failing BEFORE INSERT ON plenary.text FOR EACH ROW EXECUTE FUNCTION public.fail()`)
	}
	raise("53100")
	if err := write("no room"); !errors.Is(err, record.ErrFull) {
		t.Errorf("a full disk: %v", err)
	}
	raise("57014")
	if err := write("cancelled"); !errors.Is(err, record.ErrNotWritten) {
		t.Errorf("cancelled: %v", err)
	}
	if err := n.engine.Check(t.Context()); !errors.Is(err, record.ErrDamaged) {
		t.Errorf("a trigger on a table of the record: %v", err)
	}
	d.server.Exec(t, d.name, "DROP TRIGGER failing ON plenary.text")
	if err := write("2"); err != nil {
		t.Errorf("there is room again: %v", err)
	}
	l.check(t, d.url, id)

	d.server.Exec(t, d.name, "UPDATE plenary.token SET outcome = set_byte(outcome, 3, get_byte(outcome, 3) # 1)")
	if err := n.engine.Check(t.Context()); !errors.Is(err, record.ErrDamaged) {
		t.Errorf("a flipped outcome: %v", err)
	}
	d.server.Exec(t, d.name, "DELETE FROM plenary.token; INSERT INTO plenary.entry SELECT id + 1, envelope, leaf, data FROM plenary.entry ORDER BY id DESC LIMIT 1")
	if err := n.engine.Check(t.Context()); !errors.Is(err, record.ErrDamaged) {
		t.Errorf("an entry behind the head: %v", err)
	}
	raise("XX001")
	d.server.Exec(t, d.name, "DELETE FROM plenary.entry WHERE id IN (SELECT max(id) FROM plenary.entry)")
	if err := write("a broken page"); !errors.Is(err, record.ErrDamaged) {
		t.Errorf("a broken page: %v", err)
	}
	if err := write("after it"); !errors.Is(err, record.ErrReadOnly) {
		t.Errorf("written on after damage: %v", err)
	}
}

// TestLost: a server that holds fewer entries than were acknowledged, as a standby that lagged behind does when it takes over, is
// damage: nothing is written upon it.
func TestLost(t *testing.T) {
	d := newDatabase(t)
	id := create(t, d.url)
	n := open(t, postgres.Options{URL: d.url})
	for _, body := range []string{"1", "2", "3"} {
		if _, err := n.write(t.Context(), id, body); err != nil {
			t.Fatal(err)
		}
	}
	d.server.Exec(t, d.name, "DELETE FROM plenary.entry WHERE id & 7 = 3; UPDATE plenary.record SET position = 2")
	if _, err := n.write(t.Context(), id, "upon it"); !errors.Is(err, record.ErrDamaged) {
		t.Errorf("written upon it: %v", err)
	}
	if n.Halted(id) == nil {
		t.Error("nobody is told")
	}
	d.server.Exec(t, d.name, "UPDATE plenary.instance SET id = '\\x00'")
	d.server.Exec(t, "postgres", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '"+d.name+"'")
	if _, err := n.Texts(t.Context(), id, []cite.Position{1}); !errors.Is(err, record.ErrAway) {
		t.Errorf("another database under the same name is read: %v", err)
	}
}

// TestErased: an erased text is in no table any more, what is erased in the transaction that brings it never was, and the table is
// vacuumed.
func TestErased(t *testing.T) {
	d := newDatabase(t)
	id := create(t, d.url)
	e, err := postgres.Open(t.Context(), postgres.Options{URL: d.url})
	if err != nil {
		t.Fatal(err)
	}
	if err := e.MarkVerified(); err != nil {
		t.Fatal(err)
	}
	row := func(p cite.Position) record.Row {
		return record.Row{Position: p, Envelope: []byte{byte(p)}, Data: make([]byte, 40), Text: []byte("a marker of its own")}
	}
	done := make(chan error, 2)
	e.Commit(&record.Batch{Record: id, Head: 2, Rows: []record.Row{row(1), row(2)}}, func(err error) { done <- err })
	e.Commit(&record.Batch{Record: id, Before: 2, Head: 4, Rows: []record.Row{row(3), {Position: 4, Envelope: []byte{4}, Data: make([]byte, 40)}}, Erase: []cite.Position{1, 2, 3}}, func(err error) { done <- err })
	if err := errors.Join(<-done, <-done); err != nil {
		t.Fatal(err)
	}
	if n := d.server.Value(t, d.name, "SELECT count(*) FROM plenary.text"); n != "0" {
		t.Errorf("%s texts", n)
	}
	for d.server.Value(t, d.name, "SELECT coalesce(sum(vacuum_count), 0) FROM pg_stat_user_tables WHERE relname = 'text'") == "0" {
		tick(t.Context())
	}
	if err := e.Close(); err != nil {
		t.Error(err)
	}
}
