// Package directory knows what a data directory must hold: its lock, the record where there was one, the keys.
package directory

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/openplenary/plenary/internal/platform"
	"github.com/openplenary/plenary/record"
)

// Files of a data directory.
const (
	Record = "record.db"
	High   = "high"
)

// ErrLocked says that another process serves the directory.
var ErrLocked = errors.New("another Plenary process is using this data directory")

// Held is the lock of a directory, for as long as it is open.
type Held struct{ f *os.File }

// Lock makes sure that one process serves a directory.
func Lock(dir string) (Held, error) {
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return Held{}, err
	}
	if err := platform.Lock(f); err != nil {
		return Held{}, errors.Join(fmt.Errorf("%s: %w", dir, ErrLocked), f.Close())
	}
	return Held{f}, nil
}

// Close gives the directory back.
func (h Held) Close() error {
	if h.f == nil {
		return nil
	}
	return h.f.Close()
}

// Looked looks whether an instance was begun in a directory, and whether the record is there then: where other files,
// of which more are named, say that there was one, a new one would be an empty site that looks sound.
func Looked(dir string, more ...string) (begun bool, err error) {
	size := func(name string) int64 {
		fi, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			return 0
		}
		return fi.Size()
	}
	if size(Record) > 0 {
		return true, nil
	}
	for _, name := range append([]string{Record + "-wal", High, "private.db", "private.db-wal"}, more...) {
		if size(name) > 0 {
			return true, fmt.Errorf("%w: %s is missing or empty, and %s says that there was a record: put it back from the last backup, with the file %s, and run plenary fsck",
				record.ErrDamaged, filepath.Join(dir, Record), name, High)
		}
	}
	return false, nil
}

// Writable tries whether a file can be added to where it is, and another put in its place: whoever keeps it there hears at
// the start, and not when the first line is lost, that its folder is missing or may only be read.
func Writable(path string) error {
	other, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.tmp")
	if err != nil {
		return err
	}
	if err := errors.Join(other.Close(), os.Remove(other.Name())); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	} else if err != nil {
		return err
	}
	return f.Close()
}

// Keys reads the key that signs and the secret. They are made only where nothing was begun.
func Keys(dir string, begun, readOnly bool) (*record.Key, []byte, error) {
	keys := filepath.Join(dir, "keys")
	if begun {
		const back = "put it back from where the keys are kept"
		if fi, err := os.Stat(filepath.Join(keys, "checkpoint.ed25519")); err != nil || fi.Size() == 0 {
			return nil, nil, errors.Join(fmt.Errorf("%s is missing or empty: %s; without it nothing can be signed in the name of this instance", filepath.Join(keys, "checkpoint.ed25519"), back), err)
		}
		secret := filepath.Join(keys, "secret")
		if fi, err := os.Stat(secret); (err != nil || fi.Size() == 0) && !readOnly {
			return nil, nil, errors.Join(fmt.Errorf("%s is missing or empty: %s; if it is lost for good, plenary resume --without keys/secret makes another", secret, back), err)
		}
	}
	key, err := record.LoadKey(keys)
	if err != nil {
		return nil, nil, err
	}
	s, err := record.LoadSecret(filepath.Join(keys, "secret"), readOnly)
	return key, s, err
}

// Append puts lines at the end of a file, synced, and says where they begin: all of them, or none, so that what follows a
// failure finds the file as it was.
func Append(path string, lines []byte) (at int64, err error) {
	if len(lines) == 0 {
		return 0, nil
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	end, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return 0, err
	}
	text := lines
	if at = end; end > 0 {
		text = append([]byte("\n"), lines...) // the line before may have been cut short
		at++
	}
	n, err := f.Write(text)
	if err == nil {
		err = f.Sync()
	}
	if fi, no := f.Stat(); err != nil && no == nil && fi.Size() == end+int64(n) { // nobody wrote after it
		err = errors.Join(err, f.Truncate(end))
	}
	return at, err
}
