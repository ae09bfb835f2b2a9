package bench

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/ncruces/go-sqlite3/util/vfsutil"
	"github.com/ncruces/go-sqlite3/vfs"
	"github.com/openplenary/plenary"
)

// hangingName is a file system like the system's whose disk hangs when it is told to.
const hangingName = "bench-hanging"

// theHanging is the disk that hangs. A file system is registered once for a process.
var theHanging = &hanging{}

func init() { vfs.Register(hangingName, theHanging) }

// hanging is a file system of which every sync waits while the disk hangs.
type hanging struct {
	mu      sync.Mutex
	resumes chan struct{} // closed when the disk works again; nil while it works
	waits   chan struct{} // closed when the first sync waits
}

// hang lets the disk hang. When the first sync waits, waits is closed; resume lets the disk work again.
func (d *hanging) hang() (waits <-chan struct{}, resume func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.resumes, d.waits = make(chan struct{}), make(chan struct{})
	resumes := d.resumes
	return d.waits, func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.resumes, d.waits = nil, nil
		close(resumes)
	}
}

func (d *hanging) sync() {
	d.mu.Lock()
	resumes := d.resumes
	if d.waits != nil {
		close(d.waits)
		d.waits = nil
	}
	d.mu.Unlock()
	if resumes != nil {
		<-resumes
	}
}

func (d *hanging) Open(name string, flags vfs.OpenFlag) (vfs.File, vfs.OpenFlag, error) {
	return vfsutil.WrapOpen(vfs.Find(""), name, flags)
}

func (d *hanging) OpenFilename(name *vfs.Filename, flags vfs.OpenFlag) (vfs.File, vfs.OpenFlag, error) {
	f, flags, err := vfsutil.WrapOpenFilename(vfs.Find(""), name, flags)
	if err != nil {
		return f, flags, err
	}
	return &hangingFile{File: f, disk: d}, flags, nil
}

func (d *hanging) Delete(name string, syncDir bool) error { return vfs.Find("").Delete(name, syncDir) }
func (d *hanging) Access(name string, flags vfs.AccessFlag) (bool, error) {
	return vfs.Find("").Access(name, flags)
}
func (d *hanging) FullPathname(name string) (string, error) { return vfs.Find("").FullPathname(name) }

// hangingFile is an open file of it.
type hangingFile struct {
	vfs.File
	disk *hanging
}

func (f *hangingFile) Sync(flags vfs.SyncFlag) error {
	f.disk.sync()
	return f.File.Sync(flags)
}

func (f *hangingFile) Unwrap() vfs.File               { return f.File }
func (f *hangingFile) SharedMemory() vfs.SharedMemory { return vfsutil.WrapSharedMemory(f.File) }
func (f *hangingFile) MemoryMapper() vfs.MemoryMapper { return vfsutil.WrapMemoryMapper(f.File) }
func (f *hangingFile) LockState() vfs.LockLevel       { return vfsutil.WrapLockState(f.File) }
func (f *hangingFile) PersistWAL() bool               { return vfsutil.WrapPersistWAL(f.File) }
func (f *hangingFile) SetPersistWAL(keep bool)        { vfsutil.WrapSetPersistWAL(f.File, keep) }
func (f *hangingFile) PowersafeOverwrite() bool       { return vfsutil.WrapPowersafeOverwrite(f.File) }
func (f *hangingFile) SetPowersafeOverwrite(safe bool) {
	vfsutil.WrapSetPowersafeOverwrite(f.File, safe)
}
func (f *hangingFile) HasMoved() (bool, error)   { return vfsutil.WrapHasMoved(f.File) }
func (f *hangingFile) SizeHint(size int64) error { return vfsutil.WrapSizeHint(f.File, size) }

// hang measures pages that are kept while a contribution waits for a disk that hangs.
func (b *bench) hang(dir string, pages map[string]string) (err error) {
	h, err := openHouseAs(b.ctx, plenary.InstanceOptions{Dir: dir, VFS: hangingName})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	addr, stop, err := serve(h.http)
	if err != nil {
		return err
	}
	defer stop()
	for name, path := range pages {
		var p99 []float64
		for range rounds {
			v, err := b.whileItHangs(h, addr, path)
			if err != nil {
				return err
			}
			p99 = append(p99, v.p99)
		}
		if err := b.say(figure{Name: name + ".hanging.p99", Value: median(p99), Unit: "ms", N: rounds}); err != nil {
			return err
		}
	}
	return nil
}

// whileItHangs reads a page from when a contribution waits for the disk until the round is over, and lets the disk work
// again.
func (b *bench) whileItHangs(h *house, addr, path string) (v load, err error) {
	s, err := speakerOf(b.ctx, h.Secretariat, uint64(time.Now().UnixNano()))
	if err != nil {
		return load{}, err
	}
	if _, err := fetch(addr, path); err != nil { // from here on it is kept
		return load{}, err
	}
	waits, resume := theHanging.hang()
	sent := make(chan error, 1)
	go func() {
		_, err := h.Do(context.WithoutCancel(b.ctx), slug, s.ask(h.Secretariat, openCall))
		sent <- err
	}()
	<-waits
	v, err = b.read(addr, path)
	select {
	case early := <-sent:
		err = errors.Join(err, early, errors.New("bench: a contribution was acknowledged while the disk hung"))
	default:
		resume()
		return v, errors.Join(err, <-sent)
	}
	resume()
	return v, err
}
