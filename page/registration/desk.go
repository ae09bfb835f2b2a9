package registration

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
	noun "github.com/openplenary/plenary/registration"
	"github.com/openplenary/plenary/registration/roster"
	"github.com/openplenary/plenary/settings"
)

// What is done at the desk; each has a form of its own.
const (
	DoTerms = "terms"
	DoField = "field"
	DoLinks = "links"
)

// Filter is which registrations the desk lists.
type Filter struct {
	Status   string // one of roster.Statuses, "waiting" or "arrived", "incomplete"; "" for all
	Seat     string // a kind of seat
	Category string
	Text     string // in the name, the post or the party
}

// Filters lists what a filter may ask for.
var Filters = []string{roster.Asked, roster.Confirmed, "waiting", "incomplete", "arrived", roster.Refused, roster.Ended, roster.Held}

// query is the filter as the parameters of an address.
func (x Filter) query() string {
	q := url.Values{}
	for k, s := range map[string]string{"status": x.Status, "seat": x.Seat, "category": x.Category, "q": x.Text} {
		if s != "" {
			q.Set(k, s)
		}
	}
	if len(q) == 0 {
		return ""
	}
	return "?" + q.Encode()
}

// Entrant is somebody who registered, for the secretariat.
type Entrant struct {
	roster.Registration
	CategoryName, CountryName string
	For                       part.Named
	Address                   string // by which the house knows them, "" for none
	Whole                     bool   // what has to be answered is there
	Asked                     []Field
}

// became is what became of it, in a word of the catalogue.
func (x *Entrant) became() string {
	if x.Status == roster.Held {
		return roster.Held
	}
	return became(x.Registration)
}

// Desk is where the secretariat says what a session offers, and decides on who registers. It has no JSON twin: its acts have, and people are
// on no page for programs.
type Desk struct {
	Meeting
	Offer    *Offer // nil while the session offers nothing
	Seen     cite.Position
	Do       string
	Number   int // of the field that is put right; 0 for a new one
	Filter   Filter
	People   []Entrant      // all who registered
	Choices  []frame.Choice // categories
	Label    frame.Tongues
	Options  frame.Tongues
	Reason   frame.Tongues
	Links    map[string]string // by kind of seat
	NewToken func() string
	terms    noun.Terms
	field    noun.Field
	typed    func(string) (string, bool)
}

// NewDesk builds the desk; ok is false where there is no such session or field.
func NewDesk(st *conversation.Reading, ref cite.Ref, do string, n int, l locale.Lang) (v *Desk, ok bool) {
	x, ok := st.Sessions.Session(ref)
	if !ok || x.Ref != ref {
		return nil, false
	}
	v = &Desk{Meeting: newMeeting(x, l), Do: do, Number: n, Links: map[string]string{}}
	for _, c := range settings.Offered(st.Categories) {
		name, _ := c.Name.For(l)
		v.Choices = append(v.Choices, frame.Choice{ID: c.ID, Name: name})
	}
	v.terms = noun.Terms{Figures: noun.Everyone, List: noun.Participants, Active: 100}
	v.field = noun.Field{Kind: noun.Line}
	if v.Offer, ok = New(st, ref, l); ok {
		o := v.Offer.offer
		if v.Seen, v.terms = o.Seen, o.Terms; n > len(o.Fields) || n < 0 {
			return nil, false
		}
		if n > 0 {
			v.field = o.Fields[n-1].Field
		}
	} else {
		v.Do = DoTerms
	}
	v.Label, v.Options = frame.NewTongues("label", v.field.Label, st.Languages, nil), frame.NewTongues("options", v.field.Options, st.Languages, nil)
	v.Reason = frame.NewTongues("reason", locale.Text{}, st.Languages, nil)
	return v, true
}

// Was is the field that is put right, as it stands.
func (v *Desk) Was() noun.Field { return v.field }

// Typed gives the form what was typed into it.
func (v *Desk) Typed(typed func(string) (string, bool)) {
	v.typed = typed
	v.Label, v.Options, v.Reason = v.Label.Typed(typed), v.Options.Typed(typed), v.Reason.Typed(typed)
}

func (v *Desk) value(field, kept string) string { return (&Mine{typed: v.typed}).value(field, kept) }

func (v *Desk) checked(field string, kept bool) bool {
	return (&Mine{typed: v.typed}).checked(field, kept)
}

// day and clock are an instant as the fields of a form take it, in the zone of the host.
func (v *Desk) day(t time.Time) string   { return v.formatted(t, time.DateOnly) }
func (v *Desk) clock(t time.Time) string { return v.formatted(t, "15:04") }

func (v *Desk) formatted(t time.Time, as string) string {
	if t.IsZero() {
		return ""
	}
	return frame.InZone(t, v.Zone).Format(as)
}

// entrant says of a registration what the secretariat reads.
func entrant(st *conversation.Reading, o *Offer, r roster.Registration, l locale.Lang) Entrant {
	x := Entrant{Registration: r, CategoryName: categoryName(st, r.Category, l), Whole: o.offer.Complete(r.Category, r.Answers)}
	if r.Country != "" {
		x.CountryName = st.CountryName(r.Country, l)
	}
	if p := partyOf(r.Party); p != 0 {
		x.For = part.NewNamed(st, p)
	}
	for i := range o.Fields {
		if field := o.Fields[i]; r.Answers[field.Number] != "" || slices.Contains(o.offer.Of(r.Category), field.Number) {
			x.Asked = append(x.Asked, field)
		}
	}
	return x
}

// Take gives the desk all who registered.
func (v *Desk) Take(st *conversation.Reading, rs []roster.Registration, l locale.Lang) {
	for _, r := range rs {
		v.People = append(v.People, entrant(st, v.Offer, r, l))
	}
}

// Listed are those whom the filter lets through. It looks for names of parties as well, so they are filled in before.
func (v *Desk) Listed() []Entrant {
	return slices.DeleteFunc(slices.Clone(v.People), func(e Entrant) bool { return !v.Filter.lets(&e) })
}

// lets reports whether the filter lets somebody through.
func (x Filter) lets(e *Entrant) bool {
	switch x.Status {
	case "":
	case "waiting":
		if !e.Waits() {
			return false
		}
	case "arrived":
		if e.Arrived.IsZero() {
			return false
		}
	case "incomplete":
		if e.Whole || e.Status == roster.Held {
			return false
		}
	default:
		if e.Status != x.Status {
			return false
		}
	}
	in := strings.ToLower(strings.Join([]string{e.Name, e.Post, e.For.Name, e.Address, e.Code}, "\n"))
	return (x.Seat == "" || e.Wants == x.Seat) && (x.Category == "" || e.Category == x.Category) && strings.Contains(in, strings.ToLower(x.Text))
}

// Need are the entries with the names of parties.
func (v *Desk) Need() (out []cite.Position) {
	for _, e := range v.People {
		if e.For.Need() > 0 {
			out = append(out, e.For.Need())
		}
	}
	if v.Offer != nil {
		out = append(out, v.Offer.Need()...)
	}
	return out
}

// Fill gives them.
func (v *Desk) Fill(words map[cite.Position]cite.Words) {
	for i := range v.People {
		if v.People[i].For.Need() > 0 {
			v.People[i].For.Fill(words)
		}
	}
	if v.Offer != nil {
		v.Offer.Fill(words)
	}
}

// Title is the page's title.
func (v *Desk) Title(f *frame.Frame) string { return f.T("registration.desk") + " · " + v.Name.Text }

// Columns are those of the table, by their keys.
var Columns = []string{"number", "name", "post", "party", "category", "country", "seat", "wants", "status", "gender", "first", "listed", "address", "made", "arrived", "code"}

// Heads are the heads of the table: the columns, and what the session asks.
func (v *Desk) Heads(f *frame.Frame) (out []string) {
	for _, c := range Columns {
		out = append(out, f.T("registration.column."+c))
	}
	for _, x := range v.Offer.Fields {
		out = append(out, x.Label.Text)
	}
	return out
}

// Row is somebody as a row of the table; of files, their names.
func (v *Desk) Row(f *frame.Frame, e *Entrant) []string {
	when := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.UTC().Format(time.RFC3339)
	}
	word := func(prefix, s string) string {
		if s == "" {
			return ""
		}
		return f.T(prefix + s)
	}
	row := []string{number(e.ID), e.Name, e.Post, cmp.Or(e.For.Name, string(e.Party)), e.CategoryName, e.CountryName, word("registration.seat.", e.Seat), word("registration.seat.", e.Wants),
		f.T("registration.became." + e.became()), word("registration.gender.", e.Gender), word("registration.first.", e.First), frame.TableYes(f, e.Listed), e.Address, when(e.Made), when(e.Arrived),
		roster.Shown(e.Code)}
	for i, x := range v.Offer.offer.Fields {
		s := x.Said(e.Answers[i+1], f.Lang)
		if x.Kind == noun.File {
			s = e.Files[i+1]
		}
		row = append(row, s)
	}
	return row
}

// One is the page of somebody who registered, for the secretariat.
type One struct {
	*Offer
	Of       Entrant
	Text     string // the reason that was typed
	NewToken func() string
	l        locale.Lang
}

// NewOne builds the page.
func NewOne(st *conversation.Reading, o *Offer, r roster.Registration, l locale.Lang) *One {
	return &One{Offer: o, Of: entrant(st, o, r, l), l: l}
}

// said is what was answered in a field.
func (v *One) said(x Field) string {
	return v.offer.Fields[x.Number-1].Said(v.Of.Answers[x.Number], v.l)
}

// Need is the entry with the name of the party.
func (v *One) Need() []cite.Position {
	if v.Of.For.Need() > 0 {
		return []cite.Position{v.Of.For.Need()}
	}
	return nil
}

// Fill gives it.
func (v *One) Fill(words map[cite.Position]cite.Words) {
	if v.Of.For.Need() > 0 {
		v.Of.For.Fill(words)
	}
}

// Title is the page's title.
func (v *One) Title(f *frame.Frame) string { return v.Of.Name + " · " + v.Name.Text }

// CheckIn is where badges are checked.
type CheckIn struct {
	frame.NoWords
	Meeting
	Code   string // that was shown or typed
	Said   string // what whoever bears it is told, "" before it was checked
	Person *Entrant
	In, Of int // how many were checked in, of how many who take part
}

// NewCheckIn builds the page.
func NewCheckIn(o *Offer, rs []roster.Registration) *CheckIn {
	v := &CheckIn{Meeting: o.Meeting}
	for _, r := range rs {
		if r.Seated() {
			if v.Of++; !r.Arrived.IsZero() {
				v.In++
			}
		}
	}
	return v
}

// Bears says whose the code is.
func (v *CheckIn) Bears(st *conversation.Reading, o *Offer, r roster.Registration, l locale.Lang) {
	if r.ID != 0 {
		e := entrant(st, o, r, l)
		v.Person = &e
	}
}

// Need is the entry with the name of the party.
func (v *CheckIn) Need() []cite.Position {
	if v.Person != nil && v.Person.For.Need() > 0 {
		return []cite.Position{v.Person.For.Need()}
	}
	return nil
}

// Fill gives it.
func (v *CheckIn) Fill(words map[cite.Position]cite.Words) {
	if len(v.Need()) > 0 {
		v.Person.For.Fill(words)
	}
}

// Title is the page's title.
func (v *CheckIn) Title(f *frame.Frame) string {
	return f.T("registration.check_in") + " · " + v.Name.Text
}
