package record

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/record/merkle"
	"golang.org/x/mod/sumdb/tlog"
)

// Checkpoint signs (once per size) the root of what is durable. Where damage was found nothing is signed
// any more: a signature would vouch for a tree that perhaps never was. Then it gives the last checkpoint that
// was signed and stored before, and ErrReadOnly where there is none.
func (l *Log) Checkpoint(id ID) ([]byte, error) {
	d, err := l.state(id)
	if err != nil {
		return nil, err
	}
	if damage := l.Damage(); damage != nil {
		signed, err := l.engine.LastCheckpoint(id, int64(l.Durable(id)))
		if err == nil && signed != nil && CheckCheckpoint(signed, l.key.Verifier(d.meta.Origin)) == nil {
			return signed, nil
		}
		return nil, errors.Join(fmt.Errorf("%w: no checkpoint is signed: %w", ErrReadOnly, damage), err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.note != nil && d.noted == int64(d.durable) {
		return d.note, nil
	}
	n, err := l.key.Sign(Checkpoint{Origin: d.meta.Origin, Size: int64(d.durable), Root: d.root})
	if err != nil {
		return nil, err
	}
	d.note, d.noted = n, int64(d.durable)
	return n, nil
}

// Tile returns the hashes of a tile of the tree, at most width of them, as far as they are durable.
func (l *Log) Tile(id ID, level int, n int64, width int) ([]byte, error) {
	if level < 0 || level > 7 || n < 0 || width < 1 || width > merkle.Width {
		return nil, ErrNoEntry
	}
	have := (int64(l.Durable(id)) >> (uint(level) * merkle.Height)) - n*merkle.Width
	if have < int64(width) {
		return nil, ErrNoEntry
	}
	b, err := l.engine.Tile(id, level, n)
	if err == nil && len(b) < width*tlog.HashSize {
		err = fmt.Errorf("%w: tile %d/%d", ErrDamaged, level, n)
	}
	if err != nil {
		return nil, l.seen(id, err)
	}
	return b[:width*tlog.HashSize], nil
}

// Prove makes the proof that the entry at a position stands on the record. The checkpoint it uses is
// stored, so that the proof of one entry is the same bytes whenever it is asked for. Where none is stored
// yet and nothing may be written any more, there can be no proof: ErrReadOnly.
func (l *Log) Prove(ctx context.Context, id ID, p cite.Position) (cite.Proof, error) {
	d, err := l.state(id)
	if err != nil {
		return cite.Proof{}, err
	}
	if p < 1 || p > l.Durable(id) {
		return cite.Proof{}, fmt.Errorf("%w: %d", ErrNoEntry, p)
	}
	proof, err := l.prove(ctx, d, p, p)
	return proof, l.seen(id, err)
}

// ProveUpTo is Prove under the checkpoint that Prove uses for another, later entry: so the proofs of several entries rest on one
// checkpoint, and are the same bytes whenever they are asked for.
func (l *Log) ProveUpTo(ctx context.Context, id ID, p, upTo cite.Position) (cite.Proof, error) {
	d, err := l.state(id)
	if err != nil {
		return cite.Proof{}, err
	}
	if p < 1 || p > upTo || upTo > l.Durable(id) {
		return cite.Proof{}, fmt.Errorf("%w: %d of %d", ErrNoEntry, p, upTo)
	}
	proof, err := l.prove(ctx, d, p, upTo)
	return proof, l.seen(id, err)
}

// prove proves entry p under the stored checkpoint that holds the entry upTo.
func (l *Log) prove(ctx context.Context, d *recordState, p, upTo cite.Position) (cite.Proof, error) {
	id := d.meta.ID
	signed, err := l.checkpointFor(d, upTo)
	if err != nil {
		return cite.Proof{}, err
	}
	c, err := l.checkpoint(signed, d.meta.Origin)
	if err != nil {
		return cite.Proof{}, fmt.Errorf("%w: a stored checkpoint: %w", ErrDamaged, err)
	}
	// The tiles are taken as they are: what they give is checked against the signed root below.
	path, err := tlog.ProveRecord(c.Size, int64(p)-1, tileHashes{l, id, c.Size})
	if err != nil {
		return cite.Proof{}, wrongly(err)
	}
	proof := cite.Proof{Checkpoint: signed, Path: make([][]byte, len(path))}
	for i := range path {
		proof.Path[i] = path[i][:]
	}
	err = l.engine.Rows(ctx, id, p, p, func(_ cite.Position, envelope, _ []byte) error {
		proof.Envelope = append([]byte(nil), envelope...)
		return nil
	})
	if err != nil {
		return cite.Proof{}, err
	}
	if _, err := l.checkOwn(d, proof); err != nil {
		return cite.Proof{}, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return proof, nil
}

// CheckProof is the package's CheckProof with this log's own key for a record.
func (l *Log) CheckProof(id ID, p cite.Proof) (Checked, error) {
	d, err := l.state(id)
	if err != nil {
		return Checked{}, err
	}
	return l.checkOwn(d, p)
}

// Root is the root of the first entries of a record, as far as they are durable; ErrNoEntry where there are fewer.
func (l *Log) Root(id ID, size int64) (tlog.Hash, error) {
	if size < 1 || size > int64(l.Durable(id)) {
		return tlog.Hash{}, fmt.Errorf("%w: %d", ErrNoEntry, size)
	}
	root, err := tlog.TreeHash(size, tileHashes{l, id, size})
	return root, l.seen(id, err)
}

// ErrNotHeld: a record does not hold what a proof shows.
var ErrNotHeld = errors.New("record: not held")

// Holds compares what a proof shows with a record: the envelope must stand at its position byte by byte, with the
// data and the text it commits to, and the tree must have had the root of the checkpoint at its size. It returns
// nil where it is so, and whether the text was erased since; else ErrNotHeld with the reason. The proof itself must
// have been checked.
func (l *Log) Holds(ctx context.Context, id ID, envelope []byte, c Checkpoint) (erased bool, err error) {
	missing := func(format string, args ...any) (bool, error) {
		return false, fmt.Errorf("%w: "+format, append([]any{ErrNotHeld}, args...)...)
	}
	d, err := l.state(id)
	if err != nil {
		return missing("there is no record %s", id)
	}
	env, err := ParseEnvelope(envelope)
	if err != nil {
		return false, err
	}
	head := l.Durable(id)
	switch {
	case c.Origin != d.meta.Origin:
		return missing("the record is kept in the name of %s, the receipt says %s", d.meta.Origin, c.Origin)
	case env.Position > head:
		return missing("it is entry %d, the record has %d entries", env.Position, head)
	}
	row, err := l.Salted(ctx, id, env.Position)
	switch {
	case ctx.Err() != nil:
		return false, ctx.Err()
	case err != nil:
		return missing("entry %d: %w", env.Position, err)
	case !bytes.Equal(row.Envelope, envelope):
		return missing("entry %d is another one", env.Position)
	case c.Size > int64(head):
		return missing("it was given out at %d entries, the record has %d", c.Size, head)
	}
	root, err := tlog.TreeHash(c.Size, tileHashes{l, id, c.Size})
	if err != nil {
		return missing("the tree of %d entries: %w", c.Size, err)
	}
	if root != c.Root {
		return missing("the record had another root at %d entries", c.Size)
	}
	return row.Text == nil && env.Text != nil, nil
}

// checkOwn checks a proof with this log's own key. Many proofs rest on one checkpoint; its signature is
// checked once.
func (l *Log) checkOwn(d *recordState, p cite.Proof) (Checked, error) {
	seal := sha256.Sum256(p.Checkpoint)
	if d.sealed(seal) {
		c, err := CheckProof(p, "")
		c.SignedBy = c.Checkpoint.Origin // as it was when these very bytes were checked with the key
		return c, err
	}
	c, err := CheckProof(p, l.key.Verifier(d.meta.Origin))
	if err == nil {
		d.seal(seal)
	}
	return c, err
}

// maxSeals is of how many checkpoints it is kept that their signature is good, 32 bytes each.
const maxSeals = 4096

func (d *recordState) sealed(seal [sha256.Size]byte) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.seals[seal]
}

func (d *recordState) seal(seal [sha256.Size]byte) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.seals == nil || len(d.seals) >= maxSeals {
		d.seals = map[[sha256.Size]byte]bool{}
	}
	d.seals[seal] = true
}

// checkpointFor is the stored checkpoint of the smallest tree that holds a position; where there is none,
// what is durable now is signed and stored. One at a time: a smaller one stored later would change the
// proofs of entries before it.
func (l *Log) checkpointFor(d *recordState, p cite.Position) ([]byte, error) {
	id := d.meta.ID
	d.proving.Lock()
	defer d.proving.Unlock()
	signed, err := l.engine.CheckpointFor(id, p)
	if err != nil || signed != nil {
		return signed, err
	}
	if halted := l.Halted(id); halted != nil {
		return nil, fmt.Errorf("%w: no checkpoint is stored: %w", ErrReadOnly, halted)
	}
	if signed, err = l.Checkpoint(id); err != nil {
		return nil, err
	}
	c, err := l.checkpoint(signed, d.meta.Origin)
	if err != nil {
		return nil, err
	}
	if c.Size < int64(p) { // damage was found at this moment, and it is an older one
		return nil, fmt.Errorf("%w: no checkpoint is stored", ErrReadOnly)
	}
	return signed, l.engine.SaveCheckpoint(id, c.Size, signed)
}

func (l *Log) checkpoint(signed []byte, origin string) (Checkpoint, error) {
	return ParseSigned(signed)
}

// ParseSigned reads a signed checkpoint without looking who signed it.
func ParseSigned(signed []byte) (Checkpoint, error) {
	text, _, ok := bytes.Cut(signed, []byte("\n\n"))
	if !ok {
		return Checkpoint{}, ErrCheckpoint
	}
	return ParseCheckpoint(string(text) + "\n\n")
}
