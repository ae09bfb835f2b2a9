package private_test

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/private"
	"github.com/openplenary/plenary/record/postgres/postgrestest"
)

func TestMain(m *testing.M) { postgrestest.Main(m) }

// onServer opens the tables of a database of the shared server.
func onServer(t *testing.T, name string, begun bool) (*private.DB, error) {
	t.Helper()
	config, err := pgx.ParseConfig(postgrestest.Shared(t).Loopback(name))
	if err != nil {
		t.Fatal(err)
	}
	config.Password = postgrestest.Password
	return private.OpenServer(t.Context(), private.Server{Config: config, Begun: begun})
}

func opened(t *testing.T, name string) *private.DB {
	t.Helper()
	db, err := onServer(t, name, false)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// TestServerOneWrites: what two nodes read and then write is done one after the other, whether in a transaction or by one statement.
func TestServerOneWrites(t *testing.T) {
	_, name := postgrestest.Shared(t).Database(t)
	nodes := []*private.DB{opened(t, name), opened(t, name)}
	const each = 10
	if err := nodes[0].Remember(t.Context(), "count", "ferries", 1); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for _, db := range nodes {
		for range 3 {
			wg.Go(func() {
				for range each {
					err := db.Within(t.Context(), func(tx *sql.Tx) error {
						var at int64
						err := tx.QueryRowContext(t.Context(), `SELECT coalesce(max(position), 0) FROM follower`).Scan(&at)
						return errors.Join(err, private.Advance(t.Context(), tx, "count", "ferries", cite.Position(at+1)))
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Go(func() {
			for range each {
				if _, err := db.ExecContext(t.Context(), `UPDATE follower SET position = position + 1`); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if p, err := nodes[0].Position(t.Context(), "count", "ferries"); err != nil || p != 1+2*4*each {
		t.Errorf("%d were counted: %v", p, err)
	}
}

// TestCarry: all rows come to the server and back, and are the same; what stood there before is gone.
func TestCarry(t *testing.T) {
	_, name := postgrestest.Shared(t).Database(t)
	file, err := private.Open(filepath.Join(t.TempDir(), private.FileName))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	ok := func(_ sql.Result, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	ok(file.ExecContext(t.Context(), `INSERT INTO mail VALUES(7, 'a@example.org', 'Привет', '意见书', 'ru', 'm', 'n', '', -3, 0, 'queued', 0, 1, 2, 3, 4, 5, '', '')`))
	ok(file.ExecContext(t.Context(), `INSERT INTO mail_file VALUES(7, 1, 'x', 'y', $1)`, []byte{0, 1, 255}))
	ok(file.ExecContext(t.Context(), `INSERT INTO mail_file VALUES(7, 2, 'x', 'y', $1)`, []byte{}))
	ok(file.ExecContext(t.Context(), `INSERT INTO account_look(id, slug, ref, participant, at) VALUES(41, 's', 'c1', 5, 6)`))
	server := opened(t, name)
	ok(server.ExecContext(t.Context(), `INSERT INTO follower VALUES('mail', 'stale', 3)`))
	if err := private.Carry(t.Context(), file, server); err != nil {
		t.Fatal(err)
	}
	if p, err := server.Position(t.Context(), "mail", "stale"); err != nil || p != 0 {
		t.Error("what was there before is still there:", p, err)
	}
	ok(server.ExecContext(t.Context(), `INSERT INTO account_look(slug, ref, participant, at) VALUES('s', 'c2', 5, 6)`)) // with a number of its own
	back, err := private.Open(filepath.Join(t.TempDir(), private.FileName))
	if err != nil {
		t.Fatal(err)
	}
	defer back.Close()
	if err := private.Carry(t.Context(), server, back); err != nil {
		t.Fatal(err)
	}
	var subject, body string
	var who, looks int64
	var content []byte
	if err := back.QueryRowContext(t.Context(), `SELECT subject, body, participant, content, (SELECT max(id) FROM account_look) FROM mail, mail_file WHERE letter = mail.id AND n = 1`).
		Scan(&subject, &body, &who, &content, &looks); err != nil || subject != "Привет" || body != "意见书" || who != -3 || string(content) != "\x00\x01\xff" || looks != 42 {
		t.Errorf("%q %q %d %x %d: %v", subject, body, who, content, looks, err)
	}
}

// TestServerRefuses: a schema of a newer program, what does not belong there, and tables that were there and are gone.
func TestServerRefuses(t *testing.T) {
	s := postgrestest.Shared(t)
	_, name := s.Database(t)
	if db, err := onServer(t, name, true); !errors.Is(err, private.ErrMissing) {
		t.Errorf("opened where there was something and nothing is: %v %v", db, err)
	}
	if err := opened(t, name).Check(t.Context()); err != nil {
		t.Error(err)
	}
	refused := func(change, back string, want error) {
		t.Helper()
		s.Exec(t, name, change)
		if db, err := onServer(t, name, true); !errors.Is(err, want) {
			t.Errorf("%s: %v %v", change, db, err)
		}
		s.Exec(t, name, back)
	}
	refused(`UPDATE plenary_private.schema SET version = 1000`, `UPDATE plenary_private.schema SET version = `+s.Value(t, name, `SELECT min(version) FROM plenary_private.schema`), private.ErrNewer)
	refused(`ALTER TABLE plenary_private.draft ADD COLUMN more text`, `ALTER TABLE plenary_private.draft DROP COLUMN more`, private.ErrDamaged)
	refused(`DROP INDEX plenary_private.mail_due`, `CREATE INDEX mail_due ON plenary_private.mail(state, due)`, private.ErrDamaged)
	refused(`CREATE RULE no AS ON DELETE TO plenary_private.draft DO INSTEAD NOTHING`, `DROP RULE no ON plenary_private.draft`, private.ErrDamaged)
	if db, err := onServer(t, name, true); err != nil {
		t.Error(err)
	} else {
		_ = db.Close()
	}
}

// TestServerStopped: a node that stops in the middle of a transaction holds nobody up, and writes nothing when it goes on.
func TestServerStopped(t *testing.T) {
	_, name := postgrestest.Shared(t).Database(t)
	stopped, other := opened(t, name), opened(t, name)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	err := stopped.Within(ctx, func(tx *sql.Tx) error {
		if err := private.Advance(ctx, tx, "stale", "ferries", 5); err != nil {
			return err
		}
		return other.Remember(ctx, "fresh", "ferries", 6) // waits until the server has given the first one up
	})
	if err == nil || strings.Contains(err.Error(), "lock timeout") {
		t.Errorf("written after it had stopped: %v", err)
	}
	for name, want := range map[string]int64{"stale": 0, "fresh": 6} {
		if p, err := other.Position(ctx, name, "ferries"); err != nil || int64(p) != want {
			t.Errorf("%s: %d %v", name, p, err)
		}
	}
}
