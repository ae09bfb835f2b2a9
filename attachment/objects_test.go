package attachment

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/openplenary/plenary/attachment/bucket"
	"github.com/openplenary/plenary/attachment/bucket/buckettest"
	"github.com/openplenary/plenary/private"
	"github.com/openplenary/plenary/refusal"
)

// store is the object store of the run in which all files are in one, nil in the others.
var store *buckettest.Store

// tried is how many buckets that run has made.
var tried atomic.Int32

// keeping are the tests that are about how files are kept, whatever they are: they are run with an object store too.
const keeping = "^(TestWhatIsKeptComesBack|TestSeek|TestRefusals|TestSweepClaims|TestFaultsLeaveNothing|TestQuota|TestUnread)$"

// inStore runs those.
func inStore(m *testing.M) int {
	flag.Parse()
	run := flag.Lookup("test.run")
	if testing.Short() || run.Value.String() != "" || flag.Lookup("test.bench").Value.String() != "" {
		return 0
	}
	program, err := buckettest.Program()
	if err != nil {
		fmt.Fprintln(os.Stderr, "\n*** NO OBJECT STORE CAN BE BUILT HERE (scripts/s3.sh): FILES IN ONE ARE NOT TESTED ***\n", err)
		if os.Getenv("CI") == "true" {
			return 1
		}
		return 0
	}
	dir, err := os.MkdirTemp("", "plenary-s3-")
	if err == nil {
		store, err = buckettest.Run(program, dir)
	}
	if err = errors.Join(err, os.Setenv("AWS_ACCESS_KEY_ID", buckettest.Access), os.Setenv("AWS_SECRET_ACCESS_KEY", buckettest.Secret), run.Value.Set(keeping)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	fmt.Fprintln(os.Stderr, "with an object store")
	code := m.Run()
	err = errors.Join(store.Close(), os.RemoveAll(dir), run.Value.Set(""))
	if store = nil; err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}

// openStore opens the room where this run has its files.
func openStore(t testing.TB, db *private.DB, dir string) (*Store, error) {
	t.Helper()
	if store == nil {
		return New(db, dir)
	}
	return Open(ctx, db, dir, bucketAt(t, store.Bucket(t, fmt.Sprint("run-", tried.Add(1)), "")))
}

func bucketAt(t testing.TB, address string) *bucket.Bucket {
	t.Helper()
	b, err := bucket.Open(address, nil)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// there opens a store whose files are in a bucket, and says in which folder its objects are.
func there(t *testing.T, s *buckettest.Store, address string) *Store {
	t.Helper()
	dir := t.TempDir()
	st, err := Open(ctx, openDB(t, dir), dir, bucketAt(t, address))
	if err != nil {
		t.Fatal(err)
	}
	return st
}

// TestObjectDamage: an object that was lost, changed, cut or put in another's place is never served, and each is found; nothing else is touched.
func TestObjectDamage(t *testing.T) {
	s := buckettest.Start(t)
	st := there(t, s, s.Bucket(t, "files", "of/one"))
	b := pdf(3*chunkSize + 5)
	good, bad := keep(t, st, b, "a.pdf"), keep(t, st, b, "b.pdf")
	if sum, err := st.Summary(ctx); err != nil || sum.Where != "bucket" || !strings.HasPrefix(sum.Bucket, "s3://files/of/one/ at ") || sum.Files != 2 {
		t.Errorf("%+v, %v", sum, err)
	}
	at := filepath.Join(s.Dir, "files", "of", "one", bad.ID)
	if _, err := os.Stat(at); err != nil {
		t.Fatal(err)
	}
	sound, err := os.ReadFile(at)
	if err != nil {
		t.Fatal(err)
	}
	others, err := os.ReadFile(filepath.Join(filepath.Dir(at), good.ID))
	if err != nil {
		t.Fatal(err)
	}
	for name, how := range map[string]func() error{
		"lost":    func() error { return os.Remove(at) },
		"changed": func() error { return os.WriteFile(at, append([]byte{sound[0] ^ 1}, sound[1:]...), 0o600) },
		"the end": func() error {
			return os.WriteFile(at, append(bytes.Clone(sound[:len(sound)-1]), sound[len(sound)-1]^1), 0o600)
		},
		"cut":       func() error { return os.WriteFile(at, sound[:len(sound)-1], 0o600) },
		"longer":    func() error { return os.WriteFile(at, append(bytes.Clone(sound), 0), 0o600) },
		"empty":     func() error { return os.WriteFile(at, nil, 0o600) },
		"another's": func() error { return os.WriteFile(at, others, 0o600) },
	} {
		if err := how(); err != nil {
			t.Fatal(err)
		}
		r, _, err := st.Open(ctx, bad.ID)
		var got []byte
		if err == nil {
			got, err = io.ReadAll(r)
		}
		if !errors.Is(err, ErrDamaged) || !bytes.HasPrefix(b, got) || refusal.Of(err)[0].Key != "file.lost" {
			t.Errorf("%s: %d bytes were served, %v", name, len(got), err)
		}
		if err := st.Check(ctx); !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), bad.ID) || strings.Contains(err.Error(), good.ID) {
			t.Errorf("%s: %v", name, err)
		}
		if held, err := st.Held(ctx); err != nil || held[bad.ID] == (name == "lost") || !held[good.ID] {
			t.Errorf("%s: %v %v", name, held, err)
		}
		// As when its rows are moved: what is there is looked at, and never written over.
		before, _ := os.Stat(at)
		if _, err := Carry(ctx, st, st.in(st.keep)); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %v", name, err)
		}
		if after, _ := os.Stat(at); name != "lost" && !os.SameFile(before, after) {
			t.Errorf("%s: it is another object now", name)
		}
		if err := os.WriteFile(at, sound, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := st.Check(ctx); err != nil {
		t.Error(err)
	}
}

// TestSealBindsID: bytes that were sealed for one file are no other's, even under one key.
func TestSealBindsID(t *testing.T) {
	f, key := File{ID: strings.Repeat("a", 32)}, bytes.Repeat([]byte{7}, keySize)
	var out bytes.Buffer
	if err := seal(ctx, &out, &f, key, bytes.NewReader(pdf(100))); err != nil {
		t.Fatal(err)
	}
	for id, whole := range map[string]bool{f.ID: true, strings.Repeat("b", 32): false} {
		r, err := openSealed(noClose{bytes.NewReader(out.Bytes())}, key, id, f.Size)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(r); whole != (err == nil && len(got) == 100) || !whole && !errors.Is(err, ErrDamaged) {
			t.Errorf("as %s: %d bytes, %v", id, len(got), err)
		}
	}
}

type noClose struct{ io.ReaderAt }

func (noClose) Close() error { return nil }

// TestObjectStoreAway: while the store is away people are told to try again, and nothing is kept of what they sent; what is erased then is gone at once, and its object is
// swept later. A process that starts meanwhile serves the rest, and files again when the store is back.
func TestObjectStoreAway(t *testing.T) {
	s := buckettest.Start(t)
	s.Bucket(t, "files", "")
	var busy atomic.Bool
	address := buckettest.At(s.Before(t, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if busy.Load() {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		next.ServeHTTP(w, r)
	}), "files", "")
	st := there(t, s, address)
	a, b := keep(t, st, pdf(100), "a.pdf"), keep(t, st, pdf(100), "b.pdf")
	busy.Store(true)
	_, err := st.Keep(ctx, bytes.NewReader(pdf(100)), "c.pdf", t0)
	no(t, err, "file.away")
	if rs := refusal.Of(err); len(rs) != 1 || rs[0].Kind != refusal.TryAgain || !errors.Is(err, bucket.ErrAway) {
		t.Error(err)
	}
	_, _, err = st.Open(ctx, a.ID)
	no(t, err, "file.away")
	if err := st.Check(ctx); !errors.Is(err, bucket.ErrAway) || errors.Is(err, ErrDamaged) || strings.Count(err.Error(), "does not answer") != 1 {
		t.Error("it is asked on, or takes it for damage:", err)
	}
	if err := st.Erase(ctx, b.ID); err != nil {
		t.Error(err)
	}
	if _, err := st.Sweep(ctx, t0.Add(time.Hour), nil); !errors.Is(err, bucket.ErrAway) {
		t.Error(err)
	}
	again, err := Open(ctx, st.db, filepath.Dir(st.dir), bucketAt(t, address))
	if again == nil || !errors.Is(err, bucket.ErrAway) {
		t.Fatal(err)
	}
	busy.Store(false)
	_, _, err = st.Open(ctx, b.ID)
	no(t, err, "file.unknown")
	if got := read(t, again, a.ID); len(got) != 100 {
		t.Error(len(got))
	}
	var rows int
	if err := st.db.QueryRow(`SELECT COUNT(*) FROM attachment`).Scan(&rows); err != nil || rows != 1 {
		t.Error(rows, err)
	}
	if all := st.all(t); len(all) != 3 { // and the mark
		t.Error(all)
	}
	if err := st.Cited(ctx, a.ID); err != nil {
		t.Fatal(err)
	}
	if n, err := again.Sweep(ctx, time.Now().Add(23*time.Hour), nil); n != 0 || err != nil {
		t.Error("within the day:", n, err)
	}
	if n, err := again.Sweep(ctx, time.Now().Add(25*time.Hour), nil); n != 1 || err != nil {
		t.Error(n, err)
	}
	if all := st.all(t); len(all) != 2 {
		t.Error(all)
	}
}

// TestSweepBesideOthers: what another node is just keeping, and has no row yet, is not swept: its object is young. What is no file of this instance is let be.
func TestSweepBesideOthers(t *testing.T) {
	s := buckettest.Start(t)
	address := s.Bucket(t, "files", "")
	st := there(t, s, address)
	other := bucketAt(t, address)
	old := strings.Repeat("c", 32)
	for _, name := range []string{old, "README", "deep/" + strings.Repeat("d", 32)} {
		if err := other.Put(ctx, name, strings.NewReader("x"), 1); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := st.Sweep(ctx, time.Now(), nil); n != 0 || err != nil {
		t.Error(n, err)
	}
	if n, err := st.Sweep(ctx, time.Now().Add(25*time.Hour), nil); n != 1 || err != nil {
		t.Error(n, err)
	}
	if all := st.all(t); len(all) != 2 { // README and the mark
		t.Error(all)
	}
}

// TestBoundToBucket: an instance is opened with its own bucket and with no other, nor without; a bucket that was emptied is not taken for one that has the files.
func TestBoundToBucket(t *testing.T) {
	s := buckettest.Start(t)
	first, second := s.Bucket(t, "first", ""), s.Bucket(t, "second", "")
	dir := t.TempDir()
	db := openDB(t, dir)
	open := func(address string) (*Store, error) {
		t.Helper()
		if address == "" {
			return Open(ctx, db, dir, nil)
		}
		return Open(ctx, db, dir, bucketAt(t, address))
	}
	if _, err := open(""); err != nil { // it has no files yet, and may be bound to any
		t.Fatal(err)
	}
	if _, err := open(buckettest.At(s.URL, "nowhere", "")); !errors.Is(err, bucket.ErrRefused) {
		t.Fatal(err)
	}
	if _, err := open(""); err != nil {
		t.Fatal("what could not be used is bound:", err)
	}
	if _, err := open(first); err != nil {
		t.Fatal(err)
	}
	if err := bucketAt(t, first).Release(ctx); err != nil { // as if it had ended before the bucket was marked
		t.Fatal(err)
	}
	st, err := open(first)
	if err != nil {
		t.Fatal(err)
	}
	f := keep(t, st, pdf(100), "a.pdf")
	if _, err := open(""); !errors.Is(err, ErrElsewhere) || !strings.Contains(err.Error(), "--bucket") {
		t.Error(err)
	}
	if _, err := open(second); err == nil || !strings.Contains(err.Error(), "which says whose it is") {
		t.Error(err)
	}
	strange := t.TempDir()
	anothers := openDB(t, strange)
	if _, err := Open(ctx, anothers, strange, bucketAt(t, first)); err == nil || !strings.Contains(err.Error(), "another Plenary instance") {
		t.Error(err)
	}
	if _, err := Open(ctx, anothers, strange, nil); err != nil {
		t.Error("it is bound to what is another's:", err)
	}
	if _, err = Open(ctx, anothers, strange, bucketAt(t, second)); err == nil {
		_, err = open(second)
	}
	if err == nil || !strings.Contains(err.Error(), "another Plenary instance") {
		t.Error(err)
	}
	if st, err = open(first); err != nil || len(read(t, st, f.ID)) != 100 {
		t.Error(err)
	}
	// One that has files elsewhere is not opened with a bucket before they are there.
	full := t.TempDir()
	has, err := New(openDB(t, full), full)
	if err != nil {
		t.Fatal(err)
	}
	keep(t, has, pdf(100), "a.pdf")
	if _, err := Open(ctx, has.db, full, bucketAt(t, buckettest.At(s.URL, "first", "more"))); !errors.Is(err, ErrElsewhere) || !strings.Contains(err.Error(), "plenary move") {
		t.Error(err)
	}
}

// TestMoveToBucket: all files go to a bucket and back, whole; a move that is broken off is gone on with, and until it is done the files are where they were.
func TestMoveToBucket(t *testing.T) {
	s := buckettest.Start(t)
	s.Bucket(t, "files", "")
	puts := atomic.Int32{}
	puts.Store(1000)
	address := buckettest.At(s.Before(t, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if r.Method == http.MethodPut && puts.Add(-1) < 0 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		next.ServeHTTP(w, r)
	}), "files", "x")
	b := bucketAt(t, address)
	dir := t.TempDir()
	db := openDB(t, dir)
	st, err := New(db, dir)
	if err != nil {
		t.Fatal(err)
	}
	var files []File
	for i := range 5 {
		files = append(files, keep(t, st, pdf(2*chunkSize+i), "a.pdf"))
	}
	whole := func(st *Store, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		for i, f := range files {
			if !bytes.Equal(read(t, st, f.ID), pdf(2*chunkSize+i)) {
				t.Errorf("file %d is another", i)
			}
		}
	}
	if _, err := MoveBack(ctx, db, dir, b); !errors.Is(err, ErrElsewhere) {
		t.Error(err)
	}
	puts.Store(4) // one to try, the mark, and two files
	if n, err := MoveOut(ctx, db, dir, b); n != 2 || !errors.Is(err, bucket.ErrAway) {
		t.Error(n, err)
	}
	puts.Store(1000)
	whole(Open(ctx, db, dir, nil))
	if _, err := Open(ctx, db, dir, b); !errors.Is(err, ErrElsewhere) || !strings.Contains(err.Error(), "broken off") {
		t.Error(err)
	}
	if n, err := MoveOut(ctx, db, dir, b); n != 5 || err != nil {
		t.Error(n, err)
	}
	if got := puts.Load(); got != 1000-4 { // to try, and the three that were missing
		t.Errorf("%d were put", 1000-got)
	}
	if _, err := MoveOut(ctx, db, dir, b); !errors.Is(err, ErrElsewhere) {
		t.Error(err)
	}
	whole(Open(ctx, db, dir, b))
	for _, f := range files { // whatever becomes of what they were copied from
		if err := st.keep.remove(ctx, f.ID); err != nil {
			t.Fatal(err)
		}
	}
	whole(Open(ctx, db, dir, b))
	if n, err := MoveBack(ctx, db, dir, b); n != 5 || err != nil {
		t.Error(n, err)
	}
	whole(Open(ctx, db, dir, nil))
	if of, err := b.Mark(ctx); of != "" || err != nil {
		t.Error(of, err)
	}
	if n, err := MoveOut(ctx, db, dir, b); n != 5 || err != nil { // its objects are there already, and it is nobody's
		t.Error(n, err)
	}
	whole(Open(ctx, db, dir, b))
}

// TestNodesBindAtOnce: of two nodes that start at the same time with a bucket that is nobody's one is faster, and both have their files there.
func TestNodesBindAtOnce(t *testing.T) {
	s := buckettest.Start(t)
	s.Bucket(t, "files", "")
	dir := t.TempDir()
	db := openDB(t, dir)
	var once sync.Once
	var faster *Store
	slow := s.Before(t, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		once.Do(func() {
			var err error
			if faster, err = Open(ctx, db, dir, bucketAt(t, buckettest.At(s.URL, "files", ""))); err != nil {
				t.Error(err)
			}
		})
		next.ServeHTTP(w, r)
	})
	slower, err := Open(ctx, db, dir, bucketAt(t, buckettest.At(slow, "files", "")))
	if err != nil {
		t.Fatal(err)
	}
	if f := keep(t, faster, pdf(100), "a.pdf"); len(read(t, slower, f.ID)) != 100 {
		t.Error("they have two buckets")
	}
}
