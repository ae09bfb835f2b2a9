package cluster

import (
	"context"
	_ "embed" // the page
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"sync"
	"sync/atomic"
	"time"
)

// balancer sends each request to any node that says it is ready, and to another where a node cannot be reached at all. The event streams of a
// node that is not ready any more it ends, so that who follows a page comes again and is sent elsewhere: they would wait for a machine that died silently.
type balancer struct {
	l     net.Listener
	nodes []*node
	ready []atomic.Bool
	next  atomic.Uint64
	to    http.RoundTripper
	lose  atomic.Pointer[lost]

	mu      sync.Mutex
	streams map[*http.Response]stream
}

// stream is an event stream that a node answers with.
type stream struct {
	node int
	end  context.CancelFunc
}

// newBalancer listens; it answers as soon as it serves.
func newBalancer() (*balancer, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	return &balancer{l: l, streams: map[*http.Response]stream{}, to: &http.Transport{MaxIdleConnsPerHost: 128, DialContext: (&net.Dialer{Timeout: time.Second}).DialContext}}, nil
}

func (b *balancer) url() string { return "http://" + b.l.Addr().String() }

// serve answers until the context ends.
func (b *balancer) serve(ctx context.Context, nodes []*node) {
	b.nodes, b.ready = nodes, make([]atomic.Bool, len(nodes))
	for i, n := range nodes {
		b.ready[i].Store(true)
		go b.watch(ctx, i, n)
	}
	proxy := &httputil.ReverseProxy{Transport: b, FlushInterval: -1, Rewrite: func(p *httputil.ProxyRequest) {
		p.Out.URL.Scheme, p.Out.URL.Host, p.Out.Host = "http", "node", p.In.Host
	}, ErrorLog: log.New(io.Discard, "", 0), ErrorHandler: sayAgain}
	srv := &http.Server{Handler: proxy, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = srv.Serve(b.l) }()
	context.AfterFunc(ctx, func() { _ = srv.Close() })
}

// again.html is what is shown where no answer came: a page, so that a browser shows none of its own and loading it anew sends the form once more.
//
//go:embed world/again.html
var againPage []byte

// sayAgain answers where no node did.
func sayAgain(w http.ResponseWriter, _ *http.Request, _ error) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Retry-After", "1")
	w.WriteHeader(http.StatusBadGateway)
	_, _ = w.Write(againPage)
}

// watch asks a node each half second whether it is ready.
func (b *balancer) watch(ctx context.Context, i int, n *node) {
	for pause(ctx, 500*time.Millisecond) {
		look, cancel := context.WithTimeout(ctx, time.Second)
		status, _, err := n.get(look, "/readyz")
		cancel()
		ready := err == nil && status == http.StatusOK
		if b.ready[i].Store(ready); !ready {
			b.endStreams(i)
		}
	}
}

// endStreams ends the event streams of a node.
func (b *balancer) endStreams(at int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, s := range b.streams {
		if s.node == at {
			s.end()
		}
	}
}

// from sends a request to one node.
func (b *balancer) from(at int, r *http.Request) (*http.Response, error) {
	ctx, end := context.WithCancel(r.Context())
	to := r.Clone(ctx)
	to.URL = &url.URL{Scheme: "http", Host: b.nodes[at].addr, Path: r.URL.Path, RawPath: r.URL.RawPath, RawQuery: r.URL.RawQuery}
	answer, err := b.to.RoundTrip(to)
	if err != nil || answer.Header.Get("Content-Type") != "text/event-stream" {
		context.AfterFunc(r.Context(), end) // when it is answered
		return answer, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.streams[answer] = stream{at, end}
	context.AfterFunc(r.Context(), func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		end()
		delete(b.streams, answer)
	})
	return answer, nil
}

// errLost is the end of a request whose answer nobody has.
var errLost = errors.New("cluster: the node was lost before it answered")

// RoundTrip sends a request to the next node; to another where it did not reach the first. Where it did and no answer came, only a request that asks for nothing to be done goes to
// another: a form may have been taken, and whoever sent it is told to send it again.
func (b *balancer) RoundTrip(r *http.Request) (*http.Response, error) {
	last := errors.New("cluster: no node is ready")
	if r.Body != nil {
		whole := r.Body
		defer whole.Close()
		r = r.WithContext(r.Context())
		r.Body = io.NopCloser(whole) // a node that cannot be reached closes it
	}
	first := int(b.next.Add(1) % uint64(len(b.nodes)))
	for i := range b.nodes {
		at := (first + i) % len(b.nodes)
		if !b.ready[at].Load() {
			continue
		}
		answer, err := b.from(at, r)
		if err == nil && b.loses(at, r) {
			return nil, errors.Join(errLost, answer.Body.Close())
		}
		if err == nil {
			return answer, nil
		}
		last = err
		var op *net.OpError
		reads := r.Method == http.MethodGet || r.Method == http.MethodHead
		if reached := !errors.As(err, &op) || op.Op != "dial"; reached && !reads || r.Context().Err() != nil {
			break
		}
	}
	return nil, last
}
