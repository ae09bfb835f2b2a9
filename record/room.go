package record

import (
	"os"
	"path/filepath"

	"github.com/openplenary/plenary/internal/platform"
)

// room is how many bytes there must be for more.
const room = 2 << 20

// NoRoom reports whether there is no room left for the files beside path: on their file system, or under
// the process's limit on the size of a file.
func NoRoom(path string) bool {
	if free, _, err := platform.Disk(filepath.Dir(path)); err == nil && free < room {
		return true
	}
	most := platform.FileSize()
	if most >= 1<<62 {
		return false
	}
	for _, name := range []string{path, path + "-wal"} {
		if fi, err := os.Stat(name); err == nil && fi.Size()+room > most {
			return true
		}
	}
	return false
}
