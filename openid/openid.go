// Package openid lets people sign in with an account that they have elsewhere, at a provider that the operator named: OpenID
// Connect, the code flow. It knows neither accounts of this instance nor browsers. It asks a provider who somebody is, and says
// whether the answer is right; what comes of it is for others to decide.
//
//	browser ──> provider, with a state, a nonce and half of a secret ──> back, with a code
//	instance ──> provider, with the code and the other half ──> a signed statement: who, for whom, for which nonce, until when
//
// Whom a statement is about is the issuer together with the subject. An address that stands in it is not read: whoever runs a
// provider can write any.
package openid

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// Why nobody is let in.
var (
	ErrAway    = errors.New("openid: the provider does not answer")
	ErrRefused = errors.New("openid: the provider did not say who it is")
	ErrWrong   = errors.New("openid: the answer of the provider is not right")
)

// Provider is one that the operator named.
type Provider struct {
	Name   string // as people know it
	Key    string // its name in addresses: small letters, digits and hyphens
	Issuer string // its address, as it stands in what it signs

	client, secret string
	now            func() time.Time
	web            *http.Client

	mu     sync.Mutex
	found  *found // nil until it answered
	failed time.Time
}

// failing is how long nobody asks a provider again that has just not answered: else everybody waits for it, one after the other.
const failing = 10 * time.Second

// maxAnswer is the longest answer of a provider, in bytes.
const maxAnswer = 1 << 20

// bounded reads no more of an answer than it may have.
type bounded struct{ http.RoundTripper }

// RoundTrip asks, and bounds the answer.
func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	a, err := b.RoundTripper.RoundTrip(r)
	if err == nil {
		a.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(a.Body, maxAnswer), a.Body}
	}
	return a, err
}

// found is what a provider says of itself.
type found struct {
	config   oauth2.Config
	verifier *oidc.IDTokenVerifier
	// named: it names itself when it sends somebody back (RFC 9207).
	named bool
}

var (
	nameText = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N} .-]{0,59}$`)
	keyText  = regexp.MustCompile(`[^a-z0-9]+`)
)

// Parse reads a provider as operators name it: NAME=https://CLIENT:SECRET@ISSUER, with what is not allowed in an address written
// as there (%2F for a slash). The error says what is wrong, and never the secret.
func Parse(setting string, now func() time.Time) (*Provider, error) {
	name, address, ok := strings.Cut(setting, "=")
	name = strings.TrimSpace(name)
	if !ok || !nameText.MatchString(name) {
		return nil, errors.New("a provider is written NAME=https://CLIENT:SECRET@ISSUER; NAME is letters, digits, spaces, dots and hyphens, at most 60")
	}
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil { // it may hold the secret
		return nil, fmt.Errorf("the address of the provider %q cannot be read: write what is not allowed in an address as %%XX", name)
	}
	secret, _ := u.User.Password()
	p := &Provider{Name: name, Key: strings.Trim(keyText.ReplaceAllString(strings.ToLower(name), "-"), "-"), client: u.User.Username(), secret: secret, now: now}
	u.User = nil
	p.Issuer = u.String()
	switch {
	case p.client == "":
		return nil, fmt.Errorf("the provider %q has no client: write https://CLIENT:SECRET@ISSUER", name)
	case p.Key == "":
		return nil, fmt.Errorf("the name of the provider %q needs a Latin letter or a digit, for addresses", name)
	case u.Host == "" || u.RawQuery != "" || u.Fragment != "" || !safe(u):
		return nil, fmt.Errorf("the issuer of the provider %q has to begin with https://", name)
	}
	p.web = &http.Client{Timeout: 10 * time.Second,
		Transport: bounded{&http.Transport{Proxy: http.ProxyFromEnvironment, MaxResponseHeaderBytes: 64 << 10, TLSHandshakeTimeout: 5 * time.Second, MaxIdleConns: 4, IdleConnTimeout: time.Minute}},
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return errors.New("a provider that leads elsewhere is not followed")
		}}
	return p, nil
}

// safe reports whether what is sent to an address cannot be read on the way: https, or a machine's own address for trying out.
func safe(u *url.URL) bool {
	if u.Scheme == "https" {
		return true
	}
	ip := net.ParseIP(u.Hostname())
	return u.Scheme == "http" && (u.Hostname() == "localhost" || ip != nil && ip.IsLoopback())
}

// algorithms are those by which a provider may sign. None of them is "none", nor one whose key is a shared secret.
var algorithms = []string{oidc.RS256, oidc.RS384, oidc.RS512, oidc.ES256, oidc.ES384, oidc.ES512, oidc.PS256, oidc.PS384, oidc.PS512, oidc.EdDSA}

// ask is what the provider says of itself, asked once it is needed and again until it answers.
func (p *Provider) ask(ctx context.Context) (*found, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.found != nil {
		return p.found, nil
	}
	if p.now().Sub(p.failed) < failing {
		return nil, ErrAway
	}
	f, err := p.discover(ctx)
	if p.found = f; err != nil {
		p.failed = p.now()
	}
	return f, err
}

// discover asks a provider what it says of itself.
func (p *Provider) discover(ctx context.Context) (*found, error) {
	// The keys are fetched with this context later, when the request is over.
	about, err := oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), p.web), p.Issuer)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrAway, err)
	}
	var said struct {
		Keys  string   `json:"jwks_uri"`
		Algs  []string `json:"id_token_signing_alg_values_supported"`
		Named bool     `json:"authorization_response_iss_parameter_supported"`
	}
	if err := about.Claims(&said); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrAway, err)
	}
	for _, s := range []string{about.Endpoint().AuthURL, about.Endpoint().TokenURL, said.Keys} {
		if u, err := url.Parse(s); err != nil || !safe(u) {
			return nil, fmt.Errorf("%w: it names the address %q, which is not https", ErrAway, s)
		}
	}
	algs := slices.DeleteFunc(slices.Clone(said.Algs), func(s string) bool { return !slices.Contains(algorithms, s) })
	if len(algs) == 0 {
		algs = []string{oidc.RS256}
	}
	return &found{config: oauth2.Config{ClientID: p.client, ClientSecret: p.secret, Endpoint: about.Endpoint(), Scopes: []string{oidc.ScopeOpenID}},
		verifier: about.Verifier(&oidc.Config{ClientID: p.client, SupportedSigningAlgs: algs, Now: p.now}), named: said.Named}, nil
}

// Attempt is one attempt of somebody to sign in, which nobody else's answer fits.
type Attempt struct {
	State    string // comes back with the browser; whoever makes it looks that it is theirs, and takes it once
	Nonce    string // comes back in what the provider signs
	Verifier string // half of a secret: the provider gets its hash with the browser and itself with the code (PKCE)
	Back     string // the whole address that the browser is sent back to, which no other provider has
}

// Begin is the address at which the provider asks somebody who they are. The error is ErrAway.
func (p *Provider) Begin(ctx context.Context, a Attempt) (string, error) {
	f, err := p.ask(ctx)
	if err != nil {
		return "", err
	}
	c := f.config
	c.RedirectURL = a.Back
	return c.AuthCodeURL(a.State, oidc.Nonce(a.Nonce), oauth2.S256ChallengeOption(a.Verifier)), nil
}

// Finish takes what the browser brought back, and gives the subject: who the provider says it is. The errors are ErrAway,
// ErrRefused and ErrWrong.
func (p *Provider) Finish(ctx context.Context, a Attempt, back url.Values) (string, error) {
	f, err := p.ask(ctx)
	if err != nil {
		return "", err
	}
	//mutants:guard the answer of one provider is not taken for that of another
	if iss := back.Get("iss"); iss != p.Issuer && (iss != "" || f.named) || len(back["iss"]) > 1 || len(back["code"]) > 1 {
		return "", fmt.Errorf("%w: it comes from %q", ErrWrong, iss)
	}
	if e := back.Get("error"); e != "" || back.Get("code") == "" {
		return "", fmt.Errorf("%w: %.100q", ErrRefused, e)
	}
	c := f.config
	c.RedirectURL = a.Back
	ctx = oidc.ClientContext(ctx, p.web)
	token, err := c.Exchange(ctx, back.Get("code"), oauth2.VerifierOption(a.Verifier))
	if err != nil {
		if answered := (*oauth2.RetrieveError)(nil); errors.As(err, &answered) && answered.Response != nil && answered.Response.StatusCode < 500 {
			return "", fmt.Errorf("%w: the code is not taken: %s", ErrWrong, answered.ErrorCode)
		}
		return "", fmt.Errorf("%w: %w", ErrAway, err)
	}
	signed, ok := token.Extra("id_token").(string)
	if !ok {
		return "", fmt.Errorf("%w: it says nothing of who it is", ErrWrong)
	}
	said, err := f.verifier.Verify(ctx, signed)
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrWrong, err)
	}
	//mutants:guard a statement that was made for another attempt is not taken
	if subtle.ConstantTimeCompare([]byte(said.Nonce), []byte(a.Nonce)) != 1 || a.Nonce == "" {
		return "", fmt.Errorf("%w: it was made for another attempt", ErrWrong)
	}
	if len(said.Audience) != 1 {
		return "", fmt.Errorf("%w: it is for several", ErrWrong)
	}
	if said.Subject == "" || len(said.Subject) > 255 {
		return "", fmt.Errorf("%w: it names nobody", ErrWrong)
	}
	return said.Subject, nil
}
