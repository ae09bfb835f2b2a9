// Package aside keeps what those who moderate and answer put beside what came in, for themselves: notes among colleagues
// on a contribution or on a point of it, and what each of them has put off until later.
//
// None of it is ever on the record, in an export or in a letter, and no rule reads it. Notes are read by those who hold
// the office of an officer or a moderator. They go with the contribution when its words are erased, so that nothing of it
// stays in what colleagues wrote about it. What is put off is each one's own: nobody else sees it.
//
// What comes with a request for accreditation, how the body is reached and the letter, is kept here as well: those who decide read
// it, and whoever sent it.
//
//	note:   written ──> deleted by whoever wrote it, or with the contribution
//	later:  put off ──> taken up again, or gone with the contribution
package aside

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/binary"
	"errors"
	"time"
	"unicode/utf8"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/private"
	"github.com/openplenary/plenary/refusal"
)

// MaxNote is the longest note, in characters; maxNotes how many there may be on a contribution with its points.
const (
	MaxNote  = 4000
	maxNotes = 200
)

// Note is a note on a contribution or a point of it.
type Note struct {
	ID   int64    // random, or made of the token of the form that it was written in: sent again, it is the same note
	Slug string   // of the conversation
	Ref  cite.Ref // the contribution, or one of its points
	By   uint64   // the participant who wrote it
	At   time.Time
	Text string
}

// Store keeps notes and what was put off. Its methods may be called from many goroutines. Errors that are no refusals are
// faults of the database.
type Store struct{ db *private.DB }

// New opens the room in the private database.
func New(db *private.DB) *Store { return &Store{db} }

// Write keeps a note; one that is there already by its ID was sent again, and stays as it is. Refusals: "note.missing" and what is wrong with the text (field "text"), "note.many" where the
// contribution has 200 already, "note.ref" where it is on no contribution.
func (s *Store) Write(ctx context.Context, n Note) (Note, error) {
	var in input.Check
	in.Text("text", &n.Text, locale.MaxText)
	in.If(utf8.RuneCountInString(n.Text) > MaxNote, "text", "line.long", "max", MaxNote)
	in.If(n.Text == "", "text", "note.missing")
	in.If(n.Ref.Kind() != 'c', "text", "note.ref")
	if err := in.Err(); err != nil {
		return n, err
	}
	if n.ID == 0 {
		var b [8]byte
		if _, err := rand.Read(b[:]); err != nil {
			return n, err
		}
		n.ID = int64(binary.BigEndian.Uint64(b[:])>>1 | 1)
	}
	err := s.db.Within(ctx, func(tx *sql.Tx) error {
		var there int
		if err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM aside_note WHERE id = $1`, n.ID).Scan(&there); err != nil || there > 0 {
			return err
		}
		if err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM aside_note WHERE slug = $1 AND contribution = $2`, n.Slug, string(n.Ref.Root())).Scan(&there); err != nil {
			return err
		}
		if there >= maxNotes {
			return refusal.In("text", "note.many", "max", maxNotes)
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO aside_note(id, slug, contribution, ref, participant, at, text) VALUES($1, $2, $3, $4, $5, $6, $7)`,
			n.ID, n.Slug, string(n.Ref.Root()), string(n.Ref), int64(n.By), private.Micro(n.At), n.Text)
		return err
	})
	return n, err
}

// Notes lists the notes on a contribution and its points, the oldest first.
func (s *Store) Notes(ctx context.Context, slug string, contribution cite.Ref) (out []Note, err error) {
	rows, err := s.db.QueryContext(ctx, `SELECT id, ref, participant, at, text FROM aside_note WHERE slug = $1 AND contribution = $2 ORDER BY at, id`, slug, string(contribution.Root()))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		n := Note{Slug: slug}
		var by, at int64
		if err := rows.Scan(&n.ID, &n.Ref, &by, &at, &n.Text); err != nil {
			return nil, err
		}
		n.By, n.At = uint64(by), private.Instant(at)
		out = append(out, n)
	}
	return out, rows.Err()
}

// Delete deletes a note of whoever wrote it; ok is false where there is none of theirs. It is gone from the disk when it
// returns.
func (s *Store) Delete(ctx context.Context, slug string, id int64, by uint64) (ok bool, err error) {
	r, err := s.db.ExecContext(ctx, `DELETE FROM aside_note WHERE slug = $1 AND id = $2 AND participant = $3`, slug, id, int64(by))
	if err != nil {
		return false, err
	}
	n, err := r.RowsAffected()
	if err != nil || n == 0 {
		return false, err
	}
	return true, s.db.Scrub(ctx)
}

// PutOff notes that somebody looks at a contribution or a point later.
func (s *Store) PutOff(ctx context.Context, slug string, who uint64, ref cite.Ref, now time.Time) error {
	_, err := s.db.ExecContext(ctx, `INSERT INTO aside_later(slug, participant, ref, at) VALUES($1, $2, $3, $4) ON CONFLICT DO NOTHING`, slug, int64(who), string(ref), private.Micro(now))
	return err
}

// TakeUp notes that somebody looks at it again.
func (s *Store) TakeUp(ctx context.Context, slug string, who uint64, ref cite.Ref) error {
	_, err := s.db.ExecContext(ctx, `DELETE FROM aside_later WHERE slug = $1 AND participant = $2 AND ref = $3`, slug, int64(who), string(ref))
	return err
}

// Later is what somebody put off, in the order in which they did: contributions that wait, and points.
func (s *Store) Later(ctx context.Context, slug string, who uint64) ([]cite.Ref, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT ref FROM aside_later WHERE slug = $1 AND participant = $2 ORDER BY at, ref`, slug, int64(who))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []cite.Ref
	for rows.Next() {
		var ref cite.Ref
		if err := rows.Scan(&ref); err != nil {
			return nil, err
		}
		out = append(out, ref)
	}
	return out, rows.Err()
}

// Erase takes away what stands beside a contribution whose words were erased, and its points. It is gone from the disk when
// the database was scrubbed, which whoever erases does.
func (s *Store) Erase(ctx context.Context, slug string, contribution cite.Ref) error {
	return s.drop(ctx, `slug = $1 AND contribution = $2`, `slug = $1 AND (ref = $2 OR ref LIKE $2 || '.%')`, slug, string(contribution))
}

// Forget takes away what somebody put off, and what came with their requests for accreditation. Their notes stay with their office: nothing leads from the number that they are
// under to a person any more.
func (s *Store) Forget(ctx context.Context, slug string, who uint64) error {
	_, err := s.db.ExecContext(ctx, `DELETE FROM aside_later WHERE slug = $1 AND participant = $2`, slug, int64(who))
	if err == nil {
		_, err = s.db.ExecContext(ctx, `DELETE FROM aside_enclosure WHERE slug = $1 AND participant = $2`, slug, int64(who))
	}
	return err
}

// ForgetAll takes away all that is kept of a conversation.
func (s *Store) ForgetAll(ctx context.Context, slug string) error {
	_, err := s.db.ExecContext(ctx, `DELETE FROM aside_enclosure WHERE slug = $1`, slug)
	return errors.Join(err, s.drop(ctx, `slug = $1`, `slug = $1`, slug), s.db.Scrub(ctx))
}

func (s *Store) drop(ctx context.Context, notes, later string, args ...any) error {
	return s.db.Within(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM aside_note WHERE `+notes, args...); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `DELETE FROM aside_later WHERE `+later, args...)
		return err
	})
}
