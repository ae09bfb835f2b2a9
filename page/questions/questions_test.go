package questions_test

import (
	"context"
	"io"
	"strconv"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/reaction"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/formulation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/questions"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/settings"
)

var began = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// board is a call with proposals of which every fourth stands in a question, and supports of them in three categories.
func board(t testing.TB, proposals, supports int) (*conversation.State, map[cite.Position]cite.Words) {
	t.Helper()
	st, words := conversation.NewState(), map[cite.Position]cite.Words{}
	say := func(fact cite.Fact, w cite.Words) {
		p := st.Head + 1
		words[p] = w
		if err := st.Apply(cite.Entry{Position: p, Time: began}, fact); err != nil {
			t.Fatal(err)
		}
	}
	categories := []settings.Label{{ID: "state", Name: locale.Plain("en", "States"), State: true}, {ID: "ngo", Name: locale.Plain("en", "NGOs"), Body: true}, {ID: "person", Name: locale.Plain("en", "Persons")}}
	say(&conversation.Convened{Slug: "board", Title: locale.Plain("en", "Board"), Languages: []locale.Lang{"en"}, Zone: "UTC", Categories: categories, At: began}, nil)
	say(&paper.Published{Ref: "p1.e1", PaperKind: paper.IssuesPaper, Symbol: "B/1", Title: locale.Plain("en", "A note"), Date: "2026-01-01", Counter: 1,
		Elements: []paper.Element{{Ref: "p1.x1", Kind: paper.Paragraph, Number: "1", Text: locale.Plain("en", "What should be asked?")}}}, nil)
	say(&consultation.CallAnnounced{Ref: "k1", Title: locale.Plain("en", "Questions"), Paper: "p1", Edition: "p1.e1", Opens: began, Closes: began.AddDate(1, 0, 0), Zone: "UTC"}, nil)
	say(&formulation.Gathered{Call: "k1", Days: 10, At: began}, nil)
	person := func(n int) (by, party string) {
		return string(delegation.Participant(n + 1).Ref()), string(delegation.Party(n + 1).Ref())
	}
	for i := range proposals {
		by, party := person(i)
		say(&consultation.Received{Ref: cite.Contribution(i + 1), Call: "k1", By: by, For: party, Category: categories[i%3].ID, Received: began, Rule: consultation.OnTime, Published: true,
			Parts: []consultation.ReceivedPart{{On: "p1.e1", Language: "en", Bytes: 90, Wording: 60, Likeness: uint64(i + 1)}}},
			cite.Words{"name": "Somebody", "1.wording": "Who answers for machine number " + strconv.Itoa(i) + ", and to whom?", "1.text": "Because nobody can be asked today, and somebody will have to be."})
		if i%4 == 3 {
			say(&formulation.Worded{Ref: cite.Question(i/4 + 1), Call: "k1", Of: []cite.Ref{cite.Part(cite.Contribution(i+1), 1)}, Original: "en", Languages: []locale.Lang{"en"}, Until: began, New: true, At: began},
				cite.Words{"wording.en": "Who answers for machines?"})
		}
	}
	for i := range supports {
		by, party := person(proposals + i%5000)
		say(&formulation.Supported{Proposal: cite.Part(cite.Contribution(1+i%proposals), 1), By: by, For: party, Category: categories[i%3].ID, At: began}, nil)
	}
	return st, words
}

// page builds, fills and writes out the first page of what was proposed.
func page(t testing.TB, st *conversation.State, words map[cite.Position]cite.Words, to io.Writer) *questions.Page {
	t.Helper()
	r := conversation.NewReading(st.Snapshot(), conversation.Public, began.AddDate(0, 1, 0))
	v, ok := questions.NewPage(r, "k1", questions.At{}, "en")
	if !ok {
		t.Fatal("the call gathers nothing")
	}
	f := &frame.Frame{Lang: "en", Zone: "UTC"}
	f.Settled(r.Settings)
	needed := map[cite.Position]cite.Words{}
	for _, p := range r.Needed(v.Need()) {
		needed[p] = words[p]
	}
	v.Fill(r.Show(needed))
	if err := v.Body(f).Render(context.Background(), to); err != nil {
		t.Fatal(err)
	}
	r.Close()
	return v
}

// TestPage counts proposals by what became of them, and supports by category with who takes part.
func TestPage(t *testing.T) {
	st, words := board(t, 100, 300)
	v := page(t, st, words, io.Discard)
	if v.Counts != (questions.Counts{Proposed: 100, Waiting: 75, Worded: 25}) || len(v.Proposals) != questions.PageSize || v.More != v.Proposals[questions.PageSize-1].Part.Ref {
		t.Errorf("%+v, %d listed, more after %s", v.Counts, len(v.Proposals), v.More)
	}
	for _, state := range []string{"", questions.Waiting, questions.Worded, questions.LeftOut} {
		seen, after := 0, cite.None
		for {
			r := conversation.NewReading(st.Snapshot(), conversation.Public, began)
			v, _ := questions.NewPage(r, "k1", questions.At{State: state, After: after}, "en")
			r.Close()
			if seen += len(v.Proposals); v.More == cite.None {
				break
			}
			after = v.More
		}
		if want := v.Counts.Of(state); seen != want {
			t.Errorf("%q: %d are listed, %d counted", state, seen, want)
		}
	}
	// The questions are read page by page, each once.
	seen, after := map[cite.Ref]bool{}, cite.None
	for pages := 0; pages < 100; pages++ {
		r := conversation.NewReading(st.Snapshot(), conversation.Public, began)
		p, _ := questions.NewPage(r, "k1", questions.At{Question: after}, "en")
		r.Close()
		n := 0
		for _, theme := range p.Themes {
			for _, q := range theme.Questions {
				n++
				if seen[q.Ref] {
					t.Errorf("%s is listed twice", q.Ref)
				}
				seen[q.Ref] = true
			}
		}
		if n > questions.PageSize || p.AfterOf != after {
			t.Errorf("%d on a page after %s", n, p.AfterOf)
		}
		if after = p.MoreOf; after == cite.None {
			break
		}
	}
	if len(seen) != v.Questions || v.Questions != len(st.Formulation.Questions("k1")) {
		t.Errorf("%d of %d questions are listed", len(seen), v.Questions)
	}
	sum := 0
	for _, s := range v.Proposals[0].Support {
		if s.Support > s.Of || s.Of < 100/3 {
			t.Errorf("%+v", s)
		}
		sum += s.Support
	}
	if sum != 4 { // who proposes it, and three more
		t.Errorf("%d support the first proposal", sum)
	}
}

// BenchmarkPage makes the first page of 1,000 proposals with 20,000 supports afresh, at a position that nobody read before.
func BenchmarkPage(b *testing.B) {
	st, words := board(b, 1000, 20_000)
	b.ResetTimer()
	for b.Loop() {
		page(b, st, words, io.Discard)
	}
}

// TestConsentAfterTheDate: an objection that comes after the date until which authors could object is shown as such, and not counted;
// nor does a late consent take back what was said in time.
func TestConsentAfterTheDate(t *testing.T) {
	t.Parallel()
	until := began.AddDate(0, 0, 10)
	for name, c := range map[string]struct {
		said      []string // by days: the fifth, and the fifteenth
		objecting int
		last      string
		late      bool
	}{
		"silent":                         {[]string{"", ""}, 0, "", false},
		"objects in time":                {[]string{consultation.NotSatisfied, ""}, 1, consultation.NotSatisfied, false},
		"objects too late":               {[]string{"", consultation.NotSatisfied}, 0, consultation.NotSatisfied, true},
		"objects, and consents too late": {[]string{consultation.NotSatisfied, consultation.Satisfied}, 1, consultation.Satisfied, true},
	} {
		st, _ := board(t, 4, 0)
		say := func(fact cite.Fact) {
			if err := st.Apply(cite.Entry{Position: st.Head + 1, Time: began}, fact); err != nil {
				t.Fatal(err)
			}
		}
		say(&consultation.Answered{Ref: "d1", Parts: []cite.Ref{"c1.1"}, Outcome: "accepted_in_part", Original: "en", Languages: []locale.Lang{"en"}, At: began})
		say(&formulation.Worded{Ref: "q2", Call: "k1", Of: []cite.Ref{"c1.1"}, Original: "en", Languages: []locale.Lang{"en"}, Until: until, Answer: "d1", New: true, At: began})
		for i, verdict := range c.said {
			if verdict != "" {
				say(&reaction.Reacted{Part: "c1.1", Disposition: "d1", Verdict: verdict, By: "u1", At: began.AddDate(0, 0, 5+10*i)})
			}
		}
		r := conversation.NewReading(st, conversation.Readers, until.AddDate(0, 0, 20))
		v, ok := questions.NewQuestionPage(r, "q2", "en")
		r.Close()
		if !ok || v.Objecting != c.objecting || v.Sources[0].Said != c.last || v.Sources[0].Late != c.late {
			t.Errorf("%s: %v, %d object, %+v", name, ok, v.Objecting, v.Sources[0])
		}
	}
}
