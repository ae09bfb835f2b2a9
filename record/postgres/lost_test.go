package postgres

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/record"
	"github.com/openplenary/plenary/record/postgres/postgrestest"
	"github.com/openplenary/plenary/record/recordtest"
)

// twoServers are a server and what becomes of it when it is lost: its standby, which lacks what was never confirmed, is in its place.
type twoServers struct {
	*postgrestest.Server
	url, name string
	id        record.ID
	standby   string // where what the server will be is kept
}

// lostNode is a log with an engine of its own.
type lostNode struct {
	*record.Log
	engine *Engine
}

func (s *twoServers) open(t *testing.T) lostNode {
	t.Helper()
	e, err := Open(t.Context(), Options{URL: s.url})
	if err != nil {
		t.Fatal(err)
	}
	e.again = 5 * time.Minute // on a machine that has other work a server takes longer to begin than anybody waits for an answer
	high, err := record.OpenHighWater(t.TempDir()+"/high", false)
	if err != nil {
		t.Fatal(err)
	}
	l, err := record.Open(e, record.Options{Key: recordtest.Key(t), Now: time.Now, High: high})
	if err != nil {
		t.Fatal(err)
	}
	l.ReadErasures(recordtest.ErasedBy)
	ms, err := l.Records()
	for _, m := range ms {
		err = errors.Join(err, l.Load(t.Context(), m.ID, func(record.Entry) error { return nil }))
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return lostNode{l, e}
}

// put appends an entry in a turn, and gives what is told when it is durable.
func put(t *testing.T, turn *record.Turn, body string) chan error {
	t.Helper()
	return puts(t, turn, record.New{Data: []byte(body), Text: []byte("text")})
}

func puts(t *testing.T, turn *record.Turn, n record.New) chan error {
	t.Helper()
	if _, err := turn.Append(n); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	turn.Commit(func(err error) { done <- err })
	return done
}

func (s *twoServers) take(t *testing.T, n lostNode) *record.Turn {
	t.Helper()
	turn, err := n.Turn(t.Context(), s.id)
	if err != nil {
		t.Fatal(err)
	}
	return turn
}

func (s *twoServers) write(t *testing.T, n lostNode, body string) {
	t.Helper()
	if err := <-put(t, s.take(t, n), body); err != nil {
		t.Fatal(err)
	}
}

// newTwoServers makes a record of two entries, and the same with one that somebody wrote afterwards, by which the text of the first was erased.
func newTwoServers(t *testing.T) *twoServers {
	t.Helper()
	postgrestest.Shared(t) // says so where there is none
	server, err := postgrestest.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Remove)
	s := &twoServers{Server: server}
	s.url, s.name = server.Database(t)
	first := s.open(t)
	if s.id, err = first.NewID(); err == nil {
		err = first.Create(record.Meta{ID: s.id, Origin: "test.invalid/" + string(s.id)})
	}
	if err != nil {
		t.Fatal(err)
	}
	s.write(t, first, "one")
	s.write(t, first, "two")
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	s.stop(t, syscall.SIGINT)
	s.copy(t, s.Dir(), s.Dir()+".two")
	s.run(t)
	after := s.open(t)
	if err := <-puts(t, s.take(t, after), recordtest.Erasing(1)); err != nil {
		t.Fatal(err)
	}
	if err := after.Close(); err != nil {
		t.Fatal(err)
	}
	s.stop(t, syscall.SIGINT)
	if err := os.Rename(s.Dir(), s.Dir()+".taken"); err != nil {
		t.Fatal(err)
	}
	return s
}

// begins starts the server with two entries. What it will be when it is lost has the same, or one more that somebody wrote there.
func (s *twoServers) begins(t *testing.T, standby string) {
	t.Helper()
	s.copy(t, s.Dir()+".two", s.Dir())
	s.standby = s.Dir() + standby
	s.run(t)
	t.Cleanup(func() {
		s.stop(t, syscall.SIGINT)
		if err := os.RemoveAll(s.Dir()); err != nil {
			t.Error(err)
		}
	})
}

func (s *twoServers) stop(t *testing.T, sig syscall.Signal) {
	t.Helper()
	if err := s.Stop(sig); err != nil {
		t.Fatal(err)
	}
}

func (s *twoServers) run(t *testing.T) {
	t.Helper()
	if err := s.Run(); err != nil {
		t.Fatal(err)
	}
}

func (s *twoServers) copy(t *testing.T, from, to string) {
	t.Helper()
	if out, err := exec.CommandContext(t.Context(), "cp", "-a", from, to).CombinedOutput(); err != nil {
		t.Fatal(err, string(out))
	}
}

// alone has the server wait for a standby that does not come: what is committed is seen, and nobody is told that it is durable.
func (s *twoServers) alone(t *testing.T) {
	t.Helper()
	s.Exec(t, s.name, "ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
	s.Exec(t, s.name, "SELECT pg_reload_conf()")
	until(t, "the server waits for a standby", func() bool { return s.Value(t, s.name, "SHOW synchronous_standby_names") == "nobody" })
}

// lose has the standby in the place of the server.
func (s *twoServers) lose(t *testing.T) {
	t.Helper()
	s.stop(t, syscall.SIGQUIT)
	if err := os.RemoveAll(s.Dir()); err != nil {
		t.Fatal(err)
	}
	s.copy(t, s.standby, s.Dir())
	s.run(t)
}

func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(2 * time.Minute); !is(); {
		if time.Now().After(end) {
			t.Fatal("not so after a while: ", what)
		}
		pause(t.Context(), 2*time.Millisecond)
	}
}

// handedOn has one node write an entry while another waits for the turn, and gives the turn of the other, which builds upon that entry though nobody
// knows yet that it is durable.
func (s *twoServers) handedOn(t *testing.T, from, to lostNode) (written chan error, turn *record.Turn) {
	t.Helper()
	first := s.take(t, from)
	s.alone(t)
	next := make(chan *record.Turn, 1)
	go func() {
		turn, err := to.Turn(t.Context(), s.id)
		if err != nil {
			t.Error(err)
		}
		next <- turn
	}()
	until(t, "the other waits", func() bool { return from.engine.known(s.id).wanted.Load() })
	written = put(t, first, "three")
	if turn = <-next; turn == nil {
		t.FailNow()
	}
	select {
	case err := <-written:
		t.Fatal("acknowledged before it is durable: ", err)
	default:
	}
	var tail []string
	err := turn.Tail(t.Context(), 2, func(e record.Entry) error { tail = append(tail, string(e.Data)); return nil })
	if err != nil || len(tail) != 1 || tail[0] != "three" || turn.Head() != 3 {
		t.Fatalf("what came before the turn: %q up to %d %v", tail, turn.Head(), err)
	}
	if at := to.Durable(s.id); at != 2 {
		t.Fatalf("durable up to %d before anybody knows", at)
	}
	return written, turn
}

// settledTo has what is told of what stood before a turn.
func settledTo(turn *record.Turn) chan error {
	told := make(chan error, 1)
	turn.Settled(func(err error) { told <- err })
	return told
}

// stands reads the record from the beginning, as a node does that begins.
func (s *twoServers) stands(t *testing.T) string {
	t.Helper()
	n := s.open(t)
	var all []string
	if err := n.Entries(t.Context(), s.id, 1, 1<<30, func(e record.Entry) error { all = append(all, string(e.Data)); return nil }); err != nil {
		t.Error(err)
	}
	if err := n.Damage(); err != nil {
		t.Error(err)
	}
	return strings.Join(all, " ")
}

// TestHandOver: what one node wrote last is built upon by the next before it is durable, and what becomes of that.
func TestHandOver(t *testing.T) {
	s := newTwoServers(t)
	for _, c := range []struct {
		name, standby string
		is            func(*testing.T)
	}{
		{"durable", ".two", s.handsOn},
		{"unused", ".two", s.handsOnUnused},
		{"much", ".two", s.handsOnMuch},
		{"erased", ".two", s.handsOnErased},
		{"much later", ".two", s.handsOnLater},
		{"many", ".two", s.manyBroken},
		{"closed", ".two", s.closesAlone},
		{"replaced", ".two", s.isReplaced},
		{"lost", ".two", s.isLost},
		{"taken while it was on its way", ".taken", func(t *testing.T) { s.isTaken(t, false) }},
		{"taken before it was sent", ".taken", func(t *testing.T) { s.isTaken(t, true) }},
	} {
		if testing.Short() && !slices.Contains([]string{"durable", "replaced", "lost"}, c.name) { // servers take long to begin
			continue
		}
		t.Run(c.name, func(t *testing.T) { s.begins(t, c.standby); c.is(t) })
	}
}

// handsOn: what one node wrote is built upon by another before it is durable; both are acknowledged when it is.
func (s *twoServers) handsOn(t *testing.T) {
	a, b := s.open(t), s.open(t)
	written, turn := s.handedOn(t, a, b)
	settled := settledTo(turn)
	more := put(t, turn, "four")
	s.Exec(t, s.name, "ALTER SYSTEM SET synchronous_standby_names = ''")
	s.Exec(t, s.name, "SELECT pg_reload_conf()")
	for what, told := range map[string]chan error{"the first": written, "what stood before the second": settled, "the second": more} {
		if err := <-told; err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	if at := b.Durable(s.id); at != 4 {
		t.Errorf("durable up to %d", at)
	}
	if got := s.stands(t); got != "one two three four" {
		t.Errorf("what stands: %s", got)
	}
}

// handsOnUnused: where the next turn writes nothing, it still says when what stood before it is durable.
func (s *twoServers) handsOnUnused(t *testing.T) {
	a, b := s.open(t), s.open(t)
	written, turn := s.handedOn(t, a, b)
	settled := settledTo(turn)
	turn.Release()
	select {
	case err := <-settled:
		t.Fatal("told before it is durable: ", err)
	default:
	}
	s.Exec(t, s.name, "ALTER SYSTEM SET synchronous_standby_names = ''")
	s.Exec(t, s.name, "SELECT pg_reload_conf()")
	if err := errors.Join(<-written, <-settled); err != nil || b.Durable(s.id) != 3 {
		t.Error(err, b.Durable(s.id))
	}
	s.write(t, b, "four")
	if got := s.stands(t); got != "one two three four" {
		t.Errorf("what stands: %s", got)
	}
}

// handsOnLater: whoever takes long to read what stands before, and loses the connection meanwhile, has it all the same.
func (s *twoServers) handsOnLater(t *testing.T) {
	a, b := s.open(t), s.open(t)
	written, turn := s.handedOn(t, a, b)
	settled := settledTo(turn)
	k := b.engine.known(s.id)
	s.Exec(t, s.name, fmt.Sprintf("SELECT pg_terminate_backend(%d)", k.session.conn.PID()))
	until(t, "the connection is gone", func() bool {
		return s.Value(t, s.name, fmt.Sprintf("SELECT count(*) FROM pg_stat_activity WHERE pid = %d", k.session.conn.PID())) == "0"
	})
	var all []string
	if err := turn.Tail(t.Context(), 0, func(e record.Entry) error { all = append(all, string(e.Data)); return nil }); err != nil || strings.Join(all, " ") != "one two three" {
		t.Errorf("%q %v", all, err)
	}
	turn.Release()
	s.Exec(t, s.name, "ALTER SYSTEM SET synchronous_standby_names = ''")
	s.Exec(t, s.name, "SELECT pg_reload_conf()")
	if err := errors.Join(<-written, <-settled); err != nil {
		t.Error(err)
	}
}

// manyBroken: a node has a batch on its way on as many records as there may be connections that write, and the server stops. What became of them is found
// out on others.
func (s *twoServers) manyBroken(t *testing.T) {
	n := s.open(t)
	var turns []*record.Turn
	for i := range maxSessions {
		id := record.ID(fmt.Sprintf("5eed00000000000000000000000000%02d", i))
		if err := n.Create(record.Meta{ID: id, Origin: "x"}); err != nil {
			t.Fatal(err)
		}
		turn, err := n.Turn(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		turns = append(turns, turn)
	}
	s.alone(t)
	var written []chan error
	for _, turn := range turns {
		written = append(written, put(t, turn, "one"))
	}
	until(t, "all wait for the standby", func() bool { return s.waits(t, n) == maxSessions })
	s.Exec(t, s.name, "ALTER SYSTEM SET synchronous_standby_names = ''")
	s.stop(t, syscall.SIGQUIT)
	s.run(t)
	for i, done := range written {
		until(t, "somebody says what became of it", func() bool { return len(done) > 0 })
		if err := <-done; err != nil {
			t.Errorf("record %d: %v", i, err)
		}
	}
}

// waits is how many connections of a node write and wait for the standby.
func (s *twoServers) waits(t *testing.T, n lostNode) (waiting int) {
	t.Helper()
	p := n.engine.sessions
	p.mu.Lock()
	defer p.mu.Unlock()
	for session := range p.all {
		sql := fmt.Sprintf("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND pid = %d", session.conn.PID())
		if s.Value(t, s.name, sql) == "1" {
			waiting++
		}
	}
	return waiting
}

// handsOnErased: a node waits until an entry is durable, and meanwhile another erases a text. Whoever reads the text at the first finds none, and
// is not content with where the record stood before that. Nobody shows that it was erased before that is durable: neither the node that erases it nor
// one that builds upon that.
func (s *twoServers) handsOnErased(t *testing.T) {
	a, b, c, d := s.open(t), s.open(t), s.open(t), s.open(t)
	written, turn := s.handedOn(t, a, c)
	b.engine.rest(b.engine.known(s.id))
	until(t, "the reader's mark is on its way", func() bool { return s.waits(t, b) == 1 })
	c.engine.known(s.id).wanted.Store(true)
	erased := puts(t, turn, recordtest.Erasing(1))
	until(t, "the text is gone", func() bool {
		rows, err := b.engine.Texts(t.Context(), s.id, []cite.Position{1})
		return err == nil && rows[0].Text == nil
	})
	last := s.take(t, d)
	reads := map[string]lostNode{"one that waited already": b, "the one that erased": c, "the next": d}
	read := map[string]chan error{}
	for who, n := range reads {
		read[who] = make(chan error, 1)
		go func() {
			texts, err := n.Texts(t.Context(), s.id, []cite.Position{1, 2})
			if err == nil && len(texts) != 1 {
				err = fmt.Errorf("%d texts", len(texts))
			}
			read[who] <- err
		}()
		until(t, "it is waited for", func() bool { return len(read[who]) > 0 || n.engine.awaits(s.id) })
	}
	s.Exec(t, s.name, "ALTER SYSTEM SET synchronous_standby_names = ''")
	for who := range reads {
		if len(read[who]) > 0 {
			t.Errorf("%s: a text was shown as erased before that is durable", who)
		}
	}
	s.Exec(t, s.name, "SELECT pg_reload_conf()")
	last.Release()
	for who, n := range reads {
		if err := errors.Join(<-read[who], n.Damage()); err != nil {
			t.Errorf("%s: %v", who, err)
		}
	}
	if err := errors.Join(<-written, <-erased); err != nil {
		t.Error(err)
	}
}

// awaits reports whether somebody waits until a record is durable where it stands.
func (e *Engine) awaits(id record.ID) bool {
	k := e.known(id)
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.resting != nil
}

// isLost: the server is lost with what one node wrote last and another built upon. Whoever wrote first says it again to the server that
// is in its place, as nobody was told anything yet; what was built upon it is refused, and can be asked for again.
func (s *twoServers) isLost(t *testing.T) {
	a, b := s.open(t), s.open(t)
	written, turn := s.handedOn(t, a, b)
	settled := settledTo(turn)
	more := put(t, turn, "four")
	s.lose(t)
	if err := <-written; err != nil {
		t.Errorf("what nobody had built anything else in the place of: %v", err)
	}
	if err := <-settled; !errors.Is(err, record.ErrConflict) {
		t.Errorf("what stood before the second: %v", err)
	}
	if err := <-more; !errors.Is(err, record.ErrConflict) {
		t.Errorf("the second: %v", err)
	}
	s.write(t, b, "four again")
	s.write(t, a, "five")
	if got := s.stands(t); got != "one two three four again five" {
		t.Errorf("what stands: %s", got)
	}
}

// isTaken: on the server that is in its place somebody has written as many entries meanwhile. Nothing that was decided upon what was lost
// is written on top of them, whether it was on its way or is sent only now, and no node takes them for damage.
func (s *twoServers) isTaken(t *testing.T, late bool) {
	a, b := s.open(t), s.open(t)
	written, turn := s.handedOn(t, a, b)
	settled := settledTo(turn)
	var more chan error
	if !late {
		more = put(t, turn, "four")
	}
	s.lose(t)
	if late {
		if texts, err := b.Texts(t.Context(), s.id, []cite.Position{1, 2}); err != nil || len(texts) != 1 {
			t.Errorf("what is erased there, before anybody knows what became of what was lost: %d texts, %v", len(texts), err)
		}
		more = put(t, turn, "four")
	}
	for what, told := range map[string]chan error{"the first": written, "what stood before the second": settled, "the second": more} {
		if err := <-told; !errors.Is(err, record.ErrConflict) {
			t.Errorf("%s: %v", what, err)
		}
	}
	s.write(t, b, "four again")
	s.write(t, a, "five")
	if got := s.stands(t); got != "one two "+string(recordtest.Erasing(1).Data)+" four again five" {
		t.Errorf("what stands: %s", got)
	}
	if err := errors.Join(a.Damage(), b.Damage()); err != nil {
		t.Error(err)
	}
}

// handsOnMuch: more entries than come with a turn are not built upon before they are durable.
func (s *twoServers) handsOnMuch(t *testing.T) {
	a, b := s.open(t), s.open(t)
	first := s.take(t, a)
	s.alone(t)
	var turn *record.Turn
	var err error
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		turn, err = b.Turn(ctx, s.id)
	}()
	until(t, "the other waits", func() bool { return a.engine.known(s.id).wanted.Load() })
	for range 1500 {
		if _, err := first.Append(record.New{Data: []byte("many")}); err != nil {
			t.Fatal(err)
		}
	}
	done := make(chan error, 1)
	first.Commit(func(err error) { done <- err })
	until(t, "the other waits until it is durable", func() bool {
		return s.Value(t, s.name, "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'") == "2"
	})
	cancel()
	if <-ended; err == nil {
		t.Fatalf("built upon %d entries that nobody knows to be durable", turn.Head())
	}
	s.Exec(t, s.name, "ALTER SYSTEM SET synchronous_standby_names = ''")
	s.Exec(t, s.name, "SELECT pg_reload_conf()")
	if err := <-done; err != nil {
		t.Error(err)
	}
	s.write(t, b, "after")
	if at := b.Durable(s.id); at != cite.Position(1503) {
		t.Errorf("durable up to %d", at)
	}
}
