package attachment

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/openplenary/plenary/refusal"
)

// Trouble is what went wrong with kept files since the program began.
type Trouble struct {
	Lost int       // files that were asked for and are missing or damaged, and have not been read whole since
	At   time.Time // when something went wrong last; the zero time where nothing did
	What string    // what it was, for whoever runs the machine
}

// troubles are those of a store, with the files that are lost.
type troubles struct {
	mu   sync.Mutex
	last Trouble
	lost map[string]bool
}

// fault notes what went wrong; lost names a file that cannot be given out, "" for none. It reports whether that was not known.
func (t *troubles) fault(err error, lost string) (unknown bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.last.At, t.last.What = time.Now(), err.Error()
	if lost == "" || t.lost[lost] {
		return false
	}
	if t.lost == nil {
		t.lost = map[string]bool{}
	}
	t.lost[lost] = true
	return true
}

// whole notes that a file was read whole, or is kept no more.
func (t *troubles) whole(id string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.lost, id)
}

func (t *troubles) now() Trouble {
	t.mu.Lock()
	defer t.mu.Unlock()
	out := t.last
	out.Lost = len(t.lost)
	return out
}

// failed makes of what the reading of a file failed with what its reader is told, and has whoever runs the machine told: of each lost file once, in the log.
func (s *Store) failed(f File, key string, err error) error {
	switch {
	case errors.Is(err, context.Canceled), len(refusal.Of(err)) > 0:
		return err
	case !errors.Is(err, ErrDamaged):
		s.troubles.fault(err, "")
		return away(err)
	}
	if s.troubles.fault(err, f.ID) && s.Logger != nil {
		s.Logger.Error("an attached file is lost: put it back from a backup", "file", f.ID, "sha256", f.SHA, "err", err)
	}
	no := &refusal.Refusal{Kind: refusal.TryAgain, Key: key}
	if key == lostCited {
		no.Args = []any{"sha", f.SHA}
	}
	return fmt.Errorf("%w: %w", no, err)
}

// The refusals of a file whose bytes are missing or not what they were.
const (
	lostBeside = "file.lost"       // of what stands beside the record
	lostCited  = "file.lost_cited" // of what the record has the hash of
)

// given is a file that somebody reads.
type given struct {
	io.ReadSeekCloser
	s   *Store
	f   File
	key string

	at, sound int64 // where the next piece begins, and up to where all was read from the beginning on
}

// Read reads on. A file of which only a part was asked for may be damaged in another.
func (g *given) Read(p []byte) (int, error) {
	n, err := g.ReadSeekCloser.Read(p)
	if g.at <= g.sound {
		g.sound = max(g.sound, g.at+int64(n))
	}
	g.at += int64(n)
	//lint:ignore errorlint what ends a file is this very value; a connection that broke off may have it wrapped
	if err != nil && err != io.EOF {
		return n, g.s.failed(g.f, g.key, err)
	}
	if g.sound == g.f.Size {
		g.s.troubles.whole(g.f.ID)
	}
	return n, err
}

// Seek goes elsewhere.
func (g *given) Seek(offset int64, whence int) (int64, error) {
	at, err := g.ReadSeekCloser.Seek(offset, whence)
	if err == nil {
		g.at = at
	}
	return at, err
}

// Summary is what the store keeps, and where.
type Summary struct {
	Where        string // "folder", "rows" or "bucket"
	Bucket       string // which, "" for none
	Files        int    // all of them, with those that wait
	Bytes        int64
	Waiting      int // of them those that nothing cites yet: what is not sent within a day is swept
	WaitingBytes int64
	Trouble
}

// Summary counts what is kept.
func (s *Store) Summary(ctx context.Context) (sum Summary, err error) {
	switch k := s.keep.(type) {
	case *objects:
		sum.Where, sum.Bucket = "bucket", k.Bucket.String()
	case rows:
		sum.Where = "rows"
	default:
		sum.Where = "folder"
	}
	sum.Trouble = s.troubles.now()
	err = s.db.QueryRowContext(ctx, `SELECT count(*), coalesce(sum(size), 0), coalesce(sum(CASE claimed WHEN $1 THEN 0 ELSE 1 END), 0), coalesce(sum(CASE claimed WHEN $1 THEN 0 ELSE size END), 0)
		FROM attachment`, isCited).Scan(&sum.Files, &sum.Bytes, &sum.Waiting, &sum.WaitingBytes)
	return sum, err
}

// noted notes what keeping a file failed with.
func (s *Store) noted(err error) error {
	if err != nil && len(refusal.Of(err)) == 0 && !errors.Is(err, context.Canceled) {
		s.troubles.fault(err, "")
	}
	return err
}

// Trouble is what went wrong since the program began.
func (s *Store) Trouble() Trouble { return s.troubles.now() }
