package conversation

import (
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation/agenda"
	"github.com/openplenary/plenary/conversation/staging"
	"github.com/openplenary/plenary/formulation"
	"github.com/openplenary/plenary/session"
)

// Intervention is agenda.Intervention: one of a session, as an audience may know of it.
type Intervention = agenda.Intervention

// agendas is what the rules of sessions look up.
func agendas(s *State) *agenda.House {
	return &agenda.House{Sessions: s.Sessions, Consultation: s.Consultation, Papers: s.Papers, Read: func(x cite.Ref) bool { return s.MaySee(Readers, x) >= Redacted }}
}

// invite announces the call that takes the interventions of a session.
func (s *State) invite(a Ask, c session.Invite) ([]Fact, error) {
	invited, k, err := agendas(s).Invite(a.act(), c)
	if err != nil {
		return nil, err
	}
	call, err := s.announceCall(a.act(), k)
	return []Fact{call, invited}, err
}

// aloud takes in as a contribution what somebody said aloud at an instant, and somebody who signed in enters.
func (s *State) aloud(a Ask, party cite.Ref, at time.Time, submit consultation.Submit) (facts []Fact, err error) {
	if a.Through, a.With, a.Assurance = 0, nil, consultation.EmailProven; submit.Known {
		a.For, err = accreditor(s).Present(party, at)
	}
	if err != nil {
		return nil, err
	}
	return s.received(a, submit)
}

// deliver looks up who spoke, and takes the intervention in as a contribution of theirs.
func (s *State) deliver(a Ask, c session.Deliver) ([]Fact, error) {
	submit, err := agendas(s).Submitted(a.act(), c)
	if err != nil {
		return nil, err
	}
	facts, err := s.aloud(a, c.Party, c.From, submit)
	if err != nil {
		return nil, err
	}
	f, err := s.Sessions.Deliver(a.act(), facts[0].Body.(consultation.Received).Ref, c)
	return append(facts, f), err
}

// delivered keeps what was spoken with what was heard: whose it is, and who may say that it was not said so, is one rule.
func delivered(s *State, f *session.Delivered) error {
	k, _ := s.Sessions.Spoken(f.Contribution)
	s.Formulation.Aloud(f.Contribution, formulation.Floor{Party: k.Party, Said: k.From, By: k.By, Position: k.Position})
	return nil
}

// sessionCommands are the rows of the table of commands for sessions.
func sessionCommands() []Command {
	return []Command{
		command("session.plan", Officers, in(sessions, (*session.State).Plan)),
		command("session.plan-sitting", Officers, replacing(stager, (*staging.House).PlanSitting)),
		command("session.plan-item", Officers, replacing(stager, (*staging.House).PlanItem)),
		command("session.invite", Officers, (*State).invite),
		command("session.open-sitting", Rapporteurs, in(sessions, (*session.State).OpenSitting)),
		command("session.close-sitting", Rapporteurs, replacing(stager, (*staging.House).CloseSitting)),
		command("session.adopt", Rapporteurs, in(sessions, (*session.State).Adopt)),
		command("session.deliver", Rapporteurs, (*State).deliver),
		command("session.place", Rapporteurs, in(agendas, (*agenda.House).Place)),
	}
}
