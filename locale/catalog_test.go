package locale

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

// singular names the plural categories that mean one number only, so that the words may leave it out
// ("one contribution"). Russian "one" is not among them (21), nor French "one" (0 and 1).
var singular = map[Lang][]string{Arabic: {"zero", "one", "two"}, English: {"one"}, Spanish: {"one"}}

// TestCatalogs asks of the files what a translator would: that each key is in the file of its room, that
// nothing is missing, that every language speaks of the same things, that the numbers have the words that
// the language needs, and that no translation is older than its English. See catalogfiles_test.go.
func TestCatalogs(t *testing.T) {
	raw := readFiles(t)
	if *fix || *accept != "" {
		fixFiles(t, raw)
		raw = readFiles(t)
	}
	checkFiles(t, raw)
	checkSources(t, raw)
	keys := make(map[string]bool)
	for _, l := range All {
		for key := range raw[l].words {
			keys[key] = true
		}
	}
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		want, isSet := "", false
		for _, l := range All {
			v, ok := raw[l].words[key]
			if !ok {
				t.Errorf("%s: %s is missing", l, key)
				continue
			}
			checkEntry(t, l, key, v)
			if got := placeholders(v); !isSet {
				want, isSet = got, true
			} else if got != want {
				t.Errorf("%s: %s has the placeholders [%s], other languages [%s]", l, key, got, want)
			}
		}
	}
}

func checkEntry(t *testing.T, l Lang, key string, v any) {
	switch v := v.(type) {
	case string:
		checkWords(t, l, key, v)
	case map[string]any:
		for _, form := range formsOf(l) {
			if v[form] == nil {
				t.Errorf("%s: %s lacks the plural category %q", l, key, form)
			}
		}
		other, _ := v["other"].(string)
		for form, words := range v {
			if !slices.Contains(formNames[:], form) {
				t.Errorf("%s: %s: %q is not a plural category", l, key, form)
			}
			s, _ := words.(string)
			checkWords(t, l, key+" ("+form+")", s)
			for _, name := range strings.Fields(placeholders(other)) {
				if !strings.Contains(s, "{"+name+"}") && (name != "n" || !slices.Contains(singular[l], form)) {
					t.Errorf("%s: %s (%s) lacks {%s}", l, key, form, name)
				}
			}
		}
	default:
		t.Errorf("%s: %s is neither words nor plural categories", l, key)
	}
}

// numberApart is a printed number in a left-to-right isolate: U+2066, the number, U+2069.
var numberApart = regexp.MustCompile("\u2066([0-9]+\\([a-z]+\\))\u2069")

func checkWords(t *testing.T, l Lang, key, s string) {
	if strings.TrimSpace(s) != s || s == "" {
		t.Errorf("%s: %s is empty or has spaces at its ends: %q", l, key, s)
	}
	if !norm.NFC.IsNormalString(s) {
		t.Errorf("%s: %s is not in NFC", l, key)
	}
	if l == Arabic { // which shows 13(i) as (i)13 unless it is set apart
		s = numberApart.ReplaceAllString(s, "$1")
	}
	for _, r := range s {
		if unicode.In(r, unicode.Cf, unicode.Cc) && r != zwnj && r != '\n' {
			t.Errorf("%s: %s has the invisible character %U; isolates are Isolate's work", l, key, r)
		}
	}
}

// placeholders lists the names in an entry, sorted, in one string.
func placeholders(v any) string {
	names := make(map[string]bool)
	var collect func(v any)
	collect = func(v any) {
		switch v := v.(type) {
		case string:
			for part := range strings.SplitSeq(v, "{") {
				if name, _, ok := strings.Cut(part, "}"); ok {
					names[name] = true
				}
			}
		case map[string]any:
			for _, words := range v {
				collect(words)
			}
		}
	}
	collect(v)
	return strings.Join(slices.Sorted(maps.Keys(names)), " ")
}

// formsOf lists the plural categories that whole numbers have in l.
func formsOf(l Lang) []string {
	names := make(map[string]bool)
	for n := range uint64(200) {
		names[formNames[pluralForm(l, n)]] = true
	}
	return slices.Sorted(maps.Keys(names))
}

func TestPlurals(t *testing.T) {
	want := map[Lang]string{Arabic: "few many one other two zero", Chinese: "other", English: "one other",
		French: "one other", Russian: "few many one", Spanish: "one other"}
	for _, l := range All {
		if got := strings.Join(formsOf(l), " "); got != want[l] {
			t.Errorf("%s has %s", l, got)
		}
		tag := language.Make(string(l))
		for n := range 100_000 {
			if got, rule := pluralForm(l, uint64(n)), plural.Cardinal.MatchPlural(tag, n, 0, 0, 0, 0); got != rule {
				t.Fatalf("%s: %d is %s, the rule says %s", l, n, formNames[got], formNames[rule])
			}
		}
	}
	if f := pluralForm(Arabic, 20_000_000); f != plural.Other {
		t.Error("twenty million is not zero", f)
	}
}

// speak puts entries into the English or Russian catalogue for the time of a test.
func speak(t testing.TB, l Lang, entries map[string]any) {
	c := catalogs[l.slot()]()
	for key, v := range entries {
		m, err := readMessage(v)
		if err != nil {
			t.Fatal(key, err)
		}
		c[key] = m
		t.Cleanup(func() { delete(c, key) })
	}
}

var testEntries = map[string]any{
	"test.plain": "Contributions",
	"test.hello": "{name} spoke for {party}",
	"test.count": map[string]any{"one": "{n} вклад от {name}", "few": "{n} вклада от {name}", "many": "{n} вкладов от {name}", "other": "{n} вклада от {name}"},
}

func TestT(t *testing.T) {
	speak(t, Russian, testEntries)
	type label string
	type count uint8
	for _, c := range []struct {
		want string
		key  string
		args []any
	}{
		{"Contributions", "test.plain", nil},
		{"Ana spoke for Peru", "test.hello", []any{"party", "Peru", "name", label("Ana")}},
		{"Ana spoke for ⟦party⟧", "test.hello", []any{"name", "Ana", "party"}},
		{"{x} spoke for ⟦party⟧", "test.hello", []any{"name", "{x}", "party", 1.5}},
		{"21 вклад от A", "test.count", []any{"n", 21, "name", "A"}},
		{"3 вклада от A", "test.count", []any{"n", count(3), "name", "A"}},
		{"1\u00a0005 вкладов от A", "test.count", []any{"n", uint64(1005), "name", "A"}},
		{"⟦n⟧ вклада от A", "test.count", []any{"name", "A"}},
		{"-2 вклада от A", "test.count", []any{"n", int64(-2), "name", "A"}},
		{"⟦no.such⟧", "no.such", nil},
	} {
		if got := Russian.T(c.key, c.args...); got != c.want {
			t.Errorf("T(%s, %v) = %q, want %q", c.key, c.args, got, c.want)
		}
	}
	if got, want := Russian.Isolate("test.count", "n", 5, "name", "علي"), "5 вкладов от \u2068علي\u2069"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if Has("test.plain") || !Has("date.first") || !slices.Contains(Keys(), "date.first") || !slices.IsSorted(Keys()) {
		t.Error("Has, Keys")
	}
	if Lang("xx").T("date.month.05") != "May" {
		t.Error("an unknown language speaks English")
	}
	for _, bad := range []any{"{", "}", "{}", "{a", "a}", "{A}", "{a}}", "{{a}", map[string]any{"one": "x"}, map[string]any{"other": 1},
		map[string]any{"other": "x", "lots": "x"}, 3.0, nil} {
		if _, err := readMessage(bad); err == nil {
			t.Errorf("%v accepted", bad)
		}
	}
}

func TestNumber(t *testing.T) {
	for _, c := range []struct {
		l    Lang
		n    int
		want string
	}{
		{English, 0, "0"}, {English, 999, "999"}, {English, 1234, "1,234"}, {English, -1234567, "-1,234,567"},
		{French, 1234, "1\u202f234"}, {Russian, 1234, "1\u00a0234"}, {Spanish, 1234, "1234"}, {Spanish, 12345, "12\u202f345"},
		{Arabic, 1234, "1,234"}, {Chinese, 100000, "100,000"}, {English, -1000, "-1,000"}, {Spanish, -1000, "-1000"},
		{English, -9223372036854775808, "-9,223,372,036,854,775,808"},
	} {
		if got := c.l.Number(c.n); got != c.want {
			t.Errorf("%s %d: %q, want %q", c.l, c.n, got, c.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		n, l := rapid.Int().Draw(t, "n"), rapid.SampledFrom(All).Draw(t, "l")
		if got := strings.NewReplacer(",", "", "\u202f", "", "\u00a0", "").Replace(l.Number(n)); got != fmt.Sprint(n) {
			t.Fatal(n, got)
		}
	})
}

func TestList(t *testing.T) {
	for _, c := range []struct {
		l     Lang
		items string
		want  string
	}{
		{English, "", ""}, {English, "Chad", "Chad"}, {English, "Chad Peru", "Chad and Peru"}, {English, "Chad Peru Oman", "Chad, Peru and Oman"},
		{Spanish, "Francia Italia", "Francia e Italia"}, {Spanish, "agua hielo", "agua y hielo"}, {Spanish, "padres Hijos", "padres e Hijos"},
		{Chinese, "中国 法国 秘鲁", "中国、法国和秘鲁"}, {Arabic, "مصر تونس", "مصر وتونس"}, {French, "a b c d", "a, b, c et d"},
		{Spanish, "a h", "a y h"}, {Spanish, "a hi", "a e hi"}, {Spanish, "a Índigo", "a e Índigo"},
	} {
		if got := c.l.List(strings.Fields(c.items)); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

func TestTAllocations(t *testing.T) {
	speak(t, Russian, testEntries)
	name := "Delegation of Peru"
	n := 12345
	for what, c := range map[string]struct {
		most float64
		f    func()
	}{
		"plain":        {0, func() { sink = Russian.T("test.plain") }},
		"arguments":    {1, func() { sink = Russian.T("test.hello", "name", name, "party", name) }},
		"plural":       {1, func() { sink = Russian.T("test.count", "name", name, "n", n) }},
		"small number": {0, func() { sink = Russian.Number(42) }},
	} {
		if got := testing.AllocsPerRun(100, c.f); got > c.most {
			t.Errorf("%s: %v allocations", what, got)
		}
	}
}

var sink string

func BenchmarkT(b *testing.B) {
	speak(b, Russian, testEntries)
	name := "Delegation of Peru"
	b.Run("plain", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			sink = Russian.T("test.plain")
		}
	})
	b.Run("arguments", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			sink = Russian.T("test.hello", "name", name, "party", name)
		}
	})
	n := 0
	b.Run("plural", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			n++
			sink = Russian.T("test.count", "name", name, "n", n)
		}
	})
}

// BenchmarkReadCatalog is what the first page in a language waits for.
func BenchmarkReadCatalog(b *testing.B) {
	for b.Loop() {
		if _, err := readLanguage(Arabic); err != nil {
			b.Fatal(err)
		}
	}
}

// TestArguments: the names that a sentence wants values for, those of all its plurals among them.
func TestArguments(t *testing.T) {
	speak(t, English, map[string]any{"two": "{b} of {a} and {b}", "many": map[string]any{"one": "one {thing}", "other": "{n} {thing}"}, "none": "words"})
	for key, want := range map[string]string{"two": "b a", "many": "thing n", "none": "", "missing": ""} {
		if got := strings.Join(Arguments(key), " "); got != want && !(key == "many" && got == "n thing") {
			t.Errorf("%s: %q, want %q", key, got, want)
		}
	}
}

// TestReadWords: what stands between braces is a name of small letters, digits and low lines that begins with a letter;
// anything else is a slip, and the catalogue is not read.
func TestReadWords(t *testing.T) {
	for words, want := range map[string]bool{"{a}": true, "{z9_0}": true, "a {n} b {of_2}": true, "": true, "{}": false, "{9}": false, "{_}": false, "{A}": false, "{a-b}": false, "{n": false, "n}": false} {
		if _, err := readWords(words); (err == nil) != want {
			t.Errorf("%q: %v", words, err)
		}
	}
}

// TestCounted: each language has the forms that its numbers take, each with the first of them; a number stands before the
// word, except where Arabic says it in the word.
func TestCounted(t *testing.T) {
	t.Parallel()
	want := map[Lang]string{Arabic: "zero[0] one[1] two[2] few[3 4 5] many[11 12 13] other[100 101 102]", Chinese: "other[0 1 2]", English: "other[0 2 3] one[1]",
		French: "one[0 1] other[2 3 4]", Russian: "many[0 5 6] one[1 21 31] few[2 3 4]", Spanish: "other[0 2 3] one[1]"}
	for _, l := range All {
		var forms []string
		for _, p := range l.Plurals() {
			forms = append(forms, p.Category+fmt.Sprint(p.Like))
			if p.Alone != (l == Arabic && len(p.Like) == 1) {
				t.Errorf("%s: %v", l, p)
			}
		}
		if got := strings.Join(forms, " "); got != want[l] {
			t.Errorf("%s has the forms %s", l, got)
		}
	}
	category := func(c string) string { return c }
	for _, c := range []struct {
		l    Lang
		n    int
		want string
	}{{English, 1, "1 one"}, {English, 2000, English.Number(2000) + " other"}, {Arabic, 0, "zero"}, {Arabic, 2, "two"}, {Arabic, 3, "3 few"}, {Arabic, 101, "101 other"}, {Russian, 21, "21 one"}, {Chinese, 1, "1 other"}} {
		if got := c.l.Counted(c.n, category); got != c.want {
			t.Errorf("%s: %d is %q", c.l, c.n, got)
		}
	}
	if got := Russian.Counted(3, func(string) string { return "" }); got != "" {
		t.Errorf("a form that is not there is %q", got)
	}
}
