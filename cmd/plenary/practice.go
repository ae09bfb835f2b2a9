package main

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"regexp"
	"slices"
	"sync"
	"time"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/floor"
	"github.com/openplenary/plenary/internal/script"
	"github.com/openplenary/plenary/record"
	"github.com/openplenary/plenary/site"
	"github.com/openplenary/plenary/web"
)

// practice is the sitting of a demonstration that visitors lead: an instance of its own in memory, whose accounts are those of the demonstration. It
// begins anew for whoever comes when nobody is there, so nobody finds it used up, and nothing of it is on the record of the demonstration.
type practice struct {
	app     *app
	options appOptions
	clock   func() time.Time

	mu    sync.Mutex
	round *round
}

// round is the sitting from its beginning until it begins anew.
type round struct {
	ctx    context.Context
	end    context.CancelFunc
	sec    *plenary.Secretariat
	server *web.Server
	played cite.Position // of the last entry that nobody made who visits
	begun  time.Time
}

// How long nobody acts before the sitting begins anew for the next, and how long it waits as it is for the first: the point of order in it was raised just then.
const (
	practiceIdle = 5 * time.Minute
	practiceOld  = 30 * time.Minute
	// practiceMost is how much is done in it before it begins anew, whoever is there: it is kept in memory, and whoever never leaves would fill that.
	practiceMost = 5000
)

// newPractice plays the sitting for the first time.
func newPractice(ctx context.Context, a *app, o appOptions) (*practice, error) {
	p := &practice{app: a, options: o, clock: a.Now}
	var err error
	p.round, err = p.begin(ctx)
	return p, err
}

// begin plays the sitting. Its people have the same numbers each time, so whoever is signed in is who they were.
func (p *practice) begin(ctx context.Context) (*round, error) {
	key, err := record.NewKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	log, err := record.Open(record.NewMemory(), record.Options{Key: key, Now: p.app.Now, Random: rand.Reader})
	if err != nil {
		return nil, err
	}
	sec, err := plenary.NewSecretariat(ctx, plenary.Options{Log: log, Now: p.app.Now, Random: rand.Reader, Secret: p.app.Secret, Logger: p.app.logger})
	if err != nil {
		return nil, errors.Join(err, log.Close())
	}
	r := &round{sec: sec, begun: p.app.Now()}
	r.ctx, r.end = context.WithCancel(context.WithoutCancel(ctx))
	played, err := script.Sitting(ctx, sec, r.begun)
	if err != nil {
		return nil, errors.Join(err, sec.Close())
	}
	for _, d := range demoRoles {
		if n := played.Participant(d.seat); n != 0 {
			if _, err := p.app.accounts.Invite(ctx, d.email, script.SittingSlug, uint64(n), r.begun); err != nil {
				return nil, errors.Join(err, sec.Close())
			}
		}
	}
	o := p.app.webOptions(p.options)
	// What the operator says is read from the same files by a store of its own: a store tells one server what is said anew.
	if o.Site, err = site.Open(p.options.dir, p.options.public, p.app.Now); err != nil {
		return nil, errors.Join(err, sec.Close())
	}
	o.Sec, o.Roster, o.RegistrationMail, o.Namesakes, o.Demo, o.Front = sec, nil, nil, nil, nil, ""
	r.server, r.played = web.New(o), sec.Durable(script.SittingSlug)
	return r, nil
}

// now is the sitting as it is.
func (p *practice) now() *round {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.round
}

// waiting counts the parties that wait for the floor.
func (p *practice) waiting() int {
	n, _, _ := p.now().stands()
	return n
}

// stands says how many places wait, when somebody acted last, and how much those who visit did.
func (r *round) stands() (waiting int, last time.Time, acted int) {
	_, _ = r.sec.Read(context.Background(), script.SittingSlug, func(st *conversation.State) error {
		for _, x := range st.Sessions.Sessions() {
			for _, q := range st.Floors.Floor(x.Ref).Requests {
				if q.Kind == floor.Place && q.Became == floor.Waits {
					waiting++
				}
			}
		}
		last, acted = st.Time, int(max(st.Head, r.played)-r.played)
		return nil
	})
	return waiting, last, acted
}

// over reports whether the sitting is to begin anew for whoever comes: everybody had the floor, or nobody is there any more.
func (r *round) over(now time.Time) bool {
	waiting, last, acted := r.stands()
	switch {
	//mutants:guard visitors do not fill the memory of the demonstration
	case waiting == 0 || acted > practiceMost:
		return true
	case acted > 0:
		return now.Sub(last) > practiceIdle
	}
	return now.Sub(r.begun) > practiceOld
}

// ready has the sitting begin anew where it is to.
func (p *practice) ready(ctx context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.round.over(p.clock()) {
		return nil
	}
	next, err := p.begin(context.WithoutCancel(ctx))
	if err != nil {
		return err
	}
	was := p.round
	p.round = next
	was.end() // whoever follows its pages asks again
	return was.sec.Close()
}

// close ends it.
func (p *practice) close() error {
	r := p.now()
	r.end()
	return r.sec.Close()
}

// Addresses of the sitting, and of a chair of the demonstration that is in it.
var (
	practicePath = regexp.MustCompile(`^(/[a-z]{2})?/c/` + script.SittingSlug + `([/.].*)?$`)
	practiceSeat = regexp.MustCompile(`^/[a-z]{2}/demo/([a-z]+)$`)
)

// beside answers for the sitting, and hands all else on.
func (p *practice) beside(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		if q.Method == http.MethodPost && p.anew(q.URL.Path) {
			if err := p.ready(q.Context()); err != nil {
				p.app.logger.Error("the sitting that visitors lead does not begin anew", "err", err)
			}
		}
		if !practicePath.MatchString(q.URL.Path) {
			next.ServeHTTP(w, q)
			return
		}
		r := p.now()
		ctx, cancel := context.WithCancel(q.Context())
		defer cancel()
		defer context.AfterFunc(r.ctx, cancel)()
		r.server.ServeHTTP(w, q.WithContext(ctx))
	})
}

// anew reports whether it is looked at an address whether the sitting is to begin anew: where one comes, and where one acts in one that is full.
func (p *practice) anew(path string) bool {
	if m := practiceSeat.FindStringSubmatch(path); m != nil {
		return practiceRole(m[1])
	}
	if !practicePath.MatchString(path) {
		return false
	}
	_, _, acted := p.now().stands()
	return acted > practiceMost
}

// practiceRole reports whether a role of the demonstration has its seat in the sitting, and its work there.
func practiceRole(role string) bool {
	return slices.ContainsFunc(demoRoles, func(d demoRole) bool { return d.role == role && d.seat != "" })
}
