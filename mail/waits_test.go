package mail

import (
	"context"
	"testing"
	"time"

	"github.com/openplenary/plenary/mail/post"
)

// Without a mail server no letter is given up for the want of one, however long it waits, and all go once one is named;
// what is over when its secret is goes as ever.
func TestWaitsForAServer(t *testing.T) {
	none, err := post.Relay("", "noreply@plenary.example")
	if err != nil {
		t.Fatal(err)
	}
	q, clock := newQueue(t, none)
	if q.Named() {
		t.Error("a server is named")
	}
	if err := q.Put(ctx, post.Message{To: "a@example.org", Subject: "Receipt", Text: "Words.", Notice: "receipt", Files: []post.File{{Name: "receipt.json", Content: []byte("{}")}}}); err != nil {
		t.Fatal(err)
	}
	if err := q.PutDirect(ctx, post.Message{To: "b@example.org", Subject: "Sign in", Text: "Secret.", Notice: "signin"}, clock.now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	all, err := q.Waiting(ctx)
	if err != nil || len(all) != 2 || all[0].Text != "" || all[1].Text != "" || !all[0].Until.IsZero() || all[1].Until.IsZero() {
		t.Fatalf("%+v %v", all, err)
	}
	w, ok, err := q.Letter(ctx, all[0].ID)
	if err != nil || !ok || w.Text != "Words." || len(w.Files) != 1 || string(w.Files[0].Content) != "{}" {
		t.Errorf("%+v %v", w, err)
	}
	for range 30 {
		if n, err := q.Flush(ctx); n != 0 || err != nil {
			t.Fatal(n, err)
		}
		clock.add(8 * time.Hour)
	}
	all, err = q.Waiting(ctx)
	if err != nil || len(all) != 1 || all[0].To != "a@example.org" {
		t.Fatalf("%+v %v", all, err)
	}
	if _, err := q.Flush(ctx); err != nil {
		t.Fatal(err)
	}
	box := &post.Mailbox{}
	named, err := NewQueue(q.db, box, "noreply@plenary.example", clock.now)
	if err != nil || !named.Named() {
		t.Fatal(err)
	}
	if n, err := named.Flush(ctx); n != 1 || err != nil || len(box.All()) != 1 {
		t.Error(n, err)
	}
}

// What was handed over in another way does not go, and its words do not stay.
func TestHandedOver(t *testing.T) {
	box := &post.Mailbox{}
	q, clock := newQueue(t, box)
	for _, until := range []time.Time{{}, clock.now().Add(time.Hour)} {
		if err := q.put(ctx, post.Message{To: "a@example.org", Subject: "S", Text: "Words that go nowhere.", Notice: "receipt"}, until); err != nil {
			t.Fatal(err)
		}
	}
	all, err := q.Waiting(ctx)
	if err != nil || len(all) != 2 {
		t.Fatal(all, err)
	}
	for _, w := range all {
		if ok, err := q.HandedOver(ctx, w.ID); !ok || err != nil {
			t.Error(ok, err)
		}
		if ok, err := q.HandedOver(ctx, w.ID); ok || err != nil {
			t.Error("twice", err)
		}
	}
	if n, err := q.Flush(ctx); n != 0 || err != nil || len(box.All()) != 0 {
		t.Error(n, err)
	}
	var left int
	if err := q.db.QueryRowContext(ctx, `SELECT COUNT(*) FROM mail WHERE body <> '' OR recipient <> ''`).Scan(&left); err != nil || left != 0 {
		t.Error(left, err)
	}
}

// A letter that is handed over while it is tried does not come back into the queue.
func TestHandedOverWhileTried(t *testing.T) {
	var q *Queue
	q, _ = newQueue(t, transportFunc(func(ctx context.Context, m post.Message) error {
		if ok, err := q.HandedOver(ctx, m.ID); !ok || err != nil {
			t.Error(ok, err)
		}
		return post.ErrNoRelay
	}))
	put(t, q, note("a@example.org", 7))
	if n, err := q.Flush(ctx); n != 0 || err != nil {
		t.Fatal(n, err)
	}
	counts(t, q, map[string]int{post.Sent: 1})
}
