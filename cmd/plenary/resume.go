package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"github.com/openplenary/plenary/place"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/private"
	"github.com/openplenary/plenary/record"
)

// resumeCmd has writing go on upon an instance that was restored, that holds less than was acknowledged, or that has
// lost what was kept beside its records. The server must be stopped.
type resumeCmd struct {
	Data         string   `required:"" env:"PLENARY_DATA" help:"Data directory."`
	Reason       string   `required:"" help:"Why writing goes on, in a few sentences. It is written on every record concerned, for everybody to read."`
	Restrictions string   `env:"PLENARY_RESTRICTIONS" help:"The newest list of what was erased or withheld after the backup; restrictions.jsonl in the data directory if it is not given."`
	Without      []string `enum:"private.db,keys/secret,restrictions.jsonl" help:"What is lost for good and made anew: private.db, keys/secret, or the newest restrictions.jsonl, without which words that were erased or withheld in what is missing are shown again. Repeat it for several."`
	Officer      string   `help:"The e-mail address of who becomes an officer of every conversation that nobody is left to lead: without private.db that is each. The record says so, and a sign-in link is printed."`
	PublicURL    string   `env:"PLENARY_PUBLIC_URL" default:"http://127.0.0.1:8080" help:"Address under which people reach the instance, for that link."`
	place.Flags
}

// Run writes on each record what may be missing, takes away again what was taken away since, and lets the instance be
// served.
func (c *resumeCmd) Run(ctx context.Context, con *console) error {
	if err := dirExists(c.Data); err != nil {
		return err
	}
	if c.without(private.FileName) && c.Officer == "" {
		return fmt.Errorf("%w: without private.db nobody can act in the office they hold, and a new one is made with one person in it: say --without private.db --officer ADDRESS", errWrongUse)
	}
	if _, err := account.ParseAddress(c.Officer); c.Officer != "" && err != nil {
		return fmt.Errorf("%w: --officer %q is no address", errWrongUse, c.Officer)
	}
	for _, name := range c.Without {
		if err := c.setAside(con, name); err != nil {
			return err
		}
	}
	logger := slog.New(slog.NewTextHandler(con.err, &slog.HandlerOptions{Level: slog.LevelWarn}))
	in, beside, err := c.OpenInstance(ctx, plenary.InstanceOptions{Dir: c.Data, Resume: true, Restrictions: c.Restrictions, Logger: logger})
	if in == nil {
		return err
	}
	if err != nil {
		return errors.Join(fmt.Errorf("damage was found, and nothing is written on it: put the bit right or restore a backup: %w", err), in.Close())
	}
	return errors.Join(c.resume(ctx, con, in, beside), in.Close())
}

func (c *resumeCmd) resume(ctx context.Context, con *console, in *plenary.Instance, beside place.Beside) (err error) {
	db, err := beside.Private(ctx, !c.without(private.FileName))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if c.without(secretName) {
		err = db.NewSecret(ctx, in.Secret)
	} else {
		err = db.CheckSecret(ctx, in.Secret, true)
	}
	if err != nil {
		return err
	}
	// Whoever was signed in when the copy was made may have been signed out since.
	accounts, err := account.New(db, in.Secret)
	if err == nil {
		err = accounts.EndEverywhere(ctx)
	}
	if err != nil {
		return err
	}
	// Followers that were further than the record is now look at the entries that come in place of the lost ones. They are set back
	// before anything is written: once it is, a record does not say any more where it was cut short.
	for _, slug := range in.Conversations() {
		if err := db.Rewind(ctx, slug, in.Durable(slug)); err != nil {
			return err
		}
	}
	done, err := in.Resume(ctx, plenary.Resumption{Reason: c.Reason, Restrictions: in.Restrictions, Incomplete: c.without(plenary.RestrictionsFile), Officer: c.Officer != "",
		Beside: strings.Join(c.Without, ", ")})
	if errors.Is(err, plenary.ErrNoOfficer) {
		return fmt.Errorf("%w: say --officer ADDRESS, of who is to be one", err)
	}
	if errors.Is(err, plenary.ErrUnlisted) {
		return fmt.Errorf("%w, or name it with --restrictions; if it is lost for good, say --without %s: what was taken from view in what is missing is shown again then", err, plenary.RestrictionsFile)
	}
	for _, r := range done {
		switch {
		case r.From == 0:
			fmt.Fprintf(con.out, "%s: nothing of the record is missing; said in entry %d\n", r.Slug, r.Entry)
		case r.To > 0:
			fmt.Fprintf(con.out, "%s: entries %d to %d are missing; said in entry %d; taken away again: %d\n", r.Slug, r.From, r.To, r.Entry, r.Again)
		default:
			fmt.Fprintf(con.out, "%s: entries from %d on may be missing; said in entry %d; taken away again: %d\n", r.Slug, r.From, r.Entry, r.Again)
		}
	}
	if err != nil || c.Officer == "" {
		return err
	}
	return c.officer(ctx, con, in, accounts)
}

// officer makes a person an officer: of every conversation where private.db is lost, as a new participant, because who they
// were before, and what they sent, is not known any more; else of those that have none. It prints how they sign in.
func (c *resumeCmd) officer(ctx context.Context, con *console, in *plenary.Instance, accounts *account.Store) error {
	email, err := account.ParseAddress(c.Officer)
	if err != nil {
		return err
	}
	for _, slug := range in.Conversations() {
		led := false
		if _, err := in.Read(ctx, slug, func(st *conversation.State) error {
			led = len(st.Roll.Holders(delegation.Officer)) > 0
			return nil
		}); err != nil {
			return err
		}
		if led && !c.without(private.FileName) {
			continue
		}
		n, err := in.Number()
		if err != nil {
			return err
		}
		if n, err = accounts.Invite(ctx, email, slug, n, in.Now()); err != nil {
			return err
		}
		a, err := in.Do(ctx, slug, conversation.Ask{System: true, Command: delegation.Grant{Participant: delegation.Participant(n), Role: delegation.Officer}})
		if err != nil {
			return fmt.Errorf("%s: %w", slug, err)
		}
		fmt.Fprintf(con.out, "%s: %s is an officer; said in entry %d\n", slug, email, a.First)
	}
	link, err := accounts.BeginSignIn(ctx, account.SignInRequest{Email: email, Lang: locale.English, Next: "/en/", Handed: true}, in.Now())
	if err != nil {
		return err
	}
	fmt.Fprintf(con.out, "sign in, as soon as the server runs: %s%s\tcode %s\n", c.PublicURL, link.Path(locale.English), link.Code)
	return nil
}

const secretName = "keys/secret"

func (c *resumeCmd) without(name string) bool {
	for _, n := range c.Without {
		if n == name {
			return true
		}
	}
	return false
}

// setAside puts what is left of something that is lost beside, and makes what has to be there at start.
func (c *resumeCmd) setAside(con *console, name string) error {
	if name == plenary.RestrictionsFile {
		return nil // what is there of it is taken
	}
	path := filepath.Join(c.Data, filepath.FromSlash(name))
	aside := path + ".lost-" + time.Now().UTC().Format("20060102T150405")
	for _, end := range []string{"", "-wal", "-shm", "-mark"} {
		if err := os.Rename(path+end, aside+end); err == nil {
			fmt.Fprintf(con.err, "%s is kept as %s: delete it when you need it no more\n", path+end, aside+end)
		} else if !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	if name != secretName {
		return nil
	}
	secret := make([]byte, 32)
	if _, err := rand.Read(secret); err != nil {
		return err
	}
	return record.WriteSynced(path, secret)
}
