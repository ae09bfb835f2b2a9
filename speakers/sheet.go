package speakers

import "time"

// What a sheet may hold at most.
const (
	MaxRequests   = 10_000 // of each kind
	MaxMoves      = 1_000
	MaxCategories = 50 // regions, and rights of reply of a party on an item, too
)

// NoRegion is the region of whoever has none.
const NoRegion = "none"

// Settings are the rules that a session publishes.
type Settings struct {
	Categories []string                 // in the order in which they have the floor
	Limits     map[string]time.Duration // the longest time of a place, by category
	Regions    []string                 // those that there are; none: whatever the requests say

	ByRegion    bool // regions take turns
	FewestFirst bool // within a category those first who had the floor fewer times

	Changeover   time.Duration   // between two places
	Overrun      time.Duration   // how long after its end a sitting may go on
	ReplyReserve time.Duration   // kept for rights of reply when somebody has asked for one
	Replies      []time.Duration // the longest time of a party's first right of reply on an item, its second, and so on; there are no more
}

// Defaults are the settings of a session that says nothing else. The limits of its categories it must say.
func Defaults() Settings {
	return Settings{Categories: []string{"group", "state", "igo", "ngo", "other"}, ByRegion: true, FewestFirst: true,
		Changeover: 20 * time.Second, Replies: []time.Duration{5 * time.Minute, 3 * time.Minute}}
}

// Request is that somebody asked for the floor.
type Request struct {
	Ref      string // names it; no other request has the same
	At       time.Time
	Time     time.Duration // that is asked for
	Party    string        // for whom
	Item     string        // of the agenda, "" where the list is of one item
	Category string        // of the party
	Region   string        // of the party, NoRegion or "" for none
	Spoken   int           // how many times the party had the floor in this session, before this
	Speaker  string        // who would speak, "" where that is not known
	Heard    bool          // it was: it has taken the turn of its region, and has no place any more
}

// Move is that the chair moved a place.
type Move struct {
	Request string   // one of the requests of the place
	Before  []string // requests of places that it was put before; empty: it was put last
	After   []string // requests of places that it was put after
	By      string   // who moved it
	At      time.Time
	Why     string
}

// Sheet is what a list of speakers is drawn from.
type Sheet struct {
	Settings Settings
	Closed   time.Time // when the list was closed; zero: it is open
	Requests []Request
	Moves    []Move
	Replies  []Reply // rights of reply that were asked for
	Points   []Point // points of order
}

// late says whether a request was made after the list was closed.
func (s *Sheet) late(r *Request) bool { return !s.Closed.IsZero() && r.At.After(s.Closed) }
