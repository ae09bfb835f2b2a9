package consult

import (
	"strconv"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
)

// Correct is the page on which an author puts right what they sent. Before anything is sent they see what changes.
type Correct struct {
	*part.Contribution
	Seen cite.Position `json:"-"` // the last entry that touched it
	// Form is what stands in the fields: what the contribution says, or what was typed.
	Form CorrectForm `json:"-"`
	// Look: the changes are shown, to be sent.
	Look    bool            `json:"-"`
	Changes []part.Reworded `json:"-"`
	// Waits: a moderator decides on it before everybody reads it.
	Waits bool `json:"-"`
	typed bool
}

// CorrectForm is what stands in the fields.
type CorrectForm struct {
	Title, Reason string
	Parts         []CorrectPart
}

// CorrectPart is what stands in the fields of one part.
type CorrectPart struct{ Text, Wording string }

// NewCorrect builds the page; ok is false where the reader does not act for it.
func NewCorrect(st *conversation.Reading, ref cite.Ref, l locale.Lang) (*Correct, bool) {
	c, ok := part.NewContribution(st, ref, l)
	if !ok || !c.Own && !c.Acts || ref != ref.Root() || !c.Readable() {
		return nil, false
	}
	v := &Correct{Contribution: c.WithCorrections()}
	row, _ := st.Consultation.Row(ref)
	v.Seen = row.Changed
	k, _ := st.Consultation.Call(row.Call)
	v.Waits = row.Status.String() == "published" && (k.Moderation == "before" || row.Redacted)
	return v, true
}

// Type puts what was typed into the fields.
func (v *Correct) Type(f CorrectForm) { v.Form, v.typed = f, true }

// Fill gives the words; where nothing was typed they stand in the fields.
func (v *Correct) Fill(words map[cite.Position]cite.Words) {
	v.Contribution.Fill(words)
	if v.typed {
		return
	}
	v.Form.Title = v.Heading.Text
	for _, p := range v.Parts {
		v.Form.Parts = append(v.Form.Parts, CorrectPart{p.Text, p.Wording})
	}
}

// Compare finds what would change.
func (v *Correct) Compare() {
	v.Changes = nil
	add := func(ref cite.Ref, l locale.Lang, field, before, after string) {
		if before != after {
			v.Changes = append(v.Changes, part.Reworded{Part: ref, Field: field, Language: l, Before: before, After: after})
		}
	}
	if len(v.Parts) > 0 {
		add(cite.None, v.Parts[0].Language, "title", v.Heading.Text, v.Form.Title)
	}
	for i, p := range v.Parts {
		if i < len(v.Form.Parts) {
			add(p.Ref, p.Language, "text", p.Text, v.Form.Parts[i].Text)
			add(p.Ref, p.Language, "wording", p.Wording, v.Form.Parts[i].Wording)
		}
	}
}

// typedIn is what stands in the fields of part i, counted from 0.
func (v *Correct) typedIn(i int) CorrectPart {
	if i < len(v.Form.Parts) {
		return v.Form.Parts[i]
	}
	return CorrectPart{}
}

// Title is the page's title.
func (v *Correct) Title(f *frame.Frame) string {
	t := f.T("correction.title") + " · " + f.T("contribution.numbered", "n", strconv.Itoa(v.Ref.Number()))
	if len(f.Errors) > 0 {
		return f.T("error.title_prefix") + " " + t
	}
	return t
}
