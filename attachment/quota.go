package attachment

import (
	"context"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/openplenary/plenary/internal/platform"
	"github.com/openplenary/plenary/refusal"
)

// Room is how much of the disk files may take before a fact cites them.
type Room struct {
	PerSource int64 // bytes of one source, 0 for no bound
	InAll     int64 // bytes of all together, 0 for no bound
	Reserve   int64 // bytes of free disk that are kept for the record, 0 for none
}

// DefaultRoom is what an instance begins with: ten of the largest files of one source and a hundred of all,
// and no reserve. What is kept for the record is for whoever knows the disk (see Reserve).
var DefaultRoom = Room{PerSource: 10 * MaxSize, InAll: 100 * MaxSize}

// leastCharge is what a file is charged at least: it takes a row and a block however small it is.
const leastCharge = 16 << 10

// ErrUnread says that a file broke off, or could not be read from whoever sent it. Nothing was kept.
var ErrUnread = errors.New("attachment: the file could not be read to its end")

// quota counts the bytes of files that no fact cites: those that are being read here, and those that are kept, by whichever node. Of the
// latter the rows say whose they are, as a keyed hash; they are asked when a file begins to come.
type quota struct {
	key []byte // of the hashes

	mu       sync.Mutex
	room     Room
	bySource map[string]int64  // of sources of which something is being read
	inAll    int64             // as of when a file last began, and what has come since
	coming   map[string]coming // what of that is being read; of all under ""
	settled  int               // files that became rows
}

// coming is what is being read of a source.
type coming struct {
	files int
	bytes int64
}

func newQuota() *quota {
	return &quota{key: []byte(rand.Text()), room: DefaultRoom, bySource: map[string]int64{}}
}

// SetSecret has sources called as other nodes with the same secret call them, and as before the last start. Without it what was kept before
// counts in all only.
func (s *Store) SetSecret(secret []byte) error {
	key, err := hkdf.Key(sha256.New, secret, nil, "plenary sources of files", sha256.Size)
	s.quota.key = key
	return err
}

// hashed is what a source is called in rows.
func (q *quota) hashed(source string) []byte {
	if source == "" {
		return []byte{}
	}
	m := hmac.New(sha256.New, q.key)
	m.Write([]byte(source))
	return m.Sum(nil)[:16]
}

// SetRoom bounds what files may take from now on.
func (s *Store) SetRoom(r Room) {
	s.quota.mu.Lock()
	defer s.quota.mu.Unlock()
	s.quota.room = r
}

// Uncited is how many bytes are charged for files that no fact cites.
func (s *Store) Uncited(ctx context.Context) (int64, error) {
	_, all, err := s.held(ctx, "")
	s.quota.mu.Lock()
	defer s.quota.mu.Unlock()
	return all + s.quota.coming[""].bytes, err
}

// Reserve is what to keep free on the disk of a folder for the record: a gibibyte or a twentieth of the
// disk, whichever is more, but not more than a quarter of a small one.
func Reserve(dir string) (int64, error) {
	_, size, err := platform.Disk(dir)
	return min(max(1<<30, size/20), size/4), err
}

// Scarce reports whether only what is kept for the record is left of the disk. A disk that does not say is
// not scarce: writing to it will tell.
func (s *Store) Scarce() bool {
	s.quota.mu.Lock()
	reserve := s.quota.room.Reserve
	s.quota.mu.Unlock()
	if reserve <= 0 {
		return false
	}
	free, _, err := platform.Disk(s.dir)
	return err == nil && free < reserve
}

// held is what is charged for files that are kept and no fact cites: those of a source, and all.
func (s *Store) held(ctx context.Context, source string) (own, all int64, err error) {
	err = s.db.QueryRowContext(ctx, `SELECT CAST(coalesce(sum(CASE WHEN source = $1 THEN charged END), 0) AS BIGINT), CAST(coalesce(sum(charged), 0) AS BIGINT)
		FROM (SELECT source, CASE WHEN size < $2 THEN $2 ELSE size END AS charged FROM attachment WHERE claimed <> 1) AS uncited`, s.quota.hashed(source), leastCharge).Scan(&own, &all)
	return own, all, err
}

// begin looks what is charged, for a file that begins to come.
func (s *Store) begin(ctx context.Context, source string) error {
	q := s.quota
	for {
		q.mu.Lock()
		settled := q.settled
		q.mu.Unlock()
		own, all, err := s.held(ctx, source)
		if err != nil {
			return err
		}
		if q.beginAt(source, own, all, settled) {
			return nil
		}
	}
}

// beginAt begins, unless a file became a row since it was looked.
func (q *quota) beginAt(source string, own, all int64, settled int) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.settled != settled {
		return false
	}
	q.inAll = all + q.coming[""].bytes
	if source != "" {
		q.bySource[source] = own + q.coming[source].bytes
		q.come(source, 1, 0)
	}
	return true
}

// come notes what is being read of a source. It is called with the lock held.
func (q *quota) come(source string, files int, n int64) {
	if q.coming == nil {
		q.coming = map[string]coming{}
	}
	c := q.coming[source]
	q.coming[source] = coming{c.files + files, c.bytes + n}
}

// end notes that a file is read: it was kept, or what came of it is given back.
func (q *quota) end(source string, n int64, kept bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.come("", 0, -n)
	if kept {
		q.settled++
	} else {
		q.inAll -= n
	}
	if source == "" {
		return
	}
	if !kept {
		q.bySource[source] -= n
	}
	if q.come(source, -1, -n); q.coming[source].files == 0 {
		delete(q.coming, source)
		delete(q.bySource, source)
	}
}

// KeepFrom is Keep for a file that a source sent, within its quota; a source of "" is counted in all only.
// Where what was sent cannot be read to its end it returns ErrUnread.
//
// Refusals beside those of Keep: "file.quota" (field "file"; too much of the source is on no contribution
// yet), "file.no_room" (too much of all), and "disk.reserved" (what is left of the disk is for the record).
func (s *Store) KeepFrom(ctx context.Context, source string, r io.Reader, name string, now time.Time) (File, error) {
	in := &incoming{s: s, r: r, source: source}
	if err := s.begin(ctx, source); err != nil {
		return File{}, err
	}
	f, err := File{}, in.take(leastCharge)
	if err == nil {
		f, err = s.keepOf(ctx, source, in, name, now)
	}
	s.quota.end(source, in.taken, err == nil)
	if err != nil {
		if in.unread != nil && errors.Is(err, in.unread) {
			err = fmt.Errorf("%w: %w", ErrUnread, err)
		}
		return File{}, err
	}
	return f, nil
}

// Discard removes files at once that were sent with a form that came to nothing. A file that a fact cites
// stays; one that is not there is no error.
func (s *Store) Discard(ctx context.Context, ids ...string) error {
	var faults []error
	for _, id := range ids {
		r, err := s.db.ExecContext(ctx, `DELETE FROM attachment WHERE id = $1 AND claimed <> $2`, id, isCited)
		if err == nil {
			if n, _ := r.RowsAffected(); n == 0 {
				continue
			}
			err = s.keep.remove(ctx, id)
		}
		faults = append(faults, err)
	}
	return errors.Join(faults...)
}

// incoming is a file that is being read; what has come of it is charged.
type incoming struct {
	s           *Store
	r           io.Reader
	source      string
	read, taken int64
	unread      error // what its sender's side failed with
}

// Read reads a piece that there is room for.
func (in *incoming) Read(p []byte) (int, error) {
	n, err := in.r.Read(p)
	if err != nil && err != io.EOF {
		in.unread = err
	}
	in.read += int64(n)
	if more := in.read - in.taken; more > 0 && in.read <= MaxSize {
		if e := in.take(more); e != nil {
			return 0, e
		}
	}
	return n, err
}

func (in *incoming) take(n int64) error {
	if in.s.Scarce() {
		return refusal.New(refusal.TryAgain, "disk.reserved")
	}
	if err := in.s.quota.take(in.source, n); err != nil {
		return err
	}
	in.taken += n
	return nil
}

func (q *quota) take(source string, n int64) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	switch {
	case source != "" && q.room.PerSource > 0 && q.bySource[source]+n > q.room.PerSource:
		return &refusal.Refusal{Kind: refusal.TooMany, Key: "file.quota", Field: "file", Args: []any{"max", q.room.PerSource >> 20}}
	case q.room.InAll > 0 && q.inAll+n > q.room.InAll:
		return &refusal.Refusal{Kind: refusal.TryAgain, Key: "file.no_room", Field: "file"}
	}
	q.inAll += n
	q.come("", 0, n)
	if source != "" {
		q.bySource[source] += n
		q.come(source, 0, n)
	}
	return nil
}
