package web_test

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/openplenary/plenary/door"
	"github.com/openplenary/plenary/web"
)

// Thousands who are idle or slow, in all the ways there are, and people who contribute meanwhile. A
// connection takes a file on either side, so the slow ones live in processes of their own.

// slow are the ways to be slow, each holding a connection until it is cut.
var slow = []struct {
	what string
	hold func(c net.Conn, stop <-chan struct{})
}{
	{"says nothing", func(c net.Conn, stop <-chan struct{}) { wait(c, stop) }},
	{"never ends the head of its request", func(c net.Conn, stop <-chan struct{}) {
		trickle(c, "GET /en/ HTTP/1.1\r\nHost: x\r\nX-Slow: ", "x", stop)
	}},
	{"never ends its form", func(c net.Conn, stop <-chan struct{}) {
		trickle(c, "POST "+form+" HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100000\r\n\r\ntext=", "x", stop)
	}},
	{"never ends its file", func(c net.Conn, stop <-chan struct{}) {
		trickle(c, "POST "+form+" HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 20000000\r\n\r\n--b\r\nContent-Disposition: form-data; name=file; filename=a.txt\r\n\r\n", "The timetable. ", stop)
	}},
	{"reads no answer", func(c net.Conn, stop <-chan struct{}) {
		_ = c.(*net.TCPConn).SetReadBuffer(4 << 10)
		for range 50 {
			if _, err := io.WriteString(c, "GET /en"+conv+"/p1 HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
				return
			}
		}
		select {
		case <-time.After(time.Minute):
		case <-stop:
		}
	}},
	{"keeps a connection for later", func(c net.Conn, stop <-chan struct{}) {
		if _, err := io.WriteString(c, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"); err == nil {
			wait(c, stop)
		}
	}},
	{"follows a page on which nothing happens", func(c net.Conn, stop <-chan struct{}) {
		if _, err := io.WriteString(c, "GET /en"+conv+"/live?page=paper&ref=p1 HTTP/1.1\r\nHost: x\r\n\r\n"); err == nil {
			wait(c, stop)
		}
	}},
	{"goes on as slowly as it may", func(c net.Conn, stop <-chan struct{}) {
		if _, err := io.WriteString(c, "POST "+form+" HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 20000000\r\n\r\ntext="); err != nil {
			return
		}
		for {
			if _, err := io.WriteString(c, strings.Repeat("x", 9<<10)); err != nil {
				return
			}
			select {
			case <-time.After(5 * time.Second):
			case <-stop:
				return
			}
		}
	}},
}

// wait reads whatever comes until the other side closes.
func wait(c net.Conn, stop <-chan struct{}) {
	go func() {
		<-stop
		_ = c.Close()
	}()
	_, _ = io.Copy(io.Discard, c)
}

func trickle(c net.Conn, begin, more string, stop <-chan struct{}) {
	if _, err := io.WriteString(c, begin); err != nil {
		return
	}
	for {
		select {
		case <-time.After(time.Second):
		case <-stop:
			return
		}
		if _, err := io.WriteString(c, more); err != nil {
			return
		}
	}
}

// beSlow keeps n slow connections to an address open, and opens each again when it is cut, until its input
// ends. It says when each was there for the first time.
func beSlow(addr string, n int, in io.Reader) {
	stop := make(chan struct{})
	go func() {
		_, _ = io.Copy(io.Discard, in)
		close(stop)
	}()
	var all, once sync.WaitGroup
	for i := range n {
		once.Add(1)
		all.Go(func() {
			first := sync.OnceFunc(once.Done)
			defer first()
			select {
			case <-stop:
				return
			case <-time.After(time.Duration(i) * time.Millisecond): // a thousand a second
			}
			for {
				c, err := net.Dial("tcp", addr)
				first()
				if err == nil {
					slow[i%len(slow)].hold(c, stop)
					_ = c.Close()
				}
				select {
				case <-stop:
					return
				case <-time.After(time.Duration(100+rand.IntN(900)) * time.Millisecond):
				}
			}
		})
	}
	once.Wait()
	fmt.Println("there")
	all.Wait()
}

// TestSlowClients is the program of the slow clients, run by TestSlow.
func TestSlowClients(t *testing.T) {
	addr, n, ok := strings.Cut(os.Getenv("PLENARY_SLOW_CLIENTS"), " ")
	if !ok {
		t.Skip("run by TestSlow")
	}
	count, err := strconv.Atoi(n)
	if err != nil {
		t.Fatal(err)
	}
	beSlow(addr, count, os.Stdin)
}

// slowClients starts n slow clients in another process, and waits until each was there.
func slowClients(t *testing.T, addr string, n int) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestSlowClients$", "-test.timeout=30m")
	cmd.Env = append(os.Environ(), fmt.Sprintf("PLENARY_SLOW_CLIENTS=%s %d", addr, n))
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = in.Close()
		_ = cmd.Wait()
	})
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || line != "there\n" {
		t.Fatalf("the slow clients say %q: %v", line, err)
	}
}

// TestSlow has people contribute while thousands are idle or slow: every contribution is taken. How many and how
// long is small here; PLENARY_SOAK=1 makes it ten thousand, and holds the 99th of a hundred contributions to
// 300 ms.
func TestSlow(t *testing.T) {
	n, people, rounds, caps := 160, 4, 25, door.Caps{Conns: 130, PerPeer: 130, Streams: 15, StreamsPerSource: 15}
	soak := os.Getenv("PLENARY_SOAK") != ""
	if soak {
		n, people, rounds, caps = 10_000, 8, 500, door.DefaultCaps()
		var files syscall.Rlimit
		if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &files); err != nil || files.Cur < 20_000 {
			t.Skipf("needs 20,000 open files, has %d", files.Cur)
		}
	}
	h := newHouse(t)
	o := *h.web.Options
	o.Caps = caps
	w := web.New(o)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := w.HTTPServer()
	done := make(chan struct{})
	go func() {
		_ = w.Serve(srv, l)
		close(done)
	}()
	t.Cleanup(func() {
		_ = srv.Close()
		<-done
	})
	h.url = "http://" + l.Addr().String()
	if soak {
		h.contributors(t, "nobody is slow", people, rounds/5, true)
	}
	for left := n; left > 0; left -= 5_000 {
		slowClients(t, l.Addr().String(), min(left, 5_000))
	}
	if p99 := h.contributors(t, fmt.Sprintf("%d are slow", n), people, rounds, soak); soak && p99 > 300*time.Millisecond {
		t.Errorf("p99 %v", p99)
	}
}

// contributors has people contribute, one after the other or, where paced, when they come, and returns how long
// the 99th of a hundred waited.
func (h *house) contributors(t *testing.T, when string, people, rounds int, paced bool) time.Duration {
	t.Helper()
	var mu sync.Mutex
	var took []time.Duration
	var failed atomic.Int64
	var all sync.WaitGroup
	for range people {
		all.Go(func() {
			for range rounds {
				if paced {
					time.Sleep(time.Duration(rand.IntN(200)) * time.Millisecond)
				}
				token := fmt.Sprintf("%021dA", rand.Int64())
				began := time.Now()
				status, err := h.contributeAlone(token)
				d := time.Since(began)
				if err != nil || status != http.StatusSeeOther {
					failed.Add(1)
					t.Logf("%s: a contribution is answered with %d %v after %v", when, status, err, d)
				}
				mu.Lock()
				took = append(took, d)
				mu.Unlock()
			}
		})
	}
	all.Wait()
	slices.Sort(took)
	p99 := took[len(took)*99/100]
	t.Logf("%s: %d contributions, p50 %v, p99 %v, longest %v", when, len(took), took[len(took)/2], p99, took[len(took)-1])
	if failed.Load() > 0 {
		t.Errorf("%s: %d contributions were not taken", when, failed.Load())
	}
	return p99
}

// contributeAlone sends a contribution over a connection of its own.
func (h *house) contributeAlone(token string) (int, error) {
	jar, _ := cookiejar.New(nil)
	c := &http.Client{Jar: jar, Timeout: time.Minute, Transport: &http.Transport{DisableKeepAlives: true}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := c.PostForm(h.url+form, map[string][]string{"on": {"p2.e1"}, "text": {"While others are slow."}, "language": {"en"}, "category": {"individual"}, "token": {token}, "do": {"send"}})
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	_, err = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode, err
}
