package floor

import (
	"cmp"
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/locale"
)

// The facts of this room. A field is never renamed, and never changes its meaning.

// public is the description of a fact about a floor that is everybody's.
func public(kind string, session cite.Ref) cite.Description {
	return cite.Description{Kind: kind, Touches: []cite.Ref{session, AnyFloor}, About: cite.Public}
}

// RulesSet: the rules of the lists of a session are declared, or changed.
type RulesSet struct {
	Session cite.Ref    `json:"session"`
	Rules   Rules       `json:"rules"`
	Reason  locale.Text `json:"reason,omitzero"` // why they are changed
	By      string      `json:"by,omitempty"`
	At      time.Time   `json:"at"`
}

// Describe: the rules are everybody's.
func (f RulesSet) Describe() cite.Description { return public("floor.rules-set/1", f.Session) }

// Apply replaces the rules.
func (f *RulesSet) Apply(s *State, at cite.Entry) error {
	return s.chaired(f.Session, at, func(x *Floor) bool { x.Rules, x.Declared = f.Rules, at.Position; return true })
}

// ListSet: the list of an item is opened, or closed.
type ListSet struct {
	Session cite.Ref  `json:"session"`
	Item    int       `json:"item"`
	Open    bool      `json:"open,omitempty"`
	By      string    `json:"by,omitempty"`
	At      time.Time `json:"at"`
}

// Describe: whether a list is open is everybody's.
func (f ListSet) Describe() cite.Description {
	return public("floor.list-set/1", f.Session)
}

// Apply opens or closes the list.
func (f *ListSet) Apply(s *State, at cite.Entry) error {
	return s.chaired(f.Session, at, func(x *Floor) bool {
		l, ok := x.List(f.Item)
		x.Lists = slices.DeleteFunc(slices.Clone(x.Lists), func(l List) bool { return l.Item == f.Item })
		switch {
		case !f.Open && !ok:
			return false
		case f.Open && !ok:
			l.Opened = f.At
		case f.Open:
			l.Closed = time.Time{}
		default:
			l.Closed = f.At
		}
		x.Lists = append(x.Lists, l)
		slices.SortFunc(x.Lists, func(a, b List) int { return a.Item - b.Item })
		return true
	})
}

// Requested: the floor is asked for, for a party.
type Requested struct {
	Session cite.Ref  `json:"session"`
	Number  int       `json:"n"` // in the session, from 1
	Kind    string    `json:"kind"`
	Item    int       `json:"item,omitempty"`
	Party   cite.Ref  `json:"party"`
	Through cite.Ref  `json:"through,omitempty"` // the member that speaks where the party is a group
	Class   string    `json:"class"`
	Region  string    `json:"region,omitempty"`
	Seconds int       `json:"seconds,omitempty"` // that are asked for
	Floor   string    `json:"floor,omitempty"`   // the language that will be spoken
	Entered bool      `json:"entered,omitempty"` // by the secretariat, for somebody who wrote or called
	By      string    `json:"by"`                // who asked, or entered it
	At      time.Time `json:"at"`
}

// Describe: who waits for the floor is everybody's.
func (f Requested) Describe() cite.Description {
	return public("floor.requested/1", f.Session)
}

// Apply adds the request. It is appended where it stands, which only the one line of states that grows does.
func (f *Requested) Apply(s *State, at cite.Entry) error {
	return s.change(f.Session, func(x *Floor) bool {
		x.Requests = append(x.Requests, Request{Number: f.Number, Kind: f.Kind, Item: f.Item, Party: f.Party, Through: f.Through, Class: f.Class, Region: f.Region,
			Seconds: f.Seconds, Floor: locale.Lang(f.Floor), By: f.By, Entered: f.Entered, At: f.At, Position: at.Position})
		return f.Number == len(x.Requests)
	})
}

// Noted: whoever asks for the floor leaves a note to the chair. Words: note.
type Noted struct {
	Session cite.Ref  `json:"session"`
	Request int       `json:"request"`
	By      string    `json:"by"`
	At      time.Time `json:"at"`
}

// Describe: a note is for those who hold an office, and for nobody else.
func (f Noted) Describe() cite.Description {
	return cite.Description{Kind: "floor.noted/1", Touches: []cite.Ref{f.Session, AnyFloor}, About: cite.None}
}

// Apply notes that there is a note.
func (f *Noted) Apply(s *State, at cite.Entry) error {
	return s.change(f.Session, func(x *Floor) bool {
		return x.became([]int{f.Request}, func(r *Request) { r.Note = at.Position })
	})
}

// Left: requests have no place any more: the party took them back, or the chair struck them.
type Left struct {
	Session  cite.Ref    `json:"session"`
	Party    cite.Ref    `json:"party"`
	Requests []int       `json:"requests"`
	Struck   bool        `json:"struck,omitempty"` // by the chair
	Reason   locale.Text `json:"reason,omitzero"`  // why they were struck
	By       string      `json:"by"`
	At       time.Time   `json:"at"`
}

// Describe: who left a list is everybody's, and why the chair had them leave.
func (f Left) Describe() cite.Description { return public("floor.left/1", f.Session) }

// over are the requests of a session that wait no more.
func (f Left) over() (session cite.Ref, requests []int) { return f.Session, f.Requests }

// Apply takes the requests off the list. What the chair struck is an act of the chair.
func (f *Left) Apply(s *State, at cite.Entry) error {
	return s.change(f.Session, func(x *Floor) bool {
		if f.Struck {
			x.Acted = at.Position
		}
		return x.became(f.Requests, func(r *Request) {
			if r.Became, r.Reason = Withdrawn, f.Reason; f.Struck {
				r.Became = Struck
			}
		})
	})
}

// PlaceMoved: the chair moved a place.
type PlaceMoved struct {
	Session cite.Ref    `json:"session"`
	Item    int         `json:"item"`
	Party   cite.Ref    `json:"party"`
	Request int         `json:"request"` // one of the place
	Before  []int       `json:"before,omitempty"`
	After   []int       `json:"after,omitempty"`
	Reason  locale.Text `json:"reason"`
	By      string      `json:"by"`
	At      time.Time   `json:"at"`
}

// Describe: what the chair moves is everybody's, and why.
func (f PlaceMoved) Describe() cite.Description {
	return public("floor.place-moved/1", f.Session)
}

// Apply keeps the move.
func (f *PlaceMoved) Apply(s *State, at cite.Entry) error {
	return s.chaired(f.Session, at, func(x *Floor) bool {
		x.Moves = append(slices.Clip(x.Moves), Move{Item: f.Item, Request: f.Request, Before: f.Before, After: f.After, By: f.By, At: f.At, Why: f.Reason, Position: at.Position})
		return f.Request >= 1 && f.Request <= len(x.Requests)
	})
}

// Given: the floor is given to a party.
type Given struct {
	Session  cite.Ref  `json:"session"`
	Number   int       `json:"n"` // in the session, from 1
	Kind     string    `json:"kind"`
	Sitting  int       `json:"sitting"`
	Item     int       `json:"item,omitempty"`
	Party    cite.Ref  `json:"party"`
	Requests []int     `json:"requests"`
	Class    string    `json:"class"`
	Region   string    `json:"region,omitempty"`
	Seconds  int       `json:"seconds"` // that it has
	By       string    `json:"by"`
	At       time.Time `json:"at"`
}

// Describe: who has the floor is everybody's.
func (f Given) Describe() cite.Description { return public("floor.given/1", f.Session) }

// over are the requests of a session that wait no more.
func (f Given) over() (session cite.Ref, requests []int) { return f.Session, f.Requests }

// Apply begins the turn, and starts its clock.
func (f *Given) Apply(s *State, at cite.Entry) error {
	return s.chaired(f.Session, at, func(x *Floor) bool {
		t := Turn{Number: f.Number, Kind: f.Kind, Item: f.Item, Sitting: f.Sitting, Party: f.Party, Requests: f.Requests, Class: f.Class,
			Region: f.Region, Seconds: f.Seconds, Spans: []Span{{From: f.At}}, Position: at.Position}
		ok := x.became(f.Requests, func(r *Request) {
			r.Became, r.Turn = Heard, f.Number
			t.Through, t.Floor = cmp.Or(t.Through, r.Through), cmp.Or(t.Floor, r.Floor)
		})
		x.Turns = append(slices.Clip(x.Turns), t)
		return ok && f.Number == len(x.Turns)
	})
}

// Timed: something happened to a clock of the floor, or to the sitting.
type Timed struct {
	Session cite.Ref  `json:"session"`
	Turn    int       `json:"turn,omitempty"` // 0 for the sitting
	Did     string    `json:"did"`            // one of Acts
	Seconds int       `json:"seconds,omitempty"`
	By      string    `json:"by"`
	At      time.Time `json:"at"`
}

// Describe: clocks are everybody's.
func (f Timed) Describe() cite.Description { return public("floor.timed/1", f.Session) }

// Apply has the clock do it.
func (f *Timed) Apply(s *State, at cite.Entry) error {
	return s.chaired(f.Session, at, func(x *Floor) bool {
		switch f.Did {
		case Suspend:
			x.Suspended = f.At
			return true
		case Proceed:
			x.Suspended = time.Time{}
			return true
		}
		return x.turn(f.Turn, func(t *Turn) {
			switch f.Did {
			case Stop:
				t.stop(f.At)
			case GoOn:
				t.start(f.At)
			case Add:
				t.Seconds += f.Seconds
			case Thank, Cut:
				t.end(f.At)
				t.Cut = f.Did == Cut
			}
		})
	})
}

// Ruled: the chair ruled on a point of order.
type Ruled struct {
	Session cite.Ref  `json:"session"`
	Request int       `json:"request"`
	Party   cite.Ref  `json:"party"` // that rose
	Ruling  string    `json:"ruling"`
	By      string    `json:"by"`
	At      time.Time `json:"at"`
}

// Describe: a ruling is everybody's.
func (f Ruled) Describe() cite.Description { return public("floor.ruled/1", f.Session) }

// over are the requests of a session that wait no more.
func (f Ruled) over() (session cite.Ref, requests []int) { return f.Session, []int{f.Request} }

// Apply notes the ruling. A point that was not heard waits no more.
func (f *Ruled) Apply(s *State, at cite.Entry) error {
	return s.chaired(f.Session, at, func(x *Floor) bool {
		return x.became([]int{f.Request}, func(r *Request) { r.Ruling, r.Became = f.Ruling, Heard })
	})
}

// Consulted: the chair asks whether anybody objects.
type Consulted struct {
	Session cite.Ref    `json:"session"`
	Text    locale.Text `json:"text"`    // to what
	Seconds int         `json:"seconds"` // for which the chair waits
	By      string      `json:"by"`
	At      time.Time   `json:"at"`
}

// Describe: what was asked is everybody's.
func (f Consulted) Describe() cite.Description { return public("floor.consulted/1", f.Session) }

// Apply asks.
func (f *Consulted) Apply(s *State, at cite.Entry) error {
	return s.chaired(f.Session, at, func(x *Floor) bool {
		x.Questions = append(slices.Clip(x.Questions), Question{Text: f.Text, At: f.At, Seconds: f.Seconds, Position: at.Position})
		return true
	})
}

// Objected: a party objects.
type Objected struct {
	Session cite.Ref  `json:"session"`
	Party   cite.Ref  `json:"party"`
	By      string    `json:"by"`
	At      time.Time `json:"at"`
}

// Describe: who objects says so in public.
func (f Objected) Describe() cite.Description { return public("floor.objected/1", f.Session) }

// Apply notes the party.
func (f *Objected) Apply(s *State, _ cite.Entry) error {
	return s.asked(f.Session, func(q *Question) { q.Objects = append(slices.Clip(q.Objects), f.Party) })
}

// asked changes the question that is open.
func (s *State) asked(session cite.Ref, change func(*Question)) error {
	return s.change(session, func(x *Floor) bool {
		x.Questions = slices.Clone(x.Questions)
		q := x.Asked()
		if q == nil {
			return false
		}
		change(q)
		return true
	})
}

// Concluded: the chair says whether an objection was seen.
type Concluded struct {
	Session cite.Ref  `json:"session"`
	Objects int       `json:"objects"`        // how many parties object
	Seen    bool      `json:"seen,omitempty"` // an objection was seen
	By      string    `json:"by"`
	At      time.Time `json:"at"`
}

// Describe: what came of it is everybody's.
func (f Concluded) Describe() cite.Description { return public("floor.concluded/1", f.Session) }

// Apply closes the question.
func (f *Concluded) Apply(s *State, at cite.Entry) error {
	if err := s.asked(f.Session, func(q *Question) { q.Concluded = f.At }); err != nil {
		return err
	}
	return s.chaired(f.Session, at, func(*Floor) bool { return true })
}
