package private

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Carry copies all rows of one database into another, in the place of what is there, and compares every row before it is
// committed. Either all of it is there or nothing was changed.
func Carry(ctx context.Context, from, to *DB) error {
	if v, err := from.Version(ctx); err != nil || v != Schema() {
		return errors.Join(fmt.Errorf("the private database has schema %d, not %d: start this Plenary with it once", v, Schema()), err)
	}
	tables, err := from.tables(ctx)
	if err != nil {
		return err
	}
	how := sql.TxOptions{ReadOnly: true} // all as it stood at one moment
	if from.server != nil {
		how.Isolation = sql.LevelRepeatableRead
	}
	seen, err := from.BeginTx(ctx, &how)
	if err != nil {
		return from.damage(err)
	}
	defer func() { _ = seen.Rollback() }() // nothing was written
	return to.Within(ctx, func(tx *sql.Tx) error {
		for _, t := range slices.Backward(tables) { // a row goes before the one that it points to
			if _, err := tx.ExecContext(ctx, "DELETE FROM "+t); err != nil {
				return err
			}
		}
		for _, t := range tables {
			if err := to.carry(ctx, seen, tx, t); err != nil {
				return fmt.Errorf("table %s: %w", t, err)
			}
		}
		return nil
	})
}

// carry copies one table and compares it.
func (db *DB) carry(ctx context.Context, from, tx *sql.Tx, table string) error {
	sum, err := eachRow(ctx, from, table, func(columns []string, values []any) error {
		marks := make([]string, len(columns))
		for i := range columns {
			marks[i] = fmt.Sprint("$", i+1)
		}
		_, err := tx.ExecContext(ctx, "INSERT INTO "+table+"("+strings.Join(columns, ", ")+") VALUES("+strings.Join(marks, ", ")+")", values...)
		return err
	})
	if err != nil {
		return err
	}
	copied, err := eachRow(ctx, tx, table, func([]string, []any) error { return nil })
	if err != nil {
		return err
	}
	if sum != copied {
		return fmt.Errorf("%w: what was copied is not what was there", ErrDamaged)
	}
	if db.server == nil || table != "account_look" { // its numbers are drawn by the server: they go on behind those that came
		return nil
	}
	_, err = tx.ExecContext(ctx, `SELECT setval(pg_get_serial_sequence('account_look', 'id'), 1 + (SELECT coalesce(max(id), 0) FROM account_look), false)`)
	return err
}

// reader is whoever may be asked for rows: a database, or a transaction.
type reader interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// eachRow gives every row of a table to f, and returns one hash of them all, whatever order they came in.
func eachRow(ctx context.Context, db reader, table string, f func(columns []string, values []any) error) (sum [sha256.Size]byte, err error) {
	rows, err := db.QueryContext(ctx, "SELECT * FROM "+table)
	if err != nil {
		return sum, err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return sum, err
	}
	order := make([]int, len(columns)) // by name: a column that a step added stands elsewhere in a table that was made anew
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return strings.Compare(columns[a], columns[b]) })
	values, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	var all [][sha256.Size]byte
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return sum, err
		}
		if err := f(columns, values); err != nil {
			return sum, err
		}
		h := sha256.New()
		for _, i := range order {
			b := fmt.Append(nil, values[i])
			if raw, ok := values[i].([]byte); ok {
				b = raw
			}
			_, _ = h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(b))))
			_, _ = h.Write(b)
		}
		all = append(all, [sha256.Size]byte(h.Sum(nil)))
	}
	slices.SortFunc(all, func(a, b [sha256.Size]byte) int { return bytes.Compare(a[:], b[:]) })
	h := sha256.New()
	for _, one := range all {
		_, _ = h.Write(one[:])
	}
	return [sha256.Size]byte(h.Sum(nil)), rows.Err()
}

// tables lists the tables, each behind those that its rows point to, without those that say something of this database alone: the number of
// its schema, who has which lease; and without files, which stand in directories elsewhere.
func (db *DB) tables(ctx context.Context) ([]string, error) {
	query := `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT IN ('schema', 'lease', 'attachment_piece', 'site_file') ORDER BY rowid`
	if db.server != nil {
		query = `SELECT relname::text FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'
			AND relname NOT IN ('schema', 'lease', 'attachment_piece', 'site_file') ORDER BY oid`
	}
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		out = append(out, name)
	}
	return out, rows.Err()
}

// readAll reads every row of a server's tables: the server compares what it reads with its checksums, where it keeps them.
func (db *DB) readAll(ctx context.Context) error {
	if err := db.strange(ctx); err != nil {
		return advise(db.path, err)
	}
	tables, err := db.tables(ctx)
	for _, t := range tables {
		if err == nil {
			_, err = eachRow(ctx, db.DB, t, func([]string, []any) error { return nil })
		}
	}
	return db.damage(err)
}
