package postgres_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/openplenary/plenary/record"
	"github.com/openplenary/plenary/record/postgres"
)

// callers is how many write at the same time, over all nodes.
const callers = 96

// rate has all callers do something over and over until the benchmark's rounds are used up, and says how often a second.
func rate(b *testing.B, f func(ctx context.Context, caller, round int) error) float64 {
	var next atomic.Int64
	var wg sync.WaitGroup
	begun := time.Now()
	for c := range callers {
		wg.Go(func() {
			for n := next.Add(1); n <= int64(b.N); n = next.Add(1) {
				if err := f(b.Context(), c, int(n)); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	return float64(b.N) / time.Since(begun).Seconds()
}

// BenchmarkNodes measures what so many nodes over one server acknowledge in a second, entries of 1 KiB with their tree and their
// tokens, and as a ratio what the same server does with the same bytes in one table, committed in groups.
func BenchmarkNodes(b *testing.B) {
	for _, nodes := range []int{1, 2, 3} {
		b.Run(fmt.Sprint(nodes), func(b *testing.B) {
			d := newDatabase(b)
			id := create(b, d.url)
			var all []node
			for range nodes {
				all = append(all, open(b, postgres.Options{URL: d.url}))
			}
			data, text := make([]byte, 324), make([]byte, 700)
			b.ResetTimer()
			ours := rate(b, func(ctx context.Context, c, _ int) error {
				turn, err := all[c%nodes].Turn(ctx, id)
				if err != nil {
					return err
				}
				e, err := turn.Append(record.New{Data: data, Text: text})
				if err != nil {
					turn.Release()
					return err
				}
				var token record.TokenHash
				_, _ = rand.Read(token[:]) // never fails
				turn.Remember(token, record.TokenResult{First: e.Position})
				done := make(chan error, 1)
				turn.Commit(func(err error) { done <- err })
				return <-done
			})
			b.StopTimer()
			bare := newBare(b, d)
			limit := rate(b, func(context.Context, int, int) error { return bare.write() })
			b.ReportMetric(ours, "acknowledged/s")
			b.ReportMetric(limit, "bare/s")
			b.ReportMetric(ours/limit, "ratio")
		})
	}
}

// bare writes the bytes of entries into one table, those that wait in one statement.
type bare struct {
	queue chan chan error
}

func newBare(b *testing.B, d database) *bare {
	d.server.Exec(b, d.name, "CREATE TABLE public.bare(id bigserial PRIMARY KEY, bytes bytea NOT NULL)")
	c, err := pgx.Connect(b.Context(), d.url)
	if err != nil {
		b.Fatal(err)
	}
	x := &bare{make(chan chan error, callers)}
	value := make([]byte, 324+700+64+300) // data, text, their salts, the envelope
	go func() {
		defer c.Close(context.Background())
		for first := range x.queue {
			waiting, values := []chan error{first}, [][]byte{value}
		drain:
			for {
				select {
				case w := <-x.queue:
					waiting, values = append(waiting, w), append(values, value)
				default:
					break drain
				}
			}
			_, err := c.Exec(context.Background(), "INSERT INTO public.bare(bytes) SELECT unnest($1::bytea[])", values)
			for _, w := range waiting {
				w <- err
			}
		}
	}()
	b.Cleanup(func() { close(x.queue) })
	return x
}

func (x *bare) write() error {
	done := make(chan error, 1)
	x.queue <- done
	return <-done
}
