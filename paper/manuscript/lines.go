package manuscript

import (
	"slices"
	"strconv"
	"strings"

	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/markup"
	"github.com/openplenary/plenary/paper"
)

// Reading is what was made of a file, before anything is saved: the draft, and line by line what each became.
type Reading struct {
	Draft paper.Draft
	Lines []Line // of Markdown, in its order; lines that follow one another and became the same are one
	Named bool   // the file says in which language it is written
}

// Line is what one line of a file became, or several that became the same.
type Line struct {
	Line    int    `json:"line"`              // of the file, from 1
	To      int    `json:"to"`                // the last of them
	What    string `json:"what"`              // one of LineKinds
	Element int    `json:"element,omitempty"` // of the draft that it is in, from 1; 0 for none
	Text    string `json:"text,omitempty"`    // how it begins
}

// What a line may become, beside the kinds of element.
const (
	LineMasthead    = "masthead"
	LineTitle       = "title"
	LineText        = "text" // goes on with what stands above it
	LineList        = "list"
	LineTable       = "table"
	LineDefinition  = "definition"
	LineFootnote    = "footnote"
	LinePicture     = "picture"
	LineCode        = "code"
	LinePoint       = "point" // with a letter, and no question
	LineTranslation = "translation"
	LineLink        = "link" // says where a link elsewhere in the file leads
	LineSign        = "sign" // a rule, or what underlines a heading: left out
)

// LineKinds lists what a line may become.
var LineKinds = []string{paper.Theme, paper.Issue, paper.Paragraph, paper.Question, LineMasthead, LineTitle, LineText, LineList, LineTable, LineDefinition, LineFootnote, LinePicture,
	LineCode, LinePoint, LineTranslation, LineLink, LineSign}

// How points with letters are read.
const (
	LettersAsk  = "ask"  // they are questions where one of those that belong together ends with a question mark
	LettersAll  = "all"  // they are questions
	LettersNone = "none" // they are text
)

// LetterChoices lists how points with letters are read.
var LetterChoices = []string{LettersAsk, LettersAll, LettersNone}

// Options say how a file is to be read.
type Options struct {
	Original locale.Lang // of a file that names no language
	Letters  string      // one of LetterChoices; LettersAll where it is empty
}

// became notes what a line became.
func (m *markdown) became(at, what, text string) {
	line, _ := strconv.Atoi(at)
	element := len(m.d.Elements)
	if what == LineMasthead || what == LineTitle || what == LineLink || what == LineSign {
		element = 0
	}
	label, _ := markup.NoteLine(text)
	if n := len(m.read); n > 0 && (what != LineFootnote || label == "") && what != LineTranslation {
		if last := &m.read[n-1]; last.Element == element && (last.What == what || what == LineText) && last.To+1 == line && !slices.Contains(paper.ElementKinds, what) {
			last.To = line
			return
		}
	}
	m.read = append(m.read, Line{Line: line, To: line, What: what, Element: element, Text: begin(text)})
}

// lettered makes the questions under a paragraph text where they do not ask anything: the points of a definition are
// not questions because they have letters.
func (m *markdown) lettered(how string) {
	if how == LettersAll || how == "" || len(m.no) > 0 {
		return
	}
	moved := make([]int, len(m.d.Elements)+1) // the number of each element afterwards
	var elements []paper.DraftElement
	var begins []string
	texts := map[int]bool{} // numbers, before, of those that became text
	for i := 0; i < len(m.d.Elements); {
		end := i + 1
		for end < len(m.d.Elements) && m.d.Elements[end].Kind == paper.Question {
			end++
		}
		points := m.d.Elements[i+1 : end]
		elements, begins = append(elements, m.d.Elements[i]), append(begins, m.begins[i])
		moved[i+1] = len(elements)
		text := how == LettersNone || !slices.ContainsFunc(points, func(e paper.DraftElement) bool { return asks(e.Text[m.d.Original]) })
		for k, e := range points {
			if !text {
				elements, begins = append(elements, e), append(begins, m.begins[i+1+k])
			} else {
				into := &elements[len(elements)-1]
				for l, s := range e.Text {
					into.Text[l] = strings.TrimSpace(into.Text[l] + "\n" + e.Number + " " + s)
				}
				texts[i+2+k] = true
			}
			moved[i+2+k] = len(elements)
		}
		i = end
	}
	m.d.Elements, m.begins = elements, begins
	for i := range m.read {
		line := &m.read[i]
		if texts[line.Element] && line.What == paper.Question {
			line.What = LinePoint
		}
		line.Element = moved[line.Element]
	}
}

// asks reports whether a text asks something.
func asks(s string) bool { return strings.ContainsAny(s, "?？؟") }

// foot is a footnote of the file, in the languages it is written in.
type foot struct {
	at, label string
	in        map[locale.Lang]string
}

// footnote begins a footnote where the line is the beginning of one.
func (m *markdown) footnote(at, s string) bool {
	label, text := markup.NoteLine(s)
	if label == "" {
		return false
	}
	m.end()
	f := &foot{at: at, label: label, in: map[locale.Lang]string{}}
	m.feet = append(m.feet, f)
	m.what = &into{in: f.in, kind: paper.Paragraph, number: "[^" + label + "]:"}
	m.open(at, m.d.Original, text)
	m.became(at, LineFootnote, s)
	return true
}

// placeFootnotes puts each footnote under the passages that cite it, and notes those that none does and the marks that
// lead nowhere.
func (m *markdown) placeFootnotes() {
	place := map[string][]int{} // by label, elements that cite it in the original
	for i := range m.d.Elements {
		faults := markup.Check(m.d.Elements[i].Text[m.d.Original])
		for _, label := range faults.Unknown {
			if slices.ContainsFunc(m.feet, func(f *foot) bool { return f.label == label }) {
				place[label] = append(place[label], i)
			} else {
				m.note(m.begins[i], NoteMark, "[^"+label+"]")
			}
		}
	}
	for _, f := range m.feet {
		at := place[f.label]
		if len(at) == 0 && len(m.d.Elements) > 0 { // nothing is lost: it stands where whoever drafts will see it
			m.note(f.at, NoteUncited, "[^"+f.label+"]")
			line, _ := strconv.Atoi(f.at)
			last := 0
			for i, b := range m.begins {
				if n, _ := strconv.Atoi(b); n < line {
					last = i
				}
			}
			at = []int{last}
		}
		for _, i := range at {
			e := &m.d.Elements[i]
			for l, s := range f.in {
				if l == m.d.Original || strings.Contains(e.Text[l], "[^"+f.label+"]") || len(place[f.label]) == 0 {
					e.Text[l] = m.words(f.at, e.Kind, strings.TrimSpace(e.Text[l]+"\n\n[^"+f.label+"]: "+s))
				}
			}
		}
	}
}
