package plenary_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/conversation/receipt"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/record"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/settings"
)

// failing is an engine in memory that can be told to fail its next commits.
type failing struct {
	*record.Memory
	fail  atomic.Pointer[error]
	gate  chan struct{} // when set, commits wait for it
	late  chan func()   // when set, commits are on their way until somebody runs them, in order
	right atomic.Pointer[record.Right]
	away  atomic.Bool // nothing is reached
	read  func()      // when set, happens after texts were read from the disk and before they are handed on
}

// Distant says that it may be away.
func (f *failing) Distant() bool { return true }

// Sequence notes the right that was given last.
func (f *failing) Sequence(ctx context.Context, id record.ID) (record.Right, error) {
	if f.away.Load() {
		return nil, errAway
	}
	r, err := f.Memory.Sequence(ctx, id)
	if err == nil {
		f.right.Store(&r)
	}
	return r, err
}

var errAway = fmt.Errorf("%w: %w", record.ErrNotWritten, record.ErrAway)

func (f *failing) Rows(ctx context.Context, id record.ID, from, to cite.Position, each func(cite.Position, []byte, []byte) error) error {
	if f.away.Load() {
		return errAway
	}
	return f.Memory.Rows(ctx, id, from, to, each)
}

func (f *failing) Texts(ctx context.Context, id record.ID, at []cite.Position) ([]record.Row, error) {
	rows, err := f.Memory.Texts(ctx, id, at)
	if f.read != nil {
		f.read()
	}
	return rows, err
}

func (f *failing) Commit(b *record.Batch, done func(error)) {
	if f.late != nil {
		f.late <- func() { f.commit(b, done) }
		return
	}
	f.commit(b, done)
}

func (f *failing) commit(b *record.Batch, done func(error)) {
	if f.gate != nil {
		<-f.gate
	}
	if err := f.fail.Load(); err != nil {
		done(*err)
		return
	}
	f.Memory.Commit(b, done)
}

type world struct {
	t      *testing.T
	engine *failing
	sec    *plenary.Secretariat
	log    *record.Log
}

func newWorld(t *testing.T, e *failing) *world {
	t.Helper()
	w := over(t, e)
	w.engine = e
	return w
}

// over is a Secretariat over an engine.
func over(t *testing.T, e record.Engine) *world {
	t.Helper()
	key, err := record.NewKey(bytes.NewReader(make([]byte, 64)))
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t}
	if w.log, err = record.Open(e, record.Options{Key: key, Now: time.Now}); err != nil {
		t.Fatal(err)
	}
	if w.sec, err = plenary.NewSecretariat(t.Context(), plenary.Options{Log: w.log, Now: time.Now, Random: rand.Reader, Secret: make([]byte, 32)}); err != nil {
		t.Fatal(err)
	}
	return w
}

const officer delegation.Participant = 7

// ferries is a conversation with a paper and an open call.
func ferries(t *testing.T) *world {
	w := newWorld(t, &failing{Memory: record.NewMemory()})
	t.Cleanup(func() { _ = w.sec.Close() })
	w.convene()
	return w
}

// convene makes the conversation, its paper and its call.
func (w *world) convene() {
	w.t.Helper()
	en := func(s string) locale.Text { return locale.Plain(locale.English, s) }
	ask := conversation.Ask{By: officer, Received: time.Now(), Command: conversation.Convene{Slug: "ferries", Title: en("Ferries"), Languages: []locale.Lang{locale.English},
		Categories: []settings.Label{{ID: "individual", Name: en("Individual")}}, Officer: officer}}
	if _, err := w.sec.Convene(w.t.Context(), ask); err != nil {
		w.t.Fatal(err)
	}
	w.must(conversation.Ask{By: officer, Command: paper.Publish{Kind: paper.IssuesPaper, Symbol: "F/1", Title: en("Paper"), Date: "2026-01-01",
		Elements: []paper.Element{{Kind: paper.Paragraph, Number: "1", Text: en("Boats.")}}}})
	w.must(conversation.Ask{By: officer, Command: consultation.AnnounceCall{Title: en("Call"), Paper: "p1", Opens: time.Now().Add(-time.Hour), Closes: time.Now().Add(time.Hour),
		Late: consultation.LateKept, Moderation: consultation.ModerateAfter}})
}

func (w *world) must(a conversation.Ask) plenary.Answer {
	w.t.Helper()
	a.Received = time.Now()
	out, err := w.sec.Do(w.t.Context(), "ferries", a)
	if err != nil {
		w.t.Fatal(err)
	}
	return out
}

func submit(n int, token string) conversation.Ask {
	return conversation.Ask{By: delegation.Participant(100 + n), For: delegation.Party(100 + n), Token: token, Assurance: consultation.Anonymous, Received: time.Now(),
		Command: consultation.Submit{Call: "k1", Category: "individual", Parts: []consultation.SubmitPart{{On: "p1.e1.x1", Language: locale.English, Text: fmt.Sprintf("text %d", n)}}}}
}

func (w *world) digest() (d string, head cite.Position, received int) {
	w.t.Helper()
	at, err := w.sec.Read(w.t.Context(), "ferries", func(s *conversation.State) error {
		d, received = s.Digest(), s.Consultation.Total().Received
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return d, at, received
}

func kindOf(err error) refusal.Kind {
	rs := refusal.Of(err)
	if len(rs) == 0 {
		return 255
	}
	return rs[0].Kind
}

// TestFullDisk: what could not be written is not acknowledged and not to be seen; when there is room
// again the same asks go through, and the state is that of a replay.
func TestFullDisk(t *testing.T) {
	w := ferries(t)
	before, _, _ := w.digest()
	full := error(record.ErrFull)
	w.engine.fail.Store(&full)
	var wg sync.WaitGroup
	for i := 0; i < 20; i++ {
		wg.Go(func() {
			if _, err := w.sec.Do(t.Context(), "ferries", submit(i, fmt.Sprintf("t%d", i))); kindOf(err) != refusal.TryAgain {
				t.Errorf("ask %d: %v", i, err)
			}
		})
	}
	wg.Wait()
	w.engine.fail.Store(nil)
	after := func() (string, int) {
		for {
			d, _, n := w.try()
			if d != "" {
				return d, n
			}
		}
	}
	if d, n := after(); d != before || n != 0 {
		t.Fatalf("what was refused left a trace: %d received", n)
	}
	for i := 0; i < 20; i++ {
		wg.Go(func() {
			for {
				_, err := w.sec.Do(t.Context(), "ferries", submit(i, fmt.Sprintf("t%d", i)))
				if err == nil {
					return
				}
				if kindOf(err) != refusal.TryAgain {
					t.Errorf("ask %d: %v", i, err)
					return
				}
			}
		})
	}
	wg.Wait()
	live, _, n := w.digest()
	if n != 20 {
		t.Fatalf("%d received, want 20", n)
	}
	_ = w.sec.Close()
	again := newWorld(t, w.engine)
	defer again.sec.Close()
	if replayed, _, _ := again.digest(); replayed != live {
		t.Error("a replay is another state than the live one")
	}
}

func (w *world) try() (d string, at cite.Position, n int) {
	at, err := w.sec.Read(w.t.Context(), "ferries", func(s *conversation.State) error {
		d, n = s.Digest(), s.Consultation.Total().Received
		return nil
	})
	if err != nil {
		return "", 0, 0
	}
	return d, at, n
}

// TestUnknownOutcome: after a failed fsync nothing is written any more; reading goes on.
func TestUnknownOutcome(t *testing.T) {
	w := ferries(t)
	w.must(submit(1, ""))
	failed := fmt.Errorf("fsync: input/output error")
	w.engine.fail.Store(&failed)
	if _, err := w.sec.Do(t.Context(), "ferries", submit(2, "")); err == nil {
		t.Fatal("acknowledged after a failed fsync")
	}
	w.engine.fail.Store(nil)
	if _, err := w.sec.Do(t.Context(), "ferries", submit(3, "")); kindOf(err) != refusal.TryAgain {
		t.Error("written after a failed fsync:", err)
	}
	if w.sec.Halted("ferries") == nil {
		t.Error("nobody is told that the record is read only")
	}
	for {
		if d, _, n := w.try(); d != "" {
			if n != 1 {
				t.Errorf("%d received", n)
			}
			break
		}
	}
}

// TestNothingBeforeItIsDurable: neither an answer, nor a refusal, nor a page.
func TestNothingBeforeItIsDurable(t *testing.T) {
	w := ferries(t)
	w.engine.gate = make(chan struct{})
	answered := make(chan string, 3)
	go func() {
		_, err := w.sec.Do(context.Background(), "ferries", submit(1, "t"))
		answered <- fmt.Sprint("first ", err)
	}()
	for { // until it is applied ahead
		seen := make(chan int, 1)
		ctx, cancel := context.WithCancel(context.Background())
		go func() {
			_, _ = w.sec.Read(ctx, "ferries", func(s *conversation.State) error { seen <- s.Consultation.Total().Received; return nil })
		}()
		n := <-seen
		cancel()
		if n == 1 {
			break
		}
	}
	go func() {
		_, err := w.sec.Do(context.Background(), "ferries", submit(2, "t")) // the same token: a refusal about the first
		answered <- fmt.Sprint("second ", err)
	}()
	go func() {
		at, err := w.sec.Read(context.Background(), "ferries", func(*conversation.State) error { return nil })
		answered <- fmt.Sprint("page ", at, err)
	}()
	select {
	case a := <-answered:
		t.Fatal("told before it was durable:", a)
	case <-time.After(50 * time.Millisecond): // nothing is waited for here: that nothing comes is the point
	}
	close(w.engine.gate)
	for i := 0; i < 3; i++ {
		<-answered
	}
}

// TestTokens: a repeated ask gets its first answer; another under the same token is refused.
func TestTokens(t *testing.T) {
	w := ferries(t)
	first := w.must(submit(1, "once"))
	again := w.must(submit(1, "once"))
	if again.First != first.First || len(again.Refs) != 1 || again.Refs[0] != first.Refs[0] || !again.Again {
		t.Errorf("first %+v, again %+v", first, again)
	}
	if _, err := w.sec.Do(t.Context(), "ferries", submit(2, "once")); kindOf(err) != refusal.Conflict {
		t.Error("another ask under the same token:", err)
	}
	if _, _, n := w.digest(); n != 1 {
		t.Errorf("%d received", n)
	}
}

// TestReadersAgree: readers at one position see equal states while writers write.
func TestReadersAgree(t *testing.T) {
	w := ferries(t)
	ctx, cancel := context.WithCancel(t.Context())
	var wg, readers sync.WaitGroup
	var mu sync.Mutex
	seen := map[cite.Position]string{}
	for r := 0; r < 3; r++ {
		readers.Go(func() {
			for ctx.Err() == nil {
				d, at, _ := w.try()
				mu.Lock()
				if was, ok := seen[at]; ok && was != d && d != "" {
					t.Errorf("two states at position %d", at)
				}
				if d != "" {
					seen[at] = d
				}
				mu.Unlock()
			}
		})
	}
	for i := 0; i < 8; i++ {
		wg.Go(func() {
			for n := 0; n < 10; n++ {
				if _, err := w.sec.Do(ctx, "ferries", submit(i*100+n, "")); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	cancel()
	readers.Wait()
	if _, _, n := w.digest(); n != 80 {
		t.Errorf("%d received", n)
	}
}

// TestAnotherKey: a record that began with another key than the one in the directory may be read and not written.
func TestAnotherKey(t *testing.T) {
	w := ferries(t)
	_ = w.sec.Close()
	key, err := record.NewKey(bytes.NewReader(bytes.Repeat([]byte{9}, 64)))
	if err != nil {
		t.Fatal(err)
	}
	log, err := record.Open(w.engine, record.Options{Key: key, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	sec, err := plenary.NewSecretariat(t.Context(), plenary.Options{Log: log, Now: time.Now, Random: rand.Reader, Secret: make([]byte, 32)})
	if sec == nil || !errors.Is(err, record.ErrDamaged) {
		t.Fatal("another key is taken:", err)
	}
	defer sec.Close()
	if _, err := sec.Do(t.Context(), "ferries", submit(1, "")); kindOf(err) != refusal.TryAgain || sec.Halted("ferries") == nil {
		t.Error("written under another key:", err)
	}
	if _, err := sec.Read(t.Context(), "ferries", none); err != nil {
		t.Error(err)
	}
}

// TestConvenedOnce: a conversation that exists is not convened again, at its address or inside it.
func TestConvenedOnce(t *testing.T) {
	w := ferries(t)
	en := locale.Plain(locale.English, "Ferries")
	ask := conversation.Ask{By: officer, Received: time.Now(), Command: conversation.Convene{Slug: "ferries", Title: en, Languages: []locale.Lang{locale.English},
		Categories: []settings.Label{{ID: "individual", Name: en}}, Officer: officer}}
	before, _, _ := w.digest()
	if _, err := w.sec.Convene(t.Context(), ask); len(refusal.Of(err)) != 1 || refusal.Of(err)[0].Key != "conversation.slug_taken" {
		t.Error("at its address:", err)
	}
	if _, err := w.sec.Do(t.Context(), "ferries", ask); len(refusal.Of(err)) != 1 || refusal.Of(err)[0].Key != "conversation.exists" {
		t.Error("inside it:", err)
	}
	if after, _, _ := w.digest(); after != before {
		t.Error("it is another now")
	}
}

// TestConvenedInDemonstration: what is convened beside a demonstration is marked as one, in its record, its name and its
// receipts; beside a real conversation it is not.
func TestConvenedInDemonstration(t *testing.T) {
	en := locale.Plain(locale.English, "Ferries")
	for _, marked := range []bool{false, true} {
		w := newWorld(t, &failing{Memory: record.NewMemory()})
		for _, slug := range []string{"first", "second"} {
			ask := conversation.Ask{By: officer, Received: time.Now(), Command: conversation.Convene{Slug: slug, Title: en, Languages: []locale.Lang{locale.English},
				Categories: []settings.Label{{ID: "individual", Name: en}}, Officer: officer, Demonstration: marked && slug == "first"}}
			if _, err := w.sec.Convene(t.Context(), ask); err != nil {
				t.Fatal(err)
			}
			got := false
			if _, err := w.sec.Read(t.Context(), slug, func(st *conversation.State) error { got = st.Demonstration; return nil }); err != nil {
				t.Fatal(err)
			}
			if got != marked {
				t.Errorf("%s: marked %v, want %v", slug, got, marked)
			}
		}
	}
}

// TestCheckReceipt: of a receipt that was changed it says what is wrong with it.
func TestCheckReceipt(t *testing.T) {
	w := ferries(t)
	w.must(submit(1, "a"))
	r, err := w.sec.Receipt(t.Context(), "ferries", "c1", "http://ferries.example/c/ferries/c1")
	if err != nil {
		t.Fatal(err)
	}
	good, err := plenary.EncodeReceipt(r)
	if err != nil {
		t.Fatal(err)
	}
	flip := func(b []byte) []byte {
		b = bytes.Clone(b)
		b[len(b)/2] ^= 1
		return b
	}
	for want, change := range map[string]func(*consultation.Receipt){
		"":        func(*consultation.Receipt) {},
		"format":  func(r *consultation.Receipt) { r.Format = "another/1" },
		"path":    func(r *consultation.Receipt) { r.Proof.Checkpoint = flip(r.Proof.Checkpoint) },
		"key":     func(r *consultation.Receipt) { r.Key = "somebody+00000000+AAAA" },
		"data":    func(r *consultation.Receipt) { r.Data = flip(r.Data) },
		"text":    func(r *consultation.Receipt) { r.Text = flip(r.Text) },
		"meaning": func(r *consultation.Receipt) { r.Meaning.Rule = consultation.Late },
	} {
		x := *r
		change(&x.Receipt)
		b, err := plenary.EncodeReceipt(&x)
		if err != nil {
			t.Fatal(err)
		}
		if c := w.sec.CheckReceipt(t.Context(), b); c.Wrong != want || want == "" && (c.Slug != "ferries" || c.SignedBy == "" || c.Words["1.text"] != "text 1") {
			t.Errorf("%q is named, want %q: %+v", c.Wrong, want, c.Lines)
		}
	}
	for _, b := range [][]byte{nil, []byte("{}"), good[:len(good)/2], append(bytes.Clone(good), '{'), bytes.Replace(good, []byte(`"notice"`), []byte(`"other"`), 1), bytes.Replace(good, []byte(`{`), []byte(`{"other": 1,`), 1)} {
		if c := w.sec.CheckReceipt(t.Context(), b); c.Wrong != "format" && !bytes.Equal(b, good) {
			t.Errorf("%q is wrong with %.40q", c.Wrong, b)
		}
	}
}

// TestWatch: who watches a reference is told when it is touched, and not for others.
func TestWatch(t *testing.T) {
	w := ferries(t)
	from := w.sec.Durable("ferries")
	got := make(chan cite.Position, 2)
	go func() {
		p, err := w.sec.Watch(t.Context(), "ferries", from, "p1.x1")
		if err != nil {
			t.Error(err)
		}
		got <- p
	}()
	a := w.must(submit(1, ""))
	if p := <-got; p < a.Last {
		t.Errorf("told at %d of what stands at %d", p, a.Last)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := w.sec.Watch(ctx, "ferries", w.sec.Durable("ferries"), "p1.x1"); err == nil {
		t.Error("told of nothing")
	}
	if at, err := w.sec.Watch(t.Context(), "ferries", from, "k1"); err != nil || at < a.Last {
		t.Error("what happened before is not told at once:", at, err)
	}
}

// TestJointReceiptReadOnly: while nothing may be written, and what a party did since cannot be signed, the receipt of what several parties
// submitted is given out without the parties, and is genuine.
func TestJointReceiptReadOnly(t *testing.T) {
	w := ferries(t)
	do := func(by delegation.Participant, party delegation.Party, command any, with ...delegation.Joining) {
		t.Helper()
		w.must(conversation.Ask{By: by, For: party, With: with, Assurance: consultation.EmailProven, Received: time.Now(), Command: command})
	}
	for n := range 2 {
		party := delegation.Party(201 + n)
		do(officer, 0, delegation.EnterParty{Party: party, Category: "individual", Name: fmt.Sprint("Party ", n)})
		do(officer, 0, delegation.Authorise{Participant: delegation.Participant(301 + n), Party: party})
	}
	said := submit(1, "").Command.(consultation.Submit)
	said.Known = true
	do(301, 201, said, delegation.Joining{Party: 202, By: 302})
	get := func() *receipt.File {
		t.Helper()
		r, err := w.sec.Receipt(t.Context(), "ferries", "c1", "http://ferries.example/c/ferries/c1")
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	before := get()
	if before.Format != receipt.JointFormat || len(before.Parties) != 2 || before.Parties[1].Name != "Party 1" {
		t.Fatalf("%s %+v", before.Format, before.Parties)
	}
	do(302, 202, delegation.Align{Contribution: "c1", Stand: delegation.Dissociated})
	broken := errors.New("the disk went away")
	w.engine.fail.Store(&broken)
	_, _ = w.sec.Do(t.Context(), "ferries", submit(3, "c"))
	if w.sec.Halted("ferries") == nil {
		t.Fatal("a disk that went away does not stop writing")
	}
	for tries := 0; ; tries++ {
		r, err := w.sec.Receipt(t.Context(), "ferries", "c1", "http://ferries.example/c/ferries/c1")
		if rs := refusal.Of(err); len(rs) > 0 && rs[0].Key == "try_again" && tries < 1_000 { // the state is being folded again
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if before.Parties, before.Format = nil, consultation.ReceiptFormat; !reflect.DeepEqual(r, before) {
			t.Errorf("%s with %d parties", r.Format, len(r.Parties))
		}
		break
	}
}

// TestReceiptReadOnly: while nothing may be written, a receipt that was made before is the same bytes; one that
// would need a new signature is refused with a sentence that says what to do.
func TestReceiptReadOnly(t *testing.T) {
	w := ferries(t)
	w.must(submit(1, "a"))
	tryAgain := errors.New("not tried yet")
	receipt := func(ref cite.Ref) ([]byte, error) {
		var r *receipt.File
		err := tryAgain
		for errors.Is(err, tryAgain) || len(refusal.Of(err)) > 0 && refusal.Of(err)[0].Key == "try_again" { // the state is being folded again
			r, err = w.sec.Receipt(t.Context(), "ferries", ref, "http://ferries.example/c/ferries/"+string(ref))
		}
		if err != nil {
			return nil, err
		}
		return plenary.EncodeReceipt(r)
	}
	before, err := receipt("c1")
	if err != nil {
		t.Fatal(err)
	}
	w.must(submit(2, "b"))
	broken := errors.New("the disk went away")
	w.engine.fail.Store(&broken)
	if _, err := w.sec.Do(t.Context(), "ferries", submit(3, "c")); kindOf(err) != refusal.TryAgain {
		t.Fatal(err)
	}
	if w.sec.Halted("ferries") == nil {
		t.Fatal("a disk that went away does not stop writing")
	}
	after, err := receipt("c1")
	if err != nil || !bytes.Equal(before, after) {
		t.Errorf("a receipt that was made before: %v", err)
	}
	if _, err := receipt("c2"); kindOf(err) != refusal.TryAgain || refusal.Of(err)[0].Key != "record.no_receipt" {
		t.Errorf("a receipt that needs a new signature: %v", err)
	}
	if c, err := w.sec.Checkpoint("ferries"); err != nil { // of what was acknowledged; nothing is damaged
		t.Errorf("%s %v", c, err)
	}
	w.log.Halt(record.ID("nobody"), fmt.Errorf("%w: a test says so", record.ErrDamaged))
	w.engine.fail.Store(nil)
	if _, err := w.sec.Convene(t.Context(), conversation.Ask{By: officer, Received: time.Now(), Command: conversation.Convene{Slug: "bridges", Title: locale.Plain(locale.English, "Bridges"), Languages: []locale.Lang{locale.English},
		Categories: []settings.Label{{ID: "individual", Name: locale.Plain(locale.English, "Individual")}}, Officer: officer}}); kindOf(err) != refusal.TryAgain {
		t.Errorf("convened beside damage: %v", err)
	}
}

// TestErasedReason: who erases a contribution that was withheld erases the reason too, and entries say both.
func TestErasedReason(t *testing.T) {
	w := ferries(t)
	a := w.must(submit(1, "a"))
	b := w.must(conversation.Ask{By: officer, Command: consultation.Withhold{Contribution: a.Refs[0], Ground: "personal_data", Reason: "She gives her address."}})
	w.must(conversation.Ask{By: officer, Command: conversation.Erase{Contribution: a.Refs[0], Ground: "personal_data"}})
	words, err := w.sec.Words(t.Context(), "ferries", []cite.Position{a.First, b.First})
	if err != nil || len(words) != 0 {
		t.Errorf("what is left: %v %v", words, err)
	}
	log, id, err := w.sec.Record("ferries")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := log.Verify(t.Context(), id); err != nil {
		t.Error(err)
	}
	if _, err := w.sec.Read(t.Context(), "ferries", func(s *conversation.State) error {
		for _, p := range []cite.Position{a.First, b.First} {
			if _, ok := s.Erased(p); !ok {
				t.Errorf("no entry says that the words of %d were erased", p)
			}
		}
		if n := s.Consultation.Total(); n.Erased != 1 || !n.Holds() {
			t.Errorf("%+v", n)
		}
		return nil
	}); err != nil {
		t.Error(err)
	}
}

// TestTakenAway: what was erased in entries that are missing is not read, though it is stored still.
func TestTakenAway(t *testing.T) {
	w := ferries(t)
	at := w.must(submit(1, "a")).Last
	kept := w.must(submit(2, "b")).Last
	read := func() (n int) {
		words, err := w.sec.Words(t.Context(), "ferries", []cite.Position{at, kept})
		if err != nil || words[kept] == nil {
			t.Fatal(words, err)
		}
		return len(words)
	}
	if n := read(); n != 2 {
		t.Errorf("the words of %d entries are read", n)
	}
	w.sec.TakeAway("ferries", at)
	if n := read(); n != 1 {
		t.Errorf("what was taken away is read: the words of %d entries", n)
	}
}
