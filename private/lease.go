package private

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// ErrStale says that what was about to be written was begun under a lease that another node has taken since. Nothing was written.
var ErrStale = errors.New("another node does this now")

// Of a lease: how long one holds it without renewing it, and how often it is renewed and looked at. What is done under it ends
// before others may take it.
const (
	leaseLife  = 6 * time.Second
	leaseRenew = 2 * time.Second
)

// lease is what a context carries of the lease under which something is done.
type lease struct {
	name  string
	token int64
}

type leaseKey struct{}

// serverNow is the time of the database in microseconds: nodes need not agree on one.
const serverNow = `(extract(epoch from clock_timestamp()) * 1000000)::bigint`

// Lead runs f whenever this node is the one that does what is called name, until the context ends. Of all nodes that share the
// database one does it; where it stops or is paused, another takes it a few seconds later, and the token of the lease grows. The
// context of f ends when the lease is lost, and nothing is written under it any more: whatever a transaction does with that context is refused
// with ErrStale. A private.db is of one process, which leads.
func (db *DB) Lead(ctx context.Context, name string, f func(context.Context)) {
	if db.server == nil {
		f(ctx)
		return
	}
	holder := rand.Text()
	for ctx.Err() == nil {
		if token, err := db.takeLease(ctx, name, holder); err == nil && token > 0 {
			db.lead(ctx, lease{name, token}, f)
		}
		select {
		case <-time.After(leaseRenew):
		case <-ctx.Done():
		}
	}
}

// takeLease takes a lease that nobody holds: 0 where somebody does.
func (db *DB) takeLease(ctx context.Context, name, holder string) (token int64, err error) {
	ctx, cancel := context.WithTimeout(ctx, leaseLife)
	defer cancel()
	err = db.Within(ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, `INSERT INTO lease(name, token, holder, until) VALUES($1, 1, $2, `+serverNow+` + $3::bigint)
			ON CONFLICT (name) DO UPDATE SET token = lease.token + 1, holder = excluded.holder, until = excluded.until WHERE lease.until < `+serverNow+` RETURNING token`,
			name, holder, leaseLife.Microseconds()).Scan(&token)
	})
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return token, err
}

// lead does something as long as the lease is held, and gives it back.
func (db *DB) lead(ctx context.Context, l lease, f func(context.Context)) {
	under, end := context.WithCancel(context.WithValue(ctx, leaseKey{}, l))
	defer end()
	done := make(chan struct{})
	go func() { defer close(done); f(under) }()
	for held := time.Now(); ; {
		select {
		case <-done:
			db.giveBack(ctx, l)
			return
		case <-time.After(leaseRenew / 2):
		}
		began := time.Now()
		still, err := db.renew(ctx, l)
		if err == nil && still {
			held = began
		}
		if err == nil && !still || time.Since(held) > leaseLife-leaseRenew || ctx.Err() != nil {
			end()
			<-done
			db.giveBack(ctx, l)
			return
		}
	}
}

// renew holds a lease for longer; still is false where another has it.
func (db *DB) renew(ctx context.Context, l lease) (still bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, leaseRenew)
	defer cancel()
	r, err := db.ExecContext(ctx, `UPDATE lease SET until = `+serverNow+` + $1::bigint WHERE name = $2 AND token = $3`, leaseLife.Microseconds(), l.name, l.token)
	if err != nil {
		return false, err
	}
	n, err := r.RowsAffected()
	return n == 1, err
}

// giveBack has another node take it at once. Where it fails, the lease runs out.
func (db *DB) giveBack(ctx context.Context, l lease) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), leaseRenew)
	defer cancel()
	_, _ = db.ExecContext(ctx, `UPDATE lease SET until = 0 WHERE name = $1 AND token = $2`, l.name, l.token)
}

// asker is whoever may be asked for a row: a database, or a transaction.
type asker interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// fenced is ErrStale where the lease of a context is another node's by now.
func fenced(ctx context.Context, tx asker) error {
	l, ok := ctx.Value(leaseKey{}).(lease)
	if !ok {
		return nil
	}
	var token int64
	err := tx.QueryRowContext(ctx, `SELECT token FROM lease WHERE name = $1 AND until >= `+serverNow, l.name).Scan(&token)
	if errors.Is(err, sql.ErrNoRows) || err == nil && token != l.token {
		return fmt.Errorf("%s: %w", l.name, ErrStale)
	}
	return err
}

// Leads is ErrStale where what is done with the context was begun under a lease that is not this node's any more. Transactions look by
// themselves; it is for what is done outside of the database, such as handing a letter over.
func (db *DB) Leads(ctx context.Context) error { return fenced(ctx, db.DB) }
