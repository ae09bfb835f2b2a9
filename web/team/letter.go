package team

import (
	"net/url"
	"strings"

	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/delegation"
	view "github.com/openplenary/plenary/page/desk"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/web/serve"
)

// Others invite, too: whoever manages a delegation. What they do with a letter is the same.

// Reserve finds or reserves the participant of an address. A refusal of the address is noted for the field.
func (h *Handlers) Reserve(q *serve.Request, field, email string, no *refusal.Several) (delegation.Participant, error) {
	return (&request{q, h}).reserve(field, email, no)
}

// Letter reads what the fields email, called, language and word of a form say of a letter of invitation.
func (h *Handlers) Letter(q *serve.Request, v url.Values, no *refusal.Several) account.Invitation {
	f := view.InviteForm{Email: strings.TrimSpace(v.Get("email")), Called: v.Get("called"), Language: v.Get("language"), Word: v.Get("word")}
	return (&request{q, h}).letter(f, no)
}

// Tell writes the letter of an invitation. It answers done, or "unmailed" where no letter could be queued and "queued" where it
// waits for a mail server.
func (h *Handlers) Tell(q *serve.Request, i account.Invitation, done string) string {
	return (&request{q, h}).tell(i, done)
}

// ForgetIdle forgets the invitation of somebody who has nothing left to come for.
func (h *Handlers) ForgetIdle(q *serve.Request, who delegation.Participant) error {
	return (&request{q, h}).forgetIdle(who)
}
