package platform

import (
	"errors"
	"math"
	"os"
	"time"

	"golang.org/x/sys/windows"
)

// Disk is how many bytes are free for this process on the disk of a folder, and how many it has.
func Disk(dir string) (free, size int64, err error) {
	path, err := windows.UTF16PtrFromString(dir)
	if err != nil {
		return 0, 0, err
	}
	var mine, all uint64
	err = windows.GetDiskFreeSpaceEx(path, &mine, &all, nil)
	return int64(min(mine, math.MaxInt64)), int64(min(all, math.MaxInt64)), err
}

// FileSize is how many bytes a file of this process may have.
func FileSize() int64 { return math.MaxInt64 }

// OpenFiles is how many files this process may have open, connections among them: as many as there is memory for.
func OpenFiles() int64 { return 65_536 }

// Lock locks a file for this process alone, until it is closed. Where another has it, it does not wait and gives an error.
func Lock(f *os.File) error {
	return windows.LockFileEx(windows.Handle(f.Fd()), windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, &windows.Overlapped{})
}

// SyncDir does nothing: the file system keeps the order of names by itself, and a folder cannot be opened to be synced.
func SyncDir(string) error { return nil }

// Full reports whether an error says that there is no room for more.
func Full(err error) bool {
	return errors.Is(err, windows.ERROR_DISK_FULL) || errors.Is(err, windows.ERROR_HANDLE_DISK_FULL)
}

// Mask does nothing: a file is for whom its folder is.
func Mask(int) (was int) { return 0 }

// ProcessorTime is how long all processors worked for this process; 0 where nobody says.
func ProcessorTime() time.Duration {
	var made, ended, kernel, user windows.Filetime
	if err := windows.GetProcessTimes(windows.CurrentProcess(), &made, &ended, &kernel, &user); err != nil {
		return 0
	}
	in := func(f windows.Filetime) time.Duration { // hundreds of nanoseconds
		return 100 * time.Duration(uint64(f.HighDateTime)<<32|uint64(f.LowDateTime))
	}
	return in(kernel) + in(user)
}
