package conversation_test

import (
	"slices"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/formulation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/priority"
	"github.com/openplenary/plenary/questionnaire"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/settings"
)

func reasoned(themes ...int) (out []priority.Placed) {
	for _, n := range themes {
		out = append(out, priority.Placed{Theme: n, Reason: english("Because.")})
	}
	return out
}

func criteria() []locale.Text { return []locale.Text{english("How many spoke")} }

// ordering has an order of two themes, about p1.e1.x3 and p1.e1.x4, that is not proposed yet.
func ordering(w *world) {
	w.t.Helper()
	w.must(olga, priority.Begin{Title: english("What comes first"), Criteria: criteria(), Themes: []priority.Theme{{Names: []cite.Ref{"p1.e1.x3"}}, {Names: []cite.Ref{"p1.e1.x4"}}}})
}

// seen is where the order o1 changed last.
func (w *world) seen() cite.Position {
	o, _ := w.st.Priorities.Order("o1")
	return o.Seen()
}

func key(err error) string {
	if rs := refusal.Of(err); len(rs) > 0 {
		return rs[0].Key
	}
	return ""
}

// TestOrderRests: what an order rests on is looked up: passages of editions, a call that is fresh, comments that are over and
// answered, and a second person where decisions take two.
func TestOrderRests(t *testing.T) {
	t.Parallel()
	w := seated(t)
	for ref, want := range map[cite.Ref]string{"p1.e1": "priority.element", "p1.x3": "priority.element", "p1.e1.x99": "priority.element", "p2.e1.x1": "priority.element", "k1": "priority.element", "p1.e1.x4": ""} {
		_, err := w.st.Decide(conversation.Ask{By: olga, Received: w.now, Command: priority.Begin{Title: english("T"), Criteria: criteria(), Themes: []priority.Theme{{Names: []cite.Ref{"p1.e1.x3"}}, {Names: []cite.Ref{ref}}}}})
		if key(err) != want {
			t.Errorf("%s: %q, want %q", ref, key(err), want)
		}
	}
	ordering(w)
	w.must(ann, send("k2", "p1.e1.x3"))
	w.must(olga, announcing(consultation.LateRefused, consultation.ModerateAfter), announcing(consultation.LateRefused, consultation.ModerateBefore))
	w.must(olga, formulation.Gather{Call: "k3", Days: 1})
	propose := priority.Propose{Order: "o1", Places: reasoned(2, 1), Seen: w.seen()}
	for call, want := range map[cite.Ref]string{"k2": "priority.call", "k3": "priority.call", "k9": "priority.call", "k4": ""} {
		propose.Call = call
		if _, err := w.st.Decide(conversation.Ask{By: olga, Received: w.now, Command: propose}); key(err) != want {
			t.Errorf("%s: %q, want %q", call, key(err), want)
		}
	}
	propose.Call = "k4"
	if _, err := w.st.Decide(conversation.Ask{By: olga, Received: w.now.Add(20 * time.Hour), Command: propose}); key(err) != "priority.call" {
		t.Errorf("a call that is over: %q", key(err))
	}
	if _, err := w.do(mo, propose); key(err) != "standing.missing" {
		t.Errorf("a moderator: %q", key(err))
	}
	w.must(olga, propose)
	if _, err := w.do(olga, formulation.Gather{Call: "k4", Days: 1}); key(err) != "priority.gathers" {
		t.Errorf("a call that takes comments on an order gathers questions: %q", key(err))
	}
	asks := questionnaire.Ask{Call: "k3", Sections: []questionnaire.Section{{Title: english("All"), Questions: []questionnaire.Question{{Kind: questionnaire.Words, Text: english("Why?")}}}}}
	if _, err := w.do(olga, asks); key(err) != "formulation.asks" {
		t.Errorf("a call that gathers questions asks some: %q", key(err))
	}
	if _, err := w.st.Decide(conversation.Ask{By: olga, Received: w.now, Command: questionnaire.Ask{Call: "k3"}}); err != nil {
		t.Errorf("it cannot be said that it asks none: %v", err)
	}
	w.must(ben, send("k4", "p1.e1.x4"))
	decide := priority.Decide{Order: "o1", Places: reasoned(1), Left: reasoned(2), Seen: w.seen()}
	try := func(want string) {
		t.Helper()
		if _, err := w.st.Decide(conversation.Ask{By: olga, Received: w.now, Command: decide}); key(err) != want {
			t.Errorf("%q, want %q", key(err), want)
		}
	}
	try("priority.comments")
	w.now = w.now.Add(20 * time.Hour)
	try("priority.pending")
	w.must(mo, consultation.PublishContribution{Contribution: "c2"})
	try("priority.unanswered")
	w.must(olga, answering(consultation.Accepted, "c2.1"))
	try("")
	w.must(olga, settings.ReviewAnswers{Required: true})
	w.must(olga, delegation.Grant{Participant: ana, Role: delegation.Officer})
	try("priority.second")
	w.must(ana, decide)
	if o, _ := w.st.Priorities.Order("o1"); o.Decided() == nil || !slices.Equal(w.st.Priorities.Naming("p1.e1.x3"), []cite.Ref{"o1.t1"}) {
		t.Error("it is not decided")
	}
}

// TestThemeEvidence: behind a theme stand the published points on it, by category, and who is silent against the roll. What was
// withheld or withdrawn does not count, nor do comments on the order.
func TestThemeEvidence(t *testing.T) {
	t.Parallel()
	w := seated(t)
	ordering(w)
	w.must(ann, send("k2", "p1.e1.x3"))
	w.must(ben, send("k2", "p1.e1.x3", "p1.e1.x4"))
	if _, err := w.ask(conversation.Ask{By: fen, For: fenland, Command: consultation.Submit{Call: "k2", Known: true, Parts: send("k2", "p1.e1.x3").Parts}}); err != nil {
		t.Fatal(err)
	}
	w.must(olga, announcing(consultation.LateRefused, consultation.ModerateAfter))
	w.must(olga, priority.Propose{Order: "o1", Call: "k3", Places: reasoned(2, 1), Seen: w.seen()})
	w.must(ann, send("k3", "p1.e1.x3"))
	look := func() (ngo, state, comments, silent int) {
		r := conversation.NewReading(w.st.Snapshot(), conversation.Public, w.now)
		defer r.Close()
		o, _ := r.Priorities.Order("o1")
		about, e := r.Priorities.Evidence(o, 1, cite.None, 10)
		for _, k := range e.By {
			switch k.Category {
			case "ngo":
				ngo = k.Points
			case "state":
				state = k.Points
			}
		}
		if len(e.Parts) != ngo+state {
			t.Errorf("%v of %d and %d", e.Parts, ngo, state)
		}
		all, _ := r.Priorities.Comments(o)
		return ngo, state, len(all), len(about.Silent)
	}
	want := func(ngo, state, comments, silent int) {
		t.Helper()
		if a, b, c, d := look(); a != ngo || b != state || c != comments || d != silent {
			t.Errorf("%d by others, %d by states, %d comments, %d silent; want %d %d %d %d", a, b, c, d, ngo, state, comments, silent)
		}
	}
	want(2, 1, 1, 0)
	w.must(mo, consultation.Withhold{Contribution: "c1", Ground: "abuse", Reason: "Rude."})
	want(1, 1, 1, 0)
	w.must(mo, consultation.Withhold{Contribution: "c3", Ground: "abuse", Reason: "Rude."})
	want(1, 0, 1, 1)
	w.must(mo, consultation.Withhold{Contribution: "c4", Ground: "abuse", Reason: "Rude."})
	want(1, 0, 0, 1)
}

// TestThemeThroughEditions: a theme is about what it names in whichever edition that stands, and what stands within it.
func TestThemeThroughEditions(t *testing.T) {
	t.Parallel()
	w := seated(t)
	ordering(w)
	r := conversation.NewReading(w.st.Snapshot(), conversation.Public, w.now)
	defer r.Close()
	o, _ := r.Priorities.Order("o1")
	e, _ := r.Papers.Edition("p1.e1")
	for x, want := range map[cite.Ref]bool{"p1.x3": true, "p1.x4": false, "p1.x1": false, "": false} {
		if got := r.Priorities.Falls(o, 1, e, x); got != want {
			t.Errorf("%q falls under theme 1: %v", x, got)
		}
	}
	if r.Priorities.Falls(o, 9, e, "p1.x3") {
		t.Error("there is no theme 9")
	}
	if len(r.Priorities.Of(e, "p1.x3")) > 0 {
		t.Error("what is only begun is a priority")
	}
}

// BenchmarkThemeEvidence counts what stands behind a theme with 5,000 points on it.
func BenchmarkThemeEvidence(b *testing.B) {
	w := newTiny(b)
	w.edition(paper.Element{Ref: "p1.x1", Kind: paper.Issue, Number: "1", Text: english("One")}, paper.Element{Ref: "p1.x2", Kind: paper.Issue, Number: "2", Text: english("Two")})
	w.announce()
	for n := 1; n <= 5_000; n++ {
		w.say(uint64(n%700+1), []string{"state", "ngo", "person"}[n%3], said{on: "p1.e1.x1", text: uint64(n)})
	}
	w.apply(&priority.Begun{Ref: "o1", Title: english("T"), Criteria: criteria(), Themes: []priority.Theme{{Names: []cite.Ref{"p1.e1.x1"}}, {Names: []cite.Ref{"p1.e1.x2"}}}, At: noon})
	for b.Loop() {
		r := conversation.NewReading(w.st.Snapshot(), conversation.Public, noon)
		o, _ := r.Priorities.Order("o1")
		about, e := r.Priorities.Evidence(o, 1, cite.None, 50)
		if len(e.Parts) != 50 || about.Points != 5_000 {
			b.Fatalf("%d of %d", len(e.Parts), about.Points)
		}
		r.Close()
	}
}
