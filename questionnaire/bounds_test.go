package questionnaire

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// TestAtTheBounds: what stands at a bound is taken, and one more is not.
func TestAtTheBounds(t *testing.T) {
	t.Parallel()
	long := func(n int) locale.Text { return en(strings.Repeat("é", n)) }
	for name, c := range map[string]struct {
		bound int
		put   func(*Ask, int)
		keys  []string // of one more
	}{
		"options":         {MaxOptions, func(a *Ask, n int) { a.Sections[0].Questions[0].Options = slices.Repeat([]locale.Text{en("A")}, n) }, []string{"q1 questionnaire.options"}},
		"steps":           {MaxSteps, func(a *Ask, n int) { a.Sections[1].Questions[0].Steps = n }, []string{"q3 questionnaire.steps"}},
		"that are chosen": {3, func(a *Ask, n int) { a.Sections[0].Questions[1].Most = n }, []string{"q2 questionnaire.most"}},
		"sections": {MaxSections, func(a *Ask, n int) {
			a.Sections = slices.Repeat([]Section{{Title: en("S"), Questions: []Question{{Kind: Words, Text: en("?")}}}}, n)
		}, []string{" questionnaire.many"}},
		"of a title":    {input.MaxTitle, func(a *Ask, n int) { a.Sections[0].Title = long(n) }, []string{"s1 line.long", "s1 questionnaire.title"}},
		"of a text":     {input.MaxText, func(a *Ask, n int) { a.Sections[0].Text = long(n) }, []string{"s1 line.long"}},
		"of a question": {input.MaxOutcome, func(a *Ask, n int) { a.Sections[0].Questions[0].Text = long(n) }, []string{"q1 line.long", "q1 questionnaire.text"}},
		"of a hint":     {input.MaxOutcome, func(a *Ask, n int) { a.Sections[0].Questions[0].Hint = long(n) }, []string{"q1 line.long"}},
		"of an option":  {input.MaxName, func(a *Ask, n int) { a.Sections[0].Questions[0].Options = []locale.Text{en("A"), long(n)} }, []string{"q1 line.long", "q1 questionnaire.option"}},
		"of an end":     {input.MaxName, func(a *Ask, n int) { a.Sections[1].Questions[0].Low = long(n) }, []string{"q3 line.long", "q3 questionnaire.ends"}},
	} {
		at, above := form(), form()
		c.put(&at, c.bound)
		c.put(&above, c.bound+1)
		if _, err := at.Check(); err != nil {
			t.Errorf("%s: %d are refused: %v", name, c.bound, err)
		}
		if _, err := above.Check(); !reflect.DeepEqual(keys(err), c.keys) {
			t.Errorf("%s: %d: %q, want %q", name, c.bound+1, keys(err), c.keys)
		}
	}
	for _, c := range []func(*Ask){func(a *Ask) { a.Sections[0].Questions[0].Options = []locale.Text{en("A"), en("B")} }, func(a *Ask) { a.Sections[1].Questions[0].Steps = MinSteps }, func(a *Ask) { a.Sections[0].Questions[1].Most = 0 }} {
		a := form()
		if c(&a); func() error { _, err := a.Check(); return err }() != nil {
			t.Errorf("at the least: %+v", a)
		}
	}
}

// TestMost: of several things as many may be chosen as the question says, and all where it says nothing.
func TestMost(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		most, chosen int
		taken        bool
	}{{0, 3, true}, {1, 1, true}, {1, 2, false}, {2, 2, true}, {2, 3, false}, {3, 3, true}} {
		q := Question{Kind: Several, Most: c.most, Options: []locale.Text{en("A"), en("B"), en("C")}}
		if no := q.Refused(cite.Choice{Question: 1, Picks: []int{1, 2, 3}[:c.chosen]}); (no == nil) != c.taken {
			t.Errorf("%d of at most %d: %v", c.chosen, c.most, no)
		}
	}
	for kind, declines := range map[string]bool{One: false, Several: false, Scale: true, Stance: false} {
		q := Question{Kind: kind, Steps: 5, Options: []locale.Text{en("A"), en("B")}}
		if no := q.Refused(cite.Choice{Question: 1, Picks: []int{0}}); (no == nil) != declines {
			t.Errorf("to decline at a %s: %v", kind, no)
		}
	}
	if !(&Question{Kind: Words}).InWords() || !(&Question{Kind: One, Words: true}).InWords() || (&Question{Kind: One}).InWords() {
		t.Error("which questions take words")
	}
}

// TestTranslate: every text of a form has a name and a bound; a translation of it is put in its place, in no snapshot, and
// stays known when the questions are asked again with the same words.
func TestTranslate(t *testing.T) {
	t.Parallel()
	a := form()
	a.Sections[0].Text, a.Sections[0].Questions[0].Hint = en("Below."), en("Beside.")
	s := &State{}
	if err := (&Asked{Call: "k1", Sections: a.Sections}).Apply(s, cite.Entry{Position: 7}); err != nil {
		t.Fatal(err)
	}
	most := map[string]int{"s1": input.MaxTitle, "s1 text": input.MaxText, "q1": input.MaxOutcome, "q1 hint": input.MaxOutcome, "q1 option 2": input.MaxName, "q3 low": input.MaxName, "q3 high": input.MaxName}
	f, _ := s.Form("k1")
	want := []string{"s1", "s1 text", "q1", "q1 hint", "q1 option 1", "q1 option 2", "q1 option 3", "q2", "q2 option 1", "q2 option 2", "q2 option 3", "s2", "q3", "q3 low", "q3 high", "q4", "q5"}
	if names := f.TextNames(); !slices.Equal(names, want) {
		t.Errorf("%q", names)
	}
	for name, n := range most {
		text, ok := f.Text(name)
		if !ok {
			t.Fatal(name)
		}
		c := Translate{Call: "k1", Text: name, Language: "fr", Status: locale.IsOfficial, Words: strings.Repeat("é", n), Seen: text.Seen("fr")}
		if _, err := c.Check(); err != nil {
			t.Errorf("%s of %d characters: %v", name, n, err)
		}
		c.Words += "é"
		if _, err := c.Check(); len(refusal.Of(err)) == 0 {
			t.Errorf("%s of %d characters is taken", name, n+1)
		}
		before := s.Snapshot()
		c.Words = "Traduit."
		p, err := s.Translate(cite.Act{By: "u1"}, c)
		if err != nil {
			t.Fatal(name, err)
		}
		fact := p.Body.(Translated)
		if err := fact.Apply(s, cite.Entry{Position: 8}); err != nil {
			t.Fatal(err)
		}
		is, _ := s.Form("k1")
		now, _ := is.Text(name)
		was, _ := before.Form("k1")
		if then, _ := was.Text(name); now.In["fr"] != "Traduit." || then.In["fr"] != "" || is.Marks.Standing(name, now, "fr") != locale.IsOfficial {
			t.Errorf("%s: %v, in the snapshot %v, %s", name, now.In, then.In, is.Marks.Standing(name, now, "fr"))
		}
		if _, err := s.Translate(cite.Act{}, c); !reflect.DeepEqual(keys(err), []string{"text translation.moved"}) && key(err) != "translation.moved" {
			t.Errorf("%s, as it was seen before: %v", name, err)
		}
	}
	for _, c := range []Translate{{Call: "k2", Text: "s1"}, {Call: "k1", Text: "q9"}, {Call: "k1", Text: "q1 option 4"}, {Call: "k1", Text: "s1 hint"}} {
		c.Language, c.Status, c.Words = "fr", locale.IsOfficial, "x"
		if _, err := s.Translate(cite.Act{}, c); key(err) != "translation.unknown" {
			t.Errorf("%+v: %v", c, err)
		}
	}
	if err := (&Translated{Call: "k9", Text: "s1", Language: "fr", Words: "x"}).Apply(s, cite.Entry{}); err != nil {
		t.Error("of questions that were taken back:", err)
	}
	now, _ := s.Form("k1")
	again := now.clone().Sections
	again[1].Title = en("Other words")
	if err := (&Asked{Call: "k1", Sections: again}).Apply(s, cite.Entry{Position: 20}); err != nil {
		t.Fatal(err)
	}
	f, _ = s.Form("k1")
	if text, _ := f.Text("s1"); f.Asked != 20 || f.Marks.Standing("s1", text, "fr") != locale.IsOfficial {
		t.Errorf("asked again with the same words it is %s", f.Marks.Standing("s1", text, "fr"))
	}
}

func key(err error) string {
	if rs := refusal.Of(err); len(rs) > 0 {
		return rs[0].Key
	}
	return ""
}

// TestCountsOfNothing: what was given at questions that a call has not, or has no more, counts nowhere.
func TestCountsOfNothing(t *testing.T) {
	t.Parallel()
	s := asked(t)
	s.Given("c1", "k1", []cite.Choice{{Question: 9, Picks: []int{1}}, {Question: 1, Picks: []int{7}}}, []int{6})
	together := func(int) int { return 0 }
	counts := s.Counts("k1", 1, together)
	if len(counts) != 1 || counts[0].Of != 1 || len(counts[0].Questions) != 5 || counts[0].Questions[0].Chose != 0 || counts[0].Questions[4].Worded != 0 {
		t.Errorf("%+v", counts)
	}
	if counts := s.Counts("k9", 1, together); counts != nil {
		t.Errorf("a call that asks nothing: %v", counts)
	}
	if got := s.Chosen("c2"); got != nil {
		t.Errorf("somebody who came later chose %v", got)
	}
	if !s.Begun("k1") || s.Begun("k2") {
		t.Error("which call was answered")
	}
	if p, err := (&State{}).Ask(cite.Act{}, Ask{Call: "k1", Alone: true}); err != nil || p.Body.(Asked).Alone {
		t.Errorf("alone without questions: %+v %v", p.Body, err)
	}
	if p, err := (&State{}).Ask(cite.Act{}, Ask{Call: "k1", Alone: true, Sections: form().Sections}); err != nil || !p.Body.(Asked).Alone {
		t.Errorf("alone: %+v %v", p.Body, err)
	}
}
