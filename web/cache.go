package web

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"strconv"
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
	mu     sync.RWMutex
	pages  map[string]*cached
	size   int
	making map[string]*making
}

type cached struct {
	body  []byte // gzip
	plain int
	ctype string
	made  cite.Position
	refs  []cite.Ref
	until time.Time
}

// making is a page that one reader makes while others wait for it: when something that many are reading
// changes, it is made once, not once for each of them.
type making struct {
	done chan struct{}
	page *cached // nil where it could not be made; not read before done
}

const cacheBytes = 64 << 20

func newCache() *cache { return &cache{pages: map[string]*cached{}, making: map[string]*making{}} }

// make gives what is being made under a key, and whether it is the caller who has to make it, and then
// to call made.
func (c *cache) make(key string) (m *making, mine bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if m := c.making[key]; m != nil {
		return m, false
	}
	m = &making{done: make(chan struct{})}
	c.making[key] = m
	return m, true
}

func (c *cache) made(key string, m *making) {
	c.mu.Lock()
	delete(c.making, key)
	c.mu.Unlock()
	close(m.done)
}

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

// A page that is kept is compressed well, because many get it; a page for one reader is compressed fast.
var (
	gzipWell = gzipWriters(5)
	gzipFast = gzipWriters(1)
)

func gzipWriters(level int) *sync.Pool {
	return &sync.Pool{New: func() any {
		w, _ := kgzip.NewWriterLevel(nil, level)
		return w
	}}
}

func compress(b []byte, how *sync.Pool) []byte {
	var buf bytes.Buffer
	buf.Grow(len(b) / 4)
	w := how.Get().(*kgzip.Writer)
	w.Reset(&buf)
	_, _ = w.Write(b) // a bytes.Buffer takes everything
	_ = w.Close()
	how.Put(w)
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
		b = compress(b, gzipFast)
		w.Header().Set("Content-Encoding", "gzip")
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(b)))
	w.WriteHeader(status)
	_, err := w.Write(b)
	if err != nil {
		return nil // the reader has gone
	}
	return nil
}

// page answers a GET. build makes the view under the read lock and names what it shows; a shared answer
// is kept where the route allows it and the reader is nobody in particular.
func (q *request) page(build func() (page.View, error)) error {
	q.after()
	if !q.rule.Cached || !q.anonymous() || q.frame.Notice != "" || len(q.URL.RawQuery) >= 300 || q.URL.Query().Has("after") && q.afterPart() == cite.None {
		v, err := build()
		if err != nil {
			return err
		}
		q.liveFrom()
		if err := q.fill(v); err != nil {
			return err
		}
		return q.show(http.StatusOK, v)
	}
	kind := "h"
	if q.json {
		kind = "j"
	}
	if q.frame.ReadOnly {
		kind += "r"
	}
	key := kind + string(q.lang) + q.path + "?" + q.URL.RawQuery
	for waited := false; ; waited = true {
		if p := q.s.cache.get(key); p != nil && q.fresh(p) {
			return q.send(p)
		}
		m, mine := q.s.cache.make(key)
		if mine {
			if err := q.make(key, m, build); err != nil {
				return err
			}
			return q.send(m.page)
		}
		select {
		case <-m.done:
		case <-q.Context().Done():
			return q.Context().Err()
		}
		// Who has waited before came before this one was begun: it is as new as what they would make.
		if waited && m.page != nil && !q.expired(m.page) {
			return q.send(m.page)
		}
	}
}

// make makes the page that others may be waiting for, and lets them go.
func (q *request) make(key string, m *making, build func() (page.View, error)) error {
	defer q.s.cache.made(key, m)
	v, err := build()
	if err != nil {
		return err
	}
	q.liveFrom()
	if err := q.fill(v); err != nil {
		return err
	}
	b, ctype, err := q.render(v)
	if err != nil {
		return err
	}
	m.page = &cached{body: compress(b, gzipWell), plain: len(b), ctype: ctype, made: q.reading.Since(), refs: q.reading.Refs(), until: q.reading.Until()}
	if !q.frame.ReadOnly {
		q.s.cache.put(key, m.page)
	}
	return nil
}

// expired reports whether the next instant that the page names has come.
func (q *request) expired(p *cached) bool { return !p.until.IsZero() && !q.received.Before(p.until) }

func (q *request) fresh(p *cached) bool {
	if q.expired(p) || q.frame.ReadOnly {
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
		h.Set("Content-Length", strconv.Itoa(len(p.body)))
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
