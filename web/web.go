package web

import (
	"context"
	"log/slog"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/aside"
	"github.com/openplenary/plenary/attachment"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/draft"
	"github.com/openplenary/plenary/intake"
	"github.com/openplenary/plenary/internal/meter"
	"github.com/openplenary/plenary/internal/trace"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/openid"
	"github.com/openplenary/plenary/page/accounts"
	"github.com/openplenary/plenary/page/home"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/passkey"
	"github.com/openplenary/plenary/registration/roster"
	"github.com/openplenary/plenary/replay"
	instance "github.com/openplenary/plenary/site"
	"github.com/openplenary/plenary/together"
	"github.com/openplenary/plenary/web/accreditation"
	"github.com/openplenary/plenary/web/contribution"
	"github.com/openplenary/plenary/web/desk"
	"github.com/openplenary/plenary/web/editor"
	webfloor "github.com/openplenary/plenary/web/floor"
	"github.com/openplenary/plenary/web/serve"
	sites "github.com/openplenary/plenary/web/site"
	"github.com/openplenary/plenary/web/team"
	webtogether "github.com/openplenary/plenary/web/together"
	"github.com/openplenary/plenary/web/translator"

	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/door"
)

// Options are what the web needs of the house.
type Options struct {
	Sec *plenary.Secretariat
	// Accounts, Drafts and Files are nil, all three, where what is kept beside the record cannot be read.
	Accounts *account.Store
	Drafts   *draft.Store
	Files    *attachment.Store
	// Meter counts what is answered, and writes the security log; nil for nobody.
	Meter *meter.Meter
	// Tracer says how long each request took; nil for nobody.
	Tracer *trace.Tracer
	// Aside keeps notes among those who moderate and answer, and what they put off; nil where there are no accounts.
	Aside *aside.Store
	// Roster keeps who registers for sessions; nil where nothing can be kept beside the record.
	Roster *roster.Store
	// RegistrationMail writes the letters about registrations that are due in a conversation; nil where no mail is sent.
	RegistrationMail func(ctx context.Context, slug string) error
	// SignInMail queues the mail with a link and a code.
	SignInMail func(ctx context.Context, s *account.SignIn, lang locale.Lang, link string) error
	// Passkeys is the instance as devices know it; nil where browsers give no passkeys at its address.
	Passkeys *passkey.Site
	// Providers are those with whose accounts people may sign in.
	Providers []*openid.Provider
	// PasskeyMail queues the letter that tells the owner of an account what became of a passkey: "added", "removed" or "copied"; or
	// that an account elsewhere was "linked".
	PasskeyMail func(ctx context.Context, id account.ID, what, name string) error
	// InviteMail queues the letter that invites somebody.
	InviteMail func(ctx context.Context, i account.InvitationLetter) error
	// Namesakes finds for names contributions of a conversation that were sent under names which look like them and are
	// written otherwise; nil where nobody knows.
	Namesakes func(ctx context.Context, slug string, names []string) (map[string]cite.Ref, error)
	// DraftMail queues the mail with the link that finds a draft on another device; nil where no mail is sent.
	DraftMail func(ctx context.Context, email string, lang locale.Lang, title, link string) error
	// TogetherMail queues a letter about a draft that several people write; nil where no mail is sent.
	TogetherMail func(context.Context, together.Letter) error
	// SecondReaderMail queues letters to those who are asked to read sentences of a draft as a second person, and says how many get one; nil where no
	// mail is sent.
	SecondReaderMail func(context.Context, paper.Asking) (int, error)
	// DeleteAccount deletes an account with everything that is kept of its owner; nil where that cannot be done.
	DeleteAccount func(ctx context.Context, id account.ID) error
	// DeleteConversation deletes a conversation that was discarded before it was opened; nil where that cannot be done.
	DeleteConversation func(ctx context.Context, slug string) error
	// Mailbox lists the mail of a demonstration; nil where there is none.
	Mailbox func() []accounts.MailRow
	// Demo is what the home page of a demonstration leads to, by conversation.
	Demo map[string]home.Demonstration
	// DemoWork is where the work of each role waits, without the language: "/c/ip-ai/desk/points".
	DemoWork map[string]string
	// Site keeps what the operator says about the instance, which holds for all conversations now and whenever something is
	// saved; nil where nothing is said and nothing can be.
	Site *instance.Store
	// TestMail sends a letter to an address at once, and gives the error that the relay answered; nil where no mail is sent.
	TestMail func(ctx context.Context, to string, lang locale.Lang) error
	// MailWaits counts the letters that wait, and says whether a mail server is named; nil where nobody knows.
	MailWaits func(ctx context.Context) (letters int, named bool, err error)
	// Front is the conversation that the address of a demonstration leads to.
	Front string
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
	if o.Site != nil {
		o.Site.OnChange(func(s *instance.Site) { o.Sec.SetHouse(sites.House(s)) })
	}
	machinery := serve.Options{Sec: o.Sec, Accounts: o.Accounts, Demonstration: o.Mailbox != nil, Front: o.Front, Site: o.Site, NoRoom: o.NoRoom, Operators: o.Operators,
		Sources: o.Sources, Caps: o.Caps, PublicURL: o.PublicURL, Secure: o.Secure, Logger: o.Logger, Meter: o.Meter, Tracer: o.Tracer}
	return &Server{serve.New(machinery, newSite(&o).routes()), &o}
}

// site answers for the pages of this room, and knows the rooms beside it.
type site struct {
	*Options
	intake        *intake.Intake
	contributions *contribution.Handlers
	desk          *desk.Handlers
	editor        *editor.Handlers
	instance      *sites.Handlers
	team          *team.Handlers
	translator    *translator.Handlers
	accreditation *accreditation.Handlers
	together      *webtogether.Handlers
	floors        *webfloor.Handlers
}

func newSite(o *Options) *site {
	way := intake.New(intake.Options{Sec: o.Sec, Accounts: o.Accounts, Drafts: o.Drafts, Files: o.Files, Logger: o.Logger})
	papers := &editor.Handlers{Drafts: o.Drafts, Files: o.Files, Mail: o.SecondReaderMail}
	joint := &webtogether.Handlers{Intake: way, Mail: o.TogetherMail}
	if o.Drafts != nil {
		joint.Store = together.New(o.Drafts)
	}
	return &site{Options: o, intake: way, contributions: &contribution.Handlers{Intake: way, Files: o.Files, Namesakes: o.Namesakes, DraftMail: o.DraftMail},
		desk:       &desk.Handlers{Drafts: o.Drafts, Papers: papers.List, Aside: o.Aside, Files: o.Files, Delete: o.DeleteConversation, Namesakes: o.Namesakes},
		editor:     papers,
		translator: &translator.Handlers{Drafts: o.Drafts},
		floors:     &webfloor.Handlers{Replays: &replay.Keeper{Sec: o.Sec}, Roster: o.Roster},
		together:   joint, accreditation: &accreditation.Handlers{Aside: o.Aside, Files: o.Files},
		team:     &team.Handlers{Aside: o.Aside, InviteMail: o.InviteMail, MailWaits: o.MailWaits, Namesakes: o.Namesakes},
		instance: &sites.Handlers{TestMail: o.TestMail, MailWaits: o.MailWaits, Files: o.Files}}
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
