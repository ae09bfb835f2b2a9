package postgres

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"

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
	"want":     `SELECT pg_notify('plenary', $1)`,
	"lock":     `SELECT pg_advisory_lock($1::integer, $2::integer)`,
	"head": `SELECT position, fence, EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND classid = $1::integer::oid AND objid = $2::integer::oid AND NOT granted),
		set_config('lock_timeout', '1000', false) FROM plenary.record WHERE number = $2::integer`,
	// What others wrote since, as far as it is little: whoever has the turn reads that first.
	"tail": `SELECT id, envelope, data FROM (SELECT *, sum(length(envelope) + length(data)) OVER (ORDER BY id) AS bytes
		FROM (SELECT id, envelope, data FROM plenary.entry WHERE id > $1::bigint AND id < $2::bigint ORDER BY id LIMIT 1000) AS next) AS counted WHERE bytes <= 1048576 ORDER BY id`,
	"unlock": `SELECT pg_advisory_unlock_all(), set_config('lock_timeout', '1000', false), set_config('idle_session_timeout', '0', false)`,
	// The head moves from where the batch begins; where it stands elsewhere, or the fence was raised, nothing is done.
	"append": `WITH moved AS (UPDATE plenary.record SET position = $4::bigint WHERE number = $1::integer AND position = $2::bigint AND fence = $3::bigint RETURNING number),
		entries AS (INSERT INTO plenary.entry(id, envelope, leaf, data)
			SELECT $5::bigint + n, e, l, d FROM moved, unnest($6::bytea[], $7::bytea[], $8::bytea[]) WITH ORDINALITY AS u(e, l, d, n)),
		texts AS (INSERT INTO plenary.text(id, salted) SELECT $5::bigint + n, t FROM moved, unnest($9::bytea[]) WITH ORDINALITY AS u(t, n) WHERE t IS NOT NULL),
		tiles AS (INSERT INTO plenary.tile(id, hashes) SELECT i, h FROM moved, unnest($10::bigint[], $11::bytea[]) AS u(i, h)
			ON CONFLICT (id) DO UPDATE SET hashes = excluded.hashes),
		tokens AS (INSERT INTO plenary.token(key, outcome) SELECT k, o FROM moved, unnest($12::bytea[], $13::bytea[]) AS u(k, o) ON CONFLICT DO NOTHING),
		gone AS (DELETE FROM plenary.text WHERE id = ANY($14::bigint[]) AND EXISTS (SELECT FROM moved))
		SELECT count(*) FROM moved`,
	// What it tells is what is committed, whatever became of the batch before it.
	"notify":     `SELECT pg_notify('plenary', concat_ws(' ', 'head', number, position)) FROM plenary.record WHERE number = $1::integer`,
	"fence":      `UPDATE plenary.record SET fence = fence + 1 WHERE number = $1::integer RETURNING position, fence`,
	"envelope":   `SELECT envelope FROM plenary.entry WHERE id = $1::bigint`,
	"checkpoint": `INSERT INTO plenary.checkpoint(id, note) VALUES($1::bigint, $2::bytea) ON CONFLICT DO NOTHING`,
}

// session is a connection that writes. One caller uses it at a time.
type session struct {
	conn  *pgconn.PgConn
	types *pgtype.Map
	fresh bool // nothing was done with it since it was made
}

// broken reports whether nothing more comes from it.
func (s *session) broken() bool { return s.conn.IsClosed() }

// sessions hands out connections that write, and keeps those that are idle.
type sessions struct {
	config *pgconn.Config
	check  func(context.Context, *pgconn.PgConn) error
	slots  chan struct{} // as many as there may be

	mu     sync.Mutex
	idle   []*session
	all    map[*session]bool // idle or lent
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
	if err != nil {
		<-p.slots
	}
	return s, err
}

func (p *sessions) take() *session {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.idle) == 0 {
		return nil
	}
	s := p.idle[len(p.idle)-1]
	p.idle = p.idle[:len(p.idle)-1]
	s.fresh = false
	return s
}

// put takes a session back. After one that broke, nobody trusts those that were idle meanwhile.
func (p *sessions) put(s *session) {
	defer func() { <-p.slots }()
	p.mu.Lock()
	defer p.mu.Unlock()
	if !s.broken() && !p.closed {
		p.idle = append(p.idle, s)
		return
	}
	for _, s := range append(p.idle, s) {
		delete(p.all, s)
		drop([]*session{s})
	}
	p.idle = nil
}

// silent breaks every connection, those that wait for an answer too: the server says nothing any more, and a network that is cut
// may be silent for a quarter of an hour before it says so. What was sent is then in doubt, as where a connection breaks by itself.
func (p *sessions) silent() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for s := range p.all {
		drop([]*session{s})
	}
}

// drop closes connections without waiting for the server.
func drop(all []*session) {
	for _, s := range all {
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

// lend lends a session for something that may be done twice: where an idle one turns out to be dead, it is tried with a new one.
func (p *sessions) lend(ctx context.Context, f func(*session) error) error {
	for {
		s, err := p.get(ctx)
		if err != nil {
			return away(err)
		}
		err = f(s)
		again := err != nil && s.broken() && !s.fresh && ctx.Err() == nil
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
	c, err := pgconn.ConnectConfig(ctx, p.config)
	if err != nil {
		return nil, err
	}
	if err := p.check(ctx, c); err != nil {
		return nil, errors.Join(err, c.Close(ctx))
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
	p.all[s] = true
	return s, nil
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
	head   cite.Position
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
		pipe.SendQueryPrepared("want", [][]byte{[]byte(note)}, binaryFormat, binaryFormat)
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
	at = standing{head: cite.Position(binary.BigEndian.Uint64(row[0])), fence: int64(binary.BigEndian.Uint64(row[1])), others: row[2][0] != 0}
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
func (s *session) append(v [][]byte) (moved bool, err error) {
	pipe := s.conn.StartPipeline(context.Background()) // nothing ends a commit but its end
	defer func() { _ = pipe.Close() }()                // where the notice fails, the others look by themselves
	pipe.SendQueryPrepared("append", v, binaryFormat, binaryFormat)
	pipe.SendPipelineSync()
	pipe.SendQueryPrepared("notify", v[:1], binaryFormat, binaryFormat)
	if err := pipe.Sync(); err != nil {
		return false, err
	}
	got, err := pipe.GetResults()
	if err != nil {
		return false, err
	}
	r := got.(*pgconn.ResultReader).Read()
	if r.Err != nil {
		return false, r.Err
	}
	if _, err := pipe.GetResults(); err != nil { // the mark behind it: the transaction is committed
		return false, err
	}
	return len(r.Rows) == 1 && binary.BigEndian.Uint64(r.Rows[0][0]) == 1, nil
}
