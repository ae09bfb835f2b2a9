package attachment

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"sync/atomic"

	"github.com/openplenary/plenary/attachment/bucket"
	"github.com/openplenary/plenary/private"
	"github.com/openplenary/plenary/refusal"
)

// objects keep files in a bucket of an object store, one object each. The bucket has the mark that the private database has too: what other
// instances keep there is never listed or removed.
type objects struct {
	*bucket.Bucket
	mark string
	ours atomic.Bool // it was looked
}

// own fails where the bucket is not that of this instance. A store that was away at the start is looked at when it is back.
func (o *objects) own(ctx context.Context) error {
	if o.ours.Load() {
		return nil
	}
	of, err := o.Mark(ctx)
	switch {
	case err != nil:
		return err
	case of == "":
		return fmt.Errorf("%w: %s does not have the files of this instance: the object %q in it, which says whose it is, is missing", bucket.ErrRefused, o, "plenary")
	case of != o.mark:
		return errAnothers(o.Bucket)
	}
	o.ours.Store(true)
	return nil
}

func errAnothers(b *bucket.Bucket) error {
	return fmt.Errorf("%w: %s has the files of another Plenary instance", bucket.ErrRefused, b)
}

func (o *objects) take(ctx context.Context, id, temp string) error {
	if err := o.own(ctx); err != nil {
		return err
	}
	f, err := os.Open(temp)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if err := o.Put(ctx, id, f, info.Size()); err != nil {
		if !errors.Is(err, bucket.ErrAway) { // it may be there though it was not said; what cannot be removed now is swept
			_ = o.Remove(context.WithoutCancel(ctx), id)
		}
		return err
	}
	return os.Remove(temp)
}

func (o *objects) open(ctx context.Context, id string) (stored, int64, error) {
	if err := o.own(ctx); err != nil {
		return nil, 0, err
	}
	r, err := o.Get(ctx, id)
	if err != nil {
		return nil, 0, err
	}
	return r, r.Size(), nil
}

func (o *objects) remove(ctx context.Context, id string) error {
	err := o.own(ctx)
	if err == nil {
		err = o.Remove(ctx, id)
	}
	if errors.Is(err, bucket.ErrAway) {
		return nil // without its row it is noise already, and it is swept when the store is back
	}
	return err
}

func (o *objects) list(ctx context.Context) (out []kept, err error) {
	if err := o.own(ctx); err != nil {
		return nil, err
	}
	all, err := o.List(ctx, "")
	for _, l := range all {
		out = append(out, kept{l.Name, l.Made})
	}
	return out, err
}

// away makes a refusal of what an object store failed with: whoever asked tries again, and the operator reads why in the log.
func away(err error) error {
	if errors.Is(err, bucket.ErrAway) || errors.Is(err, bucket.ErrRefused) {
		return fmt.Errorf("%w: %w", &refusal.Refusal{Kind: refusal.TryAgain, Key: "file.away", Field: "file"}, err)
	}
	return err
}

// ErrElsewhere says that files are not where they were looked for.
var ErrElsewhere = errors.New("attachment: the attached files of this instance are elsewhere")

// place is what the private database notes of where files are.
type place struct {
	mark  string // of the bucket; "" where they are in the folder, or in rows
	moved bool   // they are there: else they are on their way
}

func placed(ctx context.Context, db *private.DB) (p place, err error) {
	var moved int
	err = db.QueryRowContext(ctx, `SELECT mark, moved FROM attachment_place`).Scan(&p.mark, &moved)
	p.moved = moved == 1
	if errors.Is(err, sql.ErrNoRows) || private.Lacks(err) && db.ReadOnly() {
		return place{}, nil
	}
	return p, err
}

// note notes a bucket with a mark that is drawn, unless one is noted, and says which is.
func note(ctx context.Context, db *private.DB, moved int) (place, error) {
	if _, err := db.ExecContext(ctx, `INSERT INTO attachment_place(one, mark, moved) VALUES(1, $1, $2) ON CONFLICT DO NOTHING`, rand.Text(), moved); err != nil {
		return place{}, err
	}
	return placed(ctx, db)
}

// Forget has a database, which is a copy, say that its files stand with itself.
func Forget(ctx context.Context, db *private.DB) error {
	_, err := db.ExecContext(ctx, `DELETE FROM attachment_place`)
	return err
}

// Open opens the room with its files in a bucket; nil for a folder, or rows, as New. An instance is bound to its bucket: it is opened with that one and not without
// it, and the bucket with no other instance. One that has no files yet is bound to whatever it is first opened with.
//
// Where the store is away it returns bucket.ErrAway beside a Store whose files are there again when it is back.
func Open(ctx context.Context, db *private.DB, dir string, b *bucket.Bucket) (*Store, error) {
	s, err := New(db, dir)
	if err != nil {
		return nil, err
	}
	p, err := placed(ctx, db)
	switch {
	case err != nil:
		return nil, err
	case b == nil && p.moved:
		return nil, fmt.Errorf("%w: in an object store; say in which, with --bucket or PLENARY_BUCKET", ErrElsewhere)
	case b == nil:
		return s, nil
	case p.mark != "" && !p.moved:
		return nil, fmt.Errorf("%w: on their way to an object store; the move was broken off: say plenary move --to s3://... once more", ErrElsewhere)
	}
	var first string
	err = db.QueryRowContext(ctx, `SELECT id FROM attachment LIMIT 1`).Scan(&first)
	none := errors.Is(err, sql.ErrNoRows)
	if err != nil && !none {
		return nil, err
	}
	//mutants:guard files that are in one place are not looked for in another
	if p.mark == "" && !none {
		return nil, fmt.Errorf("%w: they were kept without an object store; plenary move --from DIR --to s3://... takes them there", ErrElsewhere)
	}
	if p.mark == "" && db.ReadOnly() {
		return s, nil // there are none, and whoever serves it binds it
	}
	if p.mark == "" {
		if err := free(ctx, db, b); err != nil { // before anything is bound to it
			return nil, err
		}
		if p, err = note(ctx, db, 1); err != nil {
			return nil, err
		}
	}
	o := &objects{Bucket: b, mark: p.mark}
	s.keep = o
	if none && !db.ReadOnly() { // it is bound before its first file
		err = o.claim(ctx)
	} else {
		err = o.own(ctx)
	}
	if err == nil && !db.ReadOnly() {
		err = b.Try(ctx)
	}
	if err != nil && !errors.Is(err, bucket.ErrAway) {
		return nil, err
	}
	return s, err
}

// free fails where a bucket cannot be used, or is somebody else's already.
func free(ctx context.Context, db *private.DB, b *bucket.Bucket) error {
	if err := b.Try(ctx); err != nil {
		return err
	}
	of, err := b.Mark(ctx)
	if of == "" || err != nil {
		return err
	}
	p, err := placed(ctx, db) // another node may have been faster
	if err == nil && of != p.mark {
		return errAnothers(b)
	}
	return err
}

// claim has the bucket be this instance's.
func (o *objects) claim(ctx context.Context) error {
	of, err := o.Claim(ctx, o.mark)
	if err == nil && of != o.mark {
		return errAnothers(o.Bucket)
	}
	return err
}

// MoveOut takes all files to a bucket: each is read there before the database says that they are there. What was broken off is gone on with. Nobody else uses the
// database meanwhile; what the files were copied from is left as it is.
func MoveOut(ctx context.Context, db *private.DB, dir string, b *bucket.Bucket) (n int, err error) {
	from, err := New(db, dir)
	if err != nil {
		return 0, err
	}
	if p, err := placed(ctx, db); err != nil || p.moved {
		return 0, errors.Join(fmt.Errorf("%w: in an object store already", ErrElsewhere), err)
	}
	if err := b.Try(ctx); err != nil {
		return 0, err
	}
	p, err := note(ctx, db, 0)
	if err != nil {
		return 0, err
	}
	o := &objects{Bucket: b, mark: p.mark}
	if err := o.claim(ctx); err != nil {
		return 0, err
	}
	to := from.in(o)
	if n, err = Carry(ctx, from, to); err == nil {
		_, err = db.ExecContext(ctx, `UPDATE attachment_place SET moved = 1`)
	}
	return n, err
}

// MoveBack takes all files out of their bucket again, to the folder or rows. The bucket is nobody's then; what is in it is left.
func MoveBack(ctx context.Context, db *private.DB, dir string, b *bucket.Bucket) (n int, err error) {
	to, err := New(db, dir)
	if err != nil {
		return 0, err
	}
	p, err := placed(ctx, db)
	if err != nil || !p.moved {
		return 0, errors.Join(fmt.Errorf("%w: in no object store", ErrElsewhere), err)
	}
	o := &objects{Bucket: b, mark: p.mark}
	if err := o.own(ctx); err != nil {
		return 0, err
	}
	if n, err = Carry(ctx, to.in(o), to); err == nil {
		err = errors.Join(Forget(ctx, db), b.Release(ctx))
	}
	return n, err
}

// in is the store with its files elsewhere.
func (s *Store) in(k keeper) *Store {
	return &Store{db: s.db, dir: s.dir, keep: k, quota: s.quota, writing: map[string]bool{}}
}
