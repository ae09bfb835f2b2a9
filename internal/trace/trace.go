// Package trace says how long what was asked for took, and where: spans as OpenTelemetry has them, sent to a collector by OTLP over HTTP, in JSON. Without an
// address of a collector nothing is made and nothing is kept.
//
// A span has the name of a route or of a step, how long it took and what became of it. No address, no account, no query and no word of anybody is in one.
package trace

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Tracer sends spans. A nil one makes none.
type Tracer struct {
	at      string
	headers http.Header
	service string
	client  *http.Client
	queue   chan span
	logger  *slog.Logger
	below   uint64 // of what is drawn, 63 bits, as much is told as is below: see sampled
}

// Of what waits to be sent and is sent at once: where the collector is slower, spans are left out.
const (
	waiting = 4096
	batch   = 512
	every   = time.Second
	patient = 10 * time.Second
)

// New makes what sends to where the environment says (OTEL_EXPORTER_OTLP_ENDPOINT and others that OpenTelemetry names); nil where it says nothing.
func New(getenv func(string) string, logger *slog.Logger) (*Tracer, error) {
	at := getenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
	if at == "" {
		if at = strings.TrimSuffix(getenv("OTEL_EXPORTER_OTLP_ENDPOINT"), "/"); at == "" {
			return nil, nil
		}
		at += "/v1/traces"
	}
	if u, err := url.Parse(at); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, fmt.Errorf("the address of the collector of traces must begin with http:// or https://")
	}
	t := &Tracer{at: at, headers: http.Header{}, service: getenv("OTEL_SERVICE_NAME"), client: &http.Client{Timeout: patient}, queue: make(chan span, waiting), logger: logger}
	if t.service == "" {
		t.service = "plenary"
	}
	t.below = t.sampler(getenv("OTEL_TRACES_SAMPLER"), getenv("OTEL_TRACES_SAMPLER_ARG"))
	for pair := range strings.SplitSeq(getenv("OTEL_EXPORTER_OTLP_HEADERS"), ",") {
		if name, value, ok := strings.Cut(pair, "="); ok {
			value, err := url.PathUnescape(strings.TrimSpace(value))
			if err != nil {
				return nil, fmt.Errorf("OTEL_EXPORTER_OTLP_HEADERS: %w", err)
			}
			t.headers.Set(strings.TrimSpace(name), value)
		}
	}
	return t, nil
}

// whole is the bound below which every number of 63 bits is.
const whole = uint64(1) << 63

// sampler is how much is told, as OpenTelemetry names it. Nobody hands a trace on to us, so what goes by its parent goes by itself. What is not understood is
// said and passed over, as OpenTelemetry wants it: then everything is told.
func (t *Tracer) sampler(name, arg string) uint64 {
	switch strings.TrimPrefix(name, "parentbased_") {
	case "", "always_on":
		return whole
	case "always_off":
		return 0
	case "traceidratio":
		share, err := strconv.ParseFloat(arg, 64)
		if arg == "" {
			return whole
		}
		if err == nil && share >= 0 && share <= 1 {
			return uint64(share * float64(whole))
		}
		t.logger.Warn("OTEL_TRACES_SAMPLER_ARG is not a number from 0 to 1: every trace is sent", "says", arg)
	default:
		t.logger.Warn("OTEL_TRACES_SAMPLER is not known: every trace is sent", "says", name)
	}
	return whole
}

// sampled reports whether a trace is told: by its last eight bytes, as others who take a share by its number do.
func (t *Tracer) sampled(trace [16]byte) bool { return binary.BigEndian.Uint64(trace[8:])>>1 < t.below }

// Span is something that takes time. A nil one is none.
type Span struct {
	t          *Tracer
	trace      [16]byte
	id, parent [8]byte
	name       string
	begun      time.Time
}

type spanKey struct{}

// Begin begins a trace: what a request is, by the name of its route. The span is nil where it is not told.
func (t *Tracer) Begin(ctx context.Context, name string) (context.Context, *Span) {
	if t == nil {
		return ctx, nil
	}
	s := &Span{t: t, name: name, begun: time.Now()}
	if _, _ = rand.Read(s.trace[:]); !t.sampled(s.trace) { // it never fails
		return ctx, nil
	}
	_, _ = rand.Read(s.id[:])
	return context.WithValue(ctx, spanKey{}, s), s
}

// Of is the span that a context belongs to.
func Of(ctx context.Context) *Span {
	s, _ := ctx.Value(spanKey{}).(*Span)
	return s
}

// Step begins a step of what a span is about.
func (s *Span) Step(name string) *Span {
	if s == nil {
		return nil
	}
	step := &Span{t: s.t, trace: s.trace, parent: s.id, name: name, begun: time.Now()}
	_, _ = rand.Read(step.id[:])
	return step
}

// Next ends a step, and begins the one that comes after it.
func (s *Span) Next(name string) *Span {
	if s == nil {
		return nil
	}
	s.End(false)
	next := *s
	next.name, next.begun = name, time.Now()
	_, _ = rand.Read(next.id[:])
	return &next
}

// End ends it. failed says that the service is at fault; more are attributes, each with its value.
func (s *Span) End(failed bool, more ...string) {
	if s == nil {
		return
	}
	x := span{Trace: hex.EncodeToString(s.trace[:]), ID: hex.EncodeToString(s.id[:]), Name: s.name, Kind: kindServer, Begun: nano(s.begun), Ended: nano(time.Now())}
	if s.parent != [8]byte{} {
		x.Parent, x.Kind = hex.EncodeToString(s.parent[:]), kindInternal
	}
	if failed {
		x.Status.Code = statusError
	}
	for i := 0; i+1 < len(more); i += 2 {
		x.Attributes = append(x.Attributes, attribute{more[i], value{more[i+1]}})
	}
	select {
	case s.t.queue <- x:
	default: // the collector is slower than we are
	}
}

// Run sends what ended, until the context ends.
func (t *Tracer) Run(ctx context.Context) {
	if t == nil {
		return
	}
	silent := false
	for ctx.Err() == nil {
		all := t.next(ctx)
		if len(all) == 0 {
			continue
		}
		err := t.send(ctx, all)
		if err != nil && !silent && ctx.Err() == nil {
			t.logger.Warn("traces cannot be sent", "err", err)
		}
		silent = err != nil
	}
}

// next waits for spans, and a moment for more.
func (t *Tracer) next(ctx context.Context) (all []span) {
	select {
	case x := <-t.queue:
		all = append(all, x)
	case <-ctx.Done():
		return nil
	}
	for more := time.After(every); len(all) < batch; {
		select {
		case x := <-t.queue:
			all = append(all, x)
		case <-more:
			return all
		case <-ctx.Done():
			return all
		}
	}
	return all
}

// send sends spans once: what a collector does not take is not sent again.
func (t *Tracer) send(ctx context.Context, all []span) error {
	body, err := json.Marshal(request{[]ofResource{{resource{[]attribute{{"service.name", value{t.service}}}}, []ofScope{{scope{"plenary"}, all}}}}})
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, t.at, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header = t.headers.Clone()
	r.Header.Set("Content-Type", "application/json")
	answer, err := t.client.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, 64<<10)) // so that the connection is used again
	if answer.StatusCode/100 != 2 {
		return fmt.Errorf("the collector answers %s", answer.Status)
	}
	return nil
}

func nano(t time.Time) string { return strconv.FormatInt(t.UnixNano(), 10) }

// What follows is ExportTraceServiceRequest of OTLP in its JSON: numbers of 64 bits are strings, identifiers hexadecimal.
const (
	kindInternal = 1
	kindServer   = 2
	statusError  = 2
)

type (
	request struct {
		Spans []ofResource `json:"resourceSpans"`
	}
	ofResource struct {
		Resource resource  `json:"resource"`
		Scopes   []ofScope `json:"scopeSpans"`
	}
	resource struct {
		Attributes []attribute `json:"attributes"`
	}
	ofScope struct {
		Scope scope  `json:"scope"`
		Spans []span `json:"spans"`
	}
	scope struct {
		Name string `json:"name"`
	}
	span struct {
		Trace      string      `json:"traceId"`
		ID         string      `json:"spanId"`
		Parent     string      `json:"parentSpanId,omitempty"`
		Name       string      `json:"name"`
		Kind       int         `json:"kind"`
		Begun      string      `json:"startTimeUnixNano"`
		Ended      string      `json:"endTimeUnixNano"`
		Attributes []attribute `json:"attributes,omitempty"`
		Status     status      `json:"status"`
	}
	attribute struct {
		Key   string `json:"key"`
		Value value  `json:"value"`
	}
	value struct {
		Text string `json:"stringValue"`
	}
	status struct {
		Code int `json:"code,omitempty"`
	}
)
