package account

import (
	"context"
	"database/sql"
	"errors"

	"github.com/openplenary/plenary/refusal"
)

// Told is how somebody who holds an office is told by letter that something waits for them.
type Told string

// The ways of being told.
const (
	Unchosen Told = "" // nobody chose: what is usual for the office
	AtOnce   Told = "at_once"
	Daily    Told = "daily"
	Never    Told = "never"
)

// Tolds lists the ways that can be chosen.
func Tolds() []Told { return []Told{AtOnce, Daily, Never} }

// ToldOf is how the owner of an account is told.
func (s *Store) ToldOf(ctx context.Context, id ID) (how Told, err error) {
	err = s.db.QueryRowContext(ctx, `SELECT how FROM account_told WHERE account = $1`, int64(id)).Scan(&how)
	if errors.Is(err, sql.ErrNoRows) {
		return Unchosen, nil
	}
	return how, err
}

// ToldTo is how a participant of a conversation is told.
func (s *Store) ToldTo(ctx context.Context, n Number) (how Told, err error) {
	err = s.db.QueryRowContext(ctx, `SELECT t.how FROM account_told t JOIN account_participant p ON p.account = t.account WHERE p.slug = $1 AND p.participant = $2`,
		n.Slug, int64(n.Participant)).Scan(&how)
	if errors.Is(err, sql.ErrNoRows) {
		return Unchosen, nil
	}
	return how, err
}

// SetTold keeps how the owner of an account is told. The only refusal is "told.unknown", field "told".
func (s *Store) SetTold(ctx context.Context, id ID, how Told) error {
	if how != AtOnce && how != Daily && how != Never {
		return refusal.In("told", "told.unknown")
	}
	_, err := s.db.ExecContext(ctx, `INSERT INTO account_told(account, how) VALUES($1, $2) ON CONFLICT (account) DO UPDATE SET how = excluded.how`, int64(id), string(how))
	return err
}
