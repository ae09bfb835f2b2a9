package account

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// A challenge is taken once, in the browser and for the purpose and account that it was made for, within ten minutes, by the
// process that made it.
func TestChallenge(t *testing.T) {
	s := newStore(t)
	a := Asked{Purpose: "sign in", Browser: "b1", Account: 3}
	c := s.Challenge(a, t0)
	changed := "A" + c[1:]
	if changed == c {
		changed = "B" + c[1:]
	}
	for name, try := range map[string]struct {
		a  Asked
		at time.Time
		c  string
	}{
		"browser": {Asked{"sign in", "b2", 3}, t0, c}, "none": {Asked{"sign in", "", 3}, t0, c}, "purpose": {Asked{"add", "b1", 3}, t0, c}, "account": {Asked{"sign in", "b1", 4}, t0, c},
		"late": {a, t0.Add(challengeLife), c}, "early": {a, t0.Add(-2 * time.Minute), c}, "cut": {a, t0, c[:len(c)-1]}, "empty": {a, t0, ""}, "changed": {a, t0, changed},
	} {
		if err := s.TakeChallenge(try.c, try.a, try.at); !refused(err, "passkey.stale") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if none := (Asked{Purpose: "sign in"}); !refused(s.TakeChallenge(s.Challenge(none, t0), none, t0), "passkey.stale") {
		t.Error("a browser without a number answers")
	}
	if err := s.TakeChallenge(c, a, t0.Add(challengeLife-time.Second)); err != nil {
		t.Fatal(err)
	}
	for _, at := range []time.Time{t0, t0.Add(time.Minute), t0.Add(challengeLife - time.Second)} {
		if err := s.TakeChallenge(c, a, at); !refused(err, "passkey.stale") {
			t.Error("taken twice:", err)
		}
	}
	other, err := New(s.db, s.secret)
	if err != nil {
		t.Fatal(err)
	}
	if err := other.TakeChallenge(s.Challenge(a, t0), a, t0); !refused(err, "passkey.stale") {
		t.Error("what another process asked is taken:", err)
	}
	// What is over is not remembered.
	for i := range 100 {
		at := t0.Add(time.Duration(i) * time.Minute)
		if err := s.TakeChallenge(s.Challenge(a, at), a, at); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(s.asked.taken); n > 15 {
		t.Errorf("%d are remembered", n)
	}
}

func refused(err error, key string) bool {
	rs := refusal.Of(err)
	return len(rs) == 1 && rs[0].Key == key
}

// A count of uses that does not go up stops a passkey for good; one that is 0 for ever does not.
func TestUsesGoUp(t *testing.T) {
	s := newStore(t)
	id, err := s.Ensure(t.Context(), "olga@example.org", locale.English, t0)
	if err != nil {
		t.Fatal(err)
	}
	add := func(n byte, uses uint32) []byte {
		t.Helper()
		key := bytes.Repeat([]byte{n}, 16)
		if err := s.AddPasskey(t.Context(), id, Passkey{Name: "Key", ID: key, Handle: []byte{1}, Public: []byte{2}, Uses: uses}, t0); err != nil {
			t.Fatal(err)
		}
		return key
	}
	counts, silent := add(1, 1), add(2, 0)
	for i, x := range []struct {
		uses    uint32
		stopped bool
		key     string
	}{{2, false, ""}, {7, false, ""}, {7, true, "passkey.copied"}, {8, false, "passkey.copied"}, {100, false, "passkey.copied"}} {
		stopped, err := s.UsePasskey(t.Context(), counts, x.uses, t0.Add(time.Minute))
		if stopped != x.stopped || (x.key == "" && err != nil) || (x.key != "" && !refused(err, x.key)) {
			t.Errorf("%d: %v %v", i, stopped, err)
		}
	}
	if stopped, err := s.UsePasskey(t.Context(), add(3, 5), 0, t0); !stopped || !refused(err, "passkey.copied") {
		t.Errorf("back to 0: %v %v", stopped, err)
	}
	for range 3 {
		if stopped, err := s.UsePasskey(t.Context(), silent, 0, t0); stopped || err != nil {
			t.Error(stopped, err)
		}
	}
	if _, err := s.UsePasskey(t.Context(), []byte("none"), 3, t0); !refused(err, "passkey.wrong") {
		t.Error(err)
	}
	all, err := s.Passkeys(t.Context(), id)
	if err != nil || len(all) != 3 {
		t.Fatal(all, err)
	}
	for _, p := range all {
		if stopped := !bytes.Equal(p.ID, silent); stopped == p.Stopped.IsZero() || p.Used.IsZero() != (p.Uses == 5) { // that one was never used rightly
			t.Errorf("%+v", p)
		}
	}
	// One that was stopped is no way in: the other is the last.
	for _, p := range all {
		if p.Stopped.IsZero() {
			if _, err := s.RemovePasskey(t.Context(), id, p.Ref, false); !refused(err, "passkey.last") {
				t.Error(err)
			}
		}
	}
}

// The owner of an account has passkeys of their own only, by name, up to a number; the last one stays until it is meant; and
// nothing of them outlives the account.
func TestPasskeysOfAnAccount(t *testing.T) {
	s := newStore(t)
	olga, err := s.Ensure(t.Context(), "olga@example.org", locale.English, t0)
	if err != nil {
		t.Fatal(err)
	}
	karl, err := s.Ensure(t.Context(), "karl@example.org", locale.English, t0)
	if err != nil {
		t.Fatal(err)
	}
	cookie, err := s.NewSession(t.Context(), olga, t0)
	if err != nil {
		t.Fatal(err)
	}
	bearer := func() Bearer {
		t.Helper()
		b, ok, err := s.Bearer(t.Context(), cookie, t0)
		if err != nil || !ok {
			t.Fatal(ok, err)
		}
		return b
	}
	if b := bearer(); b.Account != olga || b.Passkey || b.Usable || !b.Proved.IsZero() || !b.Made.Equal(t0) {
		t.Errorf("%+v", b)
	}
	handle, err := s.Handle(t.Context(), olga)
	if err != nil || len(handle) != 32 {
		t.Fatal(handle, err)
	}
	if other, err := s.Handle(t.Context(), karl); err != nil || bytes.Equal(handle, other) {
		t.Error("two accounts have one handle", err)
	}
	p := Passkey{Name: " Telephone ", ID: []byte("one"), Handle: handle, Public: []byte("public"), Uses: 1, Synced: true, Reached: []string{"internal", "hybrid"}}
	if err := s.AddPasskey(t.Context(), olga, p, t0); err != nil {
		t.Fatal(err)
	}
	if b := bearer(); !b.Passkey || !b.Usable || !b.Proved.IsZero() {
		t.Errorf("the session does not know: %+v", b)
	}
	if err := s.Prove(t.Context(), cookie, t0.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if b := bearer(); !b.Proved.Equal(t0.Add(time.Minute)) {
		t.Errorf("%+v", b)
	}
	if err := s.AddPasskey(t.Context(), karl, p, t0); !refused(err, "passkey.known") {
		t.Error(err)
	}
	mine, err := s.Passkeys(t.Context(), olga)
	if err != nil || len(mine) != 1 || mine[0].Name != "Telephone" || !mine[0].Synced || fmt.Sprint(mine[0].Reached) != "[internal hybrid]" {
		t.Fatal(mine, err)
	}
	if ok, err := s.NamePasskey(t.Context(), karl, mine[0].Ref, "x"); ok || err != nil {
		t.Error("another's passkey was renamed:", ok, err)
	}
	if ok, err := s.RemovePasskey(t.Context(), karl, mine[0].Ref, true); ok || err != nil {
		t.Error("another's passkey was removed:", ok, err)
	}
	if ok, err := s.NamePasskey(t.Context(), olga, mine[0].Ref, "Key ring"); !ok || err != nil {
		t.Error(ok, err)
	}
	got, of, ok, err := s.PasskeyBy(t.Context(), []byte("one"))
	if err != nil || !ok || of != olga || got.Name != "Key ring" || !bytes.Equal(got.Handle, handle) {
		t.Error(got, of, ok, err)
	}
	for i := 1; i < MaxPasskeys; i++ {
		p.ID = fmt.Appendf(nil, "n%d", i)
		if err := s.AddPasskey(t.Context(), olga, p, t0); err != nil {
			t.Fatal(err)
		}
	}
	p.ID = []byte("more")
	if err := s.AddPasskey(t.Context(), olga, p, t0); !refused(err, "passkey.many") {
		t.Error(err)
	}
	for i := 1; i < MaxPasskeys; i++ {
		if ok, err := s.RemovePasskey(t.Context(), olga, s.passkeyRef(fmt.Appendf(nil, "n%d", i)), false); !ok || err != nil {
			t.Fatal(ok, err)
		}
	}
	if _, err := s.RemovePasskey(t.Context(), olga, mine[0].Ref, false); !refused(err, "passkey.last") {
		t.Error(err)
	}
	if has, err := s.HasPasskey(t.Context(), olga); !has || err != nil {
		t.Error("the last one is gone", err)
	}
	if err := s.Delete(t.Context(), olga); err != nil {
		t.Fatal(err)
	}
	var left int
	if err := s.db.QueryRow(`SELECT COUNT(*) FROM account_passkey`).Scan(&left); err != nil || left != 0 {
		t.Error(left, err)
	}
	if err := s.AddPasskey(t.Context(), olga, p, t0); !refused(err, "sign_in.needed") {
		t.Error("an account that is gone gets a passkey:", err)
	}
}

// TestCredentialBounds: a passkey has an identifier, of at most so many bytes; by another nobody is found.
func TestCredentialBounds(t *testing.T) {
	s := newStore(t)
	id, err := s.Ensure(t.Context(), "olga@example.org", locale.English, t0)
	if err != nil {
		t.Fatal(err)
	}
	for n, want := range map[int]bool{0: false, 1: true, maxCredential: true, maxCredential + 1: false} {
		key := bytes.Repeat([]byte{7}, n)
		err := s.AddPasskey(t.Context(), id, Passkey{Name: "Key", ID: key, Handle: []byte{1}, Public: []byte{2}}, t0)
		if want != (err == nil) || err != nil && !refused(err, "passkey.wrong") {
			t.Errorf("%d bytes: %v", n, err)
		}
		if _, of, ok, err := s.PasskeyBy(t.Context(), key); ok != want || err != nil || ok && of != id {
			t.Errorf("%d bytes: found %v, %v", n, ok, err)
		}
	}
}
