package compiler

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/paper"
)

// TestSentences: a full stop ends a sentence where another begins, and no abbreviation, initial or number does.
func TestSentences(t *testing.T) {
	for text, want := range map[string]int{
		"":                                              0,
		"Boats cross.":                                  1,
		"Boats cross. Cattle swim.":                     2,
		"Boats cross! Do they? They do.":                3,
		"Art. 5 of the Act says so.":                    1,
		"See para. 12 and No. 7, e.g. Norway.":          1,
		"J. Smith of the U.S. Office said so.":          1,
		"It costs 3.50 a day.":                          1,
		"He said “it is late.” She left.":               2,
		"Les bacs traversent. Les vaches nagent ?":      2,
		"渡船过河。牛会游泳。":                                    2,
		"تعبر القوارب. تسبح الأبقار.":                   2,
		"تعبر القوارب؟ نعم.":                            2,
		"Boats cross… Cattle swim.":                     2,
		"Boats cross ... cattle swim.":                  2,
		"Boats cross. cattle swim.":                     2,
		"Boats cross. 14 cattle swim.":                  2,
		"Boats cross.\nCattle swim":                     2,
		"Boats cross.Cattle swim.":                      2,
		"Boats cross.) Cattle swim.":                    2,
		"Boats cross.” 14 cattle swim.":                 2,
		"Boats cross?! Cattle swim.":                    2,
		"It was written that “the bell … is rung”.":     1,
		"It is a work of art. Cattle swim.":             2,
		"Some said no. cattle swim.":                    2,
		"Mr. Smith and Art. IV say so, etc. as well.":   1,
		"“Why?” he asked.":                              1,
		"See sect. 12, approx. five, in Dec. 2019.":     1,
		"The file is plenary.go, see wipo.int.":         1,
		"Lorsque 3,5 % le disent, voir art. 5 et p. 7.": 1,
		"В ст. 5 сказано иначе. Это верно.":             2,
	} {
		if got := sentences(text); got != want {
			t.Errorf("%q has %d sentences, not %d", text, got, want)
		}
	}
}

// TestClaims: a word of quantity counts where it is said of those who speak, in each language.
func TestClaims(t *testing.T) {
	for _, c := range []struct {
		l    locale.Lang
		text string
		want []Quantity
	}{
		{"en", "Most parties want lamps.", []Quantity{Most}},
		{"en", "The majority of delegations want lamps.", []Quantity{Most}},
		{"en", "The most recent works are the best.", nil},
		{"en", "Many small languages have no dictionary.", nil},
		{"en", "A person should be asked again for each new use.", nil},
		{"en", "Several member states and some observers said so.", []Quantity{Several, Some}},
		{"en", "All who spoke agreed.", []Quantity{Everyone}},
		{"fr", "La plupart des délégations veulent des lampes.", []Quantity{Most}},
		{"fr", "Plusieurs ont demandé des lampes.", []Quantity{Several}},
		{"fr", "La plupart des œuvres récentes.", nil},
		{"es", "La mayoría de las delegaciones quiere lámparas.", []Quantity{Most}},
		{"es", "Muchos contribuyentes lo dijeron.", []Quantity{Many}},
		{"ru", "Большинство делегаций хочет фонарей.", []Quantity{Most}},
		{"ru", "Некоторые участники сказали иначе.", []Quantity{Some}},
		{"ar", "معظم الوفود تريد مصابيح.", []Quantity{Most}},
		{"ar", "بعض الجهات قالت غير ذلك.", []Quantity{Some}},
		{"zh", "大多数代表团希望有灯。", []Quantity{Most}},
		{"zh", "一些成员国认为不必。", []Quantity{Some}},
		{"zh", "许多灯很旧。", nil},
	} {
		var got []Quantity
		for _, x := range claims(c.l, c.text) {
			got = append(got, x.Quantity)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q claims %v", c.l, c.text, got)
		}
	}
	for _, l := range locale.All {
		for _, q := range Quantities {
			if len(Terms(l, q)) == 0 {
				t.Errorf("%s has no word for %s", l, q)
			}
		}
	}
}

// TestHolds: what each quantity asks for, at its edges.
func TestHolds(t *testing.T) {
	for _, c := range []struct {
		q    Quantity
		s    share
		want bool
	}{
		{Everyone, share{3, 3}, true}, {Everyone, share{3, 4}, false}, {Everyone, share{2, 2}, false},
		{Most, share{10, 19}, true}, {Most, share{10, 20}, false}, {Most, share{9, 10}, false},
		{Many, share{10, 1000}, true}, {Many, share{9, 9}, false},
		{Several, share{3, 3}, true}, {Several, share{2, 2}, false},
		{Some, share{2, 9}, true}, {Some, share{1, 9}, false},
		{Few, share{1, 6}, true}, {Few, share{1, 5}, false}, {Few, share{0, 5}, false},
		{Unsaid, share{}, true},
	} {
		if got := c.q.holds(c.s); got != c.want {
			t.Errorf("%s of %v: %v", c.q, c.s, got)
		}
	}
}

// river is a conversation in which parties took positions at question p1.x3, under issue p1.x1.
type river struct {
	t      testing.TB
	papers *paper.State
	book   *consultation.State
	at     cite.Position
}

var noon = time.Date(2020, 1, 10, 12, 0, 0, 0, time.UTC)

func newRiver(t testing.TB) *river {
	w := &river{t: t, papers: paper.NewState(), book: consultation.NewState()}
	w.publish("p1.e1", paper.IssuesPaper, paper.Element{Ref: "p1.x1", Kind: paper.Issue, Number: "1"}, paper.Element{Ref: "p1.x2", Kind: paper.Paragraph, Number: "1"},
		paper.Element{Ref: "p1.x3", Kind: paper.Question, Number: "(i)", Stance: true}, paper.Element{Ref: "p1.x4", Kind: paper.Issue, Number: "2"})
	w.must((&consultation.CallAnnounced{Ref: "k1", Paper: "p1", Edition: "p1.e1", Opens: noon, Closes: noon.AddDate(0, 1, 0)}).Apply(w.book, w.entry()))
	return w
}

func (w *river) entry() cite.Entry {
	w.at++
	return cite.Entry{Position: w.at, Time: noon}
}

func (w *river) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *river) publish(ref cite.Ref, kind string, elements ...paper.Element) {
	w.t.Helper()
	for i := range elements {
		if elements[i].Text.Empty() {
			elements[i].Text = locale.Plain("en", "It is said.")
		}
	}
	w.must((&paper.Published{Ref: ref, PaperKind: kind, Symbol: string(ref), Title: locale.Plain("en", "P"), Elements: elements, Counter: 99, At: noon}).Apply(w.papers, w.entry()))
}

// say has a party take a position; on the roll where known.
func (w *river) say(party int, known bool, stance consultation.Stance) cite.Ref {
	w.t.Helper()
	n := cite.Contribution(w.book.Len() + 1)
	w.must((&consultation.Received{Ref: n, Call: "k1", By: "u" + cite.FormatNumber(uint64(party)), For: "y" + cite.FormatNumber(uint64(party)), Known: known, Category: "ngo", Received: noon,
		Rule: consultation.OnTime, Published: true, Parts: []consultation.ReceivedPart{{On: "p1.e1.x3", Language: "en", Stance: stance.String()}}}).Apply(w.book, w.entry()))
	return cite.Part(n, 1)
}

func (w *river) house() *House {
	return &House{Papers: w.papers, Consultation: w.book, Readable: func(r cite.Ref) bool { return r != "c999.1" }}
}

// keys compiles sentences and lists what is found: "0 unread", "-1 minority".
func (w *river) keys(elements ...paper.Element) (out []string) {
	for i := range elements {
		elements[i].Kind = paper.Paragraph
		if elements[i].Text.Empty() {
			elements[i].Text = locale.Plain("en", "It is said.")
		}
	}
	for _, f := range w.house().Compile(Paper{Itself: "p2", Original: "en", Elements: elements}) {
		out = append(out, fmt.Sprintf("%d %s", f.Element, strings.TrimPrefix(f.Key, "compiler.")))
	}
	return out
}

func (w *river) mark(el paper.Element, by, verdict string) {
	w.t.Helper()
	w.must((&paper.SentenceMarked{Seal: el.Seal(), Verdict: verdict, By: by, At: noon}).Apply(w.papers, w.entry()))
}

// TestSources: a sentence has sources, that can be read, and that do not lead back to its own paper.
func TestSources(t *testing.T) {
	w := newRiver(t)
	w.publish("p2.e1", paper.Considerations, paper.Element{Ref: "p2.x1", Kind: paper.Paragraph, Cites: []cite.Ref{"p1.e1.x2"}})
	w.publish("p3.e1", paper.Considerations, paper.Element{Ref: "p3.x1", Kind: paper.Paragraph, Cites: []cite.Ref{"p2.e1.x1"}}, paper.Element{Ref: "p3.x2", Kind: paper.Paragraph, Cites: []cite.Ref{"p1.e1.x2"}})
	for _, c := range []struct {
		cites []cite.Ref
		want  []string
	}{
		{nil, []string{"0 unsourced", "0 unread"}},
		{[]cite.Ref{"p1.e1.x2"}, []string{"0 unread"}},
		{[]cite.Ref{"p1.e1.x2", "c999.1"}, []string{"0 gone", "0 unread"}},
		{[]cite.Ref{"p2.e1.x1"}, []string{"0 circle", "0 unread"}},
		{[]cite.Ref{"p3.e1.x1"}, []string{"0 circle", "0 unread"}}, // through other considerations
		{[]cite.Ref{"p3.e1.x2"}, []string{"0 unread"}},
	} {
		if got := w.keys(paper.Element{Cites: c.cites}); !slices.Equal(got, c.want) {
			t.Errorf("%v: %v", c.cites, got)
		}
	}
}

// TestSecondReader: whoever wrote a sentence or publishes it is no second reader of it; one who finds it unsupported stops it; and what was
// said of a sentence is said of these words and these sources in this order alone.
func TestSecondReader(t *testing.T) {
	w := newRiver(t)
	el := paper.Element{Kind: paper.Paragraph, Cites: []cite.Ref{"p1.e1.x2", "p1.e1.x3"}, Wrote: []string{"u1"}, Text: locale.Plain("en", "It is said.")}
	compile := func(el paper.Element, publisher string) (out []string) {
		for _, f := range w.house().Compile(Paper{Original: "en", Elements: []paper.Element{el}, Publisher: publisher}) {
			out = append(out, strings.TrimPrefix(f.Key, "compiler."))
		}
		return out
	}
	want := func(got []string, want ...string) {
		t.Helper()
		if !slices.Equal(got, want) {
			t.Error(got)
		}
	}
	w.mark(el, "u1", paper.Supported) // who wrote it
	want(compile(el, "u3"), "unread")
	w.mark(el, "u2", paper.PartlySupported)
	want(compile(el, "u3"))
	want(compile(el, "u2"), "unread") // who publishes it
	swapped := el
	swapped.Cites = []cite.Ref{"p1.e1.x3", "p1.e1.x2"}
	want(compile(swapped, "u3"), "unread")
	reworded := el
	reworded.Text = locale.Plain("en", "It was said.")
	want(compile(reworded, "u3"), "unread")
	moved := el
	moved.Number, moved.Text.In = "7", map[locale.Lang]string{"en": "It is said.", "fr": "Il est dit."}
	want(compile(moved, "u3")) // its number and its translations are not what was read
	w.mark(el, "u4", paper.NotSupported)
	want(compile(el, "u3"), "unsupported")
	w.mark(el, "u4", paper.Supported) // they read it again
	want(compile(el, "u3"))
}

// TestQuantifiers: a word for how many agrees with the count of the parties whose points are cited, or of those who took a position at a
// question that is cited; and no translation says more than the original.
func TestQuantifiers(t *testing.T) {
	w := newRiver(t)
	var yes []cite.Ref
	for i := range 12 {
		yes = append(yes, w.say(i+1, false, consultation.Yes))
	}
	w.say(1, false, consultation.Yes) // the same party again is no other one
	for i := range 8 {
		w.say(100+i, false, consultation.NoStance)
	}
	text := func(en, fr string) locale.Text {
		return locale.Text{Original: "en", In: map[locale.Lang]string{"en": en, "fr": fr}}
	}
	for _, c := range []struct {
		cites []cite.Ref
		text  locale.Text
		want  []string
	}{
		{yes[:11], text("Most parties said so.", "La plupart des parties l’ont dit."), nil},
		{yes[:10], text("Most parties said so.", ""), []string{"quantifier"}}, // ten of twenty
		{yes[:3], text("Several parties said so.", "Plusieurs parties l’ont dit."), nil},
		{yes[:2], text("Several parties said so.", ""), []string{"quantifier"}},
		{yes[:3], text("Several parties said so.", "La plupart des parties l’ont dit."), []string{"stronger"}},
		{yes[:3], text("It was said.", "Plusieurs parties l’ont dit."), []string{"stronger"}},
		{[]cite.Ref{"p1.e1.x3"}, text("Most parties said so.", ""), nil}, // all twelve who took a position there
		{[]cite.Ref{"p1.e1.x2"}, text("Most parties said so.", ""), []string{"quantifier"}},
	} {
		var got []string
		for _, k := range w.keys(paper.Element{Cites: c.cites, Text: c.text}) {
			if k = strings.TrimPrefix(k, "0 "); k != "unread" {
				got = append(got, k)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%q with %d sources: %v", c.text.In["en"], len(c.cites), got)
		}
	}
}

// TestMinority: a position that a minority of those who took one holds, parties on the roll among them, is in the paper: one of its points is
// cited, or an answer to one.
func TestMinority(t *testing.T) {
	w := newRiver(t)
	yes := w.say(1, true, consultation.Yes)
	w.say(2, true, consultation.Yes)
	w.say(3, true, consultation.Yes)
	no := w.say(4, true, consultation.No)
	w.say(5, false, consultation.InPart) // nobody on the roll
	about := func(cites ...cite.Ref) string {
		return strings.Join(w.keys(paper.Element{Cites: cites}), ", ")
	}
	if got := about(yes); got != "0 unread, -1 minority" {
		t.Error(got)
	}
	if got := about("p1.e1.x2"); got != "0 unread, -1 minority" { // another passage under the same issue
		t.Error(got)
	}
	if got := about("p1.e1.x4"); got != "0 unread" { // another issue
		t.Error(got)
	}
	if got := about(yes, no); got != "0 unread" {
		t.Error(got)
	}
	w.must((&consultation.Answered{Ref: "d1", Outcome: "noted", Parts: []cite.Ref{no}, Original: "en", At: noon}).Apply(w.book, w.entry()))
	if got := about(yes, "d1"); got != "0 unread" {
		t.Error(got)
	}
	w.say(6, true, consultation.No)
	w.say(7, true, consultation.No) // now no position is held by fewer than half, but for the one that nobody on the roll holds
	w.say(8, true, consultation.No)
	if got := about(no); got != "0 unread, -1 minority" { // now those who say yes are fewer than half
		t.Error(got)
	}
}

// TestHalfIsNoMinority: of two positions that are held by as many, neither is a minority's.
func TestHalfIsNoMinority(t *testing.T) {
	w := newRiver(t)
	yes := w.say(1, true, consultation.Yes)
	w.say(2, true, consultation.Yes)
	w.say(3, true, consultation.No)
	w.say(4, true, consultation.No)
	if got := w.keys(paper.Element{Cites: []cite.Ref{yes}}); !slices.Equal(got, []string{"0 unread"}) {
		t.Error(got)
	}
}

// BenchmarkCompile is 300 sentences with 2,000 citations over 5,000 points. After an edit all of it is compiled anew: a source that is put to one
// sentence may bear out a minority that the whole paper left out.
func BenchmarkCompile(b *testing.B) {
	h, elements := manySentences(b)
	for b.Loop() {
		if found := h.Compile(Paper{Original: "en", Elements: elements}); len(found) == 0 {
			b.Fatal("nothing was found")
		}
	}
}

// manySentences are 300 sentences with 2,000 citations over 5,000 points.
func manySentences(b *testing.B) (*House, []paper.Element) {
	w := newRiver(b)
	var all []cite.Ref
	for i := range 5000 {
		all = append(all, w.say(i+1, i%9 == 0, consultation.Stance(1+i%4)))
	}
	elements := make([]paper.Element, 300)
	n := 0
	for i := range elements {
		elements[i] = paper.Element{Kind: paper.Paragraph, Text: locale.Text{Original: "en", In: map[locale.Lang]string{"en": "Several parties said that “it is late”, and some others did not.", "fr": "Plusieurs parties l’ont dit.", "ar": "قالت عدة جهات ذلك."}}}
		for range 7 {
			if n < 2000 {
				elements[i].Cites = append(elements[i].Cites, all[n])
				n++
			}
		}
	}
	return w.house(), elements
}

// TestQuoting: words are looked up of what those sentences cite that quote something, or cite a range of bytes; of nothing else.
func TestQuoting(t *testing.T) {
	sentence := func(text string, cites ...cite.Ref) paper.Element {
		return paper.Element{Kind: paper.Paragraph, Text: locale.Plain("en", text), Cites: cites}
	}
	c := paper.Publish{Kind: paper.Summary, Title: locale.Plain("en", "S"), Elements: []paper.Element{sentence("It is late.", "c1.1"), sentence("It is “late”.", "c2.1", "c3.1"), sentence("It is early.", "c4.1[0:4]"),
		{Kind: paper.Theme, Text: locale.Plain("en", "“Late”"), Cites: []cite.Ref{"c5.1"}}}}
	if got := Quoting(c); !Quotes(c) || !slices.Equal(got, []cite.Ref{"c2.1", "c3.1", "c4.1[0:4]"}) {
		t.Error(got)
	}
	c.Elements = c.Elements[:1]
	if Quotes(c) {
		t.Error("nothing is quoted")
	}
	c.Kind, c.Elements[0].Text = paper.InformationPaper, locale.Plain("en", "“Late”")
	if Quotes(c) {
		t.Error("an information paper is held to its sources")
	}
}

// TestRanges: ranges of one point are one point, however often it is cited; a range without words is no source.
func TestRanges(t *testing.T) {
	w := newRiver(t)
	a, b, c := w.say(1, false, consultation.Yes), w.say(2, false, consultation.Yes), w.say(3, false, consultation.Yes)
	several := func(cites ...cite.Ref) []string {
		return w.keys(paper.Element{Cites: cites, Text: locale.Plain("en", "Several parties said so.")})
	}
	if got := several(a+"[0:4]", a+"[4:8]", b); !slices.Equal(got, []string{"0 quantifier", "0 unread"}) {
		t.Error(got)
	}
	if got := several(a+"[0:4]", b, c+"[0:4]"); !slices.Equal(got, []string{"0 unread"}) {
		t.Error(got)
	}
	no := Quoted(paper.Publish{Kind: paper.Considerations, Title: locale.Plain("en", "C"), Elements: []paper.Element{{Kind: paper.Paragraph, Cites: []cite.Ref{a + "[0:4]", b + "[0:4]"}, Text: locale.Plain("en", "It is “late”.")}}},
		map[cite.Ref][]string{a + "[0:4]": {"late"}})
	if len(no) != 1 || no[0].Key != "compiler.range" {
		t.Error(no)
	}
}
