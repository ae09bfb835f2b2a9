package cluster

import (
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/internal/fault/kept"
)

// TestLine: what is sent over a line that is cut waits, and comes when the line is mended; nobody hears of an end meanwhile.
func TestLine(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	far := make(chan net.Conn, 1)
	go func() {
		c, err := l.Accept()
		if err == nil {
			far <- c
		}
	}()
	x, err := newLine(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer x.l.Close()
	near, err := net.Dial("tcp", loopback(x.port()))
	if err != nil {
		t.Fatal(err)
	}
	defer near.Close()
	server := <-far
	say := func(c net.Conn, s string) {
		t.Helper()
		if _, err := io.WriteString(c, s); err != nil {
			t.Fatal(err)
		}
	}
	hear := func(c net.Conn, n int) string {
		t.Helper()
		b := make([]byte, n)
		if _, err := io.ReadFull(c, b); err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	say(near, "one")
	if got := hear(server, 3); got != "one" {
		t.Fatal(got)
	}
	x.cut()
	say(near, "two")
	say(server, "three")
	if err := server.Close(); err != nil {
		t.Fatal(err)
	}
	if err := near.SetReadDeadline(time.Now().Add(50 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	if n, err := near.Read(make([]byte, 10)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("over a line that is cut come %d bytes: %v", n, err)
	}
	if err := near.SetReadDeadline(time.Time{}); err != nil {
		t.Fatal(err)
	}
	x.mend()
	if got := hear(near, 5); got != "three" {
		t.Error(got)
	}
	if _, err := near.Read(make([]byte, 1)); err == nil {
		t.Error("the end is not heard")
	}
}

// TestBalancer: a request goes to a node that is ready; where one cannot be reached, to another.
func TestBalancer(t *testing.T) {
	answers := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Asked", r.Host+r.URL.RequestURI())
		w.WriteHeader(http.StatusTeapot)
	}
	there := httptest.NewServer(http.HandlerFunc(answers))
	defer there.Close()
	gone := httptest.NewServer(http.HandlerFunc(answers))
	gone.Close()
	b, err := newBalancer()
	if err != nil {
		t.Fatal(err)
	}
	var nodes []*node
	for _, s := range []*httptest.Server{there, gone} {
		nodes = append(nodes, &node{url: s.URL, addr: strings.TrimPrefix(s.URL, "http://"), client: newClient()})
	}
	b.serve(t.Context(), nodes)
	for range 4 {
		r, err := http.Get(b.url() + "/a%2Fb?c=d")
		if err != nil {
			t.Fatal(err)
		}
		r.Body.Close()
		if want := b.l.Addr().String() + "/a%2Fb?c=d"; r.StatusCode != http.StatusTeapot || r.Header.Get("Asked") != want {
			t.Errorf("%d, asked for %s, want %s", r.StatusCode, r.Header.Get("Asked"), want)
		}
	}
	b.ready[0].Store(false)
	b.ready[1].Store(false)
	r, err := http.Get(b.url())
	if err != nil {
		t.Fatal(err)
	}
	if r.Body.Close(); r.StatusCode != http.StatusBadGateway {
		t.Error("where no node is ready:", r.StatusCode)
	}
}

// TestCompare: whoever holds receipts against a record sees what is missing there, what is there twice, and what nobody sent.
func TestCompare(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	in, err := plenary.OpenInstance(t.Context(), plenary.InstanceOptions{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	said := ""
	for _, text := range []string{"once", "twice", "twice", "never sent"} {
		said += "\nsubmit\n  as: @ida\n  call: comments\n  on: general\n  language: en\n  category: individual\n  text: " + text + "\n"
	}
	if err := play(t.Context(), in, said); err != nil {
		t.Fatal(err)
	}
	if err := in.Close(); err != nil {
		t.Fatal(err)
	}
	on, err := kept.Read(dir, false)
	if err != nil {
		t.Fatal(err)
	}
	told := func(text string) kept.Sent {
		x := kept.Sent{Text: text}
		if refs := on.ByText[text]; len(refs) > 0 {
			x.Ref = refs[0]
		}
		return x
	}
	b, err := compare(on, []kept.Sent{told("once"), told("twice"), told("lost")}, map[string]bool{"once": true, "twice": true, "lost": true})
	if want := (broken{lost: 1, twice: 1, strange: 1}); b != want || err != nil {
		t.Errorf("%+v %v, want %+v", b, err, want)
	}
	wrong := told("once")
	wrong.Ref = "c99"
	if _, err := compare(on, []kept.Sent{wrong}, map[string]bool{"once": true, "twice": true, "never sent": true}); err == nil {
		t.Error("a receipt of another contribution is taken")
	}
}

// TestReceipts: what callers were told is read back from their logs, and the gaps between acknowledgements are counted.
func TestReceipts(t *testing.T) {
	c := &callers{dir: t.TempDir()}
	if err := os.WriteFile(c.log(3), []byte(`{"Token":"t","Text":"x","Ref":"c1","Receipt":"eA=="}`+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	all, err := c.receipts()
	if err != nil || len(all) != 1 || all[0].Ref != "c1" || string(all[0].Receipt) != "x" {
		t.Errorf("%+v %v", all, err)
	}
	begun := time.Now().Add(-time.Hour)
	for _, s := range []int{1, 2, 12, 13} {
		c.when = append(c.when, begun.Add(time.Duration(s)*time.Minute))
	}
	if got := c.count(begun.Add(2 * time.Minute)); got != 3 {
		t.Error(got)
	}
	if got := c.gap(begun); got < 47*time.Minute || got > 48*time.Minute {
		t.Error("until now:", got)
	}
	c.when = append(c.when, time.Now())
	c.when = c.when[2:]
	if got := c.gap(begun.Add(2 * time.Minute)); got < 47*time.Minute {
		t.Error(got)
	}
}
