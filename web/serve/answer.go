package serve

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"strings"

	"github.com/openplenary/plenary/api"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/private"
	"github.com/openplenary/plenary/refusal"
)

// See sends a browser that sent a form to the page that shows what became of it (303).
func (q *Request) See(path string) error {
	q.Writer.Header().Set("Cache-Control", "no-store")
	http.Redirect(q.Writer, q.Request, path, http.StatusSeeOther)
	return nil
}

// Found sends a browser to where something is now (302).
func (q *Request) Found(path string) error {
	http.Redirect(q.Writer, q.Request, path, http.StatusFound)
	return nil
}

// In is an address inside the conversation, in the language of the reader.
func (q *Request) In(path string) string { return string(q.Frame.In(path)) }

// Show renders a view as HTML or as its JSON twin, whichever was asked for, and sends it. Its words have to be
// filled in. A status of 200 becomes 304 where the reader has these very bytes.
func (q *Request) Show(status int, v frame.View) error {
	buf := takeBuffer()
	defer giveBuffer(buf)
	ctype, err := q.render(buf, v)
	if err != nil {
		return err
	}
	b := buf.Bytes()
	h := q.Writer.Header()
	h.Set("Content-Type", ctype)
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "no-store")
	}
	h.Set("Vary", "Accept, Cookie, Accept-Encoding")
	packed := takeBuffer()
	defer giveBuffer(packed)
	sent, how := q.pack(packed, b)
	// The bytes that are sent are named, not those of the page: they are a seventh.
	if status == http.StatusOK && q.Unchanged(ETag(sent)) {
		return nil
	}
	return q.put(status, sent, how)
}

// render writes a view as the reader asked for it.
func (q *Request) render(to *bytes.Buffer, v frame.View) (ctype string, err error) {
	if !q.JSON {
		if _, problem := v.(*frame.Problem); !problem && q.Reading != nil {
			q.Frame.Stands = q.Reading.Since()
		}
		// Everything that is shown has been fetched: there is nothing to wait for, and nothing to give up.
		return "text/html; charset=utf-8", frame.Layout(&q.Frame, v).Render(context.Background(), to)
	}
	enc := json.NewEncoder(to)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(v); err != nil {
		return "", err
	}
	if _, problem := v.(*frame.Problem); problem {
		return "application/problem+json", nil // RFC 9457; its type is one of its fields
	}
	b := api.WithType(v, to.Bytes())
	if q.NotPublic() {
		b = api.NotPublic(b)
		q.Writer.Header().Set("Content-Disposition", `inline; filename="`+q.FileName(q.Slug, ".json")+`"`)
	}
	to.Reset()
	_, _ = to.Write(b) // a bytes.Buffer takes everything
	return "application/json; charset=utf-8", nil
}

// Fill fetches the words that a view needs, as far as the last reading granted them, and fills them in. Where they
// are damaged, a page that can do without them says so.
func (q *Request) Fill(v frame.View) error {
	q.liveFrom()
	need := v.Need()
	if len(need) == 0 {
		return nil
	}
	w, err := q.Server.Granted(q.Context(), q.Slug, q.Reading, need)
	if rs := refusal.Of(err); len(rs) > 0 && rs[0].Key == "record.damaged" && !q.JSON {
		if v, ok := v.(interface{ Without() }); ok {
			v.Without()
			q.Frame.Notice = "refusal.record.damaged"
			return nil
		}
	}
	if err != nil {
		return err
	}
	v.Fill(w)
	return nil
}

// Granted fetches the words that a reading granted, as its audience may read them. What was not granted is not even
// fetched.
func (s *Server) Granted(ctx context.Context, slug string, r *conversation.Reading, need []cite.Position) (map[cite.Position]cite.Words, error) {
	w, err := s.Sec.Words(ctx, slug, r.Needed(need))
	if err != nil {
		return nil, err
	}
	return r.Show(w), nil
}

// fail is the one door of errors: refusals become sentences, faults a reference.
func (q *Request) fail(err error) {
	if errors.Is(err, ErrSignIn) && !q.JSON && q.Frame.Preview == "" { // from a preview the page says so, and ends it
		to := "/sign-in?next="
		if q.Unproved {
			to = "/sign-in/passkey?next="
		}
		_ = q.See("/" + string(q.Lang) + to + q.URL.EscapedPath())
		return
	}
	if errors.Is(err, context.Canceled) && q.Context().Err() != nil {
		return
	}
	if rs := refusal.Of(err); q.Frame.Behind != nil && len(rs) > 0 && rs[0].Kind == refusal.Hidden {
		// What is not there may be among what is missing: nobody is told that it never was.
		err = refusal.New(refusal.TryAgain, "record.behind", "from", int64(q.Frame.Behind.From))
	}
	v := q.problem(err)
	v.Held = q.held(v)
	if v.Kind == "not_found" {
		q.Frame.Live, q.Frame.Section = "", ""
	}
	h := q.Writer.Header()
	for _, name := range []string{"Content-Disposition", "Content-Encoding", "Content-Length"} {
		h.Del(name) // of what was about to be sent
	}
	h.Set("Cache-Control", "no-store")
	switch v.Status {
	case http.StatusServiceUnavailable, http.StatusTooManyRequests:
		if h.Get("Retry-After") == "" {
			h.Set("Retry-After", "5")
		}
	case http.StatusUnauthorized:
		h.Set("WWW-Authenticate", `Session realm="Plenary"`)
	}
	h.Set("Connection", "close")
	if v.Status == http.StatusNotFound {
		h.Del("Connection")
	}
	q.readAway()
	// Who has stopped sending may still be reading.
	q.Request = q.Request.WithContext(context.WithoutCancel(q.Context()))
	if err := q.Show(v.Status, v); err != nil {
		q.Server.Logger.Error("cannot show a problem", "err", err)
	}
}

// refusals are what an error says to people; there are none where it is a fault.
func (q *Request) refusals(err error) []*refusal.Refusal {
	var tooLarge *http.MaxBytesError
	switch rs := refusal.Of(err); {
	case errors.As(err, &tooLarge):
		return []*refusal.Refusal{refusal.New(refusal.TooLarge, "too_large")}
	case len(rs) > 0:
		return rs
	case q.Server.NoRoom != nil && q.Server.NoRoom():
		q.Server.Logger.Warn("no room", "err", err)
		return []*refusal.Refusal{refusal.New(refusal.TryAgain, "record.full")}
	case private.Away(err):
		q.Server.Logger.Warn("the database is away", "err", err)
		return []*refusal.Refusal{refusal.New(refusal.TryAgain, "record.read_only")}
	}
	return nil
}

// problem is the page of an error.
func (q *Request) problem(err error) *frame.Problem {
	rs := q.refusals(err)
	v := frame.NewProblem(&q.Frame, rs)
	if len(rs) == 0 {
		v.Reference = Nonce()[:8]
		level := slog.LevelError
		if q.Context().Err() != nil {
			level = slog.LevelInfo // who asked has left, and what was done for them was broken off
		}
		q.Server.Logger.Log(q.Context(), level, "fault", "reference", v.Reference, "method", q.Method, "path", loggedPath(q.Request), "err", err)
	}
	return v
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

// ETag names the bytes of an answer. It is weak: what is kept goes out with the same name compressed and plain.
func ETag(b []byte) string {
	sum := sha256.Sum256(b)
	return `W/"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`
}

// Unchanged sends the ETag of an answer, and answers 304 where the reader has these very bytes already; then
// nothing else may be sent.
func (q *Request) Unchanged(etag string) bool {
	q.Writer.Header().Set("ETag", etag)
	if q.Method != http.MethodGet && q.Method != http.MethodHead {
		return false
	}
	for _, has := range strings.Split(q.Header.Get("If-None-Match"), ",") {
		if has = strings.TrimSpace(has); has == etag || has == "*" {
			q.Writer.WriteHeader(http.StatusNotModified)
			return true
		}
	}
	return false
}

// Reply sends a body whose type was said, compressed where that is worth it. It never fails: a reader that has gone
// is no fault.
func (q *Request) Reply(status int, b []byte) error {
	packed := takeBuffer()
	defer giveBuffer(packed)
	sent, how := q.pack(packed, b)
	return q.put(status, sent, how)
}

// pack gives a body as it is sent, and its encoding: compressed into a buffer where that is worth it, "" as it is.
func (q *Request) pack(to *bytes.Buffer, b []byte) (sent []byte, encoding string) {
	if len(b) <= 1000 || !acceptsGzip(q.Request) {
		return b, ""
	}
	how := gzipFast
	if len(b) > largePage {
		how = gzipWell
	}
	compress(to, b, how)
	return to.Bytes(), "gzip"
}

// put sends a packed body.
func (q *Request) put(status int, sent []byte, encoding string) error {
	h := q.Writer.Header()
	if encoding != "" {
		h.Set("Content-Encoding", encoding)
	}
	h.Set("Content-Length", strconv.Itoa(len(sent)))
	q.Writer.WriteHeader(status)
	_, _ = q.Writer.Write(sent) // a reader that has gone is no fault
	return nil
}

// build makes a view and fills it with the words that its reading granted.
func (q *Request) build(build func() (frame.View, error)) (frame.View, error) {
	v, err := build()
	if err != nil {
		return nil, err
	}
	return v, q.Fill(v)
}
