package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/web"
	"github.com/openplenary/plenary/web/serve"
)

// TestLettersPage: whoever has the link of a letter confirms the address or stops the letters to it, by pressing a
// button and not by following the link; a mail program stops them with a form of its own. The address is not shown.
func TestLettersPage(t *testing.T) {
	h := newHouse(t)
	people := h.web.Options.Accounts
	token, _, err := people.LettersTo(t.Context(), "reader@example.org")
	if err != nil {
		t.Fatal(err)
	}
	v, at := h.visitor(), "/en/mail/"+token
	is := func(want account.Wish) {
		t.Helper()
		if got, ok, err := people.WishOf(t.Context(), token); got != want || !ok || err != nil {
			t.Errorf("%q %v %v, want %q", got, ok, err, want)
		}
	}
	for _, lang := range locale.All {
		a := v.get("/" + string(lang) + "/mail/" + token)
		if a.status != 200 || a.header.Get("Referrer-Policy") != "no-referrer" || strings.Contains(a.body, "reader@example.org") || strings.Contains(a.body, "⟦") {
			t.Errorf("%s: %d %v", lang, a.status, a.header)
		}
	}
	is(account.Unsaid)
	for _, c := range []struct {
		form url.Values
		want account.Wish
		says string
	}{
		{url.Values{"wish": {"confirmed"}}, account.Confirmed, "The address is confirmed"},
		{url.Values{"wish": {"stopped"}}, account.Stopped, "No more mail about contributions"},
		{url.Values{"wish": {"confirmed"}}, account.Confirmed, "The address is confirmed"},
		{url.Values{"List-Unsubscribe": {"One-Click"}}, account.Stopped, "No more mail about contributions"},
	} {
		if a := v.post(at, c.form); a.status != 200 || !strings.Contains(a.body, c.says) {
			t.Errorf("%v: %d", c.form, a.status)
		}
		is(c.want)
	}
	for _, bad := range []url.Values{{"wish": {""}}, {"wish": {"all"}}, {}} {
		if a := v.post(at, bad); a.status != 404 {
			t.Errorf("%v: %d", bad, a.status)
		}
	}
	is(account.Stopped)
	for _, path := range []string{"/en/mail/unknown", "/en/mail/" + strings.Repeat("a", 26)} {
		if a := v.get(path); a.status != 404 {
			t.Errorf("%s: %d", path, a.status)
		}
		if a := v.post(path, url.Values{"wish": {"stopped"}}); a.status != 404 {
			t.Errorf("%s: %d", path, a.status)
		}
	}
}

// TestPrintedCode: somebody who gets no mail signs in with a code that the operator printed, and their page says that
// one was used. Strangers who guess are stopped, and stop nobody else.
func TestPrintedCode(t *testing.T) {
	h := newHouse(t)
	people := h.web.Options.Accounts
	codes, err := people.Print(t.Context(), "officer@demonstration.invalid", 2, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	e := h.entrance(func(*web.Options) {})
	const at = "/en/sign-in/printed"
	try := func(v *visitor, email, code string) answer {
		return v.post(at, url.Values{"email": {email}, "code": {code}, "next": {"/fr" + conv + "/desk"}})
	}
	stranger := e.from("192.0.2.7", "")
	for range 30 {
		deskRefused(t, try(stranger, "officer@demonstration.invalid", "AAAA-BBBB-CCCC"), 422, "printed.wrong")
	}
	if a := try(stranger, "officer@demonstration.invalid", codes[0]); a.status != 429 {
		t.Error("a guesser goes on:", a.status)
	}
	v := e.from("192.0.2.8", "")
	page := v.get("/en/sign-in?next=" + url.QueryEscape("/fr"+conv+"/desk"))
	if !strings.Contains(page.body, `href="`+at+`?next=`+strings.ReplaceAll(url.QueryEscape("/fr"+conv+"/desk"), "&", "&amp;")+`"`) {
		t.Error("no way from the page of signing in")
	}
	// What was typed is kept, and nothing says whether there is such an account.
	none := try(v, "nobody@example.org", codes[0])
	deskRefused(t, none, 422, "printed.wrong")
	if !strings.Contains(none.body, `value="nobody@example.org"`) || strings.Contains(none.body, codes[0]) {
		t.Error("the form is not as it was")
	}
	deskRefused(t, try(v, "no address", codes[0]), 422, "address.invalid")
	a := try(v, "Officer@Demonstration.invalid", strings.ToLower(codes[0]))
	if a.status != http.StatusSeeOther || a.header.Get("Location") != "/fr"+conv+"/desk" {
		t.Fatalf("%d %v", a.status, a.header)
	}
	if a := v.get("/en" + conv + "/desk"); a.status != 200 {
		t.Error("not signed in:", a.status)
	}
	if a := v.get("/en/account"); !strings.Contains(a.body, "Can still be used: 1") || strings.Count(a.body, "A code was used") != 1 {
		t.Error(a.body)
	}
	deskRefused(t, try(e.from("192.0.2.9", ""), "officer@demonstration.invalid", codes[0]), 422, "printed.wrong")
}

// TestReceiptSaysWhatIsMailed: the author of a contribution, and nobody else, reads what becomes of the letter with its
// receipt. Whether an address that was left is used by somebody is not said.
func TestReceiptSaysWhatIsMailed(t *testing.T) {
	h := newHouse(t)
	receipt := func(v *visitor, email string) (string, string) {
		c := contribution("Write to me.")
		c.Set("email", email)
		a := v.post(form, c)
		if a.status != 303 {
			t.Fatal(a.status)
		}
		path, _, _ := strings.Cut(a.header.Get("Location"), "?")
		return path, v.get(a.header.Get("Location")).body
	}
	const left, account, stopped = "if this is the first contribution that names it", "comes by mail to the address of your account", "You wanted no more mail"
	says := func(body string, want ...string) {
		t.Helper()
		for _, s := range []string{left, account, stopped} {
			if got := strings.Contains(body, s); got != (len(want) > 0 && want[0] == s) {
				t.Errorf("%q: %v", s, got)
			}
		}
	}
	v := h.visitor()
	path, body := receipt(v, "new@example.org")
	says(body, left)
	if a := h.as("moderator").post(strings.TrimSuffix(path, "/receipt")+"/publish", nil); a.status != 303 {
		t.Fatal(a.status)
	}
	says(h.visitor().get(path).body)
	_, body = receipt(h.visitor(), "officer@demonstration.invalid") // of an account: the same
	says(body, left)
	_, body = receipt(h.visitor(), "")
	says(body)
	officer := h.as("officer")
	_, body = receipt(officer, "")
	says(body, account)
	token, _, err := h.web.Options.Accounts.LettersTo(t.Context(), "officer@demonstration.invalid")
	if err != nil {
		t.Fatal(err)
	}
	officer.post("/en/mail/"+token, url.Values{"wish": {"stopped"}})
	_, body = receipt(officer, "")
	says(body, stopped)
}

// TestNobodyClosesTheDoor: what strangers try counts for their own sources, and never for everybody.
func TestNobodyClosesTheDoor(t *testing.T) {
	for _, l := range serve.Limits {
		if in := l.Name == serve.LimitSignIn || l.Name == serve.LimitCode; in && (l.InAll != 0 || l.PerSource == 0) {
			t.Errorf("%+v", l)
		}
	}
}
