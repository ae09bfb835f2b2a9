package conversation_test

import (
	"fmt"
	"reflect"
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
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/settings"
)

// rule is a row of a table of rules: what was done before, by whom what is asked, and the facts or the refusal.
type rule struct {
	name   string
	before func(*world)
	ask    conversation.Ask
	facts  []cite.Fact // none: not compared
	no     error
}

func officer(c any) conversation.Ask { return conversation.Ask{By: olga, Command: c} }

func table(t *testing.T, rules []rule) {
	t.Helper()
	for _, c := range rules {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := seated(t)
			if c.before != nil {
				c.before(w)
			}
			facts, err := w.ask(c.ask)
			if !reflect.DeepEqual(err, c.no) {
				t.Fatalf("%v, want %v", err, c.no)
			}
			var got []cite.Fact
			for _, f := range facts {
				got = append(got, f.Body)
			}
			if c.facts != nil && !reflect.DeepEqual(got, c.facts) {
				t.Errorf("the facts are\n%+v, want\n%+v", got, c.facts)
			}
			if w.replayed() != w.st.Digest() {
				t.Error("a replay gives another state")
			}
		})
	}
}

func with[C any](c C, change func(*C)) C { change(&c); return c }

// TestSubmit: for whom one may speak, in which category, and on what.
func TestSubmit(t *testing.T) {
	t.Parallel()
	now := noon.Add(time.Hour)
	sent := func(change func(*consultation.Submit)) conversation.Ask {
		return conversation.Ask{By: ann, For: ownOfAnn, Assurance: consultation.Anonymous, Received: now, Command: with(send("k1", "p1.e1.x3"), change)}
	}
	forFenland := func(by delegation.Participant, party delegation.Party) conversation.Ask {
		return conversation.Ask{By: by, For: party, Assurance: consultation.Anonymous, Received: now, Command: with(send("k1", "p1.e1.x3"), func(c *consultation.Submit) { c.Known, c.Body = true, "Not Fenland" })}
	}
	fact := func(change func(*consultation.Received)) []cite.Fact {
		return []cite.Fact{with(consultation.Received{Ref: "c1", Call: "k1", By: string(ann.Ref()), For: string(ownOfAnn.Ref()), Category: "ngo", Assurance: consultation.Anonymous,
			Parts: []consultation.ReceivedPart{{On: "p1.e1.x3", Language: "en", Bytes: 22, Likeness: 100}}, Received: now, Rule: consultation.OnTime, Deadline: noon.Add(10 * time.Hour)}, change)}
	}
	is := func(*consultation.Submit) {}
	second := func(w *world) {
		w.must(olga, publishing("p1", "P/2", append(w.next("p1"), paper.Element{Kind: paper.Question, Number: "(iii)", Text: english("When?"), Stance: true})...))
	}
	on := func(x cite.Ref) conversation.Ask {
		return sent(func(c *consultation.Submit) { c.Parts[0].On = x })
	}
	anchor := refusal.In("on", "contribution.anchor")
	table(t, []rule{
		{"in one's own name", nil, sent(is), fact(func(*consultation.Received) {}), nil},
		{"for a state, by whom it authorised: what is known of it holds, and it is vouched for", nil, forFenland(fen, fenland), fact(func(f *consultation.Received) {
			f.By, f.For, f.Category, f.Country, f.Known, f.Assurance = string(fen.Ref()), string(fenland.Ref()), "state", "XA", true, consultation.Vouched
		}), nil},
		{"by nobody else", nil, forFenland(ann, fenland), nil, refusal.In("for", "party.not_authorised")},
		{"nor for another", nil, forFenland(fen, 21), nil, refusal.In("for", "party.not_authorised")},
		{"nobody speaks for a state on their own word", nil, sent(func(c *consultation.Submit) { c.Category = "state" }), nil, refusal.In("category", "category.state")},
		{"nobody is put in a category that they did not say", nil, sent(func(c *consultation.Submit) { c.Category = "" }), nil, refusal.In("category", "category.missing")},
		{"in a category of the conversation", nil, sent(func(c *consultation.Submit) { c.Category = "king" }), nil, refusal.In("category", "category.unknown")},
		{"for somebody", nil, with(sent(is), func(a *conversation.Ask) { a.For = 0 }), nil, refusal.In("for", "party.unknown")},
		{"from a country of the list", nil, sent(func(c *consultation.Submit) { c.Country = "CH" }), fact(func(f *consultation.Received) { f.Country = "CH" }), nil},
		{"or of the conversation's own", nil, sent(func(c *consultation.Submit) { c.Country = "XA" }), fact(func(f *consultation.Received) { f.Country = "XA" }), nil},
		{"and of no other", nil, sent(func(c *consultation.Submit) { c.Country = "XB" }), nil, refusal.In("country", "country.unknown")},
		{"on the whole edition", nil, on("p1.e1"), nil, nil},
		{"on an edition, not a paper", nil, on("p1"), nil, anchor},
		{"not an element through time", nil, on("p1.x3"), nil, anchor},
		{"on an element that is there", nil, on("p1.e1.x5"), nil, anchor},
		{"on an edition that is there", nil, on("p1.e2.x3"), nil, anchor},
		{"on a paper that is there", nil, on("p2.e1.x3"), nil, anchor},
		{"on an earlier edition, and it says so", second, on("p1.e1.x3"), fact(func(f *consultation.Received) { f.Parts[0].Earlier = true }), nil},
		{"on the newest", second, on("p1.e2.x5"), fact(func(f *consultation.Received) { f.Parts[0].On = "p1.e2.x5" }), nil},
		{"a stance where it is asked", nil, sent(func(c *consultation.Submit) { c.Parts[0].Stance = consultation.Yes }), fact(func(f *consultation.Received) { f.Parts[0].Stance = "yes" }), nil},
		{"and not elsewhere", nil, sent(func(c *consultation.Submit) { c.Parts[0].On, c.Parts[0].Stance = "p1.e1.x4", consultation.Yes }), nil, refusal.In("stance", "contribution.stance")},
	})
}

// TestPublish: a new edition answers every point or lists those that it does not, and names only what is there.
func TestPublish(t *testing.T) {
	t.Parallel()
	edition := func(of cite.Ref, list bool, change func([]paper.Element)) conversation.Ask {
		all := elements()
		for i := range all {
			if of != cite.None {
				all[i].Ref = cite.Element("p1", i+1)
			}
		}
		change(all)
		c := publishing(of, "P/2", all...)
		c.List = list
		return officer(c)
	}
	is := func([]paper.Element) {}
	open := func(w *world) { w.must(ann, send("k2", "p1.e1.x3", "p1.e1.x2")) }
	cites := func(r cite.Ref) conversation.Ask {
		return edition("p1", false, func(all []paper.Element) { all[1].Cites = []cite.Ref{r} })
	}
	table(t, []rule{
		{"where nothing was said", nil, edition("p1", false, is), nil, nil},
		{"not while something waits", func(w *world) { w.must(ann, send("k1", "p1.e1.x3", "p1.e1.x2")) }, edition("p1", true, is), nil, refusal.New(refusal.NotNow, "paper.pending", "n", 2)},
		{"not while something is not answered", open, edition("p1", false, is), nil, refusal.New(refusal.NotNow, "paper.unanswered", "n", 2)},
		{"unless it is listed", open, edition("p1", true, is), nil, nil},
		{"or answered", func(w *world) { open(w); w.must(olga, answering(consultation.Noted, "c1.1", "c1.2")) }, edition("p1", false, is), nil, nil},
		{"or about another paper", open, edition("", false, is), nil, nil},
		{"with subjects of the conversation", nil, edition("p1", false, func(all []paper.Element) { all[1].Subjects = []string{"ships"} }), nil, refusal.Several{refusal.In("elements", "subject.unknown", "element", "1 Machines invent.", "subject", "ships", "n", 2)}},
		{"and its questions", nil, edition("p1", false, func(all []paper.Element) { all[1].Crosscutting = []string{"ships"} }), nil, refusal.Several{refusal.In("elements", "crosscutting.unknown", "element", "1 Machines invent.", "id", "ships", "n", 2)}},
		{"resting on a point", discussed, cites("c1.1"), nil, nil},
		{"on an answer", discussed, cites("d1"), nil, nil},
		{"on an element", nil, cites("p1.e1.x3"), nil, nil},
		{"on nothing that is not there", nil, cites("c1.1"), nil, refusal.In("elements", "paper.cites", "n", 2, "ref", "c1.1")},
		{"on nothing that waits", func(w *world) {
			discussed(w)
			w.must(ann, with(send("k1", "p1.e1.x3"), func(c *consultation.Submit) {}))
		}, cites("c2.1"), nil, refusal.In("elements", "paper.cites", "n", 2, "ref", "c2.1")},
		{"on what was taken back, which was there", statuses[consultation.Withdrawn], cites("c1.1"), nil, nil},
	})
	w := seated(t)
	open(w)
	w.must(olga, answering(consultation.Noted, "c1.2"))
	if _, err := w.ask(edition("p1", true, is)); err != nil {
		t.Fatal(err)
	}
	if e, _ := w.st.Papers.Edition("p1"); !slices.Equal(e.Listed, []cite.Ref{"c1.1"}) {
		t.Errorf("listed are %v", e.Listed)
	}
}

// TestChanges: an answer changes passages that are there, that the next edition may change, or that are reserved.
func TestChanges(t *testing.T) {
	t.Parallel()
	before := func(w *world) {
		w.must(ann, send("k2", "p1.e1.x3"))
		w.must(olga, paper.Reserve{Paper: "p1", Kind: paper.Paragraph, Name: english("Night")})
	}
	answered := func(w *world) { before(w); w.must(olga, answering(consultation.Noted, "c1.1")) }
	changing := func(xs ...cite.Ref) conversation.Ask {
		return officer(with(answering(consultation.Accepted, "c1.1"), func(c *consultation.Answer) { c.Changes = xs }))
	}
	no := func(r cite.Ref) error { return refusal.In("changes", "answer.passage", "ref", string(r)) }
	var rules []rule
	for _, r := range []cite.Ref{"p1.x3", "p1.x5", "p1.e1.x3"} {
		rules = append(rules, rule{"an answer changes " + string(r), before, changing("p1.x1", r), nil, nil},
			rule{"and is linked to " + string(r), answered, officer(consultation.LinkPassage{Disposition: "d1", Changes: []cite.Ref{r}}), nil, nil})
	}
	for _, r := range []cite.Ref{"p1", "p1.x6", "p1.e1", "p1.e1.x5", "p1.e2.x3", "p2.x1", "p1.e1.x3.en", "p1.e1.x3.en[0:1]", "c1.1", "k1", ""} {
		rules = append(rules, rule{"an answer changes no " + string(r), before, changing("p1.x1", r), nil, no(r)},
			rule{"and is not linked to " + string(r), answered, officer(consultation.LinkPassage{Disposition: "d1", Changes: []cite.Ref{r}}), nil, no(r)})
	}
	newIn := func(p cite.Ref, name string) conversation.Ask {
		return officer(with(answering(consultation.Accepted, "c1.1"), func(c *consultation.Answer) {
			c.New = consultation.NewPassage{Paper: p, Name: english(name)}
		}))
	}
	now := noon.Add(time.Hour)
	by := string(olga.Ref())
	table(t, append(rules,
		rule{"an answer reserves its passage", before, newIn("p1", "Day"), []cite.Fact{
			paper.Reserved{Ref: "p1.x6", ElementKind: paper.Paragraph, Name: english("Day"), By: by, At: now},
			consultation.Answered{Ref: "d1", Parts: []cite.Ref{"c1.1"}, Outcome: "accepted", Changes: []cite.Ref{"p1.x6"}, Original: "en", Languages: []locale.Lang{"en"}, By: by, At: now}}, nil},
		rule{"in a paper that is there", before, newIn("p2", "Day"), nil, refusal.New(refusal.Hidden, "paper.unknown")},
		rule{"under a name", before, newIn("p1", " "), nil, refusal.In("name", "paper.reserve_name")},
		rule{"a place is reserved", nil, officer(paper.Reserve{Paper: "p1", Kind: paper.Question, Name: english("Night")}), []cite.Fact{
			paper.Reserved{Ref: "p1.x5", ElementKind: paper.Question, Name: english("Night"), By: by, At: now}}, nil},
		rule{"a call is on the edition that is current", func(w *world) { w.must(olga, publishing("p1", "P/2", w.next("p1")...)) },
			conversation.Ask{By: olga, Command: announcing(consultation.LateKept, consultation.ModerateBefore)}, []cite.Fact{
				consultation.CallAnnounced{Ref: "k3", Title: english("Call"), Paper: "p1", Edition: "p1.e2", Opens: noon, Closes: noon.Add(10 * time.Hour), Zone: "UTC", Late: consultation.LateKept, Moderation: consultation.ModerateBefore, By: by, At: now}}, nil},
		rule{"a party is of a category", nil, officer(delegation.EnterParty{Party: 7, Category: "king", Name: "N"}), nil, refusal.In("category", "category.unknown")},
		rule{"and of a country", nil, officer(delegation.EnterParty{Party: 7, Category: "ngo", Country: "XB", Name: "N"}), nil, refusal.In("country", "country.unknown")},
		rule{"or of none", nil, officer(delegation.EnterParty{Party: 7, Category: "ngo", Name: "N"}), []cite.Fact{delegation.Entered{Party: 7, Category: "ngo", By: olga}}, nil},
	))
}

// TestErase: with a contribution go its words, the reasons for withholding it, and what its author said of the
// answers; nothing else goes.
func TestErase(t *testing.T) {
	t.Parallel()
	erase := officer(conversation.Erase{Contribution: "c1", Ground: "abuse"})
	now := noon.Add(time.Hour)
	gone := func(at ...cite.Position) (out []cite.Fact) {
		for _, p := range at {
			out = append(out, conversation.Erased{Position: p, Contribution: "c1", Ground: "abuse", By: string(olga.Ref()), At: now})
		}
		return out
	}
	// The conversation is entries 1 to 10; discussed is 11 to 15: sent, redacted, answered, reacted, answered.
	unknown := refusal.New(refusal.Hidden, "contribution.unknown")
	table(t, []rule{
		{"what waits", statuses[consultation.Pending], erase, gone(11), nil},
		{"what was discussed", discussed, erase, gone(11, 14), nil},
		{"what was withheld", statuses[consultation.Withheld], erase, gone(11, 16, 14), nil},
		{"a reaction without words stays", func(w *world) {
			discussed(w)
			w.must(ann, reaction.React{Part: "c1.1", Verdict: consultation.Satisfied, Language: "en"})
		}, erase, gone(11, 14), nil},
		{"once", statuses[consultation.Erased], erase, nil, refusal.New(refusal.Conflict, "contribution.decided", "status", "erased")},
		{"what is there", nil, erase, nil, unknown},
		{"a whole contribution", discussed, officer(conversation.Erase{Contribution: "c1.1", Ground: "abuse"}), nil, unknown},
		{"on a ground", discussed, officer(conversation.Erase{Contribution: "c1", Ground: "ugly"}), nil, refusal.In("ground", "ground.missing")},
	})
	w := seated(t)
	statuses[consultation.Withheld](w)
	if _, err := w.ask(erase); err != nil {
		t.Fatal(err)
	}
	for p, by := range map[cite.Position]cite.Position{11: 17, 16: 18, 14: 19, 13: 0} {
		if at, ok := w.st.Erased(p); at != by || ok != (by > 0) {
			t.Errorf("the words of %d were erased at %d", p, at)
		}
		if _, there := w.words[p]; there == (by > 0) {
			t.Errorf("the words of %d are there: %v", p, there)
		}
	}
}

// unsaid makes some categories those of whoever says none.
func unsaid(ids ...string) func(*conversation.Convene) {
	return func(c *conversation.Convene) {
		c.Categories = named("state", "ngo", "person", "both")
		c.Categories[0].Body, c.Categories[0].State, c.Categories[1].Body, c.Categories[3].Body, c.Categories[3].Both = true, true, true, true, true
		for i := range c.Categories {
			c.Categories[i].Unsaid = slices.Contains(ids, c.Categories[i].ID)
		}
	}
}

// TestConvene: what a conversation must have, and may not have more of.
// TestConvene: what a conversation must have, and may not have more of.
func TestConvene(t *testing.T) {
	t.Parallel()
	change := func(f func(*conversation.Convene)) conversation.Convene { return with(convening(), f) }
	labels := func(n int) (out []settings.Label) {
		for i := range n {
			out = append(out, named(fmt.Sprint("l", i))...)
		}
		return out
	}
	stages := func(n int) (out []settings.Stage) {
		for range n {
			out = append(out, stage(0))
		}
		return out
	}
	for _, c := range []struct {
		name string
		c    conversation.Convene
		no   error
	}{
		{"as it should be", convening(), nil},
		{"an address of 40 characters", change(func(c *conversation.Convene) { c.Slug = strings.Repeat("a", 40) }), nil},
		{"and not one more", change(func(c *conversation.Convene) { c.Slug = strings.Repeat("a", 41) }), refusal.In("slug", "conversation.slug")},
		{"some address", change(func(c *conversation.Convene) { c.Slug = "" }), refusal.In("slug", "conversation.slug")},
		{"of small letters", change(func(c *conversation.Convene) { c.Slug = "Ferries" }), refusal.In("slug", "conversation.slug")},
		{"not one of the house", change(func(c *conversation.Convene) { c.Slug = "sign-in" }), refusal.In("slug", "conversation.slug_taken")},
		{"languages", change(func(c *conversation.Convene) { c.Languages = nil }), refusal.In("languages", "conversation.languages")},
		{"of the six", change(func(c *conversation.Convene) { c.Languages = []locale.Lang{"en", "de"} }), refusal.In("languages", "conversation.languages")},
		{"a title", change(func(c *conversation.Convene) {
			c.Title = locale.Text{Original: "fr", In: map[locale.Lang]string{"en": "x"}}
		}), refusal.In("title", "conversation.title")},
		{"an officer", change(func(c *conversation.Convene) { c.Officer = 0 }), refusal.In("officer", "conversation.officer")},
		{"a category", change(func(c *conversation.Convene) { c.Categories = nil }), refusal.In("categories", "conversation.categories")},
		{"one category of whoever says none", change(unsaid("person")), nil},
		{"of persons, or of persons too", change(unsaid("both")), nil},
		{"and never of bodies", change(unsaid("ngo")), refusal.In("categories", "category.unsaid", "category", "ngo")},
		{"nor of states", change(unsaid("state")), refusal.In("categories", "category.unsaid", "category", "state")},
		{"and not two", change(unsaid("person", "both")), refusal.In("categories", "category.unsaid_twice")},
		{"a zone of the world", change(func(c *conversation.Convene) { c.Zone = "Nowhere" }), refusal.In("zone", "zone.unknown")},
		{"300 labels", change(func(c *conversation.Convene) { c.Countries = labels(300) }), nil},
		{"and not one more", change(func(c *conversation.Convene) { c.Countries = labels(301) }), refusal.In("countries", "conversation.labels", "id", "…")},
		{"labels with an id", change(func(c *conversation.Convene) { c.Groups = named("a", " ") }), refusal.In("groups", "conversation.labels", "id", "")},
		{"of 40 bytes", change(func(c *conversation.Convene) { c.Groups = named(strings.Repeat("é", 20)) }), nil},
		{"and not one more", change(func(c *conversation.Convene) { c.Groups = named(strings.Repeat("é", 20) + "a") }), refusal.In("groups", "conversation.labels", "id", strings.Repeat("é", 20)+"a")},
		{"each once", change(func(c *conversation.Convene) { c.Subjects = named("a", "b", "a") }), refusal.In("subjects", "conversation.labels", "id", "a")},
		{"with a name", change(func(c *conversation.Convene) { c.Crosscutting = []settings.Label{{ID: "a"}} }), refusal.In("crosscutting", "conversation.labels", "id", "a")},
		{"60 stages", change(func(c *conversation.Convene) { c.Stages = stages(60) }), nil},
		{"and not one more", change(func(c *conversation.Convene) { c.Stages = stages(61) }), refusal.In("stages", "stage.number")},
		{"stages as they should be", change(func(c *conversation.Convene) { c.Stages = []settings.Stage{{}} }), refusal.Several{refusal.In("kind", "desk.stage_kind"), refusal.In("title", "stage.incomplete"), refusal.In("state", "stage.incomplete")}},
	} {
		got, err := conversation.NewState().Decide(conversation.Ask{Received: noon, Command: c.c})
		if !reflect.DeepEqual(err, c.no) {
			t.Errorf("%s: %v, want %v", c.name, err, c.no)
		}
		if c.no == nil && len(got) != 1+len(c.c.Stages) {
			t.Errorf("%s: %d facts", c.name, len(got))
		}
	}
	w := newWorld(t)
	if roles := w.st.Roll.Roles(olga); !roles.Has(delegation.Officer) || !roles.Has(delegation.Moderator) || roles.Has(delegation.Chair) {
		t.Errorf("the first officer holds %b", roles)
	}
	w = &world{t: t, st: conversation.NewState(), now: noon, words: map[cite.Position]cite.Words{}}
	w.must(nobody, change(func(c *conversation.Convene) { c.Stages = stages(2) }))
	if len(w.st.Stages) != 2 || w.st.Stages[1].Number != 2 {
		t.Errorf("the calendar is %+v", w.st.Stages)
	}
}

// TestCalendar: stages, documents and maps.
func TestCalendar(t *testing.T) {
	t.Parallel()
	plan := func(n int, change func(*settings.Stage)) conversation.Ask {
		return officer(settings.PlanStage{Stage: with(stage(n), change)})
	}
	is := func(*settings.Stage) {}
	now, by := noon.Add(time.Hour), string(olga.Ref())
	two := func(w *world) {
		w.must(olga, settings.PlanStage{Stage: stage(0)}, settings.PlanStage{Stage: stage(0)})
	}
	full := func(w *world) {
		for range 60 {
			w.must(olga, settings.PlanStage{Stage: stage(0)})
		}
	}
	at := func(n int) []cite.Fact { return []cite.Fact{settings.Staged{Stage: stage(n), By: by, At: now}} }
	number, date := refusal.In("number", "stage.number"), refusal.In("from", "stage.date")
	dates := func(from, to string) conversation.Ask {
		return plan(0, func(st *settings.Stage) { st.From, st.To = from, to })
	}
	document := settings.Document{Symbol: "D/1", Title: english("D"), Date: "2020", Source: "https://example.org/"}
	cited := func(change func(*settings.Document)) conversation.Ask {
		return officer(settings.CiteDocument{Document: with(document, change)})
	}
	incomplete := refusal.In("title", "document.incomplete")
	sentence := settings.SetMap{Disclaimer: english("No border is recognised.")}
	table(t, []rule{
		{"a stage is added", two, plan(0, is), at(3), nil},
		{"or by its number", two, plan(3, is), at(3), nil},
		{"a stage is changed", two, plan(1, is), at(1), nil},
		{"none is left out", two, plan(4, is), nil, number},
		{"nor before the first", two, plan(-1, is), nil, number},
		{"there are at most 60", full, plan(0, is), nil, number},
		{"the last may be changed", full, plan(60, is), at(60), nil},
		{"about a paper", nil, plan(0, func(st *settings.Stage) { st.Target = "p1.e1" }), nil, nil},
		{"about a call", nil, plan(0, func(st *settings.Stage) { st.Target = "k2" }), nil, nil},
		{"about what is there", nil, plan(0, func(st *settings.Stage) { st.Target = "k3" }), nil, refusal.In("target", "desk.target")},
		{"about nothing else", discussed, plan(0, func(st *settings.Stage) { st.Target = "c1" }), nil, refusal.In("target", "desk.target")},
		{"on one day", nil, dates("2020-01-10", "2020-01-10"), nil, nil},
		{"on days in their order", nil, dates("2020-01-11", "2020-01-10"), nil, date},
		{"from a day", nil, dates("soon", ""), nil, date},
		{"to a day", nil, dates("", "2020-02-30"), nil, date},
		{"with an open end", nil, dates("2020-01-11", ""), nil, nil},
		{"of a kind", nil, plan(0, func(st *settings.Stage) { st.Kind = "party" }), nil, refusal.In("kind", "desk.stage_kind")},
		{"in a state", nil, plan(0, func(st *settings.Stage) { st.State = "sleeping" }), nil, refusal.In("state", "stage.incomplete")},
		{"with a title", nil, plan(0, func(st *settings.Stage) { st.Title = english(" ") }), nil, refusal.In("title", "stage.incomplete")},
		{"an outcome of 2,000 characters", nil, plan(0, func(st *settings.Stage) { st.Outcome = english(strings.Repeat("é", 2001)) }), nil, refusal.In("outcome", "line.long", "max", 2000)},
		{"a promise of 2,000 characters", nil, plan(0, func(st *settings.Stage) { st.Promised = english(strings.Repeat("é", 2001)) }), nil, refusal.In("promised", "line.long", "max", 2000)},
		{"with a source on the web", nil, plan(0, func(st *settings.Stage) { st.Source = "javascript:x" }), nil, refusal.In("source", "desk.address")},

		{"a document is cited", nil, cited(func(*settings.Document) {}), []cite.Fact{settings.Documented{Document: document, By: by, At: now}}, nil},
		{"with a title", nil, cited(func(d *settings.Document) { d.Title = locale.Text{} }), nil, incomplete},
		{"and a source", nil, cited(func(d *settings.Document) { d.Source = " " }), nil, incomplete},
		{"on the web", nil, cited(func(d *settings.Document) { d.Source = "ftp://example.org" }), nil, refusal.In("source", "desk.address")},

		{"maps are turned off", nil, officer(settings.SetMap{Off: true}), []cite.Fact{settings.MapSet{Off: true, By: by, At: now}}, nil},
		{"which they are not already", nil, officer(settings.SetMap{}), nil, refusal.New(refusal.Conflict, "map.unchanged")},
		{"however nothing is spelled", nil, officer(settings.SetMap{Disclaimer: english(" ")}), nil, refusal.New(refusal.Conflict, "map.unchanged")},
		{"a sentence stands under them", nil, officer(sentence), []cite.Fact{settings.MapSet{Disclaimer: sentence.Disclaimer, By: by, At: now}}, nil},
		{"which does not already", func(w *world) { w.must(olga, sentence) }, officer(sentence), nil, refusal.New(refusal.Conflict, "map.unchanged")},
		{"or goes again", func(w *world) { w.must(olga, sentence) }, officer(settings.SetMap{}), []cite.Fact{settings.MapSet{By: by, At: now}}, nil},
		{"of 1,000 characters", nil, officer(settings.SetMap{Disclaimer: english(strings.Repeat("é", 1001))}), nil, refusal.In("disclaimer", "line.long", "max", 1000)},
		{"in its original", nil, officer(settings.SetMap{Disclaimer: locale.Text{Original: "fr", In: map[locale.Lang]string{"en": "x"}}}), nil, refusal.In("disclaimer", "map.disclaimer")},
	})
}
