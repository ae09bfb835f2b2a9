package mail

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/base32"
	"errors"
	"fmt"
	"log/slog"
	netmail "net/mail"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/mail/post"
	"github.com/openplenary/plenary/private"
)

// Queue keeps letters until they are sent. Its methods may be called from many goroutines; one process
// at a time sends.
type Queue struct {
	// Logger hears of letters that could not be sent and of faults in the background. It may be set
	// before the queue is used; nil discards.
	Logger *slog.Logger
	// Body names whose letters they are, in a language; "" where nobody said. It may be set before the queue is used; nil
	// names nobody.
	Body func(locale.Lang) string
	// Renew writes the words of a letter about what waits, at each try to hand it over; ok is false where it is not to
	// go any more. Letters.Renew is it; it is set before the queue is used where such letters are queued.
	Renew func(ctx context.Context, m post.Message) (renewed post.Message, ok bool, err error)

	db        *private.DB
	transport post.Transport
	domain    string // of the sender, for Message-IDs
	now       func() time.Time

	mu     sync.Mutex // guards what follows
	wake   chan struct{}
	flying map[*flight]bool
}

// flight is a letter that is being handed over.
type flight struct {
	post.Message
	cancel context.CancelFunc
}

// NewQueue opens the queue in the private database. from is the sender's address, with or without
// a name. Letters whose sending a crash interrupted are queued again; where nodes share the database, by Run.
func NewQueue(db *private.DB, transport post.Transport, from string, clock func() time.Time) (*Queue, error) {
	sender, err := netmail.ParseAddress(from)
	if err != nil {
		return nil, fmt.Errorf("mail: the sender %q is no address", from)
	}
	q := &Queue{Logger: slog.New(slog.DiscardHandler), db: db, transport: transport, now: clock, wake: make(chan struct{}), flying: map[*flight]bool{},
		domain: sender.Address[strings.LastIndexByte(sender.Address, '@')+1:]}
	if db.Shared() { // another node may be sending them
		return q, nil
	}
	return q, q.takeOver(context.Background())
}

// takeOver queues again what was being sent when whoever sent it stopped.
func (q *Queue) takeOver(ctx context.Context) error {
	if _, err := q.db.ExecContext(ctx, `UPDATE mail SET state = $1 WHERE state = $2`, post.Queued, post.Sending); err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	if !q.Named() {
		return nil
	}
	// What waited for a server to be named waits no longer; what waits for the morning does.
	if _, err := q.db.ExecContext(ctx, `UPDATE mail SET due = $1 WHERE state = $2 AND tries = 0 AND due > $1 AND position <> $3`,
		private.Micro(q.now()), post.Queued, int64(daily)); err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	return nil
}

// body names whose letters they are.
func (q *Queue) body(l locale.Lang) string {
	if q == nil || q.Body == nil {
		return ""
	}
	return q.Body(l)
}

// Try sends a short letter at once, past the queue, so that the operator hears what the mail server answers. The error says
// it, and names no address.
func (q *Queue) Try(ctx context.Context, to string, l locale.Lang, instance string) error {
	m, err := q.ready(post.Message{To: to, Lang: l, Notice: "test", Subject: l.T("mail.test.subject"),
		Text: l.T("mail.test.text") + foot{host: instance, body: q.body(l), why: "test"}.text(l)})
	if err != nil {
		return err
	}
	m.Sender, m.Sent = q.body(l), q.now()
	return q.transport.Send(ctx, m)
}

func (q *Queue) log() *slog.Logger {
	if q.Logger == nil {
		return slog.New(slog.DiscardHandler)
	}
	return q.Logger
}

// Put queues a letter and returns when it is safe; sending goes on in the background. A second letter of
// the same conversation, participant, position and notice is not taken, and that is no error. The only
// refusal is "address.invalid".
func (q *Queue) Put(ctx context.Context, m post.Message) error {
	return q.put(ctx, m, time.Time{})
}

// PutDirect queues a letter that somebody waits for and that holds a secret, such as a sign-in link. It
// goes before others, is given up at until, and nothing of it stays once it was sent or given up.
func (q *Queue) PutDirect(ctx context.Context, m post.Message, until time.Time) error {
	m.Position = 0
	return q.put(ctx, m, until)
}

func (q *Queue) put(ctx context.Context, m post.Message, until time.Time) error {
	m, err := q.ready(m)
	if err != nil {
		return err
	}
	err = q.db.Within(ctx, func(tx *sql.Tx) error { return q.insert(ctx, tx, m, until) })
	if err == nil {
		q.wakeAll()
	}
	return err
}

// maxSubject is how many characters a subject line may have.
const maxSubject = 200

// ready checks a letter and fills in what the queue gives it.
func (q *Queue) ready(m post.Message) (post.Message, error) {
	var err error
	if m.To, err = account.ParseAddress(m.To); err != nil {
		return m, err
	}
	if letters := []rune(m.Subject); len(letters) > maxSubject {
		m.Subject = string(letters[:maxSubject-1]) + "…"
	}
	if m.Subject, err = locale.CleanLine(m.Subject, 4*maxSubject); err != nil {
		return m, fmt.Errorf("mail: subject: %w", err)
	}
	if !m.Lang.Valid() {
		m.Lang = locale.English
	}
	if m.Made.IsZero() {
		m.Made = q.now()
	}
	var random [16]byte
	if _, err := rand.Read(random[:]); err != nil {
		return m, err
	}
	m.MessageID = strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(random[:])) + "@" + q.domain
	return m, nil
}

func (q *Queue) insert(ctx context.Context, tx *sql.Tx, m post.Message, until time.Time) error {
	now := private.Micro(q.now())
	// No letter about what was erased comes in, however late its writer was.
	err := tx.QueryRowContext(ctx, `INSERT INTO mail(id, recipient, subject, body, lang, message_id, notice, slug, participant, position, about, state, tries, due, made, queued, until, sent, stop)
		SELECT (SELECT COALESCE(MAX(id), 0) + 1 FROM mail), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, $12, $13, $14, $15, 0, $16
		WHERE NOT EXISTS (SELECT 1 FROM mail_erased WHERE slug = $7 AND about = $10) ON CONFLICT DO NOTHING RETURNING id`,
		m.To, m.Subject, m.Text, string(m.Lang), m.MessageID, m.Notice, m.Slug, int64(m.Participant), int64(m.Position), string(m.About),
		post.Queued, max(now, private.Micro(m.Due)), private.Micro(m.Made), now, private.Micro(until), m.Stop).Scan(&m.ID)
	if errors.Is(err, sql.ErrNoRows) { // not taken
		return nil
	}
	for n, f := range m.Files {
		if err != nil {
			break
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO mail_file(letter, n, name, type, content) VALUES($1, $2, $3, $4, $5)`, m.ID, n, f.Name, f.Type, f.Content)
	}
	return err
}

func (q *Queue) wakeAll() {
	q.mu.Lock()
	defer q.mu.Unlock()
	close(q.wake)
	q.wake = make(chan struct{})
}

func (q *Queue) waken() <-chan struct{} {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.wake
}

// Erase drops the letters about a contribution whose words were erased, at whatever entry they were called
// for, with every trace of those that were sent, and takes none about it from now on. participant is its
// author: letters from before letters said what they are about go with all that the author was not sent yet.
// They are gone from the disk when it returns.
func (q *Queue) Erase(ctx context.Context, slug string, about cite.Ref, participant uint64) error {
	err := q.db.Within(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `INSERT INTO mail_erased(slug, about) VALUES($1, $2) ON CONFLICT DO NOTHING`, slug, string(about)); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `DELETE FROM mail WHERE slug = $1 AND (about = $2 OR about = '' AND position > 0 AND participant = $3 AND state <> $4)`,
			slug, string(about), int64(participant), post.Sent)
		return err
	})
	if err == nil {
		q.recall(func(m post.Message) bool {
			return m.Slug == slug && (m.About == about || m.About == cite.None && m.Position > 0 && m.Participant == participant)
		})
	}
	return errors.Join(err, q.db.Scrub(ctx))
}

// recall ends the handing over of letters whose rows were deleted: unless a server has taken it already, such a letter
// does not go.
func (q *Queue) recall(which func(post.Message) bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for f := range q.flying {
		if which(f.Message) {
			f.cancel()
		}
	}
}

// depart notes that a letter is being handed over, until arrived is called. ok is false where it was erased since it
// was taken from the queue.
func (q *Queue) depart(ctx context.Context, m post.Message) (flying context.Context, arrived func(), ok bool) {
	flying, cancel := context.WithCancel(ctx)
	f := &flight{m, cancel}
	q.mu.Lock()
	q.flying[f] = true
	q.mu.Unlock()
	arrived = func() {
		cancel()
		q.mu.Lock()
		defer q.mu.Unlock()
		delete(q.flying, f)
	}
	// Looked up only now: whoever erases deletes first and recalls after.
	var there bool
	err := q.db.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM mail WHERE id = $1 AND message_id = $2)`, m.ID, m.MessageID).Scan(&there)
	//mutants:guard a letter that was erased after it was taken from the queue does not go
	return flying, arrived, err != nil || there
}

// ForgetAll drops every letter about a conversation. They are gone from the disk when it returns.
func (q *Queue) ForgetAll(ctx context.Context, slug string) error {
	err := q.db.Within(ctx, func(tx *sql.Tx) error {
		for _, table := range []string{"mail", "mail_erased", "mail_waiting"} {
			if _, err := tx.ExecContext(ctx, `DELETE FROM `+table+` WHERE slug = $1`, slug); err != nil {
				return err
			}
		}
		return nil
	})
	return errors.Join(err, q.db.Scrub(ctx))
}

// Forget drops the letters to some addresses that were not sent yet, and those that were given up. They are
// gone from the disk when it returns.
func (q *Queue) Forget(ctx context.Context, emails ...string) error {
	err := q.db.Within(ctx, func(tx *sql.Tx) error {
		for _, e := range emails {
			if _, err := tx.ExecContext(ctx, `DELETE FROM mail WHERE LOWER(recipient) = LOWER($1)`, e); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		q.recall(func(m post.Message) bool {
			return slices.ContainsFunc(emails, func(e string) bool { return strings.EqualFold(e, m.To) })
		})
	}
	return errors.Join(err, q.db.Scrub(ctx))
}

// ForgetEnded drops letters that were not sent yet, and those that were given up, where ended says so of their address and of when they came, and says how
// many that were.
func (q *Queue) ForgetEnded(ctx context.Context, ended func(address string, came time.Time) bool) (n int, err error) {
	rows, err := q.db.QueryContext(ctx, `SELECT id, recipient, queued FROM mail WHERE recipient <> ''`)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	var ids []int64
	for rows.Next() {
		var id, came int64
		var to string
		if err := rows.Scan(&id, &to, &came); err != nil {
			return 0, err
		}
		if ended(to, private.Instant(came)) {
			ids = append(ids, id)
		}
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil || len(ids) == 0 {
		return 0, err
	}
	err = q.db.Within(ctx, func(tx *sql.Tx) error {
		for _, id := range ids {
			if _, err := tx.ExecContext(ctx, `DELETE FROM mail WHERE id = $1`, id); err != nil {
				return err
			}
		}
		return nil
	})
	return len(ids), errors.Join(err, q.db.Scrub(ctx))
}

// failedLife is how long the address of a letter that was given up is kept, for somebody to see to it.
const failedLife = 30 * 24 * time.Hour

// Sweep drops the addresses of letters that were given up a month after they came, and says how many letters
// that were.
func (q *Queue) Sweep(ctx context.Context) (int, error) {
	r, err := q.db.ExecContext(ctx, `UPDATE mail SET recipient = '' WHERE state = $1 AND recipient <> '' AND queued < $2`, post.Failed, private.Micro(q.now().Add(-failedLife)))
	if err != nil {
		return 0, err
	}
	n, err := r.RowsAffected()
	if err != nil || n == 0 {
		return 0, err
	}
	return int(n), q.db.Scrub(ctx)
}

// Count says how many letters are in each state; for health checks.
func (q *Queue) Count(ctx context.Context) (map[string]int, error) {
	rows, err := q.db.QueryContext(ctx, `SELECT state, COUNT(*) FROM mail GROUP BY state`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[string]int{}
	for rows.Next() {
		var state string
		var n int
		if err := rows.Scan(&state, &n); err != nil {
			return nil, err
		}
		out[state] = n
	}
	return out, rows.Err()
}
