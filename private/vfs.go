package private

import (
	"github.com/ncruces/go-sqlite3/util/vfsutil"
	"github.com/ncruces/go-sqlite3/vfs"
)

// vfsName names the file system through which private.db is opened. It is the operating system's, but
// says that files cannot be mapped into memory. The library (v0.36.0 and v0.37.0) offers SQLite mapped
// files when it opens one, withdraws them when it sees that the pages have checksums, and panics when
// SQLite then asks for them, which happens whenever one connection folds in the write-ahead log that
// another one wrote. TestCheckpointAfterAnother shows it; when it passes without this file, the file can go.
const vfsName = "plenary-private"

func init() { vfs.Register(vfsName, unmapped{vfs.Find("")}) }

type unmapped struct{ vfs.VFS }

// OpenFilename opens a file.
func (v unmapped) OpenFilename(name *vfs.Filename, flags vfs.OpenFlag) (vfs.File, vfs.OpenFlag, error) {
	f, flags, err := vfsutil.WrapOpenFilename(v.VFS, name, flags)
	if err != nil {
		return nil, flags, err
	}
	if all, ok := f.(unmappedFile); ok {
		return struct{ unmappedFile }{all}, flags, nil
	}
	return f, flags, nil
}

// unmappedFile is everything that a file of the operating system can do, but for being mapped.
type unmappedFile interface {
	vfs.FileLockState
	vfs.FileHasMoved
	vfs.FileSizeHint
	vfs.FilePersistWAL
	vfs.FilePowersafeOverwrite
	vfs.FileSharedMemory
}
