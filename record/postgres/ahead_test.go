package postgres_test

import (
	"errors"
	"testing"

	"github.com/openplenary/plenary/record"
	"github.com/openplenary/plenary/record/postgres"
)

// TestOneAhead: where the next program has taken the schema a step further, by what is only added, this one goes on with the record, whether it was there before or
// starts after. What is missing is found as before.
func TestOneAhead(t *testing.T) {
	d := newDatabase(t)
	id := create(t, d.url)
	at := postgres.Options{URL: d.url}
	before := open(t, at)
	if p, err := before.write(t.Context(), id, "before"); err != nil || p != 1 {
		t.Fatal(p, err)
	}
	d.server.Exec(t, d.name, `ALTER TABLE plenary.entry ADD COLUMN more bytea; ALTER TABLE plenary.record ADD COLUMN why text NOT NULL DEFAULT ''; CREATE TABLE plenary.weather(id bigint PRIMARY KEY, foretold text)`)
	if err := before.engine.Check(t.Context()); !errors.Is(err, record.ErrDamaged) {
		t.Error("columns that no step added:", err)
	}
	d.server.Exec(t, d.name, "UPDATE plenary.instance SET version = 2")
	if p, err := before.write(t.Context(), id, "while others are newer"); err != nil || p != 2 {
		t.Error(p, err)
	}
	after := open(t, at)
	if p, err := after.write(t.Context(), id, "began beside newer ones"); err != nil || p != 3 {
		t.Error(p, err)
	}
	if err := after.engine.Check(t.Context()); err != nil {
		t.Error(err)
	}
	d.server.Exec(t, d.name, "ALTER TABLE plenary.checkpoint RENAME COLUMN note TO other")
	if err := after.engine.Check(t.Context()); !errors.Is(err, record.ErrDamaged) {
		t.Error("a column is missing:", err)
	}
}
