package manuscript

import (
	"slices"
	"strconv"

	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/paper"
)

// What a note may be about.
const (
	NoteNumber   = "number"  // begins with a number that does not follow the one before: kept as text of the passage above
	NoteGap      = "gap"     // a paragraph whose number does not follow the one before
	NoteLabel    = "label"   // begins with a word in brackets that is not the next letter: kept as text
	NoteAlone    = "alone"   // a question that no paragraph holds: kept as a paragraph
	NoteList     = "list"    // a list within a list: kept as one list
	NoteTable    = "table"   // a table without a line under its heading: kept as text
	NoteCode     = "code"    // a block of code: kept as text
	NoteHeading  = "heading" // a heading below issues: kept as a paragraph
	NoteMarkup   = "markup"  // a picture that is elsewhere: kept as a link
	NotePicture  = "picture" // a picture: what it shows is kept, in words
	NoteHTML     = "html"    // begins with a tag of HTML: shown as characters
	NoteQuote    = "quote"   // a quotation: kept as text
	NoteRule     = "rule"    // a heading that is underlined: kept as a paragraph, without the line under it
	NoteMark     = "mark"    // the mark of a footnote that is not in the file
	NoteUncited  = "uncited" // a footnote that nothing refers to: kept in the passage above
	NoteTwice    = "twice"   // a number that another element of the kind has too
	NoteMore     = "more"    // more than can be listed
	maxNotes     = 200       // notes of one draft
	maxNoteWords = 80        // of a note's text, in code points
	maxNoteLine  = MaxImport // no file has more lines
)

// NoteKinds lists what a note may be about.
var NoteKinds = []string{NoteNumber, NoteGap, NoteLabel, NoteAlone, NoteList, NoteTable, NoteCode, NoteHeading, NoteMarkup, NotePicture, NoteHTML, NoteQuote, NoteRule, NoteMark, NoteUncited,
	NoteTwice, NoteMore}

// note notes something about a line. Lines that follow one another with the same to say are one note.
func (r *reader) note(at, what, text string) {
	line, _ := strconv.Atoi(at)
	if n := len(r.d.Notes); n > 0 {
		last := &r.d.Notes[n-1]
		if last.What == what && what != NoteTwice && max(last.Line, last.To)+1 == line {
			last.To = line
			return
		}
		if n == maxNotes {
			if last.What != NoteMore {
				*last = paper.Note{What: NoteMore, Line: line}
			}
			return
		}
	}
	r.d.Notes = append(r.d.Notes, paper.Note{What: what, Line: line, Text: begin(text)})
}

// begin is how a text begins.
func begin(s string) string {
	s, err := locale.CleanLine(s, len(s)+1)
	if err != nil {
		return ""
	}
	if r := []rune(s); len(r) > maxNoteWords {
		return string(r[:maxNoteWords-1]) + "…"
	}
	return s
}

// readNote reads a note as a draft keeps it.
func (r *reader) readNote() (n paper.Note) {
	r.object(func(at, key string) {
		switch key {
		case "what":
			n.What = r.str()
		case "line":
			n.Line = r.upTo(maxNoteLine)
		case "to":
			n.To = r.upTo(maxNoteLine)
		case "text":
			n.Text = r.oneLine(at, r.str(), maxNoteWords)
		default:
			r.unknown(at, key)
		}
	})
	if !slices.Contains(NoteKinds, n.What) || len(r.d.Notes) > maxNotes {
		r.wrongType()
	}
	return n
}

// twice notes the numbers that stand twice. A draft that brings notes has been through this.
func (r *reader) twice() {
	if r.noted || len(r.begins) != len(r.d.Elements) || len(r.no) > 0 {
		return
	}
	r.d.Twice(func(i, _ int) {
		n := paper.Note{What: NoteTwice, Text: begin(r.d.Elements[i].Number)}
		n.Line, _ = strconv.Atoi(r.begins[i])
		if len(r.d.Notes) < maxNotes && !slices.Contains(r.d.Notes, n) {
			r.d.Notes = append(r.d.Notes, n)
		}
	})
}
