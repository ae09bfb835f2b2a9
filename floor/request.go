package floor

import (
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// Ask asks for the floor for a party: for a place on the list of an item, for a right of reply, or to a point of order.
type Ask struct {
	Session cite.Ref    // s2
	Kind    string      // place, reply or point; empty for a place
	Item    int         // of the agenda; 0 for a point of order
	Party   cite.Ref    // on the roll, for which whoever asks speaks
	Through cite.Ref    // the member that speaks, where the party is a group
	Minutes int         // that are asked for, at most MaxLong; 0 for as many as there are
	Floor   locale.Lang // that will be spoken; empty where that is not known
	Note    string      // to the chair, at most MaxNote characters: only those who hold an office read it
}

// Check cleans the note and holds everything to its bounds.
func (c Ask) Check() (Ask, error) {
	var in input.Check
	if c.Kind == "" {
		c.Kind = Place
	}
	in.OneOf("kind", c.Kind, Kinds, "floor.kind")
	in.If(c.Minutes < 0 || c.Minutes > MaxLong, "minutes", "floor.minutes", "max", MaxLong)
	in.If(c.Floor != "" && !c.Floor.Valid(), "floor", "session.floor")
	in.Short("note", &c.Note, MaxNote)
	if c.Kind == Point {
		c.Item, c.Minutes = 0, 0
	}
	return c, in.Err()
}

// Who is whom a request is for, as it was looked up.
type Who struct {
	Class, Region string
	Entered       bool // by the secretariat
	Open          bool // a sitting of the session is open
}

// Request decides, for a party that was found to speak in the session.
func (s *State) Request(act cite.Act, c Ask, who Who) (facts []cite.Proposal, err error) {
	x := s.Floor(c.Session)
	if x.Declared == 0 {
		return nil, refusal.New(refusal.NotNow, "floor.no_rules")
	}
	if len(x.Requests) >= MaxRequests {
		return nil, refusal.New(refusal.NotNow, "floor.full", "max", MaxRequests)
	}
	//mutants:guard a party that asks and leaves, again and again, keeps nobody else off a session
	if !who.Entered && x.made(c.Party) >= MaxOfParty {
		return nil, refusal.New(refusal.NotNow, "floor.made", "max", MaxOfParty)
	}
	if err := x.takes(act.At, c, who); err != nil {
		return nil, err
	}
	f := Requested{Session: c.Session, Number: len(x.Requests) + 1, Kind: c.Kind, Item: c.Item, Party: c.Party, Through: c.Through, Class: who.Class, Region: who.Region,
		Seconds: c.Minutes * 60, Floor: string(c.Floor), Entered: who.Entered, By: act.By, At: act.At}
	facts = []cite.Proposal{{Body: f}}
	if c.Note != "" {
		facts = append(facts, cite.Proposal{Body: Noted{Session: c.Session, Request: f.Number, By: act.By, At: act.At}, Words: cite.Words{"note": c.Note}})
	}
	return facts, nil
}

// made counts what a party asked for in the session by itself, whatever became of it.
func (f *Floor) made(party cite.Ref) (n int) {
	for _, r := range f.Requests {
		if r.Party == party && !r.Entered {
			n++
		}
	}
	return n
}

// takes says why the floor is not asked for now; nil where it is.
func (f *Floor) takes(at time.Time, c Ask, who Who) error {
	waiting := len(f.Waiting(c.Kind, c.Item, c.Party))
	switch c.Kind {
	case Point:
		//mutants:guard a point of order is raised in a sitting, and by each party once at a time
		if !who.Open {
			return refusal.New(refusal.NotNow, "floor.not_sitting")
		}
		if waiting > 0 {
			return refusal.New(refusal.Conflict, "floor.raised")
		}
	case Reply:
		if !who.Open {
			return refusal.New(refusal.NotNow, "floor.not_sitting")
		}
		//mutants:guard no party replies more often than the session lets each of them
		if waiting+f.Replied(c.Party, c.Item) >= len(f.Rules.Replies) {
			return refusal.New(refusal.NotNow, "floor.replies", "max", len(f.Rules.Replies))
		}
	default:
		l, ok := f.List(c.Item)
		if !ok {
			return refusal.In("item", "floor.not_open")
		}
		//mutants:guard nobody gets onto a list that was closed
		if !l.Closed.IsZero() && !at.Before(l.Closed) {
			return refusal.In("item", "floor.closed", "at", l.Closed)
		}
		//mutants:guard a party that floods a list keeps nobody else off it
		if waiting >= MaxWaiting {
			return refusal.New(refusal.Conflict, "floor.many", "max", MaxWaiting)
		}
	}
	return nil
}

// Enter enters a request of somebody who wrote or called.
type Enter struct {
	Session cite.Ref    // s2
	Kind    string      // place, reply or point; empty for a place
	Item    int         // of the agenda; 0 for a point of order
	Party   cite.Ref    // on the roll
	Through cite.Ref    // the member that speaks, where the party is a group
	Minutes int         // that are asked for, at most MaxLong; 0 for as many as there are
	Floor   locale.Lang // that will be spoken; empty where that is not known
	Note    string      // to the chair, at most MaxNote characters: only those who hold an office read it
}

// Ask is what is asked by it.
func (c Enter) Ask() Ask { return Ask(c) }

// Check holds it to the bounds of what a party asks itself.
func (c Enter) Check() (Enter, error) {
	a, err := c.Ask().Check()
	c.Kind, c.Item, c.Minutes, c.Note = a.Kind, a.Item, a.Minutes, a.Note
	return c, err
}

// Leave gives up the place of a party: all that it asked for of a kind for an item.
type Leave struct {
	Session cite.Ref // s2
	Kind    string   // place, reply or point; empty for a place
	Item    int      // of the agenda; 0 for a point of order
	Party   cite.Ref // on the roll, for which whoever asks speaks
	Through cite.Ref // the member that speaks, where the party is a group
}

// Check names the kind.
func (c Leave) Check() (Leave, error) {
	var in input.Check
	if c.Kind == "" {
		c.Kind = Place
	}
	in.OneOf("kind", c.Kind, Kinds, "floor.kind")
	return c, in.Err()
}

// Leave decides. It is what the party has: who of it asked does not matter.
func (s *State) Leave(act cite.Act, c Leave) (cite.Proposal, error) {
	f := Left{Session: c.Session, Party: c.Party, By: act.By, At: act.At}
	for _, r := range s.Floor(c.Session).Waiting(c.Kind, c.Item, c.Party) {
		f.Requests = append(f.Requests, r.Number)
	}
	if len(f.Requests) == 0 {
		return cite.Proposal{}, refusal.New(refusal.NotNow, "floor.gone")
	}
	return cite.Proposal{Body: f}, nil
}

// Served lists where words stand that are done with after these facts: notes to the chair whose requests wait no more, and as what somebody spoke where that is
// said anew.
func (s *State) Served(facts []cite.Proposal) (done []cite.Position) {
	for _, f := range facts {
		if d, ok := f.Body.(TurnDescribed); ok {
			if x := s.Floor(d.Session); d.Turn <= len(x.Turns) && x.Turns[d.Turn-1].Said > 0 {
				//mutants:guard what was said wrongly of a person is not kept beside what it was put right with
				done = append(done, x.Turns[d.Turn-1].Said)
			}
		}
		x, ok := f.Body.(interface{ over() (cite.Ref, []int) })
		if !ok {
			continue
		}
		of, over := x.over()
		for _, r := range s.Floor(of).Requests {
			//mutants:guard a note to the chair goes when its request waits no more, and no other note does
			if r.Note > 0 && slices.Contains(over, r.Number) {
				done = append(done, r.Note)
			}
		}
	}
	return done
}
