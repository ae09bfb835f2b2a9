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
	"syscall"
	"time"

	"github.com/openplenary/plenary/record"
	"github.com/openplenary/plenary/record/sqlite"
)

// Instance is a data directory opened for serving or for looking.
type Instance struct {
	*Secretariat
	Dir    string
	Secret []byte
	lock   *os.File
}

// InstanceOptions say how to open a data directory.
type InstanceOptions struct {
	Dir      string
	Now      func() time.Time // nil for the machine's clock
	Random   io.Reader        // nil for crypto/rand
	Host     string           // of the public address
	ReadOnly bool             // beside a running server: nothing is written
	VFS      string           // for fault tests: a registered SQLite file system
	Logger   *slog.Logger
	Held     func(Holding, time.Duration) // see Options
}

// ErrLocked says that another process serves the directory.
var ErrLocked = errors.New("another Plenary process is using this data directory")

// OpenInstance opens a data directory, making what is missing. Damage that was found is returned beside
// an instance that can be read; any other error comes with no instance.
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
		if err := in.takeLock(); err != nil {
			return nil, err
		}
	}
	fail := func(err error) (*Instance, error) { return nil, errors.Join(err, in.unlock()) }
	keys := filepath.Join(o.Dir, "keys")
	if _, err := os.Stat(keys); o.ReadOnly && err != nil {
		return nil, fmt.Errorf("%s is not a Plenary data directory: %w", o.Dir, err)
	}
	if _, err := os.Stat(filepath.Join(keys, "checkpoint.ed25519")); o.ReadOnly && err != nil { // else it would be made
		return nil, fmt.Errorf("the key of the instance is missing: put it back from where the keys are kept: %w", err)
	}
	key, err := record.LoadKey(keys)
	if err != nil {
		return fail(err)
	}
	if in.Secret, err = loadSecret(filepath.Join(keys, "secret"), o.ReadOnly); err != nil {
		return fail(err)
	}
	engine, err := sqlite.Open(filepath.Join(o.Dir, "record.db"), sqlite.Options{ReadOnly: o.ReadOnly, VFS: o.VFS})
	if err != nil {
		return fail(err)
	}
	high, err := record.OpenHighWater(filepath.Join(o.Dir, "high"), o.ReadOnly)
	if err != nil {
		return fail(errors.Join(err, engine.Close()))
	}
	log, err := record.Open(engine, record.Options{Key: key, Now: o.Now, Random: o.Random, High: high, ReadOnly: o.ReadOnly})
	if err != nil {
		return fail(errors.Join(err, engine.Close(), high.Close()))
	}
	sec, damage := NewSecretariat(ctx, Options{Log: log, Now: o.Now, Random: o.Random, Secret: in.Secret, Host: o.Host, Logger: o.Logger, Held: o.Held})
	if sec == nil {
		return fail(errors.Join(damage, log.Close()))
	}
	in.Secretariat = sec
	return in, damage
}

// takeLock makes sure that one process serves the directory.
func (in *Instance) takeLock() error {
	f, err := os.OpenFile(filepath.Join(in.Dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return errors.Join(fmt.Errorf("%s: %w", in.Dir, ErrLocked), f.Close())
	}
	in.lock = f
	return nil
}

func (in *Instance) unlock() error {
	if in.lock == nil {
		return nil
	}
	return in.lock.Close()
}

// NoRoom reports whether there is no room left for what the instance writes.
func (in *Instance) NoRoom() bool {
	return record.NoRoom(filepath.Join(in.Dir, "record.db")) || record.NoRoom(filepath.Join(in.Dir, "private.db"))
}

// Close ends the writers and gives the directory back.
func (in *Instance) Close() error { return errors.Join(in.Secretariat.Close(), in.unlock()) }

// loadSecret reads the instance's secret, or makes it (32 bytes, mode 0600). Who only looks makes none, and
// goes on without: Secret is nil then.
func loadSecret(path string, readOnly bool) ([]byte, error) {
	b, err := os.ReadFile(path)
	if err == nil && len(b) == 32 {
		return b, nil
	}
	if err == nil {
		return nil, fmt.Errorf("%s does not hold a secret", path)
	}
	if readOnly && errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	b = make([]byte, 32)
	if _, err := io.ReadFull(rand.Reader, b); err != nil {
		return nil, err
	}
	return b, record.WriteSynced(path, b)
}
