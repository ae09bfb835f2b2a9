package private

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

// Server is a PostgreSQL database in which the tables are, for several nodes that share them.
type Server struct {
	Config *pgx.ConnConfig // how it is reached
	Schema string          // "" for SchemaName; tests have one each
	Begun  bool            // the tables must be there: ErrMissing where they are not
	Look   bool            // it is opened to be looked at: nothing is made or changed, the schema neither
}

// SchemaName is what the tables stand under in a database that the records are in too.
const SchemaName = "plenary_private"

// server is what a DB knows of a database that is no file; nil for private.db.
type server struct {
	schema string
	gate   chan struct{} // holds one while a transaction of this process writes
	dirty  chan struct{} // holds one while something that was deleted is to be cleared away
	stop   context.CancelFunc
	work   sync.WaitGroup
}

// lockClass is the first word of the advisory locks of the private database; that of the record has another.
const lockClass = 0x506c6d73

// OpenServer opens the tables in a PostgreSQL database, or makes them, and brings them to the newest schema. Who may write takes
// turns: Within takes a lock first that one transaction of all nodes has at a time, as with private.db.
func OpenServer(ctx context.Context, o Server) (*DB, error) {
	if o.Schema == "" {
		o.Schema = SchemaName
	}
	config := o.Config.Copy()
	config.RuntimeParams["search_path"] = o.Schema
	config.RuntimeParams["lock_timeout"] = fmt.Sprint(busy.Milliseconds())
	config.RuntimeParams["application_name"] = "plenary private"
	config.RuntimeParams["idle_in_transaction_session_timeout"] = "2000" // a node that stopped holds nobody up
	pool := stdlib.OpenDB(*config)
	pool.SetMaxOpenConns(8)
	pool.SetMaxIdleConns(8)
	pool.SetConnMaxIdleTime(10 * time.Minute)
	db := &DB{DB: pool, readOnly: o.Look, path: "the private tables in PostgreSQL", server: &server{schema: o.Schema, gate: make(chan struct{}, 1), dirty: make(chan struct{}, 1)}}
	err := db.makeSchema(ctx, o.Begun || o.Look)
	if err == nil && !o.Look {
		if err = db.prepare(ctx); err == nil {
			err = db.strange(ctx)
		}
	}
	if err != nil {
		return nil, errors.Join(advise(db.path, err), pool.Close())
	}
	beside, stop := context.WithCancel(context.Background())
	db.server.stop = stop
	db.server.work.Go(func() { db.clearAway(beside) })
	return db, nil
}

// clearAway has the server clear away what was deleted, not more often than each ten seconds.
func (db *DB) clearAway(ctx context.Context) {
	for {
		select {
		case <-db.server.dirty:
		case <-ctx.Done():
			return
		}
		if err := db.vacuum(ctx); err != nil { // the server does it by itself, later
			select {
			case db.server.dirty <- struct{}{}:
			default:
			}
		}
		select {
		case <-time.After(10 * time.Second):
		case <-ctx.Done():
			return
		}
	}
}

// close ends what goes on beside.
func (s *server) close() {
	s.stop()
	s.work.Wait()
}

// Shared reports whether other nodes may use the database too: it is no file of this directory.
func (db *DB) Shared() bool { return db.server != nil }

// makeSchema makes what the tables stand under where it must not be there already.
func (db *DB) makeSchema(ctx context.Context, begun bool) error {
	var there bool
	if err := db.QueryRowContext(ctx, `SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = $1)`, db.server.schema).Scan(&there); err != nil || there {
		return err
	}
	if begun {
		return fmt.Errorf("%w: nobody would hold an office any more, drafts and the keys of attached files would be gone; put the database back from the last backup", ErrMissing)
	}
	return db.Within(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "CREATE SCHEMA IF NOT EXISTS "+pgx.Identifier{db.server.schema}.Sanitize())
		return err
	})
}

// begin begins a transaction beside which nobody writes. done is called when it is over.
func (db *DB) begin(ctx context.Context) (tx *sql.Tx, done func(), err error) {
	if db.server == nil {
		tx, err = db.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelSerializable})
		return tx, func() {}, err
	}
	// One at a time in this process, so that those who wait for the lock do not take all connections from those who read.
	select {
	case db.server.gate <- struct{}{}:
	case <-ctx.Done():
		return nil, nil, ctx.Err()
	}
	done = func() { <-db.server.gate }
	// Each statement sees what was committed before it: whoever has the lock sees all of it.
	tx, err = db.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelReadCommitted})
	if err == nil {
		if _, err = tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock($1::integer, hashtext($2))`, lockClass, db.server.schema); err != nil {
			_ = tx.Rollback()
		}
	}
	if err == nil {
		if err = fenced(ctx, tx); err != nil {
			_ = tx.Rollback()
		}
	}
	if err != nil {
		done()
		return nil, nil, err
	}
	return tx, done, nil
}

// ExecContext carries out one statement that writes. In a database that nodes share it waits for the turn as Within does, so that
// nothing is written between what a transaction read and what it writes.
func (db *DB) ExecContext(ctx context.Context, query string, args ...any) (r sql.Result, err error) {
	if db.server == nil {
		return db.DB.ExecContext(ctx, query, args...)
	}
	err = db.Within(ctx, func(tx *sql.Tx) error {
		r, err = tx.ExecContext(ctx, query, args...)
		return err
	})
	return r, err
}

// dialect makes of a statement of the schema what the database takes: what is said of SQLite alone is left out, numbers are drawn by the
// server, and texts are sorted byte by byte as in SQLite.
func (db *DB) dialect(statement string) string {
	if db.server == nil {
		return statement
	}
	return strings.NewReplacer("WITHOUT ROWID", "", "id INTEGER PRIMARY KEY", "id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY",
		" TEXT", ` TEXT COLLATE "C"`).Replace(statement)
}

// serverObjects lists everything under the schema, each with what it is: columns, constraints, indexes, and whatever does not belong there.
func serverObjects(ctx context.Context, tx *sql.Tx, schema string) (map[string]string, error) {
	rows, err := tx.QueryContext(ctx, `WITH here AS (SELECT oid, relname, relkind, relrowsecurity FROM pg_class WHERE relnamespace = $1::regnamespace)
		SELECT 'column ' || relname || '.' || attname, concat_ws(' ', format_type(atttypid, atttypmod), attnotnull, pg_get_expr(adbin, adrelid), attidentity, collname)
			FROM pg_attribute JOIN here ON attrelid = here.oid LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum LEFT JOIN pg_collation ON pg_collation.oid = attcollation
			WHERE relkind = 'r' AND attnum > 0 AND NOT attisdropped
		UNION ALL SELECT 'constraint ' || relname || '.' || conname, pg_get_constraintdef(pg_constraint.oid) FROM pg_constraint JOIN here ON conrelid = here.oid
		UNION ALL SELECT 'index ' || relname, pg_get_indexdef(oid) FROM here WHERE relkind = 'i'
		UNION ALL SELECT 'trigger ' || tgname, '' FROM pg_trigger JOIN here ON tgrelid = here.oid WHERE NOT tgisinternal
		UNION ALL SELECT 'rule ' || rulename, '' FROM pg_rewrite JOIN here ON ev_class = here.oid
		UNION ALL SELECT 'thing ' || relname, concat_ws(' ', relkind, relrowsecurity) FROM here WHERE relkind NOT IN ('r', 'i', 'S') OR relrowsecurity`, pgx.Identifier{schema}.Sanitize())
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[string]string{}
	for rows.Next() {
		var name, what string
		if err := rows.Scan(&name, &what); err != nil {
			return nil, err
		}
		out[name] = strings.ReplaceAll(what, schema+".", "")
	}
	return out, rows.Err()
}

// compared is what should be in the database and what is. What should be is made beside it, in a transaction that is given up.
func (db *DB) compared(ctx context.Context) (want, got map[string]string, err error) {
	tx, done, err := db.begin(ctx)
	if err != nil {
		return nil, nil, err
	}
	defer done()
	defer func() { _ = tx.Rollback() }()
	if got, err = serverObjects(ctx, tx, db.server.schema); err != nil {
		return nil, nil, err
	}
	fresh := db.server.schema + "_compared"
	made := append([]string{"CREATE SCHEMA " + pgx.Identifier{fresh}.Sanitize(), "SET LOCAL search_path TO " + pgx.Identifier{fresh}.Sanitize()}, statements()...)
	for _, s := range made {
		if _, err := tx.ExecContext(ctx, db.dialect(s)); err != nil {
			return nil, nil, err
		}
	}
	want, err = serverObjects(ctx, tx, fresh)
	return want, got, err
}

// vacuum has the server clear away what was deleted. Its bytes are then in no row that a statement finds; see docs/record.md for
// where they stay.
func (db *DB) vacuum(ctx context.Context) error {
	var tables []string
	rows, err := db.QueryContext(ctx, `SELECT relname FROM pg_stat_user_tables WHERE schemaname = $1 AND n_dead_tup > 0`, db.server.schema)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return err
		}
		tables = append(tables, pgx.Identifier{db.server.schema, name}.Sanitize())
	}
	if err := rows.Err(); err != nil || len(tables) == 0 {
		return err
	}
	_, err = db.DB.ExecContext(ctx, "VACUUM (SKIP_LOCKED) "+strings.Join(tables, ", "))
	return err
}

// Exclusively waits until no other node is in what is called name, and returns what lets the next one in. A node that stops meanwhile lets it
// in after two seconds. With a private.db nobody else is there.
func (db *DB) Exclusively(ctx context.Context, name string) (release func(), err error) {
	if db.server == nil {
		return func() {}, nil
	}
	tx, err := db.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelReadCommitted})
	if err != nil {
		return nil, err
	}
	if _, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock($1::integer, hashtext($2))`, lockClass+1, db.server.schema+" "+name); err != nil {
		return nil, errors.Join(err, tx.Rollback())
	}
	return func() { _ = tx.Rollback() }, nil
}

// Away reports whether an error says no more than that the database cannot be reached, or has no time or room now.
func Away(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		for _, class := range []string{"08", "53", "57", "28", "40", "55", "25"} {
			if strings.HasPrefix(pg.Code, class) {
				return true
			}
		}
		return false
	}
	var connecting *pgconn.ConnectError
	return errors.As(err, &connecting) || pgconn.SafeToRetry(err) || pgconn.Timeout(err)
}

// Lacks reports whether a statement failed because a table is not there: the database is older than this program, and is only looked at.
func Lacks(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == "42P01" || err != nil && strings.Contains(err.Error(), "no such table")
}

// broken reports whether a server found its own bytes not to be what was written: data_corrupted, index_corrupted.
func broken(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == "XX001" || pg.Code == "XX002")
}
