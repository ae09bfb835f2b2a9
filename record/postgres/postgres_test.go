package postgres_test

import (
	"fmt"
	"os"
	"testing"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/record"
	"github.com/openplenary/plenary/record/postgres"
	"github.com/openplenary/plenary/record/postgres/postgrestest"
	"github.com/openplenary/plenary/record/recordtest"
)

func TestMain(m *testing.M) {
	if os.Getenv(asNode) != "" {
		os.Exit(beNode())
	}
	postgrestest.Main(m)
}

// database is an empty database of the test's server.
type database struct {
	t         testing.TB
	server    *postgrestest.Server
	url, name string
}

func newDatabase(t testing.TB) database {
	s := postgrestest.Shared(t)
	url, name := s.Database(t)
	return database{t, s, url, name}
}

func (d database) Open() (record.Engine, error) {
	return postgres.Open(d.t.Context(), postgres.Options{URL: d.url})
}

func (d database) Flip(_ record.ID, p cite.Position, part string) bool {
	table, column := "entry", part
	if part == "text" {
		table, column = "text", "salted"
	}
	d.server.Exec(d.t, d.name, fmt.Sprintf("UPDATE plenary.%s SET %s = set_byte(%[2]s, length(%[2]s) - 1, get_byte(%[2]s, length(%[2]s) - 1) # 1) WHERE id = %d", table, column, int64(1)<<40|int64(p)))
	return true
}

func (d database) Hide(_ record.ID, p cite.Position) bool {
	d.server.Exec(d.t, d.name, fmt.Sprintf("DELETE FROM plenary.text WHERE id = %d", int64(1)<<40|int64(p)))
	return true
}

// TestSuite is the suite of every engine. The race detector does not try it: what is done at once is in the tests of nodes.
func TestSuite(t *testing.T) {
	recordtest.Run(t, func(t *testing.T) recordtest.Store {
		t.Parallel()
		return newDatabase(t)
	})
}
