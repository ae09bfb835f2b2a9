package attachment

import (
	"context"
	"database/sql"
	"errors"
)

// Look says what is known of a file without opening it; ok is false where there is none.
func (s *Store) Look(ctx context.Context, id string) (f File, ok bool, err error) {
	if !isID(id) {
		return File{}, false, nil
	}
	f, _, err = scan(s.db.QueryRowContext(ctx, `SELECT `+columns+` FROM attachment WHERE id = $1`, id).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return File{}, false, nil
	}
	return f, err == nil, err
}
