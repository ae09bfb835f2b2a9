package plenary_test

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/openplenary/plenary/record"
)

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
