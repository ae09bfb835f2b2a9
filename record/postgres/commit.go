package postgres

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/record"
	"github.com/openplenary/plenary/record/merkle"
)

// request is a batch that waits.
type request struct {
	batch *record.Batch
	done  func(error)
	since time.Time
	turn  int64 // in which it was decided; 0 for none
}

// right is the turn to write on a record: among the logs of this engine, and among the nodes.
type right struct {
	record.Right
	engine *Engine
	kept   *kept
	since  time.Time
}

// slice is how long a node may go on deciding while others wait, so that they do not hand the turn round for every entry: some three commits with a
// standby. With 4 ms three nodes acknowledged a tenth less, with 30 ms no more.
const slice = 12 * time.Millisecond

// Sequence waits for the turn to write: first among the logs of this engine, then among the nodes.
func (e *Engine) Sequence(ctx context.Context, id record.ID) (record.Right, error) {
	k, err := e.find(id)
	if err != nil {
		return nil, err
	}
	own, err := e.seq.Take(ctx, id)
	if err != nil {
		return nil, err
	}
	if err := e.take(ctx, k); err != nil {
		own.Release()
		return nil, away(err)
	}
	return &right{own, e, k, time.Now()}, nil
}

// take waits for the turn among the nodes.
func (e *Engine) take(ctx context.Context, k *kept) error {
	if e.reach.Load().Err() != nil { // whoever asks is told soon, and asks again
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, moment)
		defer cancel()
	}
	for looked := false; ; {
		s, err := e.sessions.get(ctx)
		if err != nil {
			return err
		}
		k.wanted.Store(false) // before it waits: what comes while it does is for its turn
		at, err := e.lock(ctx, s, k)
		if err == nil {
			if err = e.entered(k, s, at); err == nil {
				return nil
			}
			if !looked { // at one that another took the place of, perhaps: where the next connection says the same, they are lost
				looked, err = true, errOld
				drop([]*session{s})
			}
		}
		again := (s.broken() && !s.fresh || errors.Is(err, errOld)) && ctx.Err() == nil
		e.giveBack(s)
		if !again {
			return err
		}
	}
}

// lock takes the lock of a record, as often as it does not come in time. Where it does not come soon, all nodes are told that
// somebody waits for it.
func (e *Engine) lock(ctx context.Context, s *session, k *kept) (standing, error) {
	for note := ""; ; note = fmt.Sprintf("want %d %s", k.number, e.node) {
		durable := k.durably() // as known before: while the answer was on its way others may have had the turn
		if e.sessions.old(s) { // and what was told since may be of another server
			return standing{}, errOld
		}
		at, err := s.lock(ctx, k.number, min(k.stood(), durable), note)
		at.least = durable
		var pg *pgconn.PgError
		if errors.As(err, &pg) && pg.Code == "55P03" && !s.broken() && ctx.Err() == nil && !e.closed.Load() {
			s.fresh = false
			continue
		}
		switch {
		case err != nil:
		case e.sessions.old(s): // another took over while it was waited for
			err = errOld
		case at.id != k.id: // it was made on one that another had taken the place of
			e.forget(k)
			err = fmt.Errorf("%w: record %d is another one on this server", record.ErrAway, k.number)
		}
		return at, err
	}
}

// entered notes that the turn is here, and how the record stands. A head before what was durable is that of a
// server that has lost entries. What is after that may be built upon as long as this connection lasts, and may be lost with it.
func (e *Engine) entered(k *kept, s *session, at standing) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if at.head < at.least {
		return fmt.Errorf("%w: the server holds %d entries of %s, %d were durable", record.ErrDamaged, at.head, k.id, at.least)
	}
	k.session, k.head, k.began, k.fence, k.tail, k.settled, k.firm = s, at.head, at.head, at.fence, at.tail, nil, false
	k.sure = at.head <= at.least
	k.turn++
	if at.others {
		k.wanted.Store(true)
	}
	return nil
}

// solid waits until a record is durable up to a position, which whoever has the turn found: by the connection on which it was found. Its mark vouches
// for everything up to where the turn began; beyond that it would be another connection's word.
func (e *Engine) solid(ctx context.Context, k *kept, p cite.Position) error {
	k.mu.Lock()
	s, began, durable, turn := k.session, k.began, k.durable, k.turn
	k.mu.Unlock()
	if p <= durable {
		return nil
	}
	if s == nil || p > began {
		return fmt.Errorf("%w: %w: nobody knows yet whether entry %d is durable", record.ErrNotWritten, record.ErrAway, p)
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	err := e.barrier(ctx, s)
	s.used()
	if err != nil {
		return away(err)
	}
	k.mu.Lock()
	k.firm = k.firm || k.session == s && k.turn == turn
	k.mu.Unlock()
	e.durable(k, began)
	return nil
}

// barrier returns when everything that was committed on a session's server is durable. Where another server has turned out to be in its place
// meanwhile, its word counts for nothing.
func (e *Engine) barrier(ctx context.Context, s *session) error {
	err := s.barrier(ctx)
	if err == nil && e.sessions.old(s) {
		err = errOld
	}
	return err
}

// atRest has the server say where a record stands, and waits until it is durable up to there. Where no standby confirms anything that may be long, and a
// connection that was given up would stay in the server until then: so one wait serves all, and goes on when somebody gives up. One that
// was begun before may have read a head that is older than what the caller has seen: it is let end, and the next one counts.
func (e *Engine) atRest(ctx context.Context, k *kept) (head cite.Position, err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for again := true; ; again = false {
		r, begun := e.rest(k)
		select {
		case <-r.done:
		case <-ctx.Done():
			return 0, away(ctx.Err())
		}
		if !begun || !again { // the second began after the first had ended, whoever began it
			return max(r.head, k.durably()), r.err
		}
	}
}

// resting is a wait until a record is durable up to where it stands.
type resting struct {
	done chan struct{} // closed when head and err are final
	head cite.Position
	err  error
}

// rest gives the wait that somebody began, or begins one. begun says that it was begun before.
func (e *Engine) rest(k *kept) (r *resting, begun bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.resting != nil {
		return k.resting, true
	}
	r = &resting{done: make(chan struct{})}
	k.resting = r
	go func() {
		r.head, r.err = e.restOnce(k)
		k.mu.Lock()
		k.resting = nil
		k.mu.Unlock()
		close(r.done)
	}()
	return r, false
}

func (e *Engine) restOnce(k *kept) (head cite.Position, err error) {
	ctx := e.rests
	err = e.sessions.lend(ctx, func(s *session) error {
		rows, err := s.query(ctx, "position", int(k.number))
		if err == nil && len(rows) != 1 {
			err = fmt.Errorf("%w: %s", record.ErrNoRecord, k.id)
		}
		if err != nil {
			return err
		}
		head = cite.Position(binary.BigEndian.Uint64(rows[0][0]))
		if head <= k.durably() {
			return nil
		}
		return e.barrier(ctx, s)
	})
	if err == nil {
		e.durable(k, head)
	}
	return head, err
}

// Begins says where the turn begins.
func (r *right) Begins(settled func(error)) (cite.Position, bool) {
	k := r.kept
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.sure { // what was told since may be of another server
		k.settled = settled
	}
	return k.began, k.sure
}

// durable notes that a record is durable up to a position.
func (e *Engine) durable(k *kept, p cite.Position) {
	k.mu.Lock()
	k.durable = max(k.durable, p)
	k.mu.Unlock()
	e.seq.Moved(k.id, p)
}

// stood is where the head was seen last.
func (k *kept) stood() cite.Position {
	head, _ := k.standing()
	return head
}

func (k *kept) durably() cite.Position {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.durable
}

// settle tells whoever waits for it whether what the turn began on is durable.
func (k *kept) settle(err error) {
	k.mu.Lock()
	settled := k.settled
	k.settled = nil
	k.mu.Unlock()
	if settled != nil {
		settled(err)
	}
}

// unsettled reports whether what the turn began on may be lost.
func (k *kept) unsettled() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.settled != nil && !k.firm
}

// Wanted reports whether somebody else waits for the turn, and has for a while, or may have it because its connection broke, or leads to a server
// that may not be the server any more, or what became of a batch is in doubt: then nothing more is decided on top of it.
func (r *right) Wanted() bool {
	if (r.Right.Wanted() || r.kept.wanted.Load()) && time.Since(r.since) > slice {
		return true
	}
	r.kept.mu.Lock()
	defer r.kept.mu.Unlock()
	s := r.kept.session
	return r.kept.doubt || s == nil || s.dropped.Load() || r.engine.sessions.old(s) // somebody else may be using it
}

// Awaited reports whether another node waits for the turn. One that waits in this process gains nothing by an early hand-over.
func (r *right) Awaited() bool { return r.kept.wanted.Load() }

// Pass gives the turn back when everything that was committed under it is written.
func (r *right) Pass() {
	if err := r.engine.enqueue(r.kept, nil); err != nil {
		r.kept.settle(record.ErrConflict)
	}
}

// Release gives the turn back, first to the other nodes, so that one of them that waits comes before this one.
func (r *right) Release() {
	if s := r.kept.takeSession(); s != nil {
		r.engine.giveBack(s)
	}
	r.Right.Release()
}

// takeSession gives the session that has the turn, which ends for this node; nil where it has ended already.
func (k *kept) takeSession() *session {
	k.mu.Lock()
	defer k.mu.Unlock()
	s := k.session
	k.session, k.tail = nil, nil
	return s
}

// giveBack lets go of whatever a session holds, and has it kept for others. Nobody waits for the server to say so.
func (e *Engine) giveBack(s *session) {
	if s.broken() {
		e.sessions.put(s)
		return
	}
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := s.unlock(ctx); err != nil {
			drop([]*session{s})
		}
		e.sessions.put(s)
	}()
}

// Commit has the batch written with what else waits.
func (e *Engine) Commit(b *record.Batch, done func(error)) {
	k, err := e.find(b.Record)
	if err == nil {
		err = e.enqueue(k, &request{batch: b, done: done, since: time.Now()})
	}
	if err != nil {
		done(err)
	}
}

// enqueue adds to the queue of a record, and has somebody work it off. nil stands for the end of a turn.
func (e *Engine) enqueue(k *kept, r *request) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if err := e.stopped(); err != nil {
		return err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	switch {
	case r == nil:
		k.passing = k.turn
	case k.session != nil:
		r.turn = k.turn // nobody else has one before all of this one is settled
		fallthrough
	default:
		k.queue = append(k.queue, r)
	}
	if !k.writing {
		k.writing = true
		e.drains.Go(func() { e.drain(k) })
	}
	return nil
}

// drain writes until nothing waits.
func (e *Engine) drain(k *kept) {
	for {
		runtime.Gosched() // let those who are about to write: one transaction serves them all
		k.mu.Lock()
		waiting, passing := k.queue, k.passing
		k.queue, k.passing = nil, 0
		k.writing = len(waiting) > 0 || passing > 0
		writing := k.writing
		k.mu.Unlock()
		if !writing {
			return
		}
		e.writeAll(k, waiting)
		if passing > 0 {
			e.pass(k, passing)
		}
	}
}

// pass ends a turn that was not handed on with its last batch, and tells what became of what it began on.
func (e *Engine) pass(k *kept, turn int64) {
	s, began, firm := k.ending(turn)
	if s == nil { // it has ended
		return
	}
	if e.closed.Load() { // Close may have looked before there was anything to break
		drop([]*session{s})
	}
	err := s.pass()
	if err == nil && e.sessions.old(s) {
		err = errOld
	}
	if err != nil {
		drop([]*session{s})
	}
	k.ended()
	e.sessions.put(s)
	switch {
	case err == nil:
	case firm: // by the same connection, before
		err = nil
	default:
		err = e.stillThere(k, began, err)
	}
	if err == nil {
		e.durable(k, began.at)
	}
	k.settle(err)
}

// stillThere finds out, where the connection broke, whether what a turn began on was lost with it: nil where the last entry of that stands on the server
// as it did, and is durable, and so is everything before it. It is asked once; where it does not answer, nobody knows.
func (e *Engine) stillThere(k *kept, last tailRow, why error) error {
	if last.envelope == nil || e.closed.Load() { // more than came with the turn
		return fmt.Errorf("%w: %w", record.ErrConflict, why)
	}
	ctx, cancel := context.WithTimeout(e.ctx, patience)
	defer cancel()
	err := e.sessions.lend(ctx, func(s *session) error {
		k.passesOn(s)
		defer k.ended()
		if e.closed.Load() {
			return record.ErrClosed
		}
		envelope, err := s.envelope(ctx, k.number, last.at)
		if err == nil && !slices.Equal(envelope, last.envelope) {
			err = errMoved
		}
		if err != nil {
			return err
		}
		return e.barrier(ctx, s)
	})
	if err != nil {
		return fmt.Errorf("%w: %w: %v", record.ErrConflict, why, err)
	}
	return nil
}

// ending gives the session of a turn that ends, nil where another has begun, and the entry that the turn began on, with its envelope where that came with
// the turn; firm says that this is durable. Close need not wait for it.
func (k *kept) ending(turn int64) (s *session, began tailRow, firm bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.turn != turn || k.session == nil {
		return nil, began, false
	}
	began.at = k.began
	if n := len(k.tail); n > 0 && k.tail[n-1].at == k.began && k.void < turn { // where a batch was refused, the next turn begins anew anyway
		began = k.tail[n-1]
	}
	s = k.session
	k.session, k.tail, k.passes = nil, nil, s
	return s, began, k.firm
}

// passesOn notes a session on which nothing is waited for but that what others wrote is durable.
func (k *kept) passesOn(s *session) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.passes = s
}

func (k *kept) ended() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.passes = nil
}

// endPasses breaks the connections on which nothing is waited for but that what others wrote is durable.
func (e *Engine) endPasses() {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, k := range e.kept {
		k.mu.Lock()
		if k.passes != nil {
			drop([]*session{k.passes})
		}
		k.mu.Unlock()
	}
}

// writeAll writes batches: those that stand one upon the other go into one transaction. Whatever does not stand on the
// head, as the server says where that is, is refused; and so is whatever was decided in the same turn after what was not
// written. Where it would stand says nothing: others may have written as many entries in the place of those that it was decided on.
func (e *Engine) writeAll(k *kept, waiting []*request) {
	asked := false // the server, where the head is
	for waiting = k.refuse(waiting); len(waiting) > 0; waiting = k.refuse(waiting) {
		head, fence := k.standing()
		group, others := chain(waiting, head)
		err := errMoved
		switch {
		case len(group) > 0:
			err = e.write(k, group, fence)
		case asked:
			err, group, others = record.ErrConflict, waiting[:1], waiting[1:]
		}
		if errors.Is(err, errMoved) {
			if err = e.ask(k); err == nil {
				asked = true
				continue
			}
			group, others = waiting, nil
		}
		if err == nil {
			last := group[len(group)-1].batch.Head
			k.moved(last)
			e.durable(k, last)
			k.settle(nil)
			if slices.ContainsFunc(group, func(r *request) bool { return len(r.batch.Erase) > 0 }) {
				e.clearAway()
			}
		} else {
			k.voided(group[len(group)-1].turn)
		}
		for _, r := range group {
			r.done(err)
		}
		waiting = others
	}
}

// voided notes that something was not written that was decided in a turn. What is decided under no turn stands by itself.
func (k *kept) voided(turn int64) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.void = max(k.void, turn)
}

// refuse says of what was decided on what was not written that it is not written either, and gives the rest.
func (k *kept) refuse(waiting []*request) (rest []*request) {
	k.mu.Lock()
	void := k.void
	k.mu.Unlock()
	for _, r := range waiting {
		//mutants:guard nothing is written that was decided on entries that others took the place of
		if r.turn > 0 && r.turn <= void {
			r.done(record.ErrConflict)
			continue
		}
		rest = append(rest, r)
	}
	return rest
}

func (k *kept) standing() (cite.Position, int64) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.head, k.fence
}

func (k *kept) moved(head cite.Position) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.head = max(k.head, head)
}

// maxStatement is about how many bytes go into one statement.
const maxStatement = 16 << 20

// chain picks the batches that stand one upon the other from the head, from the first on, as many as one statement takes.
func chain(waiting []*request, head cite.Position) (group, others []*request) {
	size := 0
	for i, r := range waiting {
		if r.batch.Before != head || size > maxStatement {
			return waiting[:i], waiting[i:]
		}
		head = r.batch.Head
		for i := range r.batch.Rows {
			size += len(r.batch.Rows[i].Envelope) + len(r.batch.Rows[i].Data) + len(r.batch.Rows[i].Text)
		}
	}
	return waiting, nil
}

// errMoved says that the head is not where a statement took it to be; nothing was written.
var errMoved = errors.New("the head has moved")

// ask has the server say where the head is.
func (e *Engine) ask(k *kept) error {
	var head, fence int64
	if err := e.looking(func(ctx context.Context) error {
		return e.read.QueryRow(ctx, "SELECT position, fence FROM plenary.record WHERE number = $1", k.number).Scan(&head, &fence)
	}); err != nil {
		return away(err)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.head, k.fence = cite.Position(head), fence
	return nil
}

// write writes batches that stand one upon the other. Where the connection breaks before the server has answered, it
// finds out what became of them.
func (e *Engine) write(k *kept, group []*request, fence int64) error {
	args, err := arguments(k.number, fence, group)
	if err != nil {
		return fmt.Errorf("%w: %w", record.ErrNotWritten, err)
	}
	last := group[len(group)-1].batch
	for {
		moved, err := e.append(k, args, last)
		switch {
		case err == nil && moved:
			return nil
		case err == nil:
			return errMoved
		case errors.Is(err, record.ErrConflict):
			return err
		case refused(err), errors.Is(err, errUnsent): // it was rolled back, or never came there
			return away(err)
		}
		again, err := e.resolve(k, group, err)
		if !again {
			return err
		}
		if time.Since(group[0].since) > e.again { // whoever asked is better told
			return fmt.Errorf("%w: %w: the server was away", record.ErrNotWritten, record.ErrAway)
		}
		_, fence = k.standing()
		args[2] = fence
	}
}

// errUnsent says that no statement was sent.
var errUnsent = errors.New("not sent")

// append sends the statement, on the session that has the turn where there is one, and says whether the head moved. What was decided upon
// entries that may be lost is sent on the connection on which they were found, or not at all: another may lead to a server where others
// took their place.
func (e *Engine) append(k *kept, args []any, last *record.Batch) (moved bool, err error) {
	k.mu.Lock()
	s := k.session
	k.mu.Unlock()
	if s != nil && e.sessions.old(s) { // another server may be in the place of its own
		drop([]*session{s})
	}
	if s == nil || s.broken() {
		//mutants:guard nothing is written on top of entries that others may have taken the place of
		if k.unsettled() {
			return false, fmt.Errorf("%w: what it was decided upon may be lost", record.ErrConflict)
		}
		e.freeBroken(k)
		if s, err = e.sessions.get(e.ctx); err != nil {
			return false, fmt.Errorf("%w: %w", errUnsent, err)
		}
		defer func() { e.sessions.put(s) }()
	}
	v, err := s.values(args...)
	if err != nil {
		return false, fmt.Errorf("%w: %w", errUnsent, err)
	}
	notice := fmt.Sprintf("head %d %d", k.number, last.Head)
	if last.Last {
		return e.appendLast(k, s, v, notice)
	}
	var leaf []byte
	if n := len(last.Rows); n > 0 {
		h := record.LeafHash(last.Rows[n-1].Envelope)
		leaf = h[:]
	}
	told, err := s.values(notice, rowid(k.number, last.Head), leaf)
	if err != nil {
		return false, fmt.Errorf("%w: %w", errUnsent, err)
	}
	moved, err = s.append(v, told)
	if err == nil && moved && e.sessions.old(s) { // it may not stand on the server that is in the place of that one
		err = errOld
	}
	if err != nil && !refused(err) {
		drop([]*session{s})
	}
	s.used()
	return moved, err
}

// appendLast sends the last batch of a turn, and gives the turn back with it. The mark behind it vouches for where the turn began only on the connection
// that had it: what is known of the head may be of another server.
func (e *Engine) appendLast(k *kept, s *session, v [][]byte, notice string) (moved bool, err error) {
	moved, err, durable := s.appendLast(v)
	if durable == nil && e.sessions.old(s) {
		durable = errOld
	}
	if durable != nil {
		drop([]*session{s})                                                                                      // what became of it is looked up
		return false, fmt.Errorf("record: it is not known whether it is durable: %v", errors.Join(err, durable)) // whatever the server said: it may be there
	}
	if began, had := k.gives(s); had {
		e.durable(k, began)
		k.settle(nil)
		go func() {
			e.tell(s, notice, moved)
			e.sessions.put(s)
		}()
		if err == nil && !moved { // the turn is gone, and another may have it: what is sent again would move the head under them
			err = record.ErrConflict
		}
	}
	return moved, err
}

// gives reports whether a session had the turn, and takes it from there; began is where the turn began.
func (k *kept) gives(s *session) (began cite.Position, had bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.session != s {
		return 0, false
	}
	k.session, k.tail = nil, nil
	return k.began, true
}

// tell tells all nodes of what was written; where it fails, they look by themselves.
func (e *Engine) tell(s *session, notice string, moved bool) {
	if !moved {
		return
	}
	ctx, cancel := context.WithTimeout(e.ctx, patience)
	defer cancel()
	if _, err := s.query(ctx, "notify", notice); err != nil && e.ctx.Err() == nil {
		drop([]*session{s})
	}
}

// resolve finds out what became of batches whose statement was sent and not answered: nil where they were written. again
// says that they were not and never will be by that statement, and may be sent again. While the server is away it waits,
// and with it whoever asked: nobody can know.
func (e *Engine) resolve(k *kept, group []*request, why error) (again bool, err error) {
	k.doubted(true)
	defer k.doubted(false)
	e.freeBroken(k)
	e.o.Logger.Warn("the connection to the database broke while something was being written; what became of it is looked up", "err", why)
	before, last := group[0].batch.Before, group[len(group)-1].batch
	for wait := 10 * time.Millisecond; ; wait = min(2*wait, time.Second) {
		var at standing
		var envelope []byte
		ctx, cancel := context.WithTimeout(e.ctx, patience)
		err := e.sessions.lend(ctx, func(s *session) (err error) {
			if at, err = s.raise(ctx, k.number); err == nil && at.head >= last.Head {
				envelope, err = s.envelope(ctx, k.number, last.Head)
			}
			if err == nil && e.sessions.old(s) { // what it has, the one in its place may not have
				err = errOld
			}
			return err
		})
		cancel()
		switch {
		case errors.Is(err, record.ErrNoRecord):
			return false, fmt.Errorf("%w: %w", record.ErrNotWritten, err)
		case err == nil:
			k.mu.Lock()
			k.fence = at.fence
			k.mu.Unlock()
			switch {
			case at.head == before:
				return true, nil
			case envelope != nil && len(last.Rows) > 0 && slices.Equal(envelope, last.Rows[len(last.Rows)-1].Envelope):
				return false, nil
			}
			return false, errMoved
		case e.closed.Load():
			return false, fmt.Errorf("record: what became of the last entries is not known: %w", why)
		}
		if !pause(e.ctx, wait) {
			return false, fmt.Errorf("record: what became of the last entries is not known: %w", why)
		}
	}
}

// freeBroken has another session take the slot of the one that has the turn, where that is broken. The turn does not end with it.
func (e *Engine) freeBroken(k *kept) {
	k.mu.Lock()
	s := k.session
	k.mu.Unlock()
	if s != nil {
		e.sessions.freeBroken(s)
	}
}

func (k *kept) doubted(is bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.doubt = is
}

// arguments are those of the statement that writes batches. A text that is erased by the batches that bring it is
// never stored. Tiles that are not full, and grow with each entry, are stored only where they cannot be made of what
// stands beside the entries: above the lowest level, where they grow once in 256 entries.
func arguments(number, fence int64, group []*request) ([]any, error) {
	const width = 1 << merkle.Height
	first, last := group[0].batch, group[len(group)-1].batch
	var envelopes, leaves, data, texts, hashes, keys, outcomes [][]byte
	var tiles, erase []int64
	grown := int64(first.Before)/width != int64(last.Head)/width
	at := map[int64]int{} // where a tile stands in the list
	for _, r := range group {
		b := r.batch
		for i := range b.Rows {
			row := &b.Rows[i]
			leaf := record.LeafHash(row.Envelope)
			envelopes, leaves, data, texts = append(envelopes, row.Envelope), append(leaves, leaf[:]), append(data, row.Data), append(texts, row.Text)
		}
		for _, t := range b.Tiles {
			full := len(t.Hashes) == width*sha256.Size
			if !grown || t.Level == 0 && !full {
				continue
			}
			id := tileid(number, t.Level, t.N)
			if i, twice := at[id]; twice {
				hashes[i] = t.Hashes
				continue
			}
			at[id] = len(tiles)
			tiles, hashes = append(tiles, id), append(hashes, t.Hashes)
		}
		for _, t := range b.Tokens {
			key := tokenKey(number, t.Hash)
			o, err := stored(key, t.Outcome)
			if err != nil {
				return nil, err
			}
			keys, outcomes = append(keys, key), append(outcomes, o)
		}
		for _, p := range b.Erase {
			//mutants:guard a text that is erased is deleted, and never stored where the same transaction brings it
			if p > first.Before && p <= b.Head {
				texts[p-first.Before-1] = nil
			} else {
				erase = append(erase, rowid(number, p))
			}
		}
	}
	return []any{int(number), int64(first.Before), fence, int64(last.Head), rowid(number, first.Before),
		envelopes, leaves, data, texts, tiles, hashes, keys, outcomes, erase}, nil
}
