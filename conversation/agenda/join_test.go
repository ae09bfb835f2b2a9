package agenda

import (
	"fmt"
	"testing"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/session"
)

// TestJoin: what time cut off leads to what its party filed under the same item and back; nothing leads to what is of another party, or under
// another item, or of nobody, or under none.
func TestJoin(t *testing.T) {
	t.Parallel()
	cut, whole := &session.Spoken{Cut: true}, &session.Spoken{}
	all := []Intervention{
		{Contribution: "c1", Item: "t1.i1", Spoken: cut},   // of a party that filed
		{Contribution: "c2", Item: "t1.i1"},                // its text
		{Contribution: "c3", Item: "t1.i2", Spoken: cut},   // of the same party under another item, under which it filed nothing
		{Contribution: "c4", Item: "t1.i1"},                // of another party, which was not cut off
		{Contribution: "c5", Item: "t1.i1", Spoken: whole}, // it said all it had to say
		{Contribution: "c6", Item: "t1.i3", Spoken: cut},   // of nobody
		{Contribution: "c7", Item: "t1.i3"},                // of nobody either
		{Contribution: "c8", Spoken: cut},                  // under no item
		{Contribution: "c9"},                               // under no item either
		{Contribution: "c10", Item: "t1.i2", Spoken: cut},  // under an item, of a party that filed nothing there
	}
	join(all, map[cite.Ref]string{"c1": "y1", "c2": "y1", "c3": "y1", "c4": "y2", "c5": "y2", "c8": "y1", "c9": "y1", "c10": "y2"})
	got := ""
	for _, v := range all {
		if v.Cut != cite.None || v.Filed != cite.None {
			got += fmt.Sprintf("%s cut %q filed %q; ", v.Contribution, v.Cut, v.Filed)
		}
	}
	if want := `c1 cut "" filed "c2"; c2 cut "c1" filed ""; `; got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}
