package conversation_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/reaction"
	"github.com/openplenary/plenary/conversation"
)

func listed(refs []cite.Ref) string { return strings.Trim(fmt.Sprint(refs), "[]") }

// TestPointsAddressed: which points one answer answers. c1 to c5 say the same; c2 has an answer of its own, which
// its author says misses the point; c3 has one that nobody minds; c6 says something else.
func TestPointsAddressed(t *testing.T) {
	t.Parallel()
	w := seated(t)
	for range 5 {
		w.must(ann, send("k2", "p1.e1.x3"))
	}
	w.must(ben, send("k2", "p1.e1.x4", "p1.e1.x3"))
	w.must(olga, answering(consultation.Noted, "c2.1", "c3.1"))
	w.must(ann, reaction.React{Part: "c2.1", Verdict: consultation.Misses, Language: "en", Text: "I said ferries."})
	for _, c := range []struct {
		what string
		a    conversation.Addressed
		want string
	}{
		{"the point alone", conversation.Addressed{Point: "c4.1"}, "c4.1"},
		{"with those that say the same and are open", conversation.Addressed{Point: "c4.1", Alike: true}, "c1.1 c2.1 c4.1 c5.1 c6.1"},
		{"with some by hand, each once and in order", conversation.Addressed{Point: "c4.1", With: []cite.Ref{"c6.2", "c1.1", "c6.2", "c4.1"}}, "c1.1 c4.1 c6.2"},
		{"both", conversation.Addressed{Point: "c6.2", Alike: true, With: []cite.Ref{"c5.1"}}, "c5.1 c6.2"},
		{"no more of those that say the same than an answer holds", conversation.Addressed{Point: "c1.1", Alike: true, With: []cite.Ref{"c1.1"}}, "c1.1 c2.1 c4.1 c5.1 c6.1"},
		{"an answer that is revised", conversation.Addressed{Point: "c3.1", Revises: "d1", With: []cite.Ref{"c6.2"}}, "c3.1"},
		{"for all that have it and do not mind", conversation.Addressed{Point: "c3.1", Revises: "d1", Alike: true}, "c3.1"},
		{"and for the one before", conversation.Addressed{Point: "c2.1", Revises: "d1", Alike: true}, "c2.1 c3.1"},
		{"an answer that is not there", conversation.Addressed{Point: "c4.1", Revises: "d9"}, "c4.1"},
	} {
		reading(w.st, audiences["officer"], w.now, func(r *conversation.Reading) {
			if got := listed(r.PointsAddressed(c.a)); got != c.want {
				t.Errorf("%s: %s, not %s", c.what, got, c.want)
			}
		})
	}
	many := conversation.Addressed{Point: "c4.1", Alike: true, With: make([]cite.Ref, consultation.MaxAnswered-2)}
	for i := range many.With {
		many.With[i] = cite.Part(cite.Contribution(1000+i), 1)
	}
	reading(w.st, audiences["officer"], w.now, func(r *conversation.Reading) {
		if got := r.PointsAddressed(many); len(got) != consultation.MaxAnswered || got[0] != "c1.1" || got[1] != "c4.1" {
			t.Errorf("%d points: %v ...", len(got), got[:3])
		}
	})
}

// TestPassagesLinked: a passage that an edition changed since the answer is that edition's; what is not in it, and
// what was changed before, stays as it was said.
func TestPassagesLinked(t *testing.T) {
	t.Parallel()
	w := seated(t)
	w.must(ann, send("k2", "p1.e1.x3"))
	w.must(olga, answering(consultation.Accepted, "c1.1"))
	linked := func(answer cite.Ref, want string, changes ...cite.Ref) {
		t.Helper()
		reading(w.st, audiences["officer"], w.now, func(r *conversation.Reading) {
			if got := listed(r.PassagesLinked(answer, changes)); got != want {
				t.Errorf("%s: %s, not %s", answer, got, want)
			}
		})
	}
	linked("d1", "p1.x3 p1.e1.x3", "p1.x3", "p1.e1.x3")
	w.must(olga, publishing("p1", "P/1/Rev.1", w.next("p1")[:3]...))
	linked("d1", "p1.e2.x3 p1.x4 p1.e1.x3 p7.x1", "p1.x3", "p1.x4", "p1.e1.x3", "p7.x1")
	linked("d9", "p1.x3", "p1.x3")
	w.must(ann, send("k2", "p1.e2.x3"))
	w.must(olga, answering(consultation.Accepted, "c2.1"))
	linked("d2", "p1.x3", "p1.x3")
}

// TestRestsOnAnswers: what is told of a passage rests on every answer that changes it, also on one that holds for no point
// now: it would be told again if one came back.
func TestRestsOnAnswers(t *testing.T) {
	t.Parallel()
	w := seated(t)
	w.must(ann, send("k2", "p1.e1.x3"))
	w.must(olga, answering(consultation.Accepted, "c1.1"))
	w.must(olga, consultation.LinkPassage{Disposition: "d1", Changes: []cite.Ref{"p1.x3"}})
	w.must(olga, publishing("p1", "P/1/Rev.1", w.next("p1")...))
	revised := answering(consultation.Noted, "c1.1")
	revised.Revises = "d1"
	w.must(olga, revised)
	e, ok := w.st.Papers.Edition("p1.e2")
	if !ok {
		t.Fatal("there is no second edition")
	}
	for what, read := range map[string]func(*conversation.Reading) int{
		"behind":  func(r *conversation.Reading) int { return len(r.Behind(e, "p1.x3")) },
		"back":    func(r *conversation.Reading) int { return len(r.Back("p1.e2.x3", 0)) },
		"forward": func(r *conversation.Reading) int { return len(r.Forward("p1.e2.x3", 0)) },
	} {
		reading(w.st, audiences["public"], w.now, func(r *conversation.Reading) {
			n := read(r)
			if refs := r.Refs(); !slices.Contains(refs, "d1") {
				t.Errorf("%s, with %d answers, rests on %v, and not on d1", what, n, refs)
			}
		})
	}
}
