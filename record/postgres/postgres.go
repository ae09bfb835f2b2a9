// Package postgres keeps the record in a PostgreSQL database, for an instance that one machine is too small for or
// that must outlive one. Several nodes may write at the same time: each has an engine of its own over the same server.
//
// The row of a record, which holds its head, is what orders them: a batch is one statement that moves the head from
// where the batch begins, and does nothing where the head stands elsewhere. No lock is relied on for that, and no
// number that the server gives out. Among nodes, the turn to write is an advisory lock of a session: it is held over
// several transactions, so that one batch may be decided on top of another that is not durable yet. A node that stops
// while it has the turn loses its session after two seconds, and with it the turn. What it sends after that meets a
// head that has moved, and is refused.
//
// A batch whose connection broke is in doubt. Before anybody is told, the row is locked, its fence is raised, so that a
// statement that is still on its way does nothing any more, and the head and the last entry say whether it was written.
//
// Erased texts are deleted, and the table is vacuumed: no statement gives them any more. What PostgreSQL keeps beside
// its tables is out of reach of this package: unused room in pages until it is written over, the write-ahead log and
// its archives until they are recycled, standbys as far as they lag, and backups.
package postgres

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/record"
)

// Options say how to open a database.
type Options struct {
	// URL is the address of the server and the database, as libpq takes it; several hosts may stand in it.
	URL string
	// Password is that of the role in the URL, so that it need not stand there; "" for what the URL or libpq's file says.
	Password string
	// MayLose opens a database even where its settings let it lose what it has acknowledged.
	MayLose bool
	// Alone refuses a database that another engine has opened alone, or as a node: for a program that must be the only one.
	Alone bool
	// Node refuses a database that another engine has opened alone; other nodes may be there.
	Node bool
	// Logger is told when the server goes away and when it is back; nil for nobody.
	Logger *slog.Logger
}

// Engine is the engine over one database. It implements record.Engine.
type Engine struct {
	o        Options
	again    time.Duration // for how long a batch is sent again of which nobody knows what became of it
	node     string        // tells this engine's notices from those of others
	instance []byte        // the mark of the database
	promise  Guarantee
	types    *pgtype.Map

	config   *pgx.ConnConfig // how the database is reached
	read     *pgxpool.Pool
	sessions *sessions

	ctx      context.Context // ends with Close
	stop     context.CancelFunc
	rests    context.Context // ends when Close begins: of what waits until what others wrote is durable, and holds up what Close waits for
	endRests context.CancelFunc
	work     sync.WaitGroup // what runs beside
	drains   sync.WaitGroup // whoever works a queue off; added to under mu

	seq record.Sequencer

	reach    atomic.Pointer[reach] // ends when the server turns out to be away; another begins when it is back
	listener atomic.Pointer[pgconn.PgConn]

	placing sync.Mutex
	place   place           // of the server that was the last to take over, as far as any connection has seen; zero where nobody can say
	left    map[string]bool // clusters that another took the place of
	warned  bool            // somebody was told that the one before still answers

	replaced atomic.Bool // the listener was closed because another server took over, which was found then

	mu       sync.Mutex
	kept     map[record.ID]*kept
	byNumber map[int64]*kept

	verified, frozen, closed atomic.Bool
	vacuum                   chan struct{} // has one waiting where a text was deleted
}

var _ record.Teller = (*Engine)(nil)

// kept is a record as this engine knows it.
type kept struct {
	id     record.ID
	number int64

	wanted atomic.Bool // another node waits for the turn

	mu      sync.Mutex
	session *session      // that has the turn among the nodes; nil where it is not here
	head    cite.Position // where it was seen last
	durable cite.Position // the last that is known to be durable
	began   cite.Position // where the turn began, on the connection that has it
	sure    bool          // that was durable before
	settled func(error)   // is told whether what the turn began on is durable; nil where it is, or nobody waits for it
	firm    bool          // that was found durable on the connection that has the turn, and settled not told yet
	fence   int64         // at head
	tail    []tailRow     // what came with the turn, as long as it is here
	resting *resting      // somebody waits until what stands is durable
	doubt   bool          // what became of a batch is not known yet
	turn    int64         // counts the turns that this engine had
	void    int64         // the last of them in which a batch was not written
	queue   []*request
	passing int64    // the turn that ends with what is in the queue; 0 for none
	passes  *session // on which a turn is given back, and it is waited until what stands is durable
	writing bool     // somebody works the queue off
}

// rowid packs a record's number and a position: number << 40 | position.
func rowid(number int64, p cite.Position) int64 { return number<<40 | int64(p) }

// tileid packs number, level and n in the same way.
func tileid(number int64, level int, n int64) int64 { return number<<40 | int64(level)<<36 | n }

// patience is how long a statement that is no batch may take; silence is how long the server may say nothing until it is taken to be
// away, and moment how long one waits for it then.
const (
	patience = 10 * time.Second
	silence  = 6 * time.Second
	moment   = 3 * time.Second
)

// reach is a context that lasts as long as the server can be reached.
type reach struct {
	context.Context
	lost context.CancelFunc
}

// reached notes that the server answers.
func (e *Engine) reached() {
	ctx, lost := context.WithCancel(e.ctx)
	e.reach.Store(&reach{ctx, lost})
}

// Open opens the database, and makes what an empty one needs.
func Open(ctx context.Context, o Options) (*Engine, error) {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	config, err := parse(o)
	if err != nil {
		return nil, err
	}
	e := &Engine{o: o, again: patience, node: newNode(), types: pgtype.NewMap(), kept: map[record.ID]*kept{}, byNumber: map[int64]*kept{}, left: map[string]bool{}, vacuum: make(chan struct{}, 1)}
	if e.instance, e.promise, err = prepare(ctx, config, o.MayLose); err != nil {
		return nil, err
	}
	e.ctx, e.stop = context.WithCancel(context.Background())
	e.rests, e.endRests = context.WithCancel(e.ctx)
	e.reached()
	if err := e.connect(ctx, config); err != nil {
		return nil, errors.Join(err, e.Close())
	}
	return e, nil
}

// connect makes the pools, begins to listen and reads where the heads are.
func (e *Engine) connect(ctx context.Context, config *pgxpool.Config) (err error) {
	e.config = config.ConnConfig.Copy()
	e.sessions = newSessions(&config.ConnConfig.Config, e.ours)
	pool := config.Copy()
	pool.MaxConns, pool.MinConns = 4, 0
	// Said afterwards: a connection that begins so is taken for one to a standby, where the address asks for a server that can be written to.
	// Everything that is looked for has an index; a server that has not counted its rows yet would rather read whole tables that grow.
	pool.AfterConnect = func(ctx context.Context, c *pgx.Conn) error {
		_, err := c.PgConn().Exec(ctx, "SET default_transaction_read_only = on; SET enable_seqscan = off").ReadAll()
		return err
	}
	pool.BeforeConnect, pool.PrepareConn = e.begun, e.current
	if e.read, err = pgxpool.NewWithConfig(e.ctx, pool); err != nil {
		return err
	}
	listener, err := e.listen(ctx, false)
	if errors.Is(err, ErrServed) {
		return err
	}
	if err != nil {
		return away(err)
	}
	if err := e.load(ctx); err != nil {
		return errors.Join(err, listener.Close(ctx))
	}
	e.work.Go(func() { e.hear(listener) })
	e.work.Go(e.vacuumer)
	return nil
}

// Distant says that the server may be away.
func (e *Engine) Distant() bool { return true }

// load reads which records there are and where they stand. That is waited for until it is durable.
func (e *Engine) load(ctx context.Context) error {
	var found []*kept
	err := e.sessions.lend(ctx, func(s *session) error {
		found = nil // perhaps it is done again
		rows, err := s.query(ctx, "records")
		if err != nil {
			return err
		}
		for _, row := range rows {
			head := cite.Position(binary.BigEndian.Uint64(row[2]))
			found = append(found, &kept{id: record.ID(row[1]), number: int64(binary.BigEndian.Uint32(row[0])), head: head, durable: head, fence: int64(binary.BigEndian.Uint64(row[3]))})
		}
		return s.barrier(ctx)
	})
	for _, k := range found {
		if err == nil {
			e.know(k)
		}
	}
	return err
}

// know notes a record; where it is known already, it stays as it is.
func (e *Engine) know(k *kept) *kept {
	e.mu.Lock()
	defer e.mu.Unlock()
	if was := e.kept[k.id]; was != nil {
		return was
	}
	e.kept[k.id], e.byNumber[k.number] = k, k
	e.seq.Moved(k.id, k.durable)
	return k
}

// find is a record by its id, wherever it was made.
func (e *Engine) find(id record.ID) (*kept, error) {
	if k := e.known(id); k != nil {
		return k, nil
	}
	var number, head, fence int64
	err := e.looking(func(ctx context.Context) error {
		return e.read.QueryRow(ctx, "SELECT number, position, fence FROM plenary.record WHERE id = $1", string(id)).Scan(&number, &head, &fence)
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, fmt.Errorf("%w: %s", record.ErrNoRecord, id)
	}
	if err != nil {
		return nil, err
	}
	return e.know(&kept{id: id, number: number, head: cite.Position(head), fence: fence}), nil
}

func (e *Engine) known(id record.ID) *kept {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.kept[id]
}

func (e *Engine) forget(k *kept) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.kept, k.id)
	delete(e.byNumber, k.number)
}

// Create makes an empty record.
func (e *Engine) Create(m record.Meta) error {
	var number int64
	err := e.do(func(ctx context.Context, s *session) error {
		r := s.conn.ExecParams(ctx, "INSERT INTO plenary.record(id, origin) VALUES($1, $2) RETURNING number", [][]byte{[]byte(m.ID), []byte(m.Origin)}, nil, nil, nil).Read()
		if r.Err != nil {
			return r.Err
		}
		var err error
		number, err = strconv.ParseInt(string(r.Rows[0][0]), 10, 64)
		return err
	})
	if err != nil {
		return err
	}
	e.know(&kept{id: m.ID, number: number})
	return nil
}

// Delete takes a record away, with everything that is stored under its number.
func (e *Engine) Delete(id record.ID) error {
	k, err := e.find(id)
	if err != nil {
		return err
	}
	between := fmt.Sprintf(" WHERE id BETWEEN %d AND %d;", rowid(k.number, 0), rowid(k.number+1, 0)-1)
	var sql strings.Builder
	sql.WriteString("BEGIN;")
	for _, table := range []string{"entry", "text", "tile", "checkpoint"} {
		sql.WriteString("DELETE FROM plenary." + table + between)
	}
	fmt.Fprintf(&sql, "DELETE FROM plenary.record WHERE number = %d;COMMIT", k.number)
	err = e.do(func(ctx context.Context, s *session) error {
		if _, err := s.conn.Exec(ctx, sql.String()).ReadAll(); err != nil {
			return err
		}
		_, err := s.conn.Exec(ctx, "VACUUM plenary.entry, plenary.text, plenary.tile, plenary.checkpoint").ReadAll()
		return err
	})
	if err == nil {
		e.forget(k)
	}
	return err
}

// do runs something that writes on a session, and waits.
func (e *Engine) do(f func(context.Context, *session) error) error {
	if err := e.stopped(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(e.ctx, time.Minute)
	defer cancel()
	return e.sessions.lend(ctx, func(s *session) error { return f(ctx, s) })
}

// Watch gives the last durable position that this engine knows of, and a channel that is closed when it moves.
func (e *Engine) Watch(id record.ID) (cite.Position, <-chan struct{}, error) {
	if _, err := e.find(id); err != nil {
		return 0, nil, err
	}
	head, moved := e.seq.Watch(id)
	return head, moved, nil
}

// MarkVerified lets the engine write.
func (e *Engine) MarkVerified() error {
	e.verified.Store(true)
	return nil
}

// Freeze keeps everything that is stored as it is.
func (e *Engine) Freeze() { e.frozen.Store(true) }

// stopped says why nothing may be written, nil if it may.
func (e *Engine) stopped() error {
	switch {
	case e.closed.Load():
		return fmt.Errorf("%w: %w", record.ErrReadOnly, record.ErrClosed)
	case e.frozen.Load():
		return fmt.Errorf("%w: damage was found", record.ErrReadOnly)
	case !e.verified.Load():
		return fmt.Errorf("%w: it was not checked yet", record.ErrReadOnly)
	}
	return nil
}

// Mark is the name of the database: the same wherever it is reached, and of no other.
func (e *Engine) Mark() string { return hex.EncodeToString(e.instance) }

// Retire has nobody open the database any more: its records were taken elsewhere. What it holds stays.
func (e *Engine) Retire() error {
	return e.do(func(ctx context.Context, s *session) error {
		_, err := s.conn.Exec(ctx, "UPDATE plenary.instance SET application = '"+retired+"'").ReadAll()
		return err
	})
}

// Config is how the database is reached, for what stands beside the records in it.
func (e *Engine) Config() *pgx.ConnConfig { return e.config.Copy() }

// Guarantee says what the server's settings promise of what was acknowledged.
func (e *Engine) Guarantee() Guarantee { return e.promise }

// vacuumer has the server clear away the texts that were deleted.
func (e *Engine) vacuumer() {
	for {
		select {
		case <-e.vacuum:
		case <-e.ctx.Done():
			return
		}
		ctx, cancel := context.WithTimeout(e.ctx, 10*time.Minute)
		err := e.sessions.lend(ctx, func(s *session) error { _, err := s.conn.Exec(ctx, "VACUUM plenary.text").ReadAll(); return err })
		cancel()
		if err != nil && e.ctx.Err() == nil {
			e.o.Logger.Warn("texts were erased, and the server could not clear them away yet", "err", err)
			if !pause(e.ctx, time.Minute) {
				return
			}
			e.clearAway()
		}
	}
}

// clearAway has the vacuumer begin.
func (e *Engine) clearAway() {
	select {
	case e.vacuum <- struct{}{}:
	default: // it will
	}
}

// Close ends what is on its way, and every connection.
func (e *Engine) Close() error {
	if !e.endQueues() {
		return nil
	}
	e.endRests()
	e.endPasses()
	e.drains.Wait()
	e.stop()
	e.work.Wait()
	if e.sessions != nil {
		e.sessions.close()
	}
	if e.read != nil {
		e.read.Close()
	}
	return nil
}

// endQueues takes no more batches. It reports false where that was so already.
func (e *Engine) endQueues() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return !e.closed.Swap(true)
}

// pause waits, and reports false where the context ended first.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// away gives an error of the server the name that the record has for it. What is no more than a server that cannot be
// reached, or that has no time or no room for it now, passes: nothing was written, and it may be tried again.
func away(err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, record.ErrAway) && !errors.Is(err, record.ErrNotWritten) {
		return fmt.Errorf("%w: %w", record.ErrNotWritten, err)
	}
	for _, own := range []error{record.ErrNotWritten, record.ErrFull, record.ErrDamaged, record.ErrNoRecord, record.ErrClosed, record.ErrReadOnly} {
		if errors.Is(err, own) {
			return err
		}
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		switch {
		case pg.Code == "53100": // disk_full
			return fmt.Errorf("%w: %w", record.ErrFull, err)
		case pg.Code == "XX001", pg.Code == "XX002": // data_corrupted, index_corrupted
			return fmt.Errorf("%w: %w", record.ErrDamaged, err)
		case !strings.HasPrefix(pg.Code, "08") && !strings.HasPrefix(pg.Code, "53") && !strings.HasPrefix(pg.Code, "57") &&
			!strings.HasPrefix(pg.Code, "28") && !strings.HasPrefix(pg.Code, "40") && pg.Code != "55P03" && pg.Code != "25006":
			return fmt.Errorf("%w: %w", record.ErrNotWritten, err)
		}
	}
	return fmt.Errorf("%w: %w: %w", record.ErrNotWritten, record.ErrAway, err)
}
