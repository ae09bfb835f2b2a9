// Package bench measures the house on the machine it runs on, for "plenary bench".
//
// Every figure comes with its limit: what the same machine does, in the same run, with nothing of the
// house in the way. The two are measured in turn, several times, and the medians are given: a figure
// alone says more of the machine, and of who else uses it, than of the house.
//
//	record  entries a second through the SQLite engine     limit: one file with group commit
//	asks    asks a second through Secretariat.Do           limit: the same
//	pages   pages a second over loopback                   limit: a bare handler writing the same bytes
//	start   seconds and memory until a record is served    limit: reading its bytes once
//	million a conversation of a million contributions: its start, checking its record, its list
//	live    event streams of one page                      limit: a bare server writing the same bytes
//	floor   a sitting that thousands follow            limit: a bare hub writing the same bytes
//	lock    how long the state's lock is held, page by page, while contributions arrive
//	cluster entries a second of three nodes over PostgreSQL with a standby      limit: a bare table there;
//	        and for how long nobody writes when something fails
package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Options say what to measure.
type Options struct {
	What    string // one of Measures
	JSON    bool   // one object a line
	Seconds int    // how long each measure runs, all its rounds together
	Dir     string // where to write; "" for the system's temporary directory
	Out     io.Writer
}

// measures are what can be measured, in the order in which it is said.
var measures = []struct {
	name    string
	measure func(*bench) error
}{{"record", (*bench).record}, {"asks", (*bench).asks}, {"pages", (*bench).pages}, {"start", (*bench).start}, {"million", (*bench).million}, {"live", (*bench).live},
	{"floor", (*bench).floor}, {"lock", (*bench).lock}, {"cluster", (*bench).cluster}}

// Measures names what can be measured.
func Measures() (names []string) {
	for _, m := range measures {
		names = append(names, m.name)
	}
	return names
}

// Run measures. What it writes it writes into a new directory below Options.Dir, which it removes.
func Run(ctx context.Context, o Options) (err error) {
	if job := os.Getenv(childVar); job != "" {
		return runChild(ctx, job, o.Out)
	}
	i := slices.Index(Measures(), o.What)
	if i < 0 {
		return fmt.Errorf("bench: cannot measure %q", o.What)
	}
	dir, err := os.MkdirTemp(o.Dir, "plenary-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	b := &bench{Options: o, ctx: ctx, dir: dir, machine: machine()}
	b.round = max(time.Duration(o.Seconds)*time.Second/rounds, 50*time.Millisecond)
	if !o.JSON {
		fmt.Fprintln(o.Out, b.machine)
	}
	return measures[i].measure(b)
}

// rounds is how often a measure and its limit take turns.
const rounds = 5

type bench struct {
	Options
	ctx     context.Context
	dir     string
	machine string
	round   time.Duration // how long one round of a measure runs
}

// figure is one line of what comes out.
type figure struct {
	Name      string `json:"name"`
	Value     number `json:"value"`
	Unit      string `json:"unit"`
	Limit     number `json:"limit"`
	Ratio     number `json:"ratio"` // value / limit
	Peer      string `json:"peer"`
	PeerValue number `json:"peer_value"`
	N         int    `json:"n"` // how many rounds the medians are of
	Machine   string `json:"machine"`
}

// number is written with four digits; 0 is nothing that was measured.
type number float64

// MarshalJSON writes null for nothing.
func (n number) MarshalJSON() ([]byte, error) {
	if n == 0 {
		return []byte("null"), nil
	}
	return []byte(n.String()), nil
}

// String writes it, also for people.
func (n number) String() string {
	if n >= 1000 {
		return strconv.FormatFloat(float64(n), 'f', 0, 64)
	}
	return strconv.FormatFloat(float64(n), 'g', 4, 64)
}

// say writes a figure.
func (b *bench) say(f figure) error {
	f.Machine = b.machine
	if f.Limit != 0 && f.Ratio == 0 {
		f.Ratio = f.Value / f.Limit
	}
	if b.JSON {
		line, err := json.Marshal(f)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(b.Out, "%s\n", line)
		return err
	}
	line := fmt.Sprintf("%-28s %10s %-12s", f.Name, f.Value, f.Unit)
	if f.Limit != 0 {
		line += fmt.Sprintf(" limit %10s  ratio %.3f", f.Limit, float64(f.Ratio))
	}
	if f.Peer != "" {
		line += fmt.Sprintf("  %s %s (%.3f of the limit)", f.Peer, f.PeerValue, float64(f.PeerValue/f.Limit))
	}
	_, err := fmt.Fprintf(b.Out, "%s  n=%d\n", line, f.N)
	return err
}

// median of measured values; 0 of none.
func median(v []float64) number { return quantile(v, 0.5) }

// quantile is the smallest value that at least the share q of the values do not exceed.
func quantile(v []float64, q float64) number {
	if len(v) == 0 {
		return 0
	}
	v = slices.Sorted(slices.Values(v))
	return number(v[min(len(v)-1, max(0, int(math.Ceil(q*float64(len(v))))-1))])
}

// machine names what was measured on: ratios of other machines compare, figures do not.
func machine() string {
	cpu := ""
	if b, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(b)) {
			if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
				cpu = ", " + strings.TrimSpace(value)
				break
			}
		}
	}
	return fmt.Sprintf("%s/%s, %d cores%s, %s", runtime.GOOS, runtime.GOARCH, runtime.GOMAXPROCS(0), cpu, runtime.Version())
}
