package account

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"strings"

	"github.com/openplenary/plenary/locale"
)

// Wish is what the reader of an address wants to be written.
type Wish string

// The wishes. Whoever signs in has said by it that the address is theirs: then Unsaid is as good as Confirmed.
const (
	Unsaid    Wish = ""          // nobody said
	Confirmed Wish = "confirmed" // it is theirs, and they want letters
	Stopped   Wish = "stopped"   // they want none
)

// Reach is how a participant is written to.
type Reach struct {
	Email string
	Lang  locale.Lang
	// Account says that it is the address of their account, and not one that was only left with a contribution.
	Account bool
	// Proven says that somebody who reads the letters of the address said that it is theirs.
	Proven bool
	// Token leads to the page where whoever reads a letter confirms the address, or wants no more letters.
	Token string
}

// Reach says how a participant may be written to; ok is false where they may not. An address that nobody proved to be
// theirs gets one letter, the first that is asked about, and then none until it is proven: else whoever types the
// address of somebody else has letters sent to them. letter names the letter among all; asked about again, the first
// one may still go, so that nothing is lost when its writer was cut short.
func (s *Store) Reach(ctx context.Context, n Number, letter string) (r Reach, ok bool, err error) {
	if r.Email, r.Lang, ok, err = s.AddressOf(ctx, n.Slug, n.Participant); err != nil || !ok {
		return Reach{}, false, err
	}
	who := identity(r.Email)
	r.Token = s.lettersToken(who)
	id := s.lettersID(r.Token)
	var left int
	if err := s.db.QueryRowContext(ctx, `SELECT COUNT(*) FROM account_address WHERE slug = $1 AND participant = $2`, n.Slug, int64(n.Participant)).Scan(&left); err != nil {
		return Reach{}, false, err
	}
	r.Account = left == 0
	wish, known, err := s.wish(ctx, s.db.QueryRowContext, id, who)
	if err != nil {
		return Reach{}, false, err
	}
	r.Proven = wish == Confirmed || known
	if wish == Stopped {
		return Reach{}, false, nil
	}
	var first string
	err = s.db.Within(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `INSERT INTO account_letters(id, wish, letter) VALUES($1, '', $2)
			ON CONFLICT (id) DO UPDATE SET letter = excluded.letter WHERE account_letters.letter = ''`, id, letter); err != nil {
			return err
		}
		return tx.QueryRowContext(ctx, `SELECT letter FROM account_letters WHERE id = $1`, id).Scan(&first)
	})
	if err != nil {
		return Reach{}, false, err
	}
	//mutants:guard an address that nobody proved gets one letter
	if !r.Proven && first != letter {
		return Reach{}, false, nil
	}
	return r, true, nil
}

// lettersToken is the secret in the link to the page about the letters to an address. It follows from the address, so
// that it need not be kept, and is known to whoever reads a letter.
func (s *Store) lettersToken(who string) string {
	return strings.ToLower(tokenText.EncodeToString(s.mac("letters", who)[:16]))
}

// lettersID is under what the wish about an address is kept.
func (s *Store) lettersID(token string) []byte { return s.mac("letters link", token) }

// wish reads what is wanted for an address, and whether it is that of an account.
func (s *Store) wish(ctx context.Context, row func(context.Context, string, ...any) *sql.Row, id []byte, who string) (w Wish, account bool, err error) {
	err = row(ctx, `SELECT COALESCE((SELECT wish FROM account_letters WHERE id = $1), ''), EXISTS (SELECT 1 FROM account WHERE who = $2)`, id, who).Scan(&w, &account)
	return w, account, err
}

// WishOf is what the reader of the letters that hold a token wants; ok is false where no letter holds it.
func (s *Store) WishOf(ctx context.Context, token string) (w Wish, ok bool, err error) {
	if len(token) > 100 {
		return "", false, nil
	}
	err = s.db.QueryRowContext(ctx, `SELECT wish FROM account_letters WHERE id = $1`, s.lettersID(token)).Scan(&w)
	if errors.Is(err, sql.ErrNoRows) {
		return "", false, nil
	}
	return w, err == nil, err
}

// SetWish keeps what the reader of the letters that hold a token wants; ok is false where no letter holds it.
func (s *Store) SetWish(ctx context.Context, token string, w Wish) (ok bool, err error) {
	if len(token) > 100 || w != Confirmed && w != Stopped {
		return false, nil
	}
	id := s.lettersID(token)
	err = s.db.Within(ctx, func(tx *sql.Tx) error {
		var was Wish
		err := tx.QueryRowContext(ctx, `SELECT wish FROM account_letters WHERE id = $1`, id).Scan(&was)
		if ok = err == nil; errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE account_letters SET wish = $1 WHERE id = $2`, string(w), id); err != nil {
			return err
		}
		switch {
		case w == Stopped:
			return s.ending(endedLetters + " " + hex.EncodeToString(id))
		case was == Stopped:
			return s.ending(wantLetters + " " + hex.EncodeToString(id))
		}
		return nil
	})
	return ok && err == nil, err
}

// LettersTo is the token of the letters to an address and what their reader wants: for letters that no contribution
// calls for, such as an invitation, and for the page of an account. The only refusal is "address.invalid".
func (s *Store) LettersTo(ctx context.Context, email string) (token string, w Wish, err error) {
	address, err := ParseAddress(email)
	if err != nil {
		return "", "", err
	}
	token = s.lettersToken(identity(address))
	err = s.db.Within(ctx, func(tx *sql.Tx) error {
		// No letter about a contribution was written yet: the one that may be is still to come.
		if _, err := tx.ExecContext(ctx, `INSERT INTO account_letters(id, wish, letter) VALUES($1, '', '') ON CONFLICT DO NOTHING`, s.lettersID(token)); err != nil {
			return err
		}
		return tx.QueryRowContext(ctx, `SELECT wish FROM account_letters WHERE id = $1`, s.lettersID(token)).Scan(&w)
	})
	return token, w, err
}

// LanguageOf is the language of the account of an address; ok is false where there is none.
func (s *Store) LanguageOf(ctx context.Context, email string) (l locale.Lang, ok bool, err error) {
	address, err := ParseAddress(email)
	if err != nil {
		return "", false, nil
	}
	err = s.db.QueryRowContext(ctx, `SELECT lang FROM account WHERE who = $1`, identity(address)).Scan(&l)
	if errors.Is(err, sql.ErrNoRows) {
		return "", false, nil
	}
	return l, err == nil && l.Valid(), err
}
