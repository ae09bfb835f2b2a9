package poll

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/internal/cow"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// AnyPoll stands for all indicative ballots, for pages that list them.
const AnyPoll cite.Ref = "b"

// The methods by which ballots are marked and counted.
const (
	Approval = "approval" // a ballot names the themes that it approves
	Schulze  = "schulze"  // a ballot ranks themes
	Points   = "points"   // a ballot gives themes points
)

// Methods lists the methods.
var Methods = []string{Approval, Schulze, Points}

// The constituencies. They are counted apart.
const (
	States    = "states"    // member states on the roll
	Observers = "observers" // all others on the roll
	Public    = "public"    // persons who signed in, each for themselves
)

// Constituencies lists the constituencies.
var Constituencies = []string{States, Observers, Public}

// Bounds.
const (
	MaxPoints = 10    // that a ballot gives one theme
	MaxReason = 2_000 // characters of why a ballot is called off, in each language
	// Few is how many secret ballots of one kind are too few to be listed: they would show who chose what.
	Few = 5
	// chunk is about how many bytes of ballots are listed in one fact.
	chunk = 1 << 20
)

// ErrGap says that a fact is about something that is not there: the record is not whole.
var ErrGap = errors.New("poll: a fact about what is not there")

// Terms are what is settled of an indicative ballot before it opens.
type Terms struct {
	Method         string    `json:"method"`           // approval, schulze or points
	Secret         bool      `json:"secret,omitempty"` // what a delegation chose is never told; of persons it never is
	Constituencies []string  `json:"constituencies"`   // who may vote: states, observers, public
	Opens          time.Time `json:"opens"`            // from then on ballots are taken
	Closes         time.Time `json:"closes"`           // the first instant at which none is taken
	Zone           string    `json:"zone"`             // in which the two were set
}

// Group are the parties of one constituency.
type Group struct {
	Constituency string     `json:"constituency"`
	Parties      []cite.Ref `json:"parties"` // in the order of their references
}

// Said are ballots that say the same.
type Said struct {
	Choice string   `json:"choice"`          // "1:2 3:1" for theme 1 with rank or points 2 and theme 3 with 1; "" for an empty ballot
	Count  int      `json:"count"`           // how many
	Party  cite.Ref `json:"party,omitempty"` // whose it is: of a delegation in an open ballot
}

// List are the ballots of one constituency by voters of whom the house is equally sure.
type List struct {
	Constituency string `json:"constituency"`
	Assurance    string `json:"assurance"`
	Total        int    `json:"total"`             // ballots
	Kept         bool   `json:"kept,omitempty"`    // they are too few to be listed
	Ballots      []Said `json:"ballots,omitempty"` // in the order of what they say, or of the parties
}

// Poll is an indicative ballot, through all that became of it.
type Poll struct {
	Terms
	Ref      cite.Ref
	Order    cite.Ref // the order whose themes are put to the vote
	Options  int      // how many themes: option N is theme N
	Position cite.Position
	Opened   cite.Position // where the roll was frozen, 0 before
	Closed   cite.Position // where the ballots were counted, 0 before
	Dropped  cite.Position // where it was called off, 0 for one that stands
	At       time.Time     // when it was announced
	OpenedAt time.Time
	ClosedAt time.Time
	// Original and Languages are those of why it was called off, "reason.en", ...
	Original  locale.Lang
	Languages []locale.Lang
	Roll      []Group       // who may vote, as it was frozen; persons are on no roll
	Hash      string        // of RollText
	Last      cite.Position // where a ballot was cast or taken back last
	Lists     []List
	Voted     []Group // which parties voted
	Gone      int     // ballots whose words had been erased when they were counted
}

// Vote is the ballot that counts of a voter.
type Vote struct {
	Position     cite.Position // of its entry, beside which stands what it says until it is counted
	By           string        // the participant who cast it
	Constituency string
	Assurance    string
	At           time.Time
	Times        int // how often the voter has cast one
}

// State is the state of this room.
type State struct {
	polls []*Poll
	votes cow.Map[string, Vote] // by the poll and the voter
	// hands is the voter for whom somebody cast the ballot that counts, by the poll and the participant who cast it; "" for none.
	hands cow.Map[string, cite.Ref]
}

// NewState is the state before the first entry.
func NewState() *State {
	return &State{votes: cow.NewMap[string, Vote](cow.HashString), hands: cow.NewMap[string, cite.Ref](cow.HashString)}
}

// Snapshot is the state as it is now, whatever becomes of this one.
func (s *State) Snapshot() *State {
	return &State{polls: slices.Clip(s.polls), votes: s.votes.Snapshot(), hands: s.hands.Snapshot()}
}

// Polls lists all, oldest first.
func (s *State) Polls() []*Poll { return slices.Clip(s.polls) }

// Poll finds one.
func (s *State) Poll(r cite.Ref) (*Poll, bool) {
	if n := r.Number(); r.Kind() == 'b' && n >= 1 && n <= len(s.polls) && cite.Ballot(n) == r {
		return s.polls[n-1], true
	}
	return nil, false
}

func key(poll cite.Ref, voter string) string { return string(poll) + " " + voter }

// Vote finds the ballot that counts of a voter: the reference of a party, or that of a participant who votes for themselves.
func (s *State) Vote(poll cite.Ref, voter string) (v Vote, ok bool) {
	v, ok = s.votes.Find(key(poll, voter))
	return v, ok && v.Position != 0
}

// Hand is the voter whose ballot a participant cast, where that one counts: a party, or the participant; none where they cast none, or where
// a colleague cast another in its place or took it back.
func (s *State) Hand(poll cite.Ref, by string) cite.Ref { return s.hands.Get(key(poll, by)) }

// Claim is that somebody cast a ballot.
type Claim struct {
	Poll cite.Ref
	At   cite.Position // of the entry of the ballot
	By   string        // the participant who says that they cast it
}

// Claimed is the entry of a ballot that counts, where it is as somebody claims; 0 where it is not.
func (s *State) Claimed(c Claim) cite.Position {
	for _, v := range s.cast(c.Poll) {
		//mutants:guard a ballot is proven to whoever cast it, and to nobody else
		if v.Position == c.At && v.By == c.By && c.By != "" {
			return c.At
		}
	}
	return 0
}

// Constituency is in which constituency a party is on the frozen roll; "" where it is not on it.
func (p *Poll) Constituency(party cite.Ref) string {
	for _, g := range p.Roll {
		if _, ok := slices.BinarySearch(g.Parties, party); ok {
			return g.Constituency
		}
	}
	return ""
}

// Takes reports whether a constituency votes.
func (p *Poll) Takes(constituency string) bool {
	return slices.Contains(p.Constituencies, constituency)
}

// Secretly reports whether what voters of a constituency choose is never told with who they are.
//
//mutants:guard what a person chose is never told with who they are, nor what a delegation chose in a secret ballot
func (p *Poll) Secretly(constituency string) bool { return p.Secret || constituency == Public }

// Open reports whether ballots are taken at an instant.
func (p *Poll) Open(now time.Time) bool {
	return p.Opened != 0 && p.Closed == 0 && p.Dropped == 0 && now.Before(p.Closes)
}

// RollText writes down a roll, of which the hash is published: a line for each party, "states y0123456789abc".
func RollText(roll []Group) string {
	var b strings.Builder
	for _, g := range roll {
		for _, y := range g.Parties {
			fmt.Fprintf(&b, "%s %s\n", g.Constituency, y)
		}
	}
	return b.String()
}

// RollHash is the SHA-256 of a roll as RollText writes it, in hexadecimal.
func RollHash(roll []Group) string {
	sum := sha256.Sum256([]byte(RollText(roll)))
	return hex.EncodeToString(sum[:])
}

// standing finds a ballot that was not called off.
func (s *State) standing(r cite.Ref) (*Poll, error) {
	p, ok := s.Poll(r)
	if !ok {
		return nil, refusal.New(refusal.Hidden, "poll.unknown")
	}
	if p.Dropped != 0 {
		return nil, refusal.New(refusal.NotNow, "poll.dropped")
	}
	return p, nil
}

// change folds a fact about a ballot.
func (s *State) change(r cite.Ref, fold func(*Poll)) error {
	p, ok := s.Poll(r)
	if !ok {
		return fmt.Errorf("%w: %s, of %d ballots", ErrGap, r, len(s.polls))
	}
	changed := *p // snapshots hold the one before
	fold(&changed)
	s.polls = slices.Clone(s.polls)
	s.polls[r.Number()-1] = &changed
	return nil
}
