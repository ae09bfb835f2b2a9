package mail

import (
	"context"

	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/mail/post"
)

// SignIn queues the letter by which somebody signs in: a link and a code. It is of no use once the sign-in
// is over, and nothing of it is kept then.
func (w *Letters) SignIn(ctx context.Context, s *account.SignIn, lang locale.Lang, link string) error {
	token, _, err := w.Accounts.LettersTo(ctx, s.To)
	if err != nil {
		return err
	}
	stop := stopAddress(link, lang, token)
	return w.Queue.PutDirect(ctx, post.Message{To: s.To, Lang: lang, Notice: "signin", Subject: lang.T("mail.signin.subject"), Stop: stop,
		Text: lang.T("mail.signin.text", "link", link, "code", s.Code) + foot{host: link, body: w.Queue.body(lang), why: "signin", stop: stop}.text(lang)}, s.Expires)
}
