package mail

import (
	"context"

	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/mail/post"
)

// Passkey queues the letter that tells the owner of an account what became of one of its passkeys: it was "added", "removed" or
// "copied"; or that an account at a provider was "linked". It goes whatever they want to be written: whoever else did it would have liked them not to know.
func (w *Letters) Passkey(ctx context.Context, id account.ID, what, name string) error {
	a, ok, err := w.Accounts.Get(ctx, id)
	if err != nil || !ok {
		return err
	}
	l := a.Lang
	if name == "" {
		name = l.T("passkey.one")
	}
	link := w.Address + "/" + string(l) + "/account#passkeys"
	return w.Queue.Put(ctx, post.Message{To: a.Email, Lang: l, Notice: "passkey", Subject: l.T("mail.passkey.subject." + what),
		Text: verbatim(l, l.Isolate("mail.passkey.text."+what, "name", name, "link", link), link) + foot{host: w.Address, body: w.Queue.body(l), why: "passkey"}.text(l)})
}
