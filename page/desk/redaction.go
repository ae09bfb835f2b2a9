package desk

import (
	"maps"
	"strconv"
	"strings"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
)

// Redaction is the page where a moderator chooses what of a contribution the public reads no more. It shows the
// contribution as the public reads it: what is black already is black here as well.
type Redaction struct {
	*part.Contribution
	// Passage was looked for; Found is where it stands.
	Passage string               `json:"passage,omitempty"`
	Found   []consultation.Found `json:"found,omitempty"`
	// Still is what can still be read and looks like something that is black.
	Still []consultation.Found `json:"still_visible,omitempty"`
	// Wholes are the fields and files that may be taken whole.
	Wholes   []consultation.Mask    `json:"-"`
	Removals []consultation.Removal `json:"-"` // that wait for another person
	Two      bool                   `json:"-"` // another person has to confirm what is chosen
	Looks    []Look                 `json:"-"`
	Me       string                 `json:"-"` // the reader's reference, who cannot confirm what they proposed
	Ground   string                 `json:"-"`
	Chosen   map[string]bool        `json:"-"` // of a form that was refused
	masks    []consultation.Mask
	known    bool
	files    int
}

// Look says who read what is black, and when.
type Look struct {
	Name string
	At   time.Time
}

// NewRedaction builds the page. The reading is that of somebody who asked to read what is black, so that the page can
// be searched; the page does not show it. ok is false where the reader may not.
func NewRedaction(st *conversation.Reading, ref cite.Ref, passage string, l locale.Lang) (*Redaction, bool) {
	row, ok := st.Consultation.Row(ref)
	if !ok || !st.Staff() || ref != row.Ref || row.Status == consultation.Erased {
		return nil, false
	}
	v := &Redaction{Contribution: part.ContributionOf(st, row, l), Passage: passage, known: row.Known, files: int(row.Files)}
	is := st.Consultation.Removing(ref)
	v.masks, v.Removals, v.Two = is.Masks, is.Waiting, is.NeedsTwo
	return v, true
}

// Title is the page's title.
func (v *Redaction) Title(f *frame.Frame) string { return f.T("redact.page", "ref", v.Ref) }

// Fill looks through the words, and shows what the public reads of them.
func (v *Redaction) Fill(words map[cite.Position]cite.Words) {
	whole, ok := words[v.Position]
	if !ok {
		v.Contribution.Fill(words)
		return
	}
	spans := consultation.Black(v.masks)
	black := maps.Clone(whole)
	for field, s := range spans {
		if text, ok := black[field]; ok {
			black[field] = consultation.Blacken(text, s)
		}
	}
	shown := maps.Clone(words)
	shown[v.Position] = black
	v.Contribution.Fill(shown)
	v.Found = blackened(consultation.Find(whole, v.masks, v.Passage), whole, spans)
	v.Still = blackened(consultation.Alike(whole, v.masks), whole, spans)
	v.Wholes = v.wholes(whole)
}

// wholes lists what may be taken whole and is not yet: names, wordings, what files are called, and files.
func (v *Redaction) wholes(words cite.Words) []consultation.Mask {
	var out []consultation.Mask
	add := func(field string) {
		if m := (consultation.Mask{Field: field}); !consultation.Masked(v.masks, m) {
			out = append(out, m)
		}
	}
	for _, field := range consultation.Maskable(words) {
		if words[field] != "" && !strings.HasSuffix(field, ".text") && (field != consultation.FieldBody || !v.known) {
			add(field)
		}
	}
	for n := 1; n <= v.files; n++ {
		add(consultation.FileField(n))
	}
	return out
}

// blackened blacks out what is masked around and in passages that were found.
func blackened(found []consultation.Found, words cite.Words, spans map[string][]cite.Span) []consultation.Found {
	for i := range found {
		f := &found[i]
		text := words[f.Field]
		black := func(from, to int) string {
			moved := make([]cite.Span, 0, len(spans[f.Field]))
			for _, s := range spans[f.Field] {
				if s.From < to && s.To > from {
					moved = append(moved, cite.Span{From: max(s.From-from, 0), To: s.To - from})
				}
			}
			return consultation.Blacken(text[from:to], moved)
		}
		f.Before, f.Text, f.After = black(f.From-len(f.Before), f.From), black(f.From, f.To), black(f.To, f.To+len(f.After))
	}
	return found
}

// FieldOf names the field of a mask.
func FieldOf(f *frame.Frame, m consultation.Mask) string {
	n, kind, parts := strings.Cut(m.Field, ".")
	switch {
	case m.File() > 0:
		return f.T("redact.field.file", "n", strconv.Itoa(m.File()))
	case !parts:
		return f.T("redact.field." + m.Field)
	case kind == "name":
		return f.T("redact.field.file_name", "n", strings.TrimPrefix(n, "f"))
	}
	return f.T("redact.field."+kind, "n", n)
}

// ticked reports whether a passage is ticked: what the reader chose before, else what the page proposes.
func (v *Redaction) ticked(m consultation.Mask, proposed bool) bool {
	if v.Chosen != nil {
		return v.Chosen[m.String()]
	}
	return proposed
}
