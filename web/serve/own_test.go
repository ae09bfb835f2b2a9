package serve

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestOwned: the cookie holds on to the first of hundreds, in what a browser keeps; what was written before there was
// a secret is read.
func TestOwned(t *testing.T) {
	t.Parallel()
	old := []string{Nonce(), Nonce(), Nonce()}
	o := parseOwned("ferries~" + old[0] + ".other~" + old[1] + ".ferries~" + old[2])
	if got := o.nonces("ferries"); !slices.Equal(got, []string{old[0], old[2]}) || o.secret != nil {
		t.Fatalf("%v", got)
	}
	o.secret = []byte("0123456789abcdef")
	want := o.nonces("ferries")
	for i := range 200 {
		n := o.derived("ferries", fmt.Sprintf("%04d", i))
		if id, ok := o.idOf("ferries", n); !ok || id != fmt.Sprintf("%04d", i) || !ValidNonce(n) {
			t.Fatal(i, id, ok)
		}
		if _, ok := o.idOf("other", n); ok {
			t.Fatal("a nonce of another conversation is taken for one of this")
		}
		o.add("ferries", n)
		want = append(want, n)
		o = parseOwned(o.String())
	}
	if got := o.nonces("ferries"); !slices.Equal(got, want) {
		t.Errorf("%d are held of %d", len(got), len(want))
	}
	if got := o.nonces("other"); !slices.Equal(got, old[1:2]) {
		t.Errorf("%v", got)
	}
	if n := len(o.String()); n > 1300 {
		t.Errorf("%d characters", n)
	}
	// There is an end: what was left alone the longest goes first, and the newest stays.
	for range 600 {
		o.add("ferries", o.derived("ferries", Nonce()[:4]))
	}
	last := Nonce()
	o.add("ferries", last)
	if got := o.nonces("ferries"); len(o.String()) > maxCookie || len(got) < 600 || !slices.Contains(got, last) || len(o.nonces("other")) != 0 {
		t.Errorf("%d held in %d characters", len(got), len(o.String()))
	}
	for _, bad := range []string{"", ".", "!", "~", "!x", "ferries!", "ferries!AAAAAA", "ferries~AAAA", "~" + old[0], "!" + old[0] + ".ferries!A=", "!" + base64.RawURLEncoding.EncodeToString(make([]byte, nonceSize)) + ".ferries!AAAAAAAA%", strings.Repeat("a~", 2000)} {
		if got := parseOwned(bad).nonces("ferries"); len(got) != 0 {
			t.Errorf("%.20q: %v", bad, got)
		}
	}
}
