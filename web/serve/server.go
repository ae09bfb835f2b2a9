package serve

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"path"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/api"
	"github.com/openplenary/plenary/door"
	"github.com/openplenary/plenary/internal/meter"
	"github.com/openplenary/plenary/internal/trace"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/site"
	"github.com/openplenary/plenary/web/stream"
)

// Options are what a server needs of the house, whatever its pages are about.
type Options struct {
	Sec *plenary.Secretariat
	// Accounts are nil where what is kept beside the record cannot be read: then published pages are shown, and whatever
	// needs more answers that it cannot be done.
	Accounts *account.Store
	// Demonstration says that this is one: whoever is signed in may convene, and what is for demonstrations only exists.
	Demonstration bool
	// Site keeps what the operator says about the instance; nil where nothing is said.
	Site *site.Store
	// Front is the conversation that the address of the instance leads to, if it is open; "" for the only one there is, else the
	// list of all.
	Front string
	// NoRoom reports whether the disk is full; nil where nobody knows.
	NoRoom func() bool
	// Operators are the addresses of those who may convene. Where there is none, nobody may but the
	// command line.
	Operators []string
	// Sources tells where requests come from. Without it, nobody is taken to be behind a proxy and the
	// listener to be on loopback.
	Sources *door.Sources
	// Caps bound connections; the zero value is door.DefaultCaps.
	Caps      door.Caps
	PublicURL string // scheme and host, "" on loopback
	Secure    bool   // cookies only over https, with the __Host- prefix
	Logger    *slog.Logger
	Meter     *meter.Meter  // counts what is answered; nil for nobody
	Tracer    *trace.Tracer // says how long it took; nil for nobody
}

// Server answers HTTP requests.
type Server struct {
	Options
	mux     *http.ServeMux
	cache   *cache
	live    stream.Streams
	parsed  parsedQueries
	handler http.Handler
	routes  []Route
	// description is that of the API, made at first need.
	description func() (api.Document, error)
	limits      *door.Limiter
	uploads     *door.Slots // files that are being read
	readers     *door.Slots // event streams
}

// New makes a server for a list of routes. It panics where two routes stand in one another's way: that is a mistake in the program,
// found by the first test that runs.
func New(o Options, routes []Route) *Server {
	s := &Server{Options: o, mux: http.NewServeMux(), cache: newCache(), routes: routes}
	s.openDoor()
	s.live.Panicked = func(page string, p any) error {
		s.Logger.Error("panic", "page", page, "panic", p, "stack", string(debug.Stack()))
		return fmt.Errorf("panic: %v", p)
	}
	s.description = sync.OnceValues(s.Description)
	inLanguage := http.NewServeMux()
	for _, r := range s.routes {
		s.register(inLanguage, r)
	}
	for _, l := range locale.All {
		s.mux.Handle("/"+string(l)+"/", inLanguage)
	}
	always := func(err func() error) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			s.serve(w, r, &Route{Who: Everybody, Handle: func(*Request) error { return err() }})
		}
	}
	cross := http.NewCrossOriginProtection()
	cross.SetDenyHandler(always(func() error { return refusal.New(refusal.Forbidden, "cross_origin") }))
	s.handler = cross.Handler(s.mux)
	s.mux.Handle("/", always(NotFound))
	inLanguage.Handle("/", always(NotFound))
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
	w, end := door.Paced(w, r, answerTime)
	defer end()
	s.handler.ServeHTTP(w, r)
}

// register puts a route where requests are matched with it: one whose address begins with a language among those that stand once for all
// six, since each is held against all others, and a program with thousands would begin later.
func (s *Server) register(inLanguage *http.ServeMux, r Route) {
	mux, serve := s.mux, func(w http.ResponseWriter, req *http.Request) { s.serve(w, req, &r) }
	if strings.HasPrefix(r.Pattern, "/{lang}") {
		mux = inLanguage
	}
	mux.HandleFunc(r.Method+" "+r.Pattern, serve)
	if last := path.Base(r.Pattern); mux == inLanguage && r.Twin && r.Method == http.MethodGet && !strings.HasSuffix(r.Pattern, "/") && !strings.Contains(last, "{") {
		mux.HandleFunc(r.Method+" "+r.Pattern+".json", serve)
	}
}

// serve answers a request. Whoever follows a page waits here for hours, and holds nothing of the request any more.
func (s *Server) serve(w http.ResponseWriter, r *http.Request, route *Route) {
	out := &meter.Answer{ResponseWriter: w}
	if follow := s.handle(out, r, route); follow != nil {
		defer func() {
			if p := recover(); p != nil {
				s.request(out, r, route).panicked(out, p)
			}
		}()
		follow()
	}
}

// handle finds out who asks, keeps the door, and sends every error through one place. It gives what is to be followed, nil for nothing.
func (s *Server) handle(out *meter.Answer, r *http.Request, route *Route) (follow func()) {
	q := s.request(out, r, route)
	defer q.observe(out)()
	defer func() {
		if p := recover(); p != nil {
			q.panicked(out, p)
		}
	}()
	err := q.prepare(out.ResponseWriter)
	if err == nil {
		err = route.Handle(q)
	}
	if err != nil {
		q.refused = refusal.Of(err)
		s.failed(out, q, err)
	}
	return q.follow
}

// observe has a request counted when it is over, and what is for the security log noted.
func (q *Request) observe(out *meter.Answer) (over func()) {
	count := q.Server.Meter.Begin(q.Route.Method + " " + q.Route.Pattern)
	ctx, span := q.Server.Tracer.Begin(q.Context(), q.Route.Method+" "+q.Route.Pattern)
	if span != nil {
		q.Request = q.WithContext(ctx)
	}
	return func() {
		if span != nil { // the route, and never the address: a slug, a code or a question may stand in that
			span.End(out.Status >= http.StatusInternalServerError, "http.request.method", q.Route.Method, "http.route", q.Route.Pattern, "http.response.status_code", strconv.Itoa(out.Status))
		}
		count(meter.Request{Status: out.Status, Account: int64(q.Account), Conversation: q.Slug, Refused: q.refused, NotPublic: q.NotPublic() && q.exports()})
	}
}

// request is a request that nothing is known of yet but where it comes from.
func (s *Server) request(out *meter.Answer, r *http.Request, route *Route) *Request {
	return &Request{Request: r, Writer: out, Server: s, Route: *route, Received: s.Sec.Now(), Source: s.Sources.Of(r)}
}

// prepare is what is done for every request before its handler: who asks, the door, the parameters.
func (q *Request) prepare(w http.ResponseWriter) error {
	q.address()
	q.raw = q.Body
	if q.Route.Body > 0 {
		q.Body = http.MaxBytesReader(w, q.Body, q.Route.Body)
	} else if q.Body != nil {
		q.Body = http.MaxBytesReader(w, q.Body, 0)
	}
	if err := q.identify(); err != nil {
		return err
	}
	if q.Server.Accounts == nil && q.Route.beside() {
		return ErrBeside
	}
	if err := q.door(); err != nil {
		return q.shut(err)
	}
	if err := q.proved(q.Route.Method + " " + q.Route.Pattern); err != nil {
		return err
	}
	if err := q.query(); err != nil {
		return err
	}
	return q.export()
}

// failed answers a request that came to an error: by doing it again, or by saying so.
func (s *Server) failed(out *meter.Answer, q *Request, err error) {
	q.breakOff(out, err)
	if q.again(err) {
		s.serve(out.ResponseWriter, q.WithContext(context.WithValue(q.Context(), tries{}, q.tried()+1)), &q.Route)
		return
	}
	q.fail(err)
}

// breakOff breaks off what has begun and cannot be ended, so that the reader sees that it is not whole.
func (q *Request) breakOff(out *meter.Answer, err error) {
	if out.Status != 0 {
		q.Server.Logger.Error("an answer was broken off", "method", q.Method, "path", loggedPath(q.Request), "err", err)
		panic(http.ErrAbortHandler)
	}
}

// panicked answers a request whose handler panicked.
func (q *Request) panicked(out *meter.Answer, p any) {
	//lint:ignore errorlint what is thrown is this very value
	if p == http.ErrAbortHandler {
		panic(p)
	}
	q.Server.Logger.Error("panic", "path", loggedPath(q.Request), "panic", p, "stack", string(debug.Stack()))
	err := fmt.Errorf("panic: %v", p)
	q.breakOff(out, err)
	q.fail(err)
}

// loggedPath is the path of a request as the log may have it: without the secret of a link.
func loggedPath(r *http.Request) string {
	if secret := r.PathValue("token"); secret != "" {
		return strings.ReplaceAll(r.URL.Path, secret, "{token}")
	}
	return r.URL.Path
}

// tries counts how often a page was begun anew.
type tries struct{}

func (q *Request) tried() int {
	n, _ := q.Context().Value(tries{}).(int)
	return n
}

// again reports, after a moment, whether a page should be begun anew: what it had read was dropped because
// a commit failed, and is being folded again.
func (q *Request) again(err error) bool {
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

func (s *Server) host(r *http.Request) string {
	if s.PublicURL != "" {
		return strings.TrimSuffix(s.PublicURL, "/")
	}
	return "http://" + r.Host
}

// Routes lists every route with its row of the tables of routes.
func (s *Server) Routes() []Route { return slices.Clone(s.routes) }
