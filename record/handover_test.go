package record_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/record"
	"github.com/openplenary/plenary/record/recordtest"
)

// handing is an engine in memory whose turn is handed on. What is committed is on its way until it is let.
type handing struct {
	*record.Memory
	awaited bool // another log waits for the turn
	settled []func(error)
	unsure  bool // what others wrote may be lost
	rights  int  // how often it was taken
	let     chan func()
	refuse  func(error)                              // the last of them
	stands  map[record.TokenHash]*record.TokenResult // outcomes that somebody else stored
}

// handed is the right to write on it.
type handed struct {
	record.Right
	engine *handing
	id     record.ID
}

func (h *handing) Sequence(ctx context.Context, id record.ID) (record.Right, error) {
	h.rights++
	r, err := h.Memory.Sequence(ctx, id)
	return handed{r, h, id}, err
}

func (h *handing) Commit(b *record.Batch, done func(error)) {
	h.refuse = done
	h.let <- func() { h.Memory.Commit(b, done) }
}

func (h *handing) Tokens(record.ID, []record.TokenHash) (map[record.TokenHash]*record.TokenResult, error) {
	return h.stands, nil
}

func (h handed) Begins(settled func(error)) (cite.Position, bool) {
	head, err := h.engine.Head(h.id)
	if h.engine.unsure {
		h.engine.settled = append(h.engine.settled, settled)
	}
	return head, err == nil && !h.engine.unsure
}

func (h handed) Wanted() bool  { return false }
func (h handed) Awaited() bool { return h.engine.awaited }
func (h handed) Pass()         {}

// hands plays on a record over such an engine of which one entry is on its way; where another log waits, it is the last of its turn.
func hands(t *testing.T, awaited bool, play func(*testing.T, *record.Log, record.ID, *handing)) {
	synctest.Test(t, func(t *testing.T) {
		e := &handing{Memory: record.NewMemory(), awaited: awaited, let: make(chan func(), 2)}
		id := recordtest.NewFixture(t, memory{e.Memory}).NewRecord()
		log, err := record.Open(e, record.Options{Key: recordtest.Key(t), Now: time.Now})
		if err != nil {
			t.Fatal(err)
		}
		if err := log.Load(t.Context(), id, func(record.Entry) error { return nil }); err != nil {
			t.Fatal(err)
		}
		turn, err := log.Turn(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := turn.Append(record.New{Data: []byte("test.said/1\n{}")}); err != nil {
			t.Fatal(err)
		}
		turn.Commit(func(err error) {
			if err != nil {
				t.Error(err)
			}
		})
		play(t, log, id, e)
	})
}

// TestNothingUnderWhatWasHandedOn: a turn that waits while the last batch before it is on its way takes the right anew when that has landed: the one
// that there was is somebody else's.
func TestNothingUnderWhatWasHandedOn(t *testing.T) {
	hands(t, true, func(t *testing.T, log *record.Log, id record.ID, e *handing) {
		begun := make(chan error, 1)
		go func() {
			turn, err := log.Turn(t.Context(), id)
			if err == nil {
				defer turn.Release()
			}
			begun <- err
		}()
		synctest.Wait() // it waits for what is on its way
		if len(begun) > 0 || e.rights != 1 {
			t.Fatal("a turn has begun under a right that is handed on")
		}
		(<-e.let)()
		if err := <-begun; err != nil || e.rights != 2 {
			t.Errorf("the right was taken %d times: %v", e.rights, err)
		}
	})
}

// TestOutcomeOfAStranger: an outcome that is stored where only what is on its way could stand is somebody else's, who has the turn by now. It is no
// answer, and the turn is void.
func TestOutcomeOfAStranger(t *testing.T) {
	hands(t, false, func(t *testing.T, log *record.Log, id record.ID, e *handing) {
		turn, err := log.Turn(t.Context(), id)
		if err != nil || turn.Head() != 1 || e.rights != 1 {
			t.Fatalf("at %d, the right was taken %d times: %v", turn.Head(), e.rights, err)
		}
		token := record.TokenHash{1}
		e.stands = map[record.TokenHash]*record.TokenResult{token: {First: 1}}
		if err := turn.LookupTokens([]record.TokenHash{token}); !errors.Is(err, record.ErrConflict) {
			t.Error("where all are looked up: ", err)
		}
		if _, err := turn.Outcome(token); !errors.Is(err, record.ErrConflict) {
			t.Error("by itself: ", err)
		}
		turn.Release()
		(<-e.let)()
	})
}

// TestErasedTwice: two logs erase the same text, and what the second wrote finds no room. It stays erased, and it is no damage that it is not there.
func TestErasedTwice(t *testing.T) {
	e := &handing{Memory: record.NewMemory(), let: make(chan func(), 2), unsure: true}
	writes := recordtest.NewFixture(t, memory{e.Memory})
	id := writes.NewRecord()
	write := func(n record.New) {
		if _, err := writes.Write(id, n); err != nil {
			t.Fatal(err)
		}
	}
	write(record.New{Data: []byte("test.said/1\n{}"), Text: []byte("text")})
	log, err := record.Open(e, record.Options{Key: recordtest.Key(t), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	log.ReadErasures(recordtest.ErasedBy)
	if err := log.Load(t.Context(), id, func(record.Entry) error { return nil }); err != nil {
		t.Fatal(err)
	}
	write(recordtest.Erasing(1))
	for _, n := range []record.New{{Data: []byte("test.said/1\n{}")}, recordtest.Erasing(1)} {
		turn, err := log.Turn(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := turn.Append(n); err != nil {
			t.Fatal(err)
		}
		turn.Commit(func(error) {})
	}
	e.settled[0](nil)
	(<-e.let)()
	<-e.let
	e.refuse(record.ErrFull)
	if texts, err := log.Texts(t.Context(), id, []cite.Position{1}); err != nil || len(texts) != 0 || log.Damage() != nil {
		t.Errorf("%d texts: %v", len(texts), err)
	}
}

// TestForgottenOnItsWay: what becomes durable of a record that was forgotten meanwhile leaves no high mark: without a record it would be damage.
func TestForgottenOnItsWay(t *testing.T) {
	e := &handing{Memory: record.NewMemory(), let: make(chan func(), 2)}
	id := recordtest.NewFixture(t, memory{e.Memory}).NewRecord()
	high, err := record.OpenHighWater(t.TempDir()+"/high", false)
	if err != nil {
		t.Fatal(err)
	}
	log, err := record.Open(e, record.Options{Key: recordtest.Key(t), Now: time.Now, High: high})
	if err != nil {
		t.Fatal(err)
	}
	if err := log.Load(t.Context(), id, func(record.Entry) error { return nil }); err != nil {
		t.Fatal(err)
	}
	for _, forgotten := range []bool{false, true} {
		turn, err := log.Turn(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := turn.Append(record.New{Data: []byte("test.said/1\n{}")}); err != nil {
			t.Fatal(err)
		}
		done := make(chan error, 1)
		turn.Commit(func(err error) { done <- err })
		if forgotten {
			if err := log.Forget(id); err != nil {
				t.Fatal(err)
			}
		}
		(<-e.let)()
		if err := <-done; err != nil {
			t.Error(err)
		}
		if marked := len(high.IDs()) > 0; marked == forgotten {
			t.Errorf("forgotten %t, marked %t", forgotten, marked)
		}
	}
}
