package dossier

import (
	"io"
	"net/http"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/web/serve"
)

// Routes lists the routes of the room.
func Routes() []serve.Route {
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
	w.f.Nouns = nil // who checks a dossier knows what its parts are called
	if _, err := q.Server.LookIn(q.Context(), q.Slug, conversation.Readers, q.Received, func(st *conversation.Reading) error {
		return w.begin(st, ref)
	}); err != nil {
		return nil, err
	}
	return w, nil
}
