// Package draft keeps what is not yet said: the contribution somebody is still writing, the paper the
// officers are still preparing. A draft is private, is on no record, and is never hashed or published;
// what is sent goes on the record by another way, and the draft is then marked sent and soon deleted.
//
// Two people (or one person in two windows) may work on the same draft. Nobody overwrites what they have
// not seen: whoever saves says which version they started from, and is refused if a newer one came in
// between. The last twenty versions stay, so that a text lost by mistake can be taken back.
//
//	saved ──> saved again ──> ... ──> sent ──> gone after a day
//	   └──> deleted, or (contributions) gone after 90 days without a change
//
// A contribution that several people write for a party is kept in parts, each a draft with versions of its own; it is sent, deleted
// and swept as a whole.
//
// Confidential texts are never kept here.
package draft

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/openplenary/plenary/private"
	"github.com/openplenary/plenary/refusal"
)

// The kinds of drafts.
const (
	Contribution = "contribution" // of one participant
	Paper        = "paper"        // of the officers together; kept until it is deleted or sent
	Translation  = "translation"  // of the translators and officers together; deleted when it is released
	Answer       = "answer"       // of the officers together; deleted when it is released
	Party        = "party"        // of a party, whose drafters write it together, part by part: see Parts
)

var kinds = slices.Concat([]string{Contribution, Paper, Translation, Answer}, joint)

// MaxBody is the largest body, in bytes.
const MaxBody = 4 << 20

const (
	keptVersions = 20
	unsentLife   = 90 * 24 * time.Hour // of a contribution nobody goes on writing
	sentLife     = 24 * time.Hour
)

// Draft is one version of a text that is being written.
type Draft struct {
	Slug    string // of the conversation
	Kind    string // one of the kinds
	Key     string // random, drawn by whoever begins it; with Slug and Kind it names the draft
	Owner   uint64 // the participant who writes, of Party the party; 0 for papers, translations and answers, which are shared
	Code    uint64 // keyed hash of the code by which a contribution is found on another device; 0 for none. Only for Save
	Body    []byte // JSON of the room it will be sent to; nil in lists
	Version int    // 1, 2, ...
	Changed time.Time
	Sent    bool
}

// Store keeps drafts. Its methods may be called from many goroutines. Errors that are no refusals are
// faults of the database.
type Store struct{ db *private.DB }

// New opens the room in the private database.
func New(db *private.DB) *Store { return &Store{db: db} }

// errUnknown is the one answer for what is not there and for what is another's.
func errUnknown() error { return refusal.New(refusal.Hidden, "draft.unknown") }

// Save keeps d.Body as the next version of the draft that d's Slug, Kind and Key name, and returns its
// number. base is the version the writer started from, 0 for a new draft; d's other fields are not read,
// but for Owner and Code, which never change. A save that is repeated, because its answer was lost, gets the
// first answer.
//
// Refusals: "draft.long" (more than MaxBody bytes), "draft.moved" (a newer version was saved meanwhile:
// argument version; fetch it and show both), "draft.sent" (it went on the record), "draft.unknown" (base
// names a draft that is not there, or another's).
func (s *Store) Save(ctx context.Context, d Draft, base int, now time.Time) (version int, err error) {
	if err := d.fits(); err != nil {
		return 0, err
	}
	err = s.db.Within(ctx, func(tx *sql.Tx) error {
		version, err = over(ctx, tx, d, base, now)
		return err
	})
	return version, err
}

// fits refuses what cannot be kept at all.
func (d *Draft) fits() error {
	switch {
	case len(d.Body) > MaxBody:
		return refusal.New(refusal.TooLarge, "draft.long", "max", MaxBody>>20)
	case d.Slug == "" || d.Key == "" || !slices.Contains(kinds, d.Kind):
		return fmt.Errorf("draft: %q/%q/%q names no draft", d.Slug, d.Kind, d.Key)
	}
	if d.Body == nil {
		d.Body = []byte{}
	}
	return nil
}

// over saves a draft over a version, as Save does.
func over(ctx context.Context, tx *sql.Tx, d Draft, base int, now time.Time) (version int, err error) {
	current, ok, err := read(ctx, tx, name{d.Slug, d.Kind, d.Key}, 0)
	if err != nil {
		return 0, err
	}
	switch {
	case ok && current.Owner != d.Owner, !ok && base != 0:
		return 0, errUnknown()
	case ok && current.Version == base+1 && bytes.Equal(current.Body, d.Body):
		return current.Version, nil
	case ok && current.Sent:
		return 0, refusal.New(refusal.NotNow, "draft.sent")
	case ok && current.Version != base:
		return 0, refusal.New(refusal.Conflict, "draft.moved", "version", current.Version)
	}
	return base + 1, write(ctx, tx, d, base+1, now)
}

func write(ctx context.Context, tx *sql.Tx, d Draft, version int, now time.Time) error {
	if _, err := tx.ExecContext(ctx, `INSERT INTO draft(slug, kind, key, owner, version, changed, sent, code) VALUES($1, $2, $3, $4, $5, $6, 0, $7)
		ON CONFLICT (slug, kind, key) DO UPDATE SET version = excluded.version, changed = excluded.changed`,
		d.Slug, d.Kind, d.Key, int64(d.Owner), version, private.Micro(now), int64(d.Code)); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO draft_version(slug, kind, key, version, body, changed) VALUES($1, $2, $3, $4, $5, $6)`,
		d.Slug, d.Kind, d.Key, version, d.Body, private.Micro(now)); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `DELETE FROM draft_version WHERE slug = $1 AND kind = $2 AND key = $3 AND version <= $4`,
		d.Slug, d.Kind, d.Key, version-keptVersions)
	return err
}

type querier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// name is what a draft is found by.
type name struct{ slug, kind, key string }

// read reads one version of a draft, the last for 0.
func read(ctx context.Context, q querier, n name, version int) (Draft, bool, error) {
	d := Draft{Slug: n.slug, Kind: n.kind, Key: n.key}
	var owner, changed, sent int64
	err := q.QueryRowContext(ctx, `SELECT d.owner, v.body, v.version, v.changed, d.sent FROM draft d
		JOIN draft_version v ON v.slug = d.slug AND v.kind = d.kind AND v.key = d.key
		WHERE d.slug = $1 AND d.kind = $2 AND d.key = $3 AND v.version = CASE WHEN $4 = 0 THEN d.version ELSE $4 END`,
		n.slug, n.kind, n.key, version).Scan(&owner, &d.Body, &d.Version, &changed, &sent)
	if errors.Is(err, sql.ErrNoRows) {
		return Draft{}, false, nil
	}
	d.Owner, d.Changed, d.Sent = uint64(owner), private.Instant(changed), sent != 0
	return d, err == nil, err
}

// Get is the last version of a draft; ok is false if there is none. Whoever shows it first compares
// Owner with the reader.
func (s *Store) Get(ctx context.Context, slug, kind, key string) (d Draft, ok bool, err error) {
	return read(ctx, s.db, name{slug, kind, key}, 0)
}

// ByCode is the contribution that is found by a code, of which code is the keyed hash; ok is false where there is none,
// or where it was sent.
func (s *Store) ByCode(ctx context.Context, slug string, code uint64) (d Draft, ok bool, err error) {
	var key string
	err = s.db.QueryRowContext(ctx, `SELECT key FROM draft WHERE slug = $1 AND kind = $2 AND code = $3 AND code <> 0 AND sent = 0`, slug, Contribution, int64(code)).Scan(&key)
	if errors.Is(err, sql.ErrNoRows) {
		return Draft{}, false, nil
	}
	if err != nil {
		return Draft{}, false, err
	}
	return s.Get(ctx, slug, Contribution, key)
}

// Since gives the bodies of the drafts of a kind that were changed since and not sent, in all conversations.
func (s *Store) Since(ctx context.Context, kind string, since time.Time) (out [][]byte, err error) {
	rows, err := s.db.QueryContext(ctx, `SELECT v.body FROM draft d JOIN draft_version v ON v.slug = d.slug AND v.kind = d.kind AND v.key = d.key AND v.version = d.version
		WHERE d.kind = $1 AND d.sent = 0 AND d.changed >= $2`, kind, private.Micro(since))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var body []byte
		if err := rows.Scan(&body); err != nil {
			return nil, err
		}
		out = append(out, body)
	}
	return out, rows.Err()
}

// Version is one of the kept versions of a draft, counted from 1.
func (s *Store) Version(ctx context.Context, slug, kind, key string, n int) (d Draft, ok bool, err error) {
	if n < 1 {
		return Draft{}, false, nil
	}
	return read(ctx, s.db, name{slug, kind, key}, n)
}

// List lists the drafts of an owner without their bodies, the last changed first, sent ones included.
func (s *Store) List(ctx context.Context, slug, kind string, owner uint64) ([]Draft, error) {
	return s.list(ctx, `SELECT slug, kind, key, owner, version, changed, sent FROM draft
		WHERE slug = $1 AND kind = $2 AND owner = $3 ORDER BY changed DESC, key`, slug, kind, int64(owner))
}

// Versions lists the kept versions of a draft without their bodies, the newest first.
func (s *Store) Versions(ctx context.Context, slug, kind, key string) ([]Draft, error) {
	return s.list(ctx, `SELECT v.slug, v.kind, v.key, d.owner, v.version, v.changed, d.sent FROM draft_version v
		JOIN draft d ON d.slug = v.slug AND d.kind = v.kind AND d.key = v.key
		WHERE v.slug = $1 AND v.kind = $2 AND v.key = $3 ORDER BY v.version DESC`, slug, kind, key)
}

func (s *Store) list(ctx context.Context, query string, args ...any) ([]Draft, error) {
	rows, err := s.db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []Draft
	for rows.Next() {
		var d Draft
		var owner, changed, sent int64
		if err := rows.Scan(&d.Slug, &d.Kind, &d.Key, &owner, &d.Version, &changed, &sent); err != nil {
			return nil, err
		}
		d.Owner, d.Changed, d.Sent = uint64(owner), private.Instant(changed), sent != 0
		out = append(out, d)
	}
	return out, rows.Err()
}

// MarkSent says that what a draft held at its Version stands on the record. The fact comes first, this after. marked is false where
// something was saved since, which stands on no record: the draft stays as it is. So it is where none is there, or where it is marked
// already.
func (s *Store) MarkSent(ctx context.Context, d Draft, now time.Time) (marked bool, err error) {
	r, err := s.db.ExecContext(ctx, `UPDATE draft SET sent = 1, changed = $1 WHERE slug = $2 AND kind = $3 AND key = $4 AND version = $5 AND sent = 0`,
		private.Micro(now), d.Slug, d.Kind, d.Key, d.Version)
	if err != nil {
		return false, err
	}
	n, err := r.RowsAffected()
	return n > 0, err
}

// Delete deletes a draft with all its versions. It is gone from the disk when it returns. A draft that is
// not there is no error.
func (s *Store) Delete(ctx context.Context, slug, kind, key string) error {
	_, err := s.remove(ctx, `slug = $1 AND kind = $2 AND key = $3`, slug, kind, key)
	return err
}

// DeleteVersion deletes a draft as Delete does, if it still is at a version. deleted is false where it is not, or where no
// draft is there.
func (s *Store) DeleteVersion(ctx context.Context, d Draft) (deleted bool, err error) {
	n, err := s.remove(ctx, `slug = $1 AND kind = $2 AND key = $3 AND version = $4`, d.Slug, d.Kind, d.Key, d.Version)
	return n > 0, err
}

// ForgetBegun deletes all contributions that a participant has begun in a conversation, sent or not. They are gone from the disk when it
// returns. That they were named as one who writes with others stays. 0 is nobody, and has none.
func (s *Store) ForgetBegun(ctx context.Context, slug string, owner uint64) error {
	if owner == 0 {
		return nil
	}
	_, err := s.remove(ctx, `slug = $1 AND kind = $2 AND owner = $3`, slug, Contribution, int64(owner))
	return err
}

// Unowned lists the keys of the contributions in a conversation that were begun by people who had not signed
// in.
func (s *Store) Unowned(ctx context.Context, slug string) ([]string, error) {
	list, err := s.list(ctx, `SELECT slug, kind, key, owner, version, changed, sent FROM draft WHERE slug = $1 AND kind = $2 AND owner = 0`, slug, Contribution)
	keys := make([]string, len(list))
	for i, d := range list {
		keys[i] = d.Key
	}
	return keys, err
}

// Forget deletes all contributions that a participant has begun in a conversation, sent or not, and that they were named as
// one who writes with others. They are gone from the disk when it returns. 0 is nobody, and has none.
func (s *Store) Forget(ctx context.Context, slug string, owner uint64) error {
	if owner == 0 {
		return nil
	}
	_, err := s.remove(ctx, `slug = $1 AND kind IN ($2, $3) AND owner = $4`, slug, Contribution, Seat, int64(owner))
	return err
}

// ForgetAll deletes every draft of a conversation. They are gone from the disk when it returns.
func (s *Store) ForgetAll(ctx context.Context, slug string) error {
	_, err := s.remove(ctx, `slug = $1`, slug)
	return err
}

// Rewrite puts something else in place of what is kept of each draft of a kind in a conversation, version by version: change gives
// the new body, or nil to leave it as it is. What was there is gone from the disk when it returns.
func (s *Store) Rewrite(ctx context.Context, slug, kind string, change func(body []byte) ([]byte, error)) error {
	drafts, err := s.List(ctx, slug, kind, 0)
	if err != nil {
		return err
	}
	changed := false
	for _, d := range drafts {
		err := s.db.Within(ctx, func(tx *sql.Tx) error {
			for version := d.Version; version > 0; version-- {
				old, ok, err := read(ctx, tx, name{slug, kind, d.Key}, version)
				if err != nil || !ok {
					return err // the versions before are gone
				}
				body, err := change(old.Body)
				if err != nil {
					return err
				}
				if body == nil {
					continue
				}
				changed = true
				if _, err := tx.ExecContext(ctx, `UPDATE draft_version SET body = $1 WHERE slug = $2 AND kind = $3 AND key = $4 AND version = $5`, body, slug, kind, d.Key, version); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	if !changed {
		return nil
	}
	return s.db.Scrub(ctx)
}

// Sweep deletes contributions that nobody changed for 90 days and drafts that were sent more than a day
// ago, and says how many drafts that were. The parts of a draft that several people write are swept with it.
func (s *Store) Sweep(ctx context.Context, now time.Time) (int, error) {
	n, err := s.remove(ctx, `sent = 0 AND kind = $1 AND changed < $2 OR sent = 1 AND changed < $3`, Contribution, private.Micro(now.Add(-unsentLife)), private.Micro(now.Add(-sentLife)))
	if err != nil {
		return n, err
	}
	more, err := s.sweepJoint(ctx, now)
	return n + more, err
}

// remove deletes the drafts that match a condition on the table draft.
func (s *Store) remove(ctx context.Context, where string, args ...any) (int, error) {
	var n int64
	err := s.db.Within(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM draft_version WHERE (slug, kind, key) IN (SELECT slug, kind, key FROM draft WHERE `+where+`)`, args...); err != nil {
			return err
		}
		r, err := tx.ExecContext(ctx, `DELETE FROM draft WHERE `+where, args...)
		if err != nil {
			return err
		}
		n, err = r.RowsAffected()
		return err
	})
	if err != nil || n == 0 {
		return 0, err
	}
	return int(n), s.db.Scrub(ctx)
}
