package intake

import (
	"encoding/json"
	"flag"
	"fmt"
	"hash/crc32"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/draft"
	"github.com/openplenary/plenary/internal/golden"
	"github.com/openplenary/plenary/refusal"
)

var updateGolden = flag.Bool("update", false, "write what is made of contributions now into testdata")

// sum is the sum of something as it is written.
func sum(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return fmt.Sprintf("%08x", crc32.ChecksumIEEE(b))
}

func keys(err error) (out []string) {
	for _, r := range refusal.Of(err) {
		out = append(out, r.Field+" "+r.Key)
	}
	slices.Sort(out)
	return out
}

// TestGoldenWritten changes one thing at a time of what is filled in, and writes down what is made of it to be sent, to be checked and to be kept.
func TestGoldenWritten(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("é", consultation.MaxName)
	var out strings.Builder
	for name, change := range map[string]func(*Written){
		"as it is":       func(*Written) {},
		"a stance":       func(w *Written) { w.Stance = "yes" },
		"no such stance": func(w *Written) { w.Stance = "perhaps" },
		"for oneself":    func(w *Written) { w.For = "self" },
		"for a party":    func(w *Written) { w.For = "y0000000000001" },
		"for a group":    func(w *Written) { w.For = "y0000000000001 y0000000000002" },
		"for nobody":     func(w *Written) { w.For = "" },
		"belongs to it":  func(w *Written) { w.Belongs = BelongsTo },
		"speaks for it":  func(w *Written) { w.Belongs = Speaks },
		"files": func(w *Written) {
			w.Files = []File{{ID: "f1", Name: "a.pdf", Size: 7, Type: "application/pdf", SHA: "a"}}
		},
		"an office":              func(w *Written) { w.Name = "Secretariat" },
		"an office as a body":    func(w *Written) { w.Body = "The Chair" },
		"an office it belongs":   func(w *Written) { w.Body, w.Belongs = "The Chair", BelongsTo },
		"an office, for a party": func(w *Written) { w.Name, w.For = "Secretariat", "y0000000000001" },
		"an address":             func(w *Written) { w.Name = "a@example.org" },
		"a public address":       func(w *Written) { w.Name, w.PublicAddress = "a@example.org", true },
		"an address as a body":   func(w *Written) { w.Body = "a@example.org" },
		"no name":                func(w *Written) { w.Name = "" },
		"a long name":            func(w *Written) { w.Name = long },
		"a longer name":          func(w *Written) { w.Name = long + "é" },
		"a longer body":          func(w *Written) { w.Body = long + "é" },
		"a longer address":       func(w *Written) { w.Email = long + "é" },
		"a wrong address":        func(w *Written) { w.Email = "nobody" },
		"an address in capitals": func(w *Written) { w.Email = " Ada@EXAMPLE.org " },
		"no text":                func(w *Written) { w.Text = " " },
		"a wording":              func(w *Written) { w.Wording = " Put so.\u202e " },
		"a title":                func(w *Written) { w.Title = " About\u202e it " },
		"whole": func(w *Written) {
			w.Whole, w.Files = true, []File{{ID: "f1"}, {ID: "f2"}}
			w.Answers = []Answer{{At: "q1", Picks: []int{2}}, {At: "q2", Value: "5"}, {At: "q3", Text: "Words"}, {At: "q4", Text: " "}, {At: "q5", Picks: []int{1}, Files: []string{"f2", "f9"}}, {At: "x3", Stance: "no"}, {At: "x4", Text: "a", Wording: "b"}, {At: "x5", Picks: []int{1}, Text: " "}, {At: "x6", Wording: "c"}}
		},
		"whole with a stance that is none": func(w *Written) {
			w.Whole = true
			w.Answers = []Answer{{At: "q1", Picks: []int{2}}, {At: "x3", Stance: "perhaps"}}
		},
		"whole without answers": func(w *Written) { w.Whole = true },
		"unclean answers": func(w *Written) {
			w.Answers = []Answer{{At: "q1", Text: "a\u202e", Wording: "b\u202e", Value: " c\u202e "}, {At: "q2", Value: "\xff"}, {At: "q3", Text: "\xff"}, {At: "q4", Wording: "\xff"}}
		},
		"no utf-8": func(w *Written) {
			w.Text, w.Wording, w.Name, w.Body, w.Title, w.Belongs, w.Email = "\xff", "\xff", "\xff", "\xff", "\xff", "\xff", "\xff"
		},
	} {
		w := Written{Text: " Boats.\u202e\r\n", Language: "en", Category: "individual", Country: "FR", Name: " Ada  P ", Body: "Ferries", For: "self", Email: "a@example.org"}
		change(&w)
		c, err := w.Contribution(Sender{Slug: "ferries"}, "k1", "p1.e1.x2")
		fmt.Fprintf(&out, "%s is sent: %v for %q through %q, %d parts, %d choices, %d files, body %q, affiliation %.20q; %s\n", name, keys(err), c.For, c.Through, len(c.Submit.Parts), len(c.Submit.Chosen), len(c.Submit.Files), c.Submit.Body, c.Submit.Affiliation, sum(c.Submit))
		if err == nil {
			checked, err := c.Check()
			is := w.Stored(checked)
			fmt.Fprintf(&out, "%s is checked: %v %q; %.30q %.20q %.20q %.20q %q %q; %s\n", name, keys(err), checked.Email, is.Text, is.Wording, is.Name, is.Body, is.Title, is.Email, sum(checked.Submit))
		}
		clean, err := w.clean()
		fmt.Fprintf(&out, "%s is kept: %v %s\n", name, keys(err), sum(clean))
	}
	lines := strings.SplitAfter(out.String(), "\n")
	slices.Sort(lines)
	golden.Lines(t, "written.golden", strings.Join(lines, ""), *updateGolden)
}

// TestGoldenMerge lays what was filled in over what others filled in, each chosen by a seed out of a few, and writes down what stays and what clashes.
func TestGoldenMerge(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(9, 10))
	answers := func() (out []Answer) {
		for _, at := range []string{"q2", "q10", "x3", "", "q"} {
			if r.IntN(3) > 0 && (at == "q2" || r.IntN(2) == 0) {
				out = append(out, []Answer{{At: at}, {At: at, Picks: []int{1}}, {At: at, Text: "a"}, {At: at, Text: " ", Value: "\n"}, {At: at, Files: []string{"f1"}}, {At: at, Stance: "no"}, {At: at, Value: "1"}, {At: at, Wording: "a"}}[r.IntN(8)])
			}
		}
		r.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
		return out
	}
	say := func(all []Answer) (out string) {
		for _, a := range all {
			kind, n := a.place()
			out += fmt.Sprintf(" %c%d:%v%q%q%q%q%v", max(kind, '-'), n, a.Picks, a.Stance, a.Text, a.Wording, a.Value, a.Files)
			if a.Empty() {
				out += "(empty)"
			}
		}
		return out
	}
	var out strings.Builder
	for i := range 150 {
		base := answers()
		kept, mine := slices.Clone(base), slices.Clone(base)
		if r.IntN(2) == 0 {
			kept = answers()
		}
		if r.IntN(4) > 0 {
			mine = answers()
		}
		before := say(kept)
		merged, others := merge(base, kept, mine)
		fmt.Fprintf(&out, "%03d%s over%s from%s:%s; clash%s\n", i, say(mine), before, say(base), say(merged), say(others.Clash))
		if say(kept) != before {
			t.Errorf("%d: what was kept was changed", i)
		}
	}
	golden.Lines(t, "merge.golden", out.String(), *updateGolden)
}

// TestBecame: what became of what was asked is known by the answer, or nobody knows it.
func TestBecame(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		again bool
		err   error
		want  outcome
	}{
		{false, nil, standing}, {true, nil, repeated}, {false, fmt.Errorf("the disk"), unknown}, {true, fmt.Errorf("the disk"), unknown}, {false, refusal.New(refusal.TryAgain, "a"), unknown},
		{false, refusal.New(refusal.Conflict, "token.other"), other}, {false, refusal.New(refusal.NotNow, "call.closed"), refused}, {false, refusal.In("name", "name.missing"), refused},
	} {
		if got := became(plenary.Answer{Again: c.again}, c.err); got != c.want {
			t.Errorf("%+v: %d", c, got)
		}
	}
	for _, c := range []struct {
		Sender
		key   string
		owner uint64
		want  bool
	}{
		{Sender{Tokens: []string{"a", "b"}}, "b", 0, true}, {Sender{Tokens: []string{"a"}}, "b", 0, false}, {Sender{}, "b", 0, false}, {Sender{Participant: 7}, "b", 7, true}, {Sender{Participant: 7}, "b", 8, false}, {Sender{Participant: 7}, "b", 0, false},
		{Sender{Participant: delegation.Participant(1), Tokens: []string{"b"}}, "b", 9, true},
	} {
		if c.owns(draft.Draft{Key: c.key, Owner: c.owner}) != c.want {
			t.Errorf("%+v owns %s of %d: not %v", c.Sender, c.key, c.owner, c.want)
		}
	}
	if w := (Written{Answers: []Answer{{At: "q1", Text: "a"}}}); w.Answer("q1").Text != "a" || !w.Answer("q2").Empty() || w.Answer("q2").At != "q2" || !same(w, w) || same(w, Written{}) {
		t.Error(w.Answer("q1"), w.Answer("q2"))
	}
	if x := cite.Element("p1.e1", 3); x != "p1.e1.x3" {
		t.Error(x)
	}
}
