package api

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/refusal"
)

// Key is what tells one act from another however often it is sent.
type Key struct {
	// Token is what the house knows the act by: 128 bits in base64url.
	Token string
	// Secret: the token is one that nobody else knows, so that it shows later whose a contribution is. Any other
	// key may be guessed, and shows nothing.
	Secret bool
}

// The bounds of an Idempotency-Key, in characters.
const (
	minKey = 16
	maxKey = 128
)

// KeyOf reads the header Idempotency-Key. Without it, every request is an act of its own. A key that is not 128
// random bits is hashed with the secret of the house, so that nobody makes a token out of a key that they guess.
func KeyOf(h http.Header, hash func(string) uint64) (Key, error) {
	s := h.Get("Idempotency-Key")
	var b [16]byte
	raw, err := base64.RawURLEncoding.Strict().DecodeString(s)
	switch {
	case s == "":
		_, _ = rand.Read(b[:]) // never fails: crypto/rand ends the process instead
		return Key{base64.RawURLEncoding.EncodeToString(b[:]), true}, nil
	case err == nil && len(raw) == len(b):
		return Key{s, true}, nil
	case len(s) < minKey || len(s) > maxKey || strings.ContainsFunc(s, func(r rune) bool { return r < '!' || r > '~' }):
		return Key{}, &refusal.Refusal{Kind: refusal.Malformed, Key: "body.key", Field: "Idempotency-Key"}
	}
	binary.BigEndian.PutUint64(b[:8], hash("1 "+s))
	binary.BigEndian.PutUint64(b[8:], hash("2 "+s))
	return Key{base64.RawURLEncoding.EncodeToString(b[:]), false}, nil
}

// Read reads the body of a request, one JSON object, as Decode does.
func Read(r *http.Request, into ...any) error {
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != "application/json" {
		return refusal.New(refusal.Malformed, "body.json")
	}
	b, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	return Decode(b, into...)
}

// Done is what became of an act.
type Done struct {
	// First is the position of the first entry that it made on the record, 0 if it made none.
	First cite.Position `json:"first"`
	// Last is the position of the last one. Pages with after= this wait until they show it.
	Last cite.Position `json:"last"`
	// Refs are the permanent references of what it made: the contribution, the call, the edition.
	Refs []cite.Ref `json:"refs" api:"never null"`
	// Repeated says that the Idempotency-Key had been used before: this is the first answer.
	Repeated bool `json:"repeated"`
}
