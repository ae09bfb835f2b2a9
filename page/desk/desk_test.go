package desk

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/answering"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/paper/editor"
	"github.com/openplenary/plenary/settings"
)

// TestLanguagesOf: a draft can stand beside the languages of the conversation and those in which something is written.
func TestLanguagesOf(t *testing.T) {
	t.Parallel()
	d := paper.Draft{Original: locale.English, Title: map[locale.Lang]string{locale.English: "x", locale.Spanish: "x"},
		Elements: []paper.DraftElement{{Text: map[locale.Lang]string{locale.English: "x", locale.French: "x"}}}}
	got := languagesOf(editor.New(d), []locale.Lang{locale.English, locale.Arabic})
	if slices.Sort(got); !slices.Equal(got, []locale.Lang{locale.Arabic, locale.Spanish, locale.French}) {
		t.Error(got)
	}
}

// TestHasCrosscutting: the cross-cutting questions are asked of issues where the conversation has some, and of whatever has
// some already.
func TestHasCrosscutting(t *testing.T) {
	t.Parallel()
	some := []frame.Choice{{ID: "rights"}}
	for _, c := range []struct {
		of   []frame.Choice
		e    paper.DraftElement
		want bool
	}{
		{nil, paper.DraftElement{Kind: paper.Issue}, false}, {some, paper.DraftElement{Kind: paper.Issue}, true}, {some, paper.DraftElement{Kind: paper.Paragraph}, false},
		{nil, paper.DraftElement{Kind: paper.Paragraph, Crosscutting: []string{"rights"}}, true},
	} {
		if got := (&PaperDraft{Crosscutting: c.of}).HasCrosscutting(c.e); got != c.want {
			t.Errorf("%v of %+v", got, c)
		}
	}
}

// TestZoneChoices: a zone that is in use is offered though it is not in the list, once; one that there is not is not.
func TestZoneChoices(t *testing.T) {
	t.Parallel()
	const own = "Antarctica/Troll"
	all := locale.Zones()
	if slices.Contains(all, own) {
		t.Fatal("it is in the list")
	}
	got := map[string]int{}
	for _, c := range zoneChoices(locale.English, all[0], "", own, own, "Mars/Base") {
		got[c.ID]++
	}
	if got[all[0]] != 1 || got[own] != 1 || len(got) != len(all)+1 {
		t.Errorf("%d of %d: %v", len(got), len(all), got)
	}
}

// TestTranslationPages: every text of a pile is on one page of it, and who asks for a page that there is not gets the first.
func TestTranslationPages(t *testing.T) {
	t.Parallel()
	st, at := conversation.NewState(), time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	say := func(fact cite.Fact) {
		if err := st.Apply(cite.Entry{Position: st.Head + 1, Time: at}, fact); err != nil {
			t.Fatal(err)
		}
	}
	say(&conversation.Convened{Slug: "ferries", Title: locale.Plain("en", "Ferries"), Languages: []locale.Lang{"en", "fr"}, Zone: "UTC", At: at})
	c := paper.Publish{Kind: paper.IssuesPaper, Symbol: "F/1", Date: "2026-01-01", Title: locale.Plain("en", "Ferries")}
	for range 2*part.UnitsSize - 2 { // and two titles, of the paper and of the conversation
		c.Elements = append(c.Elements, paper.Element{Kind: paper.Paragraph, Text: locale.Plain("en", "Boats.")})
	}
	f, err := st.Papers.Publish(cite.Act{At: at}, c)
	if err != nil {
		t.Fatal(err)
	}
	say(&f)
	const size = part.UnitsSize
	for _, c := range []struct {
		pile              string
		from              int
		starts, n, beyond int
	}{{"", 0, 0, size, size}, {"", -1, 0, size, size}, {"", size, size, size, 0}, {"", size - 1, size - 1, size, 2*size - 1}, {"", 2*size - 1, 2*size - 1, 1, 0}, {"", 2 * size, 0, size, size},
		{"", 2*size + 1, 0, size, size}, {part.PileOlder, 0, 0, 0, 0}, {part.PileOlder, 1, 0, 0, 0}} {
		v := NewTranslations(conversation.NewReading(st, conversation.Public, at), TranslationsView{To: "fr", Pile: c.pile, From: c.from})
		if v.From != c.starts || len(v.Shown) != c.n || v.Next != c.beyond || v.Counts[part.PileMissing].N != 2*size {
			t.Errorf("%+v: %d texts from %d, the next page at %d", c, len(v.Shown), v.From, v.Next)
		}
	}
}

// TestDeletedUnder: whoever deletes a paragraph is told which questions went with it.
func TestDeletedUnder(t *testing.T) {
	t.Parallel()
	w := editor.New(paper.Draft{Original: locale.English, Elements: []paper.DraftElement{
		{Kind: paper.Paragraph, Number: "3", Text: map[locale.Lang]string{locale.English: "x"}},
		{Kind: paper.Question, Number: "1", Text: map[locale.Lang]string{locale.English: "y"}},
		{Kind: paper.Question, Number: "2", Text: map[locale.Lang]string{locale.English: "z"}}}})
	if err := w.Delete(w.Elements[0].ID, editor.Hand{}); err != nil {
		t.Fatal(err)
	}
	f := &frame.Frame{Lang: locale.English}
	var b strings.Builder
	v := &PaperDraft{Draft: w, gone: w.Deletions()}
	if err := draftGone(f, v, 0).Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{"Paragraph 3 was deleted.", "Deleted with it: Question 1, Question 2."} {
		if !strings.Contains(b.String(), s) {
			t.Errorf("does not say %q: %s", s, b.String())
		}
	}
	if strings.Contains(b.String(), "another officer") {
		t.Error("it names somebody whom nobody knows")
	}
}

// TestDropped: before publishing, what is left out of the edition before is named, first what contributions are on.
func TestDropped(t *testing.T) {
	t.Parallel()
	v := &PaperDraft{Left: []LeftOut{{Kind: paper.Paragraph, Label: "2"}, {Kind: paper.Paragraph, Reserved: true}, {Kind: paper.Question, Label: "1", Contributions: 3}}}
	f := &frame.Frame{Lang: locale.English}
	var b strings.Builder
	if err := draftDropped(f, v.dropped()).Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	first, second := strings.Index(b.String(), "Question "), strings.Index(b.String(), "Paragraph ")
	if first < 0 || second < first || strings.Count(b.String(), "<li>") != 2 || !strings.Contains(b.String(), f.T("margin.contributions", "n", 3)) {
		t.Error(b.String())
	}
}

// TestImportOriginal: the language that a conversation was convened in is chosen for a paper that names none.
func TestImportOriginal(t *testing.T) {
	t.Parallel()
	st := &conversation.Reading{Settings: &settings.Settings{}}
	st.Languages, st.Title = []locale.Lang{locale.Arabic, locale.French}, locale.Plain(locale.French, "Bacs")
	if v := NewPaperImport(st); v.Original != locale.French || v.Languages[0].ID != "ar" {
		t.Error(v.Original, v.Languages)
	}
}

// TestAnnouncedEnd: a call that was closed before its time is extended from the end that was announced.
func TestAnnouncedEnd(t *testing.T) {
	t.Parallel()
	end := time.Date(2020, 3, 1, 12, 0, 0, 0, time.UTC)
	early := end.AddDate(0, 0, -9)
	k := &consultation.Call{Closes: early, Turns: []consultation.Turn{{Was: end, Closes: early}}}
	if got := announcedEnd(k); !got.Equal(end) {
		t.Error(got)
	}
	k.Closes, k.Turns = end, []consultation.Turn{{Was: early, Closes: end}}
	if got := announcedEnd(k); !got.Equal(end) {
		t.Error(got)
	}
}

// TestDrafted: an officer for whom nothing more urgent waits is led to the answers that they release or mend.
func TestDrafted(t *testing.T) {
	t.Parallel()
	offered := answering.Draft{State: answering.Offered, By: "u1"}
	returned := answering.Draft{State: answering.Returned, By: "u2"}
	for _, c := range []struct {
		next   string
		drafts []answering.Draft
		want   string
		count  int
	}{
		{"open", []answering.Draft{returned, offered, offered}, "release", 2}, {"answer", []answering.Draft{returned}, "mend", 1}, {"moderate", []answering.Draft{offered}, "moderate", 0},
		{"closed", nil, "closed", 0},
	} {
		v := &Home{Next: c.next}
		if v.Drafted(c.drafts, "u2"); v.Next != c.want || v.Count != c.count {
			t.Errorf("%s with %d drafts leads to %s (%d), want %s (%d)", c.next, len(c.drafts), v.Next, v.Count, c.want, c.count)
		}
	}
}

// TestPointsQuery: the address of another page of the list says what is listed, and nothing else.
func TestPointsQuery(t *testing.T) {
	t.Parallel()
	for want, v := range map[string]struct {
		Points
		after cite.Ref
	}{
		"show=open": {Points{Show: "open"}, ""}, "paper=p2&show=all": {Points{Show: "all", Paper: "p2"}, ""}, "points-after=c1.1&show=open": {Points{Show: "open"}, "c1.1"}, "paper=p2&points-after=c1.1&show=open": {Points{Show: "open", Paper: "p2"}, "c1.1"},
	} {
		if got := v.Query(v.after); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	for state, want := range map[string][2]bool{answering.Writing: {false, false}, answering.Offered: {true, false}, answering.Returned: {false, false}} {
		for i, mine := range []bool{false, true} {
			if got := (DraftedPoint{Draft: AnswerDraft{State: state, Mine: mine}}).Waits(); got != want[i] {
				t.Errorf("%s, mine %v, waits: %v", state, mine, got)
			}
		}
	}
}

// TestOver: an earlier answer that is taken over fills the languages that say nothing; what is written stays, with the other
// words below it where these are wanted and are not the same.
func TestOver(t *testing.T) {
	t.Parallel()
	in := func(pairs ...string) locale.Text {
		text := locale.Text{Original: locale.Lang(pairs[0]), In: map[locale.Lang]string{}}
		for i := 1; i+1 < len(pairs); i += 2 {
			text.In[locale.Lang(pairs[i])] = pairs[i+1]
		}
		return text
	}
	for what, c := range map[string]struct {
		t, from locale.Text
		below   bool
		want    locale.Text
	}{
		"into nothing":    {in("en"), in("fr", "fr", "Oui.", "en", "Yes."), true, in("fr", "fr", "Oui.", "en", "Yes.")},
		"below":           {in("en", "en", "Mine."), in("fr", "fr", "Oui.", "en", "Yes."), true, in("en", "en", "Mine.\n\nYes.", "fr", "Oui.")},
		"not below":       {in("en", "en", "Mine."), in("fr", "fr", "Oui.", "en", "Yes."), false, in("en", "en", "Mine.", "fr", "Oui.")},
		"the same":        {in("en", "en", "Yes."), in("en", "en", "Yes."), true, in("en", "en", "Yes.")},
		"what it has not": {in("en", "en", "Mine.", "fr", "Le mien."), in("en", "en", "Yes."), true, in("en", "en", "Mine.\n\nYes.", "fr", "Le mien.")},
		"nothing":         {in("en", "en", "Mine."), in("fr"), true, in("en", "en", "Mine.")},
	} {
		if got := over(c.t, c.from, c.below); got.Original != c.want.Original || !maps.Equal(got.In, c.want.In) {
			t.Errorf("%s: %+v", what, got)
		}
	}
}
