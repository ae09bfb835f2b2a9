package bench

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/floor"
)

// listeners follow a sitting in which something happens every second, for as long as one asked to measure.
var (
	listeners = 5_000
	beat      = time.Second
)

// steady measures how late events are for those who listen for long: the chair stops the clock and lets it go on, once in a second, whether or not all
// have what was before. Of each listener and each event the time from the press until it is there, or what came after it, is one value. The limit is a
// bare hub, for a tenth of the time.
func (b *bench) steady(dir string) (err error) {
	var late [2]lateness
	events := max(b.Seconds, 1)
	for i, job := range []string{"sitting", "hub"} {
		r, err := b.room(job, dir, listeners)
		if err != nil {
			return err
		}
		order := map[string]string{"sitting": "beat", "hub": "give " + strings.TrimSpace(strings.Repeat("700 ", len(groups())))}[job]
		if i == 1 {
			events = max(events/10, 2)
		}
		late[i], err = b.beats(r, order, events)
		if err = errors.Join(err, r.end()); err != nil {
			return err
		}
	}
	name := fmt.Sprintf("floor.steady.%d", listeners)
	return errors.Join(
		b.say(figure{Name: name + ".p50", Value: late[0].half, Unit: "ms", Limit: late[1].half, N: max(b.Seconds, 1)}),
		b.say(figure{Name: name + ".p99", Value: late[0].most, Unit: "ms", Limit: late[1].most, N: max(b.Seconds, 1)}),
		b.say(figure{Name: name + ".worst", Value: late[0].worst, Unit: "ms", Limit: late[1].worst, N: max(b.Seconds, 1)}))
}

// lateness is how late events were, in milliseconds: half of them at most that, 99 of 100, all.
type lateness struct{ half, most, worst number }

// beats has something happen so many times, and asks the crowd how late it had each.
func (b *bench) beats(r *room, order string, events int) (l lateness, err error) {
	if _, err := r.crowd.ask("note"); err != nil {
		return l, err
	}
	if order == "beat" { // somebody has the floor
		if _, _, err := r.do("give"); err != nil {
			return l, err
		}
	}
	var pressed []string
	var last int64
	next := time.NewTicker(beat)
	defer next.Stop()
	for range events {
		select {
		case <-next.C:
		case <-b.ctx.Done():
			return l, b.ctx.Err()
		}
		begun, at, err := r.do(order)
		if err != nil {
			return l, err
		}
		last, pressed = at, append(pressed, fmt.Sprint(at, ":", begun))
	}
	if _, err := r.until(last); err != nil { // nobody misses anything
		return l, err
	}
	if err := r.crowd.tell("late " + strings.Join(pressed, " ")); err != nil {
		return l, err
	}
	line, err := r.crowd.hear()
	if err == nil {
		_, err = fmt.Sscan(line, &l.half, &l.most, &l.worst)
	}
	return l, err
}

// beat stops the clock of whoever has the floor, or lets it go on.
func (s *sits) beat(ctx context.Context) error {
	c := floor.Time{Session: "s1", Do: floor.Stop}
	if _, err := s.Peek(ctx, slug, func(st *conversation.State) error {
		x := st.Floors.Floor("s1")
		if c.Seen = x.Acted; x.Current() != nil && !x.Current().Runs() {
			c.Do = floor.GoOn
		}
		return nil
	}); err != nil {
		return err
	}
	begun := time.Now()
	at, err := s.do(ctx, officer, c)
	if err == nil {
		_, err = fmt.Fprintln(s.out, begun.UnixNano(), int64(at))
	}
	return err
}

// noted is an event that a member had.
type noted struct {
	at   int64
	when int64 // nanoseconds since 1970
}

// late gives the lateness of events, each "position:begun", of all members in milliseconds: the middle, the 99th of a hundred, the last. Whoever had
// what came after an event had it.
func (c *crowd) late(events string) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var all []float64
	for event := range strings.FieldsSeq(events) {
		position, began, _ := strings.Cut(event, ":")
		at, begun := number64([]byte(position)), number64([]byte(began))
		if at == 0 || begun == 0 {
			return "", fmt.Errorf("bench: %q is no event", event)
		}
		for i, m := range c.members {
			n, _ := slices.BinarySearchFunc(m.had, at, func(e noted, at int64) int { return int(e.at - at) })
			if n == len(m.had) {
				return "", fmt.Errorf("bench: listener %d never had entry %d", i, at)
			}
			all = append(all, float64(m.had[n].when-begun)/1e6)
		}
	}
	var out []string
	for _, q := range []float64{0.5, 0.99, 1} {
		out = append(out, strconv.FormatFloat(float64(quantile(all, q)), 'g', -1, 64))
	}
	return strings.Join(out, " "), nil
}
