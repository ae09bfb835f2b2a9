package door

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// serveTwo is serve for HTTP/2 without TLS.
func serveTwo(t *testing.T, caps Caps, h http.HandlerFunc) *world {
	p := newPipes()
	w := &world{pipes: p, l: Listen(p, caps, func(netip.Addr) bool { return false })}
	w.srv = &http.Server{Handler: h, WriteTimeout: time.Hour, Protocols: new(http.Protocols), HTTP2: &http.HTTP2Config{MaxConcurrentStreams: Streams}}
	w.srv.Protocols.SetUnencryptedHTTP2(true)
	w.l.Connect(w.srv)
	go w.srv.Serve(w.l)
	t.Cleanup(func() {
		w.srv.Close()
		synctest.Wait()
	})
	return w
}

// client has a connection of its own.
func (w *world) client(t *testing.T, from string) *http.Client {
	tr := &http.Transport{Protocols: new(http.Protocols), DialContext: func(context.Context, string, string) (net.Conn, error) { return w.dial(from), nil }}
	tr.Protocols.SetUnencryptedHTTP2(true)
	t.Cleanup(tr.CloseIdleConnections)
	return &http.Client{Transport: tr}
}

// TestStreamsOverHTTP2: a connection is apart as long as it carries an event stream, and takes its place again when the last is
// over. Nobody has more connections than they may by beginning a stream on each and ending it.
func TestStreamsOverHTTP2(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := serveTwo(t, Caps{Conns: 100, PerPeer: 2}, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/live" {
				return
			}
			defer Apart(r.Context())()
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		})
		begin := func(c *http.Client) (end func()) {
			ctx, cancel := context.WithCancel(t.Context())
			r, err := http.NewRequestWithContext(ctx, "GET", "http://x/live", nil)
			if err != nil {
				t.Fatal(err)
			}
			begun := make(chan error)
			go func() {
				resp, err := c.Do(r)
				begun <- err
				if err == nil {
					defer resp.Body.Close()
					<-ctx.Done()
				}
			}()
			if err := <-begun; err != nil {
				t.Fatal(err)
			}
			return func() { cancel(); synctest.Wait() }
		}
		is := func(when string, open, apart int) {
			t.Helper()
			synctest.Wait()
			if o, a := w.l.Open(); o != open || a != apart {
				t.Errorf("%s: %d are open, %d apart, want %d and %d", when, o, a, open, apart)
			}
		}
		one := w.client(t, "192.0.2.7:1")
		first, second := begin(one), begin(one)
		is("two streams on one connection", 0, 1)
		first()
		is("one is over", 0, 1)
		second()
		is("both are over", 1, 0)
		if resp, err := one.Get("http://x/"); err != nil {
			t.Error("it is used no more:", err)
		} else if err := resp.Body.Close(); err != nil {
			t.Error(err)
		}
		for range 10 {
			begin(w.client(t, "192.0.2.7:2"))()
		}
		is("ten have begun one and ended it", 2, 0)
	})
}

// unread asks for the same ten times over HTTP/2 and says that it will read nothing of the answers.
func unread(c net.Conn) {
	go io.Copy(io.Discard, c)
	head := []byte{0x82, 0x86, 0x84, 0x41, 1, 'x'}                                                          // GET http://x/: RFC 7541, Appendix A
	out := "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + string([]byte{0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0}) // SETTINGS: INITIAL_WINDOW_SIZE 0
	for i := range 10 {
		out += string([]byte{0, 0, byte(len(head)), 1, 5, 0, 0, 0, byte(2*i + 1)}) + string(head) // HEADERS: END_STREAM, END_HEADERS
	}
	io.WriteString(c, out)
}

// TestSlowReaderOverHTTP2: so it is with the answers that share a connection: those of which nothing is taken are over after half a
// minute, whatever else goes on there; who takes a little all the time gets all, and silence ends no stream.
func TestSlowReaderOverHTTP2(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const size = 1 << 20
		ended := make(chan time.Duration, 10)
		answer := func(w http.ResponseWriter, r *http.Request) {
			w, end := Paced(w, r, time.Hour)
			defer end()
			rc, began := http.NewResponseController(w), time.Now()
			switch r.URL.Path {
			case "/live":
				for range 3 {
					_ = rc.SetWriteDeadline(time.Now().Add(20 * time.Second))
					_, _ = io.WriteString(w, "now\n")
					_ = rc.Flush()
					time.Sleep(time.Minute)
				}
			case "/pages":
				_, _ = io.WriteString(w, strings.Repeat("x", size))
			default:
				if _, err := io.WriteString(w, strings.Repeat("x", size)); err != nil {
					ended <- time.Since(began)
				}
			}
		}
		w := serveTwo(t, Caps{Conns: 10, PerPeer: 10}, answer)
		go unread(w.dial("192.0.2.7:1"))
		for range 10 {
			if took := <-ended; took > 31*time.Second {
				t.Errorf("who reads nothing holds a page for %s", took)
			}
		}
		c := w.client(t, "192.0.2.8:1")
		for path, want := range map[string]int{"/live": 12, "/pages": size} {
			resp, err := c.Get("http://x" + path)
			if err != nil {
				t.Fatal(err)
			}
			n := 0
			for b := make([]byte, 64<<10); ; time.Sleep(5 * time.Second) {
				m, err := resp.Body.Read(b)
				if n += m; err == io.EOF {
					break
				} else if err != nil {
					t.Errorf("%s: %v", path, err)
					break
				}
			}
			if resp.Body.Close(); n != want {
				t.Errorf("%s: %d bytes of %d", path, n, want)
			}
		}
	})
}
