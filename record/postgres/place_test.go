package postgres

import (
	"context"
	"crypto/sha256"
	"errors"
	"net"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/record"
	"github.com/openplenary/plenary/record/postgres/postgrestest"
)

// afresh has everything that is done from here on done on new connections.
func (n lostNode) afresh() {
	n.engine.sessions.found(0)
	n.engine.read.Reset()
}

// isReplaced: a standby takes over, and the server that it takes the place of goes on answering, and taking writes. As soon as any connection has led to the
// one, no turn is had on the other, and nothing that it says counts, though the address names it first.
func (s *twoServers) isReplaced(t *testing.T) {
	second := s.Standby(t, s.standby)
	first := twoServers{Server: s.Server, url: s.url, name: s.name, id: s.id}
	both := twoServers{Server: s.Server, url: s.Either(second, s.name), name: s.name, id: s.id}
	then := twoServers{Server: second, url: second.URL(s.name), name: s.name, id: s.id}
	token := record.TokenHash(sha256.Sum256([]byte("an ask")))

	a, astray := both.open(t), first.open(t)
	right, err := a.engine.Sequence(t.Context(), s.id)
	if err != nil {
		t.Fatal(err)
	}
	defer right.Release()
	if _, err := a.engine.Tokens(s.id, []record.TokenHash{token}); err != nil {
		t.Fatal(err)
	}
	idle, err := a.engine.sessions.get(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	a.engine.sessions.put(idle)
	second.Promote(t)
	b := then.open(t)
	for _, body := range []string{"three", "four", "five"} {
		then.write(t, b, body)
	}
	if right.Wanted() {
		t.Error("given up before anything has been seen of another")
	}
	a.sees(t)
	if !right.Wanted() {
		t.Error("the turn goes on where it was")
	}
	right.Release()
	lost := first.take(t, astray)
	lost.Remember(token, record.TokenResult{First: 3})
	if err := <-put(t, lost, "three that nobody knows of"); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if found, err := a.engine.Tokens(s.id, []record.TokenHash{token}); err != nil || found[token] != nil {
			t.Errorf("answered by the one before: %v %v", found[token], err)
		}
		if rows, err := a.engine.Texts(t.Context(), s.id, []cite.Position{5}); err != nil || rows[0].Envelope == nil {
			t.Errorf("read from the one before: %v", err)
		}
		if at, err := a.engine.Head(s.id); err != nil || at < 5 {
			t.Errorf("the head is %d: %v", at, err)
		}
		both.write(t, a, "more")
		until(t, "what is told comes from there", func() bool { return a.engine.reach.Load().Err() == nil })
		a.afresh()
	}
	if err := errors.Join(a.Damage(), a.Halted(s.id)); err != nil {
		t.Error(err)
	}
	if got := then.stands(t); got != "one two three four five more more" {
		t.Errorf("what stands: %s", got)
	}
	a.onlyReplaced(t, s.url, s.id)
}

// sees has a node connect once where the first server of its address cannot be reached.
func (n lostNode) sees(t *testing.T) {
	t.Helper()
	p := n.engine.sessions
	dial := p.config.DialFunc
	var dialled atomic.Int32
	p.config.DialFunc = func(ctx context.Context, network, addr string) (net.Conn, error) {
		if dialled.Add(1) == 1 {
			return nil, errors.New("not there")
		}
		return dial(ctx, network, addr)
	}
	first, err := p.get(t.Context()) // that was idle
	if err != nil {
		t.Fatal(err)
	}
	listener := n.engine.listener.Load()
	next, err := p.get(t.Context())
	if err != nil || dialled.Load() < 2 {
		t.Fatal(dialled.Load(), err)
	}
	if !p.old(first) || p.old(next) {
		t.Error("the one that was idle would be used")
	}
	p.put(first)
	p.put(next)
	if !first.broken() {
		t.Error("the one that was idle would be given to somebody")
	}
	until(t, "it listens elsewhere", func() bool { return n.engine.listener.Load() != listener })
}

// onlyReplaced: where the address leads to nothing but the server that another has taken the place of, nothing is read or written, and nothing is damaged.
func (n lostNode) onlyReplaced(t *testing.T, url string, id record.ID) {
	t.Helper()
	c, err := parse(Options{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	p := newSessions(&c.ConnConfig.Config, n.engine.ours)
	if _, err := p.get(t.Context()); !errors.Is(err, record.ErrAway) || !strings.Contains(err.Error(), "taken the place") {
		t.Errorf("connected to it: %v", err)
	}
	was := n.engine.sessions
	was.mu.Lock()
	was.config.Fallbacks, was.config.Host, was.config.Port = nil, c.ConnConfig.Host, c.ConnConfig.Port
	was.mu.Unlock()
	n.afresh()
	turn, err := n.Turn(t.Context(), id)
	if err == nil {
		turn.Release()
	}
	if !errors.Is(err, record.ErrAway) || !errors.Is(err, record.ErrNotWritten) || n.Halted(id) != nil {
		t.Errorf("a turn on it: %v; %v", err, n.Halted(id))
	}
}

// TestPlace: a role that owns nothing but its database may ask which server it is. Where it may not, everything is as before.
func TestPlace(t *testing.T) {
	server := postgrestest.Shared(t)
	url, name := server.Database(t)
	server.Exec(t, "postgres", "CREATE ROLE anybody LOGIN; ALTER DATABASE "+name+" OWNER TO anybody")
	url = strings.Replace(url, "plenary@", "anybody@", 1)
	e := openAll(t, url, 1)[0]
	if e.place.timeline != 1 || e.place.cluster != server.Value(t, name, "SELECT system_identifier FROM pg_control_system()") {
		t.Errorf("it is %+v", e.place)
	}
	for _, takes := range []string{"REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC", "REVOKE EXECUTE ON FUNCTION pg_walfile_name(pg_lsn) FROM PUBLIC"} {
		server.Exec(t, name, "GRANT EXECUTE ON FUNCTION pg_control_system(), pg_walfile_name(pg_lsn) TO PUBLIC; "+takes)
		e.place = place{"another", 7}
		e.sessions.found(0)
		if s, err := e.sessions.get(t.Context()); err != nil {
			t.Errorf("%s: %v", takes, err)
		} else {
			e.sessions.put(s)
		}
		if e := openAll(t, url, 1)[0]; e.place != (place{}) {
			t.Errorf("%s: it is %+v", takes, e.place)
		}
	}
}

// TestAnotherCluster: a server of another cluster, as after an upgrade, is found anew whatever its timeline is.
func TestAnotherCluster(t *testing.T) {
	url, _ := postgrestest.Shared(t).Database(t)
	e := openAll(t, url, 1)[0]
	old, err := e.sessions.get(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer e.sessions.put(old)
	e.listener.Store(nil) // nor does it find anything
	e.placing.Lock()
	e.place = place{"another", 7}
	e.placing.Unlock()
	next, err := e.sessions.get(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer e.sessions.put(next)
	if !e.sessions.old(old) || e.place.timeline != 1 || !e.left["another"] {
		t.Errorf("what was connected before is trusted, and it is %+v", e.place)
	}
	e.placing.Lock()
	e.left, e.place = map[string]bool{e.place.cluster: true}, place{"another", 8}
	e.placing.Unlock()
	e.sessions.found(time.Hour)
	if _, err := e.sessions.get(t.Context()); !errors.Is(err, record.ErrAway) {
		t.Errorf("the one that was left is used again: %v", err)
	}
}

// TestReadsAnew: what reads was connected after the server was found again, though nobody has closed what was connected before.
func TestReadsAnew(t *testing.T) {
	url, _ := postgrestest.Shared(t).Database(t)
	e := openAll(t, url, 1)[0]
	var pids [3]uint32
	for i := range pids {
		c, err := e.read.Acquire(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if pids[i] = c.Conn().PgConn().PID(); i == 1 {
			e.sessions.found(time.Hour)
		}
		c.Release()
	}
	if pids[0] != pids[1] || pids[1] == pids[2] {
		t.Errorf("by %d", pids)
	}
}

// TestOldTurn: whoever's connection leads to where another server was found goes on no longer in its turn. What was decided in it is written elsewhere, unless what it
// stands on may be lost.
func TestOldTurn(t *testing.T) {
	url, _ := postgrestest.Shared(t).Database(t)
	e := openAll(t, url, 1)[0]
	const id record.ID = "5eed0000000000000000000000000017"
	if err := e.Create(record.Meta{ID: id, Origin: "x"}); err != nil {
		t.Fatal(err)
	}
	k := e.known(id)
	for p, settled := range []func(error){nil, func(error) {}} {
		right, err := e.Sequence(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		s := k.session
		e.sessions.found(time.Hour)
		if !right.Wanted() {
			t.Error("it goes on")
		}
		k.mu.Lock()
		k.settled = settled
		k.mu.Unlock()
		done := make(chan error, 1)
		e.Commit(oneEntry(id, cite.Position(p)), func(err error) { done <- err })
		if err := <-done; (settled == nil) != (err == nil) || err != nil && !errors.Is(err, record.ErrConflict) {
			t.Errorf("decided upon what may be lost: %v; %v", settled != nil, err)
		}
		if !s.dropped.Load() {
			t.Error("the connection would be used")
		}
		right.Release()
	}
}

// sending is a connection that says when a statement is sent.
type sending struct {
	net.Conn
	sent func(string)
}

func (c sending) Write(b []byte) (int, error) {
	c.sent(string(b))
	return c.Conn.Write(b)
}

// TestFoundMeanwhile: where another server is found while an answer is waited for, the answer counts for nothing: what became of it is looked up there.
func TestFoundMeanwhile(t *testing.T) {
	server := postgrestest.Shared(t)
	url, name := server.Database(t)
	e := openAll(t, url, 1)[0]
	const id record.ID = "5eed0000000000000000000000000018"
	if err := e.Create(record.Meta{ID: id, Origin: "x"}); err != nil {
		t.Fatal(err)
	}
	k := e.known(id)
	var armed atomic.Value
	armed.Store("")
	var barriers atomic.Int32
	dial := e.sessions.config.DialFunc
	e.sessions.config.DialFunc = func(ctx context.Context, network, addr string) (net.Conn, error) {
		c, err := dial(ctx, network, addr)
		return sending{c, func(b string) {
			if strings.Contains(b, "\x00barrier\x00") {
				barriers.Add(1)
			}
			if word := armed.Load().(string); word != "" && strings.Contains(b, "\x00"+word+"\x00") && armed.CompareAndSwap(word, "") {
				e.sessions.found(time.Hour)
			}
		}}, err
	}
	take := func(armedWith string) record.Handover {
		t.Helper()
		e.sessions.found(time.Hour) // from here on over such a connection
		if armedWith == "lock" {
			armed.Store(armedWith)
		}
		right, err := e.Sequence(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		armed.Store(armedWith)
		return right.(record.Handover)
	}
	right := take("lock")
	armed.Store("")
	if e.sessions.old(k.session) {
		t.Error("a turn on a connection that is old when it begins")
	}
	right.Release()
	for p, last := range []bool{false, true} {
		right := take("append")
		b := oneEntry(id, cite.Position(p))
		b.Last = last
		done := make(chan error, 1)
		e.Commit(b, func(err error) { done <- err })
		if err := <-done; err != nil {
			t.Error(err)
		}
		if got := server.Value(t, name, "SELECT fence FROM plenary.record"); got != string("12"[p]) {
			t.Errorf("the last %v: taken for durable, and not looked up: %s", last, got)
		}
		right.Release()
	}
	e.sessions.found(time.Hour)
	armed.Store("fence")
	if again, err := e.resolve(k, []*request{{batch: oneEntry(id, 1)}}, errors.New("broken")); again || err != nil {
		t.Errorf("what became of it: again %v, %v", again, err)
	}
	if got := server.Value(t, name, "SELECT fence FROM plenary.record"); got != "4" {
		t.Errorf("taken for durable by the word of one that was replaced: %s", got)
	}
	right = take("unlock")
	told := make(chan error, 1)
	k.mu.Lock()
	k.settled, k.tail = func(err error) { told <- err }, nil
	k.mu.Unlock()
	right.Pass()
	if err := <-told; !errors.Is(err, record.ErrConflict) {
		t.Errorf("what a turn began on: %v", err)
	}
	right.Release()
	e.mu.Lock()
	delete(e.byNumber, k.number) // nothing is heard of it
	e.mu.Unlock()
	until(t, "nor was", func() bool { return !e.awaits(id) })
	durable := func(p cite.Position) {
		k.mu.Lock()
		defer k.mu.Unlock()
		k.durable = p
	}
	right = take("barrier")
	durable(0)
	if err := e.solid(t.Context(), k, 2); !errors.Is(err, errOld) {
		t.Errorf("found durable where it was: %v", err)
	}
	right.Release()
	barriers.Store(0)
	durable(0)
	armed.Store("barrier")
	if at, err := e.Head(id); err != nil || at != 2 || barriers.Load() != 2 {
		t.Errorf("the head is %d, asked %d times: %v", at, barriers.Load(), err)
	}
}

// TestNumberedOtherwise: a number that a server gave which another had taken the place of may be that of another record. Nothing of that one is looked at,
// and the record is looked for again.
func TestNumberedOtherwise(t *testing.T) {
	url, _ := postgrestest.Shared(t).Database(t)
	e := openAll(t, url, 1)[0]
	const id, other record.ID = "5eed0000000000000000000000000021", "5eed0000000000000000000000000022"
	for _, id := range []record.ID{id, other} {
		if err := e.Create(record.Meta{ID: id, Origin: string(id)}); err != nil {
			t.Fatal(err)
		}
	}
	e.known(id).number = e.known(other).number
	if _, err := e.Sequence(t.Context(), id); !errors.Is(err, record.ErrAway) {
		t.Fatalf("a turn on another record: %v", err)
	}
	right, err := e.Sequence(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	right.Release()
}

// TestNotPreferred: where an address would rather have a standby and there is none, whatever is taken instead is looked at too.
func TestNotPreferred(t *testing.T) {
	url, _ := postgrestest.Shared(t).Database(t)
	conn, err := pgconn.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	for _, refused := range []error{errOld, nil} {
		err := checked(t.Context(), pgconn.ValidateConnectTargetSessionAttrsPreferStandby, func(context.Context, *pgconn.PgConn) error { return refused })(t.Context(), conn)
		if is := reflect.TypeOf(err) == reflect.TypeFor[*pgconn.NotPreferredError](); is != (refused == nil) || !is && !errors.Is(err, refused) { // pgconn does not look into what is wrapped
			t.Errorf("%v: %v", refused, err)
		}
	}
}

// TestFewerOnce: where one connection says that there are fewer entries than were durable, and the next does not, nothing is damaged.
func TestFewerOnce(t *testing.T) {
	url, _ := postgrestest.Shared(t).Database(t)
	e := openAll(t, url, 1)[0]
	const id record.ID = "5eed0000000000000000000000000012"
	if err := e.Create(record.Meta{ID: id, Origin: "x"}); err != nil {
		t.Fatal(err)
	}
	k := e.known(id)
	durable := func(p cite.Position) {
		k.mu.Lock()
		defer k.mu.Unlock()
		k.durable = p
	}
	durable(1)
	dial := e.sessions.config.DialFunc
	e.sessions.config.DialFunc = func(ctx context.Context, network, addr string) (net.Conn, error) {
		durable(0)
		return dial(ctx, network, addr)
	}
	right, err := e.Sequence(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	right.Release()
	e.sessions.config.DialFunc = dial
	durable(1)
	if right, err := e.Sequence(t.Context(), id); !errors.Is(err, record.ErrDamaged) {
		if err == nil {
			right.Release()
		}
		t.Errorf("twice: %v", err)
	}
}

// TestWantedBeside: whoever has the turn asks whether it goes on while what it wrote is on its way; and it does not when the connection broke meanwhile.
func TestWantedBeside(t *testing.T) {
	url, _ := postgrestest.Shared(t).Database(t)
	e := openAll(t, url, 1)[0]
	const id record.ID = "5eed0000000000000000000000000013"
	if err := e.Create(record.Meta{ID: id, Origin: "x"}); err != nil {
		t.Fatal(err)
	}
	right, err := e.Sequence(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	defer right.Release()
	for p := range cite.Position(10) {
		done := make(chan error, 1)
		e.Commit(oneEntry(id, p), func(err error) { done <- err })
		for len(done) == 0 {
			if right.Wanted() {
				t.Fatal("nobody else wants it")
			}
		}
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
	_ = e.known(id).session.conn.Conn().Close()
	done := make(chan error, 1)
	e.Commit(oneEntry(id, 10), func(err error) { done <- err })
	if err := <-done; err != nil {
		t.Error(err)
	}
	if !right.Wanted() {
		t.Error("it goes on without its connection")
	}
}

func oneEntry(id record.ID, before cite.Position) *record.Batch {
	return &record.Batch{Record: id, Before: before, Head: before + 1, Rows: []record.Row{{Position: before + 1, Envelope: []byte{1}, Data: make([]byte, 40)}}}
}

// TestFirm: what was found durable on the connection on which it was found stays so when that breaks: whatever was decided upon it is written, and where the turn
// writes nothing, it is told.
func TestFirm(t *testing.T) {
	url, _ := postgrestest.Shared(t).Database(t)
	e := openAll(t, url, 1)[0]
	const id record.ID = "5eed0000000000000000000000000014"
	if err := e.Create(record.Meta{ID: id, Origin: "x"}); err != nil {
		t.Fatal(err)
	}
	commit := func(before cite.Position) error {
		done := make(chan error, 1)
		e.Commit(oneEntry(id, before), func(err error) { done <- err })
		return <-done
	}
	if err := commit(0); err != nil {
		t.Fatal(err)
	}
	k := e.known(id)
	e.mu.Lock()
	delete(e.byNumber, k.number) // nothing is heard of it
	e.mu.Unlock()
	until(t, "nor was", func() bool { return !e.awaits(id) })
	for name, c := range map[string]struct {
		firm bool
		then func(head cite.Position) error
		want error
	}{
		"written":      {true, commit, nil},
		"passed":       {true, func(cite.Position) error { k.tail = nil; e.pass(k, k.turn); return nil }, nil},
		"not found so": {false, func(p cite.Position) error { k.tail = nil; err := commit(p); e.pass(k, k.turn); return err }, record.ErrConflict},
	} {
		t.Run(name, func(t *testing.T) {
			k.mu.Lock()
			k.durable = 0
			k.mu.Unlock()
			right, err := e.Sequence(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			defer right.Release()
			told := make(chan error, 1)
			head, durable := right.(record.Handover).Begins(func(err error) { told <- err })
			if durable || !k.unsettled() {
				t.Fatal("durable already")
			}
			if c.firm {
				if err := e.solid(t.Context(), k, head); err != nil || k.unsettled() {
					t.Fatal(err)
				}
			}
			drop([]*session{k.session})
			if err := c.then(head); !errors.Is(err, c.want) {
				t.Errorf("what was decided upon it: %v", err)
			}
			if err := <-told; !errors.Is(err, c.want) {
				t.Errorf("told: %v", err)
			}
		})
	}
}

// TestFenceOverLast: where the fence of a record is raised before the last batch of a turn comes there, the turn is gone with it, and the batch is not sent again.
func TestFenceOverLast(t *testing.T) {
	server := postgrestest.Shared(t)
	url, name := server.Database(t)
	e := openAll(t, url, 1)[0]
	const id record.ID = "5eed0000000000000000000000000015"
	if err := e.Create(record.Meta{ID: id, Origin: "x"}); err != nil {
		t.Fatal(err)
	}
	right, err := e.Sequence(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	defer right.Release()
	server.Exec(t, name, "UPDATE plenary.record SET fence = fence + 1")
	b := oneEntry(id, 0)
	b.Last = true
	done := make(chan error, 1)
	e.Commit(b, func(err error) { done <- err })
	if err := <-done; !errors.Is(err, record.ErrConflict) {
		t.Errorf("the last of a turn: %v", err)
	}
	if got := server.Value(t, name, "SELECT position FROM plenary.record"); got != "0" {
		t.Errorf("the head was moved to %s in somebody else's turn", got)
	}
}

// TestCopyInDoubt: a copy that brings only outcomes is in doubt, and entries were written meanwhile: it is refused.
func TestCopyInDoubt(t *testing.T) {
	url, _ := postgrestest.Shared(t).Database(t)
	e := openAll(t, url, 1)[0]
	const id record.ID = "5eed0000000000000000000000000016"
	if err := e.Create(record.Meta{ID: id, Origin: "x"}); err != nil {
		t.Fatal(err)
	}
	for p := range cite.Position(2) {
		done := make(chan error, 1)
		e.Commit(oneEntry(id, p), func(err error) { done <- err })
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
	copied := &record.Batch{Record: id, Before: 1, Head: 1, Tokens: []record.TokenRow{{}}}
	if again, err := e.resolve(e.known(id), []*request{{batch: copied}}, errors.New("broken")); again || !errors.Is(err, errMoved) {
		t.Errorf("sent again %v: %v", again, err)
	}
}

// closesAlone: no standby confirms anything, and as many records as there may be connections wait until what stands there is durable. Close waits for none of
// them, and what waits for a connection is worked off.
func (s *twoServers) closesAlone(t *testing.T) {
	n := s.open(t)
	var ids []record.ID
	for i := range maxSessions + 1 {
		id := record.ID(strings.Repeat("0", 31) + string("0123456789abcdef"[i]))
		if err := n.Create(record.Meta{ID: id, Origin: "x"}); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	last := ids[maxSessions]
	s.Exec(t, s.name, "UPDATE plenary.record SET position = 1")
	s.alone(t)
	for _, id := range ids[:maxSessions] {
		n.engine.rest(n.engine.known(id))
	}
	until(t, "all wait for the standby", func() bool { return s.waits(t, n) == maxSessions })
	done, closed := make(chan error, 1), make(chan error, 1)
	n.engine.Commit(oneEntry(last, 0), func(err error) { done <- err })
	go func() { closed <- n.engine.Close() }()
	until(t, "it is closed", func() bool { return len(closed) > 0 })
	if err := <-done; !errors.Is(err, record.ErrConflict) {
		t.Errorf("upon nothing, where an entry stands: %v", err)
	}
}
