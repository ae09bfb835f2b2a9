package account

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"strings"
	"time"

	"github.com/openplenary/plenary/private"
)

// What is ended stays ended, also where a backup comes back that is older: accounts that were deleted, printed codes that were
// used or replaced, passkeys that were removed or stopped, accounts elsewhere that were unlinked, letters that somebody wants no
// more. Each has a mark, which is kept apart from the database (see Ending): the kind of thing, and a keyed hash from which
// nothing follows without the secret of the instance.
const (
	endedAccount = "account"
	endedCode    = "code"
	endedPasskey = "passkey"
	endedLinked  = "linked"
	endedLetters = "letters" // the reader of an address wants none
	wantLetters  = "wanted"  // and said afterwards that they do
)

// mark is the mark of something that is ended.
func (s *Store) mark(kind, what string) string {
	return kind + " " + hex.EncodeToString(s.mac("ended "+kind, what)[:16])
}

// ending has marks kept, where there is somebody who keeps them. It belongs at the end of a transaction: what is marked is ended
// again at the next start, should the transaction not have come to its end.
func (s *Store) ending(marks ...string) error {
	if s.Ending == nil || len(marks) == 0 {
		return nil
	}
	return s.Ending(marks)
}

// Again ends again what was ended after the database was copied that is there now: ended has the marks, with when it
// was last. What was made anew after that stays. It lists the accounts that were deleted: they are for whoever deletes accounts,
// with what other rooms keep of them. n is how much was ended.
func (s *Store) Again(ctx context.Context, ended map[string]time.Time) (deleted []ID, n int, err error) {
	if len(ended) == 0 {
		return nil, 0, nil
	}
	accounts, err := s.marked(ctx, endedAccount, ended, `SELECT id, who, made FROM account`)
	if err != nil {
		return nil, 0, err
	}
	for _, a := range accounts {
		deleted = append(deleted, ID(a.key.(int64)))
	}
	for _, x := range []struct{ kind, query, end string }{
		{endedCode, `SELECT id, hash, 0 FROM account_printed WHERE used = 0`, `UPDATE account_printed SET used = $1, id = $2, hash = $2 WHERE id = $3`},
		{endedPasskey, `SELECT id, id, made FROM account_passkey WHERE stopped = 0`, `UPDATE account_passkey SET stopped = $1 WHERE id = $2`},
		{endedLinked, `SELECT who, who, made FROM account_linked`, `DELETE FROM account_linked WHERE made < $1 AND who = $2`},
		{endedAccount, `SELECT DISTINCT who, who, made FROM account_address WHERE who NOT IN (SELECT who FROM account)`, `DELETE FROM account_address WHERE made < $1 AND who = $2`},
		{endedAccount, `SELECT DISTINCT who, who, made FROM account_invitation WHERE who NOT IN (SELECT who FROM account)`, `DELETE FROM account_invitation WHERE made < $1 AND who = $2`},
		{endedAccount, `SELECT DISTINCT who, who, sent FROM account_invited WHERE who NOT IN (SELECT who FROM account)`, `DELETE FROM account_invited WHERE sent < $1 AND who = $2`},
		{endedAccount, `SELECT DISTINCT who, who, made FROM account_printed WHERE who NOT IN (SELECT who FROM account)`, `DELETE FROM account_printed WHERE made < $1 AND who = $2`},
		{endedAccount, `SELECT DISTINCT who, who, made FROM account_signin WHERE who NOT IN (SELECT who FROM account)`, `DELETE FROM account_signin WHERE made < $1 AND who = $2`},
	} {
		found, err := s.marked(ctx, x.kind, ended, x.query)
		if err != nil {
			return nil, 0, err
		}
		for _, f := range found {
			args := []any{private.Micro(f.at)}
			if x.kind == endedCode { // nothing is left of it
				other := make([]byte, 16)
				_, _ = rand.Read(other) // never fails
				args = append(args, other)
			}
			if _, err := s.db.ExecContext(ctx, x.end, append(args, f.key)...); err != nil {
				return nil, 0, err
			}
		}
		n += len(found)
	}
	stopped, err := s.stopAgain(ctx, ended)
	if n += stopped; err != nil || n == 0 {
		return deleted, n, err
	}
	s.drop(func(string, *cachedSession) bool { return true })
	return deleted, n, s.db.Scrub(ctx)
}

// Ended makes of marks the question whether the account of an address was deleted after something was kept under the address.
func (s *Store) Ended(ended map[string]time.Time) func(address string, made time.Time) bool {
	return func(address string, made time.Time) bool {
		at, ok := ended[s.mark(endedAccount, identity(address))]
		return ok && made.Before(at)
	}
}

// markedRow is a row that was ended, and when.
type markedRow struct {
	key any
	at  time.Time
}

// marked finds rows that were ended after they were made: a query gives of each its key, what its mark is made of, and when it was made.
func (s *Store) marked(ctx context.Context, kind string, ended map[string]time.Time, query string) (out []markedRow, err error) {
	rows, err := s.db.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var key any
		var what sql.RawBytes
		var made int64
		if err := rows.Scan(&key, &what, &made); err != nil {
			return nil, err
		}
		if at, ok := ended[s.mark(kind, string(what))]; ok && made < private.Micro(at) {
			out = append(out, markedRow{key, at})
		}
	}
	return out, rows.Err()
}

// stopAgain stops the letters to whoever wants no more of them.
func (s *Store) stopAgain(ctx context.Context, ended map[string]time.Time) (n int, err error) {
	for mark, at := range ended {
		hash, ok := strings.CutPrefix(mark, endedLetters+" ")
		id, err := hex.DecodeString(hash)
		if !ok || err != nil || ended[wantLetters+" "+hash].After(at) {
			continue
		}
		r, err := s.db.ExecContext(ctx, `INSERT INTO account_letters(id, wish, letter) VALUES($1, $2, '') ON CONFLICT (id) DO UPDATE SET wish = excluded.wish
			WHERE account_letters.wish <> excluded.wish`, id, string(Stopped))
		if err != nil {
			return n, err
		}
		changed, err := r.RowsAffected()
		if n += int(changed); err != nil {
			return n, err
		}
	}
	return n, nil
}

// EndEverywhere ends all sessions and all links to sign in: those of a backup may have been ended after it was made.
func (s *Store) EndEverywhere(ctx context.Context) error {
	err := s.db.Within(ctx, func(tx *sql.Tx) error {
		for _, table := range []string{"account_session", "account_signin"} {
			if _, err := tx.ExecContext(ctx, `DELETE FROM `+table); err != nil {
				return err
			}
		}
		return nil
	})
	s.drop(func(string, *cachedSession) bool { return true })
	return err
}
