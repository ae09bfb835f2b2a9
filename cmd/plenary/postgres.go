package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/record"
	"github.com/openplenary/plenary/record/postgres"
	"github.com/openplenary/plenary/record/sqlite"
)

// recordFlags say where the records are, where that is not the data directory. They are no part of what a running server is asked.
type recordFlags struct {
	Record  string `env:"PLENARY_RECORD" json:"-" help:"PostgreSQL database that holds the records: postgres://ROLE@HOST/DATABASE?sslmode=verify-full. The password stands in PLENARY_RECORD_PASSWORD, so that no list of processes shows it. Without it the records are in the data directory."`
	MayLose bool   `name:"record-may-lose" env:"PLENARY_RECORD_MAY_LOSE" json:"-" help:"Use a PostgreSQL server even where its settings (synchronous_commit, fsync, full_page_writes) let it lose what it acknowledged: for trying out."`
}

// boundFile says, in a data directory, in which database its records are.
const boundFile = "record.postgres"

// bound is the mark of the database that has the records of a directory, "" where they are in the directory.
func bound(dir string) (string, error) {
	b, err := os.ReadFile(filepath.Join(dir, boundFile))
	if errors.Is(err, os.ErrNotExist) {
		return "", nil
	}
	return strings.TrimSpace(string(b)), err
}

// connect opens the database, for this process alone or beside another.
func (f recordFlags) connect(ctx context.Context, alone bool, logger *slog.Logger) (*postgres.Engine, error) {
	return postgres.Open(ctx, postgres.Options{URL: f.Record, Password: os.Getenv("PLENARY_RECORD_PASSWORD"), MayLose: f.MayLose, Alone: alone, Logger: logger})
}

// open opens the database of a directory's records into the options of the instance; where they are in the directory it does nothing.
// A directory is served with its own database and with no other: what stands beside the records would not fit.
func (f recordFlags) open(ctx context.Context, o *plenary.InstanceOptions) error {
	mark, err := bound(o.Dir)
	if err != nil {
		return err
	}
	_, err = os.Stat(filepath.Join(o.Dir, "record.db"))
	own := err == nil
	switch {
	case f.Record == "" && mark == "":
		return nil
	case f.Record == "":
		return fmt.Errorf("the records of %s are in a PostgreSQL database: say in which, with --record or PLENARY_RECORD", o.Dir)
	case own && mark != "":
		return fmt.Errorf("%s has a record.db, and %s says that its records are in a database: a move was broken off; say plenary move --from postgres://... --to %s once more", o.Dir, boundFile, o.Dir)
	case own:
		return fmt.Errorf("%s has records of its own: plenary move --from %s --to postgres://... takes them to the database", o.Dir, o.Dir)
	}
	engine, err := f.connect(ctx, !o.ReadOnly, o.Logger)
	if err != nil {
		return err
	}
	if mark != "" && mark != engine.Mark() {
		return errors.Join(fmt.Errorf("this is not the database with the records of %s: %s there says another", o.Dir, boundFile), engine.Close())
	}
	metas, err := engine.Records()
	if err != nil {
		return errors.Join(err, engine.Close())
	}
	o.Engine, o.Begun = engine, mark != "" || len(metas) > 0
	return nil
}

// openInstance opens an instance with its records, wherever they are.
func (f recordFlags) openInstance(ctx context.Context, o plenary.InstanceOptions) (*plenary.Instance, error) {
	if err := f.open(ctx, &o); err != nil {
		return nil, err
	}
	in, err := plenary.OpenInstance(ctx, o)
	engine, elsewhere := o.Engine.(*postgres.Engine)
	if in == nil || !elsewhere {
		return in, err
	}
	if g := engine.Guarantee(); o.Logger != nil {
		o.Logger.Info("the records are in PostgreSQL", "version", g.Server, "promise", g.String())
	}
	if mark, berr := bound(o.Dir); berr != nil || mark == "" && !o.ReadOnly {
		if berr = errors.Join(berr, record.WriteSynced(filepath.Join(o.Dir, boundFile), []byte(engine.Mark()+"\n"))); berr != nil {
			return nil, errors.Join(berr, in.Close())
		}
	}
	return in, err
}

// moveCmd takes the records of an instance to a database, or back. The server is stopped meanwhile.
type moveCmd struct {
	From    string `required:"" help:"Where the records are: a data directory, or postgres://..."`
	To      string `required:"" help:"Where they go: postgres://... for those of a data directory, or the data directory that they came from."`
	MayLose bool   `name:"record-may-lose" env:"PLENARY_RECORD_MAY_LOSE" help:"Use a PostgreSQL server even where its settings let it lose what it acknowledged: for trying out."`
}

// Run copies every record, compares each entry of the copy, checks the copy as a start does and every text of it, and only then has
// the directory say where its records are. What was copied from is kept and is not written on any more. A move that was
// broken off is gone on with when it is said once more.
func (c *moveCmd) Run(ctx context.Context, con *console) error {
	database := func(s string) bool {
		return strings.HasPrefix(s, "postgres://") || strings.HasPrefix(s, "postgresql://")
	}
	switch {
	case database(c.From) == database(c.To):
		return fmt.Errorf("%w: one of --from and --to is a data directory, the other begins with postgres://", errWrongUse)
	case database(c.To):
		return c.out(ctx, con, c.From, recordFlags{c.To, c.MayLose})
	}
	return c.back(ctx, con, c.To, recordFlags{c.From, c.MayLose})
}

// out takes the records of a directory to a database.
func (c *moveCmd) out(ctx context.Context, con *console, dir string, f recordFlags) (err error) {
	mark, err := bound(dir)
	if err == nil && mark != "" {
		err = fmt.Errorf("the records of %s are in a database already", dir)
	}
	if err == nil {
		err = dirExists(dir)
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
	to, err := f.connect(ctx, true, nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, to.Close()) }()
	fmt.Fprintln(con.err, to.Guarantee())
	from, err := sqlite.Open(filepath.Join(dir, "record.db"), sqlite.Options{ReadOnly: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	if err := c.copy(ctx, con, in, from, to); err != nil {
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
	fmt.Fprintln(con.err, "the records are in the database; what they were copied from is kept as", kept)
	return record.WriteSynced(filepath.Join(dir, boundFile), []byte(to.Mark()+"\n"))
}

// back takes the records of a directory out of the database again.
func (c *moveCmd) back(ctx context.Context, con *console, dir string, f recordFlags) (err error) {
	mark, err := bound(dir)
	if err != nil || mark == "" {
		return errors.Join(fmt.Errorf("%s does not say that its records are in a database", dir), err)
	}
	from, err := f.connect(ctx, true, nil)
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
	if err := errors.Join(c.copy(ctx, con, in, from, to), to.Close()); err != nil {
		return err
	}
	if err := os.Rename(path, done); err != nil {
		return err
	}
	fmt.Fprintln(con.err, "the records are in", done, "again; the database is kept as it was, and is not written on")
	return errors.Join(from.Retire(), os.Remove(filepath.Join(dir, boundFile)))
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
func (c *moveCmd) copy(ctx context.Context, con *console, in *plenary.Instance, from, to record.Teller) error {
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
				fmt.Fprintf(con.err, "%s: %d of %d entries %s\n", m.ID, at, head, doing)
			}
		}
		if err := record.Copy(ctx, record.Copying{From: from, To: to, Erased: plenary.ErasedBy, Said: said}); err != nil {
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

// fetch copies the records out of a database into a new file, for a backup. A server may run meanwhile.
func (f recordFlags) fetch(ctx context.Context, dir, path string) (err error) {
	from, err := f.connect(ctx, false, nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	if mark, err := bound(dir); err != nil || mark != from.Mark() {
		return errors.Join(fmt.Errorf("this is not the database with the records of %s", dir), err)
	}
	to, err := sqlite.Open(path, sqlite.Options{})
	if err != nil {
		return err
	}
	err = to.MarkVerified() // it is empty
	if err == nil {
		err = record.Copy(ctx, record.Copying{From: from, To: to, Erased: plenary.ErasedBy, Said: func(record.Meta, cite.Position) {}})
	}
	return errors.Join(err, to.Close())
}
