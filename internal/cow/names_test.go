package cow

import (
	"slices"
	"testing"
)

// TestNames: a string keeps its number, several spell one where names were merged, and a snapshot stays as it was.
func TestNames(t *testing.T) {
	t.Parallel()
	var n Names
	for want, s := range []string{"", "a", "b", "a"} {
		if want == 3 {
			want = 1
		}
		if got := n.ID(s); got != uint16(want) || n.Name(got) != s {
			t.Errorf("%q: %d, want %d", s, got, want)
		}
	}
	was := n.Snapshot()
	n.Merge("a", "c")
	n.Merge("", "b")
	if got := n.All("c"); !slices.Equal(got, []uint16{1, 3}) || n.Name(1) != "c" || n.Name(0) != "" {
		t.Error(got)
	}
	if id, ok := n.Known("a"); ok {
		t.Error("what was merged is there:", id)
	}
	if id, ok := n.Known("b"); !ok || id != 2 {
		t.Error(id, ok)
	}
	if got := n.ID("a"); got != 4 {
		t.Error("what was merged comes again under its old number:", got)
	}
	if id, ok := was.Known("a"); !ok || id != 1 || was.Name(1) != "a" {
		t.Error("a snapshot changes")
	}
}
