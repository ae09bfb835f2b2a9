package main

import (
	"io"
	"path/filepath"

	"github.com/openplenary/plenary/certificate"
	"github.com/openplenary/plenary/internal/meter"
	"github.com/openplenary/plenary/private"
)

// obtain has the service answer over https where that was said, and plain http send people there until what it returns is closed.
func (a *app) obtain(f *certificate.Flags) (io.Closer, error) {
	var store certificate.Store = certificate.Folder(filepath.Join(a.Dir, "certificates"))
	var err error
	shared := a.db != nil && a.db.Shared()
	if shared {
		if store, err = private.NewSealed(a.db, a.Secret); err != nil {
			return nil, err
		}
	}
	k, err := f.Keeper(store, func() bool { return !shared || a.leading.Load() }, a.logger)
	if err != nil || k == nil {
		return io.NopCloser(nil), err
	}
	a.certificates = k
	a.meter.Gauge("plenary_certificate_ends_seconds", "When the certificate of a host ends, in seconds since 1970.", func() (all []meter.Sample) {
		for host, end := range k.Ends() {
			all = append(all, meter.Sample{Labels: []string{"host", host}, Value: float64(end.Unix())})
		}
		return all
	})
	return f.Redirects(k, a.public)
}
