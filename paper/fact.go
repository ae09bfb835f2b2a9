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
	Final     bool                   `json:"final,omitempty"` // considerations after their review
	Counter   int                    `json:"counter"`         // of element references, after this edition
	// What became of each element of the edition before, as it was computed when this one was published.
	Concordance []ElementChange `json:"concordance,omitempty"`
	Listed      []cite.Ref      `json:"listed,omitempty"` // parts that have no answer
	Pictures    []Picture       `json:"pictures,omitempty"`
	By          string          `json:"by,omitempty"`
	At          time.Time       `json:"at"` // the instant that rules and readers use
}

// Describe: published texts are everybody's.
func (f Published) Describe() cite.Description {
	return cite.Description{Kind: "paper.published/1", Minted: []cite.Ref{f.Ref}, Touches: []cite.Ref{f.Ref}, About: cite.Public}
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

// Describe: what is planned for the next edition is everybody's.
func (f Reserved) Describe() cite.Description {
	return cite.Description{Kind: "paper.reserved/1", Minted: []cite.Ref{f.Ref}, Touches: []cite.Ref{f.Ref}, About: cite.Public}
}

// ConcordanceCorrected: an element of the edition before became something else than was computed. Words:
// reason.
type ConcordanceCorrected struct {
	Edition cite.Ref      `json:"edition"`
	Change  ElementChange `json:"fate"`
	By      string        `json:"by,omitempty"`
	At      time.Time     `json:"at"`
}

// Describe: the concordance of the edition reads otherwise.
func (f ConcordanceCorrected) Describe() cite.Description {
	return cite.Description{Kind: "paper.concordance_corrected/1", Touches: []cite.Ref{f.Edition}, About: cite.Public}
}

// ErrGap says that a fact does not follow on what is there: an entry before it is missing.
var ErrGap = errors.New("paper: an entry before this one is missing")

// Apply adds the element to those that the next edition shall have.
func (f *Reserved) Apply(s *State, _ cite.Entry) error {
	p, ok := s.Paper(f.Ref)
	if !ok || f.Ref.ElementNumber() != p.elements+1 {
		return fmt.Errorf("%w: %s", ErrGap, f.Ref)
	}
	p.Reserved = append(p.Reserved, *f)
	p.elements++
	return nil
}

// Apply puts the correction in the place of what was computed.
func (f *ConcordanceCorrected) Apply(s *State, at cite.Entry) error {
	e, ok := s.Edition(f.Edition)
	if !ok {
		return fmt.Errorf("%w: %s", ErrGap, f.Edition)
	}
	i, ok := e.changeIndex[f.Change.From]
	if !ok {
		return fmt.Errorf("%w: %s of %s", ErrGap, f.Change.From, f.Edition)
	}
	f.Change.Corrected = at.Position
	p, _ := s.Paper(f.Edition)
	corrected := *e // snapshots hold the one before
	corrected.Changes = slices.Clone(e.Changes)
	corrected.Changes[i] = f.Change
	p.Editions[e.Ref.EditionNumber()-1] = &corrected
	return nil
}

// Apply adds the edition.
func (f *Published) Apply(s *State, at cite.Entry) error {
	n, editions := f.Ref.Number(), 0
	if n >= 1 && n <= len(s.All) {
		editions = len(s.All[n-1].Editions)
	}
	if n < 1 || n > len(s.All)+1 || f.Ref.EditionNumber() != editions+1 {
		return fmt.Errorf("%w: %s comes after %d papers", ErrGap, f.Ref, len(s.All))
	}
	e := &Edition{Ref: f.Ref, Symbol: cite.Symbol(f.Symbol), Kind: f.PaperKind, Final: f.Final, Title: f.Title, Note: f.Note, Status: f.Status,
		Source: f.Source, Date: f.Date, Published: f.At, At: at.Position, Elements: f.Elements, Changes: f.Concordance, Listed: f.Listed, Pictures: f.Pictures}
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
