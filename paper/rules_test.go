package paper

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

var noon = time.Date(2020, 1, 10, 12, 0, 0, 0, time.UTC)

// world is a shelf on which commands are played as the house plays them: checked, decided, written and read again,
// folded.
type world struct {
	t testing.TB
	*State
	n cite.Position
}

func (w *world) fold(fact cite.Fact) error {
	w.t.Helper()
	data, err := json.Marshal(fact)
	if err != nil {
		w.t.Fatal(err)
	}
	read := reflect.New(reflect.TypeOf(fact))
	if err := json.Unmarshal(data, read.Interface()); err != nil {
		w.t.Fatal(err)
	}
	w.n++
	return read.Interface().(interface {
		Apply(*State, cite.Entry) error
	}).Apply(w.State, cite.Entry{Position: w.n})
}

func (w *world) do(command any) (cite.Fact, error) {
	w.t.Helper()
	act := cite.Act{By: "u0000000000001", At: noon}
	var fact cite.Fact
	var err error
	switch c := command.(type) {
	case Publish:
		if c, err = c.Check(); err == nil {
			fact, err = w.Publish(act, c)
		}
	case Reserve:
		if c, err = c.Check(); err == nil {
			fact, err = w.Reserve(act, c)
		}
	case CorrectConcordance:
		if c, err = c.Check(); err == nil {
			var p cite.Proposal
			p, err = w.CorrectConcordance(act, c)
			fact = p.Body
		}
	default:
		w.t.Fatalf("no command: %T", command)
	}
	if err != nil {
		return nil, err
	}
	if err := w.fold(fact); err != nil {
		w.t.Fatal(err)
	}
	return fact, nil
}

func (w *world) must(commands ...any) {
	w.t.Helper()
	for _, c := range commands {
		if _, err := w.do(c); err != nil {
			w.t.Fatalf("%+v: %v", c, err)
		}
	}
}

// first is a paper with an issue, a paragraph and a question.
func first() Publish {
	return Publish{Kind: IssuesPaper, Symbol: "P/1", Title: locale.Plain("en", "Paper"), Date: "2020-01-10", Elements: []Element{el(Issue, "Boats"), el(Paragraph, "They float."), el(Question, "Why?")}}
}

// second is its next edition, with a paragraph more.
func second() Publish {
	c := first()
	c.Paper, c.Symbol = "p1", "P/2"
	c.Elements = append(slices.Clone(c.Elements), el(Paragraph, "At night."))
	for i := range 3 {
		c.Elements[i].Ref = cite.Element("p1", i+1)
	}
	return c
}

func with[C any](c C, change func(*C)) C { change(&c); return c }

// at changes one element of a copy.
func at(c Publish, i int, change func(*Element)) Publish {
	c.Elements = slices.Clone(c.Elements)
	change(&c.Elements[i])
	return c
}

func TestPublish(t *testing.T) {
	t.Parallel()
	element := func(key string, n int) *refusal.Refusal { return refusal.In("elements", key, "n", n) }
	many := func(n int) []Element {
		var out []Element
		for range n {
			out = append(out, el(Paragraph, "p"))
		}
		return out
	}
	reserve := Reserve{Paper: "p1", Kind: Paragraph, Name: locale.Plain("en", "Night")}
	for _, c := range []struct {
		name   string
		before []any
		c      Publish
		ref    cite.Ref // of the edition
		n      int      // references of elements after it
		no     error
	}{
		{"a paper", nil, first(), "p1.e1", 3, nil},
		{"another", []any{first()}, with(first(), func(c *Publish) { c.Symbol = "Q/1" }), "p2.e1", 3, nil},
		{"its next edition", []any{first()}, second(), "p1.e2", 4, nil},
		{"drafted from the one that is current", []any{first()}, with(second(), func(c *Publish) { c.Base = 1 }), "p1.e2", 4, nil},
		{"and from no other", []any{first(), second()}, with(second(), func(c *Publish) { c.Base, c.Symbol = 1, "P/3" }), "", 0, refusal.New(refusal.Conflict, "paper.stale", "symbol", "P/2")},
		{"of a paper that is there", nil, second(), "", 0, refusal.New(refusal.Hidden, "paper.unknown")},
		{"under a symbol of its own", []any{first()}, with(second(), func(c *Publish) { c.Symbol = "p/1." }), "", 0, refusal.In("symbol", "paper.symbol_taken", "symbol", "p/1.")},
		{"that is one", nil, with(first(), func(c *Publish) { c.Symbol = "a_b" }), "", 0, refusal.In("symbol", "paper.symbol")},
		{"of a kind", nil, with(first(), func(c *Publish) { c.Kind = "leaflet" }), "", 0, refusal.In("kind", "paper.kind")},
		{"with a title in its original", nil, with(first(), func(c *Publish) { c.Title = locale.Text{Original: "en", In: map[locale.Lang]string{"fr": "Papier"}} }), "", 0, refusal.In("title", "paper.title")},
		{"with a date", nil, with(first(), func(c *Publish) { c.Date = "2020-02-30" }), "", 0, refusal.In("date", "paper.date")},
		{"with a source on the web", nil, with(first(), func(c *Publish) { c.Source = "x" }), "", 0, refusal.In("source", "desk.address")},
		{"official or not", nil, with(first(), func(c *Publish) { c.Status = map[locale.Lang]string{"fr": "good"} }), "", 0, refusal.In("status", "answer.status")},
		{"in one of the six", nil, with(first(), func(c *Publish) { c.Status = map[locale.Lang]string{"de": "official"} }), "", 0, refusal.In("status", "contribution.language")},
		{"with a note of 10,000 characters", nil, with(first(), func(c *Publish) { c.Note = locale.Plain("en", strings.Repeat("é", 10_001)) }), "", 0, refusal.In("note", "line.long", "max", 10_000)},
		{"with elements", nil, with(first(), func(c *Publish) { c.Elements = nil }), "", 0, refusal.In("elements", "paper.elements", "max", 2000)},
		{"2,000 of them", nil, with(first(), func(c *Publish) { c.Elements = many(2000) }), "p1.e1", 2000, nil},
		{"and not one more", nil, with(first(), func(c *Publish) { c.Elements = many(2001) }), "", 0, refusal.In("elements", "paper.elements", "max", 2000)},
		{"elements of a kind", nil, at(first(), 1, func(e *Element) { e.Kind = "line" }), "", 0, refusal.Several{element("paper.element_kind", 2), element("paper.question_alone", 3)}},
		{"questions after a paragraph", nil, at(first(), 1, func(e *Element) { e.Kind = Issue }), "", 0, element("paper.question_alone", 3)},
		{"or after a question after one", nil, with(first(), func(c *Publish) { c.Elements = append(slices.Clone(c.Elements), el(Question, "Where?")) }), "p1.e1", 4, nil},
		{"elements with words", nil, at(first(), 1, func(e *Element) { e.Text = locale.Plain("en", " ") }), "", 0, element("paper.element_empty", 2)},
		{"with references of the paper", []any{first()}, at(second(), 1, func(e *Element) { e.Ref = "p2.x2" }), "", 0, element("paper.element_ref", 2)},
		{"through time", []any{first()}, at(second(), 1, func(e *Element) { e.Ref = "p1.e1.x2" }), "", 0, element("paper.element_ref", 2)},
		{"that were given", []any{first()}, at(second(), 1, func(e *Element) { e.Ref = "p1.x4" }), "", 0, element("paper.element_ref", 2)},
		{"each once", []any{first()}, at(second(), 1, func(e *Element) { e.Ref = "p1.x1" }), "", 0, element("paper.element_ref", 2)},
		{"a reserved one, too", []any{first(), reserve}, at(second(), 3, func(e *Element) { e.Ref = "p1.x4" }), "p1.e2", 4, nil},
		{"what is new comes after the reserved", []any{first(), reserve}, second(), "p1.e2", 5, nil},
		{"going on from elements of the edition before", []any{first()}, at(second(), 3, func(e *Element) { e.From = []cite.Ref{"p1.x2"} }), "p1.e2", 4, nil},
		{"and from no others", []any{first()}, at(second(), 3, func(e *Element) { e.From = []cite.Ref{"p1.x9"} }), "", 0, element("paper.element_ref", 4)},
		{"the first from none", nil, at(first(), 1, func(e *Element) { e.From = []cite.Ref{"p1.x1"} }), "", 0, element("paper.element_ref", 2)},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := &world{t: t, State: NewState()}
			w.must(c.before...)
			f, err := w.do(c.c)
			if !reflect.DeepEqual(err, c.no) {
				t.Fatalf("%v, want %v", err, c.no)
			}
			if err != nil {
				return
			}
			p, _ := w.Paper(c.ref)
			if got := f.(Published); got.Ref != c.ref || p.Counter() != c.n || got.By != "u0000000000001" || !got.At.Equal(noon) {
				t.Errorf("%s, %d elements of %s; want %s, %d", got.Ref, p.Counter(), got.By, c.ref, c.n)
			}
		})
	}
}

// TestReserve: a place is promised until an edition has it, and at most 200 are at a time.
func TestReserve(t *testing.T) {
	t.Parallel()
	w := &world{t: t, State: NewState()}
	reserve := Reserve{Paper: "p1", Kind: Paragraph, Name: locale.Plain("en", " Night ")}
	refused := func(c any, no error) {
		t.Helper()
		if _, err := w.do(c); !reflect.DeepEqual(err, no) {
			t.Errorf("%+v: %v, want %v", c, err, no)
		}
	}
	refused(reserve, refusal.New(refusal.Hidden, "paper.unknown"))
	w.must(first())
	refused(with(reserve, func(c *Reserve) { c.Kind = "line" }), refusal.In("kind", "paper.element_kind", "n", 1))
	refused(with(reserve, func(c *Reserve) { c.Name = locale.Plain("en", " ") }), refusal.In("name", "paper.reserve_name"))
	refused(with(reserve, func(c *Reserve) { c.Name = locale.Plain("en", strings.Repeat("é", 301)) }), refusal.Several{refusal.In("name", "line.long", "max", 300), refusal.In("name", "paper.reserve_name")})
	f, err := w.do(reserve)
	if want := (Reserved{Ref: "p1.x4", ElementKind: Paragraph, Name: locale.Plain("en", "Night"), By: "u0000000000001", At: noon}); err != nil || !reflect.DeepEqual(f, cite.Fact(want)) {
		t.Errorf("%+v, %v; want %+v", f, err, want)
	}
	for range 199 {
		w.must(reserve)
	}
	refused(reserve, refusal.New(refusal.NotNow, "paper.reserve_many", "max", 200))
	p, _ := w.Paper("p1")
	if !p.Promised("p1.x4") || !p.Promised("p1.x203") || p.Promised("p1.x204") || p.Promised("p1.x1") {
		t.Errorf("promised are %v", p.Reserved)
	}
	w.must(at(second(), 3, func(e *Element) { e.Ref = "p1.x4" })) // the edition has the first of them: a place is free
	if p.Promised("p1.x4") || !p.Promised("p1.x5") || len(p.Reserved) != 199 {
		t.Errorf("still promised are %d", len(p.Reserved))
	}
	w.must(reserve)
	if !p.Promised("p1.x204") {
		t.Error("nothing is promised after it")
	}
	refused(reserve, refusal.New(refusal.NotNow, "paper.reserve_many", "max", 200))
}

// TestGaps: a fact that does not follow on what is there is an error.
func TestGaps(t *testing.T) {
	t.Parallel()
	w := &world{t: t, State: NewState()}
	w.must(first(), second())
	for _, f := range []cite.Fact{
		Published{Ref: "p1.e4"}, Published{Ref: "p1.e2"}, Published{Ref: "p3.e1"}, Published{Ref: "p2.e2"}, Published{Ref: "p0.e1"},
		Reserved{Ref: "p1.x6"}, Reserved{Ref: "p1.x4"}, Reserved{Ref: "p2.x1"},
		ConcordanceCorrected{Edition: "p2.e1"}, ConcordanceCorrected{Edition: "p1.e3"}, ConcordanceCorrected{Edition: "p1.e2", Change: ElementChange{From: "p1.x9"}},
	} {
		if err := w.fold(f); !errors.Is(err, ErrGap) {
			t.Errorf("%+v: %v", f, err)
		}
	}
	for _, c := range []struct {
		fact cite.Fact
		want cite.Description
	}{
		{Published{Ref: "p1.e2"}, cite.Description{Kind: "paper.published/1", Minted: []cite.Ref{"p1.e2"}, Touches: []cite.Ref{"p1.e2"}, About: cite.Public}},
		{Reserved{Ref: "p1.x4"}, cite.Description{Kind: "paper.reserved/1", Minted: []cite.Ref{"p1.x4"}, Touches: []cite.Ref{"p1.x4"}, About: cite.Public}},
		{ConcordanceCorrected{Edition: "p1.e2"}, cite.Description{Kind: "paper.concordance_corrected/1", Touches: []cite.Ref{"p1.e2"}, About: cite.Public}},
	} {
		if got := c.fact.Describe(); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%+v, want %+v", got, c.want)
		}
	}
}

// TestCorrect: what a correction may say.
func TestCorrect(t *testing.T) {
	t.Parallel()
	good := CorrectConcordance{Edition: "p1.e2", From: "p1.x2", Change: Moved, To: []cite.Ref{"p1.x4"}, Reason: " So. "}
	change := func(f func(*CorrectConcordance)) CorrectConcordance { return with(good, f) }
	unknown := refusal.New(refusal.Hidden, "paper.unknown")
	number, to := refusal.In("to", "concordance.number"), refusal.In("to", "concordance.to")
	tooLong := &refusal.Refusal{Kind: refusal.TooLarge, Key: "contribution.long", Field: "reason", Args: []any{"max", 4096}}
	for _, c := range []struct {
		name string
		c    CorrectConcordance
		want ElementChange
		no   error
	}{
		{"moved", good, ElementChange{From: "p1.x2", Change: Moved, To: []cite.Ref{"p1.x4"}, TextChanged: true}, nil}, // its words had changed
		{"its text changed", change(func(c *CorrectConcordance) { c.Change = TextChanged }), ElementChange{From: "p1.x2", Change: TextChanged, To: []cite.Ref{"p1.x4"}}, nil},
		{"split", change(func(c *CorrectConcordance) { c.Change, c.To = Split, []cite.Ref{"p1.x2", "p1.x4"} }), ElementChange{From: "p1.x2", Change: Split, To: []cite.Ref{"p1.x2", "p1.x4"}, TextChanged: true}, nil},
		{"deleted", change(func(c *CorrectConcordance) { c.Change, c.To = Deleted, nil }), ElementChange{From: "p1.x2", Change: Deleted}, nil},
		{"split into one", change(func(c *CorrectConcordance) { c.Change = Split }), ElementChange{}, number},
		{"deleted into one", change(func(c *CorrectConcordance) { c.Change = Deleted }), ElementChange{}, number},
		{"moved to two", change(func(c *CorrectConcordance) { c.To = []cite.Ref{"p1.x2", "p1.x4"} }), ElementChange{}, number},
		{"moved to none", change(func(c *CorrectConcordance) { c.To = nil }), ElementChange{}, number},
		{"to what is not there", change(func(c *CorrectConcordance) { c.To = []cite.Ref{"p1.x9"} }), ElementChange{}, to},
		{"to one twice", change(func(c *CorrectConcordance) { c.Change, c.To = Split, []cite.Ref{"p1.x4", "p1.x4"} }), ElementChange{}, to},
		{"of a paper, not an edition", change(func(c *CorrectConcordance) { c.Edition = "p1" }), ElementChange{}, unknown},
		{"of the first edition", change(func(c *CorrectConcordance) { c.Edition = "p1.e1" }), ElementChange{}, unknown},
		{"of what was not there", change(func(c *CorrectConcordance) { c.From = "p1.x4" }), ElementChange{}, unknown},
		{"without a reason", change(func(c *CorrectConcordance) { c.Reason = " " }), ElementChange{}, refusal.In("reason", "reason.missing")},
		{"with too long a one", change(func(c *CorrectConcordance) { c.Reason = strings.Repeat("a", 4097) }), ElementChange{}, tooLong},
		{"of no kind", change(func(c *CorrectConcordance) { c.Change = "gone" }), ElementChange{}, refusal.In("fate", "concordance.fate")},
	} {
		w := &world{t: t, State: NewState()}
		w.must(first(), at(second(), 1, func(e *Element) { e.Text = locale.Plain("en", "They float well.") }))
		f, err := w.do(c.c)
		if !reflect.DeepEqual(err, c.no) {
			t.Errorf("%s: %v, want %v", c.name, err, c.no)
		} else if err == nil && !reflect.DeepEqual(f.(ConcordanceCorrected).Change, c.want) {
			t.Errorf("%s: %+v, want %+v", c.name, f, c.want)
		}
	}
}

// TestContinueMargin: an element of a draft goes on from one of the edition before only where no other comes close.
func TestContinueMargin(t *testing.T) {
	t.Parallel()
	e := &Edition{Ref: "p1.e1", Elements: []Element{{Ref: "p1.x1", Kind: Paragraph, Text: locale.Plain("en", "The ferry crosses the river every hour of the day in summer.")}}}
	e.build()
	continued := func(texts ...string) (out []cite.Ref) {
		d := &Draft{Original: "en"}
		for _, s := range texts {
			d.Elements = append(d.Elements, DraftElement{Kind: Paragraph, Text: map[locale.Lang]string{"en": s}})
		}
		e.Continue(d)
		for _, el := range d.Elements {
			out = append(out, el.Ref)
		}
		return out
	}
	for _, c := range []struct {
		name  string
		texts []string
		want  []cite.Ref
	}{
		{"the same words", []string{"The ferry crosses the river every hour of the day in summer."}, []cite.Ref{"p1.x1"}},
		{"nearly the same", []string{"The ferry crosses the river every hour of the day in winter."}, []cite.Ref{"p1.x1"}},
		{"others", []string{"Bridges are for carts."}, []cite.Ref{""}},
		{"just enough: six of twelve words and of eight", []string{"The ferry crosses the river every noon today."}, []cite.Ref{"p1.x1"}},
		{"not enough: six of twelve words and of nine", []string{"The ferry crosses the river every noon from today."}, []cite.Ref{""}},
		{"two that come as close", []string{"The ferry crosses the river every hour of the day in winter.", "The ferry crosses the river every hour of the day in spring."}, []cite.Ref{"", ""}},
		{"one the same and one that comes close", []string{"The ferry crosses the river every hour of the day in summer.", "The ferry crosses the river every hour of the day in summers."}, []cite.Ref{"p1.x1", ""}},
		{"twice the same where it stood once", []string{"The ferry crosses the river every hour of the day in summer.", "The ferry crosses the river every hour of the day in summer."}, []cite.Ref{"", ""}},
		{"one the same and one farther off", []string{"The ferry crosses the river every hour of the day in summer.", "The ferry crosses the lake twice a week in winter and at night."}, []cite.Ref{"p1.x1", ""}},
	} {
		if got := continued(c.texts...); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// TestEdition: how an edition is read: holders, labels, languages.
func TestEdition(t *testing.T) {
	t.Parallel()
	w := &world{t: t, State: NewState()}
	c := first()
	c.Elements = []Element{{Kind: Theme, Text: locale.Plain("en", "T")}, {Kind: Issue, Number: "7", Text: locale.Plain("en", "I")}, {Kind: Paragraph, Number: "13", Text: locale.Plain("en", "P"), Cites: []cite.Ref{"c1.1[0:3]", "d2"}},
		{Kind: Question, Number: "(i)", Text: locale.Plain("en", "Q")}, {Kind: Issue, Number: "8", Text: locale.Plain("en", "J")}}
	for i := range c.Elements {
		c.Elements[i].Text.In["fr"] = "f"
	}
	c.Title.In["fr"], c.Elements[4].Text.In["ar"] = "Papier", "ع"
	w.must(c)
	e, ok := w.Edition("p1.x3")
	if !ok || e.Ref != "p1.e1" || e.Issues() != 2 || !slices.Equal(e.Languages(), []locale.Lang{"en", "fr"}) {
		t.Fatalf("%+v", e)
	}
	for x, want := range map[cite.Ref]string{"p1.x1": "  ", "p1.x2": "p1.x1 p1.x2 7", "p1.x3": "p1.x2 p1.x2 13", "p1.x4": "p1.x3 p1.x2 13(i)", "p1.x5": "p1.x1 p1.x5 8", "p1.x6": "  "} {
		if got := fmt.Sprint(e.Holder(x), " ", e.IssueOf(x), " ", e.Label(x)); got != want {
			t.Errorf("%s: %q, want %q", x, got, want)
		}
	}
	for label, want := range map[string]cite.Ref{"13": "p1.x3", " 13(i)": "p1.x4", "issue 7": "p1.x2", "Issue 8": "p1.x5", "7": "", "issue 13": "", "": ""} {
		if got, ok := e.Find(label); got != want || ok != (want != "") {
			t.Errorf("%q is %s", label, got)
		}
	}
	if !e.Within("p1.x4", "p1.x2") || !e.Within("p1.x4", "p1.x4") || e.Within("p1.x2", "p1.x4") || e.Within("p1.x5", "p1.x2") {
		t.Error("what stands in what is wrong")
	}
	for r, want := range map[cite.Ref][]cite.Ref{"c1.1": {"p1.e1.x3"}, "c1.1[5:9]": {"p1.e1.x3"}, "d2": {"p1.e1.x3"}, "c1.2": nil} {
		if got := w.Citing(r); !slices.Equal(got, want) {
			t.Errorf("%s is cited by %v", r, got)
		}
	}
	for r, there := range map[cite.Ref]bool{"p1": true, "p1.e1": true, "p1.e2": false, "p2": false, "p0": false, "k1": false} {
		if _, ok := w.Edition(r); ok != there {
			t.Errorf("%s is there: %v", r, ok)
		}
	}
	if r, ok := w.Symbol("p/1"); !ok || r != "p1.e1" {
		t.Errorf("P/1 is %s", r)
	}
}

// TestPreview: the state as it would be stands beside the one that is; where only texts are wrong it is there all the same, and what is wrong with them is
// said before what else is.
func TestPreview(t *testing.T) {
	t.Parallel()
	w := &world{t: t, State: NewState()}
	w.must(first())
	blank := func(c *Element) { c.Text = locale.Plain("en", " ") }
	key := func(err error) string {
		if rs := refusal.Of(err); len(rs) > 0 {
			return rs[0].Key
		}
		return fmt.Sprint(err)
	}
	_, empty := at(second(), 1, blank).Check()
	if empty == nil {
		t.Fatal("an element without words is none")
	}
	for name, c := range map[string]struct {
		Publish
		ref cite.Ref // of the edition that is shown
		err string
	}{
		"as it is to be":               {second(), "p1.e2", "<nil>"},
		"a new paper":                  {with(first(), func(c *Publish) { c.Symbol = "Q/1" }), "p2.e1", "<nil>"},
		"a symbol that is taken":       {with(second(), func(c *Publish) { c.Symbol = "P/1" }), cite.None, "paper.symbol_taken"},
		"an unknown paper":             {with(second(), func(c *Publish) { c.Paper = "p7" }), cite.None, "paper.unknown"},
		"from an older edition":        {with(second(), func(c *Publish) { c.Base = 2 }), cite.None, "paper.stale"},
		"a text":                       {at(second(), 1, blank), "p1.e2", key(empty)},
		"a text, from an older":        {with(at(second(), 1, blank), func(c *Publish) { c.Base = 2 }), cite.None, key(empty)},
		"no elements":                  {with(second(), func(c *Publish) { c.Elements = nil }), cite.None, key(func() error { _, err := with(second(), func(c *Publish) { c.Elements = nil }).Check(); return err }())},
		"a question before paragraphs": {with(second(), func(c *Publish) { c.Elements = []Element{el(Issue, "Boats"), el(Question, "Why?")} }), cite.None, "paper.question_alone"},
	} {
		shown, ref, err := w.Preview(cite.Act{At: noon}, c.Publish, cite.Entry{Position: w.n + 1})
		if key(err) != c.err || ref != c.ref || (shown != nil) != (c.ref != cite.None) {
			t.Errorf("%s: %q %v %v, want %q %s", name, ref, shown != nil, key(err), c.ref, c.err)
			continue
		}
		if shown != nil {
			if _, ok := shown.Edition(ref); !ok {
				t.Errorf("%s: it is not in the state that is shown", name)
			}
		}
		if p, _ := w.Paper("p1"); len(p.Editions) != 1 {
			t.Fatalf("%s: it was published", name)
		}
		if _, ok := w.Paper("p2"); ok {
			t.Fatalf("%s: it was published", name)
		}
	}
}
