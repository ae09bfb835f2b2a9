package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"github.com/openplenary/plenary/mail/post"
	"github.com/openplenary/plenary/place"
	"log/slog"
	"time"

	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/locale"
)

// codesCmd prints codes to sign in with where no letter arrives.
type codesCmd struct {
	Data      string `required:"" env:"PLENARY_DATA" help:"Data directory."`
	Email     string `arg:"" help:"E-mail address of somebody who has an account or an invitation."`
	Count     int    `default:"10" help:"How many codes, at most 50."`
	PublicURL string `env:"PLENARY_PUBLIC_URL" default:"http://127.0.0.1:8080" help:"Address under which people reach the instance; a running server knows its own."`
	place.Flags
}

// printedCodes is what codesCmd prints, as JSON.
type printedCodes struct {
	Email  string    `json:"email"`
	SignIn string    `json:"sign_in"` // where they are typed
	Codes  []string  `json:"codes"`
	Made   time.Time `json:"made"`
}

// Run prints them, through the running server where there is one.
func (c *codesCmd) Run(ctx context.Context, con *console) error {
	if c.Count < 1 || c.Count > account.MaxPrinted {
		return fmt.Errorf("%w: --count is from 1 to %d", errWrongUse, account.MaxPrinted)
	}
	if err := dirExists(c.Data); err != nil {
		return err
	}
	body, err := json.Marshal(c)
	if err != nil {
		return err
	}
	note := func(err error) error {
		if err == nil {
			fmt.Fprintln(con.err, "note: each code works once. They are shown this once only; codes printed before for this address no longer work. Hand them over on paper")
		}
		return err
	}
	if out, err := askControl(ctx, c.Data, "/codes", body); err == nil {
		_, err = con.out.Write(out)
		return note(err)
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
	out, err := a.printCodes(ctx, c)
	if err = errors.Join(err, a.close()); err != nil {
		return err
	}
	return note(json.NewEncoder(con.out).Encode(out))
}

// printCodes draws codes for an address.
func (a *app) printCodes(ctx context.Context, c *codesCmd) (*printedCodes, error) {
	now := a.Now()
	codes, err := a.accounts.Print(ctx, c.Email, c.Count, now)
	if err != nil {
		return nil, inWords(locale.English, err)
	}
	lang, ok, err := a.accounts.LanguageOf(ctx, c.Email)
	if err != nil {
		return nil, err
	}
	if !ok {
		lang = locale.English
	}
	return &printedCodes{Email: c.Email, SignIn: c.PublicURL + "/" + string(lang) + "/sign-in/printed", Codes: codes, Made: now.UTC().Truncate(time.Second)}, nil
}
