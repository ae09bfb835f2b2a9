package consult_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/reaction"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/consult"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/survey"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/settings"
	"pgregory.net/rapid"
)

// ferries is a conversation made of facts and their words.
type ferries struct {
	t     testing.TB
	st    *conversation.State
	words map[cite.Position]cite.Words
	at    time.Time
}

func newFerries(t testing.TB) *ferries {
	w := &ferries{t: t, st: conversation.NewState(), words: map[cite.Position]cite.Words{}, at: time.Date(2020, 1, 2, 9, 0, 0, 0, time.UTC)}
	w.apply(&conversation.Convened{Slug: "ferries", Title: names("Ferries"), Languages: []locale.Lang{"en"}, Categories: []settings.Label{{ID: "state", Name: names("State"), State: true}, {ID: "ngo", Name: names("NGO")}},
		Subjects: []settings.Label{{ID: "boats", Name: names("Boats")}, {ID: "cattle", Name: names("Cattle")}}, Crosscutting: []settings.Label{{ID: "fare", Name: names("Fares")}}, At: w.at}, nil)
	w.edition(1, nil, 1, 2, 3, 4)
	w.apply(&consultation.CallAnnounced{Ref: "k1", Paper: "p1", Edition: "p1.e1", Opens: w.at, Closes: w.at.AddDate(1, 0, 0), At: w.at}, nil)
	return w
}

func (w *ferries) apply(fact cite.Fact, words cite.Words) {
	w.t.Helper()
	if err := w.st.Apply(cite.Entry{Position: w.st.Head + 1, Time: w.at}, fact); err != nil {
		w.t.Fatal(err)
	}
	if words != nil {
		w.words[w.st.Head] = words
	}
}

// edition publishes an edition of questions that all ask about the fares of boats.
func (w *ferries) edition(n int, fates []paper.ElementChange, elements ...int) {
	f := &paper.Published{Ref: cite.EditionOf("p1", n), PaperKind: paper.IssuesPaper, Symbol: fmt.Sprint("F/", n), Title: names("On ferries"), Date: "2020-01-02", Counter: 99, Concordance: fates, At: w.at}
	for i, x := range elements {
		f.Elements = append(f.Elements, paper.Element{Ref: cite.Element("p1", x), Kind: paper.Paragraph, Number: fmt.Sprint(i + 1), Text: names(fmt.Sprint("Element ", x)), Subjects: []string{"boats"}, Crosscutting: []string{"fare"}, Stance: true})
	}
	w.apply(f, nil)
}

func (w *ferries) say(party int, published bool, on ...cite.Ref) cite.Ref {
	ref := cite.Contribution(w.st.Consultation.Len() + 1)
	by := string(delegation.Party(party).Ref())
	f := &consultation.Received{Ref: ref, Call: "k1", By: "u" + by[1:], For: by, Category: "ngo", Assurance: consultation.Anonymous, Received: w.at, Deadline: w.at, Published: published}
	words := cite.Words{"name": "Nora"}
	for i, x := range on {
		f.Parts = append(f.Parts, consultation.ReceivedPart{On: x, Language: "fr", Bytes: 9, Likeness: uint64(ref.Number()*100 + i)})
		words[fmt.Sprint(i+1, ".text")] = fmt.Sprintf("Mot %d de %s", i+1, ref)
	}
	w.apply(f, words)
	return ref
}

func (w *ferries) answer(outcome string, parts ...cite.Ref) cite.Ref {
	ref := cite.Disposition(w.st.Consultation.Dispositions() + 1)
	w.apply(&consultation.Answered{Ref: ref, Parts: parts, Outcome: outcome, Original: "en", Languages: []locale.Lang{"en"}, At: w.at}, cite.Words{"reason.en": "Because of " + string(ref)})
	return ref
}

// document reads all pages of the document.
func (w *ferries) document(chosen string) (all []*consult.ResponseGroup, first *consult.Responses) {
	for after := cite.None; ; {
		v, ok := consult.NewResponses(public(w.st), "p1", consult.ResponsesQuery{Outcome: chosen, After: after}, "en")
		if !ok {
			w.t.Fatal("no document")
		}
		v.Fill(w.words)
		if first == nil {
			first = v
		}
		all = append(all, v.Groups...)
		if v.Next == cite.None {
			return all, first
		}
		after = v.Next
	}
}

// TestResponsesLedger: in random worlds the document holds every published point once, in the order of the
// newest edition, and counts what the ledger counts.
func TestResponsesLedger(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		w := newFerries(t)
		say := func(edition, elements int) {
			for range rapid.IntRange(0, 60).Draw(r, "contributions") {
				var on []cite.Ref
				for range rapid.IntRange(1, 3).Draw(r, "parts") {
					x := cite.EditionOf("p1", edition)
					if n := rapid.IntRange(0, elements).Draw(r, "on"); n > 0 {
						x = cite.Element(x, n)
					}
					on = append(on, x)
				}
				c := w.say(rapid.IntRange(1, 9).Draw(r, "party"), rapid.IntRange(0, 5).Draw(r, "published") > 0, on...)
				row, _ := w.st.Consultation.Row(c)
				for n := range on {
					part := cite.Part(c, n+1)
					if row.Status != consultation.Published || rapid.IntRange(0, 2).Draw(r, "answered") == 0 {
						continue
					}
					d := w.answer(rapid.SampledFrom(consultation.Outcomes).Draw(r, "outcome"), part)
					if rapid.IntRange(0, 3).Draw(r, "reacts") == 0 {
						w.apply(&reaction.Reacted{Part: part, Disposition: d, Verdict: rapid.SampledFrom(consultation.Verdicts).Draw(r, "verdict"), Language: "fr", At: w.at}, cite.Words{"text": "Hm."})
					}
				}
				if rapid.IntRange(0, 6).Draw(r, "withdrawn") == 0 {
					w.apply(&consultation.ContributionWithdrawn{Contribution: c, At: w.at}, nil)
				}
			}
		}
		say(1, 4)
		if rapid.Bool().Draw(r, "revised") {
			w.edition(2, []paper.ElementChange{{From: "p1.x1", Change: paper.Moved, To: []cite.Ref{"p1.x1"}}, {From: "p1.x2", Change: paper.Deleted}, {From: "p1.x3", Change: paper.Split, To: []cite.Ref{"p1.x3", "p1.x5"}},
				{From: "p1.x4", Change: paper.Unchanged, To: []cite.Ref{"p1.x4"}}}, 3, 4, 5, 1)
			say(2, 1)
		}
		ledger := w.st.Consultation.AnswerCounts("p1")
		groups, v := w.document("")
		if !v.Holds || v.Points != ledger.Answered+ledger.Unanswered || v.Total != len(groups) {
			r.Fatalf("holds %v, %d points, %d of %d groups; ledger %+v", v.Holds, v.Points, len(groups), v.Total, ledger)
		}
		seen := map[cite.Ref]bool{}
		by := map[string]int{}
		for _, g := range groups {
			if len(g.Points) == 0 || len(g.Points) > 20 {
				r.Fatalf("a group of %d points", len(g.Points))
			}
			for _, p := range g.Points {
				if seen[p.Ref] {
					r.Fatalf("%s stands twice", p.Ref)
				}
				seen[p.Ref] = true
				by[g.Outcome]++
				if p.Text == "" || p.Name != "Nora" {
					r.Fatalf("%s has no words", p.Ref)
				}
				if g.Outcome != "" && (p.Answer != g.Answer || p.Reopened) || g.Outcome == "" && !p.Open() {
					r.Fatalf("%s stands under %q %s, and has %s", p.Ref, g.Outcome, g.Answer, p.Answer)
				}
			}
		}
		for i, o := range consultation.Outcomes {
			if by[o] != ledger.By[i+1] || v.Outcomes[i].Points != by[o] {
				r.Fatalf("%s: %d points, the ledger says %d, the head %d", o, by[o], ledger.By[i+1], v.Outcomes[i].Points)
			}
			some, _ := w.document(o)
			n := 0
			for _, g := range some {
				n += len(g.Points)
			}
			if n != by[o] {
				r.Fatalf("the choice of %s shows %d of %d", o, n, by[o])
			}
		}
		if by[""] != ledger.Unanswered {
			r.Fatalf("%d unanswered, the ledger says %d", by[""], ledger.Unanswered)
		}
		// The table has the same points.
		rows, unanswered := 0, 0
		for after := cite.None; ; {
			tab, _ := consult.NewResponseTable(public(w.st), "p1", after, "en", 7)
			tab.Fill(w.words)
			for _, row := range tab.Rows {
				if rows++; row.Outcome == "" {
					unanswered++
				}
				if !seen[row.Point.Ref] || row.Said.Text == "" || (row.Point.Answer != "") != (row.Reason.Text != "") {
					r.Fatalf("a row of the table: %+v", row)
				}
			}
			if after = tab.Next; after == cite.None {
				break
			}
		}
		if rows != len(seen) || unanswered != ledger.Unanswered {
			r.Fatalf("%d rows for %d points, %d without an answer; the ledger says %d", rows, len(seen), unanswered, ledger.Unanswered)
		}
	})
}

// TestResponsesOrder: the order is that of the newest edition, what was deleted comes last, and large
// groups go on.
func TestResponsesOrder(t *testing.T) {
	t.Parallel()
	w := newFerries(t)
	var many []cite.Ref
	for range 45 {
		many = append(many, cite.Part(w.say(1, true, "p1.e1.x1"), 1))
	}
	gone := w.say(2, true, "p1.e1.x2")
	split := w.say(3, true, "p1.e1.x3")
	whole := w.say(4, true, "p1.e1")
	w.edition(2, []paper.ElementChange{{From: "p1.x1", Change: paper.Moved, To: []cite.Ref{"p1.x1"}}, {From: "p1.x2", Change: paper.Deleted}, {From: "p1.x3", Change: paper.Split, To: []cite.Ref{"p1.x3", "p1.x5"}}}, 3, 5, 1)
	d := w.answer("accepted", many...)
	w.apply(&reaction.Reacted{Part: many[30], Disposition: d, Verdict: consultation.NotSatisfied, Language: "fr", At: w.at}, cite.Words{"text": "Non."})
	groups, v := w.document("")
	var order []string
	for _, g := range groups {
		order = append(order, fmt.Sprint(g.Points[0].Contribution, "+", len(g.Points)-1))
	}
	if want := []string{string(whole) + "+0", string(split) + "+0", "c1+19", "c21+19", "c41+4", string(gone) + "+0"}; !slices.Equal(order, want) {
		t.Fatalf("%v, want %v", order, want)
	}
	if len(groups[1].Places) != 2 || groups[1].Places[1].Ref != "p1.e2.x5" || !groups[5].Deleted || groups[5].Places[0].Ref != "p1.e1.x2" || !groups[0].Whole {
		t.Errorf("places: %+v %+v", groups[1].Places, groups[5].Places)
	}
	for i, g := range groups {
		if g.Whole != (i == 0) || g.Deleted != (i == 5) {
			t.Errorf("group %d is on the whole paper: %v, on what was deleted: %v", i, g.Whole, g.Deleted)
		}
	}
	if g := groups[2]; g.Reason.Text != "Because of d1" || g.Size != 45 || len(g.Verdicts) != 1 || g.Verdicts[0].Points != 1 {
		t.Errorf("%+v", g)
	}
	if g := groups[3]; g.Reason.Text != "" || g.From != 21 || g.Points[10].Reaction.Text != "Non." {
		t.Errorf("%+v", g)
	}
	// Every language has words for it, and what was said keeps its own.
	for _, l := range locale.All {
		var b bytes.Buffer
		if err := v.Body(&frame.Frame{Lang: l, Slug: "ferries"}).Render(context.Background(), &b); err != nil {
			t.Fatal(err)
		}
		if s := b.String(); strings.Contains(s, "⟦") || !strings.Contains(s, `lang="fr" dir="auto"><p dir="auto">Mot 1 de c1<`) || strings.Contains(s, "@saidIn") {
			t.Errorf("%s: %s", l, s)
		}
	}
}

// TestEvidencePage: what a state did not say is not there, and neither is what a moderator has not seen.
func TestEvidencePage(t *testing.T) {
	t.Parallel()
	w := newFerries(t)
	for i := range 3 {
		w.apply(&delegation.Entered{Party: delegation.Party(i + 1), Category: "state", Country: "FR"}, cite.Words{"name": fmt.Sprint("State ", i+1)})
	}
	submit := func(party int, stance string, published bool) {
		ref := cite.Contribution(w.st.Consultation.Len() + 1)
		by := string(delegation.Party(party).Ref())
		w.apply(&consultation.Received{Ref: ref, Call: "k1", By: "u" + by[1:], For: by, Category: "state", Known: true, Assurance: consultation.Vouched, Received: w.at, Deadline: w.at, Published: published,
			Parts: []consultation.ReceivedPart{{On: "p1.e1.x1", Language: "en", Stance: stance, Bytes: 9, Likeness: uint64(party)}}}, cite.Words{"1.text": fmt.Sprint("Words of ", party)})
	}
	submit(1, "yes", true)
	submit(2, "", true)
	submit(3, "no", false)
	v, ok := survey.NewEvidence(public(w.st), "fare", "boats", "", "en")
	if !ok {
		t.Fatal("no page")
	}
	v.Fill(w.words)
	if len(v.Stated) != 2 || v.Stated[0].Name != "State 1" || v.Stated[0].Said[0].Stance != "yes" || v.Stated[1].Said[0].Stance != "" || v.Stated[1].Said[0].Text != "Words of 2" {
		t.Errorf("%+v", v.Stated)
	}
	if len(v.NotStated) != 1 || v.NotStated[0].Name != "State 3" || v.Points != 2 || v.Stating != 1 {
		t.Errorf("%+v; %d points, %d with a stance", v.NotStated, v.Points, v.Stating)
	}
	for _, l := range locale.All {
		var b bytes.Buffer
		if err := v.Body(&frame.Frame{Lang: l, Slug: "ferries"}).Render(context.Background(), &b); err != nil {
			t.Fatal(err)
		}
		if s := b.String(); strings.Contains(s, "⟦") || strings.Contains(s, "Words of 3") || strings.Contains(s, "@saidIn") || !strings.Contains(s, "State 3") {
			t.Errorf("%s: %s", l, s)
		}
	}
	if _, ok := survey.NewEvidence(public(w.st), "fare", "lions", "", "en"); ok {
		t.Error("a cell that is not there opens")
	}
}

// public is a state as everybody may see it. Tests change states while nobody else reads them, so a reading may
// stay open.
func public(st *conversation.State) *conversation.Reading {
	return conversation.NewReading(st, conversation.Public, time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC))
}

func names(name string) locale.Text {
	return locale.Text{Original: "en", In: map[locale.Lang]string{"en": name}}
}
