package postgres

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/openplenary/plenary/record"
)

// schemaVersion is the number of the newest schema step. Nodes are updated one after the other, so a program goes on beside one step that it does not know:
// a step adds tables, indexes, or columns with a default, and counts as two where it does more.
const (
	schemaVersion = 1
	schemaBeside  = schemaVersion + 1
)

// application is the mark of a database of the record.
const application = "plenary record"

// retired is the mark of one whose records were taken elsewhere.
const retired = "plenary record, taken elsewhere"

// oldest is the oldest server that keeps what is promised here: before 14 an idle session was never ended.
const oldest = 140000

// schema makes what an empty database needs. An entry's envelope and data are never deleted and lie in one row; its text
// is another, which can be. leaf is the hash of the envelope in the tree.
const schema = `
CREATE SCHEMA plenary;
CREATE TABLE plenary.instance(application text NOT NULL, version integer NOT NULL, id bytea NOT NULL);
CREATE TABLE plenary.record(number integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id text NOT NULL UNIQUE, origin text NOT NULL,
	position bigint NOT NULL DEFAULT 0, fence bigint NOT NULL DEFAULT 0) WITH (fillfactor = 20);
CREATE TABLE plenary.entry(id bigint PRIMARY KEY, envelope bytea NOT NULL, leaf bytea NOT NULL, data bytea NOT NULL);
CREATE TABLE plenary.text(id bigint PRIMARY KEY, salted bytea NOT NULL);
CREATE TABLE plenary.tile(id bigint PRIMARY KEY, hashes bytea NOT NULL);
CREATE TABLE plenary.token(key bytea PRIMARY KEY, outcome bytea NOT NULL);
CREATE TABLE plenary.checkpoint(id bigint PRIMARY KEY, note bytea NOT NULL);
`

// columns is what the schema consists of.
var columns = []string{
	"checkpoint.id bigint", "checkpoint.note bytea", "entry.data bytea", "entry.envelope bytea", "entry.id bigint", "entry.leaf bytea",
	"instance.application text", "instance.id bytea", "instance.version integer", "record.fence bigint", "record.id text", "record.number integer",
	"record.origin text", "record.position bigint", "text.id bigint", "text.salted bytea", "tile.hashes bytea", "tile.id bigint", "token.key bytea", "token.outcome bytea",
}

// Guarantee is what a server's settings promise of what was acknowledged.
type Guarantee struct {
	Server  string // the version of the server
	Loses   string // the setting by which it may lose what it acknowledged; "" for none
	Standby bool   // a commit waits until another server has it on its disk
	Sums    bool   // the server keeps checksums of its pages
}

// String says it in words.
func (g Guarantee) String() string {
	var s strings.Builder
	switch {
	case g.Loses != "":
		fmt.Fprintf(&s, "%s: what was acknowledged may be lost when the server's machine stops", g.Loses)
	case g.Standby:
		s.WriteString("what was acknowledged is kept when one machine dies: a synchronous standby has it")
	default:
		s.WriteString("what was acknowledged is kept when the server stops, and lost with its disk: there is no synchronous standby")
	}
	if !g.Sums {
		s.WriteString("; the server keeps no checksums of its pages")
	}
	return s.String()
}

// parse reads the address, and says what every connection keeps to.
func parse(o Options) (*pgxpool.Config, error) {
	config, err := pgxpool.ParseConfig(o.URL)
	if err != nil {
		return nil, fmt.Errorf("record: the address of the database: %w", hidden(err))
	}
	c := config.ConnConfig
	if o.Password != "" {
		c.Password = o.Password
	}
	if plain(&c.Config) && !strings.Contains(o.URL, "sslmode=") {
		return nil, fmt.Errorf("record: the database at %s is on another machine: say sslmode=verify-full in its address, or sslmode=disable where the way there is safe by itself", c.Host)
	}
	if c.ConnectTimeout == 0 {
		c.ConnectTimeout = 3 * time.Second
	}
	dialer := &net.Dialer{KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: 5 * time.Second, Interval: 2 * time.Second, Count: 3}}
	c.DialFunc = dialer.DialContext
	c.OnPgError = func(_ *pgconn.PgConn, err *pgconn.PgError) bool { return err.SeverityUnlocalized != "FATAL" } // by itself it reads the language of the server
	for name, value := range map[string]string{
		"application_name": "plenary", "lock_timeout": "1s", "idle_in_transaction_session_timeout": "2s", "TimeZone": "UTC",
		"tcp_keepalives_idle": "5", "tcp_keepalives_interval": "2", "tcp_keepalives_count": "3",
	} {
		c.RuntimeParams[name] = value
	}
	return config, nil
}

// plain reports whether a connection may go to another machine without TLS.
func plain(c *pgconn.Config) bool {
	elsewhere := func(host string) bool {
		ip := net.ParseIP(host)
		return !strings.HasPrefix(host, "/") && host != "localhost" && (ip == nil || !ip.IsLoopback())
	}
	if c.TLSConfig == nil && elsewhere(c.Host) {
		return true
	}
	return slices.ContainsFunc(c.Fallbacks, func(f *pgconn.FallbackConfig) bool { return f.TLSConfig == nil && elsewhere(f.Host) })
}

// hidden is an error of parsing an address, without the address: a password may stand in it.
func hidden(err error) error {
	var parsing *pgconn.ParseConfigError
	if errors.As(err, &parsing) {
		parsing.ConnString = "(not shown)"
		return parsing
	}
	return err
}

// prepare looks whether a database may be used, makes what an empty one needs, and returns its mark.
func prepare(ctx context.Context, config *pgxpool.Config, mayLose bool) (mark []byte, g Guarantee, err error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	c, err := pgx.ConnectConfig(ctx, config.ConnConfig)
	if err != nil {
		return nil, g, away(err)
	}
	defer func() { err = errors.Join(err, c.Close(ctx)) }()
	if g, err = settings(ctx, c); err != nil {
		return nil, g, err
	}
	if g.Loses != "" && !mayLose {
		return nil, g, fmt.Errorf("record: the server is set to %s: it may lose what it has acknowledged. Set it to on, or say that this may be", g.Loses)
	}
	tx, err := c.Begin(ctx)
	if err != nil {
		return nil, g, away(err)
	}
	defer func() { _ = tx.Rollback(ctx) }() // nothing after the commit
	// Of several nodes that begin at once, one makes the tables.
	if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock($1, 0)", lockClass); err != nil {
		return nil, g, away(err)
	}
	if mark, err = marked(ctx, tx); err != nil || mark != nil {
		return mark, g, err
	}
	mark = make([]byte, 16)
	if _, err := rand.Read(mark); err != nil {
		return nil, g, err
	}
	if _, err := tx.Exec(ctx, schema+fmt.Sprintf("INSERT INTO plenary.instance VALUES('%s', %d, '\\x%x')", application, schemaVersion, mark)); err != nil {
		return nil, g, away(err)
	}
	return mark, g, away(tx.Commit(ctx))
}

// settings reads what the server is, and what it promises.
func settings(ctx context.Context, c *pgx.Conn) (g Guarantee, err error) {
	var version, standbys, commit, fsync, pages, sums string
	var recovery bool
	err = c.QueryRow(ctx, `SELECT pg_is_in_recovery(), current_setting('server_version_num'), current_setting('server_version'), current_setting('synchronous_standby_names'),
		current_setting('synchronous_commit'), current_setting('fsync'), current_setting('full_page_writes'), current_setting('data_checksums')`).
		Scan(&recovery, &version, &g.Server, &standbys, &commit, &fsync, &pages, &sums)
	if err != nil {
		return g, away(err)
	}
	if n, _ := strconv.Atoi(version); n < oldest {
		return g, fmt.Errorf("record: the server is PostgreSQL %s; it must be 14 or later", g.Server)
	}
	if recovery {
		return g, fmt.Errorf("%w: the server at this address is a standby, which cannot be written to: name the primary, or several hosts and target_session_attrs=read-write", record.ErrAway)
	}
	switch {
	case fsync == "off":
		g.Loses = "fsync=off"
	case pages == "off":
		g.Loses = "full_page_writes=off"
	case commit == "off":
		g.Loses = "synchronous_commit=off"
	}
	g.Standby = standbys != "" && (commit == "on" || commit == "remote_apply")
	g.Sums = sums == "on"
	return g, nil
}

// marked reads the mark of a database, nil where it is empty. It refuses one of something else, and one of a newer
// program.
func marked(ctx context.Context, tx pgx.Tx) ([]byte, error) {
	var ours, any bool
	if err := tx.QueryRow(ctx, `SELECT to_regclass('plenary.instance') IS NOT NULL,
		EXISTS (SELECT FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'm') AND relnamespace NOT IN (SELECT oid FROM pg_namespace WHERE nspname LIKE 'pg\_%' OR nspname = 'information_schema'))`).
		Scan(&ours, &any); err != nil {
		return nil, away(err)
	}
	switch {
	case !ours && any:
		return nil, errors.New("record: the database holds tables of something else: give Plenary a database of its own")
	case !ours:
		return nil, nil
	}
	var name string
	var version int
	var mark []byte
	if err := tx.QueryRow(ctx, "SELECT application, version, id FROM plenary.instance").Scan(&name, &version, &mark); err != nil {
		return nil, away(err)
	}
	switch {
	case name == retired:
		return nil, errors.New("record: the records of this database were taken elsewhere: what it holds is kept as it was, and not written on")
	case name != application || len(mark) != 16:
		return nil, fmt.Errorf("record: the database says that it is one of something else (%q)", name)
	case version > schemaBeside:
		return nil, fmt.Errorf("record: the database was written by a newer Plenary (schema %d; this one knows %d): update it", version, schemaVersion)
	}
	return mark, nil
}

// ours refuses a connection to another database than the one that was opened, and to a standby: behind an address that
// several servers share, another may answer than before.
func (e *Engine) ours(ctx context.Context, c *pgconn.PgConn) error {
	r, err := c.Exec(ctx, "SELECT pg_is_in_recovery(), encode(id, 'hex') FROM plenary.instance").ReadAll()
	switch {
	case err != nil:
		return err
	case len(r) != 1 || len(r[0].Rows) != 1 || string(r[0].Rows[0][1]) != e.Mark():
		return fmt.Errorf("%w: the server has another database under this name than before", record.ErrAway)
	case string(r[0].Rows[0][0]) == "t":
		return fmt.Errorf("%w: the server is a standby", record.ErrAway)
	}
	return e.inPlace(ctx, c)
}

// strange looks whether the schema holds what it should and nothing else: a trigger, a rule, a view or a table that was
// put there could change or hide what is written without any bit being wrong.
func (e *Engine) strange(ctx context.Context) error {
	var found []string
	var added, version int
	err := e.reading(ctx, func(ctx context.Context) error {
		rows, err := e.read.Query(ctx, `SELECT relname || '.' || attname || ' ' || format_type(atttypid, atttypmod) FROM pg_attribute JOIN pg_class ON attrelid = pg_class.oid
			WHERE relnamespace = 'plenary'::regnamespace AND relkind NOT IN ('i', 'S') AND attnum > 0 AND NOT attisdropped`)
		if err != nil {
			return err
		}
		if found, err = pgx.CollectRows(rows, pgx.RowTo[string]); err != nil {
			return err
		}
		if err := e.read.QueryRow(ctx, "SELECT version FROM plenary.instance").Scan(&version); err != nil {
			return err
		}
		return e.read.QueryRow(ctx, `SELECT (SELECT count(*) FROM pg_trigger JOIN pg_class ON tgrelid = pg_class.oid WHERE relnamespace = 'plenary'::regnamespace)
			+ (SELECT count(*) FROM pg_rewrite JOIN pg_class ON ev_class = pg_class.oid WHERE relnamespace = 'plenary'::regnamespace)
			+ (SELECT count(*) FROM pg_class WHERE relnamespace = 'plenary'::regnamespace AND (relrowsecurity OR relkind NOT IN ('r', 'i', 'S')))
			+ (SELECT count(*) FROM pg_inherits JOIN pg_class ON inhrelid = pg_class.oid OR inhparent = pg_class.oid WHERE relnamespace = 'plenary'::regnamespace AND relkind = 'r')`).Scan(&added)
	})
	if err != nil {
		return err
	}
	//mutants:guard what a newer step adds is let stand, and nothing is let go
	if version > schemaVersion {
		found = slices.DeleteFunc(found, func(c string) bool { return !slices.Contains(columns, c) })
	}
	slices.Sort(found)
	if !slices.Equal(found, columns) {
		return fmt.Errorf("%w: the tables of the record are not what they should be: %s", record.ErrDamaged, strings.Join(found, ", "))
	}
	if added > 0 {
		return fmt.Errorf("%w: in the tables of the record there is a trigger, a rule, a view or an heir that does not belong there", record.ErrDamaged)
	}
	return nil
}
