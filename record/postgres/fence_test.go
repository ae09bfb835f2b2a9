package postgres

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/record"
	"github.com/openplenary/plenary/record/postgres/postgrestest"
)

// TestFence: a statement does nothing once the fence was raised, though the head is where it begins; nor where the head has moved,
// though its sender knows nothing of that.
func TestFence(t *testing.T) {
	url, _ := postgrestest.Shared(t).Database(t)
	engines := openAll(t, url, 2)
	const id record.ID = "5eed0000000000000000000000000001"
	if err := engines[0].Create(record.Meta{ID: id, Origin: "x"}); err != nil {
		t.Fatal(err)
	}
	batch := func(mark byte) *record.Batch {
		return &record.Batch{Record: id, Head: 1, Rows: []record.Row{{Position: 1, Envelope: []byte{mark}, Data: make([]byte, 40)}}}
	}
	k, err := engines[0].find(id)
	if err != nil {
		t.Fatal(err)
	}
	s, err := engines[0].sessions.get(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	args, err := arguments(k.number, 0, []*request{{batch: batch(1)}})
	if err != nil {
		t.Fatal(err)
	}
	v, err := s.values(args...)
	if err != nil {
		t.Fatal(err)
	}
	if at, err := s.raise(t.Context(), k.number); err != nil || at.head != 0 || at.fence != 1 {
		t.Fatal(at, err)
	}
	if _, err := engines[1].find(id); err != nil { // it knows of the fence, and of a head of 0
		t.Fatal(err)
	}
	if moved, err := s.append(v, [][]byte{[]byte("head"), make([]byte, 8), nil}); err != nil || moved {
		t.Errorf("written over a fence: %v", err)
	}
	engines[0].sessions.put(s)
	for i, want := range []error{nil, record.ErrConflict} {
		done := make(chan error, 1)
		engines[i].Commit(batch(byte(i)), func(err error) { done <- err })
		if err := <-done; !errors.Is(err, want) {
			t.Errorf("engine %d: %v", i, err)
		}
	}
	if head, err := engines[1].Head(id); err != nil || head != 1 {
		t.Errorf("the head is %d: %v", head, err)
	}
	rows, err := engines[1].Texts(t.Context(), id, []cite.Position{1})
	if err != nil || rows[0].Envelope[0] != 0 {
		t.Errorf("whose entry: %v %v", rows, err)
	}
}

// TestDecidedOnWhatFailed: a node whose connection broke in its turn has two batches, the second decided on the first. Another wrote as many
// entries as the first meanwhile. The second stands where the head is then, and is refused with the first all the same. In the next turn
// the node writes again.
func TestDecidedOnWhatFailed(t *testing.T) {
	url, _ := postgrestest.Shared(t).Database(t)
	const id record.ID = "5eed0000000000000000000000000002"
	var engines []*Engine
	for range 2 {
		e, err := Open(t.Context(), Options{URL: url})
		if err == nil {
			err = e.MarkVerified()
		}
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = e.Close() })
		engines = append(engines, e)
	}
	if err := engines[0].Create(record.Meta{ID: id, Origin: "x"}); err != nil {
		t.Fatal(err)
	}
	commit := func(e *Engine, before cite.Position, mark byte) <-chan error {
		done := make(chan error, 1)
		e.Commit(&record.Batch{Record: id, Before: before, Head: before + 1,
			Rows: []record.Row{{Position: before + 1, Envelope: []byte{mark}, Data: make([]byte, 40)}}}, func(err error) { done <- err })
		return done
	}
	right, err := engines[0].Sequence(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	k, err := engines[0].find(id)
	if err != nil {
		t.Fatal(err)
	}
	if err := k.session.conn.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := <-commit(engines[1], 0, 1); err != nil {
		t.Fatal("the other:", err)
	}
	first := <-commit(engines[0], 0, 2)
	second := <-commit(engines[0], 1, 3)
	if !errors.Is(first, record.ErrConflict) || !errors.Is(second, record.ErrConflict) {
		t.Errorf("the first: %v; what was decided on it: %v", first, second)
	}
	right.Release()
	if right, err = engines[0].Sequence(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if err := <-commit(engines[0], 1, 4); err != nil {
		t.Error("in the next turn:", err)
	}
	right.Release()
	rows, err := engines[1].Texts(t.Context(), id, []cite.Position{1, 2})
	if err != nil || rows[0].Envelope[0] != 1 || rows[1].Envelope[0] != 4 {
		t.Errorf("what stands: %v %v", rows, err)
	}
}

// TestLateTurn: a node is stopped while it is given the turn, loses it to another that writes, and is told of that before it reads that it had
// the turn. That is no damage; what it writes then is refused.
func TestLateTurn(t *testing.T) {
	server := postgrestest.Shared(t)
	url, name := server.Database(t)
	engines := openAll(t, url, 2)
	const id record.ID = "5eed0000000000000000000000000003"
	if err := engines[0].Create(record.Meta{ID: id, Origin: "x"}); err != nil {
		t.Fatal(err)
	}
	commit := func(e *Engine, mark byte) error {
		done := make(chan error, 1)
		e.Commit(&record.Batch{Record: id, Head: 1, Rows: []record.Row{{Position: 1, Envelope: []byte{mark}, Data: make([]byte, 40)}}}, func(err error) { done <- err })
		return <-done
	}
	late := engines[0]
	k, err := late.find(id)
	if err != nil {
		t.Fatal(err)
	}
	s, err := late.sessions.get(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	at, err := late.lock(t.Context(), s, k)
	if err != nil {
		t.Fatal(err)
	}
	server.Exec(t, name, fmt.Sprintf("SELECT pg_terminate_backend(%d)", s.conn.PID()))
	if err := commit(engines[1], 1); err != nil {
		t.Fatal(err)
	}
	until(t, "it is told what the other wrote", func() bool { return k.durably() == 1 })
	if err := late.entered(k, s, at); err != nil {
		t.Fatal(err)
	}
	if err := commit(late, 2); !errors.Is(err, record.ErrConflict) {
		t.Errorf("written in a turn that was lost: %v", err)
	}
	late.giveBack(k.takeSession())
}

// TestPassAfterClose: a turn that is given back only when Close has looked at what it need not wait for is not waited for either: where no standby confirms
// anything, that would be for ever.
func TestPassAfterClose(t *testing.T) {
	url, _ := postgrestest.Shared(t).Database(t)
	e := openAll(t, url, 1)[0]
	const id record.ID = "5eed0000000000000000000000000004"
	if err := e.Create(record.Meta{ID: id, Origin: "x"}); err != nil {
		t.Fatal(err)
	}
	right, err := e.Sequence(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	defer right.Release()
	k := e.known(id)
	told := make(chan error, 1)
	k.settled = func(err error) { told <- err }
	e.closed.Store(true)
	e.pass(k, k.turn)
	e.closed.Store(false)
	if err := <-told; !errors.Is(err, record.ErrConflict) {
		t.Errorf("it was waited for: %v", err)
	}
}

// TestDurableByWhom: the end of a turn says that what stood where it began is durable, on the connection that had it, and nothing of what is heard of the
// head otherwise: that may be of another server.
func TestDurableByWhom(t *testing.T) {
	url, _ := postgrestest.Shared(t).Database(t)
	for name, ends := range map[string]func(*Engine, *kept, func(cite.Position, bool) error){
		"given back": func(e *Engine, k *kept, _ func(cite.Position, bool) error) {
			k.head = 5
			e.pass(k, k.turn)
		},
		"the last batch is refused": func(e *Engine, k *kept, commit func(cite.Position, bool) error) {
			k.head = 5
			if err := commit(5, true); !errors.Is(err, record.ErrConflict) {
				t.Errorf("upon entries that are not there: %v", err)
			}
		},
		"by another connection": func(e *Engine, k *kept, commit func(cite.Position, bool) error) {
			k.head, k.began = 5, 5
			drop([]*session{k.session})
			if err := commit(5, true); !errors.Is(err, record.ErrConflict) {
				t.Errorf("upon entries that are not there: %v", err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			e := openAll(t, url, 1)[0]
			id := record.ID(fmt.Sprintf("%032x", name))[:32]
			if err := e.Create(record.Meta{ID: id, Origin: "x"}); err != nil {
				t.Fatal(err)
			}
			commit := func(before cite.Position, last bool) error {
				done := make(chan error, 1)
				e.Commit(&record.Batch{Record: id, Before: before, Head: before + 1, Last: last,
					Rows: []record.Row{{Position: before + 1, Envelope: []byte{1}, Data: make([]byte, 40)}}}, func(err error) { done <- err })
				return <-done
			}
			if err := commit(0, false); err != nil {
				t.Fatal(err)
			}
			right, err := e.Sequence(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			k := e.known(id)
			ends(e, k, commit)
			right.Release()
			if at := k.durably(); at != 1 {
				t.Errorf("durable up to %d of 1", at)
			}
		})
	}
}

// TestSolid: one mark says of everything up to where the turn began that it is durable, and of nothing else.
func TestSolid(t *testing.T) {
	url, _ := postgrestest.Shared(t).Database(t)
	e := openAll(t, url, 1)[0]
	const id record.ID = "5eed0000000000000000000000000005"
	if err := e.Create(record.Meta{ID: id, Origin: "x"}); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	e.Commit(&record.Batch{Record: id, Head: 2, Rows: []record.Row{
		{Position: 1, Envelope: []byte{1}, Data: make([]byte, 40)}, {Position: 2, Envelope: []byte{2}, Data: make([]byte, 40)}}}, func(err error) { done <- err })
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	k := e.known(id)
	if err := e.solid(t.Context(), k, 3); !errors.Is(err, record.ErrAway) {
		t.Errorf("of what was found in no turn: %v", err)
	}
	right, err := e.Sequence(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	defer right.Release()
	if err := e.solid(t.Context(), k, 3); !errors.Is(err, record.ErrAway) {
		t.Errorf("of what is after the turn began: %v", err)
	}
	k.mu.Lock()
	k.durable = 0
	k.mu.Unlock()
	if err := e.solid(t.Context(), k, 1); err != nil || k.durably() != 2 {
		t.Errorf("durable up to %d: %v", k.durably(), err)
	}
}

// TestDistrusted: on a connection that was opened, or was being opened, when the server was not known to be there nothing is begun any more once it is: it may lead to
// one that another has taken the place of, whose word on what is durable is heard from then on.
func TestDistrusted(t *testing.T) {
	server := postgrestest.Shared(t)
	url, name := server.Database(t)
	e := openAll(t, url, 1)[0]
	const id record.ID = "5eed0000000000000000000000000008"
	if err := e.Create(record.Meta{ID: id, Origin: "x"}); err != nil {
		t.Fatal(err)
	}
	dial := e.sessions.config.DialFunc
	var dialled atomic.Int32
	meanwhile := make(chan *session, 1)
	e.sessions.mu.Lock()
	e.sessions.config.DialFunc = func(ctx context.Context, network, addr string) (net.Conn, error) {
		if dialled.Add(1) == 1 { // the new listener's
			s, err := e.sessions.get(ctx)
			if err == nil && s.broken() { // one that was idle
				e.sessions.put(s)
				s, err = e.sessions.get(ctx)
			}
			if err != nil || s.broken() {
				t.Error(err)
			}
			meanwhile <- s
		}
		return dial(ctx, network, addr)
	}
	e.sessions.mu.Unlock()
	server.Exec(t, name, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
	s := <-meanwhile
	if s == nil {
		t.FailNow()
	}
	until(t, "the server is found again", func() bool { return e.reach.Load().Err() == nil })
	if _, err := e.lock(t.Context(), s, e.known(id)); !errors.Is(err, errOld) {
		t.Errorf("a turn on what was opened meanwhile: %v", err)
	}
	e.sessions.put(s)
	if !s.broken() {
		t.Error("what was opened meanwhile would be used")
	}
	if right, err := e.Sequence(t.Context(), id); err != nil {
		t.Error(err)
	} else {
		right.Release()
	}
	checked := 0
	p := newSessions(e.sessions.config, nil)
	p.check = func(context.Context, *pgconn.PgConn) error {
		if checked++; checked == 1 {
			p.silent()
		}
		return nil
	}
	s, err := p.get(t.Context())
	if err != nil || checked != 2 {
		t.Errorf("connected %d times: %v", checked, err)
	}
	p.put(s)
	p.close()
}

// TestOutcomeMissed: whoever did not find what became of an earlier ask, though that stands there, writes nothing.
func TestOutcomeMissed(t *testing.T) {
	server := postgrestest.Shared(t)
	url, name := server.Database(t)
	e := openAll(t, url, 1)[0]
	const id record.ID = "5eed0000000000000000000000000009"
	if err := e.Create(record.Meta{ID: id, Origin: "x"}); err != nil {
		t.Fatal(err)
	}
	hash := record.TokenHash{1}
	if found, err := e.Tokens(id, []record.TokenHash{hash}); err != nil || len(found) > 0 {
		t.Fatal(found, err)
	}
	key := tokenKey(e.known(id).number, hash)
	server.Exec(t, name, fmt.Sprintf(`INSERT INTO plenary.token VALUES ('\x%x', 'x')`, key))
	commit := func(b *record.Batch) error {
		b.Record, b.Tokens = id, []record.TokenRow{{Hash: hash}}
		done := make(chan error, 1)
		e.Commit(b, func(err error) { done <- err })
		return <-done
	}
	for _, last := range []bool{false, true} {
		right, err := e.Sequence(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		err = commit(&record.Batch{Head: 1, Last: last, Rows: []record.Row{{Position: 1, Envelope: []byte{1}, Data: make([]byte, 40)}}})
		if !errors.Is(err, record.ErrNotWritten) {
			t.Errorf("the last of a turn %v: %v", last, err)
		}
		right.Release()
	}
	if head, err := e.Head(id); err != nil || head != 0 {
		t.Errorf("the head is %d: %v", head, err)
	}
	if err := commit(&record.Batch{}); err != nil { // a copy, sent again
		t.Error(err)
	}
}

// TestWaitsOnOld: what waits on a connection to a server that another has taken the place of is ended, and nothing that was begun afterwards.
func TestWaitsOnOld(t *testing.T) {
	url, _ := postgrestest.Shared(t).Database(t)
	e := openAll(t, url, 1)[0]
	old, err := e.sessions.get(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer e.sessions.put(old)
	ended := make(chan error, 1)
	go func() {
		ended <- old.conn.Exec(context.Background(), "SELECT pg_sleep(3600)").Close()
	}()
	e.sessions.found(0)
	next, err := e.sessions.get(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer e.sessions.put(next)
	until(t, "it is ended", func() bool { return len(ended) > 0 })
	if <-ended == nil || !old.broken() || next.broken() {
		t.Error("another was ended")
	}
}

// hearing is a connection that says when it is asked to tell what others do.
type hearing struct {
	net.Conn
	asked func()
}

func (h hearing) Write(b []byte) (int, error) {
	if strings.Contains(string(b), "LISTEN plenary") {
		h.asked()
	}
	return h.Conn.Write(b)
}

// TestDistrustedFirst: nothing is heard of a server that was found again before what was connected earlier is distrusted.
func TestDistrustedFirst(t *testing.T) {
	server := postgrestest.Shared(t)
	url, name := server.Database(t)
	e := openAll(t, url, 1)[0]
	dial := e.sessions.config.DialFunc
	heard := make(chan bool, 1)
	e.sessions.mu.Lock()
	e.sessions.config.DialFunc = func(ctx context.Context, network, addr string) (net.Conn, error) {
		c, err := dial(ctx, network, addr)
		s := &session{since: e.sessions.away()} // somebody connects beside
		return hearing{c, func() {
			select {
			case heard <- e.sessions.old(s):
			default:
			}
		}}, err
	}
	e.sessions.mu.Unlock()
	server.Exec(t, name, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
	if !<-heard {
		t.Error("it would be held against what an old connection says")
	}
}

// TestWaitsElsewhere: whoever waits for the turn on a record of another database of the same server waits for nothing here.
func TestWaitsElsewhere(t *testing.T) {
	const id record.ID = "5eed0000000000000000000000000006"
	var nodes [][]*Engine
	for range 2 {
		url, _ := postgrestest.Shared(t).Database(t)
		nodes = append(nodes, openAll(t, url, 2))
		if err := nodes[len(nodes)-1][0].Create(record.Meta{ID: id, Origin: "x"}); err != nil {
			t.Fatal(err)
		}
	}
	first, err := nodes[0][0].Sequence(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() {
		right, err := nodes[0][1].Sequence(t.Context(), id)
		if err == nil {
			right.Release()
		}
		ended <- err
	}()
	until(t, "somebody waits", func() bool { return nodes[0][0].known(id).wanted.Load() })
	right, err := nodes[1][0].Sequence(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if nodes[1][0].known(id).wanted.Load() {
		t.Error("wanted in another database")
	}
	right.Release()
	first.Release()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// TestDropped: a connection that was given up is used by nobody any more, though the server said no more than that it refused something.
func TestDropped(t *testing.T) {
	url, _ := postgrestest.Shared(t).Database(t)
	e := openAll(t, url, 1)[0]
	s, err := e.sessions.get(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.query(t.Context(), "patience", "no number"); !refused(err) || s.broken() {
		t.Fatal(err)
	}
	drop([]*session{s})
	if !s.broken() {
		t.Error("it would be used again")
	}
	e.sessions.put(s)
	next, err := e.sessions.get(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer e.sessions.put(next)
	if err := next.barrier(t.Context()); err != nil {
		t.Error("the next: ", err)
	}
}

// TestTurnOfABrokenConnection: whoever's connection broke has the turn no longer, and decides nothing more in it.
func TestTurnOfABrokenConnection(t *testing.T) {
	url, _ := postgrestest.Shared(t).Database(t)
	e := openAll(t, url, 1)[0]
	const id record.ID = "5eed0000000000000000000000000011"
	if err := e.Create(record.Meta{ID: id, Origin: "x"}); err != nil {
		t.Fatal(err)
	}
	right, err := e.Sequence(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	defer right.Release()
	if right.Wanted() {
		t.Error("nobody else wants it")
	}
	drop([]*session{e.known(id).session})
	if !right.Wanted() {
		t.Error("the turn goes on without its connection")
	}
}

// TestPassOnBrokenConnection: where no more than a connection broke, what a turn began on is not given up, and nothing has to be read anew. Where another
// entry stands in its place, it is.
func TestPassOnBrokenConnection(t *testing.T) {
	url, _ := postgrestest.Shared(t).Database(t)
	e := openAll(t, url, 1)[0]
	const id record.ID = "5eed0000000000000000000000000007"
	if err := e.Create(record.Meta{ID: id, Origin: "x"}); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	e.Commit(&record.Batch{Record: id, Head: 1, Rows: []record.Row{{Position: 1, Envelope: []byte{1}, Data: make([]byte, 40)}}}, func(err error) { done <- err })
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		came []tailRow
		want error
	}{
		"there":       {[]tailRow{{at: 1, envelope: []byte{1}}}, nil},
		"another":     {[]tailRow{{at: 1, envelope: []byte{2}}}, record.ErrConflict},
		"not so much": {nil, record.ErrConflict},
	} {
		right, err := e.Sequence(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		k := e.known(id)
		told := make(chan error, 1)
		k.settled, k.tail = func(err error) { told <- err }, c.came
		if err := k.session.conn.Conn().Close(); err != nil {
			t.Fatal(err)
		}
		e.pass(k, k.turn)
		if err := <-told; !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
		right.Release()
	}
}

// TestPlans: what is looked for is found by an index, though the server believes that its tables are empty.
func TestPlans(t *testing.T) {
	server := postgrestest.Shared(t)
	url, name := server.Database(t)
	e := openAll(t, url, 1)[0]
	server.Exec(t, name, "ANALYZE plenary.token, plenary.entry, plenary.text, plenary.tile")
	for sql, arg := range map[string]any{
		"SELECT key, outcome FROM plenary.token WHERE key = ANY($1)":                         [][]byte{{1}},
		"SELECT id, envelope, data FROM plenary.entry WHERE id BETWEEN $1 AND 9 ORDER BY id": 1,
		"SELECT hashes FROM plenary.tile WHERE id = $1":                                      1,
	} {
		rows, err := e.read.Query(t.Context(), "EXPLAIN "+sql, arg)
		if err != nil {
			t.Fatal(err)
		}
		plan, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil || !strings.Contains(strings.Join(plan, " "), "Index") {
			t.Errorf("%s: %q %v", sql, plan, err)
		}
	}
}

// openAll opens engines that may write.
func openAll(t *testing.T, url string, n int) (engines []*Engine) {
	t.Helper()
	for range n {
		e, err := Open(t.Context(), Options{URL: url})
		if err == nil {
			err = e.MarkVerified()
		}
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = e.Close() })
		engines = append(engines, e)
	}
	return engines
}

// TestEraseInBatch: of what a batch erases, that which stands before it is deleted, and that which it brings is not stored.
func TestEraseInBatch(t *testing.T) {
	row := func(p cite.Position) record.Row {
		return record.Row{Position: p, Envelope: []byte{1}, Data: []byte{2}, Text: []byte{3}}
	}
	first := &record.Batch{Before: 2, Head: 4, Rows: []record.Row{row(3), row(4)}}
	second := &record.Batch{Before: 4, Head: 6, Rows: []record.Row{row(5), row(6)}, Erase: []cite.Position{1, 2, 3, 6}}
	args, err := arguments(1, 0, []*request{{batch: first}, {batch: second}})
	if err != nil {
		t.Fatal(err)
	}
	texts, erase := args[8].([][]byte), args[13].([]int64)
	if !slices.Equal(erase, []int64{rowid(1, 1), rowid(1, 2)}) {
		t.Errorf("deleted: %v", erase)
	}
	for i, stays := range []bool{false, true, true, false} {
		if (texts[i] != nil) != stays {
			t.Errorf("the text of entry %d is stored: %v", i+3, !stays)
		}
	}
}
