package bench

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"path/filepath"
	"time"

	"github.com/ncruces/go-sqlite3"
	"github.com/openplenary/plenary/record"
	"github.com/openplenary/plenary/record/sqlite"
)

// record measures entries of 1 KiB: each caller takes a turn of its own, appends one entry with data
// and text and a token, commits, and waits until it is durable. The peer is SQLite with one table and
// nothing else.
func (b *bench) record() (err error) {
	log, err := openLog(filepath.Join(b.dir, "record"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	id, err := log.NewID()
	if err != nil {
		return err
	}
	if err := log.Create(record.Meta{ID: id, Origin: "plenary.invalid/" + string(id)}); err != nil {
		return err
	}
	peer, err := openBare(filepath.Join(b.dir, "bare.db"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, peer.Close()) }()

	var value, limit, bare []float64
	for range rounds {
		v, err := b.rawLimit()
		if err != nil {
			return err
		}
		limit = append(limit, v)
		if v, err = b.bareSQLite(peer); err != nil {
			return err
		}
		bare = append(bare, v)
		if v, err = b.entries(log, id); err != nil {
			return err
		}
		value = append(value, v)
	}
	return b.say(figure{Name: "record.entries", Value: median(value), Unit: "entries/s", Limit: median(limit), Peer: "bare SQLite", PeerValue: median(bare), N: rounds})
}

// openLog opens a log of its own, outside of an instance.
func openLog(dir string) (*record.Log, error) {
	key, err := record.LoadKey(filepath.Join(dir, "keys"))
	if err != nil {
		return nil, err
	}
	engine, err := sqlite.Open(filepath.Join(dir, "record.db"), sqlite.Options{})
	if err != nil {
		return nil, err
	}
	high, err := record.OpenHighWater(filepath.Join(dir, "high"), false)
	if err != nil {
		return nil, errors.Join(err, engine.Close())
	}
	log, err := record.Open(engine, record.Options{Key: key, Now: time.Now, High: high})
	if err != nil {
		return nil, errors.Join(err, engine.Close(), high.Close())
	}
	return log, nil
}

// entries measures the record.
func (b *bench) entries(log *record.Log, id record.ID) (float64, error) {
	data, text, done := make([][]byte, callers), make([][]byte, callers), make([]chan error, callers)
	for i := range callers {
		data[i], text[i], done[i] = filler(i, 320), filler(i+callers, entrySize-320), make(chan error, 1)
	}
	return throughput(b.ctx, b.round, func(caller, _ int) error {
		turn, err := log.Turn(b.ctx, id)
		if err != nil {
			return err
		}
		at, err := turn.Append(record.New{Data: data[caller], Text: text[caller]})
		if err != nil {
			turn.Release()
			return err
		}
		var token record.TokenHash
		_, _ = rand.Read(token[:]) // never fails
		turn.Remember(token, record.TokenResult{First: at.Position})
		turn.Commit(func(err error) { done[caller] <- err })
		return <-done[caller]
	})
}

func openBare(path string) (*sqlite3.Conn, error) {
	c, err := sqlite3.Open("file:" + path)
	if err != nil {
		return nil, err
	}
	err = c.Exec(`PRAGMA page_size=8192; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=4000; PRAGMA cache_size=-32768;
		CREATE TABLE entry(id INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT`)
	if err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

// bareSQLite measures rows of one table, written by one goroutine, a transaction for all that wait.
func (b *bench) bareSQLite(c *sqlite3.Conn) (rate float64, err error) {
	s, _, err := c.Prepare("INSERT INTO entry(bytes) VALUES(?)")
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	store := newCommitted(func(batch []*waiting) (err error) {
		tx, err := c.BeginImmediate()
		if err != nil {
			return err
		}
		defer tx.End(&err)
		for _, w := range batch {
			if err := errors.Join(s.BindBlob(1, w.bytes), s.Exec()); err != nil {
				return err
			}
		}
		return nil
	})
	defer store.close()
	return b.put(store)
}

// filler makes bytes of a size that differ from caller to caller.
func filler(seed, size int) []byte {
	out := make([]byte, 0, size+8)
	x := uint64(seed)*0x9E3779B97F4A7C15 + 1
	for len(out) < size {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
		out = binary.LittleEndian.AppendUint64(out, x)
	}
	return out[:size]
}
