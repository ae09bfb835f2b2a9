package web

import (
	"context"
	"log/slog"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/attachment"
	"github.com/openplenary/plenary/draft"
	"github.com/openplenary/plenary/intake"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/accounts"
	"github.com/openplenary/plenary/page/home"
	"github.com/openplenary/plenary/web/contribution"
	"github.com/openplenary/plenary/web/desk"
	"github.com/openplenary/plenary/web/serve"

	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/door"
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

// Server answers HTTP requests for all pages of the house.
type Server struct {
	*serve.Server
	*Options
}

// New makes a server. It panics where two routes stand in one another's way: that is a mistake in the program,
// found by the first test that runs.
func New(o Options) *Server {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	machinery := serve.Options{Sec: o.Sec, Accounts: o.Accounts, Demonstration: o.Mailbox != nil, NoRoom: o.NoRoom, Operators: o.Operators,
		Sources: o.Sources, Caps: o.Caps, PublicURL: o.PublicURL, Secure: o.Secure, Logger: o.Logger}
	return &Server{serve.New(machinery, newSite(&o).routes()), &o}
}

// site answers for the pages of this room, and knows the rooms beside it.
type site struct {
	*Options
	intake        *intake.Intake
	contributions *contribution.Handlers
	desk          *desk.Handlers
}

func newSite(o *Options) *site {
	way := intake.New(intake.Options{Sec: o.Sec, Accounts: o.Accounts, Drafts: o.Drafts, Files: o.Files, Logger: o.Logger})
	return &site{Options: o, intake: way, contributions: &contribution.Handlers{Intake: way, Files: o.Files}, desk: &desk.Handlers{Drafts: o.Drafts, InviteMail: o.InviteMail}}
}

// request is one request, and the site that it is sent to.
type request struct {
	*serve.Request
	*site
}

// on makes a handler of one of this room.
func (s *site) on(handle func(*request) error) func(*serve.Request) error {
	return func(q *serve.Request) error { return handle(&request{q, s}) }
}
