package plenary_test

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/record"
	"github.com/openplenary/plenary/refusal"
)

// shaky is an engine in memory on which every turn begins with what others wrote and nobody knows to be durable, until somebody says.
type shaky struct {
	*record.Memory
	known atomic.Pointer[func() cite.Position] // up to where it is durable
	say   chan error                           // what becomes of it
	gone  atomic.Bool                          // it cannot be reached
	full  atomic.Bool                          // the next batch finds no room, and somebody waits for the turn

	mu      sync.Mutex
	settled func(error)
}

// shakyRight is the right to write on it.
type shakyRight struct {
	record.Right
	engine *shaky
	id     record.ID
}

func (s *shaky) Sequence(ctx context.Context, id record.ID) (record.Right, error) {
	if s.gone.Load() {
		return nil, errAway
	}
	r, err := s.Memory.Sequence(ctx, id)
	return &shakyRight{r, s, id}, err
}

func (s *shaky) Rows(ctx context.Context, id record.ID, from, to cite.Position, each func(cite.Position, []byte, []byte) error) error {
	if s.gone.Load() {
		return errAway
	}
	return s.Memory.Rows(ctx, id, from, to, each)
}

func (r *shakyRight) Begins(settled func(error)) (cite.Position, bool) {
	head, _ := r.engine.Head(r.id)
	if head <= (*r.engine.known.Load())() {
		return head, true
	}
	r.engine.mu.Lock()
	defer r.engine.mu.Unlock()
	r.engine.settled = settled
	return head, false
}

func (r *shakyRight) Awaited() bool { return r.engine.full.Load() }

func (r *shakyRight) Pass() { go func() { _ = r.engine.settle() }() }

// settle waits until somebody says what became of what others wrote.
func (s *shaky) settle() error {
	s.mu.Lock()
	settled := s.settled
	s.settled = nil
	s.mu.Unlock()
	if settled == nil {
		return nil
	}
	err := <-s.say
	settled(err)
	return err
}

func (s *shaky) Commit(b *record.Batch, done func(error)) {
	go func() {
		if s.full.Swap(false) {
			done(record.ErrFull)
			return
		}
		if err := s.settle(); err != nil {
			done(err)
			return
		}
		s.Memory.Commit(b, done)
	}()
}

// saying says the same of whatever others wrote, as often as somebody wants to know, until something is done.
func (s *shaky) saying(what error, f func() error) error {
	done := make(chan error, 1)
	go func() { done <- f() }()
	for {
		select {
		case err := <-done:
			return err
		case s.say <- what:
		}
	}
}

// shaken is a conversation that one node writes, and another reads from a storage where that is not durable yet.
func shaken(t *testing.T) (writes, reads *world, s *shaky) {
	writes = ferries(t)
	s = &shaky{Memory: writes.engine.Memory, say: make(chan error)}
	begun := writes.sec.Durable("ferries")
	known := func() cite.Position { return begun }
	s.known.Store(&known)
	reads = over(t, s)
	t.Cleanup(func() { _ = reads.sec.Close() })
	now := func() cite.Position { return reads.sec.Durable("ferries") }
	s.known.Store(&now)
	return writes, reads, s
}

// sees waits until a node has folded up to a position, and gives what is durable of it there.
func (w *world) sees(p cite.Position) cite.Position {
	w.t.Helper()
	for {
		seen, err := w.sec.Peek(w.t.Context(), "ferries", func(*conversation.State) error { return nil })
		if err != nil {
			w.t.Fatal(err)
		}
		if seen.Position >= p {
			return seen.Durable
		}
	}
}

// TestOthersNotDurable: what another node wrote is folded before it is durable, so that it can be decided upon. Nobody is told of it, no page
// rests on it, and no answer does, before it is.
func TestOthersNotDurable(t *testing.T) {
	a, b, s := shaken(t)
	before := b.sec.Durable("ferries")
	first, err := a.sec.Do(t.Context(), "ferries", submit(1, "token"))
	if err != nil {
		t.Fatal(err)
	}
	if durable := b.sees(first.Last); durable != before {
		t.Fatalf("durable up to %d, before anybody said so", durable)
	}
	seen, err := b.sec.Peek(t.Context(), "ferries", func(*conversation.State) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	soon, cancel := context.WithCancel(t.Context())
	cancel()
	if err := b.sec.Durably(soon, "ferries", seen); err == nil {
		t.Error("a page rests on what is not durable")
	}
	if _, err := b.sec.Watch(soon, "ferries", before, conversation.Anything); err == nil {
		t.Error("those who watch are told of what is not durable")
	}
	type answer struct {
		plenary.Answer
		err error
	}
	told := make(chan answer, 1)
	go func() {
		got, err := b.sec.Do(t.Context(), "ferries", submit(1, "token"))
		told <- answer{got, err}
	}()
	select {
	case got := <-told:
		t.Fatal("answered from what is not durable: ", got)
	case s.say <- nil:
	}
	if got := <-told; got.err != nil || got.First != first.First || !got.Again {
		t.Errorf("the same asked of the other: %+v %v", got.Answer, got.err)
	}
	if err := b.sec.Durably(t.Context(), "ferries", seen); err != nil {
		t.Error(err)
	}
	b.at(first.Last)
}

// TestOthersLost: what another node wrote is lost before it was durable. What was decided upon it is refused, to be tried again, and what stands is
// folded anew.
func TestOthersLost(t *testing.T) {
	a, b, s := shaken(t)
	first, err := a.sec.Do(t.Context(), "ferries", submit(1, "token"))
	if err != nil {
		t.Fatal(err)
	}
	b.sees(first.Last)
	seen, err := b.sec.Peek(t.Context(), "ferries", func(*conversation.State) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	s.say <- record.ErrConflict
	if err := b.sec.Durably(t.Context(), "ferries", seen); refusal.Of(err) == nil {
		t.Errorf("a page that rested on it: %v", err)
	}
	if err := s.saying(record.ErrConflict, func() error { _, err := b.sec.Do(t.Context(), "ferries", submit(2, "")); return err }); refusal.Of(err) == nil {
		t.Errorf("what was decided upon it: %v", err)
	}
	if err := s.saying(nil, func() error { _, err := b.sec.Do(t.Context(), "ferries", submit(2, "")); return err }); err != nil {
		t.Error(err)
	}
	if b.sec.Halted("ferries") != nil || b.log.Damage() != nil {
		t.Error("nothing is written any more: ", b.sec.Halted("ferries"))
	}
}

// TestOthersUnknown: what another node wrote just now cannot be folded here. Nothing is decided upon it, and nothing is taken for final as long as it
// may be lost; when it is durable, writing stops, and what comes before it is read.
func TestOthersUnknown(t *testing.T) {
	for _, lost := range []int{0, 3} {
		t.Run(fmt.Sprint(lost, " times lost"), func(t *testing.T) { othersUnknown(t, lost) })
	}
}

func othersUnknown(t *testing.T, lost int) {
	a, b, s := shaken(t)
	s.gone.Store(true) // until both are written
	first := a.must(submit(1, ""))
	a.foretells()
	s.gone.Store(false)
	for range lost {
		s.say <- record.ErrConflict // as if it had been lost
		if b.sec.Halted("ferries") != nil {
			t.Fatal("stopped by what may be lost")
		}
	}
	if err := s.saying(nil, func() error { _, err := b.sec.Do(t.Context(), "ferries", submit(2, "")); return err }); refusal.Of(err) == nil || b.sec.Halted("ferries") == nil {
		t.Error("written on top of what is not understood: ", err)
	}
	soon, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if p, err := b.sec.Read(soon, "ferries", func(*conversation.State) error { return nil }); lost > 0 && refusal.Of(err) == nil || lost == 0 && (err != nil || p != first.Last) { // where it was folded anew, what cannot be may have taken something away
		t.Errorf("read at %d: %v", p, err)
	}
}

// TestOthersAndNoRoom: the last batch of a turn that is to be handed on finds no room, while what others wrote is not durable yet. The turn is
// handed on all the same, and the next one begins.
func TestOthersAndNoRoom(t *testing.T) {
	a, b, s := shaken(t)
	head := b.sec.Durable("ferries")
	ask := func() error { _, err := b.sec.Do(t.Context(), "ferries", submit(2, "")); return err }
	s.full.Store(true)
	if _, err := a.sec.Do(t.Context(), "ferries", submit(1, "")); err != nil {
		t.Fatal(err)
	}
	if err := s.saying(nil, ask); refusal.Of(err) == nil {
		t.Errorf("no room: %v", err)
	}
	if err := s.saying(nil, ask); err != nil || b.sec.Durable("ferries") <= head {
		t.Error("the next: ", err)
	}
}

// TestOthersLostAndAway: what another node wrote is lost, and the storage with it for a while. What was durable before is read.
func TestOthersLostAndAway(t *testing.T) {
	a, b, s := shaken(t)
	first := a.must(submit(1, ""))
	b.sees(first.Last)
	s.say <- nil
	b.at(first.Last)
	b.sees(a.must(submit(2, "")).Last)
	s.gone.Store(true)
	s.say <- record.ErrConflict
	soon, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	seen, err := b.sec.Peek(soon, "ferries", func(*conversation.State) error { return nil })
	for err == nil && seen.Position > first.Last { // it was looked at before it was lost
		seen, err = b.sec.Peek(soon, "ferries", func(*conversation.State) error { return nil })
	}
	if err != nil || seen.Position != first.Last || b.sec.Durably(t.Context(), "ferries", seen) != nil {
		t.Errorf("what is read: up to %d, durable %d: %v", seen.Position, first.Last, err)
	}
}

// slow is an engine in memory on which the turn is long in coming.
type slow struct {
	*record.Memory
	come    chan struct{} // when it does
	waits   atomic.Int32  // how often it was waited for
	batches atomic.Int32
}

// asked waits until somebody has waited for the turn so often.
func (s *slow) asked(times int32) {
	for s.waits.Load() < times {
		runtime.Gosched()
	}
}

func (s *slow) Sequence(ctx context.Context, id record.ID) (record.Right, error) {
	s.waits.Add(1)
	<-s.come
	return s.Memory.Sequence(ctx, id)
}

func (s *slow) Commit(b *record.Batch, done func(error)) {
	s.batches.Add(1)
	s.Memory.Commit(b, done)
}

// TestWhoWaitsForTheTurn: those who ask while a node waits for its turn are all served by it.
func TestWhoWaitsForTheTurn(t *testing.T) {
	first := ferries(t)
	s := &slow{Memory: first.engine.Memory, come: make(chan struct{})}
	w := over(t, s)
	defer w.sec.Close()
	const many = 20
	var all sync.WaitGroup
	ask := func(n int) {
		all.Go(func() {
			if _, err := w.sec.Do(t.Context(), "ferries", submit(n, "")); err != nil {
				t.Error(err)
			}
		})
	}
	ask(0)
	s.come <- struct{}{} // it is taken, and its turn has come
	all.Wait()
	ask(1)
	s.asked(2) // one is taken, and waits for the turn
	for n := 2; n < many; n++ {
		ask(n)
	}
	for w.sec.Waiting("ferries") < many-2 {
		runtime.Gosched()
	}
	close(s.come)
	all.Wait()
	if n := s.batches.Load(); n != 2 { // the first by itself
		t.Errorf("%d asks in %d batches", many, n)
	}
}

// TestOwnOnItsWay: a turn that begins while what this node wrote is on its way says nothing of that: it is not durable yet.
func TestOwnOnItsWay(t *testing.T) {
	w := ferries(t)
	before := w.sec.Durable("ferries")
	w.engine.late = make(chan func(), 2)
	var all sync.WaitGroup
	var commits []func()
	for n := range 2 {
		all.Go(func() {
			if _, err := w.sec.Do(t.Context(), "ferries", submit(n, "")); err != nil {
				t.Error(err)
			}
		})
		commits = append(commits, <-w.engine.late)
	}
	if at := w.sec.Durable("ferries"); at != before {
		t.Errorf("durable up to %d, of which %d is", at, before)
	}
	for _, commit := range commits {
		commit()
	}
	all.Wait()
}
