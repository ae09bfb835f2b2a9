package plenary

import (
	"context"
	"errors"
	"os"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/record"
	"github.com/openplenary/plenary/snapshot"
)

// How many entries may have come since the last snapshot before there is another: while the writer runs, at least so many and a part of
// all, and when it ends. Below that a start folds them in less time than anybody waits for.
var keptEvery, keptAtEnd cite.Position = 50_000, 10_000

const keptPart = 8

// errNothingKept says that a record is to be read from its beginning.
var errNothingKept = errors.New("plenary: nothing is kept of the record")

// resumed folds a record from its snapshot on. What the snapshot stands for is read and checked afterwards, beside everything else.
func (s *Secretariat) resumed(ctx context.Context, id record.ID) (*conversation.State, error) {
	state := conversation.NewState()
	from, err := snapshot.Find(s.kept, id, state)
	if err == nil {
		state, err = s.replay(state, func(each func(record.Entry) error) error { return s.log.LoadFrom(ctx, id, from, each) })
	} else if err = errors.Join(errNothingKept, err); errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	if errors.Is(err, errNothingKept) || errors.Is(err, record.ErrOtherStart) {
		s.keeping(id, s.kept.Forget(id))
		s.slog.Info("the record is read from its beginning", "record", string(id), "why", err)
		return nil, errors.Join(errNothingKept, err)
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if err == nil && s.ctx.Err() == nil { // Close waits for nothing that begins behind it
		s.wait.Go(func() { s.recheck(id) })
	}
	return state, err
}

// recheck reads what a start passed over, and takes no more than half of one processor for it.
func (s *Secretariat) recheck(id record.ID) {
	begun, n := time.Now(), 0
	err := s.log.Recheck(s.ctx, id, func(record.Entry) error {
		if n++; n%1024 > 0 {
			return nil
		}
		select {
		case <-time.After(time.Since(begun)):
		case <-s.ctx.Done():
			return s.ctx.Err()
		}
		begun = time.Now()
		return nil
	})
	if err != nil && s.ctx.Err() == nil {
		s.slog.Error("record is read only", "record", string(id), "err", err)
	}
}

// keepSnapshots keeps what is folded of a long record whenever much came since, and when the writer ends.
func (w *writer) keepSnapshots() {
	at := w.sec.kept.At(w.id)
	for {
		err := w.sec.log.Wait(w.ctx, w.id, at+max(keptEvery, at/keptPart))
		if err != nil {
			break
		}
		at = w.keepSnapshot(w.ctx)
	}
	if w.sec.log.Durable(w.id) >= at+keptAtEnd {
		w.keepSnapshot(context.WithoutCancel(w.ctx))
	}
}

// keepSnapshot keeps what is folded now, and says up to where that was tried. What is not all of the record, or may be damaged, is not kept.
func (w *writer) keepSnapshot(ctx context.Context) cite.Position {
	now := w.look()
	if now == nil || w.sec.log.Halted(w.id) != nil || w.sec.log.Behind(w.id) > 0 || w.readable() != nil {
		return w.sec.log.Durable(w.id)
	}
	err := w.waitDurable(ctx, now.state.Head, now.epoch)
	if err == nil {
		var at record.Start
		if at, err = w.sec.log.StartAt(ctx, w.id, now.state.Head); err == nil {
			err = snapshot.Keep(w.sec.kept, w.id, at, now.state)
		}
	}
	w.sec.keeping(w.id, err)
	return now.state.Head
}

// keeping notes that a snapshot could not be kept or deleted: nothing rests on one.
func (s *Secretariat) keeping(id record.ID, err error) {
	if err != nil && s.ctx.Err() == nil {
		s.slog.Warn("a snapshot is not as it should be", "record", string(id), "err", err)
	}
}
