package door

import (
	"container/list"
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"github.com/openplenary/plenary/internal/platform"
)

// Caps bound connections. Event streams, which stay for hours and cost next to nothing, are counted by
// themselves (see Apart).
type Caps struct {
	Conns            int // in all
	PerPeer          int // of one peer that does not stand for many
	Streams          int // event streams in all
	StreamsPerSource int
}

// DefaultCaps are caps that leave the process enough of the files it may open: a connection is one of them.
func DefaultCaps() Caps {
	return capsFor(uint64(platform.OpenFiles()))
}

// capsFor keeps a quarter of the files, at most a thousand, for databases, uploads and logs, and shares the
// rest between connections and event streams.
func capsFor(files uint64) Caps {
	n := int(min(files-min(files/4, 1000), 32_000)) / 2
	return Caps{Conns: n, PerPeer: min(n, 256), Streams: n, StreamsPerSource: min(n, 512)}
}

// How slow a reader may be: every piece of an answer must be taken within writePace. The kernel's buffer of
// a connection is kept small, so that what it swallows is not mistaken for what was read, and so that
// thousands who do not read do not hold the machine's memory.
const (
	writePiece  = 16 << 10
	writePace   = 30 * time.Second
	writeBuffer = 64 << 10
)

// slowAfter is how long a request may take before its connection may be closed for another: the service itself
// answers in milliseconds, so it is its sender or its reader who is slow.
const slowAfter = 2 * time.Second

// Listener is a listener that bounds its connections. Where one too many comes, another is closed in its
// place: the one that has been waiting longest without a request, else the one whose request has taken
// longest, if that is more than two seconds. Where there is none, the new one is told to come back. So
// thousands who connect and say nothing, or go on slowly, keep nobody out.
type Listener struct {
	net.Listener
	caps Caps
	many func(netip.Addr) bool

	close sync.Once

	mu    sync.Mutex
	all   queue
	apart int
	peers map[string]*queue
}

// queue is what is connected, in all or from one peer: those without a request and those with one, each the
// longest first.
type queue struct {
	open          int
	waiting, busy *list.List // of *conn
}

func newQueue() queue { return queue{waiting: list.New(), busy: list.New()} }

// first is the connection to close for another, nil for none.
func (q *queue) first(now time.Time) *conn {
	if e := q.waiting.Front(); e != nil {
		return e.Value.(*conn)
	}
	if e := q.busy.Front(); e != nil {
		if c := e.Value.(*conn); now.Sub(c.since) > slowAfter {
			return c
		}
	}
	return nil
}

// Listen bounds the connections of a listener. many reports the peers that stand for many people: only the
// cap in all is for them.
func Listen(l net.Listener, caps Caps, many func(netip.Addr) bool) *Listener {
	return &Listener{Listener: l, caps: caps, many: many, all: newQueue(), peers: map[string]*queue{}}
}

// Connect makes a server tell the listener which of its connections have a request, and each request which
// connection it came by.
func (l *Listener) Connect(srv *http.Server) {
	srv.ConnState = func(c net.Conn, state http.ConnState) {
		if c, ok := under(c).(*conn); ok {
			switch state {
			case http.StateActive:
				l.turn(c, true)
			case http.StateIdle:
				l.turn(c, false)
			}
		}
	}
	srv.ConnContext = func(ctx context.Context, c net.Conn) context.Context {
		return context.WithValue(ctx, connKey{}, under(c))
	}
}

// under is the connection that one of TLS runs over.
func under(c net.Conn) net.Conn {
	if t, ok := c.(*tls.Conn); ok {
		return t.NetConn()
	}
	return c
}

// acceptors take connections, so that a rush of them does not wait for the turn of one.
const acceptors = 8

// Serve has a server answer on the listener until it is shut down, as http.Server.Serve does; over TLS where the server says how.
func (l *Listener) Serve(srv *http.Server) error {
	l.Connect(srv)
	serve := srv.Serve
	if srv.TLSConfig != nil {
		serve = func(l net.Listener) error { return srv.ServeTLS(l, "", "") }
	}
	done := make(chan error, acceptors)
	for range acceptors {
		go func() { done <- serve(l) }()
	}
	err := <-done
	_ = l.Close()
	for range acceptors - 1 {
		if other := <-done; err == nil {
			err = other
		}
	}
	return err
}

type connKey struct{}

// Apart counts the connection of a request apart until end is called: it has become an event stream. Over HTTP/2 it may carry
// several, and stays when they are over.
func Apart(ctx context.Context) (end func()) {
	c, ok := ctx.Value(connKey{}).(*conn)
	if !ok {
		return func() {}
	}
	c.l.apartFrom(c)
	return sync.OnceFunc(func() {
		if c.l.back(c) {
			_ = c.Close()
		}
	})
}

// Open says how many connections there are, and how many beside them that are counted apart.
func (l *Listener) Open() (open, apart int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.open, l.apart
}

// Close stops listening. Closing again is no error: several may take connections from one listener.
func (l *Listener) Close() (err error) {
	l.close.Do(func() { err = l.Listener.Close() })
	return err
}

const sorry = "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"

// Accept waits for the next connection that there is room for.
func (l *Listener) Accept() (net.Conn, error) {
	for {
		raw, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if b, ok := raw.(interface{ SetWriteBuffer(int) error }); ok {
			_ = b.SetWriteBuffer(writeBuffer) // a connection that has gone is found out soon enough
		}
		c, instead := l.admit(raw)
		if instead != nil {
			_ = instead.Close()
		}
		if c != nil {
			return c, nil
		}
		_ = raw.SetWriteDeadline(time.Now().Add(time.Second)) // a new connection's buffer is empty: this does not wait
		_, _ = raw.Write([]byte(sorry))
		_ = raw.Close()
	}
}

// admit finds room for a connection, if need be in the place of another. c is nil where there is none.
func (l *Listener) admit(raw net.Conn) (c, instead *conn) {
	from := ""
	if a := peerOf(raw.RemoteAddr().String()); a.IsValid() && !l.many(a) {
		from = key(a)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	var among *queue
	switch p := l.peers[from]; {
	case p != nil && p.open >= l.caps.PerPeer:
		among = p
	case l.all.open >= l.caps.Conns:
		among = &l.all
	}
	now := time.Now()
	if among != nil {
		if instead = among.first(now); instead == nil {
			return nil, nil
		}
		l.drop(instead)
	}
	c = &conn{Conn: raw, l: l, from: from}
	l.count(c)
	l.enqueue(c, false, now)
	return c, instead
}

// count, enqueue, dequeue and drop are called with the lock held.
func (l *Listener) count(c *conn) {
	l.all.open++
	if c.from == "" {
		return
	}
	if l.peers[c.from] == nil {
		q := newQueue()
		l.peers[c.from] = &q
	}
	l.peers[c.from].open++
}

func (l *Listener) enqueue(c *conn, busy bool, now time.Time) {
	c.since = now
	into := func(q *queue) place {
		list := q.waiting
		if busy {
			list = q.busy
		}
		return place{list, list.PushBack(c)}
	}
	c.places = append(c.places[:0], into(&l.all))
	if c.from != "" {
		c.places = append(c.places, into(l.peers[c.from]))
	}
}

func (l *Listener) dequeue(c *conn) {
	for _, p := range c.places {
		p.list.Remove(p.at)
	}
	c.places = c.places[:0]
}

func (l *Listener) drop(c *conn) {
	l.dequeue(c)
	switch c.state {
	case stateOpen:
		l.all.open--
		if c.from != "" {
			p := l.peers[c.from]
			if p.open--; p.open == 0 {
				delete(l.peers, c.from)
			}
		}
	case stateApart:
		l.apart--
	}
	c.state = stateGone
}

// turn notes that a connection has a request now, or has none any more.
func (l *Listener) turn(c *conn, busy bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	c.busy = busy
	if c.state == stateOpen {
		l.dequeue(c)
		l.enqueue(c, busy, time.Now())
	}
}

func (l *Listener) apartFrom(c *conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	c.streams++
	if c.state == stateOpen {
		l.drop(c)
		c.state = stateApart
		l.apart++
	}
}

// back counts a connection with the others again when its last event stream is over, and reports whether it is one too many.
func (l *Listener) back(c *conn) (close bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if c.streams--; c.streams > 0 || c.state != stateApart {
		return false
	}
	l.apart--
	c.state = stateOpen
	l.count(c)
	l.enqueue(c, c.busy, time.Now())
	return l.all.open > l.caps.Conns || c.from != "" && l.peers[c.from].open > l.caps.PerPeer
}

// place is where a connection stands in a list.
type place struct {
	list *list.List
	at   *list.Element
}

type connState uint8

const (
	stateOpen  connState = iota // counted
	stateApart                  // an event stream
	stateGone                   // counted no more
)

// conn is a connection that is counted, and whose reader must keep reading.
type conn struct {
	net.Conn
	l    *Listener
	from string // "" for a peer that stands for many

	// guarded by the listener's lock
	state   connState
	since   time.Time // it waits, or has its request
	busy    bool
	streams int // event streams that it carries
	places  []place

	mu    sync.Mutex
	until time.Time // what the server set for the whole answer, zero for none
}

// SetWriteDeadline sets the deadline of the whole answer.
func (c *conn) SetWriteDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.until = t
	return c.Conn.SetWriteDeadline(t)
}

// SetDeadline sets the deadlines of reading and of the whole answer.
func (c *conn) SetDeadline(t time.Time) error {
	if err := c.SetReadDeadline(t); err != nil {
		return err
	}
	return c.SetWriteDeadline(t)
}

func (c *conn) nextPiece() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	t := time.Now().Add(writePace)
	if !c.until.IsZero() && c.until.Before(t) {
		t = c.until
	}
	return c.Conn.SetWriteDeadline(t)
}

// Write sends piece by piece; a piece that is not taken in time ends it.
func (c *conn) Write(b []byte) (n int, err error) {
	for {
		if err := c.nextPiece(); err != nil {
			return n, err
		}
		m, err := c.Conn.Write(b[n:min(len(b), n+writePiece)])
		n += m
		if err != nil || n == len(b) {
			return n, err
		}
	}
}

// Close ends the connection and gives its place back.
func (c *conn) Close() error {
	c.l.mu.Lock()
	c.l.drop(c)
	c.l.mu.Unlock()
	return c.Conn.Close()
}
