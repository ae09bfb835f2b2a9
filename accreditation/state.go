package accreditation

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/internal/cow"
	"github.com/openplenary/plenary/locale"
)

// As what a body takes part.
const (
	AsParty    = "party"    // speaks and supports
	AsObserver = "observer" // speaks, and is not counted among those who support
	AsAdHoc    = "ad_hoc"   // an observer for one occasion, until a day
)

// Capacities lists as what a body may take part.
var Capacities = []string{AsParty, AsObserver, AsAdHoc}

// Bounds.
const (
	MaxInterests = 2_000 // characters of a disclosure of interests
	MaxWaiting   = 5     // requests of one person that may wait at a time
	MaxYears     = 10    // until when an accreditation may stand
)

// RemindBefore is how long before its end those who speak for a party are told, where the accreditation is longer than twice
// that.
const RemindBefore = 14 * 24 * time.Hour

// OpenID is the level of assurance of somebody who signed in with an account elsewhere that the operator trusts.
const OpenID = "openid"

// What became of a request.
const (
	Waiting  = "waiting"
	Granted  = "accredited"
	Declined = "refused"
	Back     = "retracted"
)

// Statuses lists what becomes of requests.
var Statuses = []string{Waiting, Granted, Declined, Back}

// Offer is who may request accreditation.
type Offer struct {
	Categories []string // identifiers of categories; none where nobody may
	As         []string // of Capacities
}

// Open reports whether anybody may.
func (o Offer) Open() bool { return len(o.Categories) > 0 && len(o.As) > 0 }

// Request is one request. Its words stand at its position: the name of the body and its interests.
type Request struct {
	Party     cite.Ref
	Position  cite.Position
	Category  string
	Country   string
	As        string
	Assurance string
	Alike     uint64
	By        string // reference of the participant
	At        time.Time
	Status    string        // one of Statuses, "" for Waiting: see Became
	Decided   cite.Position // where the reason stands, 0 while it waits
	Into      cite.Ref      // the party that stood on the roll already
}

// Became is what became of the request, one of Statuses.
func (r Request) Became() string {
	if r.Status == "" {
		return Waiting
	}
	return r.Status
}

// Speaks is the party that whoever requested speaks for, if it was granted.
func (r Request) Speaks() cite.Ref {
	if r.Into != cite.None {
		return r.Into
	}
	return r.Party
}

// Standing is the accreditation of a party.
type Standing struct {
	Party    cite.Ref
	As       string
	Since    time.Time
	Until    time.Time       // zero for without an end
	Ended    time.Time       // when an officer ended it, zero for never
	Reason   cite.Position   // where the reason of the last decision on it stands
	Requests []cite.Position // that were granted, with the interests that were disclosed; oldest first
	Remind   time.Time       // when those who speak for it are to be told that it will be over, zero for never or done
	Told     cite.Position   // where the entry stands that told of this end, 0 for none
	ToldAt   time.Time
}

// At reports whether the accreditation stands at an instant.
func (x Standing) At(now time.Time) bool {
	return x.Ended.IsZero() && (x.Until.IsZero() || now.Before(x.Until))
}

// Observes reports whether the party speaks and is not counted.
func (x Standing) Observes() bool { return x.As == AsObserver || x.As == AsAdHoc }

// State is the state of this room.
type State struct {
	offer     Offer
	requests  cow.Map[cite.Ref, Request]
	order     []cite.Ref // of the requests, oldest first
	standings cow.Map[cite.Ref, Standing]
}

// NewState is the state before anything was requested.
func NewState() *State {
	return &State{requests: cow.NewMap[cite.Ref, Request](cow.HashString), standings: cow.NewMap[cite.Ref, Standing](cow.HashString)}
}

// Snapshot is the state as it is now, whatever is done later.
func (s *State) Snapshot() *State {
	return &State{offer: s.offer, requests: s.requests.Snapshot(), order: s.order[:len(s.order):len(s.order)], standings: s.standings.Snapshot()}
}

// Offer is who may request accreditation.
func (s *State) Offer() Offer { return s.offer }

// Find finds a request by the party that the body becomes.
func (s *State) Find(party cite.Ref) (Request, bool) { return s.requests.Find(party) }

// Requests lists the requests, oldest first: those of one participant, or all for "".
func (s *State) Requests(by string) (out []Request) {
	for _, p := range s.order {
		if r, ok := s.requests.Find(p); ok && (by == "" || r.By == by) {
			out = append(out, r)
		}
	}
	return out
}

// Waiting lists the requests that nobody has decided on, oldest first.
func (s *State) Waiting() []Request {
	return slices.DeleteFunc(s.Requests(""), func(r Request) bool { return r.Became() != Waiting })
}

func (s *State) standing(party cite.Ref) (Standing, bool) { return s.standings.Find(party) }

// Standing finds the accreditation of a party; ok is false for one that an officer entered by hand.
func (s *State) Standing(party cite.Ref) (Standing, bool) { return s.standing(party) }

// Stands reports whether a party on the roll may be spoken for at an instant, as far as its accreditation says so: one that has
// none stands as long as the roll says so.
//
//mutants:guard nobody speaks for a party whose accreditation is over
func (s *State) Stands(party cite.Ref, now time.Time) bool {
	x, ok := s.standing(party)
	return !ok || x.At(now)
}

// Observes reports whether a party speaks and is not counted.
func (s *State) Observes(party cite.Ref) bool {
	x, _ := s.standing(party)
	return x.Observes()
}

// Counts reports whether a party takes part in what parties are counted for: it is no observer, and was not ended.
func (s *State) Counts(party cite.Ref) bool {
	x, _ := s.standing(party)
	return !x.Observes() && x.Ended.IsZero()
}

// Twin finds the accredited party that stands at an instant and is the body of a request, as far as the name tells. None where
// there is none.
func (s *State) Twin(of Request, now time.Time) cite.Ref {
	for _, r := range s.Requests("") {
		if r.Became() == Granted && r.Alike == of.Alike && of.Alike != 0 && r.Category == of.Category && s.Stands(r.Speaks(), now) {
			return r.Speaks()
		}
	}
	return cite.None
}

// Alike reports whether another request for a body of the same name waits.
func (s *State) Alike(of Request) bool {
	return slices.ContainsFunc(s.Waiting(), func(r Request) bool {
		return r.Party != of.Party && r.Alike == of.Alike && of.Alike != 0
	})
}

// Due lists the parties whose reminder is due at an instant, and the next instant at which one will be; zero where none will.
func (s *State) Due(now time.Time) (due []cite.Ref, next time.Time) {
	for party, x := range s.standings.All() {
		switch {
		case x.Remind.IsZero() || !x.At(now):
		case !x.Remind.After(now):
			due = append(due, party)
		case next.IsZero() || x.Remind.Before(next):
			next = x.Remind
		}
	}
	slices.Sort(due)
	return due, next
}

// Ending lists the accreditations of which it was told that they will be over, while they stand, those that end first first.
func (s *State) Ending(at time.Time) (out []Standing) {
	for _, x := range s.standings.All() {
		if x.Told > 0 && x.At(at) {
			out = append(out, x)
		}
	}
	slices.SortFunc(out, func(a, b Standing) int { return cmp.Or(a.Until.Compare(b.Until), cmp.Compare(a.Party, b.Party)) })
	return out
}

// Reminders lists when reminders are due.
func (s *State) Reminders() (out []time.Time) {
	for _, x := range s.standings.All() {
		if !x.Remind.IsZero() {
			out = append(out, x.Remind)
		}
	}
	return out
}

// remindAt is when those who speak for a party are told that its accreditation will be over; of a short one half of it before.
func remindAt(from, until time.Time) time.Time {
	if until.IsZero() {
		return time.Time{}
	}
	return until.Add(-min(RemindBefore, until.Sub(from)/2))
}

// Folded is a name as it is compared with others: what the eye takes from its letters and digits.
func Folded(name string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsLetter(c) || unicode.IsDigit(c) {
			return c
		}
		return -1
	}, locale.Skeleton(name))
}
