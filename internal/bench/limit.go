package bench

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// callers is how many ask at the same time, each waiting for its own answer before it asks again.
const callers = 64

// entrySize is how many bytes one entry of the limit has.
const entrySize = 1 << 10

// throughput runs callers for a while and gives how often do succeeded in a second. do gets the number
// of its caller and of its turn.
func throughput(ctx context.Context, d time.Duration, do func(caller, turn int) error) (float64, error) {
	var wg sync.WaitGroup
	counts, errs := make([]int, callers), make([]error, callers)
	start := time.Now()
	end := start.Add(d)
	for i := range callers {
		wg.Go(func() {
			for turn := 0; time.Now().Before(end) && ctx.Err() == nil; turn++ {
				if errs[i] = do(i, turn); errs[i] != nil {
					return
				}
				counts[i]++
			}
		})
	}
	wg.Wait()
	took := time.Since(start)
	total := 0
	for _, n := range counts {
		total += n
	}
	return float64(total) / took.Seconds(), errors.Join(append(errs, ctx.Err())...)
}

// committed is something that one goroutine makes durable for all who wait for it: it takes what
// waits, writes it, syncs once, and lets them go. Nothing that is durable can be faster for many.
type committed struct {
	queue chan *waiting
	ended chan struct{}
}

type waiting struct {
	bytes []byte
	done  chan error
}

func newCommitted(write func([]*waiting) error) *committed {
	c := &committed{queue: make(chan *waiting, callers), ended: make(chan struct{})}
	go func() {
		defer close(c.ended)
		var batch []*waiting
		for w := range c.queue {
			batch = append(batch[:0], w)
		drain:
			for {
				select {
				case w, ok := <-c.queue:
					if !ok {
						break drain
					}
					batch = append(batch, w)
				default:
					break drain
				}
			}
			err := write(batch)
			for _, w := range batch {
				w.done <- err
			}
		}
	}()
	return c
}

// put writes and waits.
func (c *committed) put(b []byte, done chan error) error {
	c.queue <- &waiting{b, done}
	return <-done
}

func (c *committed) close() { close(c.queue); <-c.ended }

// rawLimit measures entries a second into one file: the limit of everything durable.
func (b *bench) rawLimit() (rate float64, err error) {
	f, err := os.Create(filepath.Join(b.dir, "limit"))
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, f.Close(), os.Remove(f.Name())) }()
	var buf []byte
	c := newCommitted(func(batch []*waiting) error {
		buf = buf[:0]
		for _, w := range batch {
			buf = append(buf, w.bytes...)
		}
		if _, err := f.Write(buf); err != nil {
			return err
		}
		return datasync(f)
	})
	defer c.close()
	return b.put(c)
}

// put measures a committed store with the callers.
func (b *bench) put(c *committed) (float64, error) {
	entries, done := make([][]byte, callers), make([]chan error, callers)
	for i := range callers {
		entries[i], done[i] = filler(i, entrySize), make(chan error, 1)
	}
	return throughput(b.ctx, b.round, func(caller, _ int) error { return c.put(entries[caller], done[caller]) })
}
