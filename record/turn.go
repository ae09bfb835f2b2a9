package record

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/record/merkle"
	"golang.org/x/mod/sumdb/tlog"
)

// recordState is the one writer's view of one record.
type recordState struct {
	meta Meta

	// seq is the sequencer among the callers of this log: whoever holds its one token has the turn, and owns
	// ahead and last.
	seq   chan struct{}
	ahead *merkle.Tree // the tree with everything appended, durable or not
	last  time.Time    // envelope time of the last entry appended

	own atomic.Int64 // the last position that this log knows of, in flight or durable

	proving sync.Mutex // one proof at a time may store a checkpoint

	marking   sync.Mutex // guards forgotten, and is held while the high mark is written
	forgotten bool       // it has no high mark any more: without a record one would be damage

	mu sync.Mutex // guards the rest
	recordStand
	turning bool                       // a turn lasts
	pending map[TokenHash]*TokenResult // of batches in flight
	told    []func(error)              // when what others wrote is durable, or may be lost
	note    []byte                     // the last checkpoint signed
	noted   int64
	seals   map[[sha256.Size]byte]bool // hashes of checkpoints whose signature was found good
}

// recordStand is how a record stands.
type recordStand struct {
	loaded  bool
	durable cite.Position
	root    tlog.Hash     // of the durable tree
	right   Right         // to write; held while a turn lasts or a batch is in flight
	passed  bool          // it is handed on, or will be as soon as what was committed under it is written
	flight  int           // batches handed to the engine and not yet answered, and what others wrote that is not durable yet
	others  cite.Position // the head of what others wrote and that is not durable yet; 0 where all of it is
	stale   bool          // a batch failed: ahead must be made anew from what is durable
	unread  cite.Position // where reading stopped, or cannot be trusted; 0 for nowhere
	behind  cite.Position // how many entries were acknowledged, where there are fewer
	halted  error         // why nothing may be written any more; nil while all is well
	moved   chan struct{} // closed at the next change
	erased  *erasures
}

func newRecordState(m Meta) *recordState {
	return &recordState{meta: m, seq: make(chan struct{}, 1), recordStand: recordStand{moved: make(chan struct{}), erased: newErasures()}, pending: map[TokenHash]*TokenResult{}}
}

// stand says how the record stands.
func (d *recordState) stand() recordStand {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.recordStand
}

// Turn is the right to write next. It must end with Commit or Release; until then nobody else writes
// on that record.
type Turn struct {
	log   *Log
	state *recordState
	batch Batch
	known map[TokenHash]*TokenResult // looked up by LookupTokens; nil where there was none
	ended bool
}

// Turn waits for its turn on a record and takes it: among the callers of this log, and among all logs over
// the same storage. What others wrote is checked and known when it returns; Tail hands it on.
func (l *Log) Turn(ctx context.Context, id ID) (*Turn, error) {
	d, err := l.state(id)
	if err != nil {
		return nil, err
	}
	select {
	case d.seq <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if err := d.begin(ctx, l); err != nil {
		d.end(false)
		return nil, err
	}
	return &Turn{log: l, state: d, batch: Batch{Record: id, Before: cite.Position(d.ahead.Size())}}, nil
}

// begin takes the right to write, if it is not held already, and brings ahead to the head; it refuses where
// nothing may be written.
func (d *recordState) begin(ctx context.Context, l *Log) error {
	for {
		at := d.beginning()
		if at.halted == nil {
			at.halted = l.Damage()
		}
		switch {
		case at.halted != nil:
			return fmt.Errorf("%w: %w", ErrReadOnly, at.halted)
		case !at.loaded:
			return fmt.Errorf("%w: not loaded", ErrReadOnly)
		case !at.stale && at.right != nil && !at.passed && !at.right.Wanted():
			return nil // nobody else wrote: the right was never given back
		case at.flight > 0: // what is on its way settles first
			d.handOn()
			if err := d.settling(ctx, at.moved); err != nil {
				return err
			}
			continue
		}
		if at.right != nil {
			d.setRight(nil)
			at.right.Release() // those who wait come first
		}
		right, err := l.engine.Sequence(ctx, d.meta.ID)
		if err != nil {
			return l.seen(d.meta.ID, err)
		}
		d.setRight(right)
		return l.seen(d.meta.ID, d.catchUp(ctx, l))
	}
}

// patience is how long a turn waits for what is on its way before whoever asks is told to try again: a storage that is
// away may not say for long what became of it.
const patience = 10 * time.Second

// settling waits until what is on its way may have settled.
func (d *recordState) settling(ctx context.Context, moved <-chan struct{}) error {
	t := time.NewTimer(patience)
	defer t.Stop()
	select {
	case <-moved:
		return nil
	case <-t.C:
		return fmt.Errorf("%w: %w: what is on its way has not come there yet", ErrNotWritten, ErrAway)
	case <-ctx.Done():
		return ctx.Err()
	}
}

// beginning says that a turn begins, and how the record stands.
func (d *recordState) beginning() recordStand {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.turning = true
	return d.recordStand
}

func (d *recordState) setRight(r Right) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.right, d.passed = r, false
}

// end ends a turn; where nothing of this log is on its way, others may write. stale says that what was
// appended is void.
func (d *recordState) end(stale bool) {
	d.change(func() {
		d.turning = false
		d.stale = d.stale || stale
	})
	<-d.seq
}

// change changes how the record stands, and gives the right to write back where nothing is on its way. Where only what others wrote
// is, it is handed on: nothing of this log will tell whether that is durable.
func (d *recordState) change(f func()) {
	then := func() {}
	defer func() { then() }()
	d.mu.Lock()
	defer d.mu.Unlock()
	f()
	switch {
	case d.turning || d.right == nil:
	case d.flight == 0:
		then, d.right = d.right.Release, nil
	default:
		then = d.passing()
	}
}

// handOn is passing where a turn waits to begin.
func (d *recordState) handOn() {
	pass := func() {}
	defer func() { pass() }()
	d.mu.Lock()
	defer d.mu.Unlock()
	pass = d.passing()
}

// passing gives what hands the right on where only what others wrote is on its way. d.mu is held.
func (d *recordState) passing() (pass func()) {
	if d.right == nil || d.passed || d.flight != 1 || d.others == 0 {
		return func() {}
	}
	d.passed = true
	return d.right.(Handover).Pass
}

// catchUp brings ahead to the head, whoever wrote what stands there. What others wrote is checked as at the start.
// Nothing is in flight, and the right to write is held.
func (d *recordState) catchUp(ctx context.Context, l *Log) error {
	b := &beginning{log: l, state: d}
	head, durable, err := b.head()
	if err != nil {
		return err
	}
	at := d.stand()
	if at.stale {
		if d.ahead, err = l.loadTree(d.meta.ID, int64(at.durable)); err != nil {
			return err
		}
		if d.last, err = l.timeOf(ctx, d.meta.ID, at.durable); err != nil { // that of what failed is nobody's
			return err
		}
	}
	if head < at.durable {
		return fmt.Errorf("%w: the storage holds %d entries, %d were durable", ErrDamaged, head, at.durable)
	}
	last := d.last
	if head > at.durable {
		x := &examination{log: l, id: d.meta.ID, tree: d.ahead, last: last, erased: at.erased, going: true}
		if !durable { // it may be lost, and a text that it says was erased be there again
			x.erased = newErasures()
		}
		if err = x.read(ctx, at.durable+1, head, func(Entry) error { return nil }); err == nil {
			last, b.at, b.root = x.last, head, d.ahead.Root()
			if durable {
				err = b.isDurable()
			} else {
				b.erased = x.erased.all()
			}
		} else if !durable && errors.Is(err, ErrDamaged) { // perhaps it is lost, and the storage another: the next turn will see
			err = fmt.Errorf("%w: what others wrote just now cannot be read: %v", ErrConflict, err)
		}
		if err != nil {
			d.voidAhead()
			return err
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.last, d.stale = last, false
	d.own.Store(int64(head))
	clear(d.pending)
	if !durable && b.at > 0 {
		d.flight, d.others = d.flight+1, head
	}
	return nil
}

// beginning is what others wrote before a turn.
type beginning struct {
	log    *Log
	state  *recordState
	at     cite.Position // its head; 0 as long as it was not read
	root   tlog.Hash
	erased []cite.Position // what it says was erased
}

// head says where the turn begins, and whether that is durable. If not, it is told later.
func (b *beginning) head() (cite.Position, bool, error) {
	if h, ok := b.state.stand().right.(Handover); ok {
		head, durable := h.Begins(b.settled)
		return head, durable || head <= b.state.stand().durable, nil
	}
	head, _, err := b.log.engine.Watch(b.state.meta.ID)
	return head, true, err
}

// isDurable notes that what others wrote is durable.
func (b *beginning) isDurable() error {
	d := b.state
	if err := b.log.mark(d, b.at, b.root); err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.erased.add(b.erased...)
	d.erased.readTo(b.at)
	d.durable, d.root = b.at, b.root
	d.wake()
	return nil
}

// settled is told whether what others wrote is durable. Where it may be lost, everything that stands on it fails too, and the next turn
// begins on what is durable.
func (b *beginning) settled(err error) {
	d := b.state
	if b.at == 0 { // nobody took it in
		return
	}
	if err == nil {
		err = b.isDurable()
	}
	d.mu.Lock()
	if err != nil {
		d.stale = true
		d.own.Store(int64(d.durable))
		if !notWritten(err) && d.halted == nil {
			d.halted = err
		}
	}
	told := d.told
	d.told, d.others = nil, 0 // whoever asks from here on is told at once
	d.mu.Unlock()
	for _, f := range told {
		f(err)
	}
	d.change(func() {
		d.flight--
		d.wake()
	})
}

// Settled has f told once whether what others wrote before this turn is durable: with nil when it is, else with why not. Until then
// it may be decided upon, and neither shown nor acknowledged.
func (t *Turn) Settled(f func(error)) {
	var err error
	d := t.state
	d.mu.Lock()
	switch {
	case d.others > 0:
		d.told, f = append(d.told, f), func(error) {}
	case d.stale:
		err = fmt.Errorf("%w: what the turn began on was lost", ErrConflict)
	}
	d.mu.Unlock()
	f(err)
}

// timeOf is when an entry was written; the beginning of all time for position 0.
func (l *Log) timeOf(ctx context.Context, id ID, p cite.Position) (at time.Time, err error) {
	if p > 0 {
		err = l.Entries(ctx, id, p, p, func(e Entry) error { at = e.Time; return nil })
	}
	return at, err
}

// voidAhead has ahead made anew by the next turn.
func (d *recordState) voidAhead() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.stale = true
}

// wake tells those who wait for a position. d.mu is held.
func (d *recordState) wake() {
	close(d.moved)
	d.moved = make(chan struct{})
}

// Distant reports whether the storage may be away before what is decided in the turn is durable.
func (t *Turn) Distant() bool {
	d, ok := t.log.engine.(Distant)
	return ok && d.Distant()
}

// Head is the position of the last entry, those of this turn included.
func (t *Turn) Head() cite.Position { return cite.Position(t.state.ahead.Size()) }

// Tail hands on the entries after a position up to where the turn begins, in order: what others wrote, or,
// from 0, all of the record. It waits until those that this log wrote are durable; of the others Settled tells. ErrConflict
// says that some of them failed instead: then the turn is void, and the next one stands on what is durable.
func (t *Turn) Tail(ctx context.Context, since cite.Position, each func(Entry) error) error {
	if since >= t.batch.Before {
		return nil
	}
	d := t.state
	for {
		at := d.stand()
		switch {
		case at.stale:
			return fmt.Errorf("%w: an earlier batch failed", ErrConflict)
		case at.durable >= t.batch.Before:
			return t.log.Entries(ctx, d.meta.ID, since+1, t.batch.Before, each)
		case at.others == t.batch.Before:
			// What is durable by itself: the rest comes from memory wherever it came with the turn, however long ago that is.
			if err := t.log.Entries(ctx, d.meta.ID, since+1, at.durable, each); err != nil {
				return err
			}
			err := t.log.entries(ctx, d.meta.ID, max(since, at.durable)+1, t.batch.Before, each)
			if errors.Is(err, ErrDamaged) { // perhaps it is lost, and the storage another: the next turn will see
				err = fmt.Errorf("%w: what others wrote just now cannot be read: %v", ErrConflict, err)
			}
			return err
		}
		select {
		case <-at.moved:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Append adds an entry to the turn and says where and when it stands. The texts that the entry says were
// erased are deleted with their salts in the transaction of this turn. It fails only for entries that
// are too large or when there is no randomness.
func (t *Turn) Append(n New) (cite.Entry, error) {
	if len(n.Data) > MaxPart || len(n.Text) > MaxPart {
		return cite.Entry{}, fmt.Errorf("record: part of %d bytes", max(len(n.Data), len(n.Text)))
	}
	d := t.state
	now := t.log.now().UTC().Truncate(1)
	if now.Before(d.last) {
		now = d.last
	}
	data, err := t.log.salt(n.Data)
	if err != nil {
		return cite.Entry{}, err
	}
	env := Envelope{Record: d.meta.ID, Position: t.Head() + 1, Time: now, Class: n.Class, Data: CommitData(data)}
	row := Row{Position: env.Position, Data: data}
	if n.Text != nil {
		if row.Text, err = t.log.salt(n.Text); err != nil {
			return cite.Entry{}, err
		}
		c := CommitText(row.Text)
		env.Text = &c
	}
	row.Envelope = env.Marshal()
	d.last = now
	d.ahead.Append(LeafHash(row.Envelope), func(full merkle.Tile) { t.batch.Tiles = append(t.batch.Tiles, full) })
	t.batch.Rows = append(t.batch.Rows, row)
	t.batch.Erase = append(t.batch.Erase, t.log.erasedBy(n.Data)...)
	return cite.Entry{Position: env.Position, Time: now}, nil
}

func (l *Log) salt(b []byte) ([]byte, error) {
	out := make([]byte, SaltSize+len(b))
	if _, err := io.ReadFull(l.random, out[:SaltSize]); err != nil {
		return nil, fmt.Errorf("record: no randomness: %w", err)
	}
	copy(out[SaltSize:], b)
	return out, nil
}

// Remember stores what became of an ask under the hash of its token.
func (t *Turn) Remember(h TokenHash, o TokenResult) {
	t.batch.Tokens = append(t.batch.Tokens, TokenRow{h, o})
	t.state.mu.Lock()
	defer t.state.mu.Unlock()
	t.state.pending[h] = &o
}

// LookupTokens looks up what became of earlier asks with the same tokens, of all that will be decided in the
// turn at once: one look at the disk serves them all, and nobody waits for it under a lock. While the
// turn lasts nobody else can write a token.
func (t *Turn) LookupTokens(hs []TokenHash) error {
	if len(hs) == 0 {
		return nil
	}
	t.known = make(map[TokenHash]*TokenResult, len(hs))
	// What is on its way first: it leaves pending only when it can be read from the disk.
	look, stands := t.state.onTheirWay(hs, t.known)
	found, err := t.log.engine.Tokens(t.state.meta.ID, look)
	for h, o := range found {
		if err = errors.Join(err, outOfTurn(o, stands)); err == nil {
			t.known[h] = o
		}
	}
	if err != nil { // of none it is known that there is none
		t.known = nil
	}
	return t.log.seen(t.state.meta.ID, err)
}

// outOfTurn says of an outcome that is stored that it stands after what was there when the turn began: the turn was lost meanwhile, and nobody knows whether
// what was found is durable.
func outOfTurn(o *TokenResult, stands cite.Position) error {
	if o != nil && o.First > stands {
		return fmt.Errorf("%w: somebody else had the turn", ErrConflict)
	}
	return nil
}

// onTheirWay notes the outcomes that are in flight, and returns the tokens that have none there; and up to where the outcomes stand that are not: of what is
// durable, and of what others wrote before the turn.
func (d *recordState) onTheirWay(hs []TokenHash, known map[TokenHash]*TokenResult) (look []TokenHash, stands cite.Position) {
	look = make([]TokenHash, 0, len(hs))
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, h := range hs {
		if known[h] = d.pending[h]; known[h] == nil {
			look = append(look, h)
		}
	}
	return look, max(d.durable, d.others)
}

// Outcome returns what became of an earlier ask with the same token, nil if there was none.
func (t *Turn) Outcome(h TokenHash) (*TokenResult, error) {
	var now [1]TokenHash
	now[0] = h
	flight := map[TokenHash]*TokenResult{}
	look, stands := t.state.onTheirWay(now[:], flight)
	if len(look) == 0 {
		return flight[h], nil
	}
	if o, ok := t.known[h]; ok {
		return o, nil
	}
	found, err := t.log.engine.Tokens(t.state.meta.ID, now[:])
	return found[h], t.log.seen(t.state.meta.ID, errors.Join(err, outOfTurn(found[h], stands)))
}

// Release ends a turn in which nothing is to be written; what was appended is void. After Commit it does
// nothing.
func (t *Turn) Release() {
	if !t.ended {
		t.ended = true
		t.state.end(len(t.batch.Rows) > 0)
	}
}

// Commit hands everything of the turn to the engine and ends the turn, so that the next one can be
// decided while this one becomes durable. done is called once: with nil when every entry is durable
// and the high mark is written, else with why not; then everything decided on top of it fails too. No turn
// that stands on what is durable begins before done has returned.
func (t *Turn) Commit(done func(error)) {
	t.ended = true
	d := t.state
	b := &t.batch
	b.Tiles = append(b.Tiles, d.ahead.Partial()...)
	b.Head, b.Root = cite.Position(d.ahead.Size()), d.ahead.Root()
	d.own.Store(int64(b.Head))
	var noted []cite.Position
	d.change(func() {
		d.flight++
		if h, ok := d.right.(Handover); ok && !d.passed && h.Awaited() {
			b.Last, d.passed = true, true
		}
		if !b.Last && d.others == 0 { // else whoever finds a text gone before it is durable waits for the head: what others say of it is not noted yet either
			noted = d.erased.add(b.Erase...) // whoever finds it gone before we are told need not look why
		}
	})
	t.log.engine.Commit(b, func(err error) {
		err = t.log.seen(d.meta.ID, err)
		if err == nil {
			d.erased.add(b.Erase...)
		}
		if notWritten(err) {
			d.erased.remove(noted)
		}
		if err == nil {
			err = t.log.mark(d, b.Head, b.Root)
		}
		if err == nil && t.log.high != nil && b.LastToken > 0 {
			err = t.log.high.setTokens(b.LastToken)
		}
		d.settle(b, err)
		defer d.landed(b)
		done(err)
	})
	d.end(false)
}

// notWritten reports whether it is certain that nothing of a batch was written.
func notWritten(err error) bool {
	return errors.Is(err, ErrFull) || errors.Is(err, ErrNotWritten) || errors.Is(err, ErrConflict)
}

// settle notes what became of a batch.
func (d *recordState) settle(b *Batch, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err == nil {
		d.durable, d.root = b.Head, b.Root
		return
	}
	d.stale = true
	d.own.Store(int64(d.durable))
	if !notWritten(err) && d.halted == nil {
		d.halted = err
	}
}

// landed ends a batch's flight when everybody knows what became of it.
func (d *recordState) landed(b *Batch) {
	d.change(func() {
		d.flight--
		// One that was not written leaves what others wrote to be handed on; under a right that was handed on nothing more begins.
		d.passed = d.passed && !(b.Last && d.flight > 0)
		for _, tk := range b.Tokens {
			delete(d.pending, tk.Hash)
		}
		d.wake()
	})
}

// Follow waits until the storage holds entries after a position that came from another log, and returns the
// head. What this log wrote itself is passed over. The next turn knows them.
func (l *Log) Follow(ctx context.Context, id ID, after cite.Position) (cite.Position, error) {
	d, err := l.state(id)
	if err != nil {
		return after, err
	}
	for {
		head, moved, err := l.engine.Watch(id)
		if err != nil {
			return after, err
		}
		if head > after && int64(head) > d.own.Load() {
			return head, nil
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return after, ctx.Err()
		}
	}
}
