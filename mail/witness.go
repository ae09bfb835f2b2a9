package mail

import (
	"context"

	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/mail/post"
)

// Witness is what is mailed to a witness: somebody outside who keeps what the record said on a day.
type Witness struct {
	To, Title, Slug string
	Lang            locale.Lang
	Checkpoint      string // signed, as it stands in receipts and under /log/checkpoint
	Size            int64  // entries
	Link            string // to the root of so many entries
}

// Witness queues the letter. It holds all that is needed to compare by hand, without any program.
func (q *Queue) Witness(ctx context.Context, w Witness) error {
	return q.Put(ctx, post.Message{To: w.To, Lang: w.Lang, Notice: "witness", Slug: w.Slug, Subject: w.Lang.T("mail.witness.subject", "title", w.Title, "n", w.Size),
		Text: w.Lang.T("mail.witness.text", "title", w.Title, "n", w.Size, "link", w.Link) +
			foot{host: w.Link, body: q.body(w.Lang), why: "witness"}.text(w.Lang) + "\n\n" + w.Checkpoint})
}
