package cluster

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"sync/atomic"
	"time"
)

// balancer sends each request to any node that says it is ready, and to another where a node cannot be reached at all.
type balancer struct {
	l     net.Listener
	nodes []*node
	ready []atomic.Bool
	next  atomic.Uint64
	to    http.RoundTripper
}

// newBalancer listens; it answers as soon as it serves.
func newBalancer() (*balancer, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	return &balancer{l: l, to: &http.Transport{MaxIdleConnsPerHost: 128, DialContext: (&net.Dialer{Timeout: time.Second}).DialContext}}, nil
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
	}, ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) }}
	srv := &http.Server{Handler: proxy, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = srv.Serve(b.l) }()
	context.AfterFunc(ctx, func() { _ = srv.Close() })
}

// watch asks a node each half second whether it is ready.
func (b *balancer) watch(ctx context.Context, i int, n *node) {
	for pause(ctx, 500*time.Millisecond) {
		look, cancel := context.WithTimeout(ctx, time.Second)
		status, _, err := n.get(look, "/readyz")
		cancel()
		b.ready[i].Store(err == nil && status == http.StatusOK)
	}
}

// RoundTrip sends a request to the next node.
func (b *balancer) RoundTrip(r *http.Request) (*http.Response, error) {
	var last error
	first := int(b.next.Add(1) % uint64(len(b.nodes)))
	for i := range b.nodes {
		at := (first + i) % len(b.nodes)
		if !b.ready[at].Load() {
			continue
		}
		to := r.Clone(r.Context())
		to.URL = &url.URL{Scheme: "http", Host: b.nodes[at].addr, Path: r.URL.Path, RawPath: r.URL.RawPath, RawQuery: r.URL.RawQuery}
		answer, err := b.to.RoundTrip(to)
		var op *net.OpError
		if err == nil || !errors.As(err, &op) || op.Op != "dial" {
			return answer, err // what was sent may have been taken
		}
		last = err
	}
	if last == nil {
		last = errors.New("cluster: no node is ready")
	}
	return nil, last
}
