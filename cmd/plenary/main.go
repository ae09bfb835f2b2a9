// Command plenary runs a Plenary instance and works on its files. plenary --help lists what it can do.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // deadlines are set in named zones, on machines that may know none

	"github.com/alecthomas/kong"

	"github.com/openplenary/plenary/internal/platform"
)

// cli is the command line: each command is a struct with its flags.
type cli struct {
	Demo     demoCmd     `cmd:"" help:"Seed the worked example and serve it. Example: plenary demo"`
	Serve    serveCmd    `cmd:"" help:"Serve an instance. Example: plenary serve --data /var/lib/plenary --addr 127.0.0.1:8080"`
	New      newCmd      `cmd:"" help:"Make an empty conversation and print its first officer's sign-in link. Example: plenary new --data DIR --title 'Water' --languages en,fr --officer a@example.org"`
	Codes    codesCmd    `cmd:"" help:"Print single-use codes with which somebody signs in where no mail arrives; those printed before are void. Example: plenary codes --data DIR a@example.org"`
	Mail     mailCmd     `cmd:"" help:"List the letters that wait, or print one, where no mail server is named yet. Example: plenary mail --data DIR 12"`
	Verify   verifyCmd   `cmd:"" help:"Check a receipt, or a whole record, offline. Example: plenary verify receipt.json"`
	Fsck     fsckCmd     `cmd:"" help:"Check everything in a data directory. Example: plenary fsck --data DIR"`
	Backup   backupCmd   `cmd:"" help:"Write a consistent copy of a data directory while it serves. Example: plenary backup --data DIR -o COPY"`
	Move     moveCmd     `cmd:"" help:"Take an instance from its data directory to a PostgreSQL database, or its attached files to an object store, or back; the server is stopped meanwhile. Example: plenary move --from DIR --to postgres://plenary@db.example/plenary?sslmode=verify-full"`
	Resume   resumeCmd   `cmd:"" help:"Have writing go on upon an instance that was restored or has lost something; the record says so. Example: plenary resume --data DIR --reason 'Disk lost; restored from the backup of Monday'"`
	Priority priorityCmd `cmd:"" help:"Count indicative ballots. Example: plenary priority tally --method schulze ballots.csv"`
	Speakers speakersCmd `cmd:"" help:"Draft a list of speakers from a file: the order, why each place is where it is, and who is heard until when, as JSON. Example: plenary speakers CASE.json --language fr"`
	Digest   digestCmd   `cmd:"" help:"Print how far a running instance has read each conversation and what its state comes to: of several nodes at one position, the same. Example: plenary digest --data DIR"`
	Bench    benchCmd    `cmd:"" help:"Measure this machine: ${measured}, each beside its limit. Example: plenary bench pages --json"`
	Config   configCmd   `cmd:"" help:"Print every setting with its default."`
}

// errWrongUse is exit status 2.
var errWrongUse = errors.New("wrong use")

// console is where a command reads and writes.
type console struct {
	in       io.Reader
	out, err io.Writer
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := run(ctx, os.Args[1:], &console{os.Stdin, os.Stdout, os.Stderr})
	stop()
	os.Exit(status)
}

// run runs a command until it is done or the context ends, and returns the exit status.
func run(ctx context.Context, args []string, con *console) int {
	platform.Mask(0o077) // whatever is written is for its owner: the logs of databases too, which the library makes
	var c cli
	parser, err := kong.New(&c, kong.Name("plenary"), kong.Description("Runs an international policy conversation and proves what became of what people said."),
		kong.UsageOnError(), kong.DefaultEnvars("PLENARY"), kong.Writers(con.out, con.err), kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(con), measured())
	if err != nil {
		fmt.Fprintln(con.err, "plenary:", err)
		return 1
	}
	k, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintln(con.err, "plenary:", err)
		return 2
	}
	switch err := k.Run(&c); {
	case errors.Is(err, errWrongUse):
		fmt.Fprintln(con.err, "plenary:", err)
		return 2
	case err != nil:
		fmt.Fprintln(con.err, "plenary:", err)
		return 1
	}
	return 0
}
