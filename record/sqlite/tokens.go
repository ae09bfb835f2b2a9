package sqlite

import (
	"encoding/binary"
	"sync"

	"github.com/ncruces/go-sqlite3"
)

// tokens says in which rows the outcomes of tokens stand. The rows lie in the order in which they were
// written, so that a transaction appends to one page. An index on the disk, by a hash that has no order,
// would have it rewrite a page for nearly every token: that was two thirds of all that was written.
// Memory: some 25 bytes for each token that was ever used.
type tokens struct {
	mu   sync.RWMutex
	row  map[uint64]int64   // by the first bytes of the key
	more map[uint64][]int64 // further rows whose keys begin alike
}

// placed is a token's key and the row that holds its outcome.
type placed struct {
	key []byte // tokenKey
	row int64
}

// brief is the part of a key that is kept in memory: bits of the hash, which are random, mixed with the
// number of the record.
func brief(key []byte) uint64 {
	return binary.BigEndian.Uint64(key[8:]) ^ binary.BigEndian.Uint64(key)*0x9E3779B97F4A7C15
}

func (t *tokens) add(ps []placed) {
	if len(ps) == 0 {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.row == nil {
		t.row = map[uint64]int64{}
	}
	for _, p := range ps {
		k := brief(p.key)
		if _, taken := t.row[k]; !taken {
			t.row[k] = p.row
			continue
		}
		if t.more == nil {
			t.more = map[uint64][]int64{}
		}
		t.more[k] = append(t.more[k], p.row)
	}
}

// find lists the rows in which a token's outcome may stand, the oldest first.
func (t *tokens) find(key []byte) []int64 {
	t.mu.RLock()
	defer t.mu.RUnlock()
	k := brief(key)
	row, ok := t.row[k]
	if !ok {
		return nil
	}
	return append([]int64{row}, t.more[k]...)
}

// load reads all keys.
func (t *tokens) load(c *sqlite3.Conn) error {
	s, _, err := c.Prepare("SELECT id, hash FROM token ORDER BY id")
	if err != nil {
		return err
	}
	defer s.Close()
	var ps []placed
	for s.Step() {
		key := s.ColumnBlob(1, nil)
		if len(key) < 24 {
			continue // no token's: whoever looks for one does not find it here
		}
		ps = append(ps, placed{key, s.ColumnInt64(0)})
		if len(ps) == 1000 {
			t.add(ps)
			ps = ps[:0]
		}
	}
	t.add(ps)
	return s.Err()
}
