package paper_test

import (
	"testing"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/refusal"
)

// TestMarkIsSomebodys: what is said of a sentence is said by a person, and what the same person said before gives way to it; nobody's own
// sentence counts.
func TestMarkIsSomebodys(t *testing.T) {
	s := paper.NewState()
	c := paper.MarkSentence{Seal: "0123456789abcdef0123456789abcdef", Verdict: paper.Supported}
	if _, err := s.MarkSentence(cite.Act{}, c); len(refusal.Of(err)) == 0 || refusal.Of(err)[0].Key != "paper.reader" {
		t.Error(err)
	}
	for i, m := range []struct{ by, verdict string }{{"u1", paper.Supported}, {"u2", paper.NotSupported}, {"u1", paper.PartlySupported}} {
		f, err := s.MarkSentence(cite.Act{By: m.by}, paper.MarkSentence{Seal: c.Seal, Verdict: m.verdict})
		if err != nil {
			t.Fatal(err)
		}
		fact := f.Body.(paper.SentenceMarked)
		if err := fact.Apply(s, cite.Entry{Position: cite.Position(i + 1)}); err != nil {
			t.Fatal(err)
		}
	}
	if all := s.Marks(c.Seal, nil); len(all) != 2 || all[1].By != "u1" || all[1].Verdict != paper.PartlySupported || all[1].Position != 3 {
		t.Errorf("%+v", all)
	}
	if all := s.Marks(c.Seal, []string{"u1"}); len(all) != 1 || all[0].By != "u2" {
		t.Errorf("%+v", all)
	}
}

// TestMarkOfTranslations: a mark is of the original, and of the translations that were read as they stood then.
func TestMarkOfTranslations(t *testing.T) {
	el := &paper.Element{Kind: paper.Paragraph, Text: locale.Text{Original: "en", In: map[locale.Lang]string{"en": "Boats cross.", "fr": "Les bacs traversent.", "es": "Los barcos cruzan."}}}
	m := paper.Mark{Translations: map[locale.Lang]paper.Seal{"fr": el.TranslationSeals()["fr"]}}
	if len(el.TranslationSeals()) != 2 || !m.Of(el, "en") || !m.Of(el, "fr") || m.Of(el, "es") || m.Of(el, "ar") {
		t.Error(m)
	}
	el.Text.In["fr"] = "Tous les bacs traversent."
	if m.Of(el, "fr") {
		t.Error("a translation that was changed since was read")
	}
	for _, bad := range []map[locale.Lang]paper.Seal{{"xx": el.Seal()}, {"fr": "no"}} {
		if _, err := (paper.MarkSentence{Seal: el.Seal(), Verdict: paper.Supported, Translations: bad}).Check(); err == nil {
			t.Error(bad)
		}
	}
}

// TestWhoPublishesWroteIt: a sentence of which nobody is said to have written it was written by whoever publishes it.
func TestWhoPublishesWroteIt(t *testing.T) {
	publish := func(kind string, wrote ...string) []paper.Element {
		f, err := paper.NewState().Publish(cite.Act{By: "u7"}, paper.Publish{Kind: kind, Symbol: "P/1", Title: locale.Plain("en", "P"), Elements: []paper.Element{
			{Kind: paper.Theme, Text: locale.Plain("en", "Boats")}, {Kind: paper.Paragraph, Wrote: wrote, Text: locale.Plain("en", "Boats cross.")}}})
		if err != nil {
			t.Fatal(err)
		}
		return f.Elements
	}
	if all := publish(paper.Considerations); len(all[0].Wrote) != 0 || len(all[1].Wrote) != 1 || all[1].Wrote[0] != "u7" {
		t.Errorf("%+v", all)
	}
	if all := publish(paper.Considerations, "u8"); len(all[1].Wrote) != 1 || all[1].Wrote[0] != "u8" {
		t.Errorf("%+v", all)
	}
	if all := publish(paper.IssuesPaper); len(all[1].Wrote) != 0 {
		t.Errorf("%+v", all)
	}
}
