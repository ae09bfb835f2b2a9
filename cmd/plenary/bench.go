package main

import (
	"context"

	"github.com/openplenary/plenary/internal/bench"
)

// benchCmd measures this machine.
type benchCmd struct {
	What    string `arg:"" enum:"record,asks,pages,start,million,live,floor,lock,cluster" help:"record, asks, pages, start, million, live, floor, lock or cluster."`
	JSON    bool   `help:"One JSON object a line."`
	Seconds int    `default:"5" help:"How long each measure runs."`
	Data    string `help:"Where to write; a temporary directory by default."`
}

// Run measures.
func (c *benchCmd) Run(ctx context.Context, con *console) error {
	return bench.Run(ctx, bench.Options{What: c.What, JSON: c.JSON, Seconds: c.Seconds, Dir: c.Data, Out: con.out})
}
