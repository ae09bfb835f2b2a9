package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"github.com/openplenary/plenary/mail/post"
	"github.com/openplenary/plenary/place"
	"log/slog"

	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/conversation/template"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/settings"
)

// newCmd makes a conversation.
type newCmd struct {
	Data      string `required:"" env:"PLENARY_DATA" help:"Data directory; made if it is missing."`
	Title     string `required:"" help:"Title, in the first of the languages."`
	Slug      string `help:"Its address; made from the title if it is not given."`
	Languages string `default:"en" help:"Languages, with commas; the first is the original."`
	Zone      string `default:"UTC" help:"Time zone of its deadlines."`
	Officer   string `required:"" help:"E-mail address of the first officer."`
	Open      bool   `help:"Open it to everybody at once. Without it the conversation is prepared first: only those who hold an office in it see it, until an officer opens it."`
	PublicURL string `env:"PLENARY_PUBLIC_URL" default:"http://127.0.0.1:8080" help:"Address under which people reach the instance. Its host is the name of the record, fixed for ever; without one the record has no host in its name."`
	place.Flags
}

// convened is what newCmd prints, as JSON.
type convened struct {
	Conversation string `json:"conversation"`
	Address      string `json:"address"`
	SignIn       string `json:"sign_in"`
	Code         string `json:"code"`
}

// Run makes it, through the running server where there is one.
func (c *newCmd) Run(ctx context.Context, con *console) error {
	if _, err := c.command(); err != nil { // before anything is made
		return err
	}
	body, err := json.Marshal(c)
	if err != nil {
		return err
	}
	if out, err := askControl(ctx, c.Data, "/new", body); err == nil {
		_, err = con.out.Write(out)
		return err
	} else if !errors.Is(err, errNoServer) {
		return err
	}
	const from = "plenary@localhost"
	transport, err := post.Relay("", from)
	if err != nil {
		return err
	}
	a, err := openApp(ctx, appOptions{dir: c.Data, public: c.PublicURL, transport: transport, from: from, record: c.Flags,
		logger: slog.New(slog.NewTextHandler(con.err, &slog.HandlerOptions{Level: slog.LevelWarn}))})
	if err != nil {
		return err
	}
	if !a.site.Now().Filled() {
		fmt.Fprintln(con.err, notFilled, c.PublicURL+"/en/site")
	}
	if publicHost(c.PublicURL) == "" {
		fmt.Fprintln(con.err, "note: --public-url names no host that others can reach, so the record is kept in the name plenary.invalid for ever; that is right for trying out, and receipts say so")
	}
	out, err := a.convene(ctx, c)
	if err = errors.Join(err, a.close()); err != nil {
		return err
	}
	return json.NewEncoder(con.out).Encode(out)
}

// command reads the flags into what the secretariat is asked.
func (c *newCmd) command() (out conversation.Convene, err error) {
	for _, s := range splitList(c.Languages) {
		l, ok := locale.Parse(s)
		if !ok {
			return out, fmt.Errorf("%w: %q is not one of ar, zh, en, fr, ru, es", errWrongUse, s)
		}
		out.Languages = append(out.Languages, l)
	}
	if len(out.Languages) == 0 {
		return out, fmt.Errorf("%w: --languages", errWrongUse)
	}
	if !locale.KnownZone(c.Zone) {
		return out, fmt.Errorf("%w: --zone %q is not a time zone. Write its IANA name, such as Europe/Paris", errWrongUse, c.Zone)
	}
	title, err := locale.CleanLine(c.Title, 200)
	if err != nil {
		return out, fmt.Errorf("--title: %w", err)
	}
	if _, err := account.ParseAddress(c.Officer); err != nil {
		return out, fmt.Errorf("--officer %q is no address", c.Officer)
	}
	original := out.Languages[0]
	out.Slug, out.Title, out.Zone, out.Categories = c.Slug, locale.Plain(original, title), c.Zone, template.StartingCategories(original)
	out.Prepared = !c.Open
	if out.Slug == "" {
		out.Slug = settings.SlugOf(title)
	}
	return out, nil
}

// convene makes the conversation and a sign-in link for its first officer.
func (a *app) convene(ctx context.Context, c *newCmd) (*convened, error) {
	email, err := account.ParseAddress(c.Officer)
	if err != nil {
		return nil, err
	}
	command, err := c.command()
	if err != nil {
		return nil, err
	}
	n, err := a.Number()
	if err != nil {
		return nil, err
	}
	if n, err = a.accounts.Invite(ctx, email, command.Slug, n, a.Now()); err != nil {
		return nil, err
	}
	command.Officer = delegation.Participant(n)
	if _, err := a.Convene(ctx, conversation.Ask{By: command.Officer, Assurance: consultation.EmailProven, Command: command}); err != nil {
		return nil, inWords(locale.English, err)
	}
	lang := command.Languages[0]
	in, err := a.accounts.BeginSignIn(ctx, account.SignInRequest{Email: email, Lang: lang, Next: a.firstPage(email, "/"+string(lang)+"/c/"+command.Slug+"/desk", lang), Handed: true}, a.Now())
	if err != nil {
		return nil, err
	}
	return &convened{Conversation: command.Slug, Address: c.PublicURL + "/c/" + command.Slug, SignIn: c.PublicURL + in.Path(lang), Code: in.Code}, nil
}
