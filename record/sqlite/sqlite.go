// Package sqlite keeps the record in one SQLite database: envelopes, data and texts in three tables of
// their own, the Merkle tree as tile blobs, the tokens, and the checkpoints that receipts use, all
// written in one transaction that is synced before anybody is told.
//
// One goroutine writes. It merges the waiting batches of several conversations into one transaction,
// so that one fsync serves them all. It speaks to SQLite through prepared statements of its own,
// without database/sql: measured, that is half as dear again.
//
// One flipped bit in the write-ahead log makes SQLite take every later frame for never written; the next
// writing, or the checkpoint of the last connection that closes, would then destroy them. So an engine that
// was opened changes nothing until it is told that all of it was found sound (MarkVerified), and nothing any more
// once damage was found (Freeze): no checkpoint, no new frame, no log cut off.
package sqlite

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ncruces/go-sqlite3"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/internal/dbfile"
	"github.com/openplenary/plenary/internal/platform"
	"github.com/openplenary/plenary/record"
)

// schemaVersion is the number of the newest schema step.
const schemaVersion = 2

// applicationID stands in the header of the file.
const applicationID = 0x506c6d76

const schema = `
CREATE TABLE record(number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, origin TEXT NOT NULL) STRICT;
CREATE TABLE envelope(id INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
CREATE TABLE data(id INTEGER PRIMARY KEY, salted BLOB NOT NULL) STRICT;
CREATE TABLE text(id INTEGER PRIMARY KEY, salted BLOB NOT NULL) STRICT;
CREATE TABLE tile(id INTEGER PRIMARY KEY, hashes BLOB NOT NULL) STRICT;
CREATE TABLE token(id INTEGER PRIMARY KEY, hash BLOB NOT NULL, outcome BLOB NOT NULL) STRICT;
CREATE TABLE checkpoint(id INTEGER PRIMARY KEY, note BLOB NOT NULL) STRICT;
PRAGMA application_id = 1349283190;
PRAGMA user_version = 2;
`

// steps lead from one schema to the next, each in one transaction, after a copy.
var steps = map[int64]func(*sqlite3.Conn) error{1: orderTokens}

// rowid packs a conversation's number and a position: number << 40 | position.
func rowid(number int64, p cite.Position) int64 { return number<<40 | int64(p) }

// tileid packs number, level and n in the same way: number << 40 | level << 36 | n.
func tileid(number int64, level int, n int64) int64 { return number<<40 | int64(level)<<36 | n }

// Options say how to open a database.
type Options struct {
	// VFS names a registered SQLite file system; "" is the operating system's. Tests inject faults here.
	VFS string
	// ReadOnly opens beside a running server.
	ReadOnly bool
}

// Engine is the engine over one database file. It implements record.Engine.
type Engine struct {
	path string
	o    Options

	mu       sync.Mutex
	numbers  map[record.ID]int64
	heads    map[record.ID]cite.Position // owned by the committer once it runs
	writeErr error                       // why nothing can be written any more; owned by the committer
	openErr  error                       // what was found damaged on opening
	version  int64                       // of an older schema, 0 for today's

	verified, frozen atomic.Bool

	queue  chan *request
	done   chan struct{}
	gate   sync.RWMutex // read-locked while something is put in the queue
	closed bool         // guarded by gate

	seq    record.Sequencer
	tokens tokens // where the outcome of each token stands

	// Owned by the committer.
	write    *writer
	truncate bool // the write-ahead log holds erased text
	commits  int

	readers       chan *reader // idle ones
	slots         chan struct{}
	reading       sync.RWMutex // read-locked while a reader is lent
	readersClosed bool         // guarded by reading
}

var _ record.Teller = (*Engine)(nil)

type request struct {
	batch    *record.Batch
	other    func(*sqlite3.Conn) error // something else to do in the transaction
	verified bool                      // everything was found sound: fold in what a crash left
	done     func(error)
}

const maxReaders = 4

// busy is how long a connection waits for another process.
const busy = 5 * time.Second

// Open opens or makes the database at path. Where the disk is full, what SQLite keeps beside it is kept elsewhere.
func Open(path string, o Options) (*Engine, error) {
	e, err := openEngine(path, o)
	if err == nil || o.ReadOnly || o.VFS != "" || !errors.Is(err, sqlite3.IOERR) && !errors.Is(err, sqlite3.FULL) || !record.NoRoom(path) {
		return e, advise(path, err)
	}
	if merr := dbfile.Move(path); merr != nil {
		return nil, errors.Join(err, merr)
	}
	o.VFS = dbfile.Name
	if e, err = openEngine(path, o); err != nil {
		return nil, errors.Join(advise(path, err), dbfile.Back(path))
	}
	return e, nil
}

// advise has an error say which file it is and what to do next: where the file is damaged, and where SQLite cannot read it and nobody
// knows whether that is the disk or the file.
func advise(path string, err error) error {
	switch {
	case errors.Is(err, record.ErrDamaged), errors.Is(err, sqlite3.ERROR):
		return fmt.Errorf("%w: %s (stop; copy the directory before anything else; put the file back from the last backup, with the file high; then run plenary fsck): %w",
			record.ErrDamaged, path, err)
	case errors.Is(err, sqlite3.IOERR):
		return fmt.Errorf("%s cannot be read: the disk or the file is damaged (stop; copy the directory to another disk before anything else; look at the system's log; "+
			"put the file back from the last backup, with the file high; then run plenary fsck): %w", path, err)
	}
	return err
}

func openEngine(path string, o Options) (*Engine, error) {
	e := &Engine{path: path, o: o, numbers: map[record.ID]int64{}, heads: map[record.ID]cite.Position{},
		queue: make(chan *request, 256), done: make(chan struct{}),
		readers: make(chan *reader, maxReaders), slots: make(chan struct{}, maxReaders)}
	fresh, err := empty(path)
	if err != nil {
		return nil, err
	}
	if o.ReadOnly {
		close(e.done)
	} else {
		c, err := e.openWriter(fresh)
		if err != nil {
			return nil, err
		}
		if e.write, err = newWriter(c, e.version == 0); err != nil {
			return nil, errors.Join(damaged(err), closeConn(c))
		}
	}
	if err := e.loadHeads(); err != nil {
		for range len(e.slots) {
			err = errors.Join(err, closeConn((<-e.readers).conn))
		}
		if e.write != nil {
			err = errors.Join(err, closeConn(e.write.conn))
		}
		return nil, err
	}
	if !o.ReadOnly {
		go e.commitLoop()
	}
	return e, nil
}

func (e *Engine) uri(mode string) string {
	u := "file:" + escape(e.path) + "?mode=" + mode
	if e.o.ReadOnly && !dbfile.Logged(e.path) {
		u += "&immutable=1" // nobody has it open, and nothing is made beside it
	}
	if e.o.VFS != "" {
		u += "&vfs=" + e.o.VFS
	}
	return u
}

func escape(path string) string {
	out := make([]byte, 0, len(path))
	for i := 0; i < len(path); i++ {
		switch b := path[i]; b {
		case '%', '?', '#':
			out = fmt.Appendf(out, "%%%02X", b)
		default:
			out = append(out, b)
		}
	}
	return string(out)
}

// openConn opens a connection that leaves the write-ahead log as it is when it is closed, even if it is the
// last: Close decides about that.
func openConn(uri string) (*sqlite3.Conn, error) {
	c, err := sqlite3.Open(uri)
	if err != nil {
		return nil, err
	}
	if _, err := c.Config(sqlite3.DBCONFIG_NO_CKPT_ON_CLOSE, true); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

// empty reports whether there is no database yet. Where only its write-ahead log is there, SQLite would
// delete that.
func empty(path string) (bool, error) {
	if fi, err := os.Stat(path); err == nil && fi.Size() > 0 {
		return false, nil
	} else if err != nil && !errors.Is(err, os.ErrNotExist) {
		return false, err
	}
	if fi, err := os.Stat(path + "-wal"); err == nil && fi.Size() > 0 {
		return false, fmt.Errorf("%w: %s is missing, and its write-ahead log is there", record.ErrDamaged, path)
	}
	return true, nil
}

// soundLog looks, before SQLite does, whether commits stand behind a broken frame of the log.
func (e *Engine) soundLog() error {
	_, err := dbfile.ScanLog(e.path, 0, [8]byte{}, [8]byte{})
	if err != nil && e.o.ReadOnly {
		_, err = dbfile.ScanLog(e.path, 0, [8]byte{}, [8]byte{}) // a frame may have been read while a server wrote it
	}
	if err == nil && !dbfile.Journal(e.path) {
		return fmt.Errorf("%w: %s says that it has no write-ahead log", record.ErrDamaged, filepath.Base(e.path))
	}
	if errors.Is(err, dbfile.ErrBroken) {
		err = fmt.Errorf("%w: acknowledged entries are missing: %w: keep both files as they are", record.ErrDamaged, err)
	}
	return err
}

func (e *Engine) openWriter(fresh bool) (*sqlite3.Conn, error) {
	if e.openErr = e.soundLog(); e.openErr != nil && !errors.Is(e.openErr, record.ErrDamaged) {
		return nil, e.openErr
	}
	c, err := openConn(e.uri("rwc"))
	if err != nil {
		return nil, fmt.Errorf("record: %s: %w", filepath.Base(e.path), damaged(err))
	}
	fail := func(err error) (*sqlite3.Conn, error) { return nil, errors.Join(damaged(err), closeConn(c)) }
	if err := c.BusyTimeout(busy); err != nil {
		return fail(err)
	}
	if fresh {
		// The size of a page and the kind of journal stand in the file and are set once.
		if err := c.Exec("PRAGMA page_size=8192; PRAGMA journal_mode=WAL"); err != nil {
			return fail(err)
		}
	}
	if err := c.Exec(`PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; PRAGMA wal_autocheckpoint=0; PRAGMA cache_size=-32768; PRAGMA temp_store=MEMORY`); err != nil {
		return fail(err)
	}
	if err := os.Chmod(e.path, 0o600); err != nil {
		return fail(err)
	}
	// A start that was interrupted may have left a database without tables.
	tables, err := number(c, "SELECT count(*) FROM sqlite_schema")
	if err != nil {
		return fail(err)
	}
	version, err := number(c, "PRAGMA user_version")
	made := tables == 0 && version == 0
	if err == nil && tables == 0 && version == 0 {
		version, err = schemaVersion, inTransaction(c, e.path, func() error { return c.Exec(schema) })
	}
	switch {
	case err != nil:
		return fail(err)
	case version == schemaVersion:
	case steps[version] != nil:
		e.version = version // the step waits until everything was found sound
	case tables > 0 && version < 1:
		e.openErr = fmt.Errorf("%w: %s has no schema number", record.ErrDamaged, filepath.Base(e.path))
	default:
		return fail(fmt.Errorf("record: %s was written by a newer Plenary (schema %d, this one knows %d)", e.path, version, schemaVersion))
	}
	if !made && e.openErr == nil {
		if e.openErr = strange(c, version); e.openErr != nil && !errors.Is(e.openErr, record.ErrDamaged) {
			return fail(e.openErr)
		}
	}
	if mode, err := word(c, "PRAGMA journal_mode"); err != nil {
		return fail(err)
	} else if mode != "wal" && e.openErr == nil {
		e.openErr = fmt.Errorf("%w: %s says that it has no write-ahead log", record.ErrDamaged, filepath.Base(e.path))
	}
	return c, nil
}

// inTransaction runs f in a transaction. Where it is certain that nothing was written, the error is
// record.ErrFull or record.ErrNotWritten; any other error leaves it unknown.
func inTransaction(c *sqlite3.Conn, path string, f func() error) error {
	tx, err := c.BeginImmediate()
	if err != nil {
		return fmt.Errorf("%w: %w", record.ErrNotWritten, err)
	}
	if err = f(); err == nil {
		if err = tx.Commit(); err == nil {
			return nil
		}
		if !full(err, path) && !errors.Is(err, sqlite3.BUSY) {
			return errors.Join(err, rollback(c, tx))
		}
	}
	if rerr := rollback(c, tx); rerr != nil {
		return errors.Join(err, rerr)
	}
	switch {
	case full(err, path):
		return fmt.Errorf("%w: %w", record.ErrFull, err)
	case errors.Is(err, sqlite3.IOERR), errors.Is(err, sqlite3.CORRUPT), errors.Is(err, sqlite3.NOTADB):
		return err
	}
	return fmt.Errorf("%w: %w", record.ErrNotWritten, err)
}

// rollback rolls back what SQLite has not rolled back by itself.
func rollback(c *sqlite3.Conn, tx sqlite3.Txn) error {
	if c.GetAutocommit() {
		return nil
	}
	return tx.Rollback()
}

// word is the one value that a statement gives.
func word(c *sqlite3.Conn, sql string) (string, error) {
	s, _, err := c.Prepare(sql)
	if err != nil {
		return "", err
	}
	defer s.Close()
	var v string
	if s.Step() {
		v = s.ColumnText(0)
	}
	return v, s.Err()
}

func number(c *sqlite3.Conn, sql string) (int64, error) {
	v, err := word(c, sql)
	if err != nil {
		return 0, err
	}
	return strconv.ParseInt(v, 10, 64)
}

func (e *Engine) loadHeads() error {
	return e.read(func(r *reader) error {
		s, _, err := r.conn.Prepare("SELECT number, id FROM record ORDER BY number")
		if err != nil {
			return err
		}
		defer s.Close()
		for s.Step() {
			e.numbers[record.ID(s.ColumnText(1))] = s.ColumnInt64(0)
		}
		if err := s.Err(); err != nil {
			return err
		}
		for id, n := range e.numbers {
			h, err := r.headOf(n)
			if err != nil {
				return err
			}
			e.heads[id] = h
			e.seq.Moved(id, h)
		}
		return nil
	})
}

// Records lists the records.
func (e *Engine) Records() ([]record.Meta, error) {
	var out []record.Meta
	err := e.read(func(r *reader) error {
		s, _, err := r.conn.Prepare("SELECT id, origin FROM record ORDER BY number")
		if err != nil {
			return err
		}
		defer s.Close()
		for s.Step() {
			out = append(out, record.Meta{ID: record.ID(s.ColumnText(0)), Origin: s.ColumnText(1)})
		}
		return s.Err()
	})
	return out, err
}

func (e *Engine) number(id record.ID) (int64, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	n, ok := e.numbers[id]
	if !ok {
		return 0, fmt.Errorf("%w: %s", record.ErrNoRecord, id)
	}
	return n, nil
}

// do runs something in a transaction of the committer and waits.
func (e *Engine) do(f func(*sqlite3.Conn) error) error {
	result := make(chan error, 1)
	e.submit(&request{other: f, done: func(err error) { result <- err }})
	return <-result
}

// Create makes an empty record.
func (e *Engine) Create(m record.Meta) error {
	var number int64
	err := e.do(func(c *sqlite3.Conn) error {
		s, _, err := c.Prepare("INSERT INTO record(id, origin) VALUES(?, ?)")
		if err != nil {
			return err
		}
		defer s.Close()
		if err := errors.Join(s.BindText(1, string(m.ID)), s.BindText(2, m.Origin), s.Exec()); err != nil {
			return err
		}
		number = c.LastInsertRowID()
		return nil
	})
	if err != nil {
		return err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.numbers[m.ID], e.heads[m.ID] = number, 0
	return nil
}

// Delete takes a record away, with everything that is stored under its number.
func (e *Engine) Delete(id record.ID) error {
	number, err := e.number(id)
	if err != nil {
		return err
	}
	if err := e.do(func(c *sqlite3.Conn) error {
		e.write.erased = true
		first, last := rowid(number, 0), rowid(number+1, 0)-1
		for _, table := range []string{"envelope", "data", "text", "tile", "checkpoint"} {
			if err := c.Exec(fmt.Sprintf("DELETE FROM %s WHERE id BETWEEN %d AND %d", table, first, last)); err != nil {
				return err
			}
		}
		return c.Exec(fmt.Sprintf("DELETE FROM record WHERE number = %d", number))
	}); err != nil {
		return err
	}
	// The log is folded in and cut off behind the transaction: whoever comes next finds that done, unless a reader holds it.
	if err := e.do(func(*sqlite3.Conn) error { return nil }); err != nil {
		return err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.numbers, id)
	delete(e.heads, id)
	return nil
}

// Head is the last durable position.
func (e *Engine) Head(id record.ID) (cite.Position, error) {
	n, err := e.number(id)
	if err != nil {
		return 0, err
	}
	var h cite.Position
	err = e.read(func(r *reader) error { h, err = r.headOf(n); return err })
	return h, err
}

// Watch gives the last position that this engine has written, or found when it was opened, and a channel that
// is closed when it moves.
func (e *Engine) Watch(id record.ID) (cite.Position, <-chan struct{}, error) {
	if _, err := e.number(id); err != nil {
		return 0, nil, err
	}
	head, moved := e.seq.Watch(id)
	return head, moved, nil
}

// Sequence waits for the right to write. One process writes the file, so it is its logs that wait.
func (e *Engine) Sequence(ctx context.Context, id record.ID) (record.Right, error) {
	return e.seq.Take(ctx, id)
}

// Commit queues the batch for the next transaction.
func (e *Engine) Commit(b *record.Batch, done func(error)) {
	e.submit(&request{batch: b, done: done})
}

func (e *Engine) submit(r *request) {
	if e.o.ReadOnly {
		r.done(record.ErrReadOnly)
		return
	}
	if !e.enqueue(r) {
		r.done(record.ErrReadOnly)
	}
}

// enqueue hands a request to the committer, and reports false after Close.
func (e *Engine) enqueue(r *request) bool {
	e.gate.RLock()
	defer e.gate.RUnlock()
	if e.closed {
		return false
	}
	e.queue <- r
	return true
}

// MarkVerified lets the engine write, and folds in and cuts off what a crash left in the write-ahead log: it may
// hold what was erased.
func (e *Engine) MarkVerified() error {
	if e.o.ReadOnly {
		return nil
	}
	if e.openErr != nil {
		return e.openErr
	}
	result := make(chan error, 1)
	e.submit(&request{verified: true, done: func(err error) { result <- err }})
	return <-result
}

// Freeze keeps everything that is stored as it is.
func (e *Engine) Freeze() { e.frozen.Store(true) }

// stopped says why nothing may be written, nil if it may. It is the committer's.
func (e *Engine) stopped() error {
	switch {
	case e.writeErr != nil:
		return fmt.Errorf("%w: %w", record.ErrReadOnly, e.writeErr)
	case e.frozen.Load():
		return fmt.Errorf("%w: damage was found", record.ErrReadOnly)
	case !e.verified.Load():
		return fmt.Errorf("%w: it was not checked yet", record.ErrReadOnly)
	}
	return nil
}

// commitLoop writes: everything that waits goes into one transaction.
func (e *Engine) commitLoop() {
	defer close(e.done)
	var waiting []*request
	retry := time.NewTicker(time.Second) // of a truncation that readers held up
	defer retry.Stop()
	for {
		waiting = waiting[:0]
		select {
		case r, open := <-e.queue:
			if !open {
				return
			}
			waiting = append(waiting, r)
		case <-retry.C:
			if e.truncate && e.stopped() == nil {
				e.checkpoint()
			}
			continue
		}
	drain:
		for len(waiting) < cap(e.queue) {
			select {
			case r, open := <-e.queue:
				if !open {
					break drain
				}
				waiting = append(waiting, r)
			default:
				break drain
			}
		}
		e.commit(waiting)
	}
}

// commit writes what waits in one transaction and tells everybody.
func (e *Engine) commit(waiting []*request) {
	waiting = slices.DeleteFunc(waiting, func(r *request) bool {
		if r.verified {
			r.done(e.begin())
		}
		return r.verified
	})
	if stopped := e.stopped(); stopped != nil {
		for _, r := range waiting {
			r.done(stopped)
		}
		return
	}
	if len(waiting) == 0 {
		return
	}
	e.write.begin(len(waiting))
	err := inTransaction(e.write.conn, e.path, func() error {
		for i, r := range waiting {
			if err := e.writeOne(r, &e.write.results[i]); err != nil {
				return err
			}
		}
		return e.write.putTiles()
	})
	if err != nil {
		err = fmt.Errorf("record: commit: %w", damaged(err))
		if !errors.Is(err, record.ErrFull) && !errors.Is(err, record.ErrNotWritten) {
			// Whether it reached the disk is unknown: an fsync is never tried again as if it could succeed.
			e.writeErr = err
		}
		for _, r := range waiting {
			r.done(err)
		}
		return
	}
	for _, r := range waiting {
		if r.batch != nil && len(e.write.put) > 0 {
			r.batch.LastToken = e.write.put[len(e.write.put)-1].row
		}
	}
	e.tokens.add(e.write.put) // before anybody is told: who asks again finds the first answer
	e.moveHeads()
	for i, r := range waiting {
		r.done(e.write.results[i])
	}
	if e.write.erased { // a copy from before the schema changed would still hold it
		e.truncate = true
		for v := int64(1); v < schemaVersion; v++ {
			_ = os.Remove(copyName(e.path, v)) // there is none, but at the first start after a step
		}
	}
	e.checkpoint()
}

// writeOne writes what one request wants, inside the transaction. A batch that does not stand on the head is
// left out, and result says so: it hurts no other. An error ends the transaction.
func (e *Engine) writeOne(r *request, result *error) error {
	if r.other != nil {
		return r.other(e.write.conn)
	}
	b := r.batch
	number, head, err := e.standing(b.Record)
	switch {
	case err != nil:
		*result = err
		return nil
	case head != b.Before:
		*result = record.ErrConflict
		return nil
	}
	if err := e.write.batch(number, b); err != nil {
		return err
	}
	e.write.heads[b.Record] = b.Head
	e.write.erased = e.write.erased || len(b.Erase) > 0
	return nil
}

// standing is a record's number, and its head as this transaction has left it so far.
func (e *Engine) standing(id record.ID) (number int64, head cite.Position, err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	number, known := e.numbers[id]
	if !known {
		return 0, 0, record.ErrNoRecord
	}
	head, ok := e.write.heads[id]
	if !ok {
		head = e.heads[id]
	}
	return number, head, nil
}

// moveHeads says that the transaction is durable.
func (e *Engine) moveHeads() {
	e.mu.Lock()
	defer e.mu.Unlock()
	maps.Copy(e.heads, e.write.heads)
	for id, head := range e.write.heads {
		e.seq.Moved(id, head)
	}
}

// begin is MarkVerified, on the committer.
func (e *Engine) begin() error {
	if e.verified.Swap(true) {
		return e.stopped() // another log said so before
	}
	if err := e.stopped(); err != nil {
		return err
	}
	older := e.version != 0
	load := func() {
		if err := e.tokens.load(e.write.conn); err != nil && e.writeErr == nil {
			e.writeErr = fmt.Errorf("record: tokens: %w", damaged(err))
		}
	}
	if !older { // before anything is changed
		if load(); e.writeErr != nil {
			return e.writeErr
		}
		// The copy of the step before this start was for a start that fails: it holds what may be erased.
		for v := int64(1); v < schemaVersion; v++ {
			if err := os.Remove(copyName(e.path, v)); err != nil && !errors.Is(err, os.ErrNotExist) {
				return err
			}
		}
	}
	if fi, err := os.Stat(e.path + "-wal"); err == nil && fi.Size() > 0 {
		e.truncate = true
		e.checkpoint()
	}
	if older && e.writeErr == nil {
		if e.writeErr = e.step(); e.writeErr == nil {
			load()
		}
	}
	return e.writeErr
}

// copyName is the copy of a database before its schema changed. It is kept until the next sound start, or
// until something is erased.
func copyName(path string, version int64) string { return fmt.Sprintf("%s.schema-%d", path, version) }

// step brings an older schema to today's. A copy of the database stays beside it until the next start.
func (e *Engine) step() error {
	for e.version < schemaVersion {
		s, _, err := e.write.conn.Prepare("VACUUM INTO ?")
		if err != nil {
			return err
		}
		name := copyName(e.path, e.version)
		if err := errors.Join(os.RemoveAll(name), s.BindText(1, name), s.Exec(), s.Close()); err != nil {
			return fmt.Errorf("record: a copy before the schema changes: %w", err)
		}
		if err := errors.Join(os.Chmod(name, 0o600), synced(name)); err != nil {
			return err
		}
		if err := inTransaction(e.write.conn, e.path, func() error { return steps[e.version](e.write.conn) }); err != nil {
			return fmt.Errorf("record: schema %d: %w", e.version+1, err)
		}
		e.version++
	}
	e.version = 0
	return e.write.prepare()
}

// walPages is how many pages the write-ahead log may hold before it is folded into the database.
const walPages = 4000

// checkpoint folds the write-ahead log into the database when it has grown, and cuts it off after an
// erasure, because it still holds what was erased. Readers may hold it for a moment: then it is tried
// again. A checkpoint that fails is a failed fsync: nothing is written any more.
func (e *Engine) checkpoint() {
	e.commits++
	var err error
	switch {
	case e.truncate:
		err = e.write.conn.BusyTimeout(0)
		if err == nil {
			_, _, err = e.write.conn.WALCheckpoint("", sqlite3.CHECKPOINT_TRUNCATE)
			err = errors.Join(err, e.write.conn.BusyTimeout(busy))
		}
		if err == nil {
			e.truncate = false
		}
	case e.write.walPages > walPages && e.commits%16 == 0:
		_, _, err = e.write.conn.WALCheckpoint("", sqlite3.CHECKPOINT_PASSIVE)
	}
	if err != nil && !errors.Is(err, sqlite3.BUSY) && !full(err, e.path) {
		e.writeErr = fmt.Errorf("record: checkpoint: %w", err)
	}
}

// full reports whether a transaction failed for want of room. The file system's own word is lost on its way
// through SQLite, so that an I/O error is taken for want of room where there is none left. A failed fsync
// never is: whatever its reason, what reached the disk is unknown.
func full(err error, path string) bool {
	switch {
	case errors.Is(err, sqlite3.IOERR_FSYNC), errors.Is(err, sqlite3.IOERR_DIR_FSYNC):
		return false
	case errors.Is(err, sqlite3.FULL), platform.Full(err):
		return true
	}
	return errors.Is(err, sqlite3.IOERR) && record.NoRoom(path)
}

// writer holds the prepared statements of the committer.
type writer struct {
	conn                                      *sqlite3.Conn
	envelope, data, text, tile, token, untext *sqlite3.Stmt

	// Of the transaction that is being written.
	heads   map[record.ID]cite.Position
	tiles   map[int64][]byte
	put     []placed // tokens
	results []error  // what becomes of each request
	erased  bool     // a text is deleted

	walPages int // in the write-ahead log; its file does not shrink
}

// newWriter makes the committer's writer; its statements are prepared later where the schema is older.
func newWriter(c *sqlite3.Conn, prepare bool) (*writer, error) {
	w := &writer{conn: c, heads: map[record.ID]cite.Position{}, tiles: map[int64][]byte{}}
	c.WALHook(func(_ *sqlite3.Conn, _ string, pages int) error {
		w.walPages = pages
		return nil
	})
	if !prepare {
		return w, nil
	}
	return w, w.prepare()
}

func (w *writer) prepare() error {
	for sql, dst := range map[string]**sqlite3.Stmt{
		"INSERT INTO envelope(id, bytes) VALUES(?, ?)":         &w.envelope,
		"INSERT INTO data(id, salted) VALUES(?, ?)":            &w.data,
		"INSERT INTO text(id, salted) VALUES(?, ?)":            &w.text,
		"INSERT OR REPLACE INTO tile(id, hashes) VALUES(?, ?)": &w.tile,
		"INSERT INTO token(hash, outcome) VALUES(?, ?)":        &w.token,
		"DELETE FROM text WHERE id = ?":                        &w.untext,
	} {
		s, _, err := w.conn.PrepareFlags(sql, sqlite3.PREPARE_PERSISTENT)
		if err != nil {
			return err
		}
		*dst = s
	}
	return nil
}

// begin forgets the transaction before; this one serves a number of requests.
func (w *writer) begin(requests int) {
	clear(w.heads)
	clear(w.tiles)
	w.put, w.erased = w.put[:0], false
	w.results = append(w.results[:0], make([]error, requests)...)
}

// putTiles writes the tiles of all batches of a transaction: of those that grew with each batch, the last.
func (w *writer) putTiles() error {
	for _, id := range slices.Sorted(maps.Keys(w.tiles)) {
		if err := put(w.tile, id, w.tiles[id]); err != nil {
			return err
		}
	}
	return nil
}

func put(s *sqlite3.Stmt, id int64, blob []byte) error {
	if err := s.BindInt64(1, id); err != nil {
		return err
	}
	if err := s.BindBlob(2, blob); err != nil {
		return err
	}
	return s.Exec()
}

func (w *writer) batch(number int64, b *record.Batch) error {
	for i := range b.Rows {
		r := &b.Rows[i]
		id := rowid(number, r.Position)
		if err := put(w.envelope, id, r.Envelope); err != nil {
			return err
		}
		if err := put(w.data, id, r.Data); err != nil {
			return err
		}
		if r.Text != nil {
			if err := put(w.text, id, r.Text); err != nil {
				return err
			}
		}
	}
	for _, t := range b.Tiles {
		w.tiles[tileid(number, t.Level, t.N)] = t.Hashes
	}
	for _, t := range b.Tokens {
		key := tokenKey(number, t.Hash)
		if err := w.token.BindBlob(1, key); err != nil {
			return err
		}
		v, err := json.Marshal(t.Outcome.Refs)
		if err != nil {
			return err
		}
		blob := append(t.Outcome.Digest[:], binary.BigEndian.AppendUint64(nil, uint64(t.Outcome.First))...)
		if err := w.token.BindBlob(2, summed(key, append(blob, v...))); err != nil {
			return err
		}
		if err := w.token.Exec(); err != nil {
			return err
		}
		w.put = append(w.put, placed{key, w.conn.LastInsertRowID()})
	}
	for _, p := range b.Erase {
		if err := errors.Join(w.untext.BindInt64(1, rowid(number, p)), w.untext.Exec()); err != nil {
			return err
		}
	}
	return nil
}

func tokenKey(number int64, h record.TokenHash) []byte {
	return append(binary.BigEndian.AppendUint64(nil, uint64(number)), h[:16]...)
}

// reader is a connection that only reads, with its statements.
type reader struct {
	conn                                             *sqlite3.Conn
	head, rows, texts, tile, token, checkpoint, last *sqlite3.Stmt
}

func (e *Engine) newReader() (*reader, error) {
	c, err := openConn(e.uri("ro"))
	if err != nil {
		return nil, fmt.Errorf("record: %s: %w", filepath.Base(e.path), err)
	}
	r := &reader{conn: c}
	fail := func(err error) (*reader, error) { return nil, errors.Join(err, closeConn(c)) }
	if err := errors.Join(c.BusyTimeout(5*time.Second), c.Exec("PRAGMA query_only=ON; PRAGMA cache_size=-4096")); err != nil {
		return fail(err)
	}
	if v, err := number(c, "PRAGMA user_version"); err != nil || v > schemaVersion && e.openErr == nil {
		return fail(errors.Join(err, fmt.Errorf("record: %s: schema %d", e.path, v)))
	}
	for sql, dst := range map[string]**sqlite3.Stmt{
		"SELECT max(id) FROM envelope WHERE id BETWEEN ? AND ?": &r.head,
		"SELECT envelope.id, bytes, salted FROM envelope LEFT JOIN data ON data.id = envelope.id WHERE envelope.id BETWEEN ? AND ? ORDER BY envelope.id": &r.rows,
		"SELECT bytes, salted FROM envelope LEFT JOIN text ON text.id = envelope.id WHERE envelope.id = ?":                                               &r.texts,
		"SELECT hashes FROM tile WHERE id = ?":                                          &r.tile,
		"SELECT note FROM checkpoint WHERE id BETWEEN ? AND ? ORDER BY id LIMIT 1":      &r.checkpoint,
		"SELECT note FROM checkpoint WHERE id BETWEEN ? AND ? ORDER BY id DESC LIMIT 1": &r.last,
	} {
		s, _, err := c.PrepareFlags(sql, sqlite3.PREPARE_PERSISTENT)
		if err != nil {
			return fail(err)
		}
		*dst = s
	}
	return r, nil
}

// read lends a reading connection. f must not read again.
func (e *Engine) read(f func(*reader) error) error {
	e.reading.RLock()
	defer e.reading.RUnlock()
	if e.readersClosed {
		return record.ErrClosed
	}
	r, err := e.borrow()
	if err != nil {
		return damaged(err)
	}
	defer func() { e.readers <- r }() // whatever f does
	return damaged(f(r))
}

// borrow takes an idle reading connection, or opens one where there are fewer than may be.
func (e *Engine) borrow() (*reader, error) {
	select {
	case r := <-e.readers:
		return r, nil
	default:
	}
	select {
	case r := <-e.readers:
		return r, nil
	case e.slots <- struct{}{}:
	}
	r, err := e.newReader()
	if err != nil {
		<-e.slots
	}
	return r, err
}

// damaged wraps SQLite's words for stored bytes that are not what was written.
func damaged(err error) error {
	if errors.Is(err, sqlite3.CORRUPT) || errors.Is(err, sqlite3.NOTADB) {
		return fmt.Errorf("%w: %w", record.ErrDamaged, err)
	}
	return err
}

func (r *reader) headOf(number int64) (cite.Position, error) {
	s := r.head
	defer s.Reset()
	if err := errors.Join(s.BindInt64(1, rowid(number, 0)), s.BindInt64(2, rowid(number, 1<<40-1))); err != nil {
		return 0, err
	}
	var h cite.Position
	if s.Step() && s.ColumnType(0) != sqlite3.NULL {
		h = cite.Position(s.ColumnInt64(0) & (1<<40 - 1))
	}
	return h, s.Err()
}

// Rows hands on envelopes and data.
func (e *Engine) Rows(ctx context.Context, id record.ID, from, to cite.Position, each func(cite.Position, []byte, []byte) error) error {
	n, err := e.number(id)
	if err != nil {
		return err
	}
	return e.read(func(r *reader) error {
		s := r.rows
		defer s.Reset()
		if err := errors.Join(s.BindInt64(1, rowid(n, from)), s.BindInt64(2, rowid(n, to))); err != nil {
			return err
		}
		for s.Step() {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := each(cite.Position(s.ColumnInt64(0)&(1<<40-1)), s.ColumnRawBlob(1), s.ColumnRawBlob(2)); err != nil {
				return err
			}
		}
		return s.Err()
	})
}

// Texts reads envelopes and texts.
func (e *Engine) Texts(ctx context.Context, id record.ID, at []cite.Position) ([]record.Row, error) {
	n, err := e.number(id)
	if err != nil {
		return nil, err
	}
	out := make([]record.Row, len(at))
	err = e.read(func(r *reader) error {
		s := r.texts
		defer s.Reset()
		for i, p := range at {
			if err := ctx.Err(); err != nil {
				return err
			}
			out[i].Position = p
			if err := s.BindInt64(1, rowid(n, p)); err != nil {
				return err
			}
			if s.Step() {
				out[i].Envelope = s.ColumnBlob(0, nil)
				if s.ColumnType(1) != sqlite3.NULL {
					out[i].Text = s.ColumnBlob(1, nil)
				}
			}
			if err := errors.Join(s.Err(), s.Reset()); err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}

func (e *Engine) blob(pick func(*reader) *sqlite3.Stmt, bind func(*sqlite3.Stmt) error) ([]byte, error) {
	var out []byte
	err := e.read(func(r *reader) error {
		s := pick(r)
		defer s.Reset()
		if err := bind(s); err != nil {
			return err
		}
		if s.Step() {
			out = s.ColumnBlob(0, nil)
		}
		return s.Err()
	})
	return out, err
}

// Tile reads a tile.
func (e *Engine) Tile(id record.ID, level int, n int64) ([]byte, error) {
	number, err := e.number(id)
	if err != nil {
		return nil, err
	}
	return e.blob(func(r *reader) *sqlite3.Stmt { return r.tile }, func(s *sqlite3.Stmt) error { return s.BindInt64(1, tileid(number, level, n)) })
}

// Tokens reads outcomes, in one transaction.
func (e *Engine) Tokens(id record.ID, hs []record.TokenHash) (map[record.TokenHash]*record.TokenResult, error) {
	number, err := e.number(id)
	if err != nil {
		return nil, err
	}
	out := map[record.TokenHash]*record.TokenResult{}
	err = e.read(func(r *reader) error {
		tx := r.conn.Begin()
		defer func() { _ = tx.Rollback() }() // nothing was written
		for _, h := range hs {
			key := tokenKey(number, h)
			for _, at := range e.tokens.find(key) {
				o, err := r.outcome(key, at)
				if err != nil {
					return err
				}
				if o != nil {
					out[h] = o
					break
				}
			}
		}
		return nil
	})
	return out, err
}

// LastToken is the last row of the outcomes: they stand without gaps from 1. In a database of an older schema they
// are not numbered, and it is 0.
func (e *Engine) LastToken() (n int64, err error) {
	err = e.read(func(r *reader) error {
		v, err := number(r.conn, "PRAGMA user_version")
		if err == nil && v >= 2 {
			n, err = number(r.conn, "SELECT coalesce(max(id), 0) FROM token")
		}
		return err
	})
	return n, err
}

// outcome reads the outcome in a row; nil where the row is another token's.
func (r *reader) outcome(key []byte, row int64) (*record.TokenResult, error) {
	if r.token == nil { // not before: in a database of an older schema the table is another
		var err error
		if r.token, _, err = r.conn.PrepareFlags("SELECT hash, outcome FROM token WHERE id = ?", sqlite3.PREPARE_PERSISTENT); err != nil {
			return nil, err
		}
	}
	s := r.token
	defer s.Reset()
	if err := s.BindInt64(1, row); err != nil {
		return nil, err
	}
	if !s.Step() {
		if err := s.Err(); err != nil {
			return nil, err
		}
		return nil, fmt.Errorf("%w: a token's row is missing", record.ErrDamaged)
	}
	if !bytes.Equal(s.ColumnRawBlob(0), key) {
		return nil, nil
	}
	b, ok := unsummed(key, s.ColumnRawBlob(1))
	if !ok || len(b) < 40 {
		return nil, fmt.Errorf("%w: a token's outcome", record.ErrDamaged)
	}
	var o record.TokenResult
	copy(o.Digest[:], b)
	o.First = cite.Position(binary.BigEndian.Uint64(b[32:]))
	if err := json.Unmarshal(b[40:], &o.Refs); err != nil {
		return nil, fmt.Errorf("%w: a token's outcome", record.ErrDamaged)
	}
	return &o, nil
}

// SaveCheckpoint stores a checkpoint.
func (e *Engine) SaveCheckpoint(id record.ID, size int64, note []byte) error {
	number, err := e.number(id)
	if err != nil {
		return err
	}
	return e.do(func(c *sqlite3.Conn) error {
		s, _, err := c.Prepare("INSERT INTO checkpoint(id, note) VALUES(?, ?) ON CONFLICT DO NOTHING")
		if err != nil {
			return err
		}
		defer s.Close()
		return put(s, rowid(number, cite.Position(size)), note)
	})
}

// CheckpointFor finds the smallest checkpoint that holds a position.
func (e *Engine) CheckpointFor(id record.ID, p cite.Position) ([]byte, error) {
	number, err := e.number(id)
	if err != nil {
		return nil, err
	}
	return e.blob(func(r *reader) *sqlite3.Stmt { return r.checkpoint }, func(s *sqlite3.Stmt) error {
		return errors.Join(s.BindInt64(1, rowid(number, p)), s.BindInt64(2, rowid(number, 1<<40-1)))
	})
}

// LastCheckpoint finds the largest checkpoint up to a size.
func (e *Engine) LastCheckpoint(id record.ID, size int64) ([]byte, error) {
	number, err := e.number(id)
	if err != nil {
		return nil, err
	}
	return e.blob(func(r *reader) *sqlite3.Stmt { return r.last }, func(s *sqlite3.Stmt) error {
		return errors.Join(s.BindInt64(1, rowid(number, 0)), s.BindInt64(2, rowid(number, cite.Position(size))))
	})
}

// Check runs SQLite's own integrity check, looks that there is nothing in the database that does not belong there,
// and checks every outcome of a request.
func (e *Engine) Check(context.Context) error {
	if err := e.soundLog(); err != nil {
		return err
	}
	return e.read(func(r *reader) error {
		v, err := number(r.conn, "PRAGMA user_version")
		if err == nil {
			err = strange(r.conn, v)
		}
		if err == nil && v >= 2 {
			err = new(tokens).load(r.conn)
		}
		if err != nil {
			return err
		}
		s, _, err := r.conn.Prepare("PRAGMA integrity_check(1)")
		if err != nil {
			return err
		}
		defer s.Close()
		if s.Step() {
			if m := s.ColumnText(0); m != "ok" {
				return fmt.Errorf("%w: %s", record.ErrDamaged, m)
			}
		}
		return s.Err()
	})
}

// closeConn closes a connection after its statements.
func closeConn(c *sqlite3.Conn) error {
	var stmts []*sqlite3.Stmt
	for s := range c.Stmts() {
		stmts = append(stmts, s)
	}
	var err error
	for _, s := range stmts {
		err = errors.Join(err, s.Close())
	}
	return errors.Join(err, c.Close())
}

// Close ends the committer after what is queued, waits for those who read, and closes every connection: the
// readers first, so that the writer is the last and can fold the write-ahead log in. It does so only where
// everything is known to be sound.
func (e *Engine) Close() error {
	if !e.endQueue() {
		return nil
	}
	<-e.done
	e.reading.Lock()
	defer e.reading.Unlock()
	e.readersClosed = true
	var err error
	for range len(e.slots) {
		err = errors.Join(err, closeConn((<-e.readers).conn))
	}
	if e.write == nil {
		return err
	}
	if e.stopped() == nil {
		_, cerr := e.write.conn.Config(sqlite3.DBCONFIG_NO_CKPT_ON_CLOSE, false)
		err = errors.Join(err, cerr)
	}
	return errors.Join(err, closeConn(e.write.conn), dbfile.Back(e.path))
}

// endQueue takes no more requests. It reports false where that was so already.
func (e *Engine) endQueue() bool {
	e.gate.Lock()
	defer e.gate.Unlock()
	if e.closed {
		return false
	}
	e.closed = true
	close(e.queue)
	return true
}

// Backup writes a consistent copy of the database to path while the engine serves.
func (e *Engine) Backup(path string) error {
	if _, err := os.Stat(path); err == nil {
		return fmt.Errorf("record: %s exists", path)
	}
	return e.read(func(r *reader) error { return r.conn.Backup("main", "file:"+escape(path)) })
}

// synced makes a file durable.
func synced(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
