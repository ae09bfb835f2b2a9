package site

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Shared keeps the files of the directory where all nodes of an instance see them.
type Shared interface {
	// Put keeps a file; fs.ErrExist where there is one of that name.
	Put(name string, b []byte) error
	// Others gives the files that are none of some names.
	Others(names []string) (map[string][]byte, error)
}

// Share has the directory be a copy of what nodes share: what is there already goes to the others, and from now on nothing holds here that
// they do not have. Of two who save at the same time one is refused.
func (s *Store) Share(with Shared) error {
	s.mu.Lock()
	s.shared = with
	s.mu.Unlock()
	names, err := s.files()
	for _, name := range names {
		b, rerr := os.ReadFile(filepath.Join(s.dir, name))
		if rerr == nil {
			if rerr = with.Put(name, b); errors.Is(rerr, fs.ErrExist) {
				rerr = nil
			}
		}
		err = errors.Join(err, rerr)
	}
	return errors.Join(err, s.Refresh())
}

// Refresh takes in what other nodes said since.
func (s *Store) Refresh() error {
	if s == nil || s.shared == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	names, err := s.files()
	if err != nil {
		return err
	}
	more, err := s.shared.Others(names)
	if err != nil || len(more) == 0 {
		return err
	}
	for name, b := range more {
		if versionName.MatchString(name) || ownName(name) { // else it is no file of this room
			err = errors.Join(err, s.keep(name, b))
		}
	}
	again, rerr := Open(filepath.Dir(s.dir), s.address, s.now)
	s.damage = rerr
	now := again.Now()
	if now.Version > s.Now().Version {
		s.site.Store(now)
		if s.changed != nil {
			s.changed(now)
		}
	}
	return errors.Join(err, rerr)
}

// files lists what the directory holds.
func (s *Store) files() (names []string, err error) {
	entries, err := os.ReadDir(s.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".tmp") {
			names = append(names, e.Name())
		}
	}
	return names, err
}
