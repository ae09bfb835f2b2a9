package record_test

import (
	"context"
	"testing"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/record"
	"github.com/openplenary/plenary/record/recordtest"
)

type memory struct{ engine *record.Memory }

func (m memory) Open() (record.Engine, error) { return m.engine, nil }

func (m memory) Flip(id record.ID, p cite.Position, part string) bool {
	m.engine.Tamper(id, p, func(r *record.Row) {
		b := map[string]*[]byte{"envelope": &r.Envelope, "data": &r.Data, "text": &r.Text}[part]
		c := append([]byte(nil), *b...)
		c[len(c)-1] ^= 1
		*b = c
	})
	return true
}

func (m memory) Hide(id record.ID, p cite.Position) bool {
	m.engine.Tamper(id, p, func(r *record.Row) { r.Text = nil })
	return true
}

func TestMemory(t *testing.T) {
	recordtest.Run(t, func(*testing.T) recordtest.Store { return memory{record.NewMemory()} })
}

// counting is an engine in memory that counts how often entries are read.
type counting struct {
	*record.Memory
	reads int
}

func (c *counting) Rows(ctx context.Context, id record.ID, from, to cite.Position, each func(cite.Position, []byte, []byte) error) error {
	c.reads++
	return c.Memory.Rows(ctx, id, from, to, each)
}

type counted struct{ *counting }

func (c counted) Open() (record.Engine, error)               { return c.counting, nil }
func (c counted) Flip(record.ID, cite.Position, string) bool { return false }
func (c counted) Hide(record.ID, cite.Position) bool         { return false }

// TestTombstoneIsCheap: the one that erased knows it; no entry is read to find that out again.
func TestTombstoneIsCheap(t *testing.T) {
	e := &counting{Memory: record.NewMemory()}
	h := recordtest.NewFixture(t, counted{e})
	id := h.NewRecord()
	for range 3 {
		if _, err := h.Write(id, record.New{Data: []byte("test.said/1\n{}"), Text: []byte("text")}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := h.Write(id, recordtest.Erasing(2)); err != nil {
		t.Fatal(err)
	}
	e.reads = 0
	if texts, err := h.Log.Texts(t.Context(), id, []cite.Position{1, 2, 3}); err != nil || len(texts) != 2 || e.reads != 0 {
		t.Errorf("%d texts, %v; entries were read %d times", len(texts), err, e.reads)
	}
}

func FuzzEnvelope(f *testing.F) {
	e := record.Envelope{Record: "0123456789abcdef0123456789abcdef", Position: 3, Text: &record.Commitment{1}}
	f.Add(e.Marshal())
	f.Fuzz(func(t *testing.T, b []byte) {
		e, err := record.ParseEnvelope(b)
		if err == nil && string(e.Marshal()) != string(b) {
			t.Fatal("an envelope has two spellings")
		}
	})
}

func FuzzCheckProof(f *testing.F) {
	f.Add([]byte("plenary-entry/1\n"), []byte("a\n1\nAAAA\n\n— a b\n"), []byte{1})
	f.Fuzz(func(t *testing.T, envelope, checkpoint, path []byte) {
		if _, err := record.CheckProof(cite.Proof{Envelope: envelope, Checkpoint: checkpoint, Path: [][]byte{path}}, ""); err == nil {
			t.Fatal("a proof out of nothing")
		}
	})
}
