package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/openplenary/plenary/internal/verifier"
)

// verifyCmd checks with the second verifier, which shares no code with what wrote the record.
type verifyCmd struct {
	File string `arg:"" optional:"" help:"Receipt, or dossier of a paper; - is standard input."`
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
		if report, err = c.file(ctx, con); err != nil && len(report.Lines) == 0 {
			return err
		}
	default:
		return fmt.Errorf("%w: name a receipt or a dossier, or --data DIR", errWrongUse)
	}
	for _, l := range report.Lines {
		mark := "ok "
		switch {
		case !l.OK:
			mark = "BAD"
		case l.What == verifier.NotProven:
			mark = "-- "
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

// maxPiped is how large a dossier may be that comes on standard input.
const maxPiped = 256 << 20

// file checks a file: a dossier, which is an archive, or a receipt.
func (c *verifyCmd) file(ctx context.Context, con *console) (verifier.Report, error) {
	in := con.in
	if c.File != "-" {
		f, err := os.Open(c.File)
		if err != nil {
			return verifier.Report{}, err
		}
		defer f.Close()
		var head [2]byte
		if n, _ := f.ReadAt(head[:], 0); n == len(head) && string(head[:]) == "PK" {
			info, err := f.Stat()
			if err != nil {
				return verifier.Report{}, err
			}
			return c.dossier(f, info.Size())
		}
		in = f
	}
	b, err := io.ReadAll(io.LimitReader(in, maxPiped))
	if err != nil {
		return verifier.Report{}, err
	}
	switch {
	case strings.HasPrefix(string(b), "PK"):
		return c.dossier(bytes.NewReader(b), int64(len(b)))
	case c.Data == "":
		return verifier.Receipt(b, c.Key)
	}
	return verifier.ReceiptIn(ctx, b, c.Key, filepath.Join(c.Data, "record.db"))
}

// dossier checks a dossier.
func (c *verifyCmd) dossier(from io.ReaderAt, size int64) (verifier.Report, error) {
	if c.Data != "" {
		return verifier.Report{}, fmt.Errorf("%w: --data checks receipts and records; a dossier is checked by itself", errWrongUse)
	}
	return verifier.Dossier(from, size, c.Key)
}
