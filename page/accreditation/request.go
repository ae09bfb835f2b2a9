package accreditation

import (
	"slices"
	"time"

	noun "github.com/openplenary/plenary/accreditation"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/settings"
)

// Enclosed is what came with a request, for whoever sent it and those who decide on it.
type Enclosed struct {
	Contact string `json:"contact"`          // how the body is reached
	Letter  string `json:"letter,omitempty"` // its name, "" for none
	Size    int64  `json:"size,omitempty"`   // in bytes
}

// Request is a request for accreditation.
type Request struct {
	Party        cite.Ref      `json:"party"` // that the body becomes
	Name         string        `json:"name"`
	Interests    string        `json:"interests,omitempty"` // that it discloses
	Category     string        `json:"category"`
	CategoryName string        `json:"category_name"`
	Country      string        `json:"country,omitempty"`
	CountryName  string        `json:"country_name,omitempty"`
	As           string        `json:"as"`        // as what the body would take part
	Assurance    string        `json:"assurance"` // how sure the house is of who requests
	At           time.Time     `json:"at"`
	Became       string        `json:"status"`             // waiting, accredited, refused, retracted
	Reason       string        `json:"reason,omitempty"`   // of the decision
	Enclosed     *Enclosed     `json:"enclosed,omitempty"` // what came with it, as long as it is kept
	Entry        cite.Position `json:"position"`
	By           cite.Ref      `json:"by"` // the participant who requested
	decided      cite.Position
}

// newRequest builds the view of a request.
func newRequest(st *conversation.Reading, x noun.Request, l locale.Lang) *Request {
	v := &Request{Party: x.Party, Category: x.Category, Country: x.Country, As: x.As, Assurance: x.Assurance, At: x.At, Became: x.Became(), Entry: x.Position, By: cite.Ref(x.By), decided: x.Decided}
	if c, ok := st.Category(x.Category); ok {
		v.Category = c.ID
		v.CategoryName, _ = c.Name.For(l)
	}
	if x.Country != "" {
		v.CountryName = st.CountryName(x.Country, l)
	}
	return v
}

// Need are the entries with its words.
func (v *Request) Need() []cite.Position { return []cite.Position{v.Entry, v.decided} }

// Fill gives the words.
func (v *Request) Fill(words map[cite.Position]cite.Words) {
	v.Name, v.Interests, v.Reason = words[v.Entry]["name"], words[v.Entry]["interests"], words[v.decided]["reason"]
}

// Called is the name of the body, or its reference where the name was erased.
func (v *Request) Called() string {
	if v.Name == "" {
		return string(v.Party)
	}
	return v.Name
}

// RequestPage is the form by which accreditation is requested, and what became of the reader's requests.
type RequestPage struct {
	Open       bool           `json:"open"`
	Mine       []*Request     `json:"requests"` // the newest first
	Categories []frame.Choice `json:"-"`
	States     []string       `json:"-"` // the names of the categories that ask for a country
	Countries  []frame.Choice `json:"-"`
	As         []string       `json:"-"`
	Form       AskForm        `json:"-"`
	// NewToken makes the token of one of the page's other forms.
	NewToken func() string `json:"-"`
}

// AskForm is what stands in the form.
type AskForm struct {
	Name, Category, Country, As, Contact, Interests string
	// Letter is a ticket for a letter that came with the form already, and LetterName its name.
	Letter, LetterName string
}

// NewRequestPage builds the page.
func NewRequestPage(st *conversation.Reading, l locale.Lang) *RequestPage {
	offer := st.Roll.Accreditation().Offer()
	v := &RequestPage{Open: offer.Open(), As: inOrder(offer.As)}
	for _, c := range settings.Offered(st.Categories) {
		if !slices.Contains(offer.Categories, c.ID) {
			continue
		}
		name, _ := c.Name.For(l)
		v.Categories = append(v.Categories, frame.Choice{ID: c.ID, Name: name})
		if c.State {
			v.States = append(v.States, name)
		}
	}
	v.Countries = countries(st, l)
	if v.Form.As = noun.AsParty; len(v.As) > 0 {
		v.Form.As = v.As[0]
	}
	if len(v.Categories) == 1 {
		v.Form.Category = v.Categories[0].ID
	}
	for _, x := range slices.Backward(st.Roll.Accreditation().Requests()) {
		if st.Audience.Is(x.By) {
			v.Mine = append(v.Mine, newRequest(st, x, l))
		}
	}
	return v
}

// inOrder puts capacities in their usual order.
func inOrder(as []string) (out []string) {
	for _, x := range noun.Capacities {
		if slices.Contains(as, x) {
			out = append(out, x)
		}
	}
	return out
}

// countries lists what may stand for a country here.
func countries(st *conversation.Reading, l locale.Lang) (out []frame.Choice) {
	for _, c := range st.Countries {
		name, _ := c.Name.For(l)
		out = append(out, frame.Choice{ID: c.ID, Name: name})
	}
	for _, c := range st.CountryList().Offered(l) {
		out = append(out, frame.Choice{ID: c.Code, Name: c.Name(l)})
	}
	return out
}

// Need are the entries with the words of the reader's requests.
func (v *RequestPage) Need() (out []cite.Position) {
	for _, r := range v.Mine {
		out = append(out, r.Need()...)
	}
	return out
}

// Fill gives the words.
func (v *RequestPage) Fill(words map[cite.Position]cite.Words) {
	for _, r := range v.Mine {
		r.Fill(words)
	}
}

// Title is the page's title.
func (v *RequestPage) Title(f *frame.Frame) string {
	if len(f.Errors) > 0 {
		return f.T("error.title_prefix") + " " + f.T("accreditation.request")
	}
	return f.T("accreditation.request")
}
