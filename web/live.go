package web

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
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page"
	"github.com/openplenary/plenary/refusal"
)

// liveOn gives the page an event stream. The address carries the page's position as from, added when
// the view is built.
func (q *request) liveOn(kind string, ref cite.Ref) {
	v := url.Values{"page": {kind}}
	if ref != cite.None {
		v.Set("ref", string(ref))
	}
	if t := q.URL.Query().Get("text"); t != "" {
		if l, ok := locale.Parse(t); ok {
			v.Set("text", string(l))
		}
	}
	q.frame.Live = q.in("/live") + "?" + v.Encode()
}

// liveFrom tells the event stream since when the page stands as it does.
func (q *request) liveFrom() {
	if q.frame.Live != "" && q.reading != nil {
		q.frame.Live += "&from=" + strconv.FormatInt(int64(q.reading.Since()), 10)
	}
}

// streams shares what is rendered among the readers of one page: each change is rendered once for an
// audience and a language, not once for a reader.
type streams struct {
	mu   sync.Mutex
	made map[string]*event
}

type event struct {
	once sync.Once
	at   cite.Position
	body []byte
	err  error
}

func newStreams() *streams { return &streams{made: map[string]*event{}} }

// maxStreams bounds the shared events that are kept.
const maxStreams = 256

// event returns the shared event of a key, made once.
func (s *streams) event(key string, make func() (cite.Position, []byte, error)) *event {
	s.mu.Lock()
	e := s.made[key]
	if e == nil {
		if len(s.made) >= maxStreams {
			clear(s.made)
		}
		e = &event{}
		s.made[key] = e
	}
	s.mu.Unlock()
	e.once.Do(func() { e.at, e.body, e.err = make() })
	return e
}

// pace is the shortest time between two events of one stream.
const pace = 250 * time.Millisecond

// stream is the event stream of a page: one event for a position, holding all its fragments that
// changed since the reader's.
func (s *Server) stream(q *request) error {
	v := q.URL.Query()
	kind, ref := v.Get("page"), cite.None
	if v.Has("ref") {
		r, err := cite.ParseRef(v.Get("ref"))
		if err != nil {
			return notFound()
		}
		ref = r
	}
	text := q.lang
	if l, ok := locale.Parse(v.Get("text")); ok {
		text = l
	}
	from := position(v.Get("from"))
	if id := q.Header.Get("Last-Event-ID"); id != "" {
		from = position(id)
	}
	var refs []cite.Ref
	switch {
	case kind == "home":
		refs = []cite.Ref{conversation.AnyContribution}
	case kind == "list":
		refs = []cite.Ref{conversation.AnyContribution}
	case kind == "paper" && ref.Kind() == 'p' && ref.ElementNumber() == 0:
		refs = []cite.Ref{ref.Root()}
	default:
		return notFound()
	}
	head, err := q.lookAt(func(st *conversation.Reading) error {
		//mutants:guard there is no stream of what the reader may not see
		if ref != cite.None && st.MaySee(ref) == conversation.Nothing {
			return notFound()
		}
		return nil
	})
	if err != nil {
		return err
	}
	from = min(from, head)
	release, err := q.mayStream()
	if err != nil {
		return err
	}
	defer release()
	h := q.w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
	rc := http.NewResponseController(q.w)
	send := func(b []byte) bool {
		if err := rc.SetWriteDeadline(time.Now().Add(20 * time.Second)); err != nil {
			return false
		}
		if _, err := q.w.Write(b); err != nil {
			return false
		}
		return rc.Flush() == nil
	}
	if err := rc.SetReadDeadline(time.Time{}); err != nil {
		return err
	}
	if !send([]byte(": hello\nretry: 1000\n\n")) {
		return nil
	}
	var last time.Time
	for {
		ctx, cancel := context.WithTimeout(q.Context(), 25*time.Second)
		at, err := s.Sec.Watch(ctx, q.slug, from, refs...)
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
		if wait := pace - time.Since(last); wait > 0 {
			timer := time.NewTimer(wait)
			select {
			case <-timer.C:
			case <-q.Context().Done():
				timer.Stop()
				return nil
			}
			at = s.Sec.Durable(q.slug)
		}
		last = time.Now()
		key := strings.Join([]string{q.slug, kind, string(ref), string(q.lang), string(text), strconv.FormatInt(int64(from), 10), strconv.FormatInt(int64(at), 10)}, " ")
		e := s.live.event(key, func() (cite.Position, []byte, error) { return q.fragments(kind, ref, text, from) })
		if e.err != nil || !send(e.body) {
			return nil
		}
		from = e.at
	}
}

func position(s string) cite.Position {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return cite.Position(n)
}

// fragments renders again, for the public, what changed on a page since a position.
func (q *request) fragments(kind string, ref cite.Ref, text locale.Lang, from cite.Position) (cite.Position, []byte, error) {
	ctx := context.WithoutCancel(q.Context())
	f := q.frame
	f.Me, f.Live, f.Errors = page.Me{}, "", nil
	var view page.View
	type fragment struct {
		id string
		c  func() templ.Component
	}
	var parts []fragment
	var reading *conversation.Reading
	at, err := q.s.lookIn(ctx, q.slug, conversation.Public, q.s.Sec.Now(), func(st *conversation.Reading) error {
		reading = st
		switch kind {
		case "home":
			v := page.NewHome(st, q.lang, page.Demonstration{})
			view = v
			parts = []fragment{{"home-counts", func() templ.Component { return page.HomeCounts(&f, v) }}, {"home-latest", func() templ.Component { return page.HomeLatest(&f, v) }}}
		case "list":
			v := page.NewList(st, page.ListQuery{}, q.lang, 1)
			view = v
			parts = []fragment{{"list-counts", func() templ.Component { return page.ListCounts(&f, v) }}}
		case "paper":
			v, ok := page.NewPaper(st, ref, q.lang, text, "")
			if !ok {
				return notFound()
			}
			view = v
			touched := map[cite.Ref]bool{}
			if e, ok := st.Papers.Edition(ref); ok {
				p, _ := st.Papers.Paper(ref)
				sources := p.SourcesIn(e.Ref.EditionNumber())
				for i := range e.Elements {
					if x := e.Elements[i].Ref; st.Changed(append([]cite.Ref{x}, sources[x]...)...) > from {
						touched[x] = true
						touched[e.IssueOf(x)] = true
					}
				}
			}
			for _, el := range v.Elements {
				if touched[el.Through()] && el.Kind != "theme" {
					parts = append(parts, fragment{"m-" + el.Through().ID(), func() templ.Component { return page.PaperMargin(&f, v, el) }})
				}
			}
		}
		return nil
	})
	if err != nil {
		return 0, nil, err
	}
	if need := view.Need(); len(need) > 0 {
		w, err := q.s.granted(ctx, q.slug, reading, need)
		if err != nil {
			return 0, nil, err
		}
		view.Fill(w)
	}
	var html bytes.Buffer
	for _, p := range parts {
		html.WriteString(`<hx-partial hx-target="#` + p.id + `" hx-swap="innerHTML">`)
		if err := p.c().Render(ctx, &html); err != nil {
			return 0, nil, err
		}
		html.WriteString("</hx-partial>\n")
	}
	var out bytes.Buffer
	out.WriteString("id: " + strconv.FormatInt(int64(at), 10) + "\n")
	for _, line := range strings.Split(strings.TrimRight(html.String(), "\n"), "\n") {
		out.WriteString("data: " + line + "\n")
	}
	out.WriteString("\n")
	return at, out.Bytes(), nil
}
