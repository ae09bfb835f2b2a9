package main

import (
	"context"
	"strings"

	"github.com/alecthomas/kong"
	"github.com/openplenary/plenary/internal/bench"
)

// benchCmd measures this machine.
type benchCmd struct {
	What    string `arg:"" enum:"${measures}" help:"${measured}."`
	JSON    bool   `help:"One JSON object a line."`
	Seconds int    `default:"5" help:"How long each measure runs."`
	Data    string `help:"Where to write; a temporary directory by default."`
}

// Run measures.
func (c *benchCmd) Run(ctx context.Context, con *console) error {
	return bench.Run(ctx, bench.Options{What: c.What, JSON: c.JSON, Seconds: c.Seconds, Dir: c.Data, Out: con.out})
}

// measured are the measures as the command line names them: there is one list of them.
func measured() kong.Vars {
	all := bench.Measures()
	last := len(all) - 1
	return kong.Vars{"measures": strings.Join(all, ","), "measured": strings.Join(all[:last], ", ") + " or " + all[last]}
}
