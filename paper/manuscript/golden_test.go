package manuscript_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/paper/manuscript"
	"github.com/openplenary/plenary/refusal"
)

var updateGolden = flag.Bool("update", false, "write what the snippets become now into testdata")

// account is all that was made of a file, in words.
func account(src, letters string) string {
	r, err := manuscript.Read([]byte(src), manuscript.Options{Original: "en", Letters: letters})
	var b strings.Builder
	say := func(what string, in map[locale.Lang]string) {
		for _, l := range slices.Sorted(maps.Keys(in)) {
			fmt.Fprintf(&b, "%s %s %q\n", what, l, in[l])
		}
	}
	for _, no := range refusal.Of(err) {
		fmt.Fprintf(&b, "refused %s %s %v\n", no.Field, no.Key, no.Args)
	}
	d := r.Draft
	fmt.Fprintf(&b, "paper %q base %d kind %q symbol %q original %q named %v date %q source %q\n", d.Paper, d.Base, d.Kind, d.Symbol, d.Original, r.Named, d.Date, d.Source)
	say("title", d.Title)
	say("note", d.Note)
	say("status", d.Status)
	for _, e := range d.Elements {
		fmt.Fprintf(&b, "- %s %q ref %q stance %v subjects %q crosscutting %q from %q cites %q\n", e.Kind, e.Number, e.Ref, e.Stance, e.Subjects, e.Crosscutting, e.From, e.Cites)
		say("   ", e.Text)
		say("   status", e.Status)
	}
	for _, l := range r.Lines {
		fmt.Fprintf(&b, "line %d-%d %s of %d %q\n", l.Line, l.To, l.What, l.Element, l.Text)
	}
	for _, n := range d.Notes {
		fmt.Fprintf(&b, "noted %d-%d %s %q\n", n.Line, n.To, n.What, n.Text)
	}
	return b.String()
}

// TestSnippets holds what becomes of every form that a file may have: elements, lines, what is noted and what is refused.
// After a change that is meant: go test ./paper/manuscript -run TestSnippets -update
func TestSnippets(t *testing.T) {
	t.Parallel()
	src, err := os.ReadFile(filepath.Join("testdata", "snippets.txt"))
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	for i, snippet := range strings.Split(string(src), "%%%%\n") {
		for _, letters := range manuscript.LetterChoices {
			said := account(snippet, letters)
			if letters != manuscript.LettersAsk && said == account(snippet, manuscript.LettersAsk) {
				continue // read alike
			}
			fmt.Fprintf(&got, "=== %d %s\n%s", i+1, letters, said)
		}
	}
	file := filepath.Join("testdata", "snippets.golden")
	if *updateGolden {
		if err := os.WriteFile(file, []byte(got.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	is, was := strings.Split(got.String(), "\n"), strings.Split(string(want), "\n")
	at := ""
	for i := range min(len(is), len(was)) {
		if strings.HasPrefix(was[i], "=== ") {
			at = was[i]
		}
		if is[i] != was[i] {
			t.Fatalf("%s: it is\n%s\nand was\n%s\n(-update where that is meant)", at, is[i], was[i])
		}
	}
	if len(is) != len(was) {
		t.Errorf("%d lines, and there were %d", len(is), len(was))
	}
}
