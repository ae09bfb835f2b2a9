package paper

import (
	"reflect"
	"testing"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// TestTranslation: a translation is whole only while every passage is there and none is older than its original.
func TestTranslation(t *testing.T) {
	t.Parallel()
	text := func(en, fr string) locale.Text {
		out := locale.Text{Original: "en", In: map[locale.Lang]string{"en": en}}
		if fr != "" {
			out.In["fr"] = fr
		}
		return out
	}
	edition := func(title locale.Text, texts ...locale.Text) *Edition {
		e := &Edition{Title: title}
		for i, s := range texts {
			e.Elements = append(e.Elements, Element{Ref: cite.Element("p1", i+1), Kind: Paragraph, Text: s})
		}
		e.build()
		return e
	}
	title := text("Cameras", "Caméras")
	p := &Paper{Ref: "p1", Editions: []*Edition{
		edition(title, text("three metres", "trois mètres"), text("one", "un")),
		edition(title, text("one metre", "trois mètres"), text("one", "un"), text("new", "")),
		edition(text("Cameras and microphones", "Caméras"), text("one metre", "trois mètres"), text("one", "une"), text("new", "neuf")),
		edition(text("Cameras and microphones", "Caméras et micros"), text("one metre", "un mètre"), text("one", "une"), text("new", "neuf")),
	}}
	for n, want := range map[int]Translation{1: {}, 2: {Older: []int{0}, Missing: []int{2}}, 3: {TitleOlder: true, Older: []int{0}}, 4: {}} {
		got := p.Translation(n, "fr")
		if n == 3 && (got.Sources[PassageOf("p1.x1")] != "three metres" || got.Sources[TitlePassage] != "Cameras") {
			t.Errorf("edition %d translates %v", n, got.Sources)
		}
		got.Sources = nil
		if !reflect.DeepEqual(got, want) {
			t.Errorf("edition %d: %+v, want %+v", n, got, want)
		}
		if got.Whole() != (n == 1 || n == 4) {
			t.Errorf("edition %d is whole: %v", n, got.Whole())
		}
	}
	if got := p.Translation(2, "en"); !got.Whole() {
		t.Errorf("the original: %+v", got)
	}
	if got := p.Translation(2, "ar"); got.LacksTexts() != 4 || got.OlderTexts() != 0 {
		t.Errorf("a language that nobody wrote: %+v", got)
	}
	whole := func(t Translation) Translation {
		t.Sources = nil
		return t
	}
	// A draft is told the same before it is published.
	d := Draft{Paper: "p1", Original: "en", Title: map[locale.Lang]string{"en": "Cameras and microphones", "fr": "Caméras et micros"}, Note: map[locale.Lang]string{"en": "Note"},
		Elements: []DraftElement{{Ref: "p1.x1", Kind: Paragraph, Text: map[locale.Lang]string{"en": "two metres", "fr": "un mètre"}}, {Kind: Paragraph, Text: map[locale.Lang]string{"en": "added"}}}}
	if got, want := whole(d.Translation(p, "fr")), (Translation{Older: []int{0}, Missing: []int{1}, NoteMissing: true}); !reflect.DeepEqual(got, want) {
		t.Errorf("the draft: %+v, want %+v", got, want)
	}
	if got, want := whole(d.Translation(nil, "fr")), (Translation{Missing: []int{1}, NoteMissing: true}); !reflect.DeepEqual(got, want) {
		t.Errorf("a new paper: %+v, want %+v", got, want)
	}
}

// TestRelease: a translation comes without a new edition, clears what was older, keeps what stood there before, and
// reaches drafts that were begun before it.
func TestRelease(t *testing.T) {
	t.Parallel()
	s := NewState()
	at := cite.Position(0)
	do := func(f interface {
		Apply(*State, cite.Entry) error
	}) {
		at++
		if err := f.Apply(s, cite.Entry{Position: at}); err != nil {
			t.Fatal(err)
		}
	}
	text := func(en, fr string) locale.Text {
		return locale.Text{Original: "en", In: map[locale.Lang]string{"en": en, "fr": fr}}
	}
	publish := func(c Publish) {
		f, err := s.Publish(cite.Act{}, c)
		if err != nil {
			t.Fatal(err)
		}
		do(&f)
	}
	publish(Publish{Kind: IssuesPaper, Symbol: "A/1", Date: "2026-01-01", Title: text("Cameras", "Caméras"), Status: map[locale.Lang]string{"fr": Official},
		Elements: []Element{{Kind: Issue, Text: text("One", "Un")}, {Kind: Paragraph, Text: text("three metres", "trois mètres")}}})
	e, _ := s.Edition("p1")
	d := e.Draft()
	d.Symbol, d.Date = "A/2", "2026-02-01"
	d.Elements[1].Text["en"] = "one metre"
	publish(d.Publish())
	p, _ := s.Paper("p1")
	if got := p.Translation(2, "fr"); len(got.Older) != 1 {
		t.Fatalf("%+v", got)
	}
	begun := p.Latest().Draft() // before the translation comes
	other := p.Latest().Draft()
	other.Elements[1].Text["fr"] = "un metre"
	snapshot := s.Snapshot()
	s = s.Own()
	c, err := TranslatePassage{Edition: "p1.e2", Passage: "p1.x2", Language: "fr", Status: Unofficial, Text: " un mètre "}.Check()
	if err != nil {
		t.Fatal(err)
	}
	for _, no := range []struct {
		change func(*TranslatePassage)
		key    string
	}{
		{func(c *TranslatePassage) { c.Text = " \n" }, "translation.empty"}, {func(c *TranslatePassage) { c.Status = "good" }, "answer.status"}, {func(c *TranslatePassage) { c.Edition = "p1.e1" }, "paper.stale"},
		{func(c *TranslatePassage) { c.Edition = "p2.e1" }, "paper.unknown"}, {func(c *TranslatePassage) { c.Passage = "p1.x9" }, "paper.unknown"},
		{func(c *TranslatePassage) { c.Language = "en" }, "translation.original"}, {func(c *TranslatePassage) { c.Over = 1 }, "translation.moved"},
	} {
		bad := c
		no.change(&bad)
		bad, err := bad.Check()
		if err == nil {
			_, err = s.TranslatePassage(cite.Act{By: "u1"}, bad)
		}
		if rs := refusal.Of(err); len(rs) != 1 || rs[0].Key != no.key {
			t.Errorf("%+v: %v, want %s", bad, err, no.key)
		}
	}
	proposal, err := s.TranslatePassage(cite.Act{By: "u1"}, c)
	if err != nil {
		t.Fatal(err)
	}
	f := proposal.Body.(PassageTranslated)
	do(&f)
	p, _ = s.Paper("p1")
	now := p.Latest()
	if got := p.Translation(2, "fr"); !got.Whole() || now.Elements[1].Text.In["fr"] != "un mètre" || now.StatusOf("p1.x2", "fr") != Unofficial || now.StatusOf("p1.x1", "fr") != Official {
		t.Errorf("%+v %+v", got, now.Elements[1])
	}
	if old, _ := snapshot.Edition("p1"); old.Elements[1].Text.In["fr"] != "trois mètres" || len(old.Releases) != 0 {
		t.Error("a snapshot changed")
	}
	if r, ok := now.Released("p1.x2", "fr"); !ok || r.Before != "trois mètres" || r.At != at {
		t.Errorf("%+v", r)
	}
	if _, err := s.TranslatePassage(cite.Act{}, c); err == nil {
		t.Error("somebody overwrote what they had not seen")
	}
	if now.Symbol != "A/2" || len(now.Changes) != 2 || len(p.Editions) != 2 {
		t.Error("a translation is no edition")
	}
	if differs := now.CatchUp(&begun); len(differs) != 0 || begun.Elements[1].Text["fr"] != "un mètre" || begun.Elements[1].Status["fr"] != Unofficial {
		t.Errorf("%v %+v", differs, begun.Elements[1])
	}
	if differs := now.CatchUp(&other); len(differs) != 1 || differs[0].Element != 1 || other.Elements[1].Text["fr"] != "un metre" {
		t.Errorf("%v %+v", differs, other.Elements[1])
	}
	// What the translation is goes on to the next edition.
	begun.Symbol, begun.Date = "A/3", "2026-03-01"
	if c := begun.Publish(); c.Elements[1].Status["fr"] != Unofficial || c.Elements[0].Status != nil {
		t.Errorf("%+v", c.Elements)
	}
}

// TestTranslatePassageChecked: a translation is cleaned at its ends, and one of white space alone is none.
func TestTranslatePassageChecked(t *testing.T) {
	t.Parallel()
	c, err := (TranslatePassage{Language: "fr", Status: Official, Text: " \n Un bac. \n\n"}).Check()
	if err != nil || c.Text != "Un bac." {
		t.Errorf("%q %v", c.Text, err)
	}
	if _, err := (TranslatePassage{Language: "fr", Status: Official, Text: " \n\t"}).Check(); len(refusal.Of(err)) != 1 || refusal.Of(err)[0].Key != "translation.empty" {
		t.Error(err)
	}
}
