package cluster

import (
	"bufio"
	"context"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// follower follows a page live through the balancer as the page's own script does: where the stream ends it asks for it again after half a
// second, and names the last event that it has.
type follower struct {
	url    string
	client *http.Client

	mu    sync.Mutex
	lost  bool // it has no stream
	begun time.Time
	away  time.Duration // from begun until it last found another
	moved int           // how often it did
	at    int64         // of the last event
	back  int           // events that stand before one that came already
}

// again is how long the script of a page waits before it asks for its stream again.
const again = 500 * time.Millisecond

// follow follows until the context ends.
func (f *follower) follow(ctx context.Context) {
	for ctx.Err() == nil {
		f.once(ctx)
		pause(ctx, again)
	}
}

// once follows one stream to its end.
func (f *follower) once(ctx context.Context) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, f.url, nil)
	if err != nil {
		return
	}
	if at := f.last(); at > 0 {
		req.Header.Set("Last-Event-ID", strconv.FormatInt(at, 10))
	}
	r, err := f.client.Do(req)
	if err != nil {
		return
	}
	defer r.Body.Close()
	if r.StatusCode != http.StatusOK {
		return
	}
	f.found()
	defer f.lose()
	for in := bufio.NewReader(r.Body); ; {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		if id, ok := strings.CutPrefix(strings.TrimSpace(line), "id: "); ok {
			f.event(id)
		}
	}
}

func (f *follower) event(id string) {
	n, err := strconv.ParseInt(id, 10, 64)
	f.mu.Lock()
	defer f.mu.Unlock()
	if err != nil || n <= f.at {
		f.back++
		return
	}
	f.at = n
}

func (f *follower) found() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.away, f.lost = time.Since(f.begun), false
	f.moved++
}

func (f *follower) lose() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.lost = true
}

// last is the position of the last event.
func (f *follower) last() int64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.at
}

// begin forgets what was before a fault.
func (f *follower) begin() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.begun, f.away, f.moved = time.Now(), 0, 0
}

// followers are several who follow one page.
type followers []*follower

// newFollowers begins to follow a page, until the context ends.
func newFollowers(ctx context.Context, url string, many int) (all followers) {
	for range many {
		f := &follower{url: url, client: &http.Client{Transport: &http.Transport{}}, lost: true}
		all = append(all, f)
		go f.follow(ctx)
	}
	return all
}

// there reports whether all have a stream, and have it up to a position.
func (all followers) there(at int64) bool {
	for _, f := range all {
		f.mu.Lock()
		ok := !f.lost && f.at >= at
		f.mu.Unlock()
		if !ok {
			return false
		}
	}
	return true
}

// moved is how many found another stream since begin, after how long the last of them did, and how many events came out of their order.
func (all followers) moved() (many int, away time.Duration, back int) {
	for _, f := range all {
		f.mu.Lock()
		if f.moved > 0 {
			many++
		}
		away, back = max(away, f.away), back+f.back
		f.mu.Unlock()
	}
	return many, away, back
}

// page is the stream of the list of contributions, through the balancer.
func (c *Cluster) page() string { return c.balancer.url() + "/en/c/" + slug + "/live?page=list&from=0" }
