package home_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/life"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/consult"
	"github.com/openplenary/plenary/page/home"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/settings"
)

// TestCalendarTellsTheFacts: what the record holds stands in the calendar, whatever was planned; every open call is on
// the first page; what changed leads to the edition that changed something; a later deadline shows its reason and the
// deadline before.
func TestCalendarTellsTheFacts(t *testing.T) {
	t.Parallel()
	st := conversation.NewState()
	at := time.Date(2026, 1, 1, 9, 0, 0, 0, time.UTC)
	say := func(fact cite.Fact) {
		t.Helper()
		if err := st.Apply(cite.Entry{Position: st.Head + 1, Time: at}, fact); err != nil {
			t.Fatal(err)
		}
	}
	publish := func(of cite.Ref, symbol, date string, texts ...string) {
		t.Helper()
		c := paper.Publish{Paper: of, Kind: paper.IssuesPaper, Symbol: symbol, Title: locale.Plain("en", "Paper"), Date: date}
		for i, s := range texts {
			el := paper.Element{Kind: paper.Paragraph, Number: fmt.Sprint(i + 1), Text: locale.Plain("en", s)}
			if of != cite.None && i == 0 {
				el.Ref = "p1.x1"
			}
			c.Elements = append(c.Elements, el)
		}
		f, err := st.Papers.Publish(cite.Act{At: at}, c)
		if err != nil {
			t.Fatal(err)
		}
		say(&f)
	}
	say(&conversation.Convened{Slug: "ferries", Title: locale.Plain("en", "Ferries"), Languages: []locale.Lang{"en"}, Zone: "Europe/Paris", At: at})
	for i, s := range []settings.Stage{{Kind: "session", State: "held", From: "2025-12-01"}, {Kind: "paper", State: "planned"}, {Kind: "call", State: "planned", From: "2026-01-28", To: "2026-02-20"},
		{Kind: "paper", State: "planned"}, {Kind: "call", State: "superseded"}, {Kind: "considerations", State: "planned"}} {
		s.Number, s.Title = i+1, locale.Plain("en", s.Kind)
		say(&settings.Staged{Stage: s, At: at})
	}
	call := func(ref cite.Ref, closes time.Time) {
		say(&consultation.CallAnnounced{Ref: ref, Title: locale.Plain("en", "Call "+string(ref)), Paper: "p1", Edition: "p1.e1", Opens: at, Closes: closes, Zone: "Europe/Paris", Late: consultation.LateRefused, At: at})
	}
	look := func(now time.Time) *conversation.Reading {
		return conversation.NewReading(st, conversation.Public, now)
	}
	stages := func(now time.Time) (out []string) {
		for _, s := range home.New(look(now), "en", home.Demonstration{}).Stages {
			out = append(out, fmt.Sprintf("%s %s %s..%s %s", s.Kind, s.State, s.From, s.To, s.Target))
		}
		return out
	}
	want := func(what string, now time.Time, lines ...string) {
		t.Helper()
		if got := stages(now); fmt.Sprintf("%q", got) != fmt.Sprintf("%q", lines) {
			t.Errorf("%s:\n%q, want\n%q", what, got, lines)
		}
	}
	want("nothing has come", at, "session held 2025-12-01.. ", "paper planned .. ", "call planned 2026-01-28..2026-02-20 ", "paper planned .. ", "call superseded .. ", "considerations planned .. ")
	publish(cite.None, "F/1", "2026-01-02", "A ferry crosses.")
	midnight := time.Date(2026, 1, 31, 23, 0, 0, 0, time.UTC) // the last instant of January in Paris
	call("k1", midnight)
	call("k2", midnight.AddDate(0, 1, 0))
	facts := []string{"session held 2025-12-01.. ", "paper published 2026-01-02.. p1.e1", "call open 2026-01-01..2026-01-31 k1", "paper planned .. ", "call superseded .. ", "considerations planned .. "}
	want("a paper and two calls", at.AddDate(0, 0, 1), facts...)
	publish("p1", "F/1/CORR", "2026-01-03", "A ferry crosses.") // nothing was changed
	want("a corrigendum", at.AddDate(0, 0, 2), facts...)
	v := home.New(look(at.AddDate(0, 0, 2)), "en", home.Demonstration{})
	if len(v.Open) != 2 || len(v.Revised) != 0 {
		t.Errorf("%d open calls, revised: %+v", len(v.Open), v.Revised)
	}
	publish("p1", "F/1/REV.1", "2026-02-01", "A ferry crosses at night.")
	publish("p1", "F/1/REV.1/CORR", "2026-02-02", "A ferry crosses at night.")
	facts[2], facts[3] = "call closed 2026-01-01..2026-01-31 k1", "paper published 2026-02-01.. p1.e3"
	want("a revision", midnight, facts...)
	if v := home.New(look(midnight), "en", home.Demonstration{}); len(v.Revised) != 1 || v.Revised[0].Ref != "p1.e3" || len(v.Open) != 1 {
		t.Errorf("what changed leads to %+v; %d calls are open", v.Revised, len(v.Open))
	} else if v.Ask == nil || v.Ask.Ref != "p1.e4.x1" || v.AskOf != "F/1/REV.1/CORR" || v.Open[0].Symbol != "F/1" {
		t.Errorf("the page asks about %+v of %q", v.Ask, v.AskOf)
	}
	// The deadline is moved.
	say(&life.Extended{Call: "k1", Closes: midnight.AddDate(0, 0, 7), At: at})
	facts[2] = "call open 2026-01-01..2026-02-07 k1"
	want("an extension", midnight, facts...)
	r := look(midnight)
	k, _ := consult.NewCallPage(r, "k1", "en")
	extended := st.Head
	words := r.Show(map[cite.Position]cite.Words{extended: {"reason": "Asked for\n\nby many."}})
	k.Fill(words)
	if len(k.Turns) != 1 || !k.Turns[0].Was.Equal(midnight) || k.Turns[0].Reason != "Asked for\n\nby many." || len(k.Need()) != 1 || k.Need()[0] != extended {
		t.Errorf("%+v", k.Turns)
	}
}
