package site

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/openplenary/plenary/internal/platform"
	"github.com/openplenary/plenary/refusal"
)

// Store keeps the versions of a data directory. Its methods may be called from many goroutines.
type Store struct {
	dir     string // "" where nothing can be kept
	address string
	now     func() time.Time
	mu      sync.Mutex // who saves
	site    atomic.Pointer[Site]
	damage  error
	changed func(*Site)
	shared  Shared // nil for one process
}

// Dir is the name of the directory inside a data directory.
const Dir = "site"

// ErrDamaged says that a version cannot be read, or is not what its hash says.
var ErrDamaged = errors.New("what is said about the instance is damaged")

// version is a file.
type version struct {
	Said Said      `json:"said"`
	At   time.Time `json:"at"`
	Hash string    `json:"hash"` // SHA-256 of the JSON of said and at
}

var versionName = regexp.MustCompile(`^[0-9]{4,9}\.json$`)

// Open reads the newest version in a data directory. Damage is returned beside a store that can be read. address is that
// of the instance, scheme and host.
func Open(data, address string, now func() time.Time) (*Store, error) {
	s := &Store{dir: filepath.Join(data, Dir), address: address, now: now}
	s.site.Store(newSite(Said{}, 0, time.Time{}, address))
	names, err := versions(s.dir)
	if err != nil {
		s.damage = fmt.Errorf("%w: %w", ErrDamaged, err)
		return s, s.damage
	}
	for i := len(names) - 1; i >= 0; i-- {
		v, err := readVersion(filepath.Join(s.dir, names[i]))
		if err == nil {
			s.site.Store(newSite(v.Said, i+1, v.At, address))
			break
		}
		s.damage = errors.Join(s.damage, err)
	}
	return s, s.damage
}

// versions lists the files of versions, oldest first. They are numbered without a gap.
func versions(dir string) (names []string, err error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	for _, e := range entries {
		if versionName.MatchString(e.Name()) {
			names = append(names, e.Name())
		}
	}
	slices.SortFunc(names, func(a, b string) int {
		if len(a) != len(b) {
			return len(a) - len(b)
		}
		return slices.Compare([]byte(a), []byte(b))
	})
	for i, name := range names {
		if name != fileName(i+1) {
			return names, errors.Join(err, fmt.Errorf("%s is missing", fileName(i+1)))
		}
	}
	return names, err
}

func fileName(version int) string { return fmt.Sprintf("%04d.json", version) }

func readVersion(path string) (v version, err error) {
	b, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(b, &v)
	}
	if err != nil {
		return v, fmt.Errorf("%w: %s: %w", ErrDamaged, filepath.Base(path), err)
	}
	if sum, err := v.sum(); err != nil || sum != v.Hash {
		return v, fmt.Errorf("%w: %s is not what its hash says", ErrDamaged, filepath.Base(path))
	}
	return v, nil
}

// sum is the hash of what is said and since when.
func (v version) sum() (string, error) {
	v.Hash = ""
	b, err := json.Marshal(v)
	return hashOf(b), err
}

// Now is what holds; of no store, that nothing was said.
func (s *Store) Now() *Site {
	if s == nil {
		return blank()
	}
	return s.site.Load()
}

// OnChange has a function called with every version, the one that holds now at once.
func (s *Store) OnChange(f func(*Site)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.changed = f
	f(s.Now())
}

// Save writes what is said from now on, made by change of what holds. Who began with an older version changes what holds
// now: change is called with it. What cannot be taken is refused, and nothing is saved.
func (s *Store) Save(change func(now Said) (Said, error)) error {
	if s == nil {
		return refusal.New(refusal.TryAgain, "site.unsaved")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.damage != nil {
		return refusal.New(refusal.TryAgain, "site.damaged")
	}
	now := s.Now()
	said, err := copied(now.Said)
	if err == nil {
		said, err = change(said)
	}
	if err == nil {
		err = said.Clean()
	}
	if err != nil {
		return err
	}
	said.Marks = marked(now, newSite(said, now.Version+1, time.Time{}, s.address), said.told)
	v := version{Said: said, At: s.now().UTC().Truncate(time.Second)}
	if v.Hash, err = v.sum(); err != nil {
		return err
	}
	b, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		return err
	}
	if err := s.write(fileName(now.Version+1), b); err != nil {
		return fmt.Errorf("%w: %w", refusal.New(refusal.TryAgain, "site.unsaved"), err)
	}
	next := newSite(said, now.Version+1, v.At, s.address)
	s.site.Store(next)
	if s.changed != nil {
		s.changed(next)
	}
	return nil
}

// copied is a copy that shares nothing.
func copied(s Said) (out Said, err error) {
	b, err := json.Marshal(s)
	if err == nil {
		err = json.Unmarshal(b, &out)
	}
	return out, err
}

// SetLogo keeps the two pictures of a logo that was sent, and gives what is saved of it.
func (s *Store) SetLogo(sent []byte) (*Logo, error) {
	large, small, err := readLogo(sent)
	if err != nil {
		return nil, err
	}
	out := &Logo{Width: large.Rect.Dx(), Height: large.Rect.Dy(), SmallWidth: small.Rect.Dx(), SmallHeight: small.Rect.Dy()}
	var bytes [2][]byte
	if out.File, bytes[0], err = encode(large); err == nil {
		out.Small, bytes[1], err = encode(small)
	}
	if err == nil {
		err = errors.Join(s.write(out.File, bytes[0]), s.write(out.Small, bytes[1]))
	}
	return out, err
}

// Picture reads a picture of the logo that holds, or held once.
func (s *Store) Picture(name string) ([]byte, error) {
	if s == nil || !ownName(name) {
		return nil, fs.ErrNotExist
	}
	return os.ReadFile(filepath.Join(s.dir, name))
}

// Earlier reads a version that held before.
func (s *Store) Earlier(number int) (*Site, error) {
	now := s.Now()
	if number == now.Version {
		return now, nil
	}
	if s == nil || number < 1 || number > now.Version {
		return nil, fs.ErrNotExist
	}
	v, err := readVersion(filepath.Join(s.dir, fileName(number)))
	if err != nil {
		return nil, err
	}
	return newSite(v.Said, number, v.At, s.address), nil
}

// write has a file on the disk whole or not at all. A version that is there already is never replaced.
func (s *Store) write(name string, b []byte) error {
	if s.shared != nil {
		if err := s.shared.Put(name, b); err != nil && !(errors.Is(err, fs.ErrExist) && ownName(name)) {
			return err
		}
	}
	return s.keep(name, b)
}

// keep is write in the directory alone.
func (s *Store) keep(name string, b []byte) error {
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(s.dir, name+".*.tmp")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	if _, err = f.Write(b); err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	err = os.Link(f.Name(), filepath.Join(s.dir, name))
	if errors.Is(err, fs.ErrExist) && ownName(name) { // the same picture, because it has the same name
		err = nil
	}
	if err != nil {
		return err
	}
	return platform.SyncDir(s.dir)
}

// Check reads every version in a data directory and every picture that one of them shows, and says how many versions
// there are.
func Check(data string) (n int, err error) {
	dir := filepath.Join(data, Dir)
	names, err := versions(dir)
	if err != nil {
		return len(names), fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	for _, name := range names {
		v, verr := readVersion(filepath.Join(dir, name))
		err = errors.Join(err, verr)
		if l := v.Said.Logo; verr == nil && l != nil {
			for _, picture := range []string{l.File, l.Small} {
				b, perr := os.ReadFile(filepath.Join(dir, picture))
				if perr != nil || hashOf(b)[:32]+".png" != picture {
					err = errors.Join(err, fmt.Errorf("%w: the picture %s of %s is missing or another", ErrDamaged, picture, name))
				}
			}
		}
	}
	return len(names), err
}
