package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/attachment"
	"github.com/openplenary/plenary/internal/verifier"
	"github.com/openplenary/plenary/record/sqlite"
)

// verifyCmd checks with the second verifier, which shares no code with what wrote the record.
type verifyCmd struct {
	File string `arg:"" optional:"" help:"Receipt file; - is standard input."`
	Data string `help:"Data directory: check every record in it."`
	Key  string `help:"The verifier key you know to be the instance's; without it the answer is 'consistent', not 'signed by'."`
}

// Run checks and prints what it checked, a line each; exit 1 names the first thing that is wrong.
func (c *verifyCmd) Run(ctx context.Context) error {
	var report verifier.Report
	var err error
	switch {
	case c.Data != "" && c.File == "":
		report, err = verifier.Database(ctx, filepath.Join(c.Data, "record.db"))
	case c.File != "" && c.Data == "":
		in := os.Stdin
		if c.File != "-" {
			if in, err = os.Open(c.File); err != nil {
				return err
			}
			defer in.Close()
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
		fmt.Printf("%s  %s", mark, l.What)
		if l.Detail != "" {
			fmt.Printf(": %s", l.Detail)
		}
		fmt.Println()
	}
	fmt.Println(report.Verdict())
	return err
}

// fsckCmd checks everything in a data directory.
type fsckCmd struct {
	Data string `required:"" env:"PLENARY_DATA" help:"Data directory."`
}

// checked is one line of fsck's output.
type checked struct {
	What  string `json:"what"`
	OK    bool   `json:"ok"`
	Count int64  `json:"count,omitempty"`
	Wrong string `json:"wrong,omitempty"`
}

// Run checks the record with the house's own code and with the second verifier, the private database and
// every kept file. It works beside a running server.
func (c *fsckCmd) Run(ctx context.Context) error {
	if err := dirExists(c.Data); err != nil {
		return err
	}
	out := json.NewEncoder(os.Stdout)
	var first error
	say := func(what string, n int64, err error) {
		line := checked{What: what, OK: err == nil, Count: n}
		if err != nil {
			line.Wrong = err.Error()
			if first == nil {
				first = fmt.Errorf("%s: %w", what, err)
			}
		}
		if err := out.Encode(line); err != nil && first == nil {
			first = err
		}
	}
	in, err := plenary.OpenInstance(ctx, plenary.InstanceOptions{Dir: c.Data, ReadOnly: true, Logger: slog.New(slog.DiscardHandler)})
	if in == nil {
		return err
	}
	if err != nil {
		say("start", 0, err)
	}
	for _, slug := range in.Conversations() {
		log, id, err := in.Record(slug)
		if err != nil {
			say("record "+slug, 0, err)
			continue
		}
		n, err := log.Verify(ctx, id)
		say("record "+slug, int64(n), err)
	}
	if err := in.Close(); err != nil {
		return err
	}
	report, err := verifier.Database(ctx, filepath.Join(c.Data, "record.db"))
	say("second verifier", int64(len(report.Lines)), err)
	db, err := account.OpenDB(filepath.Join(c.Data, "private.db"))
	if err != nil {
		say("private database", 0, err)
	} else {
		say("private database", 0, account.CheckDB(ctx, db))
		files, err := attachment.New(db, c.Data)
		if err == nil {
			err = files.Check(ctx)
		}
		say("files", 0, err)
		if err := db.Close(); err != nil {
			return err
		}
	}
	return first
}

// backupCmd copies a data directory while it serves. Keys are not in it.
type backupCmd struct {
	Data string `required:"" env:"PLENARY_DATA" help:"Data directory."`
	Out  string `required:"" short:"o" help:"Directory to write; it must not exist."`
}

// Run copies the record first and what stands beside it after: a copy may know less of what is private,
// never cite a file it does not have.
func (c *backupCmd) Run(ctx context.Context) error {
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
	if err := account.Copy(ctx, filepath.Join(c.Data, "private.db"), filepath.Join(c.Out, "private.db")); err != nil {
		return err
	}
	from := filepath.Join(c.Data, "attachments")
	if _, err := os.Stat(from); err == nil {
		if err := os.CopyFS(filepath.Join(c.Out, "attachments"), os.DirFS(from)); err != nil {
			return err
		}
	}
	fmt.Fprintln(os.Stderr, "keys are not in a backup: keep", filepath.Join(c.Data, "keys"), "in a safe place of its own")
	return nil
}

// configCmd prints the settings.
type configCmd struct{}

// Run prints each setting with its variable and its default.
func (c *configCmd) Run() error {
	for _, l := range []string{
		"PLENARY_DATA          --data          (required)", "PLENARY_ADDR          --addr          127.0.0.1:8080", "PLENARY_PUBLIC_URL    --public-url    (none: loopback)",
		"PLENARY_BEHIND_PROXY  --behind-proxy  false",
		"PLENARY_TRUSTED_PROXY  --trusted-proxy  (none: nobody behind a proxy is counted by themselves)",
		"PLENARY_RESERVE       --reserve       (1 GiB or 5 % of the disk, at most a quarter)",
		"PLENARY_MAX_CONNECTIONS  --max-connections  (what the limit on open files allows)",
		"PLENARY_SMTP          --smtp          (none: mail waits)", "PLENARY_FROM          --from          plenary@localhost",
		"PLENARY_OPERATOR      --operator      (none: only the command line convenes)",
	} {
		fmt.Println(l)
	}
	return nil
}
