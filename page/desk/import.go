package desk

import (
	"slices"

	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/markup"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/paper/manuscript"
)

// PaperImport is the form that takes a paper in, and what would become of it.
type PaperImport struct {
	frame.NoWords
	Text      string         `json:"text"`     // what was pasted, or stood in the file
	Original  locale.Lang    `json:"original"` // of a text that names no language
	Letters   string         `json:"letters"`  // how points with letters are read: one of manuscript.LetterChoices
	Read      *ImportReading `json:"read,omitempty"`
	Languages []frame.Choice `json:"-"`
}

// ImportReading is what a text would become if it were saved as a draft.
type ImportReading struct {
	Name      string              `json:"title"`
	Symbol    string              `json:"symbol"`
	Original  locale.Lang         `json:"original"`
	Named     bool                `json:"named"`  // the text says so itself
	Counts    []ImportCount       `json:"counts"` // what is in it, by kind
	Languages []ImportTranslation `json:"translations,omitempty"`
	Lines     []manuscript.Line   `json:"lines"`
	More      int                 `json:"more,omitempty"` // that are not listed
	Notes     []paper.Note        `json:"notes,omitempty"`
	Places    []string            `json:"-"` // of each element, how people know it
}

// ImportCount is how many of a kind there are.
type ImportCount struct {
	What string `json:"what"` // a kind of element, or one of manuscript.LineTable, manuscript.LineFootnote, manuscript.LinePicture
	N    int    `json:"n"`
}

// ImportTranslation is how much of the text is in another language.
type ImportTranslation struct {
	Lang  locale.Lang `json:"language"`
	Texts int         `json:"texts"`
	Of    int         `json:"of"`
}

// maxImportLines is how many lines of a reading are listed.
const maxImportLines = 3000

// NewPaperImport is the form: the conversation's languages come first, and the one it was convened in is chosen until another is.
func NewPaperImport(st *conversation.Reading) *PaperImport {
	v := &PaperImport{Letters: manuscript.LettersAsk}
	for _, l := range append(slices.Clone(st.Languages), locale.All...) {
		if !slices.ContainsFunc(v.Languages, func(c frame.Choice) bool { return c.ID == string(l) }) {
			v.Languages = append(v.Languages, frame.Choice{ID: string(l), Name: l.Name()})
		}
	}
	if v.Original = st.Title.Original; !v.Original.Valid() {
		v.Original = locale.Lang(v.Languages[0].ID)
	}
	return v
}

// Show adds to the form what its text would become.
func (v *PaperImport) Show(r manuscript.Reading) {
	d := r.Draft
	out := &ImportReading{Name: d.Title[d.Original], Symbol: d.Symbol, Original: d.Original, Named: r.Named, Notes: d.Notes, Lines: r.Lines}
	if n := len(out.Lines) - maxImportLines; n > 0 {
		out.Lines, out.More = out.Lines[:maxImportLines], n
	}
	counts := map[string]int{}
	texts := map[locale.Lang]int{}
	for _, e := range d.Elements {
		counts[e.Kind]++
		out.Places = append(out.Places, e.Number)
		for l := range e.Text {
			texts[l]++
		}
		s := e.Text[d.Original]
		counts[manuscript.LineFootnote] += markup.Notes(s)
		names, _ := markup.Pictures(s)
		counts[manuscript.LinePicture] += len(names)
		for _, b := range markup.Parse(s) {
			if b.Kind == markup.Table {
				counts[manuscript.LineTable]++
			}
		}
	}
	for _, what := range []string{paper.Theme, paper.Issue, paper.Paragraph, paper.Question, manuscript.LineTable, manuscript.LineFootnote, manuscript.LinePicture} {
		if counts[what] > 0 {
			out.Counts = append(out.Counts, ImportCount{what, counts[what]})
		}
	}
	for _, l := range locale.All {
		if l != d.Original && texts[l] > 0 {
			out.Languages = append(out.Languages, ImportTranslation{l, texts[l], len(d.Elements)})
		}
	}
	v.Read = out
}

// Title is the page's title.
func (v *PaperImport) Title(f *frame.Frame) string { return f.T("desk.import.title") }

// place is the number of the element that a line is in.
func (v *ImportReading) place(l manuscript.Line) string {
	if l.Element < 1 || l.Element > len(v.Places) {
		return ""
	}
	return v.Places[l.Element-1]
}
