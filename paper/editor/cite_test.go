package editor

import (
	"slices"
	"strings"
	"testing"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/refusal"
)

// sentenceSheet is a draft of one sentence that u1 wrote.
func sentenceSheet(l locale.Lang, text string, cites ...cite.Ref) *Sheet {
	return New(paper.Draft{Original: l, Kind: paper.Considerations, Elements: []paper.DraftElement{{Kind: paper.Paragraph, Text: map[locale.Lang]string{l: text}, Cites: cites, Wrote: []string{"u1"}}}})
}

// TestCite: a source is put to a sentence behind the others, once, and taken off; not to words that were changed since they were read.
func TestCite(t *testing.T) {
	w := sentenceSheet("en", "It is late.", "c1.1")
	seen := TextMark("It is late.")
	is := func(want ...cite.Ref) {
		t.Helper()
		if got := w.Elements[0].Cites; !slices.Equal(got, want) {
			t.Error(got)
		}
	}
	no := func(err error, key string) {
		t.Helper()
		if rs := refusal.Of(err); len(rs) == 0 || rs[0].Key != key {
			t.Errorf("%v, not %s", err, key)
		}
	}
	for range 2 {
		if err := w.Cite(1, "c2.1", seen); err != nil {
			t.Error(err)
		}
	}
	is("c1.1", "c2.1")
	no(w.Cite(1, "c3.1", TextMark("It is early.")), "draft.sentence_moved")
	no(w.Uncite(1, "c1.1", ""), "draft.sentence_moved")
	no(w.Cite(7, "c3.1", seen), "draft.passage_gone")
	is("c1.1", "c2.1")
	if err := w.Uncite(1, "c1.1", seen); err != nil {
		t.Error(err)
	}
	if err := w.Uncite(1, "c9.1", seen); err != nil { // somebody else took it off
		t.Error(err)
	}
	is("c2.1")
	for i := range maxCites - 1 {
		if err := w.Cite(1, cite.Part(cite.Contribution(i+10), 1), seen); err != nil {
			t.Fatal(err)
		}
	}
	no(w.Cite(1, "c3.1", seen), "draft.cites")
	no(w.Quote(1, "c3.1[0:2]", "It", seen), "draft.cites")
}

// TestQuote: words of a source stand at the end of the sentence, between the marks of its language, and it cites where they stand in the place
// of the source as a whole.
func TestQuote(t *testing.T) {
	for _, c := range []struct {
		l                 locale.Lang
		text, words, want string
	}{
		{"en", "They say.", "it is late", "They say “it is late”."},
		{"en", "They say", "it is late", "They say “it is late”"},
		{"en", "", "it is late", "“it is late”"},
		{"en", "They say.", "it is “late” now", "They say «it is “late” now»."},
		{"fr", "Elles disent.", "il est tard", "Elles disent «\u00a0il est tard\u00a0»."},
		{"fr", "Elles disent.", "il est «tard»", "Elles disent “il est «tard»”."},
		{"ar", "يقولون.", "تأخر الوقت", "يقولون «تأخر الوقت»."},
		{"zh", "他们说。", "太晚了", "他们说“太晚了”。"},
	} {
		w := sentenceSheet(c.l, c.text, "c1.1", "c2.1")
		if err := w.Quote(1, "c1.1[0:10]", c.words, TextMark(c.text)); err != nil {
			t.Error(err)
		}
		e := w.Elements[0]
		if e.Text[c.l] != c.want || !slices.Equal(e.Cites, []cite.Ref{"c1.1[0:10]", "c2.1"}) {
			t.Errorf("%q, %v", e.Text[c.l], e.Cites)
		}
	}
	w := sentenceSheet("en", "It is said.", "p1.e2.x3", "p1.e2.x4.fr")
	for _, r := range []cite.Ref{"p1.e2.x3.en[0:2]", "p1.e2.x4.en[0:2]"} {
		if err := w.Quote(1, r, "It", TextMark(w.Elements[0].Text["en"])); err != nil {
			t.Error(err)
		}
	}
	if got := w.Elements[0].Cites; !slices.Equal(got, []cite.Ref{"p1.e2.x3.en[0:2]", "p1.e2.x4.fr", "p1.e2.x4.en[0:2]"}) {
		t.Error(got)
	}
}

// TestSealed: the seal under which somebody marked a sentence is kept once it is another, whoever changes it how often; and whoever changes what
// it cites has written it.
func TestSealed(t *testing.T) {
	w := sentenceSheet("en", "It is late.", "c1.1")
	first := paper.SealOf("en", "It is late.", []cite.Ref{"c1.1"})
	marked := func(s paper.Seal) bool { return s == first }
	for i, r := range []cite.Ref{"c2.1", "c3.1"} {
		before := w.Sentences()
		if !slices.Contains(before.Seals("en"), paper.SealOf("en", "It is late.", w.Elements[0].Cites)) {
			t.Error("the seal of the sentence is not known")
		}
		if err := w.Cite(1, r, TextMark("It is late.")); err != nil {
			t.Fatal(err)
		}
		w.Sign(before, "u2", marked)
		if e := w.Elements[0]; e.Sealed != first || strings.Join(e.Wrote, " ") != "u1 u2" {
			t.Errorf("%d: %s %v", i, e.Sealed, e.Wrote)
		}
	}
	before := w.Sentences()
	w.Sign(before, "u3", marked)
	if e := w.Elements[0]; len(e.Wrote) != 2 {
		t.Error("whoever changed nothing wrote it", e.Wrote)
	}
	if body, err := w.Encode(); err != nil || !strings.Contains(string(body), string(first)) {
		t.Error("the draft does not keep it", err)
	}
}
