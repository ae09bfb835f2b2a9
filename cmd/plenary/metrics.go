package main

import (
	"context"
	"crypto/subtle"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime"
	"time"

	"github.com/openplenary/plenary/internal/meter"
	"github.com/openplenary/plenary/internal/platform"
)

// watchFlags say who may watch the service, and where what matters for its security is written down. Without them nobody may, and it
// is not.
type watchFlags struct {
	Metrics      string `env:"PLENARY_METRICS" placeholder:"ADDRESS" help:"Address at which Prometheus may read figures, under /metrics: 127.0.0.1:9100. Another address than loopback needs PLENARY_METRICS_TOKEN."`
	MetricsToken string `env:"PLENARY_METRICS_TOKEN" json:"-" help:"What whoever reads the figures must send as a bearer token; 16 characters at least. Better in the environment than on the command line."`
	SecurityLog  string `env:"PLENARY_SECURITY_LOG" placeholder:"FILE" help:"Where to append, as lines of JSON, who signed in, who was refused for want of a right, and who took away what is not public: accounts by their numbers."`
}

// check refuses what would show figures to strangers.
func (f watchFlags) check() error {
	if f.Metrics == "" {
		return nil
	}
	host, _, err := net.SplitHostPort(f.Metrics)
	if err != nil {
		return fmt.Errorf("%w: --metrics: %w", errWrongUse, err)
	}
	//mutants:guard figures are read on this machine, or with a token
	if !onLoopback(host) && f.MetricsToken == "" {
		return fmt.Errorf("%w: --metrics on another address than loopback needs PLENARY_METRICS_TOKEN", errWrongUse)
	}
	//mutants:guard a token cannot be guessed
	if f.MetricsToken != "" && len(f.MetricsToken) < 16 {
		return fmt.Errorf("%w: PLENARY_METRICS_TOKEN is too short", errWrongUse)
	}
	return nil
}

// meter makes what counts and opens the security log, which ends with closer.
func (f watchFlags) meter() (m *meter.Meter, closer io.Closer, err error) {
	m, closer = meter.New(), io.NopCloser(nil)
	if f.SecurityLog == "" {
		return m, closer, nil
	}
	log, err := os.OpenFile(f.SecurityLog, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, nil, err
	}
	m.Security = slog.New(slog.NewJSONHandler(log, nil))
	return m, log, nil
}

// watch answers whoever reads the figures, until what it returns is closed.
func (f watchFlags) watch(a *app) (io.Closer, error) {
	if f.Metrics == "" {
		return io.NopCloser(nil), nil
	}
	l, err := net.Listen("tcp", f.Metrics)
	if err != nil {
		return nil, err
	}
	a.gauges()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, r *http.Request) {
		//mutants:guard without its token nobody reads the figures
		if f.MetricsToken != "" && subtle.ConstantTimeCompare([]byte(r.Header.Get("Authorization")), []byte("Bearer "+f.MetricsToken)) != 1 {
			w.Header().Set("WWW-Authenticate", "Bearer")
			http.Error(w, "a token is needed", http.StatusUnauthorized)
			return
		}
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		_, _ = a.meter.WriteTo(w) // who asked has gone, or reads it
	})
	srv := &http.Server{Handler: mux, ReadTimeout: 5 * time.Second, WriteTimeout: 30 * time.Second, MaxHeaderBytes: 8 << 10}
	go func() { _ = srv.Serve(l) }()
	a.logger.Info("figures can be read", "at", "http://"+l.Addr().String()+"/metrics")
	return controlServer{srv, l}, nil
}

// gauges are what is looked at when the figures are read.
func (a *app) gauges() {
	one := func(value func() float64) func() []meter.Sample {
		return func() []meter.Sample { return []meter.Sample{{Value: value()}} }
	}
	is := func(b bool) float64 {
		if b {
			return 1
		}
		return 0
	}
	// Of all conversations together: one that is prepared is not there for those who have no business with it, and whoever reads the figures may be one of them.
	all := func(add func(sum, next float64) float64, value func(slug string) float64) func() []meter.Sample {
		return one(func() (sum float64) {
			for _, slug := range a.Conversations() {
				sum = add(sum, value(slug))
			}
			return sum
		})
	}
	plus := func(a, b float64) float64 { return a + b }
	most := func(a, b float64) float64 { return max(a, b) }
	a.meter.Gauge("plenary_conversations", "Conversations that are kept here.", one(func() float64 { return float64(len(a.Conversations())) }))
	a.meter.Gauge("plenary_position", "Durable entries of all records that this node has read.", all(plus, func(slug string) float64 { return float64(a.Durable(slug)) }))
	a.meter.Gauge("plenary_lag", "Entries that other nodes have written and this one has not read, of the record of which it lacks most.",
		all(most, func(slug string) float64 { return float64(a.Lag(slug)) }))
	a.meter.Gauge("plenary_read_only", "Conversations in which nothing is taken: their records are read only.",
		all(plus, func(slug string) float64 { return is(a.Standing(slug).ReadOnly != nil) }))
	a.meter.Gauge("plenary_leads", "1 on the node that keeps time and sends letters.", one(func() float64 { return is(a.leading.Load()) }))
	a.meter.Gauge("plenary_disk_free_bytes", "Free on the disk of the data directory.", one(func() float64 { return free(a.Dir) }))
	a.meter.Gauge("plenary_goroutines", "Goroutines.", one(func() float64 { return float64(runtime.NumGoroutine()) }))
	a.meter.Gauge("plenary_memory_bytes", "Memory taken from the system.", one(func() float64 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return float64(m.Sys)
	}))
	if a.files != nil {
		a.meter.Gauge("plenary_files_lost", "Attached files that were asked for and are missing or damaged.", one(func() float64 { return float64(a.files.Trouble().Lost) }))
	}
	if a.queue != nil {
		a.meter.Gauge("plenary_letters_waiting", "Letters that wait to be sent.", a.lettersWaiting)
	}
}

// lettersWaiting is how many letters wait; nothing where that cannot be seen.
func (a *app) lettersWaiting() []meter.Sample {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	n, _, err := a.mailWaits(ctx)
	if err != nil {
		return nil
	}
	return []meter.Sample{{Value: float64(n)}}
}

// free is what is free on the disk of a directory.
func free(dir string) float64 {
	n, _, _ := platform.Disk(dir) // 0 where it does not say
	return float64(n)
}
