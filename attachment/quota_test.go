package attachment

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/openplenary/plenary/internal/platform"
	"github.com/openplenary/plenary/refusal"
)

func text(n int) []byte { return []byte(strings.Repeat("The timetable of 1911.\n", n/23+1))[:n] }

func from(s *Store, source string, b []byte) (File, error) {
	return s.KeepFrom(ctx, source, bytes.NewReader(b), "a.txt", t0)
}

func (s *Store) files(t *testing.T) int {
	t.Helper()
	return len(s.all(t))
}

// TestQuota follows the bytes that no fact cites through everything that can become of a file.
func TestQuota(t *testing.T) {
	s := newStore(t)
	const mib = 1 << 20
	s.SetRoom(Room{PerSource: 3 * mib, InAll: 4 * mib})
	uncited := func(want int64) {
		t.Helper()
		if got, err := s.Uncited(ctx); got != want || err != nil {
			t.Errorf("%d bytes are charged, not %d: %v", got, want, err)
		}
	}
	a, err := from(s, "a", text(2*mib))
	if err != nil {
		t.Fatal(err)
	}
	uncited(2 * mib)
	_, err = from(s, "a", text(mib+1))
	no(t, err, "file.quota")
	uncited(2 * mib)
	small, err := from(s, "a", text(10))
	if err != nil {
		t.Fatal(err)
	}
	uncited(2*mib + leastCharge)
	b, err := from(s, "b", text(mib))
	if err != nil {
		t.Fatal(err)
	}
	_, err = from(s, "", text(mib))
	no(t, err, "file.no_room")
	uncited(3*mib + leastCharge)
	if n := s.files(t); n != 3 {
		t.Errorf("%d files on the disk", n)
	}
	// What is on the record is not charged; what comes to nothing is gone.
	if err := errors.Join(s.Claim(ctx, a.ID, t0), s.Cited(ctx, a.ID), s.Cited(ctx, a.ID), s.Discard(ctx, a.ID, small.ID, "0", small.ID)); err != nil {
		t.Error(err)
	}
	uncited(mib)
	if got := read(t, s, a.ID); len(got) != 2*mib {
		t.Error("the file that a fact cites is gone")
	}
	_, _, err = s.Open(ctx, small.ID)
	no(t, err, "file.unknown")
	if _, err := from(s, "a", text(3*mib)); err != nil {
		t.Error("a has its quota again:", err)
	}
	uncited(4 * mib)
	if err := s.Erase(ctx, b.ID); err != nil {
		t.Error(err)
	}
	uncited(3 * mib)
	if _, err := s.Sweep(ctx, t0.Add(25*time.Hour), func(context.Context, []string) (map[string]bool, error) { return nil, nil }); err != nil {
		t.Error(err)
	}
	uncited(0)
	if len(s.quota.bySource) != 0 || len(s.quota.coming) != 1 || s.quota.coming[""] != (coming{}) {
		t.Errorf("left: %v %v", s.quota.bySource, s.quota.coming)
	}
	if n := s.files(t); n != 1 {
		t.Errorf("%d files on the disk", n)
	}
}

// TestQuotaAfterAStart: what waits is counted again, what is on the record is not.
func TestQuotaAfterAStart(t *testing.T) {
	dir := t.TempDir()
	db := openDB(t, dir)
	s, err := New(db, dir)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if _, err := from(s, "a", text(100_000)); err != nil {
			t.Fatal(err)
		}
	}
	f, _ := from(s, "a", text(100_000))
	if err := s.Cited(ctx, f.ID); err != nil {
		t.Fatal(err)
	}
	if s, err = New(db, dir); err != nil {
		t.Fatal(err)
	}
	if n, err := s.Uncited(ctx); err != nil || n != 300_000 {
		t.Errorf("%d bytes are charged: %v", n, err)
	}
}

// TestQuotaWhileReading: what has come of a file counts before it is whole.
func TestQuotaWhileReading(t *testing.T) {
	s := newStore(t)
	s.SetRoom(Room{InAll: 1 << 20})
	r, w := io.Pipe()
	done := make(chan error)
	go func() {
		_, err := s.KeepFrom(ctx, "a", r, "a.txt", t0)
		done <- err
	}()
	for _, b := range [][]byte{text(900_000), {'x'}} { // the second is read after the first was counted
		if _, err := w.Write(b); err != nil {
			t.Fatal(err)
		}
	}
	_, err := from(s, "b", text(200_000))
	no(t, err, "file.no_room")
	w.CloseWithError(errors.New("gone"))
	if err := <-done; !errors.Is(err, ErrUnread) {
		t.Errorf("a file that broke off: %v", err)
	}
	if n, err := s.Uncited(ctx); n != 0 || s.files(t) != 0 || err != nil {
		t.Errorf("left: %d bytes, %d files: %v", n, s.files(t), err)
	}
}

// TestUnread tells what its sender did from what the disk did.
func TestUnread(t *testing.T) {
	s := newStore(t)
	if _, err := s.KeepFrom(ctx, "a", iotest.TimeoutReader(bytes.NewReader(text(100_000))), "a.txt", t0); !errors.Is(err, ErrUnread) || !errors.Is(err, iotest.ErrTimeout) {
		t.Error(err)
	}
	if err := os.RemoveAll(s.dir); err != nil {
		t.Fatal(err)
	}
	if _, err := from(s, "a", text(1000)); err == nil || errors.Is(err, ErrUnread) {
		t.Error("a disk that fails:", err)
	}
}

// TestReserve: what is left of the disk is for the record.
func TestReserve(t *testing.T) {
	s := newStore(t)
	s.SetRoom(Room{Reserve: 1})
	if s.Scarce() {
		t.Error("one free byte is not there")
	}
	f, err := from(s, "a", text(1000))
	if err != nil {
		t.Fatal(err)
	}
	s.SetRoom(Room{Reserve: 1 << 62})
	if !s.Scarce() {
		t.Error("the disk has four exbibytes")
	}
	_, err = from(s, "a", text(1000))
	no(t, err, "disk.reserved")
	if err := s.Claim(ctx, f.ID, t0); err != nil {
		t.Error("what was kept before cannot be sent:", err)
	}
	if n := s.files(t); n != 1 {
		t.Errorf("%d files on the disk", n)
	}
	free, size, err := platform.Disk(s.dir)
	if err != nil || free <= 0 || size < free {
		t.Error(free, size, err)
	}
	if r, err := Reserve(s.dir); err != nil || r <= 0 || r > size/4 {
		t.Error(r, err)
	}
}

// TestQuotaToTheByte: a bound holds to its last byte, for one source and for all together; where there is none, nothing is
// refused, and nobody in particular is no source.
func TestQuotaToTheByte(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		room   Room
		source string
		taken  []int64
		key    string // of the last
	}{
		{Room{PerSource: 1}, "a", []int64{1}, ""}, {Room{PerSource: 1}, "a", []int64{1, 1}, "file.quota"}, {Room{PerSource: 1}, "a", []int64{2}, "file.quota"}, {Room{PerSource: 9}, "a", []int64{4, 5}, ""},
		{Room{PerSource: 1}, "", []int64{9, 9}, ""}, {Room{InAll: 1}, "", []int64{1}, ""}, {Room{InAll: 1}, "", []int64{1, 1}, "file.no_room"}, {Room{InAll: 1}, "a", []int64{2}, "file.no_room"}, {Room{}, "a", []int64{1 << 40}, ""},
	} {
		q := quota{room: c.room, bySource: map[string]int64{}}
		for i, n := range c.taken {
			key := ""
			if rs := refusal.Of(q.take(c.source, n)); len(rs) > 0 {
				key = rs[0].Key
			}
			if want := map[bool]string{true: c.key}[i == len(c.taken)-1]; key != want {
				t.Errorf("%+v: %d of %v: %q, want %q", c.room, n, c.taken, key, want)
			}
		}
	}
}

// TestQuotaOfNodes: what a source has at one node counts at the other, and after a start, until it is on the record or gone, wherever that was seen. The row of
// a file that is cited does not say any more who sent it, and none says who that is.
func TestQuotaOfNodes(t *testing.T) {
	dir := t.TempDir()
	db := openDB(t, dir)
	node := func() *Store {
		t.Helper()
		s, err := New(db, dir)
		if err == nil {
			err = s.SetSecret([]byte("the secret of the instance"))
		}
		if err != nil {
			t.Fatal(err)
		}
		s.SetRoom(Room{PerSource: 300_000, InAll: 500_000})
		return s
	}
	one, other := node(), node()
	var files []File
	for _, s := range []*Store{one, other, one} {
		f, err := from(s, "192.0.2.1", text(100_000))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	for _, s := range []*Store{one, other, node()} {
		_, err := from(s, "192.0.2.1", text(1))
		no(t, err, "file.quota")
	}
	if _, err := from(other, "192.0.2.2", text(200_000)); err != nil {
		t.Fatal(err)
	}
	for _, s := range []*Store{one, other} {
		_, err := from(s, "192.0.2.3", text(1))
		no(t, err, "file.no_room")
	}
	var sources []string
	look := func(id string) (source []byte) {
		t.Helper()
		if err := db.QueryRowContext(ctx, `SELECT source FROM attachment WHERE id = $1`, id).Scan(&source); err != nil {
			t.Fatal(err)
		}
		return source
	}
	for _, f := range files {
		sources = append(sources, string(look(f.ID)))
	}
	if sources[0] != sources[1] || sources[0] == "" || strings.Contains(sources[0], "192") {
		t.Errorf("the rows say %q", sources)
	}
	// Seen at one, and there is room at the other.
	if err := errors.Join(one.Cited(ctx, files[0].ID), other.Discard(ctx, files[2].ID)); err != nil {
		t.Fatal(err)
	}
	if s := look(files[0].ID); len(s) != 0 {
		t.Errorf("the row of a file that is on the record says who sent it: %q", s)
	}
	for _, s := range []*Store{one, other} {
		if _, err := from(s, "192.0.2.1", text(100_000)); err != nil {
			t.Error(err)
		}
	}
}
