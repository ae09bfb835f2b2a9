package web

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/door"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/refusal"
)

// request is one request with what the house knows of it.
type request struct {
	*http.Request
	w        http.ResponseWriter
	s        *Server
	route    Route
	params   any    // of the address, of the type of the route's Query
	common   common // those that every page takes
	key      string // the parameters in one form, for caches
	lang     locale.Lang
	slug     string
	path     string // without the language
	json     bool
	received time.Time
	source   door.Source
	raw      io.Reader // the body beyond its limit, only to be read away
	account  account.ID
	signedIn bool
	me       delegation.Participant   // of the account in this conversation, 0 for none
	own      []delegation.Participant // of what was sent without an account
	nonces   []string                 // in this conversation, from the cookie
	roles    delegation.RoleSet
	frame    frame.Frame
	reading  *conversation.Reading // the last one: what it granted may be shown
}

// address reads language, conversation and the wish for JSON out of the path.
func (q *request) address() {
	p := q.URL.Path
	if strings.HasSuffix(p, ".json") && q.route.Twin {
		p = strings.TrimSuffix(p, ".json")
		q.json = true
	} else if q.route.Twin && wantsJSON(q.Header.Get("Accept")) {
		q.json = true
	}
	if q.route.Pattern == "" || q.route.Command.Type != nil { // of what is not there, and of acts, programs ask too
		q.json = wantsJSON(q.Header.Get("Accept")) || strings.HasSuffix(p, ".json") || strings.Contains(p, "/acts/")
	}
	seg := strings.SplitN(strings.TrimPrefix(p, "/"), "/", 2)
	if l, ok := locale.Parse(seg[0]); ok && string(l) == seg[0] {
		q.lang = l
		q.path = "/" + strings.Join(seg[1:], "")
	} else {
		q.lang = q.preferred()
		q.path = p
	}
	q.slug = strings.TrimSuffix(q.PathValue("slug"), ".json")
	if q.slug == "" {
		if rest, ok := strings.CutPrefix(q.path, "/c/"); ok {
			q.slug, _, _ = strings.Cut(rest, "/")
		}
	}
	q.frame = frame.Frame{Lang: q.lang, Path: q.path, Query: q.URL.RawQuery, Slug: q.slug, Mailbox: q.s.Mailbox != nil, Host: q.s.host(q.Request), Now: q.received}
}

// query reads the parameters of the address. A form is sent to an address without any, or with those of the page
// that it stands on.
func (q *request) query() (err error) {
	if q.Method != http.MethodGet && q.Method != http.MethodHead || q.URL.RawQuery == "" {
		return nil
	}
	if q.params, q.common, q.key, err = q.s.parsed.query(q.route, q.URL); err != nil {
		return err
	}
	if slices.Contains(pageDone, q.common.Done) {
		q.frame.Notice = "done." + q.common.Done
	}
	return nil
}

// pageDone are the acts that a page may say were just done.
var pageDone = []string{"published", "withheld", "withdrawn", "redacted", "erased", "reacted", "translated", "linked"}

// ref is the reference in the path, None where it is none.
func (q *request) ref() cite.Ref {
	r, err := cite.ParseRef(strings.TrimSuffix(q.PathValue("ref"), ".json"))
	if err != nil {
		return cite.None
	}
	return r
}

func wantsJSON(accept string) bool {
	first, _, _ := strings.Cut(accept, ",")
	return strings.HasPrefix(strings.TrimSpace(first), "application/json")
}

// preferred is the language of a reader whose address names none: the cookie, then Accept-Language.
func (q *request) preferred() locale.Lang {
	if c, err := q.Cookie("lang"); err == nil {
		if l, ok := locale.Parse(c.Value); ok {
			return l
		}
	}
	return locale.Negotiate(q.Header.Get("Accept-Language"))
}

// audience is who reads.
func (q *request) audience() conversation.Audience {
	a := conversation.Audience{Roles: q.roles, As: q.own}
	if q.me != 0 {
		a.As = append([]delegation.Participant{q.me}, q.own...)
	}
	return a
}

// anonymous reports whether the reader is nobody in particular: then a shared answer will do.
func (q *request) anonymous() bool { return !q.signedIn && len(q.own) == 0 }

func (q *request) identify() error {
	if c, err := q.Cookie(q.s.cookieName("plenary")); err == nil && c.Value != "" {
		id, ok, err := q.s.Accounts.Session(q.Context(), c.Value, q.received)
		if err != nil {
			return err
		}
		q.account, q.signedIn = id, ok
	}
	if q.slug != "" {
		q.readOwn()
		if q.signedIn {
			n, ok, err := q.s.Accounts.ParticipantOf(q.Context(), q.account, q.slug)
			if err != nil {
				return err
			}
			if ok {
				q.me = delegation.Participant(n)
			}
		}
		// What the frame says rests on settings and offices alone; nobody waits here for anything else.
		_, err := q.s.Sec.ReadAbout(q.Context(), q.slug, func(st *conversation.State) error {
			if st.Head == 0 {
				return notFound() // its first entry is still being written
			}
			if q.me != 0 {
				q.roles = st.Roll.Roles(q.me)
			}
			q.frame.Name, _ = st.Title.For(q.lang)
			q.frame.Zone, q.frame.Demo = st.Zone, st.Demonstration
			return nil
		}, conversation.AnySetting, conversation.AnyParty)
		if rs := refusal.Of(err); len(rs) > 0 && rs[0].Kind == refusal.Hidden {
			q.frame.Slug = ""
			return notFound()
		}
		if err != nil {
			return err
		}
		q.frame.ReadOnly = q.s.Sec.Halted(q.slug) != nil
	}
	op, err := q.operator()
	if err != nil {
		return err
	}
	if op && q.s.Mailbox == nil {
		q.frame.Proxies = q.s.Sources.Unnamed()
	}
	q.frame.Me = frame.Me{Operator: op, SignedIn: q.signedIn, Roles: q.roles, Own: len(q.own) > 0}
	if q.signedIn {
		name, err := q.s.Accounts.DisplayName(q.Context(), q.account)
		if err != nil {
			return err
		}
		q.frame.Me.Name = name
	}
	return nil
}

// participant is the reader's number in this conversation, made at first need.
func (q *request) participant() (delegation.Participant, error) {
	if q.me != 0 {
		return q.me, nil
	}
	n, err := q.s.Accounts.Participant(q.Context(), q.account, q.slug, q.s.Sec.Number)
	if err != nil {
		return 0, err
	}
	q.me = delegation.Participant(n)
	return q.me, nil
}

// door keeps the policy table. A door that is closed to somebody with no business there answers as if
// there were nothing behind it.
func (q *request) door() error {
	switch q.route.Who {
	case Everybody:
		return nil
	case SignedIn:
		if q.signedIn {
			return nil
		}
		return errSignIn
	case Staff:
		if q.roles.Has(delegation.Officer, delegation.Moderator) {
			return nil
		}
	case Officers:
		if q.roles.Has(delegation.Officer) {
			return nil
		}
	case Operators:
		ok, err := q.operator()
		if err != nil {
			return err
		}
		if ok {
			return nil
		}
		if !q.signedIn && q.Method == http.MethodGet {
			return errSignIn
		}
	case DemoOnly:
		if q.s.Mailbox != nil {
			return nil
		}
	}
	if !q.signedIn && (q.route.Who == Staff || q.route.Who == Officers) && q.Method == http.MethodGet {
		return errSignIn
	}
	return notFound()
}

// operator reports whether the reader may convene.
func (q *request) operator() (bool, error) {
	if !q.signedIn {
		return false, nil
	}
	if q.s.Mailbox != nil {
		return true, nil
	}
	a, ok, err := q.s.Accounts.Get(q.Context(), q.account)
	return ok && slices.Contains(q.s.Operators, a.Email), err
}

var errSignIn error = refusal.New(refusal.Forbidden, "sign_in.needed")

func notFound() error { return refusal.New(refusal.Hidden, "not_found") }

// ask is an ask of the signed-in reader.
func (q *request) ask(command any, token string) (conversation.Ask, error) {
	me, err := q.participant()
	if err != nil {
		return conversation.Ask{}, err
	}
	a := conversation.Ask{By: me, Assurance: consultation.EmailProven, Received: q.received, Command: command}
	if validNonce(token) {
		a.Token, a.Scope = token, string(me.Ref())
	}
	return a, nil
}

// after waits for the position that an act of the reader's led to.
func (q *request) after() {
	if p := q.common.After; p > 0 {
		q.s.Sec.WaitFor(q.Context(), q.slug, p)
	}
}
