package settings

import (
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// Life is where a conversation stands in its life.
type Life uint8

// A conversation is prepared by those who hold an office in it, then opened to everybody, and archived at its end. One
// that was never opened may be discarded.
const (
	Opened Life = iota // also every conversation that was convened before there were others
	Prepared
	Archived
	Discarded
)

var lifeNames = [...]string{"opened", "prepared", "archived", "discarded"}

// String is the state of life in catalogue keys.
func (l Life) String() string { return lifeNames[min(int(l), len(lifeNames)-1)] }

// LifeNames lists the states of life as the catalogues name them.
var LifeNames = lifeNames[:]

// OpenUp opens a conversation that was prepared: from then on everybody may read it.
type OpenUp struct{}

// Check has nothing to look at.
func (c OpenUp) Check() (OpenUp, error) { return c, nil }

// OpenUp decides. That nothing is missing was looked up before.
func (s *State) OpenUp(act cite.Act, _ OpenUp) (cite.Proposal, error) {
	if s.Life != Prepared {
		return cite.Proposal{}, refusal.New(refusal.Conflict, "life.opened")
	}
	return cite.Proposal{Body: WasOpened{By: act.By, At: act.At}}, nil
}

// WasOpened: from now on the conversation is everybody's to read.
type WasOpened struct {
	By string    `json:"by,omitempty"`
	At time.Time `json:"at"`
}

// Describe: everything of the conversation is seen from here on.
func (WasOpened) Describe() cite.Description {
	return cite.Description{Kind: "conversation.opened/1", Touches: []cite.Ref{Any}, About: cite.Public}
}

// Apply opens it.
func (f *WasOpened) Apply(s *State, at cite.Entry) error {
	s.Life, s.Turned = Opened, f.At
	s.promise(at.Position)
	return nil
}

// Archive ends a conversation: nothing can be said any more, and every page stays under its address.
type Archive struct {
	Last locale.Text // what stands on top from then on, at most input.MaxOutcome characters in each language; in one at least
}

// Check cleans the text and holds it to its bounds.
func (c Archive) Check() (Archive, error) {
	var in input.Check
	in.Texts("last", &c.Last, input.MaxOutcome)
	in.If(c.Last.In[c.Last.Original] == "", "last", "life.last")
	return c, in.Err()
}

// Archive decides. That nothing is open or waits was looked up before.
func (s *State) Archive(act cite.Act, c Archive) (cite.Proposal, error) {
	if s.Life != Opened {
		return cite.Proposal{}, refusal.New(refusal.Conflict, "life.not_open")
	}
	return cite.Proposal{Body: WasArchived{Last: c.Last, By: act.By, At: act.At}}, nil
}

// WasArchived: the conversation has ended.
type WasArchived struct {
	Last locale.Text `json:"last"`
	By   string      `json:"by,omitempty"`
	At   time.Time   `json:"at"`
}

// Describe: that it ended, and its last word, is everybody's to read.
func (WasArchived) Describe() cite.Description {
	return cite.Description{Kind: "conversation.archived/1", Touches: []cite.Ref{Any}, About: cite.Public}
}

// Apply ends it.
func (f *WasArchived) Apply(s *State, _ cite.Entry) error {
	s.Life, s.Turned, s.Last, s.Marks = Archived, f.At, f.Last, s.Marks.Without(LastText)
	return nil
}

// Reopen has an archived conversation go on, for a reason that everybody reads.
type Reopen struct {
	Reason string // at most input.MaxOutcome characters; required
}

// Check cleans the reason and looks that there is one.
func (c Reopen) Check() (Reopen, error) {
	var in input.Check
	in.Text("reason", &c.Reason, input.MaxOutcome)
	in.If(c.Reason == "", "reason", "reason.missing")
	return c, in.Err()
}

// Reopen decides.
func (s *State) Reopen(act cite.Act, c Reopen) (cite.Proposal, error) {
	if s.Life != Archived {
		return cite.Proposal{}, refusal.New(refusal.Conflict, "life.not_archived")
	}
	return cite.Proposal{Body: WasReopened{Reason: c.Reason, By: act.By, At: act.At}}, nil
}

// WasReopened: the conversation goes on after all.
type WasReopened struct {
	Reason string    `json:"reason"`
	By     string    `json:"by,omitempty"`
	At     time.Time `json:"at"`
}

// Describe: that it goes on, and why, is everybody's to read.
func (WasReopened) Describe() cite.Description {
	return cite.Description{Kind: "conversation.reopened/1", Touches: []cite.Ref{Any}, About: cite.Public}
}

// Apply has it go on.
func (f *WasReopened) Apply(s *State, _ cite.Entry) error {
	s.Life, s.Turned, s.Last = Opened, f.At, locale.Text{}
	return nil
}

// Discard gives up a conversation that was never opened. Its record is deleted afterwards, and all that stands beside it.
type Discard struct {
	Slug string // the address of the conversation, written once more by whoever is sure
}

// Check cleans the address.
func (c Discard) Check() (Discard, error) {
	var in input.Check
	in.Line("slug", &c.Slug, maxSlug)
	return c, in.Err()
}

// Discard decides: what was shown to the public once is never taken away.
func (s *State) Discard(act cite.Act, c Discard) (cite.Proposal, error) {
	//mutants:guard what the public could read is never deleted
	if s.Life != Prepared {
		return cite.Proposal{}, refusal.New(refusal.Conflict, "life.opened")
	}
	if c.Slug != s.Slug {
		return cite.Proposal{}, refusal.In("slug", "life.slug")
	}
	return cite.Proposal{Body: WasDiscarded{By: act.By, At: act.At}}, nil
}

// WasDiscarded: the conversation was given up before anybody saw it. It is the last entry of its record, which is
// deleted as soon as it is durable.
type WasDiscarded struct {
	By string    `json:"by,omitempty"`
	At time.Time `json:"at"`
}

// Describe: nobody reads it.
func (WasDiscarded) Describe() cite.Description {
	return cite.Description{Kind: "conversation.discarded/1", Touches: []cite.Ref{Any}}
}

// Apply gives it up.
func (f *WasDiscarded) Apply(s *State, _ cite.Entry) error {
	s.Life, s.Turned = Discarded, f.At
	return nil
}
