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
	} {
		if got := press.Harmless(in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}

// What is written is read back, and no cell begins as a formula does.
func TestCSV(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		row := rapid.SliceOfN(rapid.StringMatching(`[ -~\n"'=+@\-＝]{0,12}`), 1, 5).Draw(t, "row")
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
