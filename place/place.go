// Package place knows where an instance keeps what it keeps: in its data directory, or in a PostgreSQL database that several nodes
// share; and it moves all of it from the one to the other, and copies it.
//
//	a directory ──Move──> a database, to which a directory is bound ──Move──> the directory
package place

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/private"
	"github.com/openplenary/plenary/record"
	"github.com/openplenary/plenary/record/postgres"
)

// Flags say where the records and the attached files are, where that is not the data directory. They are no part of what a running server is asked.
type Flags struct {
	Record  string `env:"PLENARY_RECORD" json:"-" help:"PostgreSQL database that holds the records and what stands beside them: postgres://ROLE@HOST/DATABASE?sslmode=verify-full. The password stands in PLENARY_RECORD_PASSWORD, so that no list of processes shows it. Without it everything is in the data directory."`
	Files   string `name:"bucket" env:"PLENARY_BUCKET" json:"-" help:"Bucket of an object store (S3) that holds attached files: s3://BUCKET/PREFIX?endpoint=https://HOST&region=REGION. The keys stand in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or in the file that AWS_SHARED_CREDENTIALS_FILE names. Without it files are in the data directory, or with records in a database there too."`
	MayLose bool   `name:"record-may-lose" env:"PLENARY_RECORD_MAY_LOSE" json:"-" help:"Use a PostgreSQL server even where its settings (synchronous_commit, fsync, full_page_writes) let it lose what it acknowledged: for trying out."`
}

// BoundFile says, in a data directory, in which database its records are.
const BoundFile = "record.postgres"

// besideToo stands in that file behind the mark where what stands beside the records is in the database too: accounts, drafts, letters,
// files. Directories from before have it in themselves, and are served by one process.
const besideToo = "and what stands beside them"

// Bound is the mark of the database that has the records of a directory, "" where they are in the directory.
func Bound(dir string) (mark string, beside bool, err error) {
	b, err := os.ReadFile(filepath.Join(dir, BoundFile))
	if errors.Is(err, os.ErrNotExist) {
		return "", false, nil
	}
	mark, rest, _ := strings.Cut(strings.TrimSpace(string(b)), "\n")
	return mark, rest == besideToo, err
}

// bind writes that file.
func bind(dir string, e *postgres.Engine, beside bool) error {
	text := e.Mark() + "\n"
	if beside {
		text += besideToo + "\n"
	}
	return record.WriteSynced(filepath.Join(dir, BoundFile), []byte(text))
}

// presence is how a process uses a database beside others.
type presence int

const (
	looks presence = iota // whoever else uses it
	joins                 // as one of several nodes
	alone                 // as the only one
)

// connect opens the database.
func (f Flags) connect(ctx context.Context, how presence, logger *slog.Logger) (*postgres.Engine, error) {
	return postgres.Open(ctx, postgres.Options{URL: f.Record, Password: os.Getenv("PLENARY_RECORD_PASSWORD"), MayLose: f.MayLose, Alone: how == alone, Node: how == joins, Logger: logger})
}

// Beside is where an instance keeps what stands beside its records: in its directory, or with the records in a database; and its files, or in an object store.
type Beside struct {
	dir    string
	shared *postgres.Engine // nil for the directory
	files  string           // address of the object store, "" for none
	logger *slog.Logger
}

// Private opens the private database; begun says that there was one.
func (s Beside) Private(ctx context.Context, begun bool) (*private.DB, error) {
	path := filepath.Join(s.dir, private.FileName)
	switch {
	case s.shared != nil:
		return private.OpenServer(ctx, private.Server{Config: s.shared.Config(), Begun: begun})
	case begun:
		return private.OpenExisting(path)
	}
	return private.Open(path)
}

// Look opens the private database to be read beside a server that uses it.
func (s Beside) Look(ctx context.Context) (*private.DB, error) {
	if s.shared != nil {
		return private.OpenServer(ctx, private.Server{Config: s.shared.Config(), Look: true})
	}
	return private.OpenReadOnly(filepath.Join(s.dir, private.FileName))
}

// open opens the database of a directory's records into the options of the instance; where they are in the directory it does nothing.
// A directory is served with its own database and with no other: what stands beside the records would not fit.
func (f Flags) open(ctx context.Context, o *plenary.InstanceOptions) (beside Beside, err error) {
	beside = Beside{dir: o.Dir, files: f.Files, logger: o.Logger}
	mark, shared, err := Bound(o.Dir)
	if err != nil {
		return beside, err
	}
	own := there(o.Dir, "record.db")
	switch {
	case f.Record == "" && mark == "":
		return beside, nil
	case f.Record == "":
		return beside, fmt.Errorf("the records of %s are in a PostgreSQL database: say in which, with --record or PLENARY_RECORD", o.Dir)
	case own && mark != "":
		return beside, fmt.Errorf("%s has a record.db, and %s says that its records are in a database: a move was broken off; say plenary move --from postgres://... --to %s once more",
			o.Dir, BoundFile, o.Dir)
	case own:
		return beside, fmt.Errorf("%s has records of its own: plenary move --from %s --to postgres://... takes them to the database", o.Dir, o.Dir)
	}
	shared = shared || mark == "" && !there(o.Dir, private.FileName)
	how := alone
	switch {
	case o.ReadOnly:
		how = looks
	case shared && !o.Resume:
		how = joins
	}
	engine, err := f.connect(ctx, how, o.Logger)
	if err != nil {
		return beside, err
	}
	if mark != "" && mark != engine.Mark() {
		return beside, errors.Join(fmt.Errorf("this is not the database with the records of %s: %s there says another", o.Dir, BoundFile), engine.Close())
	}
	metas, err := engine.Records()
	if err != nil {
		return beside, errors.Join(err, engine.Close())
	}
	o.Engine, o.Begun, o.Joins = engine, mark != "" || len(metas) > 0, shared && mark == "" && !holds(o.Dir, "high")
	if shared {
		beside.shared = engine
	}
	if o.Joins && len(metas) > 0 { // before anything is in its directory, which would be taken for one that was served
		if err := beside.whole(ctx); err != nil {
			return beside, errors.Join(err, engine.Close())
		}
	}
	return beside, nil
}

// there reports whether there is a file in a directory.
func there(dir, name string) bool {
	_, err := os.Stat(filepath.Join(dir, name))
	return err == nil
}

// holds reports whether there is a file in a directory, and something in it: whoever joins makes its marks empty, and may be killed before it fills them in.
func holds(dir, name string) bool {
	fi, err := os.Stat(filepath.Join(dir, name))
	return err == nil && fi.Size() > 0
}

// OpenInstance opens an instance with its records, wherever they are, and says where the rest of it is.
func (f Flags) OpenInstance(ctx context.Context, o plenary.InstanceOptions) (*plenary.Instance, Beside, error) {
	beside, err := f.open(ctx, &o)
	if err != nil {
		return nil, beside, err
	}
	in, err := plenary.OpenInstance(ctx, o)
	engine, elsewhere := o.Engine.(*postgres.Engine)
	if in == nil || !elsewhere {
		return in, beside, err
	}
	if g := engine.Guarantee(); o.Logger != nil {
		o.Logger.Info("the records are in PostgreSQL", "version", g.Server, "promise", g.String())
	}
	if mark, _, berr := Bound(o.Dir); berr != nil || mark == "" && !o.ReadOnly {
		if berr = errors.Join(berr, bind(o.Dir, engine, beside.shared != nil)); berr != nil {
			return nil, beside, errors.Join(berr, in.Close())
		}
	}
	return in, beside, err
}
