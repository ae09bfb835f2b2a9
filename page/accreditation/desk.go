package accreditation

import (
	"slices"
	"time"

	noun "github.com/openplenary/plenary/accreditation"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/settings"
)

// maxDecided is how many requests that were decided on the page lists.
const maxDecided = 50

// Desk is what officers see of accreditation: what waits, who may request, who is accredited.
type Desk struct {
	Waiting []*Request     `json:"waiting"`          // the oldest first
	Decided []*Request     `json:"decided"`          // the newest first, at most 50
	Parties []*Party       `json:"parties"`          // that were accredited on request, or whose accreditation was changed
	Offer   []string       `json:"offer_categories"` // identifiers of the categories in which accreditation may be requested
	As      []string       `json:"offer_capacities"` // as what
	Choices []frame.Choice `json:"-"`                // the categories of bodies
}

// NewDesk builds the page.
func NewDesk(st *conversation.Reading, l locale.Lang) *Desk {
	offer := st.Roll.Accreditation().Offer()
	v := &Desk{Offer: offer.Categories, As: offer.As, Waiting: []*Request{}, Decided: []*Request{}, Parties: []*Party{}}
	for _, c := range settings.Offered(st.Categories) {
		if c.Chooser() != settings.Persons {
			name, _ := c.Name.For(l)
			v.Choices = append(v.Choices, frame.Choice{ID: c.ID, Name: name})
		}
	}
	for _, x := range st.Roll.Accreditation().Requests() {
		if x.Became() == noun.Waiting {
			v.Waiting = append(v.Waiting, newRequest(st, x, l))
		} else {
			v.Decided = slices.Insert(v.Decided, 0, newRequest(st, x, l))
		}
	}
	v.Decided = v.Decided[:min(len(v.Decided), maxDecided)]
	for _, p := range st.Roll.Entered() {
		if _, ok := st.Roll.Accreditation().Accredited(p); ok {
			v.Parties = append(v.Parties, newParty(st, p, l))
		}
	}
	return v
}

// Need are the entries with its words.
func (v *Desk) Need() (out []cite.Position) {
	for _, r := range slices.Concat(v.Waiting, v.Decided) {
		out = append(out, r.Need()...)
	}
	for _, p := range v.Parties {
		out = append(out, p.Need()...)
	}
	return out
}

// Fill gives the words.
func (v *Desk) Fill(words map[cite.Position]cite.Words) {
	for _, r := range slices.Concat(v.Waiting, v.Decided) {
		r.Fill(words)
	}
	for _, p := range v.Parties {
		p.Fill(words)
	}
}

// Title is the page's title.
func (v *Desk) Title(f *frame.Frame) string { return f.T("accreditation.desk") }

// Decision is the page on which an officer decides on a request, or changes an accreditation.
type Decision struct {
	Request *Request // nil where the party was accredited with another
	Party   *Party   // nil while the request waits
	Own     bool     // the request is the officer's own
	// Sender is how the house knows who requested.
	Sender string
	Twin   cite.Ref // the party on the roll that seems to be the body
	Waits  bool     // another request for a body of the same name waits
	Roll   []frame.Choice
	named  []cite.Position
	Form   DecisionForm
	Today  string // the first day until which it may be accredited
}

// DecisionForm is what stands in the form.
type DecisionForm struct {
	Name, As, Until, Into, Reason string
	Apart                         bool
}

// maxRoll is how many parties of the roll may be chosen from.
const maxRoll = 1000

// NewDecision builds the page; ok is false where there is neither a request nor an accreditation of that party.
func NewDecision(st *conversation.Reading, party cite.Ref, l locale.Lang) (v *Decision, ok bool) {
	v = &Decision{Today: st.Now.In(place(st.Zone)).Format(time.DateOnly)}
	all := st.Roll.Accreditation().Requests()
	if i := slices.IndexFunc(all, func(x noun.Request) bool { return x.Party == party && x.Became() != noun.Back }); i >= 0 {
		v.Request, v.Own, v.Form.As = newRequest(st, all[i], l), st.Audience.Is(all[i].By), all[i].As
		v.Twin, v.Waits = st.Roll.Accreditation().Alike(all[i])
	}
	var p delegation.Party
	if p.UnmarshalText([]byte(party)) == nil {
		if x, accredited := st.Roll.Accreditation().Accredited(p); accredited {
			v.Party = newParty(st, p, l)
			if v.Form.As = x.As; !x.Until.IsZero() {
				v.Form.Until = last(x.Until).In(place(st.Zone)).Format(time.DateOnly)
			}
		}
	}
	if v.Request != nil && v.Request.Became == noun.Waiting {
		entered := st.Roll.Entered()
		for _, p := range entered[:min(len(entered), maxRoll)] {
			s, _ := st.Roll.Party(p)
			if x, accredited := st.Roll.Accreditation().Accredited(p); !accredited || x.At(st.Now) {
				v.Roll, v.named = append(v.Roll, frame.Choice{ID: string(p.Ref())}), append(v.named, s.Named)
			}
		}
	}
	return v, v.Request != nil || v.Party != nil
}

// place is a zone, that of the world where none is known.
func place(zone string) *time.Location {
	if at, err := time.LoadLocation(zone); err == nil {
		return at
	}
	return time.UTC
}

// Need are the entries with its words.
func (v *Decision) Need() []cite.Position {
	out := slices.Clone(v.named)
	if v.Request != nil {
		out = append(out, v.Request.Need()...)
	}
	if v.Party != nil {
		out = append(out, v.Party.Need()...)
	}
	return out
}

// Fill gives the words.
func (v *Decision) Fill(words map[cite.Position]cite.Words) {
	if v.Request != nil {
		if v.Request.Fill(words); v.Form.Name == "" {
			v.Form.Name = v.Request.Name
		}
	}
	if v.Party != nil {
		v.Party.Fill(words)
	}
	for i, at := range v.named {
		if v.Roll[i].Name = words[at]["name"]; v.Roll[i].Name == "" {
			v.Roll[i].Name = v.Roll[i].ID
		}
	}
}

// waits reports whether the request waits to be decided on.
func (v *Decision) waits() bool { return v.Request != nil && v.Request.Became == noun.Waiting }

// same reports whether the request says already what is known of the party.
func (v *Decision) same() bool {
	return v.Request != nil && v.Party.Reason == v.Request.Reason && (len(v.Party.Interests) == 0 || slices.Equal(v.Party.Interests, []string{v.Request.Interests}))
}

// called is the name of the body.
func (v *Decision) called() string {
	if v.Party != nil {
		return v.Party.Called()
	}
	return v.Request.Called()
}

// twin is the name of the party on the roll that seems to be the body.
func (v *Decision) twin() string {
	for _, c := range v.Roll {
		if c.ID == string(v.Twin) {
			return c.Name
		}
	}
	return string(v.Twin)
}

// Title is the page's title.
func (v *Decision) Title(f *frame.Frame) string {
	if len(f.Errors) > 0 {
		return f.T("error.title_prefix") + " " + v.called()
	}
	return v.called()
}
