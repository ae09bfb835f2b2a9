package frame

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/settings"
)

// TestNouns: every noun has its common word and a place where it stands alone, and what a conversation's own word takes
// the place of is a sentence without arguments.
func TestNouns(t *testing.T) {
	t.Parallel()
	places := map[string]int{}
	for key, noun := range nounKeys {
		places[noun]++
		if !locale.Has(key) || len(locale.Arguments(key)) > 0 || !slices.Contains(settings.Nouns, noun) {
			t.Errorf("%s is no noun alone", key)
		}
	}
	for _, noun := range settings.Nouns {
		if !locale.Has("noun."+noun) || places[noun] == 0 {
			t.Errorf("%s stands nowhere", noun)
		}
	}
	f := Frame{Lang: locale.French, Nouns: map[string]settings.Words{"record": {"fr": "Grand livre"}}}
	if f.T("nav.record") != "Grand livre" || f.Common("record") == "Grand livre" || f.T("foot.record") != locale.French.T("foot.record") {
		t.Error("the word is not where it belongs")
	}
}

// own are forms of a word of one's own, in every language: the category itself, so that one sees which was taken.
func own(noun string) map[string]settings.Words {
	out := map[string]settings.Words{}
	for _, l := range locale.All {
		for _, p := range l.Plurals() {
			name := settings.Form(noun, p.Category)
			if out[name] == nil {
				out[name] = settings.Words{}
			}
			out[name][l] = "<" + p.Category + ">"
		}
	}
	return out
}

// TestCounted: every sentence that counts a noun does so with the conversation's own forms in all six languages, with the
// form that the number takes, and keeps its other arguments; without own forms it is the catalogue's.
func TestCounted(t *testing.T) {
	t.Parallel()
	for key, c := range countKeys {
		if !slices.Contains(settings.Counted, c.noun) || !slices.Contains(locale.Arguments(key), "n") {
			t.Errorf("%s does not count a noun", key)
		}
		args := []any{"n", 0}
		for _, name := range locale.Arguments(key) {
			if name != "n" {
				args = append(args, name, "("+name+")")
			}
		}
		for _, l := range locale.All {
			f := Frame{Lang: l, Nouns: own(c.noun)}
			for _, n := range []int{0, 1, 2, 3, 5, 11, 21, 100, 1_000_000} {
				args[1] = n
				want := l.Counted(n, func(category string) string { return "<" + category + ">" })
				said := f.T(key, args...)
				if !strings.Contains(said, want) || strings.Contains(said, "⟦") || strings.Count(said, "<") != 1 {
					t.Errorf("%s: %s of %d is %q, without %q", l, key, n, said, want)
				}
				for i := 2; i < len(args); i += 2 {
					if !strings.Contains(said, args[i+1].(string)) {
						t.Errorf("%s: %s lost %s: %q", l, key, args[i], said)
					}
				}
				if common := (&Frame{Lang: l}).T(key, args...); common != l.T(key, args...) || common == said {
					t.Errorf("%s: without own forms %s is %q", l, key, common)
				}
			}
		}
	}
}

// common are sentences that count a noun and keep the common word: those of the demonstration, which has no other.
var common = []string{"demo.waiting.moderator"}

// TestAllThatCount: no sentence of the catalogues that counts one of the nouns is forgotten.
func TestAllThatCount(t *testing.T) {
	t.Parallel()
	counts := regexp.MustCompile(`\{n\} (of \{of\} )?(published )?(contribution|part(y|ies)\b)`)
	files, err := filepath.Glob("../../locale/catalog/en/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	found := 0
	for _, file := range files {
		b, err := os.ReadFile(file)
		var words map[string]any
		if err != nil || json.Unmarshal(b, &words) != nil {
			t.Fatal(file, err)
		}
		for key, w := range words {
			forms, ok := w.(map[string]any)
			if s, _ := forms["other"].(string); !ok || !counts.MatchString(s) {
				continue
			}
			if found++; countKeys[key].noun == "" && !slices.Contains(common, key) {
				t.Errorf("%s counts a noun: %v", key, forms["other"])
			}
		}
	}
	if found < len(countKeys) {
		t.Errorf("only %d of %d sentences were found", found, len(countKeys))
	}
}
