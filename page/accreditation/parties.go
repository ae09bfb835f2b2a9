package accreditation

import (
	"strconv"
	"strings"
	"time"

	noun "github.com/openplenary/plenary/accreditation"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
)

// How a party stands.
const (
	Stands = "stands" // it may be spoken for
	Over   = "over"   // its accreditation ended by its date
	Ended  = "ended"  // an officer ended it
)

// States lists how a party stands.
var States = []string{Stands, Over, Ended}

// Party is a party on the roll.
type Party struct {
	Party        cite.Ref `json:"party"`
	Name         string   `json:"name"`
	Before       []string `json:"former_names,omitempty"` // oldest first
	Category     string   `json:"category"`               // its identifier
	CategoryName string   `json:"category_name"`
	Country      string   `json:"country,omitempty"` // its code
	CountryName  string   `json:"country_name,omitempty"`
	As           string   `json:"as"`    // party, observer, ad_hoc
	State        string   `json:"state"` // stands, over, ended
	// Since is when it was accredited; absent where an officer entered it without a request.
	Since time.Time `json:"since,omitzero"`
	// Until is when the accreditation is over; absent where it has no end.
	Until time.Time `json:"until,omitzero"`
	// EndedAt is when an officer ended it.
	EndedAt time.Time `json:"ended,omitzero"`
	// Reason is why the officer decided so the last time.
	Reason string `json:"reason,omitempty"`
	// Interests are what those who speak for it disclosed of its interests, the oldest disclosure first.
	Interests []string `json:"interests,omitempty"`
	// Speakers is how many persons may speak for it.
	Speakers int           `json:"speakers"`
	Entry    cite.Position `json:"position"` // of the record, with which it was entered
	named    cite.Position
	before   []cite.Position
	reason   cite.Position
	told     []cite.Position
}

// newParty builds the view of a party.
func newParty(st *conversation.Reading, p delegation.Party, l locale.Lang) *Party {
	s, _ := st.Roll.Party(p)
	v := &Party{Party: p.Ref(), Category: s.Category, Country: s.Country, As: noun.AsParty, State: Stands, Entry: s.Entered, named: s.Named, before: st.Roll.Before(p)}
	if c, ok := st.Category(s.Category); ok {
		v.Category = c.ID
		v.CategoryName, _ = c.Name.For(l)
	}
	if s.Country != "" {
		v.CountryName = st.CountryName(s.Country, l)
	}
	x, ok := st.Roll.Accreditation().Accredited(p)
	if !ok {
		return v
	}
	v.As, v.Since, v.Until, v.EndedAt, v.reason, v.told = x.As, x.Since, x.Until, x.Ended, x.Reason, x.Requests
	switch {
	case !x.Ended.IsZero():
		v.State = Ended
	case !x.At(st.Now):
		v.State = Over
	}
	return v
}

// Need are the entries with its words.
func (v *Party) Need() []cite.Position {
	out := append([]cite.Position{v.named, v.reason}, v.before...)
	return append(out, v.told...)
}

// Fill gives the words.
func (v *Party) Fill(words map[cite.Position]cite.Words) {
	v.Name, v.Reason = words[v.named]["name"], words[v.reason]["reason"]
	for _, at := range v.before {
		if name := words[at]["name"]; name != "" {
			v.Before = append(v.Before, name)
		}
	}
	for _, at := range v.told {
		if said := words[at]["interests"]; said != "" {
			v.Interests = append(v.Interests, said)
		}
	}
}

// Called is its name, or its reference where the name was erased.
func (v *Party) Called() string {
	if v.Name == "" {
		return string(v.Party)
	}
	return v.Name
}

// Parties is the list of accredited parties.
type Parties struct {
	Groups []Group       `json:"groups"`   // by category, in the order of the conversation
	Total  int           `json:"total"`    // parties on the roll
	Stand  int           `json:"standing"` // of them, those that may be spoken for
	Open   bool          `json:"open"`     // accreditation may be requested
	Head   cite.Position `json:"position"` // the entry of the record since which this is so
	Print  bool          `json:"-"`        // to be printed: everything is unfolded
}

// Group is a category with its parties, in the order of their entry.
type Group struct {
	Category string   `json:"category"`
	Name     string   `json:"name"`
	Parties  []*Party `json:"parties"`
}

// NewParties builds the list, category by category in the order of the conversation.
func NewParties(st *conversation.Reading, printed bool, l locale.Lang) *Parties {
	v := &Parties{Print: printed, Open: st.Roll.Accreditation().Offer().Open()}
	in := map[string][]*Party{}
	speak := st.Roll.Authorities()
	for _, p := range st.Roll.Entered() {
		x := newParty(st, p, l)
		x.Speakers = len(speak[p])
		in[x.Category] = append(in[x.Category], x)
		if v.Total++; x.State == Stands {
			v.Stand++
		}
	}
	for _, c := range st.Categories {
		if all := in[c.ID]; len(all) > 0 {
			name, _ := c.Name.For(l)
			v.Groups = append(v.Groups, Group{Category: c.ID, Name: name, Parties: all})
		}
	}
	st.Stamp(&v.Head)
	return v
}

// All lists the parties of all categories.
func (v *Parties) All() (out []*Party) {
	for _, g := range v.Groups {
		out = append(out, g.Parties...)
	}
	return out
}

// Need are the entries with its words.
func (v *Parties) Need() (out []cite.Position) {
	for _, p := range v.All() {
		out = append(out, p.Need()...)
	}
	return out
}

// Fill gives the words.
func (v *Parties) Fill(words map[cite.Position]cite.Words) {
	for _, p := range v.All() {
		p.Fill(words)
	}
}

// Title is the page's title.
func (v *Parties) Title(f *frame.Frame) string { return f.T("accreditation.title") }

// Columns head the table of parties.
var Columns = []string{"reference", "name", "former_names", "category", "country", "capacity", "state", "since", "until", "ended",
	"reason", "interests", "invented", "position", "category_id", "country_code"}

// Cells is the row of a party.
func (v *Party) Cells(f *frame.Frame) []string {
	return []string{string(v.Party), v.Name, strings.Join(v.Before, "\n"), v.CategoryName, v.CountryName, f.T("accreditation.as." + v.As), f.T("accreditation.state." + v.State),
		stamp(v.Since), stamp(v.Until), stamp(v.EndedAt), v.Reason, strings.Join(v.Interests, "\n"), frame.TableYes(f, f.Demo), strconv.FormatInt(int64(v.Entry), 10), v.Category, v.Country}
}

// stamp is an instant as tables have it, "" for none.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// said says how a party stands: as what, since when and until when.
func (v *Party) said(f *frame.Frame) string {
	out := f.T("accreditation.as." + v.As)
	switch {
	case v.State == Ended:
		return out + " · " + f.T("accreditation.ended_on", "date", f.Date(v.EndedAt))
	case v.State == Over:
		return out + " · " + f.T("accreditation.over_since", "date", f.Date(last(v.Until)))
	case v.Since.IsZero():
		return out + " · " + f.T("accreditation.by_hand")
	case v.Until.IsZero():
		return out + " · " + f.T("accreditation.since", "date", f.Date(v.Since))
	}
	return out + " · " + f.T("accreditation.since_until", "from", f.Date(v.Since), "to", f.Date(last(v.Until)))
}

// last is an instant within the last day of what is over then: an end is set at midnight, after that day.
func last(until time.Time) time.Time { return until.Add(-time.Nanosecond) }
