// Package memo keeps answers that were worked out from something that does not change, for as long as that is kept.
package memo

import "sync"

// Memo is a set of answers. Its zero value is empty and ready; it may be asked by many at once.
type Memo struct {
	mu sync.Mutex
	of map[any]func() any
}

// Most bounds the answers that are kept: one more, and all are forgotten.
const Most = 128

// Keep works out the answer to a question once: whoever asks the same again gets it, and who asks meanwhile waits for
// it. The question is any value that can be compared; it tells apart whatever the answer depends on. A nil *Memo keeps
// nothing.
func Keep[T any](m *Memo, question any, work func() T) T {
	if m == nil {
		return work()
	}
	m.mu.Lock()
	answer, ok := m.of[question]
	if !ok {
		if m.of == nil || len(m.of) >= Most {
			m.of = map[any]func() any{}
		}
		answer = sync.OnceValue(func() any { return work() })
		m.of[question] = answer
	}
	m.mu.Unlock()
	return answer().(T)
}
