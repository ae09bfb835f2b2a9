package mail

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	netmail "net/mail"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/mail/post"
	"github.com/openplenary/plenary/mail/post/posttest"
	"github.com/openplenary/plenary/private"
	"github.com/openplenary/plenary/private/privatetest"
	"github.com/openplenary/plenary/refusal"
)

var (
	ctx = context.Background()
	t0  = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
)

// clock is a clock that a test sets.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

// transportFunc is a transport made of a function.
type transportFunc func(context.Context, post.Message) error

func (f transportFunc) Send(ctx context.Context, m post.Message) error { return f(ctx, m) }

func openDB(t *testing.T, dir string) *private.DB {
	t.Helper()
	db, err := privatetest.Open(t, filepath.Join(dir, "private.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func open(t *testing.T, db *private.DB, tr post.Transport, now func() time.Time) *Queue {
	t.Helper()
	q, err := NewQueue(db, tr, "Plenary <noreply@plenary.example>", now)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// transport leads to a server.
func transport(t *testing.T, s *posttest.Server, change func(*post.SMTPConfig)) post.Transport {
	t.Helper()
	c := post.SMTPConfig{Host: "127.0.0.1", Port: s.Port(), From: "Plenary <noreply@plenary.example>", Timeout: 5 * time.Second}
	if change != nil {
		change(&c)
	}
	tr, err := post.SMTP(c)
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

func newQueue(t *testing.T, tr post.Transport) (*Queue, *clock) {
	t.Helper()
	c := &clock{t: t0}
	return open(t, openDB(t, t.TempDir()), tr, c.now), c
}

func note(to string, position cite.Position) post.Message {
	return post.Message{To: to, Subject: "Received", Text: "Your contribution was received.\n", Lang: locale.English, Notice: "receipt", Slug: "ai", Participant: 7, Position: position}
}

func put(t *testing.T, q *Queue, m post.Message) {
	t.Helper()
	if err := q.Put(ctx, m); err != nil {
		t.Fatal(err)
	}
}

func flush(t *testing.T, q *Queue, want int) {
	t.Helper()
	n, err := q.Flush(ctx)
	if err != nil || n != want {
		t.Fatalf("%d sent, %v, want %d", n, err, want)
	}
}

func counts(t *testing.T, q *Queue, want map[string]int) {
	t.Helper()
	got, err := q.Count(ctx)
	if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%v, %v, want %v", got, err, want)
	}
}

func TestPutAndFlush(t *testing.T) {
	box := &post.Mailbox{}
	q, c := newQueue(t, box)
	m := note("Maria@Example.org", 3)
	m.Subject, m.Participant = "Two\r\nBcc: all@example.org\nlines", 1<<63+1
	put(t, q, m)
	put(t, q, note("b@example.org", 4))
	counts(t, q, map[string]int{post.Queued: 2})
	c.add(time.Second)
	flush(t, q, 2)
	all := box.All()
	if len(all) != 2 || all[0].To != "b@example.org" {
		t.Fatalf("%+v", all)
	}
	got := box.To("maria@example.org")
	if len(got) != 1 {
		t.Fatal(all)
	}
	g := got[0]
	if g.To != "Maria@example.org" || g.Subject != "Two Bcc: all@example.org lines" || g.Text != m.Text || g.Participant != 1<<63+1 || g.Position != 3 || g.Slug != "ai" || g.Notice != "receipt" ||
		g.State != post.Sent || g.Tries != 1 || !g.Made.Equal(t0) || !g.Sent.Equal(t0.Add(time.Second)) || g.Lang != locale.English {
		t.Errorf("%+v", g)
	}
	if local, host, _ := strings.Cut(g.MessageID, "@"); len(local) != 26 || host != "plenary.example" {
		t.Error(g.MessageID)
	}
	flush(t, q, 0)
	counts(t, q, map[string]int{post.Sent: 2})
}

func TestOneLetterPerPositionAndNotice(t *testing.T) {
	box := &post.Mailbox{}
	q, _ := newQueue(t, box)
	put(t, q, note("a@example.org", 3))
	put(t, q, note("a@example.org", 3))
	flush(t, q, 1)
	put(t, q, note("a@example.org", 3)) // after it was sent, too
	flush(t, q, 0)
	other := note("a@example.org", 3)
	other.Notice = "published"
	put(t, q, other)
	other = note("a@example.org", 3)
	other.Participant = 8
	put(t, q, other)
	put(t, q, note("a@example.org", 4))
	none := note("a@example.org", 0) // about no entry: as often as one likes
	put(t, q, none)
	put(t, q, none)
	flush(t, q, 5)
}

func TestPutRefuses(t *testing.T) {
	q, _ := newQueue(t, &post.Mailbox{})
	for _, to := range []string{"", "nobody", "a@example.org\r\nBcc: b@example.org"} {
		err := q.Put(ctx, note(to, 1))
		if r := refusal.Of(err); to != "" && (len(r) != 1 || r[0].Key != "address.invalid") || err == nil {
			t.Errorf("%q: %v", to, err)
		}
	}
	long := note("a@example.org", 1)
	long.Subject = strings.Repeat("é", 5000)
	put(t, q, long)
	bad := note("a@example.org", 2)
	bad.Subject = "\xff"
	if err := q.Put(ctx, bad); err == nil {
		t.Error("a subject that is not text")
	}
	if _, err := NewQueue(q.db, q.transport, "nobody", q.now); err == nil {
		t.Error("a sender without an address")
	}
}

// A server that is away for long: the letter is tried as promised, under one Message-ID, and given up after three days.
func TestPauses(t *testing.T) {
	var tries []time.Duration
	ids := map[string]bool{}
	c := &clock{t: t0}
	q := open(t, openDB(t, t.TempDir()), transportFunc(func(_ context.Context, m post.Message) error {
		tries = append(tries, c.now().Sub(t0))
		ids[m.MessageID] = true
		return errors.New("away")
	}), c.now)
	put(t, q, note("a@example.org", 3))
	for c.now().Before(t0.Add(4 * 24 * time.Hour)) {
		flush(t, q, 0)
		if c.now().Sub(t0) < 12*time.Minute {
			c.add(30 * time.Second)
		} else {
			c.add(6 * time.Minute)
		}
	}
	want := []time.Duration{0, time.Minute, 6 * time.Minute, 36 * time.Minute, 156 * time.Minute, 396 * time.Minute}
	for last := want[5]; ; {
		if last += 8 * time.Hour; last >= patience {
			break
		}
		want = append(want, last)
	}
	want = append(want, patience)
	if !slices.Equal(tries, want) {
		t.Errorf("tried at %v, want %v", tries, want)
	}
	if len(ids) != 1 {
		t.Error(ids)
	}
	counts(t, q, map[string]int{post.Failed: 1})
}

func TestSecretLettersLeaveNothing(t *testing.T) {
	dir := t.TempDir()
	c := &clock{t: t0}
	down := true
	box := &post.Mailbox{}
	q := open(t, openDB(t, dir), transportFunc(func(ctx context.Context, m post.Message) error {
		if down {
			return errors.New("away")
		}
		return box.Send(ctx, m)
	}), c.now)
	secret := post.Message{To: "zebra@example.org", Subject: "Sign in", Text: "https://plenary.example/sign-in/zebra-secret", Lang: locale.English, Notice: "sign-in", Position: 99}
	direct := func() {
		t.Helper()
		if err := q.PutDirect(ctx, secret, c.now().Add(15*time.Minute)); err != nil {
			t.Fatal(err)
		}
	}
	direct()
	put(t, q, note("okapi@example.org", 5))
	flush(t, q, 0)
	if !onDisk(t, dir, "zebra-secret") || !onDisk(t, dir, "okapi@") {
		t.Fatal("the test looks in the wrong place")
	}
	down = false
	c.add(10 * time.Second)
	flush(t, q, 1) // the notice waits for its minute
	if onDisk(t, dir, "zebra") {
		t.Error("the secret is still there")
	}
	counts(t, q, map[string]int{post.Queued: 1})
	c.add(time.Minute)
	flush(t, q, 1)
	if err := q.db.Scrub(ctx); err != nil {
		t.Fatal(err)
	}
	if onDisk(t, dir, "okapi@") || onDisk(t, dir, "Your contribution") {
		t.Error("what was sent is still there")
	}
	// A link that is over is not sent, and does not stay either.
	down = true
	direct()
	flush(t, q, 0)
	down = false
	c.add(15 * time.Minute)
	flush(t, q, 0)
	if onDisk(t, dir, "zebra") || len(box.To("zebra@example.org")) != 1 {
		t.Error("a link that is over was kept or sent")
	}
	counts(t, q, map[string]int{post.Sent: 1})
}

func TestSignInGoesFirst(t *testing.T) {
	box := &post.Mailbox{}
	q, _ := newQueue(t, box)
	put(t, q, note("a@example.org", 1))
	if err := q.PutDirect(ctx, note("b@example.org", 0), t0.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	flush(t, q, 2)
	if all := box.All(); all[1].To != "b@example.org" {
		t.Error(all)
	}
}

func TestForgetAndErase(t *testing.T) {
	dir := t.TempDir()
	box := &post.Mailbox{}
	c := &clock{t: t0}
	q := open(t, openDB(t, dir), box, c.now)
	put(t, q, note("zebra@example.org", 1))
	okapi := func(position cite.Position, notice string, about cite.Ref) post.Message {
		m := note("okapi@example.org", position)
		m.Notice, m.About, m.Text = notice, about, "okapi"
		return m
	}
	put(t, q, okapi(2, "receipt", "c2"))
	put(t, q, okapi(9, "published", "c2"))      // of a later entry
	put(t, q, okapi(3, "receipt", ""))          // from before letters said what they are about
	put(t, q, okapi(11, "answered c22", "c22")) // about another of theirs
	stays := note("stays@example.org", 3)
	stays.Participant = 8
	put(t, q, stays)
	if err := q.Forget(ctx, "Zebra@EXAMPLE.org"); err != nil {
		t.Fatal(err)
	}
	if err := q.Erase(ctx, "ai", "c2", 7); err != nil {
		t.Fatal(err)
	}
	counts(t, q, map[string]int{post.Queued: 2})
	put(t, q, okapi(12, "answered c2", "c2")) // whoever wrote it did not know yet
	if err := q.Erase(ctx, "ai", "c22", 7); err != nil {
		t.Fatal(err)
	}
	if onDisk(t, dir, "zebra") || onDisk(t, dir, "okapi") {
		t.Error("still there")
	}
	flush(t, q, 1)
}

// The address of a letter that no server took is forgotten too.
func TestGivenUpIsForgotten(t *testing.T) {
	dir := t.TempDir()
	c := &clock{t: t0}
	q := open(t, openDB(t, dir), transportFunc(func(context.Context, post.Message) error { return errors.New("no") }), c.now)
	put(t, q, note("zebra@example.org", 1))
	for range 60 {
		c.add(3 * time.Hour)
		flush(t, q, 0)
	}
	counts(t, q, map[string]int{post.Failed: 1})
	if n, err := q.Sweep(ctx); n != 0 || err != nil || !onDisk(t, dir, "zebra") {
		t.Error(n, err)
	}
	c.add(failedLife)
	if n, err := q.Sweep(ctx); n != 1 || err != nil || onDisk(t, dir, "zebra") {
		t.Error(n, err)
	}
	counts(t, q, map[string]int{post.Failed: 1})
}

func onDisk(t *testing.T, dir, marker string) bool {
	t.Helper()
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		b, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(b, []byte(marker)) {
			return true
		}
	}
	return false
}

// However a server behaves: putting succeeds, the letter arrives later, and twice at most where the
// server took it without saying so.
func TestThroughBadServers(t *testing.T) {
	for mode, copies := range map[string]int{posttest.Busy: 1, posttest.Refuse: 1, posttest.Hang: 1, posttest.HangHello: 1, posttest.DropBefore: 2, posttest.DropAfter: 1} {
		t.Run(mode, func(t *testing.T) {
			s := posttest.Serve(t)
			s.Set(mode)
			c := &clock{t: t0}
			q := open(t, openDB(t, t.TempDir()), transport(t, s, func(c *post.SMTPConfig) { c.Timeout = 200 * time.Millisecond }), c.now)
			put(t, q, note("maria@example.org", 3))
			first, err := q.Flush(ctx)
			if err != nil {
				t.Fatal(err)
			}
			s.Set(posttest.Well)
			c.add(time.Minute)
			second, err := q.Flush(ctx)
			if err != nil || first+second != 1 {
				t.Fatalf("%d and %d sent, %v", first, second, err)
			}
			counts(t, q, map[string]int{post.Sent: 1})
			got := s.Taken()
			ids := map[string]bool{}
			for _, l := range got {
				m, err := netmail.ReadMessage(strings.NewReader(l))
				if err != nil {
					t.Fatal(err)
				}
				ids[m.Header.Get("Message-Id")] = true
			}
			if len(got) != copies || len(ids) != 1 {
				t.Errorf("%d copies under %v, want %d", len(got), ids, copies)
			}
		})
	}
}

// The house stops in the middle of sending: after the start the letter goes again, under the same Message-ID.
func TestRestart(t *testing.T) {
	s := posttest.Serve(t)
	dir := t.TempDir()
	c := &clock{t: t0}
	db := openDB(t, dir)
	real := transport(t, s, nil)
	// The server takes it; the process ends before it could store that.
	q := open(t, db, transportFunc(func(ctx context.Context, m post.Message) error {
		if err := real.Send(ctx, m); err != nil {
			t.Error(err)
		}
		db.Close()
		return nil
	}), c.now)
	put(t, q, note("maria@example.org", 3))
	put(t, q, note("paul@example.org", 4))
	if _, err := q.Flush(ctx); err == nil {
		t.Fatal("the database is closed")
	}
	if n := len(s.Taken()); n != 1 {
		t.Fatal(n)
	}
	q = open(t, openDB(t, dir), real, c.now)
	flush(t, q, 2)
	got := s.Taken()
	if len(got) != 3 || !strings.Contains(got[1], "maria@example.org") {
		t.Fatalf("%q", got)
	}
	id := func(l string) string {
		m, err := netmail.ReadMessage(strings.NewReader(l))
		if err != nil {
			t.Fatal(err)
		}
		return m.Header.Get("Message-Id")
	}
	if id(got[0]) != id(got[1]) || id(got[1]) == id(got[2]) {
		t.Error(id(got[0]), id(got[1]), id(got[2]))
	}
	flush(t, open(t, q.db, real, c.now), 0)
}

// Run sleeps until there is something to do, and wakes at the right time.
func TestRun(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		db, err := privatetest.Open(t, filepath.Join(dir, "private.db"))
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		begin := time.Now()
		var mu sync.Mutex
		var tries []time.Duration
		q := open(t, db, transportFunc(func(_ context.Context, m post.Message) error {
			mu.Lock()
			defer mu.Unlock()
			// A database that two write to at once has one of them wait for a moment of this clock.
			if tries = append(tries, time.Since(begin).Round(time.Second)); len(tries) < 3 {
				return errors.New("away")
			}
			return nil
		}), time.Now)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { q.Run(ctx); close(done) }()
		time.Sleep(time.Hour) // of the bubble's clock: nothing is due, nothing happens
		if err := q.Put(ctx, note("a@example.org", 1)); err != nil {
			t.Error(err)
		}
		time.Sleep(time.Hour)
		mu.Lock()
		want := []time.Duration{time.Hour, time.Hour + time.Minute, time.Hour + 6*time.Minute}
		if !slices.Equal(tries, want) {
			t.Errorf("tried at %v, want %v", tries, want)
		}
		mu.Unlock()
		cancel()
		<-done
	})
}

// The house closes while a server hangs: Run ends, and the letter is due at the next start.
func TestRunEnds(t *testing.T) {
	begun := make(chan struct{})
	q, c := newQueue(t, transportFunc(func(ctx context.Context, m post.Message) error {
		close(begun)
		<-ctx.Done()
		return ctx.Err()
	}))
	put(t, q, note("a@example.org", 1))
	running, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() { q.Run(running); close(done) }()
	<-begun
	counts(t, q, map[string]int{post.Sending: 1})
	cancel()
	<-done
	counts(t, q, map[string]int{post.Queued: 1})
	box := &post.Mailbox{}
	flush(t, open(t, q.db, box, c.now), 1)
}

// Many hands, many letters, each sent once.
func TestRunSendsEachOnce(t *testing.T) {
	var mu sync.Mutex
	seen := map[string]int{}
	all := make(chan struct{})
	q, _ := newQueue(t, transportFunc(func(_ context.Context, m post.Message) error {
		mu.Lock()
		defer mu.Unlock()
		if seen[m.To]++; len(seen) == 60 {
			select {
			case <-all:
			default:
				close(all)
			}
		}
		return nil
	}))
	running, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() { q.Run(running); close(done) }()
	for i := range 60 {
		m := note(fmt.Sprintf("p%d@example.org", i), cite.Position(i+1))
		if i%3 == 0 {
			if err := q.PutDirect(ctx, m, t0.Add(time.Hour)); err != nil {
				t.Fatal(err)
			}
			continue
		}
		put(t, q, m)
	}
	<-all
	cancel()
	<-done
	for to, n := range seen {
		if n != 1 {
			t.Errorf("%s: %d", to, n)
		}
	}
}

// The disk is full for a while: a letter that was sent meanwhile is not sent again, and none is stuck.
func TestRunOutlivesFaults(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		db, err := privatetest.Open(t, filepath.Join(dir, "private.db"))
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		box := &post.Mailbox{}
		q := open(t, db, box, time.Now)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		if _, err := db.Exec(`CREATE TRIGGER full BEFORE UPDATE ON mail WHEN NEW.state = 'sent' BEGIN SELECT RAISE(ABORT, 'full'); END`); err != nil {
			t.Fatal(err)
		}
		go func() { q.Run(ctx); close(done) }()
		if err := q.Put(ctx, note("a@example.org", 1)); err != nil {
			t.Error(err)
		}
		time.Sleep(time.Minute) // of the bubble's clock
		counts(t, q, map[string]int{post.Sending: 1})
		if _, err := db.Exec(`DROP TRIGGER full`); err != nil {
			t.Error(err)
		}
		time.Sleep(time.Minute)
		counts(t, q, map[string]int{post.Sent: 1})
		if n := len(box.All()); n != 1 {
			t.Errorf("%d copies", n)
		}
		cancel()
		<-done
	})
}

// A letter that is being handed over to a slow server while its contribution is erased does not go.
func TestErasedWhileItIsSent(t *testing.T) {
	for name, erase := range map[string]func(*Queue) error{
		"contribution": func(q *Queue) error { return q.Erase(ctx, "ai", "c1", 7) },
		"account":      func(q *Queue) error { return q.Forget(ctx, "Maria@example.org") },
	} {
		t.Run(name, func(t *testing.T) {
			hangs := make(chan struct{})
			s := posttest.Serve(t, func(s *posttest.Server) { s.OnHang = func() { close(hangs) } })
			s.Set(posttest.Hang)
			q, _ := newQueue(t, transport(t, s, func(c *post.SMTPConfig) { c.Timeout = time.Hour }))
			m := note("maria@example.org", 3)
			m.About, m.Files = "c1", []post.File{{Name: "a.txt", Type: "text/plain", Content: []byte("words")}}
			put(t, q, m)
			sent := make(chan int)
			go func() {
				n, err := q.Flush(ctx)
				if err != nil {
					t.Error(err)
				}
				sent <- n
			}()
			<-hangs
			if err := erase(q); err != nil {
				t.Fatal(err)
			}
			if n := <-sent; n != 0 || len(s.Taken()) != 0 {
				t.Error("it went", n, s.Taken())
			}
			counts(t, q, map[string]int{})
		})
	}
}

// A letter that was taken from the queue and erased before it was handed over does not go either.
func TestErasedAfterItWasTaken(t *testing.T) {
	box := &post.Mailbox{}
	q, _ := newQueue(t, box)
	m := note("maria@example.org", 3)
	m.About = "c1"
	put(t, q, m)
	taken, until, err := q.take(ctx, others)
	if err != nil || taken == nil {
		t.Fatal(taken, err)
	}
	if err := q.Erase(ctx, "ai", "c1", 7); err != nil {
		t.Fatal(err)
	}
	sent, store := q.deliver(ctx, *taken, until)
	if err := store(); sent || err != nil || len(box.All()) != 0 {
		t.Error(sent, err, box.All())
	}
}
