package private

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/openplenary/plenary/cite"
)

// Within runs f in one transaction that nobody else writes beside: SQLite takes its write lock at once, and in PostgreSQL a lock is
// taken that all who write take. f must use only the transaction.
func (db *DB) Within(ctx context.Context, f func(*sql.Tx) error) error {
	if db.readOnly && db.server != nil { // SQLite refuses by itself
		return errors.New("the private database was opened to be looked at")
	}
	tx, done, err := db.begin(ctx)
	if err != nil {
		return db.damage(err)
	}
	defer done()
	if err := f(tx); err != nil {
		_ = tx.Rollback() // the first error is the one that says what happened
		return db.damage(err)
	}
	return db.damage(tx.Commit())
}

// Scrub makes sure that what was deleted from the database is nowhere on the disk any more: it folds
// the write-ahead log into the database and cuts it off. Whoever deletes what a person asked to be
// forgotten calls it afterwards. It waits for readers at most ten seconds; if one holds on for longer, the
// next call does the work. A PostgreSQL server is told a moment later to clear away
// what was deleted; no statement finds it meanwhile.
func (db *DB) Scrub(ctx context.Context) error {
	if db.server != nil {
		select {
		case db.server.dirty <- struct{}{}:
		default: // it is about to be
		}
		return nil
	}
	_, err := db.ExecContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`)
	return db.damage(err)
}

// Position is how far a follower of a conversation's record came: the last entry whose effect is stored, 0
// for none.
func (db *DB) Position(ctx context.Context, follower, slug string) (cite.Position, error) {
	var p int64
	err := db.QueryRowContext(ctx, `SELECT position FROM follower WHERE name = $1 AND slug = $2`, follower, slug).Scan(&p)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return cite.Position(p), db.damage(err)
}

// Advance remembers a follower's position in the transaction that stores what came of the entries up to it.
// A position never goes back.
func Advance(ctx context.Context, tx *sql.Tx, follower, slug string, to cite.Position) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO follower(name, slug, position) VALUES($1, $2, $3)
		ON CONFLICT (name, slug) DO UPDATE SET position = excluded.position WHERE follower.position < excluded.position`, follower, slug, int64(to))
	return err
}

// Remember is Advance for a follower whose effect is not in the database, or is stored already.
func (db *DB) Remember(ctx context.Context, follower, slug string, to cite.Position) error {
	return db.Within(ctx, func(tx *sql.Tx) error { return Advance(ctx, tx, follower, slug, to) })
}

// Rewind sets every follower of a conversation's record back that came further than a position: the record was
// restored, and other entries come in the place of those that are lost.
func (db *DB) Rewind(ctx context.Context, slug string, to cite.Position) error {
	_, err := db.ExecContext(ctx, `UPDATE follower SET position = $1 WHERE slug = $2 AND position > $1`, int64(to), slug)
	return db.damage(err)
}

// Micro is a time as it is stored: microseconds since 1970, 0 for no time.
func Micro(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// Instant is the time of what Micro stored.
func Instant(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.UnixMicro(n).UTC()
}

// ForgetFollowers forgets how far every follower of a conversation came: its record is not there any more.
func (db *DB) ForgetFollowers(ctx context.Context, slug string) error {
	_, err := db.ExecContext(ctx, `DELETE FROM follower WHERE slug = $1`, slug)
	return err
}
