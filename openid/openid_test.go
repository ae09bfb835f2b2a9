package openid_test

import (
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/openid"
	"github.com/openplenary/plenary/openid/openidtest"
)

func provider(t *testing.T, i *openidtest.Issuer) *openid.Provider {
	t.Helper()
	p, err := openid.Parse("Ministry of Labour="+i.Setting(), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

var attempt = openid.Attempt{State: "state", Nonce: "nonce", Verifier: strings.Repeat("v", 43), Back: "https://talk.example.org/sign-in/with/ministry-of-labour/back"}

// try has somebody be sent to the issuer and come back.
func try(t *testing.T, p *openid.Provider, i *openidtest.Issuer, finish openid.Attempt) (string, error) {
	t.Helper()
	to, err := p.Begin(t.Context(), attempt)
	if err != nil {
		t.Fatal(err)
	}
	back, err := i.Agree(to)
	if err != nil {
		t.Fatal(err)
	}
	return p.Finish(t.Context(), finish, back.Query())
}

// A provider says who it is; whatever is wrong with what it says, nobody is named.
func TestWhoItIs(t *testing.T) {
	i := openidtest.New(t)
	p := provider(t, i)
	if sub, err := try(t, p, i, attempt); err != nil || sub != "subject-1" {
		t.Fatal(sub, err)
	}
	for name, change := range map[string]func(*openidtest.Issuer){
		"another nonce":    func(i *openidtest.Issuer) { i.Claims["nonce"] = "other" },
		"no nonce":         func(i *openidtest.Issuer) { i.Claims["nonce"] = nil },
		"another issuer":   func(i *openidtest.Issuer) { i.Claims["iss"] = "https://elsewhere.example" },
		"for somebody":     func(i *openidtest.Issuer) { i.Claims["aud"] = "another-client" },
		"for several":      func(i *openidtest.Issuer) { i.Claims["aud"] = []string{"client", "another-client"} },
		"over":             func(i *openidtest.Issuer) { i.Claims["exp"] = time.Now().Add(-time.Minute).Unix() },
		"nobody":           func(i *openidtest.Issuer) { i.Claims["sub"] = "" },
		"unsigned":         func(i *openidtest.Issuer) { i.Alg = "none" },
		"a shared secret":  func(i *openidtest.Issuer) { i.Alg = "HS256" },
		"another key":      func(i *openidtest.Issuer) { i.Forge = true },
		"no statement":     func(i *openidtest.Issuer) { i.Silent = true },
		"comes from other": func(i *openidtest.Issuer) { i.NamesItself = "https://elsewhere.example" },
	} {
		i.Reset()
		change(i)
		if sub, err := try(t, p, i, attempt); !errors.Is(err, openid.ErrWrong) || sub != "" {
			t.Errorf("%s: %q %v", name, sub, err)
		}
	}
	i.Reset()
	// An address that the provider gives, verified or not, changes nothing.
	i.Claims["email"], i.Claims["email_verified"] = "officer@example.org", true
	if sub, err := try(t, p, i, attempt); err != nil || sub != "subject-1" {
		t.Error(sub, err)
	}
	// The provider signs with a new key, and with the old one no more.
	i.Rotate()
	if sub, err := try(t, p, i, attempt); err != nil || sub != "subject-1" {
		t.Error("a new key:", sub, err)
	}
	// Another's half of the secret does not fit the code.
	other := attempt
	other.Verifier = strings.Repeat("w", 43)
	if _, err := try(t, p, i, other); !errors.Is(err, openid.ErrWrong) {
		t.Error("the verifier of another attempt:", err)
	}
	other = attempt
	other.Nonce = ""
	i.Claims["nonce"] = ""
	if _, err := try(t, p, i, other); !errors.Is(err, openid.ErrWrong) {
		t.Error("an attempt without a nonce:", err)
	}
	i.Reset()
	// A code is taken once.
	to, err := p.Begin(t.Context(), attempt)
	if err != nil {
		t.Fatal(err)
	}
	back, err := i.Agree(to)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Finish(t.Context(), attempt, back.Query()); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Finish(t.Context(), attempt, back.Query()); !errors.Is(err, openid.ErrWrong) {
		t.Error("a code is taken twice:", err)
	}
	if _, err := p.Finish(t.Context(), attempt, url.Values{"error": {"access_denied"}}); !errors.Is(err, openid.ErrRefused) {
		t.Error(err)
	}
	if _, err := p.Finish(t.Context(), attempt, nil); !errors.Is(err, openid.ErrRefused) {
		t.Error(err)
	}
}

// A provider that says it names itself has to; one that is away, or lies about who it is, is none.
func TestAway(t *testing.T) {
	i := openidtest.New(t)
	i.Named, i.NamesItself = true, ""
	p := provider(t, i)
	to, err := p.Begin(t.Context(), attempt)
	if err != nil {
		t.Fatal(err)
	}
	back, err := i.Agree(to)
	if err != nil {
		t.Fatal(err)
	}
	q := back.Query()
	q.Del("iss")
	if _, err := p.Finish(t.Context(), attempt, q); !errors.Is(err, openid.ErrWrong) {
		t.Error("a provider that does not name itself:", err)
	}
	q = back.Query()
	q.Add("iss", q.Get("iss"))
	if _, err := p.Finish(t.Context(), attempt, q); !errors.Is(err, openid.ErrWrong) {
		t.Error("a provider that names itself twice:", err)
	}
	q = back.Query()
	q.Add("code", q.Get("code"))
	if _, err := p.Finish(t.Context(), attempt, q); !errors.Is(err, openid.ErrWrong) || !strings.Contains(err.Error(), "comes from") {
		t.Error("a provider that gives two codes:", err)
	}
	i.Away = true
	clock := time.Now()
	late, err := openid.Parse("Late="+i.Setting(), func() time.Time { return clock })
	if err != nil {
		t.Fatal(err)
	}
	if _, err := late.Begin(t.Context(), attempt); !errors.Is(err, openid.ErrAway) {
		t.Error(err)
	}
	if _, err := p.Finish(t.Context(), attempt, back.Query()); !errors.Is(err, openid.ErrAway) {
		t.Error(err)
	}
	i.Away = false
	if _, err := late.Begin(t.Context(), attempt); !errors.Is(err, openid.ErrAway) {
		t.Error("it is asked again at once:", err)
	}
	clock = clock.Add(time.Minute)
	if _, err := late.Begin(t.Context(), attempt); err != nil {
		t.Error("it came back:", err)
	}
	i.Says = "https://elsewhere.example"
	if _, err := provider(t, i).Begin(t.Context(), attempt); !errors.Is(err, openid.ErrAway) {
		t.Error("it says that it is another:", err)
	}
}

// How a provider is named, and that a mistake never shows the secret.
func TestParse(t *testing.T) {
	p, err := openid.Parse("Ministry of Labour=https://plenary%2Fweb:top%3Asecret@login.example.org/realms/x", time.Now)
	if err != nil || p.Key != "ministry-of-labour" || p.Issuer != "https://login.example.org/realms/x" || p.Name != "Ministry of Labour" {
		t.Fatalf("%+v %v", p, err)
	}
	for _, bad := range []string{"", "https://c:top-secret@login.example.org", "x", "=https://c:top-secret@login.example.org", "x=http://c:top-secret@login.example.org", "x=https://login.example.org",
		"x=https://c:top-secret@login.example.org?a=b", "x=https://c:top-secret@%zz", "министерство=https://c:top-secret@login.example.org", "x=c:top-secret", "<x>=https://c:top-secret@login.example.org"} {
		if p, err := openid.Parse(bad, time.Now); err == nil || strings.Contains(err.Error(), "top-secret") {
			t.Errorf("%q: %+v %v", bad, p, err)
		}
	}
}
