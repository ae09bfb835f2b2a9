package desk

import (
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
)

// Notes is the page of the notes that those who moderate and answer made on a contribution or a point of it.
type Notes struct {
	*part.Contribution
	On    cite.Ref // the contribution, or one of its points
	Rows  []NoteRow
	Typed string // in the form that came back
}

// NoteRow is a note.
type NoteRow struct {
	ID   int64
	Ref  cite.Ref
	By   string // "" where nothing leads to whoever wrote it any more
	At   time.Time
	Text string
	Mine bool
}

// NewNotes builds the page; ok is false where there is no such contribution.
func NewNotes(st *conversation.Reading, on cite.Ref, l locale.Lang) (*Notes, bool) {
	c, ok := part.NewContribution(st, on.Root(), l)
	if !ok {
		return nil, false
	}
	return &Notes{Contribution: c, On: on}, true
}

// Title is the page's title.
func (v *Notes) Title(f *frame.Frame) string { return f.T("notes.title") }

// who is who wrote a note.
func (n NoteRow) who(f *frame.Frame) string {
	if n.By == "" {
		return f.T("notes.nobody")
	}
	return n.By
}
