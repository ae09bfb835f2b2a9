package serve

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/refusal"
)

// A form that somebody writes in carries who it was made for, in the field "as". It is compared when the form is
// sent: a session that ended, or another that began in another tab, never changes who speaks. What was typed comes
// back, and the person signs in again or chooses who they speak as.

// NoSpeaker is who a form was made for where nobody was signed in.
const NoSpeaker = "nobody"

// Speaker names who reads the page, for the forms on it: an account by a number of this conversation that tells
// nothing else, or NoSpeaker.
func (q *Request) Speaker() string {
	if !q.SignedIn {
		return NoSpeaker
	}
	return cite.FormatNumber(q.Server.Sec.Derive("speaker", q.Slug, strconv.FormatInt(int64(q.Account), 10)))
}

// MadeFor is who a form was made for, and who was chosen instead where it asked; both are "" where the form does not
// say.
func MadeFor(v url.Values) (first, chosen string) {
	as := v["as"]
	if len(as) == 0 {
		return "", ""
	}
	return as[0], as[len(as)-1]
}

// ErrSpeaker is the refusal of a form that was made for somebody who is not signed in any more.
var ErrSpeaker = &refusal.Refusal{Kind: refusal.Conflict, Key: "speaker.gone", Field: "as"}

// spoken refuses a form that was made for somebody else than who sends it. A form that does not say for whom is a
// program's.
func (q *Request) spoken(v url.Values) error {
	switch _, as := MadeFor(v); {
	case as == "" || as == q.Speaker():
		return nil
	case !q.SignedIn:
		return ErrSpeaker
	case as == NoSpeaker:
		return &refusal.Refusal{Kind: refusal.Conflict, Key: "speaker.in", Field: "as"}
	}
	return &refusal.Refusal{Kind: refusal.Conflict, Key: "speaker.other", Field: "as"}
}

// shut is what a closed door says of a form: where it was made for somebody else than who sends it, that, so that
// what was typed is not lost.
func (q *Request) shut(door error) error {
	if q.Method != http.MethodPost || q.JSON {
		return door
	}
	q.typed()
	if err := q.spoken(q.form); err != nil {
		return err
	}
	return door
}

// typed reads the form of a request that was refused before anybody read it, as far as it can be read.
func (q *Request) typed() {
	if q.form == nil && q.Method == http.MethodPost && q.Route.Body > 0 && q.Body != nil {
		_, _ = q.ReadForm() // keeps what it read
	}
}

// held is what was typed into a form that is refused on a page of its own, nil where there is nothing to give back.
func (q *Request) held(v *frame.Problem) *frame.Held {
	q.typed()
	first, as := MadeFor(q.form)
	if as == "" || q.JSON {
		return nil
	}
	h, size := &frame.Held{Action: q.URL.EscapedPath()}, 0
	for _, name := range slices.Sorted(maps.Keys(q.form)) {
		for _, s := range q.form[name] {
			if s = strings.ToValidUTF8(s, "\uFFFD"); s != "" {
				h.Add(name, s)
			}
			if size += len(s); size > maxTexts { // nobody typed that
				return nil
			}
		}
	}
	if len(h.Texts) == 0 {
		return nil
	}
	h.As, h.Token = first, q.form.Get("token")
	for _, r := range v.Refusals {
		switch {
		case r.Key == "token.other":
			h.Token = Nonce()
		case r.Field == "as":
			h.SignIn, h.Other = true, q.Speaker()
			if !q.SignedIn {
				h.Other = "" // what is for people with an account is sent by nobody else
			}
		}
	}
	return h
}
