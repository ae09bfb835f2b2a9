package serve

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"slices"
	"strings"
	"time"

	"github.com/openplenary/plenary/delegation"
)

// The cookie of what somebody sent without an account. Whoever bears the nonce of a contribution is the party that
// sent it, so the cookie must hold on to all of them, in the 4 KB that a browser keeps. It has one secret; the nonce of
// a form that is made for a browser with a secret derives from it, and then four bytes are enough to find it again:
//
//	!SECRET.ferries~NONCE.ferries!IDS.ferries*SHOWN
//
// SECRET, NONCE and SHOWN are 22 characters; several nonces, or the four bytes of several, follow one another. Before there
// was a secret, each nonce stood in an entry of its own; those are read as well. SHOWN is a participant whom the reader has
// shown to be by the code of an author: eight bytes of number, and eight that only this instance can have written.

const (
	idSize    = 4    // bytes that a nonce of the browser's own begins with
	nonceSize = 16   // bytes
	nonceText = 22   // characters
	maxCookie = 3900 // characters of the value, so that with its name and attributes it fits
	ownAge    = 90 * 24 * time.Hour
)

// owned is what the cookie holds.
type owned struct {
	secret []byte // nil for none
	slugs  []*ownedIn
}

// ownedIn is what the cookie holds of one conversation, the oldest first.
type ownedIn struct {
	slug   string
	nonces []string // that came from elsewhere, in 22 characters
	ids    []string // of nonces of the browser's own, as bytes
	shown  []string // participants, each with its proof, in 22 characters
}

// derived is the nonce of the browser's own that begins with an id.
func (o *owned) derived(slug, id string) string {
	m := hmac.New(sha256.New, o.secret)
	m.Write([]byte(slug + "\x00" + id))
	return base64.RawURLEncoding.EncodeToString(append([]byte(id), m.Sum(nil)[:nonceSize-idSize]...))
}

// idOf is the id of a nonce of the browser's own; ok is false for any other.
func (o *owned) idOf(slug, nonce string) (id string, ok bool) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(nonce)
	if o.secret == nil || err != nil || len(b) != nonceSize {
		return "", false
	}
	id = string(b[:idSize])
	return id, hmac.Equal([]byte(nonce), []byte(o.derived(slug, id)))
}

// in is what is held of a conversation, made where there is none.
func (o *owned) in(slug string) *ownedIn {
	for _, s := range o.slugs {
		if s.slug == slug {
			return s
		}
	}
	o.slugs = append(o.slugs, &ownedIn{slug: slug})
	return o.slugs[len(o.slugs)-1]
}

// nonces are all that is held of a conversation.
func (o *owned) nonces(slug string) (out []string) {
	for _, s := range o.slugs {
		if s.slug != slug {
			continue
		}
		out = append(out, s.nonces...)
		for _, id := range s.ids {
			out = append(out, o.derived(slug, id))
		}
	}
	return out
}

// parseOwned reads the cookie. What cannot be read in it is passed over.
func parseOwned(value string) *owned {
	o := &owned{}
	for entry := range strings.SplitSeq(value, ".") {
		if secret, ok := strings.CutPrefix(entry, "!"); ok {
			if b, err := base64.RawURLEncoding.Strict().DecodeString(secret); err == nil && len(b) == nonceSize {
				o.secret = b
			}
			continue
		}
		if slug, all, ok := strings.Cut(entry, "~"); ok && slug != "" {
			s := o.in(slug)
			s.nonces = append(s.nonces, split(all)...)
			continue
		}
		if slug, all, ok := strings.Cut(entry, "*"); ok && slug != "" {
			s := o.in(slug)
			s.shown = append(s.shown, split(all)...)
			continue
		}
		slug, all, ok := strings.Cut(entry, "!")
		b, err := base64.RawURLEncoding.Strict().DecodeString(all)
		if !ok || slug == "" || err != nil {
			continue
		}
		for ids := range slices.Chunk(b, idSize) {
			if len(ids) == idSize {
				s := o.in(slug)
				s.ids = append(s.ids, string(ids))
			}
		}
	}
	if o.secret == nil {
		for _, s := range o.slugs {
			s.ids = nil // nothing derives from them any more
		}
	}
	return o
}

// split takes what has the length of a nonce each apart.
func split(all string) (out []string) {
	for ; len(all) >= nonceText; all = all[nonceText:] {
		if ValidNonce(all[:nonceText]) {
			out = append(out, all[:nonceText])
		}
	}
	return out
}

// String is the cookie.
func (o *owned) String() string {
	var all []string
	if o.secret != nil {
		all = append(all, "!"+base64.RawURLEncoding.EncodeToString(o.secret))
	}
	for _, s := range o.slugs {
		if len(s.nonces) > 0 {
			all = append(all, s.slug+"~"+strings.Join(s.nonces, ""))
		}
		if len(s.ids) > 0 {
			all = append(all, s.slug+"!"+base64.RawURLEncoding.EncodeToString([]byte(strings.Join(s.ids, ""))))
		}
		if len(s.shown) > 0 {
			all = append(all, s.slug+"*"+strings.Join(s.shown, ""))
		}
	}
	return strings.Join(all, ".")
}

// add holds on to one more nonce of a conversation.
func (o *owned) add(slug, nonce string) {
	s := o.in(slug)
	if id, ok := o.idOf(slug, nonce); ok {
		s.ids = append(s.ids, id)
	} else {
		s.nonces = append(s.nonces, nonce)
	}
	o.fit(s)
}

// show holds on to one more participant of a conversation whom the reader has shown to be.
func (o *owned) show(slug, shown string) {
	s := o.in(slug)
	s.shown = append(s.shown, shown)
	o.fit(s)
}

// fit makes room, with the conversation that something was added to as the last. The oldest of what was left alone the
// longest goes.
func (o *owned) fit(s *ownedIn) {
	i := slices.Index(o.slugs, s)
	o.slugs = append(slices.Delete(o.slugs, i, i+1), s)
	for len(o.String()) > maxCookie {
		switch first := o.slugs[0]; {
		case len(first.nonces) > 1:
			first.nonces = first.nonces[1:]
		case len(first.ids) > 1:
			first.ids = first.ids[1:]
		case len(first.shown) > 1:
			first.shown = first.shown[1:]
		case len(o.slugs) == 1:
			return
		default:
			o.slugs = o.slugs[1:]
		}
	}
}

// ownedBy reads the cookie of a request.
func (q *Request) ownedBy() *owned {
	c, err := q.Cookie(q.Server.CookieName("plenary-own"))
	if err != nil || len(c.Value) > 2*maxCookie {
		return &owned{}
	}
	return parseOwned(c.Value)
}

func (q *Request) readOwn() {
	o := q.ownedBy()
	for _, n := range o.nonces(q.Slug) {
		q.Nonces = append(q.Nonces, n)
		q.Own = append(q.Own, q.anonymousParticipant(n))
	}
	for _, s := range o.slugs {
		if s.slug != q.Slug {
			continue
		}
		for _, shown := range s.shown {
			b, _ := base64.RawURLEncoding.DecodeString(shown) // it was split off as sixteen bytes
			p := delegation.Participant(binary.BigEndian.Uint64(b))
			//mutants:guard a browser is an author only of what it was shown to have sent
			if hmac.Equal([]byte(shown), []byte(q.shown(p))) && !slices.Contains(q.Own, p) {
				q.Own = append(q.Own, p)
			}
		}
	}
}

// shown spells a participant with the proof that this instance let the reader be them.
func (q *Request) shown(p delegation.Participant) string {
	b := binary.BigEndian.AppendUint64(nil, uint64(p))
	b = binary.BigEndian.AppendUint64(b, q.Server.Sec.Derive("shown author", q.Slug, string(p.Ref())))
	return base64.RawURLEncoding.EncodeToString(b)
}

// Holds gives the participant whom the reader acts as where they are the author of what by sent, by their account or by
// what their browser holds; ok is false where they are not. It is the one proof of authorship: taking back, putting right
// and saying what one thinks of an answer rest on it.
func (q *Request) Holds(by string) (author delegation.Participant, ok bool) {
	for _, p := range q.Audience().As {
		if string(p.Ref()) == by {
			return p, true
		}
	}
	return 0, false
}

// Hold lets the browser be the author of what a participant sent without an account, for 90 days. Whoever calls it has
// seen the proof: the code of the author.
func (q *Request) Hold(p delegation.Participant) {
	if slices.Contains(q.Own, p) {
		return
	}
	o := q.ownedBy()
	o.show(q.Slug, q.shown(p))
	q.SetCookie("plenary-own", o.String(), ownAge)
}

func (q *Request) anonymousParticipant(n string) delegation.Participant {
	return q.Server.Sec.AnonymousParticipant(q.Slug, n)
}

// NewToken is the nonce of a form in which somebody may send something without an account. Where the browser bears a
// secret, the nonce derives from it, and costs the cookie little.
func (q *Request) NewToken() string {
	o := q.ownedBy()
	if o.secret == nil {
		return Nonce()
	}
	var id [idSize]byte
	_, _ = rand.Read(id[:]) // never fails: crypto/rand ends the process instead
	return o.derived(q.Slug, string(id[:]))
}

// AddOwn lets the browser bear a nonce under which something was sent without an account: whoever bears it is its
// author. The cookie keeps some seven hundred of the browser's own for 90 days, and fewer of those that came from
// elsewhere.
func (q *Request) AddOwn(n string) {
	o := q.ownedBy()
	if slices.Contains(o.nonces(q.Slug), n) {
		return
	}
	o.add(q.Slug, n)
	if o.secret == nil {
		o.secret = make([]byte, nonceSize)
		_, _ = rand.Read(o.secret) // as above
	}
	q.SetCookie("plenary-own", o.String(), ownAge)
}
