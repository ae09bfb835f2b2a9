package papers_test

import (
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/desk"
	"github.com/openplenary/plenary/page/papers"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/paper/editor"
)

// cameras is a conversation whose paper was revised: the French of paragraph 1 did not follow, paragraph 2 has none, and
// a theme was added whose paragraph somebody asked for.
func cameras(t *testing.T) *conversation.Reading {
	t.Helper()
	st := conversation.NewState()
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	say := func(fact cite.Fact) {
		t.Helper()
		if err := st.Apply(cite.Entry{Position: st.Head + 1, Time: at}, fact); err != nil {
			t.Fatal(err)
		}
	}
	both := func(en, fr string) locale.Text {
		return locale.Text{Original: "en", In: map[locale.Lang]string{"en": en, "fr": fr}}
	}
	publish := func(c paper.Publish) {
		t.Helper()
		c.Kind, c.Date, c.Title, c.Status = paper.IssuesPaper, "2026-01-01", both("Cameras", "Caméras"), map[locale.Lang]string{"fr": "official"}
		f, err := st.Papers.Publish(cite.Act{At: at}, c)
		if err != nil {
			t.Fatal(err)
		}
		say(&f)
	}
	say(&conversation.Convened{Slug: "cameras", Title: locale.Plain("en", "Cameras"), Languages: []locale.Lang{"en", "fr"}, Zone: "UTC", At: at})
	publish(paper.Publish{Symbol: "V/1", Elements: []paper.Element{{Kind: paper.Paragraph, Number: "1", Text: both("Three metres.", "Trois mètres.")}, {Kind: paper.Paragraph, Number: "2", Text: both("Day.", "Jour.")}}})
	say(&consultation.CallAnnounced{Ref: "k1", Title: locale.Plain("en", "Call"), Paper: "p1", Edition: "p1.e1", Opens: at, Closes: at.AddDate(1, 0, 0), Zone: "UTC"})
	say(&consultation.Received{Ref: "c1", Call: "k1", By: "u1", For: "y1", Category: "ngo", Received: at, Published: true, Parts: []consultation.ReceivedPart{{On: "p1.e1.x1", Language: "en", Bytes: 5, Likeness: 1}}})
	say(&consultation.Answered{Ref: "d1", Parts: []cite.Ref{"c1.1"}, Outcome: "accepted", Changes: []cite.Ref{"p1.x4"}, Original: "en", Languages: []locale.Lang{"en"}, At: at})
	publish(paper.Publish{Paper: "p1", Symbol: "V/2", Elements: []paper.Element{{Ref: "p1.x1", Kind: paper.Paragraph, Number: "1", Text: both("One metre.", "Trois mètres.")},
		{Ref: "p1.x2", Kind: paper.Paragraph, Number: "2", Text: locale.Plain("en", "Day.")}, {Kind: paper.Theme, Text: both("Microphones", "Micros")},
		{Kind: paper.Paragraph, Number: "3", Text: both("None.", "Aucun.")}, {Kind: paper.Theme, Text: both("Lamps", "Lampes")}, {Kind: paper.Paragraph, Number: "4", Text: both("Few.", "Peu.")}}})
	return conversation.NewReading(st, conversation.Public, at.AddDate(0, 1, 0))
}

// TestTranslationStatus: a translation is called official only while no passage is missing or older than its original,
// and each passage that is tells so.
func TestTranslationStatus(t *testing.T) {
	t.Parallel()
	st := cameras(t)
	for ref, want := range map[cite.Ref]struct {
		status         string
		missing, older int
		passages       [2]string
	}{"p1.e1": {"official", 0, 0, [2]string{"official", "official"}}, "p1.e2": {"incomplete", 1, 1, [2]string{"older", "missing"}}} {
		v, ok := papers.NewPaper(st, ref, "en", "fr", "")
		if !ok || v.Status != want.status || v.Missing != want.missing || v.Older != want.older {
			t.Errorf("%s: %q, %d missing, %d older", ref, v.Status, v.Missing, v.Older)
		}
		if got := [2]string{v.Elements[0].Text.Is, v.Elements[1].Text.Is}; got != want.passages {
			t.Errorf("%s: %q, want %q", ref, got, want.passages)
		}
		if told := v.Elements[0].Text.Told(); told != (want.status == "incomplete") {
			t.Errorf("%s says of each passage what it says of all: %v", ref, told)
		}
	}
	if v, _ := papers.NewPaper(st, "p1.e2", "fr", "en", ""); v.Status != "" || v.Missing+v.Older != 0 {
		t.Errorf("the original is %q", v.Status)
	}
	// Whoever drafts the next edition is told before it is published.
	p, _ := st.Papers.Paper("p1")
	v := desk.NewPaperDraft(st, editor.New(p.Latest().Draft()), desk.DraftQuery{Text: "fr"}, "en")
	if want := (desk.DraftTranslation{Lang: "fr", Missing: 1, Older: 1, Official: true}); len(v.Translations) != 1 || v.Translations[0] != want {
		t.Errorf("the draft: %+v, want %+v", v.Translations, want)
	}
}

// TestRedlineShowsADifference: what is called changed shows what changed, in every language; and what a heading holds
// is the reason of the heading.
func TestRedlineShowsADifference(t *testing.T) {
	t.Parallel()
	st := cameras(t)
	for _, l := range []locale.Lang{"en", "fr", "ar"} {
		v, ok := papers.NewRedline(st, "p1.e2", papers.RedlineQuery{Text: l}, "en")
		if !ok || len(v.Passages) != 5 {
			t.Fatalf("%s: %+v", l, v)
		}
		for _, r := range v.Passages {
			different := false
			for _, o := range r.Ops {
				different = different || o.Do != paper.Keep
			}
			if !different {
				t.Errorf("%s: %s is called %q and shows no difference", l, r.Ref, r.Fate)
			}
		}
		if r := v.Passages[0]; r.Instead != (l != "en") || r.Lang != "en" {
			t.Errorf("%s: paragraph 1 is compared in %s, instead: %v", l, r.Lang, r.Instead)
		}
		for i, want := range map[int]int{1: 1, 2: 1} { // the theme, and the paragraph that it holds
			if why := v.Passages[i].Why; why == nil || why.Points != want || why.Own || why.Held != (i == 1) {
				t.Errorf("%s: why of %s: %+v", l, v.Passages[i].Ref, why)
			}
		}
		if why := v.Passages[3].Why; why != nil { // a theme that nobody asked for says nothing, its paragraph does
			t.Errorf("%s: %+v", l, why)
		}
		if why := v.Passages[4].Why; why == nil || !why.Own {
			t.Errorf("%s: %+v", l, why)
		}
	}
	v, _ := papers.NewPaper(st, "p1.e2", "en", "en", "")
	for i, e := range v.Elements {
		if c := e.Change; c != nil && c.Points+c.Gone == 0 && !c.Own && !c.Held {
			t.Errorf("element %d changed because of nothing: %+v", i, c)
		}
	}
}
