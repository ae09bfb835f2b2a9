package account

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/private"
)

// Participant is the number under which an account takes part in a conversation: drawn with fresh at
// first need, the same for ever after. Two calls at once get one number.
func (s *Store) Participant(ctx context.Context, account ID, slug string, fresh func() (uint64, error)) (uint64, error) {
	for {
		if n, ok, err := s.ParticipantOf(ctx, account, slug); ok || err != nil {
			return n, err
		}
		n, err := fresh()
		if err != nil {
			return 0, err
		}
		if n == 0 { // stands for nobody
			continue
		}
		// Whoever was first stays, and a number that somebody else has is drawn again.
		err = s.db.Within(ctx, func(tx *sql.Tx) error {
			var invited int
			if err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM account_invitation WHERE slug = $1 AND participant = $2`, slug, int64(n)).Scan(&invited); err != nil || invited > 0 {
				return err
			}
			_, err := tx.ExecContext(ctx, `INSERT INTO account_participant(account, slug, participant) VALUES($1, $2, $3) ON CONFLICT DO NOTHING`, int64(account), slug, int64(n))
			return err
		})
		if err != nil {
			return 0, err
		}
	}
}

// ParticipantOf is the number an account has in a conversation; ok is false if it has none yet.
func (s *Store) ParticipantOf(ctx context.Context, account ID, slug string) (n uint64, ok bool, err error) {
	return participantOf(ctx, s.db.QueryRowContext, account, slug)
}

func participantOf(ctx context.Context, row func(context.Context, string, ...any) *sql.Row, account ID, slug string) (uint64, bool, error) {
	var n int64
	err := row(ctx, `SELECT participant FROM account_participant WHERE account = $1 AND slug = $2`, int64(account), slug).Scan(&n)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, false, nil
	}
	return uint64(n), err == nil, err
}

// Invite reserves a participant for an address: whoever signs in with it is that participant in the
// conversation. It returns the number to give the role to, which is not the one offered if the address
// has one already, by its account or by an earlier invitation. The account row comes first, the fact on
// the record after. The only refusal is "address.invalid".
func (s *Store) Invite(ctx context.Context, email, slug string, participant uint64, now time.Time) (uint64, error) {
	address, err := ParseAddress(email)
	if err != nil {
		return 0, err
	}
	who := identity(address)
	err = s.db.Within(ctx, func(tx *sql.Tx) error {
		var account int64
		err := tx.QueryRowContext(ctx, `SELECT id FROM account WHERE who = $1`, who).Scan(&account)
		switch {
		case err == nil:
			if _, err := tx.ExecContext(ctx, `INSERT INTO account_participant(account, slug, participant) VALUES($1, $2, $3) ON CONFLICT (account, slug) DO NOTHING`,
				account, slug, int64(participant)); err != nil {
				return err
			}
			participant, _, err = participantOf(ctx, tx.QueryRowContext, ID(account), slug)
			return err
		case !errors.Is(err, sql.ErrNoRows):
			return err
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO account_invitation(who, slug, participant, made) VALUES($1, $2, $3, $4) ON CONFLICT (who, slug) DO NOTHING`,
			who, slug, int64(participant), private.Micro(now)); err != nil {
			return err
		}
		var n int64
		if err := tx.QueryRowContext(ctx, `SELECT participant FROM account_invitation WHERE who = $1 AND slug = $2`, who, slug).Scan(&n); err != nil {
			return err
		}
		participant = uint64(n)
		return nil
	})
	return participant, err
}

// SetAddress keeps where a participant without an account wants to be written to, and in which
// language; a second call replaces the first. The only refusal is "address.invalid".
func (s *Store) SetAddress(ctx context.Context, n Number, email string, lang locale.Lang, now time.Time) error {
	address, err := ParseAddress(email)
	if err != nil {
		return err
	}
	if !lang.Valid() {
		lang = locale.English
	}
	_, err = s.db.ExecContext(ctx, `INSERT INTO account_address(slug, participant, who, email, lang, made) VALUES($1, $2, $3, $4, $5, $6)
		ON CONFLICT (slug, participant) DO UPDATE SET who = excluded.who, email = excluded.email, lang = excluded.lang`,
		n.Slug, int64(n.Participant), identity(address), address, string(lang), private.Micro(now))
	return err
}

// AddressOf is where a participant is written to: the address left for that purpose, else that of their
// account. ok is false if nothing leads to them.
func (s *Store) AddressOf(ctx context.Context, slug string, participant uint64) (email string, lang locale.Lang, ok bool, err error) {
	for _, query := range []string{
		`SELECT email, lang FROM account_address WHERE slug = $1 AND participant = $2`,
		`SELECT a.email, a.lang FROM account a JOIN account_participant p ON p.account = a.id WHERE p.slug = $1 AND p.participant = $2`,
	} {
		err := s.db.QueryRowContext(ctx, query, slug, int64(participant)).Scan(&email, &lang)
		if !errors.Is(err, sql.ErrNoRows) {
			return email, lang, err == nil, err
		}
	}
	return "", "", false, nil
}

// Forget deletes everything that leads from a participant to a person: the address they left, their
// invitation, and the link to their account, which draws a new number in this conversation when it next
// needs one. Offices that the participant holds stay on the record, but nobody can use them any more.
// What was deleted is gone from the disk when it returns.
func (s *Store) Forget(ctx context.Context, slug string, participant uint64) error {
	err := s.db.Within(ctx, func(tx *sql.Tx) error {
		cut := int64(0)
		for _, table := range []string{"account_invitation", "account_participant", "account_address", "account_invited"} {
			r, err := tx.ExecContext(ctx, `DELETE FROM `+table+` WHERE slug = $1 AND participant = $2`, slug, int64(participant))
			if err != nil {
				return err
			}
			if n, err := r.RowsAffected(); err != nil {
				return err
			} else if table != "account_address" && table != "account_invited" {
				cut += n
			}
		}
		if cut == 0 {
			return nil
		}
		return forgotten(ctx, tx, Number{slug, participant})
	})
	if err != nil {
		return err
	}
	return s.db.Scrub(ctx)
}

// ForgetAll deletes everything that leads from the participants of a conversation to persons: its record is not there
// any more. What was deleted is gone from the disk when it returns.
func (s *Store) ForgetAll(ctx context.Context, slug string) error {
	err := s.db.Within(ctx, func(tx *sql.Tx) error {
		for _, table := range []string{"account_invitation", "account_participant", "account_address", "account_forgotten", "account_look", "account_invited"} {
			if _, err := tx.ExecContext(ctx, `DELETE FROM `+table+` WHERE slug = $1`, slug); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return s.db.Scrub(ctx)
}

// forgotten notes that nothing leads from a participant to a person any more, on purpose.
func forgotten(ctx context.Context, tx *sql.Tx, n Number) error {
	id, err := newID()
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO account_forgotten(id, slug, participant) VALUES($1, $2, $3) ON CONFLICT (slug, participant) DO NOTHING`,
		int64(id), n.Slug, int64(n.Participant))
	return err
}

// Participants lists, by conversation, the participants that lead to a person (by an account or an
// invitation), and those of whom nothing does because they were forgotten.
func (s *Store) Participants(ctx context.Context) (map[string]map[uint64]bool, error) {
	tables := []string{"account_participant", "account_invitation", "account_forgotten"}
	if v, err := s.db.Version(ctx); err != nil {
		return nil, err
	} else if v < 2 {
		tables = tables[:2] // it was opened to be looked at, and nobody was noted as forgotten then
	}
	out := map[string]map[uint64]bool{}
	for _, t := range tables {
		list, err := s.numbers(ctx, `SELECT slug, participant FROM `+t)
		if err != nil {
			return nil, err
		}
		for _, n := range list {
			if out[n.Slug] == nil {
				out[n.Slug] = map[uint64]bool{}
			}
			out[n.Slug][n.Participant] = true
		}
	}
	return out, nil
}

func (s *Store) numbers(ctx context.Context, query string, args ...any) ([]Number, error) {
	rows, err := s.db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	return scanNumbers(rows)
}

func scanNumbers(rows *sql.Rows) (out []Number, err error) {
	defer rows.Close()
	for rows.Next() {
		var n Number
		var p int64
		if err := rows.Scan(&n.Slug, &p); err != nil {
			return nil, err
		}
		n.Participant = uint64(p)
		out = append(out, n)
	}
	return out, rows.Err()
}
