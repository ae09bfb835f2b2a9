package roster

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/binary"
	"math"
	"sync"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/private"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/registration"
)

// What became of a registration.
const (
	Held      = "held"      // its form is being filled in
	Asked     = "asked"     // the secretariat has not decided
	Confirmed = "confirmed" // whoever it is takes part as soon as they have a seat
	Refused   = "refused"
	Ended     = "ended" // whoever it is takes part for their party no more
)

// Statuses lists what becomes of registrations.
var Statuses = []string{Held, Asked, Confirmed, Refused, Ended}

// Genders lists what may be said of one's gender; nobody has to.
var Genders = []string{"woman", "man", "other"}

// Firsts lists what may be said of whether somebody takes part for the first time; nobody has to.
var Firsts = []string{"yes", "no"}

// Forgotten is who registered a member of a delegation where that is not kept any more: the delegation sends them all the same. It is nobody's number.
const Forgotten uint64 = math.MaxUint64

// sent is Forgotten as a table keeps it.
const sent int64 = -1

// Of is whose a registration is.
type Of struct {
	Slug        string   // the conversation
	Session     cite.Ref // s2
	Participant uint64   // 0 where nobody signed in for it
}

// Person is what somebody says of themselves.
type Person struct {
	Name   string
	Post   string // what they do in their body, "" for none
	Gender string // one of Genders, "" where they did not say
	First  string // one of Firsts, "" where they did not say
	Listed bool   // they agree to stand on the list of participants
	Lang   locale.Lang
}

// Said is what somebody says of themselves, and answers to what is asked beside that, by the numbers of the fields.
type Said struct {
	Person
	Answers map[int]string
}

// Registration is one, with all that is kept of it.
type Registration struct {
	Of
	Person
	ID       int64
	Entered  uint64   // who registered them, of a member of a delegation, or Forgotten; 0 where they did themselves
	Email    string   // of a member who has not signed in, "" for none
	Party    cite.Ref // for which they take part; None for themselves
	Category string   // its identifier
	Country  string   // its code, "" for none
	Wants    string   // the kind of seat that they ask for
	Seat     string   // that they have, "" while they wait for one
	Status   string   // one of Statuses
	Until    time.Time
	Place    int64 // in the order in which people wait
	Approved time.Time
	Reason   string // of a refusal; of who begins anew after one, that of the refusal before
	Made     time.Time
	Changed  time.Time // when it became what it is
	Code     string    // of the badge, "" while there is none
	Arrived  time.Time // when they were checked in; zero while they were not
	Answers  map[int]string
	Files    map[int]string // the names of files that were answered, whose identifiers stand in Answers
	told     string
}

// Waits reports whether they wait for a seat, or for one of another kind than they have meanwhile.
func (r Registration) Waits() bool {
	return r.Status != Held && !r.Over() && r.Seat != r.Wants
}

// Seated reports whether they take part: their registration is confirmed, and they have a seat.
func (r Registration) Seated() bool { return r.Status == Confirmed && r.Seat != "" }

// ByName reports whether they are a member of a delegation who was registered by name alone, so that they have no account.
func (r Registration) ByName() bool {
	return r.Party != cite.None && r.Participant == 0 && r.Email == "" && r.Status != Held
}

// Over reports whether it came to nothing: it was refused, or ended.
func (r Registration) Over() bool { return r.Status == Refused || r.Status == Ended }

// Cleared reports whether all of a refused registration was taken back but that it was refused.
func (r Registration) Cleared() bool { return r.Status == Refused && r.Name == "" }

// Tells is what a letter tells of it now, "" for nothing.
func (r Registration) Tells() string {
	switch {
	case r.Status == Held:
		return ""
	case r.Over():
		return r.Status
	case r.Seat == "":
		return "waiting"
	case r.Status == Asked:
		return Asked
	}
	return Confirmed + "_" + r.Seat
}

// Store keeps registrations. Its methods may be called from many goroutines. Errors that are no refusals are faults of the database.
type Store struct {
	db *private.DB
	mu sync.Mutex // who writes: the others wait in a row, and not for the lock of the database, which is nobody's turn
}

// within runs f in one transaction, when those before are done.
func (s *Store) within(ctx context.Context, f func(*sql.Tx) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.db.Within(ctx, f)
}

// New opens the room in the private database.
func New(db *private.DB) *Store { return &Store{db: db} }

const columns = `id, slug, session, participant, entered, email, name, post, party, category, country, gender, first, listed,
	wants, seat, status, until, place, approved, reason, made, changed, lang, code, arrived, told`

func scan(row func(...any) error) (r Registration, err error) {
	var participant, entered, listed, until, approved, made, changed, arrived int64
	err = row(&r.ID, &r.Slug, &r.Session, &participant, &entered, &r.Email, &r.Name, &r.Post, &r.Party, &r.Category, &r.Country, &r.Gender, &r.First, &listed, &r.Wants, &r.Seat,
		&r.Status, &until, &r.Place, &approved, &r.Reason, &made, &changed, &r.Lang, &r.Code, &arrived, &r.told)
	r.Participant, r.Entered, r.Listed = uint64(participant), uint64(entered), listed != 0
	r.Until, r.Approved, r.Made, r.Changed, r.Arrived = private.Instant(until), private.Instant(approved), private.Instant(made), private.Instant(changed), private.Instant(arrived)
	r.Answers, r.Files = map[int]string{}, map[int]string{}
	return r, err
}

// querier is the database or a transaction.
type querier interface {
	QueryContext(context.Context, string, ...any) (*sql.Rows, error)
	QueryRowContext(context.Context, string, ...any) *sql.Row
}

// bare lists registrations without their answers.
func bare(ctx context.Context, q querier, where string, args ...any) (out []Registration, err error) {
	rows, err := q.QueryContext(ctx, `SELECT `+columns+` FROM registration WHERE `+where, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		r, err := scan(rows.Scan)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, rows.Err()
}

// list lists registrations with their answers.
func list(ctx context.Context, q querier, where string, args ...any) (out []Registration, err error) {
	if out, err = bare(ctx, q, where, args...); err != nil || len(out) == 0 {
		return nil, err
	}
	at := map[int64]int{}
	for i, r := range out {
		at[r.ID] = i
	}
	rows, err := q.QueryContext(ctx, `SELECT registration, field, value, name FROM registration_answer WHERE registration IN (SELECT id FROM registration WHERE `+where+`)`, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		var field int
		var value, name string
		if err := rows.Scan(&id, &field, &value, &name); err != nil {
			return nil, err
		}
		if i, ok := at[id]; ok {
			if out[i].Answers[field] = value; name != "" {
				out[i].Files[field] = name
			}
		}
	}
	return out, rows.Err()
}

// one is the first of a list; ok is false where there is none.
func one(all []Registration, err error) (Registration, bool, error) {
	if err != nil || len(all) == 0 {
		return Registration{}, false, err
	}
	return all[0], true, nil
}

// All lists the registrations for a session, in the order in which they were begun. Seats that are only held are among them.
func (s *Store) All(ctx context.Context, slug string, session cite.Ref) ([]Registration, error) {
	return list(ctx, s.db, `slug = $1 AND session = $2 ORDER BY made, id`, slug, string(session))
}

// Mine finds the registration of a participant; ok is false where there is none.
func (s *Store) Mine(ctx context.Context, of Of) (Registration, bool, error) {
	return mine(ctx, s.db, of)
}

func mine(ctx context.Context, q querier, of Of) (Registration, bool, error) {
	if of.Participant == 0 {
		return Registration{}, false, nil
	}
	return one(list(ctx, q, `slug = $1 AND session = $2 AND participant = $3`, of.Slug, string(of.Session), int64(of.Participant)))
}

// Find finds a registration for a session by its number; ok is false where there is none.
func (s *Store) Find(ctx context.Context, slug string, session cite.Ref, id int64) (Registration, bool, error) {
	return find(ctx, s.db, slug, session, id)
}

func find(ctx context.Context, q querier, slug string, session cite.Ref, id int64) (Registration, bool, error) {
	return one(list(ctx, q, `slug = $1 AND session = $2 AND id = $3`, slug, string(session), id))
}

// Claim makes the registrations that somebody else made for an address those of whoever signed in with it. A registration that they have
// already stays theirs; of several for one session they have the first. Nobody registers an address for themselves: of one for which it is not kept who did,
// it is noted that somebody did.
func (s *Store) Claim(ctx context.Context, slug, email string, participant uint64) error {
	if email == "" || participant == 0 {
		return nil
	}
	_, err := s.db.ExecContext(ctx, `UPDATE registration SET participant = $1, email = '', entered = CASE WHEN entered = 0 THEN $2 ELSE entered END
		WHERE slug = $3 AND participant = 0 AND LOWER(email) = LOWER($4)
		AND NOT EXISTS (SELECT 1 FROM registration o WHERE o.slug = registration.slug AND o.session = registration.session AND o.participant = $1)
		AND NOT EXISTS (SELECT 1 FROM registration b WHERE b.slug = registration.slug AND b.session = registration.session AND b.participant = 0 AND LOWER(b.email) = LOWER($4)
			AND (b.made < registration.made OR b.made = registration.made AND b.id < registration.id))`, int64(participant), sent, slug, email)
	return err
}

// For reports whether somebody else made a registration for an address in a conversation.
func (s *Store) For(ctx context.Context, slug, email string) (there bool, err error) {
	err = s.db.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM registration WHERE slug = $1 AND participant = 0 AND email <> '' AND LOWER(email) = LOWER($2))`, slug, email).Scan(&there)
	return there, err
}

func unknown() error { return refusal.New(refusal.Hidden, "registration.unknown") }

// draw draws a number for a registration.
func draw() (int64, error) {
	var b [8]byte
	if _, err := rand.Read(b[:]); err != nil {
		return 0, err
	}
	return int64(binary.BigEndian.Uint64(b[:])>>1 | 1), nil
}

// insert adds a registration.
func insert(ctx context.Context, tx *sql.Tx, r *Registration) (err error) {
	if r.ID, err = draw(); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO registration(`+columns+`)
		VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27)`,
		r.values()...)
	return err
}

func (r *Registration) values() []any {
	listed := 0
	if r.Listed {
		listed = 1
	}
	return []any{r.ID, r.Slug, string(r.Session), int64(r.Participant), int64(r.Entered), r.Email, r.Name, r.Post, string(r.Party), r.Category, r.Country, r.Gender, r.First,
		listed, r.Wants, r.Seat, r.Status, private.Micro(r.Until), r.Place, private.Micro(r.Approved), r.Reason, private.Micro(r.Made), private.Micro(r.Changed),
		string(r.Lang), r.Code, private.Micro(r.Arrived), r.told}
}

// update writes a registration that is there.
func update(ctx context.Context, tx *sql.Tx, r *Registration) error {
	v := r.values()
	_, err := tx.ExecContext(ctx, `UPDATE registration SET slug = $1, session = $2, participant = $3, entered = $4, email = $5, name = $6, post = $7, party = $8, category = $9, country = $10,
		gender = $11, first = $12, listed = $13, wants = $14, seat = $15, status = $16, until = $17, place = $18,
		approved = $19, reason = $20, made = $21, changed = $22, lang = $23, code = $24, arrived = $25, told = $26 WHERE id = $27`, append(v[1:], v[0])...)
	return err
}

// last is the next place in the order in which people wait.
func last(ctx context.Context, tx *sql.Tx, slug string, session cite.Ref) (n int64, err error) {
	err = tx.QueryRowContext(ctx, `SELECT COALESCE(MAX(place), 0) + 1 FROM registration WHERE slug = $1 AND session = $2`, slug, string(session)).Scan(&n)
	return n, err
}

// Terms are those under which people register for a session, with the session.
type Terms struct {
	Slug string
	*registration.Offer
	Ends time.Time // of the last sitting; zero where none is planned
}

// Past reports whether the session has ended.
func (t Terms) Past(now time.Time) bool { return !t.Ends.IsZero() && !now.Before(t.Ends) }
