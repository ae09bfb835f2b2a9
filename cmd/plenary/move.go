package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/openplenary/plenary/place"
)

// moveCmd takes an instance to a database, or back. The server is stopped meanwhile.
type moveCmd struct {
	From    string `required:"" help:"Where it is: a data directory, or postgres://..."`
	To      string `required:"" help:"Where it goes: postgres://... for what is in a data directory, or the data directory that it came from."`
	MayLose bool   `name:"record-may-lose" env:"PLENARY_RECORD_MAY_LOSE" help:"Use a PostgreSQL server even where its settings let it lose what it acknowledged: for trying out."`
}

// Run moves it.
func (c *moveCmd) Run(ctx context.Context, con *console) error {
	database := func(s string) bool {
		return strings.HasPrefix(s, "postgres://") || strings.HasPrefix(s, "postgresql://")
	}
	switch {
	case database(c.From) == database(c.To):
		return fmt.Errorf("%w: one of --from and --to is a data directory, the other begins with postgres://", errWrongUse)
	case database(c.To):
		return place.Move{Dir: c.From, Database: place.Flags{Record: c.To, MayLose: c.MayLose}, Said: con.err}.Run(ctx)
	}
	return place.Move{Dir: c.To, Database: place.Flags{Record: c.From, MayLose: c.MayLose}, Back: true, Said: con.err}.Run(ctx)
}
