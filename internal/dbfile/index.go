package dbfile

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/ncruces/go-sqlite3/util/vfsutil"
	"github.com/ncruces/go-sqlite3/vfs"

	"github.com/openplenary/plenary/internal/platform"
)

// SQLite keeps an index of the write-ahead log in a file beside the database, and makes it anew at each start: on a full
// disk there is no room for it, and not even reading would work. The index holds nothing that is not in the log. So it
// may lie anywhere, as long as everybody who has the database open uses the same one; that is so where one process
// serves it.

// Name is the name under which a file system is registered that keeps the index of chosen databases elsewhere, and is
// the operating system's in all else.
const Name = "plenary-dbfile"

// FS is the file system.
var FS vfs.VFS = fileSystem{vfs.Find("")}

func init() { vfs.Register(Name, FS) }

var (
	mu        sync.Mutex
	elsewhere = map[string]moved{} // the index of a database, by its absolute path
)

// moved is an index that is kept elsewhere, in a directory that its process holds.
type moved struct {
	index string
	hold  *os.File
}

// Names in a directory of an index.
const (
	prefix   = "plenary-index-"
	holdName = "hold"
)

// parents are where an index is kept elsewhere, the first that has room; "" is the system's directory for such files.
var parents = []string{"", "/dev/shm", "/run"}

// Move has the index of a database that nobody has open kept where there is room, until Back.
func Move(path string) error {
	path, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	mu.Lock()
	defer mu.Unlock()
	if _, there := elsewhere[path]; there {
		return nil
	}
	for _, parent := range parents {
		if parent == "" {
			parent = os.TempDir()
		}
		sweep(parent)
		m, merr := makeRoom(parent)
		if merr == nil {
			elsewhere[path] = m
			return nil
		}
		err = errors.Join(err, merr)
	}
	return err
}

// makeRoom makes a directory for an index, holds it, and looks that there is room in it.
func makeRoom(parent string) (m moved, err error) {
	dir, err := os.MkdirTemp(parent, prefix)
	if err != nil {
		return m, err
	}
	m.index = filepath.Join(dir, "index")
	if m.hold, err = os.OpenFile(filepath.Join(dir, holdName), os.O_RDWR|os.O_CREATE, 0o600); err == nil {
		err = platform.Lock(m.hold)
	}
	if err == nil {
		room := filepath.Join(dir, "room")
		// As much as an index has at first, twice.
		if err = os.WriteFile(room, make([]byte, 64<<10), 0o600); err == nil {
			err = os.Remove(room)
		}
	}
	if err != nil {
		return moved{}, errors.Join(err, m.remove())
	}
	return m, nil
}

// remove removes the directory, and lets it go.
func (m moved) remove() error {
	err := os.RemoveAll(filepath.Dir(m.index))
	if m.hold != nil {
		err = errors.Join(err, m.hold.Close())
	}
	return err
}

// sweep removes what processes left behind that were killed: nobody holds it. What it cannot remove stays.
func sweep(parent string) {
	left, _ := filepath.Glob(filepath.Join(parent, prefix+"*"))
	for _, dir := range left {
		f, err := os.OpenFile(filepath.Join(dir, holdName), os.O_RDWR, 0)
		if errors.Is(err, os.ErrNotExist) { // it is just being made, or no index came to be in it
			if fi, err := os.Stat(dir); err == nil && time.Since(fi.ModTime()) > time.Hour {
				_ = os.Remove(dir) // only where nothing is in it
			}
			continue
		}
		if err != nil {
			continue
		}
		if platform.Lock(f) == nil {
			_ = os.RemoveAll(dir)
		}
		_ = f.Close()
	}
}

// Back removes the index of a database that nobody has open any more. Where there was none elsewhere it does nothing.
func Back(path string) error {
	path, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	mu.Lock()
	defer mu.Unlock()
	m, there := elsewhere[path]
	if !there {
		return nil
	}
	delete(elsewhere, path)
	return m.remove()
}

type fileSystem struct{ vfs.VFS }

// OpenFilename opens a file.
func (v fileSystem) OpenFilename(name *vfs.Filename, flags vfs.OpenFlag) (vfs.File, vfs.OpenFlag, error) {
	f, out, err := vfsutil.WrapOpenFilename(v.VFS, name, flags)
	if err != nil || flags&vfs.OPEN_MAIN_DB == 0 {
		return f, out, err
	}
	mu.Lock()
	index := elsewhere[name.String()].index
	mu.Unlock()
	if all, ok := f.(file); ok && index != "" {
		return indexed{all, vfs.NewSharedMemory(index, flags)}, out, nil
	}
	return f, out, nil
}

// file is everything that a file of the operating system can do but be mapped.
type file interface {
	vfs.File
	vfs.FileLockState
	vfs.FileHasMoved
	vfs.FileSizeHint
	vfs.FilePersistWAL
	vfs.FilePowersafeOverwrite
}

// indexed is a database whose index is elsewhere.
type indexed struct {
	file
	index vfs.SharedMemory
}

// SharedMemory is the index.
func (f indexed) SharedMemory() vfs.SharedMemory { return f.index }
