package erasure

import (
	"bytes"
	"errors"
	"image"
	"image/png"
	"path/filepath"
	"slices"
	"testing"

	"github.com/openplenary/plenary/attachment"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/conversation/template"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/draft"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/mail/post"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/private"
	"github.com/openplenary/plenary/settings"
)

// begin convenes a conversation that is prepared, with the marker in everything that it has.
func (w *world) begin() delegation.Participant {
	w.t.Helper()
	n, err := w.Sec.Number()
	w.ok(err)
	n, err = w.Accounts.Invite(ctx, marker+"@example.org", "given-up", n, w.Now())
	w.ok(err)
	by := delegation.Participant(n)
	_, err = w.Sec.Convene(ctx, conversation.Ask{By: by, Assurance: consultation.EmailProven, Command: conversation.Convene{Slug: "given-up", Title: locale.Plain(locale.English, marker),
		Languages: []locale.Lang{locale.English}, Zone: "UTC", Categories: template.StartingCategories(locale.English), Officer: by, Prepared: true}})
	w.ok(err)
	var chart bytes.Buffer
	w.ok(png.Encode(&chart, image.NewGray(image.Rect(0, 0, 20, 20))))
	p, err := w.Files.KeepPicture(ctx, &chart, "chart.png", w.Now())
	w.ok(err)
	body, err := paper.Draft{Symbol: marker, Pictures: []paper.Picture{{Name: "chart.png", File: p.ID}}}.Encode()
	w.ok(err)
	_, err = w.Drafts.Save(ctx, draft.Draft{Slug: "given-up", Kind: draft.Paper, Key: "k", Body: body}, 0, w.Now())
	w.ok(err)
	w.ok(w.Letters.Put(ctx, post.Message{To: marker + "@example.org", Subject: "s", Text: marker, Notice: "published", Slug: "given-up", Participant: n, Position: 1}))
	w.ok(w.DB.Remember(ctx, "mail", "given-up", 1))
	return by
}

func (w *world) discard(by delegation.Participant) {
	w.t.Helper()
	_, err := w.Sec.Do(ctx, "given-up", conversation.Ask{By: by, Assurance: consultation.EmailProven, Command: settings.Discard{Slug: "given-up"}})
	w.ok(err)
}

// TestDeleteConversation: of a conversation that was discarded nothing is left, neither in the record nor beside it; its
// address is free again, the others are as they were, and the instance opens. What was cut short is done at the next
// start. What was not discarded is never deleted.
func TestDeleteConversation(t *testing.T) {
	w := newWorld(t)
	by := w.begin()
	if err := w.DeleteConversation(ctx, "given-up"); err == nil || !slices.Contains(w.Sec.Conversations(), "given-up") {
		t.Fatal("it was deleted without being given up", err)
	}
	w.discard(by)
	before, err := w.Files.Held(ctx)
	w.ok(err)
	w.ok(w.DeleteConversation(ctx, "given-up"))
	if after, err := w.Files.Held(ctx); err != nil || len(after) != len(before)-1 {
		t.Error("the picture of its draft is still there:", before, after, err)
	}
	if names := w.left(marker); len(names) > 0 {
		t.Error("still in", names)
	}
	if at, err := w.DB.Position(ctx, "mail", "given-up"); at != 0 || err != nil {
		t.Error("a follower remembers it:", at, err)
	}
	if slices.Contains(w.Sec.Conversations(), "given-up") {
		t.Error("it is listed")
	}

	again := w.begin() // under the same address
	w.discard(again)
	dir := w.Dir
	elsewhere, err := private.Open(filepath.Join(t.TempDir(), private.FileName))
	w.ok(err)
	broken, err := attachment.New(elsewhere, t.TempDir())
	w.ok(errors.Join(err, elsewhere.Close()))
	files := w.Eraser.Files
	w.Eraser.Files = broken
	if err := w.DeleteConversation(ctx, "given-up"); err == nil {
		t.Error("no picture can be erased, and nobody hears of it")
	}
	w.Eraser.Files = files
	w.close()
	w.open(dir)
	w.ok(w.CatchUp(ctx))
	if names := w.left(marker); len(names) > 0 || !slices.Equal(w.Sec.Conversations(), []string{"ferries", "bridges"}) {
		t.Error("still in", names, w.Sec.Conversations())
	}
	if after, err := w.Eraser.Files.Held(ctx); err != nil || len(after) != len(before)-1 {
		t.Error("what was cut short left a picture:", len(after), len(before), err)
	}
	w.close()
	w.open(dir)
	if err := w.Sec.Damage(); err != nil {
		t.Error(err)
	}
	w.submit("ferries", "this goes on", "nonce-of-a-form-1234567", 0)
}
