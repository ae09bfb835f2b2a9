package door

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func TestLimiter(t *testing.T) {
	l := NewLimiter(Limit{Name: "send", PerSource: 3, InAll: 5, Window: 10 * time.Minute}, Limit{Name: "bytes", PerSource: 100, Window: time.Hour})
	take := func(source string, after time.Duration, want bool, uses ...Use) time.Duration {
		t.Helper()
		wait, over := l.Take(source, noon.Add(after), uses...)
		if (wait == 0) != want || (over == "") != want {
			t.Errorf("%s after %v: %v %q, wanted %v", source, after, wait, over, want)
		}
		return wait
	}
	send := Use{"send", 1}
	for range 3 {
		take("a", 0, true, send)
	}
	wait := take("a", time.Minute, false, send)
	take("b", time.Minute, true, send)
	// Where one of two is exceeded, none is used.
	take("c", time.Minute, false, send, Use{"bytes", 101})
	take("", time.Minute, true, send)
	take("", time.Minute, false, send) // five in all
	take("d", time.Minute, false, send)
	if wait <= 9*time.Minute || wait > 20*time.Minute {
		t.Errorf("the fourth is told to wait %v", wait)
	}
	// A third of the window further, room for one of three, though what all did lasts too.
	take("a", time.Minute+wait, true, send)
	take("a", time.Minute+wait, false, send)
	// After two windows nothing is left.
	for range 3 {
		take("a", time.Hour, true, send)
	}
	// A clock that is set back locks nobody out.
	for range 3 {
		take("a", -time.Hour, true, send)
	}
}

// TestSlowRequest: who came before a window began and asks when it runs, since their form came slowly, has nobody's count forgotten: not
// their own, and not that of others.
func TestSlowRequest(t *testing.T) {
	l := NewLimiter(Limit{Name: "send", PerSource: 3, InAll: 5, Window: 10 * time.Minute})
	take := func(source string, after time.Duration, want bool) {
		t.Helper()
		if wait, _ := l.Take(source, noon.Add(after), Use{"send", 1}); (wait == 0) != want {
			t.Errorf("%s after %v: told to wait %v", source, after, wait)
		}
	}
	l.Take("z", noon, Use{"send", 1})
	for range 3 {
		take("a", 20*time.Minute, true)
	}
	for _, early := range []time.Duration{time.Nanosecond, time.Minute, BodyTime, BodyTime + 5*time.Second} {
		take("a", 20*time.Minute-early, false)
	}
	take("b", 15*time.Minute, true)
	take("a", 21*time.Minute, false)
	take("b", 21*time.Minute, true)
	take("c", 21*time.Minute, false) // five in all
}

// TestWaitIsEnough: who waits as long as they were told is let in if nobody else came, and who comes a
// second earlier is not.
func TestWaitIsEnough(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		l := NewLimiter(Limit{Name: "x", PerSource: 1 + r.Int64N(100), Window: time.Hour})
		now := noon
		var wait time.Duration
		amount := int64(1)
		for wait == 0 {
			now = now.Add(time.Duration(r.Int64N(int64(5 * time.Minute))))
			amount = min(1+r.Int64N(10), l.counts["x"].PerSource)
			wait, _ = l.Take("a", now, Use{"x", amount})
		}
		if early := wait - 2*time.Second; early > 0 {
			if w, _ := l.Take("a", now.Add(early), Use{"x", amount}); w == 0 {
				t.Fatalf("let in after %v of %v", early, wait)
			}
		}
		if w, _ := l.Take("a", now.Add(wait), Use{"x", amount}); w != 0 {
			t.Fatalf("told to wait %v, and then %v more", wait, w)
		}
	}
}

// TestSlidingWindow: in no window more than the limit and what fades of the one before.
func TestSlidingWindow(t *testing.T) {
	l := NewLimiter(Limit{Name: "x", PerSource: 60, Window: 10 * time.Minute})
	var taken []time.Time
	for now := noon; now.Before(noon.Add(3 * time.Hour)); now = now.Add(time.Second) {
		if w, _ := l.Take("a", now, Use{"x", 1}); w == 0 {
			taken = append(taken, now)
		}
	}
	most := 0
	for i := range taken {
		n := 0
		for _, at := range taken[i:] {
			if at.Sub(taken[i]) < 10*time.Minute {
				n++
			}
		}
		most = max(most, n)
	}
	if most > 75 { // 60 at once and what fades meanwhile
		t.Errorf("%d in one window", most)
	}
	if n := len(taken); n < 18*50 {
		t.Errorf("only %d in three hours", n)
	}
}

// TestGenerations: however many sources come, memory is bounded, and the heaviest is not forgiven at once.
func TestGenerations(t *testing.T) {
	l := NewLimiter(Limit{Name: "x", PerSource: 2, Window: time.Hour})
	c := l.counts["x"]
	c.mostSources = 100
	l.Take("heavy", noon, Use{"x", 2})
	for i := range 150 {
		l.Take(fmt.Sprint(i), noon, Use{"x", 1})
		if i == 120 {
			if w, _ := l.Take("heavy", noon, Use{"x", 1}); w == 0 {
				t.Error("the heaviest is forgiven when others come")
			}
		}
	}
	if n := len(c.now) + len(c.before); n > 200 {
		t.Errorf("%d sources are counted", n)
	}
}

func TestSlots(t *testing.T) {
	s := NewSlots(2, 3)
	a1, ok1 := s.Take("a")
	_, ok2 := s.Take("a")
	_, ok3 := s.Take("a")
	if !ok1 || !ok2 || ok3 {
		t.Error("two of one source", ok1, ok2, ok3)
	}
	_, ok4 := s.Take("")
	_, ok5 := s.Take("b")
	if !ok4 || ok5 {
		t.Error("three in all", ok4, ok5)
	}
	a1()
	a1()
	if _, ok := s.Take("b"); !ok {
		t.Error("a slot that was given back is not there")
	}
	if _, ok := s.Take("b"); ok {
		t.Error("a slot that was given back twice is there twice")
	}
}
