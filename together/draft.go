package together

import (
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// Roll is what has to be known of who speaks for whom.
type Roll interface {
	// SpeaksFor lists the parties that a participant may speak for.
	SpeaksFor(delegation.Participant) []delegation.Party
	// WritesFor lists the parties in whose delegations a participant is, those they only prepare for among them.
	WritesFor(delegation.Participant) []delegation.Party
	// Heads reports whether of those who speak for a party a participant is one who clears last: its head, where it has one.
	Heads(delegation.Participant, delegation.Party) bool
	// Members lists the members of a group that may be spoken for; none for a party that is no group.
	Members(delegation.Party) []delegation.Party
}

// Rights are what somebody may do with the drafts of a party.
type Rights struct {
	Write  bool // see them, write, remark, and send for clearance
	Review bool // clear first
	Head   bool // clear last, say how a draft is cleared, and name and dismiss those who only write
	Submit bool // send for the party
}

// May says what a participant may do with the drafts of a party by their mandate. Whoever was named as one who writes a draft may
// write it beside that: see Draft.Rights.
func May(roll Roll, who delegation.Participant, party delegation.Party) Rights {
	//mutants:guard who is not authorised for a party neither sees its drafts nor clears nor sends them
	if who == 0 || !slices.Contains(roll.WritesFor(who), party) {
		return Rights{}
	}
	//mutants:guard who only prepares writes, and neither clears nor sends
	if !slices.Contains(roll.SpeaksFor(who), party) {
		return Rights{Write: true}
	}
	return Rights{Write: true, Review: true, Head: roll.Heads(who, party), Submit: true}
}

// How a draft is cleared before it may be sent.
const (
	NoClearance = 0 // by nobody
	ByHead      = 1 // by the head alone
	ByBoth      = 2 // by a reviewer, then by the head
)

// Mark is what somebody did with a text as it stood.
type Mark struct {
	By   delegation.Participant `json:"by"`
	At   time.Time              `json:"at"`
	Text int                    `json:"text"` // the number of the text
	// QuestionsAt is the entry that set the questions of the call, as whoever does it sees them; 0 for none.
	QuestionsAt cite.Position `json:"-"`
}

// Draft is a contribution that several people write for a party.
type Draft struct {
	Key       string           `json:"-"` // random; the token under which it is sent
	Party     delegation.Party `json:"party"`
	Call      cite.Ref         `json:"call"`
	On        cite.Ref         `json:"on"` // the edition of the paper that it is about
	Language  locale.Lang      `json:"language"`
	Clearance int              `json:"clearance"` // NoClearance, ByHead or ByBoth
	Begun     Mark             `json:"begun"`
	// Asked is that it was sent for clearance, and Cleared are the clearances that were given since, the reviewer's first.
	Asked   *Mark  `json:"asked,omitempty"`
	Cleared []Mark `json:"cleared,omitempty"`
	// Returned is that it was returned with notes, until it is sent for clearance again.
	Returned *Mark `json:"returned,omitempty"`
	// Sending is that somebody sends it: the draft is marked before the record is asked. Words tells what they send from what else they
	// may have sent.
	Sending *Mark     `json:"sending,omitempty"`
	Words   string    `json:"words,omitempty"`
	Became  cite.Ref  `json:"became,omitempty"` // the contribution that it became
	Changed time.Time `json:"-"`                // when its state was last changed; sections have times of their own
	version int
}

// Stage is how far a draft is.
type Stage string

// The stages.
const (
	Writing Stage = "writing"
	Review  Stage = "review" // it waits for the reviewer
	Head    Stage = "head"   // it waits for the head
	Cleared Stage = "cleared"
	Sent    Stage = "sent"
)

// Standing is how far a draft is with a text.
type Standing struct {
	Stage Stage
	// Edited: it was sent for clearance, and edited since: what was cleared is void.
	Edited bool
	// Ended: somebody cleared it whose mandate has ended since; that clearance is void.
	Ended bool
}

// Standing says how far the draft is where its text has a number.
func (d *Draft) Standing(roll Roll, text int) Standing {
	switch {
	case d.Became != cite.None:
		return Standing{Stage: Sent}
	case d.Asked == nil || d.Clearance == NoClearance:
		return Standing{Stage: Writing}
	//mutants:guard an edit voids what was cleared
	case d.Asked.Text != text:
		return Standing{Stage: Writing, Edited: true}
	}
	given := len(d.Valid(roll))
	s := Standing{Stage: Head, Ended: given < len(d.Cleared)}
	switch {
	case given >= d.Clearance:
		s.Stage = Cleared
	case d.Clearance-given == ByBoth:
		s.Stage = Review
	}
	return s
}

// Valid are the clearances whose givers may still give them, up to the first whose giver may not.
func (d *Draft) Valid(roll Roll) []Mark {
	for i, m := range d.Cleared {
		r := May(roll, m.By, d.Party)
		may := r.Head
		if d.Clearance-i == ByBoth {
			may = r.Review
		}
		//mutants:guard a clearance ends with the mandate of whoever gave it, and holds for no other text
		if !may || m.Text != d.Asked.Text {
			return d.Cleared[:i]
		}
	}
	return d.Cleared
}

// MayClear refuses whoever may not clear the draft now, or return it: "together.not_asked" (it does not wait for clearance),
// "together.own" (they sent it for clearance, or cleared it already), "together.not_yours" (it waits for somebody else).
func (d *Draft) MayClear(roll Roll, who delegation.Participant, text int) error {
	r := May(roll, who, d.Party)
	stage := d.Standing(roll, text).Stage
	switch {
	case stage != Review && stage != Head:
		return refusal.New(refusal.Conflict, "together.not_asked")
	//mutants:guard the reviewer reviews, and the head clears last
	case stage == Review && !r.Review, stage == Head && !r.Head:
		return refusal.New(refusal.Forbidden, "together.not_yours")
	//mutants:guard nobody clears what they sent for clearance themselves, nor clears twice
	case d.Asked.By == who, slices.ContainsFunc(d.Valid(roll), func(m Mark) bool { return m.By == who }):
		return refusal.New(refusal.Forbidden, "together.own")
	}
	return nil
}

// moved refuses to go on from a text that is not the one that was read.
func moved(read, text int) error {
	//mutants:guard nobody clears or sends a text that they have not read
	if read != text {
		return refusal.New(refusal.Conflict, "together.moved")
	}
	return nil
}

// Ask sends the draft for clearance, as its text was read. The refusals are "together.moved", "together.no_clearance" (none is
// asked) and "together.asked" (it waits already).
func (d *Draft) Ask(roll Roll, m Mark, text int) error {
	if err := moved(m.Text, text); err != nil {
		return err
	}
	switch d.Standing(roll, text).Stage {
	case Review, Head, Cleared:
		return refusal.New(refusal.Conflict, "together.asked")
	}
	if d.Clearance == NoClearance {
		return refusal.New(refusal.Conflict, "together.no_clearance")
	}
	d.Asked, d.Cleared, d.Returned = &m, nil, nil
	return nil
}

// Clear clears the draft as its text was read. The refusals are those of MayClear and "together.moved".
func (d *Draft) Clear(roll Roll, m Mark, text int) error {
	if err := moved(m.Text, text); err != nil {
		return err
	}
	if err := d.MayClear(roll, m.By, text); err != nil {
		return err
	}
	d.Cleared = append(slices.Clone(d.Valid(roll)), m)
	return nil
}

// Return returns the draft to those who write it. The refusals are those of Clear.
func (d *Draft) Return(roll Roll, m Mark, text int) error {
	if err := moved(m.Text, text); err != nil {
		return err
	}
	if err := d.MayClear(roll, m.By, text); err != nil {
		return err
	}
	d.Asked, d.Cleared, d.Returned = nil, nil, &m
	return nil
}

// Settle says how the draft is cleared; what was cleared in another way is void. The refusals are "together.not_yours" and
// "together.clearance" (there is no such way).
func (d *Draft) Settle(roll Roll, who delegation.Participant, clearance int) error {
	//mutants:guard only the head says how a draft is cleared
	if !May(roll, who, d.Party).Head {
		return refusal.New(refusal.Forbidden, "together.not_yours")
	}
	if clearance < NoClearance || clearance > ByBoth {
		return refusal.In("clearance", "together.clearance")
	}
	if clearance != d.Clearance {
		d.Clearance, d.Asked, d.Cleared = clearance, nil, nil
	}
	return nil
}

// MaySend refuses whoever may not send the draft now: "together.not_yours" (they may not send for the party), "together.moved", and
// "together.not_cleared".
func (d *Draft) MaySend(roll Roll, m Mark, text int) error {
	//mutants:guard only who is authorised sends for a party
	if !May(roll, m.By, d.Party).Submit {
		return refusal.New(refusal.Forbidden, "together.not_yours")
	}
	if err := moved(m.Text, text); err != nil {
		return err
	}
	//mutants:guard a draft that is to be cleared is not sent before it is
	if d.Clearance != NoClearance && d.Standing(roll, text).Stage != Cleared {
		return refusal.New(refusal.Conflict, "together.not_cleared")
	}
	return nil
}

// Last is when the draft was last cleared, sent for clearance or returned, and by whom; nil for never.
func (d *Draft) Last() *Mark {
	switch {
	case len(d.Cleared) > 0:
		return &d.Cleared[len(d.Cleared)-1]
	case d.Asked != nil:
		return d.Asked
	}
	return d.Returned
}
