package mail

import (
	"context"
	"time"

	"github.com/openplenary/plenary/locale"
)

// invitationLife is how long an invitation is tried, and kept.
const invitationLife = 7 * 24 * time.Hour

// Invite queues the letter that tells somebody that they may take part in the work on a conversation.
func (q *Queue) Invite(ctx context.Context, email string, lang locale.Lang, title, link string) error {
	return q.PutDirect(ctx, Message{To: email, Lang: lang, Notice: "invited", Subject: lang.T("mail.invited.subject", "title", title),
		Text: lang.T("mail.invited.text", "title", title, "link", link)}, q.now().Add(invitationLife))
}
