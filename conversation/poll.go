package conversation

import (
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation/balloting"
	"github.com/openplenary/plenary/poll"
)

// balloter is what the rules of indicative ballots look up.
func balloter(s *State) *balloting.House {
	return &balloting.House{Settings: &s.Settings, Roll: s.Roll, Accredited: s.Accredited, Priorities: s.Priorities, Polls: s.Polls, Speaks: accreditor(s).Speaks}
}

// voting makes a rule of ballots one of the table: what those say that were counted, or count no more, is let go.
func voting[C any](rule func(*balloting.House, cite.Act, balloting.Asker, C) (balloting.Done, error)) func(*State, Ask, C) ([]Fact, error) {
	return func(s *State, a Ask, c C) ([]Fact, error) {
		done, err := rule(balloter(s), a.act(), balloting.Asker{By: a.By, For: a.For, Assurance: a.Assurance}, c)
		return s.letGo(done.Facts, Erased{Ballot: done.Of, At: a.act().At}, done.Gone...), err
	}
}

// pollCommands are the rows of the table of commands for indicative ballots.
func pollCommands() []Command {
	return []Command{
		command("poll.hold", Officers, in(balloter, (*balloting.House).Hold)), command("poll.alter", Officers, in(polls, (*poll.State).Alter)),
		command("poll.freeze", Timekeeper, in(balloter, (*balloting.House).Freeze)), command("poll.count", Timekeeper, voting((*balloting.House).Count)),
		command("poll.cast", Anybody, voting((*balloting.House).Cast)), command("poll.return", Anybody, voting((*balloting.House).Return)),
		command("poll.call-off", Officers, voting((*balloting.House).CallOff)),
	}
}

func init() {
	fact[poll.Held](polls)
	fact[poll.Altered](polls)
	fact[poll.Frozen](polls)
	fact[poll.Received](polls)
	fact[poll.Returned](polls)
	fact[poll.Listed](polls)
	fact[poll.Counted](polls)
	fact[poll.Dropped](polls)
}
