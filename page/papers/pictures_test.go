package papers_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/papers"
	"github.com/openplenary/plenary/page/part"
	"github.com/openplenary/plenary/page/trace"
	"github.com/openplenary/plenary/paper"
)

// drawn is a paper of two editions: in the second, pictures were described otherwise, replaced, taken out, put in and moved.
func drawn(t *testing.T) *conversation.Reading {
	t.Helper()
	st := conversation.NewState()
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	say := func(fact cite.Fact) {
		t.Helper()
		if err := st.Apply(cite.Entry{Position: st.Head + 1, Time: at}, fact); err != nil {
			t.Fatal(err)
		}
	}
	say(&conversation.Convened{Slug: "ferries", Title: locale.Plain("en", "Ferries"), Languages: []locale.Lang{"en"}, Zone: "UTC", At: at})
	publish := func(of cite.Ref, symbol string, pictures string, texts ...string) {
		t.Helper()
		c := paper.Publish{Paper: of, Kind: paper.IssuesPaper, Symbol: symbol, Date: "2026-01-01", Title: locale.Plain("en", "Ferries")}
		for i, s := range texts {
			e := paper.Element{Kind: paper.Paragraph, Number: fmt.Sprint(i + 1), Text: locale.Plain("en", s)}
			if of != cite.None {
				e.Ref = cite.Ref(fmt.Sprint(of, ".x", i+1))
			}
			c.Elements = append(c.Elements, e)
		}
		for _, name := range strings.Fields(pictures) {
			c.Pictures = append(c.Pictures, paper.Picture{Name: name, SHA: "hash of " + name, Width: 20, Height: 10})
		}
		f, err := st.Papers.Publish(cite.Act{At: at}, c)
		if err != nil {
			t.Fatal(err)
		}
		say(&f)
	}
	publish(cite.None, "F/1", "a.png b.png c.png d.png g.png", "One ![A](a.png) and ![B](b.png).", "Two ![C](c.png).", "Three.", "Four ![D](d.png).", "Five ![G](g.png).")
	publish("p1", "F/2", "a.png b-2.png c.png e.png g.png", "One ![A, in colour](a.png) and ![B](b-2.png).", "Two.", "Three ![C](c.png) ![E](e.png).", "Four.", "Five, and ![G](g.png).")
	return conversation.NewReading(st, conversation.Public, at.AddDate(0, 1, 0))
}

// became writes down what became of pictures.
func became(all []part.PictureChange) string {
	var out []string
	for _, c := range all {
		s := c.Change
		if c.Before != nil {
			s += " " + string(c.Before.Edition) + "/" + c.Before.Name + "=" + c.Before.Shows
		}
		if c.After != nil {
			s += " > " + string(c.After.Edition) + "/" + c.After.Name + "=" + c.After.Shows
		}
		out = append(out, s)
	}
	return strings.Join(out, "; ")
}

// TestPicturesInALanguage: pictures are described in the language that is read where all texts are in it, else in the original.
func TestPicturesInALanguage(t *testing.T) {
	t.Parallel()
	edition := func(ref cite.Ref) *paper.Edition {
		return &paper.Edition{Ref: ref, Pictures: []paper.Picture{{Name: "a.png", SHA: "a", Width: 2, Height: 1}}}
	}
	element := func(en, fr string) *paper.Element {
		return &paper.Element{Text: locale.Text{Original: "en", In: map[locale.Lang]string{"en": en, "fr": fr}}}
	}
	const original, translated = "described p1.e1/a.png=One > p1.e2/a.png=Two", "described p1.e1/a.png=Un > p1.e2/a.png=Deux"
	for want, all := range map[string][][3]string{original: {{"", "![Deux](a.png)", "Trois."}, {"![Un](a.png)", "", "Trois."}, {"![Un](a.png)", "![Deux](a.png)", ""}}, translated: {{"![Un](a.png)", "![Deux](a.png)", "Trois."}}} {
		for _, fr := range all {
			now := []*paper.Element{element("![Two](a.png)", fr[1]), element("Three.", fr[2])}
			if got := became(part.PicturesOf(edition("p1.e1"), element("![One](a.png)", fr[0]), edition("p1.e2"), now, "fr")); got != want {
				t.Errorf("%q: %s", fr, got)
			}
		}
	}
}

// TestPicturesCompared: what became of the pictures of a passage stands in the redline, in the trace and in the concordance.
func TestPicturesCompared(t *testing.T) {
	t.Parallel()
	st := drawn(t)
	want := []string{
		"described p1.e1/a.png=A > p1.e2/a.png=A, in colour; replaced p1.e1/b.png=B > p1.e2/b-2.png=B",
		"elsewhere p1.e1/c.png=C",
		"from_there > p1.e2/c.png=C; added > p1.e2/e.png=E",
		"removed p1.e1/d.png=D",
		"",
	}
	v, ok := papers.NewRedline(st, "p1.e2", papers.RedlineQuery{Text: "en"}, "en")
	rows, ok2 := papers.NewConcordance(st, "p1.e2", papers.ConcordanceQuery{}, "en")
	if !ok || !ok2 || len(v.Passages) != len(want) || len(rows.Rows) != len(want) {
		t.Fatal(ok, ok2, v, rows)
	}
	for i, want := range want {
		if got := became(v.Passages[i].Pictures); got != want {
			t.Errorf("redline of %d: %s\nwant %s", i+1, got, want)
		}
		if got := became(rows.Rows[i].Pictures); got != want {
			t.Errorf("concordance of %d: %s\nwant %s", i+1, got, want)
		}
		step, ok := trace.New(st, cite.Ref(fmt.Sprint("p1.e2.x", i+1)), cite.None, "en")
		if !ok || became(step.Steps[0].Pictures) != want {
			t.Errorf("trace of %d: %s\nwant %s", i+1, became(step.Steps[0].Pictures), want)
		}
	}
	// In the words that are compared a picture is what it shows, in brackets.
	if ops := v.Passages[0].Ops; !slices.ContainsFunc(ops, func(o paper.Op) bool { return o.Do == paper.Keep && strings.Contains(o.Text, "[A") }) {
		t.Errorf("%+v", ops)
	}
}
