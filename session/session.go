package session

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/internal/cow"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// AnySession stands for all sessions with their sittings, items and interventions, for pages that list them.
const AnySession cite.Ref = "s"

// Bounds.
const (
	MaxSittings   = 60  // of a session
	MaxItems      = 99  // of an agenda
	MaxAbout      = 40  // passages that one item is about
	MaxTakesUp    = 100 // of what was said before, that one item takes up
	MaxDocuments  = 20  // of an item
	MaxDays       = 60  // after a session until which interventions are filed
	MaxLabel      = 12  // characters of an item's number, "4(a)"
	MaxParagraphs = 40  // of an intervention that is entered
	MaxLong       = 14 * time.Hour
)

// How people meet.
const (
	Room   = "room"   // all in one place
	Online = "online" // all from elsewhere
	Hybrid = "hybrid" // some in one place, others from elsewhere
)

// Forms lists how people meet.
var Forms = []string{Room, Online, Hybrid}

// The states of a session.
const (
	Ahead   = "planned"   // no sitting was opened yet
	Sits    = "sitting"   // one is open
	Between = "adjourned" // at least one was closed, and another is to come
	Over    = "held"      // all were closed that were not called off
	Off     = "off"       // all were called off
)

// ErrGap says that a fact is about something that is not there: the record is not whole.
var ErrGap = errors.New("session: a fact about what is not there")

// Plan is what is said of a session as a whole.
type Plan struct {
	Title locale.Text `json:"title"`          // at most input.MaxTitle characters in each language
	Place locale.Text `json:"place,omitzero"` // where it meets, at most input.MaxTitle characters; none where all take part from elsewhere
	Form  string      `json:"form"`           // one of Forms
	Zone  string      `json:"zone"`           // IANA name of the zone of the host
	Link  string      `json:"link,omitempty"` // an address on the web where it can be followed
}

// Sitting is one sitting of a session. It may go on past midnight.
type Sitting struct {
	Begins, Ends   time.Time // as planned
	Off            bool      // it was called off
	Opened, Closed time.Time // as it was; zero while it was not
	Position       cite.Position
}

// Content is what an item of the agenda says.
type Content struct {
	Label     string      `json:"label,omitempty"`    // its number on paper, "4(a)"; none: its number
	Title     locale.Text `json:"title"`              // at most input.MaxTitle characters in each language
	Sitting   int         `json:"sitting,omitempty"`  // in which it is foreseen; 0 for none yet
	About     []cite.Ref  `json:"about,omitempty"`    // elements of editions, "p1.e2.x7"; what they hold belongs to it
	TakesUp   []cite.Ref  `json:"takes_up,omitempty"` // what was said before that it takes up: points, answers, questions, themes, items
	Documents []Document  `json:"documents,omitempty"`
}

// Document is one that an item is about and that stands elsewhere.
type Document struct {
	Title  locale.Text `json:"title"`            // what it is called
	Symbol string      `json:"symbol,omitempty"` // its document symbol
	Source string      `json:"source"`           // address on the web
}

// Item is an item of an agenda.
type Item struct {
	Content
	Off      bool // it was taken off the agenda
	Position cite.Position
}

// Adoption says that the agenda was adopted: no objection was seen.
type Adoption struct {
	Sitting  int
	At       time.Time
	Items    []int
	Position cite.Position
}

// Change is a fact that put right what was planned.
type Change struct {
	Position cite.Position
	Of       string // "plan", "sitting" or "item"
	Number   int    // of the sitting or item; 0 for the plan
	At       time.Time
	Reason   locale.Text
}

// Session is a session, through all that became of it.
type Session struct {
	Ref      cite.Ref
	Plan     Plan
	Sittings []Sitting // sitting n is the nth
	Items    []Item    // item n is the nth
	Call     cite.Ref  // that takes its interventions; None while there is none
	Days     int       // after its end until which they are filed
	Adopted  *Adoption // nil while it was not
	Changes  []Change  // of what was planned, oldest first
	Position cite.Position
	Seen     cite.Position // where it changed last
	At       time.Time
}

// Sitting finds sitting n.
func (s *Session) Sitting(n int) (Sitting, bool) {
	if n < 1 || n > len(s.Sittings) {
		return Sitting{}, false
	}
	return s.Sittings[n-1], true
}

// Item finds item n.
func (s *Session) Item(n int) (Item, bool) {
	if n < 1 || n > len(s.Items) {
		return Item{}, false
	}
	return s.Items[n-1], true
}

// Standing lists the numbers of the items that stand on the agenda, in their order.
func (s *Session) Standing() (out []int) {
	for i, x := range s.Items {
		if !x.Off {
			out = append(out, i+1)
		}
	}
	return out
}

// Ends is when the last sitting that was not called off ends or was closed; zero where there is none.
func (s *Session) Ends() (last time.Time) {
	for _, t := range s.Sittings {
		end := t.Ends
		if !t.Closed.IsZero() {
			end = t.Closed
		}
		if !t.Off && end.After(last) {
			last = end
		}
	}
	return last
}

// Begins is when the first sitting that was not called off begins; zero where there is none.
func (s *Session) Begins() (first time.Time) {
	for _, t := range s.Sittings {
		if !t.Off && (first.IsZero() || t.Begins.Before(first)) {
			first = t.Begins
		}
	}
	return first
}

// State is the state of the session.
func (s *Session) State() string {
	opened, ahead := 0, 0
	for _, t := range s.Sittings {
		switch {
		case t.Off:
		case t.Opened.IsZero():
			ahead++
		case t.Closed.IsZero():
			return Sits
		default:
			opened++
		}
	}
	switch {
	case opened > 0 && ahead > 0:
		return Between
	case opened > 0:
		return Over
	case ahead == 0 && len(s.Sittings) > 0:
		return Off
	}
	return Ahead
}

// Spoken is what is known of an intervention that was entered as spoken.
type Spoken struct {
	Item     cite.Ref // s2.i4
	Sitting  int
	Party    cite.Ref // on the roll; None for somebody of whom none is known
	From, To time.Time
	Cut      bool
	Floor    locale.Lang
	Takes    []Taking
	By       string // who entered it
	Entered  time.Time
	Position cite.Position
}

// State is the state of this room.
type State struct {
	sessions []*Session                    // one that changes is replaced by another
	spoken   cow.Map[cite.Ref, Spoken]     // contribution -> what is known of it
	placed   cow.Map[cite.Ref, cite.Ref]   // contribution -> the item under which it was placed by hand
	taken    cow.Map[cite.Ref, []cite.Ref] // what was said before -> the items that name it, and the parts of interventions that take it up
}

// NewState is the state before anything was planned.
func NewState() *State {
	return &State{spoken: cow.NewMap[cite.Ref, Spoken](cow.HashString), placed: cow.NewMap[cite.Ref, cite.Ref](cow.HashString),
		taken: cow.NewMap[cite.Ref, []cite.Ref](cow.HashString)}
}

// Snapshot is the state as it is now, whatever is done later.
func (s *State) Snapshot() *State {
	return &State{sessions: s.sessions[:len(s.sessions):len(s.sessions)], spoken: s.spoken.Snapshot(), placed: s.placed.Snapshot(), taken: s.taken.Snapshot()}
}

// Sessions lists the sessions, in the order in which they were planned.
func (s *State) Sessions() []*Session { return s.sessions }

// Session finds a session by its reference or that of one of its items.
func (s *State) Session(r cite.Ref) (*Session, bool) {
	n := r.Number()
	if r.Kind() != 's' || n < 1 || n > len(s.sessions) || r.ItemNumber() > len(s.sessions[n-1].Items) {
		return nil, false
	}
	return s.sessions[n-1], true
}

// ByCall finds the session whose interventions a call takes.
func (s *State) ByCall(call cite.Ref) (*Session, bool) {
	i := slices.IndexFunc(s.sessions, func(x *Session) bool { return call != cite.None && x.Call == call })
	if i < 0 {
		return nil, false
	}
	return s.sessions[i], true
}

// Spoken is what is known of an intervention that was entered as spoken; ok is false of one that was filed.
func (s *State) Spoken(contribution cite.Ref) (x Spoken, ok bool) {
	x = s.spoken.Get(contribution.Root())
	return x, x.Position > 0
}

// Placed is the item under which an intervention was placed by hand; None for none.
func (s *State) Placed(contribution cite.Ref) cite.Ref { return s.placed.Get(contribution.Root()) }

// TakenUp lists the items that name something that was said before, and the parts of spoken interventions that take it up.
func (s *State) TakenUp(r cite.Ref) []cite.Ref { return s.taken.Get(r) }

// Naming lists the items that are about an element of an edition, by its reference there.
func (s *State) Naming(x cite.Ref) (out []cite.Ref) {
	for _, k := range s.sessions {
		for i, it := range k.Items {
			if !it.Off && slices.Contains(it.About, x) {
				out = append(out, cite.Item(k.Ref, i+1))
			}
		}
	}
	return out
}

// change replaces a session by another, which a fold makes of it.
func (s *State) change(r cite.Ref, at cite.Entry, fold func(*Session) bool) error {
	was, ok := s.Session(r)
	if !ok || was.Ref != r {
		return fmt.Errorf("%w: %s", ErrGap, r)
	}
	is := *was
	is.Seen = at.Position
	if !fold(&is) {
		return fmt.Errorf("%w: %s", ErrGap, r)
	}
	s.sessions = slices.Clone(s.sessions)
	s.sessions[r.Number()-1] = &is
	return nil
}

// standing finds a session, and looks that nothing of its plan changed since it was read.
func (s *State) standing(r cite.Ref, seen cite.Position) (*Session, error) {
	x, ok := s.Session(r)
	if !ok || x.Ref != r {
		return nil, refusal.New(refusal.Hidden, "session.unknown")
	}
	//mutants:guard nobody plans over what somebody else planned since they read it
	if x.Seen != seen {
		return nil, refusal.New(refusal.Conflict, "session.changed")
	}
	return x, nil
}
