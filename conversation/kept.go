package conversation

import (
	"sync"
	"time"

	"github.com/openplenary/plenary/cite"
)

// kept is what was worked out from a snapshot: whoever asks the same again gets it, and who asks meanwhile waits
// for it. It goes with the snapshot, so what it says is of the same position.
type kept struct {
	mu sync.Mutex
	of map[any]func() any
}

// maxKept bounds the answers that are kept.
const maxKept = 128

// keep works out the answer to a question, once for a snapshot. The question is any value that can be compared; it
// tells apart whatever the answer depends on beside the state.
func keep[T any](s *State, question any, work func() T) T {
	if s.kept == nil { // a state that still changes
		return work()
	}
	k := s.kept
	k.mu.Lock()
	answer, ok := k.of[question]
	if !ok {
		if k.of == nil || len(k.of) >= maxKept {
			k.of = map[any]func() any{}
		}
		answer = sync.OnceValue(func() any { return work() })
		k.of[question] = answer
	}
	k.mu.Unlock()
	return answer().(T)
}

// Keep works something out, once for everybody who reads at a position, whoever they are. So work reads as the
// public does, at no particular instant; each for whom it was worked out rests on what it looked at. What it gives
// is shared and must not be changed. The question is any value that can be compared.
func Keep[T any](r *Reading, question any, work func(*Reading) T) T {
	type found struct {
		answer T
		refs   []cite.Ref
	}
	f := keep(r.state, question, func() found {
		public := NewReading(r.state, Public, time.Time{})
		answer := work(public)
		return found{answer, public.Refs()}
	})
	r.note(f.refs...)
	return f.answer
}
