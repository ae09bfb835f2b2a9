package post

import (
	"context"
	"testing"
)

func TestRelay(t *testing.T) {
	for _, bad := range []string{"localhost", "http://localhost", "smtp://", "smtp://h:port", "://"} {
		if tr, err := Relay(bad, "a@example.org"); err == nil {
			t.Error(bad, tr)
		}
	}
	tr, err := Relay("smtp://user:pass@mail.example.org:465", "a@example.org")
	if err != nil {
		t.Fatal(err)
	}
	if c := tr.(*smtp).config; c.Host != "mail.example.org" || c.Port != 465 || c.User != "user" || c.Password != "pass" {
		t.Errorf("%+v", c)
	}
	if tr, err = Relay("smtp://mail.example.org", "a@example.org"); err != nil || tr.(*smtp).config.Port != 587 {
		t.Error(tr, err)
	}
	none, err := Relay("", "a@example.org")
	if err != nil || none.Send(context.Background(), Message{}) == nil {
		t.Error(none, err)
	}
}

func TestMailboxIsBounded(t *testing.T) {
	var b Mailbox
	for i := range mailboxSize + 20 {
		_ = b.Send(context.Background(), Message{ID: int64(i)})
	}
	all := b.All()
	if len(all) != mailboxSize || all[0].ID != mailboxSize+19 || all[mailboxSize-1].ID != 20 {
		t.Error(len(all), all[0].ID)
	}
}
