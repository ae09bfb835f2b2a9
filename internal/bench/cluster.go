//go:build unix

package bench

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"io"
	"os"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/openplenary/plenary/cite"
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
	nodes := make([]chan chan error, len(logs))
	for i, l := range logs {
		nodes[i] = newNode(b.ctx, l, id)
		defer close(nodes[i])
	}
	ask := func(queue chan chan error) error { done := make(chan error, 1); queue <- done; return <-done }
	var ours, limit []float64
	for range rounds {
		v, err := b.perSecond(func(caller int) error { return ask(nodes[caller%len(nodes)]) })
		if err != nil {
			return err
		}
		l, err := b.perSecond(func(int) error { return ask(bare) })
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

// gathered takes everybody who waits in a queue; first is there already.
func gathered(queue chan chan error, first chan error) []chan error {
	out := []chan error{first}
	for {
		select {
		case w := <-queue:
			if w == nil { // it is closed
				return out
			}
			out = append(out, w)
		default:
			return out
		}
	}
}

// newNode writes as a node does: in one turn an entry for everybody who waits when it comes, each with a token that was looked up, and takes
// the next turn while that becomes durable. It ends when the channel is closed.
func newNode(ctx context.Context, l *record.Log, id record.ID) chan chan error {
	queue := make(chan chan error, clusterCallers)
	go func() {
		for first := range queue {
			turn, err := l.Turn(ctx, id)
			if err != nil {
				first <- err
				continue
			}
			runtime.Gosched() // let those who are about to ask: one turn serves them all
			appendAll(turn, gathered(queue, first))
		}
	}()
	return queue
}

// appendAll writes an entry with a token for each caller, and tells them when it is durable.
func appendAll(turn *record.Turn, callers []chan error) {
	answer := func(err error) {
		for _, w := range callers {
			w <- err
		}
	}
	tokens := make([]record.TokenHash, len(callers))
	for i := range tokens {
		tokens[i] = sha256.Sum256([]byte(rand.Text()))
	}
	err := turn.LookupTokens(tokens)
	for _, t := range tokens {
		if err != nil {
			break
		}
		var e cite.Entry
		e, err = turn.Append(record.New{Data: make([]byte, entryData), Text: make([]byte, entryText)})
		turn.Remember(t, record.TokenResult{First: e.Position})
	}
	if err != nil {
		turn.Release()
		answer(err)
		return
	}
	turn.Commit(answer)
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
			callers := gathered(queue, first)
			_, err := c.Exec(ctx, "INSERT INTO bare.entry(bytes) SELECT unnest($1::bytea[])", slices.Repeat([][]byte{value}, len(callers)))
			for _, w := range callers {
				w <- err
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
