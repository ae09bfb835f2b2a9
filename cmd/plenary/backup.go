package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/openplenary/plenary/private"
	"github.com/openplenary/plenary/record/sqlite"
)

// backupCmd copies a data directory while it serves. Keys are not in it.
type backupCmd struct {
	Data string `required:"" env:"PLENARY_DATA" help:"Data directory."`
	Out  string `required:"" short:"o" help:"Directory to write; it must not exist."`
}

// Run copies the record first and what stands beside it after: a copy may know less of what is private,
// never cite a file it does not have.
func (c *backupCmd) Run(ctx context.Context, con *console) error {
	if err := dirExists(c.Data); err != nil {
		return err
	}
	if err := os.Mkdir(c.Out, 0o700); err != nil {
		return err
	}
	engine, err := sqlite.Open(filepath.Join(c.Data, "record.db"), sqlite.Options{ReadOnly: true})
	if err != nil {
		return err
	}
	if err := errors.Join(engine.Backup(filepath.Join(c.Out, "record.db")), engine.Close()); err != nil {
		return err
	}
	if err := private.Copy(ctx, filepath.Join(c.Data, private.FileName), filepath.Join(c.Out, private.FileName)); err != nil {
		return err
	}
	from := filepath.Join(c.Data, "attachments")
	if _, err := os.Stat(from); err == nil {
		if err := os.CopyFS(filepath.Join(c.Out, "attachments"), os.DirFS(from)); err != nil {
			return err
		}
	}
	fmt.Fprintln(con.err, "keys are not in a backup: keep", filepath.Join(c.Data, "keys"), "in a safe place of its own")
	return nil
}
