package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/attachment"
	"github.com/openplenary/plenary/draft"
	"github.com/openplenary/plenary/erasure"
	"github.com/openplenary/plenary/mail"
	"github.com/openplenary/plenary/page/home"
	"github.com/openplenary/plenary/private"
	"github.com/openplenary/plenary/record"
	"github.com/openplenary/plenary/web"
)

// app is an instance with everything that stands beside it and follows it.
type app struct {
	*plenary.Instance
	db       *private.DB
	accounts *account.Store
	drafts   *draft.Store
	files    *attachment.Store
	queue    *mail.Queue
	letters  *mail.Letters
	mailbox  *mail.Mailbox // of a demonstration, else nil
	eraser   *erasure.Eraser
	server   *web.Server

	restrictions *plenary.Restrictions
	witnesses    witnesses
	public       string // address of the instance, for links in mail
	logger       *slog.Logger
}

type appOptions struct {
	dir       string
	public    string
	secure    bool
	transport mail.Transport // nil in a demonstration
	from      string
	operators []string
	demo      *demonstration // nil for an instance that is none
	door      doorOptions
	logger    *slog.Logger

	witnesses    witnesses
	restrictions string // where the list of what was taken away is kept; "" in the data directory
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
	in, err := plenary.OpenInstance(ctx, plenary.InstanceOptions{Dir: o.dir, Host: host, Logger: o.logger})
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
	a := &app{Instance: in, public: o.public, logger: o.logger, witnesses: o.witnesses}
	if err := a.openPrivate(ctx, o); err != nil {
		return nil, errors.Join(err, a.close())
	}
	a.server = web.New(a.webOptions(o))
	a.eraser = &erasure.Eraser{Sec: in.Secretariat, DB: a.db, Accounts: a.accounts, Drafts: a.drafts, Files: a.files, Letters: a.queue, Pages: a.server.DropPages, Logger: o.logger}
	return a, nil
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

// openPrivate opens what stands beside the record.
func (a *app) openPrivate(ctx context.Context, o appOptions) (err error) {
	open := private.Open
	if len(a.Conversations()) > 0 || a.Damage() != nil { // then there was one
		open = private.OpenExisting
	}
	if a.db, err = open(filepath.Join(o.dir, private.FileName)); errors.Is(err, private.ErrMissing) {
		return fmt.Errorf("%w (if it is lost for good: plenary resume --without private.db)", err)
	} else if err != nil {
		return err
	}
	defer func() { err = a.db.Explain(err) }()
	if err := a.db.CheckSecret(ctx, a.Secret, true); errors.Is(err, private.ErrSecret) {
		return fmt.Errorf("%w (if it is lost for good: plenary resume --without keys/secret)", err)
	} else if err != nil {
		return err
	}
	if a.restrictions, err = plenary.OpenRestrictions(o.dir, o.restrictions); err != nil {
		return err
	}
	if a.accounts, err = account.New(a.db, a.Secret); err != nil {
		return err
	}
	a.drafts = draft.New(a.db)
	if a.files, err = attachment.New(a.db, o.dir); err != nil {
		return err
	}
	room, err := o.door.roomOn(o.dir)
	if err != nil {
		return err
	}
	a.files.SetRoom(room)
	transport := o.transport
	if o.demo != nil {
		a.mailbox = &mail.Mailbox{}
		transport = a.mailbox
	}
	if a.queue, err = mail.NewQueue(a.db, transport, o.from, a.Now); err != nil {
		return err
	}
	a.queue.Logger = o.logger
	a.letters = &mail.Letters{Sec: a.Secretariat, Accounts: a.accounts, Address: o.public}
	return nil
}

func (a *app) webOptions(o appOptions) web.Options {
	w := web.Options{Sec: a.Secretariat, Accounts: a.accounts, Drafts: a.drafts, Files: a.files, SignInMail: a.queue.SignIn, InviteMail: a.queue.Invite,
		DeleteAccount: func(ctx context.Context, id account.ID) error { return a.eraser.DeleteAccount(ctx, id) },
		NoRoom:        a.NoRoom, PublicURL: o.public, Secure: o.secure, Operators: o.operators, Logger: o.logger, Sources: o.door.sources, Caps: o.door.caps}
	if o.demo != nil {
		w.Demo, w.DemoWork, w.DemoRoles = o.demo.homes, o.demo.work, o.demo.roles
		w.Mailbox, w.PublicURL = a.mailbox.Rows, ""
	}
	return w
}

func (a *app) close() error {
	err := a.Instance.Close()
	if a.db != nil {
		err = errors.Join(err, a.db.Close())
	}
	return err
}

// serve answers on a listener until the context ends, with everything that goes on beside. What was erased
// while the instance was away is erased first.
func (a *app) serve(ctx context.Context, l net.Listener) error {
	var wg sync.WaitGroup
	ctx, cancel := context.WithCancel(ctx)
	defer wg.Wait()
	defer cancel()
	if err := a.eraser.CatchUp(ctx); ctx.Err() != nil {
		return l.Close() // it was ended before it served
	} else if err != nil && a.NoRoom() { // it goes on as soon as there is room; the records have forgotten already
		a.logger.Error("not everything beside the records could be erased, because the disk is full", "err", err)
	} else if err != nil {
		return errors.Join(err, l.Close())
	}
	wg.Go(func() { a.KeepTime(ctx) })
	wg.Go(func() { a.queue.Run(ctx) })
	wg.Go(func() { a.sweep(ctx) })
	wg.Go(func() { a.compare(ctx) })
	wg.Go(func() { a.witness(ctx) })
	wg.Go(func() { a.followAll(ctx, "erasure", a.eraser.Follow) })
	wg.Go(func() {
		a.followAll(ctx, "restrictions", func(ctx context.Context, slug string) error { return a.restrictions.Follow(ctx, a.Secretariat, slug) })
	})
	wg.Go(func() {
		a.followAll(ctx, "mail", func(ctx context.Context, slug string) error {
			return a.queue.Follow(ctx, a.Secretariat, slug, a.letters.Compose(slug))
		})
	})
	srv := a.server.HTTPServer()
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
			"files":   func() (int, error) { return a.files.Sweep(ctx, a.Now(), a.CitedFiles) },
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
	started := map[string]bool{}
	for {
		for _, slug := range a.Conversations() {
			if started[slug] {
				continue
			}
			started[slug] = true
			wg.Go(func() {
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
	if fi, err := os.Stat(filepath.Join(dir, "record.db")); err != nil || fi.IsDir() {
		return fmt.Errorf("%s holds no Plenary instance", dir)
	}
	return nil
}
