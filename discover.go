package plenary

import (
	"context"
	"errors"

	"github.com/openplenary/plenary/record"
)

// Alone is set where several nodes share the records, before anything is convened: it waits until no other node convenes, and returns what lets the next one.
type Alone func(context.Context) (release func(), err error)

// SetAlone takes what keeps two nodes from giving one address to two conversations.
func (s *Secretariat) SetAlone(a Alone) { s.alone = a }

// Discover takes in the conversations that other nodes have convened since, and lets go of those that they deleted.
func (s *Secretariat) Discover(ctx context.Context) error {
	s.convening.Lock()
	defer s.convening.Unlock()
	return s.discover(ctx)
}

func (s *Secretariat) discover(ctx context.Context) error {
	metas, err := s.log.Records()
	if err != nil {
		return err
	}
	gone := map[record.ID]*writer{}
	s.mu.RLock()
	for _, w := range s.convs {
		gone[w.id] = w
	}
	s.mu.RUnlock()
	for _, m := range metas {
		if gone[m.ID] != nil {
			delete(gone, m.ID)
			continue
		}
		s.log.Learn(m)
		state, lerr := s.load(ctx, m.ID)
		if state.Head == 0 || errors.Is(lerr, record.ErrAway) { // its first entry is not there yet, or not all of it can be read just now
			err = errors.Join(err, lerr)
			continue
		}
		if _, taken := s.writer(state.Slug); taken == nil { // the first of two that have one address
			continue
		}
		w := s.start(m.ID, state.Slug, state)
		w.notRead(state, lerr)
		s.register(w)
	}
	for _, w := range gone {
		w.stop()
		s.unregister(w)
		err = errors.Join(err, s.log.Forget(w.id))
	}
	return err
}
