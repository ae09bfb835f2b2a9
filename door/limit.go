package door

import (
	"fmt"
	"sync"
	"time"
)

// Limit is how much may be done in a while.
type Limit struct {
	Name      string
	PerSource int64 // 0: not counted by source
	InAll     int64 // 0: not counted in all
	Window    time.Duration
}

// Use is how much of a limit an act uses up.
type Use struct {
	Limit  string
	Amount int64
}

// Limiter counts acts against limits, over a window that slides: what was used counts in full while its
// window lasts and fades away over the next one. Its methods may be called from many goroutines.
type Limiter struct {
	mu     sync.Mutex
	counts map[string]*count
	shared *shared // nil where nobody else counts
}

// maxSources is how many sources one generation counts. Where more come in one window, the oldest generation
// is given up early: never all at once.
const maxSources = 1 << 16

// count is what was used of one limit, in the window that runs (now) and in the one before.
type count struct {
	Limit
	began             time.Time
	now, before       map[string]int64
	allNow, allBefore int64
	mostSources       int
}

// NewLimiter makes a limiter. It panics where two limits have one name or a window is not positive: that
// is a mistake in the program.
func NewLimiter(limits ...Limit) *Limiter {
	l := &Limiter{counts: map[string]*count{}}
	for _, x := range limits {
		if l.counts[x.Name] != nil || x.Window <= 0 {
			panic("door: the limit " + x.Name + " is there twice or has no window")
		}
		l.counts[x.Name] = &count{Limit: x, now: map[string]int64{}, before: map[string]int64{}, mostSources: maxSources}
	}
	return l
}

// Take uses limits up, all of them or, where one would be exceeded, none. It returns 0 when they were
// taken; else how long to wait, at least a second, until the same would be taken if nothing else came,
// and which limit it was. A source of "" is counted in all only.
func (l *Limiter) Take(source string, now time.Time, uses ...Use) (wait time.Duration, over string) {
	if l.shared != nil {
		return l.takeShared(source, now, uses)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.take(source, now, 0, uses)
}

// room is how long uses must wait, 0 where there is room for all, and for which limit. What this node alone knows of counts so many times
// more. It is called with the lock held.
func (l *Limiter) room(source string, now time.Time, more int64, uses []Use) (wait time.Duration, over string) {
	for _, u := range uses {
		c := l.counts[u.Limit]
		if c == nil {
			panic(fmt.Sprintf("door: no limit %q", u.Limit))
		}
		if c.turn(now, l.shared != nil) && l.shared != nil {
			l.shared.since = time.Time{} // what all nodes let in is asked for once more
		}
		age := max(0, now.Sub(c.began)) // who asks late asks with the instant at which they came
		if source != "" && c.PerSource > 0 {
			if w := pause(used{c.before[source], c.now[source] + more*l.untold(c, source)}, u.Amount, c.PerSource, age, c.Window); w > wait {
				wait, over = w, u.Limit
			}
		}
		if c.InAll > 0 {
			if w := pause(used{c.allBefore, c.allNow + more*l.untold(c, "")}, u.Amount, c.InAll, age, c.Window); w > wait {
				wait, over = w, u.Limit
			}
		}
	}
	return wait, over
}

// untold is what no other node knows of.
func (l *Limiter) untold(c *count, source string) int64 {
	if l.shared == nil {
		return 0
	}
	return l.shared.untold[told{c.Name, source, c.began.UnixMicro()}]
}

// take uses limits up where there is room. It is called with the lock held.
func (l *Limiter) take(source string, now time.Time, more int64, uses []Use) (wait time.Duration, over string) {
	if wait, over = l.room(source, now, more, uses); wait > 0 {
		return max(wait, time.Second), over
	}
	for _, u := range uses {
		c := l.counts[u.Limit]
		c.allNow += u.Amount
		if l.shared != nil && c.InAll > 0 {
			l.shared.tell(c, "", u.Amount)
		}
		if source == "" || c.PerSource == 0 {
			continue
		}
		c.know(source)
		c.now[source] += u.Amount
		if l.shared != nil {
			l.shared.tell(c, source, u.Amount)
		}
	}
	return 0, ""
}

// know makes room for a source.
func (c *count) know(source string) {
	if _, known := c.now[source]; !known && len(c.now) >= c.mostSources {
		c.before, c.now = c.now, map[string]int64{}
	}
}

// turn begins a new window where the old one is over; those of several nodes begin at the same instants. Who came before it began, and
// took long to say what they want, is counted in it: a slow request must not have it forgotten what others did. It reports whether what was counted
// is forgotten though it may not be over: the clock was set back.
func (c *count) turn(now time.Time, together bool) (back bool) {
	began := now
	if together {
		began = now.Truncate(c.Window)
	}
	age := now.Sub(c.began)
	switch {
	case age > -2*BodyTime && age < c.Window:
		return false
	case age >= c.Window && age < 2*c.Window:
		c.began = c.began.Add(c.Window)
		c.before, c.now = c.now, map[string]int64{}
		c.allBefore, c.allNow = c.allNow, 0
		return false
	}
	// Nothing for two windows, or a clock that was set back.
	c.began = began
	c.before, c.now = map[string]int64{}, map[string]int64{}
	c.allBefore, c.allNow = 0, 0
	return age < 0
}

// used is what was used up of a limit: in the last window, and in the one that has begun.
type used struct{ before, now int64 }

// pause is how long an amount must wait, 0 where there is room. The window began age ago.
func pause(u used, amount, limit int64, age, window time.Duration) time.Duration {
	left := 1 - float64(age)/float64(window)
	if float64(u.before)*left+float64(u.now+amount) <= float64(limit) {
		return 0
	}
	if amount > limit {
		return 2 * window // never; asked again it is refused again
	}
	// In this window, when enough of the last one has faded.
	if room := limit - u.now - amount; room >= 0 {
		return fades(u.before, room, window) - age
	}
	// In the next one, when enough of this one has faded.
	return window - age + fades(u.now, limit-amount, window)
}

// fades is how far into a window what was used in the one before has faded to an amount.
func fades(used, to int64, window time.Duration) time.Duration {
	return time.Duration(float64(window)*(1-float64(to)/float64(used))) + time.Microsecond
}

// Slots bounds how many do something at once, for a source and in all. Its methods may be called from many
// goroutines.
type Slots struct {
	perSource, inAll int

	mu    sync.Mutex
	taken map[string]int
	all   int
}

// NewSlots makes slots: at most perSource of one source and inAll together.
func NewSlots(perSource, inAll int) *Slots {
	return &Slots{perSource: perSource, inAll: inAll, taken: map[string]int{}}
}

// Take takes a slot, which release gives back, once; ok is false where none is free. A source of "" is
// counted in all only.
func (s *Slots) Take(source string) (release func(), ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.all >= s.inAll || source != "" && s.taken[source] >= s.perSource {
		return nil, false
	}
	s.all++
	if source != "" {
		s.taken[source]++
	}
	return sync.OnceFunc(func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.all--
		if source == "" {
			return
		}
		if s.taken[source]--; s.taken[source] == 0 {
			delete(s.taken, source)
		}
	}), true
}
