package plenary_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/life"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
)

// TestCited: a record rests on the files that it cites and on the people who came as somebody; what was lost with the
// private database it says itself, and what was brought again since is not lost.
func TestCited(t *testing.T) {
	w := ferries(t)
	send := func(n int, assurance string, files ...string) {
		t.Helper()
		a := submit(n, "")
		a.Assurance = assurance
		c := a.Command.(consultation.Submit)
		for _, id := range files {
			c.Files = append(c.Files, consultation.SubmitFile{ID: id, Name: id + ".txt", Type: "text/plain", Size: 1, SHA: "00"})
		}
		a.Command = c
		w.must(a)
	}
	check := func(when, lost string, files map[string]string, people ...delegation.Participant) {
		t.Helper()
		c, err := w.sec.Cited(t.Context(), "ferries")
		if err != nil {
			t.Fatal(err)
		}
		is := map[string]string{}
		for id, refs := range c.Files {
			slices.Sort(refs)
			for _, r := range refs {
				is[id] += string(r)
			}
		}
		all := ""
		for _, id := range slices.Sorted(maps.Keys(c.Lost)) {
			all += id
		}
		if !maps.Equal(is, files) || all != lost || !slices.Equal(slices.Sorted(maps.Keys(c.Participants)), people) {
			t.Errorf("%s: files %v, lost %q, people %v; want %v, %q, %v", when, is, all, c.Participants, files, lost, people)
		}
	}
	resume := func(beside string) {
		t.Helper()
		w.must(conversation.Ask{System: true, Command: conversation.Resume{Beside: beside, Reason: "The disk was lost."}})
	}
	one, two := "0123456789abcde1", "0123456789abcde2"
	send(1, consultation.Anonymous, one)
	send(2, consultation.EmailProven, one, two)
	check("before", "", map[string]string{one: "c1c2", two: "c2"}, officer, 102)
	resume("keys/secret")
	check("something else was lost", "", map[string]string{one: "c1c2", two: "c2"}, officer, 102)
	resume("keys/secret, private.db")
	check("accounts were lost", one+two, map[string]string{one: "c1c2", two: "c2"})
	send(3, consultation.EmailProven, one)
	check("one came again", two, map[string]string{one: "c1c2c3", two: "c2"}, 103)
	three := "0123456789abcde3"
	for _, id := range []string{three, one} {
		w.must(conversation.Ask{By: officer, Command: life.AddDocument{Call: "k1", Title: locale.Plain("en", "Costs"), File: consultation.SubmitFile{ID: id, Name: "costs.txt"}}})
	}
	check("a call has documents", two, map[string]string{one: "c1c2c3k1", two: "c2", three: "k1"}, 103)
	w.must(conversation.Ask{By: officer, Command: life.RemoveDocument{Call: "k1", Number: 1, Reason: "Old."}})
	check("one is taken off", two, map[string]string{one: "c1c2c3k1", two: "c2"}, 103)
	resume("keys/secret, private.db")
	check("accounts were lost again", one+two, map[string]string{one: "c1c2c3k1", two: "c2"})
}
