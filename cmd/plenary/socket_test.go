package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestSocketAnywhere listens and connects in directories with short and with very long paths.
func TestSocketAnywhere(t *testing.T) {
	base, err := os.MkdirTemp("", "s")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(base) })
	for _, n := range []int{0, longestSocket - len(base) - 16, 60, 100, 200, 900} {
		dir := base
		for len(dir) < len(base)+n {
			dir = filepath.Join(dir, strings.Repeat("d", min(200, len(base)+n-len(dir))))
		}
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		// What a killed server left is in nobody's way.
		if err := os.WriteFile(socketPath(dir), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		l, err := listenControl(dir)
		if err != nil {
			t.Errorf("%d bytes: %v", len(dir), err)
			continue
		}
		fi, err := os.Stat(socketPath(dir))
		if err != nil || fi.Mode() != os.ModeSocket|0o600 {
			t.Errorf("%d bytes: %v %v", len(dir), fi, err)
		}
		go func() {
			if c, err := l.Accept(); err == nil {
				_, _ = c.Write([]byte("here"))
				_ = c.Close()
			}
		}()
		c, err := dialControl(t.Context(), dir)
		if err != nil {
			t.Errorf("%d bytes: %v", len(dir), err)
			continue
		}
		if b, err := io.ReadAll(c); err != nil || string(b) != "here" {
			t.Errorf("%d bytes: %q %v", len(dir), b, err)
		}
		_ = c.Close()
		if err := l.Close(); err != nil {
			t.Error(err)
		}
		if _, err := os.Stat(socketPath(dir)); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%d bytes: the socket is left: %v", len(dir), err)
		}
	}
}
