package conversation

import (
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation/registering"
	"github.com/openplenary/plenary/registration"
)

// registrationCommands are the rows of the table of commands for what sessions offer to those who register.
func registrationCommands() []Command {
	return []Command{
		command("registration.set-terms", Officers, in(registerer, (*registering.House).SetTerms)),
		command("registration.ask-field", Officers, in(registerer, (*registering.House).AskField)),
	}
}

func init() {
	fact[registration.Offered](registrations)
	fact[registration.FieldAsked](registrations)
}

// registerer is what has to be looked up of what sessions offer.
func registerer(s *State) *registering.House {
	return &registering.House{Sessions: s.Sessions, Registration: s.Registration, Category: s.Category}
}

// Registration is what a session offers to those who register; ok is false where it offers nothing.
func (r *Reading) Registration(session cite.Ref) (*registration.Offer, bool) {
	r.note(registration.Any)
	return r.state.Registration.Offer(session)
}
