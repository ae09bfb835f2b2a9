package main

import (
	"bufio"
	"crypto/tls"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/certificate/acmetest"
	"github.com/openplenary/plenary/internal/freeport"
	"github.com/openplenary/plenary/record/postgres/postgrestest"
)

// unused is an address of loopback that nobody listens on.
func unused(t *testing.T) string {
	t.Helper()
	port, err := freeport.Find()
	if err != nil {
		t.Fatal(err)
	}
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
}

// TestServeACME: two nodes over one database answer over https with one certificate of a real authority, which is kept there and cannot be read
// there. Pages and event streams come over HTTP/2; whoever asks in clear is sent on; other hosts are not answered.
func TestServeACME(t *testing.T) {
	server := postgrestest.Shared(t)
	_, name := server.Database(t)
	t.Setenv("PLENARY_RECORD_PASSWORD", postgrestest.Password)
	t.Setenv("PLENARY_RECORD", server.Loopback(name))
	dir, c := made(t)
	dirs := []string{dir, filepath.Join(t.TempDir(), "data")}
	if err := os.CopyFS(filepath.Join(dirs[1], "keys"), os.DirFS(filepath.Join(dir, "keys"))); err != nil {
		t.Fatal(err)
	}
	addresses, clear := []string{unused(t), unused(t)}, unused(t)
	looked, err := net.ResolveTCPAddr("tcp", addresses[1])
	if err != nil {
		t.Fatal(err)
	}
	authority := acmetest.Start(t, looked.Port, time.Hour)
	var nodes []*running
	for i, d := range dirs {
		args := []string{"serve", "--data", d, "--addr", addresses[i], "--acme", "talk.example.org", "--acme-email", "operator@example.org", "--acme-directory", authority.Directory, "--acme-roots", authority.RootsFile}
		if i == 0 {
			args = append(args, "--acme-redirect", clear)
		}
		nodes = append(nodes, starts(t, args...))
	}
	_, port, _ := net.SplitHostPort(addresses[0])
	if nodes[0].url != "https://talk.example.org:"+port {
		t.Error(nodes[0].url)
	}
	trusted := authority.Trusted(t)
	serial := ""
	for i, n := range nodes {
		n.errs.wait(t, "a certificate is in use")
		transport := &http.Transport{TLSClientConfig: &tls.Config{ServerName: "talk.example.org", RootCAs: trusted}, ForceAttemptHTTP2: true}
		defer transport.CloseIdleConnections()
		client := &http.Client{Transport: transport}
		r, err := client.Get("https://" + addresses[i] + "/en/c/" + c.Conversation)
		if err != nil {
			t.Fatal(err)
		}
		r.Body.Close()
		is := r.TLS.PeerCertificates[0].SerialNumber.String()
		if r.StatusCode != 200 || r.ProtoMajor != 2 || i > 0 && is != serial {
			t.Errorf("node %d: %s %s, certificate %s after %q", i, r.Proto, r.Status, is, serial)
		}
		serial = is
		if r, err = client.Get("https://" + addresses[i] + "/en/c/" + c.Conversation + "/live?page=home&from=0"); err != nil {
			t.Fatal(err)
		}
		if line, err := bufio.NewReader(r.Body).ReadString('\n'); err != nil || r.StatusCode != 200 || r.Header.Get("Content-Type") != "text/event-stream" {
			t.Errorf("node %d: %s %.80q %v", i, r.Status, line, err)
		}
		r.Body.Close()
		if c, err := tls.Dial("tcp", addresses[i], &tls.Config{ServerName: "other.example.org", InsecureSkipVerify: true}); err == nil {
			c.Close()
			t.Errorf("node %d answers for another host", i)
		}
	}
	if n := server.Value(t, name, `SELECT count(*) FROM plenary_private.sealed_file WHERE name IN ('talk.example.org', 'acme_account+key')`); n != "2" {
		t.Errorf("%s of a certificate and a key are kept", n)
	}
	if n := server.Value(t, name, `SELECT count(*) FROM plenary_private.sealed_file WHERE position('PRIVATE KEY'::bytea IN bytes) > 0`); n != "0" {
		t.Errorf("%s keys can be read in the database", n)
	}
	direct := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	q, err := http.NewRequestWithContext(t.Context(), "GET", "http://"+clear+"/en/about", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	q.Host = "talk.example.org"
	r, err := direct.Do(q)
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	if to := r.Header.Get("Location"); r.StatusCode != 301 || to != "https://talk.example.org:"+port+"/en/about" {
		t.Error(r.Status, to)
	}
}

// TestACMEFlags: what does not fit together is refused before anything is asked of anybody.
func TestACMEFlags(t *testing.T) {
	for _, args := range []string{
		"--acme talk.example.org --behind-proxy --public-url https://talk.example.org",
		"--acme talk.example.org --trusted-proxy 127.0.0.1",
		"--acme talk.example.org --public-url https://other.example.org",
		"--acme talk.example.org --public-url http://talk.example.org",
		"--acme-redirect 127.0.0.1:0",
		"--addr 192.0.2.1:443",
	} {
		_, errs := plenaryDoes(t, 2, append([]string{"serve", "--data", t.TempDir()}, strings.Fields(args)...)...)
		if !strings.Contains(errs, "acme") {
			t.Errorf("%s: %s", args, errs)
		}
	}
	dir, _ := made(t)
	for words, args := range map[string]string{
		"no name of a host":    "--acme localhost",
		"no such file":         "--acme talk.example.org --acme-roots nowhere.pem",
		"holds no certificate": "--acme talk.example.org --acme-roots acme_test.go",
	} {
		says(t, words, append([]string{"serve", "--data", dir, "--addr", "127.0.0.1:0"}, strings.Fields(args)...)...)
	}
}
