package mail

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/mail/post"
	"github.com/openplenary/plenary/private"
)

// Compose says which letters a fact calls for. fact is what conversation.Decode gives (a pointer to the
// fact's type). It fills in To, Subject, Text, Lang, Notice and Participant; the rest is the queue's. An
// error stops the follower at this entry, which is read again by the next Follow: return one when an
// address could not be looked up, so that no letter is lost.
type Compose func(ctx context.Context, fact cite.Fact, at cite.Entry) ([]post.Message, error)

// follower names the position that the private database keeps for the mail.
const follower = "mail"

// atOnce is how many entries are read, and their letters stored, in one go.
const atOnce = 200

// Follow reads a conversation's record on from where it stopped last time, at first from the beginning,
// and queues the letters that each entry calls for, until the context ends (then it returns nil) or
// something fails. A letter to what is no address is left out and logged.
func (q *Queue) Follow(ctx context.Context, sec *plenary.Secretariat, slug string, compose Compose) error {
	log, id, err := sec.Record(slug)
	if err != nil {
		return err
	}
	from, err := q.db.Position(ctx, follower, slug)
	stored, due := from, time.Time{} // when the position has to be stored again
	for err == nil {
		// Waiting for a durable position, and not for the state to stand still (Watch), so that letters
		// go out under load too.
		if err = waitUntil(ctx, due, func(ctx context.Context) error { return log.Wait(ctx, id, from+1) }); err == nil {
			var to cite.Position
			if to, err = q.followTo(ctx, sec, slug, from, compose); err == nil { // else the piece is read again
				from = to
			}
		}
		switch now := time.Now(); {
		case from == stored || err != nil:
		case due.IsZero():
			due = now.Add(positionWaits)
		case !now.Before(due):
			err = q.store(ctx, slug, from, nil)
			stored, due = from, time.Time{}
		}
	}
	if from > stored {
		err = errors.Join(err, q.store(context.WithoutCancel(ctx), slug, from, nil))
	}
	if ctx.Err() != nil {
		return nil
	}
	return fmt.Errorf("mail: following %s: %w", slug, err)
}

// positionWaits is how long a position may wait to be stored while no letter is queued: an entry that calls for
// no letter costs no transaction of its own. After a crash the entries of that time are read again, which
// queues no letter twice.
const positionWaits = time.Second

// waitUntil waits, at most until an instant; zero is for ever.
func waitUntil(ctx context.Context, due time.Time, wait func(context.Context) error) error {
	if due.IsZero() {
		return wait(ctx)
	}
	limited, cancel := context.WithDeadline(ctx, due)
	defer cancel()
	err := wait(limited)
	if err != nil && ctx.Err() == nil && limited.Err() != nil {
		return nil
	}
	return err
}

// followTo takes the next entries, at most atOnce, and returns the position it came to.
func (q *Queue) followTo(ctx context.Context, sec *plenary.Secretariat, slug string, from cite.Position, compose Compose) (cite.Position, error) {
	entries, err := sec.RecordEntries(ctx, slug, from+1, from+atOnce)
	if err != nil {
		return from, err
	}
	return q.answer(ctx, slug, from, entries, compose)
}

// answer queues the letters that entries call for.
func (q *Queue) answer(ctx context.Context, slug string, from cite.Position, entries []plenary.RecordEntry, compose Compose) (cite.Position, error) {
	var letters []post.Message
	for _, e := range entries {
		composed, err := compose(ctx, e.Fact, cite.Entry{Position: e.Position, Time: e.Time})
		if err != nil {
			return from, fmt.Errorf("entry %d: %w", e.Position, err)
		}
		for _, m := range composed {
			if m.Slug = slug; m.Position == 0 {
				m.Position = e.Position
			}
			ready, err := q.ready(m)
			if err != nil {
				q.log().Error("letter left out", "slug", slug, "position", int64(e.Position), "notice", m.Notice, "err", err)
				continue
			}
			letters = append(letters, ready)
		}
		from = e.Position
	}
	if len(letters) == 0 {
		return from, nil // the position can wait
	}
	return from, q.store(ctx, slug, from, letters)
}

// store queues the letters and remembers the position in one transaction.
func (q *Queue) store(ctx context.Context, slug string, at cite.Position, letters []post.Message) error {
	err := q.db.Within(ctx, func(tx *sql.Tx) error {
		for _, m := range letters {
			if err := q.insert(ctx, tx, m, time.Time{}); err != nil {
				return err
			}
		}
		return private.Advance(ctx, tx, follower, slug, at)
	})
	if err == nil && len(letters) > 0 {
		q.wakeAll()
	}
	return err
}
