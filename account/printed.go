package account

import (
	"context"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"database/sql"
	"encoding/base32"
	"errors"
	"strings"
	"time"

	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/private"
	"github.com/openplenary/plenary/refusal"
)

// Printed codes are the second way to sign in, for when no letter arrives: the operator prints some for somebody who
// has an account or an invitation, and each opens the door once.
//
// A code has twelve characters, and no two of a person begin with the same four. These four find the code; the other
// eight are the secret. A guess that does not begin as one of the person's codes costs its guesser and nobody else,
// so that strangers cannot use up what is allowed for somebody; five that do begin so end the one code.
const (
	printedBegin = 4
	printedChars = 12
	maxPrinted   = 5
	// MaxPrinted is how many codes may be printed at a time.
	MaxPrinted = 50
)

// printedRounds slows down whoever has both the database and the secret, and tries all codes.
const printedRounds = 200_000

// printedText writes codes: letters and digits that are not taken for one another on paper.
var printedText = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// Print draws n codes for an address, at most MaxPrinted, as they are printed. Those that were printed before and not
// used are void from then on. The codes are kept as hashes only: nobody can show them again. Refusals:
// "address.invalid", and "printed.nobody" where the address has neither an account nor an invitation.
func (s *Store) Print(ctx context.Context, email string, n int, now time.Time) ([]string, error) {
	address, err := ParseAddress(email)
	if err != nil {
		return nil, err
	}
	who := identity(address)
	type row struct{ id, hash []byte }
	var codes []string
	var rows []row
	begun := map[string]bool{}
	for len(codes) < min(n, MaxPrinted) {
		var b [8]byte
		if _, err := rand.Read(b[:]); err != nil {
			return nil, err
		}
		code := printedText.EncodeToString(b[:])[:printedChars]
		if begun[code[:printedBegin]] {
			continue
		}
		begun[code[:printedBegin]] = true
		id := s.printedID(who, code)
		hash, err := s.printedHash(id, code)
		if err != nil {
			return nil, err
		}
		codes, rows = append(codes, code[:4]+"-"+code[4:8]+"-"+code[8:]), append(rows, row{id, hash})
	}
	err = s.db.Within(ctx, func(tx *sql.Tx) error {
		if known, err := known(ctx, tx, who); err != nil {
			return err
		} else if !known {
			return refusal.New(refusal.Hidden, "printed.nobody")
		}
		void, err := s.unused(ctx, tx, who)
		if err != nil {
			return err
		}
		for _, r := range rows {
			// One that was used and begins in the same way stands in the list of uses under another name.
			if _, err := tx.ExecContext(ctx, `INSERT INTO account_printed(id, hash, who, made, used, wrong) VALUES($1, $2, $3, $4, 0, 0)`, r.id, r.hash, who, private.Micro(now)); err != nil {
				return err
			}
		}
		return s.ending(void...)
	})
	if err != nil {
		return nil, err
	}
	return codes, s.db.Scrub(ctx)
}

// unused takes away the codes of somebody that were not used, and gives their marks.
func (s *Store) unused(ctx context.Context, tx *sql.Tx, who string) (marks []string, err error) {
	rows, err := tx.QueryContext(ctx, `DELETE FROM account_printed WHERE who = $1 AND used = 0 RETURNING hash`, who)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var hash []byte
		if err := rows.Scan(&hash); err != nil {
			return nil, err
		}
		marks = append(marks, s.mark(endedCode, string(hash)))
	}
	return marks, rows.Err()
}

// known says whether an address has an account or an invitation.
func known(ctx context.Context, tx *sql.Tx, who string) (ok bool, err error) {
	err = tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM account WHERE who = $1) OR EXISTS (SELECT 1 FROM account_invitation WHERE who = $1)`, who).Scan(&ok)
	return ok, err
}

// printedID finds a code by how it begins.
func (s *Store) printedID(who, code string) []byte {
	return s.mac("printed", who+"\x00"+code[:printedBegin])
}

// printedHash is what is kept of a code: slow to compute, and of no use without the secret.
func (s *Store) printedHash(id []byte, code string) ([]byte, error) {
	return pbkdf2.Key(sha256.New, string(s.mac("printed code", code)), id, printedRounds, sha256.Size)
}

// typedCode is a printed code as it was typed: in any case, with or without its hyphens, letters that look like digits
// for them.
func typedCode(typed string) string {
	if len(typed) > 100 {
		return ""
	}
	code := strings.Map(func(r rune) rune {
		switch {
		case r == '-' || r == '\u2010' || r == '\u2011' || r == '\u2013' || r == ' ' || r == '\u00a0' || r == '\t' || r == '\n' || r == '\r':
			return -1
		case 'a' <= r && r <= 'z':
			return r - 'a' + 'A'
		}
		return r
	}, typed)
	code = strings.NewReplacer("O", "0", "I", "1", "L", "1").Replace(code)
	if len(code) != printedChars {
		return ""
	}
	return code
}

func errPrinted() error { return refusal.In("code", "printed.wrong") }

// UsePrinted signs somebody in by a printed code, which is used up by it. An account is made for somebody who was
// invited and never signed in: the operator who printed the codes vouches for the address. The refusals are
// "address.invalid" and, whatever is wrong, "printed.wrong" (field "code"): it does not tell whether the address has an
// account.
func (s *Store) UsePrinted(ctx context.Context, email, typed string, lang locale.Lang, now time.Time) (ID, error) {
	address, err := ParseAddress(email)
	if err != nil {
		return 0, err
	}
	who, code := identity(address), typedCode(typed)
	if code == "" {
		return 0, errPrinted()
	}
	id := s.printedID(who, code)
	var want []byte
	err = s.db.QueryRowContext(ctx, `SELECT hash FROM account_printed WHERE id = $1 AND used = 0 AND wrong < $2`, id, maxPrinted).Scan(&want)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, errPrinted()
	}
	if err != nil {
		return 0, err
	}
	got, err := s.printedHash(id, code) // outside of the transaction, because it takes long
	if err != nil {
		return 0, err
	}
	right := subtle.ConstantTimeCompare(got, want) == 1
	var account ID
	err = s.db.Within(ctx, func(tx *sql.Tx) error {
		change, args := `UPDATE account_printed SET wrong = wrong + 1 WHERE id = $1 AND hash = $2 AND used = 0 AND wrong < $3`, []any{id, want, maxPrinted}
		if right {
			// Nothing is left of the code: its row only says that one was used, and when.
			var other [16]byte
			if _, err := rand.Read(other[:]); err != nil {
				return err
			}
			change = `UPDATE account_printed SET id = $1, hash = $1, used = $2 WHERE id = $3 AND hash = $4 AND used = 0 AND wrong < $5`
			args = []any{other[:], private.Micro(now), id, want, maxPrinted}
		}
		r, err := tx.ExecContext(ctx, change, args...)
		if err != nil || !right {
			return err
		}
		if n, err := r.RowsAffected(); err != nil || n == 0 { // somebody else used it, or newer ones were printed meanwhile
			return err
		}
		if account, err = ensure(ctx, tx, address, lang, now); err != nil {
			return err
		}
		return s.ending(s.mark(endedCode, string(want)))
	})
	if err != nil {
		return 0, err
	}
	if account == 0 {
		return 0, errPrinted()
	}
	return account, nil
}

// Printed is what became of the codes that were printed for an account.
type Printed struct {
	Made  time.Time   // when the newest were printed; zero where none ever were, or all were used before this was kept
	Left  int         // how many of them can still be used
	Ended int         // how many ended because somebody typed five wrong codes that begin as they do
	Used  []time.Time // when one was used, the last first, at most a hundred
}

// PrintedOf says what became of the printed codes of an account.
func (s *Store) PrintedOf(ctx context.Context, account ID) (p Printed, err error) {
	var made int64
	if err := s.db.QueryRowContext(ctx, `SELECT COALESCE(MAX(p.made), 0), COUNT(CASE WHEN p.used = 0 AND p.wrong < $1 THEN 1 END), COUNT(CASE WHEN p.used = 0 AND p.wrong >= $1 THEN 1 END)
		FROM account_printed p JOIN account a ON a.who = p.who WHERE a.id = $2`, maxPrinted, int64(account)).Scan(&made, &p.Left, &p.Ended); err != nil {
		return Printed{}, err
	}
	p.Made = private.Instant(made)
	rows, err := s.db.QueryContext(ctx, `SELECT p.used FROM account_printed p JOIN account a ON a.who = p.who WHERE a.id = $1 AND p.used > 0 ORDER BY p.used DESC LIMIT 100`, int64(account))
	if err != nil {
		return Printed{}, err
	}
	defer rows.Close()
	for rows.Next() {
		var at int64
		if err := rows.Scan(&at); err != nil {
			return Printed{}, err
		}
		p.Used = append(p.Used, private.Instant(at))
	}
	return p, rows.Err()
}
