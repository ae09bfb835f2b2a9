package conversation_test

import (
	"errors"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/panel"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/session"
)

// onPanel makes of a command about questions in writing one that may well be granted, and gives who asks for it.
func (g *generator) onPanel(command any) (author delegation.Participant) {
	n := max(1, g.number(len(g.w.st.Panels.Of("s1").Questions)+1))
	switch c := command.(type) {
	case *panel.PutQuestion:
		*c = panel.PutQuestion{Session: "s1", Item: 1, Party: fenland.Ref(), Language: "en", Text: "Who pays?"}
		return fen
	case *panel.RetractQuestion:
		*c = panel.RetractQuestion{Session: "s1", Question: n}
		return fen
	case *panel.TakeQuestion:
		*c = panel.TakeQuestion{Session: "s1", Question: n}
	case *panel.MarkAnswered:
		*c = panel.MarkAnswered{Session: "s1", Question: n}
	case *panel.SetAside:
		*c = panel.SetAside{Session: "s1", Question: n, Reason: english("Because.")}
	}
	return nobody
}

// TestQuestionsInWriting: what waits is read by the chair and by those who speak for its party; what the chair took by everybody; and what nobody needs is erased.
func TestQuestionsInWriting(t *testing.T) {
	t.Parallel()
	w := seated(t)
	assembled(w)
	put := func() (int, cite.Position) {
		t.Helper()
		w.must(fen, panel.PutQuestion{Session: "s1", Item: 1, Party: fenland.Ref(), Language: "en", Text: "Who pays?"})
		all := w.st.Panels.Of("s1").Questions
		return len(all), all[len(all)-1].Entry
	}
	gone := func(p cite.Position) bool { _, gone := w.st.Erased(p); return gone }
	reads := func(when string, p cite.Position, want map[string]bool) {
		t.Helper()
		for name, a := range map[string]conversation.Audience{"everybody": {}, "its delegate": {As: []delegation.Participant{fen}}, "another delegate": {As: []delegation.Participant{ann}},
			"the chair": {Roles: delegation.RoleSet(0).With(delegation.Chair)}, "an officer": {Roles: delegation.RoleSet(0).With(delegation.Officer)},
			"a moderator": {Roles: delegation.RoleSet(0).With(delegation.Moderator)}, "an interpreter": {Roles: delegation.RoleSet(0).With(delegation.Interpreter)}} {
			r := conversation.NewReading(w.st, a, w.now)
			r.Floor.Taken("s1")
			r.Floor.ToChair("s1")
			r.Floor.Aside("s1")
			r.Floor.Put("s1", fenland.Ref())
			if got := r.Granted(p); got != (want[name] || want["all"]) {
				t.Errorf("%s: %s reads it: %v", when, name, got)
			}
			r.Close()
		}
	}
	chair := map[string]bool{"its delegate": true, "the chair": true, "an officer": true}
	first, words := put()
	reads("waiting", words, chair)
	w.must(cora, panel.TakeQuestion{Session: "s1", Question: first})
	reads("taken", words, map[string]bool{"all": true})
	w.must(cora, panel.MarkAnswered{Session: "s1", Question: first})
	reads("answered", words, map[string]bool{"all": true})
	second, aside := put()
	w.must(cora, panel.SetAside{Session: "s1", Question: second, Reason: english("It is about another item.")})
	reads("set aside", aside, chair)
	third, shown := put()
	w.must(cora, panel.TakeQuestion{Session: "s1", Question: third}, panel.SetAside{Session: "s1", Question: third, Reason: english("It names somebody.")})
	fourth, back := put()
	w.must(fen, panel.RetractQuestion{Session: "s1", Question: fourth})
	reads("withdrawn", back, nil)
	_, waits := put()
	if gone(words) || gone(aside) || gone(waits) || !gone(shown) || !gone(back) {
		t.Error("in the sitting: what is needed is gone, or what is not is kept")
	}
	w.now = w.now.Add(time.Minute)
	w.must(olga, session.CloseSitting{Session: "s1", Number: 1})
	if gone(words) || !gone(aside) || !gone(waits) {
		t.Error("after the session: what the chair took is gone, or what it did not take is kept")
	}
	if got, want := w.st.Panels.Of("s1").Counts(), (panel.Counts{Asked: 5, Taken: 2, Answered: 1, Aside: 2, Withdrawn: 1, Parties: 1}); got != want {
		t.Errorf("counted %+v, not %+v", got, want)
	}
}

// TestFloodOfQuestions: one party asks so many questions in a session, what it took back among them, and no more; another can ask all the same.
func TestFloodOfQuestions(t *testing.T) {
	t.Parallel()
	s := &panel.State{}
	put := func(party cite.Ref, n int) error {
		f, err := s.PutQuestion(cite.Act{By: "u1"}, 1, panel.PutQuestion{Session: "s1", Item: 1, Party: party, Language: "en", Text: "Who pays?"})
		if err != nil {
			return err
		}
		made := f.Body.(panel.QuestionPut)
		if err := made.Apply(s, cite.Entry{Position: cite.Position(n)}); err != nil {
			t.Fatal(err)
		}
		back := panel.QuestionRetracted{Session: "s1", Number: made.Number}
		return back.Apply(s, cite.Entry{Position: cite.Position(n + 1)})
	}
	for i := range panel.MaxOfParty {
		if err := put("y1", 1+2*i); err != nil {
			t.Fatalf("question %d: %v", i+1, err)
		}
	}
	var no *refusal.Refusal
	if err := put("y1", 1000); !errors.As(err, &no) || no.Key != "panel.many" {
		t.Errorf("one too many: %v", err)
	}
	if err := put("y2", 1002); err != nil {
		t.Errorf("another party: %v", err)
	}
}

// TestPublicOfQuestions: the public record says of a question what the chair did in public, and nothing of one that it did not take.
func TestPublicOfQuestions(t *testing.T) {
	t.Parallel()
	for kind, c := range map[string]struct {
		fact cite.Fact
		want cite.Ref
	}{
		"put": {panel.QuestionPut{Session: "s1"}, cite.None}, "taken": {panel.QuestionTaken{Session: "s1"}, cite.Public}, "answered": {panel.QuestionAnswered{Session: "s1"}, cite.Public},
		"set aside unseen": {panel.QuestionSetAside{Session: "s1"}, cite.None}, "set aside": {panel.QuestionSetAside{Session: "s1", Taken: true}, cite.Public},
		"retracted unseen": {panel.QuestionRetracted{Session: "s1"}, cite.None}, "retracted": {panel.QuestionRetracted{Session: "s1", Taken: true}, cite.Public},
	} {
		if got := c.fact.Describe().About; got != c.want {
			t.Errorf("%s is about %q, not %q", kind, got, c.want)
		}
	}
}
