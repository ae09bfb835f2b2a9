package door

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"
)

// book is a ledger in memory, with a clock of its own.
type book struct {
	mu     sync.Mutex
	totals map[told]Spent
	nodes  map[string]bool
	asked  int
	ahead  time.Duration // its clock before this machine's
	away   error
}

func newBook() *book { return &book{totals: map[told]Spent{}, nodes: map[string]bool{}} }

func (b *book) Exchange(_ context.Context, node string, more []Spent, _ time.Time) (s Standing, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.asked++
	if b.away != nil {
		return s, b.away
	}
	b.nodes[node] = true
	for _, m := range more {
		k := told{m.Limit, m.Source, m.Began.UnixMicro()}
		m.Amount += b.totals[k].Amount
		b.totals[k] = m
	}
	for _, t := range b.totals {
		s.Totals = append(s.Totals, t)
	}
	s.Now, s.Nodes = time.Now().Add(b.ahead), len(b.nodes)
	return s, nil
}

// together makes limiters that share a book and know of one another.
func together(t *testing.T, b *book, n int) (all []*Limiter) {
	t.Helper()
	for range n {
		l := NewLimiter(Limit{Name: "send", PerSource: 20, InAll: 50, Window: time.Hour}, Limit{Name: "bytes", PerSource: 1000, Window: time.Hour})
		l.Share(b, []byte("a key"))
		all = append(all, l)
	}
	for range 2 {
		for _, l := range all {
			if err := l.exchange(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	b.asked = 0
	return all
}

// TestTogether: whichever node is asked in turn, and however fast, a limit is that of one and at most a quarter more. The ledger, which knows nobody by name, is not asked
// for each act.
func TestTogether(t *testing.T) {
	b := newBook()
	nodes := together(t, b, 3)
	now := time.Now().Truncate(time.Hour).Add(time.Minute)
	let := map[string]int{}
	for i := range 3000 {
		source := []string{"192.0.2.1", "192.0.2.2", "192.0.2.3"}[i%3]
		if wait, _ := nodes[i/3%3].Take(source, now, Use{"send", 1}); wait == 0 {
			let[source]++
		}
	}
	sum := 0
	for source, n := range let {
		if sum += n; n > 20+5+2 {
			t.Errorf("%s: %d", source, n)
		}
	}
	if sum < 50 || sum > 50+12+2 {
		t.Errorf("let in: %v", let)
	}
	if b.asked == 0 || b.asked > 100 {
		t.Errorf("the ledger was asked %d times for 3000 acts", b.asked)
	}
	for k := range b.totals {
		if strings.Contains(k.source, "192") {
			t.Errorf("the ledger knows %q", k.source)
		}
	}
}

// TestTogetherSlowly: of acts that do not come all within the second in which nodes tell one another, exactly the limit is let in, and the ledger is asked
// for none of them; much at once is not refused for what others might have done.
func TestTogetherSlowly(t *testing.T) {
	b := newBook()
	nodes := together(t, b, 3)
	now := time.Now().Truncate(time.Hour).Add(time.Minute)
	for i, c := range []struct {
		node, amount int
		let          bool
	}{{0, 70, true}, {1, 70, true}, {2, 860, true}, {2, 1, false}, {0, 1, false}, {1, 1, false}} {
		b.asked = 0
		if wait, _ := nodes[c.node].Take("a", now, Use{"bytes", int64(c.amount)}); (wait == 0) != c.let || b.asked > 0 {
			t.Errorf("%d: %+v: %v, asked %d times", i, c, wait, b.asked)
		}
		for range 2 {
			for _, l := range nodes {
				if err := l.exchange(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}

// TestTogetherAtOnce: the same where all nodes are asked at the same moment by many.
func TestTogetherAtOnce(t *testing.T) {
	b := newBook()
	nodes := together(t, b, 3)
	now := time.Now().Truncate(time.Hour).Add(time.Minute)
	var wg sync.WaitGroup
	var mu sync.Mutex
	let := 0
	for _, l := range nodes {
		for range 4 {
			wg.Go(func() {
				for range 20 {
					if wait, _ := l.Take("a", now, Use{"send", 1}); wait == 0 {
						mu.Lock()
						let++
						mu.Unlock()
					}
				}
			})
		}
	}
	wg.Wait()
	if let < 20 || let > 20+5+12 { // each of those who ask may be one more
		t.Errorf("%d were let in where one node lets in 20", let)
	}
}

// TestTogetherAway: without the ledger each node counts by itself and does not keep asking; what it let in is told when the ledger is back.
func TestTogetherAway(t *testing.T) {
	b := newBook()
	nodes := together(t, b, 2)
	now := time.Now().Truncate(time.Hour).Add(time.Minute)
	b.away = errors.New("away")
	for _, l := range nodes {
		let := 0
		for range 30 {
			if wait, _ := l.Take("a", now, Use{"send", 1}); wait == 0 {
				let++
			}
		}
		if let != 20 {
			t.Errorf("a node by itself let in %d", let)
		}
	}
	if b.asked != 2 {
		t.Errorf("asked %d times", b.asked)
	}
	b.away = nil
	for _, l := range nodes {
		l.shared.rests = time.Time{}
		if err := l.exchange(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	for k, s := range b.totals {
		if k.source != "" && s.Amount != 40 {
			t.Errorf("told of %d", s.Amount)
		}
	}
}

// TestTogetherClocks: a node whose clock is hours off counts in the same windows.
func TestTogetherClocks(t *testing.T) {
	b := newBook()
	b.ahead = 5 * time.Hour
	nodes := together(t, b, 2)
	now := time.Now()
	for i := range 20 {
		if wait, _ := nodes[i%2].Take("a", now, Use{"send", 1}); wait != 0 {
			t.Error(i, wait)
		}
	}
	for range 2 {
		for _, l := range nodes {
			if err := l.exchange(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	if wait, _ := nodes[0].Take("a", now, Use{"send", 1}); wait == 0 {
		t.Error("more than the limit")
	}
	for k := range b.totals {
		if want := now.Add(b.ahead).Truncate(time.Hour).UnixMicro(); k.began != want && k.began != want+time.Hour.Microseconds() {
			t.Errorf("a window of %v", time.UnixMicro(k.began))
		}
	}
}
