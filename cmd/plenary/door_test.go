package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/openplenary/plenary/door"
	"github.com/openplenary/plenary/mail/post"
)

// flags reads a command line as serve does.
func flags(t *testing.T, args ...string) *doorFlags {
	t.Helper()
	var c struct {
		Serve struct{ doorFlags } `cmd:""`
	}
	p, err := kong.New(&c)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Parse(append([]string{"serve"}, args...)); err != nil {
		t.Fatal(err)
	}
	return &c.Serve.doorFlags
}

func TestDoorFlags(t *testing.T) {
	o, err := flags(t, "--behind-proxy", "--trusted-proxy", "10.0.0.0/8", "--trusted-proxy", "2001:db8::1,172.16.0.5", "--reserve", "2GiB", "--max-connections", "100").options("10.1.1.1")
	if err != nil {
		t.Fatal(err)
	}
	if len(o.sources.Named) != 3 || !o.sources.Behind || !o.sources.Exposed || o.room.Reserve != 2<<30 || o.caps.Conns != 100 || o.caps.Streams != 100 || o.caps.PerPeer > 100 {
		t.Errorf("%+v", o)
	}
	t.Setenv("PLENARY_TRUSTED_PROXY", "10.0.0.5,10.0.0.6")
	if o, err = flags(t).options("localhost"); err != nil || len(o.sources.Named) != 2 || !o.sources.Behind || o.sources.Exposed || o.caps != door.DefaultCaps() {
		t.Errorf("%+v %v", o, err)
	}
	if r, err := o.roomOn(t.TempDir()); err != nil || r.Reserve <= 0 || r.InAll == 0 || r.PerSource == 0 {
		t.Errorf("%+v %v", r, err)
	}
	for _, bad := range [][]string{{"--trusted-proxy", "proxy.example.org"}, {"--reserve", "much"}, {"--reserve=-1"}, {"--reserve", "9999999999TiB"}, {"--max-connections=-1"}} {
		if _, err := flags(t, bad...).options("localhost"); !errors.Is(err, errWrongUse) {
			t.Errorf("%v: %v", bad, err)
		}
	}
	for s, want := range map[string]int64{"0": 0, "10": 10, "1KiB": 1024, "500MiB": 500 << 20, "1 TiB": 1 << 40} {
		if n, err := bytesOf(s); n != want || err != nil {
			t.Errorf("%s: %d %v", s, n, err)
		}
	}
}

// TestServedThroughTheDoor holds the running service to its flags: idle connections make room, and the
// reserve is kept.
func TestServedThroughTheDoor(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	o, err := flags(t, "--max-connections", "2", "--reserve", "1TiB").options("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	o.room.Reserve <<= 20
	h, err := openApp(ctx, appOptions{dir: t.TempDir(), public: "http://127.0.0.1", transport: &post.Mailbox{}, from: "plenary@localhost", door: o, logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() { done <- h.serve(ctx, l) }()
	dial := func() (net.Conn, *bufio.Reader) {
		c, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		return c, bufio.NewReader(c)
	}
	var busy []net.Conn
	for range 2 { // two who are at it: the server says that it waits for what they send
		c, r := dial()
		busy = append(busy, c)
		io.WriteString(c, "POST /en/sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 10\r\nExpect: 100-continue\r\n\r\n")
		if resp, err := http.ReadResponse(r, nil); err != nil || resp.StatusCode != http.StatusContinue {
			t.Fatalf("%v %v", resp, err)
		}
	}
	_, r := dial()
	if resp, err := http.ReadResponse(r, nil); err != nil || resp.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("a third connection: %v %v", resp, err)
	}
	if !h.files.Scarce() {
		t.Error("an exbibyte is free")
	}
	if h.server.Sources != o.sources {
		t.Error("the proxies that are named are not the server's")
	}
	for _, c := range busy {
		c.Close()
	}
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if err := h.close(); err != nil {
		t.Error(err)
	}
}
