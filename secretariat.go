package plenary

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"reflect"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/record"
	"github.com/openplenary/plenary/refusal"
)

// Secretariat is the only writer of an instance. Its methods may be called from many goroutines.
type Secretariat struct {
	log    *record.Log
	now    func() time.Time
	random io.Reader
	secret []byte // of the instance: for numbers that are derived, never drawn twice
	host   string // of the public address, "" without one
	slog   *slog.Logger

	mu    sync.RWMutex
	convs map[string]*house
	order []string

	convening sync.Mutex
	nudge     chan struct{} // wakes the timekeeper

	ctx    context.Context
	cancel context.CancelFunc
	wait   sync.WaitGroup
}

// house is one conversation with its writer.
type house struct {
	id   record.ID
	sec  *Secretariat
	asks chan *asking

	mu    sync.RWMutex        // guards state
	state *conversation.State // the fold of everything appended, durable or not

	durable atomic.Int64
	epoch   atomic.Int64 // raised whenever the state was dropped
	failed  atomic.Bool  // a commit failed: fold again before anything else

	watch   watchers
	words   wordCache
	erasing []cite.Position // of the turn being decided; owned by the writer
}

type asking struct {
	ask    conversation.Ask
	token  record.TokenHash // of an ask with a token
	answer Answer
	err    error
	done   chan struct{}
}

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
}

// NewSecretariat reads every record of the log and starts a writer for each. The first damage found is
// returned beside the Secretariat, which then serves reading only for that record.
func NewSecretariat(ctx context.Context, o Options) (*Secretariat, error) {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	s := &Secretariat{log: o.Log, now: o.Now, random: o.Random, secret: o.Secret, host: o.Host, slog: o.Logger, convs: map[string]*house{}, nudge: make(chan struct{}, 1)}
	s.ctx, s.cancel = context.WithCancel(context.WithoutCancel(ctx))
	metas, err := s.log.Records()
	if err != nil {
		return nil, err
	}
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
		if state.Head == 0 { // created, but its first entry never came
			continue
		}
		s.start(m.ID, state)
	}
	if damage == nil {
		damage = s.log.Damage()
	}
	return s, damage
}

// load folds a record from the beginning, checking it.
func (s *Secretariat) load(ctx context.Context, id record.ID) (*conversation.State, error) {
	state := conversation.NewState()
	err := s.fold(state, func(each func(record.Entry) error) error { return s.log.Load(ctx, id, each) })
	if err != nil {
		s.log.Halt(id, err)
	}
	state.Touched()
	if err == nil && state.KeyHash != "" && state.KeyHash != s.log.Key().Hash() {
		err = fmt.Errorf("%w: the key in this directory is not the one that the record began with", record.ErrDamaged)
		s.log.Halt(id, err)
	}
	return state, err
}

// fold decodes on one goroutine and applies on another.
func (s *Secretariat) fold(state *conversation.State, read func(func(record.Entry) error) error) error {
	type decoded struct {
		at   cite.Entry
		fact cite.Fact
	}
	const size = 256
	chunks := make(chan []decoded, 4)
	var applyErr error
	done := make(chan struct{})
	go func() {
		defer close(done)
		for chunk := range chunks {
			for _, d := range chunk {
				if applyErr == nil {
					applyErr = state.Apply(d.at, d.fact)
				}
			}
			state.Touched() // nobody watches yet
		}
	}()
	chunk := make([]decoded, 0, size)
	err := read(func(e record.Entry) error {
		fact, err := conversation.Decode(e.Data)
		if err != nil {
			return err
		}
		chunk = append(chunk, decoded{cite.Entry{Position: e.Position, Time: e.Time}, fact})
		if len(chunk) == size {
			chunks <- chunk
			chunk = make([]decoded, 0, size)
		}
		return nil
	})
	chunks <- chunk
	close(chunks)
	<-done
	return errors.Join(err, applyErr)
}

func (s *Secretariat) start(id record.ID, state *conversation.State) *house {
	h := &house{id: id, sec: s, asks: make(chan *asking, 1024), state: state}
	h.watch.init()
	h.durable.Store(int64(s.log.Durable(id)))
	s.mu.Lock()
	s.convs[state.Slug] = h
	s.order = append(s.order, state.Slug)
	s.mu.Unlock()
	s.wait.Go(h.run)
	return h
}

// Close ends the writers after the asks they have taken, and closes the log.
func (s *Secretariat) Close() error {
	s.cancel()
	s.wait.Wait()
	return s.log.Close()
}

// Now is the instance's one clock.
func (s *Secretariat) Now() time.Time { return s.now() }

// Conversations lists the slugs of all conversations, oldest first.
func (s *Secretariat) Conversations() []string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return append([]string(nil), s.order...)
}

func (s *Secretariat) house(slug string) (*house, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	h, ok := s.convs[slug]
	if !ok {
		return nil, refusal.New(refusal.Hidden, "conversation.unknown")
	}
	return h, nil
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
	s.mu.RLock()
	_, taken := s.convs[c.Slug]
	s.mu.RUnlock()
	if taken {
		return Answer{}, refusal.In("slug", "conversation.slug_taken")
	}
	if _, err := conversation.NewState().Decide(ask); err != nil {
		return Answer{}, err
	}
	id, err := s.log.NewID()
	if err != nil {
		return Answer{}, err
	}
	origin := "plenary.invalid"
	switch {
	case c.Demonstration:
		origin = "demonstration"
	case s.host != "":
		origin = s.host
	}
	if err := s.log.Create(record.Meta{ID: id, Origin: origin + "/" + string(id)}); err != nil {
		return Answer{}, fmt.Errorf("%w: %w", asRefusal(err), err)
	}
	state := conversation.NewState()
	state.Slug = c.Slug
	h := s.start(id, state)
	// A convener who leaves before the answer must not leave half a conversation behind.
	a, err := h.do(context.WithoutCancel(ctx), ask)
	if err != nil {
		s.mu.Lock()
		delete(s.convs, c.Slug)
		s.order = slices.DeleteFunc(s.order, func(o string) bool { return o == c.Slug })
		s.mu.Unlock()
	}
	return a, err
}

// Do has an ask decided and answers when what became of it is durable: with what it made, with a
// refusal, or with an error after which the same ask may be sent again under the same token.
func (s *Secretariat) Do(ctx context.Context, slug string, ask conversation.Ask) (Answer, error) {
	h, err := s.house(slug)
	if err != nil {
		return Answer{}, err
	}
	if _, ok := ask.Command.(conversation.Convene); ok {
		return Answer{}, refusal.New(refusal.Conflict, "conversation.exists")
	}
	return h.do(ctx, ask)
}

func (h *house) do(ctx context.Context, ask conversation.Ask) (Answer, error) {
	if ask.Received.IsZero() {
		ask.Received = h.sec.now()
	}
	a := &asking{ask: ask, done: make(chan struct{})}
	select {
	case h.asks <- a:
	case <-ctx.Done():
		return Answer{}, ctx.Err()
	case <-h.sec.ctx.Done():
		return Answer{}, tryAgain()
	}
	// Once taken, an ask is answered: leaving early would leave its sender in doubt about nothing but
	// the answer, so a sender that gives up may come back with the same token.
	select {
	case <-a.done:
		return a.answer, a.err
	case <-ctx.Done():
		return Answer{}, ctx.Err()
	}
}

func tryAgain() error { return refusal.New(refusal.TryAgain, "try_again") }

// maxBatch is how many asks are decided in one turn.
const maxBatch = 256

// run is the writer of one conversation.
func (h *house) run() {
	batch := make([]*asking, 0, maxBatch)
	for {
		batch = batch[:0]
		select {
		case a := <-h.asks:
			batch = append(batch, a)
		case <-h.sec.ctx.Done():
			for {
				select {
				case a := <-h.asks:
					if a != nil {
						a.err = tryAgain()
						close(a.done)
					}
				default:
					return
				}
			}
		}
		runtime.Gosched() // let those who are about to ask: one turn serves them all
	drain:
		for len(batch) < maxBatch {
			select {
			case a := <-h.asks:
				batch = append(batch, a)
			default:
				break drain
			}
		}
		h.turn(batch)
	}
}

// turn decides a batch of asks and hands them to be committed.
func (h *house) turn(batch []*asking) {
	asks := make([]*asking, 0, len(batch))
	for _, a := range batch {
		if a != nil { // nil only wakes the writer
			asks = append(asks, a)
		}
	}
	turn, err := h.sec.log.Turn(h.sec.ctx, h.id)
	if err != nil {
		if h.failed.Load() {
			h.refold()
		}
		h.refuse(asks, err)
		return
	}
	// The state must be the fold of exactly what this turn writes on: after a failed batch the log is
	// made anew before anybody tells us.
	h.mu.RLock()
	same := h.state.Head == turn.Head()
	h.mu.RUnlock()
	if h.failed.Load() || !same {
		h.refold()
		h.mu.RLock()
		same = h.state.Head == turn.Head()
		h.mu.RUnlock()
		if !same {
			turn.Release()
			h.refuse(asks, fmt.Errorf("plenary: the state stands at %d, the record at %d", h.state.Head, turn.Head()))
			return
		}
	}
	var tokens []record.TokenHash
	for _, a := range asks {
		if a.ask.Token != "" {
			a.token = sha256.Sum256(fmt.Appendf(nil, "%s\x00%s\x00%s", h.id, a.ask.Scope, a.ask.Token))
			tokens = append(tokens, a.token)
		}
	}
	if err := turn.Foresee(tokens); err != nil {
		turn.Release()
		h.refuse(asks, err)
		return
	}
	before := turn.Head()
	h.erasing = nil
	h.mu.Lock()
	for _, a := range asks {
		a.answer, a.err = h.decide(turn, a.ask, a.token)
		if a.err != nil && len(refusal.Of(a.err)) == 0 {
			// A fault in the middle of an ask may have applied half of it: drop the whole turn.
			err = a.err
			break
		}
	}
	touched := h.state.Touched()
	head := turn.Head()
	h.mu.Unlock()
	if err != nil {
		turn.Release()
		h.failed.Store(true)
		h.epoch.Add(1)
		h.refold()
		h.refuse(asks, err)
		return
	}
	release := func() {
		for _, a := range asks {
			close(a.done)
		}
	}
	if head == before {
		turn.Release()
		if cite.Position(h.durable.Load()) >= head {
			release()
			return
		}
		epoch := h.epoch.Load()
		h.sec.wait.Go(func() { // refusals wait like answers for what they were decided on
			if h.waitDurable(h.sec.ctx, head, epoch) != nil {
				for _, a := range asks {
					a.answer, a.err = Answer{}, tryAgain()
				}
			}
			release()
		})
		return
	}
	erased := h.erasing
	turn.Commit(func(err error) {
		for _, p := range erased {
			h.words.drop(p)
		}
		if err != nil {
			h.sec.slog.Error("commit failed", "record", string(h.id), "err", err)
			h.failed.Store(true)
			h.epoch.Add(1)
			h.watch.wakeAll()
			for _, a := range asks {
				a.answer, a.err = Answer{}, asRefusal(err)
			}
			release()
			select {
			case h.asks <- nil: // fold again soon, not at the next ask
			default:
			}
			return
		}
		h.durable.Store(int64(head))
		h.watch.wake(head, touched)
		for _, r := range touched {
			if r.Kind() == 'k' {
				select {
				case h.sec.nudge <- struct{}{}:
				default:
				}
				break
			}
		}
		release()
	})
}

func (h *house) refuse(asks []*asking, err error) {
	for _, a := range asks {
		a.answer, a.err = Answer{}, asRefusal(err)
		close(a.done)
	}
}

// asRefusal turns a fault of the record into what a person can read.
func asRefusal(err error) error {
	switch {
	case errors.Is(err, record.ErrFull):
		return refusal.New(refusal.TryAgain, "record.full")
	case errors.Is(err, record.ErrReadOnly), errors.Is(err, record.ErrDamaged):
		return refusal.New(refusal.TryAgain, "record.read_only")
	}
	return tryAgain()
}

// unreadable makes of damage that was found while reading what a person can read, and writes it down.
func (s *Secretariat) unreadable(slug string, err error) error {
	if !errors.Is(err, record.ErrDamaged) {
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

// refold drops the state and folds it again from what is durable.
func (h *house) refold() {
	state := conversation.NewState()
	err := h.sec.fold(state, func(each func(record.Entry) error) error {
		return h.sec.log.Entries(h.sec.ctx, h.id, 1, 1<<40, each)
	})
	if err != nil {
		h.sec.slog.Error("cannot fold again", "record", string(h.id), "err", err)
		h.sec.log.Halt(h.id, err)
	}
	state.Touched()
	if state.Slug == "" {
		state.Slug = h.state.Slug
	}
	h.mu.Lock()
	h.state = state
	h.mu.Unlock()
	h.failed.Store(false)
	h.epoch.Add(1)
	h.watch.wakeAll()
}

// decide decides one ask and applies its facts.
func (h *house) decide(turn *record.Turn, ask conversation.Ask, th record.TokenHash) (Answer, error) {
	var digest [32]byte
	if ask.Token != "" {
		var err error
		if digest, err = digestOf(ask); err != nil {
			return Answer{}, err
		}
		first, err := turn.Recall(th)
		if err != nil {
			return Answer{}, err
		}
		if first != nil {
			if first.Digest != digest {
				return Answer{}, refusal.New(refusal.Conflict, "token.other")
			}
			return Answer{First: first.First, Last: first.First, Refs: first.Refs, Again: true}, nil
		}
	}
	facts, err := h.state.Decide(ask)
	if err != nil {
		return Answer{}, err
	}
	var out Answer
	for _, f := range facts {
		data, err := conversation.Encode(f.Body)
		if err != nil {
			return Answer{}, err
		}
		text, err := conversation.EncodeWords(f.Words)
		if err != nil {
			return Answer{}, err
		}
		if len(data) > record.MaxPart || len(text) > record.MaxPart {
			return Answer{}, refusal.New(refusal.TooLarge, "too_large")
		}
		at, err := turn.Append(record.New{Data: data, Text: text})
		if err != nil {
			return Answer{}, err
		}
		for _, p := range f.Erase {
			turn.Erase(p)
			h.erasing = append(h.erasing, p)
		}
		// What is applied is what a replay will read.
		fact, err := conversation.Decode(data)
		if err != nil {
			return Answer{}, err
		}
		if err := h.state.Apply(at, fact); err != nil {
			return Answer{}, err
		}
		if out.First == 0 {
			out.First = at.Position
		}
		out.Last = at.Position
		out.Refs = append(out.Refs, fact.Describe().Minted...)
	}
	if ask.Token != "" && out.First != 0 {
		turn.Remember(th, record.Outcome{Digest: digest, First: out.First, Refs: out.Refs})
	}
	return out, nil
}

// digestOf tells one command from another under the same token. An anonymous ask's numbers derive from
// its token and say nothing.
func digestOf(a conversation.Ask) ([32]byte, error) {
	b, err := json.Marshal(a.Command)
	if err != nil {
		return [32]byte{}, err
	}
	var who delegation.Party
	if a.Scope != "" {
		who = a.For
	}
	return sha256.Sum256(fmt.Appendf(nil, "%s\x00%d\x00%s", reflect.TypeOf(a.Command), who, b)), nil
}

func (h *house) waitDurable(ctx context.Context, p cite.Position, epoch int64) error {
	for {
		if h.epoch.Load() != epoch {
			return tryAgain()
		}
		if cite.Position(h.durable.Load()) >= p {
			return nil
		}
		wake := h.watch.any()
		if h.epoch.Load() != epoch || cite.Position(h.durable.Load()) >= p {
			continue
		}
		select {
		case <-wake:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Read lends the state of a conversation to f under the read lock and returns, when everything f may
// have seen is durable, the position that f saw. f must keep nothing of the state but copies.
func (s *Secretariat) Read(ctx context.Context, slug string, f func(*conversation.State) error) (cite.Position, error) {
	h, err := s.house(slug)
	if err != nil {
		return 0, err
	}
	h.mu.RLock()
	epoch := h.epoch.Load()
	head := h.state.Head
	err = f(h.state)
	h.mu.RUnlock()
	if werr := h.waitDurable(ctx, head, epoch); werr != nil {
		return 0, werr
	}
	return head, err
}

// WaitFor returns when a position is durable, at the latest after two seconds: a reader who acted sees
// their own act.
func (s *Secretariat) WaitFor(ctx context.Context, slug string, p cite.Position) {
	h, err := s.house(slug)
	if err != nil || cite.Position(h.durable.Load()) >= p {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	_ = h.waitDurable(ctx, p, h.epoch.Load())
}

// Watch returns the durable position when any of the references was touched after from, or with the
// context's error.
func (s *Secretariat) Watch(ctx context.Context, slug string, from cite.Position, refs ...cite.Ref) (cite.Position, error) {
	h, err := s.house(slug)
	if err != nil {
		return 0, err
	}
	var target cite.Position // the first change seen: under steady writing there is always a newer one
	for {
		wake, stop := h.watch.on(refs)
		h.mu.RLock()
		changed := h.state.Changed(refs...)
		h.mu.RUnlock()
		switch {
		case changed <= from:
			target = 0
		case target == 0 || changed < target:
			target = changed
		}
		if durable := cite.Position(h.durable.Load()); target > 0 && durable >= target {
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
	h, err := s.house(slug)
	if err != nil {
		return err
	}
	return s.log.Halted(h.id)
}

// Record gives the log and the id of a conversation's record, for checkpoints, tiles and receipts.
func (s *Secretariat) Record(slug string) (*record.Log, record.ID, error) {
	h, err := s.house(slug)
	if err != nil {
		return nil, "", err
	}
	return s.log, h.id, nil
}

// Durable is the last durable position of a conversation.
func (s *Secretariat) Durable(slug string) cite.Position {
	h, err := s.house(slug)
	if err != nil {
		return 0
	}
	return cite.Position(h.durable.Load())
}

// Changed is the last durable or coming position that touched any of the references; without a
// conversation, whether the list of conversations is the same (their number).
func (s *Secretariat) Changed(slug string, refs ...cite.Ref) cite.Position {
	h, err := s.house(slug)
	if err != nil {
		return 1 << 62
	}
	h.mu.RLock()
	defer h.mu.RUnlock()
	return h.state.Changed(refs...)
}
