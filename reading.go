package plenary

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/record"
)

// Read lends the state of a conversation to f and returns, when everything f may have seen is durable, the
// position that f saw. What f sees is a snapshot that nothing changes: it may take its time.
func (s *Secretariat) Read(ctx context.Context, slug string, f func(*conversation.State) error) (cite.Position, error) {
	seen, err := s.Peek(ctx, slug, f)
	if werr := s.Durably(ctx, slug, seen); werr != nil {
		return 0, werr
	}
	return seen.Position, err
}

// ReadAbout is Read for an answer that rests on nothing but what touches some references, such as
// conversation.AnyPaper for the list of papers. It waits only for what touched them: where they are durable it
// answers at once, however long somebody else's commit takes. It returns a durable position at which the
// answer holds.
func (s *Secretariat) ReadAbout(ctx context.Context, slug string, f func(*conversation.State) error, refs ...cite.Ref) (cite.Position, error) {
	var rests cite.Position
	seen, err := s.Peek(ctx, slug, func(st *conversation.State) error {
		rests = st.Changed(refs...)
		return f(st)
	})
	if rests <= seen.Durable {
		return seen.Durable, err
	}
	seen.Position = rests
	if werr := s.Durably(ctx, slug, seen); werr != nil {
		return 0, werr
	}
	return rests, err
}

// Seen says how a state stood when it was looked at.
type Seen struct {
	Position cite.Position // of the last entry in it
	Durable  cite.Position // of the last entry that was durable; Position where nothing was on its way
	Epoch    int64         // how often entries that were not durable have been lost: those seen after Durable in another one may be others
}

// shown is a snapshot of the state for readers. All who read between two changes share it.
type shown struct {
	state *conversation.State
	epoch int64
}

// look gives the state as it stands, nil while it is being folded again. While the storage is away it is what was durable last, as far as that
// is kept: what is in doubt is not shown.
func (w *writer) look() *shown {
	house, away := w.sec.house.Load(), w.absent.Load()
	if s := w.shown.Load(); s != nil && s.state.House == house && !away {
		return s
	}
	defer w.lock(ForReading)()
	from := w.state
	if s := w.solid.Load(); away && s != nil && int64(s.state.Head) == w.durable.Load() {
		from = s.state
	} else if w.dropped {
		return nil
	} else if s := w.shown.Load(); s != nil && s.state.House == house { // somebody was faster
		return s
	}
	s := &shown{from.Snapshot(), w.epoch.Load()}
	s.state.House = house
	if from == w.state {
		w.shown.Store(s)
	}
	return s
}

// Peek lends the state of a conversation to f and returns at once: f may have seen what is not durable yet, and
// perhaps never will be. So nothing that rests on it may be shown or stored, until Durably has returned nil;
// except where it is known to rest only on entries up to Seen.Durable, by State.Changed of all that was looked at.
// What f sees is a snapshot that nothing changes: it may take its time. (While the state is being folded again,
// after a failed commit, it waits for that.)
func (s *Secretariat) Peek(ctx context.Context, slug string, f func(*conversation.State) error) (Seen, error) {
	w, err := s.writer(slug)
	for err == nil {
		wake := w.watch.Any()
		// The durable position first: what becomes durable from here on is not taken for what f sees.
		durable := cite.Position(w.durable.Load())
		now := w.look()
		if err = w.readable(); err != nil { // after it: what could not be read is known before what could is shown
			break
		}
		if now != nil {
			return Seen{Durable: min(durable, now.state.Head), Position: now.state.Head, Epoch: now.epoch}, f(now.state)
		}
		select {
		case <-wake:
		case <-ctx.Done():
			return Seen{}, ctx.Err()
		case <-w.ctx.Done():
			return Seen{}, tryAgain()
		}
	}
	return Seen{}, err
}

// Durably returns nil when what was seen is durable, and a refusal to try again when it was dropped.
func (s *Secretariat) Durably(ctx context.Context, slug string, seen Seen) error {
	w, err := s.writer(slug)
	if err != nil {
		return err
	}
	return w.waitDurable(ctx, seen.Position, seen.Epoch)
}

// WaitFor returns when a position is durable, at the latest after two seconds: a reader who acted sees their own act. It
// reports whether it is; for a position that nothing was written to yet it does not wait.
func (s *Secretariat) WaitFor(ctx context.Context, slug string, p cite.Position) bool {
	w, err := s.writer(slug)
	if err != nil {
		return false
	}
	if cite.Position(w.durable.Load()) >= p {
		return true
	}
	if now := w.look(); now != nil && now.state.Head < p {
		return cite.Position(w.durable.Load()) >= p
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	return w.waitDurable(ctx, p, w.epoch.Load()) == nil
}

// Watch returns the durable position when any of the references was touched after from, or with the
// context's error.
func (s *Secretariat) Watch(ctx context.Context, slug string, from cite.Position, refs ...cite.Ref) (cite.Position, error) {
	w, err := s.writer(slug)
	if err != nil {
		return 0, err
	}
	var target cite.Position // the first change seen: under steady writing there is always a newer one
	for {
		wake, stop := w.watch.On(refs)
		changed := w.changed(refs)
		switch {
		case changed == unknown: // whoever is woken when it is folded again looks again
		case changed <= from:
			target = 0
		case target == 0 || changed < target:
			target = changed
		}
		if durable := cite.Position(w.durable.Load()); target > 0 && durable >= target {
			stop()
			return durable, nil
		}
		select {
		case <-wake:
			stop()
		case <-ctx.Done():
			stop()
			return 0, ctx.Err()
		}
	}
}

// Halted says why a conversation may only be read, nil if it may be written.
func (s *Secretariat) Halted(slug string) error {
	w, err := s.writer(slug)
	if err != nil {
		return err
	}
	return s.log.Halted(w.id)
}

// Standing says how a conversation stands on the disk.
type Standing struct {
	ReadOnly error         // why nothing can be written, nil where all is well
	Unread   cite.Position // from where on its record cannot be read: nothing of it is shown; 0 for nowhere
	Unlisted bool          // entries are missing from there on, and what they took from view is not known
	// Behind says that entries after the last may be missing: from From to To, which is 0 where nobody knows.
	Behind   bool
	From, To cite.Position
}

// Standing says how a conversation stands.
func (s *Secretariat) Standing(slug string) Standing {
	w, err := s.writer(slug)
	if err != nil {
		return Standing{ReadOnly: err}
	}
	out := Standing{ReadOnly: s.log.Halted(w.id)}
	if out.ReadOnly == nil && w.absent.Load() {
		out.ReadOnly = record.ErrAway
	}
	if u := w.unread.Load(); u != nil {
		out.Unread, out.Unlisted = u.from, errors.Is(u.why, ErrUnlisted)
	}
	had := s.log.Behind(w.id)
	if out.Behind = had > 0 || errors.Is(s.log.Damage(), record.ErrRestored); out.Behind {
		out.From, out.To = cite.Position(w.durable.Load())+1, had
	}
	return out
}

// Lag is how many entries of a conversation other nodes have written, as far as is known here, and this one has not read yet.
func (s *Secretariat) Lag(slug string) cite.Position {
	w, err := s.writer(slug)
	if err != nil {
		return 0
	}
	now, done := context.WithCancel(w.ctx)
	done() // it is not waited for
	at := cite.Position(w.durable.Load())
	head, _ := s.log.Follow(now, w.id, at)
	return head - at
}

// Damage is why no record of the instance can be written, nil where they can.
func (s *Secretariat) Damage() error { return s.log.Damage() }

// Record gives the log and the id of a conversation's record, for checkpoints, tiles and receipts.
func (s *Secretariat) Record(slug string) (*record.Log, record.ID, error) {
	w, err := s.writer(slug)
	if err != nil {
		return nil, "", err
	}
	return s.log, w.id, nil
}

// Durable is the last durable position of a conversation.
func (s *Secretariat) Durable(slug string) cite.Position {
	w, err := s.writer(slug)
	if err != nil {
		return 0
	}
	return cite.Position(w.durable.Load())
}

// Changed is the last position, durable or coming, that touched any of the references. Where that is not
// known, because there is no such conversation or because its state is being folded again, it is later than
// every position.
func (s *Secretariat) Changed(slug string, refs ...cite.Ref) cite.Position {
	w, err := s.writer(slug)
	if err != nil {
		return unknown
	}
	return w.changed(refs)
}

// unknown is later than every position.
const unknown cite.Position = 1 << 62

func (w *writer) changed(refs []cite.Ref) cite.Position {
	s := w.look()
	if s == nil {
		return unknown
	}
	return s.state.Changed(refs...)
}

// Words reads the words of entries. An entry without words, or whose words were erased, is absent.
// The maps are shared: they must not be changed.
func (s *Secretariat) Words(ctx context.Context, slug string, at []cite.Position) (map[cite.Position]cite.Words, error) {
	w, err := s.writer(slug)
	if err != nil {
		return nil, err
	}
	out := make(map[cite.Position]cite.Words, len(at))
	c := &w.words
	//mutants:guard what was erased in entries that are missing is not read
	at = slices.DeleteFunc(slices.Clone(at), w.isTaken)
	missing, epoch := c.Take(at, out)
	if len(missing) == 0 {
		return out, nil
	}
	texts, err := s.log.Texts(ctx, w.id, missing)
	if err != nil {
		return nil, s.unreadable(slug, err)
	}
	read := make(map[cite.Position]cite.Words, len(texts))
	for p, b := range texts {
		if read[p], err = conversation.DecodeWords(b); err != nil {
			return nil, err
		}
		out[p] = read[p]
	}
	c.Keep(read, epoch)
	return out, nil
}
