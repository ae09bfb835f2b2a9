package serve

import (
	"log/slog"
	"math"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"time"

	"github.com/openplenary/plenary/door"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/refusal"
)

// The limits. Each is far above what people do and far below what a script wants. A person who is signed in
// is a source of their own, wherever they sit; else an address is one. The names are for May.
const (
	LimitSend                   = "contributions"
	LimitPreview                = "previews"
	LimitFile, LimitFileBytes   = "files", "bytes of files"
	LimitDraft, LimitDraftBytes = "drafts", "bytes of drafts"
	LimitTogether               = "sections that are written together"
	LimitSignIn                 = "sign-ins"
	LimitCode                   = "codes"
	LimitCheck                  = "checks"
	LimitConvene                = "conversations"
	LimitResume                 = "codes of drafts"
	LimitAuthor                 = "codes of authors"
	LimitAddress                = "contributions that give one address"
	LimitActs                   = "acts" // of those who hold no office: what is done and undone again fills a record that forgets nothing
	LimitInvite, LimitDelegates = "invitations to one address", "invitations to delegations"
	LimitMembers                = "members of delegations"
)

// Limits is the table of limits. How many sign-in letters are sent in all, and to one address, is counted
// by package account, which keeps a share for those who are known. Tries to sign in are not counted in all: else a few
// hundred sources would close the door for everybody. How often a code may be guessed is the account's own limit.
var Limits = []door.Limit{
	{Name: LimitSend, PerSource: 60, InAll: 60_000, Window: 10 * time.Minute},
	{Name: LimitPreview, PerSource: 120, InAll: 60_000, Window: 10 * time.Minute},
	{Name: LimitFile, PerSource: 60, InAll: 6_000, Window: 10 * time.Minute},
	{Name: LimitFileBytes, PerSource: 400 * MiB, InAll: 8 << 30, Window: 10 * time.Minute},
	{Name: LimitDraft, PerSource: 400, InAll: 120_000, Window: 10 * time.Minute},
	{Name: LimitDraftBytes, PerSource: 16 * MiB, InAll: 1 << 30, Window: 10 * time.Minute},
	{Name: LimitTogether, PerSource: 2_000, InAll: 400_000, Window: 10 * time.Minute}, // others see it within a second
	{Name: LimitSignIn, PerSource: 20, Window: time.Hour},
	{Name: LimitCode, PerSource: 30, Window: 10 * time.Minute},
	{Name: LimitCheck, PerSource: 60, InAll: 12_000, Window: 10 * time.Minute},
	{Name: LimitConvene, PerSource: 60, InAll: 600, Window: 10 * time.Minute},
	{Name: LimitResume, PerSource: 10, InAll: 2_000, Window: 10 * time.Minute}, // a code has 50 bits
	{Name: LimitAuthor, PerSource: 10, InAll: 2_000, Window: 10 * time.Minute}, // a code has 60 bits
	{Name: LimitInvite, PerSource: 5, Window: 24 * time.Hour},                  // by the address that is written to
	{Name: LimitDelegates, PerSource: 100, Window: 24 * time.Hour},             // by the account that invites: letters go to anybody
	{Name: LimitMembers, PerSource: 1_000, Window: 24 * time.Hour},             // by the account that registers them: letters go to anybody
	{Name: LimitActs, PerSource: 600, InAll: 120_000, Window: 10 * time.Minute},
	{Name: LimitAddress, PerSource: 10, Window: 24 * time.Hour}, // by the address that is given, whoever gives it
}

// How many files are read at once, of one source and in all: each is an open file beside its connection.
const (
	filesAtOnce      = 8
	filesAtOnceInAll = 512
)

// Counted is what is counted of a request: the account, else the source. It is "" where a request cannot be told
// from others.
func (q *Request) Counted() string {
	if q.SignedIn {
		return "account " + strconv.FormatInt(int64(q.Account), 10)
	}
	return q.Source.Key
}

// Limits counts what is let in. Several nodes have it count together.
func (s *Server) Limits() *door.Limiter { return s.limits }

// May uses limits up, or refuses and says when to come back. The operator's own machine is not counted.
func (q *Request) May(uses ...door.Use) error {
	if q.Source.Own {
		return nil
	}
	return q.MayAs(q.Counted(), uses...)
}

// MayAs uses limits up as another source than the reader: an address that they give, whoever gives it.
func (q *Request) MayAs(source string, uses ...door.Use) error {
	wait, _ := q.Server.limits.Take(source, q.Received, uses...)
	if wait == 0 {
		return nil
	}
	q.RetryAfter(wait)
	return refusal.New(refusal.TooMany, "too_many", "after", q.Received.Add(wait).Truncate(time.Minute).Add(time.Minute))
}

// RetryAfter says when to come back, in whole seconds.
func (q *Request) RetryAfter(wait time.Duration) {
	q.Writer.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
}

// RefusedAs is the status of a form that is shown again: too often and too much are said as they are.
func RefusedAs(rs []*refusal.Refusal) int {
	k := rs[0].Kind
	if k != refusal.TooMany && k != refusal.TooLarge && k != refusal.TryAgain {
		k = refusal.Invalid
	}
	status, _ := frame.StatusOf(k)
	return status
}

// Once is one act against a limit.
func Once(limit string) door.Use { return door.Use{Limit: limit, Amount: 1} }

// mayStream takes a slot among the event streams.
func (q *Request) mayStream() (release func(), err error) {
	slot, ok := q.Server.readers.Take(q.Source.Key)
	if !ok {
		q.RetryAfter(30 * time.Second)
		return nil, refusal.New(refusal.TryAgain, "live.full")
	}
	end := door.Apart(q.Context())
	return func() {
		slot()
		end()
	}, nil
}

// UploadSlot takes a slot among the forms with files that are being read; ok is false where none is free.
func (q *Request) UploadSlot() (release func(), ok bool) { return q.Server.uploads.Take(q.Counted()) }

// answerTime is how long a whole answer may take, event streams apart. A reader who stops reading is cut
// long before.
const answerTime = 30 * time.Minute

// HTTPServer is an http.Server with the house's limits. Serve it with Serve, which bounds its connections
// and how slowly they may be read.
func (s *Server) HTTPServer() *http.Server {
	return &http.Server{Handler: s, ReadHeaderTimeout: 5 * time.Second, IdleTimeout: 60 * time.Second, ReadTimeout: door.BodyTime, WriteTimeout: answerTime, MaxHeaderBytes: 16 << 10,
		HTTP2: &http.HTTP2Config{MaxConcurrentStreams: door.Streams}, ErrorLog: slog.NewLogLogger(s.Logger.Handler(), slog.LevelDebug)}
}

// Serve answers on a listener until the server is shut down, as http.Server.Serve does.
func (s *Server) Serve(srv *http.Server, l net.Listener) error {
	return door.Listen(l, s.Caps, s.Sources.Many).Serve(srv)
}

// openDoor sets up what keeps the door.
func (s *Server) openDoor() {
	if s.Sources == nil {
		s.Sources = &door.Sources{}
	}
	if s.Sources.Unknown == nil {
		s.Sources.Unknown = func(peer netip.Addr, forwards bool) {
			if forwards {
				s.Logger.Warn("requests are forwarded by a proxy that is not named: nobody behind it is counted by themselves", "say", "--trusted-proxy "+peer.String())
			} else {
				s.Logger.Warn("requests come through a proxy that does not say for whom: let it send X-Forwarded-For, and name it where it is not named (--trusted-proxy)", "proxy", peer.String())
			}
		}
	}
	if s.Caps == (door.Caps{}) {
		s.Caps = door.DefaultCaps()
	}
	s.limits = door.NewLimiter(Limits...)
	s.uploads = door.NewSlots(filesAtOnce, filesAtOnceInAll)
	s.readers = door.NewSlots(s.Caps.StreamsPerSource, s.Caps.Streams)
}
