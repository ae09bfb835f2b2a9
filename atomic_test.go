package plenary_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/record"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/settings"
)

// bulk is a command that makes as many facts as it says.
type bulk struct {
	Sizes []int // of each fact's data; some are more than an entry may hold
	Words []int // of each fact's words
}

func (b bulk) facts() []conversation.Fact {
	var out []conversation.Fact
	for i, n := range b.Sizes {
		f := conversation.Fact{Body: settings.Staged{Stage: settings.Stage{Number: i + 1, Kind: "session", Title: locale.Plain(locale.English, "Session"), State: settings.Held,
			Outcome: locale.Plain(locale.English, strings.Repeat("x", n))}, At: time.Unix(0, 0).UTC()}}
		if b.Words[i] > 0 {
			f.Words = cite.Words{"reason": strings.Repeat("y", b.Words[i])}
		}
		out = append(out, f)
	}
	return out
}

func (b bulk) tooLarge() bool {
	return slices.ContainsFunc(append(b.Sizes, b.Words...), func(n int) bool { return n > record.MaxPart })
}

// TestAskIsWhole: an ask makes all of its facts or none. Refused means that the head has not moved.
func TestAskIsWhole(t *testing.T) {
	w := ferries(t)
	w.sec.Rules(func(st *conversation.State, a conversation.Ask) ([]conversation.Fact, error) {
		if b, ok := a.Command.(bulk); ok {
			return b.facts(), nil
		}
		return st.Decide(a)
	}, nil)
	r := rand.New(rand.NewPCG(3, 4))
	refused := 0
	for i := range 60 {
		b := bulk{}
		for range 1 + r.IntN(5) {
			size := func() int {
				if r.IntN(6) == 0 {
					return record.MaxPart + 1
				}
				return r.IntN(2000)
			}
			b.Sizes, b.Words = append(b.Sizes, size()), append(b.Words, size())
		}
		ask := conversation.Ask{By: officer, Received: time.Now(), Token: fmt.Sprint("bulk ", i), Command: b}
		before, head, _ := w.digest()
		a, err := w.sec.Do(t.Context(), "ferries", ask)
		after, now, _ := w.digest()
		switch {
		case b.tooLarge():
			refused++
			if kindOf(err) != refusal.TooLarge || now != head || after != before || w.sec.Durable("ferries") != head {
				t.Fatalf("refused: %v; the head went from %d to %d", err, head, now)
			}
		case err != nil || a.First != head+1 || a.Last != head+cite.Position(len(b.Sizes)) || now != a.Last:
			t.Fatalf("%+v %v; the head went from %d to %d, with %d facts", a, err, head, now, len(b.Sizes))
		}
	}
	if refused == 0 {
		t.Fatal("nothing was too large")
	}
}

// TestAfterClose: whoever asks while the instance ends is answered, and when it has ended nothing is made any more.
func TestAfterClose(t *testing.T) {
	for i := range 50 {
		w := ferries(t)
		var asks sync.WaitGroup
		for n := range 8 {
			asks.Go(func() {
				if _, err := w.sec.Do(context.Background(), "ferries", submit(n, "")); err != nil && kindOf(err) != refusal.TryAgain {
					t.Error(err)
				}
			})
		}
		if i%2 == 0 {
			runtime.Gosched()
		}
		if err := w.sec.Close(); err != nil {
			t.Fatal(err)
		}
		asks.Wait()
		before, err := w.log.Records()
		if err != nil {
			t.Fatal(err)
		}
		_, head, _ := w.digest()
		en := locale.Plain(locale.English, "Late")
		if _, err := w.sec.Convene(context.Background(), conversation.Ask{By: officer, Received: time.Now(), Command: conversation.Convene{Slug: "late", Title: en,
			Languages: []locale.Lang{locale.English}, Categories: []settings.Label{{ID: "individual", Name: en}}, Officer: officer}}); kindOf(err) != refusal.TryAgain {
			t.Fatal(err)
		}
		if _, err := w.sec.Do(context.Background(), "ferries", submit(9, "")); kindOf(err) != refusal.TryAgain {
			t.Fatal(err)
		}
		if after, err := w.log.Records(); err != nil || len(after) != len(before) {
			t.Fatal("what was convened left a record:", err)
		}
		if _, now, _ := w.digest(); now != head {
			t.Fatalf("the head went from %d to %d", head, now)
		}
	}
}

// TestFailedConvene: a conversation that could not be convened leaves nothing behind, here or after a start:
// no address, no row in the list, no writer.
func TestFailedConvene(t *testing.T) {
	convene := func(outcome int) conversation.Ask {
		en := func(s string) locale.Text { return locale.Plain(locale.English, s) }
		return conversation.Ask{By: officer, Received: time.Now(), Command: conversation.Convene{Slug: "half", Title: en("Half"), Languages: []locale.Lang{locale.English},
			Categories: []settings.Label{{ID: "individual", Name: en("Individual")}}, Officer: officer,
			Stages: []settings.Stage{{Number: 1, Kind: "session", Title: en("Session"), State: settings.Held, Outcome: en("fine")},
				{Number: 2, Kind: "session", Title: en("Session"), State: settings.Held, Outcome: en(strings.Repeat("x", outcome))}}}}
	}
	w := ferries(t)
	gone := func(when string) {
		t.Helper()
		if list := w.sec.Conversations(); !slices.Equal(list, []string{"ferries"}) {
			t.Fatalf("%s: %q", when, list)
		}
		if _, err := w.sec.Read(t.Context(), "half", func(*conversation.State) error { return nil }); kindOf(err) != refusal.Hidden {
			t.Fatalf("%s: half a conversation is shown: %v", when, err)
		}
	}
	records := func() int {
		metas, err := w.log.Records()
		if err != nil {
			t.Fatal(err)
		}
		return len(metas)
	}
	before, routines := records(), runtime.NumGoroutine()
	if _, err := w.sec.Convene(t.Context(), convene(record.MaxPart)); len(refusal.Of(err)) == 0 {
		t.Fatal("a stage too large:", err)
	}
	if records() != before {
		t.Error("a refused conversation left a record")
	}
	gone("refused")
	full := error(record.ErrFull)
	w.engine.fail.Store(&full)
	if _, err := w.sec.Convene(t.Context(), convene(1)); kindOf(err) != refusal.TryAgain {
		t.Fatal("on a full disk:", err)
	}
	w.engine.fail.Store(nil)
	gone("on a full disk")
	for runtime.NumGoroutine() > routines { // it ends by itself, or the test does not
		runtime.Gosched()
	}
	_ = w.sec.Close()
	w = newWorld(t, w.engine)
	defer w.sec.Close()
	gone("after a start")
	if _, err := w.sec.Convene(t.Context(), convene(1)); err != nil {
		t.Fatal("the address is not free:", err)
	}
	_ = w.sec.Close()
	w = newWorld(t, w.engine)
	if list := w.sec.Conversations(); !slices.Equal(list, []string{"ferries", "half"}) {
		t.Fatalf("after a start: %q", list)
	}
}
