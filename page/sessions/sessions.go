package sessions

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
	"github.com/openplenary/plenary/page/part/speech"
	"github.com/openplenary/plenary/page/part/ties"
	"github.com/openplenary/plenary/session"
)

// Row is a session in a list.
type Row struct {
	Ref   cite.Ref            `json:"ref"`
	Name  frame.LocalizedText `json:"title"`
	Place frame.LocalizedText `json:"place,omitzero"` // where it meets; absent where all take part from elsewhere
	Form  string              `json:"form"`           // room, online, hybrid
	Zone  string              `json:"zone"`           // of the host
	Link  string              `json:"link,omitempty"` // where it can be followed
	State string              `json:"state"`          // planned, sitting, adjourned, held, off
	// Begins is when the first sitting begins that was not called off; absent where none is planned.
	Begins time.Time `json:"begins,omitzero"`
	// Ends is when the last sitting ends, or was closed.
	Ends  time.Time `json:"ends,omitzero"`
	Items int       `json:"items"` // that stand on its agenda
}

func newRow(x *session.Session, l locale.Lang) Row {
	return Row{Ref: x.Ref, Name: frame.Localize(x.Plan.Title, l), Place: frame.Localize(x.Plan.Place, l), Form: x.Plan.Form, Zone: x.Plan.Zone, Link: x.Plan.Link,
		State: x.State(), Begins: x.Begins(), Ends: x.Ends(), Items: len(x.Standing())}
}

// days are the days of a session in the zone of its host.
func (v Row) days(f *frame.Frame) string {
	if v.Begins.IsZero() {
		return f.T("stage.no_date")
	}
	return f.Lang.Days(frame.InZone(v.Begins, v.Zone), frame.InZone(v.Ends.Add(-time.Nanosecond), v.Zone))
}

// where is how and where people meet.
func (v Row) where(f *frame.Frame) string { return f.T("session.form." + v.Form) }

// List is the list of all sessions.
type List struct {
	frame.NoWords
	Sessions []Row `json:"sessions"` // in the order in which they were planned
}

// NewList builds the page.
func NewList(st *conversation.Reading, l locale.Lang) *List {
	v := &List{Sessions: []Row{}}
	for _, x := range st.Sessions.Sessions() {
		v.Sessions = append(v.Sessions, newRow(x, l))
	}
	return v
}

// Title is the page's title.
func (v *List) Title(f *frame.Frame) string { return f.T("session.all") }

// Sitting is a sitting of a session.
type Sitting struct {
	Number int       `json:"n"`             // from 1, in the order in which they were planned
	Begins time.Time `json:"begins"`        // as planned
	Ends   time.Time `json:"ends"`          // as planned
	Off    bool      `json:"off,omitempty"` // it was called off
	// Opened is when it was opened; absent while it was not.
	Opened time.Time `json:"opened,omitzero"`
	// Closed is when it was closed; absent while it was not.
	Closed time.Time `json:"closed,omitzero"`
}

// Document is one that an item is about and that stands elsewhere.
type Document struct {
	Name   frame.LocalizedText `json:"title"`
	Symbol string              `json:"symbol,omitempty"`
	Source string              `json:"source"` // its address on the web
}

// Intervention is one of a session.
type Intervention struct {
	// Speech is what is known of it beside the contribution.
	Speech speech.Speech `json:"speech"`
	*part.Contribution
}

// Item is an item of the agenda.
type Item struct {
	Ref     cite.Ref            `json:"ref"`
	Number  int                 `json:"n"`               // from 1, in the order in which they were planned
	Label   string              `json:"label,omitempty"` // its number on paper
	Name    frame.LocalizedText `json:"title"`
	Sitting int                 `json:"sitting,omitempty"` // in which it is foreseen
	Off     bool                `json:"off,omitempty"`     // it was taken off the agenda
	Adopted bool                `json:"adopted,omitempty"` // it stood on the agenda that was adopted
	// About are the passages that it is about.
	About     []part.PassageRow `json:"about,omitempty"`
	Documents []Document        `json:"documents,omitempty"`
	// TakesUp is what was said before that it takes up.
	TakesUp []cite.Ref `json:"takes_up,omitempty"`
	// TakenUp are the items of other agendas that take this one up.
	TakenUp []cite.Ref `json:"taken_up,omitempty"`
	// Interventions are those that were spoken under it, then those that were filed in writing.
	Interventions []*Intervention `json:"interventions"`
}

// number is what the item is called.
func (v *Item) number(f *frame.Frame) string {
	if v.Label != "" {
		return v.Label
	}
	return f.Lang.Number(v.Number)
}

// Change is where what was planned was put right.
type Change struct {
	Of       string              `json:"of"`          // plan, sitting, item
	Number   int                 `json:"n,omitempty"` // of the sitting or item
	At       time.Time           `json:"at"`
	Reason   frame.LocalizedText `json:"reason"`
	Position cite.Position       `json:"position"`
}

// Adopted says that the agenda was adopted.
type Adopted struct {
	Sitting  int           `json:"sitting"` // in which it was adopted
	At       time.Time     `json:"at"`
	Position cite.Position `json:"position"`
}

// Session is the page of a session, or of one item of its agenda.
type Session struct {
	Row
	Sittings []Sitting `json:"sittings"` // in the order in which they were planned
	Agenda   []*Item   `json:"agenda"`   // those that were taken off it among them
	// Adopted says that the agenda was adopted: no objection was seen; absent while it was not.
	Adopted *Adopted `json:"adopted,omitempty"`
	// Other are interventions that stand under no item.
	Other  []*Intervention `json:"other,omitempty"`
	Spoken int             `json:"spoken"` // interventions that were spoken, of those on the page
	Filed  int             `json:"filed"`  // interventions that were filed in writing, of those on the page
	// Call takes its interventions; absent while none is announced.
	Call *part.Call `json:"call,omitempty"`
	// Days are those after the session until which interventions are filed.
	Days    int      `json:"days,omitempty"`
	Changes []Change `json:"changes,omitempty"` // of what was planned, oldest first
	// Registers says that it offers something to those who register.
	Registers bool  `json:"registers,omitempty"`
	Only      *Item `json:"-"` // the item whose page it is; nil for that of the session
	// Ties are what the item rests on whose page it is, and what rests on it, counted.
	Ties  *ties.Of `json:"ties,omitempty"`
	at    time.Time
	floor bool // the rules of its floor are declared
	said  bool // there is a transcript
	told  bool // somebody spoke, or filed in writing: there is something to report
}

// New builds the page; ok is false where there is no such session or item.
func New(st *conversation.Reading, ref cite.Ref, l locale.Lang) (*Session, bool) {
	x, ok := st.Sessions.Session(ref)
	if !ok {
		return nil, false
	}
	v := &Session{Row: newRow(x, l), Days: x.Days, at: x.At, Sittings: []Sitting{}, Agenda: []*Item{}}
	for i, t := range x.Sittings {
		v.Sittings = append(v.Sittings, Sitting{Number: i + 1, Begins: t.Begins, Ends: t.Ends, Off: t.Off, Opened: t.Opened, Closed: t.Closed})
	}
	k := st.Floor.Floor(x.Ref)
	v.floor, v.said, v.told = k.Declared != 0, len(st.Transcripts.Of(x.Ref)) > 0, len(k.Turns) > 0
	if a := x.Adopted; a != nil {
		v.Adopted = &Adopted{Sitting: a.Sitting, At: a.At, Position: a.Position}
	}
	_, v.Registers = st.Registration(x.Ref)
	items := map[cite.Ref]*Item{}
	for i := range x.Items {
		it := newItem(st, x, i+1, l)
		items[it.Ref] = it
		if ref.ItemNumber() == 0 {
			v.Agenda = append(v.Agenda, it)
		} else if ref.ItemNumber() == i+1 {
			v.Only, v.Agenda = it, []*Item{it}
			ties := ties.New(st, it.Ref)
			v.Ties = &ties
		}
	}
	for _, i := range st.Sessions.Interventions(x) {
		it := items[i.Item]
		if v.Only != nil && it != v.Only {
			continue
		}
		c, ok := part.NewContribution(st, i.Contribution, l)
		if !ok {
			continue
		}
		said := &Intervention{Speech: speech.New(i), Contribution: c}
		v.told = true
		if i.Spoken != nil {
			v.Spoken++
		} else {
			v.Filed++
		}
		if it != nil {
			it.Interventions = append(it.Interventions, said)
		} else {
			v.Other = append(v.Other, said)
		}
	}
	if k, ok := st.Consultation.Call(x.Call); ok {
		c := part.NewCall(st, k, l)
		v.Call = &c
	}
	for _, c := range x.Changes {
		v.Changes = append(v.Changes, Change{Of: c.Of, Number: c.Number, At: c.At, Reason: frame.Localize(c.Reason, l), Position: c.Position})
	}
	return v, true
}

func newItem(st *conversation.Reading, x *session.Session, n int, l locale.Lang) *Item {
	it, _ := x.Item(n)
	v := &Item{Ref: cite.Item(x.Ref, n), Number: n, Label: it.Label, Name: frame.Localize(it.Title, l), Sitting: it.Sitting, Off: it.Off, TakesUp: it.TakesUp,
		Adopted: x.Adopted != nil && slices.Contains(x.Adopted.Items, n), Interventions: []*Intervention{}}
	for _, a := range it.About {
		v.About = append(v.About, part.NewPassageRow(st, a, l))
	}
	for _, d := range it.Documents {
		v.Documents = append(v.Documents, Document{Name: frame.Localize(d.Title, l), Symbol: d.Symbol, Source: d.Source})
	}
	v.TakenUp = st.Sessions.TakenUp(v.Ref)
	return v
}

// all are the interventions that the page shows.
func (v *Session) all() (out []*Intervention) {
	for _, it := range v.Agenda {
		out = append(out, it.Interventions...)
	}
	return append(out, v.Other...)
}

// Need are the words of the interventions.
func (v *Session) Need() (out []cite.Position) {
	for _, i := range v.all() {
		out = append(out, i.Contribution.Need()...)
	}
	return out
}

// Fill gives them.
func (v *Session) Fill(words map[cite.Position]cite.Words) {
	for _, i := range v.all() {
		i.Contribution.Fill(words)
	}
}

// Title is the page's title.
func (v *Session) Title(f *frame.Frame) string {
	if v.Only != nil {
		return f.Lang.Isolate("session.item_of", "item", v.Only.number(f)) + frame.Colon(f) + v.Only.Name.Text
	}
	return v.Name.Text
}

// count says how many interventions an item has, by how they were made.
func (v *Item) count(f *frame.Frame) string {
	spoken := 0
	for _, i := range v.Interventions {
		if i.Speech.Sitting > 0 {
			spoken++
		}
	}
	return f.T("session.count", "spoken", spoken, "filed", len(v.Interventions)-spoken)
}

// words are what was said, paragraph by paragraph, as everybody reads it.
func (v *Intervention) words() string {
	var all []string
	for _, p := range v.Parts {
		if p.Text != "" {
			all = append(all, p.Text)
		}
	}
	return strings.Join(all, "\n\n")
}

// Table lists the interventions of the session for a file, with the reference and number of the item of each.
func (v *Session) Table(f *frame.Frame) (rows [][]string) {
	at := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.UTC().Format(time.RFC3339)
	}
	add := func(item, number string, all []*Intervention) {
		for _, i := range all {
			sitting := ""
			if i.Speech.Sitting > 0 {
				sitting = strconv.Itoa(i.Speech.Sitting)
			}
			rows = append(rows, []string{string(i.Ref), item, number, f.T("session.how." + i.Speech.How), sitting, at(i.Speech.From), at(i.Speech.To), i.Speech.Floor,
				i.Signed(), i.CategoryName, i.CountryName, i.Status, frame.TableYes(f, i.Speech.Late), frame.TableYes(f, f.Demo), strconv.FormatInt(int64(i.Contribution.Position), 10), i.words()})
		}
	}
	for _, it := range v.Agenda {
		add(string(it.Ref), it.number(f), it.Interventions)
	}
	add("", "", v.Other)
	return rows
}

// TableColumns are the columns of Table.
var TableColumns = []string{"reference", "item", "item_number", "how", "sitting", "from", "to", "floor_language", "name", "category", "country", "status", "late", "invented", "position", "text"}
