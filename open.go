package plenary

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/openplenary/plenary/record"
	"github.com/openplenary/plenary/record/directory"
	"github.com/openplenary/plenary/record/sqlite"
	"github.com/openplenary/plenary/snapshot"
)

// Instance is a data directory opened for serving or for looking.
type Instance struct {
	*Secretariat
	Dir    string
	Secret []byte
	lock   directory.Held

	// Restrictions are what was taken from view, as the list beside the record tells it.
	Restrictions *Restrictions

	restored error // why it is taken for one that was restored
	resuming bool
}

// InstanceOptions say how to open a data directory.
type InstanceOptions struct {
	Dir      string
	Now      func() time.Time // nil for the machine's clock
	Random   io.Reader        // nil for crypto/rand
	Host     string           // of the public address
	Resume   bool             // what is behind its high marks, or was restored, is taken as it is: see Instance.Resume
	ReadOnly bool             // beside a running server: nothing is written
	// Restrictions is where the list of what was erased, withheld or redacted is kept; "" for the data directory.
	Restrictions string
	VFS          string // for fault tests: a registered SQLite file system
	// Engine keeps the records where they are not in the directory; nil for record.db. Begun says that there were some.
	Engine record.Engine
	Begun  bool
	Joins  bool // a node whose directory is new: it has no high marks of the records that are there
	Logger *slog.Logger
	Held   func(Holding, time.Duration) // see Options
}

// OpenInstance opens a data directory, making what a new one needs. What was there before and is missing is never
// made anew: then it names the file and what to do. Damage that was found is returned beside an instance that can
// be read; any other error comes with no instance.
func OpenInstance(ctx context.Context, o InstanceOptions) (*Instance, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Random == nil {
		o.Random = rand.Reader
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	in := &Instance{Dir: o.Dir}
	if !o.ReadOnly {
		if err := os.MkdirAll(o.Dir, 0o700); err != nil {
			return nil, err
		}
		lock, err := directory.Lock(o.Dir)
		if err != nil {
			return nil, err
		}
		in.lock = lock
	}
	err := in.open(ctx, o)
	if in.Secretariat == nil {
		if o.Engine != nil {
			err = errors.Join(err, o.Engine.Close())
		}
		return nil, errors.Join(err, in.lock.Close())
	}
	return in, err
}

// open opens keys, record and marks, and reads all records.
func (in *Instance) open(ctx context.Context, o InstanceOptions) error {
	begun, err := o.Begun, error(nil)
	if o.Engine == nil {
		begun, err = directory.Looked(o.Dir, RestrictionsFile)
	}
	if err != nil {
		return err
	}
	if o.Restrictions != "" && !o.ReadOnly {
		if err := directory.Writable(o.Restrictions); err != nil {
			return fmt.Errorf("the list of what was erased or withheld cannot be kept where --restrictions says: %w", err)
		}
	}
	key, secret, err := directory.Keys(o.Dir, begun || o.ReadOnly, o.ReadOnly)
	if err != nil {
		return err
	}
	in.Secret = secret
	engine := o.Engine
	if engine == nil {
		if engine, err = sqlite.Open(filepath.Join(o.Dir, recordFile), sqlite.Options{ReadOnly: o.ReadOnly, VFS: o.VFS}); err != nil {
			return err
		}
	}
	if in.Restrictions, err = OpenRestrictions(o.Dir, o.Restrictions); err != nil { // then nothing is shown of what is behind
		o.Logger.Error("the list of what was erased or withheld cannot be read", "err", err)
	}
	if in.restored, err = restoredFrom(o.Dir, engine, in.Restrictions); err != nil {
		return errors.Join(err, engine.Close())
	} else if o.Joins && !in.Marked() {
		in.restored = nil
	}
	// Where there were marks and are none, none are made: that is for whoever has writing go on.
	high, err := record.OpenHighWater(filepath.Join(o.Dir, highFile), o.ReadOnly || in.restored != nil && !o.Resume)
	if err != nil {
		return errors.Join(err, engine.Close())
	}
	log, err := record.Open(engine, record.Options{Key: key, Now: o.Now, Random: o.Random, High: high, ReadOnly: o.ReadOnly, Resume: o.Resume})
	if err != nil {
		return errors.Join(err, engine.Close(), high.Close())
	}
	if in.restored != nil && !o.Resume && !o.ReadOnly {
		log.Freeze(in.restored)
	}
	in.resuming = o.Resume
	opts := Options{Log: log, Now: o.Now, Random: o.Random, Secret: in.Secret, Host: o.Host, Logger: o.Logger, Held: o.Held, Restrictions: in.Restrictions}
	if o.Resume {
		opts.Restrictions = nil // it is written again
	} else if !o.ReadOnly { // whoever looks at an instance looks at all of it
		opts.Snapshots = snapshot.New(o.Dir, in.Secret)
	}
	sec, damage := NewSecretariat(ctx, opts)
	if sec == nil {
		return errors.Join(damage, log.Close())
	}
	if errors.Is(damage, record.ErrAway) || errors.Is(damage, ErrOtherKey) && !o.ReadOnly { // it would sign, and show itself, in the name of another
		return errors.Join(damage, sec.Close())
	}
	if in.Secretariat = sec; o.Joins && !o.ReadOnly && in.restored == nil && damage == nil {
		damage = log.Resumed() // a node that is killed before it wrote anything has not lost its marks
	}
	return damage
}

// Files of a data directory.
const (
	recordFile = directory.Record
	highFile   = directory.High
	// BackupMark is the file that says that a directory is a backup: where it is found, the instance was restored.
	BackupMark = "backup"
)

// restoredFrom says why a directory is taken for one that was restored, nil where it is not: it is marked as a backup,
// or it holds entries and no high marks, or fewer than the list of what was taken away tells of.
func restoredFrom(dir string, engine record.Engine, list *Restrictions) (why, err error) {
	if _, err := os.Stat(filepath.Join(dir, BackupMark)); err == nil {
		return fmt.Errorf("%w: this directory was restored from a backup", record.ErrRestored), nil
	} else if !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	fi, err := os.Stat(filepath.Join(dir, highFile))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	marked := err == nil && fi.Size() > 0
	metas, err := engine.Records()
	if err != nil {
		return nil, err
	}
	for _, m := range metas {
		head, err := engine.Head(m.ID)
		if err != nil {
			return nil, err
		}
		if seen := list.reach[m.ID].Seen; marked && list.wrong == nil && head > 0 && seen > head {
			return fmt.Errorf("%w: the record %s holds %d entries, and %s tells of %d", record.ErrRestored, m.ID, head, list.path, seen), nil
		}
		if head > 0 && !marked {
			return fmt.Errorf("%w: the file %s is missing or empty: nobody knows whether entries are missing at the end", record.ErrRestored, filepath.Join(dir, highFile)), nil
		}
	}
	return nil, nil
}

// Restored says why the directory is taken for one that was restored, nil where it is not.
func (in *Instance) Restored() error { return in.restored }

// Marked says that the directory is marked as a backup.
func (in *Instance) Marked() bool {
	_, err := os.Stat(filepath.Join(in.Dir, BackupMark))
	return err == nil
}

// NoRoom reports whether there is no room left for what the instance writes.
func (in *Instance) NoRoom() bool {
	return record.NoRoom(filepath.Join(in.Dir, "record.db")) || record.NoRoom(filepath.Join(in.Dir, "private.db"))
}

// Close ends the writers and gives the directory back.
func (in *Instance) Close() error { return errors.Join(in.Secretariat.Close(), in.lock.Close()) }
