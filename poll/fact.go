package poll

import (
	"fmt"
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/locale"
)

// The facts of this room. A field is never renamed, and never changes its meaning.

// Held: an indicative ballot on the themes of an order was announced.
type Held struct {
	Ref     cite.Ref `json:"ref"`
	Order   cite.Ref `json:"order"`
	Options int      `json:"options"` // option N is theme N
	Terms
	By string    `json:"by,omitempty"`
	At time.Time `json:"at"`
}

// Describe: what is put to the vote is everybody's.
func (f Held) Describe() cite.Description {
	return cite.Description{Kind: "poll.held/1", Minted: []cite.Ref{f.Ref}, Touches: []cite.Ref{f.Ref, f.Order, AnyPoll}, About: cite.Public}
}

// Altered: its terms are others, before it opened.
type Altered struct {
	Poll cite.Ref `json:"poll"`
	Terms
	By string    `json:"by,omitempty"`
	At time.Time `json:"at"`
}

// Describe: the terms are everybody's.
func (f Altered) Describe() cite.Description {
	return cite.Description{Kind: "poll.altered/1", Touches: []cite.Ref{f.Poll, AnyPoll}, About: cite.Public}
}

// Frozen: it opened, and the roll of those who may vote is frozen.
type Frozen struct {
	Poll cite.Ref  `json:"poll"`
	Roll []Group   `json:"roll"`
	Hash string    `json:"hash"` // SHA-256 of the roll as RollText writes it
	At   time.Time `json:"at"`
}

// Describe: who may vote is everybody's.
func (f Frozen) Describe() cite.Description {
	return cite.Description{Kind: "poll.frozen/1", Touches: []cite.Ref{f.Poll, AnyPoll}, About: cite.Public}
}

// Received: a ballot was cast. Words: choice, until it is counted. Nobody reads them.
type Received struct {
	Poll         cite.Ref  `json:"poll"`
	Voter        cite.Ref  `json:"voter"` // the party, or the participant
	Constituency string    `json:"constituency"`
	Assurance    string    `json:"assurance"`
	Closes       time.Time `json:"closes"` // until when it may be changed
	By           string    `json:"by,omitempty"`
	At           time.Time `json:"at"`
}

// Describe: that they voted is for whoever cast the ballot, until the parties that did are listed.
func (f Received) Describe() cite.Description {
	return cite.Description{Kind: "poll.received/1", Touches: []cite.Ref{f.Poll}, About: cite.Ref(f.By)}
}

// Returned: a ballot was taken back.
type Returned struct {
	Poll  cite.Ref  `json:"poll"`
	Voter cite.Ref  `json:"voter"`
	By    string    `json:"by,omitempty"`
	At    time.Time `json:"at"`
}

// Describe: it is for whoever took it back.
func (f Returned) Describe() cite.Description {
	return cite.Description{Kind: "poll.returned/1", Touches: []cite.Ref{f.Poll}, About: cite.Ref(f.By)}
}

// Listed: the ballots of a constituency by voters of whom the house is equally sure. A long list goes on in the next fact.
type Listed struct {
	Poll cite.Ref `json:"poll"`
	List
	At time.Time `json:"at"`
}

// Describe: what was chosen is everybody's once it is counted.
func (f Listed) Describe() cite.Description {
	return cite.Description{Kind: "poll.listed/1", Touches: []cite.Ref{f.Poll}, About: cite.Public}
}

// Counted: it closed; all lists stand before.
type Counted struct {
	Poll  cite.Ref  `json:"poll"`
	Voted []Group   `json:"voted"`          // the parties that voted, by constituency
	Gone  int       `json:"gone,omitempty"` // ballots whose words had been erased
	At    time.Time `json:"at"`
}

// Describe: which parties voted is everybody's.
func (f Counted) Describe() cite.Description {
	return cite.Description{Kind: "poll.counted/1", Touches: []cite.Ref{f.Poll, AnyPoll}, About: cite.Public}
}

// Dropped: it was called off, and what was cast was let go. Words: reason.en, reason.fr, ...
type Dropped struct {
	Poll      cite.Ref      `json:"poll"`
	Original  locale.Lang   `json:"original"`
	Languages []locale.Lang `json:"languages"`
	By        string        `json:"by,omitempty"`
	At        time.Time     `json:"at"`
}

// Describe: why it was called off is everybody's.
func (f Dropped) Describe() cite.Description {
	return cite.Description{Kind: "poll.dropped/1", Touches: []cite.Ref{f.Poll, AnyPoll}, About: cite.Public}
}

// Apply adds the ballot.
func (f *Held) Apply(s *State, at cite.Entry) error {
	if f.Ref.Number() != len(s.polls)+1 {
		return fmt.Errorf("%w: %s, after %d ballots", ErrGap, f.Ref, len(s.polls))
	}
	s.polls = append(s.polls, &Poll{Terms: f.Terms, Ref: f.Ref, Order: f.Order, Options: f.Options, Position: at.Position, At: f.At})
	return nil
}

// Apply puts the terms in the place of those before.
func (f *Altered) Apply(s *State, _ cite.Entry) error {
	return s.change(f.Poll, func(p *Poll) { p.Terms = f.Terms })
}

// Apply opens the ballot.
func (f *Frozen) Apply(s *State, at cite.Entry) error {
	return s.change(f.Poll, func(p *Poll) { p.Opened, p.OpenedAt, p.Roll, p.Hash = at.Position, f.At, f.Roll, f.Hash })
}

// Apply has the ballot count.
func (f *Received) Apply(s *State, at cite.Entry) error {
	return s.vote(f.Poll, f.Voter, at, func(was Vote) Vote {
		return Vote{Position: at.Position, By: f.By, Constituency: f.Constituency, Assurance: f.Assurance, At: f.At, Times: was.Times + 1}
	})
}

// Apply has it count no more.
func (f *Returned) Apply(s *State, at cite.Entry) error {
	return s.vote(f.Poll, f.Voter, at, func(was Vote) Vote { return Vote{Times: was.Times} })
}

// vote folds a change of what a voter cast.
func (s *State) vote(poll, voter cite.Ref, at cite.Entry, fold func(Vote) Vote) error {
	if err := s.change(poll, func(p *Poll) { p.Last = at.Position }); err != nil {
		return err
	}
	k := key(poll, string(voter))
	was := s.votes.Get(k)
	now := fold(was)
	s.votes.Set(k, now)
	if was.By != "" && s.Hand(poll, was.By) == voter {
		s.hands.Set(key(poll, was.By), cite.None)
	}
	if now.By != "" {
		s.hands.Set(key(poll, now.By), voter)
	}
	return nil
}

// Apply adds the ballots to their list.
func (f *Listed) Apply(s *State, _ cite.Entry) error {
	return s.change(f.Poll, func(p *Poll) {
		i := slices.IndexFunc(p.Lists, func(l List) bool { return l.Constituency == f.Constituency && l.Assurance == f.Assurance })
		if p.Lists = slices.Clone(p.Lists); i < 0 {
			p.Lists = append(p.Lists, f.List)
			return
		}
		p.Lists[i].Total += f.Total
		p.Lists[i].Ballots = append(slices.Clip(p.Lists[i].Ballots), f.Ballots...)
	})
}

// Apply closes the ballot.
func (f *Counted) Apply(s *State, at cite.Entry) error {
	return s.change(f.Poll, func(p *Poll) { p.Closed, p.ClosedAt, p.Voted, p.Gone = at.Position, f.At, f.Voted, f.Gone })
}

// Apply calls the ballot off.
func (f *Dropped) Apply(s *State, at cite.Entry) error {
	return s.change(f.Poll, func(p *Poll) { p.Dropped, p.Original, p.Languages = at.Position, f.Original, f.Languages })
}
