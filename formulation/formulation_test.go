package formulation

import (
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

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func act() cite.Act { return cite.Act{By: "u1", At: noon} }

// keys are what an error says, field and key.
func keys(err error) (out []string) {
	for _, r := range refusal.Of(err) {
		out = append(out, strings.TrimSpace(r.Field+" "+r.Key))
	}
	return out
}

// world is a state, and the position of its last entry.
type world struct {
	*testing.T
	*State
	at cite.Position
}

type folds interface {
	Apply(*State, cite.Entry) error
}

// fold folds what a rule proposes, refused or not at all.
func (w *world) fold(p cite.Proposal, err error) cite.Position {
	w.Helper()
	if err != nil {
		w.Fatal(keys(err), err)
	}
	w.at++
	ptr := reflect.New(reflect.TypeOf(p.Body))
	ptr.Elem().Set(reflect.ValueOf(p.Body))
	if err := ptr.Interface().(folds).Apply(w.State, cite.Entry{Position: w.at}); err != nil {
		w.Fatal(err)
	}
	return w.at
}

func of(refs ...cite.Ref) (out []Found) {
	for _, r := range refs {
		out = append(out, Found{Ref: r, Proposal: Proposal{Call: "k1", Published: true, For: "y" + string(r)}})
	}
	return out
}

func text(s string) locale.Text { return locale.Plain("en", s) }

// gathering is a world with a call that gathers questions.
func gathering(t *testing.T) *world {
	w := &world{T: t, State: NewState()}
	w.fold(w.Gather(act(), Gather{Call: "k1", Days: 10}))
	return w
}

func TestChecks(t *testing.T) {
	long := strings.Repeat("é", MaxProposed+1)
	themes := make([]Theme, MaxThemes+1)
	for i := range themes {
		themes[i].Title = text("T")
	}
	for name, c := range map[string]struct {
		err  error
		want []string
	}{
		"no days":           {second(Gather{Days: 0}.Check()), nil},
		"most days":         {second(Gather{Days: MaxDays}.Check()), nil},
		"too many days":     {second(Gather{Days: MaxDays + 1}.Check()), []string{"days formulation.days"}},
		"days before":       {second(Gather{Days: -1}.Check()), []string{"days formulation.days"}},
		"no proposal":       {second(Word{Wording: text("Why?")}.Check()), []string{"of formulation.of"}},
		"as many as it has": {second(Word{Question: "q1", Wording: text("Why?")}.Check()), nil},
		"one, as it is":     {second(Word{Of: []cite.Ref{"c1.1"}}.Check()), nil},
		"two, as they are":  {second(Word{Of: []cite.Ref{"c1.1", "c2.1"}}.Check()), []string{"wording formulation.wording"}},
		"too many":          {second(Word{Of: make([]cite.Ref, MaxOf+1), Wording: text("Why?")}.Check()), []string{"of formulation.of"}},
		"a long wording":    {second(Word{Of: []cite.Ref{"c1.1"}, Wording: text(long)}.Check()), []string{"wording line.long"}},
		"no reason":         {second(Dissolve{Reason: " \n"}.Check()), []string{"reason desk.reason"}},
		"a reason":          {second(Dissolve{Reason: "So."}.Check()), nil},
		"a nameless theme":  {second(Arrange{Themes: []Theme{{Title: text("A")}, {}}}.Check()), []string{"themes formulation.theme"}},
		"most themes":       {second(Arrange{Themes: themes[1:]}.Check()), nil},
		"too many themes":   {second(Arrange{Themes: themes}.Check()), []string{"themes formulation.themes"}},
	} {
		if got := keys(c.err); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func second[T any](_ T, err error) error { return err }

// TestProposed: what is sent to a call that gathers questions is questions; another call takes anything.
func TestProposed(t *testing.T) {
	w := gathering(t)
	for name, c := range map[string]struct {
		call cite.Ref
		sent []Draft
		want []string
	}{
		"a question":       {"k1", []Draft{{"Why?", ""}}, nil},
		"and why":          {"k1", []Draft{{"Why?", "So."}, {"How?", ""}}, nil},
		"no question":      {"k1", []Draft{{" ", "So."}}, []string{"wording proposal.question"}},
		"nothing":          {"k1", nil, []string{"wording proposal.question"}},
		"a long question":  {"k1", []Draft{{strings.Repeat("a", MaxProposed+1), ""}}, []string{"wording line.long"}},
		"a long why":       {"k1", []Draft{{"Why?", strings.Repeat("a", MaxWhy+1)}}, []string{"text line.long"}},
		"to another call":  {"k2", []Draft{{"", "So."}}, nil},
		"nothing there":    {"k2", nil, nil},
		"the longest both": {"k1", []Draft{{strings.Repeat("é", MaxProposed), strings.Repeat("é", MaxWhy)}}, nil},
	} {
		if got := keys(w.Proposed(c.call, c.sent)); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	if _, err := w.Gather(act(), Gather{Call: "k1"}); !slices.Equal(keys(err), []string{"formulation.gathers"}) {
		t.Errorf("k1 gathers twice: %v", err)
	}
}

func TestSupport(t *testing.T) {
	w := gathering(t)
	p := of("c1.1")[0].Proposal
	unpublished, elsewhere, decided := p, p, p
	unpublished.Published, elsewhere.Call, decided.Decided = false, "k2", true
	give := GiveSupport{Proposal: "c1.1", Category: "ngo", Country: "XA", Known: true}
	for name, c := range map[string]struct {
		who  Speaker
		of   Proposal
		want []string
	}{
		"a party":            {Speaker{"u2", "y2"}, p, nil},
		"its own":            {Speaker{"u2", "yc1.1"}, p, []string{"proposal.own"}},
		"not yet published":  {Speaker{"u2", "y2"}, unpublished, []string{"proposal.unknown"}},
		"no proposal":        {Speaker{"u2", "y2"}, elsewhere, []string{"proposal.unknown"}},
		"what is decided on": {Speaker{"u2", "y2"}, decided, []string{"proposal.decided"}},
	} {
		if _, err := w.Support(act(), c.who, c.of, give); !slices.Equal(keys(err), c.want) {
			t.Errorf("%s: %q, want %q", name, keys(err), c.want)
		}
	}
	before := w.Snapshot()
	w.fold(w.Support(act(), Speaker{"u2", "y2"}, p, give))
	if _, err := w.Support(act(), Speaker{"u3", "y2"}, p, give); !slices.Equal(keys(err), []string{"proposal.supported"}) {
		t.Errorf("y2 supports twice: %v", err)
	}
	if got := w.Supports("c1.1"); !reflect.DeepEqual(got, []Support{{By: "u2", For: "y2", Category: "ngo", Country: "XA", Known: true, At: noon}}) {
		t.Errorf("%+v", got)
	}
	w.fold(w.Support(act(), Speaker{"u4", "y4"}, p, give))
	back := TakeBackSupport{Proposal: "c1.1"}
	for name, c := range map[string]struct {
		who  Speaker
		of   Proposal
		want []string
	}{
		"who does not":       {Speaker{"u5", "y5"}, p, []string{"proposal.unsupported"}},
		"what is decided on": {Speaker{"u2", "y2"}, decided, []string{"proposal.decided"}},
		"another of it":      {Speaker{"u3", "y2"}, p, nil},
	} {
		if _, err := w.TakeBack(act(), c.who, c.of, back); !slices.Equal(keys(err), c.want) {
			t.Errorf("%s takes back: %q, want %q", name, keys(err), c.want)
		}
	}
	w.fold(w.TakeBack(act(), Speaker{"u2", "y2"}, p, back))
	if got := w.Supports("c1.1"); len(got) != 1 || got[0].For != "y4" {
		t.Errorf("after it was taken back: %+v", got)
	}
	if len(before.Supports("c1.1")) != 0 {
		t.Error("a snapshot changed")
	}
}

// TestConstituencies: a party counts once, in its category, with how many of its kind take part; who proposes supports.
func TestConstituencies(t *testing.T) {
	w := gathering(t)
	give := func(proposal cite.Ref, party, category string) {
		w.fold(w.Support(act(), Speaker{"u" + party, party}, Proposal{Call: "k1", Published: true, For: "y0"}, GiveSupport{Proposal: proposal, Category: category}))
	}
	give("c1.1", "y2", "state")
	give("c1.1", "y3", "ngo")
	give("c2.1", "y3", "ngo")
	give("c2.1", "y4", "club") // which was merged into ngo
	give("c3.1", "y5", "person")
	in := Categories{Order: []string{"state", "ngo", "person", "firm"}, Canonical: func(c string) string {
		if c == "club" {
			return "ngo"
		}
		return c
	}}
	got := w.Constituencies([]cite.Ref{"c1.1", "c2.1"}, map[string]string{"y0": "ngo", "y2": "state"}, map[string]int{"state": 9, "ngo": 2, "person": 4}, in)
	want := []Share{{"state", 1, 9}, {"ngo", 3, 3}, {"person", 0, 4}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
	taking := w.TakingPart(map[cite.Ref]bool{"c1.1": true, "c2.1": true}, map[string]string{"y0": "state", "y4": "state"}, in.Canonical)
	if !reflect.DeepEqual(taking, map[string]int{"state": 2, "ngo": 2}) {
		t.Errorf("%v take part", taking)
	}
}

// TestTakingPartOnce: who supports proposals in several categories takes part once, in that in which they did so last, however often it
// is counted.
func TestTakingPartOnce(t *testing.T) {
	w := gathering(t)
	of := map[cite.Ref]bool{}
	for i := range 100 {
		proposal, category := cite.Ref(fmt.Sprintf("c%d.1", i+1)), "ngo"
		if i == 70 {
			category = "person"
		}
		of[proposal] = true
		at := act()
		if i <= 70 {
			at.At = noon.Add(time.Duration(i) * time.Minute)
		}
		w.fold(w.Support(at, Speaker{"u2", "y2"}, Proposal{Call: "k1", Published: true, For: "y0"}, GiveSupport{Proposal: proposal, Category: category}))
	}
	if taking := w.TakingPart(of, map[string]string{}, func(c string) string { return c }); !reflect.DeepEqual(taking, map[string]int{"person": 1}) {
		t.Errorf("%v take part", taking)
	}
}

func TestWord(t *testing.T) {
	w := gathering(t)
	hidden, elsewhere := of("c9.1"), of("c8.1")
	hidden[0].Published, elsewhere[0].Call = false, "k2"
	ask := Word{Call: "k1", Wording: text("Why?")}
	for name, c := range map[string]struct {
		of   []Found
		ask  Word
		want []string
	}{
		"several":            {of("c1.1", "c2.1"), ask, nil},
		"not published":      {hidden, ask, []string{"of formulation.proposal"}},
		"of another call":    {elsewhere, ask, []string{"of formulation.proposal"}},
		"one twice":          {of("c1.1", "c1.1"), ask, []string{"of formulation.twice"}},
		"a call without":     {of("c1.1"), Word{Call: "k2"}, []string{"call.unknown"}},
		"no such question":   {of("c1.1"), Word{Question: "q7"}, []string{"formulation.unknown"}},
		"a date that passed": {of("c1.1"), Word{Call: "k1", Until: noon.Add(-1)}, []string{"until formulation.past"}},
		"at once":            {of("c1.1"), Word{Call: "k1", Until: noon}, nil},
	} {
		if _, err := w.Word(act(), c.of, false, cite.None, c.ask); !slices.Equal(keys(err), c.want) {
			t.Errorf("%s: %q, want %q", name, keys(err), c.want)
		}
	}

	before := w.Snapshot()
	at := w.fold(w.Word(act(), of("c1.1", "c2.1"), false, "d1", ask))
	q, ok := w.Question("q1")
	if !ok || len(before.Questions("k1")) != 0 || len(w.Questions("k1")) != 1 {
		t.Fatalf("q1: %v, before %v", ok, before.Questions("k1"))
	}
	want := Wording{Position: at, Of: []cite.Ref{"c1.1", "c2.1"}, Original: "en", Languages: []locale.Lang{"en"}, Until: noon.AddDate(0, 0, 10), Answer: "d1", At: noon}
	if got := *q.Now(); !reflect.DeepEqual(got, want) || got.AsProposed() {
		t.Errorf("%+v, want %+v", got, want)
	}
	for p, in := range map[cite.Ref]cite.Ref{"c1.1": "q1", "c2.1": "q1", "c3.1": ""} {
		if w.In(p) != in {
			t.Errorf("%s stands in %q", p, w.In(p))
		}
	}
	for name, c := range map[string]struct {
		of    []Found
		taken bool
		ask   Word
		want  []string
	}{
		"one of another question": {of("c2.1"), false, ask, []string{"of formulation.elsewhere"}},
		"unseen":                  {of("c1.1"), false, Word{Question: "q1", Seen: at - 1}, []string{"formulation.changed"}},
		"taken up":                {of("c1.1"), true, Word{Question: "q1", Seen: at}, []string{"formulation.taken"}},
		"its own":                 {of("c1.1", "c3.1"), false, Word{Question: "q1", Seen: at, Wording: text("Now?")}, nil},
	} {
		if _, err := w.Word(act(), c.of, c.taken, cite.None, c.ask); !slices.Equal(keys(err), c.want) {
			t.Errorf("%s: %q, want %q", name, keys(err), c.want)
		}
	}
	// Other words, of other proposals: what is not among them any more waits again.
	now := w.fold(w.Word(act(), of("c1.1", "c3.1"), false, cite.None, Word{Question: "q1", Seen: at, Wording: text("Now?")}))
	if w.In("c2.1") != cite.None || w.In("c3.1") != "q1" || len(q.Wordings) != 1 {
		t.Errorf("c2.1 in %q, c3.1 in %q, the one before has %d wordings", w.In("c2.1"), w.In("c3.1"), len(q.Wordings))
	}
	if q, _ := w.Question("q1"); len(q.Wordings) != 2 || q.Now().Position != now {
		t.Errorf("%+v", q)
	}
	// One keeps its own words.
	w.fold(w.Word(act(), of("c2.1"), false, cite.None, Word{Call: "k1"}))
	if q, _ := w.Question("q2"); !q.Now().AsProposed() || q.Now().Original != "" {
		t.Errorf("%+v", q.Now())
	}

	for name, c := range map[string]struct {
		taken bool
		ask   Dissolve
		want  []string
	}{
		"unseen":   {false, Dissolve{Question: "q1", Seen: at}, []string{"formulation.changed"}},
		"taken up": {true, Dissolve{Question: "q1", Seen: now}, []string{"formulation.taken"}},
		"no such":  {false, Dissolve{Question: "q3", Seen: now}, []string{"formulation.unknown"}},
		"it":       {false, Dissolve{Question: "q1", Seen: now}, nil},
	} {
		if _, err := w.Dissolve(act(), c.taken, c.ask); !slices.Equal(keys(err), c.want) {
			t.Errorf("dissolve %s: %q, want %q", name, keys(err), c.want)
		}
	}
	gone := w.fold(w.Dissolve(act(), false, Dissolve{Question: "q1", Reason: "So.", Seen: now}))
	if q, _ := w.Question("q1"); q.Dissolved != gone || w.In("c1.1") != cite.None || len(w.Questions("k1")) != 1 {
		t.Errorf("%+v, c1.1 in %q", q, w.In("c1.1"))
	}
	for _, again := range []error{second(w.Dissolve(act(), false, Dissolve{Question: "q1", Seen: now})), second(w.Word(act(), nil, false, cite.None, Word{Question: "q1", Seen: now}))} {
		if !slices.Equal(keys(again), []string{"formulation.unknown"}) {
			t.Errorf("after it was dissolved: %v", again)
		}
	}
}

// TestArrange: questions stand in the order of their themes, those that stand under none behind.
func TestArrange(t *testing.T) {
	w := gathering(t)
	w.fold(w.Gather(act(), Gather{Call: "k2"}))
	for _, p := range []cite.Ref{"c1.1", "c2.1", "c3.1", "c4.1"} {
		w.fold(w.Word(act(), of(p), false, cite.None, Word{Call: "k1"}))
	}
	other := of("c5.1")
	other[0].Call = "k2"
	w.fold(w.Word(act(), other, false, cite.None, Word{Call: "k2"}))
	gone, _ := w.Question("q4")
	w.fold(w.Dissolve(act(), false, Dissolve{Question: "q4", Seen: gone.Now().Position}))

	under := func(refs ...cite.Ref) Arrange {
		return Arrange{Call: "k1", Themes: []Theme{{text("A"), nil}, {text("B"), refs}}}
	}
	for name, c := range map[string]struct {
		ask  Arrange
		want []string
	}{
		"some":                {under("q3", "q1"), nil},
		"one twice":           {under("q3", "q3"), []string{"themes formulation.placed"}},
		"one that is gone":    {under("q4"), []string{"themes formulation.placed"}},
		"one of another call": {under("q5"), []string{"themes formulation.placed"}},
		"none that is":        {under("c1.1"), []string{"themes formulation.placed"}},
		"of a call without":   {Arrange{Call: "k3"}, []string{"call.unknown"}},
	} {
		if _, err := w.Arrange(act(), c.ask); !slices.Equal(keys(err), c.want) {
			t.Errorf("%s: %q, want %q", name, keys(err), c.want)
		}
	}
	before := w.Snapshot()
	at := w.fold(w.Arrange(act(), under("q3", "q1")))
	order := func(s *State) string {
		var out []cite.Ref
		for _, q := range s.Questions("k1") {
			out = append(out, q.Ref)
		}
		return fmt.Sprint(out)
	}
	if got := order(w.State); got != "[q3 q1 q2]" || order(before) != "[q1 q2 q3]" {
		t.Errorf("%s, before %s", got, order(before))
	}
	if g, _ := w.Gathering("k1"); g.Arranged != at || len(g.Themes) != 2 || len(w.Gatherings()) != 2 {
		t.Errorf("%+v", g)
	}
	if _, err := w.Arrange(act(), under("q1")); !slices.Equal(keys(err), []string{"formulation.rearranged"}) {
		t.Errorf("over an order that was not seen: %v", err)
	}
	again := under("q1")
	again.Seen = at
	w.fold(w.Arrange(act(), again))
	if w.Questions("k3") != nil {
		t.Error("a call that gathers nothing has questions")
	}
}

// TestGaps: a fact about what is not there is no fact.
func TestGaps(t *testing.T) {
	w := gathering(t)
	for _, f := range []folds{&Worded{Ref: "q2", New: true}, &Worded{Ref: "q1"}, &Dissolved{Ref: "q1"}, &Arranged{Call: "k2"}} {
		if err := f.Apply(w.State, cite.Entry{Position: 9}); err == nil {
			t.Errorf("%T is folded", f)
		}
	}
}
