package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"github.com/openplenary/plenary/place"
	"os"
	"path/filepath"
	"time"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/private"
	"github.com/openplenary/plenary/record/sqlite"
	"github.com/openplenary/plenary/site"
)

// backupCmd copies a data directory while it serves. Keys are not in it.
type backupCmd struct {
	Data         string `required:"" env:"PLENARY_DATA" help:"Data directory."`
	Out          string `required:"" short:"o" help:"Directory to write; it must not exist."`
	Restrictions string `env:"PLENARY_RESTRICTIONS" help:"Where the list of what was erased or withheld is kept, which is not in a backup; restrictions.jsonl in the data directory if it is not given."`
	place.Flags
}

// backupMark is what stands in the file that says that a directory is a backup. An instance that is served from it
// starts read-only, until plenary resume says that writing goes on.
type backupMark struct {
	Made    time.Time        `json:"made"`
	Entries map[string]int64 `json:"entries,omitempty"` // of each record; absent where the copy was cut short
}

// Run copies no list of restrictions: one as old as the copy would not tell what was taken from view since, and the list
// is made anew from a record that goes on. It copies the high marks first, which may then lag behind the record and never lead it, the record, and what
// stands beside it after: a copy may know less of what is private, never cite a file it does not have.
func (c *backupCmd) Run(ctx context.Context, con *console) error {
	if err := dirExists(c.Data); err != nil {
		return err
	}
	if err := os.Mkdir(c.Out, 0o700); err != nil {
		return err
	}
	mark := backupMark{Made: time.Now().UTC().Truncate(time.Second)}
	if err := c.mark(mark); err != nil { // first: a copy that is cut short is one all the same
		return err
	}
	if err := c.copy("high"); err != nil {
		return err
	}
	err := c.record(ctx)
	if err != nil {
		return err
	}
	if mark.Entries, err = c.entries(); err != nil {
		return err
	}
	if err := c.beside(ctx, con); err != nil {
		return err
	}
	if err := c.folder(site.Dir); err != nil {
		return err
	}
	if err := c.mark(mark); err != nil {
		return err
	}
	fmt.Fprintln(con.err, "keys are not in a backup: keep", filepath.Join(c.Data, "keys"), "in a safe place of its own")
	fmt.Fprintln(con.err, "what is erased or withheld later is not in it either: keep", cmp.Or(c.Restrictions, filepath.Join(c.Data, plenary.RestrictionsFile)),
		"on another disk (plenary serve --restrictions), or copy it there often; without the newest one a restored instance shows nothing until plenary resume says that it is lost")
	return nil
}

// record copies the records, wherever they are, into a file that can be served by itself.
func (c *backupCmd) record(ctx context.Context) error {
	out := filepath.Join(c.Out, "record.db")
	mark, _, err := place.Bound(c.Data)
	switch {
	case err != nil:
		return err
	case mark != "" && c.Record == "":
		return fmt.Errorf("the records of %s are in a PostgreSQL database: say in which, with --record or PLENARY_RECORD", c.Data)
	case mark != "":
		return errors.Join(c.Fetch(ctx, c.Data, out), synced(out))
	}
	engine, err := sqlite.Open(filepath.Join(c.Data, "record.db"), sqlite.Options{ReadOnly: true})
	if err != nil {
		return err
	}
	return errors.Join(engine.Backup(out), engine.Close(), synced(out))
}

// beside copies the private database; out of a database that nodes share, the files too.
func (c *backupCmd) beside(ctx context.Context, con *console) (err error) {
	shared, err := c.CopyBeside(ctx, c.Data, c.Out, con.err)
	if err != nil || shared {
		return err
	}
	if err := private.Copy(ctx, filepath.Join(c.Data, private.FileName), filepath.Join(c.Out, private.FileName)); err != nil {
		return err
	}
	return c.folder("attachments")
}

// folder copies a folder, if there is one.
func (c *backupCmd) folder(name string) error {
	if _, err := os.Stat(filepath.Join(c.Data, name)); err != nil {
		return nil
	}
	return place.CopyFolder(filepath.Join(c.Out, name), os.DirFS(filepath.Join(c.Data, name)))
}

// mark writes the file that says that it is a backup.
func (c *backupCmd) mark(m backupMark) error {
	b, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return err
	}
	path := filepath.Join(c.Out, plenary.BackupMark)
	return errors.Join(os.WriteFile(path, append(b, '\n'), 0o600), synced(path))
}

// copy copies a small file, if there is one.
func (c *backupCmd) copy(name string) error {
	b, err := os.ReadFile(filepath.Join(c.Data, name))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	to := filepath.Join(c.Out, name)
	return errors.Join(os.WriteFile(to, b, 0o600), synced(to))
}

// entries counts what is in the copy.
func (c *backupCmd) entries() (map[string]int64, error) {
	engine, err := sqlite.Open(filepath.Join(c.Out, "record.db"), sqlite.Options{ReadOnly: true})
	if err != nil {
		return nil, err
	}
	out := map[string]int64{}
	metas, err := engine.Records()
	for _, m := range metas {
		head, herr := engine.Head(m.ID)
		out[string(m.ID)], err = int64(head), errors.Join(err, herr)
	}
	return out, errors.Join(err, engine.Close())
}

// synced has a file on the disk.
func synced(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
