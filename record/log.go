package record

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/record/merkle"
	"golang.org/x/mod/sumdb/tlog"
)

// Log is all records of one instance over one engine. Its methods may be called from many goroutines.
type Log struct {
	engine Engine
	key    *Key
	now    func() time.Time
	random io.Reader
	high   *HighWater
	erased func(data []byte) []cite.Position // nil where nothing is ever erased

	resume bool

	mu      sync.Mutex
	records map[ID]*recordState // owned by mu; these have locks of their own
	unread  int                 // records that Load has not found sound
	damage  error               // the first damage found anywhere: all records lie in one file
	lost    int                 // records that have a high mark and are not there

	nodes merkle.Cache[ID] // of tiles that proofs were made from
}

// Options are what a Log needs beside its engine.
type Options struct {
	Key    *Key             // signs checkpoints; required
	Now    func() time.Time // the one clock of the instance; required
	Random io.Reader        // salts and ids; nil for crypto/rand
	High   *HighWater       // the high-water mark; nil keeps none (memory)
	// ReadOnly refuses every turn: for commands that look at an instance beside a running server.
	ReadOnly bool
	// Resume takes records that are behind their high marks as they are: somebody who looks after the instance
	// says that writing goes on without what is missing. Everything else is checked as ever.
	Resume bool
}

// Open makes a Log over an engine. Each record must be read once with Load before it can be written; until
// all of them were found sound, nothing that is stored changes.
func Open(engine Engine, o Options) (*Log, error) {
	l := &Log{engine: engine, key: o.Key, now: o.Now, random: o.Random, high: o.High, resume: o.Resume, records: map[ID]*recordState{}}
	if l.random == nil {
		l.random = rand.Reader
	}
	metas, err := engine.Records()
	if err != nil {
		return nil, err
	}
	for _, m := range metas {
		d := newRecordState(m)
		if o.ReadOnly {
			d.halted = ErrReadOnly
		}
		l.records[m.ID] = d
	}
	l.unread = len(l.records)
	if l.high != nil {
		for _, id := range l.high.IDs() {
			if l.records[id] != nil {
				continue
			}
			if l.lost++; !l.resume {
				l.freeze(fmt.Errorf("%w: %w: the record %s has a high mark and is not there: acknowledged entries are missing", ErrDamaged, ErrBehind, id))
			}
		}
	}
	if l.unread == 0 && l.Damage() == nil {
		if err := l.engine.MarkVerified(); err != nil {
			l.freeze(err)
		}
	}
	return l, nil
}

// ReadErasures tells the log how to read, out of the data of an entry, which texts the entry says were
// erased: the record knows no kind of data itself. It is called before anything is loaded or written. Without
// it no text is ever erased, and a text that is missing is damage.
func (l *Log) ReadErasures(of func(data []byte) []cite.Position) { l.erased = of }

func (l *Log) erasedBy(data []byte) []cite.Position {
	if l.erased == nil {
		return nil
	}
	return l.erased(data)
}

// Damage is the first damage that was found in any record, nil if there is none. Where there is some,
// nothing is written to any record any more and no checkpoint is signed.
func (l *Log) Damage() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.damage
}

// Freeze refuses every further turn of all records because of what was found elsewhere, and keeps everything
// that is stored as it is. It is called before anything is loaded.
func (l *Log) Freeze(why error) { l.freeze(why) }

// Unread says at which position of a record the reading of its entries stopped or cannot be trusted, and why; 0
// where everything that is stored could be read.
func (l *Log) Unread(id ID) (cite.Position, error) {
	d, err := l.state(id)
	if err != nil {
		return 0, nil
	}
	at := d.stand()
	return at.unread, at.halted
}

// Lost says how many records have a high mark and are not there.
func (l *Log) Lost() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.lost
}

// Behind says how many entries of a record were acknowledged where the record holds fewer, else 0.
func (l *Log) Behind(id ID) cite.Position {
	d, err := l.state(id)
	if err != nil {
		return 0
	}
	return d.stand().behind
}

// Resumed makes the high marks those of the records as they are: what was missing is not looked for any more. It
// belongs to a log that was opened with Resume, or is that of a node that joins, after everything was found sound.
func (l *Log) Resumed() error {
	if l.high == nil {
		return nil
	}
	if damage := l.Damage(); damage != nil {
		return fmt.Errorf("%w: %w", ErrReadOnly, damage)
	}
	known := map[ID]bool{}
	metas, err := l.engine.Records()
	if err != nil {
		return err
	}
	for _, m := range metas {
		known[m.ID] = true
		d, err := l.state(m.ID)
		if err != nil {
			return err
		}
		at := d.stand()
		if at.durable > 0 {
			err = l.high.Set(m.ID, at.durable, at.root)
		} else {
			err = l.high.Forget(m.ID)
		}
		if err != nil {
			return err
		}
		d.change(func() { d.behind = 0 })
	}
	for _, id := range l.high.IDs() {
		if !known[id] {
			if err := l.high.Forget(id); err != nil {
				return err
			}
		}
	}
	n, err := l.engine.LastToken()
	if err == nil && n > 0 {
		err = l.high.Set(tokensID, cite.Position(n), tlog.Hash{})
	} else if err == nil {
		err = l.high.Forget(tokensID)
	}
	return errors.Join(err, l.high.Sync())
}

func (l *Log) freeze(why error) {
	defer l.engine.Freeze()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.damage == nil {
		l.damage = why
	}
}

// seen passes an error on. If it tells of damage, writing stops.
func (l *Log) seen(id ID, err error) error {
	if errors.Is(err, ErrDamaged) {
		l.Halt(id, err)
	}
	return err
}

// Records lists the records of the instance, oldest first.
func (l *Log) Records() ([]Meta, error) { return l.engine.Records() }

// Key is the instance's checkpoint key.
func (l *Log) Key() *Key { return l.key }

// Close closes the engine.
func (l *Log) Close() error {
	err := l.engine.Close()
	if l.high != nil {
		err = errors.Join(err, l.high.Close())
	}
	return err
}

// NewID draws a record id.
func (l *Log) NewID() (ID, error) {
	var b [16]byte
	if _, err := io.ReadFull(l.random, b[:]); err != nil {
		return "", err
	}
	return ID(fmt.Sprintf("%x", b)), nil
}

// Create makes an empty record. Its origin is fixed for ever.
func (l *Log) Create(m Meta) error {
	if !m.ID.Valid() || m.Origin == "" {
		return fmt.Errorf("record: cannot create %q of %q", m.ID, m.Origin)
	}
	if damage := l.Damage(); damage != nil {
		return fmt.Errorf("%w: %w", ErrReadOnly, damage)
	}
	if err := l.engine.Create(m); err != nil {
		return err
	}
	d := newRecordState(m)
	d.loaded, d.ahead = true, &merkle.Tree{}
	d.root = d.ahead.Root()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.records[m.ID] = d
	return nil
}

// Delete takes a record away with everything that is stored of it. Nobody writes on it any more when it is called. Its
// high mark goes first: a record without one is read as it is, a mark without a record would be damage.
func (l *Log) Delete(id ID) error {
	if _, err := l.state(id); err != nil {
		return err
	}
	if damage := l.Damage(); damage != nil {
		return fmt.Errorf("%w: %w", ErrReadOnly, damage)
	}
	err := l.Forget(id)
	if err == nil {
		err = l.engine.Delete(id)
	}
	return err
}

// Learn takes in a record that another node created; Load reads it. Forget forgets one that is not there any more.
func (l *Log) Learn(m Meta) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.records[m.ID] == nil {
		l.records[m.ID] = newRecordState(m)
	}
}

// mark writes the high mark of a record, unless the record was forgotten while it was on its way.
func (l *Log) mark(d *recordState, at cite.Position, root tlog.Hash) error {
	d.marking.Lock()
	defer d.marking.Unlock()
	if l.high == nil || d.forgotten {
		return nil
	}
	return l.high.Set(d.meta.ID, at, root)
}

// Forget forgets a record with its high mark.
func (l *Log) Forget(id ID) error {
	if d, err := l.state(id); err == nil {
		d.marking.Lock()
		defer d.marking.Unlock()
		d.forgotten = true
	}
	if l.high != nil {
		if err := errors.Join(l.high.Forget(id), l.high.Sync()); err != nil {
			return err
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.records, id)
	return nil
}

func (l *Log) state(id ID) (*recordState, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	d, ok := l.records[id]
	if !ok {
		return nil, fmt.Errorf("%w: %s", ErrNoRecord, id)
	}
	return d, nil
}

// Halt refuses every further turn of a record because of what was found; the first reason stays. Damage
// stops the writing of all records: they lie in one file.
func (l *Log) Halt(id ID, why error) {
	if d, err := l.state(id); err == nil {
		d.halt(why)
	}
	if errors.Is(why, ErrDamaged) {
		l.freeze(why)
	}
}

func (d *recordState) halt(why error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.halted == nil {
		d.halted = why
	}
}

// Halted says why a record may not be written any more, nil if it may.
func (l *Log) Halted(id ID) error {
	d, err := l.state(id)
	if err != nil {
		return err
	}
	if halted := d.stand().halted; halted != nil {
		return halted
	}
	return l.Damage()
}

// Durable is the last durable position of a record.
func (l *Log) Durable(id ID) cite.Position {
	d, err := l.state(id)
	if err != nil {
		return 0
	}
	return d.stand().durable
}

// Wait returns when the position is durable, or with the context's error.
func (l *Log) Wait(ctx context.Context, id ID, p cite.Position) error {
	d, err := l.state(id)
	if err != nil {
		return err
	}
	for {
		at := d.stand()
		if at.durable >= p {
			return nil
		}
		select {
		case <-at.moved:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Origin is the name of a record's log and key.
func (l *Log) Origin(id ID) string {
	if d, err := l.state(id); err == nil {
		return d.meta.Origin
	}
	return ""
}
