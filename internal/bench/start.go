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

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/snapshot"
)

// startContributions are on the record that is opened, each received and published: twice as many facts.
var startContributions = 100_000

// million contributions are on the record of the million.
var million = 1_000_000

// start measures a fresh process from its first instruction until its server could answer, and the most
// memory it ever had. The limit is reading the bytes of the record once.
func (b *bench) start() error {
	dir := filepath.Join(b.dir, "start")
	if err := seed(b.ctx, dir, startContributions); err != nil {
		return err
	}
	return b.starts(dir, "start.", startContributions)
}

// million measures a conversation of a million contributions: its start, checking all of its record, and its list, which is made anew for each
// of many readers.
func (b *bench) million() (err error) {
	dir := filepath.Join(b.dir, "million")
	if err := seed(b.ctx, dir, million); err != nil {
		return err
	}
	if err := b.starts(dir, "million.", million); err != nil {
		return err
	}
	took, err := b.spawned("check", dir, 2*million)
	if err == nil {
		err = b.say(figure{Name: "million.check", Value: number(took.seconds), Unit: "s", N: 1})
	}
	if err != nil {
		return err
	}
	h, err := openHouse(b.ctx, dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	addr, stop, err := serve(h.http)
	if err != nil {
		return err
	}
	defer stop()
	if err := b.fresh(addr, "million.list", func(int) string { return listPath }); err != nil {
		return err
	}
	return b.fresh(addr, "million.list.filtered", func(int) string { return listPath + "?category=academia&country=KE" })
}

// starts measures starts that fold the whole record, and those that go on from what was kept of it.
func (b *bench) starts(dir, name string, contributions int) error {
	for _, kept := range []bool{false, true} {
		var seconds, limit, peak, cpu []float64
		for range rounds {
			if !kept {
				if err := os.RemoveAll(filepath.Join(dir, snapshot.Folder)); err != nil {
					return err
				}
			}
			v, err := readOnce(filepath.Join(dir, "record.db"))
			if err != nil {
				return err
			}
			took, err := b.spawned("start", dir, 2*contributions)
			if err != nil {
				return err
			}
			limit, seconds, peak, cpu = append(limit, v), append(seconds, took.seconds), append(peak, took.peak), append(cpu, took.cpu)
		}
		what := name
		if !kept {
			what += "folded."
		}
		if err := errors.Join(b.say(figure{Name: what + "ready", Value: median(seconds), Unit: "s", Limit: median(limit), N: rounds}),
			// On a machine that others use too, this says more than the time.
			b.say(figure{Name: what + "cpu", Value: median(cpu), Unit: "s", N: rounds}),
			b.say(figure{Name: what + "memory", Value: median(peak), Unit: "MB", N: rounds})); err != nil {
			return err
		}
	}
	return nil
}

// run is what a process took: until it said how far it is, and, in MB and seconds of the processor, in all.
type run struct{ seconds, peak, cpu float64 }

// spawned runs a process over a directory that says how many facts it found, of which there must be enough, and the most memory it had.
func (b *bench) spawned(job, dir string, facts int) (r run, err error) {
	begun := time.Now()
	c, err := b.spawn(job, dir)
	if err != nil {
		return r, err
	}
	line, err := c.hear()
	r.seconds = time.Since(begun).Seconds()
	if err := errors.Join(err, c.end()); err != nil {
		return r, err
	}
	found, most, _ := strings.Cut(line, " ")
	if n, err := strconv.Atoi(found); err != nil || n < facts {
		return r, fmt.Errorf("bench: the measured process found %q facts", found)
	}
	r.peak, err = strconv.ParseFloat(most, 64)
	r.peak /= mb
	r.cpu = (c.cmd.ProcessState.UserTime() + c.cmd.ProcessState.SystemTime()).Seconds()
	return r, err
}

// checkChild checks every entry and every text of the record, as fsck does, and says how many there are.
func checkChild(ctx context.Context, dir string, out io.Writer) error {
	in, err := plenary.OpenInstance(ctx, plenary.InstanceOptions{Dir: dir, ReadOnly: true})
	if err != nil {
		return err
	}
	log, id, err := in.Record(slug)
	n := cite.Position(0)
	if err == nil {
		n, err = log.Verify(ctx, id)
	}
	fmt.Fprintf(out, "%d %.0f\n", n, memory("VmHWM"))
	return errors.Join(err, in.Close())
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
