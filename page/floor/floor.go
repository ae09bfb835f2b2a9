package floor

import (
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/conversation/speaking"
	noun "github.com/openplenary/plenary/floor"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
	"github.com/openplenary/plenary/page/part/channel"
	"github.com/openplenary/plenary/panel"
	"github.com/openplenary/plenary/session"
	"github.com/openplenary/plenary/speakers"
	"github.com/openplenary/plenary/studio"
)

// The states of the floor.
const (
	Ahead     = "ahead"     // no sitting is open
	Open      = "open"      // one is
	Suspended = "suspended" // one is, and pauses
)

// Rests are the references on which the page rests: whatever touches one of them may show it otherwise.
var Rests = []cite.Ref{conversation.AnySession, conversation.AnyParty, noun.AnyFloor, studio.Any, panel.AnyQuestion}

// Item is an item of the agenda, with its list of speakers.
type Item struct {
	Ref    cite.Ref            `json:"ref"`
	Number int                 `json:"n"`               // in the order in which the items were planned
	Label  string              `json:"label,omitempty"` // its number on paper
	Name   frame.LocalizedText `json:"title"`
	// List is how its list of speakers stands: none, open or closed.
	List string `json:"list"`
	// Closed is when the list was closed; absent while it was not.
	Closed time.Time `json:"closed,omitzero"`
}

// number is what the item is called.
func (v Item) number(f *frame.Frame) string {
	if v.Label != "" {
		return v.Label
	}
	return f.Lang.Number(v.Number)
}

// Speaker is a party that has the floor.
type Speaker struct {
	part.Named
	// Kind is why it has the floor: place, reply or point.
	Kind string `json:"kind"`
	// Turn is its number in the session.
	Turn int `json:"turn"`
	// Item is the number of the item of the agenda; 0 for a point of order.
	Item int `json:"item,omitempty"`
	// Class is as what it speaks: group, state, igo, ngo or other.
	Class string `json:"class"`
	// Began is when the floor was given.
	Began time.Time `json:"began"`
	// Seconds are those that it has in all.
	Seconds int `json:"seconds"`
	// Left are the seconds that were left when the page was made; below zero those that were taken beyond.
	Left int `json:"left"`
	// Until is when its time is used up while its clock runs; absent while that stands.
	Until time.Time `json:"until,omitzero"`
	point int       // the request, of a point of order
	seen  time.Time // in a replay, when those who watch see that its time is used up
	pace  int       // of the replay, 0 where it is none
}

// Place is a place on the list of speakers.
type Place struct {
	part.Named
	// Place is its number on the list, from 1.
	Place int `json:"place"`
	// Request is the number of the earliest request of the place.
	Request int `json:"request"`
	// Class is as what the party speaks: group, state, igo, ngo or other.
	Class string `json:"class"`
	// Seconds are those that the place has.
	Seconds int `json:"seconds"`
	// Why says why the place stands where it stands.
	Why string `json:"why"`
	// From is when it would have the floor; absent where the sitting would end before, or none is open.
	From time.Time `json:"from,omitzero"`
	// Cut says that the sitting would end before.
	Cut bool `json:"cut,omitempty"`
	// Entered says that the secretariat entered the request.
	Entered bool `json:"entered,omitempty"`
	note    cite.Position
	noted   string // the note to the chair, for the chair
}

// Waiting is a point of order or a right of reply that waits.
type Waiting struct {
	part.Named
	// Request is its number.
	Request int `json:"request"`
	// Item is the number of the item of the agenda; 0 for a point of order.
	Item int `json:"item,omitempty"`
	// At is when it was asked for.
	At    time.Time `json:"at"`
	note  cite.Position
	noted string
}

// Question is what the chair asks: whether anybody objects.
type Question struct {
	Text frame.LocalizedText `json:"text"`
	// Over is until when the chair waits.
	Over time.Time `json:"over"`
	// Objections are the parties that object.
	Objections []part.Named `json:"objections"`
	// Concluded is when the chair said what was seen; absent while it is open.
	Concluded time.Time `json:"concluded,omitzero"`
}

// Hands is a show of hands: an indication, and no decision.
type Hands struct {
	Text frame.LocalizedText `json:"text"`
	// Favour is how many parties are in favour.
	Favour int `json:"favour"`
	// Oppose is how many are not.
	Oppose int `json:"oppose"`
	// Neither is how many showed that they have no view.
	Neither int `json:"neither"`
	// Of is how many could answer when it was asked.
	Of int `json:"of"`
	// Ended is when it ended; absent while it goes on.
	Ended time.Time `json:"ended,omitzero"`
	shown []cite.Ref
}

// Share is how much of the time some of the parties had.
type Share struct {
	// Of is the class, or the identifier of the region; none for parties without one.
	Of string `json:"of"`
	// Name is what it is called, in the language of the page.
	Name string `json:"name"`
	// Speakers is how many times they had the floor.
	Speakers int `json:"speakers"`
	// Seconds is how long they spoke.
	Seconds int `json:"seconds"`
}

// Page is the floor of a session, with the list of one item.
type Page struct {
	Session cite.Ref            `json:"session"` // the reference of the session
	Name    frame.LocalizedText `json:"title"`
	// State is how the floor stands: ahead, open or suspended.
	State string `json:"state"`
	// Over says that the session is over.
	Over bool `json:"over,omitempty"`
	// Sat says that a sitting was opened.
	Sat bool `json:"-"`
	// Sitting is the number of the sitting that is open; absent where none is.
	Sitting int `json:"sitting,omitempty"`
	// Ends is when the sitting is to end.
	Ends time.Time `json:"ends,omitzero"`
	// Zone is the time zone of the host.
	Zone string `json:"zone"`
	// Now is the instant at which the page was made.
	Now time.Time `json:"now"`
	// Rules are those by which the lists are drawn; absent where they are not declared.
	Rules *noun.Rules `json:"rules,omitempty"`
	// Speaker has the floor; absent where nobody has.
	Speaker *Speaker `json:"speaker,omitempty"`
	// Interrupted is the speaker whose clock stands for a point of order.
	Interrupted *Speaker `json:"interrupted,omitempty"`
	// Item is the item whose list this is; absent where no list was opened.
	Item  *Item  `json:"item,omitempty"`
	Items []Item `json:"items"` // of the agenda
	// Places are those of the list, in its order.
	Places []*Place `json:"places"`
	// Turns are those who had the floor under the item, in the order of time.
	Turns []Turn `json:"turns,omitempty"`
	// Forecast says who is heard until the sitting is to end; empty where none is open.
	Forecast string `json:"forecast,omitempty"`
	// Points are the points of order that wait for a ruling.
	Points []*Waiting `json:"points,omitempty"`
	// Replies are the rights of reply that wait for the end of the sitting.
	Replies []*Waiting `json:"replies,omitempty"`
	// Question is what the chair asked last: whether anybody objects.
	Question *Question `json:"question,omitempty"`
	// Hands is the last show of hands.
	Hands *Hands `json:"hands,omitempty"`
	// Written are the questions in writing that the chair took: those to be answered, then those that were, the last first.
	Written []*Written `json:"written,omitempty"`
	// Spoken is how many seconds were spoken in the session, points of order and rights of reply left out.
	Spoken int `json:"spoken"`
	// Left is how many seconds are left until the last speaker must have finished.
	Left    int     `json:"left"`
	Classes []Share `json:"by_class,omitempty"`  // who spoke, by class
	Regions []Share `json:"by_region,omitempty"` // who spoke, by region
	// Interpretation is how it stands in the sitting that is open, by language.
	Interpretation []channel.Stand `json:"interpretation,omitempty"`
	// Links are where the session is heard and seen, as everybody is told now.
	Links []*channel.Link `json:"links,omitempty"`
	// Call takes what is filed in writing; absent where there is none.
	Call cite.Ref `json:"call,omitempty"`

	links channel.Links
	acted cite.Position
	list  speakers.List
	again bool // an hour of it can be watched again
}

// New builds the page of a session's floor, of the item that the reference names, else of that which is spoken about; ok is false where there is
// no such session or item.
func New(st *conversation.Reading, ref cite.Ref, l locale.Lang) (v *Page, ok bool) {
	x, ok := st.Sessions.Session(ref)
	if !ok || ref != x.Ref && (ref.ItemNumber() == 0 || ref != cite.Item(x.Ref, ref.ItemNumber())) {
		return nil, false
	}
	k := st.Floor.Floor(x.Ref)
	v = &Page{Session: x.Ref, Name: frame.Localize(x.Plan.Title, l), State: Ahead, Zone: x.Plan.Zone, Now: st.Now, Items: []Item{}, Places: []*Place{}, Call: x.Call, acted: k.Acted}
	if k.Declared != 0 {
		v.Rules = &k.Rules
	}
	_, v.again = speaking.HourOf(x, k)
	v.Over, v.Sat = x.State() == session.Over, slices.ContainsFunc(x.Sittings, func(t session.Sitting) bool { return !t.Opened.IsZero() })
	if n := speaking.Sits(x); n > 0 {
		t, _ := x.Sitting(n)
		if v.State, v.Sitting, v.Ends = Open, n, t.Ends; !k.Suspended.IsZero() {
			v.State = Suspended
		}
	}
	if v.links = channel.New(st, x, ""); v.Sitting > 0 {
		v.Interpretation = channel.Stands(st.Studio.Of(x.Ref), v.Sitting)
	}
	v.Links = v.links.All
	v.items(x, k, ref.ItemNumber(), l)
	v.speaking(st, k)
	if v.Item != nil {
		v.places(st, k, l)
		v.turns(st, k)
	}
	v.beside(st, k, l)
	v.written(st, l)
	v.shares(st, k, l)
	return v, true
}

// current is the item that is spoken about: that of who has or had the floor last, else the first with a list.
func current(k *noun.Floor) int {
	for _, t := range slices.Backward(k.InTime()) {
		if t.Item > 0 {
			return t.Item
		}
	}
	for _, l := range k.Lists {
		return l.Item
	}
	return 0
}

func (v *Page) items(x *session.Session, k *noun.Floor, chosen int, l locale.Lang) {
	if chosen == 0 {
		chosen = current(k)
	}
	for i, it := range x.Items {
		if it.Off {
			continue
		}
		n := i + 1
		list, ok := k.List(n)
		y := Item{Ref: cite.Item(x.Ref, n), Number: n, Label: it.Label, Name: frame.Localize(it.Title, l), List: "none", Closed: list.Closed}
		switch {
		case ok && list.Closed.IsZero():
			y.List = "open"
		case ok:
			y.List = "closed"
		}
		v.Items = append(v.Items, y)
		if n == chosen {
			v.Item = &y
		}
	}
}

// named is a party of the roll.
func named(st *conversation.Reading, r cite.Ref) part.Named {
	return part.NewNamed(st, speaking.Party(r))
}

// speaking is who has the floor, and whom a point of order interrupts. While a clock runs the page is not kept for long: whoever has no script sees
// it as it was when the page was made.
func (v *Page) speaking(st *conversation.Reading, k *noun.Floor) {
	made := func(t *noun.Turn) *Speaker {
		clock := speaking.Clock(t)
		s := &Speaker{Named: named(st, t.Party), Kind: t.Kind, Turn: t.Number, Item: t.Item, Class: t.Class, Began: t.Began(), Seconds: t.Seconds, Left: int(clock.Left(st.Now) / time.Second)}
		if t.Runs() {
			s.Until = st.Now.Add(clock.Left(st.Now))
		}
		if t.Kind == noun.Point {
			s.point = t.Requests[0]
		}
		return s
	}
	if t := k.Current(); t != nil {
		v.Speaker = made(t)
		if all := k.Speaking(); len(all) > 1 {
			v.Interrupted = made(all[1])
		}
	}
	if v.State != Ahead {
		st.Turns(st.Now.Add(5 * time.Second))
	}
}

// words are what sentences about places call things by.
func words(st *conversation.Reading, zone string, l locale.Lang) speakers.Words {
	return speakers.Words{Day: frame.InZone(st.Now, zone), Regions: st.Floor.RegionNames(l)}
}

func (v *Page) places(st *conversation.Reading, k *noun.Floor, l locale.Lang) {
	sheet, list := st.Floor.Drawn(v.Session, v.Item.Number, l)
	v.list = list
	w := words(st, v.Zone, l)
	for i := range list.Places {
		p := &list.Places[i]
		n := speaking.Number(p.Requests[0])
		q, _ := k.Request(n)
		if m := p.Reason.Move; m != nil {
			said := *m
			said.By = l.T("role.chair")
			p.Reason.Move = &said
		}
		y := &Place{Named: named(st, q.Party), Place: i + 1, Request: n, Class: p.Reason.Category, Seconds: int(p.Time / time.Second), Why: p.Reason.Sentence(l, w), Entered: q.Entered}
		for _, ref := range p.Requests {
			if r, _ := k.Request(speaking.Number(ref)); r.Note > 0 && y.note == 0 {
				y.note = st.Floor.NoteOf(r)
			}
		}
		v.Places = append(v.Places, y)
	}
	if v.State == Ahead {
		return
	}
	f := sheet.Settings.Forecast(list.Places, st.Floor.Moment(k), v.Ends)
	v.Forecast, v.Left = f.Sentence(l, w), int(max(f.Limit.Sub(st.Now), 0)/time.Second)
	for _, s := range f.Heard {
		v.Places[s.Place].From = s.From
	}
	for _, at := range f.Cut {
		v.Places[at].Cut = true
	}
}

func (v *Page) beside(st *conversation.Reading, k *noun.Floor, l locale.Lang) {
	for kind, to := range map[string]*[]*Waiting{noun.Point: &v.Points, noun.Reply: &v.Replies} {
		for _, q := range st.Floor.Beside(v.Session, kind) {
			y := &Waiting{Named: named(st, q.Party), Request: q.Number, Item: q.Item, At: q.At}
			if q.Note > 0 {
				y.note = st.Floor.NoteOf(q)
			}
			*to = append(*to, y)
		}
	}
	if n := len(k.Shows); n > 0 {
		q := &k.Shows[n-1]
		v.Hands = &Hands{Text: frame.Localize(q.Text, l), Favour: q.Count(noun.Favours), Oppose: q.Count(noun.Opposes), Neither: q.Count(noun.NoView), Of: q.Of, Ended: q.Ended}
		for _, h := range q.Hands {
			v.Hands.shown = append(v.Hands.shown, h.Party)
		}
	}
	if n := len(k.Questions); n > 0 && v.State != Ahead {
		q := k.Questions[n-1]
		v.Question = &Question{Text: frame.Localize(q.Text, l), Over: q.Over(), Objections: []part.Named{}, Concluded: q.Concluded}
		for _, r := range q.Objects {
			v.Question.Objections = append(v.Question.Objections, named(st, r))
		}
	}
}

// shares adds up who spoke, by class and by region.
func (v *Page) shares(st *conversation.Reading, k *noun.Floor, l locale.Lang) {
	all := st.Floor.Shares(k, false, l)
	v.Spoken = all.Seconds
	made := func(shares []speaking.Share) (out []Share) {
		for _, s := range shares {
			out = append(out, Share{Of: s.Of, Name: s.Name, Speakers: s.Turns, Seconds: s.Seconds})
		}
		return out
	}
	v.Classes, v.Regions = made(all.Classes), made(all.Regions)
}

// parties are all that the page names.
func (v *Page) parties() (out []*part.Named) {
	for _, s := range []*Speaker{v.Speaker, v.Interrupted} {
		if s != nil {
			out = append(out, &s.Named)
		}
	}
	for _, p := range v.Places {
		out = append(out, &p.Named)
	}
	for _, w := range slices.Concat(v.Points, v.Replies) {
		out = append(out, &w.Named)
	}
	if v.Question != nil {
		for i := range v.Question.Objections {
			out = append(out, &v.Question.Objections[i])
		}
	}
	return out
}

// Need are the names of the parties, and, for the chair, the notes to it.
func (v *Page) Need() (out []cite.Position) {
	for _, p := range v.parties() {
		out = append(out, p.Need())
	}
	for _, p := range v.Places {
		out = append(out, p.note)
	}
	for _, w := range slices.Concat(v.Points, v.Replies) {
		out = append(out, w.note)
	}
	out = append(out, needWritten(v.Written)...)
	out = append(out, v.links.Need()...)
	for i := range v.Turns {
		out = append(out, v.Turns[i].need()...)
	}
	return slices.DeleteFunc(out, func(p cite.Position) bool { return p == 0 })
}

// Fill gives them.
func (v *Page) Fill(words map[cite.Position]cite.Words) {
	v.links.Fill(words)
	for i := range v.Turns {
		v.Turns[i].fill(words)
	}
	for _, p := range v.parties() {
		p.Fill(words)
	}
	for _, p := range v.Places {
		p.noted = words[p.note]["note"]
	}
	for _, w := range slices.Concat(v.Points, v.Replies) {
		w.noted = words[w.note]["note"]
	}
	fillWritten(v.Written, words)
}

// Title is the page's title.
func (v *Page) Title(f *frame.Frame) string {
	t := f.T("floor.title")
	if s := v.Speaker; s != nil {
		t += frame.Colon(f) + called(s.Named)
	}
	return t + " · " + v.Name.Text
}
