package conversation_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/reaction"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/conversation/overview"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/settings"
	"pgregory.net/rapid"
)

// tiny is a conversation made of facts alone.
type tiny struct {
	t  testing.TB
	st *conversation.State
	n  cite.Position
}

func (w *tiny) apply(fact cite.Fact) {
	w.t.Helper()
	w.n++
	if err := w.st.Apply(cite.Entry{Position: w.n, Time: noon}, fact); err != nil {
		w.t.Fatal(err)
	}
}

var noon = time.Date(2020, 1, 10, 12, 0, 0, 0, time.UTC)

func english(s string) locale.Text {
	return locale.Text{Original: "en", In: map[locale.Lang]string{"en": s}}
}

func named(ids ...string) (out []settings.Label) {
	for _, id := range ids {
		out = append(out, settings.Label{ID: id, Name: english(id), State: id == "state"})
	}
	return out
}

// newTiny convenes about two subjects and two questions that run through them, and opens a call.
func newTiny(t testing.TB) *tiny {
	w := &tiny{t: t, st: conversation.NewState()}
	w.apply(&conversation.Convened{Slug: "x", Title: english("X"), Languages: []locale.Lang{"en"}, Zone: "UTC", Categories: named("state", "ngo", "person"),
		Subjects: named("patents", "copyright"), Crosscutting: named("author", "use"), At: noon})
	return w
}

func (w *tiny) announce() {
	w.apply(&consultation.CallAnnounced{Ref: "k1", Title: english("Call"), Paper: "p1", Edition: "p1.e1", Opens: noon, Closes: noon.AddDate(0, 1, 0), Zone: "UTC"})
}

// edition publishes an edition of p1, and concords it with the one before.
func (w *tiny) edition(elements ...paper.Element) {
	n := 1
	var fates []paper.ElementChange
	if p, ok := w.st.Papers.Paper("p1"); ok {
		n = len(p.Editions) + 1
		other := paper.NewState()
		if err := (&paper.Published{Ref: "p1.e1", Title: english("P"), Symbol: "P/1", Date: "2020-01-10", Elements: elements, Counter: 99}).Apply(other, cite.Entry{Position: 1}); err != nil {
			w.t.Fatal(err)
		}
		fates = paper.Concord(p.Latest(), other.All[0].Latest())
	}
	w.apply(&paper.Published{Ref: cite.EditionOf("p1", n), PaperKind: paper.IssuesPaper, Symbol: fmt.Sprintf("P/%d", n), Title: english("P"), Date: "2020-01-10", Elements: elements, Counter: 99, Concordance: fates, At: noon})
}

func element(n int, kind, text string, subjects, crosscutting []string) paper.Element {
	return paper.Element{Ref: cite.Element("p1", n), Kind: kind, Number: fmt.Sprint(n), Text: english(text), Subjects: subjects, Crosscutting: crosscutting, Stance: kind == paper.Question}
}

// said is one part of a contribution.
type said struct {
	on     cite.Ref
	stance string
	text   uint64
}

// say publishes a contribution of a party.
func (w *tiny) say(party uint64, category string, parts ...said) cite.Ref {
	ref := cite.Contribution(w.st.Consultation.Len() + 1)
	f := &consultation.Received{Ref: ref, Call: "k1", By: "u" + cite.FormatNumber(party), For: "y" + cite.FormatNumber(party), Category: category, Known: category == "state",
		Assurance: consultation.Vouched, Received: noon, Rule: consultation.OnTime, Deadline: noon.AddDate(0, 1, 0), Published: true}
	for _, p := range parts {
		f.Parts = append(f.Parts, consultation.ReceivedPart{On: p.on, Language: "en", Stance: p.stance, Bytes: 10, Likeness: p.text})
	}
	w.apply(f)
	return ref
}

func (w *tiny) cell(row, subject string) overview.Cell {
	w.t.Helper()
	for _, c := range w.st.Overview().Cells {
		if c.Row == row && c.Subject == subject {
			return c
		}
	}
	w.t.Fatal("no cell", row, subject)
	return overview.Cell{}
}

// An issue on patents that asks about authors, with a paragraph and a question that inherit both, and a
// question of its own on copyright.
func first() []paper.Element {
	return []paper.Element{
		element(1, paper.Issue, "Inventors", []string{"patents"}, []string{"author"}),
		element(2, paper.Paragraph, "Machines invent.", nil, nil),
		element(3, paper.Question, "Should they?", nil, nil),
		element(4, paper.Question, "Should they write?", []string{"copyright"}, []string{"author", "use"}),
		element(5, paper.Issue, "No labels", nil, nil),
	}
}

func TestOverview(t *testing.T) {
	w := newTiny(t)
	w.edition(first()...)
	w.announce()
	if c := w.cell("author", "patents"); c.Elements != 3 || c.Issues != 1 || c.Questions != 1 || c.Points != 0 {
		t.Errorf("before anybody spoke: %+v", c)
	}
	if c := w.cell("use", "patents"); c.Elements != 0 {
		t.Errorf("nothing carries both: %+v", c)
	}
	w.say(1, "ngo", said{"p1.e1.x3", "yes", 7}, said{"p1.e1.x4", "no", 8})
	w.say(1, "ngo", said{"p1.e1.x2", "", 7})    // the same party again
	w.say(2, "person", said{"p1.e1.x3", "", 7}) // the same words
	w.say(3, "person", said{"p1.e1.x5", "", 9}, said{"p1.e1", "", 9})
	c := w.cell("author", "patents")
	if want := (overview.Count{Submissions: 3, Parties: 2, Texts: 1, Points: 3, Open: 3}); c.Count != want || c.Stating != 1 {
		t.Errorf("counted %+v, want %+v; %d took a stance", c.Count, want, c.Stating)
	}
	for _, row := range []string{"author", "use"} {
		if c := w.cell(row, "copyright"); c.Points != 1 || c.Submissions != 1 {
			t.Errorf("what carries two labels counts in both cells: %s %+v", row, c)
		}
	}
	if o := w.st.Overview(); o.Points != 6 || o.Placed != 4 {
		t.Errorf("%d of %d points are in the table", o.Placed, o.Points)
	}
	w.apply(&consultation.Answered{Ref: "d1", Parts: []cite.Ref{"c1.1", "c3.1"}, Outcome: "accepted", Original: "en", Languages: []locale.Lang{"en"}, At: noon})
	w.apply(&reaction.Reacted{Part: "c3.1", Disposition: "d1", Verdict: consultation.Misses, Language: "en", At: noon})
	if c := w.cell("author", "patents"); c.Open != 2 {
		t.Errorf("one is unanswered and one reopened: %d open", c.Open)
	}
	w.apply(&consultation.ContributionWithdrawn{Contribution: "c1", At: noon})
	if c := w.cell("author", "patents"); c.Submissions != 2 || c.Parties != 2 || c.Stating != 0 {
		t.Errorf("what is withdrawn counts no more: %+v", c)
	}
}

// What was said on an earlier edition counts where its element went, with the labels it has there; where
// it was deleted, where it stood.
func TestOverviewFollows(t *testing.T) {
	w := newTiny(t)
	w.edition(first()...)
	w.announce()
	w.say(1, "ngo", said{"p1.e1.x3", "yes", 1})
	w.say(2, "ngo", said{"p1.e1.x2", "", 2})
	w.say(3, "ngo", said{"p1.e1.x4", "yes", 3})
	split := element(6, paper.Question, "Should they be named?", []string{"copyright"}, []string{"use"})
	split.From = []cite.Ref{"p1.x4"}
	w.edition(
		element(1, paper.Issue, "Inventors", []string{"patents"}, []string{"use"}), // relabelled
		element(7, paper.Paragraph, "New.", nil, nil),
		element(3, paper.Question, "Should they?", nil, nil),
		element(4, paper.Question, "Should they write?", []string{"patents"}, []string{"author"}),
		split,
	)
	if c := w.cell("use", "patents"); c.Points != 1 {
		t.Errorf("the question follows its issue's new labels: %+v", c)
	}
	if c := w.cell("author", "patents"); c.Points != 2 || c.Elements != 1 {
		t.Errorf("the deleted paragraph counts where it stood, beside the relabelled question: %+v", c)
	}
	if c := w.cell("use", "copyright"); c.Points != 1 {
		t.Errorf("what was split counts in both places: %+v", c)
	}
	e, ok := w.st.Evidence("author", "patents", "", 10)
	if !ok || !slices.Equal(e.On, []cite.Ref{"p1.e2.x4"}) || !slices.Equal(e.Gone, []cite.Ref{"p1.e1.x2"}) || !slices.Equal(e.Parts, []cite.Ref{"c2.1", "c3.1"}) {
		t.Errorf("%+v", e)
	}
	// A stance is on words: the question that was split is another question now, the one that stayed is not.
	w.say(4, "ngo", said{"p1.e2.x4", "no", 4}, said{"p1.e2.x3", "no", 5})
	if e, _ := w.st.Evidence("author", "patents", "", 10); len(e.Asked) != 2 || e.Stating != 2 || e.Pairs != 0 {
		t.Errorf("two wordings are two questions: %+v", e.Asked)
	}
	if e, _ := w.st.Evidence("use", "patents", "", 10); len(e.Asked) != 1 || e.Asked[0].On != "p1.e2.x3" || e.Pairs != 1 || e.Alike != 0 {
		t.Errorf("one wording through two editions is one question: %+v", e.Asked)
	}
	// Other words are another question, and both count where the element stands now.
	w.edition(element(1, paper.Issue, "Inventors", []string{"patents"}, []string{"use"}), element(7, paper.Paragraph, "New.", nil, nil), element(3, paper.Question, "Must they?", nil, nil))
	w.say(5, "ngo", said{"p1.e3.x3", "no", 6})
	if e, _ := w.st.Evidence("use", "patents", "", 10); len(e.Asked) != 2 || e.Asked[0].On != "p1.e3.x3" || e.Asked[1].On != "p1.e2.x3" || e.Points != 3 || e.Pairs != 1 {
		t.Errorf("%+v", e.Asked)
	}
}

// The formula, worked by hand.
func TestAgreement(t *testing.T) {
	for _, c := range []struct {
		yes, part, no int
		want          overview.Level
	}{
		{4, 0, 0, overview.TooFew},    // four parties, however alike
		{5, 0, 0, overview.Together},  // 10 of 10 pairs
		{4, 0, 1, overview.Mixed},     // 6 of 10
		{3, 0, 2, overview.Apart},     // 4 of 10
		{2, 1, 2, overview.FarApart},  // 2 of 10
		{5, 0, 5, overview.Apart},     // 20 of 45
		{9, 0, 1, overview.Close},     // 36 of 45
		{19, 1, 0, overview.Together}, // 171 of 190
		{8, 2, 0, overview.Mixed},     // 29 of 45
	} {
		w := newTiny(t)
		w.edition(first()...)
		w.announce()
		party := uint64(0)
		for stance, n := range map[string]int{"yes": c.yes, "in_part": c.part, "no": c.no} {
			for range n {
				party++
				w.say(party, "ngo", said{"p1.e1.x3", stance, party})
			}
		}
		if got := w.cell("author", "patents"); got.Level() != c.want || got.Stating != int(party) {
			t.Errorf("%d yes, %d in part, %d no: %s (%d of %d pairs), want %s", c.yes, c.part, c.no, got.Level(), got.Alike, got.Pairs, c.want)
		}
	}
	// A letter that many send is one voice; it is still as many parties.
	w := newTiny(t)
	w.edition(first()...)
	w.announce()
	for party := range uint64(40) {
		w.say(party+1, "ngo", said{"p1.e1.x3", "no", 77})
	}
	for party := range uint64(4) {
		w.say(party+50, "ngo", said{"p1.e1.x3", "yes", party + 1})
	}
	if got := w.cell("author", "patents"); got.Pairs != 10 || got.Alike != 6 || got.Stating != 44 || got.Level() != overview.Mixed {
		t.Errorf("a campaign: %+v", got)
	}
	// Ten parties on ten questions are not compared with one another.
	if a := (overview.Agreement{Stating: 10}); a.Level() != overview.TooFew {
		t.Error("parties that answered different questions were compared")
	}
	// The last stance of a party counts, and only its own.
	w = newTiny(t)
	w.edition(first()...)
	w.announce()
	w.say(1, "ngo", said{"p1.e1.x3", "yes", 1})
	w.say(2, "person", said{"p1.e1.x3", "yes", 1})
	w.say(1, "ngo", said{"p1.e1.x3", "no", 1}, said{"p1.e1.x3", "", 2})
	e, _ := w.st.Evidence("author", "patents", "", 10)
	if e.Asked[0].All != (overview.Stances{Yes: 1, No: 1}) || e.Asked[0].By[1] != (overview.Stances{No: 1}) || e.Asked[0].By[2] != (overview.Stances{Yes: 1}) {
		t.Errorf("%+v", e.Asked)
	}
}

// A state's position is what it said itself, and nothing else.
func TestPositions(t *testing.T) {
	w := newTiny(t)
	w.edition(first()...)
	w.announce()
	for y := range delegation.Party(3) {
		w.apply(&delegation.Entered{Party: y + 1, Category: []string{"state", "state", "ngo"}[y]})
	}
	w.say(1, "state", said{"p1.e1.x3", "no", 1}, said{"p1.e1.x4", "yes", 1})
	w.say(3, "ngo", said{"p1.e1.x3", "yes", 1})
	w.say(2, "person", said{"p1.e1.x3", "yes", 1}) // says it is the state, and is not known to be
	w.say(9, "person", said{"p1.e1.x3", "yes", 1})
	e, _ := w.st.Evidence("author", "patents", "", 10)
	if len(e.States) != 2 || !slices.Equal(e.States[0].Said, []cite.Ref{"c1.1"}) || e.States[1].Party != 2 || e.States[1].Said != nil {
		t.Errorf("%+v", e.States)
	}
}

// TestJointEvidence: what several parties submitted is one contribution, counted where the party that leads is; each party is counted
// in its own category, and says what it says itself.
func TestJointEvidence(t *testing.T) {
	w := newTiny(t)
	w.edition(first()...)
	w.announce()
	for y := range delegation.Party(3) {
		w.apply(&delegation.Entered{Party: y + 1, Category: []string{"state", "state", "ngo"}[y]})
	}
	c := w.say(1, "state", said{"p1.e1.x3", "no", 1})
	w.apply(&delegation.Joined{Contribution: c, Party: 2, Category: "state", By: 7, At: noon})
	w.apply(&delegation.Joined{Contribution: c, Party: 3, Category: "ngo", Country: "XA", By: 8, At: noon})
	e, _ := w.st.Evidence("author", "patents", "", 10)
	if e.Submissions != 1 || e.Parties != 3 || e.Points != 1 || e.Stating != 3 || e.By[0].Submissions != 1 || e.By[0].Parties != 2 || e.By[1].Submissions != 0 || e.By[1].Parties != 1 {
		t.Errorf("%+v", e)
	}
	if e.Asked[0].All != (overview.Stances{No: 3}) || e.Asked[0].By[0] != (overview.Stances{No: 2}) || e.Asked[0].By[1] != (overview.Stances{No: 1}) {
		t.Errorf("%+v", e.Asked)
	}
	if !slices.Equal(e.States[1].Said, []cite.Ref{"c1.1"}) {
		t.Errorf("%+v", e.States)
	}
	if got, want := w.st.Consultation.ByCountry(), []consultation.FromCountry{{Country: "", Contributions: 1, Parties: 2}, {Country: "XA", Parties: 1}}; !slices.Equal(got, want) {
		t.Errorf("%+v", got)
	}
}

// TestEvidence: in random worlds a cell counts what its evidence lists, page by page, and what a count by
// hand finds.
func TestEvidence(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := newTiny(t)
		labels := func(ids ...string) []string {
			return rapid.SliceOfNDistinct(rapid.SampledFrom(ids), 0, 2, rapid.ID).Draw(r, "labels")
		}
		drawn := func(first int) (out []paper.Element) {
			kinds := []string{paper.Issue, paper.Paragraph, paper.Question, paper.Question}
			for i, k := range kinds {
				out = append(out, element(first+i, k, fmt.Sprint(k, rapid.IntRange(0, 1).Draw(r, "words")), labels("patents", "copyright"), labels("author", "use")))
			}
			return out
		}
		w.edition(append(drawn(1), drawn(5)...)...)
		w.announce()
		say := func(edition, elements int) {
			for range rapid.IntRange(0, 12).Draw(r, "contributions") {
				var parts []said
				for range rapid.IntRange(1, 4).Draw(r, "parts") {
					on := cite.EditionOf("p1", edition)
					if n := rapid.IntRange(0, elements).Draw(r, "on"); n > 0 {
						on = cite.Element(on, n)
					}
					parts = append(parts, said{on, rapid.SampledFrom([]string{"", "yes", "in_part", "no", "wrong_question"}).Draw(r, "stance"), rapid.Uint64Range(0, 3).Draw(r, "text") * 0x9e3779b97f4a7c15})
				}
				party := rapid.Uint64Range(1, 9).Draw(r, "party")
				c := w.say(party, []string{"state", "ngo", "person"}[party%3], parts...)
				if rapid.IntRange(0, 4).Draw(r, "fate") == 0 {
					w.apply(&consultation.ContributionWithdrawn{Contribution: c, At: noon})
				} else if rapid.Bool().Draw(r, "answered") {
					w.apply(&consultation.Answered{Ref: cite.Disposition(w.st.Consultation.Dispositions() + 1), Parts: []cite.Ref{cite.Part(c, 1)}, Outcome: "noted", Original: "en", At: noon})
				}
			}
		}
		say(1, 8)
		if rapid.Bool().Draw(r, "revised") {
			w.edition(append(drawn(1), drawn(9)...)...) // the second issue is gone, another came
			say(2, 4)
		}
		for _, c := range w.st.Overview().Cells {
			var listed []cite.Ref
			var e *overview.Evidence
			for after := cite.None; ; after = listed[len(listed)-1] {
				e, _ = w.st.Evidence(c.Row, c.Subject, after, 3)
				listed = append(listed, e.Parts...)
				if !e.More {
					break
				}
			}
			if e.Cell != c {
				r.Fatalf("the cell says %+v, its evidence %+v", c, e.Cell)
			}
			want := byHand(w.st, listed)
			if len(e.By) != 3 || e.By[0].Category != "state" || e.By[1].Category != "ngo" || e.By[2].Category != "person" {
				r.Fatalf("counted by %+v", e.By)
			}
			if c.Count != want || len(e.On) != c.Elements {
				r.Fatalf("the cell says %+v, its list %+v; %d elements", c, want, len(e.On))
			}
			var sum overview.Count
			for i, k := range e.By {
				sum.Submissions, sum.Points, sum.Open, sum.Parties = sum.Submissions+k.Submissions, sum.Points+k.Points, sum.Open+k.Open, sum.Parties+k.Parties
				var own overview.Agreement
				for _, q := range e.Asked {
					n := q.By[i].Parties()
					own.Pairs += n * (n - 1) / 2
				}
				if own.Pairs < k.Pairs || k.Pairs < k.Alike || e.Pairs < k.Pairs {
					r.Fatalf("%s: %d pairs of %d, of which %d are alike", k.Category, k.Pairs, own.Pairs, k.Alike)
				}
				if k.Everything.Submissions < k.Submissions || k.Everything.Parties < k.Parties {
					r.Fatalf("%s: %+v of %+v", k.Category, k.Count, k.Everything)
				}
			}
			if sum.Texts = c.Texts; sum != c.Count {
				r.Fatalf("constituencies add up to %+v, not %+v", sum, c.Count)
			}
			three := w.st.Consultation.Counts()
			if e.Everything.Submissions != three.Submissions || e.Everything.Parties != three.Parties || e.Everything.Texts != three.Texts {
				r.Fatalf("everything is %+v, the book says %+v", e.Everything, three)
			}
		}
	})
}

// byHand counts listed parts again, from the book's other side.
func byHand(st *conversation.State, parts []cite.Ref) (n overview.Count) {
	rows, parties := map[cite.Ref]bool{}, map[string]bool{}
	for _, r := range parts {
		row, _ := st.Consultation.Row(r)
		rows[row.Ref], parties[row.For] = true, true
		n.Points++
		if d, reopened := st.Consultation.Answer(r); d == cite.None || reopened {
			n.Open++
		}
	}
	// Texts: what each contribution says here, as a list of the groups of equal words its parts belong to.
	texts := map[string]bool{}
	says := map[cite.Ref]string{}
	for _, r := range parts {
		alike := st.Consultation.Alike(r)
		k := string(alike[0])
		if !worded(st, r) {
			if k = "0"; says[r.Root()] == "" {
				continue // a stance alone before the first words says no other text
			}
		}
		says[r.Root()] += k + " "
	}
	for c := range rows {
		s := says[c]
		if s == "" {
			s = string(c) // no words: a text of its own
		}
		texts[s] = true
	}
	n.Submissions, n.Parties, n.Texts = len(rows), len(parties), len(texts)
	return n
}

// worded reports whether a part has words, which the book compares.
func worded(st *conversation.State, r cite.Ref) (yes bool) {
	st.Consultation.Walk(func(p *consultation.PublishedPart) { yes = yes || p.Ref() == r && p.Likeness != 0 })
	return yes
}

// BenchmarkOverview counts 100,000 contributions of two parts each over 90 cells.
func BenchmarkOverview(b *testing.B) {
	st := crowd(b, 100_000)
	b.ResetTimer()
	for b.Loop() {
		if o := st.Overview(); o.Points != 200_000 || o.Placed != 200_000 {
			b.Fatal(o.Points, o.Placed)
		}
	}
}

// BenchmarkEvidence opens the fullest cell of the same crowd.
func BenchmarkEvidence(b *testing.B) {
	st := crowd(b, 100_000)
	b.ResetTimer()
	for b.Loop() {
		if e, ok := st.Evidence("r0", "s0", cite.None, 50); !ok || len(e.Parts) != 50 {
			b.Fatal(ok)
		}
	}
}

func crowd(t testing.TB, n int) *conversation.State {
	w := &tiny{t: t, st: conversation.NewState()}
	var subjects, rows []string
	for i := range 10 {
		subjects = append(subjects, fmt.Sprint("s", i))
	}
	for i := range 9 {
		rows = append(rows, fmt.Sprint("r", i))
	}
	w.apply(&conversation.Convened{Slug: "x", Title: english("X"), Languages: []locale.Lang{"en"}, Zone: "UTC", Categories: named("state", "ngo", "person"), Subjects: named(subjects...), Crosscutting: named(rows...), At: noon})
	var elements []paper.Element
	for i := range 200 {
		elements = append(elements, element(1+i, []string{paper.Issue, paper.Paragraph, paper.Question, paper.Question}[i%4], fmt.Sprint("text ", i), []string{subjects[i%10], subjects[i/2%10]}, []string{rows[i%9]}))
	}
	w.edition(elements...)
	w.announce()
	stances := []string{"yes", "no", "", "in_part"}
	for i := range n {
		w.say(uint64(i/2+1), []string{"state", "ngo", "person"}[i%3], said{cite.Element("p1.e1", 1+i*7%200), stances[i%4], uint64(i/3 + 1)}, said{cite.Element("p1.e1", 1+i*13%200), stances[i/4%4], uint64(i)})
	}
	return w.st
}
