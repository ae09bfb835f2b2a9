package postgres

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/record"
)

// lockClass is the first word of every advisory lock of the record; the second is the record's number.
const lockClass = 0x506c6d72

// statements are what a session has prepared.
var statements = map[string]string{
	"patience": `SELECT set_config('lock_timeout', $1, false), set_config('idle_session_timeout', '2000', false)`,
	"lock":     `SELECT pg_advisory_lock($1::integer, $2::integer)`,
	// A server tells of the locks of all its databases.
	"head": `SELECT position, fence, EXISTS (SELECT FROM pg_locks WHERE database = (SELECT oid FROM pg_database WHERE datname = current_database())
			AND locktype = 'advisory' AND classid = $1::integer::oid AND objid = $2::integer::oid AND NOT granted),
		set_config('lock_timeout', '1000', false), id FROM plenary.record WHERE number = $2::integer`,
	// What others wrote since, as far as it is little: whoever has the turn reads that first.
	"tail": `SELECT id, envelope, data FROM (SELECT *, sum(length(envelope) + length(data)) OVER (ORDER BY id) AS bytes
		FROM (SELECT id, envelope, data FROM plenary.entry WHERE id > $1::bigint AND id < $2::bigint ORDER BY id LIMIT 1000) AS next) AS counted WHERE bytes <= 1048576 ORDER BY id`,
	"unlock": `SELECT pg_advisory_unlock_all(), set_config('lock_timeout', '1000', false), set_config('idle_session_timeout', '0', false)`,
	// The head moves from where the batch begins; where it stands elsewhere, or the fence was raised, nothing is done. Nor where an outcome stands there
	// already: it was looked up on a connection that leads elsewhere, and the ask would be answered twice. Where no entry comes with it, it is
	// copied from another storage, and perhaps sent again.
	"append": `WITH moved AS (UPDATE plenary.record SET position = $4::bigint WHERE number = $1::integer AND position = $2::bigint AND fence = $3::bigint RETURNING number),
		entries AS (INSERT INTO plenary.entry(id, envelope, leaf, data)
			SELECT $5::bigint + n, e, l, d FROM moved, unnest($6::bytea[], $7::bytea[], $8::bytea[]) WITH ORDINALITY AS u(e, l, d, n)),
		texts AS (INSERT INTO plenary.text(id, salted) SELECT $5::bigint + n, t FROM moved, unnest($9::bytea[]) WITH ORDINALITY AS u(t, n) WHERE t IS NOT NULL),
		tiles AS (INSERT INTO plenary.tile(id, hashes) SELECT i, h FROM moved, unnest($10::bigint[], $11::bytea[]) AS u(i, h)
			ON CONFLICT (id) DO UPDATE SET hashes = excluded.hashes),
		tokens AS (INSERT INTO plenary.token(key, outcome) SELECT k, o FROM moved, unnest($12::bytea[], $13::bytea[]) AS u(k, o) WHERE $4::bigint > $2::bigint),
		copied AS (INSERT INTO plenary.token(key, outcome) SELECT k, o FROM moved, unnest($12::bytea[], $13::bytea[]) AS u(k, o) WHERE $4::bigint = $2::bigint ON CONFLICT DO NOTHING),
		gone AS (DELETE FROM plenary.text WHERE id = ANY($14::bigint[]) AND EXISTS (SELECT FROM moved))
		SELECT count(*) FROM moved`,
	"records":  `SELECT number, id, position, fence FROM plenary.record ORDER BY number`,
	"position": `SELECT position FROM plenary.record WHERE number = $1::integer`,
	"later":    `SELECT set_config('synchronous_commit', 'off', true)`,
	// A transaction that writes nothing but a mark into the log of the server: when it is committed, everything before it is, as durable as
	// the server's settings make any.
	"barrier": `SELECT pg_logical_emit_message(true, 'plenary', '')`,
	"notify":  `SELECT pg_notify('plenary', $1)`,
	// Told is what was committed by the statement before it, whatever others have written.
	"tell":       `SELECT pg_notify('plenary', $1) WHERE EXISTS (SELECT FROM plenary.entry WHERE id = $2::bigint AND leaf = $3::bytea)`,
	"fence":      `UPDATE plenary.record SET fence = fence + 1 WHERE number = $1::integer RETURNING position, fence`,
	"envelope":   `SELECT envelope FROM plenary.entry WHERE id = $1::bigint`,
	"checkpoint": `INSERT INTO plenary.checkpoint(id, note) VALUES($1::bigint, $2::bytea) ON CONFLICT DO NOTHING`,
}

// session is a connection that writes. One caller uses it at a time.
type session struct {
	conn  *pgconn.PgConn
	types *pgtype.Map
	fresh bool // nothing was done with it since it was made
	since int  // how often the server had turned out to be away, or was found again, when it was made
	freed bool // another may have its slot; guarded by the lock of the sessions

	dropped atomic.Bool
}

// broken reports whether nothing more comes from it. Only whoever uses the connection may ask; others look whether it was dropped.
func (s *session) broken() bool { return s.dropped.Load() || s.conn.IsClosed() }

// used has others know of a connection that broke while it was used.
func (s *session) used() {
	if s.conn.IsClosed() {
		drop([]*session{s})
	}
}

// sessions hands out connections that write, and keeps those that are idle.
type sessions struct {
	config *pgconn.Config
	check  func(context.Context, *pgconn.PgConn) error
	slots  chan struct{} // as many as there may be

	mu     sync.Mutex
	idle   []*session
	all    map[*session]bool // idle or lent
	gone   int               // how often the server turned out to be away, or was found again
	closed bool
}

// maxSessions is how many connections write: on so many records at once.
const maxSessions = 8

func newSessions(c *pgconn.Config, check func(context.Context, *pgconn.PgConn) error) *sessions {
	c = c.Copy()
	c.RuntimeParams["plan_cache_mode"] = "force_generic_plan"
	c.RuntimeParams["enable_seqscan"] = "off" // as where it is read
	return &sessions{config: c, check: check, slots: make(chan struct{}, maxSessions), all: map[*session]bool{}}
}

// get gives an idle session or makes one; put takes it back.
func (p *sessions) get(ctx context.Context) (*session, error) {
	select {
	case p.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if s := p.take(); s != nil {
		return s, nil
	}
	s, err := p.open(ctx)
	for errors.Is(err, errOld) {
		s, err = p.open(ctx)
	}
	if err != nil {
		<-p.slots
	}
	return s, err
}

// errOld says of a connection that what it leads to may not be the server any more.
var errOld = errors.New("record: the server was away while it was connected to")

func (p *sessions) take() *session {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.idle) == 0 {
		return nil
	}
	s := p.idle[len(p.idle)-1]
	p.idle = p.idle[:len(p.idle)-1]
	s.fresh, s.freed = false, false
	return s
}

// put takes a session back. After one that broke, or is old, nobody trusts those that were idle meanwhile.
func (p *sessions) put(s *session) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.free(s)
	if !s.broken() && s.since == p.gone && !p.closed {
		p.idle = append(p.idle, s)
		return
	}
	p.forget(append(p.idle, s))
	p.idle = nil
}

// free gives the slot of a session back, once. p.mu is held.
func (p *sessions) free(s *session) {
	if !s.freed {
		s.freed = true
		<-p.slots
	}
}

// freeBroken gives the slot of a broken session back though it still stands for a turn: that ends only when what was sent on it is found out, by
// another, and where all slots were those of broken ones nobody would have another.
func (p *sessions) freeBroken(s *session) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if s.broken() {
		p.free(s)
	}
}

// forget drops sessions that nobody has. p.mu is held.
func (p *sessions) forget(all []*session) {
	for _, s := range all {
		delete(p.all, s)
	}
	drop(all)
}

// found says that the server was found again. What was connected before may lead to one that another has taken the place of: nothing new
// is begun on it, and what still waits there after a while is ended: such a server may live, and confirm nothing any more.
func (p *sessions) found(while time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.gone++
	p.forget(p.idle)
	p.idle = nil
	if lent := slices.Collect(maps.Keys(p.all)); len(lent) > 0 {
		time.AfterFunc(while, func() { drop(lent) }) // one that was put back meanwhile was dropped then
	}
}

// old reports whether a session was connected before the server was found again.
func (p *sessions) old(s *session) bool { return s.since != p.away() }

// silent breaks every connection, those that wait for an answer too: the server says nothing any more, and a network that is cut
// may be silent for a quarter of an hour before it says so. What was sent is then in doubt, as where a connection breaks by itself. One that is
// being opened meanwhile is given to nobody.
func (p *sessions) silent() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.gone++
	for s := range p.all {
		drop([]*session{s})
	}
}

// drop closes connections without waiting for the server.
func drop(all []*session) {
	for _, s := range all {
		s.dropped.Store(true)
		_ = s.conn.Conn().Close()
	}
}

func (p *sessions) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	drop(p.idle)
	p.idle = nil
}

// lend lends a session for something that may be done twice: where an idle one turns out to be dead, or old, it is tried with a new one.
func (p *sessions) lend(ctx context.Context, f func(*session) error) error {
	for {
		s, err := p.get(ctx)
		if err != nil {
			return away(err)
		}
		err = f(s)
		again := err != nil && (s.broken() && !s.fresh || errors.Is(err, errOld)) && ctx.Err() == nil
		p.put(s)
		if !again {
			return away(err)
		}
	}
}

// open makes a session. The server is never asked to cancel what it does: a commit that waits for its standby would then
// be done without it.
func (p *sessions) open(ctx context.Context) (*session, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*patience)
	defer cancel()
	gone := p.away()
	config := p.config.Copy()
	config.ValidateConnect = checked(ctx, config.ValidateConnect, p.check)
	c, err := pgconn.ConnectConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	hijacked, err := c.Hijack()
	if err != nil {
		return nil, err
	}
	hijacked.SecretKey = make([]byte, len(hijacked.SecretKey))
	if c, err = pgconn.Construct(hijacked); err != nil {
		return nil, err
	}
	s := &session{conn: c, types: pgtype.NewMap(), fresh: true}
	pipe := c.StartPipeline(ctx)
	for name, sql := range statements {
		pipe.SendPrepare(name, sql, nil)
	}
	if err := errors.Join(pipe.Sync(), pipe.Close()); err != nil {
		drop([]*session{s})
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if s.since = gone; s.since != p.gone {
		drop([]*session{s})
		return nil, errOld
	}
	p.all[s] = true
	return s, nil
}

// away is how often the server turned out to be away, or was found again.
func (p *sessions) away() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.gone
}

// values encodes arguments as the server reads them.
func (s *session) values(args ...any) (out [][]byte, err error) {
	for _, a := range args {
		var b []byte
		switch a := a.(type) {
		case int: // integer
			b = binary.BigEndian.AppendUint32(nil, uint32(a))
		case int64:
			b = binary.BigEndian.AppendUint64(nil, uint64(a))
		case string:
			b = []byte(a)
		case []byte:
			b = a
		case []int64:
			b, err = s.types.Encode(pgtype.Int8ArrayOID, pgtype.BinaryFormatCode, a, nil)
		case [][]byte:
			b, err = s.types.Encode(pgtype.ByteaArrayOID, pgtype.BinaryFormatCode, a, nil)
		default:
			err = fmt.Errorf("record: a value of type %T", a)
		}
		if err != nil {
			return nil, err
		}
		out = append(out, b)
	}
	return out, nil
}

// binaryFormat is how all values are sent and come.
var binaryFormat = []int16{pgtype.BinaryFormatCode}

// query runs a prepared statement and returns its rows.
func (s *session) query(ctx context.Context, name string, args ...any) ([][][]byte, error) {
	v, err := s.values(args...)
	if err != nil {
		return nil, err
	}
	r := s.conn.ExecPrepared(ctx, name, v, binaryFormat, binaryFormat).Read()
	return r.Rows, r.Err
}

// standing is how a record stands on the server.
type standing struct {
	id     record.ID // of the record
	head   cite.Position
	least  cite.Position // what was durable before that was asked
	fence  int64
	others bool // another node waits for the turn
	tail   []tailRow
}

// tailRow is an entry that came with the turn.
type tailRow struct {
	at             cite.Position
	envelope, data []byte
}

// lock waits for the turn on a record, takes it, and says how the record stands. At first it waits for about as long as a
// node that hands it round has it; with a note, which is sent to all nodes, for longer. Entries after a position come with it.
func (s *session) lock(ctx context.Context, number int64, since cite.Position, note string) (at standing, err error) {
	pipe := s.conn.StartPipeline(ctx)
	defer func() { err = errors.Join(err, pipe.Close()) }()
	lock, err := s.values(lockClass, int(number))
	if err != nil {
		return at, err
	}
	tail, err := s.values(rowid(number, since), rowid(number+1, 0))
	if err != nil {
		return at, err
	}
	wait, answers := "20", 5 // patience, the mark behind it, lock, head, tail
	if note != "" {
		wait, answers = "1000", 6
		pipe.SendQueryPrepared("notify", [][]byte{[]byte(note)}, binaryFormat, binaryFormat)
	}
	pipe.SendQueryPrepared("patience", [][]byte{[]byte(wait)}, binaryFormat, binaryFormat)
	pipe.SendPipelineSync()
	pipe.SendQueryPrepared("lock", lock, binaryFormat, binaryFormat)
	pipe.SendQueryPrepared("head", lock, binaryFormat, binaryFormat)
	pipe.SendQueryPrepared("tail", tail, binaryFormat, binaryFormat)
	if err := pipe.Sync(); err != nil {
		return at, err
	}
	var head, last *pgconn.Result
	for range answers {
		got, err := pipe.GetResults()
		if err != nil {
			return at, err
		}
		if r, ok := got.(*pgconn.ResultReader); ok {
			if head, last = last, r.Read(); last.Err != nil {
				return at, last.Err
			}
		}
	}
	if head == nil || len(head.Rows) != 1 {
		return at, fmt.Errorf("%w: %d", record.ErrNoRecord, number)
	}
	row := head.Rows[0]
	at = standing{head: cite.Position(binary.BigEndian.Uint64(row[0])), fence: int64(binary.BigEndian.Uint64(row[1])), others: row[2][0] != 0, id: record.ID(row[4])}
	for _, row := range last.Rows {
		at.tail = append(at.tail, tailRow{cite.Position(binary.BigEndian.Uint64(row[0]) & (1<<40 - 1)), row[1], row[2]})
	}
	return at, nil
}

// unlock gives the turn back.
func (s *session) unlock(ctx context.Context) error {
	_, err := s.query(ctx, "unlock")
	return err
}

// raise raises the fence of a record: no statement that was sent before writes anything from now on. It waits until
// one that is being carried out is done, and returns how the record stands then.
func (s *session) raise(ctx context.Context, number int64) (at standing, err error) {
	rows, err := s.query(ctx, "fence", int(number))
	if err != nil {
		return at, err
	}
	if len(rows) != 1 {
		return at, fmt.Errorf("%w: %d", record.ErrNoRecord, number)
	}
	return standing{head: cite.Position(binary.BigEndian.Uint64(rows[0][0])), fence: int64(binary.BigEndian.Uint64(rows[0][1]))}, nil
}

// envelope reads the envelope of an entry, nil where there is none.
func (s *session) envelope(ctx context.Context, number int64, p cite.Position) ([]byte, error) {
	rows, err := s.query(ctx, "envelope", rowid(number, p))
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return rows[0][0], nil
}

// append sends a batch with its notice. It returns as soon as the batch is durable, or refused; a statement that the
// server refuses was rolled back.
func (s *session) append(v [][]byte, notice [][]byte) (moved bool, err error) {
	pipe := s.conn.StartPipeline(context.Background()) // nothing ends a commit but its end
	defer func() { _ = pipe.Close() }()                // where the notice fails, the others look by themselves
	pipe.SendQueryPrepared("append", v, binaryFormat, binaryFormat)
	pipe.SendPipelineSync()
	pipe.SendQueryPrepared("tell", notice, binaryFormat, binaryFormat)
	if err := pipe.Sync(); err != nil {
		return false, err
	}
	return appended(pipe)
}

// appended reads the answer to a batch.
func appended(pipe *pgconn.Pipeline) (moved bool, err error) {
	rows, err := answer(pipe)
	return err == nil && len(rows) == 1 && binary.BigEndian.Uint64(rows[0][0]) == 1, err
}

// answer reads up to the next mark, behind which a transaction is committed or was rolled back, and gives the rows of its last statement.
func answer(pipe *pgconn.Pipeline) (rows [][][]byte, err error) {
	for {
		got, why := pipe.GetResults()
		switch got := got.(type) {
		case *pgconn.ResultReader:
			r := got.Read()
			rows, why = r.Rows, r.Err
		case *pgconn.PipelineSync:
			return rows, err
		case nil:
			if why == nil {
				why = errors.New("record: the server owes no answer")
			}
		}
		err = errors.Join(err, why)
		if why != nil && !refused(why) {
			return nil, err
		}
	}
}

// refused reports whether an error is the server's word that it rolled a statement back. Severity is in the language of the server.
func refused(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.SeverityUnlocalized == "ERROR"
}

// appendLast sends a batch that is the last of a turn: it is committed without waiting until it is durable, the turn is given back,
// and only then is it waited for. So the next node decides meanwhile. moved says that the batch stands on the server; durable is nil when it
// and everything before it is durable, and an error leaves that open.
func (s *session) appendLast(v [][]byte) (moved bool, err, durable error) {
	pipe := s.conn.StartPipeline(context.Background())
	defer func() { _ = pipe.Close() }()
	pipe.SendQueryPrepared("later", nil, nil, binaryFormat)
	pipe.SendQueryPrepared("append", v, binaryFormat, binaryFormat)
	pipe.SendPipelineSync()
	handOn(pipe)
	if err := pipe.Flush(); err != nil {
		return false, err, err
	}
	moved, err = appended(pipe)
	return moved, err, handedOn(pipe)
}

// handOn sends what gives the turn back, and then what waits until everything before it is durable: on the connection that wrote it,
// which only the server that has it can answer.
func handOn(pipe *pgconn.Pipeline) {
	pipe.SendQueryPrepared("unlock", nil, nil, binaryFormat)
	pipe.SendPipelineSync()
	pipe.SendQueryPrepared("barrier", nil, nil, binaryFormat)
	pipe.SendPipelineSync()
}

// handedOn reads the answers to that.
func handedOn(pipe *pgconn.Pipeline) error {
	_, err := answer(pipe)
	if err == nil {
		_, err = answer(pipe)
	}
	return err
}

// pass gives the turn back, and returns when everything that stood there is durable.
func (s *session) pass() error {
	pipe := s.conn.StartPipeline(context.Background())
	defer func() { _ = pipe.Close() }()
	handOn(pipe)
	if err := pipe.Flush(); err != nil {
		return err
	}
	return handedOn(pipe)
}

// barrier returns when everything that was committed on the server is durable.
func (s *session) barrier(ctx context.Context) error {
	_, err := s.query(ctx, "barrier")
	return err
}
