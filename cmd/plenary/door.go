package main

import (
	"fmt"
	"net"
	"strconv"
	"strings"

	"github.com/openplenary/plenary/attachment"
	"github.com/openplenary/plenary/door"
)

// doorFlags say who stands in front of the service and how much of the machine strangers may take.
type doorFlags struct {
	BehindProxy    bool     `env:"PLENARY_BEHIND_PROXY" help:"A proxy that ends https stands in front; without it, plain http is served on loopback only."`
	TrustedProxy   []string `sep:"," placeholder:"CIDR" env:"PLENARY_TRUSTED_PROXY" help:"Address or network of a proxy that is believed when it says (X-Forwarded-For, or Forwarded) for whom it asks. May be repeated. Without it nobody behind a proxy is counted by themselves."`
	Reserve        string   `placeholder:"SIZE" env:"PLENARY_RESERVE" help:"Free disk that is kept for the record: below it, files and drafts are refused. 2GiB, 500MiB, 0 for none. Without it, a GiB or 5 % of the disk, whichever is more, but not more than a quarter."`
	MaxConnections int      `placeholder:"N" env:"PLENARY_MAX_CONNECTIONS" help:"Connections at once, and as many event streams. Without it, what the limit on open files allows."`
}

// doorOptions is what the flags come to.
type doorOptions struct {
	sources *door.Sources
	caps    door.Caps
	room    attachment.Room // the zero value bounds nothing
}

// options reads the flags of a service that listens on a host.
func (f *doorFlags) options(host string) (doorOptions, error) {
	o := doorOptions{sources: &door.Sources{Behind: f.BehindProxy, Exposed: !onLoopback(host)}, caps: door.DefaultCaps(), room: attachment.DefaultRoom}
	for _, s := range f.TrustedProxy {
		p, err := door.ParseProxy(strings.TrimSpace(s))
		if err != nil {
			return o, fmt.Errorf("%w: --trusted-proxy: %w", errWrongUse, err)
		}
		o.sources.Named = append(o.sources.Named, p)
		o.sources.Behind = true
	}
	switch n := f.MaxConnections; {
	case n < 0:
		return o, fmt.Errorf("%w: --max-connections %d", errWrongUse, n)
	case n > 0:
		o.caps = door.Caps{Conns: n, PerPeer: min(n, o.caps.PerPeer), Streams: n, StreamsPerSource: min(n, o.caps.StreamsPerSource)}
	}
	if o.room.Reserve = usualReserve; f.Reserve == "" {
		return o, nil
	}
	var err error
	if o.room.Reserve, err = bytesOf(f.Reserve); err != nil {
		return o, fmt.Errorf("%w: --reserve: %w", errWrongUse, err)
	}
	return o, nil
}

// usualReserve stands for a reserve that depends on the disk.
const usualReserve = -1

// roomOn is how much files may take on the disk of a data directory.
func (o doorOptions) roomOn(dir string) (attachment.Room, error) {
	r := o.room
	var err error
	if r.Reserve == usualReserve {
		r.Reserve, err = attachment.Reserve(dir)
	}
	return r, err
}

func onLoopback(host string) bool {
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback() || host == "localhost"
}

// bytesOf reads a size: 500MiB, 2GiB, or bytes.
func bytesOf(s string) (int64, error) {
	unit := int64(1)
	for _, u := range []struct {
		name string
		size int64
	}{{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"TiB", 1 << 40}} {
		if rest, ok := strings.CutSuffix(s, u.name); ok {
			s, unit = rest, u.size
		}
	}
	n, err := strconv.ParseInt(strings.TrimSpace(s), 10, 64)
	if err != nil || n < 0 || n > (1<<62)/unit {
		return 0, fmt.Errorf("%q is no size; it should look like 2GiB", s)
	}
	return n * unit, nil
}
