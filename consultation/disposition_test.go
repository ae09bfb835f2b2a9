package consultation_test

import (
	. "github.com/openplenary/plenary/consultation"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation/reaction"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// Two published contributions: c1 of person 1 with two parts, c2 of person 2 with one.
var talk = []any{as{1, time.Time{}, published}, as{2, time.Time{}, send("k2", "p1.e1.x1")}}

// then adds acts to a world's beginning.
func then(before []any, more ...any) []any { return append(slices.Clone(before), more...) }

func misses(part cite.Ref) reaction.React {
	return reaction.React{Part: part, Verdict: Misses, Language: "en", Text: "I said ferries."}
}

func TestAnswer(t *testing.T) {
	t.Parallel()
	fact := func(ref cite.Ref, change func(*Answered)) cite.Proposal {
		f := Answered{Ref: ref, Parts: []cite.Ref{"c1.1"}, Outcome: "accepted", Original: "en", Languages: []locale.Lang{"en"}, By: person(1), At: in(1)}
		change(&f)
		return cite.Proposal{Body: f, Words: cite.Words{"reason.en": "Because."}}
	}
	one := answering(Accepted, "c1.1")
	revise := func(d cite.Ref, parts ...cite.Ref) Answer {
		return with(answering(Accepted, parts...), func(c *Answer) { c.Revises = d })
	}
	duplicate := func(of cite.Ref) Answer {
		return with(answering(Duplicate, "c1.1"), func(c *Answer) { c.Of = of })
	}
	is := func(*Answered) {}
	already := func(part, d string) error {
		return refusal.New(refusal.Conflict, "answer.already", "part", part, "disposition", d)
	}
	table(t, []row{
		{"one point", talk, one, fact("d1", is), nil},
		{"a group of points", talk, answering(Noted, "c1.1", "c1.2", "c2.1"), fact("d1", func(f *Answered) { f.Parts, f.Outcome = refs("c1.1 c1.2 c2.1"), "noted" }), nil},
		{"in several languages", talk, with(one, func(c *Answer) {
			c.Reason = locale.Text{Original: "fr", In: map[locale.Lang]string{"fr": " Car. ", "en": "Because.", "es": "\n"}}
		}), cite.Proposal{Body: fact("d1", func(f *Answered) { f.Original, f.Languages = "fr", []locale.Lang{"en", "fr"} }).Body, Words: cite.Words{"reason.en": "Because.", "reason.fr": "Car."}}, nil},
		{"with passages that it changes", talk, with(one, func(c *Answer) { c.Changes = refs("p1.x1") }), fact("d1", func(f *Answered) { f.Changes = refs("p1.x1") }), nil},
		{"not a point that is not there", talk, answering(Accepted, "c1.3"), cite.Proposal{}, unknown},
		{"not a contribution", talk, answering(Accepted, "c1"), cite.Proposal{}, unknown},
		{"not a passage of a point", talk, answering(Accepted, "c1.1[0:1]"), cite.Proposal{}, unknown},
		{"not a point twice", talk, answering(Accepted, "c1.1", "c1.1"), cite.Proposal{}, refusal.In("parts", "answer.twice", "part", "c1.1")},
		{"not what waits", []any{waits}, one, cite.Proposal{}, refusal.New(refusal.NotNow, "answer.pending", "part", "c1.1")},
		{"not what is withdrawn", then(talk, Withdraw{"c1"}), one, cite.Proposal{}, refusal.New(refusal.Conflict, "answer.gone", "part", "c1.1", "status", "withdrawn")},
		{"not what is erased", then(talk, erase("c1")), one, cite.Proposal{}, refusal.New(refusal.Conflict, "answer.gone", "part", "c1.1", "status", "erased")},

		{"not what has an answer", then(talk, one), one, cite.Proposal{}, already("c1.1", "d1")},
		{"but anew, if that answer was seen", then(talk, one), revise("d1", "c1.1"), fact("d2", func(f *Answered) { f.Revises = "d1" }), nil},
		{"not if another was seen", then(talk, one, answering(Noted, "c2.1")), revise("d2", "c1.1"), cite.Proposal{}, already("c1.1", "d1")},
		{"nor if none is there", then(talk, one), revise("d1", "c2.1"), cite.Proposal{}, refusal.New(refusal.Conflict, "answer.not_that", "part", "c2.1", "disposition", "d1")},
		{"nor an answer that nobody wrote", talk, revise("d1", "c1.1"), cite.Proposal{}, refusal.New(refusal.Hidden, "answer.unknown")},
		{"all of a group had the answer that was seen", then(talk, one), revise("d1", "c1.1", "c1.2"), cite.Proposal{}, refusal.New(refusal.Conflict, "answer.not_that", "part", "c1.2", "disposition", "d1")},
		{"what is open again is answered like what never was", then(talk, one, misses("c1.1")), one, fact("d2", is), nil},
		{"or under its own answer", then(talk, one, misses("c1.1")), revise("d1", "c1.1"), fact("d2", func(f *Answered) { f.Revises = "d1" }), nil},
		{"but not under any other", then(talk, one, answering(Noted, "c2.1"), misses("c1.1")), revise("d2", "c1.1"), cite.Proposal{}, already("c1.1", "d1")},

		{"a duplicate says of what", talk, duplicate("c2.1"), fact("d1", func(f *Answered) { f.Outcome, f.Of = "duplicate", "c2.1" }), nil},
		{"of another than itself", talk, duplicate("c1.1"), cite.Proposal{}, refusal.In("of", "answer.duplicate")},
		{"of something", talk, duplicate(""), cite.Proposal{}, refusal.In("of", "answer.duplicate")},
		{"of a whole part", talk, duplicate("c2.1[0:1]"), cite.Proposal{}, refusal.In("of", "answer.duplicate")},
		{"of what can be read", then(talk, Withhold{"c2", "abuse", "r", 0}), duplicate("c2.1"), cite.Proposal{}, refusal.In("of", "answer.duplicate")},
		{"nothing else says of what", talk, with(one, func(c *Answer) { c.Of = "c2.1" }), fact("d1", is), nil},

		{"an outcome of the list", talk, with(one, func(c *Answer) { c.Outcome = "liked" }), cite.Proposal{}, refusal.In("outcome", "answer.outcome")},
		{"not no outcome", talk, with(one, func(c *Answer) { c.Outcome = "" }), cite.Proposal{}, refusal.In("outcome", "answer.outcome")},
		{"some point", talk, answering(Accepted), cite.Proposal{}, refusal.In("parts", "answer.parts", "max", MaxAnswered)},
		{"at most 5,000", talk, answering(Accepted, make([]cite.Ref, MaxAnswered+1)...), cite.Proposal{}, refusal.In("parts", "answer.parts", "max", MaxAnswered)},
		{"at most 200 passages", talk, with(one, func(c *Answer) { c.Changes = passages(MaxChanges + 1) }), cite.Proposal{}, refusal.In("changes", "answer.changes", "max", MaxChanges)},
		{"with a reason", talk, with(one, func(c *Answer) { c.Reason = en(" ") }), cite.Proposal{}, refusal.In("reason", "reason.missing")},
		{"in its original", talk, with(one, func(c *Answer) { c.Reason = locale.Text{Original: "fr", In: map[locale.Lang]string{"en": "B."}} }), cite.Proposal{}, refusal.In("reason", "reason.missing")},
		{"of at most 16 KiB", talk, with(one, func(c *Answer) { c.Reason = en(strings.Repeat("a", MaxReason+1)) }), cite.Proposal{}, tooLarge("reason", MaxReason)},
		{"a new passage has a name of 300 characters", talk, with(one, func(c *Answer) { c.New = NewPassage{"p1", en(strings.Repeat("a", 301))} }), cite.Proposal{}, refusal.In("new", "line.long", "max", 300)},
	})
	w := newWorld(t)
	w.must(talk...)
	w.must(with(answering(Accepted, "c1.1"), func(c *Answer) { c.Changes = passages(MaxChanges) }))
	if _, err := w.do(answering(Accepted, append([]cite.Ref{"c2.1"}, make([]cite.Ref, MaxAnswered-1)...)...)); !reflect.DeepEqual(err, error(unknown)) {
		t.Error("5,000 points are too many:", err)
	}
}

func passages(n int) (out []cite.Ref) {
	for i := range n {
		out = append(out, cite.Element("p1", i+1))
	}
	return out
}

func TestLinkAndTranslate(t *testing.T) {
	t.Parallel()
	answered := then(talk, with(answering(Accepted, "c1.1"), func(c *Answer) { c.Changes = refs("p1.x1") }))
	link := func(xs ...cite.Ref) LinkPassage { return LinkPassage{"d1", xs} }
	translate := TranslateReason{"d1", "fr", "official", " Car. ", "", 0}
	translated := ReasonTranslated{"d1", "fr", "official", false, person(1), in(1)}
	many := refusal.In("changes", "answer.changes", "max", MaxChanges)
	table(t, []row{
		{"a passage more", answered, link("p1.x2"), cite.Proposal{Body: PassageLinked{"d1", refs("p1.x2"), person(1), in(1)}}, nil},
		{"only what is new", answered, link("p1.x1", "p1.x2"), cite.Proposal{Body: PassageLinked{"d1", refs("p1.x2"), person(1), in(1)}}, nil},
		{"the same place in an edition is another", answered, link("p1.e2.x1"), cite.Proposal{Body: PassageLinked{"d1", refs("p1.e2.x1"), person(1), in(1)}}, nil},
		{"nothing new", answered, link("p1.x1"), cite.Proposal{}, many},
		{"nothing", answered, link(), cite.Proposal{}, many},
		{"up to 200 in all", answered, link(passages(MaxChanges)...), cite.Proposal{Body: PassageLinked{"d1", passages(MaxChanges)[1:], person(1), in(1)}}, nil},
		{"and no more", answered, link(passages(MaxChanges + 1)...), cite.Proposal{}, many},
		{"of an answer that is there", talk, link("p1.x1"), cite.Proposal{}, refusal.New(refusal.Hidden, "answer.unknown")},

		{"a translation", answered, translate, cite.Proposal{Body: translated, Words: cite.Words{"reason": "Car."}}, nil},
		{"with what heads it", answered, with(translate, func(c *TranslateReason) { c.Heading = " Les mots " }), cite.Proposal{Body: with(translated, func(f *ReasonTranslated) { f.Headed = true }), Words: cite.Words{"reason": "Car.", "heading": "Les mots"}}, nil},
		{"which is one line", answered, with(translate, func(c *TranslateReason) { c.Heading = strings.Repeat("a", MaxHeading+1) }), cite.Proposal{}, refusal.In("heading", "line.long", "max", MaxHeading)},
		{"a better one", then(answered, translate), with(translate, func(c *TranslateReason) { c.Status, c.Over = "unofficial", 6 }), cite.Proposal{Body: with(translated, func(f *ReasonTranslated) { f.Status = "unofficial" }), Words: cite.Words{"reason": "Car."}}, nil},
		{"of one that somebody has not seen", then(answered, translate), translate, cite.Proposal{}, refusal.New(refusal.Conflict, "translation.moved")},
		{"not of the original", answered, with(translate, func(c *TranslateReason) { c.Language = "en" }), cite.Proposal{}, refusal.In("language", "contribution.language")},
		{"into one of the six", answered, with(translate, func(c *TranslateReason) { c.Language = "de" }), cite.Proposal{}, refusal.In("language", "contribution.language")},
		{"official or not", answered, with(translate, func(c *TranslateReason) { c.Status = "" }), cite.Proposal{}, refusal.In("status", "answer.status")},
		{"with words", answered, with(translate, func(c *TranslateReason) { c.Reason = " " }), cite.Proposal{}, refusal.In("reason", "reason.missing")},
		{"of at most 16 KiB", answered, with(translate, func(c *TranslateReason) { c.Reason = strings.Repeat("a", MaxReason+1) }), cite.Proposal{}, tooLarge("reason", MaxReason)},
		{"of a reason that is there", talk, translate, cite.Proposal{}, refusal.New(refusal.Hidden, "answer.unknown")},
	})
}

func TestReact(t *testing.T) {
	t.Parallel()
	answered := then(talk, answering(Accepted, "c1.1"))
	satisfied := reaction.React{Part: "c1.1", Verdict: Satisfied, Language: "en"}
	fact := reaction.Reacted{Part: "c1.1", Disposition: "d1", Verdict: Satisfied, Language: "en", By: person(1), At: in(1)}
	words := func(s string) cite.Words { return cite.Words{"text": s} }
	var nineteen, twenty []any
	for range MaxReactions - 1 {
		nineteen = append(nineteen, satisfied)
	}
	twenty = append(nineteen, satisfied)
	table(t, []row{
		{"without words", answered, satisfied, cite.Proposal{Body: fact}, nil},
		{"with words", answered, with(satisfied, func(c *reaction.React) { c.Text = " Thanks. " }), cite.Proposal{Body: with(fact, func(f *reaction.Reacted) { f.Bytes = 7 }), Words: words("Thanks.")}, nil},
		{"that it misses the point", answered, misses("c1.1"), cite.Proposal{Body: with(fact, func(f *reaction.Reacted) { f.Verdict, f.Bytes = Misses, 15 }), Words: words("I said ferries.")}, nil},
		{"that it misses the point takes words", answered, with(misses("c1.1"), func(c *reaction.React) { c.Text = " " }), cite.Proposal{}, refusal.In("text", "reaction.words")},
		{"a verdict of the list", answered, with(satisfied, func(c *reaction.React) { c.Verdict = "angry" }), cite.Proposal{}, refusal.In("verdict", "reaction.verdict")},
		{"in a language that has a name", answered, with(satisfied, func(c *reaction.React) { c.Language = "xx" }), cite.Proposal{}, refusal.In("language", "contribution.language")},
		{"at most 8 KiB", answered, with(satisfied, func(c *reaction.React) { c.Text = strings.Repeat("a", MaxReaction+1) }), cite.Proposal{}, tooLarge("text", MaxReaction)},
		{"nobody else's", answered, as{2, time.Time{}, satisfied}, cite.Proposal{}, unknown},
		{"on a part", answered, with(satisfied, func(c *reaction.React) { c.Part = "c1" }), cite.Proposal{}, unknown},
		{"on a whole part", answered, with(satisfied, func(c *reaction.React) { c.Part = "c1.1[0:1]" }), cite.Proposal{}, unknown},
		{"on what can be read", then(answered, Withhold{"c1", "abuse", "r", 0}), satisfied, cite.Proposal{}, decided("withheld")},
		{"on an answer", talk, satisfied, cite.Proposal{}, refusal.New(refusal.NotNow, "reaction.unanswered")},
		{"not on one that missed the point", then(answered, misses("c1.1")), satisfied, cite.Proposal{}, refusal.New(refusal.NotNow, "reaction.unanswered")},
		{"twenty times", then(answered, nineteen...), satisfied, cite.Proposal{Body: fact}, nil},
		{"and not once more", then(answered, twenty...), satisfied, cite.Proposal{}, refusal.New(refusal.NotNow, "reaction.many", "max", MaxReactions)},
	})
}

// TestAnswers: how the counts move as points are answered, answered anew and opened again.
func TestAnswers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	step := func(name string, want AnswerCounts, satisfied, missed int, commands ...any) {
		t.Helper()
		w.must(commands...)
		if got := w.AnswerCounts(cite.None); got != want {
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
		if got := w.AnswerCounts("p1"); got != want {
			t.Errorf("%s: on the paper %+v, want %+v", name, got, want)
		}
		if a, b := w.Verdict(Satisfied), w.Verdict(Misses); a != satisfied || b != missed {
			t.Errorf("%s: %d are satisfied and %d not, want %d and %d", name, a, b, satisfied, missed)
		}
	}
	by := func(n int, o Outcome) (out [OutcomesAll]int) { out[o] = n; return out }
	accepted, noted := by(1, Accepted), by(1, Noted)
	both := accepted
	both[Noted] = 1
	step("nobody spoke", AnswerCounts{}, 0, 0)
	step("some wait", AnswerCounts{Pending: 2}, 0, 0, waits)
	step("and are read", AnswerCounts{Unanswered: 2}, 0, 0, PublishContribution{"c1", 0})
	step("one is answered", AnswerCounts{Unanswered: 1, Answered: 1, By: accepted}, 0, 0, answering(Accepted, "c1.1"))
	step("its author is content", AnswerCounts{Unanswered: 1, Answered: 1, By: accepted}, 1, 0, reaction.React{Part: "c1.1", Verdict: Satisfied, Language: "en", Text: ""})
	step("and then not", AnswerCounts{Unanswered: 2, Reopened: 1}, 0, 1, misses("c1.1"))
	step("it is answered anew: what was said of the old answer counts no more", AnswerCounts{Unanswered: 1, Answered: 1, By: noted}, 0, 0, answering(Noted, "c1.1"))
	step("the other, too", AnswerCounts{Answered: 2, By: both}, 0, 0, answering(Accepted, "c1.2"))
	step("its author is content with that", AnswerCounts{Answered: 2, By: both}, 1, 0, reaction.React{Part: "c1.2", Verdict: Satisfied, Language: "en", Text: ""})
	step("revised", AnswerCounts{Answered: 2, By: by(2, Noted)}, 0, 0, with(answering(Noted, "c1.2"), func(c *Answer) { c.Revises = "d3" }))
	step("what is withheld is gone", AnswerCounts{Gone: 2}, 0, 0, Withhold{"c1", "abuse", "r", 0})
	step("and comes again as it was", AnswerCounts{Answered: 2, By: by(2, Noted)}, 0, 0, PublishContribution{"c1", 0})
	step("erased it is gone", AnswerCounts{Gone: 2}, 0, 0, erase("c1"))
	if l := (AnswerCounts{Answered: 1, Unanswered: 2, Pending: 4, Gone: 8}); l.Open() != 6 || l.Parts() != 15 {
		t.Errorf("open %d of %d", l.Open(), l.Parts())
	}
	if got := w.Earlier("c1.1"); !slices.Equal(got, refs("d1")) {
		t.Errorf("before it had %v", got)
	}
	if d, reopened := w.Answer("c1.1"); d != "d2" || reopened {
		t.Errorf("it has %s, %v", d, reopened)
	}
	if got := w.AnswerCounts("p2"); got != (AnswerCounts{}) {
		t.Errorf("on another paper: %+v", got)
	}
}

// TestDisposition: what stays of an answer, which entries touched it, and which passages it changes since when.
func TestDisposition(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.must(talk...) // 3, 4
	w.must(with(answering(Accepted, "c1.1", "c2.1"), func(c *Answer) {
		c.Changes, c.Reason.In["fr"] = refs("p1.x1"), "Car."
		c.Heading.In = map[locale.Lang]string{"en": "Words"}
	})) // 5
	w.must(LinkPassage{"d1", refs("p1.e2.x1 p1.x2")}) // 6
	d, _ := w.Disposition("d1")
	want := SinceAt(Disposition{Ref: "d1", Position: 5, Changed: 6, Outcome: Accepted, Parts: refs("c1.1 c2.1"), Changes: refs("p1.x1 p1.e2.x1 p1.x2"), Original: "en",
		Reasons: map[locale.Lang]Reason{"en": {5, "reason.en", ""}, "fr": {5, "reason.fr", "unofficial"}}, Headings: map[locale.Lang]Reason{"en": {5, "heading.en", ""}}, By: person(1), At: in(1), Current: 2}, 5, 6, 6)
	if !reflect.DeepEqual(d, want) {
		t.Errorf("%+v, want %+v", d, want)
	}
	for x, since := range map[cite.Ref]cite.Position{"p1.x1": 5, "p1.x2": 6, "p1.x3": 0} {
		if d.Since(x) != since {
			t.Errorf("%s since %d", x, d.Since(x))
		}
	}
	if got := w.Changing("p1.x1"); !slices.Equal(got, refs("d1")) {
		t.Errorf("p1.x1 is changed by %v", got)
	}
	w.must(TranslateReason{"d1", "fr", "official", "Car.", "Les mots", d.Reasons["fr"].At}) // 7
	if d.Changed != 7 || d.Reasons["fr"] != (Reason{7, "reason", "official"}) || d.Headings["fr"] != (Reason{7, "heading", "official"}) {
		t.Errorf("translated: %+v", d)
	}
	w.must(as{2, time.Time{}, reaction.React{Part: "c2.1", Verdict: NotSatisfied, Language: "en", Text: "Why?"}}) // 8
	if row, _ := w.Row("c2"); d.Changed != 8 || row.Changed != 8 {
		t.Errorf("a reaction touched %d and %d", d.Changed, row.Changed)
	}
	if got, want := w.Reactions("c2.1"), []Reaction{{8, "c2.1", "d1", NotSatisfied, "en", true, in(1)}}; !reflect.DeepEqual(got, want) {
		t.Errorf("the reactions are %+v, want %+v", got, want)
	}
	w.must(with(answering(Noted, "c1.1"), func(c *Answer) { c.Revises, c.Changes = "d1", refs("p1.x1") })) // 9
	d, _ = w.Disposition("d1")
	if row, _ := w.Row("c1"); d.Changed != 9 || d.Current != 1 || row.Changed != 9 {
		t.Errorf("revised for one point: %+v; the point at %d", d, row.Changed)
	}
	if got := w.Changing("p1.x1"); !slices.Equal(got, refs("d1 d2")) || w.Dispositions() != 2 {
		t.Errorf("p1.x1 is changed by %v", got)
	}
	for _, r := range refs("d0 d3 c1") {
		if _, ok := w.Disposition(r); ok {
			t.Errorf("%s is an answer", r)
		}
	}
	for _, r := range refs("c1.3 c1 c3.1 p1.x1") {
		if d, reopened := w.Answer(r); d != cite.None || reopened {
			t.Errorf("%s is answered by %s", r, d)
		}
	}
}

// TestPoints: which published parts each choice takes, oldest first.
func TestPoints(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.must(talk...) // c1.1 x1, c1.2 x2; c2.1 x1
	w.must(as{3, time.Time{}, send("k1", "p1.e1.x1")}, PublishContribution{"c3", 0}, as{4, time.Time{}, send("k1", "p1.e1.x1")})
	w.must(answering(Accepted, "c1.1", "c2.1"), answering(Noted, "c1.2"), misses("c1.2"), reaction.React{Part: "c1.1", Verdict: Satisfied, Language: "en", Text: ""}, as{2, time.Time{}, reaction.React{Part: "c2.1", Verdict: Satisfied, Language: "en", Text: ""}},
		with(answering(Noted, "c2.1"), func(c *Answer) { c.Revises = "d1" }))
	for _, c := range []struct {
		q    PointQuery
		want string
	}{
		{PointQuery{}, "c1.1 c1.2 c2.1 c3.1"},
		{PointQuery{Paper: "p2"}, ""},
		{PointQuery{Paper: "p1", Call: "k1"}, "c3.1"},
		{PointQuery{Element: refs("p1.x2 p1.x9")}, "c1.2"},
		{PointQuery{Element: refs("p1.x2")}, "c1.2"},
		{PointQuery{Open: true}, "c1.2 c3.1"},
		{PointQuery{Outcome: Accepted}, "c1.1"},
		{PointQuery{Outcome: Noted}, "c2.1"}, // what is open again is not noted
		{PointQuery{Verdict: Satisfied}, "c1.1"},
		{PointQuery{Verdict: Misses}, "c1.2"},
	} {
		page, total := w.Points(c.q, 10)
		if !slices.Equal(page, refs(c.want)) || total != len(page) {
			t.Errorf("%+v: %v of %d, want %s", c.q, page, total, c.want)
		}
	}
	if page, total := w.Points(PointQuery{After: "c1.2"}, 1); !slices.Equal(page, refs("c2.1")) || total != 4 {
		t.Errorf("one after c1.2: %v of %d", page, total)
	}
	if page, total := w.Points(PointQuery{After: "c9.1"}, 2); !slices.Equal(page, refs("c1.1 c1.2")) || total != 4 {
		t.Errorf("after what is not there: %v of %d", page, total)
	}
	if got := w.OpenParts("p1"); !slices.Equal(got, refs("c1.2 c3.1")) {
		t.Errorf("open on the paper: %v", got)
	}
	if got := w.On("p1.e1.x1", 2); !slices.Equal(got, refs("c1.1 c2.1")) {
		t.Errorf("the first two on x1: %v", got)
	}
	if got := w.On("p1.e1.x1", 9); !slices.Equal(got, refs("c1.1 c2.1 c3.1")) || w.CountOn("p1.e1.x1") != 3 {
		t.Errorf("on x1: %v, counted %d", got, w.CountOn("p1.e1.x1"))
	}
	if got := w.On("p1.e2.x1", 9); len(got) != 0 || w.CountOn("p1.e2.x1") != 0 {
		t.Errorf("on x1 of another edition: %v", got)
	}
	shares, open := w.AnswersOn(0, "p1.x1", "p1.x2")
	if want := []AnswerShare{{"d1", 1}, {"d3", 1}}; !slices.Equal(shares, want) || open != 2 {
		t.Errorf("answers on both: %v and %d open, want %v", shares, open, want)
	}
	if shares, open := w.AnswersOn(2, "p1.x1"); len(shares) != 0 || open != 0 {
		t.Errorf("answers on edition 2: %v, %d", shares, open)
	}
	w.must(as{5, time.Time{}, send("k2", "p1.e2.x1", "p1.e1.x1", "p1.e1.x1")}, answering(Noted, "c5.1"), answering(Noted, "c5.2", "c5.3"), Withhold{"c5", "abuse", "r", 0})
	w.must(PublishContribution{"c5", 0})
	if shares, open := w.AnswersOn(1, "p1.x1"); !slices.Equal(shares, []AnswerShare{{"d5", 2}, {"d1", 1}, {"d3", 1}}) || open != 1 {
		t.Errorf("answers on edition 1, the widest first: %v, %d open", shares, open)
	}
	w.must(Withhold{"c5", "abuse", "r", 0})
	var walked []cite.Ref
	w.Walk(func(p *PublishedPart) {
		if p.Ref() == "c1.2" && (!p.Open() || p.Answer != 2 || !p.Reopened || p.Element != 2) || p.Ref() == "c1.1" && p.Open() {
			t.Errorf("the walk comes by %+v", *p)
		}
		walked = append(walked, p.Ref())
	})
	if !slices.Equal(walked, refs("c1.1 c1.2 c2.1 c3.1")) {
		t.Errorf("the walk comes by %v", walked)
	}
	walked = nil
	w.WalkFrom(2, func(p *PublishedPart) bool {
		walked = append(walked, p.Ref())
		return w.CategoryName(p.Category) != "ngo"
	})
	if !slices.Equal(walked, refs("c2.1")) {
		t.Errorf("a walk that is ended comes by %v", walked)
	}
}

// TestAlike: parts with the same words are found together, if everybody may read them.
func TestAlike(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	likeness := func(call cite.Ref, n uint64) Submit {
		return with(send(call, "p1.e1.x1"), func(c *Submit) { c.Parts[0].Likeness = n })
	}
	w.must(likeness("k2", 500), likeness("k1", 500), likeness("k2", 600), likeness("k2", 500), likeness("k2", 500), Withhold{"c4", "abuse", "r", 0}, likeness("k2", 0), likeness("k2", 0))
	for part, want := range map[cite.Ref]string{"c1.1": "c1.1 c5.1", "c2.1": "c1.1 c5.1", "c3.1": "c3.1", "c6.1": "c6.1", "c7.1": "c7.1", "c8.1": ""} {
		if got := w.Alike(part); !slices.Equal(got, refs(want)) {
			t.Errorf("like %s: %v, want %s", part, got, want)
		}
	}
	list, total := w.List(Filter{}, 10)
	if n := w.Counts().Texts; total != 5 || n != 4 {
		t.Fatalf("%d texts in %d contributions", n, total)
	}
	list = list[1:]
	for limit, want := range map[int]string{1: "c6", 2: "c6 c5", 3: "c6 c5 c3", 4: "c6 c5 c3"} {
		got, stands := w.SameWords(list, limit)
		var rs []cite.Ref
		for _, r := range got {
			rs = append(rs, r.Ref)
		}
		if !slices.Equal(rs, refs(want)) || len(stands) != len(rs) || limit > 1 && stands[1] != 2 || stands[0] != 1 {
			t.Errorf("%d of the list: %v for %v, want %s", limit, rs, stands, want)
		}
	}
}

// TestList: which contributions a filter chooses, the newest first, and how many in all.
func TestList(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.must(
		as{1, in(1), with(send("k2", "p1.e1.x1", "p1.e1"), func(c *Submit) { c.Country, c.Parts[1].Language = "CH", "fr" })},
		as{2, in(2), with(send("k1", "p1.e1.x2"), func(c *Submit) { c.Category = "person" })},
		as{3, in(3), send("k2", "p1.e1.x1")}, as{3, in(4), with(send("k2", "p1.e1"), func(c *Submit) { c.Parts[0].Language = locale.All[0] })},
		as{4, in(11), send("k1", "p1.e1.x1")}, PublishContribution{"c5", 0}, Withhold{"c3", "abuse", "r", 0},
		as{1, in(12), with(send("k1", "p1.e1.x1"), func(c *Submit) { c.Country = "CH" })}, PublishContribution{"c6", 0}, as{1, in(12), Withdraw{"c6"}})
	for _, c := range []struct {
		name string
		f    Filter
		want string
	}{
		{"what is published", Filter{}, "c5 c4 c1"},
		{"of a call", Filter{Call: "k2"}, "c4 c1"},
		{"of a call that is not there", Filter{Call: "k9"}, ""},
		{"on an element", Filter{Element: refs("p1.x1")}, "c5 c1"},
		{"on several", Filter{Element: refs("p1.x1 p1.x2"), Status: []Status{Published, Pending}}, "c5 c2 c1"},
		{"of a category", Filter{Category: "ngo"}, "c5 c4 c1"},
		{"of a category with none published", Filter{Category: "person"}, ""},
		{"of a category that is not there", Filter{Category: "king"}, ""},
		{"from a country", Filter{Country: "CH"}, "c1"},
		{"from a country that is not there", Filter{Country: "XX"}, ""},
		{"of a party", Filter{Party: body(3)}, "c4"},
		{"of a party that is none", Filter{Party: "y!"}, ""},
		{"in a language", Filter{Language: "fr"}, "c1"},
		{"in the first language of all", Filter{Language: locale.All[0]}, "c4"},
		{"in a language that is none", Filter{Language: "de"}, ""},
		{"received since, the instant included", Filter{Since: in(4)}, "c5 c4"},
		{"received until, the instant not included", Filter{Until: in(4)}, "c1"},
		{"received until a moment later", Filter{Until: in(4).Add(1)}, "c4 c1"},
		{"late", Filter{Late: true}, "c5"},
		{"waiting", Filter{Status: []Status{Pending}}, "c2"},
		{"gone", Filter{Status: []Status{Withheld, Withdrawn}}, "c6 c3"},
	} {
		page, total := w.List(c.f, 10)
		var got []cite.Ref
		for _, r := range page {
			got = append(got, r.Ref)
		}
		if !slices.Equal(got, refs(c.want)) || total != len(got) {
			t.Errorf("%s: %v of %d, want %s", c.name, got, total, c.want)
		}
	}
	for _, f := range []Filter{{Before: 5}, {Before: 5, Late: false, Status: []Status{Published}}} {
		if page, total := w.List(f, 1); len(page) != 1 || page[0].Ref != "c4" || total != 3 {
			t.Errorf("one before c5: %v of %d", page, total)
		}
	}
	if page, total := w.List(Filter{Before: 99}, 9); len(page) != 3 || total != 3 {
		t.Errorf("before c99: %d of %d", len(page), total)
	}
	if got := w.By(person(3)); !slices.Equal(got, refs("c3 c4")) {
		t.Errorf("person 3 sent %v", got)
	}
	if got := w.By("nobody"); got != nil || w.By("") != nil {
		t.Errorf("nobody sent %v", got)
	}
	if got := w.Pending(); !slices.Equal(got, refs("c2")) {
		t.Errorf("waiting: %v", got)
	}
}

// TestCounts: each contribution is counted exactly once, and what is public counts what is published.
func TestCounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	country := func(c Submit, code string, likeness uint64) Submit {
		c.Country = code
		for i := range c.Parts {
			c.Parts[i].Likeness = likeness
		}
		return c
	}
	w.must(
		as{1, in(1), country(send("k2", "p1.e1.x1", "p1.e1.x1", "p1.e1"), "CH", 5)}, // one voice on x1, though it speaks twice there
		as{2, in(1), country(send("k2", "p1.e1.x1", "p1.e1.x2"), "CH", 5)},
		as{2, in(1), country(send("k2", "p1.e1.x2"), "FR", 6)},
		as{3, in(11), country(send("k1", "p1.e1.x1"), "", 0)}, PublishContribution{"c4", 0},
		as{4, in(1), country(send("k1", "p1.e1.x1"), "AT", 7)},
		as{5, in(1), country(send("k2", "p1.e1.x1"), "DE", 8)}, Redact{Part: "c1.1[0:2]", Ground: "abuse"}, Redact{Part: "c1.2[0:2]", Ground: "abuse"}, Redact{Part: "c5.1[0:1]", Ground: "abuse"})
	want := func(total, second Tally, counts Counts, present string) {
		t.Helper()
		if got := w.Total(); got != total || !got.Holds() {
			t.Errorf("in all %+v, want %+v", got, total)
		}
		if got := w.Tally("k2"); got != second || !got.Holds() {
			t.Errorf("to k2 %+v, want %+v", got, second)
		}
		if got := w.Counts(); got != counts {
			t.Errorf("published %+v, want %+v", got, counts)
		}
		if got := w.CountriesPresent(); !slices.Equal(got, strings.Fields(present)) {
			t.Errorf("from %v, want %s", got, present)
		}
	}
	want(Tally{Received: 6, Published: 5, Late: 1, Redacted: 1, Pending: 1}, Tally{Received: 4, Published: 4, Redacted: 1}, Counts{5, 4, 5, 3}, "CH DE FR")
	on := func(x cite.Ref, contributions, countries int) {
		t.Helper()
		if v := w.OnElement(x); v.Contributions != contributions || v.Countries() != countries {
			t.Errorf("on %s: %d from %d, want %d from %d", x, v.Contributions, v.Countries(), contributions, countries)
		}
		if n, m := w.CountsOn(x); n != contributions || m != countries {
			t.Errorf("counted on %s: %d from %d", x, n, m)
		}
	}
	on("p1.x1", 4, 2)
	on("p1.x2", 2, 2)
	on("p1.x3", 0, 0)
	if n, m := w.CountsOn("p1.x1", "p1.x2"); n != 5 || m != 3 {
		t.Errorf("on both: %d from %d", n, m)
	}
	if got, want := w.ByCountry(), []FromCountry{{"", 1, 1}, {"CH", 2, 2}, {"DE", 1, 1}, {"FR", 1, 1}}; !slices.Equal(got, want) {
		t.Errorf("by country %v, want %v", got, want)
	}
	// Of c1 something is black: its parts are texts of their own.
	for parts, want := range map[string]Counts{"c1.1 c1.2 c2.1 c3.1 c4.1 c9.1": {4, 3, 5, 2}, "c9.1 c3.1 c1.9": {1, 1, 1, 1}, "c4.1": {1, 1, 1, 0}} {
		if got := w.CountsOf(refs(parts)); got != want {
			t.Errorf("of %s: %+v, want %+v", parts, got, want)
		}
	}
	w.must(as{1, in(1), Withdraw{"c1"}}, Withhold{"c2", "abuse", "r", 0}, erase("c3"), Withhold{"c5", "abuse", "r", 0})
	want(Tally{Received: 6, Published: 2, Late: 1, Withheld: 2, Withdrawn: 1, Erased: 1}, Tally{Received: 4, Published: 1, Withheld: 1, Withdrawn: 1, Erased: 1}, Counts{2, 2, 2, 1}, "DE")
	on("p1.x1", 2, 1)
	on("p1.x2", 0, 0)
	if n, m := w.CountsOn("p1.x1", "p1.x2"); n != 2 || m != 1 {
		t.Errorf("on both: %d from %d", n, m)
	}
	w.must(Withhold{"c4", "abuse", "r", 0}, as{6, in(1), country(send("k2", "p1.e1.x1"), "DE", 9)}, as{7, in(1), country(send("k2", "p1.e1.x1"), "DE", 9)}, as{6, in(1), country(send("k2", "p1.e1.x1"), "DE", 9)})
	if got, want := w.ByCountry(), []FromCountry{{"DE", 4, 3}}; !slices.Equal(got, want) {
		t.Errorf("by country %v, want %v", got, want)
	}
	if got := w.Tally("k9"); got != (Tally{}) {
		t.Errorf("to no call %+v", got)
	}
	if (Tally{Received: 2, Published: 1}).Holds() {
		t.Error("one is lost, and nobody sees it")
	}
}

// TestTouched: a contribution touches its call, and the papers and elements that its parts stand on.
func TestTouched(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.must(send("k2", "p1.e1.x1", "p1.e1", "p1.e1.x2"), send("k1", "p1.e1"))
	for r, want := range map[cite.Ref]string{"c1": "x k2 p1 p1.x1 p1 p1 p1.x2", "c1.2": "x k2 p1 p1.x1 p1 p1 p1.x2", "c2": "x k1 p1", "c3": "x", "c0": "x", "p1": "x"} {
		if got := w.Touched(refs("x"), r); !slices.Equal(got, refs(want)) {
			t.Errorf("%s touches %v, want %s", r, got, want)
		}
	}
	if w.Len() != 2 {
		t.Error(strconv.Itoa(w.Len()) + " contributions")
	}
}

// TestFarNumbers: a number that is too large for a row is no smaller one, and a reference of another kind is none.
func TestFarNumbers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.must(talk...)
	for _, r := range refs("k65538 k65536 c2 p2 k0") {
		if got := w.Tally(r); got != (Tally{}) {
			t.Errorf("to %s %+v", r, got)
		}
		if page, total := w.List(Filter{Call: r}, 9); len(page) > 0 || total != 0 {
			t.Errorf("to %s %d of %d", r, len(page), total)
		}
	}
	for _, r := range refs("p65537 k1 c1") {
		if got := w.AnswerCounts(r); got != (AnswerCounts{}) {
			t.Errorf("on %s %+v", r, got)
		}
	}
	for _, r := range refs("p1.e65537.x1 p65537.e1.x1") {
		if n, m := len(w.On(r, 9)), w.CountOn(r); n+m > 0 {
			t.Errorf("on %s %d, counted %d", r, n, m)
		}
	}
}
