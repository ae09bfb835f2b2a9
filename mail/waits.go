package mail

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/mail/post"
	"github.com/openplenary/plenary/private"
)

// Waits is a letter that waits to be sent.
type Waits struct {
	post.Message
	// Until is when it is given up; the zero time where it waits as long as it must. A letter that has it holds a secret: a
	// link that signs its reader in, or that opens what they began.
	Until time.Time
}

// Named reports whether a mail server is named: without one, letters wait until one is.
func (q *Queue) Named() bool { return post.Named(q.transport) }

// lettersThatWait are the columns of a letter that waits.
const lettersThatWait = `SELECT id, recipient, subject, body, lang, message_id, notice, slug, participant, position, about, tries, made, until, stop FROM mail`

// Waiting lists the letters that wait, without their words, those that have waited longest first.
func (q *Queue) Waiting(ctx context.Context) (out []Waits, err error) {
	rows, err := q.db.QueryContext(ctx, lettersThatWait+` WHERE state IN ($1, $2) AND (until = 0 OR until > $3) ORDER BY made, id`, post.Queued, post.Sending, private.Micro(q.now()))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		w, err := scanned(rows.Scan)
		if err != nil {
			return nil, err
		}
		w.Text, w.Stop = "", ""
		out = append(out, w)
	}
	return out, rows.Err()
}

func scanned(scan func(...any) error) (w Waits, err error) {
	var participant, position, made, until int64
	err = scan(&w.ID, &w.To, &w.Subject, &w.Text, &w.Lang, &w.MessageID, &w.Notice, &w.Slug, &participant, &position, &w.About, &w.Tries, &made, &until, &w.Stop)
	w.Participant, w.Position, w.Made, w.State = uint64(participant), cite.Position(position), private.Instant(made), post.Queued
	if until != 0 {
		w.Until = private.Instant(until)
	}
	return w, err
}

// Letter is a letter that waits as it would be sent now, with all that comes with it, for whoever runs the machine; ok is
// false where no such letter waits. What it says is for its reader alone.
func (q *Queue) Letter(ctx context.Context, id int64) (w Waits, ok bool, err error) {
	err = q.db.Within(ctx, func(tx *sql.Tx) error {
		w, err = scanned(tx.QueryRowContext(ctx, lettersThatWait+` WHERE id = $1 AND state IN ($2, $3) AND (until = 0 OR until > $4)`, id, post.Queued, post.Sending, private.Micro(q.now())).Scan)
		if err == nil {
			w.Files, err = files(ctx, tx, id)
		}
		return err
	})
	if errors.Is(err, sql.ErrNoRows) {
		return Waits{}, false, nil
	}
	if err == nil && renewed(w.Notice) && q.Renew != nil {
		w.Message, ok, err = q.Renew(ctx, w.Message)
		return w, ok, err
	}
	return w, err == nil, err
}

// HandedOver takes a letter that waits off the queue, because whoever runs the machine gave it to its reader in another way;
// ok is false where no such letter waits. Of it stays what stays of a letter that was sent.
func (q *Queue) HandedOver(ctx context.Context, id int64) (ok bool, err error) {
	w, ok, err := q.Letter(ctx, id)
	if err != nil || !ok {
		return false, err
	}
	if w.Sent = q.now(); !w.Until.IsZero() {
		return true, q.drop(ctx, w.Message)
	}
	return true, q.sent(ctx, w.Message)
}
