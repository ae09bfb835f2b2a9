package find

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"pgregory.net/rapid"
)

func foundIn(found []Passage) (out []string) {
	for _, f := range found {
		out = append(out, fmt.Sprintf("%s:%s %q", f.Why, f.Field, f.Text))
	}
	return out
}

// TestFind: every occurrence in every field, as it is shown, and none that is masked already.
func TestFind(t *testing.T) {
	t.Parallel()
	words := cite.Words{
		"name": "Ada Poloznik", "body": "Poloznik & Sons", "f1.name": "Poloznik.pdf", "f1.sha256": "Poloznik",
		"1.text":    "Call Mrs Poloznik. Her neighbour Poloznik agrees.",
		"2.text":    "John Doe\n  123 said. Again John Doe 123.",
		"2.wording": "Ask Poloznik.", "10.text": "Poloznik",
	}
	for _, c := range []struct {
		passage string
		masks   []consultation.Mask
		want    []string
	}{
		{"Poloznik", nil, []string{`same:name "Poloznik"`, `same:body "Poloznik"`, `same:1.text "Poloznik"`, `same:1.text "Poloznik"`, `same:2.wording "Poloznik"`, `same:10.text "Poloznik"`, `same:f1.name "Poloznik"`}},
		{"Poloznik", []consultation.Mask{{Field: "1.text", From: 9, To: 17}, {Field: "name"}}, []string{`same:body "Poloznik"`, `same:1.text "Poloznik"`, `same:2.wording "Poloznik"`, `same:10.text "Poloznik"`, `same:f1.name "Poloznik"`}},
		{" John  Doe\n\n123 ", nil, []string{`same:2.text "John Doe\n  123"`, `same:2.text "John Doe 123"`}},
		{"john doe", nil, nil}, // that is alike, and not the same
		{" \n", nil, nil},
		{"Nobody", nil, nil},
	} {
		if got := foundIn(Same(words, c.masks, c.passage)); !slices.Equal(got, c.want) {
			t.Errorf("%q with %v:\n%s\nwant\n%s", c.passage, c.masks, strings.Join(got, "\n"), strings.Join(c.want, "\n"))
		}
	}
	f := Same(words, nil, "neighbour")[0]
	if f.Before+f.Text+f.After != words["1.text"] {
		t.Errorf("around it stands %q and %q", f.Before, f.After)
	}
}

// TestLookAlikes: what is left to be read and looks like what is masked.
func TestLookAlikes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		gone, left string
		want       []string
	}{
		{"Poloznik", "POLOZNIK and Pоlоzniк and Póložnik and P o l o z n i k.", []string{`alike "POLOZNIK"`, `alike "Pоlоzniк"`, `alike "Póložnik"`, `alike "P o l o z n i k"`}},
		{"Poloznik", "Polozniks Haus, Apoloznik", []string{`alike "Poloznik"`}},
		{"Ada Poloznik", "Mr Poloznik and Ada, adamant", []string{`part "Poloznik"`, `part "Ada"`}},
		{"Anna", "Japan national; an na", []string{`alike "an na"`}},
		{"+41 22 338 91 11", "call (022) 338-9111, or 338 91 11; in 2019 and 1998", []string{`digits "022) 338-9111"`, `digits "338 91 11"`}},
		{"٠٢٢٣٣٨٩١١١", "022 338 91 11", []string{`alike "022 338 91 11"`}},
		{"王小明", "小明和王小明", []string{`alike "王小明"`}},
		{"ana@example.org", "ANA@EXAMPLE.ORG or ana at example.org", []string{`alike "ANA@EXAMPLE.ORG"`, `part "ana"`, `part "example"`, `part "org"`}},
		{"Li", "li Li LI", nil}, // too short to be told from accidents
		{"a passage that says a lot of things", "A lot of things", nil},
	} {
		words := cite.Words{"1.text": c.gone, "2.text": c.left}
		var got []string
		for _, f := range Alike(words, []consultation.Mask{{Field: "1.text", From: 0, To: len(c.gone)}}) {
			got = append(got, fmt.Sprintf("%s %q", f.Why, f.Text))
		}
		slices.Sort(got)
		slices.Sort(c.want)
		if !slices.Equal(got, c.want) {
			t.Errorf("of %q in %q is left\n%s\nwant\n%s", c.gone, c.left, strings.Join(got, "\n"), strings.Join(c.want, "\n"))
		}
	}
}

// TestNothingIsLeft: what is found and masked is not found again, and what it says that it masks it masks.
func TestNothingIsLeft(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		piece := rapid.SampledFrom([]string{"Ada", " ", "\n", "ada", "Àda", "Ada ", "x", "12 34 56", "(123)-456", "é", "王", "\u0301", "."})
		words := cite.Words{}
		for _, f := range []string{"1.text", "2.wording", "name"} {
			words[f] = strings.Join(rapid.SliceOfN(piece, 0, 12).Draw(t, f), "")
		}
		passage := strings.Join(rapid.SliceOfN(piece, 1, 3).Draw(t, "passage"), "")
		var masks []consultation.Mask
		for _, f := range Same(words, nil, passage) {
			if f.Text != words[f.Field][f.From:f.To] || strings.Join(strings.Fields(f.Text), " ") != strings.Join(strings.Fields(passage), " ") {
				t.Fatalf("%q is found as %+v", passage, f)
			}
			masks = append(masks, f.Mask)
		}
		if again := Same(words, masks, passage); len(again) > 0 {
			t.Fatalf("%q is left: %+v", passage, again)
		}
		for range 5 {
			for _, f := range Alike(words, masks) {
				if f.Text != words[f.Field][f.From:f.To] {
					t.Fatalf("%+v", f)
				}
				masks = append(masks, f.Mask)
			}
		}
	})
}

// TestMaskable: what can be black are names, titles, texts and wordings of every version, and the reason of a correction;
// no hash and nothing else.
func TestMaskable(t *testing.T) {
	t.Parallel()
	words := cite.Words{}
	for _, field := range []string{"f1.sha256", "reason", "1.stance", "none", "other", "text", "reason@1", "title@1", "1.text@1", "1.wording@2", "f1.name", "2.text", "10.text", "1.wording", "1.text", "title", "affiliation", "body", "name"} {
		words[field] = "x"
	}
	got := Maskable(words)
	want := []string{"name", "body", "affiliation", "title", "1.text", "1.wording", "2.text", "10.text", "f1.name", "title@1", "1.text@1", "reason@1", "1.wording@2"}
	if sorted := slices.Sorted(slices.Values(got)); !slices.Equal(sorted, slices.Sorted(slices.Values(want))) {
		t.Errorf("%q", got)
	}
}
