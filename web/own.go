package web

import (
	"crypto/rand"
	"encoding/base64"
	"net/http"
	"strings"
	"time"

	"github.com/openplenary/plenary/delegation"
)

func nonceUnless(no bool) string {
	if no {
		return ""
	}
	return nonce()
}

// nonce is 128 random bits in 22 characters.
func nonce() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand ends the process instead
	return base64.RawURLEncoding.EncodeToString(b[:])
}

func validNonce(s string) bool {
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	return err == nil && len(b) == 16
}

// The cookie of what somebody sent without an account: conversation~nonce, the newest last. Whoever
// bears a nonce is the party that sent it.
const maxOwn = 20

func (q *request) ownAll() []string {
	c, err := q.Cookie(q.s.cookieName("plenary-own"))
	if err != nil || len(c.Value) > 4000 {
		return nil
	}
	return strings.Split(c.Value, ".")
}

func (q *request) readOwn() {
	for _, e := range q.ownAll() {
		slug, n, ok := strings.Cut(e, "~")
		if !ok || slug != q.slug || !validNonce(n) {
			continue
		}
		q.nonces = append(q.nonces, n)
		q.own = append(q.own, q.anonymousParticipant(n))
	}
}

func (q *request) anonymousParticipant(n string) delegation.Participant {
	return q.s.Sec.AnonymousParticipant(q.slug, n)
}

func (q *request) addOwn(n string) {
	all := q.ownAll()
	for _, e := range all {
		if e == q.slug+"~"+n {
			return
		}
	}
	all = append(all, q.slug+"~"+n)
	if len(all) > maxOwn {
		all = all[len(all)-maxOwn:]
	}
	q.setCookie("plenary-own", strings.Join(all, "."), 90*24*time.Hour)
}

func (s *Server) cookieName(name string) string {
	if s.Secure {
		return "__Host-" + name
	}
	return name
}

func (q *request) setCookie(name, value string, age time.Duration) {
	c := &http.Cookie{Name: q.s.cookieName(name), Value: value, Path: "/", HttpOnly: true, Secure: q.s.Secure, SameSite: http.SameSiteLaxMode, MaxAge: int(age.Seconds())}
	if value == "" {
		c.MaxAge = -1
	}
	http.SetCookie(q.w, c)
}
