package paper

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/locale"
)

// Published: an edition of a paper is out. All of it is data: published texts are never erased.
type Published struct {
	Ref       cite.Ref               `json:"ref"` // the edition, p3.e2
	PaperKind string                 `json:"kind"`
	Symbol    string                 `json:"symbol"`
	Title     locale.Text            `json:"title"`
	Note      locale.Text            `json:"note,omitzero"`
	Status    map[locale.Lang]string `json:"status,omitempty"`
	Source    string                 `json:"source,omitempty"`
	Date      string                 `json:"date"`
	Elements  []Element              `json:"elements"`
	Counter   int                    `json:"counter"` // of element references, after this edition
	// What became of each element of the edition before, as it was computed when this one was published.
	Concordance []ElementChange `json:"concordance,omitempty"`
	Listed      []cite.Ref      `json:"listed,omitempty"` // parts that have no answer
	By          string          `json:"by,omitempty"`
	At          time.Time       `json:"at"` // the instant that rules and readers use
}

// Reserved: the next edition shall have an element that no edition has yet. It has a reference now, so
// that an answer can say that it changes it.
type Reserved struct {
	Ref         cite.Ref    `json:"ref"` // p3.x18
	ElementKind string      `json:"kind"`
	Name        locale.Text `json:"name"` // a working title
	By          string      `json:"by,omitempty"`
	At          time.Time   `json:"at"`
}

// ConcordanceCorrected: an element of the edition before became something else than was computed. Words:
// reason.
type ConcordanceCorrected struct {
	Edition cite.Ref      `json:"edition"`
	Change  ElementChange `json:"fate"`
	By      string        `json:"by,omitempty"`
	At      time.Time     `json:"at"`
}

// Kind names the fact on the record.
func (Published) Kind() string { return "paper.published/1" }

// Kind names the fact on the record.
func (Reserved) Kind() string { return "paper.reserved/1" }

// Kind names the fact on the record.
func (ConcordanceCorrected) Kind() string { return "paper.concordance_corrected/1" }

// ErrGap says that a fact does not follow on what is on the shelf: an entry before it is missing.
var ErrGap = errors.New("paper: an entry before this one is missing")

// Apply folds a fact of this room; it reports whether it knows the fact. A fact that does not follow on
// what is on the shelf changes nothing and is ErrGap.
func (s *State) Apply(at cite.Entry, fact any) (known bool, err error) {
	switch f := fact.(type) {
	case *Published:
		return true, s.published(at, f)
	case *Reserved:
		p, ok := s.Paper(f.Ref)
		if !ok || f.Ref.ElementNumber() != p.elements+1 {
			return true, fmt.Errorf("%w: %s", ErrGap, f.Ref)
		}
		p.Reserved = append(p.Reserved, *f)
		p.elements++
	case *ConcordanceCorrected:
		e, ok := s.Edition(f.Edition)
		if !ok {
			return true, fmt.Errorf("%w: %s", ErrGap, f.Edition)
		}
		i, ok := e.changeIndex[f.Change.From]
		if !ok {
			return true, fmt.Errorf("%w: %s of %s", ErrGap, f.Change.From, f.Edition)
		}
		f.Change.Corrected = at.Position
		e.Changes[i] = f.Change
	default:
		return false, nil
	}
	return true, nil
}

func (s *State) published(at cite.Entry, f *Published) error {
	n, editions := f.Ref.Number(), 0
	if n >= 1 && n <= len(s.All) {
		editions = len(s.All[n-1].Editions)
	}
	if n < 1 || n > len(s.All)+1 || f.Ref.EditionNumber() != editions+1 {
		return fmt.Errorf("%w: %s comes after %d papers", ErrGap, f.Ref, len(s.All))
	}
	e := &Edition{Ref: f.Ref, Symbol: cite.Symbol(f.Symbol), Kind: f.PaperKind, Title: f.Title, Note: f.Note, Status: f.Status,
		Source: f.Source, Date: f.Date, Published: f.At, At: at.Position, Elements: f.Elements, Changes: f.Concordance, Listed: f.Listed}
	e.build()
	if n == len(s.All)+1 {
		s.All = append(s.All, &Paper{Ref: f.Ref.Root()})
	}
	p := s.All[n-1]
	p.Editions = append(p.Editions, e)
	p.elements = f.Counter
	p.Reserved = slices.DeleteFunc(p.Reserved, func(r Reserved) bool { _, there := e.index[r.Ref]; return there })
	s.symbols[e.Symbol.Key()] = f.Ref
	for i := range e.Elements {
		el := &e.Elements[i]
		for _, r := range el.Cites {
			s.citing[Cited(r)] = append(s.citing[Cited(r)], cite.Element(e.Ref, el.Ref.ElementNumber()))
		}
	}
	return nil
}
