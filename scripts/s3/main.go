// Command s3 is an object store on loopback for tests: versitygw, the gateway of Versity, over a directory of which each folder is a bucket. Its keys are those of
// AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/versity/versitygw/backend/meta"
	"github.com/versity/versitygw/backend/posix"
	"github.com/versity/versitygw/embedgw"
)

func main() {
	addr := flag.String("addr", "", "address to listen on")
	dir := flag.String("dir", "", "directory; what the store knows of its objects stands beside it, in known")
	readOnly := flag.Bool("read-only", false, "nothing is written")
	life := flag.Bool("life", false, "end when the standard input does")
	flag.Parse()
	ctx, end := context.WithCancel(context.Background())
	if *life {
		go func() {
			_, _ = io.Copy(io.Discard, os.Stdin)
			end()
		}()
	}
	if err := run(ctx, *addr, *dir, *readOnly); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, addr, dir string, readOnly bool) error {
	beside := filepath.Join(filepath.Dir(dir), "known")
	if err := os.MkdirAll(beside, 0o700); err != nil {
		return err
	}
	known, err := meta.NewSideCar(beside) // not every file system takes what is written beside a file
	if err != nil {
		return err
	}
	store, err := posix.New(dir, known, posix.PosixOpts{SideCarDir: beside, Concurrency: 100})
	if err != nil {
		return err
	}
	return embedgw.RunVersityGW(ctx, store, &embedgw.Config{RootUserAccess: os.Getenv("AWS_ACCESS_KEY_ID"), RootUserSecret: os.Getenv("AWS_SECRET_ACCESS_KEY"),
		Ports: []string{addr}, MaxConnections: 1000, MaxRequests: 1000, MultipartMaxParts: 10000, KeepAlive: true, Quiet: true, Readonly: readOnly})
}
