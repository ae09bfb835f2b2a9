//go:build unix

package platform

import (
	"errors"
	"math"
	"os"
	"syscall"
	"time"
)

// Disk is how many bytes are free for this process on the disk of a folder, and how many it has.
func Disk(dir string) (free, size int64, err error) {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(dir, &fs); err != nil {
		return 0, 0, err
	}
	return int64(fs.Bavail) * int64(fs.Bsize), int64(fs.Blocks) * int64(fs.Bsize), nil //nolint:unconvert // the types are others on other systems
}

// FileSize is how many bytes a file of this process may have, OpenFiles how many it may have open.
func FileSize() int64 { return limit(syscall.RLIMIT_FSIZE, math.MaxInt64) }

// OpenFiles is how many files this process may have open, connections among them.
func OpenFiles() int64 { return limit(syscall.RLIMIT_NOFILE, 1024) }

// limit is what a process may have of something; unknown where nobody says.
func limit(of int, unknown int64) int64 {
	var l syscall.Rlimit
	if err := syscall.Getrlimit(of, &l); err != nil {
		return unknown
	}
	return int64(min(uint64(l.Cur), math.MaxInt64)) //nolint:unconvert // as above
}

// Lock locks a file for this process alone, until it is closed. Where another has it, it does not wait and gives an error.
func Lock(f *os.File) error { return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) }

// SyncDir returns when the names in a folder are on the disk as they are.
func SyncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Full reports whether an error says that there is no room for more.
func Full(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.Is(err, syscall.EFBIG)
}

// Mask has the files and sockets that are made from now on be for whom the mask leaves them, and gives the mask before.
func Mask(mask int) (was int) { return syscall.Umask(mask) }

// ProcessorTime is how long all processors worked for this process; 0 where nobody says.
func ProcessorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
