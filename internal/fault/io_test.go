package fault

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/internal/fault/kept"
	"github.com/openplenary/plenary/internal/verifier"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// TestDiskFaults fails every single call that stores something, each in several ways, while thirty
// contributions come: twelve one after the other, then an erasure (which folds the write-ahead log in and
// cuts it off), then eighteen, six at a time. Each time the same questions are asked, on what a crash
// leaves and on what a power cut leaves.
func TestDiskFaults(t *testing.T) {
	quick := quickRoom(t)
	home := filepath.Join(quick, "home")
	seed(t, home, "now+30d", "\nsubmit => $spare\n  as: @sam\n  call: comments\n  on: general\n  category: individual\n  language: en\n  text: To be erased.\n")
	// A run without faults counts the calls.
	total := faultRun(t, quick, home, "", 0, fault{})
	if t.Failed() {
		return
	}
	ways := []fault{{err: syscall.EIO}, {err: syscall.ENOSPC}, {err: syscall.EIO, forever: true}, {err: syscall.ENOSPC, forever: true}}
	runs, hits := 0, map[string]int{}
	begin := time.Now()
	for _, kind := range slices.Sorted(maps.Keys(total)) {
		how := ways
		if strings.HasPrefix(kind, "write ") {
			how = append([]fault{{err: syscall.ENOSPC, short: true}, {err: syscall.EIO, short: true}}, ways...)
		}
		for n := 1; n <= total[kind]; n += step(total[kind]) {
			for i, w := range how {
				// Of the many writes of the log each is failed in one of the ways, in turn.
				if total[kind] > 100 && os.Getenv("PLENARY_SOAK") == "" && (i+n)%len(how) > 0 {
					continue
				}
				faultRun(t, quick, home, kind, n, w)
				runs++
				if theDisk.failed() != "" {
					hits[kind+" "+w.String()]++
				}
				if t.Failed() {
					t.Fatalf("at %s number %d, %s", kind, n, w)
				}
			}
		}
	}
	t.Logf("calls of a run without faults: %v", total)
	for _, k := range slices.Sorted(maps.Keys(hits)) {
		t.Logf("%4d × %s", hits[k], k)
	}
	t.Logf("%d runs in %s: 0 acknowledged lost, 0 doubled", runs, time.Since(begin).Round(time.Second))
}

func step(calls int) int {
	if testing.Short() {
		return 1 + calls/12
	}
	return 1
}

// TestDiskLies is about the instrument: a disk whose syncs say "done" and do nothing must be found out
// after a power cut, and only there.
func TestDiskLies(t *testing.T) {
	quick := quickRoom(t)
	home, dir, cut := filepath.Join(quick, "home"), filepath.Join(quick, "run"), filepath.Join(quick, "cut")
	seed(t, home, "now+30d", "")
	copyDir(t, home, dir)
	theDisk.set("sync wal", 1, fault{forever: true})
	in, err := plenary.OpenInstance(context.Background(), plenary.InstanceOptions{Dir: dir, VFS: diskName})
	if err != nil {
		t.Fatal(err)
	}
	var all []*told
	for i := range 10 {
		a := tell(in, &sent{Token: newToken(), Text: fmt.Sprintf("Saying %d.", i)})
		if a.err != nil {
			t.Fatal(a.err)
		}
		all = append(all, a)
	}
	readable(t, in, all)
	theDisk.powerCut(t, dir, cut)
	crash := filepath.Join(quick, "crash")
	copyDir(t, dir, crash)
	if err := in.Close(); err != nil {
		t.Fatal(err)
	}
	reopen(t, crash, all, nil) // a crash of the process loses nothing
	w := &witness{TB: t}
	reopen(w, cut, all, nil)
	if len(w.said) == 0 {
		t.Error("a power cut lost ten acknowledged contributions, and nobody noticed")
	}
	if err := strings.Join(w.said, "\n"); !strings.Contains(err, "acknowledged entries are missing") {
		t.Errorf("the start does not say what is wrong: %s", err)
	}
}

// witness hears failures without failing.
type witness struct {
	testing.TB
	said []string
}

func (w *witness) Error(args ...any) { w.said = append(w.said, fmt.Sprint(args...)) }
func (w *witness) Errorf(format string, args ...any) {
	w.said = append(w.said, fmt.Sprintf(format, args...))
}
func (w *witness) Helper() {}

// told is a contribution given to the Secretariat directly.
type told struct {
	*sent
	at  cite.Position
	err error
}

func ask(c *sent) conversation.Ask {
	h := uint64(1)
	for _, b := range []byte(c.Token) {
		h = h*31 + uint64(b)
	}
	return conversation.Ask{Token: c.Token, By: delegation.Participant(h), Assurance: consultation.Anonymous,
		Command: consultation.Submit{Call: comments, Category: "individual", Parts: []consultation.SubmitPart{{On: on, Language: locale.English, Text: c.Text}}}}
}

func tell(in *plenary.Instance, c *sent) *told {
	a := ask(c)
	a.For = delegation.Party(a.By)
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	answer, err := in.Do(ctx, slug, a)
	out := &told{sent: c, at: answer.First, err: err}
	if err == nil {
		c.Ref = string(answer.Refs[0])
	}
	return out
}

// faultRun plays the script with one fault and checks everything. It gives the calls that were counted.
func faultRun(t *testing.T, quick, home, kind string, nth int, how fault) map[string]int {
	t.Helper()
	dir := filepath.Join(quick, "run")
	copyDir(t, home, dir)
	defer os.RemoveAll(dir)
	theDisk.set(kind, nth, how)
	ctx := context.Background()
	in, err := plenary.OpenInstance(ctx, plenary.InstanceOptions{Dir: dir, VFS: diskName})
	if in == nil {
		if theDisk.failed() == "" {
			t.Errorf("does not open: %v", err)
		}
		// It failed while it was opened: then nothing was acknowledged, and the next start is well.
		reopen(t, dir, nil, nil)
		return theDisk.counts()
	}
	if err != nil && theDisk.failed() == "" {
		t.Errorf("damage without a fault: %v", err)
	}
	var all []*told
	say := func(i int) *told {
		c := &sent{Token: newToken(), Text: fmt.Sprintf("Saying %d. %s", i, strings.Repeat("Cattle should pay. ", 20*i))}
		return tell(in, c)
	}
	// refuses: once a sync of the write-ahead log or a write has failed for another reason than a full
	// disk, whether the batch is on the disk is unknown, and nothing may be acknowledged after it.
	refuses := func() bool {
		hit := theDisk.failed()
		return hit == "sync wal" || hit == "write wal" && errors.Is(how.err, syscall.EIO)
	}
	judge := func(a *told, after bool) {
		all = append(all, a)
		// A single ENOSPC on a disk that has room is not told apart from another I/O error (its number is
		// lost in SQLite), so that writing stops: that is the safe side. A disk that is full: TestDiskFull.
		if a.err == nil && after && refuses() {
			t.Errorf("acknowledged after a failed %s: %s", theDisk.failed(), a.Ref)
		}
		if a.err != nil {
			if theDisk.failed() == "" {
				t.Errorf("refused without a fault: %v", a.err)
			}
			if rs := refusal.Of(a.err); len(rs) == 0 || rs[0].Kind != refusal.TryAgain {
				t.Errorf("not a clean refusal: %v", a.err)
			}
		}
	}
	for i := 1; i <= 12; i++ {
		after := theDisk.failed() != ""
		judge(say(i), after)
	}
	var officer delegation.Participant
	if _, err := in.Read(ctx, slug, func(st *conversation.State) error {
		officer = st.Roll.Holders(delegation.Officer)[0]
		return nil
	}); err != nil && theDisk.failed() == "" {
		t.Error(err)
	}
	_, eraseErr := in.Do(ctx, slug, conversation.Ask{By: officer, Command: conversation.Erase{Contribution: "c1", Ground: "at_request"}})
	if eraseErr != nil && theDisk.failed() == "" {
		t.Errorf("erase: %v", eraseErr)
	}
	for i := 13; i <= 30; i += 6 {
		after := theDisk.failed() != ""
		var six [6]*told
		var wait sync.WaitGroup
		for j := range six {
			wait.Go(func() { six[j] = say(i + j) })
		}
		wait.Wait()
		for _, a := range six {
			judge(a, after)
		}
	}
	// It stays readable: everything acknowledged can be read, and nothing else is shown as if it were.
	readable(t, in, all)
	if refuses() && in.Halted(slug) == nil {
		t.Errorf("does not say that it is read only after a failed %s", theDisk.failed())
	}
	cut := filepath.Join(quick, "cut")
	theDisk.powerCut(t, dir, cut)
	defer os.RemoveAll(cut)
	crash := filepath.Join(quick, "crash")
	copyDir(t, dir, crash)
	defer os.RemoveAll(crash)
	closeErr := in.Close()
	if closeErr != nil && theDisk.failed() == "" {
		t.Errorf("close: %v", closeErr)
	}
	counts := theDisk.counts()
	cutClosed := filepath.Join(quick, "cut-closed")
	theDisk.powerCut(t, dir, cutClosed)
	defer os.RemoveAll(cutClosed)
	left := []string{cut, crash, cutClosed, dir}
	if os.Getenv("PLENARY_SOAK") == "" { // two of the four, in turn
		left = [][]string{{cut, dir}, {crash, cutClosed}}[nth%2]
	}
	for _, d := range left {
		reopen(t, d, all, eraseErr)
		if t.Failed() {
			t.Logf("in %s", filepath.Base(d))
			break
		}
	}
	return counts
}

func readable(t *testing.T, in *plenary.Instance, all []*told) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	for _, a := range all {
		if a.err != nil {
			continue
		}
		var err error
		for range 100 {
			_, err = in.Read(ctx, slug, func(st *conversation.State) error {
				row, ok := st.Consultation.Row(cite.Ref(a.Ref))
				if !ok || row.Position != a.at {
					return fmt.Errorf("%s is not where it was acknowledged", a.Ref)
				}
				return nil
			})
			if rs := refusal.Of(err); len(rs) == 0 || rs[0].Kind != refusal.TryAgain {
				break
			}
			time.Sleep(20 * time.Millisecond) // the state is being folded again after a commit that failed
		}
		if err != nil {
			t.Errorf("cannot be read after a failed %s: %v", theDisk.failed(), err)
			return
		}
		w, err := in.Words(ctx, slug, []cite.Position{a.at})
		if err != nil || w[a.at]["1.text"] != a.Text {
			t.Errorf("%s reads otherwise after a failed %s: %v", a.Ref, theDisk.failed(), err)
			return
		}
	}
}

// reopen opens without faults what was left: every acknowledged contribution is there once, the others are
// there whole or not at all, and a retry of each has one result.
func reopen(t testing.TB, dir string, all []*told, eraseErr error) {
	t.Helper()
	ctx := context.Background()
	in, err := plenary.OpenInstance(ctx, plenary.InstanceOptions{Dir: dir})
	if err != nil {
		t.Errorf("on reopening: %v", err)
		if in != nil {
			in.Close()
		}
		return
	}
	for _, a := range all {
		c := *a.sent
		again := tell(in, &c)
		if again.err != nil {
			t.Errorf("%s cannot be sent again: %v", a.Ref, again.err)
			break
		}
		if a.err == nil && (again.Ref != a.Ref || again.at != a.at) {
			t.Errorf("acknowledged as %s at %d, after reopening it is %s at %d", a.Ref, a.at, again.Ref, again.at)
		}
	}
	log, id, err := in.Record(slug)
	if err == nil {
		_, err = log.Verify(ctx, id)
	}
	if err := errors.Join(err, in.Close()); err != nil {
		t.Error(err)
	}
	if r, err := verifier.Database(ctx, filepath.Join(dir, "record.db")); err != nil {
		t.Error(r, err)
	}
	if all == nil {
		return
	}
	l, err := kept.Read(dir, true)
	if err != nil {
		t.Error(err)
		return
	}
	want := map[string]bool{}
	for _, a := range all {
		want[a.Text] = true
		if n := len(l.ByText[a.Text]); n != 1 {
			t.Errorf("%d times on the record: %.40q", n, a.Text)
		}
		if a.err == nil && !slices.Equal(l.ByText[a.Text], []string{a.Ref}) {
			t.Errorf("acknowledged as %s, on the record: %v", a.Ref, l.ByText[a.Text])
		}
	}
	for text := range l.ByText {
		if !want[text] && text != "To be erased." && text != "" {
			t.Errorf("nobody sent %.40q", text)
		}
	}
	if eraseErr == nil && len(l.ByText["To be erased."]) > 0 {
		t.Error("what was erased is there again")
	}
}
