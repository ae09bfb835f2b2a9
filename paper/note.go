package paper

import (
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/markup"
)

// Note is something of an imported file that was not understood, or is doubtful: whoever drafts looks at it before the
// paper is published. The words are in the draft, as text.
type Note struct {
	What string `json:"what"`           // as package paper/manuscript lists it
	Line int    `json:"line,omitempty"` // of the file, from 1
	To   int    `json:"to,omitempty"`   // the last line where there are several, else 0
	Text string `json:"text,omitempty"` // how it begins
}

// checkNotes refuses pictures of which nobody says what they show, and footnotes that lead nowhere: a mark for which the passage has no footnote, a footnote that nothing
// in it cites, and two with one label. n is the element's number in the edition, from 1.
func checkNotes(in *input.Check, n int, el *Element) {
	for _, l := range locale.All {
		if _, undescribed := markup.Pictures(el.Text.In[l]); undescribed > 0 {
			in.Refuse("elements", "paper.picture_undescribed", "n", n, "language", l)
		}
		faults := markup.Check(el.Text.In[l])
		for _, is := range []struct {
			key    string
			labels []string
		}{{"paper.footnote_unknown", faults.Unknown}, {"paper.footnote_uncited", faults.Uncited}, {"paper.footnote_twice", faults.Twice}} {
			for _, label := range is.labels[:min(len(is.labels), maxFindings)] {
				in.Refuse("elements", is.key, "n", n, "label", label, "language", l)
			}
		}
	}
}

// repeated finds the elements whose number another of the kind has before them: among paragraphs and among
// issues of the whole paper, among the questions of one paragraph. An element without a number has none twice.
func repeated(n int, element func(int) (kind, number string), found func(i, first int)) {
	type place struct{ kind, number string }
	seen := map[place]int{}
	for i := range n {
		kind, number := element(i)
		if kind != Question { // letters begin anew
			for k := range seen {
				if k.kind == Question {
					delete(seen, k)
				}
			}
		}
		if number == "" || kind == Theme {
			continue
		}
		if first, ok := seen[place{kind, number}]; ok {
			found(i, first)
		} else {
			seen[place{kind, number}] = i
		}
	}
}
