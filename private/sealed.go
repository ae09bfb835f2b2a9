package private

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
)

// Sealed are small files that nodes share, by name. Whoever reads the database or a backup of it cannot read them: what opens them is made
// of the secret of the instance, which is in the directory of each node.
type Sealed struct {
	db   *DB
	aead cipher.AEAD
}

// NewSealed gives access to them.
func NewSealed(db *DB, secret []byte) (*Sealed, error) {
	key, err := hkdf.Key(sha256.New, secret, nil, "plenary sealed files", 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	return &Sealed{db, aead}, err
}

// Get opens a file; fs.ErrNotExist where there is none of that name.
func (s *Sealed) Get(ctx context.Context, name string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, fileWait)
	defer cancel()
	var b []byte
	err := s.db.QueryRowContext(ctx, `SELECT bytes FROM sealed_file WHERE name = $1`, name).Scan(&b)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fs.ErrNotExist
	}
	if err != nil {
		return nil, s.db.damage(err)
	}
	b, err = s.aead.Open(nil, nil, b, []byte(name))
	if err != nil {
		return nil, fmt.Errorf("%w: %s cannot be opened with the secret of this instance", ErrDamaged, name)
	}
	return b, nil
}

// Put keeps a file in the place of what was there.
func (s *Sealed) Put(ctx context.Context, name string, b []byte) error {
	ctx, cancel := context.WithTimeout(ctx, fileWait)
	defer cancel()
	//mutants:guard what is kept cannot be read without the secret
	b = s.aead.Seal(nil, nil, b, []byte(name))
	_, err := s.db.ExecContext(ctx, `INSERT INTO sealed_file(name, bytes) VALUES($1, $2) ON CONFLICT (name) DO UPDATE SET bytes = excluded.bytes`, name, b)
	return s.db.damage(err)
}

// Delete takes a file away.
func (s *Sealed) Delete(ctx context.Context, name string) error {
	ctx, cancel := context.WithTimeout(ctx, fileWait)
	defer cancel()
	_, err := s.db.ExecContext(ctx, `DELETE FROM sealed_file WHERE name = $1`, name)
	return s.db.damage(err)
}
