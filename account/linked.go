package account

import (
	"context"
	"database/sql"
	"encoding/base64"
	"errors"
	"slices"
	"time"

	"github.com/openplenary/plenary/private"
	"github.com/openplenary/plenary/refusal"
)

// Linked is an account elsewhere with which the owner of an account signs in.
type Linked struct {
	Ref        string // by which its owner names it in a form
	Issuer     string // where it is
	Made, Used time.Time
}

// linkedID is under what an account elsewhere is kept: nobody learns from it who that is.
func (s *Store) linkedID(issuer, subject string) []byte {
	return s.mac("linked", issuer+"\x00"+subject)
}

// linkedRef is how its owner names an account elsewhere.
func (s *Store) linkedRef(who []byte) string {
	return base64.RawURLEncoding.EncodeToString(s.mac("linked name", string(who))[:16])
}

// Link has an account elsewhere, which an issuer knows as a subject, sign in to an account; that it does already is no error.
// The only refusal is "openid.taken": it signs in to another.
func (s *Store) Link(ctx context.Context, account ID, issuer, subject string, now time.Time) error {
	who := s.linkedID(issuer, subject)
	return s.db.Within(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `INSERT INTO account_linked(who, issuer, account, made, used) SELECT $1, $2, id, $3, 0 FROM account WHERE id = $4
			ON CONFLICT (who) DO NOTHING`, who, issuer, private.Micro(now), int64(account)); err != nil {
			return err
		}
		var of int64
		err := tx.QueryRowContext(ctx, `SELECT account FROM account_linked WHERE who = $1`, who).Scan(&of)
		//mutants:guard an account elsewhere signs in to one account
		if errors.Is(err, sql.ErrNoRows) || err == nil && ID(of) != account {
			return refusal.New(refusal.Conflict, "openid.taken")
		}
		return err
	})
}

// LinkedTo is the account to which an account elsewhere signs in; ok is false where there is none. That it was used is kept.
func (s *Store) LinkedTo(ctx context.Context, issuer, subject string, now time.Time) (account ID, ok bool, err error) {
	var of int64
	err = s.db.QueryRowContext(ctx, `UPDATE account_linked SET used = $1 WHERE who = $2 RETURNING account`, private.Micro(now), s.linkedID(issuer, subject)).Scan(&of)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, false, nil
	}
	return ID(of), err == nil, err
}

// AllLinked lists the accounts elsewhere with which the owner of an account signs in, the oldest first.
func (s *Store) AllLinked(ctx context.Context, account ID) (out []Linked, err error) {
	rows, err := s.db.QueryContext(ctx, `SELECT who, issuer, made, used FROM account_linked WHERE account = $1 ORDER BY made, who`, int64(account))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var who []byte
		var made, used int64
		var l Linked
		if err := rows.Scan(&who, &l.Issuer, &made, &used); err != nil {
			return nil, err
		}
		l.Ref, l.Made, l.Used = s.linkedRef(who), private.Instant(made), private.Instant(used)
		out = append(out, l)
	}
	return out, rows.Err()
}

// Unlink has an account elsewhere sign in no more; ok is false where the account has none of that name. A letter always opens the
// account, or what its office asks for, so it is never the last way in.
func (s *Store) Unlink(ctx context.Context, account ID, ref string) (ok bool, err error) {
	all, err := s.linkedIDs(ctx, account)
	i := slices.IndexFunc(all, func(who []byte) bool { return s.linkedRef(who) == ref })
	if err != nil || i < 0 {
		return false, err
	}
	if err := s.db.Within(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM account_linked WHERE who = $1 AND account = $2`, all[i], int64(account)); err != nil {
			return err
		}
		return s.ending(s.mark(endedLinked, string(all[i])))
	}); err != nil {
		return false, err
	}
	return true, s.db.Scrub(ctx)
}

// linkedIDs lists under what the accounts elsewhere of an account are kept.
func (s *Store) linkedIDs(ctx context.Context, account ID) (out [][]byte, err error) {
	rows, err := s.db.QueryContext(ctx, `SELECT who FROM account_linked WHERE account = $1`, int64(account))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var who []byte
		if err := rows.Scan(&who); err != nil {
			return nil, err
		}
		out = append(out, who)
	}
	return out, rows.Err()
}
