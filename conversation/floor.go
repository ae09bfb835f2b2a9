package conversation

import (
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation/speaking"
	"github.com/openplenary/plenary/floor"
	"github.com/openplenary/plenary/panel"
	"github.com/openplenary/plenary/session"
)

func floors(s *State) *floor.State { return s.Floors }
func panels(s *State) *panel.State { return s.Panels }

// speaker is what the rules of the floor look up.
func speaker(s *State) *speaking.House {
	return &speaking.House{Settings: &s.Settings, Floors: s.Floors, Panels: s.Panels, Sessions: s.Sessions, Roll: s.Roll, Accredited: s.Accredited,
		Speaks: accreditor(s).Speaks, Present: accreditor(s).Present}
}

// several makes a rule of a room that answers with several facts a rule of the table.
func several[S, C any](room func(*State) *S, rule func(*S, cite.Act, C) ([]cite.Proposal, error)) func(*State, Ask, C) ([]Fact, error) {
	return func(s *State, a Ask, c C) ([]Fact, error) { return rule(room(s), a.act(), c) }
}

// ending makes a rule after which requests do not wait any more one that erases the notes to the chair that came with them.
func ending[C any](rule func(*State, Ask, C) ([]Fact, error)) func(*State, Ask, C) ([]Fact, error) {
	return func(s *State, a Ask, c C) (facts []Fact, err error) {
		facts, err = rule(s, a, c)
		return s.letGo(facts, served(a), s.Floors.Served(facts)...), err
	}
}

// floorCommands are the rows of the table of commands for the floor.
func floorCommands() []Command {
	return []Command{
		command("floor.set-rules", Officers, in(speaker, (*speaking.House).SetRules)),
		command("floor.set-list", Chairs, in(speaker, (*speaking.House).SetList)),
		command("floor.ask-floor", Anybody, several(speaker, (*speaking.House).Ask)),
		command("floor.enter-request", Rapporteurs, several(speaker, (*speaking.House).Enter)),
		command("floor.enter-turn", Rapporteurs, ending(several(speaker, (*speaking.House).EnterTurn))), command("floor.describe-turn", Rapporteurs, ending(in(floors, (*floor.State).DescribeTurn))),
		command("floor.leave-list", Anybody, ending(in(speaker, (*speaking.House).Leave))),
		command("floor.strike", Chairs, ending(in(floors, (*floor.State).Strike))), command("floor.move-place", Chairs, in(speaker, (*speaking.House).Move)),
		command("floor.give-floor", Chairs, ending(several(speaker, (*speaking.House).Give))),
		command("floor.time", Chairs, several(speaker, (*speaking.House).Time)),
		command("floor.rule", Chairs, ending(several(speaker, (*speaking.House).Rule))),
		command("floor.consult", Chairs, in(speaker, (*speaking.House).Consult)),
		command("floor.object", Anybody, in(speaker, (*speaking.House).Object)),
		command("floor.ask-hands", Chairs, in(speaker, (*speaking.House).AskHands)), command("floor.show-hand", Anybody, in(speaker, (*speaking.House).ShowHand)),
		command("floor.end-hands", Chairs, in(floors, (*floor.State).EndHands)),
		command("panel.put-question", Anybody, in(speaker, (*speaking.House).PutQuestion)), command("panel.retract-question", Anybody, replacing(speaker, (*speaking.House).RetractQuestion)),
		command("panel.take-question", Chairs, in(panels, (*panel.State).TakeQuestion)), command("panel.mark-answered", Chairs, in(panels, (*panel.State).MarkAnswered)),
		command("panel.set-aside", Chairs, replacing(speaker, (*speaking.House).SetAside)),
		command("floor.conclude", Chairs, in(floors, (*floor.State).Conclude)),
	}
}

// floored are the facts of the floor.
func floored() {
	fact[floor.RulesSet](floors)
	fact[floor.ListSet](floors)
	fact[floor.Requested](floors)
	fact[floor.Noted](floors)
	fact[floor.Left](floors)
	fact[floor.PlaceMoved](floors)
	fact[floor.Given](floors)
	fact[floor.TurnEntered](floors)
	fact[floor.TurnDescribed](floors)
	fact[floor.Timed](floors)
	fact[floor.Ruled](floors)
	fact[floor.Consulted](floors)
	fact[floor.Objected](floors)
	fact[floor.Concluded](floors)
	fact[floor.HandsAsked](floors)
	fact[floor.HandShown](floors)
	fact[floor.HandsEnded](floors)
	fact[panel.QuestionPut](panels)
	fact[panel.QuestionRetracted](panels)
	fact[panel.QuestionTaken](panels)
	fact[panel.QuestionAnswered](panels)
	fact[panel.QuestionSetAside](panels)
}

// sat ends what goes on in a sitting when it is closed.
func sat(s *State, f *session.SittingClosed) error {
	return s.Floors.SittingClosed(f.Session, f.Over())
}
