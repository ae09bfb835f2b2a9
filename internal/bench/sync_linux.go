package bench

import (
	"os"
	"syscall"
)

// datasync waits until the bytes of a file are on the disk.
func datasync(f *os.File) error { return syscall.Fdatasync(int(f.Fd())) }
