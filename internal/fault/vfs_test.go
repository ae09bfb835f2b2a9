package fault

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/ncruces/go-sqlite3/util/vfsutil"
	"github.com/ncruces/go-sqlite3/vfs"
)

// disk is a SQLite file system over the operating system's that counts the calls that store something and
// fails the one it is told to. It also knows what a power cut would leave: everything written since the
// last sync of a file may be gone, and after a sync that failed it stays gone, even if a later one
// succeeds (the kernel has marked those pages clean), until it is written again.
//
// Shared memory is handed through, so the write-ahead log and its index work as they do in the house.
type disk struct {
	mu    sync.Mutex
	count map[string]int // calls so far, by what they do: "write wal", "sync db"
	fail  string         // the kind of call to fail
	nth   int            // which one of them
	how   fault
	hit   string // what failed, "" if nothing has yet
	files map[string]*pages
}

// fault is how a call fails.
type fault struct {
	err     error
	short   bool // writes half of it first
	forever bool // all calls of this kind from the nth on
}

func (f fault) String() string {
	s := map[error]string{syscall.EIO: "EIO", syscall.ENOSPC: "ENOSPC"}[f.err]
	if f.short {
		s = "half, " + s
	}
	if f.forever {
		s += " for ever"
	}
	return s
}

const diskName = "fault"

var theDisk = &disk{}

func init() { vfs.Register(diskName, &faulty{theDisk}) }

// set says what to fail, and forgets what was.
func (d *disk) set(kind string, nth int, how fault) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.count, d.fail, d.nth, d.how, d.hit, d.files = map[string]int{}, kind, nth, how, "", map[string]*pages{}
}

func (d *disk) counts() map[string]int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return maps.Clone(d.count)
}

func (d *disk) failed() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.hit
}

// call counts a call and says whether it is to fail. d.mu is held.
func (d *disk) call(kind string) bool {
	d.count[kind]++
	if kind != d.fail || d.count[kind] != d.nth && !(d.how.forever && d.count[kind] > d.nth) {
		return false
	}
	if d.hit == "" {
		d.hit = kind
	}
	return true
}

const page = 4096

// pages is what of a file would be lost: for each page written since it was last synced, what the disk
// still holds (nil: nothing, it is past the end).
type pages struct {
	dirty, doomed map[int64][]byte
	size          int64 // on the disk
}

func (d *disk) pagesOf(path string, size int64) *pages {
	p := d.files[path]
	if p == nil {
		p = &pages{dirty: map[int64][]byte{}, doomed: map[int64][]byte{}, size: size}
		d.files[path] = p
	}
	return p
}

// powerCut copies a directory as it would be found after the power failed at this instant.
func (d *disk) powerCut(t testing.TB, from, to string) {
	t.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	copyDir(t, from, to)
	for path, p := range d.files {
		rel, err := filepath.Rel(from, path)
		if err != nil || strings.HasPrefix(rel, "..") {
			continue
		}
		lost := maps.Clone(p.doomed)
		maps.Copy(lost, p.dirty)
		name := filepath.Join(to, rel)
		if _, err := os.Stat(name); err != nil {
			continue // deleted
		}
		f, err := os.OpenFile(name, os.O_RDWR, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range slices.Sorted(maps.Keys(lost)) {
			if old := lost[n]; old != nil {
				if _, err := f.WriteAt(old, n*page); err != nil {
					t.Fatal(err)
				}
			}
		}
		if info, err := f.Stat(); err != nil {
			t.Fatal(err)
		} else if info.Size() > p.size {
			if err := f.Truncate(p.size); err != nil {
				t.Fatal(err)
			}
		}
		f.Close()
	}
}

// faulty is the file system that is registered.
type faulty struct{ d *disk }

func (v *faulty) Open(name string, flags vfs.OpenFlag) (vfs.File, vfs.OpenFlag, error) {
	return vfsutil.WrapOpen(vfs.Find(""), name, flags)
}

func (v *faulty) OpenFilename(name *vfs.Filename, flags vfs.OpenFlag) (vfs.File, vfs.OpenFlag, error) {
	f, flags, err := vfsutil.WrapOpenFilename(vfs.Find(""), name, flags)
	what := ""
	switch {
	case flags&vfs.OPEN_MAIN_DB != 0:
		what = "db"
	case flags&vfs.OPEN_WAL != 0:
		what = "wal"
	case flags&(vfs.OPEN_MAIN_JOURNAL|vfs.OPEN_SUPER_JOURNAL) != 0:
		what = "journal"
	}
	if err != nil || what == "" || name == nil {
		return f, flags, err
	}
	path := name.String()
	if info, err := os.Stat(path); err == nil {
		v.d.mu.Lock()
		v.d.pagesOf(path, info.Size())
		v.d.mu.Unlock()
	}
	return &file{File: f, d: v.d, path: path, what: what}, flags, nil
}

func (v *faulty) Delete(name string, syncDir bool) error {
	v.d.mu.Lock()
	failing := v.d.call("delete " + what(name))
	if !failing {
		delete(v.d.files, name)
	}
	v.d.mu.Unlock()
	if failing {
		return &fs.PathError{Op: "unlink", Path: name, Err: v.d.how.err}
	}
	return vfs.Find("").Delete(name, syncDir)
}

func what(name string) string {
	if strings.HasSuffix(name, "-wal") {
		return "wal"
	}
	return "journal"
}

func (v *faulty) Access(name string, flags vfs.AccessFlag) (bool, error) {
	return vfs.Find("").Access(name, flags)
}

func (v *faulty) FullPathname(name string) (string, error) { return vfs.Find("").FullPathname(name) }

// file is one open file.
type file struct {
	vfs.File
	d    *disk
	path string
	what string
}

var (
	_ vfs.FileUnwrap             = (*file)(nil)
	_ vfs.FileSharedMemory       = (*file)(nil)
	_ vfs.FileMemoryMapper       = (*file)(nil)
	_ vfs.FileLockState          = (*file)(nil)
	_ vfs.FilePersistWAL         = (*file)(nil)
	_ vfs.FilePowersafeOverwrite = (*file)(nil)
	_ vfs.FileHasMoved           = (*file)(nil)
	_ vfs.FileSizeHint           = (*file)(nil)
)

func (f *file) Unwrap() vfs.File                { return f.File }
func (f *file) SharedMemory() vfs.SharedMemory  { return vfsutil.WrapSharedMemory(f.File) }
func (f *file) MemoryMapper() vfs.MemoryMapper  { return vfsutil.WrapMemoryMapper(f.File) }
func (f *file) LockState() vfs.LockLevel        { return vfsutil.WrapLockState(f.File) }
func (f *file) PersistWAL() bool                { return vfsutil.WrapPersistWAL(f.File) }
func (f *file) SetPersistWAL(keep bool)         { vfsutil.WrapSetPersistWAL(f.File, keep) }
func (f *file) PowersafeOverwrite() bool        { return vfsutil.WrapPowersafeOverwrite(f.File) }
func (f *file) SetPowersafeOverwrite(safe bool) { vfsutil.WrapSetPowersafeOverwrite(f.File, safe) }
func (f *file) HasMoved() (bool, error)         { return vfsutil.WrapHasMoved(f.File) }

func (f *file) SizeHint(size int64) error {
	f.d.mu.Lock()
	failing := f.d.call("allocate " + f.what)
	f.d.mu.Unlock()
	if failing {
		return f.d.how.err
	}
	return vfsutil.WrapSizeHint(f.File, size)
}

// before keeps what the disk holds of the pages that are about to change. d.mu is held.
func (f *file) before(from, to int64) error {
	size, err := f.File.Size()
	if err != nil {
		return err
	}
	p := f.d.pagesOf(f.path, size)
	for n := from / page; n*page < to; n++ {
		if old, ok := p.doomed[n]; ok {
			p.dirty[n] = old
			delete(p.doomed, n)
		}
		if _, ok := p.dirty[n]; ok {
			continue
		}
		if n*page >= size {
			p.dirty[n] = nil
			continue
		}
		b := make([]byte, min(page, size-n*page))
		if _, err := f.File.ReadAt(b, n*page); err != nil {
			return err
		}
		p.dirty[n] = b
	}
	return nil
}

func (f *file) WriteAt(b []byte, off int64) (int, error) {
	f.d.mu.Lock()
	defer f.d.mu.Unlock()
	if f.d.call("write " + f.what) {
		n := 0
		if f.d.how.short {
			n = len(b) / 2
			if err := f.before(off, off+int64(n)); err != nil {
				return 0, err
			}
			if n, err := f.File.WriteAt(b[:n], off); err != nil {
				return n, err
			}
		}
		return n, &fs.PathError{Op: "write", Path: f.path, Err: f.d.how.err}
	}
	if err := f.before(off, off+int64(len(b))); err != nil {
		return 0, err
	}
	return f.File.WriteAt(b, off)
}

func (f *file) Truncate(size int64) error {
	f.d.mu.Lock()
	defer f.d.mu.Unlock()
	if f.d.call("truncate " + f.what) {
		return &fs.PathError{Op: "truncate", Path: f.path, Err: f.d.how.err}
	}
	// A cut is taken to be on the disk at once: what it cuts off was of no use any more.
	p := f.d.pagesOf(f.path, size)
	p.size = min(p.size, size)
	for _, m := range []map[int64][]byte{p.dirty, p.doomed} {
		maps.DeleteFunc(m, func(n int64, _ []byte) bool { return n*page >= size })
	}
	return f.File.Truncate(size)
}

func (f *file) Sync(flags vfs.SyncFlag) error {
	f.d.mu.Lock()
	defer f.d.mu.Unlock()
	size, err := f.File.Size()
	if err != nil {
		return err
	}
	p := f.d.pagesOf(f.path, size)
	if f.d.call("sync " + f.what) {
		maps.Copy(p.doomed, p.dirty)
		clear(p.dirty)
		return f.d.how.err
	}
	if err := f.File.Sync(flags); err != nil {
		return err
	}
	clear(p.dirty)
	p.size = size
	return nil
}
