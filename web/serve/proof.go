package serve

import (
	"reflect"

	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/refusal"
)

// What is proved, and when it has to be proved again. Whoever reads the letters of an address is let in by a letter. That is not
// enough for those who hold an office and have a passkey: a session that a letter opened is none for them. And what cannot be
// taken back is done only by somebody who has just proved who they are, whoever holds the device meanwhile.

// grave is something that asks for a fresh proof.
type grave struct {
	name string // of a command, or the method and pattern of a route
	// everybody: whoever has no passkey has to have signed in just now. Else it is asked only of those who have one.
	everybody bool
}

// graves is the one table of what asks for a fresh proof.
var graves = []grave{
	{name: "conversation.erase"},
	{name: "consultation.confirm"}, // of what two people take away
	{name: "conversation.discard"},
	{name: "delegation.revoke"},
	{name: "POST /{lang}/account/delete"},
	{name: "POST /{lang}/account/passkey", everybody: true},
	{name: "POST /{lang}/account/passkey/remove", everybody: true},
	{name: "GET /{lang}/account/with/{provider}", everybody: true}, // signing in with an account elsewhere, from now on
	{name: "POST /{lang}/account/with", everybody: true},
}

// Graves names what asks for a fresh proof: commands, and routes by method and pattern.
func Graves() (names []string) {
	for _, g := range graves {
		names = append(names, g.name)
	}
	return names
}

// ErrProof is the refusal of what asks for a fresh proof by a passkey, and ErrSignInAnew of what asks for having signed in just
// now.
var (
	ErrProof      error = refusal.New(refusal.Forbidden, "proof.needed")
	ErrSignInAnew error = refusal.New(refusal.Forbidden, "proof.sign_in")
)

// Proved refuses the reader where their proof is not fresh: ErrProof where they have a passkey, else ErrSignInAnew.
func (q *Request) Proved() error {
	if account.Fresh(q.Bearer.Proved, q.Received) {
		return nil
	}
	//mutants:guard whoever has a passkey proves with it
	if q.Bearer.Usable {
		return ErrProof
	}
	//mutants:guard without one a sign-in is a proof for ten minutes
	if !account.Fresh(q.Bearer.Made, q.Received) {
		return ErrSignInAnew
	}
	return nil
}

// proved refuses what is grave, by its name in the table, where the proof of the reader is not fresh.
func (q *Request) proved(name string) error {
	for _, g := range graves {
		if g.name == name && q.SignedIn && (q.Bearer.Usable || g.everybody) {
			return q.Proved()
		}
	}
	return nil
}

// graveAct is the name of the command that a value is.
func graveAct(command any) string {
	for _, c := range conversation.Commands() {
		if c.Type == reflect.TypeOf(command) {
			return c.Name
		}
	}
	return ""
}

// AskPasskey are the offices whose holders, once they have a passkey, are let in by nothing less.
var AskPasskey = []delegation.Role{delegation.Officer, delegation.Moderator}

// letterOnly reports whether a letter is all that opened the reader's session, though their account has a passkey.
func (q *Request) letterOnly() bool {
	return q.SignedIn && q.Bearer.Passkey && q.Bearer.Proved.IsZero()
}

// ByLetter reports whether the reader is not taken for who holds these offices: a letter opened their session, and there is a passkey.
func (q *Request) ByLetter(roles delegation.RoleSet) bool {
	return q.letterOnly() && roles.Has(AskPasskey...)
}

// forgetReader makes of the reader somebody who is not signed in: what opened their session is not enough here.
func (q *Request) forgetReader() {
	q.SignedIn, q.Account, q.Me, q.Roles, q.Bearer, q.Unproved = false, 0, 0, 0, account.Bearer{}, true
}
