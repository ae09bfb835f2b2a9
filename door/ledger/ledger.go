// Package ledger is where nodes that share a database tell one another what they let in of what is limited.
package ledger

import (
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"database/sql"
	"slices"
	"strings"
	"time"

	"github.com/openplenary/plenary/door"
	"github.com/openplenary/plenary/private"
)

// Ledger is a door.Ledger over the private database, where that is shared.
type Ledger struct {
	DB    *private.DB
	swept time.Time // when what nobody looks at any more was last deleted
}

// Join has a limiter count together with those of all nodes that have the database and the secret of the instance.
func Join(l *door.Limiter, db *private.DB, secret []byte) error {
	key, err := hkdf.Key(sha256.New, secret, nil, "plenary limits", sha256.Size)
	l.Share(&Ledger{DB: db}, key)
	return err
}

// now is the time of the database in microseconds: nodes need not agree on one.
const now = `(extract(epoch from clock_timestamp()) * 1000000)::bigint`

// A node is there that was heard of so lately; and what was written by a transaction that began so long before another read is read once more.
const (
	nodeHeard = 10 * time.Second
	spentLate = 5 * time.Second

	sweepEvery = time.Minute
)

// Exchange is door.Ledger's. Nobody reads what they then write: sums are added up by the database, so it does not wait for the turn of those who write. What
// a server lost of it when it stopped is let in once more: it need not wait for the disk.
func (g *Ledger) Exchange(ctx context.Context, node string, more []door.Spent, since time.Time) (st door.Standing, err error) {
	tx, err := g.DB.BeginTx(ctx, nil)
	if err != nil {
		return st, err
	}
	defer func() { _ = tx.Rollback() }() // nothing after the commit
	more = append(more, door.Spent{Source: node})
	slices.SortFunc(more, func(a, b door.Spent) int { // all lock rows in one order
		if c := strings.Compare(a.Limit+"\x00"+a.Source, b.Limit+"\x00"+b.Source); c != 0 {
			return c
		}
		return a.Began.Compare(b.Began)
	})
	var names []string
	var sources [][]byte
	var began, until, amounts []int64
	for _, m := range more {
		names, sources = append(names, m.Limit), append(sources, []byte(m.Source))
		began, until, amounts = append(began, private.Micro(m.Began)), append(until, private.Micro(m.Until)), append(amounts, m.Amount)
	}
	if _, err := tx.ExecContext(ctx, `SET LOCAL synchronous_commit = off`); err != nil {
		return st, err
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO spent(name, source, began, until, amount, changed)
		SELECT u.*, `+now+` FROM unnest($1::text[], $2::bytea[], $3::bigint[], $4::bigint[], $5::bigint[]) u
		ON CONFLICT (name, source, began) DO UPDATE SET amount = spent.amount + excluded.amount, changed = excluded.changed`, names, sources, began, until, amounts); err != nil {
		return st, err
	}
	if err := g.sweep(ctx, tx); err != nil {
		return st, err
	}
	rows, err := tx.QueryContext(ctx, `SELECT name, source, began, amount, `+now+` FROM spent WHERE name = '' OR changed >= $1`, max(0, private.Micro(since)-spentLate.Microseconds()))
	if err != nil {
		return st, err
	}
	defer rows.Close()
	for rows.Next() {
		var t door.Spent
		var source []byte
		var began, at int64
		if err := rows.Scan(&t.Limit, &source, &began, &t.Amount, &at); err != nil {
			return st, err
		}
		st.Now = private.Instant(at)
		if t.Limit == "" {
			st.Nodes++
			continue
		}
		t.Source, t.Began = string(source), private.Instant(began)
		st.Totals = append(st.Totals, t)
	}
	if err := rows.Err(); err != nil {
		return st, err
	}
	return st, tx.Commit()
}

// sweep deletes nodes that were not heard of, and, once in a while, what nobody looks at any more.
func (g *Ledger) sweep(ctx context.Context, tx *sql.Tx) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM spent WHERE name = '' AND changed < `+now+` - $1::bigint`, nodeHeard.Microseconds()); err != nil {
		return err
	}
	if time.Since(g.swept) < sweepEvery {
		return nil
	}
	g.swept = time.Now()
	_, err := tx.ExecContext(ctx, `DELETE FROM spent WHERE name <> '' AND until < `+now)
	return err
}
