package account

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/private"
	"github.com/openplenary/plenary/refusal"
)

// TestEndedAgain: a copy comes back that was made before accounts were deleted, codes were used, passkeys were removed and letters
// were stopped. The marks that were kept apart end each again; what was made anew since, and whatever belongs to others, stays.
func TestEndedAgain(t *testing.T) {
	dir := t.TempDir()
	live, copied := filepath.Join(dir, "live.db"), filepath.Join(dir, "copy.db")
	s := storeAt(t, openTest(t, live))
	now, ended := t0, map[string]time.Time{}
	s.Ending = func(marks []string) error {
		for _, m := range marks {
			ended[m] = now
		}
		return nil
	}
	person := func(email string) ID {
		t.Helper()
		id, err := s.Ensure(ctx, email, locale.English, now)
		ok(t, err)
		return id
	}
	gone, anew, olga := person("gone@example.org"), person("anew@example.org"), person("olga@example.org")
	for i, email := range []string{"left@example.org", "stays@example.org"} { // without an account
		ok(t, s.SetAddress(ctx, Number{"ai", uint64(i + 1)}, email, locale.English, now))
	}
	for i, email := range []string{"left@example.org", "stays@example.org"} {
		_, err := s.SendInvitation(ctx, Invitation{Number: Number{"ai", uint64(i + 1)}, Email: email, Name: "Somebody"}, now)
		ok(t, err)
		_, err = s.BeginSignIn(ctx, SignInRequest{Email: email, Lang: locale.English}, now)
		ok(t, err)
		_, err = s.Invite(ctx, email, "ai", uint64(i+1), now)
		ok(t, err)
	}
	first, err := s.Print(ctx, "left@example.org", 1, now)
	ok(t, err)
	void, err := s.Print(ctx, "olga@example.org", 1, now)
	ok(t, err)
	spare, err := s.Print(ctx, "anew@example.org", 2, now)
	ok(t, err)
	for _, name := range []string{"removed", "copied", "kept"} {
		ok(t, s.AddPasskey(ctx, olga, Passkey{Name: name, ID: []byte(name), Handle: []byte{1}, Public: []byte{2}, Uses: 5}, now))
	}
	for _, subject := range []string{"unlinked", "linked", "again"} {
		ok(t, s.Link(ctx, olga, "https://id.example.org", subject, now))
	}
	stop, _, err := s.LettersTo(ctx, "stop@example.org")
	ok(t, err)
	go1, _, err := s.LettersTo(ctx, "go@example.org")
	ok(t, err)
	cookie, err := s.NewSession(ctx, olga, now)
	ok(t, err)
	// Between the passkeys of this test and their copy nothing is in the log only.
	ok(t, s.db.Scrub(ctx))
	ok(t, private.Copy(ctx, live, copied))

	now = t0.Add(time.Hour)
	ok(t, s.Delete(ctx, gone))
	left := person("left@example.org")
	ok(t, s.Delete(ctx, left))
	if _, err := s.UsePrinted(ctx, "anew@example.org", spare[0], locale.English, now); err != nil {
		t.Fatal(err)
	}
	fresh, err := s.Print(ctx, "olga@example.org", 1, now)
	ok(t, err)
	all, err := s.Passkeys(ctx, olga)
	ok(t, err)
	ref := all[slices.IndexFunc(all, func(p Passkey) bool { return p.Name == "removed" })].Ref
	if removed, err := s.RemovePasskey(ctx, olga, ref, false); !removed || err != nil {
		t.Fatal(removed, err)
	}
	if stopped, _ := s.UsePasskey(ctx, []byte("copied"), 4, now); !stopped {
		t.Fatal("a copied passkey goes on")
	}
	unlink := func(subject string) {
		t.Helper()
		if done, err := s.Unlink(ctx, olga, s.linkedRef(s.linkedID("https://id.example.org", subject))); !done || err != nil {
			t.Fatal(done, err)
		}
	}
	unlink("unlinked")
	wish := func(token string, w Wish) {
		t.Helper()
		if found, err := s.SetWish(ctx, token, w); !found || err != nil {
			t.Fatal(found, err)
		}
	}
	wish(stop, Stopped)
	wish(go1, Stopped)
	now = now.Add(time.Hour)
	wish(go1, Confirmed)
	for mark := range ended {
		for _, word := range []string{"example", "gone", "removed"} {
			if strings.Contains(mark, word) {
				t.Errorf("%s says who it is", mark)
			}
		}
	}

	// In the database that was not restored nothing is left to do.
	unlink("again")
	now = now.Add(time.Hour)
	ok(t, s.Link(ctx, olga, "https://id.example.org", "again", now))
	if accounts, n, err := s.Again(ctx, maps.Clone(ended)); len(accounts) != 0 || n != 0 || err != nil {
		t.Errorf("%v %d %v", accounts, n, err)
	}

	r := storeAt(t, openTest(t, copied))
	accounts, n, err := r.Again(ctx, ended)
	if err != nil || !slices.Equal(accounts, []ID{gone}) {
		t.Fatalf("%v %v", accounts, err)
	}
	if n != 12 { // an address, a number that was kept for it, an invitation, a link to sign in, the codes of an address, two codes, two passkeys, two accounts elsewhere, letters
		t.Errorf("%d are ended", n)
	}
	for _, x := range []struct{ email, code string }{{"anew@example.org", spare[0]}, {"olga@example.org", void[0]}, {"olga@example.org", fresh[0]}, {"left@example.org", first[0]}} {
		wrong(t, r, x.email, x.code, now)
	}
	if id, err := r.UsePrinted(ctx, "anew@example.org", spare[1], locale.English, now); id != anew || err != nil {
		t.Error("a code that was not used:", id, err)
	}
	for name, key := range map[string]string{"removed": "passkey.copied", "copied": "passkey.copied", "kept": ""} {
		_, err := r.UsePasskey(ctx, []byte(name), 9, now)
		if rs := refusal.Of(err); (key == "") != (err == nil) || key != "" && (len(rs) != 1 || rs[0].Key != key) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for subject, want := range map[string]bool{"unlinked": false, "again": false, "linked": true} {
		if _, found, err := r.LinkedTo(ctx, "https://id.example.org", subject, now); found != want || err != nil {
			t.Errorf("%s: %v %v", subject, found, err)
		}
	}
	for token, want := range map[string]Wish{stop: Stopped, go1: Unsaid} {
		if w, _, err := r.WishOf(ctx, token); w != want || err != nil {
			t.Errorf("%q %v, want %q", w, err, want)
		}
	}
	for n, want := range map[uint64]bool{1: false, 2: true} {
		if _, _, found, err := r.AddressOf(ctx, "ai", n); found != want || err != nil {
			t.Errorf("the address of %d: %v %v", n, found, err)
		}
		if i, found, err := r.InvitationOf(ctx, Number{"ai", n}); found != want || err != nil {
			t.Errorf("the invitation of %d: %+v %v", n, i, err)
		}
	}
	if _, found, err := r.Session(ctx, cookie, now); !found || err != nil {
		t.Error("whoever is signed in is signed out", err)
	}
	ok(t, r.EndEverywhere(ctx))
	if _, found, err := r.Session(ctx, cookie, now); found || err != nil {
		t.Error("whoever was signed in when the copy was made is still", err)
	}
}
