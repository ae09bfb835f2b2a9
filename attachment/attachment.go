package attachment

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/openplenary/plenary/attachment/bucket"
	"github.com/openplenary/plenary/internal/platform"
	"github.com/openplenary/plenary/private"
	"github.com/openplenary/plenary/refusal"
)

// MaxSize is the largest file, in bytes.
const MaxSize = 20 << 20

// unclaimedLife is how long a file waits for something that cites it.
const unclaimedLife = 24 * time.Hour

// ErrDamaged says that a stored file is not what was kept, or is missing.
var ErrDamaged = errors.New("attachment: a stored file is damaged")

// File describes a kept file.
type File struct {
	ID   string // 128 random bits, 32 hexadecimal digits
	Name string // clean, with the ending of its type
	Type string // one of the media types above
	Size int64  // in bytes
	SHA  string // SHA-256 of the bytes as they came, in hexadecimal
	Made time.Time
}

// Store keeps files in a directory, with a database that nodes share in its rows, or in an object store, and their keys in the private database. Its methods may be
// called from many goroutines. Errors that are no refusals are faults of the disk or of the database.
type Store struct {
	// Logger is told of each file that is lost; nil for nobody. It is set before the store is used.
	Logger *slog.Logger

	troubles troubles

	db    *private.DB
	dir   string // of the files, or of those that are just coming
	keep  keeper
	quota *quota

	drawing sync.Mutex // pictures are read one at a time

	mu      sync.Mutex
	writing map[string]bool // ids of files that have no row yet: not to be swept
}

// New opens the room: its rows in the private database, its files in the folder attachments of the data
// directory dir, which is made if it is missing, but for a database that was opened to be looked at.
func New(db *private.DB, dir string) (*Store, error) {
	s := &Store{db: db, dir: filepath.Join(dir, "attachments"), writing: map[string]bool{}, quota: newQuota()}
	s.keep = folder(s.dir)
	if db.Shared() {
		s.keep = rows{db}
	}
	if db.ReadOnly() {
		return s, nil
	}
	if _, _, err := s.held(context.Background(), ""); err != nil {
		return nil, fmt.Errorf("attachment: %w", err)
	}
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return nil, err
	}
	return s, platform.SyncDir(dir)
}

// Temporary begins the names of files in the folder that are still coming in.
const Temporary = "tmp-"

// temp is where a file is before it is kept.
func (s *Store) temp(id string) string { return filepath.Join(s.dir, Temporary+id) }

// Keep takes a file from a stranger and returns when it is safely on the disk. It reads at most MaxSize
// bytes and one. name is what the stranger calls it. The file waits a day to be claimed.
//
// Refusals, all about the field "file": "file.empty", "file.long" (more than MaxSize), "file.type" (none
// of the types taken, or not well-formed), "file.macros", "file.packed" (more than 2000 parts or 100 MiB
// when unpacked), "file.no_room" (the disk is full; try again later), "file.away" (the object store cannot be
// reached; try again later).
func (s *Store) Keep(ctx context.Context, r io.Reader, name string, now time.Time) (File, error) {
	return s.keepOf(ctx, "", r, name, now)
}

// keepOf is Keep for a file of a source.
func (s *Store) keepOf(ctx context.Context, source string, r io.Reader, name string, now time.Time) (File, error) {
	var random [16 + keySize]byte
	if _, err := rand.Read(random[:]); err != nil {
		return File{}, err
	}
	f, key := File{ID: hex.EncodeToString(random[:16]), Made: now.UTC()}, random[16:]
	s.mark(f.ID, true)
	defer s.mark(f.ID, false)
	if err := s.store(ctx, &f, key, r); err != nil {
		return File{}, noRoom(err)
	}
	f.Name = cleanName(name, f.Type)
	_, err := s.db.ExecContext(ctx, `INSERT INTO attachment(id, name, type, size, sha, made, claimed, secret, source) VALUES($1, $2, $3, $4, $5, $6, 0, $7, $8)`,
		f.ID, f.Name, f.Type, f.Size, f.SHA, private.Micro(now), key, s.quota.hashed(source))
	if err != nil {
		// Without its key the file is noise. If the row is there after all, because only the answer was
		// lost, it is an unclaimed row without a file, and is swept.
		return File{}, noRoom(errors.Join(err, s.keep.remove(context.WithoutCancel(ctx), f.ID)))
	}
	return f, nil
}

func (s *Store) mark(id string, writing bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if writing {
		s.writing[id] = true
	} else {
		delete(s.writing, id)
	}
}

// store writes the file under its final name, synced, or leaves nothing.
func (s *Store) store(ctx context.Context, f *File, key []byte, r io.Reader) (err error) {
	temp := s.temp(f.ID)
	out, err := os.OpenFile(temp, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = out.Close()
			_ = os.Remove(temp) // if this fails too, Sweep tries again
		}
	}()
	var look sniffer
	if err := seal(ctx, out, f, key, io.TeeReader(io.LimitReader(r, MaxSize+1), &look)); err != nil {
		return err
	}
	back, err := openSealed(out, key, f.ID, f.Size)
	if err != nil {
		return err
	}
	if f.Type == "" { // of a picture it is known
		if f.Type, err = look.kind(back, f.Size); err != nil {
			return err
		}
	}
	if err := errors.Join(out.Sync(), out.Close()); err != nil {
		return err
	}
	return s.noted(s.keep.take(ctx, f.ID, temp))
}

// seal writes the chunks, and finds size and hash.
func seal(ctx context.Context, out io.Writer, f *File, key []byte, r io.Reader) error {
	aead, err := newAEAD(key)
	if err != nil {
		return err
	}
	sum := sha256.New()
	// One chunk is held back until it is known whether another follows.
	var held, next bytes.Buffer
	var box []byte
	for n := int64(0); ; n++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		next.Reset()
		if _, err := io.CopyN(&next, r, chunkSize); err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if f.Size += int64(next.Len()); f.Size > MaxSize {
			return &refusal.Refusal{Kind: refusal.TooLarge, Key: "file.long", Field: "file", Args: []any{"max", MaxSize >> 20}}
		}
		last := next.Len() == 0
		if held.Len() > 0 {
			box = aead.Seal(box[:0], nonce(n-1, last), held.Bytes(), []byte(f.ID))
			if _, err := out.Write(box); err != nil {
				return err
			}
		}
		if last {
			break
		}
		_, _ = sum.Write(next.Bytes()) // never fails
		held, next = next, held
	}
	if f.Size == 0 {
		return refusal.In("file", "file.empty")
	}
	f.SHA = hex.EncodeToString(sum.Sum(nil))
	return nil
}

// noRoom turns a full disk, and an object store that cannot be reached, into what a person can read.
func noRoom(err error) error {
	if platform.Full(err) {
		return &refusal.Refusal{Kind: refusal.TryAgain, Key: "file.no_room", Field: "file"}
	}
	return away(err)
}

// errUnknown is the one answer for what never was and for what was erased.
func errUnknown() error { return refusal.New(refusal.Hidden, "file.unknown") }

const columns = `id, name, type, size, sha, made, secret`

func scan(row func(...any) error) (f File, key []byte, err error) {
	var made int64
	err = row(&f.ID, &f.Name, &f.Type, &f.Size, &f.SHA, &made, &key)
	f.Made = private.Instant(made)
	return f, key, err
}

// Open gives a file back that stands beside the record. Every piece is verified as it is read: where the bytes are not what was kept,
// Read returns ErrDamaged and nothing of that piece. The reader is for one goroutine, and whoever asked
// closes it. Refusals are "file.unknown", "file.away" where the object store cannot be reached, and with ErrDamaged "file.lost".
func (s *Store) Open(ctx context.Context, id string) (io.ReadSeekCloser, File, error) {
	return s.give(ctx, id, lostBeside)
}

// OpenCited is Open for a file of which the record has the hash: the refusal with ErrDamaged is "file.lost_cited", and says it ("sha").
func (s *Store) OpenCited(ctx context.Context, id string) (io.ReadSeekCloser, File, error) {
	return s.give(ctx, id, lostCited)
}

func (s *Store) give(ctx context.Context, id, key string) (io.ReadSeekCloser, File, error) {
	r, f, err := s.read(ctx, id)
	if err != nil && ctx.Err() != nil {
		return nil, File{}, err // whoever asked has left
	}
	if err != nil {
		return nil, File{}, s.failed(f, key, err)
	}
	return &given{ReadSeekCloser: r, s: s, f: f, key: key}, f, nil
}

// read opens a file.
func (s *Store) read(ctx context.Context, id string) (io.ReadSeekCloser, File, error) {
	f, key, err := scan(s.db.QueryRowContext(ctx, `SELECT `+columns+` FROM attachment WHERE id = $1`, id).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, File{}, errUnknown()
	}
	if err != nil {
		return nil, File{}, err
	}
	r, err := s.open(ctx, f, key)
	if err != nil {
		return nil, f, err
	}
	return r, f, nil
}

func (s *Store) open(ctx context.Context, f File, key []byte) (*sealed, error) {
	file, size, err := s.keep.open(ctx, f.ID)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("%w: %s is missing", ErrDamaged, f.ID)
	}
	if err != nil {
		return nil, err
	}
	if size != sealedSize(f.Size) {
		err = fmt.Errorf("%w: %s has %d bytes, not %d", ErrDamaged, f.ID, size, sealedSize(f.Size))
	}
	r := (*sealed)(nil)
	if err == nil {
		r, err = openSealed(file, key, f.ID, f.Size)
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return r, nil
}

// The column claimed is 0 for a file that was kept, isCited for one that a fact is known to cite, and in
// between the instant of the claim: of one that was cited and is so no more, long ago.
const (
	isCited  = 1
	released = 2
)

// Claim says that something which is about to be sent cites the file. It comes before the fact, so that no
// fact cites a file that was swept away. Whether the fact came is told by Cited, or found out by Sweep: a form
// may be refused, pressed twice, or cut short by a crash. Claiming twice is no error. The only refusal is
// "file.unknown": it was swept or erased, and must be sent again.
func (s *Store) Claim(ctx context.Context, id string, now time.Time) error {
	r, err := s.db.ExecContext(ctx, `UPDATE attachment SET claimed = CASE claimed WHEN $1 THEN claimed ELSE $2 END WHERE id = $3`, isCited, private.Micro(now), id)
	if err != nil {
		return err
	}
	if n, err := r.RowsAffected(); err != nil || n > 0 {
		return err
	}
	return errUnknown()
}

// Cited says that a fact which cites the file is durable: it is never swept. A file that is not there is no
// error.
func (s *Store) Cited(ctx context.Context, id string) error {
	_, err := s.db.ExecContext(ctx, `UPDATE attachment SET claimed = $1, source = $2 WHERE id = $3`, isCited, []byte{}, id)
	return err
}

// Release says in the transaction that takes away what cited files that nothing cites them any more. Erase comes after; where it does not come,
// the next sweep takes them.
func Release(ctx context.Context, tx *sql.Tx, ids ...string) error {
	for _, id := range ids {
		if _, err := tx.ExecContext(ctx, `UPDATE attachment SET claimed = $1 WHERE id = $2`, released, id); err != nil {
			return err
		}
	}
	return nil
}

// Erase erases a file for good: first its key, which is gone from the disk when the file is removed. A
// file that is not there is no error.
func (s *Store) Erase(ctx context.Context, id string) error {
	if !isID(id) {
		return nil
	}
	if _, err := s.db.ExecContext(ctx, `DELETE FROM attachment WHERE id = $1`, id); err != nil {
		return err
	}
	s.troubles.whole(id)
	return errors.Join(s.db.Scrub(ctx), s.keep.remove(ctx, id))
}

func isID(s string) bool {
	return len(s) == 32 && strings.Trim(s, "0123456789abcdef") == ""
}

// Sweep removes files that nobody claimed within a day, files that were claimed a day ago and that no fact
// cites, and what an interrupted Keep left behind, and says how many files that were. It goes on after a file
// that cannot be removed. cited says which of some files a fact cites; it is asked only where there are claims
// that old, and where it fails, those files stay.
func (s *Store) Sweep(ctx context.Context, now time.Time, cited func(context.Context, []string) (map[string]bool, error)) (int, error) {
	old := now.Add(-unclaimedLife)
	n := 0
	var faults []error
	ids, err := s.ids(ctx, `SELECT id FROM attachment WHERE claimed = 0 AND made < $1`, private.Micro(old))
	if err != nil {
		return 0, err
	}
	claims, err := s.ids(ctx, `SELECT id FROM attachment WHERE claimed > $1 AND claimed < $2`, isCited, private.Micro(old))
	if err != nil {
		return 0, err
	}
	if len(claims) > 0 {
		by, err := cited(ctx, claims)
		faults = append(faults, err)
		for _, id := range claims {
			switch {
			case err != nil:
			case by[id]:
				faults = append(faults, s.Cited(ctx, id))
			default:
				ids = append(ids, id)
			}
		}
	}
	for _, id := range ids {
		// Somebody may claim it at this moment: then it stays.
		r, err := s.db.ExecContext(ctx, `DELETE FROM attachment WHERE id = $1 AND claimed <> $2 AND claimed < $3`, id, isCited, private.Micro(old))
		if err == nil {
			if gone, _ := r.RowsAffected(); gone == 0 {
				continue
			}
			s.troubles.whole(id)
			err = s.keep.remove(ctx, id)
			n++
		}
		faults = append(faults, err)
	}
	strays, err := s.strays(ctx, old)
	faults = append(faults, err)
	for _, name := range strays {
		if strings.HasPrefix(name, Temporary) {
			faults = append(faults, folder(s.dir).remove(ctx, name))
		} else {
			faults = append(faults, s.keep.remove(ctx, name))
		}
		n++
	}
	if n > 0 {
		faults = append(faults, s.db.Scrub(ctx))
	}
	return n, errors.Join(faults...)
}

func (s *Store) ids(ctx context.Context, query string, args ...any) (ids []string, err error) {
	rows, err := s.db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}

// strays are the files older than a time that have no row and that nobody is writing.
func (s *Store) strays(ctx context.Context, old time.Time) ([]string, error) {
	// What is kept is read first: a file that comes after it is not in the list, and one that was in
	// it has its row, or is being written, or is a stray.
	there, err := s.keep.list(ctx)
	if _, same := s.keep.(folder); err == nil && !same {
		var coming []kept
		coming, err = folder(s.dir).list(ctx)
		there = append(there, slices.DeleteFunc(coming, func(k kept) bool { return !strings.HasPrefix(k.id, Temporary) })...)
	}
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	writing := make(map[string]bool, len(s.writing))
	for id := range s.writing {
		writing[id] = true
	}
	s.mu.Unlock()
	ids, err := s.ids(ctx, `SELECT id FROM attachment`)
	if err != nil {
		return nil, err
	}
	known := make(map[string]bool, len(ids))
	for _, id := range ids {
		known[id] = true
	}
	var out []string
	for _, k := range there {
		id := strings.TrimPrefix(k.id, Temporary)
		if isID(id) && !writing[id] && !known[k.id] && k.made.Before(old) {
			out = append(out, k.id)
		}
	}
	return out, nil
}

// Held lists the files that are here, by id: with their key, and with their bytes in the folder. Whether the
// bytes are what was kept says Check.
func (s *Store) Held(ctx context.Context) (map[string]bool, error) {
	listed, err := s.keep.list(ctx)
	if err != nil {
		return nil, err
	}
	there := make(map[string]bool, len(listed))
	for _, k := range listed {
		there[k.id] = true
	}
	ids, err := s.ids(ctx, `SELECT id FROM attachment`)
	held := make(map[string]bool, len(ids))
	for _, id := range ids {
		if there[id] {
			held[id] = true
		}
	}
	return held, err
}

// Check reads every file that has a row and compares it with what was kept. It returns all damage found
// (at most a hundred errors that wrap ErrDamaged), and takes time in proportion to the files. An object store that
// cannot be reached is asked no further.
func (s *Store) Check(ctx context.Context) error {
	ids, err := s.ids(ctx, `SELECT id FROM attachment ORDER BY id`)
	if err != nil {
		return err
	}
	var faults []error
	for _, id := range ids {
		if err := s.check(ctx, id); err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if faults = append(faults, err); len(faults) == 100 || errors.Is(err, bucket.ErrAway) {
				break
			}
		}
	}
	return errors.Join(faults...)
}

func (s *Store) check(ctx context.Context, id string) error {
	r, f, err := s.read(ctx, id)
	if no := refusal.Of(err); len(no) > 0 && no[0].Kind == refusal.Hidden {
		return nil // erased since the list was made
	}
	if err != nil {
		return away(err)
	}
	defer r.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, r); err != nil {
		return err
	}
	if hex.EncodeToString(sum.Sum(nil)) != f.SHA {
		return fmt.Errorf("%w: %s has another hash", ErrDamaged, id)
	}
	return nil
}
