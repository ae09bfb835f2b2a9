package press_test

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"

	"github.com/openplenary/plenary/press"
	"pgregory.net/rapid"
)

func TestHarmless(t *testing.T) {
	for in, want := range map[string]string{
		"=1+1": "'=1+1", "+cmd|x": "'+cmd|x", "-5": "-5", "+1,200.5": "+1,200.5", "-": "'-", "@x": "'@x", "\tx": "'\tx", "＝1": "'＝1", "plain": "plain", "": "", "a=b": "a=b", "-5+2": "'-5+2", "'=1+1": "''=1+1", "'quoted'": "''quoted'",
		"123456789012345": "123456789012345", "1234567890123456789": "'1234567890123456789", "2020": "2020", "0": "0", "0.5": "0.5", "1.5": "1.5",
		"007": "'007", "12E4567890123": "'12E4567890123", "1e5": "'1e5", "12EX": "12EX", "E5": "E5", "12E": "12E",
	} {
		if got := press.Harmless(in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}

// What is written is read back, and no cell begins as a formula does.
func TestCSV(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		row := rapid.SliceOfN(rapid.StringMatching(`[ -~\n"'=+@\-＝]{0,12}|[0-9Ee]{1,18}`), 1, 5).Draw(t, "row")
		var b bytes.Buffer
		w := press.NewCSV(&b)
		if w.Row(row...) != nil || w.Flush() != nil {
			t.Fatal("cannot write")
		}
		r := csv.NewReader(strings.NewReader(strings.TrimPrefix(b.String(), "\ufeff")))
		got, err := r.Read()
		if len(row) == 1 && row[0] == "" {
			return // an empty line is no record
		}
		if err != nil || len(got) != len(row) {
			t.Fatal(got, err)
		}
		for i := range got {
			if got[i] != press.Harmless(row[i]) || press.Harmful(got[i]) != row[i] {
				t.Fatalf("%q came back as %q", row[i], got[i])
			}
		}
	})
}

// TestSeparatorsOfOthers: a spreadsheet that looks for semicolons and tabs too, as some do by themselves, reads the same cells as
// one that looks for commas.
func TestSeparatorsOfOthers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		row := rapid.SliceOfN(rapid.StringMatching(`[a=;\t"', \n‏٥-]{0,8}`), 2, 4).Draw(t, "row")
		var b bytes.Buffer
		w := press.NewCSV(&b)
		if w.Row(row...) != nil || w.Flush() != nil {
			t.Fatal("cannot write")
		}
		var cells []string
		cell, in := "", false
		for _, c := range strings.TrimSuffix(strings.TrimPrefix(b.String(), "\ufeff"), "\r\n") {
			switch {
			case c == '"':
				in = !in
			case !in && strings.ContainsRune(",;\t", c):
				cells, cell = append(cells, cell), ""
				continue
			}
			cell += string(c)
		}
		cells = append(cells, cell)
		if len(cells) != len(row) {
			t.Fatalf("%q are %d cells, not %d: %q", row, len(cells), len(row), cells)
		}
		for _, c := range cells {
			if c = strings.TrimPrefix(c, `"`); c != "" && strings.ContainsAny(c[:1], "=+@\t") {
				t.Fatalf("%q begins as a formula does", c)
			}
		}
	})
}
