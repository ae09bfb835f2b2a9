// Package watch wakes those who wait until something that they look at is touched.
package watch

import (
	"sync"

	"github.com/openplenary/plenary/cite"
)

// Watchers are those who wait on references. Everybody first takes a channel and then looks whether
// what they wait for has happened: so nobody is lost between looking and waiting.
type Watchers struct {
	everything cite.Ref
	mu         sync.Mutex
	all        chan struct{}
	byRef      map[cite.Ref]map[chan struct{}]struct{}
}

// New is nobody yet. Whoever waits on the reference that stands for everything is woken whatever is touched.
func New(everything cite.Ref) *Watchers {
	return &Watchers{everything: everything, all: make(chan struct{}), byRef: map[cite.Ref]map[chan struct{}]struct{}{}}
}

// Any is closed at the next durable position, and when the state was dropped or folded again.
func (w *Watchers) Any() <-chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.all
}

// On gives a channel that gets a value when any of the references is touched, and a function to stop.
func (w *Watchers) On(refs []cite.Ref) (<-chan struct{}, func()) {
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

// Wake tells those who wait on any of the references, and everybody who waits for a position.
func (w *Watchers) Wake(touched []cite.Ref) {
	w.mu.Lock()
	defer w.mu.Unlock()
	close(w.all)
	w.all = make(chan struct{})
	for _, r := range append(touched, w.everything) {
		for ch := range w.byRef[r] {
			select {
			case ch <- struct{}{}:
			default:
			}
		}
	}
}

// WakeAll tells everybody: the state was dropped, or folded again.
func (w *Watchers) WakeAll() {
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
