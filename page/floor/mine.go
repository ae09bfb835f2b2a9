package floor

import (
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/conversation/speaking"
	"github.com/openplenary/plenary/delegation"
	noun "github.com/openplenary/plenary/floor"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
)

// Voice is a party for which the reader may ask for the floor, with its place.
type Voice struct {
	part.Named
	Through part.Named // the member that speaks, where the party is a group
	Place   *Place     // on the list of the item; nil for none
	Point   bool       // its point of order waits
	Replies int        // its rights of reply on the item that wait
	Objects bool       // it objects to what the chair asks
	Hand    bool       // it has answered the show of hands
	Off     bool       // the reader holds no active seat for it, and the session asks for one
	Text    time.Time  // when it handed in for the interpreters what it means to say; zero where it did not
}

// ID names the voice in forms.
func (v Voice) ID() string {
	if v.Through.Party == cite.None {
		return string(v.Party)
	}
	return string(v.Party) + "~" + string(v.Through.Party)
}

// Mine is where somebody asks for the floor for those for whom they speak, and sees their place.
type Mine struct {
	Page    *Page
	Voices  []*Voice
	Written []*Written // that the parties put, the last first
	// Unseated says that the session asks for an active seat, and the reader holds none for any of these.
	Unseated bool
	typed    func(field string) (string, bool)
}

// NewMine builds the page for those for whom the reader speaks now.
func NewMine(st *conversation.Reading, ref cite.Ref, me []delegation.Participant, l locale.Lang) (*Mine, bool) {
	page, ok := New(st, ref, l)
	if !ok {
		return nil, false
	}
	v := &Mine{Page: page}
	for _, m := range me {
		for _, p := range st.Roll.SpeaksNow(m) {
			v.voice(st, Voice{Named: part.NewNamed(st, p)})
			for _, g := range st.Roll.Mandates().Groups(p) {
				v.voice(st, Voice{Named: part.NewNamed(st, g), Through: part.NewNamed(st, p)})
			}
		}
	}
	for _, y := range v.itself() {
		v.Written = append(v.Written, newWritten(st, st.Floor.Put(page.Session, y.Party), l)...)
	}
	slices.SortFunc(v.Written, func(a, b *Written) int { return b.Number - a.Number })
	return v, true
}

func (v *Mine) voice(st *conversation.Reading, y Voice) {
	if slices.ContainsFunc(v.Voices, func(x *Voice) bool { return x.ID() == y.ID() }) {
		return
	}
	if i := slices.IndexFunc(v.Page.Places, func(p *Place) bool { return p.Party == y.Party }); i >= 0 {
		y.Place = v.Page.Places[i]
	}
	for _, w := range v.Page.Points {
		y.Point = y.Point || w.Party == y.Party
	}
	for _, w := range v.Page.Replies {
		if w.Party == y.Party {
			y.Replies++
		}
	}
	if q := v.Page.Question; q != nil {
		y.Objects = slices.ContainsFunc(q.Objections, func(n part.Named) bool { return n.Party == y.Party })
	}
	if it := v.Page.Item; it != nil {
		x, _ := st.Studio.Of(v.Page.Session).Handed(it.Number, y.Party)
		y.Text = x.At
	}
	y.Hand = v.Page.Hands != nil && slices.Contains(v.Page.Hands.shown, y.Party)
	v.Voices = append(v.Voices, &y)
}

// hands reports whether a show of hands goes on.
func (v *Mine) hands() bool { return v.Page.Hands != nil && v.Page.Hands.Ended.IsZero() }

// Seated says for which parties the reader may ask, by the seat that they hold.
func (v *Mine) Seated(may func(party, through cite.Ref) bool) {
	v.Unseated = len(v.Voices) > 0
	for _, y := range v.Voices {
		y.Off = !may(y.Party, y.Through.Party)
		v.Unseated = v.Unseated && y.Off
	}
}

// asking are those for whom the reader may ask.
func (v *Mine) asking() []*Voice {
	return slices.DeleteFunc(slices.Clone(v.Voices), func(y *Voice) bool { return y.Off })
}

// Voice finds one by its name in forms.
func (v *Mine) Voice(id string) (*Voice, bool) {
	i := slices.IndexFunc(v.Voices, func(x *Voice) bool { return x.ID() == id })
	if i < 0 {
		return nil, false
	}
	return v.Voices[i], true
}

// Typed puts what came back with the form in place of what it says.
func (v *Mine) Typed(typed func(field string) (string, bool)) { v.typed = typed }

func (v *Mine) val(field, otherwise string) string {
	if v.typed != nil {
		s, _ := v.typed(field)
		return s
	}
	return otherwise
}

// Need are the names of the parties.
func (v *Mine) Need() []cite.Position {
	out := append(v.Page.Need(), needWritten(v.Written)...)
	for _, y := range v.Voices {
		out = append(out, y.Named.Need(), y.Through.Need())
	}
	return slices.DeleteFunc(out, func(p cite.Position) bool { return p == 0 })
}

// Fill gives them.
func (v *Mine) Fill(words map[cite.Position]cite.Words) {
	v.Page.Fill(words)
	fillWritten(v.Written, words)
	for _, y := range v.Voices {
		y.Named.Fill(words)
		y.Through.Fill(words)
	}
}

// Title is the page's title.
func (v *Mine) Title(f *frame.Frame) string {
	t := f.T("floor.mine") + " · " + v.Page.Name.Text
	if len(f.Errors) > 0 {
		return f.T("error.title_prefix") + " " + t
	}
	return t
}

// Asked is one thing that a party asked for, and what became of it.
type Asked struct {
	// Request is its number.
	Request int `json:"request"`
	// Kind is what was asked for: place, reply or point.
	Kind string `json:"kind"`
	// Item is the number of the item of the agenda; 0 for a point of order.
	Item int `json:"item,omitempty"`
	// At is when it was asked.
	At time.Time `json:"at"`
	// Entered says that the secretariat entered it.
	Entered bool `json:"entered,omitempty"`
	// Became says what became of it: waits, heard, withdrawn, struck, or missed where the session ended before.
	Became string `json:"became"`
	// Began is when the party had the floor for it; absent where it had not.
	Began time.Time `json:"began,omitzero"`
	// Afterwards is when it was entered that it had the floor; absent where the chair gave the floor here.
	Afterwards time.Time `json:"afterwards,omitzero"`
	// Turn is the number of the turn in which it had the floor; absent where it had not.
	Turn int `json:"turn,omitempty"`
	// Spoke is how many seconds it spoke then.
	Spoke int `json:"spoke,omitempty"`
	// Place is the place that it has on the list; absent where it has none.
	Place int `json:"place,omitempty"`
	// Why says why the place stands where it stands, or why the request was struck.
	Why string `json:"why,omitempty"`
	// Cut says that the sitting would end before.
	Cut bool `json:"cut,omitempty"`
	// Cutoff says that time ran out before the speaker had finished.
	Cutoff bool `json:"cutoff,omitempty"`
	// Ruling is the chair's on a point of order: in_order or out_of_order; absent where there is none.
	Ruling string `json:"ruling,omitempty"`
	// Position is the entry of the request on the record.
	Position cite.Position `json:"position"`
}

// Account is what a party asked for in a session, and what became of it: why it did, or did not, have the floor.
type Account struct {
	Session cite.Ref            `json:"session"` // the reference of the session
	Name    frame.LocalizedText `json:"title"`
	Party   part.Named          `json:"party"`
	Asked   []Asked             `json:"asked"` // oldest first
	// Unasked are the times that it had the floor without a request here.
	Unasked []Turn `json:"unasked,omitempty"`
	// Spoke is how many times it had the floor, points of order and rights of reply left out.
	Spoke int `json:"spoke"`
	// Call takes what is filed in writing; absent where there is none.
	Call cite.Ref `json:"call,omitempty"`
	// Zone is the time zone of the host.
	Zone string `json:"zone"`
	over bool
}

// NewAccount builds the page of a party that asked for something, or had the floor.
func NewAccount(st *conversation.Reading, ref, party cite.Ref, l locale.Lang) (*Account, bool) {
	x, ok := st.Sessions.Session(ref)
	if !ok || x.Ref != ref {
		return nil, false
	}
	k := st.Floor.Floor(ref)
	v := &Account{Session: ref, Name: frame.Localize(x.Plan.Title, l), Party: named(st, party), Spoke: k.Spoke(party), Call: x.Call, Zone: x.Plan.Zone, Asked: []Asked{}}
	v.over = !x.Ends().IsZero() && x.State() == "held"
	lists := map[int]*Page{}
	for _, q := range k.Requests {
		if q.Party != party {
			continue
		}
		y := Asked{Request: q.Number, Kind: q.Kind, Item: q.Item, At: q.At, Entered: q.Entered, Became: q.Became, Ruling: q.Ruling, Position: q.Position, Why: frame.Localize(q.Reason, l).Text}
		if y.Became == noun.Waits {
			y.Became = "waits"
		}
		if n := q.Turn; n > 0 {
			t := &k.Turns[n-1]
			y.Turn, y.Afterwards, y.Cutoff = n, t.Entered, t.Cut
			y.Began, y.Spoke = t.Began(), int(speaking.Clock(t).Used(st.Now)/time.Second)
		}
		if q.Became == noun.Waits && q.Kind == noun.Place {
			page, drawn := lists[q.Item]
			if !drawn {
				if page, drawn = New(st, cite.Item(ref, q.Item), l); !drawn {
					return nil, false
				}
				lists[q.Item] = page
			}
			for _, p := range page.Places {
				if p.Party == party {
					y.Place, y.Why, y.Cut = p.Place, p.Why, p.Cut
				}
			}
		}
		if q.Became == noun.Waits && v.over {
			y.Became = "missed"
		}
		v.Asked = append(v.Asked, y)
	}
	for _, t := range k.InTime() {
		if t.Party == party && len(t.Requests) == 0 {
			v.Unasked = append(v.Unasked, newTurn(st, ref, t))
		}
	}
	return v, len(v.Asked)+len(v.Unasked) > 0
}

// Need is the name of the party.
func (v *Account) Need() []cite.Position {
	out := []cite.Position{v.Party.Need()}
	for i := range v.Unasked {
		out = append(out, v.Unasked[i].need()...)
	}
	return slices.DeleteFunc(out, func(p cite.Position) bool { return p == 0 })
}

// Fill gives it.
func (v *Account) Fill(words map[cite.Position]cite.Words) {
	v.Party.Fill(words)
	for i := range v.Unasked {
		v.Unasked[i].fill(words)
	}
}

// Title is the page's title.
func (v *Account) Title(f *frame.Frame) string {
	return f.T("floor.account") + frame.Colon(f) + called(v.Party)
}
