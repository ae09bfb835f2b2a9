package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// startContributions are on the record that is opened, each received and published: twice as many facts.
var startContributions = 100_000

// start measures a fresh process from its first instruction until its server could answer, and the most
// memory it ever had. The limit is reading the bytes of the record once.
func (b *bench) start() error {
	dir := filepath.Join(b.dir, "start")
	if err := seed(b.ctx, dir, startContributions); err != nil {
		return err
	}
	var seconds, limit, peak, cpu []float64
	for range rounds {
		v, err := readOnce(filepath.Join(dir, "record.db"))
		if err != nil {
			return err
		}
		limit = append(limit, v)
		begun := time.Now()
		c, err := b.spawn("start", dir)
		if err != nil {
			return err
		}
		line, err := c.hear()
		took := time.Since(begun)
		if err := errors.Join(err, c.end()); err != nil {
			return err
		}
		facts, most, _ := strings.Cut(line, " ")
		if n, err := strconv.Atoi(facts); err != nil || n < 2*startContributions {
			return fmt.Errorf("bench: the measured process found %q facts", facts)
		}
		m, err := strconv.ParseFloat(most, 64)
		if err != nil {
			return err
		}
		seconds, peak = append(seconds, took.Seconds()), append(peak, m/mb)
		cpu = append(cpu, (c.cmd.ProcessState.UserTime() + c.cmd.ProcessState.SystemTime()).Seconds())
	}
	if err := b.say(figure{Name: "start.ready", Value: median(seconds), Unit: "s", Limit: median(limit), N: rounds}); err != nil {
		return err
	}
	// On a machine that others use too, this says more than the time.
	if err := b.say(figure{Name: "start.cpu", Value: median(cpu), Unit: "s", N: rounds}); err != nil {
		return err
	}
	return b.say(figure{Name: "start.memory", Value: median(peak), Unit: "MB", N: rounds})
}

// startChild opens the directory and says how many facts there are and how much memory it took.
func startChild(ctx context.Context, dir string, out io.Writer) error {
	h, err := openHouse(ctx, dir)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%d %.0f\n", h.Durable(slug), memory("VmHWM"))
	return errors.Join(err, h.close())
}

// readOnce reads a file and gives how many seconds it took.
func readOnce(path string) (float64, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	buf := make([]byte, 1<<20)
	begun := time.Now()
	for {
		if _, err := f.Read(buf); errors.Is(err, io.EOF) {
			return time.Since(begun).Seconds(), nil
		} else if err != nil {
			return 0, err
		}
	}
}
