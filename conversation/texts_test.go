package conversation_test

import (
	"slices"
	"testing"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/reaction"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/conversation/chain"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/paper"
)

// TestTexts: an element before an edition and in it is read in one language: that of the reader where both editions have
// it, else that of the original; what is not in an edition has no words there.
func TestTexts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	both := func(en, fr string) locale.Text {
		in := map[locale.Lang]string{"en": en}
		if fr != "" {
			in["fr"] = fr
		}
		return locale.Text{Original: "en", In: in}
	}
	w.must(olga, publishing("", "P/1", paper.Element{Kind: paper.Paragraph, Number: "1", Text: both("One", "Un")}, paper.Element{Kind: paper.Paragraph, Number: "2", Text: both("Two", "Deux")}, paper.Element{Kind: paper.Paragraph, Number: "3", Text: both("Three", "")}))
	again := w.next("p1")
	again[0].Text, again[1].Text, again[2] = both("One more", "Un de plus"), both("Two more", ""), paper.Element{Kind: paper.Paragraph, Number: "3", Text: both("New", "Neuf")}
	second := publishing("p1", "P/2", again...)
	second.Base = 1
	w.must(olga, second)
	p, _ := w.st.Papers.Paper("p1")
	for _, c := range []struct {
		edition, x    cite.Ref
		l             locale.Lang
		before, after string
		in            locale.Lang
	}{
		{"p1.e2", "p1.x1", "fr", "Un", "Un de plus", "fr"}, {"p1.e2", "p1.x1", "en", "One", "One more", "en"}, {"p1.e2", "p1.x1", "es", "One", "One more", "en"}, {"p1.e2", "p1.x2", "fr", "Two", "Two more", "en"},
		{"p1.e2", "p1.x3", "en", "Three", "", "en"}, {"p1.e2", "p1.x3", "fr", "Three", "", "en"}, {"p1.e2", "p1.x4", "fr", "", "Neuf", "fr"}, {"p1.e1", "p1.x1", "fr", "", "Un", "fr"}, {"p1.e1", "p1.x3", "fr", "", "Three", "en"},
	} {
		e, ok := p.Edition(c.edition.EditionNumber())
		if !ok {
			t.Fatal(c.edition)
		}
		before, after := w.st.Papers.Texts(e, c.x, c.l)
		in := after.Lang
		if after.Text == "" {
			in = before.Lang
		}
		if before.Text != c.before || after.Text != c.after || in != c.in {
			t.Errorf("%s in %s for a reader of %s: %+v, then %+v", c.x, c.edition, c.l, before, after)
		}
	}
}

// TestCitedAsItStood: what an edition cites without an edition is what was newest when it came out.
func TestCitedAsItStood(t *testing.T) {
	t.Parallel()
	w := seated(t)
	cites := func(symbol string) {
		w.must(olga, publishing("", symbol, paper.Element{Kind: paper.Paragraph, Number: "1", Text: english("It rests on that."), Cites: []cite.Ref{"p1.x2"}}))
	}
	cites("C/1")
	revised := w.next("p1")
	revised[1].Text = english("Machines invent, and say so.")
	second := publishing("p1", "P/2", revised...)
	second.Base = 1
	w.must(olga, second)
	cites("C/2")
	for of, want := range map[cite.Ref]cite.Ref{"p2.e1.x1": "p1.e1.x2", "p3.e1.x1": "p1.e2.x2"} {
		if back := w.st.Back(conversation.Public, of, 10); len(back) != 1 || back[0].From != want || back[0].Kind != chain.LinkCitation {
			t.Errorf("%s rests on %v, not on %s", of, back, want)
		}
	}
}

// TestSpokenOfAnswer: the elements that were changed for a point whose author has spoken of the answer lead to it, also one that is linked to the answer afterwards: what is
// kept of the point rests on its answer.
func TestSpokenOfAnswer(t *testing.T) {
	t.Parallel()
	w := seated(t)
	w.must(ann, send("k2", "p1.e1.x3"))
	w.must(olga, with(answering(consultation.Accepted, "c1.1"), func(c *consultation.Answer) { c.Changes = []cite.Ref{"p1.x3"} }))
	revised := w.next("p1")
	revised[1].Text, revised[2].Text = english("Machines invent, and say so."), english("Who owns that, then?")
	second := publishing("p1", "P/2", revised...)
	second.Base = 1
	w.must(olga, second)
	w.must(ann, reaction.React{Part: "c1.1", Verdict: consultation.Satisfied, Language: "en"})
	spoken := func() (from []cite.Ref, r *conversation.Reading) {
		r = conversation.NewReading(w.st, conversation.Public, w.now)
		defer r.Close()
		for _, l := range r.Back("c1.1", 10) {
			if l.Kind == chain.LinkReaction {
				from = append(from, l.From)
			}
		}
		return from, r
	}
	before, r := spoken()
	if !slices.Equal(before, []cite.Ref{"p1.e2.x3"}) || !slices.Contains(r.Refs(), "d1") {
		t.Fatalf("%v, resting on %v", before, r.Refs())
	}
	w.must(olga, consultation.LinkPassage{Disposition: "d1", Changes: []cite.Ref{"p1.e2.x2"}})
	if after, _ := spoken(); !slices.Equal(after, []cite.Ref{"p1.e2.x3", "p1.e2.x2"}) {
		t.Error(after)
	}
}

// TestBothWays: each hop of the chain is found from both of its ends, by whoever may see them. What an edition cites without
// an edition is found from each one that was out by then, and leads back to the newest of them.
func TestBothWays(t *testing.T) {
	t.Parallel()
	w := seated(t)
	w.must(ann, send("k2", "p1.e1.x3", "p1.e1.x4"))
	w.must(ben, send("k1", "p1.e1.x3"), send("k2", "p1.e1"))
	w.must(olga, answering(consultation.Noted, "c3.1"), with(answering(consultation.Accepted, "c1.1"), func(c *consultation.Answer) { c.Changes = []cite.Ref{"p1.x2", "p1.x3"} }))
	revised := w.next("p1")
	revised[1].Text = english("Machines invent, and say so.")
	revised = append(revised, paper.Element{Kind: paper.Paragraph, Number: "2", Text: english("Why is that?"), Cites: []cite.Ref{"c1.1", "d2", "p1.x2"}, From: []cite.Ref{"p1.x4"}})
	second := publishing("p1", "P/2", revised...)
	second.Base, second.List = 1, true
	w.must(mo, consultation.PublishContribution{Contribution: "c2"})
	w.must(olga, second)
	var all []cite.Ref
	for edition := 1; edition <= 2; edition++ {
		e, _ := w.st.Papers.Edition(cite.EditionOf("p1", edition))
		for _, x := range e.Elements {
			all = append(all, cite.Element(e.Ref, x.Ref.ElementNumber()))
		}
	}
	all = append(all, "c1.1", "c1.2", "c2.1", "c3.1", "d1", "d2")
	hops := map[string]int{}
	for name, a := range audiences {
		for _, r := range all {
			for _, l := range w.st.Forward(a, r, 100) {
				hops[l.Kind]++
				same := func(b chain.Link) bool {
					return b == l || l.Kind == chain.LinkCitation && b.Kind == l.Kind && b.From.Element() == l.From.Element() && b.From.EditionNumber() > l.From.EditionNumber()
				}
				if back := w.st.Back(a, l.To, 100); l.From != r || !slices.ContainsFunc(back, same) {
					t.Errorf("the %s goes from %s by %s to %s, and back only by %v", name, r, l.Kind, l.To, back)
				}
			}
			for _, l := range w.st.Back(a, r, 100) {
				if on := w.st.Forward(a, l.From, 100); l.To != r || !slices.Contains(on, l) {
					t.Errorf("the %s goes back from %s by %s to %s, and on only by %v", name, r, l.Kind, l.From, on)
				}
			}
		}
	}
	if len(hops) != 5 {
		t.Errorf("not every kind of hop is there: %v", hops)
	}
}
