package attachment

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"syscall"
	"time"

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

// quota counts the bytes of files that no fact cites: those that are being read, those that wait, and those
// that were claimed. Sources are in memory only; after a start, the files that were there count in all.
type quota struct {
	mu       sync.Mutex
	room     Room
	held     map[string]held // by id of the file
	bySource map[string]int64
	inAll    int64
}

type held struct {
	source string
	bytes  int64
}

func newQuota() *quota {
	return &quota{room: DefaultRoom, held: map[string]held{}, bySource: map[string]int64{}}
}

// SetRoom bounds what files may take from now on.
func (s *Store) SetRoom(r Room) {
	s.quota.mu.Lock()
	defer s.quota.mu.Unlock()
	s.quota.room = r
}

// Uncited is how many bytes are charged for files that no fact cites.
func (s *Store) Uncited() int64 {
	s.quota.mu.Lock()
	defer s.quota.mu.Unlock()
	return s.quota.inAll
}

// Reserve is what to keep free on the disk of a folder for the record: a gibibyte or a twentieth of the
// disk, whichever is more, but not more than a quarter of a small one.
func Reserve(dir string) (int64, error) {
	_, size, err := disk(dir)
	return min(max(1<<30, size/20), size/4), err
}

// disk is how many bytes are free on the disk of a folder, and how many it has.
func disk(dir string) (free, size int64, err error) {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(dir, &fs); err != nil {
		return 0, 0, err
	}
	return int64(fs.Bavail) * fs.Bsize, int64(fs.Blocks) * fs.Bsize, nil
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
	free, _, err := disk(s.dir)
	return err == nil && free < reserve
}

// count begins with the files that are there.
func (s *Store) count(ctx context.Context) error {
	rows, err := s.db.QueryContext(ctx, `SELECT id, size FROM attachment WHERE claimed <> $1`, isCited)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		var size int64
		if err := rows.Scan(&id, &size); err != nil {
			return err
		}
		s.quota.hold(id, held{"", charge(size)})
		s.quota.inAll += charge(size)
	}
	return rows.Err()
}

func charge(size int64) int64 { return max(size, leastCharge) }

// KeepFrom is Keep for a file that a source sent, within its quota; a source of "" is counted in all only.
// Where what was sent cannot be read to its end it returns ErrUnread.
//
// Refusals beside those of Keep: "file.quota" (field "file"; too much of the source is on no contribution
// yet), "file.no_room" (too much of all), and "disk.reserved" (what is left of the disk is for the record).
func (s *Store) KeepFrom(ctx context.Context, source string, r io.Reader, name string, now time.Time) (File, error) {
	in := &incoming{s: s, r: r, source: source}
	f, err := File{}, in.take(leastCharge)
	if err == nil {
		f, err = s.Keep(ctx, in, name, now)
	}
	if err != nil {
		s.quota.give(source, in.taken)
		if in.unread != nil && errors.Is(err, in.unread) {
			err = fmt.Errorf("%w: %w", ErrUnread, err)
		}
		return File{}, err
	}
	s.quota.hold(f.ID, held{source, in.taken})
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
			s.quota.release(id)
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
	if source != "" {
		q.bySource[source] += n
	}
	return nil
}

// give gives bytes back.
func (q *quota) give(source string, n int64) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.less(source, n)
}

func (q *quota) less(source string, n int64) {
	q.inAll -= n
	if source == "" {
		return
	}
	if q.bySource[source] -= n; q.bySource[source] <= 0 {
		delete(q.bySource, source)
	}
}

// hold notes whose bytes a file is.
func (q *quota) hold(id string, h held) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.held[id] = h
}

// release gives the bytes of a file back: a fact cites it, or it is gone.
func (q *quota) release(id string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if h, ok := q.held[id]; ok {
		q.less(h.source, h.bytes)
		delete(q.held, id)
	}
}
