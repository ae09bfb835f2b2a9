package account

import (
	"context"
	"database/sql"
	"errors"
)

// Number is who somebody is on the record of one conversation.
type Number struct {
	Slug        string
	Participant uint64
}

// Person is by what other rooms know the owner of an account.
type Person struct {
	Addresses []string // every way of writing their address that is kept
	Numbers   []Number // on the records of conversations, also where they only left their address
}

// Person says by what an account's owner is known elsewhere; ok is false if there is no such account.
func (s *Store) Person(ctx context.Context, id ID) (p Person, ok bool, err error) {
	var who, email string
	err = s.db.QueryRowContext(ctx, `SELECT who, email FROM account WHERE id = $1`, int64(id)).Scan(&who, &email)
	if errors.Is(err, sql.ErrNoRows) {
		return Person{}, false, nil
	}
	if err != nil {
		return Person{}, false, err
	}
	p.Addresses = []string{email}
	rows, err := s.db.QueryContext(ctx, `SELECT email FROM account_address WHERE who = $1 UNION SELECT email FROM account_signin WHERE who = $1`, who)
	if err != nil {
		return Person{}, false, err
	}
	defer rows.Close()
	for rows.Next() {
		if err := rows.Scan(&email); err != nil {
			return Person{}, false, err
		}
		p.Addresses = append(p.Addresses, email)
	}
	if err := rows.Err(); err != nil {
		return Person{}, false, err
	}
	p.Numbers, err = s.numbers(ctx, `SELECT slug, participant FROM account_participant WHERE account = $1
		UNION SELECT slug, participant FROM account_invitation WHERE who = $2
		UNION SELECT slug, participant FROM account_address WHERE who = $2`, int64(id), who)
	return p, err == nil, err
}

// Delete deletes an account with everything that was ever kept under its address: sessions, sign-ins,
// invitations, its numbers in all conversations, and the same address where it was left without signing in.
// What stands on the records stays as it is. What was deleted is gone from the disk when it returns. An
// unknown account is no error.
//
// Drafts and letters are kept by other rooms, which know a person by Person; they come before.
func (s *Store) Delete(ctx context.Context, id ID) error {
	err := s.db.Within(ctx, func(tx *sql.Tx) error {
		var who string
		err := tx.QueryRowContext(ctx, `SELECT who FROM account WHERE id = $1`, int64(id)).Scan(&who)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := s.cutNumbers(ctx, tx, id, who); err != nil {
			return err
		}
		for _, table := range []string{"account_signin", "account_invitation", "account_address", "account_printed", "account_invited", "account"} {
			if _, err := tx.ExecContext(ctx, `DELETE FROM `+table+` WHERE who = $1`, who); err != nil {
				return err
			}
		}
		for _, table := range []string{"account_session", "account_participant", "account_told", "account_passkey", "account_linked"} {
			if _, err := tx.ExecContext(ctx, `DELETE FROM `+table+` WHERE account = $1`, int64(id)); err != nil {
				return err
			}
		}
		// That they want no more letters stays: no address follows from it.
		if _, err := tx.ExecContext(ctx, `DELETE FROM account_letters WHERE id = $1 AND wish <> $2`, s.lettersID(s.lettersToken(who)), string(Stopped)); err != nil {
			return err
		}
		if _, err = tx.ExecContext(ctx, `DELETE FROM account_try WHERE who = $1`, s.mac("try", who)); err != nil {
			return err
		}
		return s.ending(s.mark(endedAccount, who))
	})
	s.drop(func(_ string, e *cachedSession) bool { return e.account == id })
	if err != nil {
		return err
	}
	return s.db.Scrub(ctx)
}

// cutNumbers notes the numbers of an account as forgotten.
func (s *Store) cutNumbers(ctx context.Context, tx *sql.Tx, id ID, who string) error {
	rows, err := tx.QueryContext(ctx, `SELECT slug, participant FROM account_participant WHERE account = $1
		UNION SELECT slug, participant FROM account_invitation WHERE who = $2`, int64(id), who)
	if err != nil {
		return err
	}
	numbers, err := scanNumbers(rows)
	if err != nil {
		return err
	}
	for _, n := range numbers {
		if err := forgotten(ctx, tx, n); err != nil {
			return err
		}
	}
	return nil
}
