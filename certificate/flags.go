package certificate

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"time"
)

// Flags say that the service ends https by itself, and who gives it certificates. Without --acme nobody is asked for any.
type Flags struct {
	ACME          []string `name:"acme" sep:"," placeholder:"HOST" env:"PLENARY_ACME" help:"Name of a host that is answered over https with a certificate from an authority that speaks ACME; whoever says it agrees to the authority's terms. May be repeated. The authority looks at port 443 of the host."`
	ACMEEmail     string   `name:"acme-email" placeholder:"ADDRESS" env:"PLENARY_ACME_EMAIL" help:"Whom the authority may write to about the certificates."`
	ACMEDirectory string   `name:"acme-directory" placeholder:"URL" env:"PLENARY_ACME_DIRECTORY" help:"Another authority than Let's Encrypt."`
	ACMERoots     string   `name:"acme-roots" placeholder:"FILE" env:"PLENARY_ACME_ROOTS" help:"Certificates (PEM) of those who vouch for that authority's own address, where the system does not trust them."`
	ACMERedirect  string   `name:"acme-redirect" placeholder:"ADDRESS" env:"PLENARY_ACME_REDIRECT" help:"Address at which plain http is sent on to https, such as :80."`
}

// Public is the address under which people reach a service that listens at addr, whatever of it was said. It refuses what does not fit together.
func (f *Flags) Public(addr, said string, proxied bool) (string, error) {
	if len(f.ACME) == 0 {
		if f.ACMERedirect != "" || f.ACMEDirectory != "" || f.ACMERoots != "" {
			return "", errors.New("the other settings of ACME need --acme HOST")
		}
		return said, nil
	}
	if proxied {
		return "", errors.New("--acme is for a service without a proxy in front")
	}
	if said == "" {
		said = "https://" + f.ACME[0]
		if _, port, err := net.SplitHostPort(addr); err == nil && port != "443" {
			said += ":" + port
		}
	}
	if u, err := url.Parse(said); err != nil || u.Scheme != "https" || !slices.Contains(f.ACME, u.Hostname()) {
		return "", errors.New("--public-url must begin with https:// and have one of the hosts of --acme")
	}
	return said, nil
}

// Keeper is what these flags ask for; nil for nothing.
func (f *Flags) Keeper(store Store, leads func() bool, logger *slog.Logger) (*Keeper, error) {
	if len(f.ACME) == 0 {
		return nil, nil
	}
	o := Options{Hosts: f.ACME, Email: f.ACMEEmail, Directory: f.ACMEDirectory, Store: store, Leads: leads, Logger: logger}
	if f.ACMERoots != "" {
		pem, err := os.ReadFile(f.ACMERoots)
		if err != nil {
			return nil, fmt.Errorf("--acme-roots: %w", err)
		}
		if o.Roots = x509.NewCertPool(); !o.Roots.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("--acme-roots: %s holds no certificate", f.ACMERoots)
		}
	}
	k, err := New(o)
	if err != nil {
		return nil, fmt.Errorf("--acme: %w", err)
	}
	return k, nil
}

// Redirects sends plain http on to a public address, where these flags say so, until what it returns is closed.
func (f *Flags) Redirects(k *Keeper, public string) (io.Closer, error) {
	if f.ACMERedirect == "" {
		return io.NopCloser(nil), nil
	}
	u, err := url.Parse(public)
	if err != nil {
		return nil, err
	}
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", f.ACMERedirect)
	if err != nil {
		return nil, fmt.Errorf("--acme-redirect: %w", err)
	}
	srv := &http.Server{Handler: k.Redirect(u.Port()), ReadTimeout: 5 * time.Second, WriteTimeout: 5 * time.Second, MaxHeaderBytes: 16 << 10}
	srv.SetKeepAlivesEnabled(false)
	go func() { _ = srv.Serve(l) }() // until it is closed
	k.o.Logger.Info("plain http is sent on to https", "at", l.Addr().String())
	return closer{srv, l}, nil
}

// closer ends a server, though it may not have begun.
type closer struct {
	srv *http.Server
	l   net.Listener
}

// Close ends it.
func (c closer) Close() error {
	err := c.srv.Close()
	_ = c.l.Close() // it is closed already where the server had begun
	return err
}
