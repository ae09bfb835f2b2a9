package floor

import (
	"slices"
	"strconv"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/conversation/speaking"
	noun "github.com/openplenary/plenary/floor"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
	"github.com/openplenary/plenary/session"
)

// Turn is one time that a party had the floor.
type Turn struct {
	part.Named
	// Through is the member that spoke, where the party is a group.
	Through *part.Named `json:"through,omitempty"`
	// Turn is its number in the session.
	Turn int `json:"turn"`
	// Kind is why it had the floor: place, reply or point.
	Kind string `json:"kind"`
	// Item is the number of the item of the agenda; 0 for a point of order.
	Item int `json:"item,omitempty"`
	// Ruling is the chair's on a point of order: in_order or out_of_order; absent where there is none.
	Ruling string `json:"ruling,omitempty"`
	// Sitting is the number of the sitting.
	Sitting int `json:"sitting"`
	// Class is as what the party spoke: group, state, igo, ngo or other.
	Class string `json:"class"`
	// Began is when the floor was given.
	Began time.Time `json:"began"`
	// Ended is when it was taken back.
	Ended time.Time `json:"ended"`
	// Spoke is how many seconds its clock ran.
	Spoke int `json:"spoke"`
	// Cut says that time ran out before the speaker had finished.
	Cut bool `json:"cut,omitempty"`
	// Entered is when it was entered afterwards; absent where the chair gave the floor here.
	Entered time.Time `json:"entered,omitzero"`
	// Floor is the language that was spoken; absent where nobody said so.
	Floor locale.Lang `json:"floor,omitempty"`
	// Speaker is as what the person spoke, without a name; absent where nobody said so.
	Speaker string `json:"speaker,omitempty"`
	// Position is its entry on the record.
	Position cite.Position `json:"position"`
	said     cite.Position
}

func newTurn(st *conversation.Reading, ref cite.Ref, t *noun.Turn) Turn {
	y := Turn{Named: named(st, t.Party), Turn: t.Number, Kind: t.Kind, Item: t.Item, Sitting: t.Sitting, Class: t.Class, Began: t.Began(), Ended: t.Ended,
		Spoke: int(speaking.Clock(t).Used(st.Now) / time.Second), Cut: t.Cut, Entered: t.Entered, Floor: t.Floor, Position: t.Position, said: st.Floor.SaidOf(t)}
	if y.Ruling = t.Ruling; y.Ruling == "" && len(t.Requests) > 0 {
		q, _ := st.Floor.Floor(ref).Request(t.Requests[0])
		y.Ruling = q.Ruling
	}
	if t.Through != cite.None {
		by := named(st, t.Through)
		y.Through = &by
	}
	return y
}

// turns are those that are over: of the item that is shown, and of points of order in between, in the order of time.
func (v *Page) turns(st *conversation.Reading, k *noun.Floor) {
	item := 0
	for _, t := range k.InTime() {
		if t.Kind != noun.Point {
			item = t.Item
		}
		if !t.Ended.IsZero() && v.Item != nil && (item == v.Item.Number || item == 0) {
			v.Turns = append(v.Turns, newTurn(st, v.Session, t))
		}
	}
}

// need are the names in it.
func (t *Turn) need() []cite.Position {
	out := []cite.Position{t.Need(), t.said}
	if t.Through != nil {
		out = append(out, t.Through.Need())
	}
	return out
}

func (t *Turn) fill(words map[cite.Position]cite.Words) {
	t.Named.Fill(words)
	t.Speaker = words[t.said]["speaker"]
	if t.Through != nil {
		t.Through.Fill(words)
	}
}

// Fields of the form for a turn, which the web reads, and what is chosen of a time that there was twice.
const (
	FieldFold  = "fold"
	FoldFirst  = "first"
	FoldSecond = "second"
	FieldDay   = "from-date"
	FieldFrom  = "from-time"
	FieldTo    = "to-time"
)

// afterwards is the form for a turn that is entered afterwards: n is one that is put right, 0 for another.
func (v *Console) afterwards(st *conversation.Reading, n int) bool {
	for _, y := range st.Roll.Entered() { // also whose accreditation is over by now
		v.party(part.NewNamed(st, y), len(st.Roll.Mandates().Members(y)) > 0)
	}
	x, _ := st.Sessions.Session(v.Page.Session)
	for i, t := range x.Sittings {
		if !t.Opened.IsZero() {
			v.Sittings = append(v.Sittings, i+1)
			v.Folds = v.Folds || putBack(t, st.Now, v.Page.Zone)
			v.values["sitting"], v.values[FieldDay] = strconv.Itoa(i+1), frame.InZone(t.Opened, v.Page.Zone).Format(time.DateOnly)
		}
	}
	if v.Page.Item != nil {
		v.values["item"] = strconv.Itoa(v.Page.Item.Number)
	}
	k := st.Floor.Floor(v.Page.Session)
	if n == 0 {
		last := time.Time{}
		for _, t := range k.Turns { // one enters turn after turn
			if t.Ended.After(last) {
				last = t.Ended
			}
		}
		v.time(FieldFrom, last)
		return true
	}
	if n < 1 || n > len(k.Turns) || k.Turns[n-1].Entered.IsZero() {
		return false
	}
	t := &k.Turns[n-1]
	v.values["party"], v.values["through"], v.values["kind"] = string(t.Party), string(t.Through), t.Kind
	v.values["ruling"] = t.Ruling
	v.values["item"], v.values["sitting"] = strconv.Itoa(t.Item), strconv.Itoa(t.Sitting)
	v.values[FieldDay] = frame.InZone(t.Began(), v.Page.Zone).Format(time.DateOnly)
	v.time(FieldFrom, t.Began())
	v.time(FieldTo, t.Ended)
	began := frame.InZone(t.Began(), v.Page.Zone)
	if all, err := locale.Instants(began.Format(time.DateOnly), began.Format("15:04"), v.Page.Zone); err == nil && len(all) == 2 {
		if v.values[FieldFold] = FoldFirst; !began.Before(all[1]) {
			v.values[FieldFold] = FoldSecond
		}
	}
	if t.Cut {
		v.values["cut"] = "yes"
	}
	return v.described(st, n)
}

// described is the form that says in which language somebody speaks, and as what.
func (v *Console) described(st *conversation.Reading, n int) bool {
	k := st.Floor.Floor(v.Page.Session)
	if n < 1 || n > len(k.Turns) {
		return false
	}
	t := newTurn(st, v.Page.Session, &k.Turns[n-1])
	v.Turn = &t
	v.values["floor"] = string(t.Floor)
	return true
}

// putBack reports whether the clocks of the host were put back in a sitting.
func putBack(t session.Sitting, now time.Time, zone string) bool {
	over := t.Closed
	if over.IsZero() {
		over = now
	}
	opened := frame.InZone(t.Opened, zone)
	_, end := opened.ZoneBounds()
	if end.IsZero() || end.After(over) {
		return false
	}
	_, before := opened.Zone()
	_, after := end.Zone()
	return after < before
}

func (v *Console) time(field string, t time.Time) {
	if !t.IsZero() {
		v.values[field] = frame.InZone(t, v.Page.Zone).Format(time.TimeOnly)
	}
}

// party offers a party of the roll in the forms.
func (v *Console) party(y part.Named, group bool) {
	if group {
		v.Groups = append(v.Groups, y)
	} else {
		v.Parties = append(v.Parties, y)
	}
}

// spoken lists the turns, the last first.
func (v *Page) spoken() []Turn {
	out := slices.Clone(v.Turns)
	slices.Reverse(out)
	return out
}
