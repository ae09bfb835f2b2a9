package bench

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"syscall"
	"testing"
	"time"
)

// nowhere takes an answer and counts its bytes.
type nowhere struct {
	head   http.Header
	status int
	size   int
}

func (w *nowhere) Header() http.Header         { return w.head }
func (w *nowhere) WriteHeader(status int)      { w.status = status }
func (w *nowhere) Write(b []byte) (int, error) { w.size += len(b); return len(b), nil }

// processor is the time that all processors have worked for this process: on a busy machine it says more than a clock.
func processor(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkFresh makes pages for a reader for whom none is kept.
func BenchmarkFresh(b *testing.B) {
	dir := b.TempDir()
	if err := seed(b.Context(), dir, 20_000); err != nil {
		b.Fatal(err)
	}
	h, err := openHouse(b.Context(), dir)
	if err != nil {
		b.Fatal(err)
	}
	defer func() {
		if err := errors.Join(h.close()); err != nil {
			b.Error(err)
		}
	}()
	for _, m := range []struct{ name, path string }{
		{"paper", "p1"},
		{"list", "contributions"},
		{"filtered", "contributions?category=academia&country=KE"},
		{"receipt", "c%d/receipt"},
	} {
		b.Run(m.name, func(b *testing.B) {
			b.ReportAllocs()
			n, sent := 0, 0
			began := processor(b)
			for b.Loop() {
				n++
				path := "/en/c/" + slug + "/" + m.path
				if m.name == "receipt" {
					path = fmt.Sprintf(path, n%20_000+1)
				}
				r := httptest.NewRequest(http.MethodGet, path, nil)
				r.RemoteAddr = "127.0.0.1:9"
				r.Header.Set("Accept-Encoding", "gzip")
				r.Header.Set("Cookie", "plenary-own="+slug+"~AAAAAAAAAAAAAAAAAAAAAA")
				w := &nowhere{head: http.Header{}, status: 200}
				h.http.Handler.ServeHTTP(w, r)
				if w.status != 200 {
					b.Fatal(path, w.status)
				}
				sent += w.size
			}
			b.ReportMetric(float64(sent)/float64(n), "sent/op")
			b.ReportMetric(float64((processor(b)-began).Microseconds())/float64(n), "cpu-µs/op")
		})
	}
}
