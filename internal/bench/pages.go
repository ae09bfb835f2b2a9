package bench

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"strconv"
	"sync"
	"time"
)

// listed is how many published contributions the list has.
var listed = 100_000

// pages measures pages that anybody may read, compressed, over loopback with many readers at once: the
// paper, the newest of a long list, the list with a filter, and the same while contributions arrive ten
// times a second and each makes the pages new; then pages that are made anew for each reader; then pages that are kept,
// while a contribution waits for a disk that hangs. Readers and server share the machine.
func (b *bench) pages() (err error) {
	dir := filepath.Join(b.dir, "pages")
	if err := seed(b.ctx, dir, listed); err != nil {
		return err
	}
	if err := b.pagesOf(dir); err != nil {
		return err
	}
	return b.hang(dir, map[string]string{"pages.paper": paperPath, "pages.list": listPath})
}

const (
	listPath  = "/en/c/" + slug + "/contributions"
	paperPath = "/en/c/" + slug + "/p1"
)

func (b *bench) pagesOf(dir string) (err error) {
	h, err := openHouse(b.ctx, dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	addr, stop, err := serve(h.http)
	if err != nil {
		return err
	}
	defer stop()
	const list, paper = listPath, paperPath
	const filtered = list + "?category=academia&country=KE"
	for _, m := range []struct {
		name, path string
		arriving   bool
	}{
		{"pages.paper", paper, false},
		{"pages.list", list, false},
		{"pages.list.filtered", filtered, false},
		{"pages.paper.arriving", paper, true},
		{"pages.list.arriving", list, true},
		{"pages.list.filtered.arriving", filtered, true},
	} {
		if err := b.page(h, addr, m.name, m.path, m.arriving); err != nil {
			return err
		}
	}
	for _, m := range []struct {
		name string
		path func(reader int) string
	}{
		{"pages.paper.fresh", func(int) string { return paper }},
		{"pages.list.fresh", func(int) string { return list }},
		{"pages.list.filtered.fresh", func(int) string { return filtered }},
		{"pages.receipt", func(i int) string { return fmt.Sprintf("/en/c/%s/c%d/receipt", slug, i+1) }},
	} {
		if err := b.fresh(addr, m.name, m.path); err != nil {
			return err
		}
	}
	return nil
}

// stranger is somebody who has sent something without an account, so that no page is kept for them.
const stranger = "Cookie: plenary-own=" + slug + "~AAAAAAAAAAAAAAAAAAAAAA\r\n"

// fresh measures a page that is made anew for each who asks, with as many readers as there are callers.
func (b *bench) fresh(addr, name string, path func(reader int) string) error {
	var rate, p99 []float64
	for range rounds {
		v, err := b.readAs(addr, stranger, callers, path)
		if err != nil {
			return err
		}
		rate, p99 = append(rate, v.rate), append(p99, v.p99)
	}
	if err := b.say(figure{Name: name, Value: median(rate), Unit: "requests/s", N: rounds}); err != nil {
		return err
	}
	return b.say(figure{Name: name + ".p99", Value: median(p99), Unit: "ms", N: rounds})
}

// page measures one page beside its limit.
func (b *bench) page(h *house, addr, name, path string, arriving bool) error {
	body, err := fetch(addr, path)
	if err != nil {
		return err
	}
	bare, stop, err := serve(&http.Server{ReadHeaderTimeout: 5 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		head := w.Header()
		head.Set("Content-Type", "text/html; charset=utf-8")
		head.Set("Content-Encoding", "gzip")
		head.Set("Content-Length", strconv.Itoa(len(body)))
		_, _ = w.Write(body) // a reader that has gone is no fault
	})})
	if err != nil {
		return err
	}
	defer stop()
	var rate, p99, limit, limit99 []float64
	for range rounds {
		v, err := b.read(bare, path)
		if err != nil {
			return err
		}
		limit, limit99 = append(limit, v.rate), append(limit99, v.p99)
		quiet := func() error { return nil }
		if arriving {
			quiet = h.arrive(b.ctx, 10)
		}
		v, err = b.read(addr, path)
		if err := errors.Join(err, quiet()); err != nil {
			return err
		}
		rate, p99 = append(rate, v.rate), append(p99, v.p99)
	}
	if err := b.say(figure{Name: name, Value: median(rate), Unit: "requests/s", Limit: median(limit), N: rounds}); err != nil {
		return err
	}
	if err := b.say(figure{Name: name + ".p99", Value: median(p99), Unit: "ms", Limit: median(limit99), N: rounds}); err != nil {
		return err
	}
	if arriving {
		return nil
	}
	return b.say(figure{Name: name + ".size", Value: number(len(body)) / 1000, Unit: "kB", N: 1})
}

// arrive publishes contributions until it is told to be quiet: some tens a second, each by somebody who sends ten
// of them a second.
func (h *house) arrive(ctx context.Context, aSecond int) (quiet func() error) {
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	errs := make([]error, aSecond/10)
	for i := range errs {
		wg.Go(func() {
			var s *speaker
			if s, errs[i] = speakerOf(ctx, h.Secretariat, uint64(time.Now().UnixNano())+uint64(i)); errs[i] != nil {
				return
			}
			every := time.NewTicker(100 * time.Millisecond)
			defer every.Stop()
			for {
				if _, errs[i] = h.Do(context.WithoutCancel(ctx), slug, s.ask(h.Secretariat, openCall)); errs[i] != nil {
					return
				}
				select {
				case <-every.C:
				case <-ctx.Done():
					return
				}
			}
		})
	}
	return func() error { cancel(); wg.Wait(); return errors.Join(errs...) }
}

// serve answers on a free port of loopback.
func serve(srv *http.Server) (addr string, stop func(), err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	done := make(chan struct{})
	go func() { defer close(done); _ = srv.Serve(l) }() // ends with what stop asked for
	return l.Addr().String(), func() { _ = srv.Close(); <-done }, nil
}
