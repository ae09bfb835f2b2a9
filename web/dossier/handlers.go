package dossier

import (
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/papers"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/web/serve"
)

// Handlers answer with dossiers.
type Handlers struct {
	mu    sync.Mutex
	sizes map[place]size
}

// place is which dossier it is.
type place struct {
	slug string
	ref  cite.Ref
	lang locale.Lang
}

// size is how large a dossier was when it was measured.
type size struct {
	bytes int64
	since cite.Position
	at    time.Time
}

// How often a dossier is measured at most, and of how many the size is kept. To measure it is to make it, so while many take part the page
// of the paper has a size of a moment ago.
const (
	measured = time.Minute
	maxSizes = 1_000
)

// Routes lists the routes of the room.
func (h *Handlers) Routes() []serve.Route {
	return []serve.Route{
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/dossier.zip", Who: serve.Everybody, File: true, Name: "dossier", Media: "application/zip", Handle: archive},
	}
}

// archive answers with the dossier of an edition of considerations.
func archive(q *serve.Request) error {
	//mutants:guard a dossier holds what everybody reads, and there is none with more
	if q.NotPublic() {
		return refusal.In("with", "address.malformed")
	}
	w, err := begin(q, q.Ref())
	if err != nil {
		return err
	}
	if err := q.May(serve.Once(serve.LimitCheck)); err != nil {
		return err
	}
	h := q.Writer.Header()
	h.Set("Content-Type", "application/zip")
	h.Set("Content-Disposition", `attachment; filename="`+q.Slug+"-"+string(w.plan.Paper.Edition)+`.zip"`)
	h.Set("Cache-Control", "no-cache")
	h.Set("Vary", "Cookie")
	if q.Unchanged(w.name()) || q.Method == http.MethodHead {
		return nil
	}
	out := &counter{to: q.Writer}
	if err := w.write(q.Context(), out); err != nil && out.n == 0 {
		return err
	}
	return nil // a reader that has gone is no fault; an archive that was broken off has no end, and says so to whoever opens it
}

// Of is where the dossier of an edition of considerations is, and how large; nil where it has none.
func (h *Handlers) Of(q *serve.Request, ref cite.Ref) *papers.Dossier {
	at := place{slug: q.Slug, lang: q.Lang}
	if ref.Kind() != 'p' || ref.ElementNumber() > 0 {
		return nil
	}
	if _, err := q.Server.LookIn(q.Context(), q.Slug, conversation.Readers, q.Received, func(st *conversation.Reading) error {
		if e, ok := st.Papers.Edition(ref); ok && paper.Compiled(e.Kind) {
			at.ref = e.Ref
		}
		return nil
	}); err != nil || at.ref == cite.None {
		return nil
	}
	d := &papers.Dossier{Address: q.In("/" + string(at.ref) + "/dossier.zip")}
	h.mu.Lock() // one is measured at a time: many may open a page at once
	defer h.mu.Unlock()
	known := h.sizes[at]
	if known.bytes == 0 || q.Received.Sub(known.at) >= measured {
		if known = h.measure(q, at, known); known.bytes > 0 {
			h.keep(at, known)
		}
	}
	d.Bytes = known.bytes
	return d
}

// measure makes a dossier for nobody, unless it is still the one that was measured.
func (h *Handlers) measure(q *serve.Request, at place, known size) size {
	w, err := begin(q, at.ref)
	if err != nil {
		return known
	}
	known.at = q.Received
	if since := w.plan.Since(); since != known.since {
		out := &counter{to: io.Discard}
		if w.write(q.Context(), out) != nil {
			return known
		}
		known.bytes, known.since = out.n, since
	}
	return known
}

// keep keeps the size of a dossier.
func (h *Handlers) keep(at place, s size) {
	if h.sizes == nil || len(h.sizes) >= maxSizes {
		h.sizes = map[place]size{}
	}
	h.sizes[at] = s
}

// counter counts what is written.
type counter struct {
	to io.Writer
	n  int64
}

// Write writes on.
func (c *counter) Write(b []byte) (int, error) {
	n, err := c.to.Write(b)
	c.n += int64(n)
	return n, err
}

// begin plans the dossier of an edition, as everybody reads it.
func begin(q *serve.Request, ref cite.Ref) (*work, error) {
	w := &work{q: q, f: q.Frame}
	if _, err := q.Server.LookIn(q.Context(), q.Slug, conversation.Readers, q.Received, func(st *conversation.Reading) error {
		return w.begin(st, ref)
	}); err != nil {
		return nil, err
	}
	return w, nil
}
