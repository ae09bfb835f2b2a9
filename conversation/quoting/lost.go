package quoting

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/quote"
)

// Lost says that a published sentence rests on something that is not there to be read any more. It holds none of the words.
type Lost struct {
	// Element is the sentence, through time.
	Element cite.Ref `json:"element"`
	// Source is what it cites.
	Source cite.Ref `json:"source"`
	// Why is withdrawn, withheld, erased; redacted where words that the sentence quotes were blacked out, corrected where their author put
	// others in their place since.
	Why string `json:"why"`
	// Position is the entry of the record that says so; absent where it is redacted.
	Position cite.Position `json:"position,omitempty"`
	// At is when its author put other words; absent elsewhere.
	At time.Time `json:"at,omitzero"`
}

// Opens is where it is read what became of the source: a range of bytes has no page of its own.
func (l Lost) Opens() cite.Ref {
	head, _, _ := strings.Cut(string(l.Source), "[")
	return cite.Ref(head)
}

// Losses are what the sentences of an edition have lost since it was published. Some of them are known only by the words.
type Losses struct {
	All    []Lost
	doubts []doubt
}

// doubt is a sentence whose sources have to be read.
type doubt struct {
	element cite.Ref
	sources *Sources
	answers []cite.Ref              // whose reasons may be erased
	masked  cite.Ref                // a source in which something is blacked out, None for none
	changed cite.Ref                // a source in which its author put other words since, None for none
	by      consultation.Correction // that put them
	quotes  []string
}

// NewLosses looks what the sentences of an edition have lost. st may be read as anybody: that something is gone is everybody's to know.
func NewLosses(st *conversation.Reading, e *paper.Edition) *Losses {
	v := &Losses{}
	if !paper.Compiled(e.Kind) {
		return v
	}
	for i := range e.Elements {
		v.element(st, e, &e.Elements[i])
	}
	return v
}

// LossesOf are those of one element.
func LossesOf(st *conversation.Reading, e *paper.Edition, x cite.Ref) *Losses {
	v := &Losses{}
	if el, ok := e.Element(x); ok && paper.Compiled(e.Kind) {
		v.element(st, e, el)
	}
	return v
}

func (v *Losses) element(st *conversation.Reading, e *paper.Edition, el *paper.Element) {
	d := doubt{element: el.Ref, quotes: quote.All(el.Text.In[el.Text.Original])}
	for _, r := range el.Cites {
		switch r.Kind() {
		case 'c':
			row, ok := st.Consultation.Row(r)
			switch {
			case !ok:
			case row.Status != consultation.Published:
				v.All = append(v.All, Lost{Element: el.Ref, Source: r, Why: row.Status.String(), Position: row.Decided})
			case row.Redacted && touches(st.Consultation.Masks(r), r):
				v.All = append(v.All, Lost{Element: el.Ref, Source: r, Why: Redacted})
			case row.Redacted && len(d.quotes) > 0 && !ranged(r):
				d.masked = r
			}
			if row.Corrected > 0 && row.Status == consultation.Published {
				v.corrected(st, e, &d, r)
			}
		case 'd':
			d.answers = append(d.answers, r)
		}
	}
	if len(d.answers) > 0 || d.masked != cite.None || d.changed != cite.None {
		d.sources = New(st, el.Cites)
		v.doubts = append(v.doubts, d)
	}
}

// What became of words that a sentence quotes and whose source stands.
const (
	Redacted  = "redacted"  // they were blacked out
	Corrected = "corrected" // their author put others in their place
)

// corrected looks whether the author of a source put other words in its place since an edition quoted it. A range of bytes is of what stood before.
func (v *Losses) corrected(st *conversation.Reading, e *paper.Edition, d *doubt, r cite.Ref) {
	for _, k := range st.Consultation.Corrections(r) {
		if k.Stands <= e.At || r.PartNumber() > 0 && !k.Of(r.PartNumber()) {
			continue
		}
		if ranged(r) {
			v.All = append(v.All, Lost{Element: d.element, Source: r, Why: Corrected, Position: k.Position, At: k.At})
		} else if len(d.quotes) > 0 {
			d.changed, d.by = r, k
		}
	}
}

// ranged reports whether a reference is of a range of bytes.
func ranged(r cite.Ref) bool { _, ok := r.Span(); return ok }

// touches reports whether something is blacked out in the range that a reference names.
func touches(masks []consultation.Mask, r cite.Ref) bool {
	at, ok := r.Span()
	return ok && slices.ContainsFunc(masks, func(m consultation.Mask) bool {
		s := m.Span()
		return m.Field == strconv.Itoa(r.PartNumber())+".text" && s.From < at.To && at.From < s.To
	})
}

// Need lists the entries whose words are wanted.
func (v *Losses) Need() (out []cite.Position) {
	if v == nil {
		return nil
	}
	for _, d := range v.doubts {
		out = append(out, d.sources.Need()...)
	}
	return out
}

// Fill tells by the words, as Reading.Show gives them, what is lost.
func (v *Losses) Fill(words map[cite.Position]cite.Words) []Lost {
	if v == nil {
		return nil
	}
	for _, d := range v.doubts {
		texts := d.sources.Texts(words, words)
		for _, r := range d.answers {
			if len(texts[r]) == 0 {
				v.All = append(v.All, Lost{Element: d.element, Source: r, Why: consultation.Erased.String()})
			}
		}
		stands := func(q string) bool {
			for _, all := range texts {
				if slices.ContainsFunc(all, func(t Text) bool { return quote.Stands(t.Words, q) }) {
					return true
				}
			}
			return false
		}
		if d.masked != cite.None && slices.ContainsFunc(d.quotes, func(q string) bool { return !stands(q) }) {
			v.All = append(v.All, Lost{Element: d.element, Source: d.masked, Why: Redacted})
		} else if d.changed != cite.None && slices.ContainsFunc(d.quotes, func(q string) bool { return !stands(q) }) {
			v.All = append(v.All, Lost{Element: d.element, Source: d.changed, Why: Corrected, Position: d.by.Position, At: d.by.At})
		}
	}
	v.doubts = nil
	return v.All
}
