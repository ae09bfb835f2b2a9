package markup_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/openplenary/plenary/markup"
)

// Footnotes that lead nowhere are named, so that whoever publishes can be asked.
func TestFootnotesThatLeadNowhere(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text                    string
		notes                   int
		unknown, uncited, twice []string
	}{
		{"Plain [a] text^", 0, nil, nil, nil},
		{"One[^a] and again[^a].\n\n[^a]: Text.", 1, nil, nil, nil},
		{"One[^a].\n\n[^b]: Text.", 0, []string{"a"}, []string{"b"}, nil},
		{"One[^a].\n\n[^a]: Text.\n[^a]: Other.", 1, nil, nil, []string{"a"}},
		{"One[^a].\n\n[^a]: See[^b].\n[^b]: Other.", 1, nil, []string{"b"}, nil},
		{"| a[^1] |\n|---|\n| b[^2] |\n\n[^2]: Two.\n[^1]: One.", 2, nil, nil, nil},
		{"No mark [^two words] or [^].", 0, nil, nil, nil},
	} {
		if n := markup.Notes(c.text); n != c.notes {
			t.Errorf("%q has %d footnotes, want %d", c.text, n, c.notes)
		}
		f := markup.Check(c.text)
		if !slices.Equal(f.Unknown, c.unknown) || !slices.Equal(f.Uncited, c.uncited) || !slices.Equal(f.Twice, c.twice) || f.None() != (c.unknown == nil && c.uncited == nil && c.twice == nil) {
			t.Errorf("%q: %+v", c.text, f)
		}
	}
}

// A picture has the name of a file and says what it shows; what is no picture stays as it is written.
func TestPictures(t *testing.T) {
	t.Parallel()
	names, undescribed := markup.Pictures("![A](a.png) ![](b.png) ![C](a.png) ![D](https://x.example/d.png) ![E](noending) ![F](../f.png)")
	if !slices.Equal(names, []string{"a.png", "b.png"}) || undescribed != 1 {
		t.Error(names, undescribed)
	}
	if got := markup.Plain("![D](https://x.example/d.png) ![F](../f.png)"); got != "!D ![F](../f.png)" {
		t.Error(got)
	}
}

// However long a text is and whatever is in it, the work stays in proportion: a table is filled up to a hundred columns.
func TestWideTable(t *testing.T) {
	t.Parallel()
	wide := "|" + strings.Repeat("a|", 5000)
	blocks := markup.Parse(wide + "\n|---|\n" + strings.Repeat("| b |\n", 300))
	cells := 0
	for _, row := range blocks[0].Rows {
		cells += len(row)
	}
	if len(blocks) != 1 || cells != 5000+300*100 {
		t.Error(len(blocks), cells)
	}
}
