package priority

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
	"pgregory.net/rapid"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func by(who string, at time.Time) cite.Act { return cite.Act{By: who, At: at} }

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

// fold folds what a rule proposes, refused or not at all; what was snapshot before does not change.
func (w *world) fold(p cite.Proposal, err error) cite.Words {
	w.Helper()
	if err != nil {
		w.Fatal(keys(err), err)
	}
	before, was := w.Snapshot(), len(w.orders)
	w.at++
	ptr := reflect.New(reflect.TypeOf(p.Body))
	ptr.Elem().Set(reflect.ValueOf(p.Body))
	if err := ptr.Interface().(folds).Apply(w.State, cite.Entry{Position: w.at}); err != nil {
		w.Fatal(err)
	}
	if len(before.orders) != was || was > 0 && before.orders[was-1].Seen() == w.at {
		w.Fatal("a snapshot changes")
	}
	return p.Words
}

func text(s string) locale.Text { return locale.Plain("en", s) }

func placed(themes ...int) (out []Placed) {
	for _, n := range themes {
		out = append(out, Placed{Theme: n, Reason: text("Because.")})
	}
	return out
}

func begin() Begin {
	return Begin{Title: text("What comes first"), Criteria: []locale.Text{text("How many spoke")},
		Themes: []Theme{{Names: []cite.Ref{"p1.e1.x1"}}, {Title: text("Winter"), Names: []cite.Ref{"p1.e1.x2", "p1.e1.x3"}}, {Names: []cite.Ref{"p1.e1.x4"}}}}
}

// begun is a world with an order of three themes, o1.
func begun(t *testing.T) *world {
	w := &world{T: t, State: NewState()}
	w.fold(w.Begin(by("u1", noon), begin()))
	return w
}

// proposed is begun with the order 2 1 3, on which comments are taken at k1.
func proposed(t *testing.T) *world {
	w := begun(t)
	w.fold(w.Propose(by("u1", noon), Propose{Order: "o1", Call: "k1", Places: placed(2, 1, 3), Seen: 1}))
	return w
}

func (w *world) order() *Order {
	o, ok := w.Order("o1")
	if !ok {
		w.Fatal("no order")
	}
	return o
}

// TestChecks: what is declared is held to its bounds.
func TestChecks(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*Begin)
		want   string
	}{
		"as it should be":    {func(*Begin) {}, ""},
		"no title":           {func(c *Begin) { c.Title = locale.Text{} }, "title priority.title"},
		"no criteria":        {func(c *Begin) { c.Criteria = nil }, "criteria priority.criteria"},
		"too many criteria":  {func(c *Begin) { c.Criteria = slices.Repeat(c.Criteria, MaxCriteria+1) }, "criteria priority.criteria"},
		"an empty criterion": {func(c *Begin) { c.Criteria = append(c.Criteria, locale.Text{}) }, "criteria priority.criteria"},
		"one theme":          {func(c *Begin) { c.Themes = c.Themes[:1] }, "themes priority.themes"},
		"a theme about none": {func(c *Begin) { c.Themes[0].Names = nil }, "themes priority.names"},
		"without a title":    {func(c *Begin) { c.Themes[1].Title = locale.Text{} }, "themes priority.untitled"},
		"in two themes":      {func(c *Begin) { c.Themes[0].Names = []cite.Ref{"p1.e1.x4"} }, "themes priority.twice"},
		"twice in the theme": {func(c *Begin) { c.Themes[1].Names[1] = "p1.e1.x2" }, "themes priority.twice"},
	} {
		b := begin()
		c.change(&b)
		_, err := b.Check()
		if got := strings.Join(keys(err), ", "); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	if _, err := (Propose{Order: "o1", Places: []Placed{{Theme: 1}}}).Check(); strings.Join(keys(err), ", ") != "call priority.call, places priority.reason" {
		t.Error(keys(err))
	}
	if _, err := (Decide{Order: "o1", Left: []Placed{{Theme: 1}}}).Check(); strings.Join(keys(err), ", ") != "places priority.none, left priority.reason" {
		t.Error(keys(err))
	}
	if _, err := (GiveUp{Order: "o1"}).Check(); strings.Join(keys(err), ", ") != "reason desk.reason" {
		t.Error(keys(err))
	}
	long := placed(1)
	long[0].Reason = text(strings.Repeat("é", MaxReason+1))
	if _, err := (Decide{Order: "o1", Places: long}).Check(); strings.Join(keys(err), ", ") != "places line.long" {
		t.Error(keys(err))
	}
}

// TestPropose: every theme stands in one place of what is proposed, once.
func TestPropose(t *testing.T) {
	t.Parallel()
	w := begun(t)
	for name, c := range map[string]struct {
		ask  Propose
		want string
	}{
		"no such order":      {Propose{Order: "o2", Call: "k1", Places: placed(1, 2, 3), Seen: 1}, "priority.unknown"},
		"a theme":            {Propose{Order: "o1.t1", Call: "k1", Places: placed(1, 2, 3), Seen: 1}, "priority.unknown"},
		"not as it is":       {Propose{Order: "o1", Call: "k1", Places: placed(1, 2, 3)}, "priority.changed"},
		"a theme is missing": {Propose{Order: "o1", Call: "k1", Places: placed(1, 2), Seen: 1}, "places priority.missing"},
		"a theme twice":      {Propose{Order: "o1", Call: "k1", Places: placed(1, 2, 3, 1), Seen: 1}, "places priority.placed"},
		"a theme too many":   {Propose{Order: "o1", Call: "k1", Places: placed(1, 2, 3, 4), Seen: 1}, "places priority.placed"},
		"theme nought":       {Propose{Order: "o1", Call: "k1", Places: placed(0, 1, 2, 3), Seen: 1}, "places priority.placed"},
	} {
		_, err := w.Propose(by("u1", noon), c.ask)
		if got := strings.Join(keys(err), ", "); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	if w.order().Now() != nil || len(w.Naming("p1.e1.x2")) > 0 {
		t.Error("what is only begun is an order")
	}
	words := w.fold(w.Propose(by("u1", noon), Propose{Order: "o1", Call: "k1", Places: placed(2, 1, 3), Seen: 1}))
	o := w.order()
	if words[ReasonName(2, "en")] != "Because." || o.Now().Place(2) != 1 || o.Now().Place(3) != 3 || o.Now().Place(4) != 0 || o.Seen() != 2 {
		t.Errorf("%v %+v", words, o)
	}
	if !slices.Equal(w.Naming("p1.e1.x2"), []cite.Ref{"o1.t2"}) || len(w.Naming("p1.e2.x2")) > 0 || len(w.Naming(cite.None)) > 0 {
		t.Error("what names an element:", w.Naming("p1.e1.x2"))
	}
	if by, ok := w.ByCall("k1"); !ok || by != o {
		t.Error("the call knows no order")
	}
	if _, ok := w.ByCall(cite.None); ok {
		t.Error("an order that has no call is found by none")
	}
	_, err := w.Propose(by("u1", noon), Propose{Order: "o1", Call: "k2", Places: placed(1, 2, 3), Seen: 2})
	if strings.Join(keys(err), ", ") != "priority.proposed" {
		t.Error(keys(err))
	}
	w.fold(w.Begin(by("u1", noon), begin()))
	if _, err := w.Propose(by("u1", noon), Propose{Order: "o2", Call: "k1", Places: placed(1, 2, 3), Seen: 3}); strings.Join(keys(err), ", ") != "call priority.call" {
		t.Error("two orders with one call:", keys(err))
	}
}

// TestDecide: in a cell for each state of the comments, whether it may be decided.
func TestDecide(t *testing.T) {
	t.Parallel()
	over := Comments{Until: noon}
	ask := Decide{Order: "o1", Places: placed(1, 2), Left: placed(3), Seen: 2}
	for name, c := range map[string]struct {
		who    string
		of     Comments
		change func(*Decide)
		want   string
	}{
		"after the comments":           {"u1", over, nil, ""},
		"while they are taken":         {"u1", Comments{Until: noon.Add(1)}, nil, "priority.comments"},
		"of a call that was withdrawn": {"u1", Comments{Until: noon.Add(1), Withdrawn: true}, nil, ""},
		"one waits for a moderator":    {"u1", Comments{Until: noon, Pending: 1}, nil, "priority.pending"},
		"one has no answer":            {"u1", Comments{Until: noon, Unanswered: 1}, nil, "list priority.unanswered"},
		"and it is decided so":         {"u1", Comments{Until: noon, Unanswered: 1}, func(c *Decide) { c.List = true }, ""},
		"alone, where two are needed":  {"u1", Comments{Until: noon, Second: true}, nil, "priority.second"},
		"by another, where two are":    {"u2", Comments{Until: noon, Second: true}, nil, ""},
		"not as it is":                 {"u1", over, func(c *Decide) { c.Seen = 1 }, "priority.changed"},
		"a theme is missing":           {"u1", over, func(c *Decide) { c.Left = nil }, "places priority.missing"},
		"taken and not":                {"u1", over, func(c *Decide) { c.Left = placed(3, 1) }, "places priority.placed"},
		"why, of a first":              {"u1", over, func(c *Decide) { c.Why = text("Winter came.") }, "why priority.first"},
	} {
		w, ask := proposed(t), ask
		if c.change != nil {
			c.change(&ask)
		}
		p, err := w.Decide(by(c.who, noon), c.of, ask)
		if got := strings.Join(keys(err), ", "); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		if err == nil && p.Body.(Decided).Unanswered != c.of.Unanswered {
			t.Errorf("%s: %+v", name, p.Body)
		}
	}
	w := begun(t)
	if _, err := w.Decide(by("u1", noon), over, Decide{Order: "o1", Places: placed(1, 2, 3), Seen: 1}); strings.Join(keys(err), ", ") != "priority.unproposed" {
		t.Error("what was not proposed:", keys(err))
	}
}

// TestSupersede: another decision takes the place of one, with a reason; the one before stays.
func TestSupersede(t *testing.T) {
	t.Parallel()
	w := proposed(t)
	of := Comments{Until: noon}
	w.fold(w.Decide(by("u1", noon), of, Decide{Order: "o1", Places: placed(1, 2), Left: placed(3), Seen: 2}))
	again := Decide{Order: "o1", Places: placed(3, 1, 2), Seen: 3}
	if _, err := w.Decide(by("u1", noon), of, again); strings.Join(keys(err), ", ") != "why priority.why" {
		t.Error("without a reason:", keys(err))
	}
	again.Why = text("The river froze.")
	if _, err := w.Decide(by("u1", noon), Comments{Until: noon, Second: true}, again); strings.Join(keys(err), ", ") != "priority.second" {
		t.Error("by who wrote the decision that holds:", keys(err))
	}
	if words := w.fold(w.Decide(by("u1", noon), of, again)); words["why.en"] != "The river froze." || words["reason.3.en"] != "Because." {
		t.Error(words)
	}
	o := w.order()
	if _, left := o.Decisions[0].NotTaken(3); len(o.Decisions) != 2 || !left || o.Now().Place(3) != 1 || o.Proposal.Place(2) != 1 || o.Seen() != 4 {
		t.Errorf("%+v", o)
	}
	if _, err := w.GiveUp(by("u1", noon), GiveUp{Order: "o1", Reason: text("No."), Seen: 4}); strings.Join(keys(err), ", ") != "priority.decided" {
		t.Error("what was decided is given up:", keys(err))
	}
}

// TestGiveUp: what is given up stays to be seen, and nothing more becomes of it.
func TestGiveUp(t *testing.T) {
	t.Parallel()
	w := proposed(t)
	if _, err := w.GiveUp(by("u1", noon), GiveUp{Order: "o1", Reason: text("No."), Seen: 1}); strings.Join(keys(err), ", ") != "priority.changed" {
		t.Error("not as it is:", keys(err))
	}
	if words := w.fold(w.GiveUp(by("u1", noon), GiveUp{Order: "o1", Reason: text("No."), Seen: 2})); words["reason.en"] != "No." {
		t.Error(words)
	}
	if o := w.order(); o.Withdrawn != 3 || o.Seen() != 3 || len(w.Naming("p1.e1.x2")) > 0 || len(w.Orders()) != 1 {
		t.Errorf("%+v", o)
	}
	if _, err := w.Decide(by("u1", noon), Comments{Until: noon}, Decide{Order: "o1", Places: placed(1, 2, 3), Seen: 3}); strings.Join(keys(err), ", ") != "priority.withdrawn" {
		t.Error(keys(err))
	}
}

// TestReferences: an order and its themes are found by their own references, and by no other.
func TestReferences(t *testing.T) {
	t.Parallel()
	w := begun(t)
	for ref, want := range map[cite.Ref]bool{"o1": true, "o1.t1": true, "o1.t3": true, "o1.t4": false, "o2": false, "o0": false, "p1": false, "": false} {
		if _, ok := w.Order(ref); ok != want {
			t.Errorf("%q: %v", ref, ok)
		}
	}
}

// TestGaps: a record that is not whole is not taken.
func TestGaps(t *testing.T) {
	t.Parallel()
	s := NewState()
	for _, f := range []folds{&Begun{Ref: "o2"}, &Proposed{Order: "o1"}, &Decided{Order: "o1"}, &Withdrawn{Order: "o1"}} {
		if f.Apply(s, cite.Entry{Position: 1}) == nil {
			t.Errorf("%T is taken", f)
		}
	}
}

// TestPermutations: whatever is sent, what is decided is each theme once, taken or not.
func TestPermutations(t *testing.T) {
	t.Parallel()
	w := proposed(t)
	rapid.Check(t, func(r *rapid.T) {
		themes := rapid.SliceOfN(rapid.IntRange(-1, 5), 1, 6).Draw(r, "themes")
		cut := rapid.IntRange(1, len(themes)).Draw(r, "cut")
		_, err := w.Decide(by("u1", noon), Comments{Until: noon}, Decide{Order: "o1", Places: placed(themes[:cut]...), Left: placed(themes[cut:]...), Seen: 2})
		sorted := slices.Sorted(slices.Values(themes))
		if want := slices.Equal(sorted, []int{1, 2, 3}); (err == nil) != want {
			r.Fatalf("%v: %v", themes, keys(err))
		}
	})
}
