package main

import (
	"context"
	"errors"
	"fmt"
	"github.com/openplenary/plenary/mail/post"
	"github.com/openplenary/plenary/place"
	"log/slog"
	"net"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/certificate"
	"github.com/openplenary/plenary/internal/trace"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/openid"
	"github.com/openplenary/plenary/passkey"
)

// serving is what serving needs to know; each may also come from the environment (PLENARY_SERVE_...).
type serving struct {
	Data         string   `required:"" env:"PLENARY_DATA" help:"Data directory."`
	Addr         string   `default:"127.0.0.1:8080" env:"PLENARY_ADDR" help:"Address to listen on."`
	PublicURL    string   `env:"PLENARY_PUBLIC_URL" help:"Address people reach it under, such as https://talk.example.org. Cookies are then sent over https only."`
	SMTP         string   `env:"PLENARY_SMTP" help:"Mail relay: smtp://user:password@host:587. Without one, mail waits in the queue."`
	From         string   `env:"PLENARY_FROM" default:"plenary@localhost" help:"Sender of mail."`
	Operator     string   `env:"PLENARY_OPERATOR" help:"Addresses of those who may convene, with commas."`
	Witness      []string `env:"PLENARY_WITNESS" help:"Whom to tell once a day what each record is: an address of mail, or one that begins with http and takes a POST. Repeat it for several."`
	OIDC         []string `name:"oidc" env:"PLENARY_OIDC" help:"A provider of OpenID Connect with whose accounts people may sign in: NAME=https://CLIENT:SECRET@ISSUER. Repeat it for several."`
	Restrictions string   `env:"PLENARY_RESTRICTIONS" help:"Where the list of what was erased or withheld is kept apart; on another disk it outlives this one. In the data directory if it is not given."`
	place.Flags
	doorFlags
	acmeFlags
	watchFlags
}

type acmeFlags certificate.Flags // under a name of its own: place has flags too

// serveCmd serves an instance.
type serveCmd struct{ serving }

// Run serves.
func (c *serveCmd) Run(ctx context.Context, con *console) (err error) {
	o, err := c.appOptions()
	if err != nil {
		return err
	}
	o.logger = slog.New(slog.NewTextHandler(con.err, nil))
	meter, log, err := c.meter()
	if err != nil {
		return err
	}
	defer log.Close()
	o.meter = meter
	if o.tracer, err = trace.New(os.Getenv, o.logger); err != nil {
		return fmt.Errorf("%w: %w", errWrongUse, err)
	}
	listener, err := net.Listen("tcp", c.Addr)
	if err != nil {
		return err
	}
	if o.public == "" { // loopback
		o.public = "http://" + listener.Addr().String()
	}
	a, err := openApp(ctx, o)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	defer func() { err = errors.Join(err, a.close()) }()
	redirects, err := a.obtain((*certificate.Flags)(&c.acmeFlags))
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	defer redirects.Close()
	figures, err := c.watch(a)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	defer figures.Close()
	control, err := a.control()
	switch {
	case err != nil && a.NoRoom():
		o.logger.Error("the disk is full: everything can be read, nothing can be written, and commands cannot reach the server", "err", err)
	case err != nil:
		return errors.Join(err, listener.Close())
	default:
		defer control.Close()
	}
	if a.NoRoom() {
		o.logger.Error("the disk is full: nothing can be written until there is room; what is there can be read", "directory", c.Data)
	}
	fmt.Fprintln(con.out, o.public+"/")
	if host := publicHost(o.public); host != "" {
		a.sayNames(host)
		if _, err := passkey.New(o.public); err != nil {
			o.logger.Warn("nobody can sign in with a passkey at this address", "err", err)
		}
	}
	if !a.site.Now().Filled() {
		fmt.Fprintln(con.err, notFilled, o.public+"/en/site")
	}
	if len(a.Conversations()) == 0 && a.db != nil {
		if err := a.welcome(ctx, con, o.operators); err != nil && ctx.Err() == nil { // ended before it serves
			return errors.Join(err, listener.Close())
		}
		fmt.Fprintln(con.err, "nothing is convened yet: plenary new --data", c.Data, "--title ... --officer ADDRESS")
	}
	return a.serve(ctx, listener)
}

// appOptions checks the settings.
func (c *serveCmd) appOptions() (o appOptions, err error) {
	o = appOptions{dir: c.Data, readable: true, from: c.From, restrictions: c.Restrictions, record: c.Flags}
	host, _, err := net.SplitHostPort(c.Addr)
	if err != nil {
		return o, fmt.Errorf("%w: --addr: %w", errWrongUse, err)
	}
	if o.public, err = (*certificate.Flags)(&c.acmeFlags).Public(c.Addr, c.PublicURL, c.BehindProxy || len(c.TrustedProxy) > 0); err != nil {
		return o, fmt.Errorf("%w: %w", errWrongUse, err)
	}
	o.secure = strings.HasPrefix(o.public, "https://")
	//mutants:guard nobody signs in over a network in clear
	if !onLoopback(host) && !c.BehindProxy && len(c.ACME) == 0 {
		return o, fmt.Errorf("%w: plain http is served on loopback only; say --acme HOST, or put a proxy that ends https in front and say --behind-proxy", errWrongUse)
	}
	if c.BehindProxy && !o.secure {
		return o, fmt.Errorf("%w: --behind-proxy needs --public-url https://", errWrongUse)
	}
	if err := c.watchFlags.check(); err != nil {
		return o, err
	}
	if o.door, err = c.options(host); err != nil {
		return o, err
	}
	if o.transport, err = post.Relay(c.SMTP, c.From); err != nil {
		return o, fmt.Errorf("%w: --smtp: %w", errWrongUse, err)
	}
	if o.witnesses, err = parseWitnesses(c.Witness); err != nil {
		return o, err
	}
	for _, s := range c.OIDC {
		p, err := openid.Parse(s, time.Now)
		if err != nil {
			return o, fmt.Errorf("%w: --oidc: %w", errWrongUse, err)
		}
		if slices.ContainsFunc(o.providers, func(other *openid.Provider) bool { return other.Key == p.Key || other.Issuer == p.Issuer }) {
			return o, fmt.Errorf("%w: --oidc: two providers are called %q, or are one", errWrongUse, p.Name)
		}
		o.providers = append(o.providers, p)
	}
	for _, s := range splitList(c.Operator) {
		address, err := account.ParseAddress(s)
		if err != nil {
			return o, fmt.Errorf("%w: --operator %q is no address", errWrongUse, s)
		}
		o.operators = append(o.operators, address)
	}
	return o, nil
}

// splitList splits a list given with commas.
func splitList(s string) (out []string) {
	for part := range strings.SplitSeq(s, ",") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

// welcome prints the first operator's sign-in link, so that an empty instance can be used before any mail
// can be sent.
func (a *app) welcome(ctx context.Context, con *console, operators []string) error {
	if len(operators) == 0 {
		return nil
	}
	in, err := a.accounts.BeginSignIn(ctx, account.SignInRequest{Email: operators[0], Lang: locale.English, Next: a.firstPage(operators[0], "/en/convene", locale.English), Handed: true}, a.Now())
	if err != nil || in == nil {
		return err
	}
	fmt.Fprintf(con.out, "operator\t%s%s\tcode %s\n", a.public, in.Path(locale.English), in.Code)
	return nil
}
