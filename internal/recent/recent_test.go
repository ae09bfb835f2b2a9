package recent_test

import (
	"testing"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/internal/recent"
)

// TestWhatIsErasedIsForgotten: words that were being read while something was erased are not kept, and what was kept of it is gone.
func TestWhatIsErasedIsForgotten(t *testing.T) {
	var kept recent.Words
	read := map[cite.Position]cite.Words{1: {"text": "one"}, 2: {"text": "two"}}
	take := func() map[cite.Position]cite.Words {
		out := map[cite.Position]cite.Words{}
		kept.Take([]cite.Position{1, 2}, out)
		return out
	}
	_, epoch := kept.Take([]cite.Position{1, 2}, map[cite.Position]cite.Words{})
	kept.Drop(2)
	kept.Keep(read, epoch)
	if got := take(); len(got) != 0 {
		t.Errorf("read before the erasure, and kept: %v", got)
	}
	_, epoch = kept.Take(nil, nil)
	kept.Keep(read, epoch)
	if got := take(); len(got) != 2 || got[2]["text"] != "two" {
		t.Errorf("%v", got)
	}
	kept.Drop(1)
	if got := take(); len(got) != 1 || got[1] != nil {
		t.Errorf("%v", got)
	}
	kept.Clear()
	if got := take(); len(got) != 0 {
		t.Errorf("%v", got)
	}
}
