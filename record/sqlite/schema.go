package sqlite

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ncruces/go-sqlite3"
	"github.com/openplenary/plenary/record"
)

// oldToken is the table of outcomes in schema 1; everything else was as it is.
const oldToken = "CREATE TABLE token(hash BLOB PRIMARY KEY, outcome BLOB NOT NULL) STRICT, WITHOUT ROWID"

// strange looks whether the database is one of the record and holds nothing but its own tables. A trigger, a view, an
// index or a table that was put there could change or hide what is written without any bit being wrong: it is damage.
func strange(c *sqlite3.Conn, version int64) error {
	app, err := number(c, "PRAGMA application_id")
	if err != nil {
		return err
	}
	if app != applicationID {
		return fmt.Errorf("%w: record.db says that it is a database of something else (application id %d)", record.ErrDamaged, app)
	}
	want, err := expected(version)
	if err != nil {
		return err
	}
	got, err := objects(c)
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(got)) {
		switch sql, ok := want[name]; {
		case !ok:
			return fmt.Errorf("%w: in record.db there is a %s that does not belong there", record.ErrDamaged, name)
		case sql != got[name]:
			return fmt.Errorf("%w: in record.db the %s is not what it should be: %s", record.ErrDamaged, name, got[name])
		}
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if _, ok := got[name]; !ok {
			return fmt.Errorf("%w: in record.db the %s is missing", record.ErrDamaged, name)
		}
	}
	return nil
}

// expected lists what a schema consists of.
func expected(version int64) (out map[string]string, err error) {
	c, err := sqlite3.Open(":memory:")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	if err := c.Exec(schema); err != nil {
		return nil, err
	}
	if version == 1 {
		if err := c.Exec("DROP TABLE token; " + oldToken); err != nil {
			return nil, err
		}
	}
	return objects(c)
}

// objects lists everything in a schema with the statement that made it.
func objects(c *sqlite3.Conn) (map[string]string, error) {
	s, _, err := c.Prepare("SELECT type, name, coalesce(sql, '') FROM sqlite_schema")
	if err != nil {
		return nil, err
	}
	defer s.Close()
	out := map[string]string{}
	for s.Step() {
		sql := strings.Replace(s.ColumnText(2), `"`+s.ColumnText(1)+`"`, s.ColumnText(1), 1) // as a renaming leaves it
		out[s.ColumnText(0)+" "+s.ColumnText(1)] = sql
	}
	return out, s.Err()
}
