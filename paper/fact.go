package paper

import (
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/locale"
)

// Published: an edition of a paper is out. All of it is data: published texts are never erased.
type Published struct {
	Ref      cite.Ref               `json:"ref"` // the edition, p3.e2
	Kind_    string                 `json:"kind"`
	Symbol   string                 `json:"symbol"`
	Title    locale.Text            `json:"title"`
	Note     locale.Text            `json:"note,omitzero"`
	Status   map[locale.Lang]string `json:"status,omitempty"`
	Source   string                 `json:"source,omitempty"`
	Date     string                 `json:"date"`
	Elements []Element              `json:"elements"`
	Counter  int                    `json:"counter"` // of element references, after this edition
	By       string                 `json:"by,omitempty"`
	At       time.Time              `json:"at"` // the instant that rules and readers use
}

// Kind names the fact on the record.
func (Published) Kind() string { return "paper.published/1" }

// Apply folds a fact of this room; it reports whether it knows the fact.
func (s *Shelf) Apply(at cite.Entry, fact any) bool {
	f, ok := fact.(*Published)
	if !ok {
		return false
	}
	e := &Edition{Ref: f.Ref, Symbol: cite.Symbol(f.Symbol), Kind: f.Kind_, Title: f.Title, Note: f.Note, Status: f.Status,
		Source: f.Source, Date: f.Date, Published: f.At, At: at.Position, Elements: f.Elements}
	e.build()
	n := f.Ref.Number()
	if n == len(s.Papers)+1 {
		s.Papers = append(s.Papers, &Paper{Ref: f.Ref.Root()})
	}
	p := s.Papers[n-1]
	p.Editions = append(p.Editions, e)
	p.elements = f.Counter
	s.symbols[e.Symbol.Key()] = f.Ref
	return true
}
