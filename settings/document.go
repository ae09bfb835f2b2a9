package settings

import (
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/locale"
)

// Document is a document kept elsewhere that the conversation cites.
type Document struct {
	Symbol string      `json:"symbol"`
	Title  locale.Text `json:"title"`
	Date   string      `json:"date,omitempty"` // 2019-12-13
	Source string      `json:"source"`         // address on the web
}

// CiteDocument cites a document kept elsewhere.
type CiteDocument struct{ Document Document }

// Check cleans the texts and holds them to their bounds.
func (c CiteDocument) Check() (CiteDocument, error) {
	var in input.Check
	d := &c.Document
	in.Line("symbol", &d.Symbol, input.MaxName)
	in.Lines("title", &d.Title, input.MaxTitle)
	in.Line("date", &d.Date, input.MaxName)
	in.Address("source", &d.Source)
	in.If(d.Title.Empty() || d.Source == "", "title", "document.incomplete")
	return c, in.Err()
}

// CiteDocument decides.
func (s *State) CiteDocument(act cite.Act, c CiteDocument) (cite.Proposal, error) {
	return cite.Proposal{Body: Documented{Document: c.Document, By: act.By, At: act.At}}, nil
}

// Apply adds the document.
func (f *Documented) Apply(s *State, _ cite.Entry) error {
	s.Documents = append(s.Documents, f.Document)
	return nil
}

// Documented: a document kept elsewhere is cited.
type Documented struct {
	Document Document  `json:"document"`
	By       string    `json:"by,omitempty"`
	At       time.Time `json:"at"`
}

// Describe: the list of documents is public.
func (Documented) Describe() cite.Description {
	return cite.Description{Kind: "conversation.documented/1", Touches: []cite.Ref{Any}, About: cite.Public}
}
