package verifier

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/ncruces/go-sqlite3"
	"github.com/openplenary/plenary/internal/verifier/stored"
)

// ReceiptIn checks a receipt file as Receipt does, and compares it with the record database at path: the very
// entry must stand at its position with what it commits to, and the tree must have had the root of the receipt's
// checkpoint at its size. Without a verifier key, the key in the file is compared with the hash of the key that the
// database's records began with. It opens read-only and makes nothing. An error that is not ErrWrong says that the
// database could not be read.
func ReceiptIn(ctx context.Context, b []byte, verifierKey, path string) (Report, error) {
	var r Report
	s, ok := r.receipt(b, verifierKey)
	if !ok {
		return r, r.err()
	}
	if _, err := os.Stat(path); err != nil {
		return r, fmt.Errorf("verifier: %w", err)
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return r, fmt.Errorf("verifier: %w", err)
	}
	mode := ""
	if !stored.Logged(path) {
		mode = "&immutable=1" // nobody has it open, and nothing is made beside it
	}
	f, err := stored.Open(ctx, path, mode)
	if err != nil {
		return r, fmt.Errorf("verifier: %s: %w", path, err)
	}
	d := &database{f}
	defer d.Close()
	if verifierKey == "" {
		if ok, err := d.beganWith(&r, s); err != nil || !ok {
			return r, errors.Join(err, r.err())
		}
	}
	why, err := d.holds(ctx, s)
	for _, e := range s.beside {
		if err == nil && why == nil {
			why, err = d.holds(ctx, e)
		}
	}
	if err != nil {
		return r, fmt.Errorf("verifier: %s: %w", path, err)
	}
	r.Record = Held
	if !r.check("record", why, "it holds this very entry, and had the same root at %d entries", s.point.size) {
		r.Record = NotHeld
	}
	return r, r.err()
}

// beganWith compares the key in a receipt with those that the records began with: the first entry of each holds
// the hash. Where there is no record at all nothing is known of the signer.
func (d *database) beganWith(r *Report, s shown) (ok bool, err error) {
	k, err := parseKey(s.claimed)
	if err != nil {
		return r.check("key of the records", err, ""), nil
	}
	sum := sha256.Sum256(k.public)
	known, same := 0, false
	err = d.Query("SELECT salted FROM data WHERE id & ? = 1", func(st *sqlite3.Stmt) error {
		salted := st.ColumnRawBlob(0)
		if len(salted) < saltSize {
			return nil
		}
		kind, members, err := fact(salted[saltSize:])
		if err != nil || kind != "conversation.convened/1" {
			return nil // what is wrong with it is found by checking the database
		}
		if hash, err := text(members, "key"); err == nil && hash != "" {
			known++
			same = same || hash == hex.EncodeToString(sum[:])
		}
		return nil
	}, positionMask)
	if err != nil || known == 0 {
		return true, err
	}
	if !same {
		return r.check("key of the records", errors.New("the records here began with another key: the receipt is another instance's, or it is not genuine"), ""), nil
	}
	r.Signer = s.point.origin
	return r.check("key of the records", nil, "the records here began with the key in the file"), nil
}

// holds compares what a receipt shows with the record; why says in which way the record does not hold it.
func (d *database) holds(ctx context.Context, s shown) (why, err error) {
	var number int64
	origin := ""
	if err := d.Query("SELECT number, id, origin FROM record", func(st *sqlite3.Stmt) error {
		if st.ColumnText(1) == s.envelope.record {
			number, origin = st.ColumnInt64(0), st.ColumnText(2)
		}
		return nil
	}); err != nil {
		return nil, err
	}
	switch {
	case number == 0:
		return fmt.Errorf("there is no record %s", s.envelope.record), nil
	case origin != s.point.origin:
		return fmt.Errorf("the record is kept in the name of %s, the receipt says %s", origin, s.point.origin), nil
	}
	if why, err = d.entry(number, s); why != nil || err != nil {
		return why, err
	}
	var t tree
	err = d.Query("SELECT id, bytes FROM envelope WHERE id BETWEEN ? AND ? ORDER BY id", func(st *sqlite3.Stmt) error {
		if st.ColumnInt64(0)&positionMask == t.size+1 {
			t.add(leafHash(st.ColumnRawBlob(1)), func(int, int64, []byte) {})
		}
		return ctx.Err()
	}, number<<positionBits|1, number<<positionBits|s.point.size)
	switch {
	case err != nil:
		return nil, err
	case t.size < s.point.size:
		return fmt.Errorf("it was given out at %d entries, the record has %d", s.point.size, t.size), nil
	case t.root() != s.point.root:
		return fmt.Errorf("the record had another root at %d entries", s.point.size), nil
	}
	return nil, nil
}

// entry compares the entry at the position of a receipt, with the data and the text that are there.
func (d *database) entry(number int64, s shown) (why, err error) {
	p := s.envelope.position
	found, missing := false, false
	err = d.Query(`SELECT bytes, data.salted, text.salted FROM envelope LEFT JOIN data ON data.id = envelope.id
		LEFT JOIN text ON text.id = envelope.id WHERE envelope.id = ?`, func(st *sqlite3.Stmt) error {
		found = true
		switch {
		case string(st.ColumnRawBlob(0)) != string(s.raw):
			why = fmt.Errorf("entry %d is another one", p)
		case s.envelope.checkData(st.ColumnRawBlob(1)) != nil:
			why = fmt.Errorf("the data of entry %d are not what was committed to", p)
		case st.ColumnType(2) != sqlite3.NULL:
			if err := s.envelope.checkText(st.ColumnRawBlob(2)); err != nil {
				why = fmt.Errorf("the text of entry %d: %w", p, err)
			}
		default:
			missing = s.envelope.text != "none"
		}
		return nil
	}, number<<positionBits|p)
	switch {
	case err != nil || why != nil:
		return why, err
	case !found:
		n, err := d.Number("SELECT count(*) FROM envelope WHERE id BETWEEN ? AND ?", number<<positionBits, number<<positionBits|positionMask)
		return fmt.Errorf("it is entry %d, the record has %d entries", p, n), err
	case missing:
		erased, err := d.saysErased(number, p)
		if err == nil && !erased {
			why = fmt.Errorf("the text of entry %d is missing, and no entry says that it was erased", p)
		}
		return why, err
	}
	return nil, nil
}

// saysErased reports whether an entry says that the text at a position was erased.
func (d *database) saysErased(number, p int64) (said bool, err error) {
	err = d.Query("SELECT salted FROM data WHERE id BETWEEN ? AND ?", func(st *sqlite3.Stmt) error {
		salted := st.ColumnRawBlob(0)
		if len(salted) < saltSize {
			return nil
		}
		if at, ok, err := erasure(salted[saltSize:]); err == nil && ok && at == p {
			said = true
		}
		return nil
	}, number<<positionBits|p, number<<positionBits|positionMask)
	return said, err
}
