package sqlite

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"sync"

	"github.com/ncruces/go-sqlite3"
	"github.com/openplenary/plenary/record"
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

// sums checks a token's row: nothing else vouches for it.
var sums = crc32.MakeTable(crc32.Castagnoli)

// summed is an outcome as it is stored: with the checksum of the key and of itself.
func summed(key, outcome []byte) []byte {
	return binary.BigEndian.AppendUint32(outcome, crc32.Update(crc32.Checksum(key, sums), sums, outcome))
}

// unsummed takes the checksum off a stored outcome; ok is false where it does not fit.
func unsummed(key, stored []byte) (outcome []byte, ok bool) {
	n := len(stored) - 4
	if n < 0 {
		return nil, false
	}
	return stored[:n], binary.BigEndian.Uint32(stored[n:]) == crc32.Update(crc32.Checksum(key, sums), sums, stored[:n])
}

// load reads all keys, and checks every row.
func (t *tokens) load(c *sqlite3.Conn) error {
	s, _, err := c.Prepare("SELECT id, hash, outcome FROM token ORDER BY id")
	if err != nil {
		return err
	}
	defer s.Close()
	var ps []placed
	for n := int64(1); s.Step(); n++ {
		if s.ColumnInt64(0) != n {
			return fmt.Errorf("%w: outcomes of requests are missing before row %d", record.ErrDamaged, s.ColumnInt64(0))
		}
		key := s.ColumnBlob(1, nil)
		if _, ok := unsummed(key, s.ColumnRawBlob(2)); !ok || len(key) != keySize {
			return fmt.Errorf("%w: row %d", record.ErrDamaged, s.ColumnInt64(0))
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

// Outcomes hands on all outcomes of a record.
func (e *Engine) Outcomes(ctx context.Context, id record.ID, each func(record.TokenRow) error) error {
	number, err := e.number(id)
	if err != nil {
		return err
	}
	for after := int64(0); ; {
		var some []record.TokenRow
		if err := e.read(func(r *reader) error {
			s, _, err := r.conn.Prepare(fmt.Sprintf("SELECT id, hash FROM token WHERE id > %d ORDER BY id LIMIT 1000", after))
			if err != nil {
				return err
			}
			defer s.Close()
			for s.Step() {
				after = s.ColumnInt64(0)
				key := s.ColumnBlob(1, nil)
				if len(key) != keySize || int64(binary.BigEndian.Uint64(key)) != number {
					if some == nil {
						some = []record.TokenRow{} // of another record: it is not the end
					}
					continue
				}
				o, err := r.outcome(key, after)
				if err != nil {
					return err
				}
				row := record.TokenRow{Outcome: *o}
				copy(row.Hash[:], key[8:])
				some = append(some, row)
			}
			return s.Err()
		}); err != nil || some == nil {
			return err
		}
		for _, row := range some {
			if err := errors.Join(ctx.Err(), each(row)); err != nil {
				return err
			}
		}
	}
}

// keySize is the length of a tokenKey.
const keySize = 24

// orderTokens is the step from schema 1, where the hash was the primary key.
func orderTokens(c *sqlite3.Conn) error {
	if err := c.Exec("ALTER TABLE token RENAME TO old_token; CREATE TABLE token(id INTEGER PRIMARY KEY, hash BLOB NOT NULL, outcome BLOB NOT NULL) STRICT"); err != nil {
		return err
	}
	from, _, err := c.Prepare("SELECT hash, outcome FROM old_token")
	if err != nil {
		return err
	}
	to, _, err := c.Prepare("INSERT INTO token(hash, outcome) VALUES(?, ?)")
	if err != nil {
		return errors.Join(err, from.Close())
	}
	for from.Step() {
		key := from.ColumnBlob(0, nil)
		if err = errors.Join(to.BindBlob(1, key), to.BindBlob(2, summed(key, from.ColumnBlob(1, nil))), to.Exec()); err != nil {
			break
		}
	}
	if err = errors.Join(err, from.Err(), from.Close(), to.Close()); err != nil {
		return err
	}
	return c.Exec("DROP TABLE old_token; PRAGMA user_version = 2")
}
