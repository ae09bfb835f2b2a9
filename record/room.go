package record

import (
	"os"
	"path/filepath"
	"syscall"
)

// room is how many bytes there must be for more.
const room = 2 << 20

// NoRoom reports whether there is no room left for the files beside path: on their file system, or under
// the process's limit on the size of a file.
func NoRoom(path string) bool {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(filepath.Dir(path), &fs); err == nil && int64(fs.Bavail)*fs.Bsize < room {
		return true
	}
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil || limit.Cur >= 1<<62 {
		return false
	}
	for _, name := range []string{path, path + "-wal"} {
		if fi, err := os.Stat(name); err == nil && fi.Size()+room > int64(limit.Cur) {
			return true
		}
	}
	return false
}
