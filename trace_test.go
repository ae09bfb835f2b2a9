package plenary_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/internal/trace"
)

// TestStepsAreTraced: of an ask that belongs to a trace it is told how long it was decided and written; of one that belongs to none, nothing.
func TestStepsAreTraced(t *testing.T) {
	came := make(chan string, 100)
	collector := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		came <- string(b)
	}))
	defer collector.Close()
	tracer, err := trace.New(func(name string) string {
		return map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": collector.URL}[name]
	}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	run, stop := context.WithCancel(t.Context())
	defer stop()
	go tracer.Run(run)
	w := ferries(t)
	w.must(submit(1, ""))
	ctx, span := tracer.Begin(t.Context(), "a request")
	if _, err := w.sec.Do(ctx, "ferries", submit(2, "")); err != nil {
		t.Fatal(err)
	}
	span.End(false)
	all := ""
	for !strings.Contains(all, `"name":"a request"`) {
		select {
		case b := <-came:
			all += b
		case <-time.After(time.Minute):
			t.Fatal("nothing comes")
		}
	}
	for _, step := range []string{"decide", "append"} {
		if n := strings.Count(all, `"name":"`+step+`"`); n != 1 {
			t.Errorf("%s is told %d times: %s", step, n, all)
		}
	}
}
