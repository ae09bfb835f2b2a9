package private

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/openplenary/plenary/record/postgres/postgrestest"
)

// TestOneAhead: a node of this program, and one of the next, whose schema is a step further, use one database at the same time: the older one whether it was there
// before the step or starts after it. Two steps further it does not start, and says what to do; nor where something is there that acts by itself, or where something is
// missing.
func TestOneAhead(t *testing.T) {
	s := postgrestest.Shared(t)
	_, name := s.Database(t)
	config, err := pgx.ParseConfig(s.Loopback(name))
	if err != nil {
		t.Fatal(err)
	}
	config.Password = postgrestest.Password
	open := func(more ...[]string) (*DB, error) {
		was := steps
		steps = append(slices.Clone(steps), more...)
		defer func() { steps = was }()
		db, err := OpenServer(t.Context(), Server{Config: config})
		if err == nil {
			t.Cleanup(func() { _ = db.Close() })
		}
		return db, err
	}
	must := func(db *DB, err error) *DB {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return db
	}
	step := []string{`ALTER TABLE follower ADD COLUMN why TEXT NOT NULL DEFAULT ''`, `CREATE TABLE weather(id BIGINT PRIMARY KEY, foretold TEXT NOT NULL)`, `CREATE INDEX weather_foretold ON weather(foretold)`}
	before := must(open())
	writes := func(db *DB, at int64) {
		t.Helper()
		if err := db.Remember(t.Context(), "mail", "ferries", 7); err != nil {
			t.Error(err)
		}
		if p, err := db.Position(t.Context(), "mail", "ferries"); err != nil || p != 7 {
			t.Error(p, err)
		}
		if token, err := db.takeLease(t.Context(), "time", "a node"); err != nil || token != at {
			t.Error(token, err)
		}
		db.giveBack(t.Context(), lease{"time", at})
	}
	writes(before, 1)
	newer := must(open(step))
	writes(newer, 2)
	writes(before, 3)
	after := must(open())
	writes(after, 4)
	for db, ahead := range map[*DB]bool{before: true, after: true} {
		if is, err := db.Ahead(t.Context()); err != nil || is != ahead {
			t.Error(is, err)
		}
		if err := db.Check(t.Context()); err != nil {
			t.Error(err)
		}
	}
	s.Exec(t, name, `SET search_path TO plenary_private; CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'; CREATE TRIGGER no BEFORE DELETE ON draft FOR EACH ROW EXECUTE FUNCTION no()`)
	if _, err := open(); !errors.Is(err, ErrDamaged) {
		t.Error("a trigger:", err)
	}
	s.Exec(t, name, `SET search_path TO plenary_private; DROP TRIGGER no ON draft; CREATE VIEW seen AS SELECT 1`)
	if _, err := open(); !errors.Is(err, ErrDamaged) {
		t.Error("a view:", err)
	}
	s.Exec(t, name, `SET search_path TO plenary_private; DROP VIEW seen; DROP INDEX mail_due`)
	if _, err := open(); !errors.Is(err, ErrDamaged) {
		t.Error("an index is missing:", err)
	}
	s.Exec(t, name, `SET search_path TO plenary_private; CREATE INDEX mail_due ON mail(state, due)`)
	must(open(step, []string{`CREATE TABLE tide(id BIGINT PRIMARY KEY)`}))
	if _, err := open(); !errors.Is(err, ErrNewer) || !strings.Contains(err.Error(), "update it") {
		t.Error("two steps ahead:", err)
	}
	must(open(step))
}

// TestStepsAreBeside: a step only adds what the program before does not notice, or comes after an empty one. Those up to the first are older than that rule.
func TestStepsAreBeside(t *testing.T) {
	const first = 11
	adds := regexp.MustCompile(`^(CREATE TABLE |CREATE (UNIQUE )?INDEX |ALTER TABLE \w+ ADD COLUMN .* DEFAULT )`)
	for i := first; i < len(steps); i++ {
		for _, s := range steps[i] {
			if !adds.MatchString(s) && len(steps[i-1]) > 0 {
				t.Errorf("step %d, with nothing empty before it: %s", i, s)
			}
		}
	}
	if len(steps) < first {
		t.Error(len(steps), "steps")
	}
}
