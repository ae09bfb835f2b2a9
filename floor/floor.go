package floor

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// AnyFloor stands for the floors of all sessions, for pages that show one.
const AnyFloor cite.Ref = "floor"

// Bounds.
const (
	MaxRequests = 10_000 // of a session
	MaxOfParty  = 300    // of a session, that one party makes, what it took back among them
	MaxWaiting  = 5      // requests of one party for one item that wait at once
	MaxMoves    = 1_000  // of a session
	MaxNote     = 500    // characters of a note to the chair
	MaxLong     = 60     // minutes that are asked for
	MaxExtra    = 600    // seconds that the chair adds at once
	MaxAsked    = 300    // seconds for which the chair waits for an objection
)

// The kinds of request, and of turn.
const (
	Place = "place" // on the list of an item
	Reply = "reply" // a right of reply, heard at the end of the sitting
	Point = "point" // a point of order, heard at once
)

// Kinds lists the kinds of request.
var Kinds = []string{Place, Reply, Point}

// What became of a request.
const (
	Waits     = ""          // for the floor
	Withdrawn = "withdrawn" // by the party
	Struck    = "struck"    // by the chair
	Heard     = "heard"     // the party had the floor
)

// The classes in which parties have the floor, in their usual order.
const (
	Group  = "group" // a group of parties, for which a member speaks
	Member = "state" // a member state
	IGO    = "igo"   // an intergovernmental organisation
	NGO    = "ngo"   // a non-governmental organisation
	Other  = "other" // everybody else
)

// Classes lists the classes in their usual order.
var Classes = []string{Group, Member, IGO, NGO, Other}

// ErrGap says that a fact is about something that is not there: the record is not whole.
var ErrGap = errors.New("floor: a fact about what is not there")

// Rules are those by which the lists of a session are drawn, as they were declared. Times are seconds.
type Rules struct {
	Classes    []string       `json:"classes"`             // in the order in which they have the floor: each of Classes once
	Limits     map[string]int `json:"limits"`              // the longest time of a place, by class
	ByRegion   bool           `json:"by_region,omitempty"` // regions take turns
	Fewest     bool           `json:"fewest,omitempty"`    // within a class those first who had the floor fewer times in the session
	Changeover int            `json:"changeover"`          // between two places
	Overrun    int            `json:"overrun"`             // how long after its planned end a sitting may go on
	Reserve    int            `json:"reserve"`             // kept for rights of reply when somebody has asked for one
	Replies    []int          `json:"replies"`             // the longest time of a party's first right of reply on an item, its second, and so on
}

// Usual are the rules of a session that wants no others.
func Usual() Rules {
	return Rules{Classes: slices.Clone(Classes), Limits: map[string]int{Group: 300, Member: 180, IGO: 180, NGO: 120, Other: 120}, ByRegion: true, Fewest: true,
		Changeover: 20, Overrun: 1800, Reserve: 600, Replies: []int{300, 180}}
}

// List is the list of speakers of an item.
type List struct {
	Item   int
	Opened time.Time
	Closed time.Time // zero while it is open
}

// Request is that somebody asked for the floor for a party.
type Request struct {
	Number   int    // in the session, from 1
	Kind     string // one of Kinds
	Item     int    // of the agenda; 0 for a point of order
	Party    cite.Ref
	Through  cite.Ref    // the member that speaks where Party is a group
	Class    string      // one of Classes, when it asked
	Region   string      // "" for none
	Seconds  int         // that are asked for; 0 for whatever there is
	Floor    locale.Lang // that will be spoken; empty where nobody said so
	By       string      // who asked, or entered it
	Entered  bool        // by the secretariat, for somebody who wrote or called
	At       time.Time
	Position cite.Position
	Note     cite.Position // the entry of its note to the chair; 0 for none
	Became   string        // Waits, Withdrawn, Struck, Heard
	Turn     int           // where it was heard
	Reason   locale.Text   // why it was struck
	Ruling   string        // of a point of order, "" while there is none
}

// Move is that the chair moved a place.
type Move struct {
	Item     int
	Request  int
	Before   []int // requests of the places that it was put before
	After    []int // requests of the places that it was put after
	By       string
	At       time.Time
	Why      locale.Text
	Position cite.Position
}

// Span is a time for which the clock of a turn ran.
type Span struct{ From, To time.Time } // To is zero while it runs

// Turn is one time that the floor was given.
type Turn struct {
	Number   int    // in the session, from 1
	Kind     string // one of Kinds
	Item     int
	Ruling   string // on a point of order that was entered afterwards; of another it stands at its request
	Sitting  int
	Party    cite.Ref
	Through  cite.Ref // the member that speaks where Party is a group
	Requests []int    // that were heard in it; none where nobody had asked
	Class    string
	Region   string
	Seconds  int // what it has, with what was added
	Spans    []Span
	Ended    time.Time     // zero while it has the floor
	Cut      bool          // time ran out before the speaker had finished
	Entered  time.Time     // when it was entered afterwards; zero where the chair gave the floor here
	Floor    locale.Lang   // that is spoken; empty where nobody said so
	Said     cite.Position // the entry that says so, and as what the person speaks; 0 for none
	Position cite.Position
}

// Began is when the floor was given.
func (t *Turn) Began() time.Time { return t.Spans[0].From }

// Runs says whether its clock runs.
func (t *Turn) Runs() bool { return t.Spans[len(t.Spans)-1].To.IsZero() }

// stop stops its clock. A span that would end before it began, because the server's own clock was put back, is none.
func (t *Turn) stop(at time.Time) {
	if t.Runs() {
		t.Spans = slices.Clone(t.Spans)
		last := &t.Spans[len(t.Spans)-1]
		last.To = at
		if at.Before(last.From) {
			last.To = last.From
		}
	}
}

// end takes the floor back. A turn ends when it began at the earliest, also where the server's own clock was put back meanwhile.
func (t *Turn) end(at time.Time) {
	t.stop(at)
	if t.Ended = at; at.Before(t.Began()) {
		t.Ended = t.Began()
	}
}

func (t *Turn) start(at time.Time) {
	if !t.Runs() {
		t.Spans = append(slices.Clip(t.Spans), Span{From: at})
	}
}

// Question is that the chair asked whether anybody objects.
type Question struct {
	Text      locale.Text
	At        time.Time
	Seconds   int        // for which the chair waits
	Objects   []cite.Ref // parties that object
	Concluded time.Time  // zero while it is open
	Position  cite.Position
}

// Over is when the time for objections is over.
func (q *Question) Over() time.Time { return q.At.Add(time.Duration(q.Seconds) * time.Second) }

// Floor is the floor of a session.
type Floor struct {
	Session   cite.Ref
	Rules     Rules
	Declared  cite.Position // where the rules were declared last; 0 where they were not
	Lists     []List
	Requests  []Request // request n is the nth
	Moves     []Move
	Turns     []Turn // turn n is the nth
	Questions []Question
	Shows     []Show    // of hands
	Suspended time.Time // since when the sitting is suspended; zero while it is not
	// Acted is where the chair acted last. Requests do not change it: else nobody could act while many ask.
	Acted cite.Position
}

// List finds the list of an item; ok is false where it was never opened.
func (f *Floor) List(item int) (List, bool) {
	i := slices.IndexFunc(f.Lists, func(l List) bool { return l.Item == item })
	if i < 0 {
		return List{Item: item}, false
	}
	return f.Lists[i], true
}

// Request finds request n.
func (f *Floor) Request(n int) (Request, bool) {
	if n < 1 || n > len(f.Requests) {
		return Request{}, false
	}
	return f.Requests[n-1], true
}

// Speaking are the turns that go on, the last first: a point of order stands above the speaker that it interrupts, and nothing above that. What was
// entered afterwards may stand between them, and goes on no more.
func (f *Floor) Speaking() (out []*Turn) {
	for i := len(f.Turns) - 1; i >= 0; i-- {
		if f.Turns[i].Ended.IsZero() {
			out = append(out, &f.Turns[i])
		} else if f.Turns[i].Entered.IsZero() && f.Turns[i].Kind != Point {
			break // whoever has the floor ends the turn before
		}
	}
	return out
}

// Current is who has the floor: the point of order that is heard, else the speaker; nil where nobody has it.
func (f *Floor) Current() *Turn {
	if all := f.Speaking(); len(all) > 0 {
		return all[0]
	}
	return nil
}

// InTime lists the turns in the order in which the floor was given, which is not that of their numbers where some were entered afterwards.
func (f *Floor) InTime() []*Turn {
	out := make([]*Turn, len(f.Turns))
	for i := range f.Turns {
		out[i] = &f.Turns[i]
	}
	slices.SortStableFunc(out, func(a, b *Turn) int { return a.Began().Compare(b.Began()) })
	return out
}

// Asked is the question whether anybody objects that is open; nil where none is.
func (f *Floor) Asked() *Question {
	if n := len(f.Questions); n > 0 && f.Questions[n-1].Concluded.IsZero() {
		return &f.Questions[n-1]
	}
	return nil
}

// Waiting lists the requests of a party of a kind for an item that wait, in the order of their numbers.
func (f *Floor) Waiting(kind string, item int, party cite.Ref) (out []Request) {
	for _, r := range f.Requests {
		if r.Became == Waits && r.Kind == kind && r.Item == item && r.Party == party {
			out = append(out, r)
		}
	}
	return out
}

// Spoke counts how many times a party had the floor in the session, points of order and rights of reply left out.
func (f *Floor) Spoke(party cite.Ref) (n int) {
	for _, t := range f.Turns {
		if t.Kind == Place && t.Party == party {
			n++
		}
	}
	return n
}

// Replied counts the rights of reply that a party had on an item.
func (f *Floor) Replied(party cite.Ref, item int) (n int) {
	for _, t := range f.Turns {
		if t.Kind == Reply && t.Party == party && t.Item == item {
			n++
		}
	}
	return n
}

// repliedBefore counts the rights of reply that a party had on an item until an instant, in other turns than one.
func (f *Floor) repliedBefore(at time.Time, party cite.Ref, item, but int) (n int) {
	for i := range f.Turns {
		t := &f.Turns[i]
		if t.Kind == Reply && t.Party == party && t.Item == item && t.Number != but && t.Began().Before(at) {
			n++
		}
	}
	return n
}

// reply is how long a right of reply of a party that had so many on the item may be: beyond the last that there is as long as that; 0 where there are none.
func (r Rules) reply(had int) int {
	if len(r.Replies) == 0 {
		return 0
	}
	return r.Replies[min(had, len(r.Replies)-1)]
}

// State is the state of this room.
type State struct{ floors []*Floor } // by the number of the session; one that changes is replaced by another

// Snapshot is the state as it is now, whatever is done later.
func (s *State) Snapshot() *State { return &State{floors: s.floors[:len(s.floors):len(s.floors)]} }

// Floor is the floor of a session, by its reference or that of one of its items: an empty one where nothing was declared.
func (s *State) Floor(r cite.Ref) *Floor {
	if n := r.Number(); r.Kind() == 's' && n >= 1 && n <= len(s.floors) && s.floors[n-1] != nil {
		return s.floors[n-1]
	}
	return &Floor{Session: r.Root()}
}

// change replaces a floor by another, which a fold makes of it.
func (s *State) change(r cite.Ref, fold func(*Floor) bool) error {
	if r.Kind() != 's' || r.Number() < 1 {
		return fmt.Errorf("%w: %s", ErrGap, r)
	}
	is := *s.Floor(r)
	if !fold(&is) {
		return fmt.Errorf("%w: %s", ErrGap, r)
	}
	floors := slices.Clone(s.floors)
	for len(floors) < r.Number() {
		floors = append(floors, nil)
	}
	floors[r.Number()-1] = &is
	s.floors = floors
	return nil
}

// chaired is change by an act of the chair.
func (s *State) chaired(r cite.Ref, at cite.Entry, fold func(*Floor) bool) error {
	return s.change(r, func(f *Floor) bool {
		f.Acted = at.Position
		return fold(f)
	})
}

// became notes what became of requests.
func (f *Floor) became(requests []int, change func(*Request)) bool {
	f.Requests = slices.Clone(f.Requests)
	for _, n := range requests {
		if n < 1 || n > len(f.Requests) {
			return false
		}
		change(&f.Requests[n-1])
	}
	return true
}

// turn changes turn n.
func (f *Floor) turn(n int, change func(*Turn)) bool {
	if n < 1 || n > len(f.Turns) {
		return false
	}
	f.Turns = slices.Clone(f.Turns)
	change(&f.Turns[n-1])
	return true
}

// Seen looks that the chair has not acted since the floor was read. Two may sit in the chair.
func (f *Floor) Seen(at cite.Position) error {
	//mutants:guard of two chairs who act at once the second is told what the first did
	if f.Acted != at {
		return refusal.New(refusal.Conflict, "floor.changed")
	}
	return nil
}

// SittingClosed ends whatever goes on in a sitting: whoever had the floor has it no more.
func (s *State) SittingClosed(session cite.Ref, at time.Time) error {
	if s.Floor(session).Declared == 0 {
		return nil
	}
	return s.change(session, func(f *Floor) bool {
		f.Suspended, f.Turns = time.Time{}, slices.Clone(f.Turns)
		for i := range f.Turns {
			if t := &f.Turns[i]; t.Ended.IsZero() {
				t.end(at)
			}
		}
		if f.Shown() != nil {
			f.Shows = slices.Clone(f.Shows)
			f.Shown().Ended = at
		}
		return true
	})
}
