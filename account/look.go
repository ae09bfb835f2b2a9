package account

import (
	"context"
	"database/sql"
	"time"
)

// Look says that somebody who moderates read words that are blacked out for everybody else: who, of which
// contribution, and when. It is kept for as long as the instance is.
type Look struct {
	Participant uint64 // their number on the record of the conversation
	Ref         string // of the contribution
	At          time.Time
}

// NoteLook keeps that somebody looked. It is on the disk when it returns, so that nothing is shown that was not noted.
func (s *Store) NoteLook(ctx context.Context, slug string, participant uint64, ref string, at time.Time) error {
	return s.db.Within(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO account_look(slug, ref, participant, at) VALUES($1, $2, $3, $4)`, slug, ref, int64(participant), at.UnixMicro())
		return err
	})
}

// Looks lists who looked at a contribution, the last first, at most limit.
func (s *Store) Looks(ctx context.Context, slug, ref string, limit int) ([]Look, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT participant, at FROM account_look WHERE slug = $1 AND ref = $2 ORDER BY at DESC, id DESC LIMIT $3`, slug, ref, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []Look
	for rows.Next() {
		var n, at int64
		if err := rows.Scan(&n, &at); err != nil {
			return nil, err
		}
		out = append(out, Look{Participant: uint64(n), Ref: ref, At: time.UnixMicro(at).UTC()})
	}
	return out, rows.Err()
}
