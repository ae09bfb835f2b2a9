package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/private"
	"github.com/openplenary/plenary/record"
)

// resumeCmd has writing go on upon an instance that was restored, that holds less than was acknowledged, or that has
// lost what was kept beside its records. The server must be stopped.
type resumeCmd struct {
	Data         string   `required:"" env:"PLENARY_DATA" help:"Data directory."`
	Reason       string   `required:"" help:"Why writing goes on, in a few sentences. It is written on every record concerned, for everybody to read."`
	Restrictions string   `env:"PLENARY_RESTRICTIONS" help:"The newest list of what was erased or withheld after the backup; restrictions.jsonl in the data directory if it is not given."`
	Without      []string `enum:"private.db,keys/secret" help:"What is lost for good and made anew: private.db or keys/secret. Repeat it for both."`
}

// Run writes on each record what may be missing, takes away again what was taken away since, and lets the instance be
// served.
func (c *resumeCmd) Run(ctx context.Context, con *console) error {
	if err := dirExists(c.Data); err != nil {
		return err
	}
	for _, name := range c.Without {
		if err := c.setAside(con, name); err != nil {
			return err
		}
	}
	in, err := plenary.OpenInstance(ctx, plenary.InstanceOptions{Dir: c.Data, Resume: true, Logger: slog.New(slog.NewTextHandler(con.err, &slog.HandlerOptions{Level: slog.LevelWarn}))})
	if in == nil {
		return err
	}
	if err != nil {
		return errors.Join(fmt.Errorf("damage was found, and nothing is written on it: put the bit right or restore a backup: %w", err), in.Close())
	}
	return errors.Join(c.resume(ctx, con, in), in.Close())
}

func (c *resumeCmd) resume(ctx context.Context, con *console, in *plenary.Instance) (err error) {
	list, err := plenary.OpenRestrictions(c.Data, c.Restrictions)
	if err != nil {
		return err
	}
	open := private.OpenExisting
	if c.without(private.FileName) {
		open = private.Open
	}
	db, err := open(filepath.Join(c.Data, private.FileName))
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
	done, err := in.Resume(ctx, plenary.Resumption{Reason: c.Reason, Restrictions: list, Beside: strings.Join(c.Without, ", ")})
	for _, r := range done {
		// Followers that were further than the record is now look at the entries that come in place of the lost ones.
		if err := db.Rewind(ctx, r.Slug, r.Head); err != nil {
			return err
		}
		switch {
		case r.From == 0:
			fmt.Fprintf(con.out, "%s: nothing of the record is missing; said in entry %d\n", r.Slug, r.Entry)
		case r.To > 0:
			fmt.Fprintf(con.out, "%s: entries %d to %d are missing; said in entry %d; taken away again: %d\n", r.Slug, r.From, r.To, r.Entry, r.Again)
		default:
			fmt.Fprintf(con.out, "%s: entries from %d on may be missing; said in entry %d; taken away again: %d\n", r.Slug, r.From, r.Entry, r.Again)
		}
	}
	return err
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
