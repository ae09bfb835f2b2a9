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
	Data string `help:"Data directory: check every record in it; with a receipt file, whether its record holds the receipt."`
	Key  string `help:"The verifier key you know to be the instance's; without it and --data the answer is 'consistent', not 'signed by'."`
}

// Run checks and prints what it checked, a line each; exit 1 names the first thing that is wrong.
func (c *verifyCmd) Run(ctx context.Context, con *console) error {
	var report verifier.Report
	var err error
	switch {
	case c.Data != "" && c.File == "":
		report, err = verifier.Database(ctx, filepath.Join(c.Data, "record.db"))
	case c.File != "":
		b, rerr := c.read(con)
		if rerr != nil {
			return rerr
		}
		if c.Data == "" {
			report, err = verifier.Receipt(b, c.Key)
		} else {
			report, err = verifier.ReceiptIn(ctx, b, c.Key, filepath.Join(c.Data, "record.db"))
		}
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
	if report.Record == verifier.NotHeld {
		fmt.Fprintln(con.out, "The file alone is the proof of what was received: keep it unchanged, and give copies to others. Ask the secretariat and\n"+
			"whoever runs the instance, in writing, what became of the entry. If you run it: stop writing, and compare with your backups.")
	}
	return err
}

// read reads the receipt file.
func (c *verifyCmd) read(con *console) ([]byte, error) {
	in := con.in
	if c.File != "-" {
		f, err := os.Open(c.File)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		in = f
	}
	return io.ReadAll(io.LimitReader(in, 16<<20))
}
