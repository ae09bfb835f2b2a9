package web

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/api"
	"github.com/openplenary/plenary/attachment"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/door"
	"github.com/openplenary/plenary/draft"
	"github.com/openplenary/plenary/intake"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/accounts"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/home"
	"github.com/openplenary/plenary/refusal"
)

// Options are what the web needs of the house.
type Options struct {
	Sec      *plenary.Secretariat
	Accounts *account.Store
	Drafts   *draft.Store
	Files    *attachment.Store
	// SignInMail queues the mail with a link and a code.
	SignInMail func(ctx context.Context, s *account.SignIn, lang locale.Lang, link string) error
	// InviteMail queues the mail that tells somebody that they were invited.
	InviteMail func(ctx context.Context, email string, lang locale.Lang, title, link string) error
	// DeleteAccount deletes an account with everything that is kept of its owner; nil where that cannot be done.
	DeleteAccount func(ctx context.Context, id account.ID) error
	// Mailbox lists the mail of a demonstration; nil where there is none.
	Mailbox func() []accounts.MailRow
	// Demo is what the home page of a demonstration leads to, by conversation.
	Demo map[string]home.Demonstration
	// DemoWork is where the work of each role waits, without the language: "/c/ip-ai/desk/points".
	DemoWork map[string]string
	// NoRoom reports whether the disk is full; nil where nobody knows.
	NoRoom func() bool
	// Operators are the addresses of those who may convene. Where there is none, nobody may but the
	// command line.
	Operators []string
	// DemoRoles are the accounts of a demonstration's roles.
	DemoRoles map[string]account.ID
	// Sources tells where requests come from. Without it, nobody is taken to be behind a proxy and the
	// listener to be on loopback.
	Sources *door.Sources
	// Caps bound connections; the zero value is door.DefaultCaps.
	Caps      door.Caps
	PublicURL string // scheme and host, "" on loopback
	Secure    bool   // cookies only over https, with the __Host- prefix
	Logger    *slog.Logger
}

// Server answers HTTP requests.
type Server struct {
	Options
	mux     *http.ServeMux
	cache   *cache
	live    *streams
	parsed  parsedQueries
	intake  *intake.Intake
	handler http.Handler
	routes  []Route
	// description is that of the API, made at first need.
	description func() (api.Document, error)
	limits      *door.Limiter
	uploads     *door.Slots // files that are being read
	readers     *door.Slots // event streams
}

// New makes a server. It panics where two routes stand in one another's way: that is a mistake in the program,
// found by the first test that runs.
func New(o Options) *Server {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	s := &Server{Options: o, mux: http.NewServeMux(), cache: newCache(), live: newStreams(),
		intake: intake.New(intake.Options{Sec: o.Sec, Accounts: o.Accounts, Drafts: o.Drafts, Files: o.Files, Logger: o.Logger})}
	s.openDoor()
	s.routes = Routes()
	s.description = sync.OnceValues(s.Description)
	for _, r := range s.routes {
		s.register(r)
	}
	cross := http.NewCrossOriginProtection()
	cross.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.serve(w, r, Route{Who: Everybody, handle: func(*Server, *request) error {
			return refusal.New(refusal.Forbidden, "cross_origin")
		}})
	}))
	s.handler = cross.Handler(s.mux)
	s.mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		s.serve(w, r, Route{Who: Everybody, handle: func(*Server, *request) error { return notFound() }})
	})
	return s
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
	if s.Secure {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
	r.Body = door.Body(w, r, time.Now())
	s.handler.ServeHTTP(w, r)
}

// answer is what is being sent. Once it has begun nothing else can be sent in its place.
type answer struct {
	http.ResponseWriter
	begun bool
}

// WriteHeader begins the answer.
func (a *answer) WriteHeader(status int) {
	a.begun = true
	a.ResponseWriter.WriteHeader(status)
}

// Write sends a piece of the body.
func (a *answer) Write(b []byte) (int, error) {
	a.begun = true
	return a.ResponseWriter.Write(b)
}

// Unwrap gives http.ResponseController what it needs.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

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

// register puts a route where requests are matched with them.
func (s *Server) register(r Route) {
	serve := func(w http.ResponseWriter, req *http.Request) { s.serve(w, req, r) }
	if !strings.Contains(r.Pattern, "{lang}") {
		s.mux.HandleFunc(r.Method+" "+r.Pattern, serve)
		return
	}
	for _, l := range locale.All {
		p := strings.Replace(r.Pattern, "{lang}", string(l), 1)
		s.mux.HandleFunc(r.Method+" "+p, serve)
		if last := p[strings.LastIndexByte(p, '/')+1:]; r.Twin && r.Method == http.MethodGet && last != "" && !strings.Contains(last, "{") {
			s.mux.HandleFunc(r.Method+" "+p+".json", serve)
		}
	}
}

// serve finds out who asks, keeps the door, and sends every error through one place.
func (s *Server) serve(w http.ResponseWriter, r *http.Request, route Route) {
	out := &answer{ResponseWriter: w}
	q := &request{Request: r, w: out, s: s, route: route, received: s.Sec.Now(), source: s.Sources.Of(r)}
	// What has begun and cannot be ended is broken off, so that the reader sees that it is not whole.
	breakOff := func(err error) {
		if out.begun {
			s.Logger.Error("an answer was broken off", "method", r.Method, "path", r.URL.Path, "err", err)
			panic(http.ErrAbortHandler)
		}
	}
	defer func() {
		if p := recover(); p != nil {
			//lint:ignore errorlint what is thrown is this very value
			if p == http.ErrAbortHandler {
				panic(p)
			}
			s.Logger.Error("panic", "path", r.URL.Path, "panic", p, "stack", string(debug.Stack()))
			breakOff(fmt.Errorf("panic: %v", p))
			q.fail(fmt.Errorf("panic: %v", p))
		}
	}()
	q.address()
	q.raw = r.Body
	if route.Body > 0 {
		r.Body = http.MaxBytesReader(w, r.Body, route.Body)
	} else if r.Body != nil {
		r.Body = http.MaxBytesReader(w, r.Body, 0)
	}
	err := q.identify()
	if err == nil {
		err = q.door()
	}
	if err == nil {
		err = q.query()
	}
	if err == nil {
		err = route.handle(s, q)
	}
	if err != nil {
		breakOff(err)
	}
	if err != nil && q.again(err) {
		s.serve(w, r.WithContext(context.WithValue(r.Context(), tries{}, q.tried()+1)), route)
		return
	}
	if err != nil {
		q.fail(err)
	}
}

// tries counts how often a page was begun anew.
type tries struct{}

func (q *request) tried() int {
	n, _ := q.Context().Value(tries{}).(int)
	return n
}

// again reports, after a moment, whether a page should be begun anew: what it had read was dropped because
// a commit failed, and is being folded again.
func (q *request) again(err error) bool {
	rs := refusal.Of(err)
	if q.Method != http.MethodGet || len(rs) == 0 || rs[0].Key != "try_again" || q.tried() >= 20 {
		return false
	}
	timer := time.NewTimer(50 * time.Millisecond)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-q.Context().Done():
		return false
	}
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

func (s *Server) host(r *http.Request) string {
	if s.PublicURL != "" {
		return strings.TrimSuffix(s.PublicURL, "/")
	}
	return "http://" + r.Host
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
		if err := q.standing(); err != nil {
			return err
		}
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

// standing notes how the conversation stands on the disk. Where entries may be missing, pages say so; what cannot say
// so, tables and what programs read, is not given out.
func (q *request) standing() error {
	at := q.s.Sec.Standing(q.slug)
	if q.frame.ReadOnly = at.ReadOnly != nil; !at.Behind {
		return nil
	}
	q.frame.Behind = &frame.Behind{From: at.From, To: at.To}
	pattern := q.route.Pattern
	table := strings.HasSuffix(pattern, ".csv") || strings.HasSuffix(pattern, ".xlsx") || strings.HasSuffix(pattern, ".svg")
	if q.Method == http.MethodGet && (table || q.json && q.route.Name != "receipt") {
		return refusal.New(refusal.TryAgain, "record.behind", "from", int64(at.From))
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

// see sends a browser to another page.
func (q *request) see(path string) error {
	q.w.Header().Set("Cache-Control", "no-store")
	http.Redirect(q.w, q.Request, path, http.StatusSeeOther)
	return nil
}

// in is an address inside the conversation.
func (q *request) in(path string) string { return string(q.frame.In(path)) }

// show renders a view, as HTML or as its JSON twin.
func (q *request) show(status int, v frame.View) error {
	b, ctype, err := q.render(v)
	if err != nil {
		return err
	}
	h := q.w.Header()
	h.Set("Content-Type", ctype)
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "no-store")
	}
	h.Set("Vary", "Accept, Cookie, Accept-Encoding")
	if status == http.StatusOK && q.unchanged(etagOf(b)) {
		return nil
	}
	return writeBody(q.w, q.Request, status, b)
}

func (q *request) render(v frame.View) (body []byte, ctype string, err error) {
	if q.json {
		var buf bytes.Buffer
		enc := json.NewEncoder(&buf)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", " ")
		if err := enc.Encode(v); err != nil {
			return nil, "", err
		}
		if _, problem := v.(*frame.Problem); problem {
			return buf.Bytes(), "application/problem+json", nil // RFC 9457; its type is one of its fields
		}
		return api.WithType(v, buf.Bytes()), "application/json; charset=utf-8", nil
	}
	var buf bytes.Buffer
	buf.Grow(32 << 10)
	if err := frame.Layout(&q.frame, v).Render(q.Context(), &buf); err != nil {
		return nil, "", err
	}
	return buf.Bytes(), "text/html; charset=utf-8", nil
}

// words fetches what a view needs and fills it.
func (q *request) fill(v frame.View) error {
	need := v.Need()
	if len(need) == 0 {
		return nil
	}
	w, err := q.s.granted(q.Context(), q.slug, q.reading, need)
	if rs := refusal.Of(err); len(rs) > 0 && rs[0].Key == "record.damaged" && !q.json {
		if v, ok := v.(interface{ Without() }); ok {
			v.Without()
			q.frame.Notice = "refusal.record.damaged"
			return nil
		}
	}
	if err != nil {
		return err
	}
	v.Fill(w)
	return nil
}

// granted fetches the words that a reading granted, as its audience may read them. What was not granted is not
// even fetched.
func (s *Server) granted(ctx context.Context, slug string, r *conversation.Reading, need []cite.Position) (map[cite.Position]cite.Words, error) {
	w, err := s.Sec.Words(ctx, slug, slices.DeleteFunc(need, func(p cite.Position) bool { return !r.Granted(p) }))
	if err != nil {
		return nil, err
	}
	return r.Show(w), nil
}

// after waits for the position that an act of the reader's led to.
func (q *request) after() {
	if p := q.common.After; p > 0 {
		q.s.Sec.WaitFor(q.Context(), q.slug, p)
	}
}

// fail is the one door of errors: refusals become sentences, faults a reference.
func (q *request) fail(err error) {
	if errors.Is(err, errSignIn) && !q.json {
		_ = q.see("/" + string(q.lang) + "/sign-in?next=" + q.URL.EscapedPath())
		return
	}
	if errors.Is(err, context.Canceled) {
		return
	}
	if rs := refusal.Of(err); q.frame.Behind != nil && len(rs) > 0 && rs[0].Kind == refusal.Hidden {
		// What is not there may be among what is missing: nobody is told that it never was.
		err = refusal.New(refusal.TryAgain, "record.behind", "from", int64(q.frame.Behind.From))
	}
	v := q.problem(err)
	if v.Kind == "not_found" {
		q.frame.Live, q.frame.Section = "", ""
	}
	h := q.w.Header()
	for _, name := range []string{"Content-Disposition", "Content-Encoding", "Content-Length"} {
		h.Del(name) // of what was about to be sent
	}
	h.Set("Cache-Control", "no-store")
	switch v.Status {
	case http.StatusServiceUnavailable, http.StatusTooManyRequests:
		if h.Get("Retry-After") == "" {
			h.Set("Retry-After", "5")
		}
	case http.StatusUnauthorized:
		h.Set("WWW-Authenticate", `Session realm="Plenary"`)
	}
	h.Set("Connection", "close")
	if v.Status == http.StatusNotFound {
		h.Del("Connection")
	}
	q.readAway()
	// Who has stopped sending may still be reading.
	q.Request = q.Request.WithContext(context.WithoutCancel(q.Context()))
	if err := q.show(v.Status, v); err != nil {
		q.s.Logger.Error("cannot show a problem", "err", err)
	}
}

// refusals are what an error says to people; there are none where it is a fault.
func (q *request) refusals(err error) []*refusal.Refusal {
	var tooLarge *http.MaxBytesError
	switch rs := refusal.Of(err); {
	case errors.As(err, &tooLarge):
		return []*refusal.Refusal{refusal.New(refusal.TooLarge, "too_large")}
	case len(rs) > 0:
		return rs
	case q.s.NoRoom != nil && q.s.NoRoom():
		q.s.Logger.Warn("no room", "err", err)
		return []*refusal.Refusal{refusal.New(refusal.TryAgain, "record.full")}
	}
	return nil
}

// problem is the page of an error.
func (q *request) problem(err error) *frame.Problem {
	rs := q.refusals(err)
	v := frame.NewProblem(&q.frame, rs)
	if len(rs) == 0 {
		v.Reference = nonce()[:8]
		q.s.Logger.Error("fault", "reference", v.Reference, "method", q.Method, "path", q.URL.Path, "err", err)
	}
	return v
}

// statusOf is the status of a refusal, and the sort of problem that it is.
var statusOf = frame.StatusOf

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

// Routes lists every route with its row of the policy table.
func (s *Server) Routes() []Route { return slices.Clone(s.routes) }
