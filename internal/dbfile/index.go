package dbfile

import (
	"errors"
	"os"
	"path/filepath"
	"sync"

	"github.com/ncruces/go-sqlite3/util/vfsutil"
	"github.com/ncruces/go-sqlite3/vfs"
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
	elsewhere = map[string]string{} // the index of a database, by its absolute path
)

// Move has the index of a database that nobody has open kept where there is room, until Back.
func Move(path string) error {
	path, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	mu.Lock()
	defer mu.Unlock()
	if elsewhere[path] != "" {
		return nil
	}
	for _, parent := range []string{os.TempDir(), "/dev/shm", "/run"} {
		dir, merr := os.MkdirTemp(parent, "plenary-index-")
		if merr == nil {
			// As much as an index has at first, twice.
			if merr = os.WriteFile(filepath.Join(dir, "room"), make([]byte, 64<<10), 0o600); merr == nil {
				elsewhere[path] = filepath.Join(dir, "index")
				return os.Remove(filepath.Join(dir, "room"))
			}
			merr = errors.Join(merr, os.RemoveAll(dir))
		}
		err = errors.Join(err, merr)
	}
	return err
}

// Back removes the index of a database that nobody has open any more. Where there was none elsewhere it does nothing.
func Back(path string) error {
	path, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	mu.Lock()
	defer mu.Unlock()
	index := elsewhere[path]
	if index == "" {
		return nil
	}
	delete(elsewhere, path)
	return os.RemoveAll(filepath.Dir(index))
}

type fileSystem struct{ vfs.VFS }

// OpenFilename opens a file.
func (v fileSystem) OpenFilename(name *vfs.Filename, flags vfs.OpenFlag) (vfs.File, vfs.OpenFlag, error) {
	f, out, err := vfsutil.WrapOpenFilename(v.VFS, name, flags)
	if err != nil || flags&vfs.OPEN_MAIN_DB == 0 {
		return f, out, err
	}
	mu.Lock()
	index := elsewhere[name.String()]
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
