package account

import (
	"testing"
	"time"

	"github.com/openplenary/plenary/locale"
)

// An account elsewhere signs in to the one account that it was linked with, by issuer and subject together, until its owner
// takes it off, or the account goes.
func TestLinked(t *testing.T) {
	s := newStore(t)
	olga, err := s.Ensure(t.Context(), "olga@example.org", locale.English, t0)
	if err != nil {
		t.Fatal(err)
	}
	karl, err := s.Ensure(t.Context(), "karl@example.org", locale.English, t0)
	if err != nil {
		t.Fatal(err)
	}
	const one, two = "https://one.example", "https://two.example"
	for range 2 {
		if err := s.Link(t.Context(), olga, one, "7", t0); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Link(t.Context(), karl, one, "7", t0); !refused(err, "openid.taken") {
		t.Error(err)
	}
	if err := s.Link(t.Context(), 12345, one, "9", t0); !refused(err, "openid.taken") {
		t.Error("an account that is not there is linked:", err)
	}
	if err := s.Link(t.Context(), karl, two, "7", t0); err != nil {
		t.Error("the same subject of another issuer:", err)
	}
	for _, x := range []struct {
		issuer, subject string
		want            ID
	}{{one, "7", olga}, {two, "7", karl}, {one, "8", 0}, {"https://one.example/", "7", 0}, {one, "", 0}, {one + "\x007", "", 0}} {
		got, ok, err := s.LinkedTo(t.Context(), x.issuer, x.subject, t0.Add(time.Hour))
		if err != nil || got != x.want || ok != (x.want != 0) {
			t.Errorf("%q %q: %d %v %v", x.issuer, x.subject, got, ok, err)
		}
	}
	all, err := s.AllLinked(t.Context(), olga)
	if err != nil || len(all) != 1 || all[0].Issuer != one || !all[0].Used.Equal(t0.Add(time.Hour)) {
		t.Fatal(all, err)
	}
	if ok, err := s.Unlink(t.Context(), karl, all[0].Ref); ok || err != nil {
		t.Error("another's was taken off:", ok, err)
	}
	if ok, err := s.Unlink(t.Context(), olga, all[0].Ref); !ok || err != nil {
		t.Error(ok, err)
	}
	if _, ok, err := s.LinkedTo(t.Context(), one, "7", t0); ok || err != nil {
		t.Error("it still signs in", err)
	}
	if err := s.Delete(t.Context(), karl); err != nil {
		t.Fatal(err)
	}
	if _, ok, err := s.LinkedTo(t.Context(), two, "7", t0); ok || err != nil {
		t.Error("it signs in to an account that is gone", err)
	}
	if a, b := s.Derive("c", "nonce"), s.Derive("c", "verifier"); a == b || len(a) != 43 || a != s.Derive("c", "nonce") || a == s.Derive("d", "nonce") {
		t.Error(a, b)
	}
}
