package serve

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	kgzip "github.com/klauspost/compress/gzip"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/page/frame"
)

// cache keeps compressed answers to readers who are nobody in particular, by address and language,
// together with the position since which they stand: as long as nothing they show was touched since, and
// the next instant they name has not come, they are what would be made again.
//
// It holds two generations: when the younger is full the older goes, and what is asked for again comes back into
// the younger. So whoever asks for many addresses once does not drive out what many ask for.
type cache struct {
	mu         sync.RWMutex
	young, old map[string]*cached
	size       int // bytes in young
	making     map[string]*making
}

type cached struct {
	body  []byte // gzip
	plain int
	ctype string
	etag  string
	made  cite.Position // since when it stands
	refs  []cite.Ref
	until time.Time
	// stands is up to where the page was last seen to stand. An entry after it that is not durable yet changes nothing for readers.
	stands atomic.Pointer[standing]
}

// standing is a position up to which a page stands, and of which epoch what is not durable there is.
type standing struct {
	to    cite.Position
	epoch int64
}

// durable stands for every epoch: what is durable is never lost.
const durable = -1

// making is a page that one reader makes while others wait for it: when something that many are reading
// changes, it is made once, not once for each of them.
type making struct {
	done chan struct{}
	page *cached // nil where it could not be made; not read before done
}

// generation is how many bytes one generation of the cache holds.
const generation = 32 << 20

func newCache() *cache {
	return &cache{young: map[string]*cached{}, old: map[string]*cached{}, making: map[string]*making{}}
}

// make gives what is being made under a key, and whether it is the caller who has to make it, and then
// to call made.
func (c *cache) make(key string) (m *making, leader bool) {
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
	defer close(m.done)
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.making, key)
}

func (c *cache) get(key string) *cached {
	c.mu.RLock()
	p, young := c.young[key]
	if !young {
		p = c.old[key]
	}
	c.mu.RUnlock()
	if p != nil && !young {
		c.put(key, p)
	}
	return p
}

func (c *cache) put(key string, p *cached) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if was := c.young[key]; was != nil {
		c.size -= len(was.body)
	}
	if c.size+len(p.body) > generation {
		c.old, c.young, c.size = c.young, map[string]*cached{}, 0
	}
	c.young[key] = p
	c.size += len(p.body)
}

// A page that is kept is compressed well, because many get it, and so is a large one; any other page for one reader
// is compressed fast.
var (
	gzipWell = gzipWriters(5)
	gzipFast = gzipWriters(1)
)

// largePage is from how many bytes on the way to the reader is worth more than the time.
const largePage = 100_000

func gzipWriters(level int) *sync.Pool {
	return &sync.Pool{New: func() any {
		w, _ := kgzip.NewWriterLevel(nil, level)
		return w
	}}
}

// buffers are lent to answers while they are made: most of them are large, and none is kept.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// largestBuffer is from how many bytes on a buffer is not kept for the next answer.
const largestBuffer = 1 << 20

func takeBuffer() *bytes.Buffer { return buffers.Get().(*bytes.Buffer) }

func giveBuffer(b *bytes.Buffer) {
	if b.Cap() <= largestBuffer {
		b.Reset()
		buffers.Put(b)
	}
}

// compress writes b as gzip.
func compress(to *bytes.Buffer, b []byte, how *sync.Pool) {
	w := how.Get().(*kgzip.Writer)
	defer how.Put(w)
	w.Reset(to)
	_, _ = w.Write(b) // a bytes.Buffer takes everything
	_ = w.Close()
}

// compressed is gzip of b, to be kept.
func compressed(b []byte) []byte {
	buf := takeBuffer()
	defer giveBuffer(buf)
	compress(buf, b, gzipWell)
	return bytes.Clone(buf.Bytes())
}

// Page answers a GET. build makes the view of a reading, which keeps what the page rests on; a shared answer is
// kept where the route allows it and the reader is nobody in particular.
func (q *Request) Page(build func() (frame.View, error)) error {
	q.AwaitOwn()
	if !q.Route.Cached || !q.Anonymous() || q.Frame.Preview != "" || q.Frame.Notice != "" || q.Common.After > 0 {
		v, err := q.build(build)
		if err != nil {
			return err
		}
		return q.Show(http.StatusOK, v)
	}
	kind := "h"
	if q.JSON {
		kind = "j"
	}
	if q.Frame.ReadOnly {
		kind += "r"
	}
	key := kind + strconv.Itoa(q.Frame.Site.Version) + string(q.Lang) + q.path + "?" + q.key
	if q.Server.PublicURL == "" { // then its addresses are of the host that was asked
		key += " " + q.Host
	}
	for waited := false; ; waited = true {
		if p := q.Server.cache.get(key); p != nil && q.fresh(p) {
			return q.send(p)
		}
		m, leader := q.Server.cache.make(key)
		if leader {
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

// Passing says that what is made is of a moment ago, and is for those who wait for it: it is not kept.
func (q *Request) Passing() { q.passing = true }

// make makes the page that others may be waiting for, and lets them go.
func (q *Request) make(key string, m *making, build func() (frame.View, error)) error {
	defer q.Server.cache.made(key, m)
	v, err := q.build(build)
	if err != nil {
		return err
	}
	buf := takeBuffer()
	defer giveBuffer(buf)
	ctype, err := q.render(buf, v)
	if err != nil {
		return err
	}
	b := buf.Bytes()
	m.page = &cached{body: compressed(b), plain: len(b), ctype: ctype, etag: ETag(b), made: q.Reading.Since(), refs: q.Reading.Refs(), until: q.Reading.Until()}
	m.page.stands.Store(&standing{max(q.looked, m.page.made), durable})
	if !q.Frame.ReadOnly && !q.passing {
		q.Server.cache.put(key, m.page)
	}
	return nil
}

// expired reports whether the next instant that the page names has come.
func (q *Request) expired(p *cached) bool { return !p.until.IsZero() && !q.Received.Before(p.until) }

// fresh reports whether a page is what would be made again from what is durable: so nobody who reads waits for
// somebody else's commit.
func (q *Request) fresh(p *cached) bool {
	if q.expired(p) || q.Frame.ReadOnly {
		return false
	}
	var changed cite.Position
	seen, err := q.Server.Sec.Peek(q.Context(), q.Slug, func(st *conversation.State) error {
		changed = st.Changed(p.refs...)
		return nil
	})
	if err != nil {
		return false
	}
	was := p.stands.Load()
	if changed <= p.made {
		if seen.Position > was.to || seen.Epoch != was.epoch {
			p.stands.Store(&standing{seen.Position, seen.Epoch})
		}
		return true
	}
	return seen.Durable <= was.to && (was.epoch == seen.Epoch || was.epoch == durable)
}

func (q *Request) send(p *cached) error {
	h := q.Writer.Header()
	h.Set("Content-Type", p.ctype)
	h.Set("Cache-Control", "private, no-cache")
	h.Set("Vary", "Accept, Cookie, Accept-Encoding")
	if q.Unchanged(p.etag) {
		return nil
	}
	if acceptsGzip(q.Request) {
		h.Set("Content-Encoding", "gzip")
		h.Set("Content-Length", strconv.Itoa(len(p.body)))
		_, _ = q.Writer.Write(p.body) // a reader that has gone is no fault
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
	_, _ = q.Writer.Write(buf.Bytes())
	return nil
}

// DropPages drops every page that is kept ready: words of a conversation were erased, and the old page may not
// be in memory either.
func (s *Server) DropPages(string) {
	s.cache.mu.Lock()
	defer s.cache.mu.Unlock()
	s.cache.young, s.cache.old, s.cache.size = map[string]*cached{}, map[string]*cached{}, 0
}
