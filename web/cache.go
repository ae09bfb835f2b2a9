package web

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"strings"
	"sync"
	"time"

	kgzip "github.com/klauspost/compress/gzip"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/page"
)

// cache keeps compressed answers to readers who are nobody in particular, by address and language,
// together with the position they were made at: as long as nothing they show was touched since, and
// the next instant they name has not come, they are what would be made again.
type cache struct {
	mu    sync.RWMutex
	pages map[string]*cached
	size  int
}

type cached struct {
	body  []byte // gzip
	plain int
	ctype string
	made  cite.Position
	refs  []cite.Ref
	until time.Time
}

const cacheBytes = 64 << 20

func newCache() *cache { return &cache{pages: map[string]*cached{}} }

func (c *cache) get(key string) *cached {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.pages[key]
}

func (c *cache) put(key string, p *cached) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if old := c.pages[key]; old != nil {
		c.size -= len(old.body)
	}
	if c.size+len(p.body) > cacheBytes {
		clear(c.pages)
		c.size = 0
	}
	c.pages[key] = p
	c.size += len(p.body)
}

var gzipWriters = sync.Pool{New: func() any {
	w, _ := kgzip.NewWriterLevel(nil, 5)
	return w
}}

func compress(b []byte) []byte {
	var buf bytes.Buffer
	w := gzipWriters.Get().(*kgzip.Writer)
	w.Reset(&buf)
	_, _ = w.Write(b) // a bytes.Buffer takes everything
	_ = w.Close()
	gzipWriters.Put(w)
	return buf.Bytes()
}

// acceptsGzip reads Accept-Encoding as far as this server needs.
func acceptsGzip(r *http.Request) bool {
	for _, e := range strings.Split(r.Header.Get("Accept-Encoding"), ",") {
		name, q, _ := strings.Cut(strings.TrimSpace(e), ";")
		if (name == "gzip" || name == "*") && strings.ReplaceAll(q, " ", "") != "q=0" {
			return true
		}
	}
	return false
}

func writeBody(w http.ResponseWriter, r *http.Request, status int, b []byte) error {
	if len(b) > 1000 && acceptsGzip(r) {
		b = compress(b)
		w.Header().Set("Content-Encoding", "gzip")
	}
	w.WriteHeader(status)
	_, err := w.Write(b)
	if err != nil {
		return nil // the reader has gone
	}
	return nil
}

// page answers a GET. build makes the view under the read lock and names what it shows; a shared answer
// is kept where the route allows it and the reader is nobody in particular.
func (q *request) page(build func() (v page.View, refs []cite.Ref, until time.Time, at cite.Position, err error)) error {
	q.after()
	share := q.rule.Cached && q.anonymous() && q.frame.Notice == "" && len(q.URL.RawQuery) < 300 && !q.URL.Query().Has("after")
	key := ""
	if share {
		kind := "h"
		if q.json {
			kind = "j"
		}
		key = kind + string(q.lang) + q.path + "?" + q.URL.RawQuery
		if p := q.s.cache.get(key); p != nil && q.fresh(p) {
			return q.send(p)
		}
	}
	v, refs, until, at, err := build()
	if err != nil {
		return err
	}
	if err := q.fill(v); err != nil {
		return err
	}
	if !share {
		return q.show(http.StatusOK, v)
	}
	b, ctype, err := q.render(v)
	if err != nil {
		return err
	}
	p := &cached{body: compress(b), plain: len(b), ctype: ctype, made: at, refs: refs, until: until}
	if !q.frame.ReadOnly {
		q.s.cache.put(key, p)
	}
	return q.send(p)
}

func (q *request) fresh(p *cached) bool {
	if !p.until.IsZero() && !q.received.Before(p.until) {
		return false
	}
	if q.frame.ReadOnly {
		return false
	}
	return q.s.Sec.Changed(q.slug, p.refs...) <= p.made
}

func (q *request) send(p *cached) error {
	h := q.w.Header()
	h.Set("Content-Type", p.ctype)
	h.Set("Cache-Control", "private, no-cache")
	h.Set("Vary", "Accept, Cookie, Accept-Encoding")
	if acceptsGzip(q.Request) {
		h.Set("Content-Encoding", "gzip")
		_, _ = q.w.Write(p.body) // a reader that has gone is no fault
		return nil
	}
	r, err := gzip.NewReader(bytes.NewReader(p.body))
	if err != nil {
		return err
	}
	var buf bytes.Buffer
	if _, err := buf.ReadFrom(r); err != nil {
		return err
	}
	_, _ = q.w.Write(buf.Bytes())
	return nil
}
