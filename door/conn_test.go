package door

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// pipes is a listener whose connections are pipes: nothing is buffered, and clocks can be faked.
type pipes struct {
	conns chan net.Conn
	done  chan struct{}
}

func newPipes() *pipes { return &pipes{make(chan net.Conn), make(chan struct{})} }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error { close(p.done); return nil }

func (p *pipes) Addr() net.Addr { return pipeAddr("192.0.2.1:80") }

type pipeAddr string

func (a pipeAddr) Network() string { return "pipe" }
func (a pipeAddr) String() string  { return string(a) }

type pipeConn struct {
	net.Conn
	from string
}

func (c pipeConn) RemoteAddr() net.Addr { return pipeAddr(c.from) }

// dial connects from an address.
func (p *pipes) dial(from string) net.Conn {
	here, there := net.Pipe()
	p.conns <- pipeConn{there, from}
	return here
}

// world is a server behind the door, in a bubble.
type world struct {
	*pipes
	l   *Listener
	srv *http.Server
}

func serve(t *testing.T, caps Caps, h http.HandlerFunc) *world {
	p := newPipes()
	w := &world{pipes: p, l: Listen(p, caps, func(a netip.Addr) bool { return a == netip.MustParseAddr("10.0.0.5") })}
	w.srv = &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second, IdleTimeout: time.Minute, ReadTimeout: BodyTime, WriteTimeout: time.Hour}
	w.l.Connect(w.srv)
	go w.srv.Serve(w.l)
	t.Cleanup(func() {
		w.srv.Close()
		synctest.Wait()
		if open, apart := w.l.Open(); open != 0 || apart != 0 || w.l.all.waiting.Len() != 0 || w.l.all.busy.Len() != 0 || len(w.l.peers) != 0 {
			t.Errorf("after all is closed %d are open, %d apart, %d wait, %d peers", open, apart, w.l.all.waiting.Len()+w.l.all.busy.Len(), len(w.l.peers))
		}
	})
	return w
}

// ask sends a request and returns the status of the answer, 0 where there is none.
func ask(c net.Conn) int {
	r := bufio.NewReader(c)
	go io.WriteString(c, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	resp, err := http.ReadResponse(r, nil)
	if err != nil {
		return 0
	}
	defer resp.Body.Close()
	io.Copy(io.Discard, resp.Body)
	return resp.StatusCode
}

func closed(c net.Conn) bool {
	c.SetReadDeadline(time.Now().Add(time.Millisecond))
	_, err := c.Read(make([]byte, 1))
	return errors.Is(err, io.EOF)
}

func ok(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "ok") }

// TestIdleMakeRoom: those who connect and say nothing keep nobody out.
func TestIdleMakeRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := serve(t, Caps{Conns: 3, PerPeer: 2}, ok)
		first, second, third := w.dial("192.0.2.7:1"), w.dial("192.0.2.8:1"), w.dial("192.0.2.9:1")
		synctest.Wait()
		if got := ask(first); got != 200 { // has waited least now
			t.Fatalf("the first is answered with %d", got)
		}
		fourth := w.dial("192.0.2.10:1")
		if got := ask(fourth); got != 200 {
			t.Errorf("one more is answered with %d", got)
		}
		if !closed(second) || closed(first) || closed(third) {
			t.Error("it is not the one that waited longest that made room")
		}
		// Of one peer, its own make room.
		mine := w.dial("192.0.2.10:2")
		again := w.dial("192.0.2.10:3")
		synctest.Wait()
		if got := ask(again); got != 200 {
			t.Errorf("a third of one peer is answered with %d", got)
		}
		if !closed(fourth) || closed(mine) {
			t.Error("it is not the peer's own that made room")
		}
		if open, _ := w.l.Open(); open != 3 {
			t.Errorf("%d are open", open)
		}
	})
}

// TestBusyAreKept: where all have a request, the new one is told to come back.
func TestBusyAreKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		free := make(chan struct{})
		w := serve(t, Caps{Conns: 3, PerPeer: 2}, func(http.ResponseWriter, *http.Request) { <-free })
		answers := make(chan int, 3)
		for _, from := range []string{"192.0.2.7:1", "192.0.2.7:2", "10.0.0.5:1"} {
			go func() { answers <- ask(w.dial(from)) }()
		}
		synctest.Wait()
		for _, from := range []string{"192.0.2.7:3", "192.0.2.8:1", "10.0.0.5:2"} {
			resp, err := http.ReadResponse(bufio.NewReader(w.dial(from)), nil)
			if err != nil || resp.StatusCode != 503 || resp.Header.Get("Retry-After") == "" {
				t.Errorf("%s is answered with %v %v", from, resp, err)
			}
		}
		close(free)
		for range 3 {
			if got := <-answers; got != 200 {
				t.Errorf("one that was there is answered with %d", got)
			}
		}
	})
}

// TestSlowMakeRoom: thousands who go on slowly keep nobody out either: where all have a request, the one that
// has taken longest goes.
func TestSlowMakeRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := serve(t, Caps{Conns: 3, PerPeer: 2}, func(w http.ResponseWriter, r *http.Request) { io.Copy(io.Discard, r.Body) })
		var slow []net.Conn
		for _, from := range []string{"192.0.2.7:1", "192.0.2.8:1", "192.0.2.9:1"} {
			c := w.dial(from)
			io.WriteString(c, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nx")
			slow = append(slow, c)
			time.Sleep(time.Second / 2)
		}
		if got := ask(w.dial("192.0.2.10:1")); got != 503 {
			t.Errorf("in the place of one that is as quick as can be expected: %d", got)
		}
		time.Sleep(time.Second)
		if got := ask(w.dial("192.0.2.10:1")); got != 200 {
			t.Errorf("one more is answered with %d", got)
		}
		if !closed(slow[0]) || closed(slow[1]) || closed(slow[2]) {
			t.Error("it is not the slowest that made room")
		}
	})
}

// TestPeersThatStandForMany are held to the cap in all only.
func TestPeersThatStandForMany(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		free := make(chan struct{})
		w := serve(t, Caps{Conns: 100, PerPeer: 2}, func(http.ResponseWriter, *http.Request) { <-free })
		answers := make(chan int, 100)
		for i := range 100 {
			from := "10.0.0.5:1"
			if i < 3 {
				from = "[2001:db8:1:2::" + string('1'+rune(i)) + "]:1" // one household
			}
			go func() { answers <- ask(w.dial(from)) }()
		}
		synctest.Wait()
		close(free)
		served := 0
		for range 100 {
			if <-answers == 200 {
				served++
			}
		}
		if served != 99 {
			t.Errorf("%d of 100 are served: 97 by a proxy, 2 of one household of 3", served)
		}
	})
}

// TestStreamsApart: event streams take nobody's place.
func TestStreamsApart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		free := make(chan struct{})
		w := serve(t, Caps{Conns: 2, PerPeer: 1}, func(w http.ResponseWriter, r *http.Request) {
			Apart(r.Context())
			Apart(r.Context())
			<-free
		})
		answers := make(chan int, 10)
		for range 10 {
			go func() { answers <- ask(w.dial("192.0.2.7:1")) }()
			synctest.Wait()
		}
		if open, apart := w.l.Open(); open != 0 || apart != 10 {
			t.Errorf("%d are open, %d apart", open, apart)
		}
		close(free)
		for range 10 {
			if got := <-answers; got != 200 {
				t.Errorf("a stream is answered with %d", got)
			}
		}
	})
}

// TestSlowHeader: who does not finish a request's head is cut after five seconds.
func TestSlowHeader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := serve(t, Caps{Conns: 10, PerPeer: 10}, ok)
		c := w.dial("192.0.2.7:1")
		io.WriteString(c, "GET / HTTP/1.1\r\nHost: x\r\n")
		time.Sleep(6 * time.Second)
		if !closed(c) {
			t.Error("it is still open")
		}
	})
}

// TestSlowReader: who takes nothing for half a minute is cut; who takes a little all the time is not.
func TestSlowReader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const size = 1 << 20
		failed := make(chan error, 1)
		w := serve(t, Caps{Conns: 10, PerPeer: 10}, func(w http.ResponseWriter, _ *http.Request) {
			_, err := io.WriteString(w, strings.Repeat("x", size))
			failed <- err
		})
		c := w.dial("192.0.2.7:1")
		io.WriteString(c, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
		began := time.Now()
		if err := <-failed; err == nil || time.Since(began) > 31*time.Second {
			t.Errorf("who does not read: %v after %v", err, time.Since(began))
		}
		steady := w.dial("192.0.2.7:2")
		io.WriteString(steady, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
		began = time.Now()
		resp, err := http.ReadResponse(bufio.NewReaderSize(steady, 16), nil)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for buf := make([]byte, 1<<10); ; time.Sleep(time.Second) {
			m, err := resp.Body.Read(buf)
			if n += m; err != nil {
				break
			}
		}
		if err := <-failed; err != nil || n != size {
			t.Errorf("who reads 1 KiB a second: %v, %d bytes in %v", err, n, time.Since(began))
		}
	})
}

// TestWholeAnswer: the server's own deadline holds too, and a stream takes it off.
func TestWholeAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := serve(t, Caps{Conns: 10, PerPeer: 10}, func(w http.ResponseWriter, r *http.Request) {
			rc := http.NewResponseController(w)
			if r.URL.Path == "/stream" {
				rc.SetWriteDeadline(time.Time{})
			}
			for range 120 {
				time.Sleep(time.Minute)
				if _, err := io.WriteString(w, "x\n"); err != nil {
					return
				}
				if rc.Flush() != nil {
					return
				}
			}
		})
		for path, whole := range map[string]bool{"/": false, "/stream": true} {
			c := w.dial("192.0.2.7:1")
			io.WriteString(c, "GET "+path+" HTTP/1.1\r\nHost: x\r\n\r\n")
			resp, err := http.ReadResponse(bufio.NewReader(c), nil)
			if err != nil {
				t.Fatal(err)
			}
			b, err := io.ReadAll(resp.Body)
			if (err == nil) != whole {
				t.Errorf("%s: %d bytes, %v", path, len(b), err)
			}
		}
	})
}

// TestSlowBody: a body that stalls or trickles is given up; one that comes steadily is read, up to ten
// minutes.
func TestSlowBody(t *testing.T) {
	for what, c := range map[string]struct {
		piece int
		pause time.Duration
		size  int
		err   error
		after time.Duration
	}{
		"stalls":    {1000, time.Hour, 2000, ErrSlow, 11 * time.Second},
		"trickles":  {1, time.Second, 1000, ErrSlow, 11 * time.Second},
		"steady":    {2 << 10, time.Second, 200 << 10, nil, 2 * time.Minute},
		"small":     {100, time.Second, 900, nil, 10 * time.Second},
		"for hours": {2 << 10, time.Second, 20 << 20, ErrSlow, 10*time.Minute + time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			type outcome struct {
				n    int64
				err  error
				took time.Duration
			}
			out, done := make(chan outcome, 1), make(chan struct{})
			w := serve(t, Caps{Conns: 10, PerPeer: 10}, func(w http.ResponseWriter, r *http.Request) {
				began := time.Now()
				n, err := io.Copy(io.Discard, Body(w, r, began))
				out <- outcome{n, err, time.Since(began)}
				w.Header().Set("Connection", "close")
			})
			conn := w.dial("192.0.2.7:1")
			go io.Copy(io.Discard, conn)
			go func() {
				io.WriteString(conn, "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
				chunk := "800\r\n" + strings.Repeat("x", 2048) + "\r\n"
				if c.piece < 2048 {
					chunk = map[int]string{1: "1\r\nx\r\n", 100: "64\r\n" + strings.Repeat("x", 100) + "\r\n", 1000: "3e8\r\n" + strings.Repeat("x", 1000) + "\r\n"}[c.piece]
				}
				for n := 0; n < c.size; n += c.piece {
					if _, err := io.WriteString(conn, chunk); err != nil {
						return
					}
					select {
					case <-time.After(c.pause):
					case <-done:
						return
					}
				}
				io.WriteString(conn, "0\r\n\r\n")
			}()
			got := <-out
			if !errors.Is(got.err, c.err) || (c.err == nil) != (got.err == nil) || got.took > c.after {
				t.Errorf("%s: %d bytes, %v after %v", what, got.n, got.err, got.took)
			}
			close(done)
			conn.Close()
		})
	}
}

// TestBodyThenSilence: when a body was read, the deadline of its pieces does not end the request.
func TestBodyThenSilence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := make(chan error, 1)
		w := serve(t, Caps{Conns: 10, PerPeer: 10}, func(w http.ResponseWriter, r *http.Request) {
			io.Copy(io.Discard, Body(w, r, time.Now()))
			select {
			case <-r.Context().Done():
				out <- r.Context().Err()
			case <-time.After(time.Minute):
				out <- nil
			}
		})
		c := w.dial("192.0.2.7:1")
		go io.Copy(io.Discard, c)
		io.WriteString(c, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx")
		if err := <-out; err != nil {
			t.Errorf("the request ended: %v", err)
		}
		c.Close()
	})
}

func TestDefaultCaps(t *testing.T) {
	for files, want := range map[uint64]int{256: 96, 1024: 384, 20_000: 9_500, 1 << 40: 16_000} {
		if c := capsFor(files); c.Conns != want || c.Streams != want || c.PerPeer > c.Conns {
			t.Errorf("of %d files: %+v", files, c)
		}
	}
	if c := DefaultCaps(); c.Conns < 10 {
		t.Errorf("%+v", c)
	}
}
