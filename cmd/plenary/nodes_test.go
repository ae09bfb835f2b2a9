package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/openplenary/plenary/record/postgres/postgrestest"
)

// letterBox is a mail server that takes everything.
type letterBox struct {
	address string
	mu      sync.Mutex
	to      map[string]int
	ids     map[string]int
	came    chan struct{}
}

func newLetterBox(t *testing.T) *letterBox {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	b := &letterBox{address: l.Addr().String(), to: map[string]int{}, ids: map[string]int{}, came: make(chan struct{}, 100)}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go b.take(c)
		}
	}()
	return b
}

func (b *letterBox) take(c net.Conn) {
	defer c.Close()
	fmt.Fprint(c, "220 here\r\n")
	writing := false
	for in := bufio.NewScanner(c); in.Scan(); {
		line := in.Text()
		switch {
		case writing && line == ".":
			writing = false
			fmt.Fprint(c, "250 taken\r\n")
			b.came <- struct{}{}
		case writing:
			b.mu.Lock()
			if name, value, ok := strings.Cut(line, ": "); ok && name == "To" {
				b.to[value]++
			} else if ok && strings.EqualFold(name, "Message-ID") {
				b.ids[value]++
			}
			b.mu.Unlock()
		case strings.HasPrefix(line, "DATA"):
			writing = true
			fmt.Fprint(c, "354 go on\r\n")
		default:
			fmt.Fprint(c, "250 yes\r\n")
		}
	}
}

// TestNodes: three nodes serve one database. Who signs in at one is signed in at the others, and is out everywhere when they sign out; what is
// convened at one is read at all; each letter is sent once, whichever node is asked for it and whichever leads.
func TestNodes(t *testing.T) {
	server := postgrestest.Shared(t)
	_, name := server.Database(t)
	t.Setenv("PLENARY_RECORD_PASSWORD", postgrestest.Password)
	t.Setenv("PLENARY_RECORD", server.Loopback(name))
	dir, c := made(t)
	box := newLetterBox(t)
	serve := func(dir string) *running {
		t.Helper()
		return starts(t, "serve", "--data", dir, "--addr", "127.0.0.1:0", "--smtp", "smtp://"+box.address, "--from", "plenary@example.org", "--operator", "Officer@example.org")
	}
	nodes := []*running{serve(dir)}
	dirs := []string{dir}
	for range 2 {
		d := filepath.Join(t.TempDir(), "data")
		if err := os.CopyFS(filepath.Join(d, "keys"), os.DirFS(filepath.Join(dir, "keys"))); err != nil {
			t.Fatal(err)
		}
		dirs, nodes = append(dirs, d), append(nodes, serve(d))
	}
	says(t, "another Plenary process", "move", "--from", server.Loopback(name), "--to", dir)

	// One browser, which a balancer sends here and there: cookies know no ports.
	jar, _ := cookiejar.New(nil)
	browser := &http.Client{Jar: jar}
	link, _ := url.Parse(c.SignIn)
	r, err := browser.PostForm(nodes[0].url+link.Path, url.Values{"code": {c.Code}})
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	page := func(n *running, path string) string {
		t.Helper()
		r, err := browser.Get(n.url + path)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Body.Close()
		b, _ := io.ReadAll(r.Body)
		return string(b)
	}
	const address = "Officer@example.org"
	for i, n := range nodes {
		if body := page(n, "/en/account"); !strings.Contains(body, address) {
			t.Error("not signed in at node", i)
		}
	}
	out, _ := plenaryDoes(t, 0, "new", "--data", dirs[2], "--title", "Ferries", "--officer", address, "--open")
	var second convened
	if err := json.Unmarshal([]byte(out), &second); err != nil {
		t.Fatal(err)
	}
	says(t, "This address is taken", "new", "--data", dirs[1], "--title", "Ferries", "--slug", "ferries", "--officer", address)
	for i, n := range nodes {
		for end := time.Now().Add(time.Minute); ; {
			if status, _ := get(t, n.url+"/en/c/ferries"); status == 200 {
				break
			}
			if time.Now().After(end) {
				t.Fatalf("node %d does not know what was convened at another", i)
			}
		}
	}
	for i, n := range nodes {
		for end := time.Now().Add(time.Minute); ; {
			status, body := get(t, n.url+"/readyz")
			if status == 200 && strings.Contains(body, `{"conversation":"ferries","position":1,"lag":0}`) {
				break
			}
			if time.Now().After(end) {
				t.Fatalf("node %d: %d %s", i, status, body)
			}
		}
	}
	// What their states come to is the same, to the last field.
	first, _ := plenaryDoes(t, 0, "digest", "--data", dirs[0])
	for _, d := range dirs[1:] {
		if out, _ := plenaryDoes(t, 0, "digest", "--data", d); out != first || strings.Count(out, `"conversation":`) != 2 {
			t.Errorf("digests:\n%s%s", first, out)
		}
	}
	says(t, "no server runs", "digest", "--data", filepath.Join(dir, "elsewhere"))
	letters := func(round string) {
		t.Helper()
		for i, n := range nodes {
			r, err := http.PostForm(n.url+"/en/sign-in", url.Values{"email": {fmt.Sprintf("%s%d@example.org", round, i)}})
			if err != nil {
				t.Fatal(err)
			}
			r.Body.Close()
		}
		for range nodes {
			select {
			case <-box.came:
			case <-time.After(time.Minute):
				t.Fatal("a letter does not come")
			}
		}
		// A letter whose sender is stopped before it has heard that it was taken is sent once more; so it has heard.
		for server.Value(t, name, `SELECT count(*) FROM plenary_private.mail WHERE state <> 'sent'`) != "0" {
			runtime.Gosched()
		}
	}
	letters("first")
	// Whoever led is stopped, and the others go on.
	for i, n := range nodes {
		if strings.Contains(n.errs.String(), "keeps time and sends letters") {
			n.ends()
			nodes = append(nodes[:i:i], nodes[i+1:]...)
			break
		}
	}
	letters("second")
	box.mu.Lock()
	for id, times := range box.ids {
		if times != 1 {
			t.Errorf("%s was sent %d times", id, times)
		}
	}
	if len(box.ids) != 5 || len(box.to) != 5 {
		t.Error(box.ids, box.to)
	}
	box.mu.Unlock()
	// Signed out at one, signed out at the other, whoever has kept the cookie.
	here, _ := url.Parse(nodes[1].url)
	kept, _ := cookiejar.New(nil)
	kept.SetCookies(here, jar.Cookies(here))
	form, err := browser.PostForm(nodes[0].url+"/en/sign-out", nil)
	if err != nil {
		t.Fatal(err)
	}
	form.Body.Close()
	browser.Jar = kept
	if body := page(nodes[1], "/en/account"); strings.Contains(body, address) {
		t.Error("signed in still at another node", form.StatusCode)
	}
}
