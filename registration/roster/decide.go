package roster

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/openplenary/plenary/attachment"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/private"
	"github.com/openplenary/plenary/refusal"
)

// Approve lets somebody take part whose registration waits for a decision: they have the seat that was kept for them, or go on waiting
// for one. What they have to answer must be there.
func (s *Store) Approve(ctx context.Context, t Terms, id int64, now time.Time) error {
	return s.change(ctx, t.Slug, t.Session, id, func(tx *sql.Tx, r *Registration) error {
		switch {
		case r.Status == Confirmed || r.Status == Ended:
			return refusal.New(refusal.Conflict, "registration.decided")
		case r.Status == Held:
			return unknown()
		case t.Past(now):
			return refusal.New(refusal.NotNow, "registration.past")
		case r.Cleared() || !t.Complete(r.Category, r.Answers):
			return refusal.New(refusal.NotNow, "registration.incomplete")
		}
		if r.Status == Refused {
			var err error
			if r.Seat, err = take(ctx, tx, t, r.Wants, r.Party); err != nil {
				return err
			}
		}
		r.Status, r.Approved, r.Changed, r.Reason = Confirmed, now, now, ""
		return badge(ctx, tx, r)
	})
}

// Refuse refuses a registration, or takes back that it was confirmed, with a reason that the person reads. The seat is free for whoever waits.
func (s *Store) Refuse(ctx context.Context, t Terms, id int64, reason string, now time.Time) error {
	var in input.Check
	in.Short("reason", &reason, input.MaxOutcome)
	in.If(reason == "", "reason", "registration.reason")
	if err := in.Err(); err != nil {
		return err
	}
	err := s.change(ctx, t.Slug, t.Session, id, func(tx *sql.Tx, r *Registration) error {
		if r.Status == Held || r.Over() {
			return refusal.New(refusal.Conflict, "registration.decided")
		}
		r.Status, r.Seat, r.Approved, r.Changed, r.Reason = Refused, "", time.Time{}, now, reason
		return revoke(ctx, tx, r, now)
	})
	return errors.Join(err, s.Settle(ctx, t, now))
}

// TakeBack takes a registration back at the wish of whoever it is, or of whoever registered them: all that is kept of it goes, and the seat is
// free. It gives the files that have to go with it.
func (s *Store) TakeBack(ctx context.Context, t Terms, id int64, now time.Time) (files []string, err error) {
	err = s.within(ctx, func(tx *sql.Tx) error {
		was, ok, err := find(ctx, tx, t.Slug, t.Session, id)
		if err != nil || !ok {
			return err
		}
		if files, err = drop(ctx, tx, now, `id = $1`, id); err != nil {
			return err
		}
		//mutants:guard nobody begins anew, as if nothing had been, whom the secretariat refused
		if was.Reason != "" {
			if err := insert(ctx, tx, cleared(was)); err != nil {
				return err
			}
		}
		return settle(ctx, tx, t, now, 0)
	})
	return files, errors.Join(err, s.db.Scrub(ctx))
}

// cleared is what stays of a registration that the secretariat refused when it is taken back: whose account it was, that it was refused, and why.
func cleared(was Registration) *Registration {
	r := Registration{Of: was.Of, Wants: was.Wants, Status: Refused, Reason: was.Reason, Made: was.Made, Changed: was.Changed}
	r.Lang, r.told = was.Lang, Refused
	return &r
}

// drop deletes registrations. Of their badges it stays that they were taken back, and not whose they were.
func drop(ctx context.Context, tx *sql.Tx, now time.Time, where string, args ...any) (files []string, err error) {
	all, err := list(ctx, tx, where, args...)
	if err != nil {
		return nil, err
	}
	for _, r := range all {
		for n := range r.Files {
			files = append(files, r.Answers[n])
		}
		if _, err := tx.ExecContext(ctx, `UPDATE registration_code SET registration = 0,
			revoked = CASE WHEN revoked = 0 THEN $1 ELSE revoked END WHERE registration = $2`, private.Micro(now), r.ID); err != nil {
			return nil, err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM registration WHERE id = $1`, r.ID); err != nil {
			return nil, err
		}
	}
	// Whoever is to erase the files may be stopped, and nothing else knows of them.
	return files, attachment.Release(ctx, tx, files...)
}

// Forget takes away all that is kept of a participant's registrations in a conversation, and that it was they who registered others. It gives the files that
// have to go with it. Whoever waits moves up when the seats are settled next.
func (s *Store) Forget(ctx context.Context, slug string, participant uint64, now time.Time) (files []string, err error) {
	err = s.within(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `UPDATE registration SET entered = $1 WHERE slug = $2 AND entered = $3 AND entered <> 0`, sent, slug, int64(participant)); err != nil {
			return err
		}
		files, err = drop(ctx, tx, now, `slug = $1 AND participant = $2 AND participant <> 0`, slug, int64(participant))
		return err
	})
	return files, err
}

// ForgetAddresses takes away the registrations that somebody else made for addresses. It gives the files that have to go with them.
func (s *Store) ForgetAddresses(ctx context.Context, now time.Time, addresses ...string) (files []string, err error) {
	err = s.within(ctx, func(tx *sql.Tx) error {
		for _, a := range addresses {
			more, err := drop(ctx, tx, now, `email <> '' AND LOWER(email) = LOWER($1)`, a)
			if err != nil {
				return err
			}
			files = append(files, more...)
		}
		return nil
	})
	return files, err
}

// ForgetEnded takes away the registrations that somebody else made for addresses, where ended says so of an address and when its registration was made.
// It gives the files that have to go with them, and how many there were.
func (s *Store) ForgetEnded(ctx context.Context, now time.Time, ended func(address string, made time.Time) bool) (n int, files []string, err error) {
	err = s.within(ctx, func(tx *sql.Tx) error {
		all, err := list(ctx, tx, `email <> ''`)
		if err != nil {
			return err
		}
		for _, r := range all {
			if !ended(r.Email, r.Made) {
				continue
			}
			more, err := drop(ctx, tx, now, `id = $1`, r.ID)
			if err != nil {
				return err
			}
			n, files = n+1, append(files, more...)
		}
		return nil
	})
	return n, files, err
}

// ForgetAll takes away all that is kept of a conversation. It gives the files that have to go with it.
func (s *Store) ForgetAll(ctx context.Context, slug string, now time.Time) (files []string, err error) {
	err = s.within(ctx, func(tx *sql.Tx) error {
		if files, err = drop(ctx, tx, now, `slug = $1`, slug); err != nil {
			return err
		}
		for _, table := range []string{"registration_code", "registration_link", "registration_figures"} {
			if _, err := tx.ExecContext(ctx, `DELETE FROM `+table+` WHERE slug = $1`, slug); err != nil {
				return err
			}
		}
		return nil
	})
	return files, err
}

// Files lists the files that registrations of all conversations were answered with.
func (s *Store) Files(ctx context.Context) (out []string, err error) {
	rows, err := s.db.QueryContext(ctx, `SELECT value FROM registration_answer WHERE name <> ''`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		out = append(out, id)
	}
	return out, rows.Err()
}

// Untold lists the registrations for a session whose letter is not written yet.
func (s *Store) Untold(ctx context.Context, slug string, session cite.Ref) (out []Registration, err error) {
	all, err := list(ctx, s.db, `slug = $1 AND session = $2 AND status <> 'held' ORDER BY changed, place, id`, slug, string(session))
	for _, r := range all {
		if r.Tells() != r.told {
			out = append(out, r)
		}
	}
	return out, err
}

// Told notes in the transaction that keeps a letter what it told; ok is false where it was told already, or is not so any more: then the letter is not to be kept.
func Told(ctx context.Context, tx *sql.Tx, r Registration) (ok bool, err error) {
	is, there, err := find(ctx, tx, r.Slug, r.Session, r.ID)
	if err != nil || !there {
		return false, err
	}
	//mutants:guard there is one letter about each thing that became so
	if is.told == r.Tells() || is.Tells() != r.Tells() {
		return false, nil
	}
	_, err = tx.ExecContext(ctx, `UPDATE registration SET told = $1 WHERE id = $2`, r.Tells(), r.ID)
	return true, err
}

// Telling is what letters tell now of the registrations in a conversation, by their numbers: of one, or of all where it is 0. Those that are not there are left out.
func (s *Store) Telling(ctx context.Context, slug string, id int64) (map[int64]string, error) {
	where, args := `slug = $1`, []any{slug}
	if id != 0 {
		where, args = where+` AND id = $2`, append(args, id)
	}
	all, err := bare(ctx, s.db, where, args...)
	out := map[int64]string{}
	for _, r := range all {
		out[r.ID] = r.Tells()
	}
	return out, err
}
