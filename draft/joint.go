package draft

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"github.com/openplenary/plenary/private"
)

// The parts of a draft of a party. Each is a draft of its own, with versions of its own, so that those who write at one part
// never stand in the way of those who write at another. Its key is that of the draft, a dot, and what names the part.
const (
	Section = "section" // some questions with what is answered there
	Remarks = "remarks" // what those who write it say to one another about a section
	Seat    = "seat"    // that somebody was named as one who writes; its Owner is that participant
	Guest   = "guest"   // that another party was invited to submit it too, and what it said; its Owner is that party
	Agreed  = "agreed"  // the text that such a party authorised; its Owner is that party
)

var joint = []string{Party, Section, Remarks, Seat, Guest, Agreed}

// inJoint are the kinds of a draft of a party and its parts in a condition.
const inJoint = `kind IN ('party', 'section', 'remarks', 'seat', 'guest', 'agreed')`

// stem is the key of the draft that a part belongs to; of the draft itself, its own.
const stem = `CASE STRPOS(key, '.') WHEN 0 THEN key ELSE SUBSTR(key, 1, STRPOS(key, '.') - 1) END`

// PartKey is the key of a part of a draft.
func PartKey(key, part string) string { return key + "." + part }

// Parts are the parts of one kind of a draft, in the order of their keys, with their bodies; all as they stood at one moment.
func (s *Store) Parts(ctx context.Context, slug, kind, key string) (out []Draft, err error) {
	rows, err := s.db.QueryContext(ctx, `SELECT d.key, d.owner, d.version, d.changed, d.sent, v.body FROM draft d
		JOIN draft_version v ON v.slug = d.slug AND v.kind = d.kind AND v.key = d.key AND v.version = d.version
		WHERE d.slug = $1 AND d.kind = $2 AND d.key > $3 || '.' AND d.key < $3 || '/' ORDER BY d.key`, slug, kind, key)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		d := Draft{Slug: slug, Kind: kind}
		var owner, changed, sent int64
		if err := rows.Scan(&d.Key, &owner, &d.Version, &changed, &sent, &d.Body); err != nil {
			return nil, err
		}
		d.Owner, d.Changed, d.Sent = uint64(owner), private.Instant(changed), sent != 0
		out = append(out, d)
	}
	return out, rows.Err()
}

// SaveParts saves parts of one draft of a party, each over its Version, 0 for a new one: all of them, or none. check sees the draft that
// they belong to as it stands at that very moment, whichever node changed it, and refuses; there is false where there is none. The other
// refusals are those of Save.
func (s *Store) SaveParts(ctx context.Context, now time.Time, check func(of Draft, there bool) error, parts ...Draft) error {
	for i := range parts {
		if err := parts[i].fits(); err != nil {
			return err
		}
	}
	return s.db.Within(ctx, func(tx *sql.Tx) error {
		key, _, _ := strings.Cut(parts[0].Key, ".")
		of, there, err := read(ctx, tx, name{parts[0].Slug, Party, key}, 0)
		if err != nil {
			return err
		}
		if err := check(of, there); err != nil {
			return err
		}
		for _, d := range parts {
			if _, err := over(ctx, tx, d, d.Version, now); err != nil {
				return err
			}
		}
		return nil
	})
}

// MarkSentWithParts says that what a draft of a party holds stands on the record: its words and what was said about them are
// deleted, and are gone from the disk when it returns; that there was one stays for a day, as of any draft.
func (s *Store) MarkSentWithParts(ctx context.Context, slug, key string, now time.Time) error {
	if _, err := s.db.ExecContext(ctx, `UPDATE draft SET sent = 1, changed = $1 WHERE slug = $2 AND kind IN ('party', 'seat', 'guest') AND (`+stem+`) = $3 AND sent = 0`,
		private.Micro(now), slug, key); err != nil {
		return err
	}
	_, err := s.remove(ctx, `slug = $1 AND kind IN ('section', 'remarks', 'agreed') AND (`+stem+`) = $2`, slug, key)
	return err
}

// DeleteWithParts deletes a draft of a party with all its parts. They are gone from the disk when it returns.
func (s *Store) DeleteWithParts(ctx context.Context, slug, key string) error {
	_, err := s.remove(ctx, `slug = $1 AND `+inJoint+` AND (`+stem+`) = $2`, slug, key)
	return err
}

// ForgetParty deletes all drafts of a party in a conversation with their parts, and that it was invited to those of others. They are
// gone from the disk when it returns.
func (s *Store) ForgetParty(ctx context.Context, slug string, party uint64) error {
	_, err := s.remove(ctx, `slug = $1 AND (kind IN ('guest', 'agreed') AND owner = $2
		OR `+inJoint+` AND (`+stem+`) IN (SELECT key FROM draft WHERE slug = $1 AND kind = 'party' AND owner = $2))`, slug, int64(party))
	return err
}

// sweepJoint deletes drafts of parties of which nothing was changed for 90 days, with all their parts, and parts that were left
// of one that is gone.
func (s *Store) sweepJoint(ctx context.Context, now time.Time) (int, error) {
	return s.remove(ctx, inJoint+` AND sent = 0 AND (slug, `+stem+`) NOT IN (SELECT slug, `+stem+` FROM draft WHERE `+inJoint+` AND changed >= $1)`,
		private.Micro(now.Add(-unsentLife)))
}
