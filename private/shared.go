package private

import (
	"context"
	"io/fs"
	"slices"
	"time"
)

// Files are small files that nodes share, by name. They are never replaced.
type Files struct{ DB *DB }

// fileWait is how long the database may take for them.
const fileWait = 10 * time.Second

// Put keeps a file; fs.ErrExist where there is one of that name.
func (f Files) Put(name string, b []byte) error {
	ctx, cancel := context.WithTimeout(context.Background(), fileWait)
	defer cancel()
	r, err := f.DB.ExecContext(ctx, `INSERT INTO site_file(name, bytes) VALUES($1, $2) ON CONFLICT (name) DO NOTHING`, name, b)
	if err != nil {
		return err
	}
	if n, err := r.RowsAffected(); err != nil || n == 0 {
		return errExist(err)
	}
	return nil
}

func errExist(err error) error {
	if err != nil {
		return err
	}
	return fs.ErrExist
}

// Others gives the files that are none of some names.
func (f Files) Others(names []string) (map[string][]byte, error) {
	ctx, cancel := context.WithTimeout(context.Background(), fileWait)
	defer cancel()
	rows, err := f.DB.QueryContext(ctx, `SELECT name FROM site_file`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var more []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		if !slices.Contains(names, name) {
			more = append(more, name)
		}
	}
	out := map[string][]byte{}
	for _, name := range more {
		var b []byte
		if err := f.DB.QueryRowContext(ctx, `SELECT bytes FROM site_file WHERE name = $1`, name).Scan(&b); err != nil {
			return nil, err
		}
		out[name] = b
	}
	return out, rows.Err()
}
