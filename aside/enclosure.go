package aside

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/private"
)

// MaxContact is the longest contact that comes with a request, in characters.
const MaxContact = 500

// Enclosure is what comes with a request for accreditation and is for nobody but those who decide on it: how the body is
// reached, and the letter that says who may speak for it.
type Enclosure struct {
	Slug    string   // of the conversation
	Request cite.Ref // the party that the body becomes
	By      uint64   // the participant who requested
	Contact string   // an address, a telephone number, a person
	File    string   // the id of the kept letter, "" for none
	Name    string   // of the letter
	Type    string   // its media type
	Size    int64    // in bytes
	Made    time.Time
}

// CleanContact cleans a contact and holds it to its bounds. Refusals are about the field "contact".
func CleanContact(s string) (string, error) {
	var in input.Check
	in.Short("contact", &s, MaxContact)
	in.If(s == "", "contact", "accreditation.contact")
	return s, in.Err()
}

// Enclose keeps what comes with a request, in place of what was kept with it before. It gives the id of the letter whose place another takes, "" for
// none: whoever keeps files erases it.
func (s *Store) Enclose(ctx context.Context, e Enclosure) (replaced string, err error) {
	err = s.db.Within(ctx, func(tx *sql.Tx) error {
		err := tx.QueryRowContext(ctx, `SELECT file FROM aside_enclosure WHERE slug = $1 AND request = $2`, e.Slug, string(e.Request)).Scan(&replaced)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if replaced == e.File {
			replaced = ""
		}
		return enclose(ctx, tx, e)
	})
	return replaced, err
}

func enclose(ctx context.Context, tx *sql.Tx, e Enclosure) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO aside_enclosure(slug, request, participant, contact, file, name, type, size, made) VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (slug, request) DO UPDATE SET participant = excluded.participant, contact = excluded.contact, file = excluded.file, name = excluded.name, type = excluded.type,
			size = excluded.size, made = excluded.made`,
		e.Slug, string(e.Request), int64(e.By), e.Contact, e.File, e.Name, e.Type, e.Size, private.Micro(e.Made))
	return err
}

const enclosed = `SELECT slug, request, participant, contact, file, name, type, size, made FROM aside_enclosure`

// Enclosed is what came with a request; ok is false where nothing is kept of it any more.
func (s *Store) Enclosed(ctx context.Context, slug string, request cite.Ref) (e Enclosure, ok bool, err error) {
	e, err = enclosure(s.db.QueryRowContext(ctx, enclosed+` WHERE slug = $1 AND request = $2`, slug, string(request)).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return Enclosure{}, false, nil
	}
	return e, err == nil, err
}

func enclosure(scan func(...any) error) (e Enclosure, err error) {
	var by, made int64
	err = scan(&e.Slug, &e.Request, &by, &e.Contact, &e.File, &e.Name, &e.Type, &e.Size, &made)
	e.By, e.Made = uint64(by), private.Instant(made)
	return e, err
}

// Enclosures lists what came with the requests of a conversation; of one participant, or of all for 0.
func (s *Store) Enclosures(ctx context.Context, slug string, by uint64) (out []Enclosure, err error) {
	rows, err := s.db.QueryContext(ctx, enclosed+` WHERE slug = $1 AND (participant = $2 OR $2 = 0) ORDER BY made, request`, slug, int64(by))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		e, err := enclosure(rows.Scan)
		if err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, rows.Err()
}

// Unenclose takes away what came with a request. It is gone from the disk when it returns; the letter itself is erased by whoever
// keeps files.
func (s *Store) Unenclose(ctx context.Context, slug string, request cite.Ref) error {
	if _, err := s.db.ExecContext(ctx, `DELETE FROM aside_enclosure WHERE slug = $1 AND request = $2`, slug, string(request)); err != nil {
		return err
	}
	return s.db.Scrub(ctx)
}
