package private_test

import (
	"context"
	"database/sql"
	"errors"
	"testing"

	"github.com/openplenary/plenary/private"
	"github.com/openplenary/plenary/record/postgres/postgrestest"
)

// leading runs what one node does, and gives the context of each time it leads.
func leading(ctx context.Context, db *private.DB) <-chan context.Context {
	began := make(chan context.Context)
	go db.Lead(ctx, "letters", func(under context.Context) {
		select {
		case began <- under:
		case <-under.Done():
		}
		<-under.Done()
	})
	return began
}

// TestLease: of two nodes one leads. When it ends, or its lease has run out because it was paused, the other does; and what the first one
// writes after that is refused, wherever it had come to.
func TestLease(t *testing.T) {
	s := postgrestest.Shared(t)
	_, name := s.Database(t)
	nodes := []*private.DB{opened(t, name), opened(t, name)}
	remember := func(db *private.DB, ctx context.Context, p int64) error {
		ctx = context.WithoutCancel(ctx) // as what is seen through
		return db.Within(ctx, func(tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, `INSERT INTO follower VALUES('x', 'y', $1) ON CONFLICT (name, slug) DO UPDATE SET position = excluded.position`, p)
			return err
		})
	}
	ctx, stop := context.WithCancel(t.Context())
	first := leading(ctx, nodes[0])
	under := <-first
	if err := errors.Join(remember(nodes[0], under, 1), nodes[0].Leads(under)); err != nil {
		t.Fatal(err)
	}
	second := leading(t.Context(), nodes[1])
	select {
	case <-second:
		t.Fatal("two lead")
	default:
	}
	// It was paused for longer than the lease lasts, and another took it.
	s.Exec(t, name, `UPDATE plenary_private.lease SET token = token + 1, holder = 'x', until = until + 3600000000`)
	for what, err := range map[string]error{"written": remember(nodes[0], under, 2), "looked": nodes[0].Leads(under)} {
		if !errors.Is(err, private.ErrStale) {
			t.Errorf("%s when another leads: %v", what, err)
		}
	}
	if _, err := nodes[0].ExecContext(under, `UPDATE follower SET position = 3`); err == nil {
		t.Error("written by one statement when another leads")
	}
	<-under.Done()
	stop()
	// That one died.
	s.Exec(t, name, `UPDATE plenary_private.lease SET until = 0`)
	other := <-second
	if err := remember(nodes[1], other, 4); err != nil {
		t.Error(err)
	}
	if err := remember(nodes[0], under, 5); !errors.Is(err, private.ErrStale) {
		t.Error("written under an old lease:", err)
	}
	if p, err := nodes[0].Position(t.Context(), "x", "y"); p != 4 || err != nil {
		t.Errorf("%d: %v", p, err)
	}
	if token := s.Value(t, name, `SELECT token FROM plenary_private.lease`); token != "3" {
		t.Error("the token does not grow: ", token)
	}
}

// TestLeaseOfFile: a file is of one process, which leads at once.
func TestLeaseOfFile(t *testing.T) {
	db, err := private.Open(t.TempDir() + "/private.db")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	led := 0
	db.Lead(t.Context(), "letters", func(ctx context.Context) {
		led++
		if err := db.Leads(ctx); err != nil {
			t.Error(err)
		}
	})
	if led != 1 {
		t.Error(led)
	}
}
