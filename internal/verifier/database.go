package verifier

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/ncruces/go-sqlite3"
	"github.com/openplenary/plenary/internal/verifier/stored"
)

const (
	positionBits = 40
	positionMask = 1<<positionBits - 1
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
	if !stored.Logged(path) {
		if r, err := check(ctx, path, "&immutable=1"); !stored.Logged(path) {
			return r, err
		}
	}
	return check(ctx, path, "")
}

func check(ctx context.Context, path, mode string) (Report, error) {
	var r Report
	// The mark may lag behind the record, never lead it: so it is read first.
	marks, markErr := stored.ReadHigh(filepath.Join(filepath.Dir(path), "high"))
	f, err := stored.Open(ctx, path, mode)
	if err == nil {
		d := &database{f}
		defer d.Close()
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

// database is a record database that is being checked.
type database struct{ *stored.File }

type recordRow struct {
	number     int64
	id, origin string
}

// all checks everything; what it returns is that SQLite could not go on.
func (d *database) all(ctx context.Context, r *Report, marks map[string]stored.Mark, markErr error) error {
	version, ok, err := d.file(r)
	if err != nil || !ok {
		return err
	}
	if markErr != nil {
		r.check("high mark", markErr, "")
	}
	var rows []recordRow
	if err := d.Query("SELECT number, id, origin FROM record ORDER BY number", func(s *sqlite3.Stmt) error {
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
		if !known[id] && id != tokensMark {
			r.check("high mark", fmt.Errorf("it knows the record %s, which is not in the database", id), "")
		}
	}
	if err := d.orphans(r); err != nil {
		return err
	}
	return d.tokens(ctx, r, version, marks[tokensMark].Head)
}

// tokensMark is the name under which a high mark says how many outcomes of requests were stored.
const tokensMark = "746f6b656e7300000000000000000000"

// file checks what SQLite can see, and that it is a database of this kind. It returns its schema.
func (d *database) file(r *Report) (version int64, ok bool, err error) {
	version, wrong, err := d.Own()
	if err != nil || !r.check("database", wrong, "SQLite finds its pages and indexes in order") {
		return version, false, err
	}
	wrong, err = d.Strange(version)
	return version, r.check("tables", wrong, "nothing but the tables of the record"), err
}

// orphans checks that there is no row without its record or its entry.
func (d *database) orphans(r *Report) error {
	var wrong first
	for _, orphan := range []struct{ what, sql string }{
		{"an envelope of no record", "SELECT count(*) FROM envelope WHERE id >> 40 NOT IN (SELECT number FROM record)"},
		{"data without an envelope", "SELECT count(*) FROM data WHERE NOT EXISTS (SELECT 1 FROM envelope WHERE envelope.id = data.id)"},
		{"a text without an envelope", "SELECT count(*) FROM text WHERE NOT EXISTS (SELECT 1 FROM envelope WHERE envelope.id = text.id)"},
		{"a tile of no record", "SELECT count(*) FROM tile WHERE id >> 40 NOT IN (SELECT number FROM record)"},
		{"a checkpoint of no record", "SELECT count(*) FROM checkpoint WHERE id >> 40 NOT IN (SELECT number FROM record)"},
	} {
		n, err := d.Number(orphan.sql)
		if err != nil {
			return err
		}
		if n != 0 {
			wrong.wrong("%d times %s", n, orphan.what)
		}
	}
	r.check("nothing else", wrong.err, "no row without its record")
	return nil
}

// tokens checks what became of requests: in the second schema each row ends with its own checksum, and the rows
// stand without gaps from 1, as many as the high mark says at least.
func (d *database) tokens(ctx context.Context, r *Report, version, marked int64) error {
	if version < 2 {
		return nil
	}
	table, n := crc32.MakeTable(crc32.Castagnoli), 0
	var wrong first
	if err := d.Query("SELECT id, hash, outcome FROM token ORDER BY id", func(s *sqlite3.Stmt) error {
		n++
		if s.ColumnInt64(0) != int64(n) {
			wrong.wrong("row %d stands where %d should be: outcomes are missing", s.ColumnInt64(0), n)
		}
		key, outcome := s.ColumnBlob(1, nil), s.ColumnBlob(2, nil)
		end := len(outcome) - 4
		if len(key) != 24 || end < 0 || binary.BigEndian.Uint32(outcome[end:]) != crc32.Checksum(append(key, outcome[:end]...), table) {
			wrong.wrong("row %d does not fit its checksum", s.ColumnInt64(0))
		}
		return ctx.Err()
	}); err != nil {
		return err
	}
	if int64(n) < marked {
		wrong.wrong("%d are stored, the high mark says %d", n, marked)
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

// recordCheck is the checking of one record: what is wrong with each part of it, and what was read so far.
type recordCheck struct {
	db        *database
	row       recordRow
	high      stored.Mark
	marked    bool
	low, top  int64 // the row ids of its entries
	stored    map[int64]checkpoint
	readTile  *sqlite3.Stmt
	tileErr   error // SQLite could not go on
	seenTiles int64

	tree    tree
	last    time.Time
	missing map[int64]bool  // texts that are not there
	erased  map[int64]int64 // which entry says that a text was erased
	present int64           // texts that are there

	entries, data, texts, tiles, points, highs first
}

// record checks one record.
func (d *database) record(ctx context.Context, r *Report, row recordRow, high stored.Mark, marked bool) error {
	if !r.check("origin of record "+row.id, row.wrong(), "%s", row.origin) {
		return nil
	}
	tile, _, err := d.Prepare("SELECT hashes FROM tile WHERE id = ?")
	if err != nil {
		return err
	}
	defer tile.Close()
	c := &recordCheck{db: d, row: row, high: high, marked: marked, low: row.number << positionBits, top: row.number<<positionBits | positionMask,
		stored: map[int64]checkpoint{}, readTile: tile, missing: map[int64]bool{}, erased: map[int64]int64{}}
	for _, step := range []func(context.Context) error{c.readCheckpoints, c.readEntries, c.compareRest, c.compareTexts} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	c.report(r)
	return nil
}

// wrong says what is wrong with the names of a record.
func (row recordRow) wrong() error {
	if len(row.id) != 32 || strings.Trim(row.id, "0123456789abcdef") != "" || row.number < 1 || row.number >= 1<<23 {
		return errors.New("its id or number is none")
	}
	if err := (checkpoint{origin: row.origin}).of(row.id); err != nil || !goodName(row.origin) {
		return fmt.Errorf("its origin %q is not a name and the id", row.origin)
	}
	return nil
}

// readCheckpoints reads the stored checkpoints.
func (c *recordCheck) readCheckpoints(context.Context) error {
	return c.db.Query("SELECT id, note FROM checkpoint WHERE id BETWEEN ? AND ? ORDER BY id", func(s *sqlite3.Stmt) error {
		size := s.ColumnInt64(0) & positionMask
		n, err := parseNote(s.ColumnBlob(1, nil))
		var p checkpoint
		if err == nil {
			p, err = parseCheckpoint(n.text)
		}
		switch {
		case err != nil:
			c.points.wrong("that of %d entries: %v", size, err)
		case p.size != size || p.origin != c.row.origin:
			c.points.wrong("that of %d entries says %d entries of %s", size, p.size, p.origin)
		case !n.names(c.row.origin):
			c.points.wrong("that of %d entries is not signed in the name of %s", size, c.row.origin)
		}
		c.stored[size] = p
		return nil
	}, c.low, c.top)
}

// compare compares a tile that the entries give with the stored one.
func (c *recordCheck) compare(level int, n int64, want []byte) {
	c.seenTiles++
	got := []byte(nil)
	if err := c.readTile.BindInt64(1, c.row.number<<40|int64(level)<<36|n); err != nil {
		c.tileErr = err
		return
	}
	if c.readTile.Step() {
		got = c.readTile.ColumnBlob(0, nil)
	}
	c.tileErr = errors.Join(c.tileErr, c.readTile.Err(), c.readTile.Reset())
	if string(got) != string(want) {
		c.tiles.wrong("tile %d/%d does not agree with the entries", level, n)
	}
}

// readEntries reads every entry and checks what it shows by itself and in its place.
func (c *recordCheck) readEntries(ctx context.Context) error {
	err := c.db.Query(`SELECT envelope.id, bytes, data.salted, text.salted FROM envelope
		LEFT JOIN data ON data.id = envelope.id LEFT JOIN text ON text.id = envelope.id
		WHERE envelope.id BETWEEN ? AND ? ORDER BY envelope.id`, func(s *sqlite3.Stmt) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		at := s.ColumnInt64(0) & positionMask
		if env, ok := c.envelope(at, s.ColumnRawBlob(1)); ok {
			c.dataOf(at, env, s)
			c.textOf(at, env, s)
		}
		return nil
	}, c.low, c.top)
	return errors.Join(err, c.tileErr)
}

// envelope checks an envelope in its place, and adds it to the tree.
func (c *recordCheck) envelope(at int64, raw []byte) (envelope, bool) {
	env, err := parseEnvelope(raw)
	switch {
	case at != c.tree.size+1:
		c.entries.wrong("entry %d is missing: after %d comes %d", c.tree.size+1, c.tree.size, at)
	case err != nil:
		c.entries.wrong("entry %d: %v", at, err)
	case env.record != c.row.id || env.position != at:
		c.entries.wrong("entry %d says that it is entry %d of record %s", at, env.position, env.record)
	case env.time.Before(c.last):
		c.entries.wrong("entry %d: its time goes back", at)
	}
	c.tree.add(leafHash(raw), c.compare)
	if p, ok := c.stored[c.tree.size]; ok && p.root != c.tree.root() {
		c.points.wrong("that of %d entries has another root than the entries", c.tree.size)
	}
	if c.marked && c.high.Head == c.tree.size && hash(c.high.Root) != c.tree.root() {
		c.highs.wrong("the root at %d entries is another", c.tree.size)
	}
	if err == nil {
		c.last = env.time
	}
	return env, err == nil
}

// dataOf checks the data of an entry, and notes what they say was erased.
func (c *recordCheck) dataOf(at int64, env envelope, s *sqlite3.Stmt) {
	if s.ColumnType(2) == sqlite3.NULL {
		c.data.wrong("those of entry %d are missing", at)
		return
	}
	salted := s.ColumnRawBlob(2)
	if err := env.checkData(salted); err != nil {
		c.data.wrong("those of entry %d: %v", at, err)
		return
	}
	p, ok, err := erasure(salted[saltSize:])
	switch {
	case err != nil:
		c.data.wrong("those of entry %d: %v", at, err)
	case ok:
		if p < 1 || p > at {
			c.texts.wrong("entry %d says that it erased entry %d", at, p)
		}
		c.erased[p] = at
	}
}

// textOf checks the text of an entry, and notes where there is none.
func (c *recordCheck) textOf(at int64, env envelope, s *sqlite3.Stmt) {
	switch {
	case s.ColumnType(3) != sqlite3.NULL:
		c.present++
		if err := env.checkText(s.ColumnRawBlob(3)); err != nil {
			c.texts.wrong("that of entry %d: %v", at, err)
		}
	case env.text != "none":
		c.missing[at] = true
	}
}

// compareRest compares what can only be known at the end: the right edge of the tree, how many tiles there
// are, and checkpoints and a mark of more entries than there are.
func (c *recordCheck) compareRest(context.Context) error {
	c.tree.partial(c.compare)
	if c.tileErr != nil {
		return c.tileErr
	}
	count, err := c.db.Number("SELECT count(*) FROM tile WHERE id BETWEEN ? AND ?", c.low, c.top)
	if err != nil {
		return err
	}
	if count != c.seenTiles {
		c.tiles.wrong("%d are stored where %d are due", count, c.seenTiles)
	}
	for size := range c.stored {
		if size > c.tree.size {
			c.points.wrong("that of %d entries is of more than there are, %d", size, c.tree.size)
		}
	}
	if c.marked && c.high.Head > c.tree.size {
		c.highs.wrong("it says %d entries, there are %d: acknowledged entries are missing", c.high.Head, c.tree.size)
	}
	return nil
}

// compareTexts compares the texts that are not there with those that an entry says were erased.
func (c *recordCheck) compareTexts(context.Context) error {
	for p := int64(1); p <= c.tree.size; p++ {
		by, said := c.erased[p]
		switch {
		case c.missing[p] && !said:
			c.texts.wrong("that of entry %d is gone, and no entry says that it was erased", p)
		case said && !c.missing[p] && by != 0:
			if err := c.db.stillThere(c.row.number, p, by, &c.texts); err != nil {
				return err
			}
		}
	}
	return nil
}

// report adds a line for each part of the record.
func (c *recordCheck) report(r *Report) {
	what := func(s string) string { return s + " of record " + c.row.id }
	r.check(what("entries"), c.entries.err, "%d, without a gap, times never going back, each in its form", c.tree.size)
	r.check(what("data"), c.data.err, "all %d are what the envelopes commit to", c.tree.size)
	r.check(what("texts"), c.texts.err, "%d are what the envelopes commit to, %d were erased by an entry that says so", c.present, len(c.missing))
	r.check(what("tree"), c.tiles.err, "%d tiles agree with the entries; root %x", c.seenTiles, c.tree.root())
	r.check(what("checkpoints"), c.points.err, "%d have the root of the entries; who signed them is not checked without a key", len(c.stored))
	if c.marked {
		r.check(what("high mark"), c.highs.err, "%d entries were acknowledged and are there", c.high.Head)
	} else {
		r.check(what("high mark"), nil, "there is none: entries missing at the end would not be seen")
	}
}

// stillThere notes an erased text that is still stored. (An entry written without text may be named by
// an erasure all the same.)
func (d *database) stillThere(number, p, by int64, texts *first) error {
	n, err := d.Number("SELECT count(*) FROM text WHERE id = ?", number<<positionBits|p)
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
