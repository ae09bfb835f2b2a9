// Package registering has the rules of what sessions offer to those who register that span nouns: there has to be such a session, and the categories are
// those of the conversation.
package registering

import (
	"time"

	"github.com/openplenary/plenary/accreditation"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/registration"
	"github.com/openplenary/plenary/session"
	"github.com/openplenary/plenary/settings"
)

// House is what these rules look up.
type House struct {
	Sessions     *session.State
	Registration *registration.State
	// Category finds a category of the conversation.
	Category func(id string) (settings.Label, bool)
}

// SetTerms looks up the session and the categories.
func (h *House) SetTerms(act cite.Act, c registration.SetTerms) (cite.Proposal, error) {
	if err := h.registers(c.Session, c.Categories); err != nil {
		return cite.Proposal{}, err
	}
	x, _ := h.Sessions.Session(c.Session)
	return h.Registration.SetTerms(act, c, x.Ends())
}

// AskField looks up the session and the categories.
func (h *House) AskField(act cite.Act, c registration.AskField) (cite.Proposal, error) {
	if err := h.registers(c.Session, c.Categories); err != nil {
		return cite.Proposal{}, err
	}
	return h.Registration.AskField(act, c)
}

func (h *House) registers(session cite.Ref, categories []string) error {
	if x, ok := h.Sessions.Session(session); !ok || x.Ref != session {
		return refusal.New(refusal.Hidden, "session.unknown")
	}
	for _, id := range categories {
		if l, ok := h.Category(id); !ok || l.ID != id {
			return refusal.In("categories", "category.unknown")
		}
	}
	return nil
}

// Represents reports whether somebody who is registered for a party may take part for it at an instant: its accreditation stands, and whoever registered by themselves
// speaks for it. Of whom the delegation registered, by is 0: whether it sends them is its own business.
func Represents(roll *delegation.Roll, accredited *accreditation.State, party cite.Ref, by delegation.Participant, now time.Time) bool {
	//mutants:guard nobody takes part for a party whose accreditation is over
	if !accredited.Stands(party, now) {
		return false
	}
	var p delegation.Party
	if p.UnmarshalText([]byte(party)) != nil {
		return false
	}
	//mutants:guard nobody takes part for a party that they do not speak for any more
	return by == 0 || roll.MaySpeak(by, p, now)
}
