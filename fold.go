package plenary

import (
	"errors"
	"fmt"
	"runtime/debug"
	"strings"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/record"
)

// entry is an entry of the record with its fact, ready to be folded. Own entries, those that others wrote and
// those of a replay go through one apply.
type entry struct {
	at   cite.Entry
	fact cite.Fact
}

// apply folds an entry. A panic is an error like any other: what is on the record stays readable.
func (s *Secretariat) apply(state *conversation.State, e entry) (err error) {
	defer func() {
		if p := recover(); p != nil {
			s.slog.Error("folding panicked", "fact", fmt.Sprintf("%T", e.fact), "position", int64(e.at.Position), "panic", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("plenary: folding entry %d panicked: %v", e.at.Position, p)
		}
	}()
	return s.rules.apply(state, e.at, e.fact)
}

// chunk is how many entries are folded under one lock.
const chunk = 256

// fold decodes what is read on one goroutine and has it applied on another.
func fold(read func(func(record.Entry) error) error, apply func([]entry) error) error {
	chunks := make(chan []entry, 4)
	applied := make(chan error, 1)
	go func() {
		var err error
		for entries := range chunks {
			if err == nil {
				err = apply(entries)
			}
		}
		applied <- err
	}()
	entries := make([]entry, 0, chunk)
	err := read(func(e record.Entry) error {
		fact, err := conversation.Decode(e.Data)
		if err != nil {
			return err
		}
		entries = append(entries, entry{cite.Entry{Position: e.Position, Time: e.Time}, fact})
		if len(entries) == chunk {
			chunks <- entries
			entries = make([]entry, 0, chunk)
		}
		return nil
	})
	chunks <- entries
	close(chunks)
	return errors.Join(err, <-applied)
}

// replay folds a record into a state, from the beginning into a new one. Beside an error comes what could be folded.
func (s *Secretariat) replay(state *conversation.State, read func(func(record.Entry) error) error) (*conversation.State, error) {
	err := fold(read, func(entries []entry) error {
		defer state.Touched() // nobody watches yet
		for _, e := range entries {
			if err := s.apply(state, e); err != nil {
				return err
			}
		}
		return nil
	})
	return state, err
}

// erasedKind begins the data of facts that say that words were erased.
var erasedKind, _, _ = strings.Cut(conversation.Erased{}.Describe().Kind, "/")

// ErasedBy reads out of the data of an entry whose words it says were erased.
func ErasedBy(data []byte) []cite.Position {
	if !strings.HasPrefix(string(data[:min(len(data), len(erasedKind))]), erasedKind) {
		return nil
	}
	fact, err := conversation.Decode(data)
	if err != nil {
		return nil // whoever folds it will say so
	}
	return erased(fact)
}

// erased lists the entries whose words a fact says were erased.
func erased(fact cite.Fact) []cite.Position {
	if f, ok := fact.(*conversation.Erased); ok {
		return []cite.Position{f.Position}
	}
	return nil
}

// erasedIn lists those of several facts.
func erasedIn(entries []entry) []cite.Position {
	var out []cite.Position
	for _, e := range entries {
		out = append(out, erased(e.fact)...)
	}
	return out
}
