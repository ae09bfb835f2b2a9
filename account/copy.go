package account

import (
	"context"
	"errors"
)

// Copy writes a consistent copy of private.db to a new file while it is in use.
func Copy(ctx context.Context, from, to string) error {
	db, err := OpenDB(from)
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, "VACUUM INTO ?", to)
	return errors.Join(err, db.Close())
}
