// Command play starts a cluster on this machine, prints where it is reached, and either waits or plays faults. make cluster and make
// cluster-kill run it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/openplenary/plenary/internal/cluster"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context) (err error) {
	kill := flag.Bool("kill", false, "play faults, and say whether anything that was acknowledged was lost")
	short := flag.Bool("short", false, "stop and cut nodes off for 10 s instead of 60")
	keep := flag.Bool("keep", false, "leave the directory")
	program := flag.String("program", "", "file of the program; it is built if none is named")
	store := flag.String("store", "", "file of the object store for attached files (scripts/s3); they are in the database if none is named")
	f := cluster.Faults{}
	flag.StringVar(&f.Only, "only", "", "play only faults whose name has this in it")
	flag.IntVar(&f.Rounds, "rounds", 10, "how many faults")
	flag.IntVar(&f.Callers, "callers", 12, "how many send at once")
	flag.Uint64Var(&f.Seed, "seed", uint64(time.Now().UnixNano()), "for what is drawn")
	flag.Parse()
	if f.Pause = time.Minute; *short {
		f.Pause = 10 * time.Second
	}
	c, err := cluster.Start(ctx, cluster.Options{Program: *program, Store: *store, Out: os.Stdout})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close(*keep || err != nil && ctx.Err() == nil)) }()
	fmt.Print(c.Addresses())
	if !*kill {
		fmt.Println("Ctrl-C ends it")
		<-ctx.Done()
		return nil
	}
	_, err = c.Play(ctx, f)
	return err
}
