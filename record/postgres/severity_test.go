package postgres

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgproto3"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/openplenary/plenary/record/postgres/postgrestest"
)

// errFehler is an error as a server whose messages are German says it.
var errFehler = &pgproto3.ErrorResponse{Severity: "FEHLER", SeverityUnlocalized: "ERROR", Code: "53100", Message: "kein Platz"}

// german is a session with a server that refuses a batch in German, gives the turn back, and is lost before it says that anything is durable.
func german(t *testing.T) *session {
	t.Helper()
	ours, theirs := net.Pipe()
	t.Cleanup(func() { _ = ours.Close() })
	go func() {
		defer theirs.Close()
		server := pgproto3.NewBackend(theirs, theirs)
		for marks := 0; marks < 3; {
			m, err := server.Receive()
			if err != nil {
				return
			}
			if _, is := m.(*pgproto3.Sync); !is {
				continue
			}
			switch marks++; marks {
			case 1:
				server.Send(errFehler)
			case 2:
				server.Send(&pgproto3.BindComplete{})
				server.Send(&pgproto3.NoData{})
				server.Send(&pgproto3.CommandComplete{CommandTag: []byte("SELECT 0")})
			case 3:
				return
			}
			server.Send(&pgproto3.ReadyForQuery{TxStatus: 'I'})
			if server.Flush() != nil {
				return
			}
		}
	}()
	config, err := pgconn.ParseConfig("postgres://x@localhost/x?sslmode=disable")
	if err != nil {
		t.Fatal(err)
	}
	conn, err := pgconn.Construct(&pgconn.HijackedConn{Conn: ours, TxStatus: 'I', Config: config})
	if err != nil {
		t.Fatal(err)
	}
	return &session{conn: conn, types: pgtype.NewMap()}
}

// TestSeverity: whatever language a server speaks, a batch that it refuses is refused, and what stood before that is not durable before it says so;
// a reading that a server broke off is done again.
func TestSeverity(t *testing.T) {
	moved, err, durable := german(t).appendLast(nil)
	if moved || !refused(err) {
		t.Errorf("moved %v: %v", moved, err)
	}
	if durable == nil {
		t.Error("the server was lost before it said that what stood there is durable")
	}
	config, err := parse(Options{URL: "postgres://x@localhost/x?sslmode=disable"})
	if err != nil || config.ConnConfig.OnPgError(nil, &pgconn.PgError{Severity: "SCHWERWIEGEND", SeverityUnlocalized: "FATAL"}) ||
		!config.ConnConfig.OnPgError(nil, &pgconn.PgError{Severity: "FEHLER", SeverityUnlocalized: "ERROR"}) {
		t.Errorf("a connection goes on after the server ended it, or does not after it refused something: %v", err)
	}
	url, _ := postgrestest.Shared(t).Database(t)
	e, times := openAll(t, url, 1)[0], 0
	err = e.reading(t.Context(), func(context.Context) error {
		if times++; times > 1 {
			return nil
		}
		return &pgconn.PgError{Severity: "SCHWERWIEGEND", SeverityUnlocalized: "FATAL", Code: "57P01"}
	})
	if err != nil || times != 2 {
		t.Errorf("read %d times: %v", times, err)
	}
}

// TestSeverityInCode: no code looks at a severity that is in the language of the server.
func TestSeverityInCode(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) < 5 {
		t.Fatal(files, err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		b, err := os.ReadFile(name)
		if regexp.MustCompile(`\.Severity\b`).Match(b) {
			err = errors.Join(err, errors.New("it looks at Severity"))
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
