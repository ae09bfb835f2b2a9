package trace_test

import (
	"fmt"
	"io"
	"strconv"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/trace"
	"github.com/openplenary/plenary/paper"
)

// crowd is a conversation in which n people asked for the change of one paragraph, and were answered in
// four answers; and their words.
func crowd(t testing.TB, n int) (*conversation.State, map[cite.Position]cite.Words) {
	t.Helper()
	st, words := conversation.NewState(), map[cite.Position]cite.Words{}
	at := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	p := cite.Position(0)
	say := func(fact cite.Fact, w cite.Words) {
		p++
		words[p] = w
		if err := st.Apply(cite.Entry{Position: p, Time: at}, fact); err != nil {
			t.Fatal(err)
		}
	}
	say(&conversation.Convened{Slug: "crowd", Title: locale.Plain(locale.English, "Crowd"), Languages: []locale.Lang{locale.English}, Zone: "UTC", At: at}, nil)
	elements := func(text string) []paper.Element {
		var out []paper.Element
		for i := 1; i <= 150; i++ {
			s := "Paragraph " + strconv.Itoa(i) + " says what a ferry carries, when it crosses, who pays for it and who may not, in two sentences of common length. It goes on a little."
			if i == 75 {
				s += text
			}
			out = append(out, paper.Element{Ref: cite.Element("p1", i), Kind: paper.Paragraph, Number: strconv.Itoa(i), Text: locale.Plain(locale.English, s)})
		}
		return out
	}
	publish := func(ref cite.Ref, symbol string, els []paper.Element, fates []paper.ElementChange) {
		say(&paper.Published{Ref: ref, PaperKind: paper.IssuesPaper, Symbol: symbol, Title: locale.Plain(locale.English, symbol), Date: "2020-01-01", Elements: els, Counter: 150, Concordance: fates}, nil)
	}
	publish("p1.e1", "CROWD/1", elements(""), nil)
	say(&consultation.CallAnnounced{Ref: "k1", Title: locale.Plain(locale.English, "Call"), Paper: "p1", Edition: "p1.e1", Opens: at, Closes: at, Zone: "UTC"}, nil)
	var parts []cite.Ref
	for i := 1; i <= n; i++ {
		c := cite.Contribution(i)
		say(&consultation.Received{Ref: c, Call: "k1", By: "u" + cite.FormatNumber(uint64(i)), For: "y" + cite.FormatNumber(uint64(i)), Category: "individual", Country: []string{"CH", "IT", "EG"}[i%3],
			Parts: []consultation.ReceivedPart{{On: "p1.e1.x75", Language: "en", Bytes: 200, Likeness: uint64(i)}}, Received: at, Rule: consultation.OnTime, Published: true},
			cite.Words{"name": "Somebody " + strconv.Itoa(i), "1.text": fmt.Sprintf("Number %d asks that the paragraph say who carries the post, because nobody on the other side has had a letter since the bridge fell.", i)})
		parts = append(parts, cite.Part(c, 1))
	}
	for d := 1; d <= 4; d++ {
		say(&consultation.Answered{Ref: cite.Disposition(d), Parts: parts[(d-1)*n/4 : d*n/4], Outcome: "accepted", Changes: []cite.Ref{"p1.x75"}, Original: locale.English, Languages: []locale.Lang{locale.English}, At: at},
			cite.Words{"reason.en": "The paragraph now says so."})
	}
	before, _ := st.Papers.Edition("p1.e1")
	after := paper.NewState()
	_ = (&paper.Published{Ref: "p1.e1", PaperKind: paper.IssuesPaper, Symbol: "X", Title: locale.Plain(locale.English, "X"), Elements: elements(" The post is carried by day."), Counter: 150}).Apply(after, cite.Entry{Position: 1})
	e, _ := after.Edition("p1.e1")
	publish("p1.e2", "CROWD/2", elements(" The post is carried by day."), paper.Concord(before, e))
	return st, words
}

// draw builds, fills and writes out the trace of a passage, as the server does.
func draw(t testing.TB, st *conversation.State, words map[cite.Position]cite.Words, after cite.Ref, w io.Writer) *trace.Page {
	t.Helper()
	v, ok := trace.New(public(st), "p1.e2.x75", after, locale.English)
	if !ok {
		t.Fatal("no trace")
	}
	need := map[cite.Position]cite.Words{}
	for _, p := range v.Need() {
		need[p] = words[p]
	}
	v.Fill(need)
	f := &frame.Frame{Lang: locale.English, Path: "/c/crowd/p1.e2.x75/trace", Slug: "crowd", Name: "Crowd", Zone: "UTC"}
	if err := frame.Layout(f, v).Render(t.Context(), w); err != nil {
		t.Fatal(err)
	}
	return v
}

// TestTraceOfACrowd walks through all pages of two thousand voices: each is on one page, once.
func TestTraceOfACrowd(t *testing.T) {
	t.Parallel()
	const n = 2000
	st, words := crowd(t, n)
	seen := map[cite.Ref]int{}
	pages := 0
	for after := cite.None; ; pages++ {
		v := draw(t, st, words, after, io.Discard)
		if v.Why.Points != n || v.Why.Parties != n || v.Why.Countries != 3 {
			t.Fatalf("the counts are %+v", v.Why)
		}
		here := 0
		for _, s := range v.Steps {
			if s.Kind == "voice" {
				seen[s.Ref]++
				here++
				if s.Name == "" || s.Text.Text == "" {
					t.Fatalf("%s has no words", s.Ref)
				}
			}
		}
		if here > trace.VoicesPage {
			t.Fatalf("%d voices on one page", here)
		}
		if after = v.Next; after == cite.None {
			break
		}
	}
	if len(seen) != n || pages != n/trace.VoicesPage-1 {
		t.Errorf("%d voices on %d pages", len(seen), pages+1)
	}
	for r, k := range seen {
		if k != 1 {
			t.Fatalf("%s is shown %d times", r, k)
		}
	}
}

// TestTraceDrawsWhatItShows: voices that are not on the page are counted for it, and nothing else is done for
// them. What is drawn takes many allocations each, what is counted a few.
func TestTraceDrawsWhatItShows(t *testing.T) {
	const few, many = 1000, 2000 // more than one page of voices, both
	cost := func(n int) float64 {
		st, words := crowd(t, n)
		return testing.AllocsPerRun(2, func() { draw(t, st, words, cite.None, io.Discard) })
	}
	drawn := cost(trace.VoicesPage) / trace.VoicesPage
	counted := (cost(many) - cost(few)) / (many - few)
	if counted > 25 || counted > drawn/2 {
		t.Errorf("each further voice takes %.0f allocations, and one that is shown %.0f", counted, drawn)
	}
}

// BenchmarkTrace builds, fills and writes out the first page of the trace of a passage with 2,000 voices.
func BenchmarkTrace(b *testing.B) {
	st, words := crowd(b, 2000)
	b.ResetTimer()
	for b.Loop() {
		draw(b, st, words, cite.None, io.Discard)
	}
}

// public is a state as everybody may see it. Tests change states while nobody else reads them, so a reading may
// stay open.
func public(st *conversation.State) *conversation.Reading {
	return conversation.NewReading(st, conversation.Public, time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC))
}
