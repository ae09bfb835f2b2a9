package private

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/driver"
	"github.com/openplenary/plenary/internal/dbfile"
	"github.com/openplenary/plenary/internal/platform"
)

// ErrDamaged says that private.db does not hold what was written to it.
var ErrDamaged = errors.New("the private database is damaged")

// ErrNewer says that private.db was written by a newer Plenary.
var ErrNewer = errors.New("the private database was written by a newer Plenary")

// FileName is what the database is called in a data directory.
const FileName = "private.db"

// DB is the open database. It may be used from many goroutines; whoever opened it closes it.
type DB struct {
	*sql.DB
	path     string // in words, where it is no file
	readOnly bool
	server   *server // nil for a file
}

// Close closes the database.
func (db *DB) Close() error {
	if db.server != nil {
		db.server.close()
	}
	err := db.DB.Close()
	if db.readOnly || db.server != nil {
		return err
	}
	return errors.Join(err, dbfile.Back(db.path))
}

// ReadOnly says that the database was opened to be looked at, and that nothing may be made or changed.
func (db *DB) ReadOnly() bool { return db.readOnly }

// Open opens the database at path, or makes it (mode 0600), and brings its tables to the newest schema.
// Errors name the file and say what to do.
func Open(path string) (*DB, error) {
	err := prepareFile(path)
	if errors.Is(err, sqlite3.IOERR) || errors.Is(err, sqlite3.FULL) {
		// There may be no room for the index of its log: then it is kept elsewhere.
		if merr := dbfile.Move(path); merr == nil {
			err = prepareFile(path)
		}
	}
	if err != nil {
		return nil, errors.Join(advise(path, err), dbfile.Back(path))
	}
	db, err := open(path, "")
	if err != nil {
		return nil, errors.Join(err, dbfile.Back(path))
	}
	err = db.prepare(context.Background())
	if err == nil {
		err = db.strange(context.Background())
	}
	if err != nil {
		return nil, errors.Join(advise(path, err), db.Close())
	}
	return db, nil
}

// ErrMissing says that there was a private database, and that it is not there or empty.
var ErrMissing = errors.New("the private database is missing")

// OpenExisting is Open where there must be a database: ErrMissing where there is none, or an empty file.
func OpenExisting(path string) (*DB, error) {
	if err := missing(path); err != nil {
		return nil, err
	}
	return Open(path)
}

// missing is ErrMissing where there is no database, or an empty file.
func missing(path string) error {
	if fi, err := os.Stat(path); errors.Is(err, os.ErrNotExist) || err == nil && fi.Size() == 0 {
		return fmt.Errorf("%s: %w: nobody would hold an office any more, drafts and the keys of attached files would be gone; "+
			"put it back from the last backup, then run plenary fsck", path, ErrMissing)
	}
	return nil
}

// OpenReadOnly opens an existing database beside the server that writes it. Nothing is made or changed, the
// schema neither: see Version. ErrMissing says that there is none, or an empty file.
func OpenReadOnly(path string) (*DB, error) {
	if err := missing(path); err != nil {
		return nil, err
	}
	err := soundLog(path)
	if err != nil {
		err = soundLog(path) // a frame may have been read while the server was writing it
	}
	if err != nil {
		return nil, advise(path, err)
	}
	how := "&mode=ro"
	if !dbfile.Logged(path) {
		how += "&immutable=1" // nobody has it open, and nothing is made beside it
	}
	return open(path, how)
}

func open(path, how string) (*DB, error) {
	pool, err := driver.Open(uri(path)+how, openConn)
	if err != nil {
		return nil, advise(path, err)
	}
	// A few readers beside the one writer that SQLite allows; each connection has memory of its own.
	pool.SetMaxOpenConns(6)
	pool.SetMaxIdleConns(6)
	if err := pool.Ping(); err != nil {
		return nil, errors.Join(advise(path, err), pool.Close())
	}
	return &DB{DB: pool, path: path, readOnly: how != ""}, nil
}

// Version is the schema number of the database: that of Schema, or an older one where it was opened read
// only and no newer Plenary has served it yet.
func (db *DB) Version(ctx context.Context) (int, error) {
	n, _, err := db.version(ctx, nil)
	return max(n, 1), db.damage(err)
}

func uri(path string) string {
	u := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: "vfs=" + vfsName}
	return u.String()
}

// prepareFile makes a new database with checksums. An existing one must have them: to add them now
// would make a damaged header look sound.
func prepareFile(path string) (err error) {
	if err := soundLog(path); err != nil {
		return err
	}
	if _, there, err := readMark(path); err == nil && there {
		if fi, err := os.Stat(path); errors.Is(err, os.ErrNotExist) || err == nil && fi.Size() == 0 {
			return fmt.Errorf("%w: %s says that there was one; put it back from the last backup", ErrMissing, markOf(path))
		}
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	c, err := sqlite3.Open(uri(path))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	if err := c.BusyTimeout(busy); err != nil {
		return err
	}
	if info.Size() == 0 {
		if err := c.Exec(fmt.Sprintf("PRAGMA page_size=%d; PRAGMA secure_delete=ON", pageSize)); err != nil {
			return err
		}
		if err := c.EnableChecksums("main"); err != nil {
			return err
		}
	}
	if err := c.Exec("PRAGMA journal_mode=WAL"); err != nil {
		return err
	}
	if info.Size() == 0 {
		return platform.SyncDir(filepath.Dir(path))
	}
	return nil
}

const pageSize = 4096

const busy = 10 * time.Second

// openConn sets up one connection of the pool.
func openConn(c *sqlite3.Conn) error {
	if err := c.BusyTimeout(busy); err != nil {
		return err
	}
	if err := c.Exec(`PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; PRAGMA foreign_keys=ON;
		PRAGMA temp_store=MEMORY; PRAGMA cache_size=-4096`); err != nil {
		return err
	}
	// What PostgreSQL has and SQLite calls otherwise.
	if err := c.CreateFunction("strpos", 2, sqlite3.DETERMINISTIC, func(ctx sqlite3.Context, arg ...sqlite3.Value) {
		ctx.ResultInt(1 + strings.Index(arg[0].Text(), arg[1].Text())) // of keys, which are ASCII
	}); err != nil {
		return err
	}
	s, _, err := c.Prepare("PRAGMA checksum_verification")
	if err != nil {
		return err
	}
	defer s.Close()
	if !s.Step() || !s.ColumnBool(0) {
		return errors.Join(fmt.Errorf("%w: it has no page checksums", ErrDamaged), s.Err())
	}
	return nil
}

// damaged are the errors by which SQLite says that bytes are not what was written.
var damaged = []error{sqlite3.CORRUPT, sqlite3.NOTADB, sqlite3.IOERR_DATA, sqlite3.IOERR_CORRUPTFS}

// damage marks the errors of damage, and says which file it is and what to do.
func (db *DB) damage(err error) error {
	if err == nil || errors.Is(err, ErrDamaged) {
		return err
	}
	if broken(err) {
		return advise(db.path, err)
	}
	for _, code := range damaged {
		if errors.Is(err, code) {
			return advise(db.path, err)
		}
	}
	return err
}

// Explain adds to an error of whoever uses the database which file it is and what to do, where it is one of damage.
func (db *DB) Explain(err error) error { return db.damage(err) }

// advise adds to what is wrong with a file its name, and what to do about damage.
func advise(path string, err error) error {
	found := errors.Is(err, ErrDamaged) || broken(err)
	for _, code := range damaged {
		found = found || errors.Is(err, code)
	}
	if !found {
		return fmt.Errorf("%s: %w", path, err)
	}
	if errors.Is(err, ErrDamaged) {
		return fmt.Errorf("%s (%s): %w", path, whatToDo, err)
	}
	return fmt.Errorf("%s: %w (%s): %w", path, ErrDamaged, whatToDo, err)
}

const whatToDo = "stop the server; keep this file and the one ending in -wal aside; put the file back from the last backup; then run plenary fsck"

// Check reads the whole database and compares every page with its checksum and every index with its
// table. It returns ErrDamaged, wrapped with what was found first. It takes time in proportion to the
// size, and lets others go on meanwhile.
func (db *DB) Check(ctx context.Context) error {
	if db.server != nil {
		return db.readAll(ctx)
	}
	// A connection of its own, because those of the pool remember pages and would not read them again.
	how := "&mode=ro"
	if db.readOnly && !dbfile.Logged(db.path) {
		how += "&immutable=1"
	}
	fresh, err := driver.Open(uri(db.path)+how, openConn)
	if err != nil {
		return db.damage(err)
	}
	defer fresh.Close()
	var found string
	if err := fresh.QueryRowContext(ctx, "PRAGMA integrity_check(1)").Scan(&found); err != nil {
		return db.damage(err)
	}
	if found != "ok" {
		return advise(db.path, fmt.Errorf("%w: %s", ErrDamaged, found))
	}
	if v, err := db.Version(ctx); err != nil || v < Schema() {
		return err
	}
	if err := db.strange(ctx); err != nil {
		return advise(db.path, err)
	}
	return nil
}

// Copy writes a consistent copy of a database to a new file (mode 0600) while it is in use.
func Copy(ctx context.Context, from, to string) error {
	db, err := OpenReadOnly(from)
	if err != nil {
		return err
	}
	return errors.Join(db.copyTo(ctx, to), db.Close())
}

func (db *DB) copyTo(ctx context.Context, to string) error {
	if _, err := db.ExecContext(ctx, "VACUUM INTO ?", to); err != nil {
		return db.damage(err)
	}
	if err := os.Chmod(to, 0o600); err != nil {
		return err
	}
	f, err := os.Open(to)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close(), platform.SyncDir(filepath.Dir(to)))
}
