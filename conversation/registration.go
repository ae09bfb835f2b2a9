package conversation

import (
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/registration"
)

// registrationCommands are the rows of the table of commands for what sessions offer to those who register.
func registrationCommands() []Command {
	return []Command{
		command("registration.set-terms", Officers, in(own, (*State).registrationTerms)),
		command("registration.ask-field", Officers, in(own, (*State).registrationAsk)),
	}
}

func init() {
	fact[registration.Offered](registrations)
	fact[registration.FieldAsked](registrations)
}

// registrationTerms looks up the session and the categories.
func (s *State) registrationTerms(act cite.Act, c registration.SetTerms) (cite.Proposal, error) {
	if err := s.registers(c.Session, c.Categories); err != nil {
		return cite.Proposal{}, err
	}
	return s.Registration.SetTerms(act, c)
}

// registrationAsk looks up the session and the categories.
func (s *State) registrationAsk(act cite.Act, c registration.AskField) (cite.Proposal, error) {
	if err := s.registers(c.Session, c.Categories); err != nil {
		return cite.Proposal{}, err
	}
	return s.Registration.AskField(act, c)
}

func (s *State) registers(session cite.Ref, categories []string) error {
	if x, ok := s.Sessions.Session(session); !ok || x.Ref != session {
		return refusal.New(refusal.Hidden, "session.unknown")
	}
	for _, id := range categories {
		if l, ok := s.Category(id); !ok || l.ID != id {
			return refusal.In("categories", "category.unknown")
		}
	}
	return nil
}

// Registration is what a session offers to those who register; ok is false where it offers nothing.
func (r *Reading) Registration(session cite.Ref) (*registration.Offer, bool) {
	r.note(registration.Any)
	return r.state.Registration.Offer(session)
}
