package serve

import (
	"errors"
	"fmt"
	"log/slog"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/openplenary/plenary/refusal"
)

// TestAway: where the database that nodes share is away, whoever asks is told to try again; another fault of it stays a fault.
func TestAway(t *testing.T) {
	q := &Request{Server: &Server{Options: Options{Logger: slog.New(slog.DiscardHandler)}}}
	for code, away := range map[string]bool{"57P01": true, "08006": true, "53300": true, "42P01": false, "23505": false} {
		rs := q.refusals(fmt.Errorf("who is signed in: %w", &pgconn.PgError{Code: code}))
		if got := len(rs) == 1 && rs[0].Kind == refusal.TryAgain; got != away {
			t.Errorf("%s: %v", code, rs)
		}
	}
	if rs := q.refusals(errors.New("another")); rs != nil {
		t.Error(rs)
	}
}
