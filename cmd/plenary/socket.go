package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"

	"github.com/openplenary/plenary/internal/platform"
)

func socketPath(dir string) string { return filepath.Join(dir, "control.sock") }

// longestSocket is how long the path of a socket may be everywhere; Linux itself takes a few bytes more.
const longestSocket = 100

// atSocket calls f with a path of the control socket that is short enough to be bound or dialled, and that
// holds as long as f runs.
func atSocket(dir string, f func(path string) error) error {
	if path := socketPath(dir); len(path) <= longestSocket {
		return f(path)
	}
	// The directory is opened, and found through the process's own list of what it has open.
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	short := fmt.Sprintf("/proc/self/fd/%d", d.Fd())
	if _, err := os.Stat(short); err != nil {
		return fmt.Errorf("the path of the data directory is too long for a socket in it on this system; put it elsewhere, or start with a relative path: %w", err)
	}
	return f(filepath.Join(short, "control.sock"))
}

// controlSocket is the listening end. It is removed when it is closed.
type controlSocket struct {
	*net.UnixListener
	path string
}

// Close stops listening and removes the socket.
func (s controlSocket) Close() error {
	err := s.UnixListener.Close()
	if rerr := os.Remove(s.path); !errors.Is(rerr, os.ErrNotExist) {
		err = errors.Join(err, rerr)
	}
	return err
}

// listenControl makes the instance's socket, for its owner only from the first moment. The caller holds the
// directory's lock, so that what lies there is of a server that was killed.
func listenControl(dir string) (net.Listener, error) {
	if err := os.Remove(socketPath(dir)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	var l *net.UnixListener
	err := atSocket(dir, func(path string) (err error) {
		old := platform.Mask(0o177)
		defer platform.Mask(old)
		l, err = net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
		return err
	})
	if err != nil {
		return nil, err
	}
	l.SetUnlinkOnClose(false) // the short path holds no longer
	s := controlSocket{l, socketPath(dir)}
	if err := os.Chmod(s.path, 0o600); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// dialControl connects to the socket of a directory.
func dialControl(ctx context.Context, dir string) (c net.Conn, err error) {
	err = atSocket(dir, func(path string) (err error) {
		c, err = (&net.Dialer{}).DialContext(ctx, "unix", path)
		return err
	})
	return c, err
}
