package plenary

import (
	"sync"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
)

// watchers wakes those who wait on references. Everybody first takes a channel and then looks whether
// what they wait for has happened: so nobody is lost between looking and waiting.
type watchers struct {
	mu    sync.Mutex
	all   chan struct{}
	byRef map[cite.Ref]map[chan struct{}]struct{}
}

func (w *watchers) init() {
	w.all = make(chan struct{})
	w.byRef = map[cite.Ref]map[chan struct{}]struct{}{}
}

// any is closed at the next durable position, and when the state was dropped or folded again.
func (w *watchers) any() <-chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.all
}

// on gives a channel that gets a value when any of the references is touched, and a function to stop.
func (w *watchers) on(refs []cite.Ref) (<-chan struct{}, func()) {
	ch := make(chan struct{}, 1)
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, r := range refs {
		m := w.byRef[r]
		if m == nil {
			m = map[chan struct{}]struct{}{}
			w.byRef[r] = m
		}
		m[ch] = struct{}{}
	}
	return ch, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		for _, r := range refs {
			if m := w.byRef[r]; m != nil {
				delete(m, ch)
				if len(m) == 0 {
					delete(w.byRef, r)
				}
			}
		}
	}
}

// wake tells those who wait on any of the references, and everybody who waits for a position.
func (w *watchers) wake(touched []cite.Ref) {
	w.mu.Lock()
	defer w.mu.Unlock()
	close(w.all)
	w.all = make(chan struct{})
	for _, r := range append(touched, conversation.Anything) {
		for ch := range w.byRef[r] {
			select {
			case ch <- struct{}{}:
			default:
			}
		}
	}
}

// wakeAll tells everybody: the state was dropped, or folded again.
func (w *watchers) wakeAll() {
	w.mu.Lock()
	defer w.mu.Unlock()
	close(w.all)
	w.all = make(chan struct{})
	for _, m := range w.byRef {
		for ch := range m {
			select {
			case ch <- struct{}{}:
			default:
			}
		}
	}
}
