// Package recordtest is the suite that every engine of the record must pass: what is acknowledged is
// there, dense, once, in order; nothing is acknowledged that is not; erasing leaves every proof valid;
// damage is found and stops writing but not reading.
package recordtest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/record"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Store is one engine's storage under test.
type Store interface {
	// Open opens the engine over what is stored. Each is closed before the next is opened.
	Open() (record.Engine, error)
	// Flip changes one bit of what is stored of the part ("envelope", "data", "text") at a position while
	// nothing is open. It returns false where the store cannot be tampered with.
	Flip(id record.ID, p cite.Position, part string) bool
	// Hide takes away the text at a position behind the log's back, as a flipped bit in a page does. It
	// returns false where the store cannot be tampered with.
	Hide(id record.ID, p cite.Position) bool
}

// Key is a signing key for tests, always the same.
func Key(t testing.TB) *record.Key {
	k, err := record.NewKey(bytes.NewReader(bytes.Repeat([]byte{7}, 64)))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// House is a Log over a store, reopened at will.
type House struct {
	t     testing.TB
	store Store
	high  string
	Log   *record.Log
}

// Open opens the log and loads every record; loading must succeed.
func (h *House) Open() {
	h.t.Helper()
	if err := h.TryOpen(); err != nil {
		h.t.Fatal(err)
	}
}

// TryOpen opens the log and loads every record; it returns what was found.
func (h *House) TryOpen() error {
	h.t.Helper()
	e, err := h.store.Open()
	if err != nil {
		return err
	}
	high, err := record.OpenHighWater(h.high, false)
	if err != nil {
		h.t.Fatal(err)
	}
	h.Log, err = record.Open(e, record.Options{Key: Key(h.t), Now: time.Now, High: high})
	if err != nil {
		return err
	}
	ms, err := h.Log.Records()
	if err != nil {
		return err
	}
	for _, m := range ms {
		err = errors.Join(err, h.Log.Load(context.Background(), m.ID, func(record.Entry) error { return nil }))
	}
	return err
}

// Close closes the log.
func (h *House) Close() {
	h.t.Helper()
	if err := h.Log.Close(); err != nil {
		h.t.Fatal(err)
	}
}

// NewHouse makes a house over a store.
func NewHouse(t testing.TB, s Store) *House {
	h := &House{t: t, store: s, high: t.TempDir() + "/high"}
	h.Open()
	return h
}

// NewRecord makes a record.
func (h *House) NewRecord() record.ID {
	h.t.Helper()
	id, err := h.Log.NewID()
	if err != nil {
		h.t.Fatal(err)
	}
	if err := h.Log.Create(record.Meta{ID: id, Origin: "test.invalid/" + string(id)}); err != nil {
		h.t.Fatal(err)
	}
	return id
}

// Write appends entries in one turn and waits until they are durable.
func (h *House) Write(id record.ID, entries ...record.New) (cite.Position, error) {
	t, err := h.Log.Turn(context.Background(), id)
	if err != nil {
		return 0, err
	}
	var last cite.Entry
	for _, e := range entries {
		if last, err = t.Append(e); err != nil {
			t.Release()
			return 0, err
		}
	}
	done := make(chan error, 1)
	t.Commit(func(err error) { done <- err })
	return last.Position, <-done
}

func entry(i int) record.New {
	n := record.New{Data: fmt.Appendf(nil, "test.said/1 %d", i)}
	if i%3 != 0 {
		n.Text = fmt.Appendf(nil, "the text of %d", i)
	}
	return n
}

// Run runs the suite.
func Run(t *testing.T, open func(t *testing.T) Store) {
	tests := map[string]func(*testing.T, Store){
		"dense": dense, "reopen": reopen, "tokens": tokens, "tail": tail, "concurrent": concurrent,
		"erase": erase, "proofs": proofs, "client": client, "flip": flip, "hide": hide, "order": order,
	}
	for name, f := range tests {
		t.Run(name, func(t *testing.T) { f(t, open(t)) })
	}
}

func dense(t *testing.T, s Store) {
	h := NewHouse(t, s)
	defer h.Close()
	a, b := h.NewRecord(), h.NewRecord()
	for i := 1; i <= 700; i++ {
		p, err := h.Write(a, entry(i))
		if err != nil || p != cite.Position(i) {
			t.Fatalf("entry %d stands at %d: %v", i, p, err)
		}
		if i%100 == 0 {
			if p, err := h.Write(b, entry(i), entry(i+1)); err != nil || p != cite.Position(i/50) {
				t.Fatalf("the other record: %d, %v", p, err)
			}
		}
	}
	n := 0
	err := h.Log.Entries(context.Background(), a, 1, 1<<30, func(e record.Entry) error {
		n++
		if e.Position != cite.Position(n) || string(e.Data) != string(entry(n).Data) {
			return fmt.Errorf("entry %d holds %q", e.Position, e.Data)
		}
		return nil
	})
	if err != nil || n != 700 {
		t.Fatal(n, err)
	}
	if _, err := h.Log.Verify(context.Background(), a); err != nil {
		t.Fatal(err)
	}
}

func reopen(t *testing.T, s Store) {
	h := NewHouse(t, s)
	id := h.NewRecord()
	roots := map[int64]string{}
	r := rand.New(rand.NewPCG(1, 2))
	for size := 0; size < 900; {
		n := 1 + r.IntN(120)
		var es []record.New
		for i := 0; i < n; i++ {
			size++
			es = append(es, entry(size))
		}
		if _, err := h.Write(id, es...); err != nil {
			t.Fatal(err)
		}
		c, err := h.Log.Checkpoint(id)
		if err != nil {
			t.Fatal(err)
		}
		roots[int64(size)] = string(c)
		h.Close()
		h.Open()
		c, err = h.Log.Checkpoint(id)
		if err != nil || string(c) != roots[int64(size)] {
			t.Fatalf("after opening again the checkpoint of %d entries is another: %v", size, err)
		}
	}
	h.Close()
}

func tokens(t *testing.T, s Store) {
	h := NewHouse(t, s)
	id := h.NewRecord()
	hash := record.TokenHash(sha256.Sum256([]byte("press")))
	turn, err := h.Log.Turn(context.Background(), id)
	if err != nil {
		t.Fatal(err)
	}
	if o, err := turn.Outcome(hash); err != nil || o != nil {
		t.Fatal("an outcome before the first press", o, err)
	}
	other := record.TokenHash(sha256.Sum256([]byte("another press")))
	foreseen := func(turn *record.Turn, want bool) {
		t.Helper()
		if err := turn.LookupTokens([]record.TokenHash{other, hash}); err != nil {
			t.Fatal(err)
		}
		if o, err := turn.Outcome(hash); err != nil || (o != nil) != want {
			t.Fatal("looked up together:", o, err)
		}
		if o, err := turn.Outcome(other); err != nil || o != nil {
			t.Fatal("an outcome of a press that never was", o, err)
		}
	}
	foreseen(turn, false)
	e, _ := turn.Append(entry(1))
	turn.Remember(hash, record.TokenResult{Digest: [32]byte{9}, First: e.Position, Refs: []cite.Ref{"c1", "c1.1"}})
	if o, _ := turn.Outcome(hash); o == nil {
		t.Fatal("a second press in the same turn does not find the first")
	}
	done := make(chan error, 1)
	turn.Commit(func(err error) { done <- err })
	// On its way or durable, the next turn finds it.
	if turn, err = h.Log.Turn(context.Background(), id); err != nil {
		t.Fatal(err)
	}
	foreseen(turn, true)
	turn.Release()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	h.Close()
	h.Open()
	defer h.Close()
	turn, err = h.Log.Turn(context.Background(), id)
	if err != nil {
		t.Fatal(err)
	}
	defer turn.Release()
	foreseen(turn, true)
	o, err := turn.Outcome(hash)
	if err != nil || o == nil || o.First != 1 || o.Digest != [32]byte{9} || len(o.Refs) != 2 || o.Refs[1] != "c1.1" {
		t.Fatal(o, err)
	}
}

// tail: readers that wait on positions see every entry once while writers write.
func tail(t *testing.T, s Store) {
	h := NewHouse(t, s)
	defer h.Close()
	id := h.NewRecord()
	const total = 400
	var wg sync.WaitGroup
	for r := 0; r < 3; r++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
			defer cancel()
			seen := cite.Position(0)
			for seen < total {
				if err := h.Log.Wait(ctx, id, seen+1); err != nil {
					t.Error(err)
					return
				}
				err := h.Log.Entries(ctx, id, seen+1, h.Log.Durable(id), func(e record.Entry) error {
					seen++
					if e.Position != seen {
						return fmt.Errorf("saw %d after %d", e.Position, seen-1)
					}
					return nil
				})
				if err != nil {
					t.Error(err)
					return
				}
			}
		}()
	}
	for i := 1; i <= total; i++ {
		if _, err := h.Write(id, entry(i)); err != nil {
			t.Fatal(err)
		}
	}
	wg.Wait()
}

// concurrent: many writers on two records; nothing acknowledged is missing or twice.
func concurrent(t *testing.T, s Store) {
	h := NewHouse(t, s)
	ids := []record.ID{h.NewRecord(), h.NewRecord()}
	var mu sync.Mutex
	acked := map[string]cite.Position{}
	var wg sync.WaitGroup
	for w := 0; w < 16; w++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := 0; i < 25; i++ {
				id := ids[(w+i)%2]
				body := fmt.Sprintf("%s %d %d", id, w, i)
				p, err := h.Write(id, record.New{Data: []byte(body), Text: []byte("t " + body)})
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				acked[body] = p
				mu.Unlock()
			}
		}()
	}
	wg.Wait()
	h.Close()
	h.Open()
	defer h.Close()
	found := 0
	for _, id := range ids {
		err := h.Log.Entries(context.Background(), id, 1, 1<<30, func(e record.Entry) error {
			if acked[string(e.Data)] != e.Position {
				return fmt.Errorf("%q stands at %d, acknowledged at %d", e.Data, e.Position, acked[string(e.Data)])
			}
			found++
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.Log.Verify(context.Background(), id); err != nil {
			t.Fatal(err)
		}
	}
	if found != len(acked) || found != 16*25 {
		t.Fatalf("%d acknowledged, %d found", len(acked), found)
	}
}

func erase(t *testing.T, s Store) {
	h := NewHouse(t, s)
	id := h.NewRecord()
	for i := 1; i <= 300; i++ {
		if _, err := h.Write(id, entry(i)); err != nil {
			t.Fatal(err)
		}
	}
	before := map[cite.Position]cite.Proof{}
	for _, p := range []cite.Position{1, 100, 299} {
		proof, err := h.Log.Prove(context.Background(), id, p)
		if err != nil {
			t.Fatal(err)
		}
		before[p] = proof
	}
	turn, err := h.Log.Turn(context.Background(), id)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := turn.Append(record.New{Data: []byte("conversation.erased/1\n{\"position\":100}")}); err != nil {
		t.Fatal(err)
	}
	turn.Erase(100)
	done := make(chan error, 1)
	turn.Commit(func(err error) { done <- err })
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	check := func() {
		t.Helper()
		texts, err := h.Log.Texts(context.Background(), id, []cite.Position{99, 100, 101})
		if err != nil || texts[100] != nil || texts[101] == nil {
			t.Fatal("texts after erasing:", texts, err)
		}
		for p, proof := range before {
			again, err := h.Log.Prove(context.Background(), id, p)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(again.Checkpoint, proof.Checkpoint) || !bytes.Equal(again.Envelope, proof.Envelope) {
				t.Fatal("the proof of an entry changed")
			}
			if _, err := record.CheckProof(again, Key(t).Verifier("test.invalid/"+string(id))); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := h.Log.Verify(context.Background(), id); err != nil {
			t.Fatal(err)
		}
	}
	check()
	h.Close()
	h.Open()
	check()
	h.Close()
}

func proofs(t *testing.T, s Store) {
	h := NewHouse(t, s)
	defer h.Close()
	id := h.NewRecord()
	vkey := Key(t).Verifier("test.invalid/" + string(id))
	for i := 1; i <= 520; i++ {
		if _, err := h.Write(id, entry(i)); err != nil {
			t.Fatal(err)
		}
		if i%37 != 0 && i != 256 && i != 257 && i != 512 {
			continue
		}
		for _, p := range []cite.Position{1, cite.Position(i/2 + 1), cite.Position(i)} {
			proof, err := h.Log.Prove(context.Background(), id, p)
			if err != nil {
				t.Fatalf("entry %d of %d: %v", p, i, err)
			}
			c, err := record.CheckProof(proof, vkey)
			if err != nil || c.Envelope.Position != p || c.SignedBy == "" {
				t.Fatal(c, err)
			}
			// Every part of the proof matters.
			for _, bad := range []cite.Proof{
				{Envelope: flipBit(proof.Envelope), Path: proof.Path, Checkpoint: proof.Checkpoint},
				{Envelope: proof.Envelope, Path: proof.Path, Checkpoint: flipBit(proof.Checkpoint)},
			} {
				if _, err := record.CheckProof(bad, vkey); err == nil {
					t.Fatal("a proof with a flipped bit passes")
				}
			}
			if len(proof.Path) > 0 {
				path := append([][]byte(nil), proof.Path...)
				path[0] = flipBit(path[0])
				if _, err := record.CheckProof(cite.Proof{Envelope: proof.Envelope, Path: path, Checkpoint: proof.Checkpoint}, vkey); err == nil {
					t.Fatal("a proof with a flipped path passes")
				}
			}
		}
	}
}

func flipBit(b []byte) []byte {
	c := append([]byte(nil), b...)
	c[len(c)/2] ^= 4
	return c
}

// client reads the tree with nothing but the Go checksum database's own code.
func client(t *testing.T, s Store) {
	h := NewHouse(t, s)
	defer h.Close()
	id := h.NewRecord()
	for i := 1; i <= 600; i++ {
		if _, err := h.Write(id, entry(i)); err != nil {
			t.Fatal(err)
		}
	}
	signed, err := h.Log.Checkpoint(id)
	if err != nil {
		t.Fatal(err)
	}
	v, err := note.NewVerifier(h.Log.Key().Verifier(h.Log.Origin(id)))
	if err != nil {
		t.Fatal(err)
	}
	n, err := note.Open(signed, note.VerifierList(v))
	if err != nil {
		t.Fatal(err)
	}
	c, err := record.ParseCheckpoint(n.Text)
	if err != nil {
		t.Fatal(err)
	}
	hr := tlog.TileHashReader(tlog.Tree{N: c.Size, Hash: c.Root}, clientTiles{h.Log, id})
	err = h.Log.Entries(context.Background(), id, 1, 600, func(e record.Entry) error {
		hashes, err := hr.ReadHashes([]int64{tlog.StoredHashIndex(0, int64(e.Position)-1)})
		if err != nil {
			return err
		}
		if hashes[0] != record.LeafHash(e.Envelope.Marshal()) {
			return fmt.Errorf("leaf %d is another", e.Position)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tlog.ProveTree(c.Size, 300, hr); err != nil {
		t.Fatal("no proof that the record only grew:", err)
	}
}

type clientTiles struct {
	log *record.Log
	id  record.ID
}

func (c clientTiles) Height() int                             { return record.TileHeight }
func (c clientTiles) SaveTiles(tiles []tlog.Tile, _ [][]byte) {}
func (c clientTiles) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var out [][]byte
	for _, t := range tiles {
		b, err := c.log.Tile(c.id, t.L, t.N, t.W)
		if err != nil {
			return nil, err
		}
		out = append(out, b)
	}
	return out, nil
}

// flip: one changed bit in any part of any entry is found, stops writing, and leaves reading.
func flip(t *testing.T, s Store) {
	h := NewHouse(t, s)
	id := h.NewRecord()
	for i := 1; i <= 300; i++ {
		if _, err := h.Write(id, entry(i)); err != nil {
			t.Fatal(err)
		}
	}
	h.Close()
	for _, part := range []string{"envelope", "data", "text"} {
		for _, p := range []cite.Position{1, 151, 299} {
			if !s.Flip(id, p, part) {
				t.Skip("this store cannot be tampered with")
			}
			if err := h.TryOpen(); !errors.Is(err, record.ErrDamaged) {
				t.Errorf("a flipped bit in the %s of %d: %v", part, p, err)
			}
			if _, err := h.Write(id, entry(1)); !errors.Is(err, record.ErrReadOnly) {
				t.Errorf("writing on a damaged record: %v", err)
			}
			if _, err := h.Log.Texts(context.Background(), id, []cite.Position{2}); err != nil {
				t.Errorf("a damaged record cannot be read: %v", err)
			}
			h.Close()
			s.Flip(id, p, part) // back
		}
	}
	h.Open()
	if _, err := h.Write(id, entry(301)); err != nil {
		t.Fatal("a mended record does not go on:", err)
	}
	h.Close()
}

// hide: a text that is missing is a tombstone only where an entry says that it was erased. Anything else is
// damage: found when read and at start, it stops writing, and no new checkpoint is signed.
func hide(t *testing.T, s Store) {
	ctx := context.Background()
	h := NewHouse(t, s)
	id, other := h.NewRecord(), h.NewRecord()
	for i := 1; i <= 20; i++ {
		if _, err := h.Write(id, entry(i)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := h.Write(id, record.New{Data: []byte("without text")}); err != nil {
		t.Fatal(err)
	}
	kept, err := h.Log.Prove(ctx, id, 2)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.Write(id, entry(22)); err != nil {
		t.Fatal(err)
	}
	if !s.Hide(id, 7) {
		t.Skip("this store cannot be tampered with")
	}
	if texts, err := h.Log.Texts(ctx, id, []cite.Position{8, 21, 22}); err != nil || len(texts) != 2 {
		t.Errorf("texts that are there, and none that never was: %v %v", texts, err)
	}
	if h.Log.Damage() != nil {
		t.Error("damaged, and nobody looked")
	}
	if texts, err := h.Log.Texts(ctx, id, []cite.Position{8, 7}); !errors.Is(err, record.ErrDamaged) {
		t.Errorf("a hidden text: %v %v", texts, err)
	}
	check := func(when string) {
		t.Helper()
		if _, err := h.Log.Salted(ctx, id, 7); !errors.Is(err, record.ErrDamaged) {
			t.Errorf("%s: a hidden text with its salt: %v", when, err)
		}
		if _, err := h.Log.Verify(ctx, id); !errors.Is(err, record.ErrDamaged) {
			t.Errorf("%s: verifying a hidden text: %v", when, err)
		}
		for _, id := range []record.ID{id, other} {
			if _, err := h.Write(id, entry(1)); !errors.Is(err, record.ErrReadOnly) {
				t.Errorf("%s: writing beside damage: %v", when, err)
			}
			if h.Log.Halted(id) == nil {
				t.Errorf("%s: does not say that it is read only", when)
			}
		}
		if c, err := h.Log.Checkpoint(id); err != nil || !bytes.Equal(c, kept.Checkpoint) {
			t.Errorf("%s: not the checkpoint that was stored before: %s %v", when, c, err)
		}
		if c, err := h.Log.Checkpoint(other); !errors.Is(err, record.ErrReadOnly) {
			t.Errorf("%s: signed beside damage: %s %v", when, c, err)
		}
		if p, err := h.Log.Prove(ctx, id, 22); !errors.Is(err, record.ErrReadOnly) {
			t.Errorf("%s: a new proof on damage: %s %v", when, p.Checkpoint, err)
		}
		if p, err := h.Log.Prove(ctx, id, 2); err != nil || !bytes.Equal(p.Checkpoint, kept.Checkpoint) {
			t.Errorf("%s: a proof with a stored checkpoint: %v", when, err)
		}
		if texts, err := h.Log.Texts(ctx, id, []cite.Position{8}); err != nil || len(texts) != 1 {
			t.Errorf("%s: what is sound cannot be read: %v", when, err)
		}
	}
	check("when read")
	h.Close()
	if err := h.TryOpen(); !errors.Is(err, record.ErrDamaged) {
		t.Errorf("a hidden text at start: %v", err)
	}
	check("after a start")
	h.Close()
}

// order: envelope times never go back, whatever the clock does.
func order(t *testing.T, s Store) {
	e, err := s.Open()
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2020, 2, 14, 22, 59, 0, 0, time.UTC)
	l, err := record.Open(e, record.Options{Key: Key(t), Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	h := &House{t: t, store: s, Log: l}
	defer h.Close()
	id := h.NewRecord()
	for i := 0; i < 20; i++ {
		now = now.Add(time.Duration(7-i) * time.Minute)
		if _, err := h.Write(id, entry(i)); err != nil {
			t.Fatal(err)
		}
	}
	last := time.Time{}
	err = l.Entries(context.Background(), id, 1, 20, func(e record.Entry) error {
		if e.Time.Before(last) {
			return fmt.Errorf("entry %d goes back", e.Position)
		}
		last = e.Time
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
