package part

import (
	"slices"
	"strings"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/paper"
)

// ChangedPassage is a passage that an answer changes: as it was, and as it is.
type ChangedPassage struct {
	Location                     // in the edition that changed it; through time while that is not out
	Name     frame.LocalizedText `json:"name,omitzero"` // the working title of a passage that is still to come
	Promised bool                `json:"promised,omitempty"`
	Kept     bool                `json:"kept,omitempty"` // promised, and the edition left it as it was
	New      bool                `json:"new,omitempty"`
	Gone     bool                `json:"deleted,omitempty"`
	Lang     locale.Lang         `json:"lang,omitempty"`
	Ops      []paper.Op          `json:"redline,omitempty"`
	Pictures []PictureChange     `json:"pictures,omitempty"` // what became of its pictures, none where they are as they were
	redline  Redline
}

// Redline is how the passage came from what it was.
func (v ChangedPassage) Redline() Redline { return v.redline }

// changedPassage looks up what a change of a disposition came to.
func changedPassage(st *conversation.Reading, d *consultation.Disposition, c cite.Ref, l locale.Lang) ChangedPassage {
	x := c.Element()
	p, _ := st.Papers.Paper(c)
	e, out := st.Effect(d, c)
	if !out {
		v := ChangedPassage{Promised: true}
		if _, ok := p.Latest().Element(x); ok {
			v.Location = LocationOf(p.Latest(), x)
		} else if i := slices.IndexFunc(p.Reserved, func(r paper.Reserved) bool { return r.Ref == x }); i >= 0 {
			v.Kind, v.Name = p.Reserved[i].ElementKind, frame.Localize(p.Reserved[i].Name, l)
		}
		v.Ref = x
		return v
	}
	v := ChangedPassage{Location: LocationOf(e, x)}
	before, after := st.Texts(e, x, l)
	if _, ok := e.Element(x); !ok {
		v.Gone = true
		if was, ok := p.Edition(e.Ref.EditionNumber() - 1); ok {
			if _, ok := was.Element(x); ok {
				v.Location = LocationOf(was, x)
			}
		}
	}
	v.New = before.Text == "" && after.Text != ""
	v.Lang = after.Lang
	if v.Lang == "" {
		v.Lang = before.Lang
	}
	v.redline = NewRedline([]string{before.Text}, after.Text)
	v.Ops = v.redline.Ops
	was, _ := p.Edition(e.Ref.EditionNumber() - 1)
	v.Pictures = v.redline.Pictures(was, e)
	v.Kept = before.Text == after.Text && len(v.Pictures) == 0
	return v
}

// Citing is an element of another paper that rests on something.
type Citing struct {
	Ref    cite.Ref            `json:"ref"`
	Symbol string              `json:"symbol"`
	Label  string              `json:"label"`
	Date   string              `json:"date"`
	Text   frame.LocalizedText `json:"text"`
}

// CitingOf lists the elements that rest on something.
func CitingOf(st *conversation.Reading, r cite.Ref, l locale.Lang) []Citing {
	return CitingAt(st, st.Papers.Citing(r), l)
}

// CitingAt shows elements that rest on something.
func CitingAt(st *conversation.Reading, at []cite.Ref, l locale.Lang) []Citing {
	var out []Citing
	for _, c := range at {
		e, ok := st.Papers.Edition(c)
		if !ok {
			continue
		}
		if el, ok := e.Element(c.Element()); ok {
			out = append(out, Citing{Ref: c, Symbol: string(e.Symbol), Label: e.Label(c.Element()), Date: e.Date, Text: ElementText(st, e, el.Ref, l)})
		}
	}
	return out
}

// PassageChoice is a passage that an answer may change, in a list to choose from.
type PassageChoice struct {
	Ref   cite.Ref
	Label string
	Text  frame.LocalizedText
	Own   bool // the point is about it
}

// PassageChoices lists the elements that an answer to some parts may change: of the papers they are on,
// the places they are on first, then all elements of the newest edition, then what is reserved.
func PassageChoices(st *conversation.Reading, parts []cite.Ref, l locale.Lang) []PassageChoice {
	var out []PassageChoice
	seen := map[cite.Ref]bool{}
	for _, r := range parts {
		row, ok := st.Consultation.Row(r)
		if !ok {
			continue
		}
		on := st.Consultation.Part(row.Ref, r.PartNumber()).On
		p, ok := st.Papers.Paper(on)
		if !ok || seen[p.Ref] {
			continue
		}
		seen[p.Ref] = true
		latest := p.Latest()
		at := p.Follow(on.Element(), on.EditionNumber(), len(p.Editions))
		var rest []PassageChoice
		for i := range latest.Elements {
			el := &latest.Elements[i]
			c := PassageChoice{Ref: el.Ref, Label: strings.TrimSpace(l.T("kind."+el.Kind) + " " + latest.Label(el.Ref)), Text: frame.Localize(el.Text, l), Own: slices.Contains(at.Elements, el.Ref)}
			c.Text.Text = frame.Shorten(frame.Plain(c.Text.Text), 60)
			if c.Own {
				out = append(out, c)
			} else {
				rest = append(rest, c)
			}
		}
		for _, x := range p.Reserved {
			out = append(out, PassageChoice{Ref: x.Ref, Label: l.T("answer.reserved"), Text: frame.Localize(x.Name, l)})
		}
		out = append(out, rest...)
	}
	return out
}

// PassageRow is one element of an edition in a list.
type PassageRow struct {
	Location
	Text frame.LocalizedText `json:"text"`
}

// NewPassageRow describes an element of the edition that r names, of the newest where it names none.
func NewPassageRow(st *conversation.Reading, r cite.Ref, l locale.Lang) PassageRow {
	v := PassageRow{Location: Location{Ref: r}}
	if e, ok := st.Papers.Edition(r); ok {
		v.Location = LocationOf(e, r.Element())
		v.Ref = r
		if el, ok := e.Element(r.Element()); ok {
			v.Text = ElementText(st, e, el.Ref, l)
		}
	}
	return v
}

// Location is an element as an edition has it, named so that people find it.
type Location struct {
	Ref    cite.Ref `json:"ref"` // p1.e2.x3
	Symbol string   `json:"symbol"`
	Kind   string   `json:"kind"`
	Label  string   `json:"label,omitempty"`
}

// LocationOf names an element of an edition.
func LocationOf(e *paper.Edition, x cite.Ref) Location {
	s := Location{Ref: cite.Element(e.Ref, x.ElementNumber()), Symbol: string(e.Symbol), Label: e.Label(x)}
	if el, ok := e.Element(x); ok {
		s.Kind = el.Kind
	}
	return s
}

// ChangeRow is a passage that an answer changes.
type ChangeRow struct {
	PassageRow
	Made bool `json:"made"` // an edition has it; else it is promised for the next
}

// ChangeRows lists the passages that an answer changes: in the edition that changed them, or promised.
func ChangeRows(st *conversation.Reading, d *consultation.Disposition, l locale.Lang) []ChangeRow {
	var out []ChangeRow
	for _, c := range d.Changes {
		row := ChangeRow{PassageRow: PassageRow{Location: Location{Ref: c}}}
		if e, ok := st.Effect(d, c); ok {
			row.Made, row.Symbol = true, string(e.Symbol)
			if _, there := e.Element(c.Element()); there {
				row.PassageRow = NewPassageRow(st, cite.Element(e.Ref, c.ElementNumber()), l)
			} else {
				row.Ref = e.Ref // it was taken out
			}
		} else if e, ok := st.Papers.Edition(c); ok {
			row.Label = e.Label(c.Element())
			if el, there := e.Element(c.Element()); there {
				row.Kind, row.Text = el.Kind, ElementText(st, e, el.Ref, l)
			} else if p, ok := st.Papers.Paper(c); ok {
				row.Ref = e.Ref // reserved for the next edition: no page has it yet
				for _, r := range p.Reserved {
					if r.Ref == c {
						row.Kind, row.Text = r.ElementKind, frame.Localize(r.Name, l)
					}
				}
			}
		}
		out = append(out, row)
	}
	return out
}
