package serve

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/web/stream"
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
	if q.Frame.Live != "" && q.Reading != nil && !strings.Contains(q.Frame.Live, "&from=") {
		q.Frame.Live += "&from=" + strconv.FormatInt(int64(q.Reading.Since()), 10)
	}
}

// Feed is what an event stream sends, and Fragment a part of it.
type (
	Feed     = stream.Feed
	Fragment = stream.Fragment
)

// Stream answers with the event stream of a page until the reader goes. It begins when the handler has returned: whoever waits for hours holds nothing of
// their request.
func (q *Request) Stream(f *Feed) error {
	release, err := q.mayStream()
	if err != nil {
		return err
	}
	send, err := eventStream(q.Writer)
	if err != nil {
		release()
		return err
	}
	ctx, last, live := q.Context(), q.Header.Get("Last-Event-ID"), &q.Server.live
	q.follow = func() {
		defer release()
		feed := f
		f = nil // it is the board's, of whoever came first
		live.Serve(ctx, feed, last, send)
	}
	return nil
}

// ofDocuments are the headers that say how a document may be used. Each of thousands of streams would keep them for hours.
var ofDocuments = []string{"Content-Security-Policy", "Permissions-Policy", "Cross-Origin-Opener-Policy"}

// eventStream begins an event stream. What it gives sends a piece and reports whether the reader is there.
func eventStream(w http.ResponseWriter) (send func([]byte) bool, err error) {
	h := w.Header()
	for _, name := range ofDocuments {
		h.Del(name)
	}
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
	rc := http.NewResponseController(w)
	if err := rc.SetReadDeadline(time.Time{}); err != nil {
		return nil, err
	}
	return func(b []byte) bool {
		if err := rc.SetWriteDeadline(time.Now().Add(20 * time.Second)); err != nil {
			return false
		}
		if _, err := w.Write(b); err != nil {
			return false
		}
		return rc.Flush() == nil
	}, nil
}
