package sessions

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/conversation/speaking"
	"github.com/openplenary/plenary/floor"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/session"
)

// What is done at the desk of a session; each has a form of its own.
const (
	DoPlan    = "plan"
	DoSitting = "sitting"
	DoItem    = "item"
	DoInvite  = "invite"
	DoOpen    = "open"
	DoClose   = "close"
	DoAdopt   = "adopt"
	DoDeliver = "deliver"
	DoSpoken  = "spoken" // the same, of what the floor says: who spoke, under which item, from when until when
	DoPlace   = "place"
)

// Paragraphs is how many paragraphs the form for an intervention has room for; a program may send more.
const Paragraphs = 6

// Desk is where officers plan sessions, and rapporteurs enter what happened in them. It has no JSON twin: its acts have.
type Desk struct {
	All     []Row    // the sessions, where one is planned
	Session *Session // the one that is worked on; nil where one is planned
	Seen    cite.Position
	Do      string // the form that is shown; "" for none
	Number  int    // of the sitting or item that is put right; 0 for a new one

	Name, Place, Reason frame.Tongues
	Zones               []frame.Choice
	Offered             []part.PassageRow // that an item may be about
	Papers              []frame.Choice
	Parties             []part.Named // accredited, but for groups
	Categories          []frame.Choice
	Places              []frame.Choice // passages that a paragraph may be on
	Documents           string         // of the item that is put right, a line for each
	Turns               []Turn         // who had the floor, and what they said is not entered yet
	Turn                *Turn          // whose words are entered; nil where the form asks who spoke
	values              map[string]string
	typed               func(field string) (string, bool)
	edition             *paper.Edition
	l                   locale.Lang
}

// NewDesk builds the desk where a session is planned.
func NewDesk(st *conversation.Reading, l locale.Lang) *Desk {
	v := &Desk{All: NewList(st, l).Sessions, Do: DoPlan, values: map[string]string{"form": session.Online, "zone": frame.ZoneOrUTC(st.Zone)}, l: l}
	v.texts(st, locale.Text{}, locale.Text{})
	v.zones()
	return v
}

func (v *Desk) texts(st *conversation.Reading, name, place locale.Text) {
	v.Name, v.Place = frame.NewTongues("title", name, st.Languages, nil), frame.NewTongues("place", place, st.Languages, nil)
	v.Reason = frame.NewTongues("reason", locale.Text{}, st.Languages, nil)
}

func (v *Desk) zones() {
	for _, z := range locale.Zones() {
		v.Zones = append(v.Zones, frame.Choice{ID: z, Name: v.l.ZoneName(z)})
	}
}

// NewSessionDesk builds the desk of a session, with the form for what is done; ok is false where there is no such session, sitting or item.
func NewSessionDesk(st *conversation.Reading, ref cite.Ref, do string, n int, l locale.Lang) (*Desk, bool) {
	x, ok := st.Sessions.Session(ref)
	page, there := New(st, ref, l)
	if !ok || !there || ref.ItemNumber() > 0 {
		return nil, false
	}
	v := &Desk{Session: page, Seen: x.Seen, Do: do, Number: n, values: map[string]string{}, l: l}
	v.texts(st, locale.Text{}, locale.Text{})
	v.zones()
	switch do {
	case DoPlan:
		v.texts(st, x.Plan.Title, x.Plan.Place)
		v.values = map[string]string{"form": x.Plan.Form, "zone": x.Plan.Zone, "link": x.Plan.Link}
	case DoSitting:
		t, ok := x.Sitting(n)
		if n != 0 && !ok {
			return nil, false
		}
		v.moment("begins", t.Begins)
		v.moment("ends", t.Ends)
	case DoItem:
		it, ok := x.Item(n)
		if n != 0 && !ok {
			return nil, false
		}
		v.item(st, it)
	case DoInvite:
		for _, p := range st.Papers.All() {
			v.Papers = append(v.Papers, frame.Choice{ID: string(p.Ref), Name: string(p.Latest().Symbol)})
		}
		v.values = map[string]string{"days": "14", "late": "kept", "moderation": "after", "who": "everybody"}
	case DoDeliver:
		v.delivering(st, x, n)
	}
	return v, v.turns(st, x)
}

// Turn is one time that a party had the floor.
type Turn struct {
	part.Named
	Number   int // in the session
	Item     int // of the agenda
	Sitting  int
	From, To time.Time
	Cut      bool // time ran out before the speaker had finished
}

// called is the name of the party, or its reference where it has none.
func (t Turn) called() string { return cmp.Or(t.Name, string(t.Party)) }

// turns lists who had the floor and what they said is not entered yet; ok is false where the form is for none of them.
func (v *Desk) turns(st *conversation.Reading, x *session.Session) (ok bool) {
	entered := map[time.Time]bool{}
	for _, k := range st.Sessions.Interventions(x) {
		if k.Spoken != nil {
			entered[k.Spoken.From] = true
		}
	}
	k := st.Floor.Floor(x.Ref)
	for i := range k.Turns {
		t := &k.Turns[i]
		if t.Kind == floor.Point || t.Ended.IsZero() || entered[t.Began()] {
			continue
		}
		who := t.Party
		if t.Through != cite.None { // what a member says for a group is entered as the member's
			who = t.Through
		}
		y := Turn{Named: part.NewNamed(st, speaking.Party(who)), Number: t.Number, Item: t.Item, Sitting: t.Sitting, From: t.Began(), To: t.Ended, Cut: t.Cut}
		v.Turns = append(v.Turns, y)
		if v.Do == DoSpoken && v.Number == t.Number {
			v.delivering(st, x, t.Item)
			v.values["floor"] = string(t.Floor)
			v.Turn = &v.Turns[len(v.Turns)-1]
		}
	}
	if v.Turn != nil { // the list may have moved while it grew
		turn := *v.Turn
		v.Turn = &turn
	}
	return v.Do != DoSpoken || v.Turn != nil
}

func (v *Desk) moment(field string, t time.Time) {
	if !t.IsZero() {
		at := frame.InZone(t, v.Session.Zone)
		v.values[field+"-date"], v.values[field+"-time"] = at.Format(time.DateOnly), at.Format("15:04")
	}
}

// item is the form of an item, as it stands.
func (v *Desk) item(st *conversation.Reading, it session.Item) {
	v.texts(st, it.Title, locale.Text{})
	v.values["label"], v.values["sitting"] = it.Label, strconv.Itoa(it.Sitting)
	offered := map[cite.Ref]bool{}
	for _, p := range st.Papers.All() {
		e := p.Latest()
		for i := range e.Elements {
			if kind := e.Elements[i].Kind; kind == paper.Issue || kind == paper.Theme {
				r := cite.Element(e.Ref, e.Elements[i].Ref.ElementNumber())
				offered[r] = true
				v.Offered = append(v.Offered, part.NewPassageRow(st, r, v.l))
			}
		}
	}
	var more []string
	for _, r := range it.About {
		if offered[r] {
			v.values[AboutField(r)] = "yes"
		} else {
			more = append(more, string(r))
		}
	}
	var takes, documents []string
	for _, r := range it.TakesUp {
		takes = append(takes, string(r))
	}
	for _, d := range it.Documents {
		documents = append(documents, frame.Localize(d.Title, v.l).Text+" | "+d.Symbol+" | "+d.Source)
	}
	v.values["about"], v.values["takes_up"], v.values["documents"] = strings.Join(more, " "), strings.Join(takes, " "), strings.Join(documents, "\n")
}

// delivering is the form for what was said: under item n, in the sitting that is open, else in the last that was.
func (v *Desk) delivering(st *conversation.Reading, x *session.Session, n int) {
	v.values["item"] = strconv.Itoa(n)
	for i, t := range x.Sittings {
		if !t.Opened.IsZero() {
			v.values["sitting"] = strconv.Itoa(i + 1)
			v.moment("from", t.Opened)
			v.values["from-time"] = ""
		}
	}
	v.Categories = part.OwnCategories(st, v.l)
	for _, y := range st.Roll.Accreditation().Stand(st.Roll.Entered()) {
		if len(st.Roll.Mandates().Members(y)) == 0 {
			v.Parties = append(v.Parties, part.NewNamed(st, y))
		}
	}
	k, _ := st.Consultation.Call(x.Call)
	e, ok := st.Papers.Edition(k.Paper)
	if !ok {
		return
	}
	v.edition = e
	if it, ok := x.Item(n); ok && len(it.About) > 0 && it.About[0].Root() == e.Ref.Root() {
		v.values["on1"] = string(cite.Element(e.Ref, it.About[0].ElementNumber()))
	}
	for _, el := range e.Elements {
		p := part.NewElement(st, e, el.Ref, v.l)
		v.Places = append(v.Places, frame.Choice{ID: string(p.Ref), Name: v.l.T("kind."+p.Kind) + " " + p.Label + ": " + frame.Shorten(locale.OneLine(p.Text.Text), 60)})
	}
}

// AboutField is the field that says whether an item is about a passage.
func AboutField(x cite.Ref) string { return "about-" + x.ID() }

// Typed puts what came back with a form in place of what the desk says.
func (v *Desk) Typed(typed func(field string) (string, bool)) {
	v.typed = typed
	v.Name, v.Place, v.Reason = v.Name.Typed(typed), v.Place.Typed(typed), v.Reason.Typed(typed)
}

// val is what stands in a field.
func (v *Desk) val(field string) string {
	if v.typed != nil {
		s, _ := v.typed(field)
		return s
	}
	return v.values[field]
}

// Need are the names of the parties, and the words of what was said.
func (v *Desk) Need() (out []cite.Position) {
	if v.Session != nil {
		out = v.Session.Need()
	}
	for _, p := range v.Parties {
		out = append(out, p.Need())
	}
	for _, t := range v.Turns {
		out = append(out, t.Need())
	}
	return out
}

// Fill gives them.
func (v *Desk) Fill(words map[cite.Position]cite.Words) {
	if v.Session != nil {
		v.Session.Fill(words)
	}
	for i := range v.Turns {
		v.Turns[i].Fill(words)
	}
	if v.Turn != nil {
		v.Turn.Fill(words)
	}
	for i := range v.Parties {
		v.Parties[i].Fill(words)
	}
}

// Title is the page's title.
func (v *Desk) Title(f *frame.Frame) string {
	t := f.T("session.desk")
	if v.Session != nil {
		t += frame.Colon(f) + v.Session.Name.Text
	}
	if len(f.Errors) > 0 {
		return f.T("error.title_prefix") + " " + t
	}
	return t
}

// parties are the parties as the form offers them.
func (v *Desk) parties() (out []frame.Choice) {
	for _, p := range v.Parties {
		name := p.Name
		if name == "" {
			name = string(p.Party)
		}
		out = append(out, frame.Choice{ID: string(p.Party), Name: name})
	}
	return out
}

// sittingChoices are the sittings that were not called off; opened says whether only those that were opened.
func (v *Desk) sittingChoices(f *frame.Frame, opened bool) (out []frame.Choice) {
	for _, t := range v.Session.Sittings {
		if !t.Off && (!opened || !t.Opened.IsZero()) {
			out = append(out, frame.Choice{ID: strconv.Itoa(t.Number), Name: f.T("session.sitting_n", "n", t.Number) + frame.Colon(f) + f.Lang.Date(frame.InZone(t.Begins, v.Session.Zone))})
		}
	}
	return out
}

func (v *Desk) itemChoices(f *frame.Frame) (out []frame.Choice) {
	for _, it := range v.Session.Agenda {
		if !it.Off {
			out = append(out, frame.Choice{ID: strconv.Itoa(it.Number), Name: it.number(f) + " " + it.Name.Text})
		}
	}
	return out
}

// places are those that a paragraph may be on, the paper as a whole first.
func (v *Desk) places(f *frame.Frame) []frame.Choice {
	if v.edition == nil {
		return nil
	}
	return append([]frame.Choice{{ID: string(v.edition.Ref), Name: f.T("heard.whole")}}, v.Places...)
}

// written are the languages in which an intervention may be written.
func written() (out []frame.Choice) {
	for _, l := range locale.Written() {
		out = append(out, frame.Choice{ID: string(l), Name: l.Name()})
	}
	return out
}

// floors are the languages of the floor.
func floors() (out []frame.Choice) {
	for _, l := range locale.All {
		out = append(out, frame.Choice{ID: string(l), Name: l.Name()})
	}
	return out
}

// choices are values of a command with the words of each.
func choices(f *frame.Frame, prefix string, ids ...string) (out []frame.Choice) {
	for _, id := range ids {
		out = append(out, frame.Choice{ID: id, Name: f.T(prefix + id)})
	}
	return out
}

// TextField, OnField and TakesField are the fields of paragraph n.
func TextField(n int) string { return "text" + strconv.Itoa(n) }

// OnField is the field of the place that paragraph n is about.
func OnField(n int) string { return "on" + strconv.Itoa(n) }

// TakesField is the field of what paragraph n takes up.
func TakesField(n int) string { return "takes" + strconv.Itoa(n) }
