package record

import (
	"context"
	"slices"
	"sync"

	"github.com/openplenary/plenary/cite"
)

// Sequencer is what an engine needs to serve several logs of one process: it hands out the right to write on
// each record, first come, first served, and tells where the heads are. The zero value is ready.
type Sequencer struct {
	mu      sync.Mutex
	records map[ID]*sequence
}

type sequence struct {
	mu    sync.Mutex
	taken bool            // somebody has the right
	queue []chan struct{} // of those who wait, who came first first; closed when the right is theirs

	// Guarded by the Sequencer's lock.
	head  cite.Position
	moved chan struct{} // nil while nobody watches
}

var _ Right = (*sequence)(nil)

// Wanted reports whether another log waits for it.
func (s *sequence) Wanted() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.queue) > 0
}

// Release gives the right to whoever waits longest.
func (s *sequence) Release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.queue) == 0 {
		s.taken = false
		return
	}
	close(s.queue[0])
	s.queue = s.queue[1:]
}

// wait gives a channel that is closed when the right is the caller's; nil where it is at once.
func (s *sequence) wait() chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.taken {
		s.taken = true
		return nil
	}
	turn := make(chan struct{})
	s.queue = append(s.queue, turn)
	return turn
}

// leave takes somebody who waits out of the queue; it reports whether the right had come to them already.
func (s *sequence) leave(turn chan struct{}) (had bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.Index(s.queue, turn)
	if i >= 0 {
		s.queue = slices.Delete(s.queue, i, i+1)
	}
	return i < 0
}

func (q *Sequencer) sequence(id ID) *sequence {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.of(id)
}

// of finds the sequence of a record. The lock is held.
func (q *Sequencer) of(id ID) *sequence {
	s := q.records[id]
	if s == nil {
		s = &sequence{}
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
	turn := s.wait()
	if turn == nil {
		return s, nil
	}
	select {
	case <-turn:
		return s, nil
	case <-ctx.Done():
		if s.leave(turn) {
			s.Release()
		}
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
