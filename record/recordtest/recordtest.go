// Package recordtest is the suite that every engine of the record must pass: what is acknowledged is
// there, dense, once, in order; nothing is acknowledged that is not; erasing leaves every proof valid;
// damage is found and stops writing but not reading.
package recordtest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/record"
	"github.com/openplenary/plenary/record/merkle"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Store is one engine's storage under test.
type Store interface {
	// Open opens the engine over what is stored. Each is closed before the next is opened.
	Open() (record.Engine, error)
	// Flip changes one bit of what is stored of the part ("envelope", "data", "text") at a position while
	// nothing is open. It returns false where the store cannot be tampered with.
	Flip(id record.ID, p cite.Position, part string) bool
	// Hide takes away the text at a position behind the log's back, as a flipped bit in a page does. It
	// returns false where the store cannot be tampered with.
	Hide(id record.ID, p cite.Position) bool
}

// Key is a signing key for tests, always the same.
func Key(t testing.TB) *record.Key {
	k, err := record.NewKey(bytes.NewReader(bytes.Repeat([]byte{7}, 64)))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// Fixture is a Log over a store, reopened at will.
type Fixture struct {
	t      testing.TB
	store  Store
	high   string
	engine record.Engine
	Log    *record.Log
}

// Open opens the log and loads every record; loading must succeed.
func (h *Fixture) Open() {
	h.t.Helper()
	if err := h.TryOpen(); err != nil {
		h.t.Fatal(err)
	}
}

// TryOpen opens the log and loads every record; it returns what was found.
func (h *Fixture) TryOpen() error {
	h.t.Helper()
	e, err := h.store.Open()
	if err != nil {
		return err
	}
	high, err := record.OpenHighWater(h.high, false)
	if err != nil {
		h.t.Fatal(err)
	}
	h.engine = e
	h.Log, err = record.Open(e, record.Options{Key: Key(h.t), Now: time.Now, High: high})
	if err != nil {
		return err
	}
	return load(h.Log)
}

// load reads every record of a log.
func load(l *record.Log) error {
	l.ReadErasures(ErasedBy)
	ms, err := l.Records()
	for _, m := range ms {
		err = errors.Join(err, l.Load(context.Background(), m.ID, func(record.Entry) error { return nil }))
	}
	return err
}

// Erasing is an entry that says that the text at a position was erased.
func Erasing(p cite.Position) record.New {
	return record.New{Data: fmt.Appendf(nil, "%s%d", erasing, p)}
}

const erasing = "test.erased/1 "

// ErasedBy reads out of data which texts an entry that Erasing made says were erased.
func ErasedBy(data []byte) []cite.Position {
	n, ok := bytes.CutPrefix(data, []byte(erasing))
	if !ok {
		return nil
	}
	p, err := strconv.ParseInt(string(n), 10, 64)
	if err != nil {
		return nil
	}
	return []cite.Position{cite.Position(p)}
}

// Close closes the log.
func (h *Fixture) Close() {
	h.t.Helper()
	if err := h.Log.Close(); err != nil {
		h.t.Fatal(err)
	}
}

// NewFixture makes a fixture over a store.
func NewFixture(t testing.TB, s Store) *Fixture {
	h := &Fixture{t: t, store: s, high: t.TempDir() + "/high"}
	h.Open()
	return h
}

// NewRecord makes a record.
func (h *Fixture) NewRecord() record.ID {
	h.t.Helper()
	id, err := h.Log.NewID()
	if err != nil {
		h.t.Fatal(err)
	}
	if err := h.Log.Create(record.Meta{ID: id, Origin: "test.invalid/" + string(id)}); err != nil {
		h.t.Fatal(err)
	}
	return id
}

// Write appends entries in one turn and waits until they are durable.
func (h *Fixture) Write(id record.ID, entries ...record.New) (cite.Position, error) {
	t, err := h.Log.Turn(context.Background(), id)
	if err != nil {
		return 0, err
	}
	var last cite.Entry
	for _, e := range entries {
		if last, err = t.Append(e); err != nil {
			t.Release()
			return 0, err
		}
	}
	done := make(chan error, 1)
	t.Commit(func(err error) { done <- err })
	return last.Position, <-done
}

func entry(i int) record.New {
	n := record.New{Data: fmt.Appendf(nil, "test.said/1 %d", i)}
	if i%3 != 0 {
		n.Text = fmt.Appendf(nil, "the text of %d", i)
	}
	return n
}

// Run runs the suite.
func Run(t *testing.T, open func(t *testing.T) Store) {
	tests := map[string]func(*testing.T, Store){
		"dense": dense, "reopen": reopen, "tokens": tokens, "tail": tail, "concurrent": concurrent,
		"tails": tails, "conflict": conflict, "handover": handover, "steady": steady, "panic": panics, "pending": pending, "rolled back": rolledBack, "told first": toldFirst,
		"erase": erase, "proofs": proofs, "client": client, "flip": flip, "hide": hide, "order": order, "delete": deleted,
	}
	for name, f := range tests {
		t.Run(name, func(t *testing.T) { f(t, open(t)) })
	}
}

func dense(t *testing.T, s Store) {
	h := NewFixture(t, s)
	defer h.Close()
	a, b := h.NewRecord(), h.NewRecord()
	for i := 1; i <= 700; i++ {
		p, err := h.Write(a, entry(i))
		if err != nil || p != cite.Position(i) {
			t.Fatalf("entry %d stands at %d: %v", i, p, err)
		}
		if i%100 == 0 {
			if p, err := h.Write(b, entry(i), entry(i+1)); err != nil || p != cite.Position(i/50) {
				t.Fatalf("the other record: %d, %v", p, err)
			}
		}
	}
	n := 0
	err := h.Log.Entries(context.Background(), a, 1, 1<<30, func(e record.Entry) error {
		n++
		if e.Position != cite.Position(n) || string(e.Data) != string(entry(n).Data) {
			return fmt.Errorf("entry %d holds %q", e.Position, e.Data)
		}
		return nil
	})
	if err != nil || n != 700 {
		t.Fatal(n, err)
	}
	if _, err := h.Log.Verify(context.Background(), a); err != nil {
		t.Fatal(err)
	}
}

func reopen(t *testing.T, s Store) {
	h := NewFixture(t, s)
	id := h.NewRecord()
	roots := map[int64]string{}
	r := rand.New(rand.NewPCG(1, 2))
	for size := 0; size < 900; {
		n := 1 + r.IntN(120)
		var es []record.New
		for i := 0; i < n; i++ {
			size++
			es = append(es, entry(size))
		}
		if _, err := h.Write(id, es...); err != nil {
			t.Fatal(err)
		}
		c, err := h.Log.Checkpoint(id)
		if err != nil {
			t.Fatal(err)
		}
		roots[int64(size)] = string(c)
		h.Close()
		h.Open()
		c, err = h.Log.Checkpoint(id)
		if err != nil || string(c) != roots[int64(size)] {
			t.Fatalf("after opening again the checkpoint of %d entries is another: %v", size, err)
		}
		if again, err := h.Log.Checkpoint(id); err != nil || &again[0] != &c[0] {
			t.Fatalf("one checkpoint is signed twice: %v", err)
		}
		ended, end := context.WithCancel(context.Background())
		end()
		if p, err := h.Log.Follow(ended, id, 0); !errors.Is(err, context.Canceled) {
			t.Fatalf("what was read at the start is news: %d %v", p, err)
		}
	}
	h.Close()
}

func tokens(t *testing.T, s Store) {
	h := NewFixture(t, s)
	id := h.NewRecord()
	hash := record.TokenHash(sha256.Sum256([]byte("press")))
	turn, err := h.Log.Turn(context.Background(), id)
	if err != nil {
		t.Fatal(err)
	}
	if o, err := turn.Outcome(hash); err != nil || o != nil {
		t.Fatal("an outcome before the first press", o, err)
	}
	other := record.TokenHash(sha256.Sum256([]byte("another press")))
	foreseen := func(turn *record.Turn, want bool) {
		t.Helper()
		if err := turn.LookupTokens([]record.TokenHash{other, hash}); err != nil {
			t.Fatal(err)
		}
		if o, err := turn.Outcome(hash); err != nil || (o != nil) != want {
			t.Fatal("looked up together:", o, err)
		}
		if o, err := turn.Outcome(other); err != nil || o != nil {
			t.Fatal("an outcome of a press that never was", o, err)
		}
	}
	foreseen(turn, false)
	e, _ := turn.Append(entry(1))
	turn.Remember(hash, record.TokenResult{Digest: [32]byte{9}, First: e.Position, Refs: []cite.Ref{"c1", "c1.1"}})
	if o, _ := turn.Outcome(hash); o == nil {
		t.Fatal("a second press in the same turn does not find the first")
	}
	done := make(chan error, 1)
	turn.Commit(func(err error) { done <- err })
	// On its way or durable, the next turn finds it.
	if turn, err = h.Log.Turn(context.Background(), id); err != nil {
		t.Fatal(err)
	}
	foreseen(turn, true)
	turn.Release()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	h.Close()
	h.Open()
	defer h.Close()
	turn, err = h.Log.Turn(context.Background(), id)
	if err != nil {
		t.Fatal(err)
	}
	defer turn.Release()
	foreseen(turn, true)
	o, err := turn.Outcome(hash)
	if err != nil || o == nil || o.First != 1 || o.Digest != [32]byte{9} || len(o.Refs) != 2 || o.Refs[1] != "c1.1" {
		t.Fatal(o, err)
	}
}

// tail: readers that wait on positions see every entry once while writers write.
func tail(t *testing.T, s Store) {
	h := NewFixture(t, s)
	defer h.Close()
	id := h.NewRecord()
	const total = 400
	var wg sync.WaitGroup
	for r := 0; r < 3; r++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
			defer cancel()
			seen := cite.Position(0)
			for seen < total {
				if err := h.Log.Wait(ctx, id, seen+1); err != nil {
					t.Error(err)
					return
				}
				err := h.Log.Entries(ctx, id, seen+1, h.Log.Durable(id), func(e record.Entry) error {
					seen++
					if e.Position != seen {
						return fmt.Errorf("saw %d after %d", e.Position, seen-1)
					}
					return nil
				})
				if err != nil {
					t.Error(err)
					return
				}
			}
		}()
	}
	for i := 1; i <= total; i++ {
		if _, err := h.Write(id, entry(i)); err != nil {
			t.Fatal(err)
		}
	}
	wg.Wait()
}

// another opens another log over the same engine, as another node does.
func (h *Fixture) another() *Fixture {
	h.t.Helper()
	o := &Fixture{t: h.t, store: h.store, engine: h.engine, high: h.t.TempDir() + "/high"}
	high, err := record.OpenHighWater(o.high, false)
	if err != nil {
		h.t.Fatal(err)
	}
	if o.Log, err = record.Open(h.engine, record.Options{Key: Key(h.t), Now: time.Now, High: high}); err != nil {
		h.t.Fatal(err)
	}
	if err := load(o.Log); err != nil {
		h.t.Fatal(err)
	}
	return o
}

// tails: two logs over one storage write at the same time, several callers each. Every tail sees every entry
// once, in order, whoever wrote it; whoever waits for the other's entries is told.
func tails(t *testing.T, s Store) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	h := NewFixture(t, s)
	defer h.Close()
	id := h.NewRecord()
	const callers, each = 4, 40
	nodes := []*node{{log: h.Log, id: id}, {log: h.another().Log, id: id}}
	total := len(nodes) * callers * each
	var wg sync.WaitGroup
	for i, n := range nodes {
		for c := range callers {
			wg.Go(func() {
				for k := range each {
					if err := n.write(ctx, fmt.Sprintf("%d %d %d", i, c, k)); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		wg.Go(func() {
			if err := n.follow(ctx, total); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for _, n := range nodes {
		once := map[string]bool{}
		for _, body := range n.seen {
			once[body] = true
		}
		if len(once) != total || len(n.seen) != total || int(n.log.Durable(id)) != total {
			t.Errorf("%d different entries in %d seen and %d durable, of %d", len(once), len(n.seen), n.log.Durable(id), total)
		}
	}
	a, err := nodes[0].log.Checkpoint(id)
	if err != nil {
		t.Error(err)
	}
	if b, err := nodes[1].log.Checkpoint(id); err != nil || !bytes.Equal(a, b) {
		t.Errorf("two logs sign two trees: %v", err)
	}
	if _, err := h.Log.Verify(ctx, id); err != nil {
		t.Error(err)
	}
}

// node is one of several logs over one storage, with what it has seen of a record.
type node struct {
	log *record.Log
	id  record.ID

	mu   sync.Mutex
	seen []string
}

// turn takes a turn and what others wrote before it. n.mu is held.
func (n *node) turn(ctx context.Context) (*record.Turn, error) {
	turn, err := n.log.Turn(ctx, n.id)
	if err != nil {
		return nil, err
	}
	err = turn.Tail(ctx, cite.Position(len(n.seen)), func(e record.Entry) error {
		if int(e.Position) != len(n.seen)+1 {
			return fmt.Errorf("saw %d after %d", e.Position, len(n.seen))
		}
		n.seen = append(n.seen, string(e.Data))
		return nil
	})
	if err != nil {
		turn.Release()
	}
	return turn, err
}

// write writes an entry on what it has seen.
func (n *node) write(ctx context.Context, body string) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	turn, err := n.turn(ctx)
	if err != nil {
		return err
	}
	at, err := turn.Append(record.New{Data: []byte(body)})
	if err != nil || int(at.Position) != len(n.seen)+1 {
		turn.Release()
		return fmt.Errorf("wrote at %d with %d seen: %v", at.Position, len(n.seen), err)
	}
	n.seen = append(n.seen, body)
	done := make(chan error, 1)
	turn.Commit(func(err error) { done <- err })
	return <-done
}

// follow sees what others write until there is as much as there will be.
func (n *node) follow(ctx context.Context, total int) error {
	look := func() (cite.Position, error) {
		n.mu.Lock()
		defer n.mu.Unlock()
		turn, err := n.turn(ctx)
		if err == nil {
			turn.Release()
		}
		return cite.Position(len(n.seen)), err
	}
	for {
		have, err := look()
		if err != nil || int(have) == total {
			return err
		}
		if err := n.next(ctx, have); err != nil {
			return err
		}
	}
}

// next waits for an entry after a position, whoever writes it.
func (n *node) next(ctx context.Context, have cite.Position) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	heard := make(chan error, 2)
	go func() { _, err := n.log.Follow(ctx, n.id, have); heard <- err }()
	go func() { heard <- n.log.Wait(ctx, n.id, have+1) }()
	return <-heard
}

// conflict: an engine takes a batch only on the head that it was made on; what it refuses leaves nothing
// behind.
func conflict(t *testing.T, s Store) {
	h := NewFixture(t, s)
	defer h.Close()
	id := h.NewRecord()
	for i := 1; i <= 3; i++ {
		if _, err := h.Write(id, entry(i)); err != nil {
			t.Fatal(err)
		}
	}
	batch := func(before cite.Position, n byte) *record.Batch {
		return &record.Batch{Record: id, Before: before, Head: before + 1, Rows: []record.Row{{Position: before + 1, Envelope: []byte{n}, Data: make([]byte, 40)}},
			Tokens: []record.TokenRow{{Hash: record.TokenHash{n}, Outcome: record.TokenResult{First: before + 1}}}, Erase: []cite.Position{1}}
	}
	for n, before := range []cite.Position{0, 2, 4} {
		done := make(chan error, 1)
		h.engine.Commit(batch(before, byte(n)), func(err error) { done <- err })
		if err := <-done; !errors.Is(err, record.ErrConflict) {
			t.Errorf("a batch on %d where the head is 3: %v", before, err)
		}
		if found, err := h.engine.Tokens(id, []record.TokenHash{{byte(n)}}); err != nil || len(found) != 0 {
			t.Errorf("a refused batch left a token: %v %v", found, err)
		}
	}
	if head, err := h.engine.Head(id); err != nil || head != 3 {
		t.Errorf("refused batches moved the head to %d: %v", head, err)
	}
	if rows, err := h.engine.Texts(context.Background(), id, []cite.Position{1}); err != nil || rows[0].Text == nil {
		t.Errorf("a refused batch erased: %v %v", rows, err)
	}
	// Two on one head, at the same time: one of them.
	const rivals = 8
	done := make(chan error, rivals)
	for n := range byte(rivals) {
		h.engine.Commit(batch(3, 100+n), func(err error) { done <- err })
	}
	won := 0
	for range rivals {
		switch err := <-done; {
		case err == nil:
			won++
		case !errors.Is(err, record.ErrConflict):
			t.Error(err)
		}
	}
	if head, _, err := h.engine.Watch(id); err != nil || head != 4 || won != 1 {
		t.Errorf("of %d batches on one head %d were taken; the head is %d: %v", rivals, won, head, err)
	}
}

// handover: a log that has the right to write, and has something on its way, hands it on to the log that waits.
func handover(t *testing.T, s Store) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	h := NewFixture(t, s)
	defer h.Close()
	id := h.NewRecord()
	other := h.another()
	turn, err := h.Log.Turn(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	got := make(chan cite.Position)
	go func() {
		p, err := other.Write(id, entry(2))
		if err != nil {
			t.Error(err)
		}
		got <- p
	}()
	if _, err := turn.Append(entry(1)); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	turn.Commit(func(err error) { done <- err })
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if p := <-got; p != 2 {
		t.Errorf("the other's entry stands at %d", p)
	}
	if p, err := h.Write(id, entry(3)); err != nil || p != 3 {
		t.Errorf("then the first's stands at %d: %v", p, err)
	}
	short, end := context.WithCancel(ctx)
	end()
	// Its own entries are no news to a log; others' are.
	if p, err := other.Log.Follow(short, id, 2); err != nil || p != 3 {
		t.Errorf("what the other wrote at 3: %d %v", p, err)
	}
	if p, err := h.Log.Follow(short, id, 0); !errors.Is(err, context.Canceled) {
		t.Errorf("its own is news: %d %v", p, err)
	}
	if turn, err = h.Log.Turn(ctx, id); err != nil {
		t.Fatal(err)
	}
	if _, err := other.Log.Turn(short, id); !errors.Is(err, context.Canceled) {
		t.Errorf("who does not wait any more: %v", err)
	}
	turn.Release()
	if p, err := other.Write(id, entry(4)); err != nil || p != 4 {
		t.Errorf("after a turn in which nothing was written: %d %v", p, err)
	}
}

// gated is an engine whose commits wait until they are let through, or fail with what they are told.
type gated struct {
	record.Engine
	mu      sync.Mutex
	waiting []func(error)
	closed  bool
	right   record.Right // the first that was given
}

func (g *gated) Sequence(ctx context.Context, id record.ID) (record.Right, error) {
	r, err := g.Engine.Sequence(ctx, id)
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.right == nil {
		g.right = r
	}
	return r, err
}

func (g *gated) Commit(b *record.Batch, done func(error)) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.closed {
		g.Engine.Commit(b, done)
		return
	}
	g.waiting = append(g.waiting, func(err error) {
		if err != nil {
			done(err)
			return
		}
		g.Engine.Commit(b, done)
	})
}

// hold has the commits that come wait.
func (g *gated) hold() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.closed = true
}

// let lets what waits through, or fails it.
func (g *gated) let(err error) {
	g.mu.Lock()
	waiting := g.waiting
	g.waiting, g.closed = nil, false
	g.mu.Unlock()
	for _, through := range waiting {
		through(err)
	}
}

// gate puts a gate between a fixture's log and its engine.
func gate(t *testing.T, s Store) (*Fixture, *gated) {
	e, err := s.Open()
	if err != nil {
		t.Fatal(err)
	}
	g := &gated{Engine: e}
	return NewFixture(t, opened{s, g}), g
}

type opened struct {
	Store
	engine record.Engine
}

func (o opened) Open() (record.Engine, error) { return o.engine, nil }

// steady: a log that always has something on its way lets a log that waits go first all the same.
func steady(t *testing.T, s Store) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	h, g := gate(t, s)
	defer h.Close()
	id := h.NewRecord()
	other := h.another()
	g.hold()
	turn, err := h.Log.Turn(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := turn.Append(entry(1)); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	turn.Commit(func(err error) { done <- err })
	write := func(f *Fixture) <-chan cite.Position {
		at := make(chan cite.Position, 1)
		go func() {
			p, err := f.Write(id, entry(2))
			if err != nil {
				t.Error(err)
			}
			at <- p
		}()
		return at
	}
	others := write(other)
	for !g.right.Wanted() && ctx.Err() == nil {
		runtime.Gosched()
	}
	own := write(h)
	runtime.Gosched()
	g.let(nil)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if p := <-others; p != 2 {
		t.Errorf("who waited writes at %d", p)
	}
	if p := <-own; p != 3 {
		t.Errorf("who came later writes at %d", p)
	}
}

// pending: a token that is on its way to the disk is found by the next turn, together with others or alone.
func pending(t *testing.T, s Store) {
	h, g := gate(t, s)
	defer h.Close()
	id := h.NewRecord()
	hash := record.TokenHash{1}
	turn, err := h.Log.Turn(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	e, err := turn.Append(entry(1))
	if err != nil {
		t.Fatal(err)
	}
	turn.Remember(hash, record.TokenResult{First: e.Position})
	g.hold()
	done := make(chan error, 1)
	turn.Commit(func(err error) { done <- err })
	for _, together := range []bool{true, false} {
		if turn, err = h.Log.Turn(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		if together {
			if err := turn.LookupTokens([]record.TokenHash{{2}, hash}); err != nil {
				t.Fatal(err)
			}
		}
		if o, err := turn.Outcome(hash); err != nil || o == nil || o.First != 1 {
			t.Errorf("a token on its way, looked up together %v: %v %v", together, o, err)
		}
		turn.Release()
	}
	// It lands between the looking up and the asking.
	if turn, err = h.Log.Turn(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if err := turn.LookupTokens([]record.TokenHash{hash}); err != nil {
		t.Fatal(err)
	}
	g.let(nil)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if o, err := turn.Outcome(hash); err != nil || o == nil || o.First != 1 {
		t.Errorf("a token that has just landed: %v %v", o, err)
	}
	turn.Release()
}

// toldFirst: whoever wrote a batch that failed has been told before the next turn begins: so nobody decides on
// what they take for written.
func toldFirst(t *testing.T, s Store) {
	h, g := gate(t, s)
	defer h.Close()
	id := h.NewRecord()
	turn, err := h.Log.Turn(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := turn.Append(entry(1)); err != nil {
		t.Fatal(err)
	}
	g.hold()
	taken := make(chan struct{})
	done := make(chan error, 1)
	turn.Commit(func(err error) {
		go func() {
			defer close(taken)
			turn, err := h.Log.Turn(t.Context(), id)
			if err != nil || turn.Head() != 0 {
				t.Errorf("the next turn: %v", err)
				return
			}
			turn.Release()
		}()
		for range 10_000 {
			runtime.Gosched()
			select {
			case <-taken:
				t.Error("the next turn began before the failure was told")
				done <- err
				return
			default:
			}
		}
		done <- err
	})
	g.let(record.ErrFull)
	if err := <-done; !errors.Is(err, record.ErrFull) {
		t.Fatal(err)
	}
	<-taken
}

// rolledBack: of a batch that was not written nothing stays: its entries, its tokens and its erasures are as if
// they had never been. A text that is missing all the same is damage.
func rolledBack(t *testing.T, s Store) {
	h, g := gate(t, s)
	defer h.Close()
	id := h.NewRecord()
	for i := 1; i <= 5; i++ {
		if _, err := h.Write(id, entry(i)); err != nil {
			t.Fatal(err)
		}
	}
	hash := record.TokenHash{3}
	for _, why := range []error{record.ErrFull, record.ErrNotWritten, record.ErrConflict} {
		turn, err := h.Log.Turn(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := turn.Append(Erasing(4)); err != nil {
			t.Fatal(err)
		}
		turn.Remember(hash, record.TokenResult{First: 6})
		g.hold()
		done := make(chan error, 1)
		turn.Commit(func(err error) { done <- err })
		ahead, err := h.Log.Turn(t.Context(), id) // on top of what is on its way
		if err != nil || ahead.Head() != 6 {
			t.Fatal(err)
		}
		g.let(why)
		if err := <-done; !errors.Is(err, why) {
			t.Fatal(err)
		}
		if err := ahead.Tail(t.Context(), 5, func(record.Entry) error { return nil }); !errors.Is(err, record.ErrConflict) {
			t.Errorf("%v: what failed is handed on: %v", why, err)
		}
		ahead.Release()
		if turn, err = h.Log.Turn(t.Context(), id); err != nil || turn.Head() != 5 {
			t.Fatalf("%v: the next turn: %v", why, err)
		}
		if o, err := turn.Outcome(hash); err != nil || o != nil {
			t.Errorf("%v: the token of what was not written is known: %v %v", why, o, err)
		}
		turn.Release()
		if texts, err := h.Log.Texts(t.Context(), id, []cite.Position{4}); err != nil || len(texts) != 1 {
			t.Errorf("%v: a text that was not erased: %v %v", why, texts, err)
		}
	}
	if !s.Hide(id, 4) {
		t.Skip("this store cannot be tampered with")
	}
	if texts, err := h.Log.Texts(t.Context(), id, []cite.Position{4}); !errors.Is(err, record.ErrDamaged) {
		t.Errorf("a text that is missing, and no entry says so: %v %v", texts, err)
	}
}

// panics: who panics while reading takes nothing from others: no connection, no lock, no turn.
func panics(t *testing.T, s Store) {
	h := NewFixture(t, s)
	defer h.Close()
	id := h.NewRecord()
	for i := 1; i <= 3; i++ {
		if _, err := h.Write(id, entry(i)); err != nil {
			t.Fatal(err)
		}
	}
	panicking := func(f func()) {
		defer func() {
			if recover() == nil {
				t.Error("a panic was swallowed")
			}
		}()
		f()
	}
	var wg sync.WaitGroup
	for range 8 { // more than there are connections
		wg.Go(func() {
			panicking(func() {
				_ = h.engine.Rows(t.Context(), id, 1, 3, func(cite.Position, []byte, []byte) error { panic("a reader") })
			})
			panicking(func() {
				_ = h.Log.Entries(t.Context(), id, 1, 3, func(record.Entry) error { panic("a reader of entries") })
			})
		})
	}
	wg.Wait()
	panicking(func() {
		turn, err := h.Log.Turn(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		defer turn.Release()
		_ = turn.Tail(t.Context(), 0, func(record.Entry) error { panic("a reader of a tail") })
	})
	if p, err := h.Write(id, entry(4)); err != nil || p != 4 {
		t.Errorf("written at %d: %v", p, err)
	}
	n := 0
	if err := h.Log.Entries(t.Context(), id, 1, 4, func(record.Entry) error { n++; return nil }); err != nil || n != 4 {
		t.Errorf("%d entries: %v", n, err)
	}
}

// concurrent: many writers on two records; nothing acknowledged is missing or twice.
func concurrent(t *testing.T, s Store) {
	h := NewFixture(t, s)
	ids := []record.ID{h.NewRecord(), h.NewRecord()}
	var mu sync.Mutex
	acked := map[string]cite.Position{}
	var wg sync.WaitGroup
	for w := 0; w < 16; w++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := 0; i < 25; i++ {
				id := ids[(w+i)%2]
				body := fmt.Sprintf("%s %d %d", id, w, i)
				p, err := h.Write(id, record.New{Data: []byte(body), Text: []byte("t " + body)})
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				acked[body] = p
				mu.Unlock()
			}
		}()
	}
	wg.Wait()
	h.Close()
	h.Open()
	defer h.Close()
	found := 0
	for _, id := range ids {
		err := h.Log.Entries(context.Background(), id, 1, 1<<30, func(e record.Entry) error {
			if acked[string(e.Data)] != e.Position {
				return fmt.Errorf("%q stands at %d, acknowledged at %d", e.Data, e.Position, acked[string(e.Data)])
			}
			found++
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.Log.Verify(context.Background(), id); err != nil {
			t.Fatal(err)
		}
	}
	if found != len(acked) || found != 16*25 {
		t.Fatalf("%d acknowledged, %d found", len(acked), found)
	}
}

// deleted: of a record that was taken away nothing is found any more, and the others are as they were, now and after
// opening anew; another record may be made.
func deleted(t *testing.T, s Store) {
	h := NewFixture(t, s)
	before, id, after := h.NewRecord(), h.NewRecord(), h.NewRecord()
	for i := 1; i <= 300; i++ {
		for _, r := range []record.ID{before, id, after} {
			if _, err := h.Write(r, entry(i)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, err := h.Log.Prove(context.Background(), id, 7); err != nil {
		t.Fatal(err)
	}
	if err := h.Log.Delete(id); err != nil {
		t.Fatal(err)
	}
	if err := h.Log.Delete(id); !errors.Is(err, record.ErrNoRecord) {
		t.Error("it is deleted twice:", err)
	}
	check := func(want ...record.ID) {
		t.Helper()
		metas, err := h.Log.Records()
		if err != nil || len(metas) != len(want) {
			t.Fatal(metas, err)
		}
		for i, m := range metas {
			if m.ID != want[i] {
				t.Error(m.ID, want[i])
			}
			if _, err := h.Log.Verify(context.Background(), m.ID); err != nil {
				t.Error(err)
			}
		}
		_ = h.Log.Entries(context.Background(), id, 1, 300, func(e record.Entry) error {
			t.Error("an entry is read:", e.Position)
			return nil
		})
		if _, err := h.Log.Turn(context.Background(), id); !errors.Is(err, record.ErrNoRecord) {
			t.Error("it can be written on:", err)
		}
	}
	check(before, after)
	h.Close()
	h.Open()
	check(before, after)
	last := h.NewRecord()
	if _, err := h.Write(last, entry(1)); err != nil {
		t.Fatal(err)
	}
	check(before, after, last)
	h.Close()
}

func erase(t *testing.T, s Store) {
	h := NewFixture(t, s)
	id := h.NewRecord()
	for i := 1; i <= 300; i++ {
		if _, err := h.Write(id, entry(i)); err != nil {
			t.Fatal(err)
		}
	}
	before := map[cite.Position]cite.Proof{}
	for _, p := range []cite.Position{1, 100, 299} {
		proof, err := h.Log.Prove(context.Background(), id, p)
		if err != nil {
			t.Fatal(err)
		}
		before[p] = proof
	}
	if _, err := h.Write(id, Erasing(100)); err != nil {
		t.Fatal(err)
	}
	check := func() {
		t.Helper()
		texts, err := h.Log.Texts(context.Background(), id, []cite.Position{99, 100, 101})
		if err != nil || texts[100] != nil || texts[101] == nil {
			t.Fatal("texts after erasing:", texts, err)
		}
		for p, proof := range before {
			again, err := h.Log.Prove(context.Background(), id, p)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(again.Checkpoint, proof.Checkpoint) || !bytes.Equal(again.Envelope, proof.Envelope) {
				t.Fatal("the proof of an entry changed")
			}
			if _, err := record.CheckProof(again, Key(t).Verifier("test.invalid/"+string(id))); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := h.Log.Verify(context.Background(), id); err != nil {
			t.Fatal(err)
		}
	}
	check()
	h.Close()
	h.Open()
	check()
	h.Close()
}

func proofs(t *testing.T, s Store) {
	h := NewFixture(t, s)
	defer h.Close()
	id := h.NewRecord()
	vkey := Key(t).Verifier("test.invalid/" + string(id))
	for i := 1; i <= 520; i++ {
		if _, err := h.Write(id, entry(i)); err != nil {
			t.Fatal(err)
		}
		if i%37 != 0 && i != 256 && i != 257 && i != 512 {
			continue
		}
		for _, p := range []cite.Position{1, cite.Position(i/2 + 1), cite.Position(i)} {
			proof, err := h.Log.Prove(context.Background(), id, p)
			if err != nil {
				t.Fatalf("entry %d of %d: %v", p, i, err)
			}
			c, err := record.CheckProof(proof, vkey)
			if err != nil || c.Envelope.Position != p || c.SignedBy == "" {
				t.Fatal(c, err)
			}
			if own, err := h.Log.CheckProof(id, proof); err != nil || own.SignedBy != c.SignedBy || own.Checkpoint != c.Checkpoint || own.Envelope.Position != p {
				t.Fatal(own, err)
			}
			// Every part of the proof matters.
			for _, bad := range []cite.Proof{
				{Envelope: flipBit(proof.Envelope), Path: proof.Path, Checkpoint: proof.Checkpoint},
				{Envelope: proof.Envelope, Path: proof.Path, Checkpoint: flipBit(proof.Checkpoint)},
			} {
				if _, err := record.CheckProof(bad, vkey); err == nil {
					t.Fatal("a proof with a flipped bit passes")
				}
				if _, err := h.Log.CheckProof(id, bad); err == nil {
					t.Fatal("a proof with a flipped bit passes with its own log")
				}
			}
			if len(proof.Path) > 0 {
				path := append([][]byte(nil), proof.Path...)
				path[0] = flipBit(path[0])
				bad := cite.Proof{Envelope: proof.Envelope, Path: path, Checkpoint: proof.Checkpoint}
				_, err := record.CheckProof(bad, vkey)
				if _, own := h.Log.CheckProof(id, bad); err == nil || own == nil {
					t.Fatal("a proof with a flipped path passes")
				}
			}
		}
	}
}

func flipBit(b []byte) []byte {
	c := append([]byte(nil), b...)
	c[len(c)/2] ^= 4
	return c
}

// client reads the tree with nothing but the Go checksum database's own code.
func client(t *testing.T, s Store) {
	h := NewFixture(t, s)
	defer h.Close()
	id := h.NewRecord()
	for i := 1; i <= 600; i++ {
		if _, err := h.Write(id, entry(i)); err != nil {
			t.Fatal(err)
		}
	}
	signed, err := h.Log.Checkpoint(id)
	if err != nil {
		t.Fatal(err)
	}
	v, err := note.NewVerifier(h.Log.Key().Verifier(h.Log.Origin(id)))
	if err != nil {
		t.Fatal(err)
	}
	n, err := note.Open(signed, note.VerifierList(v))
	if err != nil {
		t.Fatal(err)
	}
	c, err := record.ParseCheckpoint(n.Text)
	if err != nil {
		t.Fatal(err)
	}
	hr := tlog.TileHashReader(tlog.Tree{N: c.Size, Hash: c.Root}, clientTiles{h.Log, id})
	err = h.Log.Entries(context.Background(), id, 1, 600, func(e record.Entry) error {
		hashes, err := hr.ReadHashes([]int64{tlog.StoredHashIndex(0, int64(e.Position)-1)})
		if err != nil {
			return err
		}
		if hashes[0] != record.LeafHash(e.Envelope.Marshal()) {
			return fmt.Errorf("leaf %d is another", e.Position)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tlog.ProveTree(c.Size, 300, hr); err != nil {
		t.Fatal("no proof that the record only grew:", err)
	}
}

type clientTiles struct {
	log *record.Log
	id  record.ID
}

func (c clientTiles) Height() int                             { return merkle.Height }
func (c clientTiles) SaveTiles(tiles []tlog.Tile, _ [][]byte) {}
func (c clientTiles) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var out [][]byte
	for _, t := range tiles {
		b, err := c.log.Tile(c.id, t.L, t.N, t.W)
		if err != nil {
			return nil, err
		}
		out = append(out, b)
	}
	return out, nil
}

// flip: one changed bit in any part of any entry is found, stops writing, and leaves reading.
func flip(t *testing.T, s Store) {
	h := NewFixture(t, s)
	id := h.NewRecord()
	for i := 1; i <= 300; i++ {
		if _, err := h.Write(id, entry(i)); err != nil {
			t.Fatal(err)
		}
	}
	h.Close()
	for _, part := range []string{"envelope", "data", "text"} {
		for _, p := range []cite.Position{1, 151, 299} {
			if !s.Flip(id, p, part) {
				t.Skip("this store cannot be tampered with")
			}
			if err := h.TryOpen(); !errors.Is(err, record.ErrDamaged) {
				t.Errorf("a flipped bit in the %s of %d: %v", part, p, err)
			}
			if _, err := h.Write(id, entry(1)); !errors.Is(err, record.ErrReadOnly) {
				t.Errorf("writing on a damaged record: %v", err)
			}
			if _, err := h.Log.Texts(context.Background(), id, []cite.Position{2}); err != nil {
				t.Errorf("a damaged record cannot be read: %v", err)
			}
			h.Close()
			s.Flip(id, p, part) // back
		}
	}
	h.Open()
	if _, err := h.Write(id, entry(301)); err != nil {
		t.Fatal("a mended record does not go on:", err)
	}
	h.Close()
}

// hide: a text that is missing is a tombstone only where an entry says that it was erased. Anything else is
// damage: found when read and at start, it stops writing, and no new checkpoint is signed.
func hide(t *testing.T, s Store) {
	ctx := context.Background()
	h := NewFixture(t, s)
	id, other := h.NewRecord(), h.NewRecord()
	for i := 1; i <= 20; i++ {
		if _, err := h.Write(id, entry(i)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := h.Write(id, record.New{Data: []byte("without text")}); err != nil {
		t.Fatal(err)
	}
	kept, err := h.Log.Prove(ctx, id, 2)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.Write(id, entry(22)); err != nil {
		t.Fatal(err)
	}
	if !s.Hide(id, 7) {
		t.Skip("this store cannot be tampered with")
	}
	if texts, err := h.Log.Texts(ctx, id, []cite.Position{8, 21, 22}); err != nil || len(texts) != 2 {
		t.Errorf("texts that are there, and none that never was: %v %v", texts, err)
	}
	if h.Log.Damage() != nil {
		t.Error("damaged, and nobody looked")
	}
	if texts, err := h.Log.Texts(ctx, id, []cite.Position{8, 7}); !errors.Is(err, record.ErrDamaged) {
		t.Errorf("a hidden text: %v %v", texts, err)
	}
	check := func(when string) {
		t.Helper()
		if _, err := h.Log.Salted(ctx, id, 7); !errors.Is(err, record.ErrDamaged) {
			t.Errorf("%s: a hidden text with its salt: %v", when, err)
		}
		if _, err := h.Log.Verify(ctx, id); !errors.Is(err, record.ErrDamaged) {
			t.Errorf("%s: verifying a hidden text: %v", when, err)
		}
		for _, id := range []record.ID{id, other} {
			if _, err := h.Write(id, entry(1)); !errors.Is(err, record.ErrReadOnly) {
				t.Errorf("%s: writing beside damage: %v", when, err)
			}
			if h.Log.Halted(id) == nil {
				t.Errorf("%s: does not say that it is read only", when)
			}
		}
		if c, err := h.Log.Checkpoint(id); err != nil || !bytes.Equal(c, kept.Checkpoint) {
			t.Errorf("%s: not the checkpoint that was stored before: %s %v", when, c, err)
		}
		if c, err := h.Log.Checkpoint(other); !errors.Is(err, record.ErrReadOnly) {
			t.Errorf("%s: signed beside damage: %s %v", when, c, err)
		}
		if p, err := h.Log.Prove(ctx, id, 22); !errors.Is(err, record.ErrReadOnly) {
			t.Errorf("%s: a new proof on damage: %s %v", when, p.Checkpoint, err)
		}
		if p, err := h.Log.Prove(ctx, id, 2); err != nil || !bytes.Equal(p.Checkpoint, kept.Checkpoint) {
			t.Errorf("%s: a proof with a stored checkpoint: %v", when, err)
		}
		if texts, err := h.Log.Texts(ctx, id, []cite.Position{8}); err != nil || len(texts) != 1 {
			t.Errorf("%s: what is sound cannot be read: %v", when, err)
		}
	}
	check("when read")
	h.Close()
	if err := h.TryOpen(); !errors.Is(err, record.ErrDamaged) {
		t.Errorf("a hidden text at start: %v", err)
	}
	check("after a start")
	h.Close()
}

// order: envelope times never go back, whatever the clock does.
func order(t *testing.T, s Store) {
	e, err := s.Open()
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2020, 2, 14, 22, 59, 0, 0, time.UTC)
	l, err := record.Open(e, record.Options{Key: Key(t), Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	h := &Fixture{t: t, store: s, Log: l}
	defer h.Close()
	id := h.NewRecord()
	for i := 0; i < 20; i++ {
		now = now.Add(time.Duration(7-i) * time.Minute)
		if _, err := h.Write(id, entry(i)); err != nil {
			t.Fatal(err)
		}
	}
	last := time.Time{}
	err = l.Entries(context.Background(), id, 1, 20, func(e record.Entry) error {
		if e.Time.Before(last) {
			return fmt.Errorf("entry %d goes back", e.Position)
		}
		last = e.Time
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
