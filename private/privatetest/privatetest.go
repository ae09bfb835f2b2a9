// Package privatetest has the tests of the rooms that keep rows in the private database run on both that it may be: a file of SQLite
// and, once more, a PostgreSQL server that is started for them.
package privatetest

import (
	"flag"
	"fmt"
	"hash/fnv"
	"os"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/openplenary/plenary/private"
	"github.com/openplenary/plenary/record/postgres/postgrestest"
)

// shared is the server of the second run, nil in the first.
var shared *postgrestest.Server

// Main runs the tests of a room twice, in the second run without those that are about a file: what is in its bytes, and what SQLite does
// when it fails. Where there is no PostgreSQL it says so aloud and leaves the second run out, and fails where CI=true. go test -short leaves it out: how
// two nodes come between one another is tried in the room private, and what one process does at once in the first run.
func Main(m *testing.M, ofFile ...string) {
	code := m.Run()
	if code == 0 {
		code = again(m, "test.skip", ofFile)
	}
	os.Exit(code)
}

// Only is Main for a room most of whose tests are about something else than its rows: only some are run twice.
func Only(m *testing.M, ofRows ...string) {
	code := m.Run()
	if code == 0 {
		code = again(m, "test.run", ofRows)
	}
	os.Exit(code)
}

// again runs the tests with PostgreSQL; how and names say which of them.
func again(m *testing.M, how string, names []string) int {
	if testing.Short() { // m.Run has read the flags
		return 0
	}
	if postgrestest.Find() == "" {
		fmt.Fprintln(os.Stderr, "\n*** NO POSTGRESQL ON THIS MACHINE: WHAT IS KEPT THERE IS NOT TRIED *** (scripts/postgres.sh installs it)")
		if os.Getenv("CI") == "true" {
			return 1
		}
		return 0
	}
	s, err := postgrestest.Start("fsync=off", "full_page_writes=off", "synchronous_commit=off") // nobody stops it: it is gone with the tests
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer s.Remove()
	shared = s
	if chosen := flag.Lookup("test.run").Value.String(); len(names) > 0 && (how == "test.skip" || chosen == "") { // what somebody chose by hand is run
		if err := flag.Set(how, "^("+strings.Join(names, "|")+")$"); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	fmt.Fprintln(os.Stderr, "once more, with PostgreSQL")
	return m.Run()
}

// Open opens the private database at path: the file, or in the second run the tables that stand for it on the server. Opened again
// it is the same.
func Open(t testing.TB, path string) (*private.DB, error) {
	t.Helper()
	if shared == nil {
		return private.Open(path)
	}
	return OnPostgres(t, shared, path)
}

// OnPostgres opens the tables that stand for a path on a server.
func OnPostgres(t testing.TB, s *postgrestest.Server, path string) (*private.DB, error) {
	t.Helper()
	config, err := pgx.ParseConfig(s.Loopback("postgres"))
	if err != nil {
		return nil, err
	}
	config.Password = postgrestest.Password
	h := fnv.New64a()
	_, _ = h.Write([]byte(path))
	return private.OpenServer(t.Context(), private.Server{Config: config, Schema: fmt.Sprintf("test_%x", h.Sum64())})
}
