package plenary_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/record"
	"github.com/openplenary/plenary/record/postgres"
	"github.com/openplenary/plenary/record/postgres/postgrestest"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/settings"
)

func TestMain(m *testing.M) { postgrestest.Main(m) }

// node is another Secretariat over the same storage, as another process is.
func (w *world) node() *world { return newWorld(w.t, w.engine) }

// foretells writes what no version of the program knows on the record, durably.
func (w *world) foretells() {
	w.t.Helper()
	own, id, err := w.sec.Record("ferries")
	if err != nil {
		w.t.Fatal(err)
	}
	turn, err := own.Turn(w.t.Context(), id)
	if err != nil {
		w.t.Fatal(err)
	}
	if _, err := turn.Append(record.New{Data: []byte("weather.foretold/1\n{}")}); err != nil {
		w.t.Fatal(err)
	}
	done := make(chan error, 1)
	turn.Commit(func(err error) { done <- err })
	if err := <-done; err != nil {
		w.t.Fatal(err)
	}
}

// at waits until a Secretariat has come to a position.
func (w *world) at(p cite.Position) {
	w.t.Helper()
	for {
		is := w.sec.Durable("ferries") // looked at once: from where it is by now nothing more may come
		if is >= p {
			return
		}
		if _, err := w.sec.Watch(w.t.Context(), "ferries", is, conversation.Anything); err != nil {
			w.t.Fatal(err)
		}
	}
}

// TestTwoNodes: two Secretariats over one storage write at the same time. Both come to one state, which is
// that of a replay; a token that one of them has seen is known to the other; nobody folds all of it anew
// because the other wrote.
func TestTwoNodes(t *testing.T) {
	w := ferries(t)
	nodesWrite(t, []*world{w, w.node()}, w.node)
}

// TestNodesOnPostgres: the same over one PostgreSQL server, with three Secretariats that have connections of their own.
func TestNodesOnPostgres(t *testing.T) {
	url, _ := postgrestest.Shared(t).Database(t)
	w := onPostgres(t, url)
	w.convene()
	nodesWrite(t, []*world{w, onPostgres(t, url), onPostgres(t, url)}, func() *world { return onPostgres(t, url) })
}

// onPostgres is a Secretariat over a PostgreSQL database.
func onPostgres(t *testing.T, url string) *world {
	t.Helper()
	e, err := postgres.Open(t.Context(), postgres.Options{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	w := over(t, e)
	t.Cleanup(func() { _ = w.sec.Close() })
	return w
}

// nodesWrite has several Secretariats over one storage write at the same time. replay makes one more.
func nodesWrite(t *testing.T, nodes []*world, replay func() *world) {
	var folds, first sync.Map // entries folded by each node
	for _, n := range nodes {
		t.Cleanup(func() { _ = n.sec.Close() })
		n.sec.Rules(nil, func(st *conversation.State, at cite.Entry, fact cite.Fact) error {
			if _, twice := folds.LoadOrStore([2]any{n, at.Position}, true); twice {
				t.Errorf("entry %d is folded twice", at.Position)
			}
			return st.Apply(at, fact)
		})
	}
	const callers, each = 4, 15
	var wg sync.WaitGroup
	for i, n := range nodes {
		for c := range callers {
			wg.Go(func() {
				for x := range each {
					token := fmt.Sprintf("t%d.%d", c, x) // the same on both nodes: one of them is first
					a, err := n.sec.Do(t.Context(), "ferries", submit(c*100+x, token))
					if err != nil {
						t.Error(i, err)
						return
					}
					if was, again := first.LoadOrStore(token, a.First); again && was != a.First {
						t.Errorf("a token has two answers: %v and %v", was, a.First)
					}
					if _, err := n.sec.Do(t.Context(), "ferries", submit(10000*(i+1)+c*100+x, "")); err != nil {
						t.Error(i, err)
						return
					}
				}
			})
		}
	}
	wg.Wait()
	var head cite.Position
	for _, n := range nodes {
		head = max(head, n.sec.Durable("ferries"))
	}
	again := replay()
	defer again.sec.Close()
	want, at, received := again.digest()
	if at != head || received != (len(nodes)+1)*callers*each {
		t.Errorf("%d received, at %d of %d", received, at, head)
	}
	for i, n := range nodes {
		n.at(head)
		if is, at, received := n.digest(); is != want {
			t.Errorf("node %d has another state than a replay: %d at %d", i, received, at)
		}
	}
}

// TestReadingWhileAway: while the storage is away nothing is written, and everybody is told; what was durable is read on, also
// where something had been decided on top of it. When the storage is back, both go on by themselves.
func TestReadingWhileAway(t *testing.T) {
	w := ferries(t)
	w.must(submit(1, ""))
	before, at, _ := w.digest()
	w.engine.late = make(chan func(), 10)
	answered := make(chan error, 1)
	go func() {
		_, err := w.sec.Do(t.Context(), "ferries", submit(2, ""))
		answered <- err
	}()
	commit := <-w.engine.late
	w.engine.away.Store(true)
	w.engine.fail.Store(&errAway)
	commit()
	if err := <-answered; kindOf(err) != refusal.TryAgain {
		t.Error(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	seen, err := w.sec.Read(ctx, "ferries", func(st *conversation.State) error {
		if is := st.Digest(); is != before || st.Head != at {
			t.Errorf("another state is read at %d than was durable at %d", st.Head, at)
		}
		return nil
	})
	if err != nil || seen != at {
		t.Errorf("read at %d: %v", seen, err)
	}
	if _, err := w.sec.Do(ctx, "ferries", submit(3, "")); kindOf(err) != refusal.TryAgain {
		t.Error("written on:", err)
	}
	if why := w.sec.Standing("ferries").ReadOnly; !errors.Is(why, record.ErrAway) {
		t.Errorf("nobody is told: %v", why)
	}
	w.engine.away.Store(false)
	w.engine.fail.Store(nil)
	go func() { (<-w.engine.late)() }()
	a, err := w.sec.Do(ctx, "ferries", submit(4, ""))
	if err != nil || a.First != at+1 {
		t.Errorf("then written at %d: %v", a.First, err)
	}
	if _, at, n := w.digest(); at != a.Last || n != 2 {
		t.Errorf("%d received at %d", n, at)
	}
	if why := w.sec.Standing("ferries").ReadOnly; why != nil {
		t.Errorf("still: %v", why)
	}
}

// TestReadingOnWhileInDoubt: what is durable is read on while the storage is away also where more had been decided before that was durable.
func TestReadingOnWhileInDoubt(t *testing.T) {
	w := ferries(t)
	w.engine.late = make(chan func(), 10)
	answered := make(chan error, 2)
	var commits []func()
	for n := range 2 {
		go func() {
			_, err := w.sec.Do(t.Context(), "ferries", submit(n, ""))
			answered <- err
		}()
		commits = append(commits, <-w.engine.late)
	}
	commits[0]()
	if err := <-answered; err != nil {
		t.Fatal(err)
	}
	w.engine.away.Store(true)
	w.engine.fail.Store(&errAway)
	commits[1]()
	if err := <-answered; kindOf(err) != refusal.TryAgain {
		t.Error(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	at, err := w.sec.Read(ctx, "ferries", func(st *conversation.State) error {
		if n := st.Consultation.Total().Received; n != 1 {
			t.Errorf("%d received", n)
		}
		return nil
	})
	if err != nil || at != w.sec.Durable("ferries") {
		t.Errorf("read at %d of %d: %v", at, w.sec.Durable("ferries"), err)
	}
}

// TestReadWhereOthersCannotBeFolded: what another node wrote cannot be folded here, and what there is before it can neither be read nor keeps anybody
// waiting who asks for nothing else.
func TestReadWhereOthersCannotBeFolded(t *testing.T) {
	w := ferries(t)
	other := w.node()
	defer other.sec.Close()
	bad := w.sec.Durable("ferries") + 1
	other.sec.Rules(nil, func(st *conversation.State, at cite.Entry, fact cite.Fact) error {
		if at.Position == bad {
			panic("a fact")
		}
		return st.Apply(at, fact)
	})
	w.must(submit(1, ""))
	for other.sec.Halted("ferries") == nil {
		runtime.Gosched()
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	_, err := other.sec.Read(ctx, "ferries", func(*conversation.State) error { return nil })
	if rs := refusal.Of(err); len(rs) != 1 || rs[0].Key != "record.unread" || ctx.Err() != nil {
		t.Error(err)
	}
}

// TestWokenByTheOther: who watches at one node is told what was written at the other, with nothing asked of
// the first; and what was erased at the other is read at the first no more.
func TestWokenByTheOther(t *testing.T) {
	w := ferries(t)
	other := w.node()
	defer other.sec.Close()
	from := other.sec.Durable("ferries")
	told := make(chan cite.Position, 1)
	go func() {
		p, err := other.sec.Watch(t.Context(), "ferries", from, "p1.x1")
		if err != nil {
			t.Error(err)
		}
		told <- p
	}()
	a := w.must(submit(1, ""))
	if p := <-told; p < a.Last {
		t.Errorf("told at %d of what stands at %d", p, a.Last)
	}
	words, err := other.sec.Words(t.Context(), "ferries", []cite.Position{a.First})
	if err != nil || len(words) != 1 {
		t.Fatalf("the other's words: %v %v", words, err)
	}
	e := w.must(conversation.Ask{By: officer, Command: conversation.Erase{Contribution: a.Refs[0], Ground: "personal_data"}})
	other.at(e.Last)
	if words, err := other.sec.Words(t.Context(), "ferries", []cite.Position{a.First}); err != nil || len(words) != 0 {
		t.Errorf("erased at the other, kept here: %v %v", words, err)
	}
}

// TestErasedWhileFolding: what was erased at another node while this one has to fold everything again is read here
// no more.
func TestErasedWhileFolding(t *testing.T) {
	w := ferries(t)
	other := w.node()
	defer other.sec.Close()
	a := w.must(submit(1, ""))
	other.at(a.Last)
	read := func() int {
		t.Helper()
		words, err := other.sec.Words(t.Context(), "ferries", []cite.Position{a.First})
		if err != nil {
			t.Fatal(err)
		}
		return len(words)
	}
	if read() != 1 {
		t.Fatal("no words")
	}
	// The other has something on its way, which will fail; the erasure waits for its turn behind it.
	w.engine.late = make(chan func(), 10)
	answered := make(chan error, 1)
	go func() {
		_, err := other.sec.Do(t.Context(), "ferries", submit(2, ""))
		answered <- err
	}()
	commit := <-w.engine.late
	erased := make(chan plenary.Answer, 1)
	go func() {
		e, err := w.sec.Do(t.Context(), "ferries", conversation.Ask{By: officer, Command: conversation.Erase{Contribution: a.Refs[0], Ground: "personal_data"}})
		if err != nil {
			t.Error(err)
		}
		erased <- e
	}()
	for !(*w.engine.right.Load()).Wanted() {
		runtime.Gosched()
	}
	full := error(record.ErrFull)
	w.engine.fail.Store(&full)
	commit()
	if err := <-answered; kindOf(err) != refusal.TryAgain {
		t.Error(err)
	}
	w.engine.fail.Store(nil)
	(<-w.engine.late)()
	other.at((<-erased).Last)
	if read() != 0 {
		t.Error("erased at the other, kept here")
	}
}

// TestFailuresInARow: two batches that fail one upon the other, and one after them: what was released is in the
// state.
func TestFailuresInARow(t *testing.T) {
	w := ferries(t)
	w.engine.late = make(chan func(), 100)
	go func() {
		for commit := range w.engine.late {
			runtime.Gosched() // others are decided meanwhile
			commit()
		}
	}()
	t.Cleanup(func() { close(w.engine.late) })
	full := error(record.ErrFull)
	for i := range 50 {
		w.engine.fail.Store(&full)
		var wg sync.WaitGroup
		for k := range 3 {
			wg.Go(func() { _, _ = w.sec.Do(t.Context(), "ferries", submit(1000*i+k, "")) })
		}
		wg.Wait()
		w.engine.fail.Store(nil)
		a, err := w.sec.Do(t.Context(), "ferries", submit(1000*i+10, ""))
		for kindOf(err) == refusal.TryAgain { // decided on what was about to fail
			a, err = w.sec.Do(t.Context(), "ferries", submit(1000*i+10, ""))
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.sec.Read(t.Context(), "ferries", func(st *conversation.State) error {
			if _, ok := st.Consultation.Row(a.Refs[0]); !ok || st.Head < a.Last {
				t.Errorf("%s was released at %d; the state stands at %d", a.Refs[0], a.Last, st.Head)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
}

// TestDiscoveredWhileAway: a conversation that another node convened just before the storage could not be read for a while is taken in as soon as it
// can, and is written to.
func TestDiscoveredWhileAway(t *testing.T) {
	first := newWorld(t, &failing{Memory: record.NewMemory()})
	defer first.sec.Close()
	s := &shaky{Memory: first.engine.Memory, say: make(chan error)}
	all := func() cite.Position { return 1 << 40 }
	s.known.Store(&all)
	second := over(t, s)
	defer second.sec.Close()
	first.convene()
	s.gone.Store(true)
	if err := second.sec.Discover(t.Context()); !errors.Is(err, record.ErrAway) {
		t.Error("while it is away: ", err)
	}
	s.gone.Store(false)
	if err := second.sec.Discover(t.Context()); err != nil {
		t.Error(err)
	}
	second.must(submit(1, ""))
}

// TestUnknownKind: an entry of a kind that only a newer Plenary knows, written by another node, stops writing
// here and not reading.
func TestUnknownKind(t *testing.T) {
	w := ferries(t)
	w.must(submit(1, ""))
	var logged bytes.Buffer
	log, err := record.Open(w.engine, record.Options{Key: w.log.Key(), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	sec, err := plenary.NewSecretariat(t.Context(), plenary.Options{Log: log, Now: time.Now, Random: rand.Reader, Secret: make([]byte, 32), Logger: slog.New(slog.NewTextHandler(&logged, nil))})
	if err != nil {
		t.Fatal(err)
	}
	w.foretells()
	if _, err := sec.Do(t.Context(), "ferries", submit(2, "")); kindOf(err) != refusal.TryAgain {
		t.Error("written on top of what is not understood:", err)
	}
	if sec.Halted("ferries") == nil {
		t.Error("nobody is told that the record is read only")
	}
	if _, err := sec.Read(t.Context(), "ferries", func(st *conversation.State) error {
		if n := st.Consultation.Total().Received; n != 1 {
			t.Errorf("%d received", n)
		}
		return nil
	}); err != nil {
		t.Error("reading stops:", err)
	}
	if err := sec.Close(); err != nil {
		t.Error(err)
	}
	if !strings.Contains(logged.String(), "unknown kind") {
		t.Error("nobody wrote down why")
	}
}

// TestEraseIsNamed: a fact may erase only what its entry says, for that is what a replay will read.
func TestEraseIsNamed(t *testing.T) {
	w := ferries(t)
	a := w.must(submit(1, ""))
	w.sec.Rules(func(st *conversation.State, ask conversation.Ask) ([]conversation.Fact, error) {
		facts, err := st.Decide(ask)
		if _, ok := ask.Command.(consultation.Submit); ok && err == nil {
			facts[0].Erase = []cite.Position{a.First}
		}
		return facts, err
	}, nil)
	if _, err := w.sec.Do(context.Background(), "ferries", submit(2, "")); err == nil || len(refusal.Of(err)) > 0 {
		t.Error("erased, and no entry says so:", err)
	}
	if words, err := w.sec.Words(t.Context(), "ferries", []cite.Position{a.First}); err != nil || len(words) != 1 {
		t.Errorf("%v %v", words, err)
	}
}

// TestTimersOnNodes: three nodes that keep time at once write what is due once. And what one convenes the others find, also where two want one address.
func TestTimersOnNodes(t *testing.T) {
	url, _ := postgrestest.Shared(t).Database(t)
	w := onPostgres(t, url)
	others := []*world{onPostgres(t, url), onPostgres(t, url)}
	w.convene() // its call is open, and nobody has written that yet
	nodes := append(others, w)
	var one sync.Mutex // as the database is elsewhere
	for _, n := range nodes {
		n.sec.SetAlone(func(context.Context) (func(), error) { one.Lock(); return one.Unlock, nil })
		if err := n.sec.Discover(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	before := w.sec.Durable("ferries")
	var wg sync.WaitGroup
	var convened atomic.Int32
	for _, n := range nodes {
		n.at(before)
		for range 3 {
			wg.Go(func() {
				if _, err := n.sec.Tick(t.Context(), "ferries", time.Time{}); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Go(func() {
			en := func(s string) locale.Text { return locale.Plain(locale.English, s) }
			_, err := n.sec.Convene(t.Context(), conversation.Ask{By: officer, Command: conversation.Convene{Slug: "bridges", Title: en("Bridges"), Languages: []locale.Lang{locale.English},
				Categories: []settings.Label{{ID: "individual", Name: en("Individual")}}, Officer: officer}})
			if err == nil {
				convened.Add(1)
			} else if refusal.Of(err) == nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if convened.Load() != 1 {
		t.Errorf("one address was given to %d conversations", convened.Load())
	}
	for i, n := range nodes {
		n.at(before + 1)
		if after := n.sec.Durable("ferries"); after != before+1 || n.sec.Lag("ferries") != 0 {
			t.Errorf("node %d: %d entries were written, it lags by %d", i, after-before, n.sec.Lag("ferries"))
		}
		if err := n.sec.Discover(t.Context()); err != nil || !slices.Contains(n.sec.Conversations(), "bridges") || len(n.sec.Conversations()) != 2 {
			t.Errorf("node %d knows %v: %v", i, n.sec.Conversations(), err)
		}
	}
}
