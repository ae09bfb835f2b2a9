package certificate

import (
	"context"
	"crypto/tls"
	"errors"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/openplenary/plenary/certificate/acmetest"
)

// shared is a store of two nodes; each writes through a node of its own.
type shared struct {
	mu    sync.Mutex
	files map[string][]byte
}

type node struct {
	*shared
	wrote map[string]int
}

func (n node) Get(_ context.Context, name string) ([]byte, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if b, ok := n.files[name]; ok {
		return b, nil
	}
	return nil, fs.ErrNotExist
}

func (n node) Put(_ context.Context, name string, b []byte) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.files[name], n.wrote[name] = b, n.wrote[name]+1
	return nil
}

func (n node) Delete(_ context.Context, name string) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.files, name)
	return nil
}

// used hears of certificates that are in use.
type used chan string

func (used) Enabled(context.Context, slog.Level) bool { return true }
func (u used) WithAttrs([]slog.Attr) slog.Handler     { return u }
func (u used) WithGroup(string) slog.Handler          { return u }
func (u used) Handle(_ context.Context, r slog.Record) error {
	if r.Level == slog.LevelInfo {
		u <- r.Message
	}
	return nil
}

const host = "talk.example.org"

// answers has a keeper answer handshakes on loopback.
func answers(t *testing.T, l net.Listener, k *Keeper) {
	t.Helper()
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() { _ = tls.Server(c, k.TLS()).Handshake(); _ = c.Close() }()
		}
	}()
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// ask greets a node, and says which certificate it answers with.
func ask(l net.Listener, name string, how *tls.Config) (serial string, err error) {
	how = how.Clone()
	how.ServerName = name
	c, err := tls.Dial("tcp", l.Addr().String(), how)
	if err != nil {
		return "", err
	}
	defer c.Close()
	return c.ConnectionState().PeerCertificates[0].SerialNumber.String(), nil
}

// TestTwoNodes: of two nodes one asks a real authority, which looks at the other; both answer with the one certificate, and with the next one when it is
// renewed. Nobody else is answered, and nothing that strangers send has anything made.
func TestTwoNodes(t *testing.T) {
	s := &shared{files: map[string][]byte{}}
	stores := []node{{s, map[string]int{}}, {s, map[string]int{}}}
	listeners := []net.Listener{listen(t), listen(t)}
	a := acmetest.Start(t, listeners[1].Addr().(*net.TCPAddr).Port, 9*time.Second)
	trusting := &tls.Config{RootCAs: a.Trusted(t)}
	var nodes []*Keeper
	heard := make(used, 100)
	for i, store := range stores {
		k, err := New(Options{Hosts: []string{"Talk.Example.org."}, Email: "operator@example.org", Directory: a.Directory, Roots: a.Roots, Store: store,
			Leads: func() bool { return i == 0 }, Logger: slog.New(heard)})
		if err != nil {
			t.Fatal(err)
		}
		nodes = append(nodes, k)
		answers(t, listeners[i], k)
	}

	// Before one was got there is none, whoever asks and however.
	authority := &tls.Config{RootCAs: trusting.RootCAs, NextProtos: []string{"acme-tls/1"}}
	nearly := &tls.Config{RootCAs: trusting.RootCAs, NextProtos: []string{"acme-tls/1", "h2"}}
	for _, how := range []*tls.Config{trusting, authority, nearly} {
		if _, err := ask(listeners[0], host, how); err == nil || len(s.files) > 0 {
			t.Fatal("a stranger had a certificate made: ", err, len(s.files))
		}
	}

	ctx, stop := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	defer wg.Wait()
	defer stop()
	for _, k := range nodes {
		wg.Go(func() { k.Run(ctx) })
	}
	both := func(than string) (serial string) {
		t.Helper()
		for range nodes { // each says that it has one
			select {
			case <-heard:
			case <-time.After(time.Minute):
				t.Fatal("a node has no certificate")
			}
		}
		for i, l := range listeners {
			is, err := ask(l, host, trusting)
			if err != nil || i > 0 && is != serial || is == than {
				t.Fatalf("node %d answers with %q, after %q and %q: %v", i, is, serial, than, err)
			}
			serial = is
		}
		return serial
	}
	was := both("")
	for _, name := range []string{"other.example.org", "example.org", "a.talk.example.org", ""} {
		how := &tls.Config{InsecureSkipVerify: true}
		if serial, err := ask(listeners[0], name, how); err == nil {
			t.Errorf("answered for %q with %s", name, serial)
		}
	}
	both(was) // renewed
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := stores[1].wrote; len(n) > 0 {
		t.Errorf("the node that does not lead wrote %v", n)
	}
	if n := stores[0].wrote; n[host] < 2 || n["acme_account+key"] != 1 {
		t.Errorf("the node that leads wrote %v", n)
	}
}

// full is a store that has something of every name.
type full struct{}

func (full) Get(context.Context, string) ([]byte, error) { return nil, errors.New("it was asked for") }
func (full) Put(context.Context, string, []byte) error   { return nil }
func (full) Delete(context.Context, string) error        { return nil }

// TestNotAsked: a node that does not lead asks the authority nothing, also for what it began when it led; and for a host that was not named nothing
// is looked up, not even what the authority would be answered.
func TestNotAsked(t *testing.T) {
	var asked atomic.Int32
	authority := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	defer authority.Close()
	k, err := New(Options{Hosts: []string{host}, Directory: authority.URL, Store: node{&shared{files: map[string][]byte{}}, map[string]int{}}, Leads: func() bool { return false }})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := k.manager.GetCertificate(&tls.ClientHelloInfo{ServerName: host}); err == nil || asked.Load() > 0 {
		t.Errorf("asked %d times: %v", asked.Load(), err)
	}
	if k, err = New(Options{Hosts: []string{host}, Store: full{}}); err != nil {
		t.Fatal(err)
	}
	for name, looked := range map[string]bool{host: true, "other.example.org": false} {
		_, err := k.answer(&tls.ClientHelloInfo{ServerName: name, SupportedProtos: []string{"acme-tls/1"}})
		if err == nil || strings.Contains(err.Error(), "not served here") == looked {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestRedirect: whoever asks in clear is sent to the host they asked for, if it is one of those that were named; what was sent in clear is not sent on.
func TestRedirect(t *testing.T) {
	k, err := New(Options{Hosts: []string{host}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		method, host, port, to string
		status                 int
	}{
		{"GET", host, "", "https://talk.example.org/en/c/ferries?page=2", 301},
		{"HEAD", host + ":80", "443", "https://talk.example.org/en/c/ferries?page=2", 301},
		{"GET", host, "8443", "https://talk.example.org:8443/en/c/ferries?page=2", 301},
		{"POST", host, "", "", 400},
		{"GET", "other.example.org", "", "", 421},
		{"GET", "127.0.0.1", "", "", 421},
		{"GET", "other.example.org/talk.example.org", "", "", 421},
	} {
		w, r := httptest.NewRecorder(), httptest.NewRequest(c.method, "/en/c/ferries?page=2", http.NoBody)
		r.Host = c.host
		k.Redirect(c.port).ServeHTTP(w, r)
		if w.Code != c.status || w.Header().Get("Location") != c.to {
			t.Errorf("%+v: %d %q", c, w.Code, w.Header().Get("Location"))
		}
	}
}

// TestNames: a certificate is asked for names of hosts alone.
func TestNames(t *testing.T) {
	for _, bad := range []string{"", "localhost", "192.0.2.1", "talk example.org", "talk.example.org:443", "https://talk.example.org", "*.example.org"} {
		if _, err := New(Options{Hosts: []string{bad}}); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}

// TestFolder: a service that runs alone keeps them in a directory that nobody else reads.
func TestFolder(t *testing.T) {
	f := Folder(filepath.Join(t.TempDir(), "certificates"))
	if _, err := f.Get(t.Context(), host); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	if err := f.Put(t.Context(), host, []byte("a key")); err != nil {
		t.Fatal(err)
	}
	if fi, err := os.Stat(filepath.Join(string(f), host)); err != nil || fi.Mode().Perm() != 0o600 {
		t.Error(fi, err)
	}
	if b, err := f.Get(t.Context(), host); string(b) != "a key" || err != nil {
		t.Error(string(b), err)
	}
	if err := f.Delete(t.Context(), host); err != nil {
		t.Error(err)
	}
}

// TestRefused: an authority that refused is not asked again before a minute is over, then two, and never later than after an hour; what it gave in the end
// ends that. It is asked by nobody but the node that leads.
func TestRefused(t *testing.T) {
	authority := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }))
	defer authority.Close()
	leads := false
	k, err := New(Options{Hosts: []string{host}, Directory: authority.URL, Store: node{&shared{files: map[string][]byte{}}, map[string]int{}}, Leads: func() bool { return leads }, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	refused := map[string]wait{}
	look := func() {
		t.Helper()
		if k.look(t.Context(), host, refused) {
			t.Fatal("there is a certificate that nobody gave")
		}
	}
	if look(); len(refused) > 0 {
		t.Errorf("another node asked: %v", refused)
	}
	leads = true
	for _, c := range []struct{ had, next time.Duration }{{0, time.Minute}, {time.Minute, 2 * time.Minute}, {30 * time.Minute, time.Hour}, {40 * time.Minute, time.Hour}, {time.Hour, time.Hour}} {
		refused[host] = wait{next: c.had}
		before := time.Now()
		look()
		if is := refused[host]; is.next != c.next || is.until.Before(before.Add(c.next)) {
			t.Errorf("after %s it waits for %s, until %s from then", c.had, is.next, is.until.Sub(before))
		}
		was := refused[host]
		if look(); refused[host] != was {
			t.Errorf("%s: it was asked again before the time", c.had)
		}
	}
}
