package bench

import (
	"context"
	"errors"
	"fmt"
	"math/bits"
	"path/filepath"
	"sync"
	"time"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
)

const (
	lockReaders = 4   // read each page at the same time
	arriving    = 200 // contributions a second
	answers     = 20  // were written before
)

// answeredParts is how many parts each of these answers.
var answeredParts = 1000

// holds are the times for which the lock was held, in milliseconds.
type holds struct {
	mu sync.Mutex
	of map[plenary.Holding][]float64
}

func (h *holds) held(what plenary.Holding, d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.of[what] = append(h.of[what], float64(d)/float64(time.Millisecond))
}

// take gives what was measured since it was last asked.
func (h *holds) take() map[plenary.Holding][]float64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	of := h.of
	h.of = map[plenary.Holding][]float64{}
	return of
}

// lock measures for how long the lock of the state is held while some read one page, never a kept one, and
// contributions arrive: page by page, for those that count over everything that was said, and some that do not.
func (b *bench) lock() (err error) {
	dir := filepath.Join(b.dir, "lock")
	if err := seedAs(b.ctx, dir, listed, true); err != nil {
		return err
	}
	measured := &holds{of: map[plenary.Holding][]float64{}}
	h, err := openHouseAs(b.ctx, plenary.InstanceOptions{Dir: dir, Held: measured.held})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	if err := h.answer(b.ctx); err != nil {
		return err
	}
	addr, stop, err := serve(h.http)
	if err != nil {
		return err
	}
	defer stop()
	quiet := h.arrive(b.ctx, arriving)
	defer func() { err = errors.Join(err, quiet()) }()

	all := map[plenary.Holding][]float64{}
	for _, p := range []struct{ name, path string }{
		{"overview", "/overview"},
		{"evidence", "/overview/author/works"},
		{"responses", "/p1/responses"},
		{"map", "/map"},
		{"list", "/contributions"},
		{"list.filtered", "/contributions?category=academia&country=KE"},
		{"list.language", "/contributions?language=fr"},
		{"list.since", "/contributions?since=2020-01-01"},
		{"paper", "/p1"},
		{"issue", "/p1.x2"},
		{"home", ""},
		{"points", "points"},
		{"alike", "alike"},
	} {
		read := func(ctx context.Context) ([]float64, error) { return visits(ctx, addr, "/en/c/"+slug+p.path) }
		switch p.path {
		case "points":
			read = h.officer(func(r *conversation.Reading) {
				r.Consultation.Points(consultation.PointQuery{Verdict: consultation.Misses}, 26)
			})
		case "alike":
			read = h.officer(func(r *conversation.Reading) { r.Consultation.Alike("c7.1") })
		}
		measured.take()
		times, err := b.together(read)
		if err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
		got := measured.take()
		for what, v := range got {
			all[what] = append(all[what], v...)
		}
		got["page"] = times
		if err := b.sayHolds("lock."+p.name+".", got); err != nil {
			return err
		}
	}
	if err := b.sayHolds("lock.", all); err != nil {
		return err
	}
	return b.histogram(all)
}

// sayHolds writes figures of times.
func (b *bench) sayHolds(name string, of map[plenary.Holding][]float64) error {
	for _, what := range []plenary.Holding{plenary.ForReading, plenary.ForWriting, "page"} {
		v := of[what]
		for _, q := range []struct {
			name string
			at   float64
		}{{".p50", 0.5}, {".p99", 0.99}, {".max", 1}} {
			if err := b.say(figure{Name: name + string(what) + q.name, Value: quantile(v, q.at), Unit: "ms", N: len(v)}); err != nil {
				return err
			}
		}
	}
	return nil
}

// histogram writes how often the lock was held for how long, in powers of two.
func (b *bench) histogram(of map[plenary.Holding][]float64) error {
	for _, what := range []plenary.Holding{plenary.ForReading, plenary.ForWriting} {
		var counts [64]int
		last := 0
		for _, ms := range of[what] {
			k := bits.Len64(uint64(ms * 1000))
			counts[k]++
			last = max(last, k)
		}
		for k, n := range counts[:last+1] {
			name := fmt.Sprintf("lock.%s.under.%dus", what, 1<<k)
			if err := b.say(figure{Name: name, Value: number(n), Unit: "times", N: len(of[what])}); err != nil {
				return err
			}
		}
	}
	return nil
}

// together has some read for one round, and gives how long each page took.
func (b *bench) together(read func(context.Context) ([]float64, error)) ([]float64, error) {
	ctx, cancel := context.WithTimeout(b.ctx, b.round)
	defer cancel()
	var wg sync.WaitGroup
	times, errs := make([][]float64, lockReaders), make([]error, lockReaders)
	for i := range lockReaders {
		wg.Go(func() { times[i], errs[i] = read(ctx) })
	}
	wg.Wait()
	var all []float64
	for _, t := range times {
		all = append(all, t...)
	}
	return all, errors.Join(errs...)
}

// visits gets a page, again and again, as somebody for whom no page is kept.
func visits(ctx context.Context, addr, path string) (times []float64, err error) {
	c, err := dialAs(addr, path, stranger)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, c.net.Close()) }()
	for ctx.Err() == nil {
		begun := time.Now()
		if err := c.get(nil); err != nil {
			return times, err
		}
		times = append(times, float64(time.Since(begun))/float64(time.Millisecond))
	}
	return times, nil
}

// officer reads as an officer does, without the web.
func (h *house) officer(look func(*conversation.Reading)) func(context.Context) ([]float64, error) {
	as := conversation.Audience{Roles: delegation.RoleSet(0).With(delegation.Officer)}
	return func(ctx context.Context) (times []float64, err error) {
		for ctx.Err() == nil {
			begun := time.Now()
			if _, err := h.Read(context.WithoutCancel(ctx), slug, func(st *conversation.State) error {
				r := conversation.NewReading(st, as, begun)
				defer r.Close()
				look(r)
				return nil
			}); err != nil {
				return times, err
			}
			times = append(times, float64(time.Since(begun))/float64(time.Millisecond))
		}
		return times, nil
	}
}

// answer answers some of the points.
func (h *house) answer(ctx context.Context) error {
	for i := range answers {
		c := consultation.Answer{Outcome: consultation.Outcomes[i%3], Reason: plain("Because of what was said before.")}
		for n := range answeredParts {
			c.Parts = append(c.Parts, cite.Part(cite.Contribution(i*answeredParts+n+1), 1))
		}
		if _, err := h.Do(ctx, slug, conversation.Ask{By: officer, Command: c}); err != nil {
			return err
		}
	}
	return nil
}
