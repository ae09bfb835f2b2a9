//go:build unix

package bench

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/openplenary/plenary/internal/cluster"
	"github.com/openplenary/plenary/record"
	"github.com/openplenary/plenary/record/postgres"
)

// clusterCallers is how many write at once, over all nodes.
const clusterCallers = 96

// entryData and entryText are the bytes of an entry, and entryMore what a bare table is given beside them: salts and an envelope.
const (
	entryData = 324
	entryText = 700
	entryMore = 364
)

// cluster measures three nodes over PostgreSQL with a synchronous standby: what they acknowledge in a second, beside what the same
// server does with the same bytes in one table, committed in groups; and for how long nobody writes when something fails.
func (b *bench) cluster() (err error) {
	said := io.Discard
	if !b.JSON {
		said = b.Out
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	c, err := cluster.Start(b.ctx, cluster.Options{Program: self, Out: said})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close(false)) }()
	url, err := c.Database(b.ctx, "bench")
	if err != nil {
		return err
	}
	if err := b.clusterWrites(url); err != nil {
		return err
	}
	rounds, err := c.Play(b.ctx, cluster.Faults{Rounds: 5, Callers: 12, Pause: 10 * time.Second, Seed: 1})
	for _, r := range rounds {
		if err := b.say(figure{Name: "cluster.gap", Value: number(r.Gap.Seconds()), Unit: "s: " + r.Fault, N: 1}); err != nil {
			return err
		}
		if err := b.say(figure{Name: "cluster.followers", Value: number(r.Away.Seconds()), Unit: "s until all follow elsewhere: " + r.Fault, N: r.Moved}); err != nil {
			return err
		}
		if err := b.say(figure{Name: "cluster.own", Value: number(r.Own.Seconds()), Unit: "s: " + r.Fault, N: 1}); err != nil {
			return err
		}
	}
	return err
}

// clusterWrites has three engines write on one record, in turn with the bare table.
func (b *bench) clusterWrites(url string) error {
	logs, id, done, err := openNodes(b.ctx, url, 3)
	if err != nil {
		return err
	}
	defer done()
	bare, err := newBareTable(b.ctx, url)
	if err != nil {
		return err
	}
	defer close(bare)
	var ours, limit []float64
	for range rounds {
		v, err := b.perSecond(func(caller int) error { return appendOne(b.ctx, logs[caller%len(logs)], id) })
		if err != nil {
			return err
		}
		l, err := b.perSecond(func(int) error { done := make(chan error, 1); bare <- done; return <-done })
		if err != nil {
			return err
		}
		ours, limit = append(ours, v), append(limit, l)
	}
	return b.say(figure{Name: "cluster.acknowledged", Value: median(ours), Unit: "entries/s", Limit: median(limit), N: rounds})
}

// perSecond has all callers do something for one round, and says how often a second.
func (b *bench) perSecond(f func(caller int) error) (float64, error) {
	var n atomic.Int64
	wrong := make([]error, clusterCallers)
	var wg sync.WaitGroup
	begun := time.Now()
	for c := range clusterCallers {
		wg.Go(func() {
			for time.Since(begun) < b.round && b.ctx.Err() == nil && wrong[c] == nil {
				if wrong[c] = f(c); wrong[c] == nil {
					n.Add(1)
				}
			}
		})
	}
	wg.Wait()
	return float64(n.Load()) / time.Since(begun).Seconds(), errors.Join(wrong...)
}

// openNodes opens as many engines over a database, each with a log, and a record that all of them have read.
func openNodes(ctx context.Context, url string, many int) (logs []*record.Log, id record.ID, done func(), err error) {
	key, err := record.NewKey(rand.Reader)
	if err != nil {
		return nil, "", nil, err
	}
	done = func() {
		for _, l := range logs {
			_ = l.Close() // what was measured is thrown away
		}
	}
	for i := range many {
		e, err := postgres.Open(ctx, postgres.Options{URL: url})
		if err != nil {
			return logs, "", done, err
		}
		l, err := record.Open(e, record.Options{Key: key, Now: time.Now})
		if err != nil {
			return logs, "", done, errors.Join(err, e.Close())
		}
		logs = append(logs, l)
		if i == 0 {
			if id, err = createRecord(l); err != nil {
				return logs, "", done, err
			}
		}
		if err := l.Load(ctx, id, func(record.Entry) error { return nil }); err != nil {
			return logs, "", done, err
		}
	}
	return logs, id, done, nil
}

// appendOne writes one entry with a token, and waits until it is durable.
func appendOne(ctx context.Context, l *record.Log, id record.ID) error {
	turn, err := l.Turn(ctx, id)
	if err != nil {
		return err
	}
	e, err := turn.Append(record.New{Data: make([]byte, entryData), Text: make([]byte, entryText)})
	if err != nil {
		turn.Release()
		return err
	}
	turn.Remember(record.TokenHash([]byte(rand.Text()+rand.Text())), record.TokenResult{First: e.Position})
	done := make(chan error, 1)
	turn.Commit(func(err error) { done <- err })
	return <-done
}

// newBareTable makes a table, and writes into it whatever waits in one statement. It ends when the channel is closed.
func newBareTable(ctx context.Context, url string) (chan chan error, error) {
	c, err := pgx.Connect(ctx, url)
	if err != nil {
		return nil, err
	}
	if _, err := c.Exec(ctx, "CREATE SCHEMA bare; CREATE TABLE bare.entry(id bigserial PRIMARY KEY, bytes bytea NOT NULL)"); err != nil {
		return nil, errors.Join(err, c.Close(ctx))
	}
	queue := make(chan chan error, clusterCallers)
	value := make([]byte, entryData+entryText+entryMore)
	go func() {
		defer c.Close(context.WithoutCancel(ctx))
		for first := range queue {
			waiting, values := []chan error{first}, [][]byte{value}
			for more := true; more; {
				select {
				case w := <-queue:
					waiting, values = append(waiting, w), append(values, value)
				default:
					more = false
				}
			}
			_, err := c.Exec(ctx, "INSERT INTO bare.entry(bytes) SELECT unnest($1::bytea[])", values)
			for _, w := range waiting {
				if w != nil {
					w <- err
				}
			}
		}
	}()
	return queue, nil
}

// createRecord makes an empty record.
func createRecord(l *record.Log) (record.ID, error) {
	id, err := l.NewID()
	if err == nil {
		err = l.Create(record.Meta{ID: id, Origin: "bench.invalid/" + string(id)})
	}
	return id, err
}
