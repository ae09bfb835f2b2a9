package mail

import (
	"context"
	"database/sql"
	"errors"
	"sync"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/mail/post"
	"github.com/openplenary/plenary/private"
)

// How long after a try that failed the next one comes; the last value repeats.
var (
	pauses       = []time.Duration{time.Minute, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 4 * time.Hour, 8 * time.Hour}
	directPauses = []time.Duration{10 * time.Second, 30 * time.Second, time.Minute, 2 * time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 4 * time.Hour}
)

// patience is how long a letter is tried.
const patience = 3 * 24 * time.Hour

// Letters that somebody waits for have hands of their own, so that they never stand behind a thousand
// notices to a server that does not answer.
const (
	directHands = 2
	otherHands  = 3
)

// faultPause is how long a hand rests after the database failed.
const faultPause = 10 * time.Second

// lane is one of the two kinds of letters, as a condition on the table.
type lane string

const (
	direct lane = `until > 0`
	others lane = `until = 0`
)

// Run sends what is due until the context ends. It sleeps until a letter is put or the next try is due. Of nodes that share the database
// one runs it, under a lease: it takes over what another was sending, and looks each second for what others put.
func (q *Queue) Run(ctx context.Context) {
	if q.db.Shared() {
		for err := q.takeOver(ctx); err != nil && ctx.Err() == nil; err = q.takeOver(ctx) {
			q.log().Error("mail queue", "err", err)
			rest(ctx, nil, faultPause)
		}
	}
	var wait sync.WaitGroup
	for l, hands := range map[lane]int{direct: directHands, others: otherHands} {
		for range hands {
			wait.Go(func() { q.work(ctx, l) })
		}
	}
	wait.Wait()
}

// work is one hand: it takes a letter, sends it, takes the next.
func (q *Queue) work(ctx context.Context, l lane) {
	for ctx.Err() == nil {
		woken := q.waken() // before looking, so that nothing falls between looking and sleeping
		m, until, err := q.take(ctx, l)
		if err == nil && m != nil {
			q.see(ctx, *m, until)
			continue
		}
		pause := time.Duration(-1)
		if err == nil {
			pause, err = q.untilNext(ctx, l)
		}
		if err != nil {
			if ctx.Err() == nil {
				q.log().Error("mail queue", "err", err)
			}
			pause = faultPause
		}
		if q.db.Shared() && (pause < 0 || pause > look) {
			pause = look
		}
		rest(ctx, woken, pause)
	}
}

// see delivers a letter and does not let go of it before what became of it is stored, or the house
// closes: then it goes again at the next start.
func (q *Queue) see(ctx context.Context, m post.Message, until time.Time) {
	_, store := q.deliver(ctx, m, until)
	for err := store(); err != nil && !errors.Is(err, private.ErrStale); err = store() {
		q.log().Error("mail queue", "err", err)
		if ctx.Err() != nil {
			return
		}
		rest(ctx, nil, faultPause)
	}
}

// look is how often the letters are looked at that other nodes put.
const look = time.Second

// rest waits until woken or until a pause is over; a negative one never is.
func rest(ctx context.Context, woken <-chan struct{}, pause time.Duration) {
	var over <-chan time.Time
	if pause >= 0 {
		t := time.NewTimer(pause)
		defer t.Stop()
		over = t.C
	}
	select {
	case <-woken:
	case <-over:
	case <-ctx.Done():
	}
}

// longest is the longest sleep while something waits: a machine's clock may be set meanwhile.
const longest = 5 * time.Minute

// untilNext says how long it is until the next try of a lane, -1 if nothing waits.
func (q *Queue) untilNext(ctx context.Context, l lane) (time.Duration, error) {
	var due sql.NullInt64
	if err := q.db.QueryRowContext(ctx, `SELECT MIN(due) FROM mail WHERE state = $1 AND `+string(l), post.Queued).Scan(&due); err != nil || !due.Valid {
		return -1, err
	}
	return min(max(private.Instant(due.Int64).Sub(q.now()), 0), longest), nil
}

// Flush tries everything that is due, once each, and returns how many letters were sent. It is for tests
// and scripts; Run does the same all the time.
func (q *Queue) Flush(ctx context.Context) (int, error) {
	n := 0
	for _, l := range []lane{direct, others} {
		for {
			m, until, err := q.take(ctx, l)
			if err != nil {
				return n, err
			}
			if m == nil {
				break
			}
			sent, store := q.deliver(ctx, *m, until)
			if err := store(); err != nil {
				return n, err
			}
			if sent {
				n++
			}
		}
	}
	return n, nil
}

// take takes the letter that has been due for longest, nil if none is. It is "sending" from then on.
func (q *Queue) take(ctx context.Context, l lane) (*post.Message, time.Time, error) {
	if err := ctx.Err(); err != nil {
		return nil, time.Time{}, err
	}
	// Once begun it is seen through: if the context ended between the change and its answer, the letter
	// would be "sending" and nobody would have it.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), faultPause)
	defer cancel()
	var m post.Message
	var participant, position, made, until int64
	err := q.db.Within(ctx, func(tx *sql.Tx) error {
		err := tx.QueryRowContext(ctx, `UPDATE mail SET state = $1, tries = tries + 1
			WHERE state = $2 AND id = (SELECT id FROM mail WHERE state = $2 AND due <= $3 AND `+string(l)+` ORDER BY due, id LIMIT 1)
			RETURNING id, recipient, subject, body, lang, message_id, notice, slug, participant, position, about, tries, made, until, stop`,
			post.Sending, post.Queued, private.Micro(q.now())).Scan(&m.ID, &m.To, &m.Subject, &m.Text, &m.Lang, &m.MessageID, &m.Notice, &m.Slug,
			&participant, &position, &m.About, &m.Tries, &made, &until, &m.Stop)
		if err == nil {
			m.Files, err = files(ctx, tx, m.ID)
		}
		return err
	})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, time.Time{}, nil
	}
	if err != nil {
		return nil, time.Time{}, err
	}
	m.Participant, m.Position, m.Made, m.State = uint64(participant), cite.Position(position), private.Instant(made), post.Sending
	return &m, private.Instant(until), nil
}

// files reads what comes with a letter.
func files(ctx context.Context, tx *sql.Tx, letter int64) (out []post.File, err error) {
	rows, err := tx.QueryContext(ctx, `SELECT name, type, content FROM mail_file WHERE letter = $1 ORDER BY n`, letter)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var f post.File
		if err := rows.Scan(&f.Name, &f.Type, &f.Content); err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	return out, rows.Err()
}

// deliver hands a taken letter over. sent says that a server took it; store stores what became of it, and
// may be called again if it fails.
func (q *Queue) deliver(ctx context.Context, m post.Message, until time.Time) (sent bool, store func() error) {
	now := q.now()
	m.Sent = now
	secret := !until.IsZero()
	keep := func(f func(context.Context) error) func() error {
		return func() error {
			// Stored even if the context ended meanwhile: else the letter would come twice.
			done, cancel := context.WithTimeout(context.WithoutCancel(ctx), faultPause)
			defer cancel()
			return f(done)
		}
	}
	if secret && !now.Before(until) {
		// It is of no use to anybody, and the secret in it has no business here any more.
		return false, keep(func(ctx context.Context) error { return q.drop(ctx, m) })
	}
	flying, arrived, ok := q.depart(ctx, m)
	defer arrived()
	if !ok {
		return false, func() error { return nil }
	}
	err := flying.Err()
	if err == nil {
		m.Sender = q.body(m.Lang)
		err = q.hand(flying, m)
	}
	switch {
	case errors.Is(err, errNeedless):
		return false, keep(func(ctx context.Context) error { return q.drop(ctx, m) })
	case err == nil && secret:
		return true, keep(func(ctx context.Context) error { return q.drop(ctx, m) })
	case err == nil:
		return true, keep(func(ctx context.Context) error { return q.sent(ctx, m) })
	case flying.Err() != nil: // the house is closing, or it was erased: nobody's fault, and no reason to wait next time
		return false, keep(func(ctx context.Context) error { return q.again(ctx, m, now) })
	}
	if errors.Is(err, post.ErrNoRelay) { // however long it waits, it is not given up for that
		return false, keep(func(ctx context.Context) error { return q.park(ctx, m, until, now) })
	}
	q.log().Warn("mail not sent", "id", m.ID, "notice", m.Notice, "try", m.Tries, "err", err)
	if secret {
		due := earliest(now.Add(pauseAfter(directPauses, m.Tries)), until)
		return false, keep(func(ctx context.Context) error { return q.again(ctx, m, due) })
	}
	return false, keep(func(ctx context.Context) error { return q.failed(ctx, m, now) })
}

// errNeedless says that there is nothing to say any more.
var errNeedless = errors.New("mail: what the letter is about was done")

// hand gives a letter to the transport; one about what waits with the words that are true now. A node that was paused since it took the letter
// does not: another sends it.
func (q *Queue) hand(ctx context.Context, m post.Message) error {
	if err := q.db.Leads(ctx); err != nil {
		return err
	}
	if renewed(m.Notice) && q.Renew != nil {
		renewed, ok, err := q.Renew(ctx, m)
		if err != nil {
			return err
		}
		if !ok {
			return errNeedless
		}
		m = renewed
	}
	return q.transport.Send(ctx, m)
}

func pauseAfter(pauses []time.Duration, tries int) time.Duration {
	return pauses[min(max(tries, 1), len(pauses))-1]
}

func earliest(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// sent keeps of a letter that was taken what shows that it was.
func (q *Queue) sent(ctx context.Context, m post.Message) error {
	return q.db.Within(ctx, func(tx *sql.Tx) error {
		r, err := tx.ExecContext(ctx, `UPDATE mail SET state = $1, sent = $2, recipient = '', subject = '', body = '', stop = '' WHERE id = $3 AND message_id = $4`,
			post.Sent, private.Micro(m.Sent), m.ID, m.MessageID)
		return errors.Join(err, dropFiles(ctx, tx, r, m.ID))
	})
}

// dropFiles drops the files of a letter if its row was just changed: else its number is another letter's.
func dropFiles(ctx context.Context, tx *sql.Tx, changed sql.Result, letter int64) error {
	if changed == nil {
		return nil
	}
	n, err := changed.RowsAffected()
	if err != nil || n == 0 {
		return err
	}
	_, err = tx.ExecContext(ctx, `DELETE FROM mail_file WHERE letter = $1`, letter)
	return err
}

// drop leaves nothing of a letter. (The Message-ID tells it from a later letter of the same number.)
func (q *Queue) drop(ctx context.Context, m post.Message) error {
	_, err := q.db.ExecContext(ctx, `DELETE FROM mail WHERE id = $1 AND message_id = $2`, m.ID, m.MessageID)
	return errors.Join(err, q.db.Scrub(ctx))
}

// again puts a letter back that was taken, unless it was handed over in another way meanwhile.
func (q *Queue) again(ctx context.Context, m post.Message, due time.Time) error {
	_, err := q.db.ExecContext(ctx, `UPDATE mail SET state = $1, due = $2 WHERE id = $3 AND message_id = $4 AND state = $5`, post.Queued, private.Micro(due), m.ID, m.MessageID, post.Sending)
	return err
}

// park puts a letter back that nobody can be handed to yet, as if it had not been tried: it goes once a server is named.
func (q *Queue) park(ctx context.Context, m post.Message, until, now time.Time) error {
	due := now.Add(parkPause)
	if !until.IsZero() {
		due = earliest(due, until)
	}
	_, err := q.db.ExecContext(ctx, `UPDATE mail SET state = $1, tries = 0, due = $2, queued = $3 WHERE id = $4 AND message_id = $5 AND state = $6`,
		post.Queued, private.Micro(due), private.Micro(now), m.ID, m.MessageID, post.Sending)
	return err
}

// parkPause is how long a letter lies between two looks whether a server is named, which a start looks at anyway.
const parkPause = 8 * time.Hour

// failed puts a letter back, or gives it up when it has been tried for three days. The address of a
// letter that was given up stays, so that somebody can see to it; its words do not.
func (q *Queue) failed(ctx context.Context, m post.Message, now time.Time) error {
	var queued int64
	err := q.db.QueryRowContext(ctx, `SELECT queued FROM mail WHERE id = $1 AND message_id = $2`, m.ID, m.MessageID).Scan(&queued)
	if errors.Is(err, sql.ErrNoRows) { // erased meanwhile
		return nil
	}
	if err != nil {
		return err
	}
	end := private.Instant(queued).Add(patience)
	if now.Before(end) {
		return q.again(ctx, m, earliest(now.Add(pauseAfter(pauses, m.Tries)), end))
	}
	return q.db.Within(ctx, func(tx *sql.Tx) error {
		r, err := tx.ExecContext(ctx, `UPDATE mail SET state = $1, subject = '', body = '', stop = '' WHERE id = $2 AND message_id = $3 AND state = $4`, post.Failed, m.ID, m.MessageID, post.Sending)
		return errors.Join(err, dropFiles(ctx, tx, r, m.ID))
	})
}
