package serve

import (
	"crypto/rand"
	"encoding/base64"
	"net/http"
	"time"
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
