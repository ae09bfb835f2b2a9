package conversation

import (
	"reflect"
	"slices"
	"time"

	"github.com/openplenary/plenary/accreditation"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/correction"
	"github.com/openplenary/plenary/consultation/life"
	"github.com/openplenary/plenary/consultation/reaction"
	"github.com/openplenary/plenary/consultation/removal"
	"github.com/openplenary/plenary/conversation/accrediting"
	"github.com/openplenary/plenary/conversation/asked"
	"github.com/openplenary/plenary/conversation/compiler"
	"github.com/openplenary/plenary/conversation/formulating"
	"github.com/openplenary/plenary/conversation/ordering"
	"github.com/openplenary/plenary/conversation/preparation"
	"github.com/openplenary/plenary/conversation/round"
	"github.com/openplenary/plenary/conversation/verbatim"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/floor"
	"github.com/openplenary/plenary/formulation"
	"github.com/openplenary/plenary/internal/cow"
	"github.com/openplenary/plenary/internal/digest"
	"github.com/openplenary/plenary/internal/memo"
	"github.com/openplenary/plenary/panel"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/poll"
	"github.com/openplenary/plenary/priority"
	"github.com/openplenary/plenary/questionnaire"
	"github.com/openplenary/plenary/registration"
	"github.com/openplenary/plenary/reply"
	"github.com/openplenary/plenary/session"
	"github.com/openplenary/plenary/settings"
	"github.com/openplenary/plenary/studio"
	"github.com/openplenary/plenary/transcript"
	"github.com/openplenary/plenary/translation"
)

// Here the rooms of nouns are joined: the state that each keeps, what can be asked of it, and what it writes on
// the record. A new noun is a field, a row for each command and a row for each fact in this file.

// State is a conversation as it stands at a position. It is never changed but by Apply. Readers are lent a
// Snapshot, which nothing changes.
type State struct {
	Head cite.Position
	Time time.Time // envelope time of the last entry

	settings.Settings

	Roll         *delegation.Roll
	Papers       *paper.State
	Consultation *consultation.State
	Questions    *questionnaire.State
	Renderings   *translation.State
	Formulation  *formulation.State
	Priorities   *priority.State
	Polls        *poll.State
	Accredited   *accreditation.State
	Replies      *reply.State
	Sessions     *session.State
	Registration *registration.State
	Floors       *floor.State
	Transcripts  *transcript.State
	Studios      *studio.Rooms
	Panels       *panel.State

	erased  cow.Map[cite.Position, cite.Position] // entry -> the entry that says so
	changed cow.Map[cite.Ref, cite.Position]
	touched []cite.Ref `digest:"-"` // since Touched was last called
	kept    *memo.Memo `digest:"-"` // of a snapshot: what was worked out from it
	gaps    []gap
}

// NewState is the state before the first entry.
func NewState() *State {
	return &State{Roll: delegation.NewRoll(), Papers: paper.NewState(), Consultation: consultation.NewState(),
		Questions: &questionnaire.State{}, Renderings: translation.NewState(), Formulation: formulation.NewState(),
		Priorities: priority.NewState(), Polls: poll.NewState(), Replies: reply.NewState(), Accredited: accreditation.NewState(), Sessions: session.NewState(),
		Registration: &registration.State{}, Floors: &floor.State{}, Transcripts: &transcript.State{}, Studios: &studio.Rooms{}, Panels: &panel.State{},
		erased: cow.NewMap[cite.Position, cite.Position](cow.HashInt), changed: cow.NewMap[cite.Ref, cite.Position](cow.HashString)}
}

// Snapshot is the state as it is now, to be read by anybody, whatever becomes of this one. It is made in
// microseconds, however much the state holds.
func (s *State) Snapshot() *State {
	return &State{Head: s.Head, Time: s.Time, Settings: s.Settings, Roll: s.Roll.Snapshot(), Papers: s.Papers.Snapshot(), Consultation: s.Consultation.Snapshot(),
		Questions: s.Questions.Snapshot(), Renderings: s.Renderings.Snapshot(), Formulation: s.Formulation.Snapshot(),
		Priorities: s.Priorities.Snapshot(), Polls: s.Polls.Snapshot(), Replies: s.Replies.Snapshot(), Accredited: s.Accredited.Snapshot(), Sessions: s.Sessions.Snapshot(),
		Registration: s.Registration.Snapshot(), Floors: s.Floors.Snapshot(), Transcripts: s.Transcripts.Snapshot(), Studios: s.Studios.Snapshot(), Panels: s.Panels.Snapshot(),
		erased: s.erased.Snapshot(), changed: s.changed.Snapshot(), gaps: s.gaps, kept: &memo.Memo{}}
}

// Digest is a hash over everything the state holds, for comparing a replay with what was live. It reads every
// field of every room by reflection, so that a new one cannot be left out; what is derived and may
// differ is marked `digest:"-"`.
func (s *State) Digest() string { return digest.Of(s) }

// The rooms of nouns, as the tables of commands and facts name them.
func own(s *State) *State                        { return s }
func settled(s *State) *settings.State           { return (*settings.State)(&s.Settings) }
func roll(s *State) *delegation.Roll             { return s.Roll }
func papers(s *State) *paper.State               { return s.Papers }
func consultations(s *State) *consultation.State { return s.Consultation }
func questions(s *State) *questionnaire.State    { return s.Questions }
func renderings(s *State) *translation.State     { return s.Renderings }
func formulated(s *State) *formulation.State     { return s.Formulation }
func priorities(s *State) *priority.State        { return s.Priorities }
func polls(s *State) *poll.State                 { return s.Polls }
func accredited(s *State) *accreditation.State   { return s.Accredited }
func replies(s *State) *reply.State              { return s.Replies }
func sessions(s *State) *session.State           { return s.Sessions }
func registrations(s *State) *registration.State { return s.Registration }

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
		command("conversation.stage", Officers, in(preparer, (*preparation.House).PlanStage)),
		command("conversation.document", Officers, in(settled, (*settings.State).CiteDocument)),
		command("conversation.map", Officers, in(settled, (*settings.State).SetMap)),
		command("conversation.ask-first", Officers, in(asks, (*asked.House).AskFirst)),
		command("conversation.open", Officers, in(preparer, (*preparation.House).Open)),
		command("conversation.archive", Officers, in(preparer, (*preparation.House).Archive)),
		command("conversation.reopen", Officers, in(settled, (*settings.State).Reopen)),
		command("conversation.discard", Officers, in(settled, (*settings.State).Discard)),
		command("conversation.erase", Officers, (*State).erase),
		command("conversation.resume", Timekeeper, (*State).resume),

		command("settings.change", Officers, in(preparer, (*preparation.House).Change)),
		command("settings.name", Officers, in(settled, (*settings.State).Name)),
		command("settings.close", Officers, in(settled, (*settings.State).Close)),
		command("settings.merge", Officers, in(own, (*State).merge)),
		command("settings.remove", Officers, in(preparer, (*preparation.House).Remove)),
		command("settings.translate-text", Translators, in(settled, (*settings.State).Translate)),
		command("settings.review-answers", Officers, in(settled, (*settings.State).ReviewAnswers)),

		command("delegation.grant", Officers, in(roll, (*delegation.Roll).Grant)),
		command("delegation.revoke", Officers, in(preparer, (*preparation.House).Revoke)),
		command("delegation.enter", Officers, in(accreditor, (*accrediting.House).Enter)),
		command("delegation.authorise", Officers, in(roll, (*delegation.Roll).Authorise)),
		command("delegation.unauthorise", Officers, in(roll, (*delegation.Roll).Unauthorise)),
		command("delegation.rename", Officers, in(roll, (*delegation.Roll).Rename)),
		command("delegation.appoint", Anybody, in(accreditor, (*accrediting.House).Appoint)),
		command("delegation.end", Anybody, in(roll, (*delegation.Roll).End)),
		command("delegation.hand-over", Anybody, in(roll, (*delegation.Roll).HandOver)),
		command("delegation.remind", Timekeeper, in(roll, (*delegation.Roll).Remind)),
		command("delegation.compose", Officers, in(roll, (*delegation.Roll).Compose)),
		command("delegation.align", Anybody, (*State).align),
		command("accreditation.set-offer", Officers, in(accreditor, (*accrediting.House).Offer)),
		command("accreditation.request", Anybody, (*State).request),
		command("accreditation.retract", Anybody, (*State).retract),
		command("accreditation.accredit", Officers, (*State).accredit),
		command("accreditation.refuse", Officers, in(accredited, (*accreditation.State).Refuse)),
		command("accreditation.prolong", Officers, in(accredited, (*accreditation.State).Prolong)),
		command("accreditation.terminate", Officers, in(accredited, (*accreditation.State).Terminate)),
		command("accreditation.remind", Timekeeper, in(accredited, (*accreditation.State).Remind)),
		command("paper.publish", Officers, (*State).publish),
		command("paper.mark-sentence", Rapporteurs, in(papers, (*paper.State).MarkSentence)),
		command("paper.reserve", Officers, in(own, (*State).reserve)),
		command("paper.correct", Officers, in(papers, (*paper.State).CorrectConcordance)),
		command("paper.translate-passage", Translators, in((*State).compiler, (*compiler.House).TranslatePassage)),
		command("consultation.announce", Officers, in(own, (*State).announceCall)),
		command("questionnaire.ask", Officers, in(asks, (*asked.House).Ask)),
		command("questionnaire.withdraw-option", Officers, in(questions, (*questionnaire.State).WithdrawOption)),
		command("questionnaire.translate-question", Translators, in(questions, (*questionnaire.State).Translate)),
		command("consultation.extend", Officers, in(consultations, life.DecideExtend)),
		command("consultation.correct-call", Officers, in(consultations, life.DecideCorrect)),
		command("consultation.translate-call", Translators, in(consultations, life.DecideTranslate)),
		command("consultation.stop", Officers, in(consultations, life.DecideStop)),
		command("consultation.withdraw-call", Officers, in(consultations, life.DecideWithdraw)),
		command("consultation.add-document", Officers, in(consultations, life.DecideAddDocument)),
		command("consultation.remove-document", Officers, in(consultations, life.DecideRemoveDocument)),
		command("consultation.open", Timekeeper, in(consultations, life.DecideOpen)),
		command("consultation.close", Timekeeper, in(consultations, life.DecideClose)),
		command("consultation.submit", Anybody, (*State).submit),
		command("consultation.publish", Moderators, in(consultations, (*consultation.State).PublishContribution)),
		command("consultation.withhold", Moderators, in(consultations, (*consultation.State).Withhold)),
		command("consultation.withdraw", Anybody, (*State).withdraw),
		command("consultation.correct", Anybody, (*State).correct),
		command("consultation.publish-correction", Moderators, in(consultations, correction.DecidePublish)),
		command("consultation.withhold-correction", Moderators, in(consultations, correction.DecideWithhold)),
		command("consultation.redact", Moderators, (*State).redact),
		command("consultation.require-two", Staff, (*State).requireTwo),
		command("consultation.confirm", Staff, (*State).confirmRemoval),
		command("consultation.decline", Staff, in(consultations, removal.DecideDecline)),
		command("consultation.answer", Officers, (*State).answer),
		command("consultation.link", Officers, in(asks, (*asked.House).LinkPassage)),
		command("consultation.translate", Translators, in(consultations, (*consultation.State).TranslateReason)),
		command("translation.render", Translators, (*State).render),
		command("consultation.react", Anybody, (*State).react),
		command("formulation.gather", Officers, in(formulator, (*formulating.House).Gather)),
		command("formulation.hear", Rapporteurs, (*State).hear),
		command("formulation.support", Anybody, (*State).support),
		command("formulation.take-back", Anybody, (*State).takeBack),
		command("formulation.word", Rapporteurs, (*State).word),
		command("formulation.leave-out", Rapporteurs, (*State).leaveOut),
		command("formulation.dissolve", Rapporteurs, in(formulator, (*formulating.House).Dissolve)),
		command("formulation.arrange", Rapporteurs, in(formulated, (*formulation.State).Arrange)),
		command("priority.begin", Officers, in(orderer, (*ordering.House).Begin)),
		command("priority.propose", Officers, in(orderer, (*ordering.House).Propose)),
		command("priority.decide", Officers, in(orderer, (*ordering.House).Decide)),
		command("priority.give-up", Officers, in(priorities, (*priority.State).GiveUp)),
		command("reply.open", Officers, (*State).openReplies),
		command("transcript.transcribe", Rapporteurs, several(scribe, (*verbatim.House).Transcribe)), command("transcript.erase-passage", Officers, (*State).erasePassage),
		command("transcript.correct-passage", Rapporteurs, (*State).correctPassage), command("transcript.set-feed", Rapporteurs, in(scribe, (*verbatim.House).SetFeed)),
		command("transcript.caption", Timekeeper, several(scribe, (*verbatim.House).Caption)),
	}
	commands = append(commands, slices.Concat(pollCommands(), sessionCommands(), registrationCommands(), floorCommands(), studioCommands())...)
	for _, c := range commands {
		byType[c.Type] = c
	}
}

func init() {
	floored()
	fact[priority.Begun](priorities)
	fact[priority.Proposed](priorities)
	fact[priority.Decided](priorities)
	fact[priority.Withdrawn](priorities)
	fact[accreditation.Offered](accredited)
	fact[accreditation.Requested](accredited)
	fact[accreditation.Retracted](accredited)
	fact[accreditation.Refused](accredited)
	fact[accreditation.Accredited](accredited)
	fact[accreditation.Prolonged](accredited)
	fact[accreditation.Terminated](accredited)
	fact[accreditation.Reminded](accredited)
	fact[Convened](own)
	fact[settings.Staged](settled)
	fact[settings.Documented](settled)
	fact[Erased](own)
	fact[settings.MapSet](settled)
	fact[Resumed](own)
	fact[settings.FirstSet](settled)
	fact[settings.WasOpened](settled)
	fact[settings.WasArchived](settled)
	fact[settings.WasReopened](settled)
	fact[settings.WasDiscarded](settled)
	fact[settings.Changed](settled)
	fact[settings.Named](settled)
	fact[settings.Closing](settled)
	fact[Merged](own)
	fact[settings.Removed](settled)
	fact[settings.Translated](settled)
	fact[settings.ReviewSettled](settled)
	fact[settings.ReviewEnding](settled)
	fact[delegation.Granted](ownRoll)
	fact[delegation.Revoked](ownRoll)
	fact[delegation.Entered](ownRoll)
	fact[delegation.Authorised](ownRoll)
	fact[delegation.Unauthorised](ownRoll)
	fact[delegation.Renamed](ownRoll)
	fact[delegation.HandedOver](ownRoll)
	fact[delegation.Reminded](ownRoll)
	fact[delegation.Composed](ownRoll)
	fact[delegation.Declared](ownRoll)
	fact[delegation.Stood](ownRoll)
	fact[delegation.Joined](ownRoll)
	fact[paper.Published](ownPapers)
	fact[paper.SentenceMarked](ownPapers)
	fact[paper.Reserved](ownPapers)
	fact[paper.ConcordanceCorrected](ownPapers)
	fact[paper.PassageTranslated](ownPapers)
	fact[consultation.CallAnnounced](consultations)
	fact[life.Extended](consultations)
	fact[life.Corrected](consultations)
	fact[life.Translated](consultations)
	fact[life.Stopped](consultations)
	fact[life.Withdrawn](consultations)
	fact[life.DocumentAdded](consultations)
	fact[life.DocumentRemoved](consultations)
	fact[life.Opened](consultations)
	fact[life.Closed](consultations)
	fact[consultation.Received](consultations)
	fact[questionnaire.Asked](questions)
	fact[questionnaire.Translated](questions)
	fact[questionnaire.OptionWithdrawn](questions)
	fact[consultation.ContributionPublished](consultations)
	fact[consultation.ContributionWithheld](consultations)
	fact[consultation.ContributionWithdrawn](consultations)
	fact[correction.Corrected](consultations)
	fact[correction.Published](consultations)
	fact[correction.Withheld](consultations)
	fact[consultation.PassageRedacted](consultations)
	fact[consultation.RemovalProposed](consultations)
	fact[removal.Declined](consultations)
	fact[removal.TwoRequired](consultations)
	fact[removal.OneProposed](consultations)
	fact[consultation.Answered](consultations)
	fact[consultation.PassageLinked](consultations)
	fact[consultation.ReasonTranslated](consultations)
	fact[reaction.Reacted](consultations)
	fact[translation.Rendered](renderings)
	fact[formulation.Gathered](formulated)
	fact[formulation.Heard](formulated)
	fact[formulation.Supported](formulated)
	fact[formulation.Unsupported](formulated)
	fact[formulation.Worded](formulated)
	fact[formulation.Dissolved](formulated)
	fact[formulation.Arranged](formulated)
	fact[reply.Opened](replies)
	fact[session.Planned](sessions)
	fact[session.SittingPlanned](sessions)
	fact[session.ItemPlanned](sessions)
	fact[session.Invited](sessions)
	fact[session.SittingOpened](sessions)
	fact[session.SittingClosed](sessions)
	fact[session.AgendaAdopted](sessions)
	fact[session.Delivered](sessions)
	fact[session.Placed](sessions)
	among()
}

// among is what the facts of one noun are for another.
func among() {
	then(func(s *State, c *consultation.Received) error { return round.Received(s.Questions, s.Replies, c) })
	then(delivered)
	then(sat)
	// Those that submit together are counted, each where parties are.
	then(func(s *State, f *delegation.Joined) error { return accreditor(s).Count(s.Consultation, f.Contribution) })
	then(func(s *State, f *delegation.Stood) error { return accreditor(s).Count(s.Consultation, f.Contribution) })
}

// then has more folded of a kind of fact, after what its own room folds.
func then[F cite.Fact](more func(*State, F) error) {
	row := factTypes[reflect.TypeFor[F]()]
	apply := row.apply
	row.apply = func(s *State, at cite.Entry, f cite.Fact) error {
		if err := apply(s, at, f); err != nil {
			return err
		}
		return more(s, f.(F))
	}
}
