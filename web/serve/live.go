package serve

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/a-h/templ"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// LiveOn gives a page an event stream: the kind of the page, the paper where it is one, and the language of the
// paper's text where the address chose one. The address carries since when the page stands, added when the view is
// built.
func (q *Request) LiveOn(kind string, ref cite.Ref, text locale.Lang) {
	v := url.Values{"page": {kind}}
	if ref != cite.None {
		v.Set("ref", string(ref))
	}
	if text != "" {
		v.Set("text", string(text))
	}
	q.Frame.Live = q.In("/live") + "?" + v.Encode()
}

// liveFrom tells the event stream since when the page stands as it does.
func (q *Request) liveFrom() {
	if q.Frame.Live != "" && q.Reading != nil {
		q.Frame.Live += "&from=" + strconv.FormatInt(int64(q.Reading.Since()), 10)
	}
}

// streams shares what is rendered among the readers of one page: each change is rendered once for a page, a
// language and an audience class, however many streams wait and whatever position they came with.
type streams struct {
	mu     sync.Mutex
	boards map[string]*board
}

func newStreams() *streams { return &streams{boards: map[string]*board{}} }

// board is one page with its fragments, in one language, as everybody may see it. It is there while somebody
// follows the page.
type board struct {
	mu        sync.Mutex
	readers   int // guarded by streams.mu
	at        cite.Position
	made      time.Time
	fragments []*Fragment
}

// Fragment is a part of a page that is sent again by itself when it changes.
type Fragment struct {
	ID      string        // of the HTML element
	Refs    []cite.Ref    // what it rests on
	Changed cite.Position // the last position that touched it
	// Render makes the component, once for all who follow the page, and only where somebody needs it.
	Render func() templ.Component
	html   []byte // nil until somebody needs it
}

// follow gives the board of a page, and a function to leave it.
func (s *streams) follow(key string) (*board, func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.boards[key]
	if b == nil {
		b = &board{}
		s.boards[key] = b
	}
	b.readers++
	return b, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if b.readers--; b.readers == 0 {
			delete(s.boards, key)
		}
	}
}

// pace is the shortest time between two renderings of one page.
const pace = 250 * time.Millisecond

// since gives the event that holds what changed on the page after a position, up to a durable one that is at
// least at. Who comes first renders, for all.
func (b *board) since(ctx context.Context, from, at cite.Position, view func(context.Context) (cite.Position, []*Fragment, error)) (cite.Position, []byte, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.at < at {
		if err := b.rest(ctx); err != nil {
			return 0, nil, err
		}
		now, fragments, err := view(context.WithoutCancel(ctx))
		if err != nil {
			return 0, nil, err
		}
		b.keep(fragments)
		b.at, b.made = now, time.Now()
	}
	var html bytes.Buffer
	for _, f := range b.fragments {
		if f.Changed <= from {
			continue
		}
		if f.html == nil {
			var one bytes.Buffer
			if err := f.Render().Render(ctx, &one); err != nil {
				return 0, nil, err
			}
			f.html = one.Bytes()
		}
		html.WriteString(`<hx-partial hx-target="#` + f.ID + `" hx-swap="innerHTML">`)
		html.Write(f.html)
		html.WriteString("</hx-partial>\n")
	}
	return b.at, event(b.at, html.String()), nil
}

// rest waits until the page may be rendered again. Whoever waits beside waits for the same.
func (b *board) rest(ctx context.Context) error {
	timer := time.NewTimer(pace - time.Since(b.made))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// keep takes new fragments; one that was not touched keeps what was rendered.
func (b *board) keep(fragments []*Fragment) {
	was := make(map[string]*Fragment, len(b.fragments))
	for _, f := range b.fragments {
		was[f.ID] = f
	}
	for _, f := range fragments {
		if old := was[f.ID]; old != nil && old.Changed == f.Changed {
			f.html = old.html
		}
	}
	b.fragments = fragments
}

// event is an event of a stream: its id is the position, its data the fragments.
func event(at cite.Position, html string) []byte {
	var out bytes.Buffer
	out.WriteString("id: " + strconv.FormatInt(int64(at), 10) + "\n")
	for line := range strings.SplitSeq(strings.TrimRight(html, "\n"), "\n") {
		out.WriteString("data: " + line + "\n")
	}
	out.WriteString("\n")
	return out.Bytes()
}

// Feed is what an event stream sends: the fragments of a page, as everybody may see it.
type Feed struct {
	// Key names the page among all: whoever follows the same page shares what is rendered of it.
	Key string
	// From is the position since which the reader's page stands, and Head the one at which it was looked at now.
	From, Head cite.Position
	// Refs are the references whose touch may change a fragment.
	Refs []cite.Ref
	// Fragments builds the page and lists its fragments. It gives the position that they are of.
	Fragments func(context.Context) (cite.Position, []*Fragment, error)
}

// Stream answers with the event stream of a page: one event for a position, holding all its fragments that changed
// since the reader's. It ends when the reader goes.
func (q *Request) Stream(f Feed) error {
	from := f.From
	if id := q.Header.Get("Last-Event-ID"); id != "" {
		from = position(id)
	}
	from = min(from, f.Head)
	release, err := q.mayStream()
	if err != nil {
		return err
	}
	defer release()
	send, err := q.eventStream()
	if err != nil || !send([]byte(": hello\nretry: 1000\n\n")) {
		return err
	}
	b, leave := q.Server.live.follow(f.Key)
	defer leave()
	for {
		ctx, cancel := context.WithTimeout(q.Context(), 25*time.Second)
		at, err := q.Server.Sec.Watch(ctx, q.Slug, from, f.Refs...)
		cancel()
		if q.Context().Err() != nil {
			return nil
		}
		if err != nil {
			if refusal.Of(err) != nil || !send([]byte(": still here\n\n")) {
				return nil
			}
			continue
		}
		at, body, err := b.since(q.Context(), from, at, f.Fragments)
		if err != nil || !send(body) {
			return nil
		}
		from = at
	}
}

// eventStream begins an event stream. What it gives sends a piece and reports whether the reader is there.
func (q *Request) eventStream() (send func([]byte) bool, err error) {
	h := q.Writer.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
	rc := http.NewResponseController(q.Writer)
	if err := rc.SetReadDeadline(time.Time{}); err != nil {
		return nil, err
	}
	return func(b []byte) bool {
		if err := rc.SetWriteDeadline(time.Now().Add(20 * time.Second)); err != nil {
			return false
		}
		if _, err := q.Writer.Write(b); err != nil {
			return false
		}
		return rc.Flush() == nil
	}, nil
}

func position(s string) cite.Position {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return cite.Position(n)
}
