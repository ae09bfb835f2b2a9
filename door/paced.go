package door

import (
	"net/http"
	"time"
)

// Streams is how many answers one connection of HTTP/2 may ask for at once: every page that is followed holds one.
const Streams = 64

// Paced gives the writer of an answer whose reader must take every piece of it in time. Over HTTP/1 the connection sees to that; over
// HTTP/2 a reader may hold back one answer, or a hundred, while the connection is busy with others. The deadline that a handler sets is of what it
// is writing then, as it is there, and ends nothing while there is nothing to write. The whole may take as long as is said. end is called when
// the handler is done: what is still to be sent has the time of one more piece.
func Paced(w http.ResponseWriter, r *http.Request, whole time.Duration) (paced http.ResponseWriter, end func()) {
	if r.ProtoMajor < 2 {
		return w, func() {}
	}
	p := &pacedWriter{ResponseWriter: w, rc: http.NewResponseController(w), until: time.Now().Add(whole)}
	return p, func() { p.until = time.Time{}; p.begin() }
}

type pacedWriter struct {
	http.ResponseWriter
	rc    *http.ResponseController
	until time.Time // zero for none
}

// Unwrap gives http.ResponseController what it needs.
func (p *pacedWriter) Unwrap() http.ResponseWriter { return p.ResponseWriter }

// SetWriteDeadline is for http.ResponseController.
func (p *pacedWriter) SetWriteDeadline(t time.Time) error {
	p.until = t
	return nil
}

// begin sets the deadline of the next piece, and over takes it away: HTTP/2 would end the answer at it though nothing waits to be sent.
func (p *pacedWriter) begin() {
	t := time.Now().Add(writePace)
	if !p.until.IsZero() && p.until.Before(t) {
		t = p.until
	}
	_ = p.rc.SetWriteDeadline(t) // HTTP/2 always can
}

func (p *pacedWriter) over() { _ = p.rc.SetWriteDeadline(time.Time{}) }

// Write sends piece by piece; a piece that is not taken in time ends the answer.
func (p *pacedWriter) Write(b []byte) (n int, err error) {
	defer p.over()
	for {
		p.begin()
		m, err := p.ResponseWriter.Write(b[n:min(len(b), n+writePiece)])
		n += m
		if err != nil || n == len(b) {
			return n, err
		}
	}
}

// FlushError is for http.ResponseController.
func (p *pacedWriter) FlushError() error {
	defer p.over()
	p.begin()
	return p.rc.Flush()
}
