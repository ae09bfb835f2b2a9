package main

import (
	"context"
	"errors"
	"fmt"
	"github.com/openplenary/plenary/mail/post"
	"github.com/openplenary/plenary/place"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/aside"
	"github.com/openplenary/plenary/attachment"
	"github.com/openplenary/plenary/certificate"
	"github.com/openplenary/plenary/door/ledger"
	"github.com/openplenary/plenary/draft"
	"github.com/openplenary/plenary/erasure"
	"github.com/openplenary/plenary/intake"
	"github.com/openplenary/plenary/internal/heap"
	"github.com/openplenary/plenary/internal/meter"
	"github.com/openplenary/plenary/internal/script"
	"github.com/openplenary/plenary/internal/trace"
	"github.com/openplenary/plenary/mail"
	"github.com/openplenary/plenary/namesake"
	"github.com/openplenary/plenary/openid"
	"github.com/openplenary/plenary/page/home"
	"github.com/openplenary/plenary/passkey"
	"github.com/openplenary/plenary/private"
	"github.com/openplenary/plenary/record"
	"github.com/openplenary/plenary/registration/roster"
	"github.com/openplenary/plenary/site"
	"github.com/openplenary/plenary/web"
)

// app is an instance with everything that stands beside it and follows it.
type app struct {
	*plenary.Instance
	shelf    place.Beside
	db       *private.DB
	accounts *account.Store
	drafts   *draft.Store
	aside    *aside.Store
	roster   *roster.Store
	files    *attachment.Store
	queue    *mail.Queue
	letters  *mail.Letters
	mailbox  *post.Mailbox // of a demonstration, else nil
	eraser   *erasure.Eraser
	names    *namesake.Index
	server   *web.Server
	site     *site.Store
	practice *practice // of a demonstration, else nil

	certificates *certificate.Keeper // nil where somebody else ends TLS

	operators []string // who may say what holds for the instance; nobody named: the officers
	demo      bool

	witnesses witnesses
	public    string // address of the instance, for links in mail
	logger    *slog.Logger
	meter     *meter.Meter // nil where nobody counts
	tracer    *trace.Tracer
	leading   atomic.Bool // this node does what one does for all
}

type appOptions struct {
	dir       string
	public    string
	secure    bool
	transport post.Transport // nil in a demonstration
	from      string
	operators []string
	providers []*openid.Provider // with whose accounts people may sign in
	demo      *demonstration     // nil for an instance that is none
	door      doorOptions
	logger    *slog.Logger
	meter     *meter.Meter
	tracer    *trace.Tracer

	readable     bool // published pages are served even where what is beside the record cannot be read
	witnesses    witnesses
	restrictions string // where the list of what was taken away is kept; "" in the data directory
	record       place.Flags
}

// demonstration is what the pages of a demonstration lead to. It is filled while it is seeded.
type demonstration struct {
	homes map[string]home.Demonstration
	work  map[string]string // where the work of each role waits
	roles map[string]account.ID
}

// openApp opens everything of a data directory. Damage of the record is reported and leaves it readable.
func openApp(ctx context.Context, o appOptions) (*app, error) {
	host := ""
	if o.demo == nil {
		host = publicHost(o.public)
	}
	in, beside, err := o.record.OpenInstance(ctx, plenary.InstanceOptions{Dir: o.dir, Host: host, Restrictions: o.restrictions, Logger: o.logger})
	if in == nil {
		return nil, err
	}
	switch {
	case errors.Is(err, record.ErrBehind):
		o.logger.Error("entries may be missing: serving what is there read only. Put a newer record.db back if there is one; "+
			"if there is none, stop, and say: plenary resume --data "+o.dir+" --reason ...", "err", err)
	case err != nil:
		o.logger.Error("the record is damaged: serving it read only. Stop, copy the directory, and run plenary fsck on the copy", "err", err)
	}
	a := &app{Instance: in, shelf: beside, public: o.public, logger: o.logger, witnesses: o.witnesses, operators: o.operators, demo: o.demo != nil, meter: o.meter, tracer: o.tracer}
	a.openSite(o)
	err = a.openPrivate(ctx, o)
	if unread := errors.Is(err, private.ErrDamaged) || errors.Is(err, private.ErrMissing); unread && o.readable {
		o.logger.Error("what is kept beside the records cannot be read: serving published pages read only; nobody can sign in or send, and no attached file is given out", "err", err)
		a.Freeze(err)
		a.server = web.New(a.webOptions(o))
		return a, nil
	}
	if err != nil {
		return nil, errors.Join(err, a.close())
	}
	return a, nil
}

// catchUp ends again what was ended, and erases what a record says was erased, while the instance was away or where private.db is an
// older copy. It comes before anything is served.
func (a *app) catchUp(ctx context.Context) error {
	err := a.endAgain(ctx)
	if err == nil {
		err = a.eraser.CatchUp(ctx)
	}
	switch {
	case err == nil || ctx.Err() != nil: // ended before it serves
		return nil
	case a.NoRoom(): // it goes on as soon as there is room; the records have forgotten already
		a.logger.Error("not everything beside the records could be erased, because the disk is full", "err", err)
		return nil
	}
	return err
}

// endAgain ends what was ended already, where private.db is an older copy: accounts that were deleted, codes that were used.
func (a *app) endAgain(ctx context.Context) error {
	ended, err := a.Restrictions.Ended()
	n := 0
	if err == nil {
		n, err = a.eraser.Again(ctx, ended)
	}
	if n > 0 {
		a.logger.Warn("private.db is older than the list of what was taken away: accounts, codes and passkeys that had been ended are ended again", "so many", n)
	}
	if err != nil && a.NoRoom() { // reading goes on
		a.logger.Error("not everything could be ended again that had been ended, because the disk is full", "err", err)
		return nil
	}
	return err
}

// publicHost is the host of an address that others can reach, "" for one that only this machine can: a record is never
// named after that, because its name is fixed for ever and means another machine to everybody else.
func publicHost(public string) string {
	u, err := url.Parse(public)
	if err != nil || u.Host == "" || onLoopback(u.Hostname()) {
		return ""
	}
	return u.Host
}

// sayNames says of which records the name is not the address that people reach the instance under. A name is fixed
// when a conversation is convened; it is in every receipt, and stays true.
func (a *app) sayNames(host string) {
	for _, slug := range a.Conversations() {
		origin, _, _ := a.Key(slug)
		name, _, _ := strings.Cut(origin, "/")
		if name == host || name == "demonstration" {
			continue
		}
		a.logger.Warn("the record is kept in another name than the address of this instance; receipts say so, and the name cannot be changed. For a new conversation, say --public-url before it is convened",
			"conversation", slug, "name", name, "address", host)
	}
}

// openPrivate opens what stands beside the record, and the server with it. Damage may show itself only where it reads what it has to
// catch up with: then it is as if it had not opened.
func (a *app) openPrivate(ctx context.Context, o appOptions) (err error) {
	db, err := a.shelf.Private(ctx, len(a.Conversations()) > 0 || a.Damage() != nil) // then there was one
	if err != nil {
		return lostForGood(err)
	}
	defer func() {
		if err = db.Explain(err); err != nil { // nobody uses what is half open
			a.accounts, a.drafts, a.aside, a.roster, a.files, a.queue, a.letters, a.names, a.eraser, a.db = nil, nil, nil, nil, nil, nil, nil, nil, nil, nil
			err = errors.Join(lostForGood(err), db.Close())
		}
	}()
	a.db = db
	if db.Shared() {
		if err := a.site.Share(private.Files{DB: db}); err != nil {
			return err
		}
		a.SetAlone(func(ctx context.Context) (func(), error) { return db.Exclusively(ctx, "convening") })
	}
	if err := a.db.CheckSecret(ctx, a.Secret, true); errors.Is(err, private.ErrSecret) {
		return fmt.Errorf("%w (if it is lost for good: plenary resume --without keys/secret)", err)
	} else if err != nil {
		return err
	}
	if a.accounts, err = account.New(a.db, a.Secret); err != nil {
		return err
	}
	a.accounts.Ending = func(marks []string) error { return a.Restrictions.End(marks, a.Now()) }
	a.drafts, a.aside, a.roster = draft.New(a.db), aside.New(a.db), roster.New(a.db)
	if a.files, err = a.shelf.Files(ctx, a.db); err != nil {
		return err
	}
	room, err := o.door.roomOn(o.dir)
	if err != nil {
		return err
	}
	a.files.SetRoom(room)
	if err := a.files.SetSecret(a.Secret); err != nil {
		return err
	}
	transport := o.transport
	if o.demo != nil {
		a.mailbox = &post.Mailbox{}
		transport = a.mailbox
	}
	if a.queue, err = mail.NewQueue(a.db, transport, o.from, a.Now); err != nil {
		return err
	}
	a.queue.Logger, a.queue.Body = o.logger, a.bodyName
	a.names = namesake.New(a.Secretariat, a.db)
	a.letters = &mail.Letters{Sec: a.Secretariat, Accounts: a.accounts, Queue: a.queue, Address: o.public}
	a.queue.Renew = a.letters.Renew
	a.server = web.New(a.webOptions(o))
	if db.Shared() {
		if ahead, err := db.Ahead(ctx); err != nil {
			return err
		} else if ahead {
			a.logger.Warn("another node is newer, and has taken the tables a step further than this one knows: it goes on beside it; update it next")
		}
		if err := ledger.Join(a.server.Limits(), db, a.Secret); err != nil {
			return err
		}
	}
	a.eraser = &erasure.Eraser{Sec: a.Secretariat, DB: a.db, Accounts: a.accounts, Drafts: a.drafts, Files: a.files, Letters: a.queue, Pages: a.server.DropPages, Logger: o.logger}
	return a.catchUp(ctx)
}

// lostForGood adds to what is wrong with private.db what there is to do where no backup has it.
func lostForGood(err error) error {
	if errors.Is(err, private.ErrDamaged) || errors.Is(err, private.ErrMissing) {
		return fmt.Errorf("%w (if it is lost for good: plenary resume --without private.db --officer ADDRESS)", err)
	}
	return err
}

func (a *app) webOptions(o appOptions) web.Options {
	w := web.Options{Sec: a.Secretariat, Accounts: a.accounts, Drafts: a.drafts, Files: a.files, Aside: a.aside, SignInMail: a.letters.SignIn, InviteMail: a.letters.Invite, DraftMail: a.letters.Draft,
		PasskeyMail:        a.letters.Passkey,
		TogetherMail:       a.letters.Together,
		Roster:             a.roster,
		RegistrationMail:   func(ctx context.Context, slug string) error { return a.letters.Registered(ctx, a.roster, slug) },
		SecondReaderMail:   a.letters.SecondReader,
		DeleteAccount:      func(ctx context.Context, id account.ID) error { return a.eraser.DeleteAccount(ctx, id) },
		DeleteConversation: func(ctx context.Context, slug string) error { return a.eraser.DeleteConversation(ctx, slug) },
		Namesakes:          a.names.Others,
		Site:               a.site, TestMail: a.testMail, MailWaits: a.mailWaits,
		NoRoom: a.NoRoom, PublicURL: o.public, Secure: o.secure, Operators: o.operators, Logger: o.logger, Sources: o.door.sources, Caps: o.door.caps, Meter: a.meter, Tracer: o.tracer}
	if o.demo == nil {
		w.Providers = o.providers
		w.Passkeys, _ = passkey.New(o.public) // serve says why there are none
	}
	if o.demo != nil {
		w.Demo, w.DemoWork, w.DemoRoles = o.demo.homes, o.demo.work, o.demo.roles
		w.Mailbox, w.PublicURL, w.Front = a.mailbox.Rows, "", script.DemoSlug
	}
	return w
}

func (a *app) close() error {
	err := errors.Join(a.Restrictions.Finish(context.Background(), a.Secretariat), a.Instance.Close())
	if a.db != nil {
		err = errors.Join(err, a.db.Close())
	}
	return err
}

// serve answers on a listener until the context ends, with everything that goes on beside.
func (a *app) serve(ctx context.Context, l net.Listener) error {
	var wg sync.WaitGroup
	ctx, cancel := context.WithCancel(ctx)
	defer wg.Wait()
	defer cancel()
	if a.db != nil { // else there is nothing to follow the records with
		a.followers(ctx, &wg)
	}
	wg.Go(func() { a.tracer.Run(ctx) })
	heap.Spend()
	srv := a.server.HTTPServer()
	if a.practice != nil {
		srv.Handler = a.practice.beside(srv.Handler)
	}
	if a.certificates != nil {
		wg.Go(func() { a.certificates.Run(ctx) })
		srv.TLSConfig = a.certificates.TLS()
	}
	srv.BaseContext = func(net.Listener) context.Context { return ctx }
	done := make(chan error, 1)
	go func() { done <- a.server.Serve(srv, l) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	cancel()
	stop, end := context.WithTimeout(context.Background(), 5*time.Second)
	defer end()
	if err := srv.Shutdown(stop); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	_ = srv.Close() // event streams do not end by themselves
	if err := <-done; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// followers starts all that goes on beside the server.
func (a *app) followers(ctx context.Context, wg *sync.WaitGroup) {
	wg.Go(func() {
		a.followAll(ctx, "restrictions", func(ctx context.Context, slug string) error { return a.Restrictions.Follow(ctx, a.Secretariat, slug) })
	})
	if a.db.Shared() {
		wg.Go(func() { a.discover(ctx) })
		wg.Go(func() { a.server.Limits().Run(ctx) })
		wg.Go(func() { a.followAll(ctx, "pages", a.eraser.FollowPages) })
	}
	wg.Go(func() {
		a.db.Lead(ctx, "what one node does", func(ctx context.Context) {
			if a.db.Shared() {
				a.logger.Info("this node keeps time and sends letters")
			}
			a.leading.Store(true)
			defer a.leading.Store(false)
			var wg sync.WaitGroup
			a.leads(ctx, &wg)
			wg.Wait()
		})
	})
}

// leads starts what one of several nodes does for all: what is due by the clock, letters, and what follows the records into the private database.
func (a *app) leads(ctx context.Context, wg *sync.WaitGroup) {
	wg.Go(func() { a.KeepTime(ctx) })
	wg.Go(func() { a.queue.Run(ctx) })
	wg.Go(func() { a.sweep(ctx) })
	wg.Go(func() { a.registrations(ctx) })
	wg.Go(func() { a.compare(ctx) })
	wg.Go(func() { a.witness(ctx) })
	wg.Go(func() { a.followAll(ctx, "erasure", a.eraser.Follow) })
	wg.Go(func() { a.followAll(ctx, "names", a.names.Follow) })
	wg.Go(func() { a.followAll(ctx, "what waits", a.letters.Watch) })
	wg.Go(func() {
		a.followAll(ctx, "mail", func(ctx context.Context, slug string) error {
			return a.queue.Follow(ctx, a.Secretariat, slug, a.letters.Compose(slug))
		})
	})
}

// discover looks each second what other nodes have convened or deleted, until the context ends.
func (a *app) discover(ctx context.Context) {
	for pause(ctx, time.Second) {
		if err := errors.Join(a.Discover(ctx), a.site.Refresh()); err != nil && ctx.Err() == nil {
			a.logger.Warn("it cannot be seen what other nodes have convened or said", "err", err)
		}
	}
}

// compare says in the log what the records cite and is not kept beside them.
func (a *app) compare(ctx context.Context) {
	if _, err := erasure.Check(ctx, a.Secretariat, a.accounts, a.files); err != nil && ctx.Err() == nil {
		a.logger.Error("what stands beside the records is not whole", "err", err)
	}
}

// sweep removes uploads that no contribution cites, drafts that nobody goes on with, and addresses of letters
// that nobody took.
func (a *app) sweep(ctx context.Context) {
	for {
		for what, f := range map[string]func() (int, error){
			"files": func() (int, error) {
				if err := intake.KeepFiles(ctx, a.drafts, a.files, a.Now()); err != nil {
					return 0, err
				}
				swept, err := a.eraser.SweepEnclosed(ctx, a.Now())
				if err != nil {
					return swept, err
				}
				return a.files.Sweep(ctx, a.Now(), a.CitedFiles)
			},
			"drafts":  func() (int, error) { return a.drafts.Sweep(ctx, a.Now()) },
			"letters": func() (int, error) { return a.queue.Sweep(ctx) },
		} {
			if _, err := f(); err != nil && ctx.Err() == nil {
				a.logger.Error("sweep", "of", what, "err", err)
			}
		}
		if !pause(ctx, time.Hour) {
			return
		}
	}
}

// followAll runs a follower of every conversation, those that are convened later included. One that fails
// goes on from where it was after half a minute.
func (a *app) followAll(ctx context.Context, name string, follow func(context.Context, string) error) {
	var wg sync.WaitGroup
	defer wg.Wait()
	started := map[string]context.CancelFunc{}
	for {
		there := a.Conversations()
		for slug, stop := range started {
			if !slices.Contains(there, slug) { // it was deleted; another may take its address
				stop()
				delete(started, slug)
			}
		}
		for _, slug := range there {
			if started[slug] != nil {
				continue
			}
			ctx, stop := context.WithCancel(ctx)
			started[slug] = stop
			wg.Go(func() {
				defer stop()
				for {
					if err := follow(ctx, slug); err != nil && ctx.Err() == nil {
						a.logger.Error("follower", "of", name, "conversation", slug, "err", err)
					}
					if !pause(ctx, 30*time.Second) {
						return
					}
				}
			})
		}
		if !pause(ctx, 2*time.Second) {
			return
		}
	}
}

// pause waits, and says whether to go on.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// dirExists refuses a data directory that is not there.
func dirExists(dir string) error {
	if mark, _, err := place.Bound(dir); err == nil && mark != "" {
		return nil // its records are in a database
	}
	if fi, err := os.Stat(filepath.Join(dir, "record.db")); err != nil || fi.IsDir() {
		return fmt.Errorf("%s holds no Plenary instance", dir)
	}
	return nil
}
