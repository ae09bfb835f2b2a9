package verifier

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/ncruces/go-sqlite3"
)

const (
	applicationID = 0x506c6d76
	schemaVersion = 2 // it reads 1 as well: what it checks stands in both alike
	positionBits  = 40
	positionMask  = 1<<positionBits - 1
)

// Database checks the record database at path (record.db) and the file "high" beside it: every entry,
// every commitment to data and to the texts that are there, that each text that is missing was erased by
// an entry that says so, every tile, the root of every stored checkpoint, and the high mark. It opens
// read-only and may run beside a server. The error is the first thing that is wrong; an error that is
// not ErrWrong says that the file could not be read.
//
// It has no key: who signed the stored checkpoints is not checked.
func Database(ctx context.Context, path string) (Report, error) {
	if st, err := os.Stat(path); err != nil {
		return Report{}, fmt.Errorf("verifier: %w", err)
	} else if !st.Mode().IsRegular() {
		return Report{}, fmt.Errorf("verifier: %s is not a file", path)
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return Report{}, fmt.Errorf("verifier: %w", err)
	}
	// Where there is no write-ahead log nobody has the database open, and the file alone is the whole: it
	// is read as it lies, so that nothing is made beside it, on a medium that cannot be written, say. If a
	// log is there afterwards, somebody has begun to write, and what was read is read again.
	if !logged(path) {
		if r, err := check(ctx, path, "&immutable=1"); !logged(path) {
			return r, err
		}
	}
	return check(ctx, path, "")
}

func logged(path string) bool {
	_, err := os.Stat(path + "-wal")
	return !errors.Is(err, fs.ErrNotExist)
}

func check(ctx context.Context, path, mode string) (Report, error) {
	var r Report
	// The mark may lag behind the record, never lead it: so it is read first.
	marks, markErr := readHigh(filepath.Join(filepath.Dir(path), "high"))
	d, err := open(ctx, path, mode)
	if err == nil {
		defer d.conn.Close()
		if err = d.all(ctx, &r, marks, markErr); err == nil {
			return r, r.err()
		}
	}
	switch {
	case ctx.Err() != nil:
		return r, ctx.Err()
	case errors.Is(err, sqlite3.NOTADB) || errors.Is(err, sqlite3.CORRUPT) || errors.Is(err, sqlite3.ERROR):
		r.check("database", err, "") // it was read, and it is not what it should be
		return r, r.err()
	}
	return r, fmt.Errorf("verifier: %s: %w", path, err)
}

type database struct{ conn *sqlite3.Conn }

func open(ctx context.Context, path, mode string) (*database, error) {
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
	return &database{c}, nil
}

// query runs a statement and hands on each row.
func (d *database) query(sql string, each func(*sqlite3.Stmt) error, args ...int64) error {
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

func (d *database) number(sql string, args ...int64) (n int64, err error) {
	err = d.query(sql, func(s *sqlite3.Stmt) error { n = s.ColumnInt64(0); return nil }, args...)
	return n, err
}

type recordRow struct {
	number     int64
	id, origin string
}

// all checks everything; what it returns is that SQLite could not go on.
func (d *database) all(ctx context.Context, r *Report, marks map[string]mark, markErr error) error {
	var said string
	if err := d.query("PRAGMA integrity_check(1)", func(s *sqlite3.Stmt) error { said = s.ColumnText(0); return nil }); err != nil {
		return err
	}
	app, err := d.number("PRAGMA application_id")
	if err != nil {
		return err
	}
	version, err := d.number("PRAGMA user_version")
	if err != nil {
		return err
	}
	var wrong error
	switch {
	case said != "ok":
		wrong = errors.New(said)
	case app != applicationID:
		wrong = errors.New("not a database of Plenary's record")
	case version < 1 || version > schemaVersion:
		wrong = fmt.Errorf("schema %d, this verifier knows %d", version, schemaVersion)
	}
	if !r.check("database", wrong, "SQLite finds its pages and indexes in order") {
		return nil
	}
	if markErr != nil {
		r.check("high mark", markErr, "")
	}
	var rows []recordRow
	if err := d.query("SELECT number, id, origin FROM record ORDER BY number", func(s *sqlite3.Stmt) error {
		rows = append(rows, recordRow{s.ColumnInt64(0), s.ColumnText(1), s.ColumnText(2)})
		return nil
	}); err != nil {
		return err
	}
	known := map[string]bool{}
	for _, row := range rows {
		if err := ctx.Err(); err != nil {
			return err
		}
		known[row.id] = true
		m, marked := marks[row.id]
		if err := d.record(ctx, r, row, m, marked); err != nil {
			return err
		}
	}
	for _, id := range slices.Sorted(maps.Keys(marks)) {
		if !known[id] {
			r.check("high mark", fmt.Errorf("it knows the record %s, which is not in the database", id), "")
		}
	}
	wrong = nil
	for _, orphan := range []struct{ what, sql string }{
		{"an envelope of no record", "SELECT count(*) FROM envelope WHERE id >> 40 NOT IN (SELECT number FROM record)"},
		{"data without an envelope", "SELECT count(*) FROM data WHERE NOT EXISTS (SELECT 1 FROM envelope WHERE envelope.id = data.id)"},
		{"a text without an envelope", "SELECT count(*) FROM text WHERE NOT EXISTS (SELECT 1 FROM envelope WHERE envelope.id = text.id)"},
		{"a tile of no record", "SELECT count(*) FROM tile WHERE id >> 40 NOT IN (SELECT number FROM record)"},
		{"a checkpoint of no record", "SELECT count(*) FROM checkpoint WHERE id >> 40 NOT IN (SELECT number FROM record)"},
	} {
		n, err := d.number(orphan.sql)
		if err != nil {
			return err
		}
		if n != 0 && wrong == nil {
			wrong = fmt.Errorf("%d times %s", n, orphan.what)
		}
	}
	r.check("nothing else", wrong, "no row without its record")
	return d.tokens(ctx, r, version)
}

// tokens checks what became of requests: in the second schema each row ends with its own checksum.
func (d *database) tokens(ctx context.Context, r *Report, version int64) error {
	if version < 2 {
		return nil
	}
	table, n := crc32.MakeTable(crc32.Castagnoli), 0
	var wrong first
	if err := d.query("SELECT id, hash, outcome FROM token ORDER BY id", func(s *sqlite3.Stmt) error {
		n++
		key, outcome := s.ColumnBlob(1, nil), s.ColumnBlob(2, nil)
		end := len(outcome) - 4
		if len(key) != 24 || end < 0 || binary.BigEndian.Uint32(outcome[end:]) != crc32.Checksum(append(key, outcome[:end]...), table) {
			wrong.wrong("row %d does not fit its checksum", s.ColumnInt64(0))
		}
		return ctx.Err()
	}); err != nil {
		return err
	}
	r.check("tokens", wrong.err, "%d", n)
	return nil
}

// first keeps the first thing that is wrong.
type first struct{ err error }

func (f *first) wrong(format string, args ...any) {
	if f.err == nil {
		f.err = fmt.Errorf(format, args...)
	}
}

// record checks one record.
func (d *database) record(ctx context.Context, r *Report, row recordRow, high mark, marked bool) error {
	what := func(s string) string { return s + " of record " + row.id }
	var meta, entries, data, texts, tiles, points, highs first
	if len(row.id) != 32 || strings.Trim(row.id, "0123456789abcdef") != "" || row.number < 1 || row.number >= 1<<23 {
		meta.wrong("its id or number is none")
	} else if err := (checkpoint{origin: row.origin}).of(row.id); err != nil || !goodName(row.origin) {
		meta.wrong("its origin %q is not a name and the id", row.origin)
	}
	if !r.check(what("origin"), meta.err, "%s", row.origin) {
		return nil
	}
	low, top := row.number<<positionBits, row.number<<positionBits|positionMask

	stored := map[int64]checkpoint{}
	if err := d.query("SELECT id, note FROM checkpoint WHERE id BETWEEN ? AND ? ORDER BY id", func(s *sqlite3.Stmt) error {
		size := s.ColumnInt64(0) & positionMask
		n, err := parseNote(s.ColumnBlob(1, nil))
		var c checkpoint
		if err == nil {
			c, err = parseCheckpoint(n.text)
		}
		switch {
		case err != nil:
			points.wrong("that of %d entries: %v", size, err)
		case c.size != size || c.origin != row.origin:
			points.wrong("that of %d entries says %d entries of %s", size, c.size, c.origin)
		case !n.names(row.origin):
			points.wrong("that of %d entries is not signed in the name of %s", size, row.origin)
		}
		stored[size] = c
		return nil
	}, low, top); err != nil {
		return err
	}

	tile, _, err := d.conn.Prepare("SELECT hashes FROM tile WHERE id = ?")
	if err != nil {
		return err
	}
	defer tile.Close()
	var tileErr error
	seen := int64(0)
	compare := func(level int, n int64, want []byte) {
		seen++
		got := []byte(nil)
		if err := tile.BindInt64(1, row.number<<40|int64(level)<<36|n); err != nil {
			tileErr = err
			return
		}
		if tile.Step() {
			got = tile.ColumnBlob(0, nil)
		}
		tileErr = errors.Join(tileErr, tile.Err(), tile.Reset())
		if string(got) != string(want) {
			tiles.wrong("tile %d/%d does not agree with the entries", level, n)
		}
	}

	var t tree
	var last time.Time
	missing := map[int64]bool{} // texts that are not there
	erased := map[int64]int64{} // which entry says that a text was erased
	present := int64(0)         // texts that are there
	err = d.query(`SELECT envelope.id, bytes, data.salted, text.salted FROM envelope
		LEFT JOIN data ON data.id = envelope.id LEFT JOIN text ON text.id = envelope.id
		WHERE envelope.id BETWEEN ? AND ? ORDER BY envelope.id`, func(s *sqlite3.Stmt) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		at := s.ColumnInt64(0) & positionMask
		raw := s.ColumnRawBlob(1)
		env, err := parseEnvelope(raw)
		switch {
		case at != t.size+1:
			entries.wrong("entry %d is missing: after %d comes %d", t.size+1, t.size, at)
		case err != nil:
			entries.wrong("entry %d: %v", at, err)
		case env.record != row.id || env.position != at:
			entries.wrong("entry %d says that it is entry %d of record %s", at, env.position, env.record)
		case env.time.Before(last):
			entries.wrong("entry %d: its time goes back", at)
		}
		t.add(leafHash(raw), compare)
		if c, ok := stored[t.size]; ok && c.root != t.root() {
			points.wrong("that of %d entries has another root than the entries", t.size)
		}
		if marked && high.head == t.size && high.root != t.root() {
			highs.wrong("the root at %d entries is another", t.size)
		}
		if err != nil {
			return nil
		}
		last = env.time
		if s.ColumnType(2) == sqlite3.NULL {
			data.wrong("those of entry %d are missing", at)
		} else {
			salted := s.ColumnRawBlob(2)
			if err := env.checkData(salted); err != nil {
				data.wrong("those of entry %d: %v", at, err)
			} else if p, ok, err := erasure(salted[saltSize:]); err != nil {
				data.wrong("those of entry %d: %v", at, err)
			} else if ok {
				if p < 1 || p > at {
					texts.wrong("entry %d says that it erased entry %d", at, p)
				}
				erased[p] = at
			}
		}
		switch {
		case s.ColumnType(3) != sqlite3.NULL:
			present++
			if err := env.checkText(s.ColumnRawBlob(3)); err != nil {
				texts.wrong("that of entry %d: %v", at, err)
			}
		case env.text != "none":
			missing[at] = true
		}
		return nil
	}, low, top)
	if err := errors.Join(err, tileErr); err != nil {
		return err
	}
	t.partial(compare)
	if tileErr != nil {
		return tileErr
	}
	count, err := d.number("SELECT count(*) FROM tile WHERE id BETWEEN ? AND ?", low, top)
	if err != nil {
		return err
	}
	if count != seen {
		tiles.wrong("%d are stored where %d are due", count, seen)
	}
	for size := range stored {
		if size > t.size {
			points.wrong("that of %d entries is of more than there are, %d", size, t.size)
		}
	}
	for p := int64(1); p <= t.size; p++ {
		by, said := erased[p]
		switch {
		case missing[p] && !said:
			texts.wrong("that of entry %d is gone, and no entry says that it was erased", p)
		case said && !missing[p] && by != 0:
			if err := d.stillThere(row.number, p, by, &texts); err != nil {
				return err
			}
		}
	}
	if marked && high.head > t.size {
		highs.wrong("it says %d entries, there are %d: acknowledged entries are missing", high.head, t.size)
	}

	r.check(what("entries"), entries.err, "%d, without a gap, times never going back, each in its form", t.size)
	r.check(what("data"), data.err, "all %d are what the envelopes commit to", t.size)
	r.check(what("texts"), texts.err, "%d are what the envelopes commit to, %d were erased by an entry that says so", present, len(missing))
	r.check(what("tree"), tiles.err, "%d tiles agree with the entries; root %x", seen, t.root())
	r.check(what("checkpoints"), points.err, "%d have the root of the entries; who signed them is not checked without a key", len(stored))
	if marked {
		r.check(what("high mark"), highs.err, "%d entries were acknowledged and are there", high.head)
	} else {
		r.check(what("high mark"), nil, "there is none: entries missing at the end would not be seen")
	}
	return nil
}

// stillThere notes an erased text that is still stored. (An entry written without text may be named by
// an erasure all the same.)
func (d *database) stillThere(number, p, by int64, texts *first) error {
	n, err := d.number("SELECT count(*) FROM text WHERE id = ?", number<<positionBits|p)
	if n != 0 {
		texts.wrong("that of entry %d is still there, though entry %d says that it was erased", p, by)
	}
	return err
}

// erasure reports which entry's text the data say was erased.
func erasure(data []byte) (int64, bool, error) {
	if !strings.HasPrefix(string(data[:min(len(data), 32)]), "conversation.erased/1\n") {
		return 0, false, nil
	}
	_, members, err := fact(data)
	if err != nil {
		return 0, false, err
	}
	p, err := count(members, "position")
	return p, err == nil, err
}

// names reports whether a signature line carries the name.
func (n note) names(name string) bool {
	for _, s := range n.sigs {
		if s.name == name {
			return true
		}
	}
	return false
}

// mark is the high mark of one record: how many entries were acknowledged, and the root then.
type mark struct {
	head int64
	root hash
}

const (
	copySize = 16 + 8 + 32 + 4 + 4
	markSize = 2 * copySize
)

// readHigh reads the file of high marks. A running server may be writing one just now, so a mark that
// does not fit its checksum is read again.
func readHigh(path string) (map[string]mark, error) {
	var err error
	for try := 0; try < 5; try++ {
		var b []byte
		if b, err = os.ReadFile(path); errors.Is(err, fs.ErrNotExist) {
			return nil, nil
		} else if err != nil {
			return nil, err
		}
		var m map[string]mark
		if m, err = parseHigh(b); err == nil {
			return m, nil
		}
		time.Sleep(20 * time.Millisecond)
	}
	return nil, err
}

// parseHigh reads slots of two copies each, of which the one with the higher number holds. A server may be
// killed in the middle of one copy: the other is then the mark.
func parseHigh(b []byte) (map[string]mark, error) {
	out := map[string]mark{}
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
		out[id] = mark{int64(head), hash(best[24:56])}
	}
	return out, nil
}
