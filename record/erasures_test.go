package record

import (
	"testing"

	"github.com/openplenary/plenary/cite"
)

// TestErasuresLost: nobody finds an entry that erased a text read, and the text not erased, while that entry turns out to be lost.
func TestErasuresLost(t *testing.T) {
	e := newErasures()
	erased := make([]cite.Position, 10)
	for i := range erased {
		erased[i] = cite.Position(i + 1)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for range 20_000 {
			e.add(erased...)
			e.readTo(5000)
			e.lost(4000, erased)
		}
	}()
	for {
		if is, upTo := e.has(1); !is && upTo == 5000 {
			t.Fatal("the entry counts as read, and what it erased as there")
		}
		select {
		case <-ended:
			return
		default:
		}
	}
}
