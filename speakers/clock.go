package speakers

import "time"

// Clock is the clock of one speaker, of one point of order or of one reply. It is made of instants of the server: when it
// was started and stopped. Whoever has these reads the same from it. Each has its own, so that a point of order, for which
// the speaker's is stopped, uses nobody's time.
type Clock struct {
	Limit time.Duration
	Spans []Span // when it ran; only the last may still run
}

// Span is a time for which a clock ran. One that ends before it begins, because the server's own clock was put back, counts
// nothing.
type Span struct {
	From time.Time
	To   time.Time // zero: it runs
}

// Runs says whether the clock runs.
func (c Clock) Runs() bool { return len(c.Spans) > 0 && c.Spans[len(c.Spans)-1].To.IsZero() }

// Start is the clock after the floor was given, or given back. One that runs goes on.
func (c Clock) Start(at time.Time) Clock {
	if !c.Runs() {
		c.Spans = append(c.Spans[:len(c.Spans):len(c.Spans)], Span{From: at})
	}
	return c
}

// Stop is the clock after the floor was taken, or the speaker interrupted. One that stands stands.
func (c Clock) Stop(at time.Time) Clock {
	if c.Runs() {
		last := len(c.Spans) - 1
		c.Spans = append(c.Spans[:last:last], Span{c.Spans[last].From, at})
	}
	return c
}

// Used is how long the clock has run.
func (c Clock) Used(now time.Time) time.Duration {
	var used time.Duration
	for _, s := range c.Spans {
		if s.To.IsZero() {
			s.To = now
		}
		used += max(s.To.Sub(s.From), 0)
	}
	return used
}

// Left is what is left of the limit; below zero it is how much was taken beyond it.
func (c Clock) Left(now time.Time) time.Duration { return c.Limit - c.Used(now) }
