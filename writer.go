package plenary

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/conversation/idempotency"
	"github.com/openplenary/plenary/internal/recent"
	"github.com/openplenary/plenary/internal/trace"
	"github.com/openplenary/plenary/internal/watch"
	"github.com/openplenary/plenary/record"
	"github.com/openplenary/plenary/refusal"
)

// writer writes one conversation: one goroutine decides what is asked, batch by batch.
type writer struct {
	id   record.ID
	slug string
	sec  *Secretariat
	asks chan *pendingAsk
	ctx  context.Context // ends with the Secretariat, or when the conversation was not convened after all
	stop context.CancelFunc
	over chan struct{} // closed when the writer takes no asks any more

	mu      sync.Mutex            // guards state and dropped, and is held while the state changes
	state   *conversation.State   // the fold of everything appended, durable or not
	dropped bool                  // the state is not that fold any more: nobody looks until it is folded again
	shown   atomic.Pointer[shown] // what readers look at, without the lock; nil where the state changed since
	solid   atomic.Pointer[shown] // the last state that was durable whole: it is shown while the storage is away
	absent  atomic.Bool           // the storage is away

	unread  atomic.Pointer[unread]          // why the state is not all of the record; nil where it is
	taken   atomic.Pointer[[]cite.Position] // see takeAway
	durable atomic.Int64
	stands  int64        // the epoch of the state that the turn stands on; the writer's goroutine alone looks
	epoch   atomic.Int64 // raised whenever something that was applied did not become durable

	watch *watch.Watchers
	words recent.Words
	came  decided // what others wrote and was folded, until it is asked whether it is durable; the writer's goroutine alone looks
}

// pendingAsk is an ask that waits for its answer.
type pendingAsk struct {
	ask    conversation.Ask
	token  record.TokenHash // of an ask with a token
	step   *trace.Span      // it is decided, then written; nil where nobody wants to know how long that takes
	answer Answer
	err    error
	done   chan struct{} // closed when answer and err are final
}

// rules are what the writer asks of a state. Tests replace them, to see what a rule that panics does.
type rules struct {
	decide func(*conversation.State, conversation.Ask) ([]conversation.Fact, error)
	apply  func(*conversation.State, cite.Entry, cite.Fact) error
}

func (w *writer) do(ctx context.Context, ask conversation.Ask) (Answer, error) {
	if ask.Received.IsZero() {
		ask.Received = w.sec.now()
	}
	a := &pendingAsk{ask: ask, done: make(chan struct{}), step: trace.Of(ctx).Step("decide")}
	select {
	case w.asks <- a:
	case <-ctx.Done():
		return Answer{}, ctx.Err()
	case <-w.over:
		return Answer{}, tryAgain()
	}
	// Once taken, an ask is answered: leaving early would leave its sender in doubt about nothing but the answer, so a sender that gives up may come back with the same token.
	for over := w.over; ; over = nil {
		select {
		case <-a.done:
			return a.answer, a.err
		case <-ctx.Done():
			return Answer{}, ctx.Err()
		case <-over: // perhaps before the ask was taken
			w.turnAway()
		}
	}
}

func tryAgain() error { return refusal.New(refusal.TryAgain, "try_again") }

// maxBatch is how many asks are decided in one turn.
const maxBatch = 256

// run is the writer's goroutine.
func (w *writer) run() {
	defer close(w.over)
	for w.ctx.Err() == nil {
		batch := make([]*pendingAsk, 0, 8) // kept until all of it is answered
		select {
		case a := <-w.asks:
			batch = append(batch, a)
		case <-w.ctx.Done():
			return
		}
		runtime.Gosched() // let those who are about to ask: one turn serves them all
		w.turn(w.gather(batch))
	}
}

// gather adds to a batch whoever asks by now.
func (w *writer) gather(batch []*pendingAsk) []*pendingAsk {
	for len(batch) < maxBatch {
		select {
		case a := <-w.asks:
			batch = append(batch, a)
		default:
			return batch
		}
	}
	return batch
}

// turnAway answers those who still wait when the writer ends.
func (w *writer) turnAway() {
	for {
		select {
		case a := <-w.asks:
			if a != nil {
				a.err = tryAgain()
				close(a.done)
			}
		default:
			return
		}
	}
}

// wakeUp has the writer take a turn soon, though nobody asks for anything.
func (w *writer) wakeUp() {
	select {
	case w.asks <- nil:
	default: // it has much to do, and takes a turn anyway
	}
}

// turn decides a batch of asks, and those that come until it has the turn. An ask whose rule fails is answered alone: all others are decided again without it.
func (w *writer) turn(batch []*pendingAsk) {
	for {
		d := &decided{asks: batch}
		failed := w.attempt(d)
		if failed == nil {
			return
		}
		batch = slices.DeleteFunc(d.asks, func(a *pendingAsk) bool { return a == failed })
		close(failed.done)
	}
}

// decided is a batch of asks on its way to the disk.
type decided struct {
	asks    []*pendingAsk
	head    cite.Position // after what they made
	state   *shown        // there
	epoch   int64         // when they were decided
	touched []cite.Ref
	erased  []cite.Position
}

// release answers everybody in the batch.
func (d *decided) release() {
	for _, a := range d.asks {
		a.step.End(false)
		close(a.done)
	}
}

// refuse answers everybody in the batch with a fault of the record.
func (d *decided) refuse(err error) {
	for _, a := range d.asks {
		a.answer, a.err = Answer{}, asRefusal(err)
	}
	d.release()
}

// attempt decides asks and hands them to be committed. It returns the ask whose rule failed, if one did: then nothing of the others was decided either, and the state is dropped.
func (w *writer) attempt(d *decided) *pendingAsk {
	turn, err := w.begin()
	d.asks = slices.DeleteFunc(w.gather(d.asks), func(a *pendingAsk) bool { return a == nil }) // nil only wakes the writer
	if err != nil {
		d.refuse(err)
		return nil
	}
	defer turn.Release() // does nothing after a commit
	d.epoch = w.stands
	if err := turn.LookupTokens(w.tokens(d.asks)); err != nil {
		d.refuse(err)
		return nil
	}
	before := turn.Head()
	if failed, err := w.decideAll(turn, d); err != nil {
		turn.Release()
		if failed == nil {
			w.sec.slog.Error("a turn was broken off", "record", string(w.id), "err", err)
			d.refuse(err)
			w.wakeUp()
		}
		return failed
	}
	if d.head == before {
		turn.Release()
		w.releaseLater(d)
		return nil
	}
	for _, a := range d.asks {
		a.step = a.step.Next("append")
	}
	turn.Commit(func(err error) { w.committed(d, err) })
	return nil
}

// tokens names the tokens of asks.
func (w *writer) tokens(asks []*pendingAsk) []record.TokenHash {
	var out []record.TokenHash
	for _, a := range asks {
		if a.ask.Token != "" {
			a.token = idempotency.Key(string(w.id), a.ask)
			out = append(out, a.token)
		}
	}
	return out
}

// begin takes the turn with the state at its head; another one after all of the record was folded, which may take longer than a turn lasts.
func (w *writer) begin() (*record.Turn, error) {
	for again := false; ; again = true {
		turn, err := w.sec.log.Turn(w.ctx, w.id)
		if w.isAway(err); errors.Is(err, record.ErrConflict) { // what others wrote just now may be lost
			time.AfterFunc(time.Second, w.wakeUp)
		}
		if err != nil {
			if _, dropped := w.standing(); dropped { // nothing is written any more, and everybody can read on
				err = errors.Join(err, w.refold(func(each func(record.Entry) error) error { return w.sec.log.Entries(w.ctx, w.id, 1, 1<<40, each) }))
			}
			return nil, err
		}
		anew, err := w.follow(turn)
		if err == nil && (again || !anew) {
			return turn, nil
		}
		turn.Release()
		if err != nil && !errors.Is(err, record.ErrConflict) {
			if _, dropped := w.standing(); w.isAway(err) || !dropped { // else what can be is folded anew, for those who read
				return nil, err
			}
		}
	}
}

// isAway reports whether the storage could not be reached. Then what is durable is shown, and the writer looks again soon.
func (w *writer) isAway(err error) bool {
	is := errors.Is(err, record.ErrAway)
	if w.absent.Swap(is); is {
		w.watch.WakeAll()
		time.AfterFunc(time.Second, w.wakeUp)
	}
	return is
}

// asItIs is the state as it is now: it is kept for when it is durable and the storage away.
func (w *writer) asItIs() *shown {
	defer w.lock(ForReading)()
	return &shown{state: w.state.Snapshot()}
}

// follow brings the state to the head of a turn: it folds what others wrote since, or, where the state was dropped, all of the record anew.
func (w *writer) follow(turn *record.Turn) (anew bool, err error) {
	var dropped bool
	w.stands, dropped = w.standing() // what is dropped from here on is of an epoch that has ended, and with it what is decided upon it
	told, folded := func() {}, dropped || w.state.Head != turn.Head()
	if anew = dropped || w.state.Head > turn.Head(); anew { // only this goroutine changes the state
		told = w.watch.WakeAll
		err = w.refold(func(each func(record.Entry) error) error { return turn.Tail(w.ctx, 0, each) })
	} else if w.state.Head < turn.Head() {
		err = w.halt(w.state, fold(func(each func(record.Entry) error) error { return turn.Tail(w.ctx, w.state.Head, each) }, w.applyAll))
	}
	if err == nil && w.state.Head != turn.Head() {
		err = fmt.Errorf("plenary: the state stands at %d, the record at %d", w.state.Head, turn.Head())
	}
	if folded && (err == nil || !anew) { // as far as it was; what nobody folded here is on its way, and tells by itself
		d := w.came
		w.came, d.head, d.epoch, d.state = decided{}, w.state.Head, w.stands, w.asItIs()
		turn.Settled(func(err error) { w.committed(&d, err); told() })
	}
	return anew, err
}

// applyAll folds entries into the state under the lock. Those who watch are told when they are durable.
func (w *writer) applyAll(entries []entry) error {
	defer w.lock(ForWriting)()
	for _, e := range entries {
		if err := w.sec.apply(w.state, e); err != nil {
			w.dropped = true
			return err
		}
	}
	w.came.touched, w.came.erased = append(w.came.touched, w.state.Touched()...), append(w.came.erased, erasedIn(entries)...)
	return nil
}

// lock takes the lock of the state and gives what lets it go. Whoever writes has the readers look anew afterwards, if anything was changed.
func (w *writer) lock(what Holding) (unlock func()) {
	w.mu.Lock()
	before, head := w.state, w.state.Head
	begun := time.Now()
	return func() {
		if w.state != before || w.state.Head != head || w.dropped {
			w.shown.Store(nil)
		}
		w.mu.Unlock()
		if w.sec.held != nil {
			w.sec.held(what, time.Since(begun))
		}
	}
}

// halt passes on why entries that are on the record could not be read, or folded into a state. Unless an earlier batch
// failed, the storage is away, or the writer ends, nothing is written on that record any more.
func (w *writer) halt(state *conversation.State, err error) error {
	if err = w.mayBeLost(state, err); err == nil || errors.Is(err, record.ErrConflict) || errors.Is(err, record.ErrAway) || w.ctx.Err() != nil {
		return err
	}
	w.sec.slog.Error("cannot fold", "record", string(w.id), "err", err)
	w.sec.log.Halt(w.id, err)
	return err
}

// mayBeLost passes on why an entry could not be folded into a state: as a conflict where others wrote it just now, and it may be lost. The next turn knows.
func (w *writer) mayBeLost(state *conversation.State, err error) error {
	if err != nil && !errors.Is(err, record.ErrAway) && state.Head >= w.sec.log.Durable(w.id) {
		err = fmt.Errorf("%w: %w", record.ErrConflict, err)
	}
	return err
}

// lookOut wakes the writer when somebody else has written on the record.
func (w *writer) lookOut() {
	head, err := w.sec.log.Follow(w.ctx, w.id, 0)
	for ; err == nil; head, err = w.sec.log.Follow(w.ctx, w.id, head) {
		w.wakeUp()
	}
	if w.ctx.Err() == nil {
		w.sec.slog.Error("cannot look out for what others write", "record", string(w.id), "err", err)
	}
}

// standing gives the epoch of the state, and whether it was dropped.
func (w *writer) standing() (epoch int64, dropped bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.epoch.Load(), w.dropped
}

// drop says that the state holds what will not be on the record. What was decided in an earlier epoch was dropped already, and perhaps folded again since.
func (w *writer) drop(epoch int64) {
	defer w.lock(ForWriting)()
	if w.epoch.CompareAndSwap(epoch, epoch+1) {
		w.dropped = true
	}
}

// refold makes the state anew. What could be folded is shown, whatever comes after it.
func (w *writer) refold(read func(func(record.Entry) error) error) error {
	state, err := w.sec.replay(conversation.NewState(), read)
	if err = w.mayBeLost(state, err); errors.Is(err, record.ErrConflict) || w.isAway(err) || w.ctx.Err() != nil {
		return err // the state stays dropped: it is folded again by the next turn
	}
	if state.Slug == "" {
		state.Slug = w.slug
	}
	w.words.Clear()
	taken, unlisted := w.sec.restrict(w.id, state)
	w.notRead(state, errors.Join(err, unlisted))
	w.takeAway(taken)
	w.publish(state)
	return w.halt(state, err)
}

// unread says that the entries of a record from a position on could not be read or folded.
type unread struct {
	from cite.Position
	why  error
}

// notRead notes from where on a record could not be read or folded, if it could not. What stands there may be what
// took words away or kept them from somebody: so nothing is shown of the conversation then.
func (w *writer) notRead(state *conversation.State, err error) {
	from, why := w.sec.log.Unread(w.id)
	if err != nil && from == 0 && (state.Head < w.sec.log.Durable(w.id) || errors.Is(err, ErrUnlisted)) {
		from, why = state.Head+1, err
	}
	if from == 0 {
		w.unread.Store(nil)
		return
	}
	w.unread.Store(&unread{from, why})
}

// readable refuses where the state is not all of the record.
func (w *writer) readable() error {
	if u := w.unread.Load(); u != nil {
		key := "record.unread"
		if errors.Is(u.why, ErrUnlisted) {
			key = "record.unlisted"
		}
		return fmt.Errorf("%w: %w", refusal.New(refusal.TryAgain, key, "position", int64(u.from)), u.why)
	}
	return nil
}

// takeAway has the words not read any more that were erased in entries that are missing: they are still stored.
func (w *writer) takeAway(taken []cite.Position) { w.taken.Store(&taken) }

// isTaken reports whether the words of an entry are not to be read.
func (w *writer) isTaken(p cite.Position) bool {
	taken := w.taken.Load()
	return taken != nil && slices.Contains(*taken, p)
}

// publish shows a state that was folded aside.
func (w *writer) publish(state *conversation.State) {
	w.replace(state)
	w.durable.Store(max(w.durable.Load(), int64(w.sec.log.Durable(w.id)))) // others wrote
	if int64(state.Head) == w.durable.Load() {
		w.solid.Store(w.asItIs())
	}
	w.watch.WakeAll()
}

func (w *writer) replace(state *conversation.State) {
	defer w.lock(ForWriting)()
	w.state, w.dropped = state, false
}

// decideAll decides the asks of a turn, one after the other, each seeing what those before it made. No
// reader looks in between. An error says that all of it is void; failed is the ask whose fault it is, nil
// where it is the record's.
func (w *writer) decideAll(turn *record.Turn, d *decided) (failed *pendingAsk, err error) {
	defer w.lock(ForWriting)()
	for _, a := range d.asks {
		own, err := w.decideOne(turn, d, a)
		if err == nil {
			continue
		}
		w.dropped = true
		if own {
			a.answer, a.err = Answer{}, err
			return a, err
		}
		return nil, err
	}
	d.touched, d.head = w.state.Touched(), turn.Head()
	if turn.Distant() { // with each batch: what is changed after it is copied
		d.state = &shown{state: w.state.Snapshot()}
	}
	return nil, nil
}

// decideOne decides one ask. An error breaks the turn off; own says that it is the ask's own fault: a rule panicked, or what it made cannot be folded.
func (w *writer) decideOne(turn *record.Turn, d *decided, a *pendingAsk) (own bool, err error) {
	defer func() {
		if p := recover(); p != nil {
			w.sec.slog.Error("a rule panicked", "record", string(w.id), "command", fmt.Sprintf("%T", a.ask.Command), "panic", p, "stack", string(debug.Stack()))
			own, err = true, fmt.Errorf("plenary: deciding %T: a rule panicked: %v", a.ask.Command, p)
		}
	}()
	a.answer, a.err = Answer{}, nil
	digest, first, err := w.lookUp(turn, a)
	if err != nil || first != nil {
		if first != nil {
			a.answer = Answer{First: first.First, Last: first.First, Refs: first.Refs, Again: true}
		}
		return w.refused(a, err)
	}
	entries, err := w.sec.prepare(w.state, a.ask)
	if err != nil {
		return w.refused(a, err)
	}
	// From here on everything of the ask comes, or the whole turn goes.
	var out Answer
	for _, e := range entries {
		at, err := turn.Append(record.New{Data: e.data, Text: e.text})
		if err != nil {
			return false, err
		}
		e.at = at
		if err := w.sec.apply(w.state, e.entry); err != nil {
			return true, err
		}
		d.erased = append(d.erased, e.erased...)
		out.First = cmp.Or(out.First, at.Position)
		out.Last = at.Position
		out.Refs = append(out.Refs, e.fact.Describe().Minted...)
	}
	if a.ask.Token != "" && out.First != 0 {
		turn.Remember(a.token, record.TokenResult{Digest: digest, First: out.First, Refs: out.Refs})
	}
	a.answer = out
	return false, nil
}

// refused notes why an ask makes nothing. What is not a refusal is written down: the ask is answered with an internal error, and everybody else goes on.
func (w *writer) refused(a *pendingAsk, err error) (bool, error) {
	if errors.Is(err, errOutcome) {
		return false, err
	}
	if a.err = err; err != nil && len(refusal.Of(err)) == 0 {
		w.sec.slog.Error("an ask cannot be decided", "record", string(w.id), "command", fmt.Sprintf("%T", a.ask.Command), "err", err)
	}
	return false, nil
}

// errOutcome says that what became of an earlier ask cannot be read.
var errOutcome = errors.New("plenary: an earlier outcome cannot be read")

// lookUp finds what became of an earlier ask with the same token: the first answer for the same command, a refusal for another.
func (w *writer) lookUp(turn *record.Turn, a *pendingAsk) (digest [32]byte, first *record.TokenResult, err error) {
	if a.ask.Token == "" {
		return digest, nil, nil
	}
	if digest, err = idempotency.Digest(a.ask); err != nil {
		return digest, nil, err
	}
	if first, err = turn.Outcome(a.token); err != nil {
		return digest, nil, fmt.Errorf("%w: %w", errOutcome, err)
	}
	if first != nil && first.Digest != digest {
		return digest, nil, refusal.New(refusal.Conflict, "token.other")
	}
	return digest, first, nil
}

// prepared is a fact of an ask, ready to be appended.
type prepared struct {
	entry      // what a replay will read out of the data
	data, text []byte
	erased     []cite.Position
}

// prepare decides an ask and makes everything that it would append, so that an ask that cannot be written
// whole is refused before anything of it is.
func (s *Secretariat) prepare(state *conversation.State, ask conversation.Ask) ([]prepared, error) {
	state.House = s.house.Load()
	facts, err := s.rules.decide(state, ask)
	if err != nil {
		return nil, err
	}
	out := make([]prepared, len(facts))
	for i, f := range facts {
		p := &out[i]
		if p.data, err = conversation.Encode(f.Body); err != nil {
			return nil, err
		}
		if p.text, err = conversation.EncodeWords(f.Words); err != nil {
			return nil, err
		}
		if len(p.data) > record.MaxPart || len(p.text) > record.MaxPart {
			return nil, refusal.New(refusal.TooLarge, "too_large")
		}
		if p.fact, err = conversation.Decode(p.data); err != nil {
			return nil, err
		}
		if p.erased = erased(p.fact); !slices.Equal(p.erased, f.Erase) {
			return nil, fmt.Errorf("plenary: %T says that it erases %v, and would erase %v", f.Body, p.erased, f.Erase)
		}
	}
	return out, nil
}

// releaseLater answers a batch of which nothing went on the record: refusals and repeated answers wait like
// answers for what they were decided on.
func (w *writer) releaseLater(d *decided) {
	if cite.Position(w.durable.Load()) >= d.head {
		d.release()
		return
	}
	w.sec.wait.Go(func() {
		if w.waitDurable(w.sec.ctx, d.head, d.epoch) != nil {
			d.refuse(tryAgain())
			return
		}
		d.release()
	})
}

// committed is called when a batch is durable, or is known not to be.
func (w *writer) committed(d *decided, err error) {
	if err != nil {
		w.sec.slog.Error("commit failed", "record", string(w.id), "err", err)
		w.drop(d.epoch)
		w.watch.WakeAll()
		d.refuse(err)
		w.wakeUp() // fold again soon, not at the next ask
		return
	}
	if d.state != nil {
		w.solid.Store(d.state)
	}
	w.arrived(d.head, d.touched, d.erased)
	d.release()
}

// arrived says that what was folded up to a position is durable.
func (w *writer) arrived(head cite.Position, touched []cite.Ref, erased []cite.Position) {
	for _, p := range erased {
		w.words.Drop(p)
	}
	w.durable.Store(int64(head))
	w.watch.Wake(touched)
	if slices.ContainsFunc(touched, func(r cite.Ref) bool { return r.Kind() == 'k' || r == conversation.AnyPoll }) {
		w.sec.wakeTimekeeper()
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

func (w *writer) waitDurable(ctx context.Context, p cite.Position, epoch int64) error {
	for {
		durable := cite.Position(w.durable.Load()) >= p // first: once something was lost, what becomes durable there is something else
		if w.epoch.Load() != epoch {
			return tryAgain()
		} else if durable {
			return nil
		}
		wake := w.watch.Any()
		if w.epoch.Load() != epoch || cite.Position(w.durable.Load()) >= p {
			continue
		}
		select {
		case <-wake:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
