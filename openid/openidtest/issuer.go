// Package openidtest is a provider of OpenID Connect on the loopback, for tests: it speaks the protocol (discovery, keys, the code
// flow), and lies where a test asks for it.
package openidtest

import (
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

// Client and Secret are what the instance is known by.
const (
	Client = "client"
	Secret = "the secret of the client"
)

// Issuer is the provider. Its fields may be changed between two attempts.
type Issuer struct {
	URL         string
	Subject     string         // who everybody is
	Claims      map[string]any // what it says instead; nil leaves a claim out
	Alg         string         // by what it says that it signed: "RS256", or "none" or "HS256" to lie
	Forge       bool           // it signs with a key that nobody knows
	Silent      bool           // it gives no statement
	Away        bool           // it answers nothing
	Says        string         // who it says that it is, "" for the truth
	Named       bool           // it says that it names itself when it sends somebody back
	NamesItself string         // as what, "" for the truth

	mu    sync.Mutex
	key   *rsa.PrivateKey
	kid   int
	codes map[string]asked
}

// asked is what a code was given for.
type asked struct{ nonce, challenge, back string }

// New starts one.
func New(t testing.TB) *Issuer {
	t.Helper()
	i := &Issuer{codes: map[string]asked{}}
	srv := httptest.NewServer(i)
	t.Cleanup(srv.Close)
	i.URL = srv.URL
	i.Reset()
	i.Rotate()
	return i
}

// Setting is how an operator names it, after the name.
func (i *Issuer) Setting() string {
	u, _ := url.Parse(i.URL)
	u.User = url.UserPassword(Client, Secret)
	return u.String()
}

// Reset has it tell the truth again.
func (i *Issuer) Reset() {
	i.Subject, i.Claims, i.Alg, i.Forge, i.Silent, i.Away, i.Says, i.NamesItself = "subject-1", map[string]any{}, "RS256", false, false, false, "", ""
}

// Rotate has it sign with a new key.
func (i *Issuer) Rotate() {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err) // never fails
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	i.key, i.kid = key, i.kid+1
}

// Agree is somebody whom it asks who they are, and who agrees: it gives the address that their browser is sent back to.
func (i *Issuer) Agree(to string) (*url.URL, error) {
	u, err := url.Parse(to)
	if err != nil {
		return nil, err
	}
	q := u.Query()
	if q.Get("client_id") != Client || q.Get("response_type") != "code" || q.Get("code_challenge_method") != "S256" || !strings.Contains(q.Get("scope"), "openid") {
		return nil, fmt.Errorf("it is asked wrongly: %s", to)
	}
	back, err := url.Parse(q.Get("redirect_uri"))
	if err != nil {
		return nil, err
	}
	code := rand.Text()
	i.mu.Lock()
	i.codes[code] = asked{q.Get("nonce"), q.Get("code_challenge"), q.Get("redirect_uri")}
	i.mu.Unlock()
	answer := url.Values{"code": {code}, "state": {q.Get("state")}, "iss": {i.URL}}
	if i.NamesItself != "" {
		answer.Set("iss", i.NamesItself)
	}
	back.RawQuery = answer.Encode()
	return back, nil
}

// ServeHTTP speaks the protocol.
func (i *Issuer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if i.Away {
		http.Error(w, "away", http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	var answer any
	switch r.URL.Path {
	case "/.well-known/openid-configuration":
		is := i.URL
		if i.Says != "" {
			is = i.Says
		}
		answer = map[string]any{"issuer": is, "authorization_endpoint": i.URL + "/authorize", "token_endpoint": i.URL + "/token", "jwks_uri": i.URL + "/keys",
			"id_token_signing_alg_values_supported": []string{"RS256", "none", "HS256"}, "response_types_supported": []string{"code"}, "authorization_response_iss_parameter_supported": i.Named}
	case "/authorize":
		back, err := i.Agree(i.URL + r.URL.String())
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		http.Redirect(w, r, back.String(), http.StatusFound)
		return
	case "/keys":
		i.mu.Lock()
		answer = map[string]any{"keys": []map[string]any{{"kty": "RSA", "use": "sig", "alg": "RS256", "kid": fmt.Sprint(i.kid), "n": text(i.key.N.Bytes()), "e": text(big.NewInt(int64(i.key.E)).Bytes())}}}
		i.mu.Unlock()
	case "/token":
		token, err := i.token(r)
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			token = map[string]any{"error": "invalid_grant"}
		}
		answer = token
	default:
		http.NotFound(w, r)
		return
	}
	_ = json.NewEncoder(w).Encode(answer)
}

func text(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// token gives a statement for a code, once, to whoever has the other half of the secret.
func (i *Issuer) token(r *http.Request) (map[string]any, error) {
	client, secret, ok := r.BasicAuth()
	if ok { // as RFC 6749 has it, both are escaped
		client, _ = url.QueryUnescape(client)
		secret, _ = url.QueryUnescape(secret)
	} else {
		client, secret = r.PostFormValue("client_id"), r.PostFormValue("client_secret")
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	a, known := i.codes[r.PostFormValue("code")]
	delete(i.codes, r.PostFormValue("code"))
	sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	if client != Client || secret != Secret || !known || a.challenge != text(sum[:]) || a.back != r.PostFormValue("redirect_uri") {
		return nil, errors.New("no such code")
	}
	out := map[string]any{"access_token": "nothing", "token_type": "Bearer"}
	if !i.Silent {
		out["id_token"] = i.statement(a)
	}
	return out, nil
}

// statement is what it says of who somebody is, signed.
func (i *Issuer) statement(a asked) string {
	now := time.Now()
	claims := map[string]any{"iss": i.URL, "sub": i.Subject, "aud": Client, "nonce": a.nonce, "iat": now.Unix(), "exp": now.Add(time.Minute).Unix()}
	for k, v := range i.Claims {
		if claims[k] = v; v == nil {
			delete(claims, k)
		}
	}
	part := func(v any) string {
		b, _ := json.Marshal(v) // words and numbers
		return text(b)
	}
	whole := part(map[string]any{"alg": i.Alg, "kid": fmt.Sprint(i.kid)}) + "." + part(claims)
	sum := sha256.Sum256([]byte(whole))
	var signature []byte
	switch i.Alg {
	case "none":
	case "HS256": // with what everybody knows
		m := hmac.New(sha256.New, i.key.N.Bytes())
		_, _ = m.Write([]byte(whole))
		signature = m.Sum(nil)
	default:
		key := i.key
		if i.Forge {
			key, _ = rsa.GenerateKey(rand.Reader, 2048)
		}
		signature, _ = rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
	}
	return whole + "." + text(signature)
}
