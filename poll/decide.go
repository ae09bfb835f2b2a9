package poll

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// check holds terms to their bounds, and puts the constituencies in their order.
func (t *Terms) check(in *input.Check) {
	in.OneOf("method", t.Method, Methods, "poll.method")
	in.If(t.Opens.IsZero() || t.Closes.IsZero() || !t.Opens.Before(t.Closes), "closes", "call.order")
	in.Zone("zone", t.Zone)
	known := slices.DeleteFunc(slices.Clone(Constituencies), func(c string) bool { return !slices.Contains(t.Constituencies, c) })
	in.If(len(known) == 0 || len(known) != len(t.Constituencies), "constituencies", "poll.constituencies")
	t.Constituencies, t.Opens, t.Closes = known, t.Opens.UTC(), t.Closes.UTC()
}

// Hold announces an indicative ballot on the themes of an order.
type Hold struct {
	Order   cite.Ref // o1; nothing was decided on it
	Terms            // what is settled of it before it opens
	Options int      `api:"-"` // how many themes it has
}

// Check holds the terms to their bounds.
func (c Hold) Check() (Hold, error) {
	var in input.Check
	c.check(&in)
	return c, in.Err()
}

// Hold decides. The order was looked up before.
func (s *State) Hold(act cite.Act, c Hold) (cite.Proposal, error) {
	if !act.At.Before(c.Closes) {
		return cite.Proposal{}, refusal.In("closes", "call.past")
	}
	return cite.Proposal{Body: Held{Ref: cite.Ballot(len(s.polls) + 1), Order: c.Order, Options: c.Options, Terms: c.Terms, By: act.By, At: act.At}}, nil
}

// Alter changes the terms of a ballot before it opens: all of them are said anew. Who may vote, how it is counted and until when is not
// changed once the roll is frozen.
type Alter struct {
	Poll  cite.Ref // b1
	Terms          // all that is settled of it, as it is to be
}

// Check holds the terms to their bounds.
func (c Alter) Check() (Alter, error) {
	var in input.Check
	c.check(&in)
	return c, in.Err()
}

// Alter decides.
func (s *State) Alter(act cite.Act, c Alter) (cite.Proposal, error) {
	p, err := s.standing(c.Poll)
	switch {
	case err != nil:
		return cite.Proposal{}, err
	//mutants:guard the roll of a ballot is not changed once it is frozen, nor how it is counted
	case p.Opened != 0 || !act.At.Before(p.Opens):
		return cite.Proposal{}, refusal.New(refusal.NotNow, "poll.frozen")
	case !act.At.Before(c.Closes):
		return cite.Proposal{}, refusal.In("closes", "call.past")
	}
	return cite.Proposal{Body: Altered{Poll: p.Ref, Terms: c.Terms, By: act.By, At: act.At}}, nil
}

// Freeze opens a ballot: the roll of those who may vote is frozen. The timekeeper asks for it when the ballot opens.
type Freeze struct {
	Poll cite.Ref
}

// Check has nothing to hold it to.
func (c Freeze) Check() (Freeze, error) { return c, nil }

// Freeze decides. roll is as the conversation has it, by constituency.
func (s *State) Freeze(act cite.Act, roll []Group, c Freeze) (cite.Proposal, error) {
	p, err := s.standing(c.Poll)
	if err != nil {
		return cite.Proposal{}, err
	}
	if p.Opened != 0 || act.At.Before(p.Opens) {
		return cite.Proposal{}, refusal.New(refusal.NotNow, "poll.frozen")
	}
	roll = slices.DeleteFunc(slices.Clone(roll), func(g Group) bool { return !p.Takes(g.Constituency) })
	for i := range roll {
		roll[i].Parties = slices.Sorted(slices.Values(roll[i].Parties))
	}
	return cite.Proposal{Body: Frozen{Poll: p.Ref, Roll: roll, Hash: RollHash(roll), At: act.At}}, nil
}

// Voter is who votes: a party on the frozen roll, or a person for themselves.
type Voter struct {
	Ref          cite.Ref // of the party, or of the participant
	Party        bool
	Assurance    string // how sure the house is of who they are
	Constituency string // in which they are counted
}

// Cast casts a ballot, or takes the place of the one that the voter cast before. A delegation has one voice: the last ballot of those who speak
// for it counts. A person casts for one voice of a ballot: who cast for another takes that back first.
type Cast struct {
	Poll  cite.Ref // b1
	Marks []Mark   // one for each theme of which the ballot says something; none for an empty ballot
	// Known: whoever casts it votes for a party on the roll.
	Known bool `api:"-"`
}

// Check holds it to its bounds; what it says is held to the method by the rule.
func (c Cast) Check() (Cast, error) {
	var in input.Check
	in.If(len(c.Marks) > 1_000, "marks", "poll.marks")
	return c, in.Err()
}

// Veiled is what is remembered of the ask, so that it is not done twice: whose ballot it was in which ballot, and not what it says. Otherwise who
// keeps the token could show later what they chose. So a token that was used does nothing more, whatever comes with it.
func (c Cast) Veiled() any { return Cast{Poll: c.Poll, Known: c.Known} }

// taking finds a ballot that is being taken, and holds a voter to its roll.
func (s *State) taking(act cite.Act, r cite.Ref, who *Voter) (*Poll, error) {
	p, err := s.standing(r)
	switch {
	case err != nil:
		return nil, err
	case p.Closed != 0 || !act.At.Before(p.Closes):
		return nil, refusal.New(refusal.NotNow, "poll.over", "until", p.Closes)
	case p.Opened == 0:
		return nil, refusal.New(refusal.NotNow, "poll.early", "from", p.Opens)
	}
	if who.Constituency = Public; who.Party {
		who.Constituency = p.Constituency(who.Ref)
	}
	//mutants:guard nobody votes who is not on the frozen roll, and persons only where they are asked
	if !p.Takes(who.Constituency) {
		return nil, refusal.In("for", "poll.roll")
	}
	return p, nil
}

// Cast decides. before is the entry of the ballot whose place it takes, 0 for none: what that says is let go.
func (s *State) Cast(act cite.Act, who Voter, c Cast) (f cite.Proposal, before cite.Position, err error) {
	p, err := s.taking(act, c.Poll, &who)
	if err != nil {
		return f, 0, err
	}
	//mutants:guard one person's hand is in one voice of a ballot, whatever they speak for now
	if other := s.Hand(p.Ref, act.By); other != cite.None && other != who.Ref {
		if string(other) == act.By {
			return f, 0, refusal.New(refusal.NotNow, "poll.hand_own")
		}
		return f, 0, refusal.New(refusal.NotNow, "poll.hand_party")
	}
	choice, err := p.Choice(c.Marks)
	if err != nil {
		return f, 0, err
	}
	was, _ := s.Vote(p.Ref, string(who.Ref))
	return cite.Proposal{Body: Received{Poll: p.Ref, Voter: who.Ref, Constituency: who.Constituency, Assurance: who.Assurance, Closes: p.Closes, By: act.By, At: act.At},
		Words: cite.Words{"choice": choice}}, was.Position, nil
}

// Return takes a ballot back: the voter has cast none. They may cast another while ballots are taken.
type Return struct {
	Poll cite.Ref // b1
	// Known: whoever takes it back votes for a party on the roll.
	Known bool `api:"-"`
}

// Check has nothing to hold it to.
func (c Return) Check() (Return, error) { return c, nil }

// Return decides. before is the entry of the ballot.
func (s *State) Return(act cite.Act, who Voter, c Return) (f cite.Proposal, before cite.Position, err error) {
	p, err := s.taking(act, c.Poll, &who)
	if err != nil {
		return f, 0, err
	}
	was, ok := s.Vote(p.Ref, string(who.Ref))
	if !ok {
		return f, 0, refusal.New(refusal.NotNow, "poll.none")
	}
	return cite.Proposal{Body: Returned{Poll: p.Ref, Voter: who.Ref, By: act.By, At: act.At}}, was.Position, nil
}

// Count closes a ballot and lists what was cast. The timekeeper asks for it when the ballot closes, with what stands beside the entries of the
// ballots.
type Count struct {
	Poll cite.Ref
	Seen cite.Position            // where a ballot was cast or taken back last when it was read what they say
	Said map[cite.Position]string // what each says; not there where its words were erased
}

// Check has nothing to hold it to.
func (c Count) Check() (Count, error) { return c, nil }

// Veiled is what is remembered of the ask: not what was chosen.
func (c Count) Veiled() any { return Count{Poll: c.Poll, Seen: c.Seen} }

// Entries are those of the ballots, in order.
func (c Count) Entries() []cite.Position { return slices.Sorted(maps.Keys(c.Said)) }

// Read takes what ballots say from what stands beside their entries. A ballot whose words were erased says nothing that counts.
func (c Count) Read(words map[cite.Position]cite.Words) {
	for at := range c.Said {
		if w, there := words[at]; there {
			c.Said[at] = w["choice"]
		} else {
			delete(c.Said, at)
		}
	}
}

// cell is a constituency with voters of whom the house is equally sure.
type cell struct{ constituency, assurance string }

// Count decides: a list for each constituency and assurance, then what closes the ballot.
func (s *State) Count(act cite.Act, c Count) (facts []cite.Proposal, err error) {
	p, err := s.standing(c.Poll)
	switch {
	case err != nil:
		return nil, err
	case p.Closed != 0 || p.Opened == 0 || act.At.Before(p.Closes):
		return nil, refusal.New(refusal.NotNow, "poll.closing")
	//mutants:guard no ballot is left out of the count that was cast while it was prepared
	case c.Seen != p.Last:
		return nil, refusal.New(refusal.Conflict, "poll.changed")
	}
	cells, voted, gone := map[cell][]Said{}, map[string][]cite.Ref{}, 0
	for voter, v := range s.cast(p.Ref) {
		if v.Constituency != Public {
			voted[v.Constituency] = append(voted[v.Constituency], voter)
		}
		choice, there := c.Said[v.Position]
		if _, ok := p.Marks(choice); !there || !ok {
			gone++
			continue
		}
		said := Said{Choice: choice, Count: 1}
		//mutants:guard whose a ballot is stands only beside that of a delegation in an open ballot
		if !p.Secretly(v.Constituency) {
			said.Party = voter
		}
		at := cell{v.Constituency, v.Assurance}
		cells[at] = append(cells[at], said)
	}
	f := Counted{Poll: p.Ref, Gone: gone, At: act.At}
	for _, constituency := range p.Constituencies {
		for _, at := range slices.SortedFunc(maps.Keys(cells), func(x, y cell) int { return strings.Compare(x.assurance, y.assurance) }) {
			if at.constituency == constituency {
				facts = append(facts, p.lists(at, cells[at], act.At)...)
			}
		}
		if constituency != Public {
			f.Voted = append(f.Voted, Group{constituency, slices.Sorted(slices.Values(voted[constituency]))})
		}
	}
	return append(facts, cite.Proposal{Body: f}), nil
}

// lists are the ballots of a cell. Where whose they are is not told, equal ones are put together, and what is left stands in the order of what
// it says: neither tells who cast it, or when.
func (p *Poll) lists(at cell, ballots []Said, now time.Time) (facts []cite.Proposal) {
	l := List{Constituency: at.constituency, Assurance: at.assurance, Total: len(ballots)}
	//mutants:guard where there are few secret ballots what they say is not told
	if l.Kept = p.Secretly(at.constituency) && l.Total < Few; l.Kept {
		return []cite.Proposal{{Body: Listed{Poll: p.Ref, List: l, At: now}}}
	}
	counts := map[Said]int{}
	for _, b := range ballots {
		counts[b]++
	}
	size := 0
	for _, b := range slices.SortedFunc(maps.Keys(counts), func(x, y Said) int {
		return cmp.Or(strings.Compare(string(x.Party), string(y.Party)), strings.Compare(x.Choice, y.Choice))
	}) {
		if size > chunk { // the next fact goes on with the same list
			facts = append(facts, cite.Proposal{Body: Listed{Poll: p.Ref, List: l, At: now}})
			size, l.Ballots, l.Total = 0, nil, 0
		}
		n := counts[b]
		b.Count = n
		l.Ballots, size = append(l.Ballots, b), size+len(b.Choice)+60
	}
	return append(facts, cite.Proposal{Body: Listed{Poll: p.Ref, List: l, At: now}})
}

// cast hands over the ballots that count, with their voters, in no order.
func (s *State) cast(poll cite.Ref) map[cite.Ref]Vote {
	out := map[cite.Ref]Vote{}
	for k, v := range s.votes.All() {
		if of, voter, _ := strings.Cut(k, " "); of == string(poll) && v.Position != 0 {
			out[cite.Ref(voter)] = v
		}
	}
	return out
}

// CastAt lists the entries of the ballots that count, in order: beside them stands what they say.
func (s *State) CastAt(poll cite.Ref) (out []cite.Position) {
	for _, v := range s.cast(poll) {
		out = append(out, v.Position)
	}
	slices.Sort(out)
	return out
}

// CallOff calls a ballot off, before it closes. What was cast is let go.
type CallOff struct {
	Poll   cite.Ref    // b1
	Reason locale.Text // at most MaxReason characters in each language
}

// Check cleans the reason.
func (c CallOff) Check() (CallOff, error) {
	var in input.Check
	in.Texts("reason", &c.Reason, MaxReason)
	in.If(c.Reason.Empty(), "reason", "desk.reason")
	return c, in.Err()
}

// CallOff decides.
func (s *State) CallOff(act cite.Act, c CallOff) (cite.Proposal, error) {
	p, err := s.standing(c.Poll)
	if err != nil {
		return cite.Proposal{}, err
	}
	//mutants:guard what has closed is not called off: its result stays
	if p.Closed != 0 || !act.At.Before(p.Closes) {
		return cite.Proposal{}, refusal.New(refusal.NotNow, "poll.over", "until", p.Closes)
	}
	f := Dropped{Poll: p.Ref, By: act.By, At: act.At, Original: c.Reason.Original}
	words := cite.Words{}
	for _, l := range locale.All {
		if said := strings.TrimSpace(c.Reason.In[l]); said != "" {
			words["reason."+string(l)] = said
			f.Languages = append(f.Languages, l)
		}
	}
	return cite.Proposal{Body: f, Words: words}, nil
}

// Due lists what the timekeeper must ask for at an instant, and the next instant at which it must look again (zero if there is none).
func (s *State) Due(now time.Time) (open, shut []cite.Ref, next time.Time) {
	sooner := func(t time.Time) {
		if next.IsZero() || t.Before(next) {
			next = t
		}
	}
	for _, p := range s.polls {
		switch {
		case p.Dropped != 0 || p.Closed != 0:
		case p.Opened == 0 && now.Before(p.Opens):
			sooner(p.Opens)
		case p.Opened == 0:
			open = append(open, p.Ref)
			fallthrough
		case now.Before(p.Closes):
			sooner(p.Closes)
		default:
			shut = append(shut, p.Ref)
		}
	}
	return open, shut, next
}
