package private

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"errors"
)

// ErrSecret says that the secret of the instance is not the one that was there before.
var ErrSecret = errors.New("keys/secret is not the secret that this instance began with: put it back from where the keys are kept; " +
	"without it, those who sent something without an account cannot withdraw it or see it as their own")

// CheckSecret compares the instance's secret with what was noted of it at first. ErrSecret says that it
// differs. A database that has noted nothing yet notes it if write says so; a keyed hash is all that is kept.
func (db *DB) CheckSecret(ctx context.Context, secret []byte, write bool) error {
	m := hmac.New(sha256.New, secret)
	m.Write([]byte("plenary secret check"))
	sum := m.Sum(nil)
	var noted []byte
	err := db.QueryRowContext(ctx, `SELECT value FROM secret_check WHERE name = 'secret'`).Scan(&noted)
	switch {
	case errors.Is(err, sql.ErrNoRows) && write:
		_, err = db.ExecContext(ctx, `INSERT INTO secret_check(name, value) VALUES('secret', $1) ON CONFLICT DO NOTHING`, sum)
		return db.damage(err)
	case errors.Is(err, sql.ErrNoRows):
		return nil
	case err != nil:
		return db.damage(err)
	case !hmac.Equal(noted, sum):
		return ErrSecret
	}
	return nil
}

// NewSecret notes another secret in the place of one that is lost for good.
func (db *DB) NewSecret(ctx context.Context, secret []byte) error {
	if _, err := db.ExecContext(ctx, `DELETE FROM secret_check`); err != nil {
		return db.damage(err)
	}
	return db.CheckSecret(ctx, secret, true)
}
