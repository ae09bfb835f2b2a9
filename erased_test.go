package plenary_test

import (
	"testing"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
)

// TestErasedWordsAreForgotten: words that were read, and so are kept in memory, are gone with their erasure; of
// others nothing is lost.
func TestErasedWordsAreForgotten(t *testing.T) {
	w := ferries(t)
	at := []cite.Position{}
	for i := range 2 {
		at = append(at, w.must(submit(i, "")).Last)
	}
	read := func() map[cite.Position]cite.Words {
		t.Helper()
		words, err := w.sec.Words(t.Context(), "ferries", at)
		if err != nil {
			t.Fatal(err)
		}
		return words
	}
	for range 2 { // the second time from memory
		if got := read(); got[at[0]]["1.text"] != "text 0" || got[at[1]]["1.text"] != "text 1" {
			t.Fatal(got)
		}
	}
	w.must(conversation.Ask{By: officer, Command: conversation.Erase{Contribution: "c1", Ground: "at_request"}})
	for range 2 {
		got := read()
		if words, there := got[at[0]]; there {
			t.Errorf("after the erasure there is %q", words)
		}
		if got[at[1]]["1.text"] != "text 1" {
			t.Errorf("the other is %q", got[at[1]])
		}
	}
}
