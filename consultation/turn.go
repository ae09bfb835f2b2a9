package consultation

import (
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/locale"
)

// Who may answer a call.
const (
	Everybody = "everybody"
	SignedIn  = "signed_in" // whoever signed in
	Parties   = "parties"   // whoever speaks for a party on the roll
	States    = "states"    // whoever speaks for a member state on the roll
)

// WhoMayAnswer lists who may answer a call, the widest first.
var WhoMayAnswer = []string{Everybody, SignedIn, Parties, States}

// The turns of a call.
const (
	TurnExtended  = "extended"  // the deadline is later; a call that was closed or withdrawn is open again
	TurnCorrected = "corrected" // its text or its rules are otherwise
	TurnStopped   = "stopped"   // closed before its deadline
	TurnWithdrawn = "withdrawn" // not asked any more
)

// Turn is something that became of a call after it was announced. Its reason is among the words of its entry, as
// "reason". What was before stands here where it was changed, and is zero elsewhere.
type Turn struct {
	Kind    string // one of the turns above
	Entered cite.Position
	At      time.Time
	Was     time.Time // the deadline before
	Closes  time.Time // the deadline since
	Opened  time.Time // when it was to open before

	Title, Text, Terms    locale.Text // what they said before; one that was changed has an original, with words or without
	Late, Moderation, Who string      // the rules before
}

// Newest is the last turn of a call, none where nothing became of it.
func (c *Call) Newest() (t Turn, ok bool) {
	if len(c.Turns) == 0 {
		return Turn{}, false
	}
	return c.Turns[len(c.Turns)-1], true
}

// Cut reports whether the call ended before the deadline that was announced: closed early, or withdrawn. until is that
// deadline.
func (c *Call) Cut() (until time.Time, ok bool) {
	for _, t := range slices.Backward(c.Turns) {
		if t.Kind != TurnCorrected { // a correction may come after it
			return t.Was, t.Kind == TurnStopped || t.Kind == TurnWithdrawn
		}
	}
	return time.Time{}, false
}

// Turn adds a turn.
func (c *Call) Turn(at cite.Entry, t Turn) {
	t.Entered = at.Position
	c.Turns = append(slices.Clip(c.Turns), t) // snapshots hold the ones before
}

// Document belongs to a call: a file that was uploaded, or an address on the web.
type Document struct {
	Number  int // 1, 2, ... in the order in which they came
	Title   locale.Text
	Source  string        // address on the web, "" for a file
	File    ReceivedFile  // zero for an address
	Name    string        // of the file
	Entered cite.Position // where it was added
	At      time.Time
	Removed bool // it was taken off again; its number stays
}

// StandingDocuments are the documents of a call that were not taken off, oldest first.
func (c *Call) StandingDocuments() []Document {
	return slices.DeleteFunc(slices.Clone(c.Documents), func(d Document) bool { return d.Removed })
}
