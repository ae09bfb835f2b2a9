package plenary_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/record"
	"github.com/openplenary/plenary/refusal"
)

// poison marks the contribution at which a rule panics.
const poison = "a text at which a rule panics"

func poisoned(n int) conversation.Ask {
	a := submit(n, fmt.Sprintf("poison %d", n))
	c := a.Command.(consultation.Submit)
	c.Parts[0].Text = poison
	a.Command = c
	return a
}

// TestRuleThatPanics: the ask at which a rule panics is answered with an internal error; everybody else's
// asks and pages go on as if it had not been there, and the state is that of a replay.
func TestRuleThatPanics(t *testing.T) {
	panics := map[string]func(*plenary.Secretariat){
		"deciding": func(s *plenary.Secretariat) {
			s.Rules(func(st *conversation.State, a conversation.Ask) ([]conversation.Fact, error) {
				if c, ok := a.Command.(consultation.Submit); ok && c.Parts[0].Text == poison {
					panic("a rule that forgot something")
				}
				return st.Decide(a)
			}, nil)
		},
		"folding": func(s *plenary.Secretariat) {
			s.Rules(nil, func(st *conversation.State, at cite.Entry, fact cite.Fact) error {
				if f, ok := fact.(*consultation.Received); ok && f.Parts[0].Bytes == len(poison) {
					st.Zone = "half" // half applied
					panic("a fold that forgot something")
				}
				return st.Apply(at, fact)
			})
		},
	}
	for name, poison := range panics {
		t.Run(name, func(t *testing.T) { underPanics(t, poison) })
	}
}

func underPanics(t *testing.T, poison func(*plenary.Secretariat)) {
	var logged bytes.Buffer
	w := newWorld(t, &failing{Memory: record.NewMemory()})
	w.convene()
	_ = w.sec.Close()
	var err error
	if w.log, err = record.Open(w.engine, record.Options{Key: w.log.Key(), Now: time.Now}); err != nil {
		t.Fatal(err)
	}
	if w.sec, err = plenary.NewSecretariat(t.Context(), plenary.Options{Log: w.log, Now: time.Now, Random: rand.Reader, Secret: make([]byte, 32),
		Logger: slog.New(slog.NewTextHandler(&logged, nil))}); err != nil {
		t.Fatal(err)
	}
	poison(w.sec)

	const writers, each = 8, 12
	reading, stop := context.WithCancel(t.Context())
	var readers, wg sync.WaitGroup
	for range 3 {
		readers.Go(func() {
			for reading.Err() == nil {
				if _, err := w.sec.Read(reading, "ferries", func(st *conversation.State) error {
					if st.Zone == "half" {
						t.Error("a half applied state is shown")
					}
					return nil
				}); err != nil && reading.Err() == nil {
					t.Error("a page is hurt:", err)
				}
			}
		})
	}
	for i := range writers {
		wg.Go(func() {
			for n := range each {
				ask := submit(1000*i+n, fmt.Sprintf("t%d.%d", i, n))
				bad := n%4 == i%4
				if bad {
					ask = poisoned(1000*i + n)
				}
				a, err := w.sec.Do(t.Context(), "ferries", ask)
				switch {
				case bad && (err == nil || len(refusal.Of(err)) > 0 || a.First != 0):
					t.Errorf("the ask at which a rule panics is answered with %+v %v", a, err)
				case !bad && err != nil:
					t.Error("another's ask is hurt:", err)
				}
			}
		})
	}
	wg.Wait()
	stop()
	readers.Wait()
	live, _, n := w.digest()
	if n != writers*each*3/4 {
		t.Errorf("%d received", n)
	}
	_ = w.sec.Close()
	if got := strings.Count(logged.String(), " panicked\""); got != writers*each/4 {
		t.Errorf("%d panics were written down", got)
	}
	if !strings.Contains(logged.String(), "panic_test.go") {
		t.Error("no stack was written down")
	}
	again := newWorld(t, w.engine)
	defer again.sec.Close()
	if replayed, _, _ := again.digest(); replayed != live {
		t.Error("a replay is another state than the live one")
	}
}

// TestViewThatPanics: a view that panics hurts nobody but its own request.
func TestViewThatPanics(t *testing.T) {
	w := ferries(t)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 20 {
				func() {
					defer func() {
						if recover() == nil {
							t.Error("a panic was swallowed")
						}
					}()
					_, _ = w.sec.Read(t.Context(), "ferries", func(*conversation.State) error { panic("a view") })
				}()
			}
		})
	}
	for i := range 20 {
		if _, err := w.sec.Do(t.Context(), "ferries", submit(i, "")); err != nil {
			t.Error(err)
		}
	}
	wg.Wait()
	if _, _, n := w.digest(); n != 20 {
		t.Errorf("%d received", n)
	}
}

// TestReadersHoldNothing: while somebody reads, and reads, contributions are taken and others read what is new; and
// what the first one reads stays as it was.
func TestReadersHoldNothing(t *testing.T) {
	w := ferries(t)
	w.must(submit(1, ""))
	head, err := w.sec.Read(t.Context(), "ferries", func(st *conversation.State) error {
		before := st.Digest()
		for n := range 20 {
			a := w.must(submit(n+2, ""))
			if _, err := w.sec.Read(t.Context(), "ferries", func(now *conversation.State) error {
				if _, ok := now.Consultation.Row(a.Refs[0]); !ok || now.Head != a.Last {
					t.Errorf("after entry %d a reader sees %d", a.Last, now.Head)
				}
				return nil
			}); err != nil {
				return err
			}
		}
		if st.Digest() != before || st.Consultation.Len() != 1 {
			t.Error("what somebody reads has changed under them")
		}
		return nil
	})
	if err != nil || head != w.sec.Durable("ferries")-20 {
		t.Errorf("read at %d of %d: %v", head, w.sec.Durable("ferries"), err)
	}
}
