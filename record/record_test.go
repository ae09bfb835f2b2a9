package record_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

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

// lying is an engine in memory that gives another tile, or fewer entries, than what was written.
type lying struct {
	*record.Memory
	tile func(level int, n int64, b []byte) []byte
	last cite.Position // entries after it are not given; 0 gives all
}

func (l *lying) Tile(id record.ID, level int, n int64) ([]byte, error) {
	b, err := l.Memory.Tile(id, level, n)
	if l.tile != nil && b != nil {
		b = l.tile(level, n, slices.Clone(b))
	}
	return b, err
}

func (l *lying) Rows(ctx context.Context, id record.ID, from, to cite.Position, each func(cite.Position, []byte, []byte) error) error {
	if l.last > 0 {
		to = min(to, l.last)
	}
	return l.Memory.Rows(ctx, id, from, to, each)
}

// TestLyingEngine: at the start every tile is compared with the entries, full ones and the right edge, and entries
// that the engine says are there must be there.
func TestLyingEngine(t *testing.T) {
	e := record.NewMemory()
	h := recordtest.NewFixture(t, memory{e})
	id := h.NewRecord()
	for range 300 {
		if _, err := h.Write(id, record.New{Data: []byte("test.said/1\n{}")}); err != nil {
			t.Fatal(err)
		}
	}
	for name, l := range map[string]*lying{
		"sound": {Memory: e},
		"a full tile": {Memory: e, tile: func(level int, n int64, b []byte) []byte {
			if level == 0 && n == 0 {
				b[7] ^= 1
			}
			return b
		}},
		"the right edge": {Memory: e, tile: func(level int, n int64, b []byte) []byte {
			if level == 0 && n == 1 {
				b[7] ^= 1
			}
			return b
		}},
		"an upper level": {Memory: e, tile: func(level int, _ int64, b []byte) []byte {
			if level == 1 {
				b[7] ^= 1
			}
			return b
		}},
		"a short tile":    {Memory: e, tile: func(_ int, _ int64, b []byte) []byte { return b[:len(b)-32] }},
		"missing entries": {Memory: e, last: 290},
	} {
		log, err := record.Open(l, record.Options{Key: recordtest.Key(t), Now: time.Now})
		if err != nil {
			t.Fatal(err)
		}
		err = log.Load(t.Context(), id, func(record.Entry) error { return nil })
		if name == "sound" && err != nil || name != "sound" && (!errors.Is(err, record.ErrDamaged) || log.Halted(id) == nil) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestEntriesGoMissing: an entry that was durable and is there no more is damage, found when it is read; a position
// that never was is none.
func TestEntriesGoMissing(t *testing.T) {
	l := &lying{Memory: record.NewMemory()}
	h := recordtest.NewFixture(t, counted{&counting{Memory: l.Memory}})
	id := h.NewRecord()
	for range 5 {
		if _, err := h.Write(id, record.New{Data: []byte("test.said/1\n{}"), Text: []byte("text")}); err != nil {
			t.Fatal(err)
		}
	}
	log, err := record.Open(l, record.Options{Key: recordtest.Key(t), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	if err := log.Load(t.Context(), id, func(record.Entry) error { return nil }); err != nil {
		t.Fatal(err)
	}
	if texts, err := log.Texts(t.Context(), id, []cite.Position{-1, 0, 5, 6, 99}); err != nil || len(texts) != 1 {
		t.Errorf("positions that never were: %v %v", texts, err)
	}
	l.last = 3
	if err := log.Entries(t.Context(), id, 1, 5, func(record.Entry) error { return nil }); !errors.Is(err, record.ErrDamaged) || log.Halted(id) == nil {
		t.Errorf("entries are missing: %v", err)
	}
}

// TestHighWaterOfSeveral: each record keeps its own mark, whatever is marked after it.
func TestHighWaterOfSeveral(t *testing.T) {
	path := t.TempDir() + "/high"
	h, err := record.OpenHighWater(path, false)
	if err != nil {
		t.Fatal(err)
	}
	ids := []record.ID{"5eed0000000000000000000000000001", "5eed0000000000000000000000000002", "5eed0000000000000000000000000003"}
	for at := range cite.Position(3) {
		for i, id := range ids {
			if err := h.Set(id, 10*cite.Position(i+1)+at, [32]byte{byte(i), byte(at)}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	if h, err = record.OpenHighWater(path, true); err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	for i, id := range ids {
		if at, root, err := h.Get(id); err != nil || at != 10*cite.Position(i+1)+2 || root != [32]byte{byte(i), 2} {
			t.Errorf("%s: %d %x %v", id, at, root, err)
		}
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

// TestProofsUnderOneCheckpoint: entries are proved under the checkpoint that holds the last of them, and the proofs stay the same bytes when
// more is written.
func TestProofsUnderOneCheckpoint(t *testing.T) {
	e := &counting{Memory: record.NewMemory()}
	h := recordtest.NewFixture(t, counted{e})
	id := h.NewRecord()
	write := func(n int) {
		for range n {
			if _, err := h.Write(id, record.New{Data: []byte("test.said/1\n{}"), Text: []byte("text")}); err != nil {
				t.Fatal(err)
			}
		}
	}
	proofs := func() (out []string) {
		for _, p := range []cite.Position{1, 4, 9} {
			proof, err := h.Log.ProveUpTo(t.Context(), id, p, 9)
			if err != nil {
				t.Fatal(err)
			}
			c, err := h.Log.CheckProof(id, proof)
			if err != nil || c.Envelope.Position != p || c.Checkpoint.Size < 9 {
				t.Fatalf("%d: %+v %v", p, c, err)
			}
			out = append(out, string(proof.Checkpoint)+string(slices.Concat(proof.Path...)))
		}
		return out
	}
	write(9)
	if _, err := h.Log.Prove(t.Context(), id, 3); err != nil {
		t.Fatal(err)
	}
	before := proofs()
	write(5)
	if !slices.Equal(proofs(), before) {
		t.Error("after more was written they are others")
	}
	for _, c := range [][2]cite.Position{{0, 3}, {4, 3}, {3, 99}} {
		if _, err := h.Log.ProveUpTo(t.Context(), id, c[0], c[1]); !errors.Is(err, record.ErrNoEntry) {
			t.Errorf("%v: %v", c, err)
		}
	}
}

// TestProofsUnderWhatOthersSigned: a checkpoint that another log signed and stored is of more entries than this one has heard of. What is proved under
// it is proved by this one too.
func TestProofsUnderWhatOthersSigned(t *testing.T) {
	e := &counting{Memory: record.NewMemory()}
	writes := recordtest.NewFixture(t, counted{e})
	id := writes.NewRecord()
	write := func(n int) {
		for range n {
			if _, err := writes.Write(id, record.New{Data: []byte("test.said/1\n{}")}); err != nil {
				t.Fatal(err)
			}
		}
	}
	write(10)
	reads := recordtest.NewFixture(t, counted{e})
	write(290)
	want, err := writes.Log.Prove(t.Context(), id, 50)
	if err != nil {
		t.Fatal(err)
	}
	got, err := reads.Log.Prove(t.Context(), id, 5)
	if err != nil || string(got.Checkpoint) != string(want.Checkpoint) {
		t.Errorf("under another checkpoint than the other log's, or not at all: %v", err)
	}
	if err := reads.Log.Damage(); err != nil || reads.Log.Durable(id) != 10 {
		t.Errorf("durable up to %d: %v", reads.Log.Durable(id), err)
	}
}

// signs is an engine in memory into which somebody else signs something after it was asked for the last checkpoint.
type signs struct {
	*record.Memory
	then func()
}

func (s *signs) LastCheckpoint(id record.ID, size int64) ([]byte, error) {
	note, err := s.Memory.LastCheckpoint(id, size)
	if then := s.then; then != nil {
		s.then = nil
		then()
	}
	return note, err
}

// TestSignedMeanwhile: what another node signs while a record is read is not in the place of anything.
func TestSignedMeanwhile(t *testing.T) {
	for before := range cite.Position(3) {
		e := &counting{Memory: record.NewMemory()}
		writes := recordtest.NewFixture(t, counted{e})
		id := writes.NewRecord()
		sign := func() {
			if _, err := writes.Log.Prove(t.Context(), id, writes.Log.Durable(id)); err != nil {
				t.Fatal(err)
			}
		}
		for n := range 3 + before {
			if _, err := writes.Write(id, record.New{Data: []byte("test.said/1\n{}")}); err != nil {
				t.Fatal(err)
			}
			if cite.Position(n) < before {
				sign()
			}
		}
		other, err := record.Open(&signs{e.Memory, sign}, record.Options{Key: recordtest.Key(t), Now: time.Now})
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(other.Load(t.Context(), id, func(record.Entry) error { return nil }), other.Halted(id), other.Damage()); err != nil {
			t.Errorf("with %d checkpoints before: %v", before, err)
		}
		if note, err := e.LastCheckpoint(id, 100); note == nil || err != nil {
			t.Error("nothing was signed meanwhile: ", err)
		}
	}
}

// goes is an engine in memory that has more tiles than entries, until it is asked for the head again; then one of them cannot be read.
type goes struct {
	*record.Memory
	away  int64 // the tile of the last entry, or the next
	heads int
}

func (g *goes) Head(id record.ID) (cite.Position, error) {
	g.heads++
	return g.Memory.Head(id)
}

func (g *goes) Tile(id record.ID, level int, n int64) ([]byte, error) {
	switch {
	case g.heads == 1 && level == 0 && n == 1:
		return make([]byte, 32), nil
	case g.heads > 1 && level == 0 && n == g.away:
		return nil, record.ErrAway
	}
	return g.Memory.Tile(id, level, n)
}

// TestAwayAtSecondLook: hashes of entries that are not there may be of some that were lost before they were durable. Where the storage cannot be
// reached when that is looked at again, nothing is known to be wrong.
func TestAwayAtSecondLook(t *testing.T) {
	e := record.NewMemory()
	h := recordtest.NewFixture(t, memory{e})
	id := h.NewRecord()
	for range 3 {
		if _, err := h.Write(id, record.New{Data: []byte("test.said/1\n{}")}); err != nil {
			t.Fatal(err)
		}
	}
	for away := range int64(2) {
		log, err := record.Open(&goes{Memory: e, away: away}, record.Options{Key: recordtest.Key(t), Now: time.Now})
		if err != nil {
			t.Fatal(err)
		}
		err = log.Load(t.Context(), id, func(record.Entry) error { return nil })
		if !errors.Is(err, record.ErrAway) || log.Damage() != nil {
			t.Errorf("tile %d: %v", away, err)
		}
	}
}

// growing is an engine in memory in which somebody writes once more after its tiles were looked at twice.
type growing struct {
	*record.Memory
	heads int
}

func (g *growing) Head(id record.ID) (cite.Position, error) {
	head, err := g.Memory.Head(id)
	if g.heads++; g.heads > 2 {
		head++
	}
	return head, err
}

func (g *growing) Tile(id record.ID, level int, n int64) ([]byte, error) {
	b, err := g.Memory.Tile(id, level, n)
	if level == 0 && n == 0 {
		b = append(slices.Clone(b), make([]byte, 32)...)
	}
	return b, err
}

// TestGrowsAtSecondLook: hashes of more entries than there were are those of what somebody wrote meanwhile, in the place of what was lost before.
func TestGrowsAtSecondLook(t *testing.T) {
	e := record.NewMemory()
	h := recordtest.NewFixture(t, memory{e})
	id := h.NewRecord()
	if _, err := h.Write(id, record.New{Data: []byte("test.said/1\n{}")}); err != nil {
		t.Fatal(err)
	}
	log, err := record.Open(&growing{Memory: e}, record.Options{Key: recordtest.Key(t), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	if err := log.Load(t.Context(), id, func(record.Entry) error { return nil }); err != nil || log.Damage() != nil {
		t.Error(err)
	}
}

// silenced is an engine in memory that cannot say where the head is any more when it was asked once.
type silenced struct {
	*record.Memory
	heads int
}

func (s *silenced) Head(id record.ID) (cite.Position, error) {
	if s.heads++; s.heads > 1 {
		return 0, record.ErrAway
	}
	head, err := s.Memory.Head(id)
	return head - 1, err
}

// TestAwayWhereMoreWasSigned: a checkpoint of more entries than there were at first may be of one that was written meanwhile. Where the storage cannot say
// how many there are now, nothing is known to be wrong.
func TestAwayWhereMoreWasSigned(t *testing.T) {
	e := record.NewMemory()
	h := recordtest.NewFixture(t, memory{e})
	id := h.NewRecord()
	for range 3 {
		if _, err := h.Write(id, record.New{Data: []byte("test.said/1\n{}")}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := h.Log.Prove(t.Context(), id, 3); err != nil {
		t.Fatal(err)
	}
	log, err := record.Open(&silenced{Memory: e}, record.Options{Key: recordtest.Key(t), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	err = log.Load(t.Context(), id, func(record.Entry) error { return nil })
	if !errors.Is(err, record.ErrAway) || log.Damage() != nil {
		t.Errorf("%v", err)
	}
}

// lost is an engine in memory that has lost its last entry when it is asked for the head first, and has it again afterwards.
type lost struct {
	*record.Memory
	heads int
}

func (l *lost) Head(id record.ID) (cite.Position, error) {
	head, err := l.Memory.Head(id)
	if l.heads--; l.heads == 0 {
		head--
	}
	return head, err
}

// TestErasedAgain: what erased a text was lost with a server, and was asked for again on the next before anybody looked at the text once more. It is
// no damage that the text is not there.
func TestErasedAgain(t *testing.T) {
	e := record.NewMemory()
	h := recordtest.NewFixture(t, memory{e})
	id := h.NewRecord()
	write := func(n record.New) {
		if _, err := h.Write(id, n); err != nil {
			t.Fatal(err)
		}
	}
	write(record.New{Data: []byte("test.said/1\n{}"), Text: []byte("text")})
	engine := &lost{Memory: e}
	log, err := record.Open(engine, record.Options{Key: recordtest.Key(t), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	log.ReadErasures(recordtest.ErasedBy)
	if err := log.Load(t.Context(), id, func(record.Entry) error { return nil }); err != nil {
		t.Fatal(err)
	}
	write(recordtest.Erasing(1))
	engine.heads = 1
	if texts, err := log.Texts(t.Context(), id, []cite.Position{1}); err != nil || len(texts) != 0 || log.Damage() != nil {
		t.Errorf("%d texts: %v", len(texts), err)
	}
}
