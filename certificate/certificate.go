// Package certificate has a certificate authority give this instance its certificates, by ACME (RFC 8555), and keeps them where all its
// nodes find them.
//
//	the node that leads ──asks──> authority ──looks at HOST:443──> any node, which answers (RFC 8737)
//	       └──────────────> Store ──────────────────────────────> all nodes
//
// A handshake is answered from memory. Nothing that a stranger sends has anything asked of the authority: it gives few certificates in a week.
package certificate

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/crypto/acme"
	"golang.org/x/crypto/acme/autocert"
	"golang.org/x/net/idna"
)

// Store is where certificates are kept with their keys, and what answers the authority's question; fs.ErrNotExist where there is none of a name.
type Store interface {
	Get(ctx context.Context, name string) ([]byte, error)
	Put(ctx context.Context, name string, b []byte) error
	Delete(ctx context.Context, name string) error
}

// Options say for which hosts, and of whom.
type Options struct {
	Hosts     []string       // the names people reach the service under
	Email     string         // whom the authority writes to; "" for nobody
	Directory string         // the address of the authority; "" for Let's Encrypt
	Roots     *x509.CertPool // who vouches for that address; nil for those that the system trusts
	Store     Store
	Leads     func() bool // whether this node is the one of several that asks
	Logger    *slog.Logger
}

// Keeper has certificates and keeps them new.
type Keeper struct {
	o       Options
	manager *autocert.Manager

	mu  sync.Mutex
	now map[string]*tls.Certificate
}

// How often it is looked after certificates: soon where one is missing, for another node may have got it. Where the authority refused, its next
// asking waits, longer each time.
const (
	missing   = 2 * time.Second
	present   = time.Minute
	firstWait = time.Minute
	lastWait  = time.Hour
)

// New checks the names and makes a keeper, which does nothing before Run.
func New(o Options) (*Keeper, error) {
	hosts := slices.Clone(o.Hosts)
	for i, h := range hosts {
		name, err := idna.Lookup.ToASCII(strings.TrimSuffix(h, "."))
		if err != nil || !strings.Contains(name, ".") || net.ParseIP(name) != nil {
			return nil, fmt.Errorf("%q is no name of a host on the internet", h)
		}
		hosts[i] = name
	}
	o.Hosts = hosts
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.TLSClientConfig = &tls.Config{RootCAs: o.Roots, MinVersion: tls.VersionTLS12}
	k := &Keeper{o: o, now: map[string]*tls.Certificate{}}
	k.manager = &autocert.Manager{Prompt: autocert.AcceptTOS, Cache: cache{o.Store}, HostPolicy: autocert.HostWhitelist(hosts...), Email: o.Email,
		Client: &acme.Client{DirectoryURL: o.Directory, UserAgent: "plenary", HTTPClient: &http.Client{Timeout: time.Minute, Transport: leading{transport, o.Leads}}}}
	return k, nil
}

// leading asks the authority only from the node that leads: renewals, which each node thinks of by itself, are then done once.
type leading struct {
	next  http.RoundTripper
	leads func() bool
}

func (l leading) RoundTrip(r *http.Request) (*http.Response, error) {
	//mutants:guard of several nodes one asks the authority
	if !l.leads() {
		return nil, errors.New("another node asks for certificates")
	}
	return l.next.RoundTrip(r)
}

// Run gets what is missing and looks what others got, until the context ends.
func (k *Keeper) Run(ctx context.Context) {
	refused := map[string]wait{}
	for {
		pause := present
		for _, host := range k.o.Hosts {
			if !k.look(ctx, host, refused) {
				pause = missing
			} else if c := k.current(host); c != nil { // one of six days, or of a test, is renewed sooner
				pause = min(pause, max(time.Second, time.Until(c.Leaf.NotAfter)/8))
			}
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return
		}
	}
}

// wait is how long the authority is not asked again after it refused.
type wait struct {
	until time.Time
	next  time.Duration
}

// look takes up the newest certificate of a host, and has one made where this node leads; false where there is none.
func (k *Keeper) look(ctx context.Context, host string, refused map[string]wait) bool {
	c, err := k.stored(ctx, host)
	if err == nil {
		k.take(host, c)
	} else if !errors.Is(err, fs.ErrNotExist) && ctx.Err() == nil {
		k.o.Logger.Warn("a certificate cannot be read where it is kept", "host", host, "err", err)
	}
	if w := refused[host]; k.o.Leads() && !time.Now().Before(w.until) {
		c, err := k.manager.GetCertificate(&tls.ClientHelloInfo{ServerName: host, CipherSuites: []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256}})
		if err != nil {
			w.next = min(max(2*w.next, firstWait), lastWait)
			w.until = time.Now().Add(w.next)
			refused[host] = w
			k.o.Logger.Error("the authority gives no certificate", "host", host, "again in", w.next, "err", err)
		} else {
			delete(refused, host)
			k.take(host, c)
		}
	}
	return k.current(host) != nil
}

// stored reads what this node or another has got.
func (k *Keeper) stored(ctx context.Context, host string) (*tls.Certificate, error) {
	b, err := k.o.Store.Get(ctx, host)
	if err != nil {
		return nil, err
	}
	c, err := tls.X509KeyPair(b, b) // both are in one
	return &c, err
}

// take answers with a certificate from now on, unless what there is ends later.
func (k *Keeper) take(host string, c *tls.Certificate) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if was := k.now[host]; was == nil || was.Leaf.NotAfter.Before(c.Leaf.NotAfter) {
		k.o.Logger.Info("a certificate is in use", "host", host, "until", c.Leaf.NotAfter)
		k.now[host] = c
	}
}

// current is the certificate of a host, nil for none.
func (k *Keeper) current(host string) *tls.Certificate {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.now[host]
}

// Ends is when the certificate of each host that has one ends.
func (k *Keeper) Ends() map[string]time.Time {
	k.mu.Lock()
	defer k.mu.Unlock()
	all := map[string]time.Time{}
	for host, c := range k.now {
		all[host] = c.Leaf.NotAfter
	}
	return all
}

// TLS is how handshakes are answered: for the hosts that were named and for no other.
func (k *Keeper) TLS() *tls.Config {
	return &tls.Config{GetCertificate: k.answer, NextProtos: []string{"h2", "http/1.1", acme.ALPNProto}, MinVersion: tls.VersionTLS12}
}

func (k *Keeper) answer(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	host := strings.ToLower(strings.TrimSuffix(hello.ServerName, "."))
	//mutants:guard nothing is answered for hosts that were not named
	if !slices.Contains(k.o.Hosts, host) {
		return nil, errors.New("this host is not served here")
	}
	//mutants:guard whoever is not the authority has nothing made
	if slices.Equal(hello.SupportedProtos, []string{acme.ALPNProto}) { // it looks whether this is the host
		return k.manager.GetCertificate(hello)
	}
	if c := k.current(host); c != nil {
		return c, nil
	}
	return nil, errors.New("there is no certificate yet")
}

// Redirect sends whoever asks over plain http for one of the hosts to the same page over https, at a port of that; "" for the usual one.
func (k *Keeper) Redirect(port string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.Host)
		if err != nil {
			host = r.Host
		}
		//mutants:guard nobody is sent to a host that was not named
		if !slices.Contains(k.o.Hosts, strings.ToLower(strings.TrimSuffix(host, "."))) {
			http.Error(w, "this host is not served here", http.StatusMisdirectedRequest)
			return
		}
		//mutants:guard what was sent in clear is not sent on as if it had not been
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			http.Error(w, "use https", http.StatusBadRequest)
			return
		}
		if port != "" && port != "443" {
			host = net.JoinHostPort(host, port)
		}
		w.Header().Set("Connection", "close")
		http.Redirect(w, r, "https://"+host+r.URL.RequestURI(), http.StatusMovedPermanently)
	})
}

// cache is a store as autocert wants it.
type cache struct{ Store }

// Get says in autocert's words that there is nothing.
func (c cache) Get(ctx context.Context, name string) ([]byte, error) {
	b, err := c.Store.Get(ctx, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, autocert.ErrCacheMiss
	}
	return b, err
}

// Folder keeps certificates in a directory, for a service that runs alone. Only its user reads them.
type Folder string

// Get reads one.
func (f Folder) Get(ctx context.Context, name string) ([]byte, error) {
	b, err := autocert.DirCache(f).Get(ctx, name)
	if errors.Is(err, autocert.ErrCacheMiss) {
		return nil, fs.ErrNotExist
	}
	return b, err
}

// Put writes one in the place of what was there.
func (f Folder) Put(ctx context.Context, name string, b []byte) error {
	return autocert.DirCache(f).Put(ctx, name, b)
}

// Delete takes one away.
func (f Folder) Delete(ctx context.Context, name string) error {
	return autocert.DirCache(f).Delete(ctx, name)
}
