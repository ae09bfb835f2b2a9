package door

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync"
)

// Source is where a request comes from.
type Source struct {
	// Key is what is counted: an IPv4 address, or the /64 of an IPv6 address, since that is what one
	// household gets. It is "" where the people behind a peer cannot be told apart: nothing is then
	// counted per source, so that nobody pays for what others do.
	Key string
	// Own reports a request that the operator makes on the machine itself: no limit is for them.
	Own bool
}

// Sources tells where requests come from. Its fields are set before it is used; its methods may be called
// from many goroutines.
type Sources struct {
	// Named are the proxies whose word is taken about whom they stand in front of.
	Named []netip.Prefix
	// Behind says that some proxy stands in front, named or not.
	Behind bool
	// Exposed says that the listener can be reached from other machines.
	Exposed bool
	// Unknown, where it is set, is told once of each peer that is a proxy and is not named, and of each
	// named one that does not say for whom it asks (forwards is false). It is not told of what may be one
	// person's address: a peer outside this network that does not forward, or that forwards although the
	// proxies are named.
	Unknown func(peer netip.Addr, forwards bool)

	mu   sync.Mutex
	told map[netip.Addr]bool // whether it forwards
}

// maxTold bounds what is remembered of peers that are not named.
const maxTold = 100

// Of says where a request comes from.
//
// A named proxy is believed: the source is the last address in X-Forwarded-For (or in Forwarded, where
// there is no X-Forwarded-For) that is not a named proxy itself. What stands before it could have been
// written by anybody. Where both headers are there and differ, one of them was written by the sender: all
// such requests are counted together, under their proxy.
//
// A peer that is not named is not believed, whatever it sends. Where a proxy was named it is counted as
// itself. Where none was, or where it forwards from this very machine, it is a proxy: then nobody behind
// it is counted.
//
// The operator's own requests are those that come over loopback to a listener on loopback, without a
// forwarded address and where no proxy was announced.
func (s *Sources) Of(r *http.Request) Source {
	peer := peerOf(r.RemoteAddr)
	chain, forwards, differ := forwarded(r.Header)
	switch {
	case !peer.IsValid(): // no network: a test, or a socket of this machine
		return Source{Own: true}
	case !s.named(peer):
		return s.unnamed(peer, forwards)
	case differ:
		return Source{Key: key(peer)}
	}
	for i := len(chain) - 1; i >= 0; i-- {
		a := chain[i]
		if !a.IsValid() {
			return Source{} // a proxy that is believed says that it does not know
		}
		if !s.named(a) || i == 0 {
			return Source{Key: key(a)}
		}
	}
	s.tell(peer, false)
	return Source{}
}

func (s *Sources) unnamed(peer netip.Addr, forwards bool) Source {
	switch {
	case peer.IsLoopback() && forwards: // no stranger connects from this machine
		s.tell(peer, true)
		return Source{}
	case peer.IsLoopback() && s.Behind:
		return Source{}
	case peer.IsLoopback() && !s.Exposed:
		return Source{Own: true}
	case s.Behind && len(s.Named) == 0:
		if forwards || peer.IsPrivate() {
			s.tell(peer, forwards)
		}
		return Source{}
	case s.Behind && forwards && peer.IsPrivate():
		s.tell(peer, true)
	}
	return Source{Key: key(peer)}
}

// Many reports whether a peer stands for many people, so that its connections are not one person's.
func (s *Sources) Many(peer netip.Addr) bool {
	return peer.IsLoopback() || s.named(peer) || s.Behind && len(s.Named) == 0
}

// Unnamed lists the peers that forward for others, or seem to, and are not named.
func (s *Sources) Unnamed() []netip.Addr {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []netip.Addr
	for a := range s.told {
		if !s.named(a) {
			out = append(out, a)
		}
	}
	slices.SortFunc(out, netip.Addr.Compare)
	return out
}

func (s *Sources) tell(peer netip.Addr, forwards bool) {
	s.mu.Lock()
	before, known := s.told[peer]
	first := len(s.told) < maxTold && (!known || forwards && !before)
	if first {
		if s.told == nil {
			s.told = map[netip.Addr]bool{}
		}
		s.told[peer] = forwards
	}
	s.mu.Unlock()
	if first && s.Unknown != nil {
		s.Unknown(peer, forwards)
	}
}

func (s *Sources) named(a netip.Addr) bool {
	return slices.ContainsFunc(s.Named, func(p netip.Prefix) bool { return p.Contains(a) })
}

// ParseProxy reads an address or a network (CIDR) of proxies.
func ParseProxy(s string) (netip.Prefix, error) {
	if !strings.Contains(s, "/") {
		a, err := netip.ParseAddr(s)
		if err != nil {
			return netip.Prefix{}, err
		}
		a = a.Unmap()
		return netip.PrefixFrom(a, a.BitLen()), nil
	}
	p, err := netip.ParsePrefix(s)
	if err == nil && p.Addr().Is4In6() && p.Bits() >= 96 {
		p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
	}
	return p.Masked(), err
}

// key is what is counted of an address.
func key(a netip.Addr) string {
	if a.Is4() {
		return a.String()
	}
	p, err := a.Prefix(64)
	if err != nil {
		return a.String()
	}
	return p.String()
}

// plain takes off what does not matter: the zone, and that an IPv4 address was written as IPv6.
func plain(a netip.Addr) netip.Addr { return a.Unmap().WithZone("") }

func peerOf(remote string) netip.Addr {
	if ap, err := netip.ParseAddrPort(remote); err == nil {
		return plain(ap.Addr())
	}
	a, err := netip.ParseAddr(remote)
	if err != nil {
		return netip.Addr{}
	}
	return plain(a)
}

// maxChain is how many forwarded addresses are read, from the last.
const maxChain = 20

// forwarded reads the addresses that a request was forwarded for, the nearest last; what is no address is the
// zero one. differ says that the two headers do not say the same of the last ones.
func forwarded(h http.Header) (chain []netip.Addr, forwards, differ bool) {
	x, f := h.Values("X-Forwarded-For"), h.Values("Forwarded")
	xs := addresses(x, func(s string) string { return s })
	fs := addresses(f, forParameter)
	switch {
	case len(x) == 0 && len(f) == 0:
		return nil, false, false
	case len(f) == 0:
		return xs, true, false
	case len(x) == 0:
		return fs, true, false
	}
	return xs, true, !slices.Equal(xs, fs)
}

func addresses(lines []string, text func(string) string) []netip.Addr {
	all := strings.Split(strings.Join(lines, ","), ",")
	if len(lines) == 0 {
		return nil
	}
	if len(all) > maxChain {
		all = all[len(all)-maxChain:]
	}
	out := make([]netip.Addr, len(all))
	for i, s := range all {
		out[i] = address(text(strings.TrimSpace(s)))
	}
	return out
}

// forParameter is what an element of Forwarded says about for.
func forParameter(element string) string {
	for _, pair := range strings.Split(element, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(pair), "=")
		if strings.EqualFold(name, "for") {
			return strings.Trim(value, `"`)
		}
	}
	return ""
}

// address reads an address with or without a port: 192.0.2.7, 192.0.2.7:80, 2001:db8::7, [2001:db8::7]:80.
func address(s string) netip.Addr {
	if ap, err := netip.ParseAddrPort(s); err == nil {
		return plain(ap.Addr())
	}
	a, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(s, "["), "]"))
	if err != nil {
		return netip.Addr{}
	}
	return plain(a)
}
