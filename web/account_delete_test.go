package web_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/erasure"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/mail"
	"github.com/openplenary/plenary/mail/post"
)

// signIn signs a visitor in with an address.
func (v *visitor) signIn(email string) {
	v.h.t.Helper()
	v.post("/en/sign-in", url.Values{"email": {email}})
	v.h.mu.Lock()
	m := v.h.mail[len(v.h.mail)-1]
	v.h.mu.Unlock()
	if a := v.post(m.Link, nil); a.status != 303 {
		v.h.t.Fatal("sign in:", a.status, a.body)
	}
}

// An owner deletes their account: asked once more, signed out everywhere, and told what stays.
func TestDeleteAccount(t *testing.T) {
	h := newHouse(t)
	accounts, err := account.New(h.db, make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	queue, err := mail.NewQueue(h.db, &post.Mailbox{}, "noreply@plenary.example", time.Now)
	if err != nil {
		t.Fatal(err)
	}
	e := &erasure.Eraser{Sec: h.sec, DB: h.db, Accounts: h.web.Accounts, Drafts: h.web.Drafts, Files: h.files, Letters: queue}
	h.web.DeleteAccount = e.DeleteAccount

	const email = "leaving@elsewhere.example"
	v := h.visitor()
	v.signIn(email)
	if a := v.post("/en/account", url.Values{"name": {"Somebody Leaving"}}); a.status != 303 {
		t.Fatal(a.status)
	}
	page := v.get("/en/account").body
	if !strings.Contains(page, `action="/en/account/delete"`) {
		t.Fatal("no way to delete the account")
	}
	for _, l := range locale.All {
		asked := v.post("/"+string(l)+"/account/delete", nil)
		for _, key := range []string{"account.delete_gone", "account.delete_stays", "account.delete_offices", "account.delete_sure"} {
			if asked.status != 200 || !strings.Contains(asked.body, l.T(key)) {
				t.Errorf("%s: %d, no %s", l, asked.status, key)
			}
		}
	}
	if a := v.get("/en/account"); a.status != 200 || !strings.Contains(a.body, "Somebody Leaving") {
		t.Fatal("asking was enough:", a.status)
	}
	done := v.post("/en/account/delete", url.Values{"sure": {"1"}})
	if done.status != 200 || !strings.Contains(done.body, locale.English.T("account.deleted_text")) || strings.Contains(done.body, "Somebody Leaving") {
		t.Errorf("%d %s", done.status, done.body)
	}
	if c := strings.Join(done.header.Values("Set-Cookie"), "; "); !strings.Contains(c, "plenary=;") {
		t.Error("the cookie stays:", c)
	}
	if a := v.get("/en/account"); a.status != 303 || !strings.Contains(a.header.Get("Location"), "/sign-in") {
		t.Error("still signed in:", a.status)
	}
	id, err := accounts.Ensure(t.Context(), email, locale.English, time.Now()) // a new one: nothing of the old is known
	if err != nil {
		t.Fatal(err)
	}
	if name, err := accounts.DisplayName(t.Context(), id); name != "" || err != nil {
		t.Error(name, err)
	}

	// The chairs of a demonstration are everybody's, and who is nobody has nothing to delete.
	officer := h.as("officer")
	if a := officer.get("/en/account"); strings.Contains(a.body, "/account/delete") {
		t.Error("the officer's chair can be taken away")
	}
	if a := officer.post("/en/account/delete", url.Values{"sure": {"1"}}); a.status != 404 {
		t.Error(a.status)
	}
	if a := h.visitor().post("/en/account/delete", url.Values{"sure": {"1"}}); a.status == 200 {
		t.Error(a.status)
	}
}
