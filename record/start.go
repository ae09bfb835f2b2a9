package record

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/record/merkle"
	"golang.org/x/mod/sumdb/tlog"
)

// Start is where the reading of a record may begin: what stands up to there was read, checked and folded at another time. The zero Start is the
// beginning.
type Start struct {
	Position cite.Position   // of the last entry that was read
	Root     tlog.Hash       // of the tree that ends with it
	Time     time.Time       // its envelope time
	Erased   []cite.Position // entries whose texts were erased, as far as any entry said so
}

// ErrOtherStart says that a record never was what a start says.
var ErrOtherStart = errors.New("record: the record is not the one that was read up to there")

// StartAt makes a start of a durable position.
func (l *Log) StartAt(ctx context.Context, id ID, p cite.Position) (s Start, err error) {
	d, err := l.state(id)
	if err != nil {
		return s, err
	}
	at := d.stand()
	if p < 1 || p > at.durable {
		return s, fmt.Errorf("%w: %d", ErrNoEntry, p)
	}
	tree, err := l.loadTree(id, int64(p))
	if err != nil {
		return s, err
	}
	s = Start{Position: p, Root: tree.Root(), Erased: at.erased.all()}
	s.Time, err = l.timeOf(ctx, id, p)
	return s, err
}

// loadTree makes the right edge of the tree of a size from the stored tiles.
func (l *Log) loadTree(id ID, size int64) (*merkle.Tree, error) {
	t, err := merkle.Load(size, func(level int, n int64) ([]byte, error) { return l.engine.Tile(id, level, n) })
	if errors.Is(err, merkle.ErrMissing) {
		err = wrongly(err)
	}
	return t, err
}

// examinationFrom is an examination that begins behind a start.
func (l *Log) examinationFrom(id ID, from Start) (*examination, error) {
	x := &examination{log: l, id: id, tree: &merkle.Tree{}, erased: newErasures()}
	// The mark first: beside a writer, the head that is read after it is never older.
	if l.high != nil {
		x.highAt, x.highRoot, x.found = l.high.Get(id)
	}
	if from.Position == 0 {
		return x, nil
	}
	head, err := l.engine.Head(id)
	if err != nil {
		return nil, err
	}
	tree, err := l.loadTree(id, int64(from.Position))
	//mutants:guard what was folded of another record, or of one that was longer, is not taken for this one
	if err != nil || tree.Root() != from.Root || head < from.Position {
		return nil, fmt.Errorf("%w: %d", errors.Join(ErrOtherStart, err), from.Position)
	}
	if x.highAt > 0 && x.highAt <= from.Position {
		marked, err := l.loadTree(id, int64(x.highAt))
		if x.atHigh = err == nil && marked.Root() == x.highRoot; !x.atHigh { // a reading from the beginning will say what is wrong
			return nil, fmt.Errorf("%w: %d", errors.Join(ErrOtherStart, err), x.highAt)
		}
	}
	x.tree, x.last = tree, from.Time
	x.erased.add(from.Erased...)
	return x, nil
}

// Recheck reads and checks what LoadFrom passed over, beside everything else: every entry up to what is durable now, the tree, the tiles, the
// last checkpoints. Each is called for every entry, and may take its time. What is wrong stops all writing, as at a start. While the storage is away it
// is waited for, and all is read again.
func (l *Log) Recheck(ctx context.Context, id ID, each func(Entry) error) error {
	x, err := l.examine(ctx, id, lastPoints, each)
	for ; errors.Is(err, ErrAway) && ctx.Err() == nil; x, err = l.examine(ctx, id, lastPoints, each) {
		select {
		case <-time.After(time.Second):
		case <-ctx.Done():
		}
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if errors.Is(err, ErrDamaged) {
		d, derr := l.state(id)
		if derr != nil {
			return derr
		}
		d.change(func() { d.unread = x.unread() })
		l.Halt(id, err)
	}
	return err
}
