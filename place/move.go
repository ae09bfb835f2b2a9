package place

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/record"
	"github.com/openplenary/plenary/record/sqlite"
	"github.com/openplenary/plenary/record/transfer"
)

// Move takes an instance from a directory to a database, or back. No server runs meanwhile.
type Move struct {
	Dir      string // the data directory
	Database Flags
	Back     bool      // to the directory
	Said     io.Writer // is told how far it is
}

// Run copies everything, compares each entry, row and file of the copy, checks the records as a start does and every text of them, and
// only then has the directory say where it all is. What was copied from is kept and is not written on any more. A move that was
// broken off is gone on with when it is said once more.
func (c Move) Run(ctx context.Context) error {
	if c.Back {
		return c.back(ctx, c.Dir, c.Database)
	}
	return c.out(ctx, c.Dir, c.Database)
}

// out takes the records of a directory to a database.
func (c Move) out(ctx context.Context, dir string, f Flags) (err error) {
	mark, _, err := Bound(dir)
	if err == nil && mark != "" {
		err = fmt.Errorf("the records of %s are in a database already", dir)
	}
	if err == nil && !there(dir, "record.db") {
		err = fmt.Errorf("%s holds no Plenary instance", dir)
	}
	if err != nil {
		return err
	}
	in, err := quiet(ctx, dir, nil)
	if err != nil {
		return err
	}
	defer func() {
		if in != nil {
			err = errors.Join(err, in.Close())
		}
	}()
	to, err := f.connect(ctx, alone, nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, to.Close()) }()
	fmt.Fprintln(c.Said, to.Guarantee())
	from, err := sqlite.Open(filepath.Join(dir, "record.db"), sqlite.Options{ReadOnly: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	if err := c.copy(ctx, in, from, to); err != nil {
		return err
	}
	if err := (carrying{from: Beside{dir: dir, files: f.Files}, to: Beside{dir: dir, shared: to, files: f.Files}, said: c.Said}).run(ctx); err != nil {
		return err
	}
	err, in = in.Close(), nil
	if err != nil {
		return err
	}
	high, err := record.OpenHighWater(filepath.Join(dir, "high"), false)
	if err != nil {
		return err
	}
	if err := errors.Join(high.ForgetTokens(), high.Sync(), high.Close()); err != nil {
		return err
	}
	kept := filepath.Join(dir, "record.db.moved")
	if err := errors.Join(os.Rename(filepath.Join(dir, "record.db"), kept), os.Chmod(kept, 0o400)); err != nil {
		return err
	}
	if err := errors.Join(bind(dir, to, true), setBeside(dir)); err != nil {
		return err
	}
	fmt.Fprintln(c.Said, "everything is in the database; what it was copied from is kept in", dir, "in what ends in .moved: delete it when you are sure")
	return nil
}

// back takes the records of a directory out of the database again.
func (c Move) back(ctx context.Context, dir string, f Flags) (err error) {
	mark, beside, err := Bound(dir)
	if err != nil || mark == "" {
		return errors.Join(fmt.Errorf("%s does not say that its records are in a database", dir), err)
	}
	from, err := f.connect(ctx, alone, nil)
	if err != nil {
		return err
	}
	if mark != from.Mark() {
		return errors.Join(fmt.Errorf("this is not the database with the records of %s", dir), from.Close())
	}
	in, err := quiet(ctx, dir, from) // which closes the database with itself
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	path, done := filepath.Join(dir, "record.db.coming"), filepath.Join(dir, "record.db")
	if _, err := os.Stat(done); err == nil { // it was broken off at the very end
		path = done
	}
	to, err := sqlite.Open(path, sqlite.Options{})
	if err != nil {
		return err
	}
	if err := errors.Join(c.copy(ctx, in, from, to), to.Close()); err != nil {
		return err
	}
	if beside {
		if err := (carrying{from: Beside{dir: dir, shared: from, files: f.Files}, to: Beside{dir: dir, files: f.Files}, said: c.Said}).run(ctx); err != nil {
			return err
		}
	}
	if err := os.Rename(path, done); err != nil {
		return err
	}
	fmt.Fprintln(c.Said, "everything is in", dir, "again; the database is kept as it was, and is not written on")
	return errors.Join(from.Retire(), os.Remove(filepath.Join(dir, BoundFile)))
}

// quiet opens an instance that nobody asks anything of: it has the directory's lock, and has read and checked every record.
func quiet(ctx context.Context, dir string, engine record.Engine) (*plenary.Instance, error) {
	in, err := plenary.OpenInstance(ctx, plenary.InstanceOptions{Dir: dir, Engine: engine, Begun: engine != nil})
	if in != nil && err == nil {
		err = in.Restored()
	}
	if in != nil && err != nil {
		return nil, errors.Join(fmt.Errorf("nothing is moved: %w", err), in.Close())
	}
	return in, err
}

// copy copies all records, compares the copy entry by entry, and checks it.
func (c Move) copy(ctx context.Context, in *plenary.Instance, from, to record.Teller) error {
	key, err := record.LoadKey(filepath.Join(in.Dir, "keys"))
	if err != nil {
		return err
	}
	if err := checkAll(ctx, key, to, (*record.Log).Load); err != nil {
		return err
	}
	for _, doing := range []string{"copied", "compared"} {
		last := time.Time{}
		said := func(m record.Meta, at cite.Position) {
			if head, err := from.Head(m.ID); err == nil && (at == head || time.Since(last) > time.Second) {
				last = time.Now()
				fmt.Fprintf(c.Said, "%s: %d of %d entries %s\n", m.ID, at, head, doing)
			}
		}
		if err := transfer.Copy(ctx, transfer.Copying{From: from, To: to, Erased: plenary.ErasedBy, Said: said}); err != nil {
			return err
		}
	}
	return checkAll(ctx, key, to, func(l *record.Log, ctx context.Context, id record.ID, _ func(record.Entry) error) error {
		_, err := l.Verify(ctx, id)
		return err
	})
}

// checkAll checks every record of an engine.
func checkAll(ctx context.Context, key *record.Key, e record.Engine, check func(*record.Log, context.Context, record.ID, func(record.Entry) error) error) error {
	l, err := record.Open(e, record.Options{Key: key, Now: time.Now})
	if err != nil {
		return err
	}
	l.ReadErasures(plenary.ErasedBy)
	metas, err := l.Records()
	for _, m := range metas {
		err = errors.Join(err, check(l, ctx, m.ID, func(record.Entry) error { return nil }))
	}
	return err
}
