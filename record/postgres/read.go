package postgres

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"

	"github.com/jackc/pgx/v5"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/record"
)

// errOther wraps what somebody who was handed rows said: it is not the server's.
var errOther = errors.New("not of the server")

// Records lists the records.
func (e *Engine) Records() ([]record.Meta, error) {
	ctx, cancel := context.WithTimeout(e.ctx, patience)
	defer cancel()
	rows, err := e.read.Query(ctx, "SELECT id, origin FROM plenary.record ORDER BY number")
	if err != nil {
		return nil, e.reading(err)
	}
	out, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (m record.Meta, err error) {
		err = row.Scan((*string)(&m.ID), &m.Origin)
		return m, err
	})
	return out, e.reading(err)
}

// reading gives an error of reading its name: after Close nothing is read.
func (e *Engine) reading(err error) error {
	if err != nil && e.ctx.Err() != nil {
		return fmt.Errorf("%w: %w", record.ErrClosed, err)
	}
	return away(err)
}

// Head is the last durable position.
func (e *Engine) Head(id record.ID) (cite.Position, error) {
	ctx, cancel := context.WithTimeout(e.ctx, patience)
	defer cancel()
	var head int64
	err := e.read.QueryRow(ctx, "SELECT position FROM plenary.record WHERE id = $1", string(id)).Scan(&head)
	if errors.Is(err, pgx.ErrNoRows) {
		return 0, fmt.Errorf("%w: %s", record.ErrNoRecord, id)
	}
	return cite.Position(head), e.reading(err)
}

// Rows hands on envelopes and data.
func (e *Engine) Rows(ctx context.Context, id record.ID, from, to cite.Position, each func(cite.Position, []byte, []byte) error) error {
	k, err := e.find(id)
	if err != nil {
		return err
	}
	rows, err := e.read.Query(ctx, "SELECT id, envelope, data FROM plenary.entry WHERE id BETWEEN $1 AND $2 ORDER BY id", rowid(k.number, max(from, 0)), rowid(k.number, min(to, 1<<40-1)))
	if err != nil {
		return e.reading(err)
	}
	defer rows.Close() // whatever each does
	for rows.Next() {
		raw := rows.RawValues()
		at := cite.Position(binary.BigEndian.Uint64(raw[0]) & (1<<40 - 1))
		if err := each(at, raw[1], raw[2]); err != nil {
			return err
		}
	}
	return e.reading(rows.Err())
}

// Texts reads envelopes and texts.
func (e *Engine) Texts(ctx context.Context, id record.ID, at []cite.Position) ([]record.Row, error) {
	k, err := e.find(id)
	if err != nil {
		return nil, err
	}
	ids := make([]int64, len(at))
	for i, p := range at {
		ids[i] = rowid(k.number, p)
	}
	rows, err := e.read.Query(ctx, `SELECT envelope, salted FROM unnest($1::bigint[]) WITH ORDINALITY AS wanted(id, n)
		LEFT JOIN plenary.entry USING (id) LEFT JOIN plenary.text USING (id) ORDER BY n`, ids)
	if err != nil {
		return nil, e.reading(err)
	}
	out := make([]record.Row, 0, len(at))
	var envelope, text []byte
	_, err = pgx.ForEachRow(rows, []any{&envelope, &text}, func() error {
		out = append(out, record.Row{Position: at[len(out)], Envelope: envelope, Text: text})
		return nil
	})
	if err != nil {
		return nil, e.reading(err)
	}
	return out, nil
}

// blob is the one value that a statement gives, nil where it gives none.
func (e *Engine) blob(sql string, args ...any) ([]byte, error) {
	ctx, cancel := context.WithTimeout(e.ctx, patience)
	defer cancel()
	var b []byte
	err := e.read.QueryRow(ctx, sql, args...).Scan(&b)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	return b, e.reading(err)
}

// Tile reads a tile. The last one of the lowest level, which grows with each entry, is not stored: it is the hashes that
// stand beside the entries.
func (e *Engine) Tile(id record.ID, level int, n int64) ([]byte, error) {
	k, err := e.find(id)
	if err != nil {
		return nil, err
	}
	b, err := e.blob("SELECT hashes FROM plenary.tile WHERE id = $1", tileid(k.number, level, n))
	if err != nil || b != nil || level > 0 {
		return b, err
	}
	const width = 1 << record.TileHeight
	return e.blob("SELECT string_agg(leaf, ''::bytea ORDER BY id) FROM plenary.entry WHERE id BETWEEN $1 AND $2",
		rowid(k.number, cite.Position(n*width+1)), rowid(k.number, cite.Position((n+1)*width)))
}

// Tokens reads outcomes.
func (e *Engine) Tokens(id record.ID, hs []record.TokenHash) (map[record.TokenHash]*record.TokenResult, error) {
	out := map[record.TokenHash]*record.TokenResult{}
	if len(hs) == 0 {
		return out, nil
	}
	k, err := e.find(id)
	if err != nil {
		return nil, err
	}
	keys := make([][]byte, len(hs))
	of := make(map[string]record.TokenHash, len(hs))
	for i, h := range hs {
		keys[i] = tokenKey(k.number, h)
		of[string(keys[i])] = h
	}
	ctx, cancel := context.WithTimeout(e.ctx, patience)
	defer cancel()
	rows, err := e.read.Query(ctx, "SELECT key, outcome FROM plenary.token WHERE key = ANY($1)", keys)
	if err != nil {
		return nil, e.reading(err)
	}
	var key, stored []byte
	_, err = pgx.ForEachRow(rows, []any{&key, &stored}, func() error {
		o, err := outcome(key, stored)
		out[of[string(key)]] = o
		return err
	})
	return out, e.reading(err)
}

// LastToken is 0: outcomes are not numbered here.
func (e *Engine) LastToken() (int64, error) { return 0, nil }

// tokenKey is the name of an outcome: the record's number and as much of the hash as makes it the only one.
func tokenKey(number int64, h record.TokenHash) []byte {
	return append(binary.BigEndian.AppendUint64(nil, uint64(number)), h[:16]...)
}

// sums checks the row of a token: nothing else vouches for it.
var sums = crc32.MakeTable(crc32.Castagnoli)

// stored is an outcome as it is stored: with a checksum of the key and of itself.
func stored(key []byte, o record.TokenResult) ([]byte, error) {
	refs, err := json.Marshal(o.Refs)
	if err != nil {
		return nil, err
	}
	b := append(o.Digest[:], binary.BigEndian.AppendUint64(nil, uint64(o.First))...)
	b = append(b, refs...)
	return binary.BigEndian.AppendUint32(b, crc32.Update(crc32.Checksum(key, sums), sums, b)), nil
}

// outcome reads what stored wrote.
func outcome(key, b []byte) (*record.TokenResult, error) {
	n := len(b) - 4
	if n < 40 || binary.BigEndian.Uint32(b[n:]) != crc32.Update(crc32.Checksum(key, sums), sums, b[:n]) {
		return nil, fmt.Errorf("%w: the outcome of a request", record.ErrDamaged)
	}
	o := &record.TokenResult{First: cite.Position(binary.BigEndian.Uint64(b[32:]))}
	copy(o.Digest[:], b)
	if err := json.Unmarshal(b[40:n], &o.Refs); err != nil {
		return nil, fmt.Errorf("%w: the outcome of a request", record.ErrDamaged)
	}
	return o, nil
}

// SaveCheckpoint stores a checkpoint.
func (e *Engine) SaveCheckpoint(id record.ID, size int64, note []byte) error {
	k, err := e.find(id)
	if err != nil {
		return err
	}
	return e.do(func(ctx context.Context, s *session) error {
		_, err := s.query(ctx, "checkpoint", rowid(k.number, cite.Position(size)), note)
		return err
	})
}

// CheckpointFor finds the smallest checkpoint that holds a position.
func (e *Engine) CheckpointFor(id record.ID, p cite.Position) ([]byte, error) {
	k, err := e.find(id)
	if err != nil {
		return nil, err
	}
	return e.blob("SELECT note FROM plenary.checkpoint WHERE id BETWEEN $1 AND $2 ORDER BY id LIMIT 1", rowid(k.number, p), rowid(k.number, 1<<40-1))
}

// LastCheckpoint finds the largest checkpoint up to a size.
func (e *Engine) LastCheckpoint(id record.ID, size int64) ([]byte, error) {
	k, err := e.find(id)
	if err != nil {
		return nil, err
	}
	return e.blob("SELECT note FROM plenary.checkpoint WHERE id BETWEEN $1 AND $2 ORDER BY id DESC LIMIT 1", rowid(k.number, 0), rowid(k.number, cite.Position(size)))
}

// Check looks whether there is anything in the database that does not belong there, whether each head is where the
// entries end, and whether each outcome of a request is what was written. Pages that are not what was written are found
// by the server where it keeps checksums, when they are read.
func (e *Engine) Check(ctx context.Context) error {
	if err := e.strange(ctx); err != nil {
		return err
	}
	var id string
	err := e.read.QueryRow(ctx, `SELECT id FROM plenary.record WHERE position <> (SELECT count(*) FROM plenary.entry WHERE entry.id BETWEEN number::bigint << 40 AND ((number::bigint + 1) << 40) - 1)
		OR EXISTS (SELECT FROM plenary.entry WHERE entry.id > (number::bigint << 40) + position AND entry.id < (number::bigint + 1) << 40) LIMIT 1`).Scan(&id)
	if err == nil {
		return fmt.Errorf("%w: the head of the record %s is not where its entries end", record.ErrDamaged, id)
	}
	if !errors.Is(err, pgx.ErrNoRows) {
		return e.reading(err)
	}
	rows, err := e.read.Query(ctx, "SELECT key, outcome FROM plenary.token")
	if err != nil {
		return e.reading(err)
	}
	var key, b []byte
	_, err = pgx.ForEachRow(rows, []any{&key, &b}, func() error { _, err := outcome(key, b); return err })
	return e.reading(err)
}
