package mail

import (
	"context"

	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/locale"
)

// SignIn queues the letter by which somebody signs in: a link and a code. It is of no use once the sign-in
// is over, and nothing of it is kept then.
func (q *Queue) SignIn(ctx context.Context, s *account.SignIn, lang locale.Lang, link string) error {
	return q.PutDirect(ctx, Message{To: s.To, Lang: lang, Notice: "signin", Subject: lang.T("mail.signin.subject"),
		Text: lang.T("mail.signin.text", "link", link, "code", s.Code)}, s.Expires)
}
