package registration

import (
	"slices"
	"strconv"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
	"github.com/openplenary/plenary/page/part/figure"
	noun "github.com/openplenary/plenary/registration"
	"github.com/openplenary/plenary/registration/roster"
	"github.com/openplenary/plenary/session"
	"github.com/openplenary/plenary/settings"
)

// The states of registration for a session.
const (
	Ahead  = "ahead"
	Open   = "open"
	Closed = "closed"
)

// Meeting is the session that people register for.
type Meeting struct {
	Ref    cite.Ref            `json:"session"` // its reference
	Name   frame.LocalizedText `json:"title"`
	Place  frame.LocalizedText `json:"place,omitzero"`  // where it meets; absent where all take part from elsewhere
	Form   string              `json:"form"`            // room, online, hybrid
	Zone   string              `json:"zone"`            // of the host
	Begins time.Time           `json:"begins,omitzero"` // when the first sitting begins
	Ends   time.Time           `json:"ends,omitzero"`   // when the last sitting ends
}

func newMeeting(x *session.Session, l locale.Lang) Meeting {
	return Meeting{Ref: x.Ref, Name: frame.Localize(x.Plan.Title, l), Place: frame.Localize(x.Plan.Place, l), Form: x.Plan.Form, Zone: x.Plan.Zone, Begins: x.Begins(), Ends: x.Ends()}
}

// at is an address below that of the session.
func (m Meeting) at(f *frame.Frame, path string) string {
	return string(f.In("/" + string(m.Ref) + path))
}

// days are the days of the session in the zone of its host.
func (m Meeting) days(f *frame.Frame) string {
	if m.Begins.IsZero() {
		return f.T("stage.no_date")
	}
	return f.Lang.Days(frame.InZone(m.Begins, m.Zone), frame.InZone(m.Ends.Add(-time.Nanosecond), m.Zone))
}

// Seats are those of a kind.
type Seats struct {
	Kind string `json:"kind"` // active, passive
	All  int    `json:"all"`  // how many there are
	Free int    `json:"free"` // how many are neither held nor taken
}

// Field is something that is asked beside the name.
type Field struct {
	Number     int                 `json:"n"` // from 1, in the order in which they were first asked
	Label      frame.LocalizedText `json:"label"`
	Kind       string              `json:"kind"`                 // text, choice, file
	Required   bool                `json:"required,omitempty"`   // without it there is no badge
	Options    []string            `json:"options,omitempty"`    // to choose among
	Categories []string            `json:"categories,omitempty"` // of stakeholders that are asked; absent for all
	Position   cite.Position       `json:"position"`
	off        bool
}

// Offer is the page of what a session offers to those who register. Nothing on it is about a person.
type Offer struct {
	Meeting
	State    string    `json:"state"` // ahead, open, closed
	Opens    time.Time `json:"opens"`
	Closes   time.Time `json:"closes"`
	Seats    []Seats   `json:"seats"`              // by their kind
	Waiting  int       `json:"waiting"`            // how many wait for a seat
	Each     int       `json:"each,omitempty"`     // how many active seats one party has at most
	Approval bool      `json:"approval,omitempty"` // the secretariat decides on each registration
	Floor    bool      `json:"floor,omitempty"`    // who asks for the floor holds an active seat
	Gender   bool      `json:"gender,omitempty"`   // it is asked; nobody has to say
	First    bool      `json:"first,omitempty"`    // it is asked whether one takes part for the first time; nobody has to say
	// Categories are the names of those that may register; absent for all.
	Categories []string `json:"categories,omitempty"`
	Fields     []Field  `json:"fields,omitempty"` // what is asked beside the name, what is asked no more among them
	FiguresFor string   `json:"figures_for"`      // everyone, participants, nobody
	ListFor    string   `json:"list_for"`         // everyone, participants, nobody
	// Figures are those that the reader may see, from the close on; of fewer than five people none is shown.
	Figures  []figure.Figure `json:"figures,omitempty"`
	Changes  []Change        `json:"changes,omitempty"` // what was put right
	Position cite.Position   `json:"position"`
	// Mine says that the reader registered, and List that they may see the list of participants.
	Mine, List bool `json:"-"`
	// Keep is for how many days after the session what people said is kept.
	Keep int `json:"keep"`
	// Past says that the session has ended.
	Past  bool `json:"past,omitempty"`
	offer *noun.Offer
	shown *World
	l     locale.Lang
}

// Change is where what was offered was put right.
type Change struct {
	Field    int                 `json:"field,omitempty"` // 0 for the terms
	At       time.Time           `json:"at"`
	Reason   frame.LocalizedText `json:"reason"`
	Position cite.Position       `json:"position"`
}

// New builds the page; ok is false where there is no such session, or it offers nothing.
func New(st *conversation.Reading, ref cite.Ref, l locale.Lang) (v *Offer, ok bool) {
	x, ok := st.Sessions.Session(ref)
	if !ok || x.Ref != ref {
		return nil, false
	}
	o, ok := st.Registration(ref)
	if !ok {
		return nil, false
	}
	t := o.Terms
	v = &Offer{Meeting: newMeeting(x, l), State: Open, Opens: t.Opens, Closes: t.Closes, Each: t.Each, Approval: t.Approval, Floor: t.Floor, Gender: t.Gender, First: t.First,
		FiguresFor: t.Figures, ListFor: t.List, Keep: t.Days(), Position: o.Position, offer: o, l: l}
	if !v.Ends.IsZero() {
		v.Past = !st.Now.Before(v.Ends)
		st.Turns(v.Ends)
	}
	st.Turns(t.Opens)
	st.Turns(t.Closes)
	if st.Now.Before(t.Opens) {
		v.State = Ahead
	} else if !t.Takes(st.Now) || v.Past {
		v.State = Closed
	}
	for _, k := range t.Kinds() {
		v.Seats = append(v.Seats, Seats{Kind: k, All: t.Seated(k), Free: t.Seated(k)})
	}
	for _, id := range t.Categories {
		v.Categories = append(v.Categories, categoryName(st, id, l))
	}
	for i, a := range o.Fields {
		field := Field{Number: i + 1, Label: frame.Localize(a.Label, l), Kind: a.Kind, Required: a.Required, Options: noun.Options(a.Options, l), Position: a.Position, off: a.Off}
		for _, id := range a.Categories {
			field.Categories = append(field.Categories, categoryName(st, id, l))
		}
		v.Fields = append(v.Fields, field)
	}
	for _, c := range o.Changes {
		v.Changes = append(v.Changes, Change{Field: c.Field, At: c.At, Reason: frame.Localize(c.Reason, l), Position: c.Position})
	}
	return v, true
}

// Offered is what the page rests on.
func (v *Offer) Offered() *noun.Offer { return v.offer }

// asked are the fields that are asked now.
func (v *Offer) asked() []Field {
	return slices.DeleteFunc(slices.Clone(v.Fields), func(x Field) bool { return x.off })
}

// Free says how many seats are free, and how many people wait for one.
func (v *Offer) Free(left map[string]int, waiting int) {
	for i := range v.Seats {
		v.Seats[i].Free = left[v.Seats[i].Kind]
	}
	v.Waiting = waiting
}

// Count counts those who take part. Unless all is asked for, nothing is said of a few.
func (v *Offer) Count(st *conversation.Reading, rs []roster.Registration, all bool, l locale.Lang) {
	v.Kept(st, noun.Counted(People(st, rs, all || v.Past), all), l)
}

// Public counts what everybody may be told of.
func (v *Offer) Public(st *conversation.Reading, c roster.Counted) {
	if v.Count(st, c.All, false, v.l); len(c.Kept) > 0 {
		v.Kept(st, c.Kept, v.l)
	}
}

// Counted counts those who take part, without their names: what is kept when they are deleted.
func (v *Offer) Counted(st *conversation.Reading, rs []roster.Registration) []noun.Figure {
	return noun.Counted(People(st, rs, v.Past), false)
}

// Kept shows figures.
func (v *Offer) Kept(st *conversation.Reading, figures []noun.Figure, l locale.Lang) {
	v.Figures = nil
	for _, x := range figures {
		fig := figure.Figure{Figure: x, Names: []string{}}
		for _, c := range x.Cells {
			name, named := cellName(st, x.About, c.ID, l)
			fig.Names, fig.Named = append(fig.Names, name), append(fig.Named, named)
		}
		v.Figures = append(v.Figures, fig)
	}
	v.shown = v.world(st)
}

// People is what figures know of those who take part. Who was checked in is counted when the session has ended: two readings while people come in would
// tell of the one who came between them.
func People(st *conversation.Reading, rs []roster.Registration, ended bool) (out []noun.Person) {
	came := slices.ContainsFunc(rs, func(r roster.Registration) bool { return r.Seated() && !r.Arrived.IsZero() })
	one := func(s string) []string {
		if s == "" {
			return nil
		}
		return []string{s}
	}
	for _, r := range rs {
		if !r.Seated() {
			continue
		}
		p := noun.Person{noun.BySeat: one(r.Seat), noun.ByCategory: one(r.Category), noun.ByCountry: one(r.Country),
			noun.ByRegion: one(region(st, r.Country)), noun.ByGender: one(r.Gender), noun.ByFirst: one(r.First)}
		if ended && came {
			p[noun.ByArrival] = one(map[bool]string{true: "no", false: "yes"}[r.Arrived.IsZero()])
		}
		if c, ok := st.Category(r.Category); ok {
			p[noun.ByCategory] = one(c.ID)
		}
		if y := partyOf(r.Party); y != 0 {
			for _, g := range st.Roll.Mandates().Groups(y) {
				p[noun.ByGroup] = append(p[noun.ByGroup], string(g.Ref()))
			}
		}
		out = append(out, p)
	}
	return out
}

// region is the regional group of a country, "" where it is in none.
func region(st *conversation.Reading, country string) string {
	if c, ok := st.Country(country); ok {
		return c.Group
	}
	if c, ok := st.CountryList().Find(country); ok {
		return c.Group
	}
	return ""
}

func partyOf(r cite.Ref) (p delegation.Party) {
	if r == cite.None || p.UnmarshalText([]byte(r)) != nil {
		return 0
	}
	return p
}

// cellName is what an identifier is called; of a group of parties, Fill gives it.
func cellName(st *conversation.Reading, about, id string, l locale.Lang) (string, part.Named) {
	switch about {
	case noun.ByCategory:
		return categoryName(st, id, l), part.Named{}
	case noun.ByCountry:
		return st.CountryName(id, l), part.Named{}
	case noun.ByRegion:
		return regionName(st, id, l), part.Named{}
	case noun.ByGroup:
		return id, part.NewNamed(st, partyOf(cite.Ref(id)))
	}
	return l.T("registration." + about + "." + id), part.Named{}
}

func regionName(st *conversation.Reading, id string, l locale.Lang) string {
	for _, g := range st.Groups {
		if g.ID == id {
			name, _ := g.Name.For(l)
			return name
		}
	}
	for _, g := range st.CountryList().Groups() {
		if g.ID == id {
			name, _ := g.Name.For(l)
			return name
		}
	}
	return id
}

// categoryName is what a category is called.
func categoryName(st *conversation.Reading, id string, l locale.Lang) string {
	c, ok := st.Category(id)
	if !ok {
		return id
	}
	name, _ := c.Name.For(l)
	return name
}

// Need are the entries with the names of groups.
func (v *Offer) Need() []cite.Position { return figure.Need(v.Figures) }

// Fill gives them.
func (v *Offer) Fill(words map[cite.Position]cite.Words) { figure.Fill(v.Figures, words) }

// Title is the page's title.
func (v *Offer) Title(f *frame.Frame) string { return f.T("registration.title") + " · " + v.Name.Text }

// categories are those of a session that one may register in.
func categories(st *conversation.Reading, o *noun.Offer, l locale.Lang) (out []frame.Choice) {
	for _, c := range settings.Offered(st.Categories) {
		if May(st, o, c.ID) && OneSelf(st, o, c.ID) {
			name, _ := c.Name.For(l)
			out = append(out, frame.Choice{ID: c.ID, Name: name})
		}
	}
	return out
}

// May reports whether those of a category may register: one that was merged is the one that took its place.
func May(st *conversation.Reading, o *noun.Offer, id string) bool {
	if _, ok := st.Category(id); !ok {
		return false
	}
	return len(o.Terms.Categories) == 0 || slices.ContainsFunc(o.Terms.Categories, func(of string) bool {
		c, ok := st.Category(of)
		return ok && c.ID == id
	})
}

// OneSelf reports whether somebody may register in a category without standing on the roll: as a person, or, where the secretariat decides on each
// registration, for a body as well. A body that is on the roll is represented by those whom it authorised.
func OneSelf(st *conversation.Reading, o *noun.Offer, id string) bool {
	c, ok := st.Category(id)
	return ok && (c.Persons() || o.Terms.Approval)
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

func number(n int64) string { return strconv.FormatInt(n, 10) }
