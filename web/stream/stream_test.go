package stream

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/a-h/templ"
	"github.com/openplenary/plenary/cite"
)

// TestBoardRendersForAll: 200 readers who come while others write cause at most five renderings of a page a second, and
// each has, at the end, what the page says at the end. Time is that of a bubble: nothing waits for a clock.
func TestBoardRendersForAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var head cite.Position // the record
		built, rendered := 0, 0
		read := func() cite.Position {
			mu.Lock()
			defer mu.Unlock()
			return head
		}
		feed := Feed{Key: "page", Head: 1, Fragments: func(context.Context) (cite.Position, []*Fragment, error) {
			mu.Lock()
			defer mu.Unlock()
			built++
			at := head
			return at, []*Fragment{{ID: "counts", Changed: at, Render: func() templ.Component { rendered++; return templ.Raw(fmt.Sprint("at ", at)) }},
				{ID: "still", Changed: 1, Render: func() templ.Component { rendered++; return templ.Raw("as it was") }}}, nil
		}}
		head = 1
		s := &Streams{}
		ctx, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		const seconds, last = 4, 4 * 100
		wg.Go(func() { // somebody writes, a hundred times a second
			for p := cite.Position(2); p <= last; p++ {
				time.Sleep(10 * time.Millisecond)
				mu.Lock()
				head = p
				mu.Unlock()
			}
		})
		begin := func(ctx context.Context, b *board) {
			tick := time.NewTicker(time.Millisecond)
			defer tick.Stop()
			for {
				select {
				case <-ctx.Done():
					return
				case <-tick.C:
				}
				if at := read(); at > b.stands() {
					if _, err := b.upTo(ctx, at); err != nil && ctx.Err() == nil {
						t.Error(err)
					}
				}
			}
		}
		ends := make([]string, 200)
		for i := range ends {
			wg.Go(func() {
				time.Sleep(time.Duration(i) * 19 * time.Millisecond)
				from := read()
				f := feed
				f.Head = from
				b, leave := s.follow(&f, begin)
				defer leave()
				for from < last {
					at, body, more, err := b.since(from)
					if err != nil {
						t.Error(err)
						return
					}
					if more == nil {
						from, ends[i] = at, string(body)
						if strings.Contains(ends[i], "as it was") {
							t.Error("what did not change was sent again")
						}
						continue
					}
					select {
					case <-more:
					case <-ctx.Done():
						return
					}
				}
			})
		}
		wg.Wait()
		cancel()
		synctest.Wait() // the board has seen that nobody follows
		for i, end := range ends {
			if !strings.Contains(end, fmt.Sprint("at ", last)) {
				t.Errorf("reader %d ended with %q", i, end)
			}
		}
		if most := 5 * (seconds + 1); built > most || built < seconds {
			t.Errorf("built %d times in %d s, want at most %d", built, seconds, most)
		}
		if rendered > built {
			t.Errorf("%d fragments were rendered for %d changes", rendered, built)
		}
		if len(s.boards) > 0 {
			t.Error("a page is watched that nobody follows")
		}
	})
}

// TestBoardFails: when a page cannot be made, those who follow it come to an end and can come again.
func TestBoardFails(t *testing.T) {
	s := &Streams{}
	wrong := errors.New("wrong")
	b, leave := s.follow(&Feed{Key: "page"}, func(_ context.Context, b *board) { b.fail(wrong) })
	_, _, more, err := b.since(0)
	if err == nil {
		<-more
		_, _, _, err = b.since(0)
	}
	if !errors.Is(err, wrong) {
		t.Error(err)
	}
	leave()
	again, leave := s.follow(&Feed{Key: "page"}, func(context.Context, *board) {})
	defer leave()
	if again == b {
		t.Error("the same board again")
	}
}

// TestStandsFrom: a page that nothing happened to since it was read stands at the head, and nothing is made for it; so does one
// whose reader comes back and names an event at which nothing was missed.
func TestStandsFrom(t *testing.T) {
	t.Parallel()
	for _, last := range []string{"", "6"} {
		if from, ok := standsFrom(t.Context(), &Feed{From: 5, Head: 7, Touched: 5}, last, nil); from != 7 || !ok {
			t.Errorf("after %q the page stands from %d, %t", last, from, ok)
		}
	}
}

// TestStandsAhead: a reader who comes from a node that has read further is told nothing that is older than what they have, and all that is newer; one who names
// what is not on the record is told everything.
func TestStandsAhead(t *testing.T) {
	t.Parallel()
	for last, want := range map[string]cite.Position{"7": 7, "9": 9, "1007": 1007, "1008": 7, "9223372036854775807": 7} {
		if from, ok := standsFrom(t.Context(), &Feed{From: 5, Head: 7, Touched: 7}, last, nil); from != want || !ok {
			t.Errorf("after %q the page stands from %d, not %d: %t", last, from, want, ok)
		}
	}
}
