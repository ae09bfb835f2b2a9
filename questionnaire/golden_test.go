package questionnaire

import (
	"encoding/json"
	"flag"
	"fmt"
	"hash/crc32"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/internal/golden"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

var updateGolden = flag.Bool("update", false, "write what is answered now into testdata")

// sum is the sum of something as it is written.
func sum(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return fmt.Sprintf("%08x", crc32.ChecksumIEEE(b))
}

// TestGoldenValues reads everything that can be typed with a few signs, up to a length, as numbers and as dates, and writes down the sums of what it is read as.
func TestGoldenValues(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	for _, c := range []struct {
		name   string
		q      Question
		signs  []string
		length int
	}{
		{"numbers", Question{Kind: Number}, []string{"0", "1", "50", "000", ".", ",", " ", "-", "٫"}, 4},
		{"whole numbers", Question{Kind: Number, Whole: true}, []string{"0", "1", "50", "000", ".", ",", " ", "-", "٫"}, 4},
		{"bounded numbers", Question{Kind: Number, Least: "-1", Greatest: "50.5"}, []string{"0", "1", "50", "5", ".", "-", "+"}, 4},
		{"other numbers", Question{Kind: Number}, []string{"1", "123", "'", "٬", "，", "．", "＋", "−", "x", "５", "٣", "\u200f", "D", "G"}, 3},
		{"long numbers", Question{Kind: Number}, []string{"12345", "67890", "1", "0", "."}, 5},
		{"dates", Question{Kind: Date}, []string{"2024", "02", "29", "13", "1", ".", "-"}, 5},
		{"other dates", Question{Kind: Date, Least: "2024-02-03", Greatest: "2024-12-31"}, []string{"2024年", "2月", "30日", "3日", "31", "0000", ".12.", "-12-", "/", " "}, 4},
	} {
		var all func(string, int)
		read := map[string]uint32{}
		how := map[string]map[string]int{}
		all = func(s string, left int) {
			value, no := c.q.Read(3, s)
			is := value
			if no != nil {
				is = fmt.Sprint(no.Field, no.Key, no.Args)
				if value != "" {
					is += " of " + value
				}
			}
			first := string([]rune(s + "_")[:1])
			read[first] = crc32.Update(read[first], crc32.IEEETable, fmt.Appendf(nil, "%q %s %v %g\n", s, is, c.q.canonical(s), c.q.Size(s)))
			if how[first] == nil {
				how[first] = map[string]int{}
			}
			if no != nil {
				how[first][no.Key]++
			} else if how[first]["read"]++; !c.q.canonical(value) || c.q.Value(c.q.Size(value)) != value {
				t.Errorf("%s: %q is kept as %q", c.name, s, value)
			}
			if left == 0 {
				return
			}
			for _, sign := range c.signs {
				all(s+sign, left-1)
			}
		}
		all("", c.length)
		for first, sum := range read {
			fmt.Fprintf(&out, "%s that begin with %q: %v, sum %08x\n", c.name, first, how[first], sum)
		}
	}
	golden.Lines(t, "values.golden", inOrder(out.String()), *updateGolden)
}

// inOrder puts lines in the order of the alphabet.
func inOrder(s string) string {
	lines := strings.Split(strings.TrimSuffix(s, "\n"), "\n")
	slices.Sort(lines)
	return strings.Join(lines, "\n") + "\n"
}

// TestGoldenCheck holds questions of each kind that have everything a question may have, and one thing at a time at a bound or beyond it, and writes down what is refused and
// what is kept.
func TestGoldenCheck(t *testing.T) {
	t.Parallel()
	list := func(n int) []locale.Text { return slices.Repeat([]locale.Text{en("A")}, n) }
	long := func(n int) locale.Text { return en(strings.Repeat("é", n)) }
	var out strings.Builder
	for _, kind := range append([]string{"", "other"}, Kinds...) {
		whole := func() Question {
			return Question{Kind: kind, Text: en("What?"), Hint: en("Hint"), Options: list(3), Rows: list(2), Most: 2, Steps: 5, Low: en("low"), High: en("high"), Unit: en("km"), Whole: true, Words: true,
				Required: true, Declines: true, On: "p1.x2", If: Condition{Question: 1, Picks: []int{2, 1, 2}}, Withdrawn: []int{1}}
		}
		for name, change := range map[string]func(*Question){
			"whole":       func(*Question) {},
			"no options":  func(q *Question) { q.Options = nil },
			"one option":  func(q *Question) { q.Options, q.Most = list(1), 1 },
			"two options": func(q *Question) { q.Options = list(2) },
			"columns":     func(q *Question) { q.Options = list(MaxColumns) },
			"one column more": func(q *Question) {
				q.Options = list(MaxColumns + 1)
			},
			"options":           func(q *Question) { q.Options = list(MaxOptions) },
			"one option more":   func(q *Question) { q.Options = list(MaxOptions + 1) },
			"no rows":           func(q *Question) { q.Rows = nil },
			"one row":           func(q *Question) { q.Rows = list(1) },
			"rows":              func(q *Question) { q.Rows = list(MaxRows) },
			"one row more":      func(q *Question) { q.Rows = list(MaxRows + 1) },
			"an empty row":      func(q *Question) { q.Rows = []locale.Text{en("A"), {}} },
			"an empty option":   func(q *Question) { q.Options = []locale.Text{en("A"), {}, en("B")} },
			"a long option":     func(q *Question) { q.Options = []locale.Text{en("A"), long(input.MaxName)} },
			"a longer option":   func(q *Question) { q.Options = []locale.Text{en("A"), long(input.MaxName + 1)} },
			"most":              func(q *Question) { q.Most = 3 },
			"one more than all": func(q *Question) { q.Most = 4 },
			"fewer than none":   func(q *Question) { q.Most = -1 },
			"a step":            func(q *Question) { q.Steps = MinSteps - 1 },
			"fewest steps":      func(q *Question) { q.Steps = MinSteps },
			"steps":             func(q *Question) { q.Steps = MaxSteps },
			"one step more":     func(q *Question) { q.Steps = MaxSteps + 1 },
			"no low end":        func(q *Question) { q.Low = locale.Text{} },
			"no high end":       func(q *Question) { q.High = locale.Text{} },
			"a long end":        func(q *Question) { q.High = long(input.MaxName) },
			"a longer end":      func(q *Question) { q.High = long(input.MaxName + 1) },
			"a long unit":       func(q *Question) { q.Unit = long(input.MaxName) },
			"a longer unit":     func(q *Question) { q.Unit = long(input.MaxName + 1) },
			"no text":           func(q *Question) { q.Text = locale.Text{} },
			"a long hint":       func(q *Question) { q.Hint = long(input.MaxOutcome + 1) },
			"bounds":            func(q *Question) { q.Least, q.Greatest = "1", "1" },
			"bounds crossed":    func(q *Question) { q.Least, q.Greatest = "2", "1" },
			"bounds of days":    func(q *Question) { q.Least, q.Greatest = "2024-02-29", "1.3.2024" },
			"only a least":      func(q *Question) { q.Least = "-1.5" },
			"only a greatest":   func(q *Question) { q.Greatest = "1,5" },
			"no bound":          func(q *Question) { q.Least, q.Greatest = "x", "1" },
			"of nothing":        func(q *Question) { q.If = Condition{} },
			"of itself":         func(q *Question) { q.If.Question = 3 },
			"of what is later":  func(q *Question) { q.If.Question = 4 },
			"of words":          func(q *Question) { q.If.Question = 2 },
			"of none":           func(q *Question) { q.If.Question = -1 },
			"of no question":    func(q *Question) { q.If.Question = 0 },
			"of no choice":      func(q *Question) { q.If.Picks = nil },
			"of the nought":     func(q *Question) { q.If.Picks = []int{0, 1} },
			"of the last":       func(q *Question) { q.If.Picks = []int{3} },
			"of one too many":   func(q *Question) { q.If.Picks = []int{4} },
		} {
			q := whole()
			change(&q)
			c, err := Ask{Call: "k1", Sections: []Section{{Title: en("S"), Questions: []Question{{Kind: One, Text: en("?"), Options: list(3)}, {Kind: Words, Text: en("?")}}}, {Title: en("S"), If: Condition{Question: 1, Picks: []int{1}}, Questions: []Question{q}}}}.Check()
			is := c.Sections[1].Questions[0]
			fmt.Fprintf(&out, "%s, %s: %v; %s, %d of %d options, %d rows, %v, may decline %v, closed %v\n", kind, name, keys(err), sum(is), is.Most, len(is.Options), len(is.Rows), is.Withdrawn, is.MayDecline(), is.closed())
		}
	}
	golden.Lines(t, "check.golden", inOrder(out.String()), *updateGolden)
}

// everything asks a question of each kind, some of them of some only.
func everything() Ask {
	a := survey()
	list := []locale.Text{en("A"), en("B"), en("C")}
	a.Sections = append(a.Sections, Section{Title: en("Three"), Questions: []Question{
		{Kind: Several, Text: en("Some?"), Options: list, Most: 2, Words: true, Declines: true},
		{Kind: Scale, Text: en("How much?"), Steps: 3, Low: en("l"), High: en("h"), Required: true, If: Condition{Question: 8, Picks: []int{2, 3}}},
		{Kind: Ranking, Text: en("In which order?"), Options: list},
		{Kind: Stance, Text: en("On it?"), On: "p1.x3", Words: true, If: Condition{Question: 9, Picks: []int{1}}},
	}})
	return a
}

// TestGoldenAnswers gives a questionnaire some hundred answers that are chosen by a seed, some of them right and some not, and writes down what is refused and kept of each, and
// what is counted in the end.
func TestGoldenAnswers(t *testing.T) {
	t.Parallel()
	a, err := everything().Check()
	if err != nil {
		t.Fatal(err)
	}
	s := &State{}
	if err := (&Asked{Call: "k1", Sections: a.Sections}).Apply(s, cite.Entry{Position: 7}); err != nil {
		t.Fatal(err)
	}
	form, _ := s.Form("k1")
	r := rand.New(rand.NewPCG(5, 6))
	var out strings.Builder
	for n := 0; n <= form.Len()+1; n++ {
		q, ok := form.Question(n)
		fmt.Fprintf(&out, "question %d: %v, of some only %v\n", n, ok, form.Conditional(n))
		for p := -1; ok && p <= q.picks()+1; p++ {
			fmt.Fprintf(&out, "question %d, thing %d: %q %q\n", n, p, q.Named(p, "en"), q.Said([]int{p}, "en"))
		}
	}
	values := map[string][]string{Number: {"0", "100", "50.5", "-1", "101", "x", "1.50"}, Date: {"2020-01-01", "2030-12-31", "2024-02-30", "2019-12-31", "2031-01-01"}}
	for i := range 250 {
		var given Answers
		for n := 1; n <= form.Len(); n++ {
			q, _ := form.Question(n)
			c := cite.Choice{Question: n}
			odd := r.IntN(12) == 0
			switch {
			case r.IntN(3) == 0 || q.Kind == Words || q.Kind == Table:
				if q.InWords() && r.IntN(2) == 0 {
					text := []string{"because", " "}[r.IntN(8)/7]
					if q.Kind == Table {
						text = q.TableText([]string{"a", []string{"", "b"}[r.IntN(2)], "", "c", "", strings.Repeat("é", MaxCell+r.IntN(8)/7)})
					}
					given.Words = append(given.Words, Worded{n, text})
				}
				continue
			case odd && r.IntN(2) == 0:
				c.Picks = [][]int{{0}, {}, {1, 1}, {2, 1}, {99}, {-1}, {0, 1}}[r.IntN(7)]
			case Typed(q.Kind):
				all := values[q.Kind]
				c.Value, c.Picks = all[r.IntN(len(all)-2*r.IntN(2))], []int{}
			case q.Kind == Ranking:
				c.Picks = [][]int{{1, 2, 3}, {3, 1, 2}, {1, 1, 2}, {0, 1, 0}, {2, 0, 5}, {0, 0, 0}, {1, 2}}[r.IntN(7)]
			default:
				for p := 1; p <= q.picks(); p++ {
					if r.IntN(q.picks()) == 0 && (len(c.Picks) == 0 || q.Kind == Several || q.Kind == File) {
						c.Picks = append(c.Picks, p)
					}
				}
			}
			if odd && r.IntN(4) == 0 {
				c.Question += form.Len() * r.IntN(2)
			}
			given.Choices = append(given.Choices, c)
			if r.IntN(40) == 0 {
				given.Choices = append(given.Choices, c)
			}
		}
		given.Files = r.IntN(MaxFiles + 1)
		kept, err := s.Check("k1", given)
		fmt.Fprintf(&out, "%03d %s: %v; %s; asked %v, missing %v; stances %v\n", i, sum(given), keys(err), sum(kept), form.AskedOf(given), form.Missing(given), s.Stances("k1", given.Choices))
		if err != nil && r.IntN(2) == 0 { // the record takes what was right when it came
			continue
		}
		if err != nil {
			given, kept = Answers{Choices: []cite.Choice{{Question: 1, Picks: []int{1 + r.IntN(3)}}, {Question: 2, Picks: []int{}, Value: fmt.Sprint(r.IntN(9))}}}, nil
			kept = given.Choices
		}
		var words []int
		for _, w := range given.Words {
			words = append(words, w.Question)
		}
		c := cite.Contribution(i + 1)
		s.Given(c, cite.Ref([]string{"k1", "k1", "k2"}[r.IntN(3)]), kept, words)
		for _, x := range s.Chosen(c) {
			q, _ := form.Question(x.Question)
			fmt.Fprintf(&out, "%03d chose at %d: %q\n", i, x.Question, q.Answer(x, "en"))
		}
		for n := 3; n <= 5; n++ {
			for _, text := range []string{"", "words", "| a |  |  |\n| c |  | d |", "| a | b |  |\n| c |  | d |"} {
				if err := s.Corrected(c, "k1", n, text); err != nil && n != 4 || i%20 == 0 {
					fmt.Fprintf(&out, "%03d corrected at %d to %.10q: %v\n", i, n, text, refusal.Of(err))
				}
			}
		}
	}
	for i, c := range s.Counts("k1", 3, func(n int) int { return n%4 - 1 }) {
		fmt.Fprintf(&out, "group %d: %d\n", i, c.Of)
		for n, q := range c.Questions {
			fmt.Fprintf(&out, "group %d, question %d: said %d, chose %d, picks %v, declined %d, worded %d, not asked %d, files %d, %v\n", i, n+1, q.Said, q.Chose, q.Picks, q.Declined, q.Worded, q.NotAsked, q.Files, q.Spread)
		}
	}
	all, by := s.CountsBy("k1", []string{"state", "ngo"}, func(c uint16) string { return []string{"state", "other", "ngo"}[c] }, func(n int) (uint16, bool) { return uint16(n % 3), n%5 > 0 })
	fmt.Fprintf(&out, "together %s, by category %d: %s\n", sum(all), len(by), sum(by))
	for _, call := range []cite.Ref{"k1", "k2", "k3"} {
		fmt.Fprintf(&out, "begun %s: %v\n", call, s.Begun(call))
		for n := 0; n <= form.Len()+1; n++ {
			for o := range 5 {
				p, err := s.WithdrawOption(cite.Act{By: "u1"}, WithdrawOption{Call: call, Question: n, Option: o})
				fmt.Fprintf(&out, "withdraw %s %d %d: %s %s\n", call, n, o, key(err), sum(p.Body))
			}
		}
	}
	held := s.Snapshot()
	for _, f := range []OptionWithdrawn{{Call: "k1", Question: 8, Option: 2}, {Call: "k1", Question: 99, Option: 1}, {Call: "k9", Question: 1, Option: 1}} {
		if err := f.Apply(s, cite.Entry{}); err != nil {
			t.Error(err)
		}
	}
	for name, state := range map[string]*State{"then": held, "now": s} {
		form, _ := state.Form("k1")
		q, _ := form.Question(8)
		_, err := state.WithdrawOption(cite.Act{}, WithdrawOption{Call: "k1", Question: 8, Option: 1})
		fmt.Fprintf(&out, "withdrawn %s: %v, offered %v %v; another: %s\n", name, q.Withdrawn, q.Offered(1), q.Offered(2), key(err))
	}
	golden.Lines(t, "answers.golden", out.String(), *updateGolden)
}
