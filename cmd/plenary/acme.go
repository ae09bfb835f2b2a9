package main

import (
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/openplenary/plenary/certificate"
	"github.com/openplenary/plenary/internal/meter"
	"github.com/openplenary/plenary/private"
)

// acmeFlags say that the service ends https by itself, and who gives it certificates. Without --acme nobody is asked for any.
type acmeFlags struct {
	ACME          []string `name:"acme" sep:"," placeholder:"HOST" env:"PLENARY_ACME" help:"Name of a host that is answered over https with a certificate from an authority that speaks ACME; whoever says it agrees to the authority's terms. May be repeated. The authority looks at port 443 of the host."`
	ACMEEmail     string   `name:"acme-email" placeholder:"ADDRESS" env:"PLENARY_ACME_EMAIL" help:"Whom the authority may write to about the certificates."`
	ACMEDirectory string   `name:"acme-directory" placeholder:"URL" env:"PLENARY_ACME_DIRECTORY" help:"Another authority than Let's Encrypt."`
	ACMERoots     string   `name:"acme-roots" placeholder:"FILE" env:"PLENARY_ACME_ROOTS" help:"Certificates (PEM) of those who vouch for that authority's own address, where the system does not trust them."`
	ACMERedirect  string   `name:"acme-redirect" placeholder:"ADDRESS" env:"PLENARY_ACME_REDIRECT" help:"Address at which plain http is sent on to https, such as :80."`
}

// check refuses what does not fit together, and says under which address people reach the service.
func (f *acmeFlags) check(c *serveCmd, o *appOptions) error {
	if len(f.ACME) == 0 {
		if f.ACMERedirect != "" || f.ACMEDirectory != "" || f.ACMERoots != "" {
			return fmt.Errorf("%w: the other settings of ACME need --acme HOST", errWrongUse)
		}
		return nil
	}
	if c.BehindProxy || len(c.TrustedProxy) > 0 {
		return fmt.Errorf("%w: --acme is for a service without a proxy in front", errWrongUse)
	}
	if o.public == "" {
		o.public, o.secure = "https://"+f.ACME[0], true
		if _, port, err := net.SplitHostPort(c.Addr); err == nil && port != "443" {
			o.public += ":" + port
		}
	}
	u, err := url.Parse(o.public)
	if err != nil || !o.secure || !slices.Contains(f.ACME, u.Hostname()) {
		return fmt.Errorf("%w: --public-url must begin with https:// and have one of the hosts of --acme", errWrongUse)
	}
	return nil
}

// obtain has the service answer over https, and plain http send people there until what it returns is closed.
func (f *acmeFlags) obtain(a *app) (io.Closer, error) {
	if len(f.ACME) == 0 {
		return io.NopCloser(nil), nil
	}
	var store certificate.Store = certificate.Folder(filepath.Join(a.Dir, "certificates"))
	var err error
	if a.db != nil && a.db.Shared() {
		if store, err = private.NewSealed(a.db, a.Secret); err != nil {
			return nil, err
		}
	}
	o := certificate.Options{Hosts: f.ACME, Email: f.ACMEEmail, Directory: f.ACMEDirectory, Store: store, Logger: a.logger,
		Leads: func() bool { return a.db == nil || !a.db.Shared() || a.leading.Load() }}
	if f.ACMERoots != "" {
		pem, err := os.ReadFile(f.ACMERoots)
		if err != nil {
			return nil, fmt.Errorf("--acme-roots: %w", err)
		}
		if o.Roots = x509.NewCertPool(); !o.Roots.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("--acme-roots: %s holds no certificate", f.ACMERoots)
		}
	}
	if a.certificates, err = certificate.New(o); err != nil {
		return nil, fmt.Errorf("--acme: %w", err)
	}
	a.meter.Gauge("plenary_certificate_ends_seconds", "When the certificate of a host ends, in seconds since 1970.", func() (all []meter.Sample) {
		for host, end := range a.certificates.Ends() {
			all = append(all, meter.Sample{Labels: []string{"host", host}, Value: float64(end.Unix())})
		}
		return all
	})
	if f.ACMERedirect == "" {
		return io.NopCloser(nil), nil
	}
	l, err := net.Listen("tcp", f.ACMERedirect)
	if err != nil {
		return nil, err
	}
	u, err := url.Parse(a.public)
	if err != nil {
		return nil, errors.Join(err, l.Close())
	}
	srv := &http.Server{Handler: a.certificates.Redirect(u.Port()), ReadTimeout: 5 * time.Second, WriteTimeout: 5 * time.Second, MaxHeaderBytes: 16 << 10}
	srv.SetKeepAlivesEnabled(false)
	go func() { _ = srv.Serve(l) }()
	a.logger.Info("plain http is sent on to https", "at", l.Addr().String())
	return controlServer{srv, l}, nil
}
