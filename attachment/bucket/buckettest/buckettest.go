// Package buckettest runs an object store on loopback for tests: versitygw, built from a module of its own (scripts/s3). It is gone when whoever started it is.
package buckettest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"github.com/openplenary/plenary/internal/freeport"
)

// Access and Secret are the keys of every store.
const (
	Access = "plenary-tests"
	Secret = "a secret of tests"
)

// A store that a test has be busy is asked again at once.
func init() { minio.DefaultRetryUnit, minio.DefaultRetryCap = time.Millisecond, time.Millisecond }

// Store is a running store.
type Store struct {
	URL string // without the last slash
	Dir string // where its buckets are, each a folder

	life  io.Closer
	ended chan struct{}
}

// Program builds the store, or finds that it is built, and gives its file.
func Program() (string, error) {
	root, err := exec.CommandContext(context.Background(), "go", "env", "GOMOD").Output()
	if err != nil {
		return "", err
	}
	var why bytes.Buffer
	cmd := exec.CommandContext(context.Background(), "go", "-C", filepath.Join(filepath.Dir(strings.TrimSpace(string(root))), "scripts", "s3"), "tool", "-n", "s3")
	cmd.Stderr = &why
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%w: %s", err, why.String())
	}
	return strings.TrimSpace(string(out)), nil
}

// none is said where the store cannot be built.
const none = "\n*** NO OBJECT STORE CAN BE BUILT HERE (scripts/s3.sh): FILES IN ONE ARE NOT TESTED ***\n"

// Start starts one for a test, and has its keys be those of the environment. Where it cannot be built it says so aloud and leaves the test out, and fails where CI=true.
func Start(t testing.TB, args ...string) *Store {
	t.Helper()
	program, err := Program()
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(none, err)
		}
		fmt.Fprintln(os.Stderr, none, err)
		t.Skip(none)
	}
	t.Setenv("AWS_ACCESS_KEY_ID", Access)
	t.Setenv("AWS_SECRET_ACCESS_KEY", Secret)
	s, err := Run(program, t.TempDir(), args...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// Run starts one over a directory, and waits until it answers.
func Run(program, dir string, args ...string) (*Store, error) {
	port, err := freeport.Find()
	if err != nil {
		return nil, err
	}
	addr := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	s := &Store{URL: "http://" + addr, Dir: filepath.Join(dir, "buckets"), ended: make(chan struct{})}
	if err := os.MkdirAll(s.Dir, 0o700); err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(context.Background(), program, append([]string{"-life", "-addr", addr, "-dir", s.Dir}, args...)...)
	cmd.Env = append(os.Environ(), "AWS_ACCESS_KEY_ID="+Access, "AWS_SECRET_ACCESS_KEY="+Secret)
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if s.life, err = cmd.StdinPipe(); err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		_ = cmd.Wait() // it says nothing worth knowing
		close(s.ended)
	}()
	limit, again := time.After(30*time.Second), time.NewTicker(20*time.Millisecond)
	defer again.Stop()
	for {
		if c, err := net.Dial("tcp", addr); err == nil {
			return s, c.Close()
		}
		select {
		case <-again.C:
		case <-limit:
			return nil, errors.Join(errors.New("the object store does not answer"), s.Close())
		case <-s.ended:
			return nil, fmt.Errorf("the object store has ended: %s", said.String())
		}
	}
}

// Close ends it.
func (s *Store) Close() error {
	err := s.life.Close()
	<-s.ended
	return err
}

// Make makes a bucket and gives the address of what is in it under a prefix, which may be "".
func (s *Store) Make(name, prefix string) (address string, err error) {
	client, err := minio.New(strings.TrimPrefix(s.URL, "http://"), &minio.Options{Creds: credentials.NewStaticV4(Access, Secret, ""), Region: "us-east-1"})
	if err != nil {
		return "", err
	}
	return At(s.URL, name, prefix), client.MakeBucket(context.Background(), name, minio.MakeBucketOptions{})
}

// Bucket is Make for a test.
func (s *Store) Bucket(t testing.TB, name, prefix string) (address string) {
	t.Helper()
	address, err := s.Make(name, prefix)
	if err != nil {
		t.Fatal(err)
	}
	return address
}

// At is the address of a bucket at an endpoint.
func At(endpoint, name, prefix string) string {
	return (&url.URL{Scheme: "s3", Host: name, Path: "/" + prefix, RawQuery: url.Values{"endpoint": {endpoint}}.Encode()}).String()
}

// Before puts something in front of the store that changes what goes in or comes out, and gives its endpoint.
func (s *Store) Before(t testing.TB, meddle func(w http.ResponseWriter, r *http.Request, next http.Handler)) (endpoint string) {
	t.Helper()
	to, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	next := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.Out.URL.Scheme, r.Out.URL.Host = to.Scheme, to.Host
		r.Out.Host = r.In.Host // it is signed
	}, ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) }}
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { meddle(w, r, next) }))
	t.Cleanup(front.Close)
	return front.URL
}
