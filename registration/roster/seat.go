package roster

import (
	"cmp"
	"context"
	"database/sql"
	"time"

	"github.com/openplenary/plenary/attachment"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/private"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/registration"
)

// seats counts the seats of a kind that are taken: held, asked for or confirmed. With a party, those that it has.
func seats(ctx context.Context, q querier, t Terms, kind string, party cite.Ref) (n int, err error) {
	err = q.QueryRowContext(ctx, `SELECT COUNT(*) FROM registration WHERE slug = $1 AND session = $2 AND seat = $3 AND ($4 = '' OR party = $4)`, t.Slug, string(t.Session), kind, string(party)).Scan(&n)
	return n, err
}

// free reports whether a seat of a kind is free, for a party.
func free(ctx context.Context, tx *sql.Tx, t Terms, kind string, party cite.Ref) (bool, error) {
	n, err := seats(ctx, tx, t, kind, cite.None)
	if err != nil {
		return false, err
	}
	//mutants:guard no seat is given twice
	if n >= t.Terms.Seated(kind) {
		return false, nil
	}
	if kind != registration.Active || t.Terms.Each == 0 || party == cite.None {
		return true, nil
	}
	n, err = seats(ctx, tx, t, kind, party)
	//mutants:guard no party has more active seats than each may
	return n < t.Terms.Each, err
}

// take finds a seat for who asks for one of a kind: of that kind, else a passive one meanwhile; "" where none is free.
func take(ctx context.Context, tx *sql.Tx, t Terms, wants string, party cite.Ref) (string, error) {
	for _, kind := range []string{wants, registration.Passive} {
		if ok, err := free(ctx, tx, t, kind, party); err != nil || ok {
			return kind, err
		}
	}
	return "", nil
}

// settle gives up the seats that were held too long, and moves those up who wait, in their order.
func settle(ctx context.Context, tx *sql.Tx, t Terms, now time.Time, but int64) error {
	late := `slug = $1 AND session = $2 AND status = 'held' AND until <= $3 AND id <> $4`
	if _, err := tx.ExecContext(ctx, `UPDATE registration SET status = 'refused', seat = '', party = '', category = '', country = '', until = 0, told = 'refused' WHERE reason <> '' AND `+late,
		t.Slug, string(t.Session), private.Micro(now), but); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM registration WHERE `+late, t.Slug, string(t.Session), private.Micro(now), but); err != nil {
		return err
	}
	//mutants:guard nobody moves up to a seat of a session that has ended
	if t.Past(now) {
		return nil
	}
	for _, kind := range registration.Seats { // who moves up to an active seat leaves a passive one
		n, err := seats(ctx, tx, t, kind, cite.None)
		if err != nil {
			return err
		}
		if n >= t.Terms.Seated(kind) { // nobody is looked through for nothing
			continue
		}
		waiting, err := list(ctx, tx, `slug = $1 AND session = $2 AND status IN ('asked', 'confirmed') AND seat <> wants AND (wants = $3 OR $3 = 'passive' AND seat = '') ORDER BY place`,
			t.Slug, string(t.Session), kind)
		if err != nil {
			return err
		}
		for _, r := range waiting {
			ok, err := free(ctx, tx, t, kind, r.Party)
			if err != nil {
				return err
			}
			if !ok {
				continue // another party may have seats left
			}
			r.Seat, r.Changed = kind, now
			if err := badge(ctx, tx, &r); err != nil {
				return err
			}
			if err := update(ctx, tx, &r); err != nil {
				return err
			}
		}
	}
	return nil
}

// Settle gives up the seats for a session that were held too long, and moves those up who wait: what else changes seats does so itself.
func (s *Store) Settle(ctx context.Context, t Terms, now time.Time) error {
	return s.within(ctx, func(tx *sql.Tx) error { return settle(ctx, tx, t, now, 0) })
}

// Left counts the seats of each kind that are free, and those who wait for one.
func (s *Store) Left(ctx context.Context, t Terms) (left map[string]int, waiting int, err error) {
	left = map[string]int{}
	for _, kind := range t.Terms.Kinds() {
		n, err := seats(ctx, s.db, t, kind, cite.None)
		if err != nil {
			return nil, 0, err
		}
		left[kind] = max(0, t.Terms.Seated(kind)-n)
	}
	err = s.db.QueryRowContext(ctx, `SELECT COUNT(*) FROM registration WHERE slug = $1 AND session = $2 AND status IN ('asked', 'confirmed') AND seat <> wants`, t.Slug, string(t.Session)).Scan(&waiting)
	return left, waiting, err
}

// takes looks that people may begin to register.
func takes(t Terms, now time.Time) error {
	if now.Before(t.Terms.Opens) {
		return refusal.New(refusal.NotNow, "registration.not_open")
	}
	//mutants:guard nobody begins to register after the close
	if !t.Terms.Takes(now) || t.Past(now) {
		return refusal.New(refusal.NotNow, "registration.closed")
	}
	return nil
}

// Begin holds a seat for somebody while they fill the form in, or shows that they will wait. Pressed again before the end, it holds another
// kind of seat, until the same end. Who registered already is refused.
func (s *Store) Begin(ctx context.Context, t Terms, b Registration, now time.Time) (r Registration, err error) {
	err = s.within(ctx, func(tx *sql.Tx) error {
		if err := settle(ctx, tx, t, now, 0); err != nil {
			return err
		}
		was, ok, err := mine(ctx, tx, b.Of)
		if err != nil {
			return err
		}
		r = b
		if !ok || was.Cleared() {
			if err := takes(t, now); err != nil {
				return err
			}
			r.Status, r.Made, r.Changed, r.Until = Held, now, now, t.Terms.Holds(now)
			if r.Seat, err = take(ctx, tx, t, r.Wants, r.Party); err != nil {
				return err
			}
			if r.ID, r.Reason = was.ID, was.Reason; ok {
				return update(ctx, tx, &r)
			}
			return insert(ctx, tx, &r)
		}
		if was.Status != Held {
			return refusal.New(refusal.Conflict, "registration.already")
		}
		was.Wants, was.Party, was.Category, was.Country, was.Seat = b.Wants, b.Party, b.Category, b.Country, ""
		if err := update(ctx, tx, &was); err != nil { // the seat that they held is free for them as well
			return err
		}
		if was.Seat, err = take(ctx, tx, t, was.Wants, was.Party); err != nil {
			return err
		}
		r = was
		return update(ctx, tx, &r)
	})
	return r, err
}

// Confirm takes what somebody says of themselves, and with it the seat that they held. Where the hold is over, they have a seat if one is free, and
// wait otherwise. Pressed again, it puts right what they said: where the secretariat decides, a name that was changed is decided on again.
func (s *Store) Confirm(ctx context.Context, t Terms, of Of, said Said, now time.Time) (r Registration, err error) {
	err = s.within(ctx, func(tx *sql.Tx) error {
		was, ok, err := mine(ctx, tx, of)
		if err != nil {
			return err
		}
		if !ok {
			if err := takes(t, now); err != nil {
				return err
			}
			return refusal.New(refusal.NotNow, "registration.given_up")
		}
		r = was
		if err := settle(ctx, tx, t, now, r.ID); err != nil {
			return err
		}
		switch {
		case r.Over():
			return refusal.New(refusal.NotNow, "registration.was_"+r.Status)
		//mutants:guard a certificate is for whoever was checked in, and not for another name
		case !r.Arrived.IsZero() && said.Name != r.Name:
			return refusal.In("name", "registration.arrived")
		case r.Status == Held:
			if err := confirm(ctx, tx, t, &r, now); err != nil {
				return err
			}
		//mutants:guard what the secretariat decided on is not somebody else’s afterwards
		case (t.Terms.Approval || !r.Approved.IsZero()) && said.Name != r.Name:
			if r.Status, r.Approved = Asked, (time.Time{}); r.Code != "" {
				if err := revoke(ctx, tx, &r, now); err != nil {
					return err
				}
			}
		}
		r.Person = said.Person
		if err := badge(ctx, tx, &r); err != nil {
			return err
		}
		if err := update(ctx, tx, &r); err != nil {
			return err
		}
		return answer(ctx, tx, t, &r, said.Answers)
	})
	return r, err
}

// confirm makes a registration of a seat that was held.
func confirm(ctx context.Context, tx *sql.Tx, t Terms, r *Registration, now time.Time) (err error) {
	//mutants:guard a seat is held until its end, and not longer
	if !now.Before(r.Until) {
		if err := takes(t, now); err != nil {
			return err
		}
		r.Seat = ""
		if err := update(ctx, tx, r); err != nil {
			return err
		}
		if err := settle(ctx, tx, t, now, r.ID); err != nil { // those who waited come first
			return err
		}
	}
	if r.Seat != r.Wants {
		if err := update(ctx, tx, r); err != nil {
			return err
		}
		seat, err := take(ctx, tx, t, r.Wants, r.Party)
		if err != nil {
			return err
		}
		if seat == r.Wants || r.Seat == "" {
			r.Seat = seat
		}
	}
	r.Status, r.Until, r.Changed = Confirmed, time.Time{}, now
	//mutants:guard where the secretariat refused somebody before, it decides on them again
	if t.Terms.Approval || r.Reason != "" {
		r.Status = Asked
	}
	r.Place, err = last(ctx, tx, r.Slug, r.Session)
	return err
}

// answer keeps what was answered to what is asked of the category; files stay.
func answer(ctx context.Context, tx *sql.Tx, t Terms, r *Registration, answers map[int]string) error {
	for _, n := range t.Of(r.Category) {
		if t.Fields[n-1].Kind == registration.File {
			continue
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM registration_answer WHERE registration = $1 AND field = $2`, r.ID, n); err != nil {
			return err
		}
		if r.Answers[n] = answers[n]; answers[n] == "" {
			delete(r.Answers, n)
			continue
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO registration_answer(registration, field, value, name) VALUES($1, $2, $3, '')`, r.ID, n, answers[n]); err != nil {
			return err
		}
	}
	return nil
}

// AnswerFor keeps what a delegation answers for one of its members who has no account.
func (s *Store) AnswerFor(ctx context.Context, t Terms, party cite.Ref, id int64, answers map[int]string) error {
	return s.within(ctx, func(tx *sql.Tx) error {
		all, err := list(ctx, tx, `slug = $1 AND session = $2 AND id = $3`, t.Slug, string(t.Session), id)
		switch {
		case err != nil:
			return err
		//mutants:guard a delegation answers for its own members, and for none who answers themselves
		case len(all) == 0 || all[0].Party != party || !all[0].ByName():
			return unknown()
		case all[0].Over():
			return refusal.New(refusal.NotNow, "registration.was_"+all[0].Status)
		}
		return answer(ctx, tx, t, &all[0], answers)
	})
}

// Enclose keeps a file that was answered. It gives the file that it takes the place of, "" for none.
func (s *Store) Enclose(ctx context.Context, id int64, field int, file, name string) (replaced string, err error) {
	err = s.within(ctx, func(tx *sql.Tx) error {
		all, err := list(ctx, tx, `id = $1`, id)
		if err != nil {
			return err
		}
		if len(all) == 0 {
			return unknown()
		}
		replaced = all[0].Answers[field]
		if err := attachment.Release(ctx, tx, replaced); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO registration_answer(registration, field, value, name) VALUES($1, $2, $3, $4)
			ON CONFLICT (registration, field) DO UPDATE SET value = excluded.value, name = excluded.name`, id, field, file, name)
		return err
	})
	return replaced, err
}

// Member is somebody whom whoever manages a delegation registers.
type Member struct {
	Person
	Email, Seat string
	Country     string // "" for that of the party
}

// named reports whether a delegation has registered a member already: under the same address, or under the same name where it cannot be another
// person by the address: it is not written, or not kept since they signed in. Whether another delegation has
// is not looked at: else whoever registers a delegation could ask whom the others registered.
func named(ctx context.Context, q querier, t Terms, r Registration) (twice bool, err error) {
	if r.Party == cite.None && r.Email == "" {
		return false, nil
	}
	//mutants:guard nobody learns whom others registered
	err = q.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM registration WHERE slug = $1 AND session = $2 AND party = $3 AND status <> 'held'
		AND ($4 <> '' AND LOWER(email) = LOWER($4) OR ($4 = '' OR participant <> 0) AND LOWER(name) = LOWER($5)))`, t.Slug, string(t.Session), string(r.Party), r.Email, r.Name).Scan(&twice)
	return twice, err
}

// Enter registers members of a delegation, all of them or none: in their order they have seats, or wait. Whom the delegation has registered already is refused, so
// that what is sent twice registers nobody twice.
func (s *Store) Enter(ctx context.Context, t Terms, b Registration, members []Member, now time.Time) error {
	return s.within(ctx, func(tx *sql.Tx) error {
		if err := takes(t, now); err != nil {
			return err
		}
		if err := settle(ctx, tx, t, now, 0); err != nil {
			return err
		}
		var there int
		if err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM registration WHERE slug = $1 AND session = $2 AND party = $3`, t.Slug, string(t.Session), string(b.Party)).Scan(&there); err != nil {
			return err
		}
		if b.Party != cite.None && there+len(members) > registration.MaxMembers {
			return refusal.In("members", "registration.members", "max", registration.MaxMembers)
		}
		for i, m := range members {
			r := b
			lang := r.Lang
			r.Participant, r.Person, r.Email, r.Wants, r.Country = 0, m.Person, m.Email, m.Seat, cmp.Or(m.Country, b.Country)
			r.Lang = cmp.Or(r.Lang, lang)
			r.Status, r.Made, r.Changed = Confirmed, now.Add(time.Duration(i)*time.Microsecond), now
			if t.Terms.Approval {
				r.Status = Asked
			}
			if twice, err := named(ctx, tx, t, r); err != nil {
				return err
			} else if twice {
				return refusal.In("members", "registration.member_twice", "line", i+1)
			}
			var err error
			if r.Seat, err = take(ctx, tx, t, r.Wants, r.Party); err != nil {
				return err
			}
			if r.Place, err = last(ctx, tx, t.Slug, t.Session); err != nil {
				return err
			}
			if err := badge(ctx, tx, &r); err != nil {
				return err
			}
			if err := insert(ctx, tx, &r); err != nil {
				return err
			}
			if err := bind(ctx, tx, &r); err != nil {
				return err
			}
		}
		return nil
	})
}
