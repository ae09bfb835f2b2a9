package private

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"os"

	"github.com/ncruces/go-sqlite3/vfs"
	"github.com/openplenary/plenary/internal/dbfile"
)

// mark says up to where the write-ahead log held commits that were acknowledged. SQLite takes a log that was cut
// off, or whose last commit has one flipped bit, for one that a crash tore, and drops what is behind in silence; the
// log alone cannot say that it was longer. So the file beside the database that ends in -mark says so: it is
// written after each commit was synced and before anybody is told. It may lag, never lead: so setting it is not
// synced, and clearing it, which comes before the log is begun anew or cut off, is.
type mark struct {
	set  bool    // the log holds what is not in the database file yet
	salt [8]byte // of the log's round
	end  int64   // in bytes, of the last commit
	sum  [8]byte // of its last frame
}

// markSize is the size of the file: a magic number, whether it is set, salt, end and sum, and a CRC-32 of these.
const markSize = 8 + 4 + 8 + 8 + 8 + 4

const markMagic = "plenary1"

func markOf(path string) string { return path + "-mark" }

func (m mark) bytes() []byte {
	b := append(make([]byte, 0, markSize), markMagic...)
	on := uint32(0)
	if m.set {
		on = 1
	}
	b = binary.BigEndian.AppendUint32(b, on)
	b = append(b, m.salt[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(m.end))
	b = append(b, m.sum[:]...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b))
}

// readMark reads the mark beside a database. Where there is none, or none that can be read, it says nothing. What a damaged file has
// behind it does not count: writing a mark leaves it there.
func readMark(path string) (m mark, there bool, err error) {
	b, err := os.ReadFile(markOf(path))
	if errors.Is(err, os.ErrNotExist) {
		return mark{}, false, nil
	}
	if b = b[:min(len(b), markSize)]; err != nil || len(b) < markSize || !bytes.HasPrefix(b, []byte(markMagic)) || crc32.ChecksumIEEE(b[:markSize-4]) != binary.BigEndian.Uint32(b[markSize-4:]) {
		return mark{}, true, err
	}
	b = b[len(markMagic):]
	m.set = b[3] == 1
	copy(m.salt[:], b[4:])
	m.end = int64(binary.BigEndian.Uint64(b[12:]))
	copy(m.sum[:], b[20:])
	return m, true, nil
}

// write writes the mark, and has it on the disk when it returns if synced says so.
func (m mark) write(path string, synced bool) error {
	f, err := os.OpenFile(markOf(path), os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteAt(m.bytes(), 0)
	if err == nil && synced {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// clearMark says that the log holds nothing any more that is not in the database file.
func clearMark(path string) error {
	m, there, err := readMark(path)
	if err != nil || !m.set || !there {
		return err
	}
	return mark{}.write(path, true)
}

// logFile is a write-ahead log whose commits are noted in the mark.
type logFile struct {
	unmappedFile
	path string // of the database
	last mark   // the commit that was written and not yet synced
}

// WriteAt notes the head of each frame that ends a commit.
func (f *logFile) WriteAt(b []byte, off int64) (int, error) {
	switch {
	case off == 0: // a new round
		f.last = mark{}
		if err := clearMark(f.path); err != nil {
			return 0, err
		}
	case len(b) == dbfile.FrameHead && (off-dbfile.LogHead)%(dbfile.FrameHead+pageSize) == 0 && binary.BigEndian.Uint32(b[4:]) > 0:
		f.last = mark{set: true, salt: [8]byte(b[8:16]), end: off + dbfile.FrameHead + pageSize, sum: [8]byte(b[16:24])}
	}
	return f.unmappedFile.WriteAt(b, off)
}

// Sync syncs, and then says what is there.
func (f *logFile) Sync(flags vfs.SyncFlag) error {
	if err := f.unmappedFile.Sync(flags); err != nil || !f.last.set {
		return err
	}
	err := f.last.write(f.path, false)
	f.last = mark{}
	return err
}

// Truncate clears the mark before the log is cut off.
func (f *logFile) Truncate(size int64) error {
	if size == 0 {
		if err := clearMark(f.path); err != nil {
			return err
		}
	}
	return f.unmappedFile.Truncate(size)
}
