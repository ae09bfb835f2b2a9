package bench

import (
	"sync/atomic"

	"github.com/ncruces/go-sqlite3/util/vfsutil"
	"github.com/ncruces/go-sqlite3/vfs"
)

// countingDisk is a file system of SQLite that counts syncs.
const countingDisk = "bench-counting"

// synced is how often a file of that file system was synced.
var synced atomic.Int64

func init() { vfs.Register(countingDisk, counting{}) }

type counting struct{}

func (counting) Open(name string, flags vfs.OpenFlag) (vfs.File, vfs.OpenFlag, error) {
	return vfsutil.WrapOpen(vfs.Find(""), name, flags)
}

func (counting) OpenFilename(name *vfs.Filename, flags vfs.OpenFlag) (vfs.File, vfs.OpenFlag, error) {
	f, flags, err := vfsutil.WrapOpenFilename(vfs.Find(""), name, flags)
	if err != nil || flags&(vfs.OPEN_MAIN_DB|vfs.OPEN_WAL) == 0 {
		return f, flags, err
	}
	return countedFile{f}, flags, nil
}

func (counting) Delete(name string, syncDir bool) error { return vfs.Find("").Delete(name, syncDir) }

func (counting) Access(name string, flags vfs.AccessFlag) (bool, error) {
	return vfs.Find("").Access(name, flags)
}

func (counting) FullPathname(name string) (string, error) { return vfs.Find("").FullPathname(name) }

// countedFile is a file whose syncs are counted; all else is the operating system's.
type countedFile struct{ vfs.File }

func (f countedFile) Sync(flags vfs.SyncFlag) error {
	synced.Add(1)
	return f.File.Sync(flags)
}

func (f countedFile) Unwrap() vfs.File               { return f.File }
func (f countedFile) SharedMemory() vfs.SharedMemory { return vfsutil.WrapSharedMemory(f.File) }
func (f countedFile) MemoryMapper() vfs.MemoryMapper { return vfsutil.WrapMemoryMapper(f.File) }
func (f countedFile) LockState() vfs.LockLevel       { return vfsutil.WrapLockState(f.File) }
func (f countedFile) PersistWAL() bool               { return vfsutil.WrapPersistWAL(f.File) }
func (f countedFile) SetPersistWAL(keep bool)        { vfsutil.WrapSetPersistWAL(f.File, keep) }
func (f countedFile) PowersafeOverwrite() bool       { return vfsutil.WrapPowersafeOverwrite(f.File) }
func (f countedFile) SetPowersafeOverwrite(safe bool) {
	vfsutil.WrapSetPowersafeOverwrite(f.File, safe)
}
func (f countedFile) HasMoved() (bool, error)   { return vfsutil.WrapHasMoved(f.File) }
func (f countedFile) SizeHint(size int64) error { return vfsutil.WrapSizeHint(f.File, size) }
