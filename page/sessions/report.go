package sessions

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/conversation/speaking"
	"github.com/openplenary/plenary/floor"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
	"github.com/openplenary/plenary/page/part/channel"
	"github.com/openplenary/plenary/page/part/figure"
	"github.com/openplenary/plenary/panel"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/registration"
	"github.com/openplenary/plenary/session"
)

// Voice is one time that somebody spoke, or one intervention that was filed in writing.
type Voice struct {
	// Party is the party for which it was said.
	Party cite.Ref `json:"party"`
	// Name is that of the party, or what the intervention is signed with; "" where there is none or it was erased.
	Name string `json:"name"`
	// Through is the member that spoke, where the party is a group.
	Through *part.Named `json:"through,omitempty"`
	// Class is as what the party had the floor: group, state, igo, ngo or other; absent where it had none here.
	Class string `json:"class,omitempty"`
	// Category is that of the intervention, in the language of the page.
	Category string `json:"category,omitempty"`
	// Speaker is as what the person spoke, without a name; absent where nobody said so.
	Speaker string `json:"speaker,omitempty"`
	// Kind is why it had the floor: place, reply or point; absent where it had none here.
	Kind string `json:"kind,omitempty"`
	// Turn is the number of the turn in the session; absent where it had none here.
	Turn int `json:"turn,omitempty"`
	// Sitting is the number of the sitting in which it spoke; absent of what was filed.
	Sitting int `json:"sitting,omitempty"`
	// At is when the floor was given, or when the intervention was received.
	At time.Time `json:"at"`
	// Seconds is how long it spoke; absent where no clock of the floor ran.
	Seconds int `json:"seconds,omitempty"`
	// Cut says that time ran out before the speaker had finished.
	Cut bool `json:"cut,omitempty"`
	// Entered is when the turn was entered afterwards; absent where the chair gave the floor here.
	Entered time.Time `json:"entered,omitzero"`
	// Floor is the language that was spoken; absent where nobody said so.
	Floor string `json:"floor,omitempty"`
	// Late says that it was filed after the deadline.
	Late bool `json:"late,omitempty"`
	// Contribution is the intervention with the words; absent where none was entered, or it is not the reader's to read.
	Contribution cite.Ref `json:"contribution,omitempty"`
	// Position is the entry of the turn on the record; absent where there was none.
	Position cite.Position `json:"position,omitempty"`

	party   part.Named
	said    *Intervention
	saidAs  cite.Position // where Speaker stands
	until   time.Time
	through cite.Ref
}

// Unheard is that a party asked for the floor and did not have it.
type Unheard struct {
	part.Named
	// Kind is what was asked for: place, reply or point.
	Kind string `json:"kind"`
	// Class is as what the party asked: group, state, igo, ngo or other.
	Class string `json:"class"`
	// Became says what became of it: missed where the session ended before, else waits, withdrawn or struck.
	Became string `json:"became"`
	// At is when it was asked for.
	At time.Time `json:"at"`
	// Request is its number in the session.
	Request int `json:"request"`
	// Position is its entry on the record.
	Position cite.Position `json:"position"`
}

// Hidden is an intervention whose words are not the reader's to read.
type Hidden struct {
	Ref    cite.Ref `json:"ref"`
	Status string   `json:"status"` // pending, withheld, withdrawn or erased
}

// Under is what happened under an item of the agenda.
type Under struct {
	// Ref is the item; absent of points of order and of what stands under no item.
	Ref cite.Ref `json:"ref,omitempty"`
	// Number is that of the item, in the order in which they were planned.
	Number int                 `json:"n,omitempty"`
	Label  string              `json:"label,omitempty"` // its number on paper
	Name   frame.LocalizedText `json:"title,omitzero"`
	Off    bool                `json:"off,omitempty"` // it was taken off the agenda
	// Spoke are those who spoke, in the order in which they did.
	Spoke []*Voice `json:"spoke"`
	// Filed are those who filed in writing, in the order in which it was received.
	Filed []*Voice `json:"filed"`
	// Unheard are those who asked for the floor and did not have it, in the order in which they asked.
	Unheard []*Unheard `json:"unheard"`
	// Hidden are interventions whose words are not shown.
	Hidden []Hidden `json:"hidden,omitempty"`
}

// number is what the item is called.
func (v *Under) number(f *frame.Frame) string {
	return (&Item{Label: v.Label, Number: v.Number}).number(f)
}

// empty reports whether nothing happened under it.
func (v *Under) empty() bool { return len(v.Spoke)+len(v.Filed)+len(v.Unheard)+len(v.Hidden) == 0 }

// TimeShare is how much of the time some of the parties had.
type TimeShare struct {
	// Of is the class, or the identifier of the region: none for parties without one.
	Of         string `json:"of"`
	Name       string `json:"name"`       // in the language of the page
	Parties    int    `json:"parties"`    // that spoke
	Accredited int    `json:"accredited"` // that could have: those that were accredited
	Turns      int    `json:"turns"`      // how many times they had the floor
	Seconds    int    `json:"seconds"`    // how long they spoke
}

// Times is how the time of the floor was shared, rights of reply and points of order left out.
type Times struct {
	Seconds    int `json:"seconds"`    // all that were spoken
	Turns      int `json:"turns"`      // all of them
	Afterwards int `json:"afterwards"` // turns that were entered afterwards
	Parties    int `json:"parties"`    // that spoke
	Accredited int `json:"accredited"` // that were accredited when the last sitting ended
	Asked      int `json:"asked"`      // parties that asked for a place on a list
	// Heard is how many of those that asked had the floor.
	Heard   int         `json:"heard"`
	Classes []TimeShare `json:"by_class"`  // of the time, by class
	Regions []TimeShare `json:"by_region"` // of the time, by region
}

// Written is a transcript of a sitting.
type Written struct {
	Sitting  int         `json:"sitting"` // its number
	Language locale.Lang `json:"language"`
}

// Paper is a summary of the session: one whose sentences rest on its interventions.
type Paper struct {
	Ref    cite.Ref            `json:"ref"`
	Symbol string              `json:"symbol"`
	Name   frame.LocalizedText `json:"title"`
}

// Report is the report of a session: who spoke, who filed in writing, who was not heard, and how the time was shared. All of it is made from what
// the record knows.
type Report struct {
	Row
	Sittings []Sitting `json:"sittings"` // in the order in which they were planned
	// Registers says that it has a list of participants.
	Registers bool `json:"registers,omitempty"`
	// Interpretation is all that was said of it: into which language there was some, when it was suspended and why.
	Interpretation []channel.Stand `json:"interpretation"`
	// Recordings are those of its sittings.
	Recordings channel.Recordings `json:"recordings"`
	// Transcripts are those of its sittings.
	Transcripts []Written `json:"transcripts"`
	// Summaries are papers whose sentences rest on its interventions.
	Summaries []Paper `json:"summaries"`
	// Items are those of the agenda.
	Items []*Under `json:"items"`
	// Other has points of order, and what stands under no item.
	Other *Under `json:"other"`
	// Times is how the time of the floor was shared; absent where nobody had it here.
	Times *Times `json:"times,omitempty"`
	// Written is how many questions were put in writing, and what became of them; absent where none was.
	Written *panel.Counts `json:"written,omitempty"`
	// People is by gender, and by whether it was the first time, who took part in the session, each of how many said so; of fewer than five people nothing is shown. Absent
	// where that is not everybody's to read.
	People []figure.Figure `json:"people,omitempty"`
	// Figures says what is said of who took part: shown, later, hidden; absent where neither was asked.
	Figures string `json:"figures,omitempty"`
	page    *Session
	over    bool
}

// NewReport builds the report of a session; ok is false where there is no such session.
func NewReport(st *conversation.Reading, ref cite.Ref, l locale.Lang) (*Report, bool) {
	x, ok := st.Sessions.Session(ref)
	if !ok || x.Ref != ref {
		return nil, false
	}
	page, _ := New(st, ref, l)
	v := &Report{Row: page.Row, Sittings: page.Sittings, Registers: page.Registers, Transcripts: []Written{}, Summaries: []Paper{}, Items: []*Under{},
		page: page, over: x.State() == session.Over}
	for _, t := range st.Transcripts.Of(ref) {
		v.Transcripts = append(v.Transcripts, Written{Sitting: t.Sitting, Language: t.Language})
	}
	v.Recordings = channel.NewRecordings(st, ref)
	v.Interpretation = channel.All(st.Studio.Of(ref))
	k := st.Floor.Floor(ref)
	for _, it := range page.Agenda {
		y := &Under{Ref: it.Ref, Number: it.Number, Label: it.Label, Name: it.Name, Off: it.Off}
		y.fill(st, k, v.over, it.Interventions)
		v.Items = append(v.Items, y)
	}
	v.Other = &Under{}
	v.Other.fill(st, k, v.over, page.Other)
	v.times(st, x, k, l)
	if c := st.Floor.Panel(ref); c.Asked > 0 {
		v.Written = &c
	}
	v.summaries(st, l)
	return v, true
}

// fill is what happened under an item: turns of the floor with what was said in them, then what was entered without one.
func (v *Under) fill(st *conversation.Reading, k *floor.Floor, over bool, said []*Intervention) {
	v.Spoke, v.Filed, v.Unheard = []*Voice{}, []*Voice{}, []*Unheard{}
	for _, t := range k.InTime() {
		if t.Item == v.Number && !t.Ended.IsZero() {
			v.Spoke = append(v.Spoke, turned(st, t))
		}
	}
	for _, i := range said {
		switch {
		case !i.Readable():
			v.Hidden = append(v.Hidden, Hidden{Ref: i.Ref, Status: i.Status})
		case i.Speech.Sitting == 0:
			v.Filed = append(v.Filed, &Voice{At: i.Received, Late: i.Speech.Late, said: i})
		default:
			v.spoken(i)
		}
	}
	slices.SortStableFunc(v.Spoke, func(a, b *Voice) int { return a.At.Compare(b.At) })
	v.unheard(st, k, over)
}

func turned(st *conversation.Reading, t *floor.Turn) *Voice {
	y := &Voice{Party: t.Party, party: part.NewNamed(st, speaking.Party(t.Party)), Class: t.Class, Kind: t.Kind, Turn: t.Number, Sitting: t.Sitting, At: t.Began(),
		Seconds: int(speaking.Clock(t).Used(st.Now) / time.Second), Cut: t.Cut, Entered: t.Entered, Floor: string(t.Floor), Position: t.Position,
		saidAs: st.Floor.SaidOf(t), until: t.Ended, through: t.Through}
	if t.Through != cite.None {
		by := part.NewNamed(st, speaking.Party(t.Through))
		y.Through = &by
	}
	return y
}

// spoken adds an intervention to the turn in which it was said, or beside the turns where there is none. What a member says for a group is its own.
func (v *Under) spoken(i *Intervention) {
	for _, y := range v.Spoke {
		of := i.Contribution.Party == y.Party || y.through != cite.None && i.Contribution.Party == y.through
		if y.said == nil && y.Turn > 0 && of && i.Speech.From.Before(y.until) && y.At.Before(i.Speech.To) {
			y.said = i
			return
		}
	}
	v.Spoke = append(v.Spoke, &Voice{Sitting: i.Speech.Sitting, At: i.Speech.From, Cut: i.Speech.How != uncut, Floor: i.Speech.Floor, said: i})
}

// uncut is how an intervention was spoken that time did not cut off.
const uncut = "spoken"

// unheard are the parties that asked and had no turn for it: of each the last thing that it asked for of a kind, what still waits before the rest.
func (v *Under) unheard(st *conversation.Reading, k *floor.Floor, over bool) {
	type asked struct {
		party cite.Ref
		kind  string
	}
	heard, last := map[asked]bool{}, map[asked]floor.Request{}
	var order []asked
	for _, q := range k.Requests {
		if q.Item != v.Number {
			continue
		}
		a := asked{q.Party, q.Kind}
		if q.Became == floor.Heard {
			heard[a] = true
		}
		was, ok := last[a]
		if !ok {
			order = append(order, a)
		}
		if !ok || was.Became != floor.Waits || q.Became == floor.Waits {
			last[a] = q
		}
	}
	for _, a := range order {
		q := last[a]
		// A party that asks twice for a reply and has one still waits for the other.
		if heard[a] && (q.Became != floor.Waits || a.kind == floor.Place) {
			continue
		}
		y := &Unheard{Named: part.NewNamed(st, speaking.Party(q.Party)), Kind: q.Kind, Class: q.Class, Became: q.Became, At: q.At, Request: q.Number, Position: q.Position}
		switch {
		case q.Became == floor.Waits && over:
			y.Became = "missed"
		case q.Became == floor.Waits:
			y.Became = "waits"
		}
		v.Unheard = append(v.Unheard, y)
	}
}

func (v *Report) times(st *conversation.Reading, x *session.Session, k *floor.Floor, l locale.Lang) {
	if len(k.Turns)+len(k.Requests) == 0 {
		return
	}
	all := st.Floor.Accredited(x, l)
	made := func(shares []speaking.Share) []TimeShare {
		out := []TimeShare{}
		for _, s := range shares {
			out = append(out, TimeShare{Of: s.Of, Name: s.Name, Parties: s.Parties, Accredited: s.Accredited, Turns: s.Turns, Seconds: s.Seconds})
		}
		return out
	}
	v.Times = &Times{Seconds: all.Seconds, Turns: all.Turns, Afterwards: all.Afterwards, Parties: all.Parties, Accredited: all.Accredited, Classes: made(all.Classes), Regions: made(all.Regions)}
	asked := map[cite.Ref]bool{}
	for _, q := range k.Requests {
		if q.Kind == floor.Place && !asked[q.Party] {
			asked[q.Party] = true
			v.Times.Asked++
			if all.Had(q.Party) {
				v.Times.Heard++
			}
		}
	}
}

// summaries are the papers that are one of what was heard, and rest on an intervention of the session.
func (v *Report) summaries(st *conversation.Reading, l locale.Lang) {
	for _, i := range v.page.all() {
		for n := range i.Parts {
			for _, at := range st.Papers.Citing(i.Parts[n].Ref) {
				e, ok := st.Papers.Edition(at)
				if !ok || e.Kind != paper.Summary || slices.ContainsFunc(v.Summaries, func(p Paper) bool { return p.Ref.Root() == e.Ref.Root() }) {
					continue
				}
				if p, ok := st.Papers.Paper(e.Ref.Root()); ok {
					e = p.Latest()
				}
				v.Summaries = append(v.Summaries, Paper{Ref: e.Ref, Symbol: string(e.Symbol), Name: frame.Localize(e.Title, l)})
			}
		}
	}
}

// all are the parts of the report: the items, then the rest.
func (v *Report) all() []*Under { return append(slices.Clip(v.Items), v.Other) }

// Empty reports whether nobody said, filed or asked anything.
func (v *Report) Empty() bool {
	return !slices.ContainsFunc(v.all(), func(u *Under) bool { return !u.empty() })
}

// Take adds who took part by what they said of themselves and no page about parties knows: their gender, and whether it was their first time. The rest
// is among the statistics of registration.
func (v *Report) Take(state string, all []figure.Figure) {
	v.Figures = state
	for _, x := range all {
		if x.About == registration.ByGender || x.About == registration.ByFirst {
			v.People = append(v.People, x)
		}
	}
}

// Need are the names of the parties, and the words of the interventions.
func (v *Report) Need() []cite.Position {
	out := append(v.page.Need(), v.Recordings.Need()...)
	for _, u := range v.all() {
		for _, y := range u.Spoke {
			out = append(out, y.party.Need(), y.saidAs)
			if y.Through != nil {
				out = append(out, y.Through.Need())
			}
		}
		for _, y := range u.Unheard {
			out = append(out, y.Named.Need())
		}
	}
	return slices.DeleteFunc(out, func(p cite.Position) bool { return p == 0 })
}

// Fill gives them.
func (v *Report) Fill(words map[cite.Position]cite.Words) {
	v.page.Fill(words)
	v.Recordings.Fill(words)
	for _, u := range v.all() {
		for _, y := range slices.Concat(u.Spoke, u.Filed) {
			y.fill(words)
		}
		for _, y := range u.Unheard {
			y.Named.Fill(words)
		}
	}
}

func (v *Voice) fill(words map[cite.Position]cite.Words) {
	v.party.Fill(words)
	v.Name, v.Speaker = v.party.Name, words[v.saidAs]["speaker"]
	if v.Through != nil {
		v.Through.Fill(words)
	}
	if i := v.said; i != nil {
		v.Contribution, v.Category = i.Ref, i.CategoryName
		v.Name = cmp.Or(v.Name, i.Signed())
		v.Party = cmp.Or(v.Party, i.Contribution.Party)
	}
}

// called is the name of the party, or what stands for it where it has none.
func (v *Voice) called(f *frame.Frame) string {
	if v.Name == "" && v.Turn == 0 {
		return f.T("contribution.nameless")
	}
	return cmp.Or(v.Name, string(v.Party))
}

// called is the name of the party, or its reference where it has none.
func (v *Unheard) called() string { return cmp.Or(v.Name, string(v.Party)) }

// Title is the page's title.
func (v *Report) Title(f *frame.Frame) string {
	return f.T("session.report") + frame.Colon(f) + v.Name.Text
}

// minutes writes seconds as minutes and seconds.
func minutes(seconds int) string { return fmt.Sprintf("%d:%02d", seconds/60, seconds%60) }
