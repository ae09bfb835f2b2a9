package balloting

import (
	"cmp"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/poll"
)

// Reading reads indicative ballots, which are everybody's, and who voted, which is not. That they were looked at is noted, until when that
// stands, and which words may be shown is granted, by those who lend it.
type Reading struct {
	Polls  *poll.State
	Note   func(...cite.Ref)
	Grant  func(words cite.Position)
	Stands func(until time.Time)
	// As are the participants the reader is, Speaks the parties for which one speaks now.
	As     []delegation.Participant
	Speaks func(delegation.Participant) []delegation.Party
}

// All lists the ballots, oldest first.
func (r Reading) All() []*poll.Poll {
	r.Note(poll.AnyPoll)
	all := r.Polls.Polls()
	for _, p := range all {
		r.Grant(p.Dropped)
	}
	return all
}

// Of lists the ballots on the themes of an order, oldest first.
func (r Reading) Of(order cite.Ref) (out []*poll.Poll) {
	for _, p := range r.All() {
		if p.Order == order {
			out = append(out, p)
		}
	}
	return out
}

// Poll finds a ballot.
func (r Reading) Poll(x cite.Ref) (*poll.Poll, bool) {
	r.Note(poll.AnyPoll)
	p, ok := r.Polls.Poll(x)
	if ok {
		r.Note(p.Ref)
		r.Grant(p.Dropped)
		r.Stands(p.Opens)
		r.Stands(p.Closes)
	}
	return p, ok
}

// Voice is for whom the reader may vote in a ballot, and the ballot that counts of it.
type Voice struct {
	Voter cite.Ref // a party, or the reader's participant; none for a person who has no number here yet
	Party bool
	Cast  bool
	Vote  poll.Vote
	Mine  bool // the reader cast it; of a delegation another may have
}

// Voices lists for whom the reader may vote, and what they cast: each party on the frozen roll for which they speak; else themselves, where
// persons are asked. hand is the voter for whom the reader cast the ballot that counts, none for none: one does not vote for another beside.
func (r Reading) Voices(p *poll.Poll) (out []Voice, hand cite.Ref) {
	for _, who := range r.As {
		hand = cmp.Or(hand, r.Polls.Hand(p.Ref, string(who.Ref())))
		for _, y := range r.Speaks(who) {
			if p.Constituency(y.Ref()) != "" {
				out = append(out, r.voice(p, y.Ref(), true))
			}
		}
	}
	for _, who := range r.As {
		if v := r.voice(p, who.Ref(), false); v.Cast {
			return append(out, v), hand
		}
	}
	if len(out) > 0 || !p.Takes(poll.Public) {
		return out, hand
	}
	return []Voice{{}}, hand
}

//mutants:guard that somebody voted is told to them, and of a party to those who speak for it
func (r Reading) voice(p *poll.Poll, voter cite.Ref, party bool) Voice {
	v := Voice{Voter: voter, Party: party}
	v.Vote, v.Cast = r.Polls.Vote(p.Ref, string(voter))
	for _, who := range r.As {
		v.Mine = v.Mine || v.Cast && who.Is(v.Vote.By)
	}
	return v
}
