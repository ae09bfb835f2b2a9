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

// TakeAway has the words of entries not read, as after a restore they are that were erased in entries that are missing.
func (s *Secretariat) TakeAway(slug string, at ...cite.Position) {
	w, err := s.writer(slug)
	if err != nil {
		panic(err)
	}
	w.takeAway(at)
}
