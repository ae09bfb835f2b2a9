package attachment

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/openplenary/plenary/attachment/bucket"
	"github.com/openplenary/plenary/internal/platform"
	"github.com/openplenary/plenary/private"
)

// keeper keeps the sealed bytes of files, by id: in a folder; where nodes share a database, in its rows; or in an object store.
type keeper interface {
	// take keeps the bytes of a temporary file, whole or not at all; the temporary file may be gone then.
	take(ctx context.Context, id, temp string) error
	// open gives the bytes and how many there are; fs.ErrNotExist where there are none.
	open(ctx context.Context, id string) (stored, int64, error)
	// remove forgets the bytes; where there are none it does nothing.
	remove(ctx context.Context, id string) error
	// list lists what is kept, and what was left behind.
	list(ctx context.Context) ([]kept, error)
}

// stored are sealed bytes.
type stored interface {
	io.ReaderAt
	io.Closer
}

// kept is what a keeper has under an id, since when.
type kept struct {
	id   string
	made time.Time
}

// folder keeps files in a folder.
type folder string

func (f folder) path(id string) string { return filepath.Join(string(f), id) }

func (f folder) take(_ context.Context, id, temp string) error {
	if err := os.Rename(temp, f.path(id)); err != nil {
		return err
	}
	return platform.SyncDir(string(f))
}

func (f folder) open(_ context.Context, id string) (stored, int64, error) {
	file, err := os.Open(f.path(id))
	if err != nil {
		return nil, 0, err
	}
	info, err := file.Stat()
	if err != nil {
		return nil, 0, errors.Join(err, file.Close())
	}
	return file, info.Size(), nil
}

func (f folder) remove(_ context.Context, id string) error {
	if err := os.Remove(f.path(id)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return platform.SyncDir(string(f))
}

func (f folder) list(context.Context) (out []kept, err error) {
	entries, err := os.ReadDir(string(f))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	for _, e := range entries {
		if info, err := e.Info(); err == nil {
			out = append(out, kept{e.Name(), info.ModTime()})
		}
	}
	return out, err
}

// rows keep files in pieces in the database: each has its sealed bytes, and the first of them how many there are in all, so that a file
// of which only a part came is none. Nobody's turn to write is taken for them: a file is not there before its own row is.
type rows struct{ db *private.DB }

// pieceSize is how many bytes a row has: four chunks.
const pieceSize = 4 * (chunkSize + tagSize)

func (r rows) take(ctx context.Context, id, temp string) error {
	f, err := os.Open(temp)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	pieces := (info.Size() + pieceSize - 1) / pieceSize
	b := make([]byte, pieceSize)
	for n := pieces - 1; n >= 0; n-- { // the first comes last
		read, err := f.ReadAt(b, n*pieceSize)
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if _, err := r.db.DB.ExecContext(ctx, `INSERT INTO attachment_piece(id, n, size, made, bytes) VALUES($1, $2, $3, $4, $5)`,
			id, n, info.Size(), private.Micro(time.Now()), b[:read]); err != nil {
			return errors.Join(err, r.remove(context.WithoutCancel(ctx), id))
		}
	}
	return os.Remove(temp)
}

func (r rows) open(ctx context.Context, id string) (stored, int64, error) {
	var size int64
	var pieces int64
	if err := r.db.QueryRowContext(ctx, `SELECT coalesce(max(CASE n WHEN 0 THEN size END), -1), count(*) FROM attachment_piece WHERE id = $1`, id).Scan(&size, &pieces); err != nil {
		return nil, 0, err
	}
	if size < 0 || pieces != (size+pieceSize-1)/pieceSize {
		return nil, 0, fmt.Errorf("%s: %w", id, fs.ErrNotExist)
	}
	return &pieced{ctx: context.WithoutCancel(ctx), db: r.db, id: id, at: -1}, size, nil
}

func (r rows) remove(ctx context.Context, id string) error {
	_, err := r.db.ExecContext(ctx, `DELETE FROM attachment_piece WHERE id = $1`, id)
	return err
}

func (r rows) list(ctx context.Context) (out []kept, err error) {
	found, err := r.db.QueryContext(ctx, `SELECT id, min(made) FROM attachment_piece GROUP BY id`)
	if err != nil {
		return nil, err
	}
	defer found.Close()
	for found.Next() {
		var k kept
		var made int64
		if err := found.Scan(&k.id, &made); err != nil {
			return nil, err
		}
		k.made = private.Instant(made)
		out = append(out, k)
	}
	return out, found.Err()
}

// pieced reads a file that is kept in rows; it remembers the last row.
type pieced struct {
	ctx   context.Context
	db    *private.DB
	id    string
	at    int64
	piece []byte
}

// ReadAt reads from a place of the sealed bytes.
func (p *pieced) ReadAt(b []byte, off int64) (n int, err error) {
	for n < len(b) {
		if at := off / pieceSize; at != p.at {
			err := p.db.QueryRowContext(p.ctx, `SELECT bytes FROM attachment_piece WHERE id = $1 AND n = $2`, p.id, at).Scan(&p.piece)
			if errors.Is(err, sql.ErrNoRows) {
				err = io.EOF
			}
			if p.at = at; err != nil {
				p.at, p.piece = -1, nil
				return n, err
			}
		}
		from := off % pieceSize
		if from >= int64(len(p.piece)) {
			return n, io.EOF
		}
		k := copy(b[n:], p.piece[from:])
		n, off = n+k, off+int64(k)
	}
	return n, nil
}

// Close ends the reading.
func (p *pieced) Close() error { return nil }

// Carry copies the bytes of every file that has a row from one store to another whose rows were carried there, and reads every copy.
func Carry(ctx context.Context, from, to *Store) (n int, err error) {
	ids, err := to.ids(ctx, `SELECT id FROM attachment ORDER BY id`)
	if err != nil {
		return 0, err
	}
	for _, id := range ids {
		err := to.check(ctx, id)
		if err == nil { // it came before, when this was broken off, or it stays where it is
			n++
			continue
		}
		if from.beside(to) || errors.Is(err, bucket.ErrAway) {
			return n, fmt.Errorf("file %s: %w", id, err)
		}
		if err := from.carry(ctx, to, id); err != nil {
			if _, there, lerr := from.Look(ctx, id); lerr == nil && !there { // erased since the rows were carried
				continue
			}
			return n, fmt.Errorf("file %s: %w", id, err)
		}
		if err := to.check(ctx, id); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// beside reports whether two stores have their files in one bucket: then nothing is copied.
func (s *Store) beside(other *Store) bool {
	a, ok := s.keep.(*objects)
	b, too := other.keep.(*objects)
	return ok && too && a.mark == b.mark
}

func (s *Store) carry(ctx context.Context, to *Store, id string) error {
	in, size, err := s.keep.open(ctx, id)
	if err != nil {
		return err
	}
	defer in.Close()
	temp := to.temp(id)
	out, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, io.NewSectionReader(in, 0, size))
	if err := errors.Join(err, out.Sync(), out.Close()); err != nil {
		return errors.Join(err, os.Remove(temp))
	}
	if err := to.keep.remove(ctx, id); err != nil {
		return err
	}
	return to.keep.take(ctx, id, temp)
}
