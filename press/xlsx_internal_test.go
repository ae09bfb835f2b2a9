package press

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"
)

// read opens a workbook that was written, as another program does.
func read(t *testing.T, x *XLSX) *excelize.File {
	t.Helper()
	var b bytes.Buffer
	if _, err := x.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func TestXLSX(t *testing.T) {
	x, err := NewXLSX()
	if err != nil {
		t.Fatal(err)
	}
	x.rows = 3
	if err := x.Sheet("About", []float64{20, 60}); err != nil {
		t.Fatal(err)
	}
	if err := x.Row("title", "Points & <answers>"); err != nil {
		t.Fatal(err)
	}
	if err := x.Sheet("Points", nil, "reference", "text"); err != nil {
		t.Fatal(err)
	}
	want := []string{"=HYPERLINK(\"https://evil.example\")", "'=1_x0041_", "نص\nثان", "", "a\x00b", "@x"}
	for i, s := range want {
		if err := x.Row(fmt.Sprint("c", i+1), s); err != nil {
			t.Fatal(err)
		}
	}
	f := read(t, x)
	if got := fmt.Sprint(f.GetSheetList()); got != "[About Points Points 2 Points 3]" {
		t.Errorf("sheets %s", got)
	}
	if rows, err := f.GetRows("About"); err != nil || len(rows) != 1 || rows[0][1] != "Points & <answers>" {
		t.Errorf("%q %v", rows, err)
	}
	got := map[string]string{}
	for _, s := range []string{"Points", "Points 2", "Points 3"} {
		rows, err := f.GetRows(s)
		if err != nil || len(rows) == 0 || rows[0][0] != "reference" || len(rows) > 3 {
			t.Fatalf("%s: %q %v", s, rows, err)
		}
		for i, r := range rows[1:] {
			got[r[0]], _ = f.GetCellValue(s, fmt.Sprint("B", i+2))
			if formula, _ := f.GetCellFormula(s, fmt.Sprint("B", i+2)); formula != "" {
				t.Errorf("a formula came out: %s", formula)
			}
		}
	}
	for i, s := range want {
		if s == "a\x00b" {
			s = "a\ufffdb" // no such character in XML
		}
		if g := got[fmt.Sprint("c", i+1)]; g != s {
			t.Errorf("%q came back as %q", s, g)
		}
	}
}

// A text that a cell cannot hold is cut where characters end, and says so.
func TestFits(t *testing.T) {
	for _, s := range []string{strings.Repeat("x", maxCell+1), strings.Repeat("語", maxCell+1), strings.Repeat("😀", maxCell), "y" + strings.Repeat("😀", maxCell)} {
		got := fits(s)
		if n := len(utf16.Encode([]rune(got))); n > maxCell || n < maxCell-8 || !strings.HasSuffix(got, cut) || !strings.HasPrefix(s, strings.TrimSuffix(got, cut)) {
			t.Errorf("%d units of %.4q…", n, s)
		}
	}
	for _, s := range []string{"", strings.Repeat("x", maxCell), strings.Repeat("語", maxCell)} {
		if fits(s) != s {
			t.Errorf("%.4q… fits and was cut", s)
		}
	}
}
