package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/openplenary/plenary/place"
)

// moveCmd takes an instance to a database or its files to an object store, or back. The server is stopped meanwhile.
type moveCmd struct {
	From string `required:"" help:"Where it is: a data directory, postgres://..., or for attached files s3://..."`
	To   string `required:"" help:"Where it goes: postgres://... for what is in a data directory, s3://... for its attached files, or the data directory that they came from."`
	place.Flags
}

// Run moves it.
func (c *moveCmd) Run(ctx context.Context, con *console) error {
	database := func(s string) bool {
		return strings.HasPrefix(s, "postgres://") || strings.HasPrefix(s, "postgresql://")
	}
	bucket := func(s string) bool { return strings.HasPrefix(s, "s3://") }
	elsewhere := func(s string) bool { return database(s) || bucket(s) }
	m := place.Move{Dir: c.From, Database: c.Flags, Said: con.err}
	other := c.To
	if elsewhere(c.From) {
		m.Dir, m.Back, other = c.To, true, c.From
	}
	switch {
	case elsewhere(c.From) == elsewhere(c.To):
		return fmt.Errorf("%w: one of --from and --to is a data directory, the other begins with postgres:// or s3://", errWrongUse)
	case bucket(other):
		m.Database.Files = other
		return m.MoveFiles(ctx)
	}
	m.Database.Record = other
	return m.Run(ctx)
}
