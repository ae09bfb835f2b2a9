package record_test

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/record"
	"github.com/openplenary/plenary/record/recordtest"
)

// spoiling is an engine that gives one entry with other data.
type spoiling struct {
	*record.Memory
	at cite.Position
}

func (s *spoiling) Rows(ctx context.Context, id record.ID, from, to cite.Position, each func(cite.Position, []byte, []byte) error) error {
	return s.Memory.Rows(ctx, id, from, to, func(p cite.Position, envelope, data []byte) error {
		if p == s.at {
			data = append(slices.Clone(data), '!')
		}
		return each(p, envelope, data)
	})
}

// TestLoadFrom: reading from a start on hands on what follows, and the record then stands as if all had been read; what the start
// passed over is found by Recheck, and stops the writing.
func TestLoadFrom(t *testing.T) {
	e := record.NewMemory()
	h := recordtest.NewFixture(t, memory{e})
	id, other := h.NewRecord(), h.NewRecord()
	for n := range 600 {
		text := record.New{Data: []byte("test.said/1\n{}"), Text: []byte("text")}
		if n == 400 {
			text = recordtest.Erasing(17)
		}
		for _, id := range []record.ID{id, other} {
			if _, err := h.Write(id, text); err != nil {
				t.Fatal(err)
			}
		}
	}
	open := func(e record.Engine) *record.Log {
		t.Helper()
		log, err := record.Open(e, record.Options{Key: recordtest.Key(t), Now: time.Now})
		if err != nil {
			t.Fatal(err)
		}
		log.ReadErasures(recordtest.ErasedBy)
		return log
	}
	nothing := func(record.Entry) error { return nil }
	start, err := h.Log.StartAt(t.Context(), id, 500)
	if err != nil || len(start.Erased) != 1 {
		t.Fatal(start, err)
	}
	for _, p := range []cite.Position{0, 601} {
		if _, err := h.Log.StartAt(t.Context(), id, p); !errors.Is(err, record.ErrNoEntry) {
			t.Errorf("a start at %d: %v", p, err)
		}
	}

	log, read := open(e), []cite.Position{}
	err = log.LoadFrom(t.Context(), id, start, func(e record.Entry) error { read = append(read, e.Position); return nil })
	if err != nil || len(read) != 100 || read[0] != 501 || log.Durable(id) != 600 {
		t.Fatal(len(read), log.Durable(id), err)
	}
	if texts, err := log.Texts(t.Context(), id, []cite.Position{16, 17, 18}); err != nil || len(texts) != 2 {
		t.Errorf("%d texts, %v: one of three was erased", len(texts), err)
	}
	whole := open(e)
	if err := errors.Join(whole.Load(t.Context(), id, nothing), whole.Load(t.Context(), other, nothing), log.Load(t.Context(), other, nothing)); err != nil {
		t.Fatal(err)
	}
	a, err := log.StartAt(t.Context(), id, 600)
	b, berr := whole.StartAt(t.Context(), id, 600)
	if err != nil || berr != nil || a.Root != b.Root || !a.Time.Equal(b.Time) || !slices.Equal(a.Erased, b.Erased) {
		t.Errorf("read from a start on it is %v, %v; read whole %v, %v", a, err, b, berr)
	}
	if err := log.Recheck(t.Context(), id, nothing); err != nil || log.Halted(id) != nil {
		t.Errorf("what is sound: %v, %v", err, log.Halted(id))
	}

	longer := start
	longer.Position = 700
	otherRoot, err := h.Log.StartAt(t.Context(), id, 499)
	if err != nil {
		t.Fatal(err)
	}
	otherRoot.Position = 500
	for name, s := range map[string]record.Start{"of a longer record": longer, "with another root": otherRoot} {
		log := open(e)
		if err := log.LoadFrom(t.Context(), id, s, func(record.Entry) error { t.Errorf("%s: an entry is handed on", name); return nil }); !errors.Is(err, record.ErrOtherStart) {
			t.Errorf("a start %s: %v", name, err)
		}
		if err := log.Load(t.Context(), id, nothing); err != nil {
			t.Errorf("a start %s: then %v", name, err)
		}
	}
	if err := open(e).LoadFrom(t.Context(), other, start, nothing); !errors.Is(err, record.ErrOtherStart) {
		t.Errorf("a start of another record: %v", err)
	}

	late := start
	late.Time = start.Time.Add(time.Hour)
	if err := open(e).LoadFrom(t.Context(), id, late, nothing); !errors.Is(err, record.ErrDamaged) {
		t.Error("the time goes back behind the start:", err)
	}
	for name, c := range map[string]struct {
		of   record.Start
		want error
	}{"the root that it had": {otherRoot, nil}, "another root": {start, record.ErrOtherStart}} {
		high, err := record.OpenHighWater(filepath.Join(t.TempDir(), "high"), false)
		if err != nil {
			t.Fatal(err)
		}
		if err := high.Set(id, 499, c.of.Root); err != nil {
			t.Fatal(err)
		}
		log, err := record.Open(e, record.Options{Key: recordtest.Key(t), Now: time.Now, High: high})
		if err != nil {
			t.Fatal(err)
		}
		log.ReadErasures(recordtest.ErasedBy)
		if err := log.LoadFrom(t.Context(), id, start, nothing); !errors.Is(err, c.want) || c.want == nil && err != nil {
			t.Errorf("a mark before the start with %s: %v", name, err)
		}
	}

	for _, at := range []cite.Position{3, 500, 501} {
		log := open(&spoiling{e, at})
		err := log.LoadFrom(t.Context(), id, start, nothing)
		if after := at > start.Position; errors.Is(err, record.ErrDamaged) != after || (log.Halted(id) != nil) != after {
			t.Fatalf("entry %d is spoiled: %v, %v", at, err, log.Halted(id))
		}
		if err := log.Recheck(t.Context(), id, nothing); !errors.Is(err, record.ErrDamaged) || log.Halted(id) == nil || log.Damage() == nil {
			t.Errorf("entry %d is spoiled: %v, %v", at, err, log.Halted(id))
		}
		if unread, _ := log.Unread(id); unread != at {
			t.Errorf("entry %d is spoiled, and said to be unread is %d", at, unread)
		}
	}
}

// TestLoadFromShortened: a record that lost its last entries, with their tiles left, is not taken for the one that was read.
func TestLoadFromShortened(t *testing.T) {
	e := record.NewMemory()
	h := recordtest.NewFixture(t, memory{e})
	id := h.NewRecord()
	for range 300 {
		if _, err := h.Write(id, record.New{Data: []byte("test.said/1\n{}")}); err != nil {
			t.Fatal(err)
		}
	}
	start, err := h.Log.StartAt(t.Context(), id, 300)
	if err != nil {
		t.Fatal(err)
	}
	log, err := record.Open(&shortened{e, 290}, record.Options{Key: recordtest.Key(t), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	if err := log.LoadFrom(t.Context(), id, start, func(record.Entry) error { return nil }); !errors.Is(err, record.ErrOtherStart) {
		t.Fatal(err)
	}
	if err := log.Load(t.Context(), id, func(record.Entry) error { return nil }); !errors.Is(err, record.ErrDamaged) {
		t.Error("tiles of entries that are not there:", err)
	}
}

// shortened is an engine whose last entries are gone.
type shortened struct {
	*record.Memory
	head cite.Position
}

func (s *shortened) Head(record.ID) (cite.Position, error) { return s.head, nil }
