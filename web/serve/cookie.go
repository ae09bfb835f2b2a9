package serve

import (
	"crypto/rand"
	"encoding/base64"
	"net/http"
	"strings"
	"time"

	"github.com/openplenary/plenary/delegation"
)

// NonceUnless is a nonce for a form, or "" where there is no form to send.
func NonceUnless(no bool) string {
	if no {
		return ""
	}
	return Nonce()
}

// Nonce is 128 random bits in 22 characters: the token of a form, or the secret of a cookie.
func Nonce() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand ends the process instead
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// ValidNonce reports whether a text from outside has the form of a nonce.
func ValidNonce(s string) bool {
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	return err == nil && len(b) == 16
}

// The cookie of what somebody sent without an account: conversation~nonce, the newest last. Whoever
// bears a nonce is the party that sent it.
const maxOwn = 20

func (q *Request) ownAll() []string {
	c, err := q.Cookie(q.Server.CookieName("plenary-own"))
	if err != nil || len(c.Value) > 4000 {
		return nil
	}
	return strings.Split(c.Value, ".")
}

func (q *Request) readOwn() {
	for _, e := range q.ownAll() {
		slug, n, ok := strings.Cut(e, "~")
		if !ok || slug != q.Slug || !ValidNonce(n) {
			continue
		}
		q.Nonces = append(q.Nonces, n)
		q.Own = append(q.Own, q.anonymousParticipant(n))
	}
}

func (q *Request) anonymousParticipant(n string) delegation.Participant {
	return q.Server.Sec.AnonymousParticipant(q.Slug, n)
}

// AddOwn lets the browser bear a nonce under which something was sent without an account: whoever bears it is its
// author. The cookie keeps the newest twenty for 90 days.
func (q *Request) AddOwn(n string) {
	all := q.ownAll()
	for _, e := range all {
		if e == q.Slug+"~"+n {
			return
		}
	}
	all = append(all, q.Slug+"~"+n)
	if len(all) > maxOwn {
		all = all[len(all)-maxOwn:]
	}
	q.SetCookie("plenary-own", strings.Join(all, "."), 90*24*time.Hour)
}

// CookieName is the name of a cookie as browsers see it, with the __Host- prefix where cookies go over https only.
func (s *Server) CookieName(name string) string {
	if s.Secure {
		return "__Host-" + name
	}
	return name
}

// SetCookie gives the browser a cookie that no script can read and no other site can have sent along with a form.
// An empty value takes it away.
func (q *Request) SetCookie(name, value string, age time.Duration) {
	c := &http.Cookie{Name: q.Server.CookieName(name), Value: value, Path: "/", HttpOnly: true, Secure: q.Server.Secure, SameSite: http.SameSiteLaxMode, MaxAge: int(age.Seconds())}
	if value == "" {
		c.MaxAge = -1
	}
	http.SetCookie(q.Writer, c)
}
