package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/openplenary/plenary/internal/verifier"
)

// verifyCmd checks with the second verifier, which shares no code with what wrote the record.
type verifyCmd struct {
	File string `arg:"" optional:"" help:"Receipt file; - is standard input."`
	Data string `help:"Data directory: check every record in it."`
	Key  string `help:"The verifier key you know to be the instance's; without it the answer is 'consistent', not 'signed by'."`
}

// Run checks and prints what it checked, a line each; exit 1 names the first thing that is wrong.
func (c *verifyCmd) Run(ctx context.Context, con *console) error {
	var report verifier.Report
	var err error
	switch {
	case c.Data != "" && c.File == "":
		report, err = verifier.Database(ctx, filepath.Join(c.Data, "record.db"))
	case c.File != "" && c.Data == "":
		in := con.in
		if c.File != "-" {
			f, err := os.Open(c.File)
			if err != nil {
				return err
			}
			defer f.Close()
			in = f
		}
		b, rerr := io.ReadAll(io.LimitReader(in, 16<<20))
		if rerr != nil {
			return rerr
		}
		report, err = verifier.Receipt(b, c.Key)
	default:
		return fmt.Errorf("%w: name a receipt file, or --data DIR", errWrongUse)
	}
	for _, l := range report.Lines {
		mark := "ok "
		if !l.OK {
			mark = "BAD"
		}
		fmt.Fprintf(con.out, "%s  %s", mark, l.What)
		if l.Detail != "" {
			fmt.Fprintf(con.out, ": %s", l.Detail)
		}
		fmt.Fprintln(con.out)
	}
	fmt.Fprintln(con.out, report.Verdict())
	return err
}
