package mail

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/mail/post"
	"github.com/openplenary/plenary/settings"
)

const officer = delegation.Participant(42)

// instance opens an instance with one conversation.
func instance(t *testing.T, c *clock) *plenary.Instance {
	t.Helper()
	in, err := plenary.OpenInstance(ctx, plenary.InstanceOptions{Dir: t.TempDir(), Now: c.now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close() })
	_, err = in.Convene(ctx, conversation.Ask{By: officer, Command: conversation.Convene{Slug: "ai", Title: locale.Plain(locale.English, "AI"), Languages: []locale.Lang{locale.English},
		Zone: "UTC", Officer: officer, Categories: []settings.Label{{ID: "individual", Name: locale.Plain(locale.English, "Individual")}}}})
	if err != nil {
		t.Fatal(err)
	}
	return in
}

// document puts one more entry on the record.
func document(t *testing.T, in *plenary.Instance, title string) cite.Position {
	t.Helper()
	a, err := in.Do(ctx, "ai", conversation.Ask{By: officer, Command: settings.CiteDocument{Document: settings.Document{Title: locale.Plain(locale.English, title), Source: "https://example.org"}}})
	if err != nil {
		t.Fatal(err)
	}
	return a.Last
}

// composer makes a letter of each document, and remembers which entries it was shown.
type composer struct {
	mu      sync.Mutex
	seen    []cite.Position
	until   cite.Position // reached is closed when this entry was seen
	reached chan struct{}
	begun   chan struct{} // closed when the first entry was seen
	fail    error
	onFirst func() // done after the first entry was seen, while the follower works
}

func (c *composer) compose(_ context.Context, fact cite.Fact, at cite.Entry) ([]post.Message, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.fail != nil {
		return nil, c.fail
	}
	if c.seen = append(c.seen, at.Position); len(c.seen) == 1 {
		close(c.begun)
	}
	if at.Position == c.until {
		defer close(c.reached)
	}
	d, ok := fact.(*settings.Documented)
	if !ok {
		return nil, nil
	}
	title := d.Document.Title.String()
	return []post.Message{{To: "maria@example.org", Subject: title, Text: title, Notice: "document", Participant: 7}, {To: "no address", Notice: "document", Participant: 8}}, nil
}

func (c *composer) wait(until cite.Position) *composer {
	c.until, c.reached, c.begun = until, make(chan struct{}), make(chan struct{})
	return c
}

// follow follows until the composer has seen what it waits for, and a letter of it is in the queue.
func follow(t *testing.T, q *Queue, in *plenary.Instance, c *composer) {
	t.Helper()
	running, cancel := context.WithCancel(ctx)
	done := make(chan error, 1)
	go func() { done <- q.Follow(running, in.Secretariat, "ai", c.compose) }()
	if c.onFirst != nil {
		<-c.begun
		c.onFirst()
	}
	<-c.reached
	for { // until the transaction after compose is through
		p, err := q.db.Position(ctx, follower, "ai")
		if err != nil {
			t.Fatal(err)
		}
		if p >= c.until {
			break
		}
	}
	cancel()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}

func TestFollow(t *testing.T) {
	c := &clock{t: t0}
	in := instance(t, c)
	var last cite.Position
	for i := range 3 {
		last = document(t, in, fmt.Sprint("document ", i))
	}
	dir := t.TempDir()
	box := &post.Mailbox{}
	q := open(t, openDB(t, dir), box, c.now)
	first := (&composer{}).wait(last)
	follow(t, q, in, first)
	if first.seen[0] != 1 || !slices.IsSorted(first.seen) || len(first.seen) != int(last) {
		t.Error(first.seen)
	}
	flush(t, q, 3)
	// After a restart only what is new is read, also what comes while it follows.
	q = open(t, q.db, box, c.now)
	second := (&composer{}).wait(last + 2)
	second.onFirst = func() { document(t, in, "document 4") }
	document(t, in, "document 3")
	follow(t, q, in, second)
	if !slices.Equal(second.seen, []cite.Position{last + 1, last + 2}) {
		t.Error(second.seen)
	}
	flush(t, q, 2)
	if all := box.All(); len(all) != 5 || all[4].Subject != "document 0" || all[0].Subject != "document 4" || all[0].Slug != "ai" || all[0].Position != last+2 {
		t.Errorf("%+v", all)
	}
	// A position that was lost (an older private.db): everything is read again, and nobody is written to twice.
	if _, err := q.db.Exec(`DELETE FROM follower`); err != nil {
		t.Fatal(err)
	}
	follow(t, q, in, (&composer{}).wait(last+2))
	flush(t, q, 0)
}

func TestFollowInPieces(t *testing.T) {
	c := &clock{t: t0}
	in := instance(t, c)
	var last cite.Position
	for i := range atOnce + 5 {
		last = document(t, in, fmt.Sprint("document ", i))
	}
	q, _ := newQueue(t, &post.Mailbox{})
	comp := (&composer{}).wait(last)
	follow(t, q, in, comp)
	if len(comp.seen) != int(last) {
		t.Error(len(comp.seen), last)
	}
	counts(t, q, map[string]int{post.Queued: atOnce + 5})
}

// A fault while composing loses nothing: the entry is read again.
func TestFollowAfterAFault(t *testing.T) {
	c := &clock{t: t0}
	in := instance(t, c)
	last := document(t, in, "document")
	q, _ := newQueue(t, &post.Mailbox{})
	fault := errors.New("no address book")
	if err := q.Follow(ctx, in.Secretariat, "ai", (&composer{fail: fault}).compose); !errors.Is(err, fault) {
		t.Fatal(err)
	}
	if p, err := q.db.Position(ctx, follower, "ai"); p != 0 || err != nil {
		t.Error(p, err)
	}
	follow(t, q, in, (&composer{}).wait(last))
	counts(t, q, map[string]int{post.Queued: 1})
	if err := q.Follow(ctx, in.Secretariat, "elsewhere", (&composer{}).compose); err == nil {
		t.Error("followed nothing")
	}
}

// An entry that calls for no letter costs no transaction; the position is stored with the next letter, and when
// the follower ends.
func TestPositionWaits(t *testing.T) {
	q, _ := newQueue(t, &post.Mailbox{})
	entry := func(p cite.Position, fact cite.Fact) plenary.RecordEntry {
		e := plenary.RecordEntry{Fact: fact}
		e.Position, e.Time = p, t0
		return e
	}
	compose := func(_ context.Context, fact cite.Fact, at cite.Entry) ([]post.Message, error) {
		if _, ok := fact.(*settings.Documented); ok {
			return []post.Message{note("maria@example.org", 0)}, nil
		}
		return nil, nil
	}
	for p, want := range []cite.Position{0, 0, 3, 3} { // the third is a document
		var fact cite.Fact = &settings.Staged{}
		if p == 2 {
			fact = &settings.Documented{}
		}
		at := cite.Position(p + 1)
		if to, err := q.answer(ctx, "ai", at-1, []plenary.RecordEntry{entry(at, fact)}, compose); err != nil || to != at {
			t.Fatal(to, err)
		}
		if stored, err := q.db.Position(ctx, follower, "ai"); err != nil || stored != want {
			t.Errorf("after entry %d the position is %d: %v", at, stored, err)
		}
	}
	if _, err := q.db.Exec(`DELETE FROM follower`); err != nil {
		t.Fatal(err)
	}
	in := instance(t, &clock{t: t0})
	running, cancel := context.WithCancel(ctx)
	if err := q.Follow(running, in.Secretariat, "ai", func(_ context.Context, _ cite.Fact, at cite.Entry) ([]post.Message, error) {
		cancel() // in the middle of the first piece
		return nil, nil
	}); err != nil {
		t.Fatal(err)
	}
	if stored, err := q.db.Position(ctx, follower, "ai"); err != nil || stored != 1 {
		t.Errorf("a follower that ended stands at %d: %v", stored, err)
	}
}

// A fault in the middle of a piece loses no letter of the entries before it.
func TestFaultAfterALetter(t *testing.T) {
	c := &clock{t: t0}
	in := instance(t, c)
	document(t, in, "first")
	last := document(t, in, "second")
	q, _ := newQueue(t, &post.Mailbox{})
	fault := errors.New("no address book")
	good := &composer{}
	good.wait(0)
	if err := q.Follow(ctx, in.Secretariat, "ai", func(ctx context.Context, fact cite.Fact, at cite.Entry) ([]post.Message, error) {
		if at.Position == last {
			return nil, fault
		}
		return good.compose(ctx, fact, at)
	}); !errors.Is(err, fault) {
		t.Fatal(err)
	}
	follow(t, q, in, (&composer{}).wait(last))
	counts(t, q, map[string]int{post.Queued: 2})
}

// Letters and position are stored together or not at all.
func TestLettersAndPositionAreOne(t *testing.T) {
	q, _ := newQueue(t, &post.Mailbox{})
	if _, err := q.db.Exec(`CREATE TRIGGER no_position BEFORE INSERT ON follower BEGIN SELECT RAISE(ABORT, 'no'); END`); err != nil {
		t.Fatal(err)
	}
	m, err := q.ready(note("a@example.org", 3))
	if err != nil {
		t.Fatal(err)
	}
	if err := q.store(ctx, "ai", 3, []post.Message{m}); err == nil {
		t.Fatal("no fault")
	}
	counts(t, q, map[string]int{})
}
