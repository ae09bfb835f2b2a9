package web_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/internal/script"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/record"
	"github.com/openplenary/plenary/settings"
)

// TestSharedPageIsFresh has many people act and then read one shared page: whoever reads after an act
// finds it there, whoever else is having the page made at that moment.
func TestSharedPageIsFresh(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for j := range 25 {
				c := settings.CiteDocument{Document: settings.Document{Title: locale.Plain(locale.English, fmt.Sprintf("Document %d.%d", i, j)), Source: "https://example.org/"}}
				_, err := h.sec.Do(t.Context(), script.DemoSlug, conversation.Ask{System: true, Received: h.sec.Now(), Command: c})
				if err != nil {
					t.Error(err)
					return
				}
				r := h.visitor().get("/en" + conv + "/documents")
				if want := fmt.Sprintf("Document %d.%d<", i, j); r.status != http.StatusOK || !strings.Contains(r.body, want) {
					t.Errorf("%d: the page has no %s", r.status, want)
					return
				}
			}
		})
	}
	wg.Wait()
}

// disk is an engine in memory whose commits wait while it hangs.
type disk struct {
	*record.Memory
	hangs atomic.Pointer[chan struct{}] // closed when the disk works again
	full  atomic.Bool                   // there is no room
	read  atomic.Pointer[func()]        // is done before rows are read
	torn  atomic.Int64                  // the position of a text that cannot be read

	commits func() // is called before each commit, nil for nothing
}

// Texts are the engine's, where the disk does not refuse one of them.
func (d *disk) Texts(ctx context.Context, id record.ID, at []cite.Position) ([]record.Row, error) {
	if slices.Contains(at, cite.Position(d.torn.Load())) {
		return nil, record.ErrAway
	}
	return d.Memory.Texts(ctx, id, at)
}

// Rows are the engine's.
func (d *disk) Rows(ctx context.Context, id record.ID, from, to cite.Position, each func(cite.Position, []byte, []byte) error) error {
	if do := d.read.Load(); do != nil {
		(*do)()
	}
	return d.Memory.Rows(ctx, id, from, to, each)
}

// Commit is the engine's, as soon as the disk works.
func (d *disk) Commit(b *record.Batch, done func(error)) {
	if d.full.Load() {
		done(record.ErrFull)
		return
	}
	if d.commits != nil {
		d.commits()
	}
	until := d.hangs.Load()
	if until == nil {
		d.Memory.Commit(b, done)
		return
	}
	go func() {
		<-*until
		if d.full.Load() {
			done(record.ErrFull)
			return
		}
		d.Memory.Commit(b, done)
	}()
}

// onItsWay waits until an entry after a position is there, not durable.
func (h *house) onItsWay(before cite.Position, answer <-chan error) (at cite.Position) {
	h.t.Helper()
	for {
		seen, err := h.sec.Peek(h.t.Context(), script.DemoSlug, func(*conversation.State) error { return nil })
		if err != nil {
			h.t.Fatal(err)
		}
		if seen.Position > before {
			return seen.Position
		}
		select {
		case err := <-answer:
			h.t.Fatal("nothing waits for the disk:", err)
		default:
			runtime.Gosched()
		}
	}
}

// TestKeptPageWaitsForNobody: while the disk hangs, a page that is kept and durable is answered at once, though what
// hangs will change it.
func TestKeptPageWaitsForNobody(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	const page, reason = "/en" + conv + "/c1", "A reason on its way to the disk"
	var moderator delegation.Participant
	if _, err := h.sec.Read(t.Context(), script.DemoSlug, func(st *conversation.State) error {
		moderator = st.Roll.Holders(delegation.Moderator)[0]
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	// The page stands since long before the last entry, which does not touch it.
	if r := h.visitor().contributes("On water."); r.status != http.StatusSeeOther {
		t.Fatal(r.status)
	}
	if r := h.visitor().get(page); r.status != http.StatusOK {
		t.Fatal(r.status)
	}
	works := make(chan struct{})
	h.disk.hangs.Store(&works)
	before := h.sec.Durable(script.DemoSlug)
	withheld := make(chan error, 1)
	go func() {
		_, err := h.sec.Do(context.Background(), script.DemoSlug, conversation.Ask{By: moderator, Received: h.sec.Now(),
			Command: consultation.Withhold{Contribution: "c1", Ground: "off_topic", Reason: reason}})
		withheld <- err
	}()
	h.onItsWay(before, withheld)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second) // only where it waits, which is the mistake
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, h.url+page, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal("a page that is kept waited for the disk:", err)
	}
	body, err := io.ReadAll(res.Body)
	if err := errors.Join(err, res.Body.Close()); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(body), reason) {
		t.Error("the page shows what is not durable")
	}
	close(works)
	if err := <-withheld; err != nil {
		t.Error(err)
	}
	if r := h.visitor().get(page); !strings.Contains(r.body, reason) {
		t.Error("the page does not show what is durable now")
	}
}

// TestKeptPageAfterALoss: a page is looked at while an entry that does not touch it is on its way, and that is lost. The entry that takes its place
// touches the page, and is shown.
func TestKeptPageAfterALoss(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	const page, reason = "/en" + conv + "/c1", "A reason in the place of what was lost"
	var moderator delegation.Participant
	if _, err := h.sec.Read(t.Context(), script.DemoSlug, func(st *conversation.State) error {
		moderator = st.Roll.Holders(delegation.Moderator)[0]
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if r := h.visitor().contributes("On water."); r.status != http.StatusSeeOther {
		t.Fatal(r.status)
	}
	if r := h.visitor().get(page); r.status != http.StatusOK {
		t.Fatal(r.status)
	}
	works := make(chan struct{})
	h.disk.hangs.Store(&works)
	before := h.sec.Durable(script.DemoSlug)
	sent, other := make(chan error, 1), h.visitor()
	go func() {
		if r := other.contributes("To be lost."); r.status == http.StatusSeeOther {
			sent <- nil
			return
		}
		sent <- record.ErrFull
	}()
	lost := h.onItsWay(before, sent)
	if r := h.visitor().get(page); r.status != http.StatusOK {
		t.Fatal(r.status)
	}
	h.disk.full.Store(true)
	close(works)
	if err := <-sent; err == nil {
		t.Fatal("it was not lost")
	}
	h.disk.full.Store(false)
	h.disk.hangs.Store(nil)
	got, err := h.sec.Do(t.Context(), script.DemoSlug, conversation.Ask{By: moderator, Received: h.sec.Now(),
		Command: consultation.Withhold{Contribution: "c1", Ground: "off_topic", Reason: reason}})
	if err != nil || got.Last > lost {
		t.Fatalf("up to %d, in the place of what was lost up to %d: %v", got.Last, lost, err)
	}
	if r := h.visitor().get(page); !strings.Contains(r.body, reason) {
		t.Error("the page does not show what took the place of what was lost")
	}
}
