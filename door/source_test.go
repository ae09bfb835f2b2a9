package door

import (
	"net/http"
	"net/netip"
	"slices"
	"testing"
)

func proxies(t *testing.T, list ...string) []netip.Prefix {
	t.Helper()
	var out []netip.Prefix
	for _, s := range list {
		p, err := ParseProxy(s)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, p)
	}
	return out
}

func TestSources(t *testing.T) {
	type row struct {
		what      string
		named     []string
		behind    bool
		exposed   bool
		peer      string
		x         []string // lines of X-Forwarded-For
		f         []string // lines of Forwarded
		want      string   // "own", or the key
		wantPeers []string // told as unnamed
		quiet     bool     // what is told is a proxy that is named: it forwards nobody's address
	}
	for _, r := range []row{
		{what: "the operator's own", peer: "127.0.0.1:5", want: "own"},
		{what: "the operator's own over IPv6", peer: "[::1]:5", want: "own"},
		{what: "the operator's own, written as IPv6", peer: "[::ffff:127.0.0.1]:5", want: "own"},
		{what: "loopback that forwards", peer: "127.0.0.1:5", x: []string{"192.0.2.7"}, want: "", wantPeers: []string{"127.0.0.1"}},
		{what: "loopback of a listener that others reach", exposed: true, peer: "127.0.0.1:5", want: "127.0.0.1"},
		{what: "loopback behind a proxy", behind: true, peer: "127.0.0.1:5", want: ""},
		{what: "no proxy", exposed: true, peer: "192.0.2.7:5", want: "192.0.2.7"},
		{what: "no proxy, and a header", exposed: true, peer: "192.0.2.7:5", x: []string{"198.51.100.1"}, want: "192.0.2.7"},
		{what: "a proxy that is not named", behind: true, peer: "10.0.0.5:80", x: []string{"192.0.2.7"}, want: "", wantPeers: []string{"10.0.0.5"}},
		{what: "a proxy that is not named and does not forward", behind: true, peer: "10.0.0.5:80", want: "", wantPeers: []string{"10.0.0.5"}},
		{what: "a proxy that is named", named: []string{"10.0.0.0/8"}, behind: true, peer: "10.0.0.5:80", x: []string{"192.0.2.7"}, want: "192.0.2.7"},
		{what: "a proxy on this machine that is named", named: []string{"127.0.0.1"}, behind: true, peer: "127.0.0.1:80", x: []string{"192.0.2.7"}, want: "192.0.2.7"},
		{what: "another is named, this one forwards from here", named: []string{"10.0.0.5"}, behind: true, peer: "127.0.0.1:80", x: []string{"192.0.2.7"}, want: "", wantPeers: []string{"127.0.0.1"}},
		{what: "what the sender wrote stands before", named: []string{"10.0.0.5"}, behind: true, peer: "10.0.0.5:80", x: []string{"203.0.113.9, 192.0.2.7"}, want: "192.0.2.7"},
		{what: "in a line of its own", named: []string{"10.0.0.5"}, behind: true, peer: "10.0.0.5:80", x: []string{"203.0.113.9", "192.0.2.7"}, want: "192.0.2.7"},
		{what: "a stranger who forwards", named: []string{"10.0.0.5"}, behind: true, peer: "192.0.2.66:80", x: []string{"203.0.113.9"}, want: "192.0.2.66"},
		{what: "a proxy that was forgotten", named: []string{"10.0.0.5"}, behind: true, peer: "10.0.0.6:80", x: []string{"203.0.113.9"}, want: "10.0.0.6", wantPeers: []string{"10.0.0.6"}},
		{what: "nothing is named, and it may be a person", behind: true, peer: "192.0.2.66:80", want: ""},
		{what: "two proxies", named: []string{"10.0.0.0/8"}, behind: true, peer: "10.0.0.5:80", x: []string{"203.0.113.9, 192.0.2.7, 10.9.9.9"}, want: "192.0.2.7"},
		{what: "two proxies, the outer not named", named: []string{"10.0.0.5"}, behind: true, peer: "10.0.0.5:80", x: []string{"192.0.2.7, 10.9.9.9"}, want: "10.9.9.9"},
		{what: "all of them named", named: []string{"10.0.0.0/8"}, behind: true, peer: "10.0.0.5:80", x: []string{"10.1.1.1, 10.9.9.9"}, want: "10.1.1.1"},
		{what: "IPv6 by its network", named: []string{"10.0.0.5"}, behind: true, peer: "10.0.0.5:80", x: []string{"2001:db8:1:2:3:4:5:6"}, want: "2001:db8:1:2::/64"},
		{what: "IPv4 written as IPv6", named: []string{"10.0.0.5"}, behind: true, peer: "[::ffff:10.0.0.5]:80", x: []string{"::ffff:192.0.2.7"}, want: "192.0.2.7"},
		{what: "named as IPv6", named: []string{"::ffff:10.0.0.0/104"}, behind: true, peer: "10.0.0.5:80", x: []string{"192.0.2.7"}, want: "192.0.2.7"},
		{what: "with ports", named: []string{"10.0.0.5"}, behind: true, peer: "10.0.0.5:80", x: []string{"192.0.2.7:4711"}, want: "192.0.2.7"},
		{what: "a link with a zone", exposed: true, peer: "[fe80::1%eth0]:80", want: "fe80::/64"},
		{what: "Forwarded", named: []string{"10.0.0.5"}, behind: true, peer: "10.0.0.5:80", f: []string{`for=203.0.113.9, For="[2001:db8:1:2::7]:4711";proto=https;by=10.0.0.5`}, want: "2001:db8:1:2::/64"},
		{what: "both, and equal", named: []string{"10.0.0.5"}, behind: true, peer: "10.0.0.5:80", x: []string{"192.0.2.7"}, f: []string{"for=192.0.2.7"}, want: "192.0.2.7"},
		{what: "both, one of them the sender's", named: []string{"10.0.0.5"}, behind: true, peer: "10.0.0.5:80", x: []string{"203.0.113.9"}, f: []string{"for=192.0.2.7"}, want: "10.0.0.5"},
		{what: "a proxy that does not know", named: []string{"10.0.0.5"}, behind: true, peer: "10.0.0.5:80", f: []string{"for=unknown"}, want: ""},
		{what: "a proxy that is named and does not forward", named: []string{"10.0.0.5"}, behind: true, peer: "10.0.0.5:80", want: "", quiet: true},
	} {
		var told []string
		s := &Sources{Named: proxies(t, r.named...), Behind: r.behind, Exposed: r.exposed, Unknown: func(a netip.Addr, _ bool) { told = append(told, a.String()) }}
		req := &http.Request{RemoteAddr: r.peer, Header: http.Header{}}
		for _, v := range r.x {
			req.Header.Add("X-Forwarded-For", v)
		}
		for _, v := range r.f {
			req.Header.Add("Forwarded", v)
		}
		for range 3 { // said once
			got := s.Of(req)
			if key := map[bool]string{true: "own", false: got.Key}[got.Own]; key != r.want {
				t.Errorf("%s: %q, not %q", r.what, key, r.want)
			}
		}
		var unnamed []string
		for _, a := range s.Unnamed() {
			unnamed = append(unnamed, a.String())
		}
		if !slices.Equal(unnamed, r.wantPeers) {
			t.Errorf("%s: %v are not named, not %v", r.what, unnamed, r.wantPeers)
		}
		want := r.wantPeers
		if r.quiet {
			want = []string{"10.0.0.5"}
		}
		if !slices.Equal(told, want) {
			t.Errorf("%s: told of %v, not of %v", r.what, told, want)
		}
	}
}

func TestManyAreBounded(t *testing.T) {
	s := &Sources{Behind: true}
	for i := range 1000 {
		a := netip.AddrFrom4([4]byte{10, 0, byte(i >> 8), byte(i)})
		s.Of(&http.Request{RemoteAddr: netip.AddrPortFrom(a, 80).String(), Header: http.Header{}})
	}
	if n := len(s.Unnamed()); n != maxTold {
		t.Errorf("%d peers are remembered", n)
	}
}

func TestParseProxy(t *testing.T) {
	for in, want := range map[string]string{"10.0.0.5": "10.0.0.5/32", "10.1.2.3/8": "10.0.0.0/8", "::ffff:10.0.0.5": "10.0.0.5/32", "2001:db8::1": "2001:db8::1/128", "2001:db8::/32": "2001:db8::/32"} {
		if p, err := ParseProxy(in); err != nil || p.String() != want {
			t.Errorf("%s: %v %v", in, p, err)
		}
	}
	for _, in := range []string{"", "proxy.example.org", "10.0.0.0/33", "/8"} {
		if p, err := ParseProxy(in); err == nil {
			t.Errorf("%q is taken as %v", in, p)
		}
	}
}

func FuzzForwarded(f *testing.F) {
	f.Add("192.0.2.7, 10.0.0.5", `for="[2001:db8::7]:80";by=x`)
	f.Add(",,", `for=;for`)
	f.Fuzz(func(t *testing.T, x, fw string) {
		s := &Sources{Named: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}, Behind: true}
		got := s.Of(&http.Request{RemoteAddr: "10.0.0.5:80", Header: http.Header{"X-Forwarded-For": {x}, "Forwarded": {fw}}})
		if got.Own {
			t.Fatal("a stranger is taken for the operator")
		}
	})
}
