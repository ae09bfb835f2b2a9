package record

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"maps"
	"os"
	"slices"
	"sync"

	"github.com/openplenary/plenary/cite"
	"golang.org/x/mod/sumdb/tlog"
)

// HighWater is the high-water mark of every record of an instance: the head and root that were last
// acknowledged. It is written after each commit and before anybody is told, without fsync: so it may
// lag behind a record, never lead it, and a record that became shorter is found at start. (One flipped
// bit in a write-ahead log silently shortens a database.)
//
// A record has a slot of 128 bytes with two copies that are written in turn: a write that was torn leaves
// the one before it.
type HighWater struct {
	mu    sync.Mutex
	file  *os.File
	marks map[ID]mark
	slots int64 // in the file, readable or not
	lost  int   // slots of which no copy can be read
}

// tokensID is the name under which a mark says how many outcomes of requests were stored: its position is their
// number, its root is zeros. It is no record's.
const tokensID ID = "746f6b656e7300000000000000000000"

type mark struct {
	slot int64
	seq  uint32
	at   cite.Position
	root tlog.Hash
}

// A copy holds the id (16 bytes), the head (8), the root (32), a sequence number (4), and a CRC of these (4).
const (
	highCopy = 16 + 8 + 32 + 4 + 4
	highSlot = 2 * highCopy
)

// OpenHighWater opens or makes the file.
func OpenHighWater(path string, readOnly bool) (*HighWater, error) {
	flag := os.O_RDWR | os.O_CREATE
	if readOnly {
		flag = os.O_RDONLY
	}
	f, err := os.OpenFile(path, flag, 0o600)
	if readOnly && errors.Is(err, os.ErrNotExist) {
		return &HighWater{marks: map[ID]mark{}}, nil
	}
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(f)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	h := &HighWater{file: f, marks: map[ID]mark{}}
	for ; len(b) > 0; h.slots++ {
		n := min(len(b), highSlot)
		slot := make([]byte, highSlot)
		copy(slot, b[:n])
		b = b[n:]
		id1, m1, ok1 := parseMark(slot[:highCopy])
		id2, m2, ok2 := parseMark(slot[highCopy:])
		m1.slot, m2.slot = h.slots, h.slots
		switch {
		case ok1 && ok2 && id1 != id2, !ok1 && !ok2:
			h.lost++
		case ok1 && (!ok2 || int32(m1.seq-m2.seq) > 0):
			h.marks[id1] = m1
		default:
			h.marks[id2] = m2
		}
	}
	return h, nil
}

func parseMark(b []byte) (ID, mark, bool) {
	if crc32.ChecksumIEEE(b[:60]) != binary.BigEndian.Uint32(b[60:]) {
		return "", mark{}, false
	}
	m := mark{at: cite.Position(binary.BigEndian.Uint64(b[16:])), seq: binary.BigEndian.Uint32(b[56:])}
	copy(m.root[:], b[24:56])
	return ID(hex.EncodeToString(b[:16])), m, m.at > 0
}

// Set writes the mark of a record.
func (h *HighWater) Set(id ID, p cite.Position, root tlog.Hash) error {
	var b [highCopy]byte
	if _, err := hex.Decode(b[:16], []byte(id)); err != nil {
		return err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	m, ok := h.marks[id]
	if !ok {
		m.slot = h.slots
		h.slots++
	}
	m.seq++
	m.at, m.root = p, root
	binary.BigEndian.PutUint64(b[16:], uint64(p))
	copy(b[24:56], root[:])
	binary.BigEndian.PutUint32(b[56:], m.seq)
	binary.BigEndian.PutUint32(b[60:], crc32.ChecksumIEEE(b[:60]))
	h.marks[id] = m
	if h.file == nil {
		return fmt.Errorf("%w: there is no high mark", ErrReadOnly)
	}
	_, err := h.file.WriteAt(b[:], m.slot*highSlot+int64(m.seq%2)*highCopy)
	return err
}

// Tokens is how many outcomes of requests were stored, as far as it was noted.
func (h *HighWater) Tokens() int64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	return int64(h.marks[tokensID].at)
}

// ForgetTokens forgets how many outcomes were stored: of a record that was taken to an engine that does not number them.
func (h *HighWater) ForgetTokens() error { return h.Forget(tokensID) }

// setTokens notes how many outcomes are stored. A smaller number than before is passed over: batches of several
// records are answered in any order.
func (h *HighWater) setTokens(n int64) error {
	if n <= h.Tokens() {
		return nil
	}
	return h.Set(tokensID, cite.Position(n), tlog.Hash{})
}

// Lost says how many records have a mark that cannot be read.
func (h *HighWater) Lost() int { return h.lost }

// Forget removes the mark of a record that is not there any more.
func (h *HighWater) Forget(id ID) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	m, ok := h.marks[id]
	if !ok || h.file == nil {
		return nil
	}
	delete(h.marks, id)
	h.slots-- // the last slot moves into its place
	for other, o := range h.marks {
		if o.slot == h.slots && o.slot != m.slot {
			var slot [highSlot]byte
			if _, err := h.file.ReadAt(slot[:], o.slot*highSlot); err != nil && !errors.Is(err, io.EOF) {
				return err
			}
			if _, err := h.file.WriteAt(slot[:], m.slot*highSlot); err != nil {
				return err
			}
			o.slot = m.slot
			h.marks[other] = o
		}
	}
	return h.file.Truncate(h.slots * highSlot)
}

// Get reads the mark of a record: 0 where there is none. Where the marks of some record cannot be read
// any more, a record without a mark may be that one: ErrDamaged.
func (h *HighWater) Get(id ID) (cite.Position, tlog.Hash, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	m, ok := h.marks[id]
	if !ok && h.lost > 0 {
		return 0, tlog.Hash{}, fmt.Errorf("%w: a high mark has a wrong checksum", ErrDamaged)
	}
	return m.at, m.root, nil
}

// IDs lists the records that have a mark that can be read, in no order.
func (h *HighWater) IDs() []ID {
	h.mu.Lock()
	defer h.mu.Unlock()
	ids := slices.Collect(maps.Keys(h.marks))
	return slices.DeleteFunc(ids, func(id ID) bool { return id == tokensID })
}

// Sync makes the marks durable.
func (h *HighWater) Sync() error {
	if h.file == nil {
		return nil
	}
	return h.file.Sync()
}

// Close closes the file.
func (h *HighWater) Close() error {
	if h.file == nil {
		return nil
	}
	return h.file.Close()
}
