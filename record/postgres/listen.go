package postgres

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/openplenary/plenary/cite"
)

// newNode draws a name for this engine.
func newNode() string { return rand.Text() }

// listen opens the connection on which the server tells what other nodes do. found says that the server that is there was found already, when it took over.
func (e *Engine) listen(ctx context.Context, found bool) (*pgconn.PgConn, error) {
	c := e.sessions.config.Copy()
	c.ValidateConnect = checked(ctx, c.ValidateConnect, e.ours)
	c.OnNotification = func(_ *pgconn.PgConn, n *pgconn.Notification) { e.told(n.Payload) }
	gone := e.sessions.away()
	conn, err := pgconn.ConnectConfig(ctx, c)
	if err != nil {
		return nil, err
	}
	e.replaced.Store(false) // by itself, perhaps
	e.listener.Store(conn)
	switch {
	case e.sessions.away() != gone: // another took over meanwhile: this may lead to the one before
		err = errOld
	case !found: // before anything of it is heard: it would be held against what an old connection says
		e.sessions.found(patience)
		e.read.Reset()
	}
	if err == nil {
		_, err = conn.Exec(ctx, "LISTEN plenary").ReadAll()
	}
	if err == nil && (e.o.Alone || e.o.Node) {
		err = alone(ctx, conn, e.o.Node)
	}
	if err != nil {
		_ = conn.Conn().Close()
		return nil, err
	}
	return conn, nil
}

// ErrServed says that another process has opened the database alone.
var ErrServed = errors.New("record: another Plenary process is using this database")

// alone takes the lock of whoever is the only one, or with other nodes its share of it, for as long as the connection lasts.
func alone(ctx context.Context, conn *pgconn.PgConn, node bool) error {
	lock := "pg_try_advisory_lock"
	if node {
		lock += "_shared"
	}
	r, err := conn.Exec(ctx, fmt.Sprintf("SELECT %s(%d, -1)", lock, lockClass)).ReadAll()
	if err == nil && (len(r) != 1 || string(r[0].Rows[0][0]) != "t") {
		err = ErrServed
	}
	return err
}

// told takes in a notice: that a head has moved, or that a node waits for the turn.
func (e *Engine) told(notice string) {
	var word, rest string
	var number int64
	if _, err := fmt.Sscan(notice, &word, &number, &rest); err != nil {
		return // of something else
	}
	k := e.numbered(number)
	switch {
	case k == nil: // made elsewhere, and not asked for here
	case word == "want" && rest != e.node:
		k.wanted.Store(true)
	case word == "head":
		if head, err := strconv.ParseInt(rest, 10, 64); err == nil {
			e.durable(k, cite.Position(head))
		}
	}
}

// stands takes in where a record stands. Where that is further than is known to be durable, it is waited for: nobody was told yet.
func (e *Engine) stands(number, position string) {
	n, err := strconv.ParseInt(number, 10, 64)
	head, err2 := strconv.ParseInt(position, 10, 64)
	k := e.numbered(n)
	if err != nil || err2 != nil || k == nil || cite.Position(head) <= k.durably() {
		return
	}
	e.rest(k)
}

func (e *Engine) numbered(number int64) *kept {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.byNumber[number]
}

// poll is how often the heads are looked at, besides what the server tells.
const poll = time.Second

// hear takes in what the server tells until the engine is closed. Where the connection breaks, it makes another.
func (e *Engine) hear(conn *pgconn.PgConn) {
	for e.ctx.Err() == nil {
		err := e.hearOn(conn)
		_ = conn.Conn().Close()
		if e.ctx.Err() != nil {
			return
		}
		found := e.replaced.Swap(false)
		if !found {
			e.unreachable(err)
		}
		for wait := 50 * time.Millisecond; ; wait = min(2*wait, poll) {
			ctx, cancel := context.WithTimeout(e.ctx, patience)
			conn, err = e.listen(ctx, found)
			cancel()
			if err == nil {
				if !found {
					e.reached()
					e.o.Logger.Info("the database can be reached again")
				}
				break
			}
			if found && !errors.Is(err, errOld) {
				e.unreachable(err)
				found = false
			}
			if !pause(e.ctx, wait) {
				return
			}
		}
	}
	_ = conn.Conn().Close()
}

// unreachable notes that the server cannot be reached: nobody trusts what is open.
func (e *Engine) unreachable(err error) {
	e.reach.Load().lost()
	e.sessions.silent()
	e.read.Reset()
	e.o.Logger.Error("the database cannot be reached: nothing can be written until it can", "err", err)
}

// hearOn looks at all heads, then waits for notices, and looks again each second.
func (e *Engine) hearOn(conn *pgconn.PgConn) error {
	for {
		ctx, cancel := context.WithTimeout(e.ctx, silence)
		r := conn.ExecParams(ctx, "SELECT number, position FROM plenary.record", nil, nil, nil, nil).Read()
		cancel()
		if r.Err != nil {
			return r.Err
		}
		for _, row := range r.Rows {
			e.stands(string(row[0]), string(row[1]))
		}
		for next := time.Now().Add(poll); ; {
			ctx, cancel := context.WithDeadline(e.ctx, next)
			err := conn.WaitForNotification(ctx)
			ended := ctx.Err() != nil
			cancel()
			if ended {
				break
			}
			if err != nil {
				return err
			}
		}
		if e.ctx.Err() != nil {
			return e.ctx.Err()
		}
	}
}
