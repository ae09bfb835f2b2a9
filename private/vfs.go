package private

import (
	"strings"

	"github.com/ncruces/go-sqlite3/util/vfsutil"
	"github.com/ncruces/go-sqlite3/vfs"
	"github.com/openplenary/plenary/internal/dbfile"
)

// vfsName names the file system through which private.db is opened. It is the operating system's, but
// says that files cannot be mapped into memory. The library (v0.36.0 and v0.37.0) offers SQLite mapped
// files when it opens one, withdraws them when it sees that the pages have checksums, and panics when
// SQLite then asks for them, which happens whenever one connection folds in the write-ahead log that
// another one wrote. TestCheckpointAfterAnother shows it; when it passes without this file, the file can go.
const vfsName = "plenary-private"

func init() { vfs.Register(vfsName, unmapped{dbfile.FS}) }

type unmapped struct{ vfs.VFS }

// OpenFilename opens a file.
func (v unmapped) OpenFilename(name *vfs.Filename, flags vfs.OpenFlag) (vfs.File, vfs.OpenFlag, error) {
	f, flags, err := vfsutil.WrapOpenFilename(v.VFS, name, flags)
	if err != nil {
		return nil, flags, err
	}
	all, ok := f.(unmappedFile)
	if !ok {
		return f, flags, nil
	}
	if path, ok := strings.CutSuffix(name.String(), "-wal"); ok && flags&vfs.OPEN_WAL != 0 && flags&vfs.OPEN_READONLY == 0 {
		return &logFile{unmappedFile: all, path: path}, flags, nil
	}
	return struct{ unmappedFile }{all}, flags, nil
}

// Delete clears the mark before a write-ahead log goes: all of it is in the database then.
func (v unmapped) Delete(name string, syncDir bool) error {
	if path, ok := strings.CutSuffix(name, "-wal"); ok {
		if err := clearMark(path); err != nil {
			return err
		}
	}
	return v.VFS.Delete(name, syncDir)
}

// unmappedFile is everything that a file of the operating system can do, but for being mapped.
type unmappedFile interface {
	vfs.File
	vfs.FileLockState
	vfs.FileHasMoved
	vfs.FileSizeHint
	vfs.FilePersistWAL
	vfs.FilePowersafeOverwrite
	vfs.FileSharedMemory
}
