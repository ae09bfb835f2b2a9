package passkey_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/openplenary/plenary/passkey"
	"github.com/openplenary/plenary/passkey/passkeytest"
)

// Passkeys are for addresses at which browsers give them, and the others are refused with the reason.
func TestAddress(t *testing.T) {
	for _, good := range []string{"https://talk.example.org", "https://talk.example.org/", "https://talk.example.org:8443", "https://Talk.Example.org:443", "http://localhost:8080", "https://мир.example"} {
		if _, err := passkey.New(good); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
	for bad, why := range map[string]string{"": "not an address", "talk.example.org": "not an address", "http://talk.example.org": "https", "https://192.0.2.7": "number", "http://127.0.0.1:8080": "number",
		"https://[::1]": "number", "https://talk": "whole name", "https://talk.example.org.": "whole name", "https://a@talk.example.org": "not an address", "https://talk.example.org/x": "not an address",
		"ftp://localhost": "https", "https://a..b": "domain"} {
		if _, err := passkey.New(bad); !errors.Is(err, passkey.ErrAddress) || !strings.Contains(err.Error(), why) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

const origin = "https://talk.example.org"

func site(t *testing.T) *passkey.Site {
	t.Helper()
	s, err := passkey.New(origin + ":443")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

var owner = passkey.Owner{Handle: bytes.Repeat([]byte{7}, 32), Name: "olga@example.org", Shown: "Olga"}

// made has a device make a passkey, and the site look at it.
func made(t *testing.T, d *passkeytest.Device) (passkey.Key, error) {
	t.Helper()
	answer, err := d.Create(site(t).Creation("Y2hhbGxlbmdlY2hhbGxlbmdlY2hhbGxlbmdl", owner, nil))
	if err != nil {
		t.Fatal(err)
	}
	m, err := passkey.ReadMade(answer)
	if err != nil || m.Challenge() != "Y2hhbGxlbmdlY2hhbGxlbmdlY2hhbGxlbmdl" {
		t.Fatal(m, err)
	}
	return site(t).CheckMade(m, owner)
}

// A passkey that was made signs in; one that was asked for elsewhere, or whose device does not look who holds it, or another's,
// does not.
func TestSignedRightly(t *testing.T) {
	d := &passkeytest.Device{Origin: origin, Synced: true}
	k, err := made(t, d)
	if err != nil || len(k.ID) != 32 || !k.Synced || k.Uses != 1 || len(k.Reached) != 1 {
		t.Fatalf("%+v %v", k, err)
	}
	get := func(of passkey.Key, change func()) (uint32, error) {
		before := *d
		change()
		answer, err := d.Get(site(t).Request("bmV4dG5leHRuZXh0bmV4dG5leHQ", nil))
		if err != nil {
			t.Fatal(err)
		}
		*d = before
		g, err := passkey.ReadGiven(answer)
		if err != nil || g.Challenge() != "bmV4dG5leHRuZXh0bmV4dG5leHQ" || !bytes.Equal(g.ID(), k.ID) {
			t.Fatal(g, err)
		}
		return site(t).CheckGiven(g, of)
	}
	if uses, err := get(k, func() {}); err != nil || uses != 2 {
		t.Fatal(uses, err)
	}
	for name, change := range map[string]func(){"another site": func() { d.Origin = "https://talk.example.com" }, "http": func() { d.Origin = "http://talk.example.org" },
		"a port": func() { d.Origin = origin + ":8443" }, "below": func() { d.Origin = "https://x.talk.example.org" }, "copied": func() { d.Synced = false }} {
		if _, err := get(k, change); !errors.Is(err, passkey.ErrWrong) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := get(k, func() { d.Unverified = true }); !errors.Is(err, passkey.ErrUnverified) {
		t.Error(err)
	}
	other, err := made(t, &passkeytest.Device{Origin: origin, Synced: true})
	if err != nil {
		t.Fatal(err)
	}
	false1, false2 := k, k
	false1.Public, false2.Handle = other.Public, bytes.Repeat([]byte{8}, 32)
	for _, of := range []passkey.Key{other, false1, false2, {}} {
		if _, err := get(of, func() {}); !errors.Is(err, passkey.ErrWrong) {
			t.Errorf("another's key opens: %v", err)
		}
	}
	if _, err := made(t, &passkeytest.Device{Origin: "https://elsewhere.example.org"}); !errors.Is(err, passkey.ErrWrong) {
		t.Error(err)
	}
	if _, err := made(t, &passkeytest.Device{Origin: origin, Unverified: true}); !errors.Is(err, passkey.ErrUnverified) {
		t.Error(err)
	}
}

// What cannot be read is refused and breaks nothing, and an answer of one kind is none of the other.
func TestUnread(t *testing.T) {
	d := &passkeytest.Device{Origin: origin}
	create, err := d.Create(site(t).Creation("Y2hhbGxlbmdlY2hhbGxlbmdlY2hhbGxlbmdl", owner, nil))
	if err != nil {
		t.Fatal(err)
	}
	get, err := d.Get(site(t).Request("bmV4dG5leHRuZXh0bmV4dG5leHQ", nil))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{"", "{}", "null", "[]", `{"id":"AA","type":"public-key"}`, create[:len(create)/2], strings.Repeat("[", 20_000), get} {
		if m, err := passkey.ReadMade(s); err == nil {
			if _, err := site(t).CheckMade(m, owner); err == nil {
				t.Errorf("made of %.40s", s)
			}
		}
	}
	for _, s := range []string{"", "{}", "null", get[:len(get)/2], create} {
		if _, err := passkey.ReadGiven(s); !errors.Is(err, passkey.ErrUnread) {
			t.Errorf("%.40s: %v", s, err)
		}
	}
}

func FuzzGiven(f *testing.F) {
	d := &passkeytest.Device{Origin: origin}
	s, err := passkey.New(origin)
	if err != nil {
		f.Fatal(err)
	}
	answer, err := d.Create(s.Creation("Y2hhbGxlbmdlY2hhbGxlbmdlY2hhbGxlbmdl", owner, nil))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(answer)
	if answer, err = d.Get(s.Request("bmV4dG5leHRuZXh0bmV4dG5leHQ", nil)); err != nil {
		f.Fatal(err)
	}
	f.Add(answer)
	f.Fuzz(func(t *testing.T, answer string) {
		if g, err := passkey.ReadGiven(answer); err == nil {
			if _, err := s.CheckGiven(g, passkey.Key{ID: g.ID()}); err == nil {
				t.Error("a key that is none signs")
			}
		}
		if m, err := passkey.ReadMade(answer); err == nil {
			_, _ = s.CheckMade(m, owner)
		}
	})
}
