package desk

import (
	"maps"
	"strconv"
	"strings"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/find"
	"github.com/openplenary/plenary/consultation/removal"
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
	Passage string         `json:"passage,omitempty"`
	Found   []find.Passage `json:"found,omitempty"`
	// Still is what can still be read and looks like something that is black.
	Still []find.Passage `json:"still_visible,omitempty"`
	// Wholes are the fields and files that may be taken whole.
	Wholes      []consultation.Mask    `json:"-"`
	Removals    []consultation.Removal `json:"-"` // that wait for another person
	Two         bool                   `json:"-"` // another person has to confirm what is chosen
	Looks       []Look                 `json:"-"`
	Me          string                 `json:"-"` // the reader's reference, who cannot confirm what they proposed
	Ground      string                 `json:"-"`
	Seen        cite.Position          `json:"-"` // the last entry that touched it when the page was made
	Chosen      map[string]bool        `json:"-"` // of a form that was refused
	masks       []consultation.Mask
	corrections []consultation.Correction
	known       bool
	files       int
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
	v := &Redaction{Contribution: part.ContributionOf(st, row, l).WithCorrections(), corrections: st.Consultation.Corrections(ref), Passage: passage, known: row.Known, files: int(row.Files)}
	v.Seen = row.Changed
	is := st.Consultation.Removing(ref)
	v.masks, v.Removals, v.Two = is.Masks, is.Waiting, is.NeedsTwo
	return v, true
}

// Title is the page's title.
func (v *Redaction) Title(f *frame.Frame) string {
	return f.T("redact.page", "n", strconv.Itoa(v.Ref.Root().Number()))
}

// Fill looks through the words of every text that ever stood, and shows what the public reads of them.
func (v *Redaction) Fill(words map[cite.Position]cite.Words) {
	first, ok := words[conversation.Original(v.Position)]
	if !ok {
		first, ok = words[v.Position], words[v.Position] != nil
	}
	if !ok {
		v.Contribution.Fill(words)
		return
	}
	whole, shown := maps.Clone(first), maps.Clone(words)
	now := blackWords(first, v.masks, 0)
	shown[conversation.Original(v.Position)] = now
	for i, k := range v.corrections {
		said, ok := words[k.Position]
		if !ok {
			continue
		}
		for _, field := range append(k.Fields(), consultation.FieldReason) {
			if said[field] != "" {
				whole[consultation.CorrectedField(field, i+1)] = said[field]
			}
		}
		if shown[k.Position] = blackWords(said, v.masks, i+1); k.Stands > 0 {
			now = k.Over(now, shown[k.Position])
		}
	}
	shown[v.Position] = now
	v.Contribution.Fill(shown)
	spans := map[string][]cite.Span{}
	for _, m := range v.masks {
		if m.File() == 0 {
			spans[m.Field] = append(spans[m.Field], m.Span())
		}
	}
	v.Found = blackened(find.Same(whole, v.masks, v.Passage), whole, spans)
	v.Still = blackened(find.Alike(whole, v.masks), whole, spans)
	v.Wholes = v.wholes(whole)
}

// blackWords are the words of a correction, or of the contribution as it came, 0, as the public reads them.
func blackWords(words cite.Words, masks []consultation.Mask, correction int) cite.Words {
	out := maps.Clone(words)
	for field, s := range removal.Black(masks, correction) {
		if text, ok := out[field]; ok {
			out[field] = cite.Blacken(text, s)
		}
	}
	return out
}

// wholes lists what may be taken whole and is not yet: names, wordings, what files are called, and files.
func (v *Redaction) wholes(words cite.Words) []consultation.Mask {
	var out []consultation.Mask
	add := func(field string) {
		m := consultation.Mask{Field: field}
		if !consultation.Masked(v.masks, m) && (words[field] == "" || !consultation.Masked(v.masks, consultation.Mask{Field: field, To: len(words[field])})) {
			out = append(out, m)
		}
	}
	for _, field := range find.Maskable(words) {
		if words[field] != "" && !strings.Contains(field, ".text") && (field != consultation.FieldBody || !v.known) {
			add(field)
		}
	}
	for n := 1; n <= v.files; n++ {
		add(consultation.FileField(n))
	}
	return out
}

// blackened blacks out what is masked around and in passages that were found.
func blackened(found []find.Passage, words cite.Words, spans map[string][]cite.Span) []find.Passage {
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
			return cite.Blacken(text[from:to], moved)
		}
		f.Before, f.Text, f.After = black(f.From-len(f.Before), f.From), black(f.From, f.To), black(f.To, f.To+len(f.After))
	}
	return found
}

// FieldOf names the field of a mask.
func FieldOf(f *frame.Frame, m consultation.Mask) string {
	if field, correction := m.In(); correction > 0 {
		return f.T("redact.field.version", "field", FieldOf(f, consultation.Mask{Field: field}), "n", correction)
	}
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
