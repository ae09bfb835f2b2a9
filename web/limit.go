package web

import (
	"sync"
	"time"
)

// limiter keeps one address from sending more than 60 contributions in ten minutes: far above what
// people do, far below what a script wants. Addresses are forgotten with the window and written
// down nowhere.
type limiter struct {
	mu    sync.Mutex
	since time.Time
	count map[string]int
}

const (
	limitWindow = 10 * time.Minute
	limitCount  = 60
)

func newLimiter() *limiter { return &limiter{count: map[string]int{}} }

// allow counts one act of an address. Loopback is the operator's own and is not limited.
func (l *limiter) allow(remote string, now time.Time) bool {
	if remote == "127.0.0.1" || remote == "[::1" || remote == "" {
		return true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if now.Sub(l.since) > limitWindow || len(l.count) > 100_000 {
		clear(l.count)
		l.since = now
	}
	l.count[remote]++
	return l.count[remote] <= limitCount
}
