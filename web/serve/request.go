package serve

import (
	"io"
	"net/http"
	"net/url"
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

// Request is one request with what the house knows of it.
type Request struct {
	*http.Request
	Writer   http.ResponseWriter
	Server   *Server
	Route    Route       // the row that it was matched with
	Common   Common      // the parameters that every page takes
	Lang     locale.Lang // of the address; where it names none, the one the reader would choose
	Slug     string      // the conversation, "" outside of all
	JSON     bool        // the twin is asked for
	Received time.Time
	Source   door.Source // where it comes from, for limits
	Account  account.ID  // of the reader, where SignedIn
	SignedIn bool
	passing  bool                     // what is made is not kept
	follow   func()                   // what is followed once the handler has returned; nil for nothing
	Bearer   account.Bearer           // of the reader's session, where SignedIn
	Unproved bool                     // they are signed in, but by a letter only, which is not enough for their office
	Me       delegation.Participant   // of the account in this conversation, 0 for none
	Own      []delegation.Participant // of what was sent without an account
	Nonces   []string                 // of what was sent to this conversation without an account, from the cookie
	Roles    delegation.RoleSet       // in this conversation
	Frame    frame.Frame              // what stands around the page
	Reading  *conversation.Reading    // the last one: what it granted may be shown
	looked   cite.Position            // the position that it read, durable

	seenBy  *conversation.Audience // for whom the answer is made, where that is not who asks
	params  any                    // of the address, of the type of the route's Query
	key     string                 // the parameters in one form, for caches
	path    string                 // without the language
	raw     io.Reader              // the body beyond its limit, only to be read away
	refused []*refusal.Refusal     // what it came to, where it was refused
	form    url.Values             // what was read of the form, to be given back; nil where nobody read it
}

// address reads language, conversation and the wish for JSON out of the path.
func (q *Request) address() {
	p := q.URL.Path
	if strings.HasSuffix(p, ".json") && q.Route.Twin {
		p = strings.TrimSuffix(p, ".json")
		q.JSON = true
	} else if q.Route.Twin && wantsJSON(q.Header.Get("Accept")) {
		q.JSON = true
	}
	if q.Route.Pattern == "" || q.Route.Command.Type != nil { // of what is not there, and of acts, programs ask too
		q.JSON = wantsJSON(q.Header.Get("Accept")) || strings.HasSuffix(p, ".json") || strings.Contains(p, "/acts/")
	}
	seg := strings.SplitN(strings.TrimPrefix(p, "/"), "/", 2)
	if l, ok := locale.Parse(seg[0]); ok && string(l) == seg[0] {
		q.Lang = l
		q.path = "/" + strings.Join(seg[1:], "")
	} else {
		q.Lang = q.preferred()
		q.path = p
	}
	q.Slug = strings.TrimSuffix(q.PathValue("slug"), ".json")
	if q.Slug == "" {
		if rest, ok := strings.CutPrefix(q.path, "/c/"); ok {
			q.Slug, _, _ = strings.Cut(rest, "/")
		}
	}
	q.Frame = frame.Frame{Lang: q.Lang, Path: q.path, Query: q.URL.RawQuery, Slug: q.Slug, Mailbox: q.Server.Demonstration, Host: q.Server.host(q.Request),
		Public: strings.TrimSuffix(q.Server.PublicURL, "/"), Now: q.Received, Site: q.Server.Site.Now()}
}

// query reads the parameters of the address. A form is sent to an address without any, or with those of the page
// that it stands on.
func (q *Request) query() (err error) {
	if q.Method != http.MethodGet && q.Method != http.MethodHead || q.URL.RawQuery == "" || q.Route.Foreign {
		return nil
	}
	if q.params, q.Common, q.key, err = q.Server.parsed.query(q.Route, q.URL); err != nil {
		return err
	}
	if slices.Contains(pageDone, q.Common.Done) {
		q.Frame.Notice = "done." + q.Common.Done
	}
	return nil
}

// pageDone are the acts that a page may say were just done.
var pageDone = []string{"published", "withheld", "withdrawn", "redacted", "proposed", "confirmed", "declined", "erased", "reacted", "translated", "linked", "held",
	"corrected", "correction_sent", "correction_published", "correction_withheld"}

// Ref is the reference in the path, cite.None where it is none.
func (q *Request) Ref() cite.Ref {
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
func (q *Request) preferred() locale.Lang {
	if c, err := q.Cookie("lang"); err == nil {
		if l, ok := locale.Parse(c.Value); ok {
			return l
		}
	}
	l := locale.Negotiate(q.Header.Get("Accept-Language"))
	if now := q.Server.Site.Now(); !slices.Contains(now.Offered(), l) {
		return now.Default()
	}
	return l
}

// Audience is who reads, as the rule of reading takes them: their roles, and every participant that they are.
func (q *Request) Audience() conversation.Audience {
	if q.seenBy != nil {
		return *q.seenBy
	}
	a := conversation.Audience{Roles: q.Roles, As: q.Own}
	if q.Me != 0 {
		a.As = append([]delegation.Participant{q.Me}, q.Own...)
	}
	return a
}

// Unredacted has the answer made for the reader as somebody who asked to read what is blacked out. It means something
// only for those who moderate; whoever calls it notes who looked.
func (q *Request) Unredacted() {
	a := q.Audience()
	a.Unredacted = true
	q.seenBy = &a
}

// Anonymous reports whether the reader is nobody in particular: then a shared answer will do.
func (q *Request) Anonymous() bool { return !q.SignedIn && len(q.Own) == 0 }

// hidden is the refusal of a conversation that is not there for the reader: whoever holds an office with a passkey and came by a
// letter is asked to sign in, which tells them no more than they know.
func (q *Request) hidden() error {
	if q.Unproved {
		return ErrSignIn
	}
	return NotFound()
}

func (q *Request) identify() error {
	delegate := false
	if q.Route.Framed {
		return q.framed()
	}
	q.Frame.ReadOnly = q.Server.NoRoom != nil && q.Server.NoRoom()
	if c, err := q.Cookie(q.Server.CookieName("plenary")); err == nil && c.Value != "" && q.Server.Accounts != nil {
		b, ok, err := q.Server.Accounts.Bearer(q.Context(), c.Value, q.Received)
		if err != nil {
			return err
		}
		q.Bearer, q.Account, q.SignedIn = b, b.Account, ok
	}
	if q.Slug != "" {
		q.readOwn()
		if q.SignedIn {
			n, ok, err := q.Server.Accounts.ParticipantOf(q.Context(), q.Account, q.Slug)
			if err != nil {
				return err
			}
			if ok {
				q.Me = delegation.Participant(n)
			}
		}
		// What the frame says rests on settings and offices alone; nobody waits here for anything else.
		_, err := q.Server.Sec.ReadAbout(q.Context(), q.Slug, func(st *conversation.State) error {
			if st.Head == 0 {
				return NotFound() // its first entry is still being written
			}
			if q.Me != 0 {
				q.Roles, delegate = st.Roll.Roles(q.Me), len(st.Roll.Held(q.Me)) > 0
				//mutants:guard who holds an office and has a passkey is not let in by a letter
				if q.ByLetter(q.Roles) {
					q.forgetReader()
				}
			}
			//mutants:guard a conversation that is prepared answers as one that does not exist
			if !st.MayEnter(conversation.Audience{Roles: q.Roles}) {
				return q.hidden()
			}
			q.Frame.Name, _ = st.Title.For(q.Lang)
			q.Frame.Settled(&st.Settings)
			return nil
		}, conversation.AnySetting, conversation.AnyParty)
		if rs := refusal.Of(err); len(rs) > 0 && rs[0].Kind == refusal.Hidden {
			q.Frame.Slug = ""
			return NotFound()
		}
		if err != nil {
			return err
		}
		if err := q.standing(); err != nil {
			return err
		}
		if err := q.preview(); err != nil {
			return err
		}
	}
	op, err := q.operator()
	if err != nil {
		return err
	}
	byLetter := op && !q.Server.Demonstration && q.letterOnly()
	//mutants:guard an operator who has a passkey is not let in by a letter
	if byLetter {
		q.forgetReader()
	}
	if op = op && !byLetter; op && !q.Server.Demonstration {
		q.Frame.Proxies = q.Server.Sources.Unnamed()
	}
	q.Frame.As = q.Speaker()
	q.Frame.Me = frame.Me{Operator: op, SignedIn: q.SignedIn, Roles: q.Roles, Own: len(q.Own) > 0, Delegate: delegate && q.SignedIn}
	if q.SignedIn {
		name, err := q.Server.Accounts.DisplayName(q.Context(), q.Account)
		if err != nil {
			return err
		}
		q.Frame.Me.Name = name
	}
	return nil
}

// framed prepares an answer that others may show inside their pages: nothing is known of who asks, no cookie is read, and
// the page may load nothing but its style and do nothing.
func (q *Request) framed() error {
	h := q.Writer.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'none'; base-uri 'none'; frame-ancestors *")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	h.Del("Cross-Origin-Opener-Policy")
	_, err := q.Server.LookIn(q.Context(), q.Slug, conversation.Audience{}, q.Received, func(st *conversation.Reading) error {
		q.Frame.Name, _ = st.Title.For(q.Lang)
		q.Frame.Settled(st.Settings)
		return nil
	})
	return err
}

// standing notes how the conversation stands on the disk. Where entries may be missing, pages say so; what cannot say
// so, tables and what programs read, is not given out.
func (q *Request) standing() error {
	at := q.Server.Sec.Standing(q.Slug)
	if q.Frame.ReadOnly = q.Frame.ReadOnly || at.ReadOnly != nil; !at.Behind {
		return nil
	}
	q.Frame.Behind = &frame.Behind{From: at.From, To: at.To}
	pattern := q.Route.Pattern
	table := strings.HasSuffix(pattern, ".csv") || strings.HasSuffix(pattern, ".xlsx") || strings.HasSuffix(pattern, ".svg")
	if q.Method == http.MethodGet && (table || q.JSON && q.Route.Name != "receipt") {
		return refusal.New(refusal.TryAgain, "record.behind", "from", int64(at.From))
	}
	return nil
}

// participant is the reader's number in this conversation, made at first need.
func (q *Request) participant() (delegation.Participant, error) {
	if q.Me != 0 {
		return q.Me, nil
	}
	n, err := q.Server.Accounts.Participant(q.Context(), q.Account, q.Slug, q.Server.Sec.Number)
	if err != nil {
		return 0, err
	}
	q.Me = delegation.Participant(n)
	return q.Me, nil
}

// door keeps what the row of the route says. A door that is closed to somebody with no business there answers as if
// there were nothing behind it.
func (q *Request) door() error {
	switch q.Route.Who {
	case Everybody:
		return nil
	case SignedIn:
		if q.SignedIn {
			return nil
		}
		return ErrSignIn
	case Staff:
		if q.Roles.Has(delegation.Officer, delegation.Moderator) {
			return nil
		}
	case Offices:
		if q.Roles != 0 {
			return nil
		}
	case Translators:
		if q.Roles.Has(delegation.Officer, delegation.Translator) {
			return nil
		}
	case Rapporteurs:
		if q.Roles.Has(delegation.Officer, delegation.Rapporteur) {
			return nil
		}
	case Officers:
		if q.Roles.Has(delegation.Officer) {
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
		if !q.SignedIn && q.Method == http.MethodGet {
			return ErrSignIn
		}
	case DemoOnly:
		if q.Server.Demonstration {
			return nil
		}
	}
	if !q.SignedIn && (q.Route.Who >= Staff && q.Route.Who <= Officers) && q.Method == http.MethodGet {
		return ErrSignIn
	}
	return NotFound()
}

// operator reports whether the reader may convene.
func (q *Request) operator() (bool, error) {
	if !q.SignedIn {
		return false, nil
	}
	if q.Server.Demonstration {
		return true, nil
	}
	a, ok, err := q.Server.Accounts.Get(q.Context(), q.Account)
	return ok && slices.Contains(q.Server.Operators, a.Email), err
}

// ErrSignIn is the refusal of what is for people with an account: a browser is led to sign in.
var ErrSignIn error = refusal.New(refusal.Forbidden, "sign_in.needed")

// ErrBeside is the refusal of what needs the database beside the record while that cannot be read.
var ErrBeside error = refusal.New(refusal.TryAgain, "private.unread")

// NotFound is the refusal of what is not there, and of what the reader may not know of: both answer the same.
func NotFound() error { return refusal.New(refusal.Hidden, "not_found") }

// Ask is an ask of the signed-in reader, who becomes a participant of the conversation by it. A token that is a
// nonce makes the ask one that may be repeated: it is answered as the first time.
func (q *Request) Ask(command any, token string) (conversation.Ask, error) {
	me, err := q.participant()
	if err != nil {
		return conversation.Ask{}, err
	}
	if err := q.proved(graveAct(command)); err != nil {
		return conversation.Ask{}, err
	}
	a := conversation.Ask{By: me, Assurance: consultation.EmailProven, Received: q.Received, Command: command}
	if ValidNonce(token) {
		a.Token, a.Scope = token, string(me.Ref())
	}
	return a, nil
}

// SelfOf is the party under which a participant is counted when they speak for themselves: the same whatever they do.
func (q *Request) SelfOf(me delegation.Participant) delegation.Party {
	return delegation.Party(q.Server.Sec.Derive("self", q.Slug, string(me.Ref())))
}

// Self is SelfOf the signed-in reader: 0 where nobody is signed in. Somebody signed in who did nothing in the conversation yet
// is some party that it does not know.
func (q *Request) Self() delegation.Party {
	if !q.SignedIn {
		return 0
	}
	return q.SelfOf(q.Me)
}

// AwaitOwn waits for the position that an act of the reader's led to, where the address names one: authors always
// see their own act. The page says where the record has no such entry.
func (q *Request) AwaitOwn() {
	if p := q.Common.After; p > 0 && !q.Server.Sec.WaitFor(q.Context(), q.Slug, p) && !q.JSON {
		q.Frame.Notice = "after.missing"
	}
}
