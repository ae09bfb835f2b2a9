package roster

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"strings"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/private"
	"github.com/openplenary/plenary/refusal"
)

// letters are those of codes: none that is taken for another.
const letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// codeSize is how many letters a code has before the one that tells of a slip: 60 bits.
const codeSize = 12

// ParseCode reads a code as people type it; ok is false of one that was mistyped, or is no code at all.
func ParseCode(typed string) (code string, ok bool) {
	var b strings.Builder
	for _, c := range strings.ToUpper(typed) {
		switch {
		case c == 'I' || c == 'L':
			c = '1'
		case c == 'O':
			c = '0'
		case !strings.ContainsRune(letters, c):
			continue
		}
		b.WriteRune(c)
	}
	code = b.String()
	return code, len(code) == codeSize+1 && code[codeSize] == slip(code[:codeSize])
}

// slip is the letter that tells of one wrong letter, and of two that changed places.
func slip(code string) byte {
	sum := 0
	for i := range len(code) {
		sum += (2*i + 1) * strings.IndexByte(letters, code[i])
	}
	return letters[sum%len(letters)]
}

// Shown is a code as it is printed, in groups of four.
func Shown(code string) string {
	var out []string
	for len(code) > 4 {
		out, code = append(out, code[:4]), code[4:]
	}
	return strings.Join(append(out, code), "-")
}

// badge gives a code to whoever takes part and has none. Of one that is not kept yet, bind notes it.
func badge(ctx context.Context, tx *sql.Tx, r *Registration) error {
	if !r.Seated() || r.Code != "" {
		return nil
	}
	var b [codeSize]byte
	if _, err := rand.Read(b[:]); err != nil {
		return err
	}
	for i := range b {
		b[i] = letters[int(b[i])%len(letters)]
	}
	r.Code = string(b[:]) + string(slip(string(b[:])))
	if r.ID == 0 {
		return nil
	}
	return bind(ctx, tx, r)
}

// bind notes whose a code is.
func bind(ctx context.Context, tx *sql.Tx, r *Registration) error {
	if r.Code == "" {
		return nil
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO registration_code(code, slug, session, registration, revoked) VALUES($1, $2, $3, $4, 0)`, r.Code, r.Slug, string(r.Session), r.ID)
	return err
}

// revoke takes the code of a badge back: nobody comes in with it any more.
func revoke(ctx context.Context, tx *sql.Tx, r *Registration, now time.Time) error {
	_, err := tx.ExecContext(ctx, `UPDATE registration_code SET revoked = $1 WHERE registration = $2 AND revoked = 0`, private.Micro(now), r.ID)
	r.Code = ""
	return err
}

// Renew takes a badge back that was lost or passed on, and gives another code.
func (s *Store) Renew(ctx context.Context, slug string, session cite.Ref, id int64, now time.Time) error {
	return s.change(ctx, slug, session, id, func(tx *sql.Tx, r *Registration) error {
		if !r.Seated() {
			return refusal.New(refusal.NotNow, "registration.no_badge")
		}
		if err := revoke(ctx, tx, r, now); err != nil {
			return err
		}
		return badge(ctx, tx, r)
	})
}

// change changes a registration in one transaction.
func (s *Store) change(ctx context.Context, slug string, session cite.Ref, id int64, f func(*sql.Tx, *Registration) error) error {
	return s.within(ctx, func(tx *sql.Tx) error {
		r, ok, err := find(ctx, tx, slug, session, id)
		if err != nil {
			return err
		}
		if !ok {
			return unknown()
		}
		if err := f(tx, &r); err != nil {
			return err
		}
		return update(ctx, tx, &r)
	})
}

// What somebody who shows a code is told.
const (
	Welcome  = "welcome"  // they are checked in
	Before   = "before"   // they were checked in before
	Mistyped = "mistyped" // it is no code
	Forged   = "forged"   // no such code was ever given
	Revoked  = "revoked"  // it was taken back
	Another  = "another"  // it is that of another session
	Lacking  = "lacking"  // something is missing that they have to answer
)

// bearer finds whoever bears a code, and says what they are told; they are Welcome whether they were checked in or not.
func bearer(ctx context.Context, q querier, t Terms, typed string) (said string, r Registration, err error) {
	code, ok := ParseCode(typed)
	if !ok {
		return Mistyped, r, nil
	}
	var of string
	var id, revoked int64
	err = q.QueryRowContext(ctx, `SELECT session, registration, revoked FROM registration_code WHERE slug = $1 AND code = $2`, t.Slug, code).Scan(&of, &id, &revoked)
	if errors.Is(err, sql.ErrNoRows) {
		return Forged, r, nil
	}
	if err != nil {
		return "", r, err
	}
	//mutants:guard nobody comes in to a session with the badge of another
	if of != string(t.Session) {
		return Another, r, nil
	}
	//mutants:guard nobody comes in with a badge that was taken back
	if revoked != 0 {
		return Revoked, r, nil
	}
	if r, _, err = find(ctx, q, t.Slug, t.Session, id); err != nil {
		return "", r, err
	}
	//mutants:guard nobody comes in who does not take part
	if !r.Seated() {
		return Revoked, r, nil
	}
	//mutants:guard nobody comes in before they answered what they have to
	if r.Arrived.IsZero() && !t.Complete(r.Category, r.Answers) {
		return Lacking, r, nil
	}
	return Welcome, r, nil
}

// Bearer finds whoever bears the code of a badge that is valid; ok is false where nobody does.
func (s *Store) Bearer(ctx context.Context, t Terms, typed string) (r Registration, ok bool, err error) {
	said, r, err := bearer(ctx, s.db, t, typed)
	//mutants:guard nobody is found by a code that was mistyped, forged or taken back
	if said != Welcome {
		return Registration{}, false, err
	}
	return r, true, err
}

// CheckIn checks in whoever bears a code, once.
func (s *Store) CheckIn(ctx context.Context, t Terms, typed string, now time.Time) (said string, r Registration, err error) {
	err = s.within(ctx, func(tx *sql.Tx) error {
		if said, r, err = bearer(ctx, tx, t, typed); err != nil || said != Welcome {
			return err
		}
		if !r.Arrived.IsZero() {
			said = Before
			return nil
		}
		r.Arrived = now
		return update(ctx, tx, &r)
	})
	return said, r, err
}

// SetLink keeps where those with seats of a kind join; "" for nowhere. It takes the place of the one before: whoever comes by way of the house comes to the
// new one.
func (s *Store) SetLink(ctx context.Context, slug string, session cite.Ref, seat, link string) error {
	return s.within(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM registration_link WHERE slug = $1 AND session = $2 AND seat = $3`, slug, string(session), seat); err != nil || link == "" {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO registration_link(slug, session, seat, link) VALUES($1, $2, $3, $4)`, slug, string(session), seat, link)
		return err
	})
}

// Link is where those with seats of a kind join, "" for nowhere.
func (s *Store) Link(ctx context.Context, slug string, session cite.Ref, seat string) (link string, err error) {
	err = s.db.QueryRowContext(ctx, `SELECT link FROM registration_link WHERE slug = $1 AND session = $2 AND seat = $3`, slug, string(session), seat).Scan(&link)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return link, err
}
