package bench

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httputil"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/openplenary/plenary/internal/platform"
)

var (
	streams    = 500 // event streams of one page
	liveRounds = 20
)

const (
	liveSeeded = 500 // contributions on the record before
	// between rounds: more than a stream's pace, so that each event finds idle streams.
	between = 400 * time.Millisecond
)

// live measures how long it takes from an ask until the last of many readers of one page has the event,
// and what a reader costs in memory. The server is a process of its own; the limit is another one, bare,
// that writes as many bytes to as many streams as soon as it is told.
func (b *bench) live() (err error) {
	dir := filepath.Join(b.dir, "live")
	if err := seed(b.ctx, dir, liveSeeded); err != nil {
		return err
	}
	house, err := b.audience("live", dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, house.end()) }()
	bare, err := b.audience("bare", dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, bare.end()) }()

	// The first event is not measured: it tells how large events are, and memory is looked at after it.
	if _, _, err := house.round("say"); err != nil {
		return err
	}
	say := "say " + strconv.Itoa(house.size)
	if _, _, err := bare.round(say); err != nil {
		return err
	}
	memory, least := [2]number{}, [2]int{streams, streams}
	for i, a := range []*audience{house, bare} {
		used, err := a.server.ask("memory")
		if err != nil {
			return err
		}
		memory[i] = number(used-a.before) / number(streams) / 1000
	}
	var last, limit []float64
	for range liveRounds {
		time.Sleep(between)
		ms, n, err := house.round("say")
		if err != nil {
			return err
		}
		last, least[0] = append(last, ms), min(least[0], n)
		time.Sleep(between)
		if ms, n, err = bare.round(say); err != nil {
			return err
		}
		limit, least[1] = append(limit, ms), min(least[1], n)
	}
	return errors.Join(
		b.say(figure{Name: "live.reached", Value: number(least[0]), Unit: "streams", Limit: number(least[1]), N: liveRounds}),
		b.say(figure{Name: "live.last", Value: median(last), Unit: "ms", Limit: median(limit), N: liveRounds}),
		b.say(figure{Name: "live.last.worst", Value: quantile(last, 1), Unit: "ms", Limit: quantile(limit, 1), N: liveRounds}),
		b.say(figure{Name: "live.memory", Value: memory[0], Unit: "kB/stream", Limit: memory[1], N: 1}))
}

// audience is a server in a process of its own and its readers.
type audience struct {
	server  *child
	before  float64 // memory of the server without readers
	got     chan time.Time
	conns   []*conn
	readers sync.WaitGroup
	mu      sync.Mutex
	size    int // of the last event
}

func (b *bench) audience(job, dir string) (*audience, error) {
	server, err := b.spawn(job, dir)
	if err != nil {
		return nil, err
	}
	a := &audience{server: server, got: make(chan time.Time, streams)}
	fail := func(err error) (*audience, error) { return nil, errors.Join(err, a.end()) }
	line, err := server.hear()
	if err != nil {
		return fail(err)
	}
	addr, position, _ := strings.Cut(line, " ")
	page, path := "/en/c/"+slug+"/p1", "/en/c/"+slug+"/live?page=paper&ref=p1&from="+position
	for range 200 { // whoever opens a stream has read the page: what that takes is no stream's
		if _, err := fetch(addr, page); err != nil {
			return fail(err)
		}
	}
	if a.before, err = server.ask("memory"); err != nil {
		return fail(err)
	}
	for range streams {
		c, err := dial(addr, path)
		if err != nil {
			return fail(err)
		}
		a.conns = append(a.conns, c)
		if _, err := c.net.Write(c.request); err != nil {
			return fail(err)
		}
		if _, err := c.head(); err != nil {
			return fail(err)
		}
	}
	for _, c := range a.conns {
		a.readers.Go(func() { a.listen(c) })
	}
	return a, nil
}

// listen reads the events of a stream and says when each was whole.
func (a *audience) listen(c *conn) {
	r := bufio.NewReader(httputil.NewChunkedReader(c.r))
	size := 0
	for {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return
		}
		switch {
		case bytes.HasPrefix(line, []byte("id: ")), size > 0 && len(line) > 1:
			size += len(line)
		case size > 0:
			at := time.Now()
			a.mu.Lock()
			a.size, size = size+1, 0
			a.mu.Unlock()
			a.got <- at
		}
	}
}

// round has one event made and gives after how many milliseconds the last reader had it, and how many
// had it.
func (a *audience) round(say string) (last float64, reached int, err error) {
	begun := time.Now()
	if err := a.server.tell(say); err != nil {
		return 0, 0, err
	}
	late := time.After(10 * time.Second)
	for reached < streams {
		select {
		case at := <-a.got:
			reached++
			last = max(last, float64(at.Sub(begun))/float64(time.Millisecond))
		case <-late:
			return last, reached, nil
		}
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	return last, reached, nil
}

func (a *audience) end() error {
	for _, c := range a.conns {
		_ = c.net.Close()
	}
	a.readers.Wait()
	return a.server.end()
}

// commands answers a measure's lines until there are no more: by what it does, and with what it holds and has used.
func commands(out io.Writer, do map[string]func(args string) error) error {
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		order, args, _ := strings.Cut(in.Text(), " ")
		var err error
		switch f := do[order]; {
		case f != nil:
			err = f(args)
		case order == "cpu":
			_, err = fmt.Fprintf(out, "%d\n", platform.ProcessorTime().Nanoseconds())
		case order == "memory":
			debug.FreeOSMemory() // what is held counts, not what waits to be collected: that would be another figure each time
			_, err = fmt.Fprintf(out, "%.0f\n", memory("VmRSS"))
		}
		if err != nil {
			return err
		}
	}
	return in.Err()
}

// liveChild serves the house and publishes a contribution whenever it is told.
func liveChild(ctx context.Context, dir string, out io.Writer) (err error) {
	h, err := openHouse(ctx, dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	s, err := speakerOf(ctx, h.Secretariat, 9)
	if err != nil {
		return err
	}
	addr, stop, err := serve(h.http)
	if err != nil {
		return err
	}
	defer stop()
	if _, err := fmt.Fprintln(out, addr, int64(h.Durable(slug))); err != nil {
		return err
	}
	return commands(out, map[string]func(string) error{"say": func(string) error {
		_, err := h.Do(ctx, slug, s.ask(h.Secretariat, openCall))
		return err
	}})
}

// bareChild serves streams with net/http and nothing else.
func bareChild(out io.Writer) error {
	var mu sync.Mutex
	var all []chan []byte
	addr, stop, err := serve(&http.Server{ReadHeaderTimeout: 5 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/live") {
			_, _ = io.WriteString(w, "a page\n")
			return
		}
		events := make(chan []byte, 1)
		mu.Lock()
		all = append(all, events)
		mu.Unlock()
		relay(w, r, events)
	})})
	if err != nil {
		return err
	}
	defer stop()
	if _, err := fmt.Fprintln(out, addr, 0); err != nil {
		return err
	}
	return commands(out, map[string]func(string) error{"say": func(size string) error {
		n, err := strconv.Atoi(size)
		if err != nil {
			return err
		}
		event := []byte("id: 1\ndata: " + strings.Repeat("x", max(1, n-14)) + "\n\n")
		mu.Lock()
		defer mu.Unlock()
		for _, c := range all {
			c <- event
		}
		return nil
	}})
}

// relay sends a reader what comes until they go, as a stream of events and nothing more.
func relay(w http.ResponseWriter, r *http.Request, events <-chan []byte) {
	w.Header().Set("Content-Type", "text/event-stream")
	rc := http.NewResponseController(w)
	_ = rc.Flush() // what does not reach a reader is counted by the measure
	for {
		select {
		case e := <-events:
			_, _ = w.Write(e)
			_ = rc.Flush()
		case <-r.Context().Done():
			return
		}
	}
}
