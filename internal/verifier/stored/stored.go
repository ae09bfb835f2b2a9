// Package stored reads the files in which a record is stored, for who checks them: the database of SQLite, read-only and as it lies, and the high
// marks beside it. It uses nothing of what wrote them, so that a fault there is not one here.
package stored

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/ncruces/go-sqlite3"
)

const (
	applicationID = 0x506c6d76
	schemaVersion = 2         // it reads 1 as well: what is checked stands in both alike
	positionMask  = 1<<40 - 1 // the largest position that there can be
)

// Logged reports whether a write-ahead log stands beside a database: somebody has it open, or was killed.
func Logged(path string) bool {
	_, err := os.Stat(path + "-wal")
	return !errors.Is(err, fs.ErrNotExist)
}

// File is a database that is open for reading. What is read is one state of it, until it is closed.
type File struct{ conn *sqlite3.Conn }

// Open opens a database for reading only. mode is added to its address: "&immutable=1" where nobody else has it open.
func Open(ctx context.Context, path, mode string) (*File, error) {
	name := "file:" + strings.NewReplacer("%", "%25", "?", "%3F", "#", "%23").Replace(path) + "?mode=ro" + mode
	c, err := sqlite3.OpenFlags(name, sqlite3.OPEN_READONLY|sqlite3.OPEN_URI)
	if err != nil {
		return nil, err
	}
	// The last connection that closes would delete a write-ahead log that it takes for empty, though it may
	// hold entries behind a damaged frame.
	_, err = c.Config(sqlite3.DBCONFIG_NO_CKPT_ON_CLOSE, true)
	if err = errors.Join(err, c.BusyTimeout(5*time.Second)); err == nil {
		c.SetInterrupt(ctx)
		// The transaction holds one state of the database until the connection is closed.
		err = c.Exec("PRAGMA query_only = ON; BEGIN; SELECT count(*) FROM sqlite_schema")
	}
	if err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return &File{c}, nil
}

// Query runs a statement and hands on each row.
func (d *File) Query(sql string, each func(*sqlite3.Stmt) error, args ...int64) error {
	s, _, err := d.conn.Prepare(sql)
	if err != nil {
		return err
	}
	defer s.Close()
	for i, a := range args {
		if err := s.BindInt64(i+1, a); err != nil {
			return err
		}
	}
	for s.Step() {
		if err := each(s); err != nil {
			return err
		}
	}
	return s.Err()
}

// Number is the one number that a statement gives.
func (d *File) Number(sql string, args ...int64) (n int64, err error) {
	err = d.Query(sql, func(s *sqlite3.Stmt) error { n = s.ColumnInt64(0); return nil }, args...)
	return n, err
}

// Prepare makes a statement ready, to be run more than once.
func (d *File) Prepare(sql string) (s *sqlite3.Stmt, tail string, err error) {
	return d.conn.Prepare(sql)
}

// Close closes it.
func (d *File) Close() error { return d.conn.Close() }

// Columns names the columns of a table, all kinds of them.
func (d *File) Columns(table string) (string, error) {
	var names []string
	err := d.Query("SELECT name FROM pragma_table_xinfo('"+table+"') ORDER BY cid", func(s *sqlite3.Stmt) error {
		names = append(names, s.ColumnText(0))
		return nil
	})
	return strings.Join(names, " "), err
}

// Own looks whether SQLite finds nothing wrong, and whether it is a database of the record. It gives its schema; wrong says what is not as it has to be.
func (d *File) Own() (version int64, wrong, err error) {
	var said string
	if err := d.Query("PRAGMA integrity_check(1)", func(s *sqlite3.Stmt) error { said = s.ColumnText(0); return nil }); err != nil {
		return 0, nil, err
	}
	app, err := d.Number("PRAGMA application_id")
	if err != nil {
		return 0, nil, err
	}
	if version, err = d.Number("PRAGMA user_version"); err != nil {
		return 0, nil, err
	}
	switch {
	case said != "ok":
		wrong = errors.New(said)
	case app != applicationID:
		wrong = errors.New("not a database of Plenary's record")
	case version < 1 || version > schemaVersion:
		wrong = fmt.Errorf("schema %d, this verifier knows %d", version, schemaVersion)
	}
	return version, wrong, nil
}

// tables are the tables of the record with their columns.
var tables = map[string]string{
	"record": "number id origin", "envelope": "id bytes", "data": "id salted", "text": "id salted", "tile": "id hashes",
	"checkpoint": "id note", "token": "id hash outcome",
}

// Strange looks for what does not belong there: a trigger or a view may change or hide what is written without any
// byte being wrong.
func (d *File) Strange(version int64) (wrong, err error) {
	seen := 0
	err = d.Query("SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema", func(s *sqlite3.Stmt) error {
		kind, name := s.ColumnText(0), s.ColumnText(1)
		switch want, ok := tables[name]; {
		case kind == "index" && s.ColumnText(3) == "" && tables[s.ColumnText(2)] != "": // of SQLite's own
		case kind != "table" || !ok:
			wrong = fmt.Errorf("there is a %s %s, which does not belong there", kind, name)
		default:
			seen++
			if version == 1 && name == "token" {
				want = "hash outcome"
			}
			columns, err := d.Columns(name)
			if err == nil && columns != want {
				wrong = fmt.Errorf("the table %s has the columns %s", name, columns)
			}
			return err
		}
		return nil
	})
	if wrong == nil && seen != len(tables) {
		wrong = fmt.Errorf("%d of %d tables are there", seen, len(tables))
	}
	return wrong, err
}

// Mark is the high mark of one record: how many entries were acknowledged, and the root then.
type Mark struct {
	Head int64    // how many entries were acknowledged
	Root [32]byte // of the tree then
}

const (
	copySize = 16 + 8 + 32 + 4 + 4
	markSize = 2 * copySize
)

// ReadHigh reads the file of high marks. A running server may be writing one just now, so a mark that
// does not fit its checksum is read again.
func ReadHigh(path string) (map[string]Mark, error) {
	var err error
	for try := 0; try < 5; try++ {
		var b []byte
		if b, err = os.ReadFile(path); errors.Is(err, fs.ErrNotExist) {
			return nil, nil
		} else if err != nil {
			return nil, err
		}
		var m map[string]Mark
		if m, err = parseHigh(b); err == nil {
			return m, nil
		}
		time.Sleep(20 * time.Millisecond)
	}
	return nil, err
}

// parseHigh reads slots of two copies each, of which the one with the higher number holds. A server may be
// killed in the middle of one copy: the other is then the mark.
func parseHigh(b []byte) (map[string]Mark, error) {
	out := map[string]Mark{}
	for i := 0; len(b) > 0; i++ {
		slot := make([]byte, markSize) // a copy that was never written is zeroes
		b = b[copy(slot, b):]
		var best []byte
		for _, c := range [][]byte{slot[:copySize], slot[copySize:]} {
			if crc32.ChecksumIEEE(c[:60]) != binary.BigEndian.Uint32(c[60:]) || binary.BigEndian.Uint64(c[16:]) == 0 {
				continue
			}
			if best == nil || int32(binary.BigEndian.Uint32(c[56:])-binary.BigEndian.Uint32(best[56:])) > 0 {
				best = c
			}
		}
		if best == nil {
			return nil, fmt.Errorf("mark %d of the file has a wrong checksum", i+1)
		}
		id := hex.EncodeToString(best[:16])
		head := binary.BigEndian.Uint64(best[16:])
		if _, twice := out[id]; twice || head > positionMask {
			return nil, fmt.Errorf("mark %d of the file is no mark", i+1)
		}
		out[id] = Mark{int64(head), [32]byte(best[24:56])}
	}
	return out, nil
}
