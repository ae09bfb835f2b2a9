package postgres

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/openplenary/plenary/record"
)

// place is which server a connection leads to. A standby that takes over begins the next timeline of its cluster; the server that it took the place of
// stays on its own, and may go on answering, and take writes, until somebody ends it.
type place struct {
	cluster  string
	timeline uint64
}

// placeOf asks a server that is no standby for its place: the zero place where it does not know, or the role may not ask.
func placeOf(ctx context.Context, c *pgconn.PgConn) (p place, err error) {
	r, err := c.Exec(ctx, "SELECT system_identifier, left(pg_walfile_name(pg_current_wal_lsn()), 8) FROM pg_control_system()").ReadAll()
	if refused(err) && !errors.Is(away(err), record.ErrAway) {
		return place{}, nil
	}
	if err != nil || len(r) != 1 || len(r[0].Rows) != 1 {
		return place{}, err
	}
	timeline, err := strconv.ParseUint(string(r[0].Rows[0][1]), 16, 32)
	if err != nil { // of a server that names its files otherwise
		return place{}, nil
	}
	return place{string(r[0].Rows[0][0]), timeline}, nil
}

// inPlace refuses a connection to a server that another is known to have taken the place of. Where it leads to one that has taken the place of the
// one before, nothing that was connected earlier is trusted any more, before anything is heard of the new one.
func (e *Engine) inPlace(ctx context.Context, c *pgconn.PgConn) error {
	at, err := placeOf(ctx, c)
	if err != nil || at == (place{}) {
		return err
	}
	e.placing.Lock()
	defer e.placing.Unlock()
	was := e.place
	switch {
	case at == was:
		return nil
	case e.left[at.cluster] || at.cluster == was.cluster && at.timeline < was.timeline:
		if !e.warned {
			e.warned = true
			e.o.Logger.Warn("a database server answers that another has taken the place of: it is not used", "timeline", at.timeline, "now", was.timeline)
		}
		return fmt.Errorf("%w: another server has taken the place of this one (its timeline is %d, that of the other %d)", record.ErrAway, at.timeline, was.timeline)
	}
	e.place, e.warned = at, false
	if was == (place{}) {
		return nil
	}
	if was.cluster != at.cluster {
		e.left[was.cluster] = true
	}
	e.o.Logger.Warn("another database server has taken the place of the one before", "timeline", at.timeline, "before", was.timeline)
	e.sessions.found(patience)
	e.read.Reset()
	e.replaced.Store(true)
	if c := e.listener.Load(); c != nil {
		_ = c.Conn().Close()
	}
	return nil
}

// checked has each server that is connected to checked, besides what the address asks for: where it is refused, the next of the address is tried. A server
// that is busy takes longer to answer than to take a connection, and one that says nothing at all is given up.
func checked(ctx context.Context, asked pgconn.ValidateConnectFunc, check func(context.Context, *pgconn.PgConn) error) pgconn.ValidateConnectFunc {
	return func(short context.Context, conn *pgconn.PgConn) error {
		var preferred error // says that another would be, and this one will do if there is none
		if asked != nil {
			if err := asked(short, conn); errors.As(err, new(*pgconn.NotPreferredError)) {
				preferred = err
			} else if err != nil {
				return err
			}
		}
		ctx, cancel := context.WithTimeout(ctx, silence)
		defer cancel()
		if err := check(ctx, conn); err != nil {
			return err
		}
		return preferred
	}
}

// begunAt is where a connection that reads holds how often the server had been found when it was begun.
const begunAt = "plenary since"

// begun notes that with each connection of a configuration, and has it checked.
func (e *Engine) begun(ctx context.Context, c *pgx.ConnConfig) error {
	gone := e.sessions.away()
	c.ValidateConnect = checked(ctx, c.ValidateConnect, e.ours)
	c.AfterConnect = func(_ context.Context, conn *pgconn.PgConn) error {
		conn.CustomData()[begunAt] = gone
		return nil
	}
	return nil
}

// current reports whether a connection that reads was begun after the server was found.
func (e *Engine) current(_ context.Context, c *pgx.Conn) (bool, error) {
	return c.PgConn().CustomData()[begunAt] == e.sessions.away(), nil
}
