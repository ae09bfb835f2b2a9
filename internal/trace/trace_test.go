package trace

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// decoded is what OpenTelemetry's own collector reads in a request: it is a tool in a module of its own, scripts/otlp.
func decoded(t *testing.T, body []byte) string {
	t.Helper()
	gomod, err := exec.CommandContext(t.Context(), "go", "env", "GOMOD").Output()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "go", "-C", filepath.Join(filepath.Dir(strings.TrimSpace(string(gomod))), "scripts", "otlp"), "tool", "otlp")
	var said bytes.Buffer
	cmd.Stdin, cmd.Stderr = bytes.NewReader(body), &said
	out, err := cmd.Output()
	if err != nil && os.Getenv("CI") != "true" && strings.Contains(said.String(), "dial tcp") {
		t.Skip("\n*** OPENTELEMETRY'S MODULES CANNOT BE FETCHED: TRACES ARE NOT TESTED ***")
	}
	if err != nil {
		t.Fatalf("the collector does not take it: %s\n%s", said.String(), body)
	}
	return string(out)
}

func environment(pairs ...string) func(string) string {
	return func(name string) string {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1]
			}
		}
		return ""
	}
}

// TestSent: a trace and its steps come to a collector, which is given what it asks for, and are what OpenTelemetry's own reads.
func TestSent(t *testing.T) {
	type came struct {
		r    *http.Request
		body []byte
	}
	requests := make(chan came, 10)
	collector := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		requests <- came{r, b}
	}))
	defer collector.Close()
	tracer, err := New(environment("OTEL_EXPORTER_OTLP_ENDPOINT", collector.URL+"/", "OTEL_EXPORTER_OTLP_HEADERS", "Authorization=Bearer%20word, X-Other=1"), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	go tracer.Run(ctx)
	under, span := tracer.Begin(t.Context(), "POST /{lang}/c/{slug}")
	step := Of(under).Step("decide")
	step.Next("append").End(false)
	span.End(true, "http.route", "/{lang}/c/{slug}")
	got := <-requests
	if got.r.Method != "POST" || got.r.URL.Path != "/v1/traces" || got.r.Header.Get("Content-Type") != "application/json" || got.r.Header.Get("Authorization") != "Bearer word" || got.r.Header.Get("X-Other") != "1" {
		t.Errorf("%s %s %v", got.r.Method, got.r.URL, got.r.Header)
	}
	lines := strings.Split(strings.TrimSpace(decoded(t, got.body)), "\n")
	if len(lines) != 3 {
		t.Fatal(lines)
	}
	first, next, second := strings.Split(lines[0], "\t"), strings.Split(lines[1], "\t"), strings.Split(lines[2], "\t")
	if next[3] != first[3] || next[2] == first[2] || next[4] != "append" {
		t.Errorf("%q", next)
	}
	if first[0] != "plenary" || len(first[1]) != 32 || first[1] != second[1] || first[3] != second[2] || len(first[2]) != 16 || first[4] != "decide" || first[5] != "Internal" || first[6] != "Unset" {
		t.Errorf("%q", first)
	}
	if second[3] != "" || second[4] != "POST /{lang}/c/{slug}" || second[5] != "Server" || second[6] != "Error" || second[8] != "map[http.route:/{lang}/c/{slug}]" {
		t.Errorf("%q", second)
	}
}

// TestNothing: without an address nothing is made, and no step costs anything; with a wrong one nothing starts.
func TestNothing(t *testing.T) {
	tracer, err := New(environment("OTEL_SERVICE_NAME", "x"), nil)
	if tracer != nil || err != nil {
		t.Fatal(tracer, err)
	}
	tracer.Run(t.Context())
	if n := testing.AllocsPerRun(100, func() {
		ctx, span := tracer.Begin(t.Context(), "GET /")
		Of(ctx).Step("decide").End(false)
		span.End(false)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
	for _, bad := range []string{"collector:4318", "ftp://collector", "http://", "%"} {
		if tracer, err := New(environment("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", bad), nil); err == nil {
			t.Errorf("%q: %v", bad, tracer)
		}
	}
}

// TestFull: where the collector takes nothing, spans are left out and nobody waits.
func TestFull(t *testing.T) {
	tracer, err := New(environment("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://127.0.0.1:1/here"), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	for range waiting + 10 {
		_, span := tracer.Begin(t.Context(), "GET /")
		span.End(false)
	}
	if len(tracer.queue) != waiting {
		t.Error(len(tracer.queue))
	}
}

// TestSampler: as much is told as the standard variables say, by the number of the trace; what is not understood is said, and everything is told.
func TestSampler(t *testing.T) {
	low, high := [16]byte{0: 0xff}, [16]byte{8: 0xff, 15: 0xff}
	quarter := [16]byte{8: 0x40} // of all numbers a quarter is below
	for _, c := range []struct {
		name, arg                   string
		low, quarter, high, unknown bool
	}{
		{"", "", true, true, true, false},
		{"always_on", "", true, true, true, false},
		{"parentbased_always_on", "0", true, true, true, false},
		{"always_off", "1", false, false, false, false},
		{"parentbased_always_off", "", false, false, false, false},
		{"traceidratio", "", true, true, true, false},
		{"traceidratio", "1", true, true, true, false},
		{"traceidratio", "0.25", true, false, false, false},
		{"traceidratio", "0.26", true, true, false, false},
		{"parentbased_traceidratio", "0.25", true, false, false, false},
		{"traceidratio", "0", false, false, false, false},
		{"traceidratio", "1.5", true, true, true, true},
		{"traceidratio", "-1", true, true, true, true},
		{"traceidratio", "NaN", true, true, true, true},
		{"traceidratio", "a tenth", true, true, true, true},
		{"jaeger_remote", "", true, true, true, true},
	} {
		var log bytes.Buffer
		tracer, err := New(environment("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318", "OTEL_TRACES_SAMPLER", c.name, "OTEL_TRACES_SAMPLER_ARG", c.arg), slog.New(slog.NewTextHandler(&log, nil)))
		if err != nil {
			t.Fatal(err)
		}
		if tracer.sampled(low) != c.low || tracer.sampled(quarter) != c.quarter || tracer.sampled(high) != c.high || (log.Len() > 0) != c.unknown {
			t.Errorf("%s %s: %t %t %t %s", c.name, c.arg, tracer.sampled(low), tracer.sampled(quarter), tracer.sampled(high), log.String())
		}
		if ctx, span := tracer.Begin(t.Context(), "GET /"); !c.low && (span != nil || Of(ctx) != nil) || c.high && span == nil {
			t.Errorf("%s %s: a trace is made: %t", c.name, c.arg, span != nil)
		}
	}
}
