package manuscript_test

import (
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"pgregory.net/rapid"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/paper/manuscript"
	"github.com/openplenary/plenary/refusal"
)

const ferries = `---
symbol: TEST/FERRY/1
title: Draft issues paper
  on ferries
[fr] Projet de document sur les bacs
date: 2020-01-10
language: en
status: unofficial
---

# Crossing
[fr] Traverser

## 1. Who may cross
[fr] 1. Qui peut traverser

A ferry carries people
and goods.

12. Cattle and post came later.
[fr] 12. Le bétail et le courrier
sont venus plus tard.

- (i) Should the night crossing be free?
[fr] (i) La traversée de nuit devrait-elle être gratuite ?
(ii) And on Sundays?
- And in winter?

\13. is an unlucky number for boats.

## Prices
Who pays?
`

func TestMarkdown(t *testing.T) {
	d, err := manuscript.Import([]byte(ferries), "ru")
	if err != nil {
		t.Fatal(err)
	}
	if d.Symbol != "TEST/FERRY/1" || d.Date != "2020-01-10" || d.Original != "en" || d.Title["en"] != "Draft issues paper on ferries" || d.Status["fr"] != "unofficial" {
		t.Errorf("%+v", d)
	}
	var got []string
	for _, e := range d.Elements {
		got = append(got, fmt.Sprintf("%s|%s|%s|%s", e.Kind, e.Number, e.Text["en"], e.Text["fr"]))
	}
	want := []string{
		"theme||Crossing|Traverser",
		"issue|1|Who may cross|Qui peut traverser",
		"paragraph||A ferry carries people and goods.|",
		"paragraph|12|Cattle and post came later.|Le bétail et le courrier sont venus plus tard.",
		"question|(i)|Should the night crossing be free?|La traversée de nuit devrait-elle être gratuite ?",
		"question|(ii)|And on Sundays?\n\n- And in winter?|",
		"paragraph||13. is an unlucky number for boats.|",
		"issue||Prices|",
		"paragraph||Who pays?|",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if len(d.Notes) > 0 {
		t.Errorf("noted %+v", d.Notes)
	}
	if d.Missing("fr") != 5 || d.Missing("en") != 0 {
		t.Error(d.Missing("fr"), d.Missing("en"))
	}
	d.Kind = paper.IssuesPaper
	f, err := paper.NewState().Publish(cite.Act{}, d.Publish())
	if err != nil || len(f.Elements) != 9 || f.Elements[8].Ref != "p1.x9" || f.Status["fr"] != "unofficial" {
		t.Error(err, f)
	}
}

func TestDemoPaper(t *testing.T) {
	b, err := os.ReadFile("../../internal/script/testdata/demo/draft-issues-paper.json")
	if err != nil {
		t.Fatal(err)
	}
	d, err := manuscript.Import(b, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range locale.All {
		if n := d.Missing(l); n > 0 {
			t.Error(l, n)
		}
	}
	shelf := paper.NewState()
	f, err := shelf.Publish(cite.Act{}, d.Publish())
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Apply(shelf, cite.Entry{Position: 1}); err != nil {
		t.Fatal(err)
	}
	e, _ := shelf.Edition("p1")
	if len(e.Languages()) != 6 || e.Issues() != 13 {
		t.Error(e.Languages(), e.Issues())
	}
	// The next edition keeps every reference, and can be taken out and brought back.
	next := e.Draft()
	if next.Symbol != "" || next.Paper != "p1" || next.Elements[5].Ref != "p1.x6" {
		t.Errorf("%+v", next.Elements[5])
	}
	again := encoded(t, next)
	again.Symbol, again.Date = "DEMO/2", "2020-05-21"
	f, err = shelf.Publish(cite.Act{}, again.Publish())
	if err != nil || f.Ref != "p1.e2" || f.Counter != len(e.Elements) {
		t.Error(err, f.Ref, f.Counter)
	}
	// As a new paper its elements are new.
	again.Paper, again.Symbol = cite.None, "DEMO/3"
	if f, err = shelf.Publish(cite.Act{}, again.Publish()); err != nil || f.Ref != "p2.e1" || f.Elements[0].Ref != "p2.x1" {
		t.Error(err, f.Ref)
	}
}

func encoded(t testing.TB, d paper.Draft) paper.Draft {
	t.Helper()
	b, err := d.Encode()
	if err != nil {
		t.Fatal(err)
	}
	again, err := manuscript.Import(b, "")
	if err != nil {
		t.Fatalf("%v\n%s", err, b)
	}
	return again
}

func TestImportRefuses(t *testing.T) {
	for _, c := range []struct{ name, src, key, line string }{
		{"nothing", "", "import.empty", ""},
		{"only a masthead", "title: x\n", "import.empty", ""},
		{"bytes", "# A\n\n1. \xff", "import.utf8", "3"},
		{"half a file", "{\"title\": {\n\"en\": \"x\"", "import.json", "2"},
		{"no JSON", "{\n\"title\" 1}", "import.json", "2"},
		{"more behind", "{\"elements\":[]}\n\n{}", "import.json", "3"},
		{"another type", "{\n\n\"symbol\": 7}", "import.type", "3"},
		{"null", "{\"title\": null}", "import.type", "1"},
		{"a slip", "{\n\"titel\": {\"en\": \"x\"}}", "import.key", "2"},
		{"a language", "{\"title\": {\n\"de\": \"x\"}}", "import.language", "2"},
		{"a kind", "{\"elements\": [\n{\"kind\": \"heading\"}]}", "import.element_kind", "2"},
		{"no kind", "{\"elements\": [\n\n{\"text\": {}}]}", "import.element_kind", "3"},
		{"a reference", "{\"elements\": [\n{\"kind\": \"theme\", \"ref\": \"p1\"}]}", "import.ref", "2"},
		{"a source", "source: javascript:alert(1)\n# A", "import.source", "1"},
		{"a status", "status: draft\n# A", "import.status", "1"},
		{"a masthead", "titel: x\n# A", "import.head", "1"},
		{"two languages", "title: x\nlanguage: fr\nlanguage: en\n# A", "import.key", "3"},
		{"a note", "{\"notes\": [{\"what\": \"error.internal\"}]}", "import.type", "1"},
		{"a translation alone", "\n[fr] Titre\n# A", "import.translation_alone", "2"},
		{"no language", "# A\n[de] B", "import.language", "2"},
		{"twice", "# A\n[fr] B\n[fr] C", "import.text_twice", "3"},
		{"its own", "# A\n[en] B", "import.text_twice", "2"},
		{"a long heading", "# " + strings.Repeat("x", 1001), "import.long", "1"},
	} {
		_, err := manuscript.Import([]byte(c.src), "")
		rs := refusal.Of(err)
		if len(rs) == 0 {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		line := ""
		for i := 0; i+1 < len(rs[0].Args); i += 2 {
			if rs[0].Args[i] == "line" {
				line, _ = rs[0].Args[i+1].(string)
			}
		}
		if rs[0].Key != c.key || line != c.line {
			t.Errorf("%s: %v, want %s in line %s", c.name, err, c.key, c.line)
		}
	}
	if _, err := manuscript.Import(make([]byte, manuscript.MaxImport+1), ""); len(refusal.Of(err)) != 1 || refusal.Of(err)[0].Kind != refusal.TooLarge {
		t.Error(err)
	}
	if _, err := manuscript.Import([]byte(strings.Repeat("[de] x\n", 5000)), ""); len(refusal.Of(err)) != 20 {
		t.Error("a refusal for everything", len(refusal.Of(err)))
	}
	if _, err := manuscript.Import([]byte(strings.Repeat("1. x\n\n", 3000)), ""); refusal.Of(err)[0].Key != "import.elements" {
		t.Error(err)
	}
	if _, err := manuscript.Import([]byte(`{"elements":`+strings.Repeat("[", 100_000)), ""); refusal.Of(err) == nil {
		t.Error(err)
	}
	keys := func(n int) time.Duration {
		begin := time.Now()
		_, _ = manuscript.Import([]byte(`{"title":{`+strings.Repeat("\"en\":\"\",\n", n)), "")
		return time.Since(begin)
	}
	// Four times as much may take four times as long, not sixteen; slow machines are only slow.
	if part, whole := keys(50_000), keys(200_000); whole > 10*part+time.Second {
		t.Errorf("two megabytes of keys took %s, a quarter of them %s", whole, part)
	}
}

// FuzzImport: whatever is accepted can be written and read again, and is published or refused.
func FuzzImport(f *testing.F) {
	f.Add([]byte(ferries))
	f.Add([]byte(strings.Replace(ferries, "language: en\n", "", 1)))
	f.Add([]byte("# A\n\n1. It was\n2019. (PORTS)\n(PORTS) x\n\n- a\n- b\n[fr] c\n\n```\n# x\n\n```\n\n### d\n\n1. twice ![a](b) [^1]\n| a | b |\n"))
	f.Add([]byte(`{"paper":"p1","kind":"issues-paper","symbol":"A/1","original":"fr","date":"2020-01-01","title":{"fr":"x"},"status":{"en":"official"},
		"elements":[{"ref":"p1.x3","kind":"issue","number":"1","subjects":["patents"],"text":{"fr":"a","en":"b"}},{"kind":"paragraph","stance":true,"text":{"fr":"c"}}]}`))
	f.Add([]byte("{\"elements\":[{\"kind\":\"theme\",\"text\":{\"en\":\"\\ud800 \\u202e\"}}]}"))
	f.Fuzz(func(t *testing.T, b []byte) {
		d, err := manuscript.Import(b, "")
		if err != nil {
			if len(refusal.Of(err)) == 0 {
				t.Fatal("a fault: ", err)
			}
			return
		}
		if again := encoded(t, d); !reflect.DeepEqual(plain(again), plain(d)) {
			t.Fatalf("written and read again, it is another draft:\n%+v\n%+v", d, again)
		}
		d.Paper, d.Kind, d.Symbol, d.Date = cite.None, paper.IssuesPaper, "A/1", "2020-01-01"
		if d.Title[d.Original] == "" {
			d.Title = map[locale.Lang]string{d.Original: "A title"}
		}
		shelf := paper.NewState()
		c, err := d.Publish().Check()
		var fact paper.Published
		if err == nil {
			fact, err = shelf.Publish(cite.Act{}, c)
		}
		if err != nil {
			if len(refusal.Of(err)) == 0 {
				t.Fatal("a fault: ", err)
			}
			return
		}
		if err := fact.Apply(shelf, cite.Entry{Position: 1}); err != nil {
			t.Fatal(err)
		}
		e, ok := shelf.Edition("p1")
		if !ok || len(e.Elements) != len(d.Elements) {
			t.Fatal("not on the shelf")
		}
		_ = e.Draft().Publish()
	})
}

// plain makes empty and absent maps alike.
func plain(d paper.Draft) paper.Draft {
	for _, m := range []*map[locale.Lang]string{&d.Title, &d.Note, &d.Status} {
		if len(*m) == 0 {
			*m = nil
		}
	}
	for i := range d.Elements {
		if len(d.Elements[i].Text) == 0 {
			d.Elements[i].Text = nil
		}
	}
	return d
}

// TestImportStops: behind what is no JSON nothing is read, and nothing is said of it.
func TestImportStops(t *testing.T) {
	for _, src := range []string{`{"titel": {"en" "x"}, "title": 7, "symbol": 8}`, `{"elements": [{"kinds": [1 2], "kind": "heading"}]}`, `{"titel": `} {
		_, err := manuscript.Import([]byte(src), "")
		var keys []string
		for _, f := range refusal.Of(err) {
			keys = append(keys, f.Key)
		}
		if got := strings.Join(keys, " "); got != "import.key import.json" {
			t.Errorf("%s: %s", src, got)
		}
	}
}

// TestImportInventsNothing: what a file does not say is not in the draft, and what is not understood is kept as text
// and listed with its line.
func TestImportInventsNothing(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, src string
		want      []string
		notes     []paper.Note
	}{
		{"a year and a word in brackets begin a line of a text", "1. The council adopted it in\n2019. It was revised twice, as the authority\n(PORTS) had asked.\n",
			[]string{"paragraph|1|The council adopted it in 2019. It was revised twice, as the authority (PORTS) had asked."},
			[]paper.Note{{What: "number", Line: 2, Text: "2019. It was revised twice, as the authority"}, {What: "label", Line: 3, Text: "(PORTS) had asked."}}},
		{"no empty lines", "1. One\nand more.\n2. Two\n(a) First?\n(b) Second,\n(d) not a letter.\n3. Three\n", []string{"paragraph|1|One and more.", "paragraph|2|Two", "question|(a)|First?",
			"question|(b)|Second, (d) not a letter.", "paragraph|3|Three"}, []paper.Note{{What: "label", Line: 6, Text: "(d) not a letter."}}},
		{"paragraphs without numbers", "intro\n\n1. one\n\nbetween\n\n2. two\n", []string{"paragraph||intro", "paragraph|1|one", "paragraph||between", "paragraph|2|two"}, nil},
		{"letters that run on", "1. A\n(i) x\n\n2. B\n(j) y\n", []string{"paragraph|1|A", "question|(i)|x", "paragraph|2|B", "question|(j)|y"}, nil},
		{"letters within letters", "1. A\n(a) x:\n(i) one,\n(ii) two;\n(b) y.\n", []string{"paragraph|1|A", "question|(a)|x: (i) one, (ii) two;", "question|(b)|y."},
			[]paper.Note{{What: "label", Line: 3, To: 4, Text: "(i) one,"}}},
		{"a list", "1. A port is\n- a place,\n- or a wine.\n\n  * also\n", []string{"paragraph|1|A port is\n\n- a place,\n- or a wine.\n- also"}, nil},
		{"code", "1. See\n```\n# comment\n\n1. x\n```\n2. Next\n", []string{"paragraph|1|See\n```\n# comment\n\n1. x\n```", "paragraph|2|Next"}, []paper.Note{{What: "code", Line: 2, To: 6, Text: "```"}}},
		{"a table and a footnote", "1. See[^1]\n\n| a | b |\n| c | d |\n", []string{"paragraph|1|See[^1]\n\n| a | b |\n| c | d |"},
			[]paper.Note{{What: "table", Line: 4, Text: "| c | d |"}, {What: "mark", Line: 1, Text: "[^1]"}}},
		{"a deep heading, and a question that nothing holds", "# A\n\n### B\n# C\n(a) Why?\n", []string{"theme||A", "paragraph||B", "theme||C", "paragraph||(a) Why?"},
			[]paper.Note{{What: "heading", Line: 3, Text: "B"}, {What: "alone", Line: 5, Text: "(a) Why?"}}},
		{"the only heading is the title", "---\n\n# A\n\n1. One\n", []string{"paragraph|1|One"}, nil},
		{"the only heading comes after a text", "Draft.\n\n# A\n\n1. One\n", []string{"paragraph||Draft.", "theme||A", "paragraph|1|One"}, nil},
		{"numbers that stand twice", "1. A\n\n4. B\n\n1. C\n- (a) x\n- (a) y\n", []string{"paragraph|1|A", "paragraph|4|B", "paragraph|1|C", "question|(a)|x", "question|(a)|y"},
			[]paper.Note{{What: "gap", Line: 3, To: 0, Text: "4. B"}, {What: "gap", Line: 5, Text: "1. C"}, {What: "twice", Line: 5, Text: "1"}, {What: "twice", Line: 7, Text: "(a)"}}},
	} {
		d, err := manuscript.Import([]byte(c.src), "")
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		var got []string
		for _, e := range d.Elements {
			got = append(got, e.Kind+"|"+e.Number+"|"+e.Text["en"])
		}
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: got\n%q\nwant\n%q", c.name, got, c.want)
		}
		if !reflect.DeepEqual(d.Notes, c.notes) {
			t.Errorf("%s: noted\n%+v\nwant\n%+v", c.name, d.Notes, c.notes)
		}
	}
	d, err := manuscript.Import([]byte(strings.Repeat("1. x\n\n", 1000)), "")
	if err != nil || len(d.Notes) != 200 || d.Notes[199].What != manuscript.NoteMore || d.Notes[199].Line == 0 {
		t.Errorf("%v, %d notes, the last %+v", err, len(d.Notes), d.Notes[len(d.Notes)-1])
	}
}

// TestImportExample: the example in the comment of Import is a paper that can be published, in any conversation.
func TestImportExample(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile("manuscript.go")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(b), "// Import reads a paper from a file")
	comment, _, ok := strings.Cut(rest, "\nfunc Import(")
	var example strings.Builder
	for line := range strings.SplitSeq(comment, "\n") {
		if s, is := strings.CutPrefix(line, "//\t"); is {
			example.WriteString(s + "\n")
		} else if line == "//" {
			example.WriteString("\n")
		}
	}
	if !ok || !strings.Contains(example.String(), "symbol: ") {
		t.Fatalf("no example in %q", comment)
	}
	for _, l := range locale.All {
		d, err := manuscript.Import([]byte(example.String()), l)
		if err != nil || len(d.Notes) > 0 || d.Original != "en" {
			t.Fatalf("%s: %v, %+v", l, err, d)
		}
		if d.Elements[2].Text["en"] != "AI can now make inventions on its own, and has done so." || d.Elements[3].Number != "(i)" || d.Missing("fr") != 2 {
			t.Errorf("%+v", d.Elements)
		}
		d.Kind = paper.IssuesPaper
		c, err := d.Publish().Check()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := paper.NewState().Publish(cite.Act{}, c); err != nil {
			t.Error(err)
		}
	}
}

// TestImportLanguage: a file that names no language is in that of the conversation.
func TestImportLanguage(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		src      string
		in, want locale.Lang
	}{
		{"title: Titre\n\n1. Un", "fr", "fr"},
		{"title: Titre\n\n1. Un", "", "en"},
		{"title: Titre\n[en] Title\nlanguage: fr\n\n1. Un\n[en] One", "en", "fr"},
		{"title: Titre\n\n[en] Title\n\nlanguage: fr\n\n1. Un", "ar", "fr"},
		{`{"title":{"fr":"Titre"},"elements":[{"kind":"theme","text":{"fr":"x"}}]}`, "fr", "fr"},
		{`{"original":"ar","elements":[{"kind":"theme","text":{"ar":"x"}}]}`, "fr", "ar"},
	} {
		d, err := manuscript.Import([]byte(c.src), c.in)
		if err != nil || d.Original != c.want || d.Elements[0].Text[c.want] == "" {
			t.Errorf("%q in %q: %v, %+v", c.src, c.in, err, d)
		}
	}
}

// TestImportKeepsWords: every letter and every digit of a file without translations is in the draft, in its place,
// whatever stands in it.
func TestImportKeepsWords(t *testing.T) {
	t.Parallel()
	line := rapid.SampledFrom([]string{"", "", "1. one", "2. two", "2019. It was", "7) seven", "(i) eye", "(a) ay", "- (b) bee", "(PORTS) ports", "- item", "* item", "| a | b |", "```", "~~~",
		"### deep", "# theme", "## 3. issue", "  indented", "plain words", "![picture](x)", "[^1]: foot", "---", "A word[^2]", ": means", "    code", "===", "_under_ __lined__", "<b>", "> quoted", `\\1. escaped`, "100. hundred", "IV. four", "#hash"})
	sorted := func(s string) string {
		if !strings.Contains(s, "foot") {
			return s
		}
		r := []rune(s)
		slices.Sort(r)
		return string(r)
	}
	wordly := func(s string) string {
		return strings.Map(func(c rune) rune {
			if unicode.IsLetter(c) || unicode.IsDigit(c) {
				return c
			}
			return -1
		}, s)
	}
	rapid.Check(t, func(t *rapid.T) {
		src := "# begin\n\nfirst\n\n" + strings.Join(rapid.SliceOfN(line, 1, 30).Draw(t, "lines"), "\n")
		d, err := manuscript.Import([]byte(src), "")
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		b.WriteString(d.Title["en"])
		for _, e := range d.Elements {
			b.WriteString(e.Number + e.Text["en"])
		}
		// A footnote goes to what cites it: then the words are the same, in another order.
		if got, want := sorted(wordly(b.String())), sorted(wordly(src)); got != want {
			t.Fatalf("%q\nbecame %q", want, got)
		}
	})
}

// TestImportOfDraft: a draft that was taken out comes back, and says nothing of who wrote it or from whom its words were taken: whoever
// brings it in answers for it.
func TestImportOfDraft(t *testing.T) {
	out := paper.Draft{Kind: paper.Considerations, Symbol: "F/1", Original: "en", Date: "2020-01-02", Title: map[locale.Lang]string{"en": "Considerations"}, Elements: []paper.DraftElement{
		{ID: 3, Kind: paper.Paragraph, Number: "1", Cites: []cite.Ref{"c1.1"}, Text: map[locale.Lang]string{"en": "Boats cross."}, Wrote: []string{"u1"},
			Taken: map[locale.Lang]paper.Taken{"en": {Of: "c1.1", Mark: 7}}}}}
	b, err := out.Encode()
	if err != nil {
		t.Fatal(err)
	}
	in, err := manuscript.Import(b, "en")
	if err != nil || len(in.Notes) > 0 {
		t.Fatal(err, in.Notes)
	}
	if el := in.Elements[0]; el.Text["en"] != "Boats cross." || len(el.Cites) != 1 || el.Wrote != nil || el.Taken != nil || el.ID != 0 {
		t.Errorf("%+v", el)
	}
}
