package mail

// These few lines stand in each of the rooms that share private.db (account, draft, attachment, mail),
// which know nothing of one another.

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/ncruces/go-sqlite3/driver"
)

// prepare brings the room's tables to the newest version, each step in one transaction. A database
// whose tables are newer than the program knows is refused.
func prepare(db *sql.DB, room string, steps [][]string) error {
	ctx := context.Background()
	if _, err := db.ExecContext(ctx, `CREATE TABLE IF NOT EXISTS schema(room TEXT PRIMARY KEY, version INTEGER NOT NULL)`); err != nil {
		return err
	}
	return within(ctx, db, func(tx *sql.Tx) error {
		version := 0
		err := tx.QueryRowContext(ctx, `SELECT version FROM schema WHERE room = $1`, room).Scan(&version)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if version > len(steps) {
			return fmt.Errorf("%w (%s has schema %d, this one knows %d)", ErrNewer, room, version, len(steps))
		}
		if version == len(steps) {
			return nil
		}
		for _, step := range steps[version:] {
			for _, statement := range step {
				if _, err := tx.ExecContext(ctx, statement); err != nil {
					return err
				}
			}
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO schema(room, version) VALUES($1, $2)
			ON CONFLICT (room) DO UPDATE SET version = excluded.version`, room, len(steps))
		return err
	})
}

// within runs f in one transaction that nobody else writes beside: SQLite takes its write lock at once,
// PostgreSQL makes it serializable. f must use only the transaction.
func within(ctx context.Context, db *sql.DB, f func(*sql.Tx) error) error {
	tx, err := db.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelSerializable})
	if err != nil {
		return err
	}
	if err := f(tx); err != nil {
		_ = tx.Rollback() // the first error is the one that says what happened
		return err
	}
	return tx.Commit()
}

// isSQLite says that the database is a file here, with a write-ahead log to look after.
func isSQLite(db *sql.DB) bool {
	_, ok := db.Driver().(*driver.SQLite)
	return ok
}

// scrub cuts off the write-ahead log, which still holds what was just deleted.
func scrub(ctx context.Context, db *sql.DB) error {
	if !isSQLite(db) {
		return nil
	}
	_, err := db.ExecContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`)
	return err
}

// micro is a time as it is stored: microseconds since 1970, 0 for no time.
func micro(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// instant reads what micro stores.
func instant(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.UnixMicro(n).UTC()
}
