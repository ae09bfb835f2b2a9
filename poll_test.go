package plenary_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/poll"
	"github.com/openplenary/plenary/priority"
	"github.com/openplenary/plenary/record"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/settings"
)

// ballotWorld is a conversation with a secret ballot on three themes, open to the public from now on for an hour.
func ballotWorld(t *testing.T) (w *world, ask func(at time.Time, a conversation.Ask) (plenary.Answer, error), noon time.Time) {
	t.Helper()
	w = newWorld(t, &failing{Memory: record.NewMemory()})
	t.Cleanup(func() { w.sec.Close() })
	en := func(s string) locale.Text { return locale.Plain(locale.English, s) }
	noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	convene := conversation.Convene{Slug: "ferries", Title: en("Ferries"), Languages: []locale.Lang{locale.English}, Demonstration: true, Officer: officer,
		Categories: []settings.Label{{ID: "individual", Name: en("Individual")}}}
	if _, err := w.sec.Convene(t.Context(), conversation.Ask{By: officer, Received: noon, Told: noon, Command: convene}); err != nil {
		t.Fatal(err)
	}
	ask = func(at time.Time, a conversation.Ask) (plenary.Answer, error) {
		a.Received, a.Told = at, at
		return w.sec.Do(t.Context(), "ferries", a)
	}
	para := func(n string) paper.Element {
		return paper.Element{Kind: paper.Paragraph, Number: n, Text: en("Boats.")}
	}
	for _, c := range []any{
		paper.Publish{Kind: paper.IssuesPaper, Symbol: "F/1", Title: en("Paper"), Date: "2026-01-01", Elements: []paper.Element{para("1"), para("2"), para("3")}},
		priority.Begin{Title: en("First things"), Criteria: []locale.Text{en("Haste")},
			Themes: []priority.Theme{{Names: []cite.Ref{"p1.e1.x1"}}, {Names: []cite.Ref{"p1.e1.x2"}}, {Names: []cite.Ref{"p1.e1.x3"}}}},
		poll.Hold{Order: "o1", Terms: poll.Terms{Method: poll.Schulze, Secret: true, Constituencies: []string{poll.Public}, Opens: noon, Closes: noon.Add(time.Hour), Zone: "UTC"}},
	} {
		if _, err := ask(noon, conversation.Ask{By: officer, Command: c}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.sec.Tick(t.Context(), "ferries", noon); err != nil {
		t.Fatal(err)
	}
	return w, ask, noon
}

func (w *world) ballot(t *testing.T) (p poll.Poll) {
	t.Helper()
	if _, err := w.sec.Read(t.Context(), "ferries", func(st *conversation.State) error {
		b, _ := st.Polls.Poll("b1")
		p = *b
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return p
}

// TestTwiceCountsOnce: 2,000 voters who all press twice within ten seconds count 2,000; what a ballot says is nowhere any more once it is
// counted, and is proven to nobody.
func TestTwiceCountsOnce(t *testing.T) {
	t.Parallel()
	const voters = 2_000
	w, ask, noon := ballotWorld(t)
	var all sync.WaitGroup
	failed := make(chan error, 2*voters)
	for n := range voters {
		for press := range 2 {
			all.Go(func() {
				_, err := ask(noon.Add(time.Minute+time.Duration(press*5+n%5)*time.Second), conversation.Ask{By: delegation.Participant(1000 + n), Assurance: consultation.EmailProven,
					Token: fmt.Sprintf("%032d", n), Scope: "u", Command: poll.Cast{Poll: "b1", Marks: []poll.Mark{{Option: 1 + n%3, Value: 1}}}})
				if err != nil {
					failed <- err
				}
			})
		}
	}
	all.Wait()
	close(failed)
	for err := range failed {
		t.Fatal(err)
	}
	var cast []cite.Position
	if _, err := w.sec.Read(t.Context(), "ferries", func(st *conversation.State) error {
		cast = st.Polls.CastAt("b1")
		return nil
	}); err != nil || len(cast) != voters {
		t.Fatalf("%d ballots are cast, %v", len(cast), err)
	}
	if _, err := w.sec.Tick(t.Context(), "ferries", noon.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	p := w.ballot(t)
	if len(p.Lists) != 1 || p.Lists[0].Total != voters || p.Gone != 0 || p.Closed == 0 {
		t.Fatalf("%+v", p.Lists)
	}
	want := []poll.Said{{Choice: "1:1", Count: 667}, {Choice: "2:1", Count: 667}, {Choice: "3:1", Count: 666}}
	if !slices.Equal(p.Lists[0].Ballots, want) {
		t.Errorf("%+v", p.Lists[0].Ballots)
	}
	if words, err := w.sec.Words(t.Context(), "ferries", cast); err != nil || len(words) > 0 {
		t.Errorf("what %d ballots say is still there: %v", len(words), err)
	}
	by := string(delegation.Participant(1000).Ref())
	for _, at := range cast {
		r, err := w.sec.BallotReceipt(t.Context(), "ferries", poll.Claim{Poll: "b1", At: at, By: by}, "https://example.org/c/ferries/b1")
		if err != nil {
			if rs := refusal.Of(err); len(rs) == 0 || rs[0].Kind != refusal.Hidden {
				t.Fatal(err)
			}
			continue
		}
		b, err := plenary.EncodeReceipt(r)
		if err != nil || r.Text != nil || r.Meaning.Ballot != "b1" {
			t.Fatal(err, r.Meaning)
		}
		if c := w.sec.CheckReceipt(t.Context(), b); !c.Held() {
			t.Errorf("%+v", c)
		}
		return
	}
	t.Error("whoever voted has no receipt")
}

// TestVeiled: what the house remembers of an ask, so that it is done once, does not tell what was chosen; a ballot that was changed leaves
// nothing of the one before; and one that is cast while the count is prepared is not left out.
func TestVeiled(t *testing.T) {
	t.Parallel()
	w, ask, noon := ballotWorld(t)
	cast := func(n, option int, token string) cite.Position {
		a, err := ask(noon.Add(time.Minute), conversation.Ask{By: delegation.Participant(n), Assurance: consultation.EmailProven, Token: token, Scope: "u",
			Command: poll.Cast{Poll: "b1", Marks: []poll.Mark{{Option: option, Value: 1}}}})
		if err != nil {
			t.Fatal(err)
		}
		return a.First
	}
	token := func() string { return fmt.Sprintf("%032x", rand.Uint64()) }
	one := token()
	first := cast(1, 1, one)
	if again := cast(1, 1, one); again != first {
		t.Error("pressed twice, it was cast twice")
	}
	if words, err := w.sec.Words(t.Context(), "ferries", []cite.Position{first}); err != nil || words[first]["choice"] != "1:1" {
		t.Fatal("before it is counted it says something:", words, err)
	}
	cast(1, 2, token())
	if words, err := w.sec.Words(t.Context(), "ferries", []cite.Position{first}); err != nil || len(words) > 0 {
		t.Error("what was changed is still there:", words, err)
	}
	stale := w.ballot(t).Last
	cast(2, 3, token())
	_, err := ask(noon.Add(time.Hour), conversation.Ask{System: true, Command: poll.Count{Poll: "b1", Seen: stale, Said: map[cite.Position]string{}}})
	if rs := refusal.Of(err); len(rs) != 1 || rs[0].Key != "poll.changed" {
		t.Error("a ballot was left out:", err)
	}
}
