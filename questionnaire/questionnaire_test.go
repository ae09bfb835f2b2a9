package questionnaire

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

func en(s string) locale.Text { return locale.Plain(locale.English, s) }

// form is one question of each kind: choice, two of three, scale of five, stance with words, words.
func form() Ask {
	three := []locale.Text{en("A"), en("B"), en("C")}
	return Ask{Call: "k1", Sections: []Section{
		{Title: en("One"), Questions: []Question{{Kind: One, Text: en("Who?"), Options: three}, {Kind: Several, Text: en("What?"), Options: three, Most: 2}}},
		{Title: en("Two"), Questions: []Question{{Kind: Scale, Text: en("How far?"), Steps: 5, Low: en("not"), High: en("wholly")}, {Kind: Stance, Text: en("So?"), Words: true}, {Kind: Words, Text: en("Else?")}}},
	}}
}

// keys are the refusals of an error: "field key".
func keys(err error) (out []string) {
	for _, r := range refusal.Of(err) {
		out = append(out, r.Field+" "+r.Key)
	}
	return out
}

func TestAsk(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*Ask)
		want   []string
	}{
		{"good", func(*Ask) {}, nil},
		{"none at all", func(c *Ask) { c.Sections = nil }, nil},
		{"a part without a title", func(c *Ask) { c.Sections[1].Title = en(" ") }, []string{"s2 questionnaire.title"}},
		{"a part without questions", func(c *Ask) { c.Sections[0].Questions = nil }, []string{"s1 questionnaire.none"}},
		{"of no kind", func(c *Ask) { c.Sections[1].Questions[0].Kind = "rank" }, []string{"q3 questionnaire.kind"}},
		{"nothing is asked", func(c *Ask) { c.Sections[1].Questions[2].Text = locale.Text{} }, []string{"q5 questionnaire.text"}},
		{"one option", func(c *Ask) { c.Sections[0].Questions[0].Options = []locale.Text{en("A")} }, []string{"q1 questionnaire.options"}},
		{"twenty-one options", func(c *Ask) { c.Sections[0].Questions[0].Options = slices.Repeat([]locale.Text{en("A")}, 21) }, []string{"q1 questionnaire.options"}},
		{"an empty option", func(c *Ask) { c.Sections[0].Questions[0].Options = []locale.Text{en("A"), en("")} }, []string{"q1 questionnaire.option"}},
		{"more than there are", func(c *Ask) { c.Sections[0].Questions[1].Most = 4 }, []string{"q2 questionnaire.most"}},
		{"a number that is none", func(c *Ask) { c.Sections[0].Questions[1].Most = -1 }, []string{"q2 questionnaire.most"}},
		{"one step", func(c *Ask) { c.Sections[1].Questions[0].Steps = 1 }, []string{"q3 questionnaire.steps"}},
		{"eleven steps", func(c *Ask) { c.Sections[1].Questions[0].Steps = 11 }, []string{"q3 questionnaire.steps"}},
		{"an end without words", func(c *Ask) { c.Sections[1].Questions[0].High = locale.Text{} }, []string{"q3 questionnaire.ends"}},
		{"a long question", func(c *Ask) { c.Sections[0].Questions[0].Text = en(strings.Repeat("é", 2001)) }, []string{"q1 line.long", "q1 questionnaire.text"}},
		{"sixty questions", func(c *Ask) {
			c.Sections[0].Questions = slices.Repeat([]Question{{Kind: Words, Text: en("?")}}, 57)
		}, nil},
		{"sixty-one questions", func(c *Ask) {
			c.Sections[0].Questions = slices.Repeat([]Question{{Kind: Words, Text: en("?")}}, 58)
		}, []string{" questionnaire.many"}},
	} {
		a := form()
		c.change(&a)
		if _, err := a.Check(); !reflect.DeepEqual(keys(err), c.want) {
			t.Errorf("%s: %q", c.name, keys(err))
		}
	}
	a := form()
	a.Sections[0].Questions[0].Steps, a.Sections[1].Questions[2].Options, a.Sections[1].Questions[2].Words = 5, []locale.Text{en("A")}, true
	if got, _ := a.Check(); !reflect.DeepEqual(got, form()) {
		t.Errorf("what a kind has not is kept: %+v", got)
	}
}

// worded are words at some questions.
func worded(questions ...int) (out []Worded) {
	for _, n := range questions {
		out = append(out, Worded{Question: n, Text: "Words."})
	}
	return out
}

// asked is a state with the form.
func asked(t *testing.T) *State {
	t.Helper()
	s := &State{}
	f := Asked{Call: "k1", Sections: form().Sections}
	if err := f.Apply(s, cite.Entry{Position: 7}); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestCheck(t *testing.T) {
	s := asked(t)
	pick := func(q int, picks ...int) []cite.Choice { return []cite.Choice{{Question: q, Picks: picks}} }
	for _, c := range []struct {
		choices []cite.Choice
		words   []int
		want    []string
	}{
		{pick(1, 3), nil, nil}, {pick(2, 1, 3), nil, nil}, {pick(3, 5), nil, nil}, {pick(3, 0), nil, nil}, {pick(4, 4), []int{4, 5}, nil},
		{pick(1, 4), nil, []string{"q1 question.choice"}},
		{pick(1, 0), nil, []string{"q1 question.choice"}},
		{pick(1, -1), nil, []string{"q1 question.choice"}},
		{pick(1), nil, []string{"q1 question.choice"}},
		{pick(1, 1, 2), nil, []string{"q1 question.most"}},
		{pick(2, 1, 2, 3), nil, []string{"q2 question.most"}},
		{pick(2, 3, 1), nil, []string{"q2 question.choice"}},
		{pick(2, 1, 1), nil, []string{"q2 question.choice"}},
		{pick(3, 0, 1), nil, []string{"q3 question.choice"}},
		{pick(3, 6), nil, []string{"q3 question.choice"}},
		{pick(5, 1), nil, []string{"q5 question.choice"}},
		{pick(6, 1), nil, []string{"q6 question.unknown"}},
		{pick(0, 1), nil, []string{"q0 question.unknown"}},
		{append(pick(1, 1), pick(1, 2)...), nil, []string{"q1 question.choice"}},
		{nil, []int{1}, []string{"q1 question.unknown"}},
		{nil, []int{5, 5}, []string{"q5 question.unknown"}},
		{nil, []int{-3}, []string{"q-3 question.unknown"}},
	} {
		if _, err := s.Check("k1", Answers{Choices: c.choices, Words: worded(c.words...)}); !reflect.DeepEqual(keys(err), c.want) {
			t.Errorf("%v, in words %v: %q", c.choices, c.words, keys(err))
		}
	}
	if _, err := s.Check("k2", Answers{Choices: pick(1, 1)}); !reflect.DeepEqual(keys(err), []string{"q1 question.unknown"}) {
		t.Errorf("a call that asks nothing: %v", err)
	}
	if _, err := s.Check("k2", Answers{}); err != nil {
		t.Errorf("nothing for a call that asks nothing: %v", err)
	}
}

// TestSaid: what was chosen is named in a language, and what is not offered is not.
func TestSaid(t *testing.T) {
	f, _ := asked(t).Form("k1")
	for n, want := range map[int]string{1: "C", 2: "A; B", 3: "4", 4: "No", 5: ""} {
		q, _ := f.Question(n)
		if got := q.Said(map[int][]int{1: {3}, 2: {1, 2}, 3: {4}, 4: {3}, 5: {1}}[n], locale.English); got != want {
			t.Errorf("question %d: %q", n, got)
		}
		if got := q.Said([]int{-1, 99}, locale.French); got != "" {
			t.Errorf("question %d, not offered: %q", n, got)
		}
	}
	if q, _ := f.Question(3); !strings.Contains(q.Said([]int{0}, locale.French), "préfère") {
		t.Errorf("declined: %q", q.Said([]int{0}, locale.French))
	}
}

// TestCounts: what is counted is what was given by the contributions that count, and a snapshot stays as it was.
func TestCounts(t *testing.T) {
	s := asked(t)
	if s.Begun("k1") {
		t.Error("begun before anybody answered")
	}
	s.Given("c2", "k1", []cite.Choice{{Question: 1, Picks: []int{2}}, {Question: 2, Picks: []int{1, 3}}, {Question: 3, Picks: []int{0}}}, []int{4, 5})
	s.Given("c3", "k2", nil, nil)
	before := s.Snapshot()
	s.Given("c5", "k1", []cite.Choice{{Question: 1, Picks: []int{2}}, {Question: 2, Picks: []int{1}}}, nil)
	s.Given("c6", "k1", []cite.Choice{{Question: 1, Picks: []int{1}}}, nil)
	counts := s.Counts("k1", 2, func(c int) int { return map[int]int{2: 1, 5: 1, 6: -1}[c] })
	want := []Count{{Said: 2, Chose: 2, Picks: []int{0, 2, 0}}, {Said: 2, Chose: 2, Picks: []int{2, 0, 1}}, {Said: 1, Picks: make([]int, 5), Declined: 1},
		{Said: 1, Picks: make([]int, 4), Worded: 1}, {Said: 1, Picks: []int{}, Worded: 1}}
	if len(counts) != 2 || counts[0].Of != 0 || counts[1].Of != 2 || !reflect.DeepEqual(counts[1].Questions, want) {
		t.Errorf("%+v", counts)
	}
	all := Together(s.Counts("k1", 3, func(c int) int { return map[int]int{5: 1, 6: 2}[c] }))
	want[0].Said, want[0].Chose, want[0].Picks[0] = 3, 3, 1
	if all.Of != 3 || !reflect.DeepEqual(all.Questions, want) {
		t.Errorf("together: %+v", all)
	}
	if got := before.Counts("k1", 1, func(int) int { return 0 }); got[0].Of != 1 {
		t.Errorf("a snapshot counts %d", got[0].Of)
	}
	if got := s.Counts("k2", 1, func(int) int { return 0 }); got != nil {
		t.Errorf("a call without questions: %+v", got)
	}
	for _, s := range []*State{s, before} {
		if got := s.Chosen("c2"); !reflect.DeepEqual(got, []cite.Choice{{Question: 1, Picks: []int{2}}, {Question: 2, Picks: []int{1, 3}}, {Question: 3, Picks: []int{0}}}) {
			t.Errorf("c2 chose %v", got)
		}
		if got := s.Chosen("c3"); got != nil {
			t.Errorf("c3 chose %v", got)
		}
	}
	if got := before.Chosen("c5"); got != nil {
		t.Errorf("before, c5 chose %v", got)
	}
	// Somebody has answered: nothing changes any more.
	if _, err := s.Ask(cite.Act{}, form()); !reflect.DeepEqual(keys(err), []string{" questionnaire.begun"}) {
		t.Errorf("asked again: %v", err)
	}
	if f, err := s.Ask(cite.Act{By: "u1"}, Ask{Call: "k2"}); err != nil || !reflect.DeepEqual(f.Body, Asked{Call: "k2", By: "u1"}) {
		t.Errorf("another call: %v %v", f.Body, err)
	}
	// Until somebody does, they can be taken back.
	fresh := asked(t)
	shot := fresh.Snapshot()
	if err := (&Asked{Call: "k1"}).Apply(fresh, cite.Entry{Position: 8}); err != nil {
		t.Fatal(err)
	}
	if _, ok := fresh.Form("k1"); ok {
		t.Error("the questions were not taken back")
	}
	if f, ok := shot.Form("k1"); !ok || f.Len() != 5 || f.Asked != 7 {
		t.Error("a snapshot lost its questions")
	}
}

// TestRanking: a place for each option, equal places are ties, and only the order of the places counts.
func TestRanking(t *testing.T) {
	q := Question{Kind: Ranking, Text: en("Which first?"), Options: []locale.Text{en("A"), en("B"), en("C")}}
	a, err := Ask{Call: "k1", Sections: []Section{{Title: en("All"), Questions: []Question{q, {Kind: Stance, Text: en("So?")}}}}}.Check()
	if err != nil || !reflect.DeepEqual(a.Sections[0].Questions[0], q) {
		t.Fatalf("%v: %+v", err, a)
	}
	if _, err := (Ask{Call: "k1", Sections: []Section{{Title: en("All"), Questions: []Question{{Kind: Ranking, Text: en("?"), Options: q.Options[:1]}}}}}).Check(); !reflect.DeepEqual(keys(err), []string{"q1 questionnaire.options"}) {
		t.Errorf("one option: %v", keys(err))
	}
	s := &State{}
	f := Asked{Call: "k1", Sections: a.Sections}
	if err := f.Apply(s, cite.Entry{Position: 1}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		places []int
		said   string // "" where it is refused
	}{
		{[]int{2, 1, 3}, "1. B; 2. A; 3. C"}, {[]int{1, 1, 1}, "1. A, B, C"}, {[]int{0, 3, 0}, "1. B"}, {[]int{3, 0, 1}, "1. C; 2. A"},
		{[]int{0, 0, 0}, ""}, {[]int{1, 2}, ""}, {[]int{1, 2, 3, 0}, ""}, {[]int{1, 4, 0}, ""}, {[]int{1, -1, 0}, ""}, {nil, ""},
	} {
		_, err := s.Check("k1", Answers{Choices: []cite.Choice{{Question: 1, Picks: c.places}}})
		if (err == nil) != (c.said != "") || err != nil && !reflect.DeepEqual(keys(err), []string{"q1 question.choice"}) {
			t.Errorf("%v: %v", c.places, err)
		}
		if got := q.Said(c.places, locale.English); err == nil && got != c.said {
			t.Errorf("%v: %s", c.places, got)
		}
	}
	for i, places := range [][]int{{2, 1, 3}, {2, 2, 0}, {0, 3, 0}, {0, 0, 1}} {
		s.Given(cite.Contribution(i+1), "k1", []cite.Choice{{Question: 1, Picks: places}, {Question: 2, Picks: []int{3}}}, nil)
		if got := s.Chosen(cite.Contribution(i + 1)); !reflect.DeepEqual(got[0].Picks, places) {
			t.Errorf("%v is kept as %v", places, got)
		}
	}
	want := []Count{{Said: 4, Chose: 4, Picks: []int{1, 3, 1}}, {Said: 4, Chose: 4, Picks: []int{0, 0, 4, 0}}}
	if got := s.Counts("k1", 1, func(int) int { return 0 }); !reflect.DeepEqual(got[0].Questions, want) {
		t.Errorf("%+v", got)
	}
}

// BenchmarkCounts counts 100,000 contributions that answer forty questions each, by six categories.
func BenchmarkCounts(b *testing.B) {
	options := []locale.Text{en("A"), en("B"), en("C"), en("D")}
	s := &State{}
	f := Asked{Call: "k1", Sections: []Section{{Title: en("All"), Questions: slices.Repeat([]Question{{Kind: One, Text: en("?"), Options: options}}, MaxQuestions)}}}
	if err := f.Apply(s, cite.Entry{Position: 1}); err != nil {
		b.Fatal(err)
	}
	choices := make([]cite.Choice, MaxQuestions)
	for i := range 100_000 {
		for j := range choices {
			choices[j] = cite.Choice{Question: j + 1, Picks: []int{1 + (i+j)%4}}
		}
		s.Given(cite.Contribution(i+1), "k1", choices, nil)
	}
	for b.Loop() {
		if got := s.Counts("k1", 6, func(c int) int { return c % 6 }); Together(got).Of != 100_000 {
			b.Fatal(got)
		}
	}
}
