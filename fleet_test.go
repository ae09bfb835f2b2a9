package plenary_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/record"
	"github.com/openplenary/plenary/refusal"
)

// fleet is a server to which several nodes write by turns, and the standby that takes its place when it is lost: what the standby does not have
// yet is lost with it. It is the model of record/postgres, without the network.
type fleet struct {
	mu      sync.Mutex
	rand    *rand.Rand
	server  *record.Memory
	standby *record.Memory
	number  int // of the server that there is: raised when one is lost
	holder  *ship
	waiting int           // nodes that wait for the turn
	changed chan struct{} // closed at the next change of anything
	ships   []*ship
	events  []string
	astray  int // batches that were decided without the turn
	lost    int // servers that were lost with entries that had been handed on
	built   int // turns that began on entries that might be lost
}

// ship is a node's engine.
type ship struct {
	*fleet
	own record.Sequencer // among the logs of the node, and of what it knows to be durable

	queue chan func()

	// Guarded by the lock of the fleet.
	known  cite.Position // up to where it knows the record to be durable
	turn   *crossing
	voided *crossing // the last turn of which something was not written
}

// crossing is a turn of a node: the right to write, on the connection to one server.
type crossing struct {
	record.Right
	ship    *ship
	id      record.ID
	server  int
	head    cite.Position
	sure    bool
	tail    []record.Row // after from
	from    cite.Position
	settled func(error)
}

var errLost = errors.New("the server was lost")

func newFleet(seed uint64) *fleet {
	return &fleet{rand: rand.New(rand.NewPCG(seed, seed)), server: record.NewMemory(), standby: record.NewMemory(), changed: make(chan struct{})}
}

// ship makes one more node's engine. What there is when it begins is durable.
func (f *fleet) ship(t *testing.T) *ship {
	s := &ship{fleet: f, queue: make(chan func(), 100)}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.ships = append(f.ships, s)
	go func() {
		for do := range s.queue {
			do()
		}
	}()
	t.Cleanup(func() { close(s.queue) })
	return s
}

func (f *fleet) event(format string, args ...any) {
	f.events = append(f.events, fmt.Sprintf(format, args...))
}

// now is the server that there is.
func (f *fleet) now() *record.Memory {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.server
}

// change wakes everybody who waits. The lock is held.
func (f *fleet) change() {
	close(f.changed)
	f.changed = make(chan struct{})
}

// sync has the standby take in what the server has.
func (f *fleet) sync() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.standby = f.server.Clone()
	for _, m := range must(f.server.Records()) {
		h, _ := f.server.Head(m.ID)
		f.event("synced up to %d", h)
	}
	f.change()
}

// lose has the standby take the place of the server. The turn ends with the connection.
func (f *fleet) lose(id record.ID) {
	f.mu.Lock()
	defer f.mu.Unlock()
	had, _ := f.server.Head(id)
	has, _ := f.standby.Head(id)
	if had > has {
		f.lost++
	}
	f.event("server %d lost: %d of %d stand", f.number, has, had)
	f.server = f.standby.Clone()
	f.number++
	f.holder = nil
	f.change()
}

// wait waits until something is so, on a server that is not lost meanwhile. is is asked with the lock held.
func (f *fleet) wait(ctx context.Context, server int, is func() bool) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	for !is() {
		if f.number != server {
			return errLost
		}
		changed := f.changed
		f.mu.Unlock()
		select {
		case <-changed:
		case <-ctx.Done():
		}
		f.mu.Lock()
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return nil
}

// mark waits until a record is durable up to a position on a server.
func (s *ship) mark(server int, id record.ID, p cite.Position) error {
	err := s.wait(context.Background(), server, func() bool { has, _ := s.standby.Head(id); return s.number == server && has >= p })
	if err == nil {
		s.isDurable(id, p)
	}
	s.mu.Lock()
	s.event("ship %p mark %d on server %d: %v", s, p, server, err)
	s.mu.Unlock()
	return err
}

func (s *ship) isDurable(id record.ID, p cite.Position) {
	s.mu.Lock()
	s.known = max(s.known, p)
	s.mu.Unlock()
	s.own.Moved(id, p)
}

// hears tells a node where the record is durable.
func (s *ship) hears(id record.ID) {
	s.mu.Lock()
	has, _ := s.standby.Head(id)
	s.mu.Unlock()
	s.isDurable(id, has)
}

func (s *ship) Sequence(ctx context.Context, id record.ID) (record.Right, error) {
	own, err := s.own.Take(ctx, id)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	s.waiting++
	s.change()
	s.mu.Unlock()
	defer func() { s.mu.Lock(); s.waiting--; s.mu.Unlock() }()
	for {
		s.mu.Lock()
		known, number := s.known, s.number
		s.mu.Unlock()
		var c *crossing
		err := s.wait(ctx, number, func() bool {
			if s.number != number || s.holder != nil {
				return false
			}
			s.holder = s
			head, _ := s.server.Head(id)
			c = &crossing{Right: own, ship: s, id: id, server: number, head: head, sure: head <= known, from: known}
			_ = s.server.Rows(ctx, id, known+1, head, func(p cite.Position, envelope, data []byte) error {
				c.tail = append(c.tail, record.Row{Position: p, Envelope: envelope, Data: data})
				return nil
			})
			s.turn = c
			if !c.sure {
				s.built++
			}
			s.event("ship %p turn %p on server %d at %d, known %d, sure %v", s, c, number, head, known, c.sure)
			return true
		})
		switch {
		case err == nil:
			return c, nil
		case !errors.Is(err, errLost):
			own.Release()
			return nil, err
		}
	}
}

func (c *crossing) Begins(settled func(error)) (cite.Position, bool) {
	c.ship.mu.Lock()
	defer c.ship.mu.Unlock()
	if !c.sure {
		c.settled = settled
	}
	return c.head, c.sure
}

func (c *crossing) settle(err error) {
	c.ship.mu.Lock()
	settled := c.settled
	c.settled = nil
	c.ship.mu.Unlock()
	if settled != nil {
		settled(err)
	}
}

func (c *crossing) Wanted() bool {
	c.ship.mu.Lock()
	defer c.ship.mu.Unlock()
	return c.ship.waiting > 0 && c.ship.rand.IntN(3) == 0 || c.ship.number != c.server || c.ship.holder != c.ship || c.ship.turn != c
}

func (c *crossing) Awaited() bool {
	c.ship.mu.Lock()
	defer c.ship.mu.Unlock()
	return c.ship.waiting > 0
}

// leave gives the turn to others.
func (c *crossing) leave() {
	c.ship.mu.Lock()
	defer c.ship.mu.Unlock()
	if c.ship.holder == c.ship && c.ship.turn == c && c.ship.number == c.server {
		c.ship.holder = nil
		c.ship.change()
	}
}

func (c *crossing) Release() {
	c.leave()
	c.Right.Release()
}

func (c *crossing) Pass() {
	c.ship.queue <- func() {
		c.leave()
		err := c.ship.mark(c.server, c.id, c.head)
		if err != nil {
			err = fmt.Errorf("%w: %w", record.ErrConflict, err)
		}
		c.settle(err)
	}
}

func (s *ship) Commit(b *record.Batch, done func(error)) {
	s.mu.Lock()
	c := s.turn
	if s.number == c.server && s.holder != s {
		s.astray++
	}
	s.mu.Unlock()
	s.queue <- func() { done(s.commit(c, b)) }
}

// commit writes a batch that was decided in a turn.
func (s *ship) commit(c *crossing, b *record.Batch) error {
	s.mu.Lock()
	voided := s.voided == c
	s.mu.Unlock()
	if voided {
		return record.ErrConflict
	}
	err := s.write(c, b)
	if err != nil {
		s.mu.Lock()
		s.voided = c
		s.mu.Unlock()
		err = fmt.Errorf("%w: %w", record.ErrConflict, err)
	}
	c.settle(err)
	return err
}

// write sends it to the server of the turn. Where that is lost before it has answered, it looks what became of it, and sends it again where it is
// not there, and nothing that it was decided upon was lost.
func (s *ship) write(c *crossing, b *record.Batch) error {
	for server := c.server; ; {
		s.mu.Lock()
		if s.number != server && c.settled != nil {
			s.mu.Unlock()
			return errLost
		}
		server = s.number
		err := s.append(b)
		s.event("ship %p turn %p writes %d..%d on server %d last %v: %v", s, c, b.Before+1, b.Head, server, b.Last, err)
		s.mu.Unlock()
		if b.Last {
			c.leave()
		}
		if err == nil {
			err = s.mark(server, b.Record, b.Head)
		}
		if !errors.Is(err, errLost) {
			return err
		}
	}
}

// append has the server take a batch; one that it has already is well. The lock is held.
func (s *ship) append(b *record.Batch) (err error) {
	var there []byte
	if head, err := s.server.Head(b.Record); err != nil || head >= b.Head {
		err = errors.Join(err, s.server.Rows(context.Background(), b.Record, b.Head, b.Head, func(_ cite.Position, envelope, _ []byte) error { there = envelope; return nil }))
		if err != nil {
			return err
		}
	}
	if bytes.Equal(there, b.Rows[len(b.Rows)-1].Envelope) {
		return nil
	}
	s.server.Commit(b, func(e error) { err = e })
	s.change()
	return err
}

func (s *ship) Rows(ctx context.Context, id record.ID, from, to cite.Position, each func(cite.Position, []byte, []byte) error) error {
	s.mu.Lock()
	c, known := s.turn, s.known
	head, err := s.server.Head(id)
	known = min(known, head)
	if c == nil || s.holder != s || s.number != c.server || to <= known {
		c = nil
	}
	s.mu.Unlock()
	if c == nil {
		if err != nil || from > known {
			return err
		}
		return s.now().Rows(ctx, id, from, min(to, known), each)
	}
	if from <= c.from {
		err = s.now().Rows(ctx, id, from, c.from, each)
	}
	for _, r := range c.tail {
		if err == nil && r.Position >= from && r.Position <= to {
			err = each(r.Position, r.Envelope, r.Data)
		}
	}
	return err
}

func (s *ship) Head(id record.ID) (cite.Position, error) {
	s.mu.Lock()
	number := s.number
	head, err := s.server.Head(id)
	s.mu.Unlock()
	if err == nil && s.mark(number, id, head) != nil {
		return s.Head(id)
	}
	return head, err
}

func (s *ship) Watch(id record.ID) (cite.Position, <-chan struct{}, error) {
	head, moved := s.own.Watch(id)
	return head, moved, nil
}

func (s *ship) Records() ([]record.Meta, error) { return s.now().Records() }
func (s *ship) Create(m record.Meta) error      { return s.now().Create(m) }
func (s *ship) Delete(id record.ID) error       { return s.now().Delete(id) }
func (s *ship) Texts(ctx context.Context, id record.ID, at []cite.Position) ([]record.Row, error) {
	return s.now().Texts(ctx, id, at)
}
func (s *ship) Tile(id record.ID, level int, n int64) ([]byte, error) {
	return s.now().Tile(id, level, n)
}
func (s *ship) Tokens(id record.ID, hs []record.TokenHash) (map[record.TokenHash]*record.TokenResult, error) {
	return s.now().Tokens(id, hs)
}
func (s *ship) Outcomes(ctx context.Context, id record.ID, each func(record.TokenRow) error) error {
	return s.now().Outcomes(ctx, id, each)
}
func (s *ship) LastToken() (int64, error) { return 0, nil }
func (s *ship) SaveCheckpoint(id record.ID, size int64, note []byte) error {
	return s.now().SaveCheckpoint(id, size, note)
}
func (s *ship) CheckpointFor(id record.ID, p cite.Position) ([]byte, error) {
	return s.now().CheckpointFor(id, p)
}
func (s *ship) LastCheckpoint(id record.ID, size int64) ([]byte, error) {
	return s.now().LastCheckpoint(id, size)
}
func (s *ship) MarkVerified() error         { return nil }
func (s *ship) Freeze()                     {}
func (s *ship) Check(context.Context) error { return nil }
func (s *ship) Close() error                { return nil }

// TestServersAreLost: three nodes write and read while servers are lost one after the other, in any order of everything. What was acknowledged is there
// once and stays where it was said to be, what was shown stays as it was shown, proofs are made, and all nodes stand alike in the end.
func TestServersAreLost(t *testing.T) {
	lost, built, seeds := 0, 0, uint64(30)
	switch {
	case os.Getenv("PLENARY_SOAK") != "":
		seeds = 3000
	case testing.Short():
		seeds = 10
	}
	for seed := range seeds {
		synctest.Test(t, func(t *testing.T) {
			if t.Failed() {
				return
			}
			f := sail(t, seed)
			lost, built = lost+f.lost, built+f.built
		})
	}
	t.Logf("%d servers were lost with entries, %d turns began on what might be lost", lost, built)
	if lost < int(seeds)/2 || built < 3*int(seeds) {
		t.Errorf("only %d servers were lost with entries, only %d turns began on what might be lost", lost, built)
	}
}

// voyage is what was said to people while servers were lost.
type voyage struct {
	*fleet
	t     *testing.T
	nodes []*world

	mu    sync.Mutex
	rand  *rand.Rand
	shown map[cite.Position]string // digests of what was shown
	said  map[string]cite.Position // where what was acknowledged stands
}

// some waits a moment, of which nobody knows how long it is.
func (v *voyage) some(most time.Duration) {
	v.mu.Lock()
	d := time.Duration(v.rand.Int64N(int64(most)))
	v.mu.Unlock()
	<-time.After(d)
}

func (v *voyage) one() *world {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.nodes[v.rand.IntN(len(v.nodes))]
}

// sail plays one order of everything.
func sail(t *testing.T, seed uint64) *fleet {
	f := newFleet(seed)
	v := &voyage{fleet: f, t: t, rand: rand.New(rand.NewPCG(seed, 1)), shown: map[cite.Position]string{}, said: map[string]cite.Position{}}
	first := f.ship(t)
	stop := make(chan struct{})
	var weather sync.WaitGroup
	weather.Go(func() { v.weather(stop, false) })
	w := over(t, first)
	w.convene()
	id := w.idOf()
	for len(v.nodes) < 3 {
		s := f.ship(t)
		s.hears(id)
		v.nodes = append(v.nodes, over(t, s))
	}
	_ = w.sec.Close()
	v.nodes[0].at(w.log.Durable(id))
	close(stop)
	weather.Wait()

	stop = make(chan struct{})
	weather.Go(func() { v.weather(stop, true) })
	for _, n := range v.nodes {
		weather.Go(func() { v.reads(n, stop) })
	}
	const many, each = 6, 5
	var asks sync.WaitGroup
	for caller := range many {
		asks.Go(func() {
			for i := range each {
				v.asks(caller*each+i, id)
			}
		})
	}
	asks.Wait()
	close(stop)
	weather.Wait()

	stop = make(chan struct{})
	weather.Go(func() { v.weather(stop, false) })
	v.harbour(id, many*each)
	close(stop)
	weather.Wait()
	for _, n := range v.nodes {
		_ = n.sec.Close()
	}
	if f.astray > 0 {
		t.Errorf("%d batches were decided without the turn", f.astray)
	}
	if t.Failed() {
		t.Logf("seed %d\n%s", seed, strings.Join(f.events, "\n"))
	}
	return f
}

// weather has the standby follow the server, the nodes hear of it, and, if it is bad, servers be lost.
func (v *voyage) weather(stop <-chan struct{}, bad bool) {
	for {
		select {
		case <-stop:
			return
		default:
		}
		v.some(20 * time.Millisecond)
		v.mu.Lock()
		what := v.rand.IntN(10)
		v.mu.Unlock()
		ms, err := v.now().Records()
		if err != nil || len(ms) == 0 {
			continue
		}
		switch {
		case what == 0 && bad:
			v.lose(ms[0].ID)
		case what < 7:
			v.sync()
		default:
			v.mu.Lock()
			s := v.ships[v.rand.IntN(len(v.ships))]
			v.mu.Unlock()
			s.hears(ms[0].ID)
		}
	}
}

// asks asks until it is acknowledged, each time of another node, and often of two at once.
func (v *voyage) asks(n int, id record.ID) {
	token := fmt.Sprint("token ", n)
	for done := false; !done; {
		v.some(30 * time.Millisecond)
		var both sync.WaitGroup
		first := v.one()
		for range 1 + n%3 {
			node := first
			if n%4 > 0 {
				node = v.one()
			}
			both.Go(func() {
				got, err := node.sec.Do(v.t.Context(), "ferries", submit(n, token))
				if refusal.Of(err) != nil {
					return
				}
				v.mu.Lock()
				defer v.mu.Unlock()
				switch was := v.said[token]; {
				case err != nil || was != 0 && was != got.First:
					v.t.Errorf("%s was acknowledged at %d, and now at %d: %v", token, was, got.First, err)
				case got.First > node.log.Durable(id):
					v.t.Errorf("acknowledged at %d, durable up to %d", got.First, node.log.Durable(id))
				}
				v.said[token], done = got.First, true
				v.fleet.mu.Lock()
				v.event("%s is answered by %p: %+v", token, node, got)
				v.fleet.mu.Unlock()
				if _, err := node.log.Prove(v.t.Context(), id, got.First); err != nil {
					v.t.Errorf("entry %d is not proved: %v", got.First, err)
				}
			})
		}
		both.Wait()
	}
}

// reads looks what a node shows.
func (v *voyage) reads(n *world, stop <-chan struct{}) {
	for {
		select {
		case <-stop:
			return
		default:
		}
		v.some(10 * time.Millisecond)
		v.look(n)
	}
}

// look notes what a node shows at a position; whoever shows something there shows the same.
func (v *voyage) look(n *world) (at cite.Position) {
	var d string
	at, err := n.sec.Read(v.t.Context(), "ferries", func(s *conversation.State) error { d = s.Digest(); return nil })
	if refusal.Of(err) != nil {
		return 0
	}
	if err != nil {
		v.t.Error(err)
		return 0
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if was, ok := v.shown[at]; ok && was != d {
		v.t.Errorf("at %d something else was shown before", at)
	}
	v.shown[at] = d
	return at
}

// until waits until something is so.
func (v *voyage) until(what string, is func() bool) {
	v.t.Helper()
	for end := time.Now().Add(time.Minute); !is(); <-time.After(time.Millisecond) {
		if time.Now().After(end) {
			v.t.Fatal("not so after a minute: ", what)
		}
	}
}

// harbour holds what was said against what there is.
func (v *voyage) harbour(id record.ID, many int) {
	for i, node := range v.nodes {
		v.until(fmt.Sprintf("node %d shows what stands", i), func() bool {
			head, err := v.now().Head(id)
			return err == nil && v.look(node) == head
		})
	}
	for token, first := range v.said {
		var n int
		_, _ = fmt.Sscanf(token, "token %d", &n)
		for i, node := range v.nodes {
			got, err := node.sec.Do(v.t.Context(), "ferries", submit(n, token))
			if err != nil || !got.Again || got.First != first {
				v.t.Errorf("%s, acknowledged at %d, on node %d: %+v %v", token, first, i, got, err)
			}
		}
	}
	head, err := v.now().Head(id)
	if err != nil {
		v.t.Error(err)
	}
	for i, node := range v.nodes {
		if d, at, n := node.digest(); n != many || at != head || d != v.shown[at] {
			v.t.Errorf("node %d has %d contributions up to %d of %d, %d were acknowledged", i, n, at, head, many)
		}
		for p := cite.Position(1); p <= head; p++ {
			if _, err := node.log.Prove(v.t.Context(), id, p); err != nil {
				v.t.Errorf("node %d does not prove entry %d: %v", i, p, err)
			}
		}
		if err := errors.Join(node.log.Damage(), node.sec.Halted("ferries")); err != nil {
			v.t.Errorf("node %d: %v", i, err)
		}
	}
}

func must[T any](v T, err error) T { return v }
