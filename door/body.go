package door

import (
	"errors"
	"io"
	"net/http"
	"os"
	"time"
)

// How slow a writer may be: so many bytes of a body must come in every bodyPace.
const (
	bodyPiece = 16 << 10
	bodyPace  = 10 * time.Second
)

// BodyTime is how long the body of a request may take in all.
const BodyTime = 10 * time.Minute

// ErrSlow says that a body came too slowly, and was given up.
var ErrSlow = errors.New("door: the body of a request came too slowly")

// body reads the body of a request as long as it comes fast enough.
type body struct {
	io.ReadCloser
	rc    *http.ResponseController
	end   time.Time
	came  int  // bytes since the deadline was last put off
	ended bool // no deadline of ours is set any more
}

// Body holds the body of a request to a least speed, from now on. It is read by one goroutine. A writer
// without deadlines (a recorder in a test) is not held to anything.
func Body(w http.ResponseWriter, r *http.Request, now time.Time) io.ReadCloser {
	if r.Body == nil || r.Body == http.NoBody {
		return r.Body
	}
	b := &body{ReadCloser: r.Body, rc: http.NewResponseController(w), end: now.Add(BodyTime)}
	if b.putOff(now) != nil {
		return r.Body
	}
	return b
}

func (b *body) putOff(now time.Time) error {
	b.came = 0
	t := now.Add(bodyPace)
	if t.After(b.end) {
		t = b.end
	}
	return b.rc.SetReadDeadline(t)
}

// Read reads what has come. Where too little comes it returns ErrSlow.
func (b *body) Read(p []byte) (int, error) {
	if len(p) > bodyPiece {
		p = p[:bodyPiece] // else one Read could need more than is asked for in its time
	}
	n, err := b.ReadCloser.Read(p)
	b.came += n
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		err = ErrSlow
	case err != nil && !b.ended:
		// Whole: what the reader of an event stream sends now, or does not, is another matter.
		b.ended = true
		_ = b.rc.SetReadDeadline(b.end)
	case b.came >= bodyPiece && !b.ended:
		if e := b.putOff(time.Now()); e != nil && err == nil {
			err = e
		}
	}
	return n, err
}
