package conversation

import (
	"github.com/openplenary/plenary/conversation/staging"
	"github.com/openplenary/plenary/studio"
)

func studios(s *State) *studio.Rooms { return s.Studios }

// stager is what the rules of sound and picture look up.
func stager(s *State) *staging.House {
	return &staging.House{Studios: s.Studios, Sessions: s.Sessions, Roll: s.Roll}
}

// setLink erases the address that another takes the place of.
func (s *State) setLink(a Ask, c studio.SetLink) ([]Fact, error) {
	f, err := stager(s).SetLink(a.act(), c)
	if err != nil {
		return nil, err
	}
	facts := []Fact{f}
	//mutants:guard an address that was taken back is kept nowhere
	if had := s.Studios.Had(f.Body.(studio.LinkSet)); had > 0 {
		facts = append(facts, letGo(a, had, "served"))
	}
	return facts, nil
}

// studioCommands are the rows of the table of commands for sound and picture.
func studioCommands() []Command {
	return []Command{
		command("studio.set-link", Technicians, (*State).setLink),
		command("studio.interpret", Booths, in(stager, (*staging.House).Interpret)),
		command("studio.assign-booth", Officers, in(stager, (*staging.House).AssignBooth)),
	}
}

func init() {
	fact[studio.LinkSet](studios)
	fact[studio.InterpretationSet](studios)
	fact[studio.BoothAssigned](studios)
}
