package roster

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/private"
	"github.com/openplenary/plenary/registration"
)

// Representing lists the registrations for a session by which somebody takes part for a party, or is to. Who only holds a seat gives it up soon.
func (s *Store) Representing(ctx context.Context, slug string, session cite.Ref) ([]Registration, error) {
	return bare(ctx, s.db, `slug = $1 AND session = $2 AND party <> '' AND status IN ('asked', 'confirmed')`, slug, string(session))
}

// End ends registrations by their numbers: whoever it is may not take part for their party any more. The badge is taken back, and the seat goes to whoever waits. What
// they said stays until they take it back, or is deleted with the rest.
func (s *Store) End(ctx context.Context, t Terms, ids []int64, now time.Time) error {
	if len(ids) == 0 {
		return nil
	}
	return s.within(ctx, func(tx *sql.Tx) error {
		for _, id := range ids {
			r, ok, err := find(ctx, tx, t.Slug, t.Session, id)
			if err != nil {
				return err
			}
			if !ok || r.Over() {
				continue
			}
			if err := revoke(ctx, tx, &r, now); err != nil {
				return err
			}
			r.Status, r.Seat, r.Changed = Ended, "", now
			if err := update(ctx, tx, &r); err != nil {
				return err
			}
		}
		return settle(ctx, tx, t, now, 0)
	})
}

// Discard takes away all that is kept of those who registered for a session, with the codes of their badges and where they joined, and keeps the figures. It gives the files that
// have to go with it; ok is false where there was nothing.
func (s *Store) Discard(ctx context.Context, t Terms, figures []registration.Figure, now time.Time) (files []string, ok bool, err error) {
	err = s.within(ctx, func(tx *sql.Tx) error {
		const of = `slug = $1 AND session = $2`
		for _, table := range []string{"registration", "registration_code", "registration_link"} {
			there := false
			if err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM `+table+` WHERE `+of+`)`, t.Slug, string(t.Session)).Scan(&there); err != nil {
				return err
			}
			ok = ok || there
		}
		if !ok {
			return nil
		}
		if files, err = drop(ctx, tx, now, of, t.Slug, string(t.Session)); err != nil {
			return err
		}
		for _, table := range []string{"registration_code", "registration_link"} {
			if _, err := tx.ExecContext(ctx, `DELETE FROM `+table+` WHERE `+of, t.Slug, string(t.Session)); err != nil {
				return err
			}
		}
		if len(figures) == 0 {
			return nil
		}
		said, err := json.Marshal(figures)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO registration_figures(slug, session, figures, at) VALUES($1, $2, $3, $4) ON CONFLICT (slug, session) DO NOTHING`,
			t.Slug, string(t.Session), string(said), private.Micro(now))
		return err
	})
	if err == nil && ok {
		err = s.db.Scrub(ctx)
	}
	return files, ok, err
}

// Counted is what everybody may be told of who takes part in a session.
type Counted struct {
	State string                // one of registration.FiguresShown, FiguresLater, FiguresHidden, FiguresNone
	All   []Registration        // who registered; none unless figures are shown
	Kept  []registration.Figure // what was kept when they were deleted, which is shown in their place
}

// Public looks up what everybody may be told of who takes part in a session, now.
func (s *Store) Public(ctx context.Context, slug string, o *registration.Offer, now time.Time) (c Counted, err error) {
	if c.State = o.Terms.Public(now); c.State != registration.FiguresShown {
		return c, nil
	}
	if c.All, err = s.All(ctx, slug, o.Session); err == nil {
		c.Kept, _, err = s.Figures(ctx, slug, o.Session)
	}
	return c, err
}

// Figures are those that were kept of a session when those who registered were deleted, and when that was; none before.
func (s *Store) Figures(ctx context.Context, slug string, session cite.Ref) (out []registration.Figure, at time.Time, err error) {
	var said string
	var when int64
	err = s.db.QueryRowContext(ctx, `SELECT figures, at FROM registration_figures WHERE slug = $1 AND session = $2`, slug, string(session)).Scan(&said, &when)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, at, nil
	}
	if err == nil {
		err = json.Unmarshal([]byte(said), &out)
	}
	return slices.Clip(out), private.Instant(when), err
}
