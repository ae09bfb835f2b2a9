package paper

import (
	"errors"
	"fmt"
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

// ErrGap says that an edition does not follow on those on the shelf: an entry before it is missing.
var ErrGap = errors.New("paper: an entry before this one is missing")

// Apply folds a fact of this room; it reports whether it knows the fact. An edition that does not follow on
// what is on the shelf changes nothing and is ErrGap.
func (s *Shelf) Apply(at cite.Entry, fact any) (known bool, err error) {
	f, ok := fact.(*Published)
	if !ok {
		return false, nil
	}
	n, editions := f.Ref.Number(), 0
	if n >= 1 && n <= len(s.Papers) {
		editions = len(s.Papers[n-1].Editions)
	}
	if n < 1 || n > len(s.Papers)+1 || f.Ref.EditionNumber() != editions+1 {
		return true, fmt.Errorf("%w: %s comes after %d papers", ErrGap, f.Ref, len(s.Papers))
	}
	e := &Edition{Ref: f.Ref, Symbol: cite.Symbol(f.Symbol), Kind: f.Kind_, Title: f.Title, Note: f.Note, Status: f.Status,
		Source: f.Source, Date: f.Date, Published: f.At, At: at.Position, Elements: f.Elements}
	e.build()
	if n == len(s.Papers)+1 {
		s.Papers = append(s.Papers, &Paper{Ref: f.Ref.Root()})
	}
	p := s.Papers[n-1]
	p.Editions = append(p.Editions, e)
	p.elements = f.Counter
	s.symbols[e.Symbol.Key()] = f.Ref
	return true, nil
}
