package record

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/openplenary/plenary/cite"
	"golang.org/x/mod/sumdb/tlog"
)

// Log is all records of one instance over one engine. Its methods may be called from many goroutines.
type Log struct {
	engine Engine
	key    *Key
	now    func() time.Time
	random io.Reader
	high   *HighWater

	mu      sync.Mutex
	records map[ID]*recordState // owned by mu; these have locks of their own
	unread  int                 // records that Load has not found sound
	damage  error               // the first damage found anywhere: all records lie in one file
}

// Options are what a Log needs beside its engine.
type Options struct {
	Key    *Key             // signs checkpoints; required
	Now    func() time.Time // the one clock of the instance; required
	Random io.Reader        // salts and ids; nil for crypto/rand
	High   *HighWater       // the high-water mark; nil keeps none (memory)
	// ReadOnly refuses every turn: for commands that look at an instance beside a running server.
	ReadOnly bool
}

// recordState is the one writer's view of one record.
type recordState struct {
	meta Meta

	// seq is the sequencer: whoever holds its one token has the turn, and owns ahead and last.
	seq   chan struct{}
	ahead *tree     // the tree with everything appended, durable or not
	last  time.Time // envelope time of the last entry appended

	proving sync.Mutex // one proof at a time may store a checkpoint

	mu      sync.Mutex
	loaded  bool
	durable cite.Position
	root    tlog.Hash // of the durable tree
	flight  int       // batches handed to the engine and not yet answered
	stale   bool      // a batch failed: ahead must be made anew from what is durable
	halted  error     // why nothing may be written any more; nil while all is well
	moved   chan struct{}
	pending map[TokenHash]*TokenResult // of batches in flight
	erased  *erasures
	note    []byte // the last checkpoint signed
	noted   int64
}

// Open makes a Log over an engine. Each record must be read once with Load before it can be written; until
// all of them were found sound, nothing that is stored changes.
func Open(engine Engine, o Options) (*Log, error) {
	l := &Log{engine: engine, key: o.Key, now: o.Now, random: o.Random, high: o.High, records: map[ID]*recordState{}}
	if l.random == nil {
		l.random = rand.Reader
	}
	metas, err := engine.Records()
	if err != nil {
		return nil, err
	}
	for _, m := range metas {
		d := newRecordState(m)
		if o.ReadOnly {
			d.halted = ErrReadOnly
		}
		l.records[m.ID] = d
	}
	l.unread = len(l.records)
	if l.high != nil {
		for _, id := range l.high.IDs() {
			if l.records[id] == nil {
				l.freeze(fmt.Errorf("%w: the record %s has a high mark and is not there: acknowledged entries are missing", ErrDamaged, id))
			}
		}
	}
	if l.unread == 0 && l.Damage() == nil {
		if err := l.engine.MarkVerified(); err != nil {
			l.freeze(err)
		}
	}
	return l, nil
}

func newRecordState(m Meta) *recordState {
	return &recordState{meta: m, seq: make(chan struct{}, 1), moved: make(chan struct{}), pending: map[TokenHash]*TokenResult{}, erased: newErasures()}
}

// Damage is the first damage that was found in any record, nil if there is none. Where there is some,
// nothing is written to any record any more and no checkpoint is signed.
func (l *Log) Damage() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.damage
}

func (l *Log) freeze(why error) {
	l.mu.Lock()
	if l.damage == nil {
		l.damage = why
	}
	l.mu.Unlock()
	l.engine.Freeze()
}

// seen passes an error on. If it tells of damage, writing stops.
func (l *Log) seen(id ID, err error) error {
	if errors.Is(err, ErrDamaged) {
		l.Halt(id, err)
	}
	return err
}

// Records lists the records of the instance, oldest first.
func (l *Log) Records() ([]Meta, error) { return l.engine.Records() }

// Key is the instance's checkpoint key.
func (l *Log) Key() *Key { return l.key }

// Close closes the engine.
func (l *Log) Close() error {
	err := l.engine.Close()
	if l.high != nil {
		err = errors.Join(err, l.high.Close())
	}
	return err
}

// NewID draws a record id.
func (l *Log) NewID() (ID, error) {
	var b [16]byte
	if _, err := io.ReadFull(l.random, b[:]); err != nil {
		return "", err
	}
	return ID(fmt.Sprintf("%x", b)), nil
}

// Create makes an empty record. Its origin is fixed for ever.
func (l *Log) Create(m Meta) error {
	if !m.ID.Valid() || m.Origin == "" {
		return fmt.Errorf("record: cannot create %q of %q", m.ID, m.Origin)
	}
	if damage := l.Damage(); damage != nil {
		return fmt.Errorf("%w: %w", ErrReadOnly, damage)
	}
	if err := l.engine.Create(m); err != nil {
		return err
	}
	d := newRecordState(m)
	d.loaded, d.ahead = true, &tree{}
	d.root = d.ahead.root()
	l.mu.Lock()
	l.records[m.ID] = d
	l.mu.Unlock()
	return nil
}

func (l *Log) state(id ID) (*recordState, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	d, ok := l.records[id]
	if !ok {
		return nil, fmt.Errorf("%w: %s", ErrNoRecord, id)
	}
	return d, nil
}

// Halt refuses every further turn of a record because of what was found; the first reason stays. Damage
// stops the writing of all records: they lie in one file.
func (l *Log) Halt(id ID, why error) {
	if d, err := l.state(id); err == nil {
		d.halt(why)
	}
	if errors.Is(why, ErrDamaged) {
		l.freeze(why)
	}
}

func (d *recordState) halt(why error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.halted == nil {
		d.halted = why
	}
}

// Halted says why a record may not be written any more, nil if it may.
func (l *Log) Halted(id ID) error {
	d, err := l.state(id)
	if err != nil {
		return err
	}
	d.mu.Lock()
	halted := d.halted
	d.mu.Unlock()
	if halted == nil {
		return l.Damage()
	}
	return halted
}

// Durable is the last durable position of a record.
func (l *Log) Durable(id ID) cite.Position {
	d, err := l.state(id)
	if err != nil {
		return 0
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.durable
}

// Wait returns when the position is durable, or with the context's error.
func (l *Log) Wait(ctx context.Context, id ID, p cite.Position) error {
	d, err := l.state(id)
	if err != nil {
		return err
	}
	for {
		d.mu.Lock()
		ok, moved := d.durable >= p, d.moved
		d.mu.Unlock()
		if ok {
			return nil
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Turn is the right to write next. It must end with Commit or Release; until then nobody else writes
// on that record.
type Turn struct {
	log   *Log
	led   *recordState
	batch Batch
	known map[TokenHash]*TokenResult // looked up by LookupTokens; nil where there was none
	ended bool
}

// Turn waits for the sequencer of a record and takes it.
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
	if err := d.ready(ctx, l); err != nil {
		<-d.seq
		return nil, err
	}
	return &Turn{log: l, led: d, batch: Batch{Record: id, Before: cite.Position(d.ahead.size)}}, nil
}

// ready makes ahead anew after a failed batch, and refuses where nothing may be written.
func (d *recordState) ready(ctx context.Context, l *Log) error {
	for {
		d.mu.Lock()
		halted, stale, flight, moved, loaded := d.halted, d.stale, d.flight, d.moved, d.loaded
		d.mu.Unlock()
		if halted == nil {
			halted = l.Damage()
		}
		switch {
		case halted != nil:
			return fmt.Errorf("%w: %w", ErrReadOnly, halted)
		case !loaded:
			return fmt.Errorf("%w: not loaded", ErrReadOnly)
		case !stale:
			return nil
		case flight > 0:
			select {
			case <-moved:
				continue
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		t, err := l.loadTree(d.meta.ID, int64(d.durable))
		if err != nil {
			return l.seen(d.meta.ID, err)
		}
		d.mu.Lock()
		d.ahead, d.stale = t, false
		clear(d.pending)
		d.mu.Unlock()
	}
}

// loadTree makes the right edge of the tree of a size from the stored tiles.
func (l *Log) loadTree(id ID, size int64) (*tree, error) {
	t := &tree{size: size}
	levels := 0
	for s := size; s > 0; s >>= TileHeight {
		levels++
	}
	t.edge = make([][]byte, levels)
	for level := 0; level < levels; level++ {
		done := size >> (uint(level) * TileHeight)
		t.edge[level] = make([]byte, 0, tileWidth*tlog.HashSize)
		want := int(done%tileWidth) * tlog.HashSize
		if want == 0 {
			continue
		}
		b, err := l.engine.Tile(id, level, done/tileWidth)
		if err != nil {
			return nil, err
		}
		if len(b) < want {
			return nil, fmt.Errorf("%w: tile %d/%d", ErrDamaged, level, done/tileWidth)
		}
		t.edge[level] = append(t.edge[level], b[:want]...)
	}
	for level := levels - 1; level >= 0; level-- {
		e := t.edge[level]
		for bit := TileHeight - 1; bit >= 0; bit-- {
			run := (1 << bit) * tlog.HashSize
			if (len(t.edge[level])/tlog.HashSize)&(1<<bit) != 0 {
				t.stack = append(t.stack, subtree(e[:run]))
				e = e[run:]
			}
		}
	}
	return t, nil
}

// subtree is the root over a run of 2^k hashes.
func subtree(hashes []byte) tlog.Hash {
	if len(hashes) == tlog.HashSize {
		var h tlog.Hash
		copy(h[:], hashes)
		return h
	}
	half := len(hashes) / 2
	return tlog.NodeHash(subtree(hashes[:half]), subtree(hashes[half:]))
}

// Head is the position of the last entry, those of this turn included.
func (t *Turn) Head() cite.Position { return cite.Position(t.led.ahead.size) }

// Append adds an entry to the turn and says where and when it stands. It fails only for entries that
// are too large or when there is no randomness.
func (t *Turn) Append(n New) (cite.Entry, error) {
	if len(n.Data) > MaxPart || len(n.Text) > MaxPart {
		return cite.Entry{}, fmt.Errorf("record: part of %d bytes", max(len(n.Data), len(n.Text)))
	}
	d := t.led
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
	d.ahead.append(LeafHash(row.Envelope), func(full Tile) { t.batch.Tiles = append(t.batch.Tiles, full) })
	t.batch.Rows = append(t.batch.Rows, row)
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

// Erase deletes the text at a position, with its salt, in the transaction of this turn's entries. One of
// them must be a conversation.erased/1 that names the position: a text that is missing otherwise is damage.
func (t *Turn) Erase(p cite.Position) { t.batch.Erase = append(t.batch.Erase, p) }

// Remember stores what became of an ask under the hash of its token.
func (t *Turn) Remember(h TokenHash, o TokenResult) {
	t.batch.Tokens = append(t.batch.Tokens, TokenRow{h, o})
	t.led.mu.Lock()
	t.led.pending[h] = &o
	t.led.mu.Unlock()
}

// LookupTokens looks up what became of earlier asks with the same tokens, of all that will be decided in the
// turn at once: one look at the disk serves them all, and nobody waits for it under a lock. While the
// turn lasts nobody else can write a token.
func (t *Turn) LookupTokens(hs []TokenHash) error {
	if len(hs) == 0 {
		return nil
	}
	t.known = make(map[TokenHash]*TokenResult, len(hs))
	look := make([]TokenHash, 0, len(hs))
	// What is on its way first: it leaves pending only when it can be read from the disk.
	t.led.mu.Lock()
	for _, h := range hs {
		if t.known[h] = t.led.pending[h]; t.known[h] == nil {
			look = append(look, h)
		}
	}
	t.led.mu.Unlock()
	found, err := t.log.engine.Tokens(t.led.meta.ID, look)
	for h, o := range found {
		t.known[h] = o
	}
	return t.log.seen(t.led.meta.ID, err)
}

// Outcome returns what became of an earlier ask with the same token, nil if there was none.
func (t *Turn) Outcome(h TokenHash) (*TokenResult, error) {
	t.led.mu.Lock()
	o := t.led.pending[h]
	t.led.mu.Unlock()
	if o != nil {
		return o, nil
	}
	if o, ok := t.known[h]; ok {
		return o, nil
	}
	found, err := t.log.engine.Tokens(t.led.meta.ID, []TokenHash{h})
	return found[h], t.log.seen(t.led.meta.ID, err)
}

// Release ends a turn in which nothing was appended.
func (t *Turn) Release() {
	if !t.ended {
		t.ended = true
		if len(t.batch.Rows) > 0 {
			t.led.mu.Lock()
			t.led.stale = true
			t.led.mu.Unlock()
		}
		<-t.led.seq
	}
}

// Commit hands everything of the turn to the engine and ends the turn, so that the next one can be
// decided while this one becomes durable. done is called once: with nil when every entry is durable
// and the high mark is written, else with why not; then everything decided on top of it fails too.
func (t *Turn) Commit(done func(error)) {
	t.ended = true
	d := t.led
	b := &t.batch
	b.Tiles = append(b.Tiles, d.ahead.partial()...)
	b.Head, b.Root = cite.Position(d.ahead.size), d.ahead.root()
	d.mu.Lock()
	d.flight++
	d.mu.Unlock()
	// Noted before it is done: a reader in between must not take it for damage.
	noted := d.erased.add(b.Erase...)
	t.log.engine.Commit(b, func(err error) {
		err = t.log.seen(d.meta.ID, err)
		if errors.Is(err, ErrFull) || errors.Is(err, ErrNotWritten) || errors.Is(err, ErrConflict) {
			d.erased.remove(noted)
		}
		if err == nil && t.log.high != nil {
			err = t.log.high.Set(d.meta.ID, b.Head, b.Root)
		}
		d.mu.Lock()
		d.flight--
		if err != nil {
			d.stale = true
			if !errors.Is(err, ErrFull) && !errors.Is(err, ErrNotWritten) && !errors.Is(err, ErrConflict) && d.halted == nil {
				d.halted = err
			}
		} else {
			d.durable, d.root = b.Head, b.Root
		}
		for _, tk := range b.Tokens {
			delete(d.pending, tk.Hash)
		}
		close(d.moved)
		d.moved = make(chan struct{})
		d.mu.Unlock()
		done(err)
	})
	<-d.seq
}

// Load reads a record from the beginning, checks it and hands each entry to each, in order. It
// checks: dense positions, times that never go back, the tree and every stored tile against the
// envelopes, every data commitment, the texts of the last entries (a text that is missing must have been
// erased by an entry that says so), and that the record is not shorter than its high mark. What is wrong is returned wrapped in ErrDamaged after everything readable was
// handed on; the record then stays readable and refuses turns. It is called once, before any turn.
func (l *Log) Load(ctx context.Context, id ID, each func(Entry) error) error {
	d, err := l.state(id)
	if err != nil {
		return err
	}
	t, last, erased, found := l.examine(ctx, id, each)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if found == nil {
		head := cite.Position(t.size)
		found = l.checkTexts(ctx, id, max(1, head-lastTexts+1), head, erased)
	}
	d.mu.Lock()
	d.ahead, d.last, d.durable, d.root, d.loaded, d.erased = t, last, cite.Position(t.size), t.root(), true, erased
	d.mu.Unlock()
	if found != nil {
		l.Halt(id, found)
		return found
	}
	l.mu.Lock()
	l.unread--
	sound := l.unread == 0 && l.damage == nil
	l.mu.Unlock()
	if sound {
		if found = l.engine.MarkVerified(); found != nil {
			l.Halt(id, found)
		}
	}
	return found
}

// erasures are the positions whose texts an entry says were erased, as far as that was read.
type erasures struct {
	mu   sync.Mutex
	at   map[cite.Position]bool
	upTo cite.Position
}

func newErasures() *erasures { return &erasures{at: map[cite.Position]bool{}} }

// add notes positions and returns those that are new.
func (t *erasures) add(ps ...cite.Position) (added []cite.Position) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, p := range ps {
		if !t.at[p] {
			t.at[p] = true
			added = append(added, p)
		}
	}
	return added
}

func (t *erasures) remove(ps []cite.Position) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, p := range ps {
		delete(t.at, p)
	}
}

// read notes what an entry says was erased.
func (t *erasures) read(e Entry) {
	t.upTo = e.Position
	body, ok := bytes.CutPrefix(e.Data, []byte(erasedKind))
	if !ok {
		return
	}
	var f struct {
		Position cite.Position `json:"position"`
	}
	if json.Unmarshal(body, &f) == nil {
		t.add(f.Position)
	}
}

// erasedKind begins the data of an entry that says that a text was erased.
const erasedKind = "conversation.erased/1\n"

// wasErased reports whether the text at a position was erased. Where another process writes, the entry that
// says so may be newer than what was read.
func (l *Log) wasErased(ctx context.Context, id ID, t *erasures, p cite.Position) (bool, error) {
	t.mu.Lock()
	known, from := t.at[p], t.upTo+1
	t.mu.Unlock()
	if known {
		return true, nil
	}
	head, err := l.engine.Head(id)
	if err != nil {
		return false, err
	}
	later := newErasures()
	err = l.scan(ctx, id, from, head, func(c checkedRow) error {
		if c.err == nil {
			later.read(c.entry)
		}
		return nil
	})
	if errors.Is(err, ErrNoEntry) || errors.Is(err, ErrDamaged) {
		err = nil // what cannot be read says nothing
	}
	return later.at[p], err
}

// examine reads and checks a record from the beginning without touching what is known of it.
func (l *Log) examine(ctx context.Context, id ID, each func(Entry) error) (*tree, time.Time, *erasures, error) {
	t, last, erased := &tree{}, time.Time{}, newErasures()
	var highAt cite.Position
	var highRoot tlog.Hash
	var found error // the first thing that is wrong
	// The mark first: beside a writer, the head that is read after it is never older.
	if l.high != nil {
		highAt, highRoot, found = l.high.Get(id)
	}
	head, err := l.engine.Head(id)
	if err != nil {
		return t, last, erased, err
	}
	wrong := func(format string, args ...any) {
		if found == nil {
			found = fmt.Errorf("%w: "+format, append([]any{ErrDamaged}, args...)...)
		}
	}
	tile := func(want Tile) {
		got, err := l.engine.Tile(id, want.Level, want.N)
		if err != nil || len(got) < len(want.Hashes) || !bytes.Equal(got[:len(want.Hashes)], want.Hashes) {
			wrong("tile %d/%d does not agree with the entries", want.Level, want.N)
		}
	}
	gap := false
	err = l.scan(ctx, id, 1, head, func(c checkedRow) error {
		switch {
		case c.err != nil:
			wrong("entry %d: %v", t.size+1, c.err)
			gap = true
		case c.entry.Record != id || int64(c.entry.Position) != t.size+1 || c.at != c.entry.Position:
			wrong("entry %d stands at position %d", c.entry.Position, t.size+1)
			gap = true
		case c.entry.Time.Before(last):
			wrong("entry %d: its time goes back", c.entry.Position)
		}
		last = c.entry.Time
		t.append(c.entry.Leaf, tile)
		if t.size == int64(highAt) && t.root() != highRoot {
			wrong("the tree of size %d has another root than its high mark", t.size)
		}
		if c.err == nil {
			erased.read(c.entry)
		}
		// What follows an entry that cannot be read is checked but not handed on: it may speak of it.
		if gap {
			return nil
		}
		return each(c.entry)
	})
	if ctx.Err() != nil {
		return t, last, erased, ctx.Err()
	}
	if err != nil {
		if found == nil {
			found = fmt.Errorf("%w: entry %d: %w", ErrDamaged, t.size+1, err)
		}
	} else {
		for _, p := range t.partial() {
			tile(p)
		}
	}
	if t.size < int64(highAt) {
		wrong("%d entries are there, the high mark says %d: acknowledged entries are missing", t.size, highAt)
	}
	return t, last, erased, found
}

// lastTexts is how many of the last texts are checked at start.
const lastTexts = 10_000

type checkedRow struct {
	at    cite.Position
	entry Entry
	err   error
}

// scan reads rows, checks what one row shows, and hands them on in order: reading and hashing run
// beside the caller.
func (l *Log) scan(ctx context.Context, id ID, from, to cite.Position, each func(checkedRow) error) error {
	if to < from {
		return nil
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	chunks := make(chan []checkedRow, 4)
	var readErr error
	go func() {
		defer close(chunks)
		// In slices, so that nothing is held open in the engine while the caller works.
		const size = 1024
		for ; from <= to; from += size {
			chunk := make([]checkedRow, 0, size)
			readErr = l.engine.Rows(ctx, id, from, min(to, from+size-1), func(p cite.Position, envelope, data []byte) error {
				chunk = append(chunk, checkRow(p, envelope, data))
				return nil
			})
			if readErr == nil && len(chunk) < int(min(to, from+size-1)-from+1) {
				readErr = fmt.Errorf("%w: entries are missing after %d", ErrNoEntry, int(from)+len(chunk)-1)
			}
			select {
			case chunks <- chunk:
			case <-ctx.Done():
				return
			}
			if readErr != nil {
				return
			}
		}
	}()
	for chunk := range chunks {
		for _, c := range chunk {
			if err := each(c); err != nil {
				cancel()
				for range chunks {
				}
				return err
			}
		}
	}
	return readErr
}

func checkRow(p cite.Position, envelope, salted []byte) checkedRow {
	c := checkedRow{at: p}
	c.entry.Leaf = LeafHash(envelope)
	env, err := ParseEnvelope(envelope)
	if err != nil {
		c.err = err
		return c
	}
	c.entry.Envelope = *env
	if len(salted) < SaltSize {
		c.err = errors.New("its data are missing")
		return c
	}
	c.entry.Data = append([]byte(nil), salted[SaltSize:]...)
	if CommitData(salted) != env.Data {
		c.err = errors.New("its data are not what was committed to")
		c.entry.Data = nil
	}
	return c
}

// Entries hands on the durable entries of a range, both ends included, checked row by row.
func (l *Log) Entries(ctx context.Context, id ID, from, to cite.Position, each func(Entry) error) error {
	to = min(to, l.Durable(id))
	next := from
	err := l.scan(ctx, id, from, to, func(c checkedRow) error {
		if c.err == nil && (c.at != next || c.entry.Position != next) {
			c.err = fmt.Errorf("it stands where %d should be", next)
		}
		next++
		if c.err != nil {
			return fmt.Errorf("%w: entry %d: %w", ErrDamaged, c.at, c.err)
		}
		return each(c.entry)
	})
	if errors.Is(err, ErrNoEntry) { // it is durable, so it was there
		err = fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return l.seen(id, err)
}

func (l *Log) checkTexts(ctx context.Context, id ID, from, to cite.Position, erased *erasures) error {
	const step = 1000
	for ; from <= to; from += step {
		at := make([]cite.Position, 0, step)
		for p := from; p <= min(to, from+step-1); p++ {
			at = append(at, p)
		}
		rows, err := l.engine.Texts(ctx, id, at)
		if err != nil {
			return fmt.Errorf("%w: texts: %w", ErrDamaged, err)
		}
		for _, r := range rows {
			if err := l.checkText(ctx, id, r, erased); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkText checks the text of an entry that is on the record: it is what was committed to, or there never
// was one, or it was erased by an entry that says so. Only then is its absence a tombstone.
func (l *Log) checkText(ctx context.Context, id ID, r Row, erased *erasures) error {
	if r.Envelope == nil {
		return fmt.Errorf("%w: entry %d is missing", ErrDamaged, r.Position)
	}
	env, err := ParseEnvelope(r.Envelope)
	if err != nil {
		return fmt.Errorf("%w: entry %d: %w", ErrDamaged, r.Position, err)
	}
	switch {
	case r.Text == nil && env.Text == nil:
		return nil
	case r.Text == nil:
		gone, err := l.wasErased(ctx, id, erased, r.Position)
		if err == nil && !gone {
			err = fmt.Errorf("%w: the text of entry %d is missing, and no entry says that it was erased", ErrDamaged, r.Position)
		}
		return err
	case env.Text == nil || len(r.Text) < SaltSize || CommitText(r.Text) != *env.Text:
		return fmt.Errorf("%w: the text of entry %d is not what was committed to", ErrDamaged, r.Position)
	}
	return nil
}

// Texts reads the texts at positions. An erased or never written text is absent. A text that is not
// what was committed to, or is missing though nothing says that it was erased, is ErrDamaged, and stops
// writing.
func (l *Log) Texts(ctx context.Context, id ID, at []cite.Position) (map[cite.Position][]byte, error) {
	d, err := l.state(id)
	if err != nil {
		return nil, err
	}
	rows, err := l.engine.Texts(ctx, id, at)
	if err != nil {
		return nil, l.seen(id, err)
	}
	d.mu.Lock()
	durable, erased := d.durable, d.erased
	d.mu.Unlock()
	out := make(map[cite.Position][]byte, len(rows))
	for _, r := range rows {
		if r.Envelope == nil && (r.Position < 1 || r.Position > durable) {
			continue
		}
		if err := l.checkText(ctx, id, r, erased); err != nil {
			return nil, l.seen(id, err)
		}
		if r.Text != nil {
			out[r.Position] = r.Text[SaltSize:]
		}
	}
	return out, nil
}

// Salted reads one entry as it is stored: envelope, salted data and salted text (nil where erased or
// never written). Receipts and verifiers need the salts.
func (l *Log) Salted(ctx context.Context, id ID, p cite.Position) (Row, error) {
	d, err := l.state(id)
	if err != nil {
		return Row{}, err
	}
	d.mu.Lock()
	durable, erased := d.durable, d.erased
	d.mu.Unlock()
	if p < 1 || p > durable {
		return Row{}, fmt.Errorf("%w: %d", ErrNoEntry, p)
	}
	row := Row{Position: p}
	err = l.engine.Rows(ctx, id, p, p, func(_ cite.Position, envelope, data []byte) error {
		row.Envelope, row.Data = append([]byte(nil), envelope...), append([]byte(nil), data...)
		return nil
	})
	if err != nil {
		return Row{}, l.seen(id, err)
	}
	rows, err := l.engine.Texts(ctx, id, []cite.Position{p})
	if err != nil {
		return Row{}, l.seen(id, err)
	}
	row.Text = rows[0].Text
	if err := l.checkText(ctx, id, row, erased); err != nil {
		return Row{}, l.seen(id, err)
	}
	if c := checkRow(p, row.Envelope, row.Data); c.err != nil {
		return Row{}, l.seen(id, fmt.Errorf("%w: entry %d: %w", ErrDamaged, p, c.err))
	}
	return row, nil
}

// Checkpoint signs (once per size) the root of what is durable. Where damage was found nothing is signed
// any more: a signature would vouch for a tree that perhaps never was. Then it gives the last checkpoint that
// was signed and stored before, and ErrReadOnly where there is none.
func (l *Log) Checkpoint(id ID) ([]byte, error) {
	d, err := l.state(id)
	if err != nil {
		return nil, err
	}
	if damage := l.Damage(); damage != nil {
		signed, err := l.engine.LastCheckpoint(id, int64(l.Durable(id)))
		if err == nil && signed != nil && CheckCheckpoint(signed, l.key.Verifier(d.meta.Origin)) == nil {
			return signed, nil
		}
		return nil, errors.Join(fmt.Errorf("%w: no checkpoint is signed: %w", ErrReadOnly, damage), err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.note != nil && d.noted == int64(d.durable) {
		return d.note, nil
	}
	n, err := l.key.Sign(Checkpoint{Origin: d.meta.Origin, Size: int64(d.durable), Root: d.root})
	if err != nil {
		return nil, err
	}
	d.note, d.noted = n, int64(d.durable)
	return n, nil
}

// Origin is the name of a record's log and key.
func (l *Log) Origin(id ID) string {
	if d, err := l.state(id); err == nil {
		return d.meta.Origin
	}
	return ""
}

// Tile returns the hashes of a tile of the tree, at most width of them, as far as they are durable.
func (l *Log) Tile(id ID, level int, n int64, width int) ([]byte, error) {
	if level < 0 || level > 7 || n < 0 || width < 1 || width > tileWidth {
		return nil, ErrNoEntry
	}
	have := (int64(l.Durable(id)) >> (uint(level) * TileHeight)) - n*tileWidth
	if have < int64(width) {
		return nil, ErrNoEntry
	}
	b, err := l.engine.Tile(id, level, n)
	if err == nil && len(b) < width*tlog.HashSize {
		err = fmt.Errorf("%w: tile %d/%d", ErrDamaged, level, n)
	}
	if err != nil {
		return nil, l.seen(id, err)
	}
	return b[:width*tlog.HashSize], nil
}

// Prove makes the proof that the entry at a position stands on the record. The checkpoint it uses is
// stored, so that the proof of one entry is the same bytes whenever it is asked for. Where none is stored
// yet and nothing may be written any more, there can be no proof: ErrReadOnly.
func (l *Log) Prove(ctx context.Context, id ID, p cite.Position) (cite.Proof, error) {
	d, err := l.state(id)
	if err != nil {
		return cite.Proof{}, err
	}
	if p < 1 || p > l.Durable(id) {
		return cite.Proof{}, fmt.Errorf("%w: %d", ErrNoEntry, p)
	}
	proof, err := l.prove(ctx, d, p)
	return proof, l.seen(id, err)
}

func (l *Log) prove(ctx context.Context, d *recordState, p cite.Position) (cite.Proof, error) {
	id := d.meta.ID
	signed, err := l.checkpointFor(d, p)
	if err != nil {
		return cite.Proof{}, err
	}
	c, err := l.checkpoint(signed, d.meta.Origin)
	if err != nil {
		return cite.Proof{}, fmt.Errorf("%w: a stored checkpoint: %w", ErrDamaged, err)
	}
	path, err := tlog.ProveRecord(c.Size, int64(p)-1, tlog.TileHashReader(tlog.Tree{N: c.Size, Hash: c.Root}, tileReader{l, id}))
	if err != nil {
		return cite.Proof{}, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	proof := cite.Proof{Checkpoint: signed, Path: make([][]byte, len(path))}
	for i := range path {
		proof.Path[i] = path[i][:]
	}
	err = l.engine.Rows(ctx, id, p, p, func(_ cite.Position, envelope, _ []byte) error {
		proof.Envelope = append([]byte(nil), envelope...)
		return nil
	})
	if err != nil {
		return cite.Proof{}, err
	}
	if _, err := CheckProof(proof, l.key.Verifier(d.meta.Origin)); err != nil {
		return cite.Proof{}, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return proof, nil
}

// checkpointFor is the stored checkpoint of the smallest tree that holds a position; where there is none,
// what is durable now is signed and stored. One at a time: a smaller one stored later would change the
// proofs of entries before it.
func (l *Log) checkpointFor(d *recordState, p cite.Position) ([]byte, error) {
	id := d.meta.ID
	d.proving.Lock()
	defer d.proving.Unlock()
	signed, err := l.engine.CheckpointFor(id, p)
	if err != nil || signed != nil {
		return signed, err
	}
	if halted := l.Halted(id); halted != nil {
		return nil, fmt.Errorf("%w: no checkpoint is stored: %w", ErrReadOnly, halted)
	}
	if signed, err = l.Checkpoint(id); err != nil {
		return nil, err
	}
	c, err := l.checkpoint(signed, d.meta.Origin)
	if err != nil {
		return nil, err
	}
	if c.Size < int64(p) { // damage was found at this moment, and it is an older one
		return nil, fmt.Errorf("%w: no checkpoint is stored", ErrReadOnly)
	}
	return signed, l.engine.SaveCheckpoint(id, c.Size, signed)
}

func (l *Log) checkpoint(signed []byte, origin string) (Checkpoint, error) {
	text, _, ok := bytes.Cut(signed, []byte("\n\n"))
	if !ok {
		return Checkpoint{}, ErrCheckpoint
	}
	return ParseCheckpoint(string(text) + "\n\n")
}

// Verify checks everything of a record: what Load checks, every text, every page of the engine. It
// returns the first thing that is wrong, wrapped in ErrDamaged, and how many entries were checked.
func (l *Log) Verify(ctx context.Context, id ID) (cite.Position, error) {
	t, _, erased, err := l.examine(ctx, id, func(Entry) error { return nil })
	head := cite.Position(t.size)
	if err != nil {
		return head, err
	}
	if err := l.checkTexts(ctx, id, 1, head, erased); err != nil {
		return head, err
	}
	if err := l.engine.Check(ctx); err != nil {
		return head, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return head, nil
}
