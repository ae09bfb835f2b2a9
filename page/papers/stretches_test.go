package papers

import (
	"fmt"
	"strings"
	"testing"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
	"github.com/openplenary/plenary/paper"
)

// TestStretches says how a redline is divided: by what its passages stand under, by number, and by length as far as it stands open.
func TestStretches(t *testing.T) {
	t.Parallel()
	passage := func(kind, under string, letters int) *Passage {
		return &Passage{Location: part.Location{Kind: kind}, UnderRef: cite.Ref(under), Under: frame.LocalizedText{Text: under}, Ops: []paper.Op{{Text: strings.Repeat("é", letters)}}}
	}
	many := func(n, letters int) (out []*Passage) {
		for range n {
			out = append(out, passage(paper.Paragraph, "p1.x1", letters))
		}
		return out
	}
	const half = maxOpen/2 - around
	for _, x := range []struct {
		name     string
		passages []*Passage
		want     string // how many passages each stretch has, with + where it stands open and h where it begins with a heading
	}{
		{"nothing", nil, ""},
		{"one", many(1, 1), "1+h "},
		{"one, however long", many(1, 2*maxOpen), "1+h "},
		{"as many as one stretch has", many(maxStretch, 1), "6+h "},
		{"one more", many(maxStretch+1, 1), "6+h 1+ "},
		{"twice as many and one more", many(2*maxStretch+1, 1), "6+h 6+ 1+ "},
		{"a theme", []*Passage{passage(paper.Paragraph, "p1.x1", 1), passage(paper.Theme, "p1.x1", 1), passage(paper.Paragraph, "p1.x1", 1)}, "1+h 2+h "},
		{"another issue", []*Passage{passage(paper.Paragraph, "p1.x1", 1), passage(paper.Paragraph, "p1.x2", 1), passage(paper.Paragraph, "p1.x2", 1)}, "1+h 2+h "},
		{"under nothing", []*Passage{passage(paper.Paragraph, "", 1)}, "1+ "},
		{"as much as stands open", []*Passage{passage(paper.Paragraph, "p1.x1", half), passage(paper.Paragraph, "p1.x2", half)}, "1+h 1+h "},
		{"one letter more", []*Passage{passage(paper.Paragraph, "p1.x1", half), passage(paper.Paragraph, "p1.x2", half+1), passage(paper.Paragraph, "p1.x3", 0)}, "1+h 1h 1h "},
	} {
		got := ""
		for _, s := range (&Redline{Passages: x.passages}).stretches() {
			got += fmt.Sprint(len(s.passages))
			if s.open {
				got += "+"
			}
			if s.heads {
				got += "h"
			}
			got += " "
		}
		if got != x.want {
			t.Errorf("%s: %q, want %q", x.name, got, x.want)
		}
	}
}
