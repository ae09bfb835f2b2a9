package web

import (
	"encoding/base64"
	"errors"
	"strings"
	"time"

	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/openid"
	"github.com/openplenary/plenary/page/accounts"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/web/serve"
)

// Signing in with an account elsewhere, at a provider that the operator named.

// intent is what somebody was sent to a provider for. Its text stands in a cookie of the browser, and in the state that comes
// back: so neither can be changed.
type intent struct {
	link bool // to link the account there with theirs here, else to sign in
	lang locale.Lang
	next string
}

const intentCookie = "plenary-openid"

func (i intent) text() string {
	what := "in"
	if i.link {
		what = "link"
	}
	return what + "." + string(i.lang) + "." + base64.RawURLEncoding.EncodeToString([]byte(i.next))
}

func parseIntent(s string) (i intent, ok bool) {
	part := strings.Split(s, ".")
	if len(part) != 3 {
		return i, false
	}
	to, err := base64.RawURLEncoding.DecodeString(part[2])
	i = intent{link: part[0] == "link", lang: locale.Lang(part[1]), next: next(string(to))}
	return i, err == nil && i.lang.Valid() && i.text() == s
}

// provider is the one that the address names; the operator named it.
func (q *request) provider() (*openid.Provider, bool) {
	for _, p := range q.Providers {
		if p.Key == q.PathValue("provider") {
			return p, true
		}
	}
	return nil, false
}

func (q *request) providerRows() (out []accounts.ProviderRow) {
	for _, p := range q.Providers {
		out = append(out, accounts.ProviderRow{Key: p.Key, Name: p.Name})
	}
	return out
}

// asked is what the state of an attempt was made for.
func (q *request) asked(p *openid.Provider, i intent) account.Asked {
	a := account.Asked{Purpose: "openid " + p.Key + " " + p.Issuer + " " + i.text(), Browser: q.browser()}
	if i.link {
		a.Account = q.Account
	}
	return a
}

// attempt is the attempt that a state belongs to.
func (q *request) attempt(p *openid.Provider, state string) openid.Attempt {
	return openid.Attempt{State: state, Nonce: q.Server.Accounts.Derive(state, "nonce"), Verifier: q.Server.Accounts.Derive(state, "verifier"), Back: q.Frame.Host + "/sign-in/with/" + p.Key}
}

// signInWith sends somebody to a provider, to sign in with the account that they have there.
func (q *request) signInWith() error {
	return q.sendTo(intent{lang: q.Lang, next: next(serve.Params[signInQuery](q.Request).Next)})
}

// linkWith sends the reader to a provider, to sign in with the account that they have there from now on.
func (q *request) linkWith() error {
	if q.shared() {
		return serve.NotFound()
	}
	return q.sendTo(intent{link: true, lang: q.Lang})
}

func (q *request) sendTo(i intent) error {
	p, ok := q.provider()
	if !ok {
		return serve.NotFound()
	}
	a := q.asked(p, i)
	a.Browser = q.bound()
	to, err := p.Begin(q.Context(), q.attempt(p, q.Server.Accounts.Challenge(a, q.Received)))
	if err != nil {
		return q.notLetIn(p, i, err)
	}
	q.SetCookie(intentCookie, i.text(), 10*time.Minute)
	q.Writer.Header().Set("Cache-Control", "no-store")
	q.Writer.Header().Set("Referrer-Policy", "no-referrer")
	return q.Found(to)
}

// said is what is said of why a provider named nobody. Why stands in the log.
func (q *request) said(p *openid.Provider, err error) error {
	kind, key := refusal.Forbidden, ""
	switch {
	case errors.Is(err, openid.ErrAway):
		kind, key = refusal.TryAgain, "openid.away"
	case errors.Is(err, openid.ErrRefused):
		key = "openid.refused"
	case errors.Is(err, openid.ErrWrong):
		key = "openid.wrong"
	default:
		return err
	}
	q.Logger.Warn("a provider let nobody in", "provider", p.Name, "err", err)
	return refusal.New(kind, key, "name", p.Name)
}

// notLetIn shows what one can do where a provider named nobody.
func (q *request) notLetIn(p *openid.Provider, i intent, err error) error {
	rs := refusal.Of(q.said(p, err))
	if len(rs) == 0 {
		return err
	}
	q.Frame.Errors = rs
	if i.link && q.SignedIn {
		return q.showAccount(serve.RefusedAs(rs))
	}
	return q.showSignIn(serve.RefusedAs(rs), &accounts.SignIn{Next: i.next})
}

// backFrom takes somebody in whom a provider sent back.
func (q *request) backFrom() error {
	p, ok := q.provider()
	if !ok {
		return serve.NotFound()
	}
	q.Writer.Header().Set("Referrer-Policy", "no-referrer")
	stale := refusal.New(refusal.NotNow, "passkey.stale")
	c, err := q.Cookie(q.Server.CookieName(intentCookie))
	if err != nil {
		return q.notLetIn(p, intent{}, stale)
	}
	i, ok := parseIntent(c.Value)
	if !ok {
		return q.notLetIn(p, intent{}, stale)
	}
	q.SetCookie(intentCookie, "", 0)
	q.Lang, q.Frame.Lang, q.Frame.Path = i.lang, i.lang, "/sign-in"
	q.Frame.Query = "" // it holds the code
	back := q.URL.Query()
	finish := func() (string, error) {
		state := back.Get("state")
		//mutants:guard whoever comes back from a provider was sent there, from this browser
		if refused := q.Server.Accounts.TakeChallenge(state, q.asked(p, i), q.Received); refused != nil {
			return "", refused
		}
		return p.Finish(q.Context(), q.attempt(p, state), back)
	}
	if i.link {
		return q.link(p, i, finish)
	}
	return q.enter(func() (account.ID, string, error) {
		subject, err := finish()
		if err != nil {
			return 0, "", q.said(p, err)
		}
		id, ok, err := q.Server.Accounts.LinkedTo(q.Context(), p.Issuer, subject, q.Received)
		if err == nil && !ok {
			err = refusal.New(refusal.Forbidden, "openid.unknown", "name", p.Name)
		}
		to := i.next
		if to == "" {
			to = "/" + string(i.lang) + "/account"
		}
		return id, to, err
	}, func(rs []*refusal.Refusal) error { return q.notLetIn(p, i, refusal.Several(rs)) })
}

// link has the account at a provider sign in to the reader's from now on.
func (q *request) link(p *openid.Provider, i intent, finish func() (string, error)) error {
	if !q.SignedIn || q.shared() {
		return serve.ErrSignIn
	}
	if err := q.May(serve.Once(serve.LimitCode)); err != nil {
		return q.notLetIn(p, i, err)
	}
	subject, err := finish()
	if err == nil {
		err = q.Server.Accounts.Link(q.Context(), q.Account, p.Issuer, subject, q.Received)
	}
	if err != nil {
		return q.notLetIn(p, i, err)
	}
	if err := q.tellOwner(q.Account, "linked", p.Name); err != nil {
		return err
	}
	return q.See("/" + string(q.Lang) + "/account?done=saved#linked")
}

// linked adds to the page of an account the accounts elsewhere with which the reader signs in, and those that they may add.
func (q *request) linked(v *accounts.Account) error {
	if q.shared() {
		return nil
	}
	all, err := q.Server.Accounts.AllLinked(q.Context(), q.Account)
	if err != nil {
		return err
	}
	names := map[string]string{}
	for _, p := range q.Providers {
		names[p.Issuer] = p.Name
	}
	has := map[string]bool{}
	for _, l := range all {
		name := names[l.Issuer]
		if name == "" { // the operator does not name it any more
			name = l.Issuer
		}
		has[l.Issuer] = true
		v.Linked = append(v.Linked, accounts.LinkedRow{Ref: l.Ref, Name: name, Made: l.Made, Used: l.Used})
	}
	for _, p := range q.Providers {
		if !has[p.Issuer] {
			v.Offers = append(v.Offers, accounts.ProviderRow{Key: p.Key, Name: p.Name})
		}
	}
	return nil
}

// postUnlink has an account elsewhere sign in no more.
func (q *request) postUnlink() error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	ok, err := q.Server.Accounts.Unlink(q.Context(), q.Account, v.Get("link"))
	if err != nil {
		return err
	}
	if !ok {
		return serve.NotFound()
	}
	return q.See("/" + string(q.Lang) + "/account?done=saved#linked")
}
