package account

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/private"
	"github.com/openplenary/plenary/refusal"
)

// ID is an account: a random number that is never used again and never stands on a record. 0 is nobody.
type ID int64

// Account is a person who signs in.
type Account struct {
	ID    ID
	Email string // as ParseAddress returns it
	Name  string // as they want to be shown, "" if they never said
	Lang  locale.Lang
	Made  time.Time
}

// MaxName is the longest display name, in characters.
const MaxName = 200

// Store keeps accounts, sign-ins, sessions and addresses. Its methods may be called from many
// goroutines. Errors that are no refusals are faults of the database.
type Store struct {
	// Ending, where it is set, keeps apart from the database that something was ended: see Again.
	Ending func(marks []string) error

	db     *private.DB
	secret []byte

	asked challenges

	mu       sync.Mutex // guards what follows
	sessions sessionCache
}

// New opens the room in the private database. The secret (at least 32 bytes, kept with the
// instance's keys) goes into every stored hash: with another secret, sessions and links end, and nothing
// else is lost.
func New(db *private.DB, secret []byte) (*Store, error) {
	if len(secret) < 32 {
		return nil, fmt.Errorf("account: the secret has %d bytes, 32 are needed", len(secret))
	}
	s := &Store{db: db, secret: append([]byte(nil), secret...)}
	_, _ = rand.Read(s.asked.key[:]) // never fails: crypto/rand ends the process instead
	if db.Shared() {
		copy(s.asked.key[:], s.mac("challenges", ""))
	}
	return s, nil
}

// mac is the keyed hash under which something secret is stored, different for each purpose.
func (s *Store) mac(purpose, value string) []byte {
	m := hmac.New(sha256.New, s.secret)
	fmt.Fprintf(m, "plenary account %s\x00%s", purpose, value)
	return m.Sum(nil)
}

// Get is the account with an id; ok is false if there is none.
func (s *Store) Get(ctx context.Context, id ID) (a Account, ok bool, err error) {
	var made int64
	a.ID = id
	err = s.db.QueryRowContext(ctx, `SELECT email, name, lang, made FROM account WHERE id = $1`, int64(id)).Scan(&a.Email, &a.Name, &a.Lang, &made)
	if errors.Is(err, sql.ErrNoRows) {
		return Account{}, false, nil
	}
	a.Made = private.Instant(made)
	return a, err == nil, err
}

// DisplayName is the name an account wants to be shown by, "" if it never said or there is none.
func (s *Store) DisplayName(ctx context.Context, id ID) (string, error) {
	a, _, err := s.Get(ctx, id)
	return a.Name, err
}

// SetName keeps the name an account wants to be shown by, cleaned; "" takes it away. Refusals:
// "name.invalid" (not text) and "name.long" (more than MaxName characters), field "name".
func (s *Store) SetName(ctx context.Context, id ID, name string) error {
	clean, err := locale.CleanLine(name, MaxName)
	switch {
	case errors.Is(err, locale.ErrLong):
		return refusal.In("name", "name.long", "max", MaxName)
	case err != nil:
		return refusal.In("name", "name.invalid")
	}
	_, err = s.db.ExecContext(ctx, `UPDATE account SET name = $1 WHERE id = $2`, clean, int64(id))
	return err
}

// SetLanguage keeps the language that the owner of an account chose for their letters; signing in does not change it any
// more. The only refusal is "language.unknown", field "language".
func (s *Store) SetLanguage(ctx context.Context, id ID, l locale.Lang) error {
	if !l.Valid() {
		return refusal.In("language", "language.unknown")
	}
	_, err := s.db.ExecContext(ctx, `UPDATE account SET lang = $1, chosen = 1 WHERE id = $2`, string(l), int64(id))
	return err
}

// Ensure is the account of an address, made if there is none. Whoever calls it vouches that the address
// is that person's: FinishSignIn does after the proof; the demonstration does for its invented people.
// Invitations that wait for the address are taken up.
func (s *Store) Ensure(ctx context.Context, email string, lang locale.Lang, now time.Time) (ID, error) {
	address, err := ParseAddress(email)
	if err != nil {
		return 0, err
	}
	var id ID
	err = s.db.Within(ctx, func(tx *sql.Tx) error {
		id, err = ensure(ctx, tx, address, lang, now)
		return err
	})
	return id, err
}

func ensure(ctx context.Context, tx *sql.Tx, address string, lang locale.Lang, now time.Time) (ID, error) {
	if !lang.Valid() {
		lang = locale.English
	}
	who := identity(address)
	id, err := newID()
	if err != nil {
		return 0, err
	}
	// An account keeps the address it was made with; the language follows the last sign-in until its owner chose one.
	if _, err := tx.ExecContext(ctx, `INSERT INTO account(id, who, email, name, lang, made) VALUES($1, $2, $3, '', $4, $5)
		ON CONFLICT (who) DO UPDATE SET lang = CASE WHEN account.chosen = 1 THEN account.lang ELSE excluded.lang END`, int64(id), who, address, string(lang), private.Micro(now)); err != nil {
		return 0, err
	}
	if err := tx.QueryRowContext(ctx, `SELECT id FROM account WHERE who = $1`, who).Scan(&id); err != nil {
		return 0, err
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO account_participant(account, slug, participant)
		SELECT CAST($1 AS BIGINT), slug, participant FROM account_invitation WHERE who = $2 ON CONFLICT DO NOTHING`, int64(id), who); err != nil {
		return 0, err
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM account_invitation WHERE who = $1`, who); err != nil {
		return 0, err
	}
	return id, accepted(ctx, tx, id, who, now)
}

// newID draws the number of an account.
func newID() (ID, error) {
	var b [8]byte
	if _, err := rand.Read(b[:]); err != nil {
		return 0, err
	}
	return ID(binary.BigEndian.Uint64(b[:])>>1 | 1), nil
}
