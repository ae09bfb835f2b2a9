package plenary

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/internal/watch"
	"github.com/openplenary/plenary/record"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/settings"
	"github.com/openplenary/plenary/snapshot"
)

// Secretariat is the only writer of an instance. Its methods may be called from many goroutines.
type Secretariat struct {
	log    *record.Log
	now    func() time.Time
	random io.Reader
	secret []byte        // of the instance: for numbers that are derived, never drawn twice
	host   string        // of the public address, "" without one
	lists  *Restrictions // nil where nothing is to be taken away
	kept   *snapshot.Store
	slog   *slog.Logger
	held   func(Holding, time.Duration) // nil where nobody wants to know

	mu    sync.RWMutex
	convs map[string]*writer
	order []string
	lost  error // of records whose conversation cannot be told: their first entry cannot be read, or they are not there

	house     atomic.Pointer[settings.House]
	rules     rules
	convening sync.Mutex
	alone     Alone         // nil for one process
	timekeep  chan struct{} // wakes the timekeeper

	ctx    context.Context
	cancel context.CancelFunc
	wait   sync.WaitGroup
}

// SetHouse takes what the operator says about the instance, as far as rules ask: it holds for all conversations from now
// on. Without it every country of the United Nations' list may be given, and no legal page is asked for. Nobody changes
// what was set.
func (s *Secretariat) SetHouse(h *settings.House) { s.house.Store(h) }

// Answer says what became of an ask.
type Answer struct {
	First cite.Position // of the facts it made; 0 if it made none
	Last  cite.Position
	Refs  []cite.Ref // what it minted: the contribution, the call, the edition
	Again bool       // the token had been used before: this is the first answer
}

// Options are what a Secretariat needs.
type Options struct {
	Log    *record.Log
	Now    func() time.Time
	Random io.Reader
	Secret []byte // at least 32 bytes, kept with the keys
	Host   string
	Logger *slog.Logger
	// Restrictions tell what was taken from view in entries that are missing. Where entries are missing and there is nothing
	// that tells it, nothing is shown of the conversation. nil where the instance goes on without them, or has nobody to read it.
	Restrictions *Restrictions
	// Snapshots keep what was folded, so that a start need not fold it again; nil keeps none.
	Snapshots *snapshot.Store
	// Held is told how long the lock of a conversation's state was held, each time. It is for measuring.
	Held func(Holding, time.Duration)
}

// Holding is what the lock of a state is held for.
type Holding string

// What the lock of a state is held for.
const (
	ForReading Holding = "read"  // to take a snapshot for readers, who then read without the lock
	ForWriting Holding = "write" // to decide and to fold
)

// NewSecretariat reads every record of the log and starts a writer for each. The first damage found is
// returned beside the Secretariat, which then serves reading only for that record.
func NewSecretariat(ctx context.Context, o Options) (*Secretariat, error) {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	s := &Secretariat{log: o.Log, now: o.Now, random: o.Random, secret: o.Secret, host: o.Host, lists: o.Restrictions, kept: o.Snapshots, slog: o.Logger, held: o.Held,
		convs: map[string]*writer{}, timekeep: make(chan struct{}, 1), rules: rules{(*conversation.State).Decide, (*conversation.State).Apply}}
	s.ctx, s.cancel = context.WithCancel(context.WithoutCancel(ctx))
	s.log.ReadErasures(ErasedBy)
	metas, err := s.log.Records()
	if err != nil {
		return nil, err
	}
	s.keeping("", s.kept.Tidy(metas))
	var damage error
	for _, m := range metas {
		state, err := s.load(ctx, m.ID)
		if err != nil {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			s.slog.Error("record is read only", "record", string(m.ID), "err", err)
			damage = errors.Join(damage, err)
		}
		if state.Head == 0 { // created, but its first entry never came, or it cannot be read
			s.lost = errors.Join(s.lost, err)
			continue
		}
		taken, unlisted := s.restrict(m.ID, state)
		w := s.start(m.ID, state.Slug, state)
		w.takeAway(taken)
		w.notRead(state, errors.Join(err, unlisted))
		s.register(w)
	}
	damage = cmp.Or(damage, s.log.Damage())
	if lost := s.log.Lost(); lost > 0 && s.lost == nil {
		s.lost = damage
	}
	return s, damage
}

// load folds a record, checking it: from what was kept of it on, or from the beginning.
func (s *Secretariat) load(ctx context.Context, id record.ID) (*conversation.State, error) {
	state, err := s.resumed(ctx, id)
	if errors.Is(err, errNothingKept) {
		state, err = s.replay(conversation.NewState(), func(each func(record.Entry) error) error { return s.log.Load(ctx, id, each) })
	}
	if err != nil && !errors.Is(err, record.ErrAway) {
		s.log.Halt(id, err)
	}
	if state.KeyHash != "" && state.KeyHash != s.log.Key().Hash() {
		err = errors.Join(fmt.Errorf("%w: %w", record.ErrDamaged, ErrOtherKey), err)
		s.log.Halt(id, err)
	}
	return state, err
}

// restrict takes from a state what was taken from view in entries that are missing, and lists the entries whose words were
// erased. ErrUnlisted says that it is not known.
func (s *Secretariat) restrict(id record.ID, state *conversation.State) (taken []cite.Position, err error) {
	had := s.log.Behind(id)
	if s.lists == nil || had == 0 && !errors.Is(s.log.Damage(), record.ErrRestored) {
		return nil, nil
	}
	lost, err := s.lists.lost(id, state.Head, had)
	if err == nil {
		if taken, err = state.Restrict(lost); err != nil {
			err = fmt.Errorf("%w: %w", ErrUnlisted, err)
		}
	}
	if err != nil {
		s.slog.Error("nothing is shown of the conversation", "conversation", state.Slug, "err", err)
	}
	return taken, err
}

// ErrOtherKey says that the key of the instance is not the one that its records began with.
var ErrOtherKey = errors.New("the key in this directory, keys/checkpoint.ed25519, is not the one that the record began with: put that one back from where the keys are kept")

// start starts the writer of a conversation.
func (s *Secretariat) start(id record.ID, slug string, state *conversation.State) *writer {
	w := &writer{id: id, slug: slug, sec: s, asks: make(chan *pendingAsk, 1024), over: make(chan struct{}), state: state, watch: watch.New(conversation.Anything)}
	w.ctx, w.stop = context.WithCancel(s.ctx)
	w.durable.Store(int64(s.log.Durable(id)))
	w.solid.Store(w.asItIs())
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.ctx.Err() != nil { // Close does not wait for it any more
		close(w.over)
		return w
	}
	s.wait.Go(w.run)
	s.wait.Go(w.lookOut)
	if s.kept != nil {
		s.wait.Go(w.keepSnapshots)
	}
	return w
}

// register makes a conversation known under its address.
func (s *Secretariat) register(w *writer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.convs[w.slug] = w
	s.order = append(s.order, w.slug)
}

// Close ends the writers after the asks they have taken, and closes the log.
func (s *Secretariat) Close() error {
	s.mu.Lock()
	s.cancel()
	s.mu.Unlock()
	s.wait.Wait()
	return s.log.Close()
}

// Freeze has the instance only read from now on, because of what was found beside its records. What is on its way to the
// disk may still come there.
func (s *Secretariat) Freeze(why error) { s.log.Freeze(why) }

// Now is the instance's one clock.
func (s *Secretariat) Now() time.Time { return s.now() }

// Conversations lists the slugs of all conversations, oldest first.
func (s *Secretariat) Conversations() []string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return append([]string(nil), s.order...)
}

func (s *Secretariat) writer(slug string) (*writer, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	w, ok := s.convs[slug]
	switch {
	case !ok && s.lost != nil: // it may be the one that cannot be read
		return nil, fmt.Errorf("%w: %w", refusal.New(refusal.TryAgain, "record.lost"), s.lost)
	case !ok:
		return nil, refusal.New(refusal.Hidden, "conversation.unknown")
	}
	return w, nil
}

// Number draws a random number for a participant or a party.
func (s *Secretariat) Number() (uint64, error) {
	var b [8]byte
	if _, err := io.ReadFull(s.random, b[:]); err != nil {
		return 0, err
	}
	return binary.BigEndian.Uint64(b[:]), nil
}

// Derive makes a number out of a token: the same token gives the same number, and without the
// instance's secret nobody can tell which token gave it.
func (s *Secretariat) Derive(purpose, slug, token string) uint64 {
	m := hmac.New(sha256.New, s.secret)
	fmt.Fprintf(m, "%s\x00%s\x00%s", purpose, slug, token)
	return binary.BigEndian.Uint64(m.Sum(nil)) | 1
}

// Likeness is a keyed hash of a text, equal for equal texts, for counting distinct texts without
// keeping them.
func (s *Secretariat) Likeness(slug, text string) uint64 {
	return s.Derive("likeness", slug, text)
}

// Convene makes a conversation with its own record and returns its first entries' positions.
func (s *Secretariat) Convene(ctx context.Context, ask conversation.Ask) (Answer, error) {
	c, ok := ask.Command.(conversation.Convene)
	if !ok {
		return Answer{}, fmt.Errorf("plenary: Convene takes conversation.Convene, not %T", ask.Command)
	}
	c.Key = s.log.Key().Hash()
	ask.Command = c
	s.convening.Lock() // one at a time, so that two cannot take one address
	defer s.convening.Unlock()
	if s.ctx.Err() != nil {
		return Answer{}, tryAgain()
	}
	if s.alone != nil {
		release, err := s.alone(ctx)
		if err != nil {
			return Answer{}, err
		}
		defer release()
		if err := s.discover(ctx); err != nil {
			return Answer{}, fmt.Errorf("%w: %w", asRefusal(err), err)
		}
	}
	if _, err := s.writer(c.Slug); err == nil {
		return Answer{}, refusal.In("slug", "conversation.slug_taken")
	}
	demonstration, err := s.demonstrates(ctx)
	if err != nil {
		return Answer{}, err
	}
	//mutants:guard what is made where a demonstration is kept is marked as one
	if demonstration {
		c.Demonstration = true
		ask.Command = c
	}
	if _, err := s.prepare(conversation.NewState(), ask); err != nil { // before there is a record
		return Answer{}, err
	}
	id, err := s.log.NewID()
	if err != nil {
		return Answer{}, err
	}
	if err := s.log.Create(record.Meta{ID: id, Origin: s.origin(c) + "/" + string(id)}); err != nil {
		return Answer{}, fmt.Errorf("%w: %w", asRefusal(err), err)
	}
	state := conversation.NewState()
	state.Slug = c.Slug
	w := s.start(id, c.Slug, state)
	// A convener who leaves before the answer must not leave half a conversation behind.
	a, err := w.do(context.WithoutCancel(ctx), ask)
	if err != nil {
		w.stop() // a record without entries is passed over at every start
		return Answer{}, err
	}
	s.register(w)
	return a, nil
}

// Discarded lists the conversations that were given up before they were opened, and whose records are still there.
func (s *Secretariat) Discarded(ctx context.Context) (slugs []string, err error) {
	for _, slug := range s.Conversations() {
		if s.Standing(slug).Unread > 0 {
			continue
		}
		if _, err := s.ReadAbout(ctx, slug, func(st *conversation.State) error {
			if st.Life == settings.Discarded {
				slugs = append(slugs, slug)
			}
			return nil
		}, conversation.AnySetting); err != nil {
			return nil, err
		}
	}
	return slugs, nil
}

// Delete takes away the record of a conversation that was discarded: every entry is gone when it returns, and the
// address is free again. Any other conversation is refused.
func (s *Secretariat) Delete(ctx context.Context, slug string) error {
	w, err := s.writer(slug)
	if err != nil {
		return err
	}
	var life settings.Life
	if _, err := s.Read(ctx, slug, func(st *conversation.State) error { life = st.Life; return nil }); err != nil {
		return err
	}
	//mutants:guard no record is deleted but one that was discarded
	if life != settings.Discarded {
		return refusal.New(refusal.Conflict, "life.opened")
	}
	s.convening.Lock()
	defer s.convening.Unlock()
	w.stop() // nothing is decided there any more, whatever is asked
	if err := s.log.Delete(w.id); err != nil {
		return err
	}
	s.unregister(w)
	return nil
}

// unregister forgets a conversation.
func (s *Secretariat) unregister(w *writer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.convs[w.slug] == w {
		delete(s.convs, w.slug)
		s.keeping(w.id, s.kept.Forget(w.id))
		s.order = slices.DeleteFunc(s.order, func(other string) bool { return other == w.slug })
	}
}

// demonstrates reports whether one of the conversations is a demonstration. Then all that are made beside it are: a visitor
// of a demonstration cannot make anything that looks real.
func (s *Secretariat) demonstrates(ctx context.Context) (so bool, err error) {
	for _, slug := range s.Conversations() {
		if _, err := s.ReadAbout(ctx, slug, func(st *conversation.State) error {
			so = so || st.Demonstration
			return nil
		}, conversation.AnySetting); err != nil {
			return false, err
		}
	}
	return so, nil
}

// origin is the host in the name of a conversation's log and key.
func (s *Secretariat) origin(c conversation.Convene) string {
	switch {
	case c.Demonstration:
		return demonstrationHost
	case s.host != "":
		return s.host
	}
	return noHost
}

// What stands for the host in the name of a record that has none.
const (
	demonstrationHost = "demonstration"
	noHost            = "plenary.invalid"
)

// Do has an ask decided and answers when what became of it is durable: with what it made, with a
// refusal, or with an error after which the same ask may be sent again under the same token.
func (s *Secretariat) Do(ctx context.Context, slug string, ask conversation.Ask) (Answer, error) {
	w, err := s.writer(slug)
	if err != nil {
		return Answer{}, err
	}
	if _, ok := ask.Command.(conversation.Convene); ok {
		return Answer{}, refusal.New(refusal.Conflict, "conversation.exists")
	}
	if err := s.quotes(ctx, slug, ask); err != nil {
		return Answer{}, err
	}
	return w.do(ctx, ask)
}

// unreadable makes of damage that was found while reading what a person can read, and writes it down; and of a storage that is away.
func (s *Secretariat) unreadable(slug string, err error) error {
	switch {
	case errors.Is(err, record.ErrAway):
		return fmt.Errorf("%w: %w", asRefusal(record.ErrReadOnly), err)
	case !errors.Is(err, record.ErrDamaged):
		return err
	}
	s.slog.Error("the record is damaged", "conversation", slug, "err", err)
	return fmt.Errorf("%w: %w", refusal.New(refusal.TryAgain, "record.damaged"), err)
}

// unsigned makes of a proof or a checkpoint that cannot be had what a person can read; key says which.
func (s *Secretariat) unsigned(slug, key string, err error) error {
	switch {
	case errors.Is(err, record.ErrReadOnly):
		return fmt.Errorf("%w: %w", refusal.New(refusal.TryAgain, key), err)
	case errors.Is(err, record.ErrFull), errors.Is(err, record.ErrNotWritten):
		return fmt.Errorf("%w: %w", asRefusal(err), err)
	}
	return s.unreadable(slug, err)
}
