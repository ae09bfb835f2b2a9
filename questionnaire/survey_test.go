package questionnaire

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// survey asks, beside a choice (1), a number of those who chose A or B (2, required), a date (3), and in a section of those who
// chose A a table (4), files (5) and, of those who say yes at 6, words (7, required).
func survey() Ask {
	return Ask{Call: "k1", Sections: []Section{
		{Title: en("One"), Questions: []Question{{Kind: One, Text: en("Who?"), Options: []locale.Text{en("A"), en("B"), en("C")}, Required: true},
			{Kind: Number, Text: en("How many?"), Unit: en("km"), Least: "0", Greatest: "100", Required: true, Declines: true, If: Condition{Question: 1, Picks: []int{1, 2}}},
			{Kind: Date, Text: en("When?"), Least: "2020-01-01", Greatest: "2030-12-31"}}},
		{Title: en("Two"), If: Condition{Question: 1, Picks: []int{1}}, Questions: []Question{
			{Kind: Table, Text: en("What?"), Rows: []locale.Text{en("R"), en("S")}, Options: []locale.Text{en("X"), en("Y"), en("Z")}},
			{Kind: File, Text: en("Which?")}, {Kind: Stance, Text: en("So?")},
			{Kind: Words, Text: en("Why?"), Required: true, If: Condition{Question: 6, Picks: []int{1}}}}},
	}}
}

func surveyed(t testing.TB) *State {
	t.Helper()
	a, err := survey().Check()
	if err != nil {
		t.Fatal(err)
	}
	s := &State{}
	if err := (&Asked{Call: "k1", Sections: a.Sections}).Apply(s, cite.Entry{Position: 7}); err != nil {
		t.Fatal(err)
	}
	return s
}

// TestSurveyBounds: what a question of each new kind must say, and what is taken off that its kind has not.
func TestSurveyBounds(t *testing.T) {
	t.Parallel()
	many := func(n int) []locale.Text { return slices.Repeat([]locale.Text{en("A")}, n) }
	for name, c := range map[string]struct {
		change func([]Section)
		want   []string
	}{
		"good":               {func([]Section) {}, nil},
		"on itself":          {func(s []Section) { s[0].Questions[1].If.Question = 2 }, []string{"q2 questionnaire.condition_earlier"}},
		"on a later one":     {func(s []Section) { s[0].Questions[1].If.Question = 6 }, []string{"q2 questionnaire.condition_earlier"}},
		"a section's own":    {func(s []Section) { s[1].If.Question = 4 }, []string{"s2 questionnaire.condition_earlier"}},
		"on none":            {func(s []Section) { s[0].Questions[1].If.Question = 0 }, []string{"q2 questionnaire.condition_earlier"}},
		"on a number":        {func(s []Section) { s[1].If.Question = 2 }, []string{"s2 questionnaire.condition_kind"}},
		"on no choice":       {func(s []Section) { s[1].If.Picks = nil }, []string{"s2 questionnaire.condition_choice"}},
		"on the last choice": {func(s []Section) { s[1].If.Picks = []int{3, 3} }, nil},
		"on one beyond":      {func(s []Section) { s[1].If.Picks = []int{4} }, []string{"s2 questionnaire.condition_choice"}},
		"on having declined": {func(s []Section) { s[1].If.Picks = []int{0} }, []string{"s2 questionnaire.condition_choice"}},
		"no rows":            {func(s []Section) { s[1].Questions[0].Rows = nil }, []string{"q4 questionnaire.rows"}},
		"twenty rows":        {func(s []Section) { s[1].Questions[0].Rows = many(MaxRows) }, nil},
		"one row more":       {func(s []Section) { s[1].Questions[0].Rows = many(MaxRows + 1) }, []string{"q4 questionnaire.rows"}},
		"no columns":         {func(s []Section) { s[1].Questions[0].Options = nil }, []string{"q4 questionnaire.columns"}},
		"eight columns":      {func(s []Section) { s[1].Questions[0].Options = many(MaxColumns) }, nil},
		"one column more":    {func(s []Section) { s[1].Questions[0].Options = many(MaxColumns + 1) }, []string{"q4 questionnaire.columns"}},
		"an empty row":       {func(s []Section) { s[1].Questions[0].Rows = []locale.Text{en("R"), en(" ")} }, []string{"q4 questionnaire.option"}},
		"no number":          {func(s []Section) { s[0].Questions[1].Least = "NaN" }, []string{"q2 questionnaire.bound_number"}},
		"no day":             {func(s []Section) { s[0].Questions[2].Greatest = "2030-02-31" }, []string{"q3 questionnaire.bound_date"}},
		"turned round":       {func(s []Section) { s[0].Questions[1].Least = "100,5" }, []string{"q2 questionnaire.bounds"}},
		"at one point":       {func(s []Section) { s[0].Questions[1].Least = "100" }, nil},
		"a part of a whole":  {func(s []Section) { s[0].Questions[1].Whole, s[0].Questions[1].Least = true, "0,5" }, []string{"q2 questionnaire.bound_number"}},
	} {
		a := survey()
		c.change(a.Sections)
		if _, err := a.Check(); !reflect.DeepEqual(keys(err), c.want) {
			t.Errorf("%s: %q, want %q", name, keys(err), c.want)
		}
	}
	a := survey()
	q := &a.Sections[0].Questions[0]
	q.Rows, q.Unit, q.Whole, q.Least, q.Greatest, q.Withdrawn = many(2), en("km"), true, "1", "2", []int{1}
	a.Sections[0].Questions[1].Least = "٠٫٥"
	a.Sections[1].Questions[0].Words = true
	got, err := a.Check()
	want := survey()
	want.Sections[0].Questions[1].Least = "0.5"
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v\n%+v\nwant\n%+v", err, got, want)
	}
}

// TestSurveyAnswers: what is not asked cannot be answered, what has to be answered has to be where it is asked, and nothing else.
func TestSurveyAnswers(t *testing.T) {
	t.Parallel()
	s := surveyed(t)
	pick := func(n int, picks ...int) cite.Choice { return cite.Choice{Question: n, Picks: picks} }
	value := func(n int, v string) cite.Choice { return cite.Choice{Question: n, Value: v} }
	full := "| a | b |  |\n|  |  | c |"
	for name, c := range map[string]struct {
		choices []cite.Choice
		words   []Worded
		files   int
		want    []string
	}{
		"all":                          {[]cite.Choice{pick(1, 1), value(2, "100"), value(3, "2030-12-31"), pick(5, 1, 2), pick(6, 1)}, []Worded{{4, full}, {7, "So."}}, 2, nil},
		"nothing":                      {nil, nil, 0, nil},
		"who is asked nothing more":    {[]cite.Choice{pick(1, 3)}, nil, 0, nil},
		"without the first":            {[]cite.Choice{value(3, "2025-01-01")}, nil, 0, []string{"q1 question.required"}},
		"without the number":           {[]cite.Choice{pick(1, 2)}, nil, 0, []string{"q2 question.required"}},
		"the number declined":          {[]cite.Choice{pick(1, 2), pick(2, 0)}, nil, 0, nil},
		"declined where it is not":     {[]cite.Choice{pick(1, 2), pick(2, 0), pick(3, 0)}, nil, 0, []string{"q3 question.choice"}},
		"without words after a yes":    {[]cite.Choice{pick(1, 1), pick(2, 0), pick(6, 1)}, nil, 0, []string{"q7 question.required"}},
		"with blank words":             {[]cite.Choice{pick(1, 1), pick(2, 0), pick(6, 1)}, []Worded{{7, " \n"}}, 0, []string{"q7 question.required"}},
		"after a no":                   {[]cite.Choice{pick(1, 1), pick(2, 0), pick(6, 3)}, nil, 0, nil},
		"words after a no":             {[]cite.Choice{pick(1, 1), pick(2, 0), pick(6, 3)}, []Worded{{7, "So."}}, 0, []string{"q7 question.not_asked"}},
		"a number of those who do not": {[]cite.Choice{pick(1, 3), value(2, "1")}, nil, 0, []string{"q2 question.not_asked"}},
		"a section not asked":          {[]cite.Choice{pick(1, 2), pick(2, 0), pick(6, 1)}, []Worded{{7, "So."}}, 0, []string{"q6 question.not_asked", "q7 question.not_asked"}},
		"too much":                     {[]cite.Choice{pick(1, 1), value(2, "100.01")}, nil, 0, []string{"q2 question.greatest"}},
		"too early":                    {[]cite.Choice{pick(1, 3), value(3, "2019-12-31")}, nil, 0, []string{"q3 question.least"}},
		"no number":                    {[]cite.Choice{pick(1, 1), value(2, "1e999")}, nil, 0, []string{"q2 question.number"}},
		"a value and picks":            {[]cite.Choice{pick(1, 1), {Question: 2, Picks: []int{1}, Value: "1"}}, nil, 0, []string{"q2 question.number"}},
		"a value at a choice":          {[]cite.Choice{{Question: 1, Picks: []int{1}, Value: "1"}}, nil, 0, []string{"q1 question.choice"}},
		"a pick at a number":           {[]cite.Choice{pick(1, 1), pick(2, 1)}, nil, 0, []string{"q2 question.choice"}},
		"a value and declined":         {[]cite.Choice{pick(1, 1), {Question: 2, Picks: []int{0}, Value: "1"}}, nil, 0, []string{"q2 question.choice"}},
		"a file that is not there":     {[]cite.Choice{pick(1, 1), pick(2, 0), pick(5, 1, 2)}, nil, 1, []string{"q5 question.choice"}},
		"six files":                    {[]cite.Choice{pick(1, 1), pick(2, 0), pick(5, 1, 2, 3, 4, 5, 6)}, nil, 6, []string{"q5 question.choice"}},
		"cells as picks":               {[]cite.Choice{pick(1, 1), pick(2, 0), pick(4, 1)}, nil, 0, []string{"q4 question.choice"}},
		"another table":                {[]cite.Choice{pick(1, 1), pick(2, 0)}, []Worded{{4, "| a | b |\n| c | d |"}}, 0, []string{"q4 question.table"}},
		"an empty table":               {[]cite.Choice{pick(1, 1), pick(2, 0)}, []Worded{{4, "|  |  |  |\n|  |  |  |"}}, 0, []string{"q4 question.table"}},
		"no table":                     {[]cite.Choice{pick(1, 1), pick(2, 0)}, []Worded{{4, "hay"}}, 0, []string{"q4 question.table"}},
		"ten thousand cells":           {[]cite.Choice{pick(1, 1), pick(2, 0)}, []Worded{{4, strings.Repeat("| a ", 10_000) + "|"}}, 0, []string{"q4 question.table"}},
		"a cell at its bound":          {[]cite.Choice{pick(1, 1), pick(2, 0)}, []Worded{{4, "| " + strings.Repeat("é", MaxCell) + " | | |\n| | | |"}}, 0, nil},
		"a cell beyond it":             {[]cite.Choice{pick(1, 1), pick(2, 0)}, []Worded{{4, "| " + strings.Repeat("é", MaxCell+1) + " | | |\n| | | |"}}, 0, []string{"q4 question.cell"}},
		"a cell of 20,000":             {[]cite.Choice{pick(1, 1), pick(2, 0)}, []Worded{{4, "| " + strings.Repeat("é", 20_000) + " | | |\n| | | |"}}, 0, []string{"q4 question.cell"}},
	} {
		if _, err := s.Check("k1", Answers{Choices: c.choices, Words: c.words, Files: c.files}); !reflect.DeepEqual(keys(err), c.want) {
			t.Errorf("%s: %q, want %q", name, keys(err), c.want)
		}
	}
	kept, err := s.Check("k1", Answers{Choices: []cite.Choice{pick(1, 1), value(2, "7")}, Words: []Worded{{4, full}}})
	if want := []cite.Choice{pick(1, 1), {Question: 2, Picks: []int{}, Value: "7"}, pick(4, 1, 2, 6)}; err != nil || !reflect.DeepEqual(kept, want) {
		t.Errorf("%v: kept is %+v", err, kept)
	}
}

// TestCells: cells are read as they were written, whatever stands in them.
func TestCells(t *testing.T) {
	t.Parallel()
	q := &survey().Sections[1].Questions[0]
	text := q.TableText([]string{"a|b", " two\nlines\t", "", "", "", "é"})
	if want := "| a/b | two lines |  |\n|  |  | é |"; text != want {
		t.Errorf("%q", text)
	}
	if cells, ok := q.Cells(text); !ok || !slices.Equal(cells, []string{"a/b", "two lines", "", "", "", "é"}) {
		t.Errorf("%q %v", cells, ok)
	}
	if text := q.TableText(make([]string, 6)); text != "" {
		t.Errorf("an empty table is %q", text)
	}
}

// TestAnswer: what was answered in words, as a letter says it.
func TestAnswer(t *testing.T) {
	t.Parallel()
	form := Form{Sections: survey().Sections}
	for n, c := range map[int]struct {
		choice cite.Choice
		want   string
	}{1: {cite.Choice{Picks: []int{2}}, "B"}, 2: {cite.Choice{Value: "-1.5"}, "-1.5 km"}, 3: {cite.Choice{Value: "2030-01-31"}, "2030-01-31"}, 4: {cite.Choice{Picks: []int{1, 6}}, "R, X; S, Z"}} {
		q, _ := form.Question(n)
		if got := q.Answer(c.choice, locale.English); got != c.want {
			t.Errorf("question %d: %q, want %q", n, got, c.want)
		}
	}
}

// TestSurveyCounts: who was not asked is no one who did not answer; numbers and dates have their middle, files and cells are counted.
func TestSurveyCounts(t *testing.T) {
	t.Parallel()
	s := surveyed(t)
	for i, km := range []string{"4", "1", "3", "2", "50.5"} {
		s.Given(cite.Contribution(i+1), "k1", []cite.Choice{{Question: 1, Picks: []int{1}}, {Question: 2, Picks: []int{}, Value: km}, {Question: 4, Picks: []int{1, 6}}, {Question: 5, Picks: []int{1, 2}}}, []int{4})
	}
	s.Given("c6", "k1", []cite.Choice{{Question: 1, Picks: []int{2}}, {Question: 2, Picks: []int{0}}, {Question: 3, Picks: []int{}, Value: "2020-01-01"}}, nil)
	s.Given("c7", "k1", []cite.Choice{{Question: 1, Picks: []int{3}}, {Question: 3, Picks: []int{}, Value: "2020-01-04"}}, nil)
	before := s.Snapshot()
	s.Given("c8", "k1", []cite.Choice{{Question: 3, Picks: []int{}, Value: "2020-02-01"}}, nil)
	groups := before.Counts("k1", 2, func(c int) int { return c % 2 })
	all := Together(groups)
	if all.Of != 7 || groups[0].Of != 3 {
		t.Fatalf("%d and %d", all.Of, groups[0].Of)
	}
	for i, want := range []Count{
		{Said: 7, Chose: 7, Picks: []int{5, 1, 1}},
		{Said: 6, Chose: 5, Picks: []int{}, Declined: 1, NotAsked: 1},
		{Said: 2, Chose: 2, Picks: []int{}},
		{Said: 5, Chose: 5, Picks: []int{5, 0, 0, 0, 0, 5}, Worded: 5, NotAsked: 2},
		{Said: 5, Chose: 5, Picks: []int{}, Files: 10, NotAsked: 2},
		{Picks: []int{0, 0, 0, 0}, NotAsked: 2},
		{Picks: []int{}, NotAsked: 7},
	} {
		got := all.Questions[i]
		got.Spread, got.typed, got.lists, got.of = Spread{}, nil, nil, nil
		if !reflect.DeepEqual(got, want) {
			t.Errorf("question %d: %+v, want %+v", i+1, got, want)
		}
	}
	is := all.Questions[1].Spread
	if is.Least != 1 || is.Lower != 2 || is.Median != 3 || is.Upper != 4 || is.Greatest != 50.5 || len(is.Bins) != maxBins || is.Bins[0].N != 4 || is.Bins[9].N != 1 || is.Bins[9].To != 50.5 {
		t.Errorf("%+v", is)
	}
	// Between two values the middle is between them, of days it is a day.
	if got := groups[0].Questions[1].Spread; got.Lower != 1.25 || got.Median != 1.5 || got.Upper != 1.75 || got.Least != 1 || got.Greatest != 2 {
		t.Errorf("%+v", got)
	}
	form, _ := s.Form("k1")
	q, _ := form.Question(3)
	days := all.Questions[2].Spread
	if q.Value(days.Median) != "2020-01-02" || len(days.Bins) != 4 || days.Bins[0].N != 1 || days.Bins[3].N != 1 || q.Value(days.Bins[3].From) != "2020-01-04" {
		t.Errorf("%s %+v", q.Value(days.Median), days)
	}
	if got := s.Chosen("c6"); !reflect.DeepEqual(got, []cite.Choice{{Question: 1, Picks: []int{2}}, {Question: 2, Picks: []int{0}}, {Question: 3, Picks: []int{}, Value: "2020-01-01"}}) {
		t.Errorf("chosen is %+v", got)
	}
}

// TestWithdrawOption: what is withdrawn cannot be chosen any more, and is counted where it was.
func TestWithdrawOption(t *testing.T) {
	t.Parallel()
	s := surveyed(t)
	ask := func(question, option int) string {
		p, err := s.WithdrawOption(cite.Act{By: "u1"}, WithdrawOption{Call: "k1", Question: question, Option: option})
		if err != nil {
			return key(err)
		}
		f := p.Body.(OptionWithdrawn)
		if err := f.Apply(s, cite.Entry{}); err != nil {
			t.Fatal(err)
		}
		return ""
	}
	if got := ask(1, 3); got != "questionnaire.not_begun" {
		t.Errorf("before anybody answers: %q", got)
	}
	s.Given("c1", "k1", []cite.Choice{{Question: 1, Picks: []int{3}}}, nil)
	before := s.Snapshot()
	for _, c := range []struct {
		question, option int
		want             string
	}{{9, 1, "question.unknown"}, {2, 1, "question.choice"}, {4, 1, "question.choice"}, {1, 0, "question.choice"}, {1, 4, "question.choice"}, {1, 3, ""}, {1, 3, "question.choice"}, {1, 1, "questionnaire.last_options"}} {
		if got := ask(c.question, c.option); got != c.want {
			t.Errorf("choice %d of %d: %q, want %q", c.option, c.question, got, c.want)
		}
	}
	if _, err := s.WithdrawOption(cite.Act{}, WithdrawOption{Call: "k2", Question: 1, Option: 1}); key(err) != "question.unknown" {
		t.Errorf("of a call that asks nothing: %v", err)
	}
	three := Answers{Choices: []cite.Choice{{Question: 1, Picks: []int{3}}}}
	if _, err := s.Check("k1", three); key(err) != "question.withdrawn" {
		t.Errorf("it is taken: %v", err)
	}
	if _, err := before.Check("k1", three); err != nil {
		t.Errorf("a snapshot knows of it: %v", err)
	}
	if counts := s.Counts("k1", 1, func(int) int { return 0 }); counts[0].Questions[0].Picks[2] != 1 {
		t.Errorf("%+v", counts)
	}
	rank := Question{Kind: Ranking, Options: []locale.Text{en("A"), en("B"), en("C")}, Withdrawn: []int{2}}
	for _, c := range []struct {
		picks []int
		taken bool
	}{{[]int{1, 0, 1}, true}, {[]int{1, 2, 0}, false}} {
		if no := rank.Refused(cite.Choice{Question: 1, Picks: c.picks}); (no == nil) != c.taken {
			t.Errorf("%v: %v", c.picks, no)
		}
	}
}

// BenchmarkSurvey counts 100,000 answers to 60 questions in eleven groups, as the page of results does.
func BenchmarkSurvey(b *testing.B) {
	kinds := []string{One, Several, Scale, Stance, Ranking, Number, Date, Words, Table, File}
	a := Ask{Call: "k1"}
	for range 6 {
		section := Section{Title: en("S")}
		for _, kind := range kinds {
			q := Question{Kind: kind, Text: en("?"), Steps: 5, Low: en("low"), High: en("high"), Options: []locale.Text{en("A"), en("B"), en("C"), en("D"), en("E")}}
			if kind == Table {
				q.Rows = []locale.Text{en("R"), en("S")}
			}
			if kind == Number {
				q.If = Condition{Question: 1, Picks: []int{1, 2, 3, 4}}
			}
			section.Questions = append(section.Questions, q)
		}
		a.Sections = append(a.Sections, section)
	}
	a, err := a.Check()
	if err != nil {
		b.Fatal(err)
	}
	s := &State{}
	if err := (&Asked{Call: "k1", Sections: a.Sections}).Apply(s, cite.Entry{}); err != nil {
		b.Fatal(err)
	}
	for i := range 100_000 {
		var choices []cite.Choice
		var words []int
		for n := 1; n <= 60; n++ {
			c := cite.Choice{Question: n, Picks: []int{(i+n)%5 + 1}}
			switch kinds[(n-1)%10] {
			case Several:
				c.Picks = []int{1 + (i+n)%2, 3 + (i+n)%3}
			case Stance:
				c.Picks = []int{(i+n)%4 + 1}
			case Ranking:
				c.Picks = []int{1, 2, (i + n) % 4, 3, 1}
			case Number:
				c.Picks, c.Value = []int{}, strconv.Itoa(i*n%997)
			case Date:
				c.Picks, c.Value = []int{}, "20"+strconv.Itoa(10+(i+n)%80)+"-01-31"
			case Words:
				words = append(words, n)
				continue
			case Table:
				c.Picks, words = []int{1, 4, 6}, append(words, n)
			}
			choices = append(choices, c)
		}
		s.Given(cite.Contribution(i+1), "k1", choices, words)
	}
	// At first everything is counted once. Then one contribution is taken away and comes back.
	gone := 0
	count := func() {
		all := Together(s.Counts("k1", 11, func(n int) int {
			if n == gone {
				return -1
			}
			return n % 11
		}))
		if all.Of != 100_000 && gone == 0 {
			b.Fatal(all.Of)
		}
	}
	count()
	b.ResetTimer()
	for i := 0; b.Loop(); i++ {
		gone = i % 2 * 50_000
		count()
	}
}

// TestCorrected: what is put right at a question of the call's own still answers it, and fills in the cells that were counted.
func TestCorrected(t *testing.T) {
	t.Parallel()
	s := surveyed(t)
	s.Given("c1", "k1", []cite.Choice{{Question: 1, Picks: []int{1}}, {Question: 4, Picks: []int{2, 6}}}, []int{4, 7})
	for name, c := range map[string]struct {
		call cite.Ref
		n    int
		text string
		want []string
	}{
		"the same cells":     {"k1", 4, "|  | b |  |\n|  |  | d |", nil},
		"another cell":       {"k1", 4, "|  | b |  |\n| c |  | d |", []string{"text correction.cells"}},
		"a cell less":        {"k1", 4, "|  | b |  |\n|  |  |  |", []string{"text correction.cells"}},
		"no cells":           {"k1", 4, "b, d", []string{"text question.table"}},
		"words":              {"k1", 7, "Because.", nil},
		"no words":           {"k1", 7, " \n", []string{"text contribution.empty"}},
		"on the paper":       {"k1", 0, "", nil},
		"of another call":    {"k2", 4, "", nil},
		"a question unknown": {"k1", 8, "", nil},
	} {
		var got []string
		if rs := refusal.Of(s.Corrected("c1", c.call, c.n, c.text)); len(rs) > 0 {
			got = []string{rs[0].Field + " " + rs[0].Key}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}
