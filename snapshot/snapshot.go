// Package snapshot keeps what was folded from a record up to a position, so that a start need not read a million entries again. A snapshot is
// no part of any record: it may be deleted at any time, and where it is not there, is damaged, or was written by another program, the
// record is folded from its beginning as if there had never been one. What was read and folded at another time is checked against the
// record's tree before it is used, and the entries themselves beside the work that follows: see record.Start.
//
// It is sealed with a key that derives from the instance's secret and from the program: nobody can write one who could not sign for the
// instance, nobody reads it who has not the keys, and no other version takes it for its own.
package snapshot

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/internal/dump"
	"github.com/openplenary/plenary/internal/platform"
	"github.com/openplenary/plenary/record"
)

// Store keeps the snapshots of an instance, one of each record. A nil Store keeps none.
type Store struct {
	dir    string
	secret []byte
	mu     sync.Mutex
	at     map[record.ID]cite.Position
}

// Folder is the folder of a data directory in which they are.
const Folder = "snapshots"

// New is the store in a data directory of an instance with a secret.
func New(dir string, secret []byte) *Store {
	if runtime.GOOS != "linux" { // else the file that runs can be read at any time, whatever was put in its place
		_, _ = program() // what went wrong with it is said by whoever seals or opens
	}
	return &Store{dir: filepath.Join(dir, Folder), secret: secret, at: map[record.ID]cite.Position{}}
}

// ErrOther says that what is kept is not what this program kept of that record, whole.
var ErrOther = errors.New("snapshot: not of this program and this instance, or damaged")

// ErrNoRoom says that the disk is too full to keep what can be folded again.
var ErrNoRoom = errors.New("snapshot: the room that is left on the disk is for the record")

// leastFree is how many bytes of the disk are left to the record.
var leastFree int64 = 1 << 30

// content is what is written down.
type content[T any] struct {
	Start record.Start
	State *T
}

// Find reads what was kept of a record into a state that is as a new one is, and says where the reading of the record goes on. After an error
// that state is good for nothing; fs.ErrNotExist says that nothing is kept.
func Find[T any](s *Store, id record.ID, state *T) (at record.Start, err error) {
	if s == nil {
		return at, os.ErrNotExist
	}
	f, err := os.Open(s.path(id))
	if err != nil {
		return at, err
	}
	defer f.Close()
	salt := make([]byte, saltSize)
	if _, err := io.ReadFull(f, salt); err != nil {
		return at, fmt.Errorf("%w: %w", ErrOther, err)
	}
	seal, err := s.seal(id, salt)
	if err != nil {
		return at, err
	}
	c := content[T]{State: state}
	if err := dump.Read(&opener{from: f, seal: seal, sealed: make([]byte, frame+seal.Overhead())}, &c); err != nil {
		return at, fmt.Errorf("%w: %w", ErrOther, err)
	}
	s.stands(id, c.Start.Position)
	return c.Start, nil
}

// At is up to where a record stands in the snapshot that was last found, kept or deleted; 0 for nowhere.
func (s *Store) At(id record.ID) cite.Position {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.at[id]
}

func (s *Store) stands(id record.ID, at cite.Position) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.at[id] = at
}

// Keep keeps a state, which nobody changes meanwhile, in place of what was kept of the record.
func Keep[T any](s *Store, id record.ID, at record.Start, state *T) (err error) {
	if s == nil {
		return nil
	}
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return err
	}
	//mutants:guard what may be missing leaves room for what may not
	if free, _, err := platform.Disk(s.dir); err != nil || free < leastFree {
		return errors.Join(ErrNoRoom, err)
	}
	f, err := os.OpenFile(s.path(id)+".new", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() {
		if err = errors.Join(err, f.Close()); err == nil {
			err = os.Rename(f.Name(), s.path(id))
			s.stands(id, at.Position)
		}
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	salt := make([]byte, saltSize)
	_, _ = rand.Read(salt) // never fails
	seal, err := s.seal(id, salt)
	if err != nil {
		return err
	}
	if _, err := f.Write(salt); err != nil {
		return err
	}
	w := &sealer{to: f, seal: seal}
	if err := dump.Write(w, &content[T]{at, state}); err != nil {
		return err
	}
	return w.end()
}

// Forget deletes what is kept of a record, where something is.
func (s *Store) Forget(id record.ID) error {
	if s == nil {
		return nil
	}
	s.stands(id, 0)
	err := os.Remove(s.path(id))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}

// Tidy deletes what is there of no record, or was left behind when a program ended in the middle. It is called before anything is found or kept.
func (s *Store) Tidy(records []record.Meta) error {
	if s == nil {
		return nil
	}
	there, err := os.ReadDir(s.dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	for _, e := range there {
		if !slices.ContainsFunc(records, func(m record.Meta) bool { return e.Name() == string(m.ID) }) {
			err = errors.Join(err, os.Remove(filepath.Join(s.dir, e.Name())))
		}
	}
	return err
}

func (s *Store) path(id record.ID) string { return filepath.Join(s.dir, string(id)) }

const saltSize = 32

// seal makes the cipher of one file.
func (s *Store) seal(id record.ID, salt []byte) (cipher.AEAD, error) {
	by, err := program()
	if err != nil {
		return nil, err
	}
	key, err := hkdf.Key(sha256.New, s.secret, salt, "plenary-snapshot/1 "+string(id)+" "+string(by), 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// program is the hash of the file that runs: what a snapshot means, another version of the program would read otherwise, and fold otherwise.
var program = sync.OnceValues(func() ([]byte, error) {
	f, err := os.Open("/proc/self/exe")
	if err != nil {
		path, perr := os.Executable()
		if perr != nil {
			return nil, perr
		}
		if f, err = os.Open(path); err != nil {
			return nil, err
		}
	}
	defer f.Close()
	h := sha256.New()
	_, err = io.Copy(h, f)
	return h.Sum(nil), err
})
