package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/openid"
	"github.com/openplenary/plenary/openid/openidtest"
	"github.com/openplenary/plenary/passkey/passkeytest"
)

// providers gives a house a provider, and a second one beside it.
func (h *keyHouse) providers() (one, two *openidtest.Issuer) {
	h.t.Helper()
	one, two = openidtest.New(h.t), openidtest.New(h.t)
	for _, s := range []string{"Ministry=" + one.Setting(), "Other House=" + two.Setting()} {
		p, err := openid.Parse(s, time.Now)
		if err != nil {
			h.t.Fatal(err)
		}
		h.web.Providers = append(h.web.Providers, p)
	}
	return one, two
}

// sentTo is where an address sends the visitor.
func (v *visitor) sentTo(path string) string {
	v.h.t.Helper()
	a := v.get(path)
	if a.status != http.StatusFound {
		v.h.t.Fatalf("%s: %d %s", path, a.status, deskErrors(a.body))
	}
	return a.header.Get("Location")
}

// agrees is what comes back from a provider that was sent to at an address, on this site.
func agrees(t *testing.T, i *openidtest.Issuer, to string) string {
	t.Helper()
	back, err := i.Agree(to)
	if err != nil {
		t.Fatal(err)
	}
	return back.RequestURI()
}

// with signs in, or links, with an account at a provider.
func (v *visitor) with(i *openidtest.Issuer, path string) answer {
	v.h.t.Helper()
	back, err := i.Agree(v.sentTo(path))
	if err != nil {
		v.h.t.Fatal(err)
	}
	return v.get(back.RequestURI())
}

// Somebody links an account elsewhere with theirs and signs in with it: by issuer and subject, whatever address the provider
// gives. What nobody linked opens nothing.
func TestOpenID(t *testing.T) {
	t.Parallel()
	h := newKeyHouse(t)
	one, two := h.providers()
	if a := h.visitor().get("/en/sign-in?next=%2Fen%2Faccount"); !strings.Contains(a.body, `href="/en/sign-in/with/ministry?next=%2Fen%2Faccount"`) || !strings.Contains(a.body, "Sign in with Other House") {
		t.Error(a.body)
	}
	v := h.signedIn("olga@example.org")
	// Nobody is let in by an address, whatever the provider says of it.
	one.Claims["email"], one.Claims["email_verified"] = "olga@example.org", true
	deskRefused(t, h.visitor().with(one, "/en/sign-in/with/ministry"), 422, "openid.unknown")
	one.Claims["email_verified"] = false
	deskRefused(t, h.visitor().with(one, "/fr/sign-in/with/ministry"), 422)
	one.Reset()
	if a := v.with(one, "/en/account/with/ministry"); a.status != 303 || a.header.Get("Location") != "/en/account?done=saved#linked" {
		t.Fatal(a.status, deskErrors(a.body))
	}
	if !slices.Equal(h.told, []string{"linked Ministry"}) {
		t.Errorf("%q", h.told)
	}
	other := h.visitor()
	if a := other.with(one, "/fr/sign-in/with/ministry?next=%2Ffr%2Faccount%3Fdone%3Dsaved"); a.status != 303 || a.header.Get("Location") != "/fr/account?done=saved" || !other.in() {
		t.Fatal(a.status, a.header, deskErrors(a.body))
	}
	if a := h.visitor().with(one, "/ar/sign-in/with/ministry?next=https%3A%2F%2Felsewhere.example"); a.header.Get("Location") != "/ar/account" {
		t.Error("it leads elsewhere:", a.header)
	}
	deskRefused(t, h.visitor().with(two, "/en/sign-in/with/other-house"), 422, "openid.unknown") // the same subject of another issuer
	one.Subject = "subject-2"
	deskRefused(t, h.visitor().with(one, "/en/sign-in/with/ministry"), 422, "openid.unknown")
	one.Reset()
	// Nobody takes over what somebody else linked.
	karl := h.signedIn("karl@example.org")
	deskRefused(t, karl.with(one, "/en/account/with/ministry"), 422, "openid.taken")
	page := v.get("/en/account").body
	ref := regexp.MustCompile(`name="link" value="([\w-]+)"`).FindStringSubmatch(page)
	if ref == nil || !strings.Contains(page, "Ministry") || !strings.Contains(page, "/en/account/with/other-house") || strings.Contains(page, "/en/account/with/ministry") {
		t.Fatal(page)
	}
	if a := karl.post("/en/account/with", url.Values{"link": {ref[1]}}); a.status != 404 {
		t.Error("another's was unlinked:", a.status)
	}
	if a := v.post("/en/account/with", url.Values{"link": {ref[1]}}); a.status != 303 {
		t.Error(a.status)
	}
	deskRefused(t, h.visitor().with(one, "/en/sign-in/with/ministry"), 422, "openid.unknown")
	if a := h.visitor().get("/en/sign-in/with/nobody"); a.status != 404 {
		t.Error(a.status)
	}
	if a := h.visitor().get("/en/account/with/ministry"); a.status != 303 {
		t.Error("nobody links:", a.status)
	}
}

// What comes back is taken once, in the browser that was sent, from the provider that it was sent to, for what it was sent for;
// and a provider that lies or is away lets nobody in, while letters go on.
func TestOpenIDIsNotTaken(t *testing.T) {
	t.Parallel()
	h := newKeyHouse(t)
	one, two := h.providers()
	v := h.signedIn("olga@example.org")
	for path, i := range map[string]*openidtest.Issuer{"/en/account/with/ministry": one, "/en/account/with/other-house": two} {
		if a := v.with(i, path); a.status != 303 {
			t.Fatal(a.status, deskErrors(a.body))
		}
	}
	const in = "/en/sign-in/with/ministry"
	// Played again.
	browser := h.visitor()
	back := agrees(t, one, browser.sentTo(in))
	if a := browser.get(back); a.status != 303 {
		t.Fatal(a.status, deskErrors(a.body))
	}
	browser = h.visitor()
	back = agrees(t, one, browser.sentTo(in))
	jar := browser.cookie("plenary-openid")
	if a := browser.get(back); a.status != 303 {
		t.Fatal(a.status)
	}
	u, _ := url.Parse(h.url)
	browser.c.Jar.SetCookies(u, []*http.Cookie{{Name: "plenary-openid", Value: jar, Path: "/"}})
	deskRefused(t, browser.get(back), 422, "passkey.stale")
	// In another browser: what a thief was sent back with signs nobody else in (and the other way round).
	thief, victim := h.visitor(), h.visitor()
	back = agrees(t, one, thief.sentTo(in))
	deskRefused(t, victim.get(back), 422, "passkey.stale")
	victim.sentTo(in)
	deskRefused(t, victim.get(back), 422, "passkey.stale")
	if victim.in() {
		t.Error("somebody is signed in as another")
	}
	// What was for signing in links nothing, though it is the same browser.
	back = agrees(t, one, v.sentTo(in))
	v.sentTo("/en/account/with/ministry")
	deskRefused(t, v.get(back), 422, "passkey.stale")
	// The answer of one provider at the address of the other.
	browser = h.visitor()
	back = agrees(t, two, browser.sentTo("/en/sign-in/with/other-house"))
	deskRefused(t, browser.get(strings.Replace(back, "/other-house?", "/ministry?", 1)), 422, "passkey.stale")
	browser = h.visitor()
	mixed, err := url.Parse(agrees(t, one, browser.sentTo(in)))
	if err != nil {
		t.Fatal(err)
	}
	q := mixed.Query()
	q.Set("iss", two.URL)
	deskRefused(t, browser.get(mixed.Path+"?"+q.Encode()), 422, "openid.wrong")
	for _, changed := range []string{"/sign-in/with/ministry", "/sign-in/with/ministry?state=x&code=y", "/sign-in/with/ministry?a=b&a=c"} {
		browser = h.visitor()
		browser.sentTo(in)
		deskRefused(t, browser.get(changed), 422, "passkey.stale")
	}
	// A provider that lies.
	for what, lie := range map[string]func(){"nonce": func() { one.Claims["nonce"] = "x" }, "none": func() { one.Alg = "none" }, "audience": func() { one.Claims["aud"] = "x" },
		"over": func() { one.Claims["exp"] = time.Now().Add(-time.Hour).Unix() }, "key": func() { one.Forge = true }, "issuer": func() { one.Claims["iss"] = two.URL }} {
		lie()
		browser = h.visitor()
		deskRefused(t, browser.with(one, in), 422, "openid.wrong")
		if browser.in() {
			t.Errorf("%s: somebody is signed in", what)
		}
		one.Reset()
	}
	one.Rotate()
	if a := h.visitor().with(one, in); a.status != 303 {
		t.Error("a new key of the provider:", a.status, deskErrors(a.body))
	}
	// One that is away, and one where it was cancelled.
	browser = h.visitor()
	back = agrees(t, one, browser.sentTo(in))
	one.Away = true
	deskRefused(t, browser.get(back), 503, "openid.away")
	if a := browser.get("/en/sign-in"); !strings.Contains(a.body, `name="email"`) {
		t.Error("the letter is gone")
	}
	one.Reset()
	to, err := url.Parse(browser.sentTo(in))
	if err != nil {
		t.Fatal(err)
	}
	deskRefused(t, browser.get("/sign-in/with/ministry?error=access_denied&state="+url.QueryEscape(to.Query().Get("state"))), 422, "openid.refused")
}

// Who holds an office and has a passkey is not let in by an account elsewhere alone; and linking one asks for a fresh proof.
func TestOpenIDIsNoWayRound(t *testing.T) {
	t.Parallel()
	h := newKeyHouse(t)
	one, _ := h.providers()
	v := h.signedIn("officer@example.org")
	if a := v.with(one, "/en/account/with/ministry"); a.status != 303 {
		t.Fatal(a.status)
	}
	v.adds(&passkeytest.Device{Origin: keyOrigin}, "Telephone")
	browser := h.visitor()
	if a := browser.with(one, "/en/sign-in/with/ministry"); a.status != 303 || !strings.HasPrefix(a.header.Get("Location"), "/en/sign-in/passkey?next=") || browser.in() {
		t.Error(a.status, a.header)
	}
	h.age(v, account.FreshFor)
	for _, a := range []answer{v.get("/en/account/with/other-house"), v.post("/en/account/with", url.Values{"link": {"x"}})} {
		if a.status != 403 || !strings.Contains(a.body, locale.English.T("proof.go")) {
			t.Error("it asks for no proof:", a.status)
		}
	}
}
