package postgres_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/record"
	"github.com/openplenary/plenary/record/postgres"
	"github.com/openplenary/plenary/record/postgres/postgrestest"
	"github.com/openplenary/plenary/record/recordtest"
)

// node is a log with an engine and connections of its own, as another process has them.
type node struct {
	*record.Log
	engine *postgres.Engine
}

func open(t testing.TB, o postgres.Options) node {
	t.Helper()
	e, err := postgres.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	high, err := record.OpenHighWater(t.TempDir()+"/high", false)
	if err != nil {
		t.Fatal(err)
	}
	l, err := record.Open(e, record.Options{Key: recordtest.Key(t), Now: time.Now, High: high})
	if err != nil {
		t.Fatal(err)
	}
	ms, err := l.Records()
	for _, m := range ms {
		err = errors.Join(err, l.Load(t.Context(), m.ID, func(record.Entry) error { return nil }))
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return node{l, e}
}

func create(t testing.TB, url string) record.ID {
	t.Helper()
	n := open(t, postgres.Options{URL: url})
	id, err := n.NewID()
	if err == nil {
		err = n.Create(record.Meta{ID: id, Origin: "test.invalid/" + string(id)})
	}
	if err = errors.Join(err, n.Close()); err != nil {
		t.Fatal(err)
	}
	return id
}

// write writes one entry, with a token of its own.
func (n node) write(ctx context.Context, id record.ID, body string) (cite.Position, error) {
	turn, err := n.Turn(ctx, id)
	if err != nil {
		return 0, err
	}
	e, err := turn.Append(record.New{Data: []byte(body), Text: []byte("text of " + body)})
	if err != nil {
		turn.Release()
		return 0, err
	}
	turn.Remember(record.TokenHash([]byte(fmt.Sprintf("%-32s", body))), record.TokenResult{First: e.Position})
	done := make(chan error, 1)
	turn.Commit(func(err error) { done <- err })
	return e.Position, <-done
}

// ledger is what those who wrote were told.
type ledger struct {
	mu      sync.Mutex
	acked   map[string]cite.Position
	refused map[string]bool
	why     map[string]int // what was refused, by its words
	other   []error
}

func newLedger() *ledger {
	return &ledger{acked: map[string]cite.Position{}, refused: map[string]bool{}, why: map[string]int{}}
}

// told notes an answer. Whoever is told that nothing was written tries again in other words.
func (l *ledger) told(body string, p cite.Position, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case err == nil:
		l.acked[body] = p
	case errors.Is(err, record.ErrNotWritten), errors.Is(err, record.ErrConflict), errors.Is(err, record.ErrFull):
		l.refused[body] = true
		l.why[err.Error()]++
	default:
		l.other = append(l.other, err)
	}
}

// check holds what is stored against what was told: everything acknowledged once and where it was said to be, nothing of
// what was said not to be written, the tree sound, each token with its entry.
func (l *ledger) check(t *testing.T, url string, id record.ID) {
	t.Helper()
	n := open(t, postgres.Options{URL: url})
	found := map[string]cite.Position{}
	err := n.Entries(t.Context(), id, 1, 1<<30, func(e record.Entry) error {
		if at, twice := found[string(e.Data)]; twice {
			t.Errorf("%q stands at %d and %d", e.Data, at, e.Position)
		}
		found[string(e.Data)] = e.Position
		if l.refused[string(e.Data)] {
			t.Errorf("%q was said not to be written, and stands at %d", e.Data, e.Position)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	lost := 0
	for body, p := range l.acked {
		if found[body] != p {
			lost++
		}
	}
	if _, err := n.Verify(t.Context(), id); err != nil {
		t.Error(err)
	}
	if err := n.engine.Check(t.Context()); err != nil {
		t.Error(err)
	}
	hs := []record.TokenHash{}
	for body := range found {
		hs = append(hs, record.TokenHash([]byte(fmt.Sprintf("%-32s", body))))
	}
	outcomes, err := n.engine.Tokens(id, hs)
	if err != nil || len(outcomes) != len(found) {
		t.Errorf("%d entries with %d tokens: %v", len(found), len(outcomes), err)
	}
	if lost > 0 || len(l.other) > 0 {
		t.Errorf("%d acknowledged, %d of them lost; %d answers that say neither: %v", len(l.acked), lost, len(l.other), l.other[:min(3, len(l.other))])
	}
	t.Logf("%d acknowledged, %d refused, %d stored; %v", len(l.acked), len(l.refused), len(found), l.why)
}

// writers has several callers at each node write until stop is closed, at least once each.
func writers(ctx context.Context, nodes []node, id record.ID, l *ledger, stop <-chan struct{}) *sync.WaitGroup {
	var wg sync.WaitGroup
	for _, n := range nodes {
		for range 4 {
			wg.Go(func() {
				for {
					body := rand.Text()
					p, err := n.write(ctx, id, body)
					l.told(body, p, err)
					select {
					case <-stop:
						return
					default:
					}
				}
			})
		}
	}
	return &wg
}

// TestThreeNodes: three nodes with connections of their own write on two records at the same time. There is one order, all of
// them come to it, and each entry that one of them saw came after the one before it.
func TestThreeNodes(t *testing.T) {
	d := newDatabase(t)
	ids := []record.ID{create(t, d.url), create(t, d.url)}
	nodes := []node{open(t, postgres.Options{URL: d.url}), open(t, postgres.Options{URL: d.url}), open(t, postgres.Options{URL: d.url})}
	const callers, each = 5, 20
	ledgers := []*ledger{newLedger(), newLedger()}
	var wg sync.WaitGroup
	for i, n := range nodes {
		for c := range callers {
			wg.Go(func() {
				for k := range each {
					body := fmt.Sprintf("%d %d %d", i, c, k)
					which := (c + k) % 2
					p, err := n.write(t.Context(), ids[which], body)
					ledgers[which].told(body, p, err)
				}
			})
		}
	}
	wg.Wait()
	for which, id := range ids {
		if n := len(ledgers[which].acked); n != len(nodes)*callers*each/2 {
			t.Errorf("%d acknowledged, %d refused", n, len(ledgers[which].refused))
		}
		var checkpoint []byte
		for _, n := range nodes {
			turn, err := n.Turn(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			head := turn.Head()
			turn.Release()
			if err := n.Wait(t.Context(), id, head); err != nil { // what others wrote may not be known to be durable
				t.Fatal(err)
			}
			c, err := n.Checkpoint(id)
			if err != nil || checkpoint != nil && !bytes.Equal(c, checkpoint) {
				t.Errorf("two nodes sign two trees: %v", err)
			}
			checkpoint = c
		}
		ledgers[which].check(t, d.url, id)
	}
}

// TestToldByTheOther: who looks out at one node is told of what is written at another.
func TestToldByTheOther(t *testing.T) {
	d := newDatabase(t)
	id := create(t, d.url)
	a, b := open(t, postgres.Options{URL: d.url}), open(t, postgres.Options{URL: d.url})
	for i := range cite.Position(3) {
		heard := make(chan cite.Position, 1)
		go func() {
			p, err := b.Follow(t.Context(), id, i)
			if err != nil {
				t.Error(err)
			}
			heard <- p
		}()
		if _, err := a.write(t.Context(), id, fmt.Sprint(i)); err != nil {
			t.Fatal(err)
		}
		if p := <-heard; p != i+1 {
			t.Errorf("told of %d, written at %d", p, i+1)
		}
	}
}

// TestStopped: a node that stops while it has the turn holds up the others for some seconds and no longer. What it then sends
// is refused, for the head has moved; where it has not, it is written.
func TestStopped(t *testing.T) {
	d := newDatabase(t)
	id := create(t, d.url)
	a, b := open(t, postgres.Options{URL: d.url}), open(t, postgres.Options{URL: d.url})
	l := newLedger()
	stopped, err := a.Turn(t.Context(), id) // and is not heard of
	if err != nil {
		t.Fatal(err)
	}
	p, err := b.write(t.Context(), id, "while it is stopped")
	l.told("while it is stopped", p, err)
	if p != 1 || err != nil {
		t.Errorf("written at %d: %v", p, err)
	}
	if _, err := stopped.Append(record.New{Data: []byte("stale")}); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	stopped.Commit(func(err error) { done <- err })
	err = <-done
	if !errors.Is(err, record.ErrConflict) {
		t.Errorf("what was decided on an older head: %v", err)
	}
	l.told("stale", 1, err)
	for i, n := range []node{a, b, a} {
		body := fmt.Sprint("after ", i)
		p, err := n.write(t.Context(), id, body)
		l.told(body, p, err)
		if err != nil || int(p) != i+2 {
			t.Errorf("then %d: %v", p, err)
		}
	}
	l.check(t, d.url, id)
}

// TestRestart: the server is stopped, in order and at once, while three nodes write. Nothing acknowledged is lost or there twice,
// nothing is there that was said not to be, and all go on by themselves.
func TestRestart(t *testing.T) {
	postgrestest.Shared(t) // says aloud where there is none
	s, err := postgrestest.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Remove)
	url, _ := s.Database(t)
	id := create(t, url)
	nodes := []node{open(t, postgres.Options{URL: url}), open(t, postgres.Options{URL: url}), open(t, postgres.Options{URL: url})}
	l := newLedger()
	for _, sig := range []syscall.Signal{syscall.SIGQUIT, syscall.SIGINT, syscall.SIGQUIT} {
		stop := make(chan struct{})
		wg := writers(t.Context(), nodes, id, l, stop)
		l.more(t, 60)
		if err := errors.Join(s.Stop(sig), s.Run()); err != nil {
			t.Fatal(err)
		}
		l.more(t, 60)
		close(stop)
		wg.Wait()
	}
	for i, n := range nodes {
		if err := n.Halted(id); err != nil {
			t.Errorf("node %d writes no more: %v", i, err)
		}
	}
	l.check(t, url, id)
}

// more waits until so many more entries were acknowledged.
func (l *ledger) more(t *testing.T, n int) {
	t.Helper()
	acked := func() int {
		l.mu.Lock()
		defer l.mu.Unlock()
		return len(l.acked)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for want := acked() + n; acked() < want; {
		if ctx.Err() != nil {
			t.Fatalf("%d acknowledged, %d wanted", acked(), want)
		}
		tick(ctx)
	}
}

// tick lets a little time go by.
func tick(ctx context.Context) {
	select {
	case <-time.After(time.Millisecond):
	case <-ctx.Done():
	}
}

// TestAway: while the server is away asks are refused as not written, and reading says that it is away; nothing is damaged, and
// when it is back all goes on.
func TestAway(t *testing.T) {
	postgrestest.Shared(t) // says aloud where there is none
	s, err := postgrestest.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Remove)
	url, _ := s.Database(t)
	id := create(t, url)
	n := open(t, postgres.Options{URL: url})
	if _, err := n.write(t.Context(), id, "before"); err != nil {
		t.Fatal(err)
	}
	if err := s.Stop(syscall.SIGQUIT); err != nil {
		t.Fatal(err)
	}
	if _, err := n.write(t.Context(), id, "meanwhile"); !errors.Is(err, record.ErrNotWritten) || !errors.Is(err, record.ErrAway) {
		t.Errorf("written on while it is away: %v", err)
	}
	if _, err := n.Texts(t.Context(), id, []cite.Position{1}); !errors.Is(err, record.ErrAway) || errors.Is(err, record.ErrDamaged) {
		t.Errorf("read while it is away: %v", err)
	}
	if err := n.Halted(id); err != nil {
		t.Errorf("for ever: %v", err)
	}
	if err := s.Run(); err != nil {
		t.Fatal(err)
	}
	if p, err := n.write(t.Context(), id, "after"); err != nil || p != 2 {
		t.Errorf("written at %d: %v", p, err)
	}
	if _, err := postgres.Open(t.Context(), postgres.Options{URL: "postgres://plenary@127.0.0.1:1/x?sslmode=disable"}); !errors.Is(err, record.ErrAway) {
		t.Errorf("opened where no server is: %v", err)
	}
}

// cutter stands between a node and the server, and cuts connections: before what was sent last has come there, or
// before the answer has come back. What it holds back it may deliver later, as a network does.
type cutter struct {
	t      *testing.T
	to     string
	listen net.Listener

	mu    sync.Mutex
	links []*link
}

type link struct {
	client, server net.Conn
	mu             sync.Mutex
	held           []byte // of what the client sent
	holding        bool
	deaf           bool // answers are thrown away
}

func newCutter(t *testing.T, to string) *cutter {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &cutter{t: t, to: to, listen: l}
	t.Cleanup(func() { _ = l.Close(); c.cut() })
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			server, err := net.Dial("tcp", to)
			if err != nil {
				_ = client.Close()
				continue
			}
			k := &link{client: client, server: server}
			c.mu.Lock()
			c.links = append(c.links, k)
			c.mu.Unlock()
			go k.pass()
			go k.back()
		}
	}()
	return c
}

func (k *link) pass() {
	b := make([]byte, 64<<10)
	for {
		n, err := k.client.Read(b)
		k.mu.Lock()
		if k.holding {
			k.held = append(k.held, b[:n]...)
		} else if n > 0 {
			_, _ = k.server.Write(b[:n])
		}
		holding := k.holding
		k.mu.Unlock()
		if err != nil {
			if !holding {
				_ = k.server.Close()
			}
			return
		}
	}
}

func (k *link) back() {
	b := make([]byte, 64<<10)
	for {
		n, err := k.server.Read(b)
		k.mu.Lock()
		deaf := k.deaf
		k.mu.Unlock()
		if n > 0 && !deaf {
			_, _ = k.client.Write(b[:n])
		}
		if err != nil {
			_ = k.client.Close()
			return
		}
	}
}

func (c *cutter) all() []*link {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.links)
}

// cut ends every connection.
func (c *cutter) cut() {
	c.mu.Lock()
	links := c.links
	c.links = nil
	c.mu.Unlock()
	for _, k := range links {
		_ = k.client.Close()
	}
}

// deafen has no answer come back any more on the connections that there are.
func (c *cutter) deafen() {
	for _, k := range c.all() {
		k.mu.Lock()
		k.deaf = true
		k.mu.Unlock()
	}
}

// hold has nothing more come to the server on the connections that there are.
func (c *cutter) hold() []*link {
	links := c.all()
	for _, k := range links {
		k.mu.Lock()
		k.holding = true
		k.mu.Unlock()
	}
	return links
}

// deliver lets what was held back come to the server after all, and reports whether there was anything.
func (k *link) deliver() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.held) > 0 {
		_, _ = k.server.Write(k.held)
	}
	return len(k.held) > 0
}

// through is the address of a database by way of a cutter.
func through(c *cutter, d database) postgres.Options {
	return postgres.Options{URL: fmt.Sprintf("postgres://plenary@%s/%s?sslmode=disable", c.listen.Addr(), d.name), Password: postgrestest.Password}
}

// TestCut: connections break at any moment while two nodes write, on one of them with the answer on its way. Whatever was
// acknowledged is there once, and what was said not to be written is not there.
func TestCut(t *testing.T) {
	d := newDatabase(t)
	id := create(t, d.url)
	c := newCutter(t, d.server.Address())
	nodes := []node{open(t, through(c, d)), open(t, postgres.Options{URL: d.url})}
	l := newLedger()
	stop := make(chan struct{})
	wg := writers(t.Context(), nodes, id, l, stop)
	for i := range 30 {
		l.more(t, 1+i*7%20)
		if i%2 == 0 {
			c.deafen()
			tick(t.Context())
		}
		c.cut()
	}
	close(stop)
	wg.Wait()
	l.check(t, d.url, id)
}

// TestLostAnswer: what was written, and whose answer was lost on its way, is acknowledged.
func TestLostAnswer(t *testing.T) {
	d := newDatabase(t)
	id := create(t, d.url)
	c := newCutter(t, d.server.Address())
	n := open(t, through(c, d))
	l := newLedger()
	for i := range 3 {
		turn, err := n.Turn(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		body := fmt.Sprint(i)
		if _, err := turn.Append(record.New{Data: []byte(body)}); err != nil {
			t.Fatal(err)
		}
		turn.Remember(record.TokenHash([]byte(fmt.Sprintf("%-32s", body))), record.TokenResult{First: turn.Head()})
		c.deafen()
		done := make(chan error, 1)
		turn.Commit(func(err error) { done <- err })
		for d.server.Value(t, d.name, "SELECT position FROM plenary.record") != fmt.Sprint(i+1) {
			tick(t.Context())
		}
		c.cut()
		err = <-done
		l.told(body, cite.Position(i+1), err)
		if err != nil {
			t.Errorf("it is written: %v", err)
		}
	}
	l.check(t, d.url, id)
}

// TestLateDelivery: a statement that was sent, and comes to the server only after somebody found that it had not been written,
// writes nothing.
func TestLateDelivery(t *testing.T) {
	d := newDatabase(t)
	id := create(t, d.url)
	c := newCutter(t, d.server.Address())
	n := open(t, through(c, d))
	l := newLedger()
	p, err := n.write(t.Context(), id, "before")
	l.told("before", p, err)
	turn, err := n.Turn(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := turn.Append(record.New{Data: []byte("held up"), Text: []byte("x")}); err != nil {
		t.Fatal(err)
	}
	turn.Remember(record.TokenHash([]byte(fmt.Sprintf("%-32s", "held up"))), record.TokenResult{First: 2})
	links := c.hold()
	done := make(chan error, 1)
	turn.Commit(func(err error) { done <- err })
	for held := false; !held; tick(t.Context()) {
		for _, k := range links {
			k.mu.Lock()
			held = held || bytes.Contains(k.held, []byte("held up")) // the batch, and not some question
			k.mu.Unlock()
		}
	}
	for _, k := range links { // the node takes it for broken; the server does not
		_ = k.client.Close()
	}
	if err = <-done; err != nil { // it was sent once more, on another connection
		t.Errorf("what had not come there: %v", err)
	}
	l.told("held up", 2, err)
	for _, k := range links {
		k.deliver()
	}
	for _, k := range links { // all of it has been read
		_ = k.server.(*net.TCPConn).CloseWrite()
	}
	for i := range 5 {
		body := fmt.Sprint("after ", i)
		p, err := n.write(t.Context(), id, body)
		l.told(body, p, err)
	}
	l.check(t, d.url, id)
}
