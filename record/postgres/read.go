package postgres

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/record"
	"github.com/openplenary/plenary/record/merkle"
)

// Records lists the records.
func (e *Engine) Records() (out []record.Meta, err error) {
	err = e.looking(func(ctx context.Context) error {
		rows, err := e.read.Query(ctx, "SELECT id, origin FROM plenary.record ORDER BY number")
		if err != nil {
			return err
		}
		out, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (m record.Meta, err error) {
			err = row.Scan((*string)(&m.ID), &m.Origin)
			return m, err
		})
		return err
	})
	return out, err
}

// looking reads something that nobody waits for with a context of their own.
func (e *Engine) looking(f func(context.Context) error) error {
	return e.briefly(e.ctx, f)
}

// briefly reads something that somebody waits for: at most for as long as we have patience.
func (e *Engine) briefly(ctx context.Context, f func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return e.asLongAs(ctx, f)
}

// asLongAs reads something as long as the server can be reached, and only for a moment where it is known to be away. Where it turns out to
// be away meanwhile, nobody waits on: a network that is cut answers nothing at all.
func (e *Engine) asLongAs(ctx context.Context, f func(context.Context) error) error {
	reach := e.reach.Load()
	var cancel context.CancelFunc
	if reach.Err() != nil {
		ctx, cancel = context.WithTimeout(ctx, moment)
	} else {
		ctx, cancel = context.WithCancel(ctx)
		defer context.AfterFunc(reach, cancel)()
	}
	defer cancel()
	err := e.reading(ctx, f)
	if err != nil && reach.Err() != nil && errors.Is(err, context.Canceled) && e.ctx.Err() == nil { // it was us, and nobody who asked
		return fmt.Errorf("%w: %w: the server says nothing any more", record.ErrNotWritten, record.ErrAway)
	}
	return err
}

// reading does something that reads. Where a connection turns out to be dead, as all of them are when the server was away, it is
// done once more with new ones. After Close nothing is read.
func (e *Engine) reading(ctx context.Context, f func(context.Context) error) error {
	err := f(ctx)
	var pg *pgconn.PgError
	if err != nil && ctx.Err() == nil && !errors.Is(err, errHandedOn) && !errors.Is(err, pgx.ErrNoRows) && (!errors.As(err, &pg) || pg.SeverityUnlocalized == "FATAL") {
		e.read.Reset()
		err = f(ctx)
	}
	switch {
	case err == nil:
		return nil
	case e.ctx.Err() != nil:
		return fmt.Errorf("%w: %w", record.ErrClosed, err)
	case errors.Is(err, pgx.ErrNoRows):
		return err
	}
	return away(err)
}

// errHandedOn wraps an error of rows of which some were handed on already.
var errHandedOn = errors.New("broken off")

// Head is the last durable position: it waits until what stands there is durable.
func (e *Engine) Head(id record.ID) (cite.Position, error) {
	k, err := e.find(id)
	if err != nil {
		return 0, err
	}
	return e.atRest(e.ctx, k)
}

// Rows hands on envelopes and data.
func (e *Engine) Rows(ctx context.Context, id record.ID, from, to cite.Position, each func(cite.Position, []byte, []byte) error) error {
	k, err := e.find(id)
	if err != nil {
		return err
	}
	if tail := k.came(from, to); tail != nil {
		for _, row := range tail {
			if err := each(row.at, row.envelope, row.data); err != nil {
				return err
			}
		}
		return nil
	}
	if err := e.solid(ctx, k, min(to, k.stood())); err != nil { // another connection may lead to a server that has others there
		return err
	}
	var theirs error // what each said
	err = e.asLongAs(ctx, func(ctx context.Context) error {
		rows, err := e.read.Query(ctx, "SELECT id, envelope, data FROM plenary.entry WHERE id BETWEEN $1 AND $2 ORDER BY id", rowid(k.number, max(from, 0)), rowid(k.number, min(to, 1<<40-1)))
		if err != nil {
			return err
		}
		defer rows.Close() // whatever each does
		some := false
		for rows.Next() {
			raw := rows.RawValues()
			some = true
			if theirs = each(cite.Position(binary.BigEndian.Uint64(raw[0])&(1<<40-1)), raw[1], raw[2]); theirs != nil {
				return nil
			}
		}
		if err = rows.Err(); err != nil && some {
			err = fmt.Errorf("%w: %w", errHandedOn, err)
		}
		return err
	})
	if theirs != nil {
		return theirs
	}
	return err
}

// came gives entries that came with the turn, nil where they are not all there. What was not durable when they came and is now may be durable on another
// server, and others may stand there.
func (k *kept) came(from, to cite.Position) []tailRow {
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.sure && to <= k.durable || len(k.tail) == 0 || from < k.tail[0].at || to > k.tail[len(k.tail)-1].at || from > to {
		return nil
	}
	return k.tail[from-k.tail[0].at : to-k.tail[0].at+1]
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
	var out []record.Row
	err = e.briefly(ctx, func(ctx context.Context) error {
		rows, err := e.read.Query(ctx, `SELECT envelope, salted FROM unnest($1::bigint[]) WITH ORDINALITY AS wanted(id, n)
			LEFT JOIN plenary.entry USING (id) LEFT JOIN plenary.text USING (id) ORDER BY n`, ids)
		if err != nil {
			return err
		}
		out = make([]record.Row, 0, len(at))
		var envelope, text []byte
		_, err = pgx.ForEachRow(rows, []any{&envelope, &text}, func() error {
			out = append(out, record.Row{Position: at[len(out)], Envelope: envelope, Text: text})
			return nil
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// blob is the one value that a statement gives, nil where it gives none.
func (e *Engine) blob(sql string, args ...any) (b []byte, err error) {
	err = e.looking(func(ctx context.Context) error { return e.read.QueryRow(ctx, sql, args...).Scan(&b) })
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	return b, err
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
	const width = 1 << merkle.Height
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
	err = e.looking(func(ctx context.Context) error {
		rows, err := e.read.Query(ctx, "SELECT key, outcome FROM plenary.token WHERE key = ANY($1)", keys)
		if err != nil {
			return err
		}
		var key, stored []byte
		_, err = pgx.ForEachRow(rows, []any{&key, &stored}, func() error {
			o, err := outcome(key, stored)
			out[of[string(key)]] = o
			return err
		})
		return err
	})
	return out, err
}

// Outcomes hands on all outcomes of a record.
func (e *Engine) Outcomes(ctx context.Context, id record.ID, each func(record.TokenRow) error) error {
	k, err := e.find(id)
	if err != nil {
		return err
	}
	after := binary.BigEndian.AppendUint64(nil, uint64(k.number))
	end := binary.BigEndian.AppendUint64(nil, uint64(k.number)+1)
	for {
		var some []record.TokenRow
		if err := e.reading(ctx, func(ctx context.Context) error {
			some = nil
			rows, err := e.read.Query(ctx, "SELECT key, outcome FROM plenary.token WHERE key > $1 AND key < $2 ORDER BY key LIMIT 1000", after, end)
			if err != nil {
				return err
			}
			var key, b []byte
			_, err = pgx.ForEachRow(rows, []any{&key, &b}, func() error {
				o, err := outcome(key, b)
				if err != nil {
					return err
				}
				row := record.TokenRow{Outcome: *o}
				copy(row.Hash[:], key[8:])
				some = append(some, row)
				return nil
			})
			return err
		}); err != nil || len(some) == 0 {
			return err
		}
		for _, row := range some {
			if err := each(row); err != nil {
				return err
			}
		}
		after = tokenKey(k.number, some[len(some)-1].Hash)
	}
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
	err := e.reading(ctx, func(ctx context.Context) error {
		return e.read.QueryRow(ctx, `SELECT id FROM plenary.record WHERE position <> (SELECT count(*) FROM plenary.entry WHERE entry.id BETWEEN number::bigint << 40 AND ((number::bigint + 1) << 40) - 1)
			OR EXISTS (SELECT FROM plenary.entry WHERE entry.id > (number::bigint << 40) + position AND entry.id < (number::bigint + 1) << 40) LIMIT 1`).Scan(&id)
	})
	if err == nil {
		return fmt.Errorf("%w: the head of the record %s is not where its entries end", record.ErrDamaged, id)
	}
	if !errors.Is(err, pgx.ErrNoRows) {
		return err
	}
	return e.reading(ctx, func(ctx context.Context) error {
		rows, err := e.read.Query(ctx, "SELECT key, outcome FROM plenary.token")
		if err != nil {
			return err
		}
		var key, b []byte
		_, err = pgx.ForEachRow(rows, []any{&key, &b}, func() error { _, err := outcome(key, b); return err })
		return err
	})
}
