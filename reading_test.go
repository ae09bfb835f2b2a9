package plenary_test

import (
	"context"
	"testing"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/record"
	"github.com/openplenary/plenary/refusal"
)

// hang has one contribution on its way to a disk that hangs, and gives what lets it through and how it ended.
func (w *world) hang() (commit func(), answered <-chan error) {
	w.engine.late = make(chan func(), 10)
	out := make(chan error, 1)
	go func() {
		_, err := w.sec.Do(context.Background(), "ferries", submit(1, ""))
		out <- err
	}()
	return <-w.engine.late, out
}

func none(*conversation.State) error { return nil }

// TestDiskHangs: while the disk hangs, what rests on durable entries is read at once; what rests on the one
// that is on its way is not answered before that is durable.
func TestDiskHangs(t *testing.T) {
	w := ferries(t)
	head := w.sec.Durable("ferries")
	commit, answered := w.hang()
	for _, refs := range [][]cite.Ref{nil, {conversation.AnyPaper}, {"p2"}} {
		var title string
		at, err := w.sec.ReadAbout(t.Context(), "ferries", func(st *conversation.State) error { title = st.Title.String(); return nil }, refs...)
		if err != nil || at != head || title != "Ferries" {
			t.Errorf("%v: at %d of %d durable: %q %v", refs, at, head, title, err)
		}
	}
	seen, err := w.sec.Peek(t.Context(), "ferries", none)
	if err != nil || seen.Durable != head || seen.Position <= head {
		t.Errorf("%+v with %d durable: %v", seen, head, err)
	}
	gaveUp, giveUp := context.WithCancel(t.Context())
	giveUp()
	if err := w.sec.Durably(gaveUp, "ferries", seen); err == nil {
		t.Error("what is on its way is called durable")
	}
	if _, err := w.sec.ReadAbout(gaveUp, "ferries", none, "c1"); err == nil {
		t.Error("what is on its way is shown")
	}
	if _, err := w.sec.Read(gaveUp, "ferries", none); err == nil {
		t.Error("what is on its way is read")
	}
	waits := make(chan cite.Position)
	go func() {
		at, err := w.sec.ReadAbout(t.Context(), "ferries", none, conversation.AnyContribution)
		if err != nil {
			t.Error(err)
		}
		waits <- at
	}()
	commit()
	if err := <-answered; err != nil {
		t.Error(err)
	}
	if at := <-waits; at != seen.Position {
		t.Errorf("read at %d of %d", at, seen.Position)
	}
	if err := w.sec.Durably(t.Context(), "ferries", seen); err != nil {
		t.Error(err)
	}
}

// TestSeenIsDropped: what was seen and did not become durable is not durable later either, when other entries
// have come to its position.
func TestSeenIsDropped(t *testing.T) {
	w := ferries(t)
	commit, answered := w.hang()
	seen, err := w.sec.Peek(t.Context(), "ferries", none)
	if err != nil {
		t.Fatal(err)
	}
	full := error(record.ErrFull)
	w.engine.fail.Store(&full)
	commit()
	if err := <-answered; kindOf(err) != refusal.TryAgain {
		t.Error(err)
	}
	w.engine.fail.Store(nil)
	go func() {
		for commit := range w.engine.late {
			commit()
		}
	}()
	t.Cleanup(func() { close(w.engine.late) })
	for i := range 5 {
		w.must(submit(10+i, ""))
	}
	if err := w.sec.Durably(t.Context(), "ferries", seen); kindOf(err) != refusal.TryAgain {
		t.Errorf("what was dropped is called durable, with %d durable: %v", w.sec.Durable("ferries"), err)
	}
	for _, err := range []error{
		w.sec.Durably(t.Context(), "nowhere", plenary.Seen{}),
		func() error { _, err := w.sec.ReadAbout(t.Context(), "nowhere", none); return err }(),
	} {
		if kindOf(err) != refusal.Hidden {
			t.Error(err)
		}
	}
}
