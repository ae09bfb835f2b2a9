package record

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/openplenary/plenary/cite"
)

// Sequencer is what an engine needs to serve several logs of one process: it hands out the right to write on
// each record, first come, first served, and tells where the heads are. The zero value is ready.
type Sequencer struct {
	mu      sync.Mutex
	records map[ID]*sequence
}

type sequence struct {
	token   chan struct{} // full while somebody has the right
	waiting atomic.Int32

	// Guarded by the Sequencer's lock.
	head  cite.Position
	moved chan struct{} // nil while nobody watches
}

var _ Right = (*sequence)(nil)

// Wanted reports whether another log waits for it.
func (s *sequence) Wanted() bool { return s.waiting.Load() > 0 }

// Release gives the right to whoever waits longest.
func (s *sequence) Release() { <-s.token }

func (q *Sequencer) sequence(id ID) *sequence {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.of(id)
}

// of finds the sequence of a record. The lock is held.
func (q *Sequencer) of(id ID) *sequence {
	s := q.records[id]
	if s == nil {
		s = &sequence{token: make(chan struct{}, 1)}
		if q.records == nil {
			q.records = map[ID]*sequence{}
		}
		q.records[id] = s
	}
	return s
}

// Take waits for the right to write on a record.
func (q *Sequencer) Take(ctx context.Context, id ID) (Right, error) {
	s := q.sequence(id)
	select {
	case s.token <- struct{}{}:
		return s, nil
	default:
	}
	s.waiting.Add(1)
	defer s.waiting.Add(-1)
	select {
	case s.token <- struct{}{}:
		return s, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Moved says where the head of a record is now.
func (q *Sequencer) Moved(id ID, head cite.Position) {
	q.mu.Lock()
	defer q.mu.Unlock()
	s := q.of(id)
	s.head = max(s.head, head)
	if s.moved != nil {
		close(s.moved)
		s.moved = nil
	}
}

// Watch gives the head of a record and a channel that is closed when it moves.
func (q *Sequencer) Watch(id ID) (cite.Position, <-chan struct{}) {
	q.mu.Lock()
	defer q.mu.Unlock()
	s := q.of(id)
	if s.moved == nil {
		s.moved = make(chan struct{})
	}
	return s.head, s.moved
}
