// Package balloting has the rules of indicative ballots that span nouns: on which orders one may be held, who stands on its roll when it is
// frozen, and for whom somebody votes.
package balloting

import (
	"time"

	"github.com/openplenary/plenary/accreditation"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/poll"
	"github.com/openplenary/plenary/priority"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/settings"
)

// House is what these rules look up.
type House struct {
	*settings.Settings
	Roll       *delegation.Roll
	Accredited *accreditation.State
	Priorities *priority.State
	Polls      *poll.State
	// Speaks says why somebody may not speak for a party, through another or not, at an instant; nil where they may.
	Speaks func(who delegation.Participant, party, through delegation.Party, now time.Time) error
}

// Hold looks up the order: it stands, and nothing was decided on it. A ballot is an input to a decision.
func (h *House) Hold(act cite.Act, c poll.Hold) (cite.Proposal, error) {
	o, ok := h.Priorities.Order(c.Order)
	switch {
	case !ok || o.Ref != c.Order:
		return cite.Proposal{}, refusal.In("order", "priority.unknown")
	case o.Withdrawn != 0:
		return cite.Proposal{}, refusal.New(refusal.NotNow, "priority.withdrawn")
	//mutants:guard a ballot comes before what it is an input to
	case o.Decided() != nil:
		return cite.Proposal{}, refusal.New(refusal.NotNow, "poll.decided")
	}
	c.Options = len(o.Themes)
	return h.Polls.Hold(act, c)
}

// Freeze looks up who may vote: parties on the roll whose accreditation stands, by constituency. Groups do not vote: their members would be
// counted twice.
func (h *House) Freeze(act cite.Act, c poll.Freeze) (cite.Proposal, error) {
	states, others := poll.Group{Constituency: poll.States}, poll.Group{Constituency: poll.Observers}
	for _, y := range h.Roll.Entered() {
		//mutants:guard groups do not vote, nor who is accredited no more
		if h.Roll.IsGroup(y) || !h.Accredited.Stands(y.Ref(), act.At) {
			continue
		}
		to := &others
		//mutants:guard only member states that do not observe are counted among member states
		if of, _ := h.Roll.Party(y); h.state(of.Category) && !h.Accredited.Observes(y.Ref()) {
			to = &states
		}
		to.Parties = append(to.Parties, y.Ref())
	}
	return h.Polls.Freeze(act, []poll.Group{states, others}, c)
}

func (h *House) state(category string) bool {
	l, ok := h.Category(category)
	return ok && l.State
}

// Asker is who asks, and for whom.
type Asker struct {
	By        delegation.Participant
	For       delegation.Party
	Assurance string // how sure the house is of them
}

// voter looks up for whom somebody votes, or takes a ballot back.
func (h *House) voter(act cite.Act, a Asker, known bool) (v poll.Voter, err error) {
	if known {
		//mutants:guard nobody votes for a party for which they do not speak
		if why := h.Speaks(a.By, a.For, 0, act.At); why != nil {
			return v, why
		}
		return poll.Voter{Ref: a.For.Ref(), Party: true, Assurance: consultation.Vouched}, nil
	}
	//mutants:guard nobody votes without an address that was proven
	if a.Assurance == consultation.Anonymous || a.By == 0 {
		return v, refusal.New(refusal.Forbidden, "poll.sign_in")
	}
	return poll.Voter{Ref: a.By.Ref(), Assurance: a.Assurance}, nil
}

// alone refuses a person who is to vote for a party that they speak for, and not for themselves.
func (h *House) alone(act cite.Act, ballot cite.Ref, a Asker) error {
	p, ok := h.Polls.Poll(ballot)
	for _, y := range h.Roll.SpeaksFor(a.By, act.At) {
		//mutants:guard who votes for a party does not vote for themselves as well
		if ok && p.Constituency(y.Ref()) != "" {
			return refusal.In("for", "poll.speaks")
		}
	}
	return nil
}

// Done is what is written, and the entries of ballots that count no more or were counted: what they say is let go.
type Done struct {
	Facts []cite.Proposal
	Of    cite.Ref // the ballot
	Gone  []cite.Position
}

func done(of cite.Ref, f cite.Proposal, gone ...cite.Position) Done {
	return Done{[]cite.Proposal{f}, of, gone}
}

// Cast looks up for whom it is cast. Whoever speaks for a party on the frozen roll votes for that party: in a ballot nobody has two voices.
func (h *House) Cast(act cite.Act, a Asker, c poll.Cast) (Done, error) {
	v, err := h.voter(act, a, c.Known)
	if err == nil && !c.Known {
		err = h.alone(act, c.Poll, a)
	}
	if err != nil {
		return Done{}, err
	}
	f, before, err := h.Polls.Cast(act, v, c)
	return done(c.Poll, f, before), err
}

// Return looks up for whom it is taken back. What somebody cast for themselves is theirs to take back, whatever they speak for since.
func (h *House) Return(act cite.Act, a Asker, c poll.Return) (Done, error) {
	v, err := h.voter(act, a, c.Known)
	if err != nil {
		return Done{}, err
	}
	f, before, err := h.Polls.Return(act, v, c)
	return done(c.Poll, f, before), err
}

// ReturnAgain takes a ballot back once more whose taking back is lost: nothing where none counts.
func (h *House) ReturnAgain(f *poll.Returned) Done {
	v, ok := h.Polls.Vote(f.Poll, string(f.Voter))
	if !ok {
		return Done{}
	}
	return done(f.Poll, cite.Proposal{Body: f}, v.Position)
}

// Count counts; what was cast is let go, and what is listed stays.
func (h *House) Count(act cite.Act, _ Asker, c poll.Count) (Done, error) {
	facts, err := h.Polls.Count(act, c)
	return Done{facts, c.Poll, h.Polls.CastAt(c.Poll)}, err
}

// CallOff calls off; what was cast is let go.
func (h *House) CallOff(act cite.Act, _ Asker, c poll.CallOff) (Done, error) {
	f, err := h.Polls.CallOff(act, c)
	return done(c.Poll, f, h.Polls.CastAt(c.Poll)...), err
}
