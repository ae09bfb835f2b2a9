package browser

import (
	"net"
	"net/http"
	"net/url"
	"os/exec"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
)

// named is an instance that is reached under a name, so that browsers give passkeys at its address.
func named(t *testing.T, operator string) *instance {
	t.Helper()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(free.Addr().String())
	free.Close()
	return instanceAt(t, "127.0.0.1:"+port, operator, "--public-url", "http://localhost:"+port)
}

// device gives a browser a device that keeps passkeys, as telephones do.
func (v *tab) device() webauthn.AuthenticatorID {
	v.Helper()
	command(v, webauthn.Enable, webauthn.EnableParams{})
	r, err := chromedp.Call(v.ctx, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
		Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal, HasResidentKey: true, HasUserVerification: true,
		AutomaticPresenceSimulation: true, IsUserVerified: true}})
	if err != nil {
		v.Fatal(err)
	}
	return r.AuthenticatorID
}

// passkeys are those that a device keeps.
func (v *tab) passkeys(d webauthn.AuthenticatorID) []*webauthn.Credential {
	v.Helper()
	r, err := chromedp.Call(v.ctx, webauthn.GetCredentials, webauthn.GetCredentialsParams{AuthenticatorID: d})
	if err != nil {
		v.Fatal(err)
	}
	return r.Credentials
}

// lend gives a device a passkey of another, as a copy of that device from before its first use would have it.
func (v *tab) lend(d webauthn.AuthenticatorID, k *webauthn.Credential) {
	v.Helper()
	// The type for it says more than every Chromium takes.
	command(v, cdp.Command[map[string]any, cdp.Empty]{Method: webauthn.CommandAddCredential}, map[string]any{"authenticatorId": d, "credential": map[string]any{
		"credentialId": k.CredentialID, "isResidentCredential": true, "rpId": k.RpID, "privateKey": k.PrivateKey, "userHandle": k.UserHandle, "signCount": 0}})
}

// enrol has somebody who is signed in add a passkey of the device of their browser, and looks at the pages on the way.
func (v *tab) enrol(name string) {
	v.Helper()
	v.open("/en/account/passkey")
	v.write("#name", name)
	v.press("form[data-passkey] button")
	if !strings.HasPrefix(v.at(), "/en/account?done=saved") || !strings.Contains(v.text("main"), name) {
		v.Fatalf("no passkey was added: %s %s", v.at(), v.text("main"))
	}
}

// TestPasskey has an operator add passkeys of two devices and sign in with each in two presses; and what goes wrong with a
// passkey in a browser is said in words.
func TestPasskey(t *testing.T) {
	const operator = "olga@town.example"
	in := named(t, operator)
	somebody := func() *tab {
		v := visitor(t)
		v.host = in.host
		return v
	}
	v := somebody()
	v.open(in.link)
	v.write("#code", in.code)
	v.press("main form button.go")
	telephone := v.device()
	v.enrol("Telephone")
	look := func(v *tab, path, lang string) {
		t.Helper()
		v.open("/" + lang + path)
		for _, wrong := range v.inspect(lang) {
			t.Errorf("%s: %s", v.at(), wrong)
		}
	}
	for _, lang := range []string{"en", "ar"} {
		for _, path := range []string{"/account", "/account/passkey", "/sign-in/passkey", "/sign-in"} {
			look(v, path, lang)
		}
	}
	// The device that has one already makes no other, and says so.
	v.open("/en/account/passkey")
	v.do("add it again", chromedp.Click(chromedp.CSS("form[data-passkey] button")))
	v.until("it says that there is one", `!document.querySelector("[data-known]").hidden`)

	// Signing in again: the page, and two presses.
	v.open("/en/account")
	v.press(`button[name="all"][value=""]`)
	v.open("/en/sign-in")
	v.actions = 0
	v.press("form[data-passkey] button")
	if v.actions++; v.actions > 2 || !strings.HasPrefix(v.at(), "/en/account") { // the device, which agreed by itself, is the second
		t.Errorf("%d actions lead to %s: %s", v.actions, v.at(), v.text("main"))
	}
	// A letter alone opens the account no more: it leads to the passkey.
	letter := somebody()
	letter.open("/en/sign-in")
	letter.write("#email", operator)
	letter.press(`form[action="/en/sign-in"] button`)
	letter.open(in.relay.link(t, operator, "/sign-in/"))
	letter.press("main form button.go")
	if !strings.HasPrefix(letter.at(), "/en/sign-in/passkey") || !strings.Contains(letter.text("main"), "is not opened by mail alone") {
		t.Fatalf("a letter leads to %s: %s", letter.at(), letter.text("main"))
	}
	look(letter, "/sign-in/passkey", "fr")
	// Without a device there, the page says so.
	empty := letter.device()
	letter.open("/en/sign-in/passkey")
	letter.do("ask for a passkey", chromedp.Click(chromedp.CSS("form[data-passkey] button")))
	letter.until("it says that there is none", `!document.querySelector("[data-failed]").hidden`)

	// A second device, which is added after a proof by the first, and signs in where there is nothing of the first.
	v.open("/en/account/passkey")
	first := v.passkeys(telephone)
	if len(first) != 1 || first[0].RpID != "localhost" {
		t.Fatalf("%+v", first)
	}
	command(v, webauthn.RemoveVirtualAuthenticator, webauthn.RemoveVirtualAuthenticatorParams{AuthenticatorID: telephone})
	ring := v.device()
	v.enrol("Key ring")
	v.open("/en/account")
	v.press(`button[name="all"][value="1"]`)
	v.open("/en/sign-in")
	v.press("form[data-passkey] button")
	if !strings.HasPrefix(v.at(), "/en/account") {
		t.Fatalf("the second device leads to %s: %s", v.at(), v.text("main"))
	}

	// A device that does not look who holds it is not enough.
	command(v, webauthn.SetUserVerified, webauthn.SetUserVerifiedParams{AuthenticatorID: ring, IsUserVerified: false})
	v.open("/en/sign-in")
	v.do("ask for a passkey", chromedp.Click(chromedp.CSS("form[data-passkey] button")))
	v.until("the browser gives none", `!document.querySelector("[data-failed]").hidden`)
	command(v, webauthn.SetUserVerified, webauthn.SetUserVerifiedParams{AuthenticatorID: ring, IsUserVerified: true})
	bad := true
	command(v, webauthn.SetResponseOverrideBits, webauthn.SetResponseOverrideBitsParams{AuthenticatorID: ring, IsBadUV: &bad})
	v.open("/en/sign-in")
	v.press("form[data-passkey] button")
	if !strings.Contains(v.text("#errors"), "did not check that it is you") {
		t.Errorf("%s: %s", v.at(), v.text("main"))
	}
	good := false
	command(v, webauthn.SetResponseOverrideBits, webauthn.SetResponseOverrideBitsParams{AuthenticatorID: ring, IsBadUV: &good})

	// A copy of the first device from the day it was added says that it was used less often: nobody is let in, the owner is told.
	letter.lend(empty, first[0])
	letter.open("/en/sign-in/passkey")
	letter.press("form[data-passkey] button")
	if !strings.Contains(letter.text("#errors"), "points to a copy") {
		t.Errorf("%s: %s", letter.at(), letter.text("main"))
	}
	in.relay.subject(t, operator, "A passkey of your account was stopped")

	replay(t, in, v)
}

// replay sends the answer of a device a second time, from the browser that it was given in and from one that has its cookie.
func replay(t *testing.T, in *instance, v *tab) {
	v.open("/en/sign-in")
	// The form is kept from being sent, and what it would send is read off it.
	answer := eval[string](v, `new Promise((done) => {
		const form = document.querySelector("form[data-passkey]");
		form.submit = () => done(form.elements.answer.value);
		form.querySelector("button").click();
	})`)
	cookies, err := chromedp.Call(v.ctx, network.GetCookies, network.GetCookiesParams{URLs: []string{in.host}})
	if err != nil {
		t.Fatal(err)
	}
	send := func(names string) (int, string) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), "POST", in.host+"/en/sign-in/passkey", strings.NewReader(url.Values{"answer": {answer}}.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		for _, c := range cookies.Cookies {
			if c.Name == names {
				r.AddCookie(&http.Cookie{Name: c.Name, Value: c.Value})
			}
		}
		a, err := newClient(t).Do(r)
		if err != nil {
			t.Fatal(err)
		}
		a.Body.Close()
		return a.StatusCode, a.Header.Get("Location")
	}
	if status, to := send("plenary"); status != http.StatusUnprocessableEntity { // without the cookie of the browser
		t.Error("an answer that was stolen opens:", status, to)
	}
	if status, to := send("plenary-browser"); status != http.StatusSeeOther {
		t.Error("the answer is not taken in its browser:", status, to)
	}
	if status, to := send("plenary-browser"); status != http.StatusUnprocessableEntity {
		t.Error("an answer is taken twice:", status, to)
	}
}

// TestPasskeyWithoutScript: without a script the page says so, and the letter is there.
func TestPasskeyWithoutScript(t *testing.T) {
	in := named(t, "olga@town.example")
	v := visitor(t)
	v.host = in.host
	v.noScript()
	v.open("/en/sign-in")
	if s := v.text("main"); !strings.Contains(s, "must know passkeys and run the script") || strings.Contains(s, "Sign in with a passkey") {
		t.Error(s)
	}
	v.write("#email", "olga@town.example")
	v.press(`form[action="/en/sign-in"] button`)
	v.open(in.relay.link(t, "olga@town.example", "/sign-in/"))
	v.press("main form button.go")
	if !strings.HasPrefix(v.at(), "/en/account") {
		t.Error(v.at())
	}
	out, err := exec.Command(program, "codes", "--data", in.data, "olga@town.example").CombinedOutput()
	if err != nil || !strings.Contains(string(out), "/en/sign-in/printed") {
		t.Error(string(out), err)
	}
}
