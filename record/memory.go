package record

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/openplenary/plenary/cite"
)

// Memory is an engine that keeps everything in memory: for tests, and for measuring what is not disk.
type Memory struct {
	mu      sync.Mutex
	metas   []Meta
	records map[ID]*memoryRecord
	seq     Sequencer
}

type memoryRecord struct {
	rows        []Row
	tiles       map[[2]int64][]byte
	tokens      map[TokenHash]TokenResult
	checkpoints map[int64][]byte
}

// NewMemory makes an empty engine.
func NewMemory() *Memory { return &Memory{records: map[ID]*memoryRecord{}} }

var _ Teller = (*Memory)(nil)

// Records lists the records.
func (m *Memory) Records() ([]Meta, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.metas), nil
}

// Create makes an empty record.
func (m *Memory) Create(meta Meta) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.records[meta.ID] != nil {
		return fmt.Errorf("record: %s exists", meta.ID)
	}
	m.metas = append(m.metas, meta)
	m.records[meta.ID] = &memoryRecord{tiles: map[[2]int64][]byte{}, tokens: map[TokenHash]TokenResult{}, checkpoints: map[int64][]byte{}}
	return nil
}

// Delete takes a record away.
func (m *Memory) Delete(id ID) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, err := m.record(id); err != nil {
		return err
	}
	delete(m.records, id)
	m.metas = slices.DeleteFunc(m.metas, func(meta Meta) bool { return meta.ID == id })
	return nil
}

func (m *Memory) record(id ID) (*memoryRecord, error) {
	if r := m.records[id]; r != nil {
		return r, nil
	}
	return nil, fmt.Errorf("%w: %s", ErrNoRecord, id)
}

// Head is the last position.
func (m *Memory) Head(id ID) (cite.Position, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r, err := m.record(id)
	if err != nil {
		return 0, err
	}
	return cite.Position(len(r.rows)), nil
}

// Watch gives the last position and a channel that is closed when it moves.
func (m *Memory) Watch(id ID) (cite.Position, <-chan struct{}, error) {
	if _, err := m.Head(id); err != nil {
		return 0, nil, err
	}
	head, moved := m.seq.Watch(id)
	return head, moved, nil
}

// Sequence waits for the right to write.
func (m *Memory) Sequence(ctx context.Context, id ID) (Right, error) { return m.seq.Take(ctx, id) }

// Commit writes the batch at once.
func (m *Memory) Commit(b *Batch, done func(error)) {
	err := m.commit(b)
	if err == nil {
		m.seq.Moved(b.Record, b.Head)
	}
	done(err)
}

func (m *Memory) commit(b *Batch) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	r, err := m.record(b.Record)
	if err != nil {
		return err
	}
	if cite.Position(len(r.rows)) != b.Before {
		return ErrConflict
	}
	r.rows = append(r.rows, b.Rows...)
	for _, t := range b.Tiles {
		r.tiles[[2]int64{int64(t.Level), t.N}] = t.Hashes
	}
	for _, t := range b.Tokens {
		r.tokens[t.Hash] = t.Outcome
	}
	for _, p := range b.Erase {
		if p >= 1 && int(p) <= len(r.rows) {
			r.rows[p-1].Text = nil
		}
	}
	return nil
}

// Rows hands on a range.
func (m *Memory) Rows(ctx context.Context, id ID, from, to cite.Position, each func(cite.Position, []byte, []byte) error) error {
	rows, err := m.rows(id, from, to)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := each(row.Position, row.Envelope, row.Data); err != nil {
			return err
		}
	}
	return nil
}

func (m *Memory) rows(id ID, from, to cite.Position) ([]Row, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r, err := m.record(id)
	if err != nil {
		return nil, err
	}
	return r.rows[max(0, from-1):min(int(to), len(r.rows))], nil
}

// Texts reads texts.
func (m *Memory) Texts(_ context.Context, id ID, at []cite.Position) ([]Row, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r, err := m.record(id)
	if err != nil {
		return nil, err
	}
	out := make([]Row, len(at))
	for i, p := range at {
		out[i].Position = p
		if p >= 1 && int(p) <= len(r.rows) {
			out[i].Envelope, out[i].Text = r.rows[p-1].Envelope, r.rows[p-1].Text
		}
	}
	return out, nil
}

// Tile reads a tile.
func (m *Memory) Tile(id ID, level int, n int64) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r, err := m.record(id)
	if err != nil {
		return nil, err
	}
	return r.tiles[[2]int64{int64(level), n}], nil
}

// Tokens reads outcomes.
func (m *Memory) Tokens(id ID, hs []TokenHash) (map[TokenHash]*TokenResult, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r, err := m.record(id)
	if err != nil {
		return nil, err
	}
	out := map[TokenHash]*TokenResult{}
	for _, h := range hs {
		if o, ok := r.tokens[h]; ok {
			out[h] = &o
		}
	}
	return out, nil
}

// Outcomes hands on all outcomes.
func (m *Memory) Outcomes(_ context.Context, id ID, each func(TokenRow) error) error {
	m.mu.Lock()
	r, err := m.record(id)
	var all map[TokenHash]TokenResult
	if err == nil {
		all = maps.Clone(r.tokens)
	}
	m.mu.Unlock()
	for h, o := range all {
		if err := each(TokenRow{h, o}); err != nil {
			return err
		}
	}
	return err
}

// LastToken is 0: outcomes are not numbered here.
func (m *Memory) LastToken() (int64, error) { return 0, nil }

// SaveCheckpoint stores a checkpoint.
func (m *Memory) SaveCheckpoint(id ID, size int64, note []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	r, err := m.record(id)
	if err != nil {
		return err
	}
	if r.checkpoints[size] == nil {
		r.checkpoints[size] = note
	}
	return nil
}

// CheckpointFor finds the smallest checkpoint that holds a position.
func (m *Memory) CheckpointFor(id ID, p cite.Position) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r, err := m.record(id)
	if err != nil {
		return nil, err
	}
	best := int64(-1)
	for size := range r.checkpoints {
		if size >= int64(p) && (best < 0 || size < best) {
			best = size
		}
	}
	return r.checkpoints[best], nil
}

// LastCheckpoint finds the largest checkpoint up to a size.
func (m *Memory) LastCheckpoint(id ID, size int64) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r, err := m.record(id)
	if err != nil {
		return nil, err
	}
	best := int64(-1)
	for s := range r.checkpoints {
		if s <= size {
			best = max(best, s)
		}
	}
	return r.checkpoints[best], nil
}

// MarkVerified changes nothing: memory has nothing to fold in or to cut off.
func (m *Memory) MarkVerified() error { return nil }

// Freeze changes nothing: whoever finds damage writes no more.
func (m *Memory) Freeze() {}

// Check has nothing to check.
func (m *Memory) Check(context.Context) error { return nil }

// Close does nothing.
func (m *Memory) Close() error { return nil }

// Clone is an engine of its own with the same records: what is written to one is not in the other.
func (m *Memory) Clone() *Memory {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := &Memory{metas: slices.Clone(m.metas), records: map[ID]*memoryRecord{}}
	for id, r := range m.records {
		c := &memoryRecord{rows: slices.Clone(r.rows), tiles: maps.Clone(r.tiles), tokens: maps.Clone(r.tokens), checkpoints: maps.Clone(r.checkpoints)}
		for i := range c.rows {
			w := &c.rows[i]
			w.Envelope, w.Data, w.Text = bytes.Clone(w.Envelope), bytes.Clone(w.Data), bytes.Clone(w.Text)
		}
		out.records[id] = c
		out.seq.Moved(id, cite.Position(len(c.rows)))
	}
	return out
}

// Tamper hands the stored row at a position to a test, which may change it.
func (m *Memory) Tamper(id ID, p cite.Position, change func(*Row)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	change(&m.records[id].rows[p-1])
}
