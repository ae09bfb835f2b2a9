package place

import (
	"context"
	"errors"
	"fmt"
	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/record"
	"github.com/openplenary/plenary/record/sqlite"
	"github.com/openplenary/plenary/record/transfer"
	"io"
	"os"
	"path/filepath"

	"github.com/openplenary/plenary/attachment"
	"github.com/openplenary/plenary/private"
)

// carrying takes what stands beside the records from one place to another: accounts, drafts, letters that wait, registrations,
// and the files. Every row and every file of the copy is compared with what it was copied from.
type carrying struct {
	beside   bool // a server may use it
	from, to Beside
	said     io.Writer
}

func (c carrying) run(ctx context.Context) (err error) {
	open := func(ctx context.Context) (*private.DB, error) { return c.from.Private(ctx, true) }
	if c.beside {
		open = c.from.Look
	}
	from, err := open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	to, err := c.to.Private(ctx, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, to.Close()) }()
	return c.copy(ctx, from, to)
}

// copy copies between databases that are open.
func (c carrying) copy(ctx context.Context, from, to *private.DB) error {
	if err := private.Carry(ctx, from, to); err != nil {
		return err
	}
	if c.beside { // a copy holds the files itself
		if err := attachment.Forget(ctx, to); err != nil {
			return err
		}
	}
	here, err := c.from.Files(ctx, from)
	if err != nil {
		return err
	}
	there, err := c.to.Files(ctx, to)
	if err != nil {
		return err
	}
	n, err := attachment.Carry(ctx, here, there)
	if err == nil {
		fmt.Fprintf(c.said, "accounts, drafts, letters and %d files copied and compared\n", n)
	}
	return err
}

// setBeside renames what was copied to a database, so that nobody takes it for what holds. Whoever sees the directory sees where it
// came from.
func setBeside(dir string) error {
	for _, name := range []string{private.FileName, private.FileName + "-mark", private.FileName + "-wal", private.FileName + "-shm", "attachments"} {
		if !there(dir, name) {
			continue
		}
		if err := os.Rename(filepath.Join(dir, name), filepath.Join(dir, name+".moved")); err != nil {
			return err
		}
	}
	return nil
}

// CopyBeside copies what stands beside the records of a directory out of the database, and files out of an object store, into another directory, for a
// backup: there all of it can be served by itself. A server may run meanwhile. It reports false where it stands in the directory itself.
func (f Flags) CopyBeside(ctx context.Context, dir, to string, said io.Writer) (elsewhere bool, err error) {
	_, shared, err := Bound(dir)
	if err != nil {
		return false, err
	}
	from := Beside{dir: dir, files: f.Files}
	if !shared && f.Files == "" {
		return false, from.whole(ctx)
	}
	if shared {
		if from.shared, err = f.connect(ctx, looks, nil); err != nil {
			return true, err
		}
		defer func() { err = errors.Join(err, from.shared.Close()) }()
	}
	return true, carrying{beside: true, from: from, to: Beside{dir: to}, said: said}.run(ctx)
}

// Fetch copies the records out of a database into a new file, for a backup. A server may run meanwhile.
func (f Flags) Fetch(ctx context.Context, dir, path string) (err error) {
	from, err := f.connect(ctx, looks, nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	if mark, _, err := Bound(dir); err != nil || mark != from.Mark() {
		return errors.Join(fmt.Errorf("this is not the database with the records of %s", dir), err)
	}
	to, err := sqlite.Open(path, sqlite.Options{})
	if err != nil {
		return err
	}
	err = to.MarkVerified() // it is empty
	if err == nil {
		err = transfer.Copy(ctx, transfer.Copying{From: from, To: to, Erased: plenary.ErasedBy, Said: func(record.Meta, cite.Position) {}})
	}
	return errors.Join(err, to.Close())
}
