package record

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"sync"

	"github.com/openplenary/plenary/cite"
	"golang.org/x/mod/sumdb/tlog"
)

// High is the high-water mark of every record of an instance: the head and root that were last
// acknowledged. It is written after each commit and before anybody is told, without fsync: so it may
// lag behind a record, never lead it, and a record that became shorter is found at start. (One flipped
// bit in a write-ahead log silently shortens a database.)
type High struct {
	mu   sync.Mutex
	file *os.File
	slot map[ID]int64
}

// A slot holds the id (32 bytes), the head (8), the root (32), and a CRC of these (4).
const highSlot = 32 + 8 + 32 + 4

// OpenHigh opens or makes the file.
func OpenHigh(path string, readOnly bool) (*High, error) {
	flag := os.O_RDWR | os.O_CREATE
	if readOnly {
		flag = os.O_RDONLY
	}
	f, err := os.OpenFile(path, flag, 0o600)
	if readOnly && errors.Is(err, os.ErrNotExist) {
		return &High{slot: map[ID]int64{}}, nil
	}
	if err != nil {
		return nil, err
	}
	h := &High{file: f, slot: map[ID]int64{}}
	var b [highSlot]byte
	for off := int64(0); ; off += highSlot {
		n, err := f.ReadAt(b[:], off)
		if n < highSlot {
			if err != nil && !errors.Is(err, io.EOF) {
				return nil, errors.Join(err, f.Close())
			}
			return h, nil
		}
		h.slot[ID(b[:32])] = off
	}
}

// Set writes the mark of a record.
func (h *High) Set(id ID, p cite.Position, root tlog.Hash) error {
	var b [highSlot]byte
	copy(b[:32], id)
	binary.BigEndian.PutUint64(b[32:], uint64(p))
	copy(b[40:], root[:])
	binary.BigEndian.PutUint32(b[72:], crc32.ChecksumIEEE(b[:72]))
	h.mu.Lock()
	defer h.mu.Unlock()
	off, ok := h.slot[id]
	if !ok {
		off = int64(len(h.slot)) * highSlot
		h.slot[id] = off
	}
	_, err := h.file.WriteAt(b[:], off)
	return err
}

// Get reads the mark of a record: 0 where there is none. A mark whose CRC is wrong is ErrDamaged.
func (h *High) Get(id ID) (cite.Position, tlog.Hash, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	var root tlog.Hash
	off, ok := h.slot[id]
	if !ok || h.file == nil {
		return 0, root, nil
	}
	var b [highSlot]byte
	if _, err := h.file.ReadAt(b[:], off); err != nil {
		return 0, root, fmt.Errorf("%w: high mark: %w", ErrDamaged, err)
	}
	if crc32.ChecksumIEEE(b[:72]) != binary.BigEndian.Uint32(b[72:]) {
		return 0, root, fmt.Errorf("%w: the high mark has a wrong checksum", ErrDamaged)
	}
	copy(root[:], b[40:72])
	return cite.Position(binary.BigEndian.Uint64(b[32:])), root, nil
}

// Close closes the file.
func (h *High) Close() error {
	if h.file == nil {
		return nil
	}
	return h.file.Close()
}
