package account

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/driver"
)

// ErrDamaged says that private.db does not hold what was written to it.
var ErrDamaged = errors.New("account: private.db is damaged")

// ErrNewer says that private.db was written by a newer Plenary.
var ErrNewer = errors.New("account: private.db was written by a newer Plenary")

// OpenDB opens the database at path, or makes it (mode 0600), for all rooms that keep private things. A
// commit is on the disk when it returns; what is deleted is overwritten; every page carries a checksum,
// so a flipped bit is an error when the page is read, never a wrong answer. The *sql.DB may be used from
// many goroutines; whoever opened it closes it.
func OpenDB(path string) (*sql.DB, error) {
	if err := prepareFile(path); err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Base(path), damage(err))
	}
	db, err := driver.Open(uri(path), openConn)
	if err != nil {
		return nil, err
	}
	// A few readers beside the one writer that SQLite allows; each connection has memory of its own.
	db.SetMaxOpenConns(6)
	db.SetMaxIdleConns(6)
	if err := db.Ping(); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", filepath.Base(path), damage(err)), db.Close())
	}
	return db, nil
}

func uri(path string) string {
	u := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: "vfs=" + vfsName}
	return u.String()
}

// prepareFile makes a new database with checksums. An existing one must have them: to add them now
// would make a damaged header look sound.
func prepareFile(path string) (err error) {
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
		if err := c.Exec("PRAGMA page_size=4096; PRAGMA secure_delete=ON"); err != nil {
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
		return syncDir(filepath.Dir(path))
	}
	return nil
}

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

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// damage marks the errors by which SQLite says that bytes are not what was written.
func damage(err error) error {
	for _, code := range []error{sqlite3.CORRUPT, sqlite3.NOTADB, sqlite3.IOERR_DATA, sqlite3.IOERR_CORRUPTFS} {
		if errors.Is(err, code) && !errors.Is(err, ErrDamaged) {
			return fmt.Errorf("%w: %w", ErrDamaged, err)
		}
	}
	return err
}

// CheckDB reads the whole database and compares every page with its checksum and every index with its
// table. It returns ErrDamaged, wrapped with what was found first. It takes time in proportion to the
// size, and lets others go on meanwhile.
func CheckDB(ctx context.Context, db *sql.DB) error {
	if !isSQLite(db) {
		return nil // PostgreSQL checks its own pages
	}
	var path string
	if err := db.QueryRowContext(ctx, "SELECT file FROM pragma_database_list WHERE name='main'").Scan(&path); err != nil {
		return damage(err)
	}
	// A connection of its own, because those of the pool remember pages and would not read them again.
	fresh, err := driver.Open(uri(path), openConn)
	if err != nil {
		return err
	}
	defer fresh.Close()
	var found string
	if err := fresh.QueryRowContext(ctx, "PRAGMA integrity_check(1)").Scan(&found); err != nil {
		return damage(err)
	}
	if found != "ok" {
		return fmt.Errorf("%w: %s", ErrDamaged, found)
	}
	return nil
}

// Scrub makes sure that what was deleted from the database is nowhere on the disk any more: it folds
// the write-ahead log into the database and cuts it off. Whoever deletes what a person asked to be
// forgotten calls it afterwards; the methods of this package do. It waits for readers at most ten
// seconds; if one holds on for longer, the next call does the work.
func Scrub(ctx context.Context, db *sql.DB) error { return scrub(ctx, db) }
