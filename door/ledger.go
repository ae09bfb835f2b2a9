package door

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"sync"
	"time"
)

// Spent is how much of a limit a source used in one window, or all together where Source is "".
type Spent struct {
	Limit  string
	Source string // not who it is: a keyed hash
	Began  time.Time
	Until  time.Time // when nobody looks at it any more
	Amount int64
}

// Ledger is where nodes that serve together write what they let in, so that a limit holds for all of them.
type Ledger interface {
	// Exchange adds what a node let in since it last did, and gives what all nodes together did: of everything that changed since an instant
	// of the ledger's own clock, which is given too.
	Exchange(ctx context.Context, node string, more []Spent, since time.Time) (Standing, error)
}

// Standing is what a ledger says: totals, its clock, and how many nodes use it.
type Standing struct {
	Totals []Spent
	Now    time.Time
	Nodes  int
}

// exchangeEvery is how often nodes tell one another what they let in; exchangeWait is how long one that must know it now waits, and
// exchangeRest how long it does not ask again where that failed.
const (
	exchangeEvery = time.Second
	exchangeWait  = 2 * time.Second
	exchangeRest  = 5 * time.Second
)

// shared is what a limiter knows of other nodes.
type shared struct {
	ledger Ledger
	key    []byte
	node   string

	one sync.Mutex // exchanges

	// guarded by the limiter's lock
	untold map[told]int64 // what this node let in and no other knows
	since  time.Time
	skew   time.Duration // the ledger's clock less this machine's
	nodes  int64
	rests  time.Time // until when nothing is asked, after a failure
}

// told is what an amount is told of.
type told struct {
	limit, source string
	began         int64
}

// Share has a limiter count together with those of other nodes that have the same ledger and the same key. Of sources only hashes with the key
// leave this process. Share comes before the limiter is used.
//
// Nodes tell one another each second. What a node let in and has not told yet it counts fourfold, once for each node; where that would be too much
// it asks the ledger at once, and then knows. So nobody is refused who has not used up a limit; the ledger is asked once in a second and not for each
// act, but of a source that is in a hurry; and however many nodes there are, they let in a quarter more than the limit at most, and one
// act more each, and that only within a second. While the ledger cannot be reached each node counts by itself.
func (l *Limiter) Share(ledger Ledger, key []byte) {
	l.shared = &shared{ledger: ledger, key: key, node: rand.Text(), untold: map[told]int64{}, nodes: 1}
}

// Run tells other nodes what was let in, until the context ends.
func (l *Limiter) Run(ctx context.Context) {
	if l.shared == nil {
		return
	}
	for {
		_ = l.exchange(ctx) // asked again in a second
		select {
		case <-time.After(exchangeEvery):
		case <-ctx.Done():
			return
		}
	}
}

// hashed is what a source is called among nodes.
func (s *shared) hashed(source string) string {
	if source == "" {
		return ""
	}
	m := hmac.New(sha256.New, s.key)
	m.Write([]byte(source))
	return string(m.Sum(nil)[:16])
}

// hurry is how often what was not told yet counts for each node.
const hurry = 4

// takeShared is Take where other nodes count too.
func (l *Limiter) takeShared(source string, now time.Time, uses []Use) (wait time.Duration, over string) {
	source = l.shared.hashed(source)
	wait, over, unsure := l.takeHurried(source, now, uses)
	if wait == 0 {
		return 0, ""
	}
	if unsure {
		ctx, cancel := context.WithTimeout(context.Background(), exchangeWait)
		defer cancel()
		_ = l.exchange(ctx) // else each counts by itself
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.take(source, now.Add(l.shared.skew), 0, uses)
}

// takeHurried is Take as if every node let in as much as this one just now; unsure says that a refusal is for that alone.
func (l *Limiter) takeHurried(source string, now time.Time, uses []Use) (wait time.Duration, over string, unsure bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now = now.Add(l.shared.skew)
	if wait, over = l.take(source, now, hurry*l.shared.nodes-1, uses); wait > 0 {
		known, _ := l.room(source, now, 0, uses)
		unsure = known == 0
	}
	return wait, over, unsure
}

// tell notes what other nodes are to be told. Where they cannot be told for long, not everything is noted.
func (s *shared) tell(c *count, source string, n int64) {
	k := told{c.Name, source, c.began.UnixMicro()}
	if _, there := s.untold[k]; there || len(s.untold) < maxSources {
		s.untold[k] += n
	}
}

// exchange tells and is told.
func (l *Limiter) exchange(ctx context.Context) error {
	s := l.shared
	s.one.Lock()
	defer s.one.Unlock()
	l.mu.Lock()
	if time.Now().Before(s.rests) {
		l.mu.Unlock()
		return context.DeadlineExceeded
	}
	mine, since := s.untold, s.since
	s.untold = map[told]int64{}
	var more []Spent
	for k, n := range mine {
		began := time.UnixMicro(k.began)
		more = append(more, Spent{k.limit, k.source, began, began.Add(2 * l.counts[k.limit].Window), n})
	}
	l.mu.Unlock()

	began := time.Now()
	standing, err := s.ledger.Exchange(ctx, s.node, more, since)

	l.mu.Lock()
	defer l.mu.Unlock()
	if err != nil {
		for k, n := range mine {
			s.untold[k] += n
		}
		if ctx.Err() == nil || time.Since(began) >= exchangeWait {
			s.rests = time.Now().Add(exchangeRest)
		}
		return err
	}
	s.since, s.skew, s.nodes = standing.Now, standing.Now.Sub(began), max(1, int64(standing.Nodes))
	for _, t := range standing.Totals {
		if c := l.counts[t.Limit]; c != nil { // else a limit of a newer program
			c.turn(standing.Now, true)
			c.total(t, s.untold[told{t.Limit, t.Source, t.Began.UnixMicro()}])
		}
	}
	return nil
}

// total takes what all nodes together let in.
func (c *count) total(t Spent, untold int64) {
	n := t.Amount + untold
	switch now := t.Began.Equal(c.began); {
	case !now && !t.Began.Equal(c.began.Add(-c.Window)): // nobody looks at it any more
	case t.Source == "" && now:
		c.allNow = n
	case t.Source == "":
		c.allBefore = n
	case now:
		c.know(t.Source)
		c.now[t.Source] = n
	case len(c.before) < c.mostSources || c.before[t.Source] > 0:
		c.before[t.Source] = n
	}
}
