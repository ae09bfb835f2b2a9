// Package transfer copies whole records from one storage to another, and compares what is there already.
package transfer

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/record"
	"github.com/openplenary/plenary/record/merkle"
)

// copied is how many rows are copied in one batch.
const copied = 256

// Copying says how records are copied.
type Copying struct {
	From, To record.Teller
	Erased   func(data []byte) []cite.Position // see ReadErasures; nil where nothing is ever erased
	Said     func(record.Meta, cite.Position)  // is told how far each record has come
}

// Copy copies all records from one engine to another, byte by byte: entries, texts, outcomes and stored checkpoints. What
// is there already is compared, so a copy that was broken off is gone on with, and a copy that is made once more
// checks the first. Somebody may go on writing where it is copied from: the copy has the entries up to some time, and no text that
// one of them erased.
func Copy(ctx context.Context, o Copying) error {
	from, to := o.From, o.To
	metas, err := from.Records()
	if err != nil {
		return err
	}
	there, err := to.Records()
	if err != nil {
		return err
	}
	origins := map[record.ID]string{}
	for _, m := range metas {
		origins[m.ID] = m.Origin
	}
	for _, m := range there {
		if origin, known := origins[m.ID]; !known || origin != m.Origin {
			return fmt.Errorf("record: the copy holds a record %s in the name of %s, which is not one of those that are copied", m.ID, m.Origin)
		}
		delete(origins, m.ID)
	}
	for _, m := range metas {
		if _, missing := origins[m.ID]; missing {
			if err := to.Create(m); err != nil {
				return err
			}
		}
		c := &copying{Copying: o, meta: m, tree: &merkle.Tree{}}
		for _, part := range []func(context.Context) error{c.entries, c.outcomes, c.checkpoints} {
			if err := part(ctx); err != nil {
				return fmt.Errorf("record %s: %w", m.ID, err)
			}
		}
	}
	return nil
}

// copying is the copying of one record.
type copying struct {
	Copying
	meta record.Meta
	tree *merkle.Tree // of what was copied
}

// entries copies what is not there, and compares what is.
func (c *copying) entries(ctx context.Context) error {
	head, err := c.From.Head(c.meta.ID)
	if err != nil {
		return err
	}
	have, err := c.To.Head(c.meta.ID)
	if err != nil {
		return err
	}
	if have > head {
		return fmt.Errorf("the copy holds %d entries, and there are %d", have, head)
	}
	for at := cite.Position(0); at < head; {
		upTo := min(at+copied, head)
		if at < have {
			upTo = min(upTo, have)
		}
		rows, err := rowsOf(ctx, c.From, c.meta.ID, at+1, upTo)
		if err != nil {
			return err
		}
		b := &record.Batch{Record: c.meta.ID, Before: at, Head: upTo, Rows: rows}
		for i := range rows {
			if err := rows[i].Check(); err != nil {
				return fmt.Errorf("%w: entry %d: %w", record.ErrDamaged, rows[i].Position, err)
			}
			c.tree.Append(record.LeafHash(rows[i].Envelope), func(full merkle.Tile) { b.Tiles = append(b.Tiles, full) })
			if c.Erased != nil {
				b.Erase = append(b.Erase, c.Erased(rows[i].Data[record.SaltSize:])...)
			}
		}
		if at < have {
			err = c.compare(ctx, rows)
		} else {
			b.Tiles, b.Root = append(b.Tiles, c.tree.Partial()...), c.tree.Root()
			err = c.write(b)
		}
		if err != nil {
			return err
		}
		at = upTo
		c.Said(c.meta, at)
		if at == head { // an entry that came meanwhile may say why a text was not there
			if head, err = c.From.Head(c.meta.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

// rowsOf reads entries with their texts.
func rowsOf(ctx context.Context, e record.Engine, id record.ID, from, to cite.Position) (rows []record.Row, err error) {
	var at []cite.Position
	err = e.Rows(ctx, id, from, to, func(p cite.Position, envelope, data []byte) error {
		rows = append(rows, record.Row{Position: p, Envelope: bytes.Clone(envelope), Data: bytes.Clone(data)})
		at = append(at, p)
		return nil
	})
	if err != nil {
		return nil, err
	}
	texts, err := e.Texts(ctx, id, at)
	if err != nil {
		return nil, err
	}
	for i := range rows {
		rows[i].Text = texts[i].Text
		if rows[i].Position != from+cite.Position(i) {
			return nil, fmt.Errorf("%w: entry %d is missing", record.ErrDamaged, from+cite.Position(i))
		}
	}
	if len(rows) != int(to-from)+1 {
		return nil, fmt.Errorf("%w: entries are missing after %d", record.ErrDamaged, int(from)+len(rows)-1)
	}
	return rows, nil
}

// compare holds rows against those of the copy.
func (c *copying) compare(ctx context.Context, rows []record.Row) error {
	there, err := rowsOf(ctx, c.To, c.meta.ID, rows[0].Position, rows[len(rows)-1].Position)
	if err != nil {
		return err
	}
	for i, r := range rows {
		if t := there[i]; !bytes.Equal(t.Envelope, r.Envelope) || !bytes.Equal(t.Data, r.Data) || (t.Text == nil) != (r.Text == nil) || !bytes.Equal(t.Text, r.Text) {
			return fmt.Errorf("%w: entry %d is another in the copy", record.ErrDamaged, r.Position)
		}
	}
	return nil
}

func (c *copying) write(b *record.Batch) error {
	done := make(chan error, 1)
	c.To.Commit(b, func(err error) { done <- err })
	return <-done
}

// outcomes copies the outcomes that are not there.
func (c *copying) outcomes(ctx context.Context) error {
	var some []record.TokenRow
	put := func() error {
		hs := make([]record.TokenHash, len(some))
		for i, o := range some {
			hs[i] = o.Hash
		}
		there, err := c.To.Tokens(c.meta.ID, hs)
		if err != nil {
			return err
		}
		b := &record.Batch{Record: c.meta.ID, Before: cite.Position(c.tree.Size()), Head: cite.Position(c.tree.Size()), Root: c.tree.Root(), Tiles: c.tree.Partial()}
		for _, o := range some {
			switch was := there[o.Hash]; {
			case was == nil:
				b.Tokens = append(b.Tokens, o)
			case was.Digest != o.Outcome.Digest || was.First != o.Outcome.First:
				return fmt.Errorf("%w: the outcome of a request is another in the copy", record.ErrDamaged)
			}
		}
		if some = some[:0]; len(b.Tokens) == 0 {
			return nil
		}
		return c.write(b)
	}
	err := c.From.Outcomes(ctx, c.meta.ID, func(o record.TokenRow) error {
		if o.Outcome.First > cite.Position(c.tree.Size()) {
			return nil // it came later
		}
		if some = append(some, o); len(some) < copied {
			return nil
		}
		return put()
	})
	if err == nil && len(some) > 0 {
		err = put()
	}
	return err
}

// checkpoints copies the stored checkpoints.
func (c *copying) checkpoints(ctx context.Context) error {
	for p := cite.Position(1); ctx.Err() == nil; {
		signed, err := c.From.CheckpointFor(c.meta.ID, p)
		if err != nil || signed == nil {
			return err
		}
		point, err := record.ParseSigned(signed)
		if err != nil {
			return fmt.Errorf("%w: a stored checkpoint: %w", record.ErrDamaged, err)
		}
		if point.Size > c.tree.Size() {
			return nil // it came later
		}
		if err := c.To.SaveCheckpoint(c.meta.ID, point.Size, signed); err != nil {
			return err
		}
		there, err := c.To.CheckpointFor(c.meta.ID, cite.Position(point.Size))
		if err != nil || !bytes.Equal(there, signed) {
			return errors.Join(fmt.Errorf("%w: a checkpoint of %d entries is another in the copy", record.ErrDamaged, point.Size), err)
		}
		p = cite.Position(point.Size) + 1
	}
	return ctx.Err()
}
