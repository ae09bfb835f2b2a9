package account

import (
	"context"
	"database/sql"
	"encoding/base64"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/private"
	"github.com/openplenary/plenary/refusal"
)

// Passkey is what is kept of a key that lives in a device of the owner of an account: enough to recognise what it signs, and
// nothing that opens a door.
type Passkey struct {
	Ref     string   // by which its owner names it in a form
	Name    string   // as its owner calls it
	ID      []byte   // by which the device names it
	Handle  []byte   // by which the device knows the account
	Public  []byte   // the public key, as COSE writes it
	Uses    uint32   // how often the device says that it was used; 0 for ever where a device does not count
	Synced  bool     // the device may copy it to others of its owner
	Reached []string // how browsers reach the device: "internal", "usb", ...
	Made    time.Time
	Used    time.Time // zero for not yet
	Stopped time.Time // when it was refused for good because its uses went back; zero for never
}

// MaxPasskeys is how many passkeys an account may have, and MaxPasskeyName how long the name of one may be, in characters.
const (
	MaxPasskeys    = 20
	MaxPasskeyName = 60
)

// maxCredential is the longest identifier of a passkey, in bytes.
const maxCredential = 1023

const passkeyColumns = `id, handle, public, uses, synced, reached, name, made, used, stopped`

func (s *Store) scanPasskey(scan func(...any) error, more ...any) (p Passkey, err error) {
	var uses, synced, made, used, stopped int64
	var reached string
	err = scan(append([]any{&p.ID, &p.Handle, &p.Public, &uses, &synced, &reached, &p.Name, &made, &used, &stopped}, more...)...)
	p.Ref, p.Uses, p.Synced, p.Reached = s.passkeyRef(p.ID), uint32(uses), synced != 0, strings.Fields(reached)
	p.Made, p.Used, p.Stopped = private.Instant(made), private.Instant(used), private.Instant(stopped)
	return p, err
}

// passkeyRef is how the owner of a passkey names it.
func (s *Store) passkeyRef(id []byte) string {
	return base64.RawURLEncoding.EncodeToString(s.mac("passkey", string(id))[:16])
}

// Passkeys lists the passkeys of an account, the oldest first.
func (s *Store) Passkeys(ctx context.Context, account ID) (out []Passkey, err error) {
	rows, err := s.db.QueryContext(ctx, `SELECT `+passkeyColumns+` FROM account_passkey WHERE account = $1 ORDER BY made, id`, int64(account))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		p, err := s.scanPasskey(rows.Scan)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, rows.Err()
}

// Handle is by what devices know an account: the same for all its passkeys. It tells nothing of its owner.
func (s *Store) Handle(ctx context.Context, account ID) ([]byte, error) {
	var handle []byte
	err := s.db.QueryRowContext(ctx, `SELECT handle FROM account_passkey WHERE account = $1 ORDER BY made, id LIMIT 1`, int64(account)).Scan(&handle)
	if errors.Is(err, sql.ErrNoRows) {
		return s.mac("passkey owner", strconv.FormatInt(int64(account), 10)), nil
	}
	return handle, err
}

// AddPasskey keeps a new passkey of an account. Refusals: "passkey.known", an account has it already; "passkey.many", this one
// has MaxPasskeys; "name.long" and "name.invalid", field "name".
func (s *Store) AddPasskey(ctx context.Context, account ID, p Passkey, now time.Time) error {
	name, err := passkeyName(p.Name)
	if err != nil {
		return err
	}
	if len(p.ID) == 0 || len(p.ID) > maxCredential {
		return refusal.New(refusal.Invalid, "passkey.wrong")
	}
	synced := 0
	if p.Synced {
		synced = 1
	}
	err = s.db.Within(ctx, func(tx *sql.Tx) error {
		var known, mine, there int
		if err := tx.QueryRowContext(ctx, `SELECT (SELECT COUNT(*) FROM account_passkey WHERE id = $1), (SELECT COUNT(*) FROM account_passkey WHERE account = $2),
			(SELECT COUNT(*) FROM account WHERE id = $2)`, p.ID, int64(account)).Scan(&known, &mine, &there); err != nil {
			return err
		}
		switch {
		case known > 0:
			return refusal.New(refusal.Conflict, "passkey.known")
		case mine >= MaxPasskeys:
			return refusal.New(refusal.Conflict, "passkey.many", "max", MaxPasskeys)
		case there == 0: // deleted meanwhile
			return refusal.New(refusal.Forbidden, "sign_in.needed")
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO account_passkey(id, account, handle, public, uses, synced, reached, name, made, used, stopped) VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, 0)`,
			p.ID, int64(account), p.Handle, p.Public, int64(p.Uses), synced, strings.Join(p.Reached, " "), name, private.Micro(now))
		return err
	})
	s.dropAccount(account)
	return err
}

// passkeyName cleans the name of a passkey.
func passkeyName(name string) (string, error) {
	clean, err := locale.CleanLine(name, MaxPasskeyName)
	switch {
	case errors.Is(err, locale.ErrLong):
		return "", refusal.In("name", "name.long", "max", MaxPasskeyName)
	case err != nil:
		return "", refusal.In("name", "name.invalid")
	}
	return clean, nil
}

// dropAccount has the sessions of an account read again: what it has changed.
func (s *Store) dropAccount(account ID) {
	s.drop(func(_ string, e *cachedSession) bool { return e.account == account })
}

// PasskeyOf is a passkey of an account, by how its owner names it; ok is false where they have none of that name.
func (s *Store) PasskeyOf(ctx context.Context, account ID, ref string) (p Passkey, ok bool, err error) {
	all, err := s.Passkeys(ctx, account)
	for _, p := range all {
		if p.Ref == ref {
			return p, true, nil
		}
	}
	return Passkey{}, false, err
}

// NamePasskey gives a passkey of an account another name; ok is false where there is none. The refusals are those of a name, as
// for AddPasskey.
func (s *Store) NamePasskey(ctx context.Context, account ID, ref, name string) (ok bool, err error) {
	clean, err := passkeyName(name)
	if err != nil {
		return false, err
	}
	p, ok, err := s.PasskeyOf(ctx, account, ref)
	if err != nil || !ok {
		return false, err
	}
	_, err = s.db.ExecContext(ctx, `UPDATE account_passkey SET name = $1 WHERE id = $2 AND account = $3`, clean, p.ID, int64(account))
	return err == nil, err
}

// RemovePasskey forgets a passkey of an account. The last one that can be used goes only if that is meant: else it stays, with
// the refusal "passkey.last". A letter opens the account afterwards. ok is false where there is no such passkey.
func (s *Store) RemovePasskey(ctx context.Context, account ID, ref string, last bool) (ok bool, err error) {
	p, ok, err := s.PasskeyOf(ctx, account, ref)
	if err != nil || !ok {
		return false, err
	}
	err = s.db.Within(ctx, func(tx *sql.Tx) error {
		var others int
		if err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM account_passkey WHERE account = $1 AND id <> $2 AND stopped = 0`, int64(account), p.ID).Scan(&others); err != nil {
			return err
		}
		//mutants:guard the last passkey is not removed by accident
		if others == 0 && !last {
			return refusal.New(refusal.Conflict, "passkey.last")
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM account_passkey WHERE id = $1 AND account = $2`, p.ID, int64(account)); err != nil {
			return err
		}
		return s.ending(s.mark(endedPasskey, string(p.ID)))
	})
	s.dropAccount(account)
	if err != nil {
		return false, err
	}
	return true, s.db.Scrub(ctx)
}

// HasPasskey reports whether an account has a passkey.
func (s *Store) HasPasskey(ctx context.Context, account ID) (ok bool, err error) {
	err = s.db.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM account_passkey WHERE account = $1)`, int64(account)).Scan(&ok)
	return ok, err
}

// PasskeyBy is the passkey that a device names, and whose it is; ok is false where nobody has it.
func (s *Store) PasskeyBy(ctx context.Context, id []byte) (p Passkey, account ID, ok bool, err error) {
	if len(id) == 0 || len(id) > maxCredential {
		return p, 0, false, nil
	}
	var of int64
	p, err = s.scanPasskey(s.db.QueryRowContext(ctx, `SELECT `+passkeyColumns+`, account FROM account_passkey WHERE id = $1`, id).Scan, &of)
	if errors.Is(err, sql.ErrNoRows) {
		return Passkey{}, 0, false, nil
	}
	return p, ID(of), err == nil, err
}

// UsePasskey keeps that a passkey signed rightly, and how often its device says that it was used. Where that is no more than was
// said before, somebody has a copy of the key: it is stopped for good, stopped is true, and the refusal is "passkey.copied", as
// ever after. Where it was removed meanwhile the refusal is "passkey.wrong".
func (s *Store) UsePasskey(ctx context.Context, id []byte, uses uint32, now time.Time) (stopped bool, err error) {
	var account int64
	var refuse error // kept apart from faults: that it is stopped must be kept, so the transaction commits
	err = s.db.Within(ctx, func(tx *sql.Tx) error {
		var before, over int64
		err := tx.QueryRowContext(ctx, `SELECT account, uses, stopped FROM account_passkey WHERE id = $1`, id).Scan(&account, &before, &over)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			refuse = refusal.New(refusal.Forbidden, "passkey.wrong")
			return nil
		case err != nil:
			return err
		//mutants:guard a passkey that was stopped opens nothing any more
		case over != 0:
			refuse = refusal.New(refusal.Forbidden, "passkey.copied")
			return nil
		//mutants:guard a count of uses that went back stops a passkey
		case before != 0 && int64(uses) <= before: // some devices always say 0
			refuse, stopped = refusal.New(refusal.Forbidden, "passkey.copied"), true
			if _, err := tx.ExecContext(ctx, `UPDATE account_passkey SET stopped = $1 WHERE id = $2`, private.Micro(now), id); err != nil {
				return err
			}
			return s.ending(s.mark(endedPasskey, string(id)))
		}
		_, err = tx.ExecContext(ctx, `UPDATE account_passkey SET uses = $1, used = $2 WHERE id = $3`, int64(uses), private.Micro(now), id)
		return err
	})
	if stopped {
		s.dropAccount(ID(account))
	}
	if err != nil {
		return false, err
	}
	return stopped, refuse
}
