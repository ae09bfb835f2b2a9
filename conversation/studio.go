package conversation

import (
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation/staging"
	"github.com/openplenary/plenary/studio"
)

func studios(s *State) *studio.Rooms { return s.Studios }

// stager is what the rules of sound and picture look up.
func stager(s *State) *staging.House {
	return &staging.House{Studios: s.Studios, Sessions: s.Sessions, Roll: s.Roll, Floors: s.Floors, Panels: s.Panels, Speaks: accreditor(s).Speaks, Plan: agendas(s).PlanItem}
}

// served says of words that they are not needed any more.
func served(a Ask) Erased { return Erased{Ground: "served", Own: true, At: a.act().At} }

// replacing makes a rule that says which words are not needed any more a rule of the table, which erases them.
func replacing[H, C any](house func(*State) *H, rule func(*H, cite.Act, C) (cite.Proposal, []cite.Position, error)) func(*State, Ask, C) ([]Fact, error) {
	return func(s *State, a Ask, c C) ([]Fact, error) {
		f, done, err := rule(house(s), a.act(), c)
		return s.letGo([]Fact{f}, served(a), done...), err
	}
}

// studioCommands are the rows of the table of commands for sound and picture.
func studioCommands() []Command {
	return []Command{
		command("studio.set-link", Technicians, replacing(stager, (*staging.House).SetLink)),
		command("studio.set-recording", Technicians, replacing(stager, (*staging.House).SetRecording)),
		command("studio.interpret", Booths, in(stager, (*staging.House).Interpret)),
		command("studio.give-signal", Booths, in(stager, (*staging.House).GiveSignal)),
		command("studio.take-air", Booths, in(stager, (*staging.House).TakeAir)), command("studio.pass-air", Booths, in(stager, (*staging.House).PassAir)),
		command("studio.hand-in", Anybody, replacing(stager, (*staging.House).HandIn)),
		command("studio.assign-booth", Officers, in(stager, (*staging.House).AssignBooth)),
	}
}

func init() {
	fact[studio.LinkSet](studios)
	fact[studio.InterpretationSet](studios)
	fact[studio.BoothAssigned](studios)
	fact[studio.SignalGiven](studios)
	fact[studio.AirSet](studios)
	fact[studio.RecordingSet](studios)
	fact[studio.TextHanded](studios)
}
