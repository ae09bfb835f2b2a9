package conversation

import (
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/internal/cow"
	"github.com/openplenary/plenary/paper"
)

// Here the rooms of nouns are joined: the state that each keeps, what can be asked of it, and what it writes on
// the record. A new noun is a field, a row for each command and a row for each fact in this file.

// State is a conversation as it stands at a position. It is never changed but by Apply. Readers are lent a
// Snapshot, which nothing changes.
type State struct {
	Head cite.Position
	Time time.Time // envelope time of the last entry

	Settings

	Roll         *delegation.Roll
	Papers       *paper.State
	Consultation *consultation.State

	erased  cow.Map[cite.Position, cite.Position] // entry -> the entry that says so
	changed cow.Map[cite.Ref, cite.Position]
	touched []cite.Ref `digest:"-"` // since Touched was last called
	kept    *kept      `digest:"-"` // of a snapshot: what was worked out from it
}

// NewState is the state before the first entry.
func NewState() *State {
	return &State{Roll: delegation.NewRoll(), Papers: paper.NewState(), Consultation: consultation.NewState(),
		erased: cow.NewMap[cite.Position, cite.Position](cow.HashInt), changed: cow.NewMap[cite.Ref, cite.Position](cow.HashString)}
}

// Snapshot is the state as it is now, to be read by anybody, whatever becomes of this one. It is made in
// microseconds, however much the state holds.
func (s *State) Snapshot() *State {
	return &State{Head: s.Head, Time: s.Time, Settings: s.Settings, Roll: s.Roll.Snapshot(), Papers: s.Papers.Snapshot(), Consultation: s.Consultation.Snapshot(),
		erased: s.erased.Snapshot(), changed: s.changed.Snapshot(), kept: &kept{}}
}

// The rooms of nouns, as the tables of commands and facts name them.
func own(s *State) *State                        { return s }
func roll(s *State) *delegation.Roll             { return s.Roll }
func papers(s *State) *paper.State               { return s.Papers }
func consultations(s *State) *consultation.State { return s.Consultation }

// What is folded changes what no snapshot holds.
func ownRoll(s *State) *delegation.Roll {
	s.Roll = s.Roll.Own()
	return s.Roll
}

func ownPapers(s *State) *paper.State {
	s.Papers = s.Papers.Own()
	return s.Papers
}

// commands is the table of all commands: the only place where one is said to exist, who may ask for it, and
// which rule decides.
var commands []Command

func init() {
	commands = []Command{
		command("conversation.convene", Founders, (*State).convene),
		command("conversation.stage", Officers, in(own, (*State).planStage)),
		command("conversation.document", Officers, in(own, (*State).citeDocument)),
		command("conversation.map", Officers, in(own, (*State).setMap)),
		command("conversation.erase", Officers, (*State).erase),
		command("conversation.resume", Timekeeper, (*State).resume),

		command("delegation.grant", Officers, in(roll, (*delegation.Roll).Grant)),
		command("delegation.revoke", Officers, in(roll, (*delegation.Roll).Revoke)),
		command("delegation.enter", Officers, in(own, (*State).enterParty)),
		command("delegation.authorise", Officers, in(roll, (*delegation.Roll).Authorise)),
		command("delegation.unauthorise", Officers, in(roll, (*delegation.Roll).Unauthorise)),
		command("delegation.rename", Officers, in(roll, (*delegation.Roll).Rename)),

		command("paper.publish", Officers, (*State).publish),
		command("paper.reserve", Officers, in(own, (*State).reserve)),
		command("paper.correct", Officers, in(papers, (*paper.State).CorrectConcordance)),

		command("consultation.announce", Officers, in(own, (*State).announceCall)),
		command("consultation.extend", Officers, in(consultations, (*consultation.State).ExtendCall)),
		command("consultation.open", Timekeeper, in(consultations, (*consultation.State).OpenCall)),
		command("consultation.close", Timekeeper, in(consultations, (*consultation.State).CloseCall)),
		command("consultation.submit", Anybody, (*State).submit),
		command("consultation.publish", Moderators, in(consultations, (*consultation.State).PublishContribution)),
		command("consultation.withhold", Moderators, in(consultations, (*consultation.State).Withhold)),
		command("consultation.withdraw", Anybody, in(consultations, (*consultation.State).Withdraw)),
		command("consultation.redact", Moderators, in(consultations, (*consultation.State).Redact)),
		command("consultation.require-two", Officers, in(consultations, (*consultation.State).RequireTwo)),
		command("consultation.confirm", Moderators, (*State).confirmRemoval),
		command("consultation.decline", Moderators, in(consultations, (*consultation.State).DeclineRemoval)),
		command("consultation.answer", Officers, (*State).answer),
		command("consultation.link", Officers, in(own, (*State).linkPassage)),
		command("consultation.translate", Officers, in(consultations, (*consultation.State).TranslateReason)),
		command("consultation.react", Anybody, in(consultations, (*consultation.State).React)),
	}
	for _, c := range commands {
		byType[c.Type] = c
	}
}

func init() {
	fact[Convened](own)
	fact[Staged](own)
	fact[Documented](own)
	fact[Erased](own)
	fact[MapSet](own)
	fact[Resumed](own)
	fact[delegation.Granted](ownRoll)
	fact[delegation.Revoked](ownRoll)
	fact[delegation.Entered](ownRoll)
	fact[delegation.Authorised](ownRoll)
	fact[delegation.Unauthorised](ownRoll)
	fact[delegation.Renamed](ownRoll)
	fact[paper.Published](ownPapers)
	fact[paper.Reserved](ownPapers)
	fact[paper.ConcordanceCorrected](ownPapers)
	fact[consultation.CallAnnounced](consultations)
	fact[consultation.CallExtended](consultations)
	fact[consultation.CallOpened](consultations)
	fact[consultation.CallClosed](consultations)
	fact[consultation.Received](consultations)
	fact[consultation.ContributionPublished](consultations)
	fact[consultation.ContributionWithheld](consultations)
	fact[consultation.ContributionWithdrawn](consultations)
	fact[consultation.PassageRedacted](consultations)
	fact[consultation.RemovalProposed](consultations)
	fact[consultation.RemovalDeclined](consultations)
	fact[consultation.TwoRequired](consultations)
	fact[consultation.Answered](consultations)
	fact[consultation.PassageLinked](consultations)
	fact[consultation.ReasonTranslated](consultations)
	fact[consultation.Reacted](consultations)
}
