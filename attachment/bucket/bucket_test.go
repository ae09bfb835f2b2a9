package bucket

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/openplenary/plenary/attachment/bucket/buckettest"
)

func opened(t *testing.T, address string) *Bucket {
	t.Helper()
	b, err := Open(address, nil)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func bytesOf(n int) []byte {
	b := make([]byte, n)
	r := rand.New(rand.NewPCG(1, uint64(n)))
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

func put(t *testing.T, b *Bucket, name string, what []byte) {
	t.Helper()
	if err := b.Put(t.Context(), name, bytes.NewReader(what), int64(len(what))); err != nil {
		t.Fatal(err)
	}
}

// read reads a name, 64 KiB at a time.
func read(ctx context.Context, b *Bucket, name string) ([]byte, error) {
	r, err := b.Get(ctx, name)
	if err != nil {
		return nil, err
	}
	var out []byte
	for part := make([]byte, 64<<10); ; {
		n, err := r.ReadAt(part, int64(len(out)))
		if out = append(out, part[:n]...); errors.Is(err, io.EOF) {
			return out, r.Close()
		}
		if err != nil {
			return out, err
		}
	}
}

// TestBucket: what is put comes back, a piece with each request; the listing has what is there under the prefix and no more; what is removed is gone.
func TestBucket(t *testing.T) {
	s := buckettest.Start(t)
	s.Bucket(t, "files", "")
	var gets atomic.Int32
	counted := s.Before(t, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if r.Method == http.MethodGet && r.Header.Get("Range") != "" {
			gets.Add(1)
		}
		next.ServeHTTP(w, r)
	})
	b, other := opened(t, buckettest.At(counted, "files", "one/two")), opened(t, buckettest.At(counted, "files", "other"))
	put(t, other, "x", []byte("x"))
	for n, requests := range map[int]int32{1: 1, piece - 1: 1, piece: 1, piece + 1: 2, 20<<20 + 77: 21} {
		want := bytesOf(n)
		put(t, b, "a", want)
		gets.Store(0)
		if got, err := read(t.Context(), b, "a"); err != nil || !bytes.Equal(got, want) || gets.Load() != requests {
			t.Errorf("%d bytes: %d came in %d requests, %v", n, len(got), gets.Load(), err)
		}
	}
	put(t, b, "c", []byte("c"))
	if err := os.WriteFile(filepath.Join(s.Dir, "files", "one", "two", "c"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := read(t.Context(), b, "c"); err != nil || len(got) != 0 { // emptied where it lies
		t.Error(got, err)
	}
	all, err := b.List(t.Context(), "")
	if err != nil || len(all) != 2 || all[0].Name != "a" || all[1].Name != "c" || all[0].Made.IsZero() {
		t.Error(all, err)
	}
	for range 2 { // the second time there is nothing
		if err := b.Remove(t.Context(), "a"); err != nil {
			t.Error(err)
		}
	}
	if _, err := b.Get(t.Context(), "a"); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	if all, err := other.List(t.Context(), ""); err != nil || len(all) != 1 {
		t.Error(all, err)
	}
	if err := b.Try(t.Context()); err != nil {
		t.Error(err)
	}
	if all, err := b.List(t.Context(), ""); err != nil || len(all) != 1 {
		t.Error("what was tried with is left:", all, err)
	}
}

// TestRole: where there are no keys, those of the machine's role are used: they hold for a while, and others are asked for before it ends.
func TestRole(t *testing.T) {
	s := buckettest.Start(t)
	s.Bucket(t, "files", "")
	for _, name := range []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY", "AWS_SECRET_KEY"} {
		t.Setenv(name, "")
	}
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", filepath.Join(t.TempDir(), "none"))
	var asked atomic.Int32
	var holds atomic.Int64 // for how long what is given holds
	role := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if asked.Add(1); r.Header.Get("Authorization") != "of this container" {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		_ = json.NewEncoder(w).Encode(map[string]string{"AccessKeyId": buckettest.Access, "SecretAccessKey": buckettest.Secret, "Token": "",
			"Expiration": time.Now().Add(time.Duration(holds.Load())).UTC().Format(time.RFC3339)})
	}))
	defer role.Close()
	t.Setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", role.URL+"/role")
	if _, err := Open(buckettest.At(s.URL, "files", ""), nil); err == nil || !strings.Contains(err.Error(), "AWS_ACCESS_KEY_ID") {
		t.Fatal("opened without keys: ", err)
	}
	t.Setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN", "of this container")
	for _, c := range []struct {
		holds  time.Duration
		others bool
	}{{time.Hour, false}, {-time.Hour, true}} {
		holds.Store(int64(c.holds))
		b := opened(t, buckettest.At(s.URL, "files", ""))
		before := asked.Load()
		put(t, b, "a", []byte("a"))
		if got, err := read(t.Context(), b, "a"); err != nil || string(got) != "a" {
			t.Errorf("%q %v", got, err)
		}
		if (asked.Load() > before) != c.others {
			t.Errorf("what holds for %s was asked for %d times more", c.holds, asked.Load()-before)
		}
	}
}

// TestClaim: a bucket is of whoever was first, until it is released.
func TestClaim(t *testing.T) {
	s := buckettest.Start(t)
	b := opened(t, s.Bucket(t, "files", "a"))
	if of, err := b.Mark(t.Context()); of != "" || err != nil {
		t.Error(of, err)
	}
	for _, mark := range []string{"first", "second"} {
		if of, err := b.Claim(t.Context(), mark); of != "first" || err != nil {
			t.Error(of, err)
		}
	}
	// Somebody else is faster between looking and taking; and a store that knows no condition.
	for how, want := range map[string]string{"faster": "other", "ignorant": "mine"} {
		looked := false
		front := s.Before(t, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			switch {
			case how == "ignorant" && r.Header.Get("If-None-Match") != "":
				w.WriteHeader(http.StatusNotImplemented)
				_, _ = io.WriteString(w, "<Error><Code>NotImplemented</Code></Error>")
				return
			case how == "faster" && r.Method == http.MethodPut && !looked:
				looked = true
				if of, err := opened(t, buckettest.At(s.URL, "files", how)).Claim(t.Context(), "other"); of != "other" || err != nil {
					t.Error(of, err)
				}
			}
			next.ServeHTTP(w, r)
		})
		if of, err := opened(t, buckettest.At(front, "files", how)).Claim(t.Context(), "mine"); of != want || err != nil {
			t.Errorf("%s: %q %v", how, of, err)
		}
	}
	if err := b.Release(t.Context()); err != nil {
		t.Error(err)
	}
	if of, err := b.Claim(t.Context(), "second"); of != "second" || err != nil {
		t.Error(of, err)
	}
}

// TestRefused: what somebody has to put right is said in words that say what.
func TestRefused(t *testing.T) {
	s := buckettest.Start(t)
	address := s.Bucket(t, "files", "")
	skewed := s.Before(t, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		w.WriteHeader(http.StatusForbidden) // as Amazon's answers to a clock that is an hour off
		_, _ = io.WriteString(w, `<?xml version="1.0"?><Error><Code>RequestTimeTooSkewed</Code><Message>The difference between the request time and the current time is too large.</Message></Error>`)
	})
	readOnly := buckettest.Start(t, "-read-only")
	if err := os.Mkdir(filepath.Join(readOnly.Dir, "files"), 0o700); err != nil {
		t.Fatal(err)
	}
	tried := func(words, address string) {
		t.Helper()
		err := opened(t, address).Try(t.Context())
		if !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), words) || strings.Contains(err.Error(), buckettest.Secret) {
			t.Errorf("nothing of %q: %v", words, err)
		}
	}
	tried("no bucket nowhere at", buckettest.At(s.URL, "nowhere", ""))
	tried("set the clock", buckettest.At(skewed, "files", ""))
	tried("nobody may write to the bucket files", buckettest.At(readOnly.URL, "files", ""))
	t.Setenv("AWS_SECRET_ACCESS_KEY", "another")
	tried("the keys are wrong", address)
	t.Setenv("AWS_ACCESS_KEY_ID", "somebody")
	tried("the keys are wrong", address)
	// What cannot be an address, and where keys do not belong, is not even repeated.
	t.Setenv("AWS_ACCESS_KEY_ID", "somebody")
	for _, address := range []string{"files", "https://files", "s3:///x", "s3://key:hidden@files?region=eu-west-1", "s3://files?endpoint=https://key:hidden@host", "s3://files?region=eu-west-1&secret=hidden", "s3://files",
		"s3://files?endpoint=host", "s3://files?endpoint=https://host/path", "s3://files?endpoint=http://192.0.2.1", "s3://Files_?region=eu-west-1", "s3://f%gg:hidden@x"} {
		if _, err := Open(address, nil); err == nil || strings.Contains(err.Error(), "hidden") {
			t.Errorf("%s: %v", address, err)
		}
	}
	for _, address := range []string{"s3://files?region=eu-west-1", "s3://files/a/b/?endpoint=https://host:9000&region=here", "s3://files?endpoint=http://[::1]:7070"} {
		if _, err := Open(address, nil); err != nil {
			t.Errorf("%s: %v", address, err)
		}
	}
	t.Setenv("AWS_ACCESS_KEY_ID", "")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "")
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", filepath.Join(t.TempDir(), "none"))
	if _, err := Open(address, nil); err == nil || !strings.Contains(err.Error(), "no keys") {
		t.Error(err)
	}
	file := filepath.Join(t.TempDir(), "keys")
	if err := os.WriteFile(file, []byte("[default]\naws_access_key_id = "+buckettest.Access+"\naws_secret_access_key = "+buckettest.Secret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", file)
	if err := opened(t, address).Try(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestAway: a store that is busy is asked a few times more and no longer, one that is not there too; the log says once that it is away and once that it is back.
func TestAway(t *testing.T) {
	s := buckettest.Start(t)
	s.Bucket(t, "files", "")
	var busy, asked atomic.Int32
	front := s.Before(t, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		asked.Add(1)
		if busy.Add(-1) >= 0 {
			w.WriteHeader(http.StatusServiceUnavailable)
			_, _ = io.WriteString(w, "<Error><Code>SlowDown</Code></Error>")
			return
		}
		next.ServeHTTP(w, r)
	})
	var log bytes.Buffer
	b, err := Open(buckettest.At(front, "files", ""), slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	want := []byte("words")
	busy.Store(2)
	put(t, b, "a", want)
	if log.Len() > 0 {
		t.Error(log.String())
	}
	for range 2 {
		busy.Store(1000)
		asked.Store(0)
		if err := b.Put(t.Context(), "b", bytes.NewReader(want), 5); !errors.Is(err, ErrAway) || asked.Load() != tries {
			t.Errorf("it was asked %d times: %v", asked.Load(), err)
		}
	}
	busy.Store(0)
	if got, err := read(t.Context(), b, "a"); err != nil || !bytes.Equal(got, want) {
		t.Error(got, err)
	}
	if said := log.String(); strings.Count(said, "cannot be kept or read") != 1 || strings.Count(said, "can be kept and read again") != 1 {
		t.Error(said)
	}
	// Whoever asked and has left is no fault of the store.
	ended, end := context.WithCancel(t.Context())
	end()
	if err := b.Put(ended, "b", bytes.NewReader(want), 5); !errors.Is(err, context.Canceled) || errors.Is(err, ErrAway) {
		t.Error(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := opened(t, buckettest.At(s.URL, "files", "")).Try(t.Context()); !errors.Is(err, ErrAway) {
		t.Error(err)
	}
}

// TestMeddled: what is changed on its way there is refused by the store, and nothing is kept of it. What breaks off on its way back is asked for once more, and what is
// no answer to what was asked is none.
func TestMeddled(t *testing.T) {
	s := buckettest.Start(t)
	plain := opened(t, s.Bucket(t, "files", ""))
	want := bytesOf(piece + 1000)
	put(t, plain, "a", want)
	through := func(meddle func(w http.ResponseWriter, r *http.Request, next http.Handler)) *Bucket {
		return opened(t, buckettest.At(s.Before(t, meddle), "files", ""))
	}
	changed := through(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if r.Method == http.MethodPut {
			body, _ := io.ReadAll(r.Body)
			body[len(body)/2] ^= 1
			r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		}
		next.ServeHTTP(w, r)
	})
	if err := changed.Put(t.Context(), "b", bytes.NewReader(want), int64(len(want))); err == nil {
		t.Error("taken")
	}
	if _, err := plain.Get(t.Context(), "b"); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	// A store that says it took all, and did not.
	lost := through(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if r.Method == http.MethodPut {
			w.Header().Set("ETag", `"x"`)
			return
		}
		next.ServeHTTP(w, r)
	})
	if err := lost.Put(t.Context(), "b", bytes.NewReader(want), int64(len(want))); err == nil {
		t.Error("taken")
	}
	short := through(func(w http.ResponseWriter, r *http.Request, next http.Handler) { // or kept less of it
		if r.Method == http.MethodHead {
			w.Header().Set("Content-Length", "1000")
			w.Header().Set("Last-Modified", "Mon, 02 Jan 2006 15:04:05 GMT")
			return
		}
		next.ServeHTTP(w, r)
	})
	if err := short.Put(t.Context(), "c", bytes.NewReader(want), int64(len(want))); !errors.Is(err, ErrRefused) {
		t.Error(err)
	}
	var cut atomic.Int32
	broken := through(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if r.Method == http.MethodGet && cut.Add(-1) >= 0 {
			w.Header().Set("Content-Length", "1048576")
			w.Header().Set("Content-Range", "bytes 0-1048575/1049576")
			w.Header().Set("Last-Modified", "Mon, 02 Jan 2006 15:04:05 GMT")
			w.WriteHeader(http.StatusPartialContent)
			_, _ = w.Write(want[:1000])
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		}
		next.ServeHTTP(w, r)
	})
	cut.Store(1)
	if got, err := read(t.Context(), broken, "a"); err != nil || !bytes.Equal(got, want) {
		t.Error(len(got), err)
	}
	cut.Store(100)
	if got, err := read(t.Context(), broken, "a"); !errors.Is(err, ErrAway) || len(got) > 0 {
		t.Error(len(got), err)
	}
	whole := through(func(w http.ResponseWriter, r *http.Request, next http.Handler) { // it knows no parts
		w.Header().Set("Last-Modified", "Mon, 02 Jan 2006 15:04:05 GMT")
		w.Header().Set("Content-Length", "1049576")
		_, _ = w.Write(want)
	})
	if got, err := read(t.Context(), whole, "a"); !errors.Is(err, ErrRefused) || !bytes.Equal(got, want[:piece]) {
		t.Error(len(got), err)
	}
}
