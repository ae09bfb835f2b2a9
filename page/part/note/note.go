// Package note describes what the sentences of considerations rest on as numbered notes: which it is, who said it as everybody reads it, and
// where it can be read for good.
package note

import (
	"strconv"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
)

// Note is a source among the notes of a paper.
type Note struct {
	// N is its number among the notes; what is cited twice has one.
	N   int      `json:"n,omitempty"`
	Ref cite.Ref `json:"ref"`
	// Who is the name under which a point is published; absent where it has none, and of what is no point.
	Who string `json:"who,omitempty"`
	// Gone is what became of it where the reader cannot read it any more: erased, withdrawn, withheld.
	Gone string `json:"gone,omitempty"`
	// Passage is the passage of a paper that it is.
	Passage *part.Location `json:"passage,omitempty"`
	// Answer is the answer that it is.
	Answer *part.AnswerBrief `json:"answer,omitempty"`
	// Address is where it can be read, for good: without the language, behind the address of the instance.
	Address string `json:"address"`
	point   *part.Contribution
}

// New describes a source.
func New(st *conversation.Reading, r cite.Ref, l locale.Lang) *Note {
	v := &Note{Ref: r, Address: "/c/" + st.Slug + "/" + string(r)}
	switch r.Kind() {
	case 'c':
		if c, ok := part.NewContribution(st, r, l); ok {
			if v.point = c; !c.Readable() {
				v.Gone = c.Status
			}
		}
	case 'd':
		if d, ok := st.Consultation.Disposition(r); ok {
			b := part.BriefOf(d, d.Current, l)
			v.Answer = &b
		}
	case 'p':
		p := part.NewPassageRow(st, r, l)
		v.Passage = &p.Location
	}
	return v
}

// Need lists the words that are wanted.
func (v *Note) Need() []cite.Position {
	if v.point != nil {
		return v.point.Need()
	}
	return v.Answer.Need()
}

// Fill gives them.
func (v *Note) Fill(words map[cite.Position]cite.Words) {
	v.Answer.Fill(words)
	if v.point == nil {
		return
	}
	v.point.Fill(words)
	if v.Who = v.point.Signed(); v.point.Gone {
		v.Gone = "erased"
	}
}

// Called is what the source is called: who said a point, what an answer decided, which passage of which paper.
func (v *Note) Called(f *frame.Frame) string {
	switch {
	case v.Gone != "":
		return frame.Named(f, v.Ref) + frame.Colon(f) + f.T("status."+v.Gone)
	case v.point != nil:
		who := "\u2068" + v.point.Who(f) + "\u2069" // a name may be written the other way round
		if v.point.CountryName != "" {
			who += " (" + v.point.CountryName + ")"
		}
		return who + " · " + frame.Named(f, v.Ref)
	case v.Answer != nil:
		return f.T("sources.answer") + frame.Colon(f) + v.Answer.Name(f)
	case v.Passage != nil && v.Passage.Symbol != "":
		s := v.Passage.Symbol + ", " + f.T("kind."+v.Passage.Kind)
		if v.Passage.Label != "" {
			s += " " + v.Passage.Label
		}
		return s
	case v.Ref.Kind() == 'q':
		return f.T("questions.numbered", "n", strconv.Itoa(v.Ref.Number()))
	}
	return frame.Named(f, v.Ref)
}
