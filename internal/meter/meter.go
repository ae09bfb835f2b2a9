// Package meter counts what a server answers, and writes it in the text format that Prometheus reads. It knows patterns of routes,
// statuses and keys of refusals, and nothing of whoever asks: no address, no account, no path. Beside that it writes the security log,
// where accounts stand by their numbers.
package meter

import (
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/openplenary/plenary/refusal"
)

// Answer is what is being sent, with what was sent of it. Once it has begun nothing else can be sent in its place.
type Answer struct {
	http.ResponseWriter
	Status int // 0 as long as nothing was sent
}

// WriteHeader begins the answer.
func (a *Answer) WriteHeader(status int) {
	a.Status = status
	a.ResponseWriter.WriteHeader(status)
}

// Write sends a piece of the body.
func (a *Answer) Write(b []byte) (int, error) {
	if a.Status == 0 {
		a.Status = http.StatusOK
	}
	return a.ResponseWriter.Write(b)
}

// Unwrap gives http.ResponseController what it needs.
func (a *Answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// bounds are those of the buckets of latencies, in seconds.
var bounds = []float64{.005, .02, .05, .1, .25, .5, 1, 2.5, 10}

// Meter counts. A nil one counts nothing.
type Meter struct {
	// Security is told who signed in, who was refused for want of a right, and who took away what is not public; nil for nobody.
	Security *slog.Logger

	mu       sync.Mutex
	routes   map[string]*route
	refusals map[string]int
	gauges   []gauge
}

// route is what is known of one row of the tables of routes.
type route struct {
	statuses map[int]int
	buckets  []int // of bounds, and one for what took longer
	seconds  float64
	now      int // requests that are being answered
}

// Sample is one value of a gauge. Its labels stand in turn, name and value.
type Sample struct {
	Labels []string
	Value  float64
}

// gauge is something that is looked at when somebody asks.
type gauge struct {
	name, help string
	look       func() []Sample
}

// New makes a meter.
func New() *Meter { return &Meter{routes: map[string]*route{}, refusals: map[string]int{}} }

// Gauge has something looked at whenever the figures are read.
func (m *Meter) Gauge(name, help string, look func() []Sample) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.gauges = append(m.gauges, gauge{name, help, look})
}

// Request is what is known of a request when it is over.
type Request struct {
	Status       int   // 0 where it was begun anew, and nobody was answered
	Account      int64 // by its number; 0 for nobody
	Conversation string
	Refused      []*refusal.Refusal
	NotPublic    bool // the answer left the house with what is not public in it
}

// refused is what was refused: nothing where a browser was led on, as one that nobody signed in with is led to where one signs in.
func (q Request) refused() []*refusal.Refusal {
	if q.Status < http.StatusBadRequest {
		return nil
	}
	return q.Refused
}

// Begin notes that a request of a route is being answered. What it returns is called when that is over.
func (m *Meter) Begin(pattern string) (over func(Request)) {
	if m == nil {
		return func(Request) {}
	}
	begun := time.Now()
	m.mu.Lock()
	defer m.mu.Unlock()
	r := m.routes[pattern]
	if r == nil {
		r = &route{statuses: map[int]int{}, buckets: make([]int, len(bounds)+1)}
		m.routes[pattern] = r
	}
	r.now++
	return func(q Request) {
		m.over(r, q, time.Since(begun))
		m.secure(pattern, q)
	}
}

func (m *Meter) over(r *route, q Request, took time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r.now--
	if q.Status == 0 {
		return
	}
	r.statuses[q.Status]++
	at, _ := slices.BinarySearch(bounds, took.Seconds())
	r.buckets[at]++
	r.seconds += took.Seconds()
	for _, no := range q.refused() {
		m.refusals[no.Key]++
	}
}

// secure notes what is for the security log.
func (m *Meter) secure(pattern string, q Request) {
	if q.Status == 0 {
		return
	}
	for _, no := range q.refused() {
		if no.Kind == refusal.Forbidden {
			m.Note("refused", q.Account, pattern, q.Conversation, "key", no.Key)
		}
	}
	if q.NotPublic && q.Status == http.StatusOK {
		m.Note("took away what is not public", q.Account, pattern, q.Conversation)
	}
}

// Note writes a line of the security log: what was done, by which account, at which route, in which conversation. Neither addresses nor
// anything that somebody wrote stand there.
func (m *Meter) Note(what string, account int64, pattern, conversation string, more ...any) {
	if m == nil || m.Security == nil {
		return
	}
	m.Security.Info(what, append([]any{"account", strconv.FormatInt(account, 10), "route", pattern, "conversation", conversation}, more...)...)
}

// WriteTo writes all figures.
func (m *Meter) WriteTo(w io.Writer) (int64, error) {
	var b strings.Builder
	m.mu.Lock()
	gauges := slices.Clone(m.gauges)
	m.write(&b)
	m.mu.Unlock()
	for _, g := range gauges {
		head(&b, g.name, "gauge", g.help)
		for _, s := range g.look() {
			line(&b, g.name, s.Value, s.Labels...)
		}
	}
	n, err := io.WriteString(w, b.String())
	return int64(n), err
}

// write writes what was counted.
func (m *Meter) write(b *strings.Builder) {
	patterns := slices.Sorted(maps.Keys(m.routes))
	head(b, "plenary_requests_total", "counter", "Requests answered, by route and status.")
	for _, p := range patterns {
		for _, status := range slices.Sorted(maps.Keys(m.routes[p].statuses)) {
			line(b, "plenary_requests_total", float64(m.routes[p].statuses[status]), "route", p, "status", strconv.Itoa(status))
		}
	}
	head(b, "plenary_request_seconds", "histogram", "How long answers took. Of an event stream: how long it was followed.")
	for _, p := range patterns {
		r, sum := m.routes[p], 0
		for i, n := range r.buckets {
			le := "+Inf"
			if i < len(bounds) {
				le = strconv.FormatFloat(bounds[i], 'g', -1, 64)
			}
			sum += n
			line(b, "plenary_request_seconds_bucket", float64(sum), "route", p, "le", le)
		}
		line(b, "plenary_request_seconds_sum", r.seconds, "route", p)
		line(b, "plenary_request_seconds_count", float64(sum), "route", p)
	}
	head(b, "plenary_requests_now", "gauge", "Requests that are being answered, event streams included, by route.")
	for _, p := range patterns {
		line(b, "plenary_requests_now", float64(m.routes[p].now), "route", p)
	}
	head(b, "plenary_refusals_total", "counter", "Requests that were answered with a refusal, by its key.")
	for _, key := range slices.Sorted(maps.Keys(m.refusals)) {
		line(b, "plenary_refusals_total", float64(m.refusals[key]), "key", key)
	}
}

func head(b *strings.Builder, name, kind, help string) {
	fmt.Fprintf(b, "# HELP %s %s\n# TYPE %[1]s %[3]s\n", name, help, kind)
}

// escaped is a value of a label as the format has it.
var escaped = strings.NewReplacer("\\", `\\`, "\"", `\"`, "\n", `\n`)

func line(b *strings.Builder, name string, value float64, labels ...string) {
	b.WriteString(name)
	for i := 0; i+1 < len(labels); i += 2 {
		b.WriteString(map[bool]string{true: "{", false: ","}[i == 0] + labels[i] + `="` + escaped.Replace(labels[i+1]) + `"`)
	}
	if len(labels) > 1 {
		b.WriteByte('}')
	}
	b.WriteString(" " + strconv.FormatFloat(value, 'g', -1, 64) + "\n")
}
