// Package reply keeps the rounds in which parties answer one another. After a call has closed, an officer opens a round: a call of
// its own, about the same paper, to which whoever may sends replies to the points that were published at the first. A reply is a
// part of a contribution, so it is sent, received, moderated, corrected, withdrawn, blacked out and erased like any other.
//
// Here stands what is held beyond that: which call answers which, who may, and which part replies to which point. A party replies
// to a point once. A reply is not replied to, and nobody replies to themselves.
package reply

import (
	"cmp"
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/internal/cow"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// AnyReply stands for all rounds and replies, for pages that show or count them.
const AnyReply cite.Ref = "replies"

// Who may reply in a round. Whoever has not signed in may in none: nobody could tell that they reply once.
const (
	TookPart = "took_part" // parties with a published contribution at the call
	All      = "all"       // everybody who signed in, and every party on the roll
)

// Whose lists who may reply, the narrower first.
var Whose = []string{TookPart, All}

// Round is a call that takes replies to the points of another.
type Round struct {
	Call     cite.Ref // that takes the replies
	Of       cite.Ref // the call whose points are replied to
	Who      string   // one of Whose
	Position cite.Position
}

// Given is a reply that was sent, whatever became of it.
type Given struct {
	Ref cite.Ref // the part of a contribution that replies
	For string   // the party that replies
}

// State is the state of this room.
type State struct {
	rounds []Round                     // oldest first
	to     cow.Map[cite.Ref, cite.Ref] // reply -> point
	given  cow.Map[cite.Ref, []Given]  // point -> its replies, oldest first
}

// NewState is the state before any round.
func NewState() *State {
	return &State{to: cow.NewMap[cite.Ref, cite.Ref](cow.HashString), given: cow.NewMap[cite.Ref, []Given](cow.HashString)}
}

// Snapshot is the state as it is now, whatever is done later.
func (s *State) Snapshot() *State {
	return &State{rounds: s.rounds[:len(s.rounds):len(s.rounds)], to: s.to.Snapshot(), given: s.given.Snapshot()}
}

// Round finds the round that a call is.
func (s *State) Round(call cite.Ref) (Round, bool) {
	i := slices.IndexFunc(s.rounds, func(r Round) bool { return r.Call == call })
	if i < 0 {
		return Round{}, false
	}
	return s.rounds[i], true
}

// Rounds lists the rounds of replies to the points of a call, oldest first.
func (s *State) Rounds(of cite.Ref) (out []Round) {
	for _, r := range s.rounds {
		if r.Of == of {
			out = append(out, r)
		}
	}
	return out
}

// To is the point that a part replies to, None where it is no reply.
func (s *State) To(part cite.Ref) cite.Ref { return s.to.Get(part) }

// Replies reports whether a contribution replies to a point: in a round each of its parts does.
func (s *State) Replies(contribution cite.Ref) bool {
	return s.to.Get(cite.Part(contribution.Root(), 1)) != cite.None
}

// Given lists the replies to a point, oldest first, whatever became of them.
func (s *State) Given(point cite.Ref) []Given { return s.given.Get(point) }

// Open opens a round of replies: it announces the call that takes them. It is extended, corrected, closed and withdrawn as calls
// are.
type Open struct {
	Of         cite.Ref    // the call whose points are replied to; it has closed
	Who        string      // may reply: took_part, parties with a published contribution at that call; all, everybody who signed in
	Title      locale.Text // at most input.MaxTitle characters in each language
	Text       locale.Text // what is asked, at most input.MaxText characters; may be empty
	Opens      time.Time   // zero: at once
	Closes     time.Time
	Zone       string      // IANA name of the zone in which the period is set
	Moderation string      // when replies are moderated: before or after they are published
	Terms      locale.Text // of publication, at most input.MaxOutcome characters; may be empty
}

// Check looks who may reply; the call is held to its own bounds.
func (c Open) Check() (Open, error) {
	var in input.Check
	in.OneOf("who", c.Who, Whose, "reply.who")
	return c, in.Err()
}

// Call is what the conversation knows of a call that is to be replied to.
type Call struct {
	Closes    time.Time
	Withdrawn bool
	Standing  cite.Ref // a round of replies to it that was not withdrawn; None for none
}

// Open decides. call is the reference of the call that takes the replies.
func (s *State) Open(act cite.Act, of Call, call cite.Ref, c Open) (cite.Proposal, error) {
	_, replies := s.Round(c.Of)
	switch {
	case replies:
		return cite.Proposal{}, refusal.In("of", "reply.of_reply")
	case of.Withdrawn:
		return cite.Proposal{}, refusal.In("of", "reply.withdrawn")
	//mutants:guard nobody replies while others still write
	case of.Closes.Compare(act.At) > 0:
		return cite.Proposal{}, refusal.New(refusal.NotNow, "reply.early", "closes", of.Closes)
	case of.Standing != cite.None:
		return cite.Proposal{}, refusal.New(refusal.Conflict, "reply.again", "ref", string(of.Standing))
	}
	return cite.Proposal{Body: Opened{Call: call, Of: c.Of, Who: c.Who, By: act.By, At: act.At}}, nil
}

// Speaker is who replies, as far as the conversation knows them.
type Speaker struct {
	For      string // the party
	Known    bool   // they signed in, or speak for a party on the roll
	TookPart bool   // the party has a published contribution at the call that is replied to
}

// Point is what is replied to, as far as the conversation knows it.
type Point struct {
	Ref       cite.Ref // as it was named
	Call      cite.Ref // to which it was sent; None where there is no such point
	For       string   // the party whose point it is
	Published bool
}

// Reply looks whether a party may reply to some points, all in one contribution to a round.
func (s *State) Reply(round Round, who Speaker, points []Point) error {
	//mutants:guard who replies has signed in: else they could reply as often as they like
	if !who.Known {
		return refusal.New(refusal.Forbidden, "reply.sign_in")
	}
	//mutants:guard where those reply who took part, nobody else does
	if round.Who == TookPart && !who.TookPart {
		return refusal.New(refusal.Forbidden, "reply.took_part")
	}
	for i, p := range points {
		again := func(q Point) bool { return q.Ref == p.Ref }
		_, isReply := s.Round(p.Call)
		if p.Ref.Kind() != 'c' || p.Ref.PartNumber() == 0 {
			return refusal.In("on", "reply.point")
		}
		//mutants:guard nobody replies to what they may not read, nor learns that it is there
		if !p.Published {
			return refusal.In("on", "reply.unpublished", "ref", string(p.Ref))
		}
		switch {
		case isReply:
			return refusal.In("on", "reply.reply")
		case p.Call != round.Of:
			return refusal.In("on", "reply.elsewhere", "ref", string(p.Ref))
		//mutants:guard nobody replies to their own point
		case p.For == who.For:
			return refusal.In("on", "reply.own")
		//mutants:guard a party replies to a point once
		case slices.ContainsFunc(points[:i], again) || s.Replied(p.Ref, who.For):
			return refusal.New(refusal.Conflict, "reply.once", "ref", string(p.Ref))
		}
	}
	return nil
}

// Points lists the points that somebody replied to, in the order of their numbers.
func (s *State) Points() (out []cite.Ref) {
	for point, given := range s.given.All() {
		if len(given) > 0 {
			out = append(out, point)
		}
	}
	slices.SortFunc(out, func(x, y cite.Ref) int { return cmp.Or(x.Number()-y.Number(), x.PartNumber()-y.PartNumber()) })
	return out
}

// Replied reports whether a party replied to a point, whatever became of its reply.
func (s *State) Replied(point cite.Ref, party string) bool {
	return slices.ContainsFunc(s.Given(point), func(g Given) bool { return g.For == party })
}

// Sent adds a part of a contribution that replies to a point.
func (s *State) Sent(part, point cite.Ref, party string) {
	s.to.Set(part, point)
	s.given.Set(point, append(slices.Clip(s.given.Get(point)), Given{part, party}))
}

// Opened: a call takes replies to the points of another.
type Opened struct {
	Call cite.Ref  `json:"call"` // that takes the replies
	Of   cite.Ref  `json:"of"`   // whose points are replied to
	Who  string    `json:"who"`  // may reply
	By   string    `json:"by,omitempty"`
	At   time.Time `json:"at"`
}

// Describe: both calls show one another.
func (f Opened) Describe() cite.Description {
	return cite.Description{Kind: "reply.opened/1", Touches: []cite.Ref{f.Call, f.Of, AnyReply}, About: cite.Public}
}

// Apply adds the round.
func (f *Opened) Apply(s *State, at cite.Entry) error {
	s.rounds = append(s.rounds, Round{Call: f.Call, Of: f.Of, Who: f.Who, Position: at.Position})
	return nil
}
