package plenary

import (
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
)

// Rules replaces the rules of a Secretariat before anything is asked of it.
func (s *Secretariat) Rules(decide func(*conversation.State, conversation.Ask) ([]conversation.Fact, error), apply func(*conversation.State, cite.Entry, cite.Fact) error) {
	if decide != nil {
		s.rules.decide = decide
	}
	if apply != nil {
		s.rules.apply = apply
	}
}

// Waiting is how many asks of a conversation nobody has begun to decide.
func (s *Secretariat) Waiting(slug string) int {
	w, err := s.writer(slug)
	if err != nil {
		panic(err)
	}
	return len(w.asks)
}

// TakeAway has the words of entries not read, as after a restore they are that were erased in entries that are missing.
func (s *Secretariat) TakeAway(slug string, at ...cite.Position) {
	w, err := s.writer(slug)
	if err != nil {
		panic(err)
	}
	w.takeAway(at)
}

// KeepSnapshots has a snapshot kept after so many entries, and at the end after so many, and returns what sets that back.
func KeepSnapshots(every, atEnd cite.Position) (back func()) {
	wasEvery, wasAtEnd := keptEvery, keptAtEnd
	keptEvery, keptAtEnd = every, atEnd
	return func() { keptEvery, keptAtEnd = wasEvery, wasAtEnd }
}

// Wrong is why what the list tells cannot be relied on, nil where it can.
func (r *Restrictions) Wrong() error { return r.wrong }
