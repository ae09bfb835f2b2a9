package mail

import (
	"context"
	"time"

	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/mail/post"
	"github.com/openplenary/plenary/refusal"
)

// draftLife is how long the letter with the link to a draft is tried.
const draftLife = 24 * time.Hour

// Draft queues the letter with the link by which somebody without an account goes on with what they began, on another
// device: not to an address whose reader wants no letters. Nothing of it is kept once it was sent or given up.
func (w *Letters) Draft(ctx context.Context, email string, lang locale.Lang, title, link string) error {
	token, wish, err := w.Accounts.LettersTo(ctx, email)
	if err != nil {
		return err
	}
	//mutants:guard whoever wants no letters gets no link to a draft, whoever asks for it
	if wish == account.Stopped {
		return refusal.In("email", "mail.stopped")
	}
	stop := stopAddress(link, lang, token)
	end := foot{host: link, body: w.Queue.body(lang), why: "draft", args: []any{"title", title}, stop: stop}.text(lang)
	return w.Queue.PutDirect(ctx, post.Message{To: email, Lang: lang, Notice: "draft", Subject: lang.T("mail.draft.subject", "title", title), Stop: stop,
		Text: lang.T("mail.draft.text", "title", title, "link", link) + end}, w.Queue.now().Add(draftLife))
}
