package paper_test

import (
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/paper"
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
	// Title before language is refused only where the language comes too late; here it is English anyway.
	src := strings.Replace(ferries, "language: en\n", "", 1)
	d, err := paper.Import([]byte(src))
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
		"paragraph|1|A ferry carries people and goods.|",
		"paragraph|12|Cattle and post came later.|Le bétail et le courrier sont venus plus tard.",
		"question|(i)|Should the night crossing be free?|La traversée de nuit devrait-elle être gratuite ?",
		"question|(ii)|And on Sundays?|",
		"question|(iii)|And in winter?|",
		"paragraph|13|13. is an unlucky number for boats.|",
		"issue||Prices|",
		"paragraph|14|Who pays?|",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if d.Missing("fr") != 6 || d.Missing("en") != 0 {
		t.Error(d.Missing("fr"), d.Missing("en"))
	}
	d.Kind = paper.IssuesPaper
	f, err := paper.NewState().Publish(cite.Act{}, d.Publish())
	if err != nil || len(f.Elements) != 10 || f.Elements[9].Ref != "p1.x10" || f.Status["fr"] != "unofficial" {
		t.Error(err, f)
	}
}

func TestDemoPaper(t *testing.T) {
	b, err := os.ReadFile("../internal/script/testdata/demo/draft-issues-paper.json")
	if err != nil {
		t.Fatal(err)
	}
	d, err := paper.Import(b)
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
	again, err := paper.Import(b)
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
		{"a masthead", "titel: x\n# A", "import.key", "1"},
		{"too late", "title: x\nlanguage: fr\n# A", "import.language_late", "2"},
		{"deep", "# A\n\n### B", "import.heading", "3"},
		{"a question alone", "# A\n\n(i) Why?", "import.question_alone", "3"},
		{"a translation alone", "\n[fr] Titre\n# A", "import.translation_alone", "2"},
		{"no language", "# A\n[de] B", "import.language", "2"},
		{"twice", "# A\n[fr] B\n[fr] C", "import.text_twice", "3"},
		{"its own", "# A\n[en] B", "import.text_twice", "2"},
		{"a long heading", "# " + strings.Repeat("x", 1001), "import.long", "1"},
	} {
		_, err := paper.Import([]byte(c.src))
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
	if _, err := paper.Import(make([]byte, paper.MaxImport+1)); len(refusal.Of(err)) != 1 || refusal.Of(err)[0].Kind != refusal.TooLarge {
		t.Error(err)
	}
	if _, err := paper.Import([]byte(strings.Repeat("### x\n", 5000))); len(refusal.Of(err)) != 20 {
		t.Error("a refusal for everything", len(refusal.Of(err)))
	}
	if _, err := paper.Import([]byte(strings.Repeat("1. x\n", 3000))); refusal.Of(err)[0].Key != "import.elements" {
		t.Error(err)
	}
	if _, err := paper.Import([]byte(`{"elements":` + strings.Repeat("[", 100_000))); refusal.Of(err) == nil {
		t.Error(err)
	}
	keys := func(n int) time.Duration {
		begin := time.Now()
		_, _ = paper.Import([]byte(`{"title":{` + strings.Repeat("\"en\":\"\",\n", n)))
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
	f.Add([]byte(`{"paper":"p1","kind":"issues-paper","symbol":"A/1","original":"fr","date":"2020-01-01","title":{"fr":"x"},"status":{"en":"official"},
		"elements":[{"ref":"p1.x3","kind":"issue","number":"1","subjects":["patents"],"text":{"fr":"a","en":"b"}},{"kind":"paragraph","stance":true,"text":{"fr":"c"}}]}`))
	f.Add([]byte("{\"elements\":[{\"kind\":\"theme\",\"text\":{\"en\":\"\\ud800 \\u202e\"}}]}"))
	f.Fuzz(func(t *testing.T, b []byte) {
		d, err := paper.Import(b)
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
