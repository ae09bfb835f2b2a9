package place

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/attachment"
	"github.com/openplenary/plenary/attachment/bucket"
	"github.com/openplenary/plenary/private"
)

// bucket opens the object store for attached files, nil where there is none.
func (s Beside) bucket() (*bucket.Bucket, error) {
	if s.files == "" {
		return nil, nil
	}
	return bucket.Open(s.files, s.logger)
}

// Files opens the room of attached files where they are. An object store that is away at the moment is said in the log, and everything else goes on: its files are there
// again when it is back. To be looked at beside a server, it must answer.
func (s Beside) Files(ctx context.Context, db *private.DB) (*attachment.Store, error) {
	b, err := s.bucket()
	if err != nil {
		return nil, err
	}
	files, err := attachment.Open(ctx, db, s.dir, b)
	if files != nil {
		files.Logger = s.logger
	}
	if b == nil || s.logger == nil {
		return files, err
	}
	if files != nil && errors.Is(err, bucket.ErrAway) && !db.ReadOnly() {
		s.logger.Error("the object store does not answer: no attached file is taken or given out until it does", "err", err)
		return files, nil
	}
	if err == nil && !db.ReadOnly() {
		s.logger.Info("attached files are in an object store", "bucket", b.String())
	}
	return files, err
}

// whole fails where files are in an object store that nobody named, or in another than was named.
func (s Beside) whole(ctx context.Context) error {
	db, err := s.Look(ctx)
	if err != nil {
		return err
	}
	_, err = s.Files(ctx, db)
	return errors.Join(err, db.Close())
}

// filesMoved is what the folder is called once its files are in an object store.
const filesMoved = "attachments.moved"

// MoveFiles takes the attached files of an instance to an object store, or back. No server runs meanwhile. Every file is read where it came to before the instance says
// that it is there; what it was copied from is kept. What was broken off is gone on with when it is said once more.
func (c Move) MoveFiles(ctx context.Context) (err error) {
	if there(c.Dir, filesMoved) && !c.Back {
		return fmt.Errorf("%s is there from an earlier move: delete it when you are sure", filepath.Join(c.Dir, filesMoved))
	}
	o := plenary.InstanceOptions{Dir: c.Dir, Resume: true} // as the only one
	beside, err := c.Database.open(ctx, &o)
	if err != nil {
		return err
	}
	in, err := quiet(ctx, c.Dir, o.Engine)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	db, err := beside.Private(ctx, true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	b, err := beside.bucket()
	if err != nil {
		return err
	}
	if c.Back {
		n, err := attachment.MoveBack(ctx, db, c.Dir, b)
		if err == nil {
			fmt.Fprintf(c.Said, "%d files are out of %s again, each compared; the bucket is kept as it was: empty it when you are sure\n", n, b)
		}
		return err
	}
	n, err := attachment.MoveOut(ctx, db, c.Dir, b)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.Said, "%d files are in %s, each compared\n", n, b)
	if db.Shared() {
		fmt.Fprintf(c.Said, "what they were copied from is kept in the table %s.attachment_piece: empty it when you are sure\n", private.SchemaName)
		return nil
	}
	fmt.Fprintln(c.Said, "what they were copied from is kept in", filepath.Join(c.Dir, filesMoved)+": delete it when you are sure")
	return os.Rename(filepath.Join(c.Dir, "attachments"), filepath.Join(c.Dir, filesMoved))
}
