package consult_test

import (
	"context"
	"io"
	"strconv"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/consult"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/questionnaire"
	"github.com/openplenary/plenary/settings"
)

// answered is a call with sixty questions, six of each kind, that many contributions of five categories answer, and a function
// that says one more fact.
func answered(t testing.TB, contributions int) (*conversation.State, func(cite.Fact)) {
	t.Helper()
	began := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	en := func(s string) locale.Text { return locale.Plain("en", s) }
	st := conversation.NewState()
	say := func(fact cite.Fact) {
		if err := st.Apply(cite.Entry{Position: st.Head + 1, Time: began}, fact); err != nil {
			t.Fatal(err)
		}
	}
	categories := []settings.Label{{ID: "state", Name: en("States"), State: true}, {ID: "igo", Name: en("Organisations"), Body: true}, {ID: "ngo", Name: en("NGOs"), Body: true},
		{ID: "company", Name: en("Companies"), Body: true}, {ID: "person", Name: en("Persons")}}
	say(&conversation.Convened{Slug: "survey", Title: en("Survey"), Languages: []locale.Lang{"en"}, Zone: "UTC", Categories: categories, At: began})
	say(&paper.Published{Ref: "p1.e1", PaperKind: paper.IssuesPaper, Symbol: "S/1", Title: en("A note"), Date: "2026-01-01", Counter: 1,
		Elements: []paper.Element{{Ref: "p1.x1", Kind: paper.Paragraph, Number: "1", Text: en("What is it like?")}}})
	say(&consultation.CallAnnounced{Ref: "k1", Title: en("Survey"), Paper: "p1", Edition: "p1.e1", Opens: began, Closes: began.AddDate(1, 0, 0), Zone: "UTC"})
	ask := questionnaire.Ask{Call: "k1"}
	for range 6 {
		section := questionnaire.Section{Title: en("Part")}
		for _, kind := range questionnaire.Kinds {
			q := questionnaire.Question{Kind: kind, Text: en("What is it like?"), Steps: 5, Low: en("low"), High: en("high"), Options: []locale.Text{en("A"), en("B"), en("C"), en("D"), en("E")}}
			switch kind {
			case questionnaire.Table:
				q.Rows = []locale.Text{en("R"), en("S")}
			case questionnaire.Number:
				q.If = questionnaire.Condition{Question: 2, Picks: []int{1, 2, 3, 4}}
			}
			section.Questions = append(section.Questions, q)
		}
		ask.Sections = append(ask.Sections, section)
	}
	ask, err := ask.Check()
	if err != nil {
		t.Fatal(err)
	}
	say(&questionnaire.Asked{Call: "k1", Sections: ask.Sections, At: began})
	for i := range contributions {
		f := &consultation.Received{Ref: cite.Contribution(i + 1), Call: "k1", By: string(delegation.Participant(i + 1).Ref()), For: string(delegation.Party(i + 1).Ref()), Category: categories[i%5].ID,
			Received: began, Rule: consultation.OnTime, Published: true}
		for n := 1; n <= 60; n++ {
			c := cite.Choice{Question: n, Picks: []int{(i+n)%5 + 1}}
			switch questionnaire.Kinds[(n-1)%10] {
			case questionnaire.Words:
				continue
			case questionnaire.Several:
				c.Picks = []int{1 + (i+n)%2, 3 + (i+n)%3}
			case questionnaire.Stance:
				c.Picks = []int{(i+n)%4 + 1}
			case questionnaire.Ranking:
				c.Picks = []int{1, 2, (i + n) % 4, 3, 1}
			case questionnaire.Number:
				if i%5 == 3 {
					continue
				}
				c.Picks, c.Value = []int{}, strconv.Itoa(i*n%997)
			case questionnaire.Date:
				c.Picks, c.Value = []int{}, "20"+strconv.Itoa(10+(i+n)%80)+"-01-31"
			case questionnaire.Table:
				c.Picks = []int{1, 4, 6}
			}
			f.Chosen = append(f.Chosen, c)
		}
		say(f)
	}
	return st, say
}

// results builds and writes out the page of results.
func results(t testing.TB, st *conversation.State, to io.Writer) *consult.Results {
	t.Helper()
	r := conversation.NewReading(st.Snapshot(), conversation.Public, time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC))
	defer r.Close()
	v, ok := consult.NewResults(r, "k1", "en")
	if !ok {
		t.Fatal("the call asks nothing")
	}
	f := &frame.Frame{Lang: "en", Zone: "UTC"}
	f.Settled(r.Settings)
	if err := v.Body(f).Render(context.Background(), to); err != nil {
		t.Fatal(err)
	}
	return v
}

// TestResultsAfterBlocks: what is kept of what was counted before is right after contributions were taken away, moved nothing
// else, and come back.
func TestResultsAfterBlocks(t *testing.T) {
	t.Parallel()
	st, say := answered(t, 5000)
	before := results(t, st, io.Discard)
	say(&consultation.ContributionWithheld{Contribution: "c100", Ground: "abuse"})
	v := results(t, st, io.Discard)
	q, was := v.Questions[5], before.Questions[5]
	if v.Answering != 4999 || q.All.Chosen[0] != was.All.Chosen[0]-1 || q.By[4].Of != 999 || q.By[3].Of != 1000 {
		t.Errorf("%d answer, %+v, before %+v", v.Answering, q.All, was.All)
	}
	say(&consultation.ContributionPublished{Contribution: "c100"})
	v = results(t, st, io.Discard)
	if got := v.Questions[6].All; v.Answering != 5000 || got.Of != 5000 || got.Answered != before.Questions[6].All.Answered || got.NotAsked != before.Questions[6].All.NotAsked || got.Spread.Median != before.Questions[6].All.Spread.Median {
		t.Errorf("%d answer, %+v, before %+v", v.Answering, got, before.Questions[6].All)
	}
}

// BenchmarkResults makes the page of 100,000 answers to sixty questions afresh, each time after one more contribution was taken
// away or has come back.
func BenchmarkResults(b *testing.B) {
	st, say := answered(b, 100_000)
	results(b, st, io.Discard)
	b.ResetTimer()
	for i := 0; b.Loop(); i++ {
		if i%2 == 0 {
			say(&consultation.ContributionWithheld{Contribution: "c50000", Ground: "abuse"})
		} else {
			say(&consultation.ContributionPublished{Contribution: "c50000"})
		}
		results(b, st, io.Discard)
	}
}
