package account

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/locale"
)

// TestInvitationLife: what became of a letter, to the instant at which its link ends; it is accepted once, by its newest
// link, in time.
func TestInvitationLife(t *testing.T) {
	t.Parallel()
	end := t0.Add(InvitationLife)
	for _, c := range []struct {
		i    Invitation
		at   time.Time
		want string
	}{
		{Invitation{Sent: t0}, t0, "sent"}, {Invitation{Sent: t0}, end.Add(-1), "sent"}, {Invitation{Sent: t0}, end, "expired"},
		{Invitation{Sent: t0, Opened: t0}, t0, "opened"}, {Invitation{Sent: t0, Opened: t0}, end, "expired"}, {Invitation{Sent: t0, Opened: t0, Accepted: t0}, end, "accepted"},
	} {
		if got := c.i.State(c.at); got != c.want {
			t.Errorf("%+v at %s: %s", c.i, c.at, got)
		}
	}
	s := newStore(t)
	send := func(i Invitation, at time.Time) string {
		t.Helper()
		n, err := s.Invite(ctx, i.Email, "ai", i.Participant, at)
		if err != nil {
			t.Fatal(err)
		}
		i.Slug, i.Participant = "ai", n
		token, err := s.SendInvitation(ctx, i, at)
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	nils := Invitation{Number: Number{Participant: 7}, Email: "Nils@example.org", Name: "Nils", Lang: "xx", Word: "Come.", Roles: []string{"chair", "analyst"}, Party: "y1", Inviter: 3}
	first := send(nils, t0)
	token := send(nils, t0.Add(time.Hour))
	n := Number{"ai", 7}
	if _, ok, err := s.InvitationBy(ctx, first); ok || err != nil {
		t.Error("the link of an earlier letter works:", err)
	}
	for range 2 {
		if err := s.NoteOpened(ctx, n, t0.Add(2*time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.NoteOpened(ctx, n, t0.Add(3*time.Hour)); err != nil {
		t.Fatal(err)
	}
	is, ok, err := s.InvitationOf(ctx, n)
	if err != nil || !ok || is.Lang != locale.English || is.Name != "Nils" || is.Word != "Come." || !slices.Equal(is.Roles, nils.Roles) || is.Party != "y1" || is.Inviter != 3 || !is.Opened.Equal(t0.Add(2*time.Hour)) || !is.Sent.Equal(t0.Add(time.Hour)) {
		t.Errorf("%+v %v %v", is, ok, err)
	}
	if _, ok, err := s.InvitationOf(ctx, Number{"ai", 8}); ok || err != nil {
		t.Error("an invitation of nobody:", err)
	}
	if _, _, err := s.AcceptInvitation(ctx, first, t0.Add(2*time.Hour)); key(err) != "invitation.over" {
		t.Error("by the link of an earlier letter:", err)
	}
	if _, _, err := s.AcceptInvitation(ctx, token, is.Ends()); key(err) != "invitation.expired" {
		t.Error("too late:", err)
	}
	id, _, err := s.AcceptInvitation(ctx, token, is.Ends().Add(-1))
	if err != nil || id == 0 {
		t.Fatal("in time:", id, err)
	}
	if a, _, err := s.Get(ctx, id); err != nil || a.Name != "Nils" || a.Email != "Nils@example.org" {
		t.Errorf("%+v %v", a, err)
	}
	if name, err := s.NameOf(ctx, n); err != nil || name != "Nils" {
		t.Error(name, err)
	}
	if name, err := s.NameOf(ctx, Number{"ai", 9}); err != nil || name != "" {
		t.Error("of nobody:", name, err)
	}
	if _, _, err := s.AcceptInvitation(ctx, token, t0.Add(4*time.Hour)); key(err) != "invitation.used" {
		t.Error("twice:", err)
	}
	if is, _, err := s.InvitationOf(ctx, n); err != nil || is.Word != "" || is.Accepted.IsZero() {
		t.Errorf("it has served, and its words stay: %+v %v", is, err)
	}
	// Whoever is signed in already takes up what was sent to their own address, and nothing else.
	other := Invitation{Number: Number{Slug: "ai", Participant: 8}, Email: "olga@example.org"}
	send(other, t0)
	if ok, err := s.TakeUp(ctx, id, other, t0); ok || err != nil {
		t.Error("another's is taken up:", err)
	}
	if ok, err := s.TakeUp(ctx, 99, other, t0); ok || err != nil {
		t.Error("nobody takes it up:", err)
	}
	if _, err := s.SendInvitation(ctx, Invitation{Number: n, Email: "nobody"}, t0); key(err) != "address.invalid" {
		t.Error(err)
	}
	all, err := s.Invitations(ctx, "ai")
	if err != nil || len(all) != 2 || all[0].Participant != 7 || all[1].Participant != 8 {
		t.Errorf("the newest first: %+v %v", all, err)
	}
	if err := s.TakeBack(ctx, Number{"ai", 8}); err != nil {
		t.Fatal(err)
	}
	if all, err := s.Invitations(ctx, "ai"); err != nil || len(all) != 1 {
		t.Errorf("taken back: %+v %v", all, err)
	}
	if ok, err := s.HasAccount(ctx, "NILS@example.org"); !ok || err != nil {
		t.Error("the address has an account:", err)
	}
	for _, nobody := range []string{"olga@example.org", "nobody"} {
		if ok, err := s.HasAccount(ctx, nobody); ok || err != nil {
			t.Errorf("%s has an account: %v", nobody, err)
		}
	}
}

// TestTold: how somebody is told that something waits is what they chose, for their account and for their numbers.
func TestTold(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	id, err := s.Ensure(ctx, "mo@example.org", locale.Spanish, t0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Invite(ctx, "mo@example.org", "ai", 7, t0); err != nil {
		t.Fatal(err)
	}
	is := func(want Told) {
		t.Helper()
		of, err := s.ToldOf(ctx, id)
		to, err2 := s.ToldTo(ctx, Number{"ai", 7})
		if of != want || to != want || err != nil || err2 != nil {
			t.Errorf("%q and %q, want %q: %v %v", of, to, want, err, err2)
		}
	}
	is(Unchosen)
	for _, how := range Tolds() {
		if err := s.SetTold(ctx, id, how); err != nil {
			t.Fatal(err)
		}
		is(how)
	}
	for _, how := range []Told{Unchosen, "hourly"} {
		if err := s.SetTold(ctx, id, how); key(err) != "told.unknown" {
			t.Errorf("%q: %v", how, err)
		}
	}
	is(Never)
	// The language follows the last sign-in until somebody chooses one.
	language := func(want locale.Lang) {
		t.Helper()
		if a, ok, err := s.Get(ctx, id); err != nil || !ok || a.Lang != want || !a.Made.Equal(t0) {
			t.Errorf("%+v %v, want %s", a, err, want)
		}
	}
	language(locale.Spanish)
	if _, err := s.Ensure(ctx, "mo@example.org", "xx", t0.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	language(locale.English)
	if err := s.SetLanguage(ctx, id, "xx"); key(err) != "language.unknown" {
		t.Error(err)
	}
	if err := s.SetLanguage(ctx, id, locale.Arabic); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Ensure(ctx, "mo@example.org", locale.French, t0.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	language(locale.Arabic)
	if err := s.SetName(ctx, id, strings.Repeat("é", MaxName)); err != nil {
		t.Error("a name at its bound:", err)
	}
	if _, err := New(nil, make([]byte, 31)); err == nil {
		t.Error("a short secret is taken")
	}
}

// TestTyped: codes are read as people type them.
func TestTyped(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"0123-4567-89AB": "0123456789AB", "0123456789ab": "0123456789AB", " 0123\u20104567\u201189\u2013ab\t\r\n": "0123456789AB", "oO1i-lLIz-zzzz": "001111" + "1ZZZZZ", "0123\u00a04567 89AB": "0123456789AB",
		"0123456789A": "", "0123456789ABC": "", "": "", strings.Repeat(" ", 88) + "0123456789AB": "0123456789AB", strings.Repeat(" ", 89) + "0123456789AB": "",
	} {
		if got := typedCode(typed); got != want {
			t.Errorf("%q is read as %q, not %q", typed, got, want)
		}
	}
	for typed, want := range map[string]string{
		"123456": "123456", " 12 34-56\n": "123456", "١٢٣٤٥٦": "123456", "۱۲۳۴۵۶": "123456", "１２３４５６": "123456", "०९": "09", "": "", " \n": "", "abc": "?", "12a": "12",
		strings.Repeat(" ", 94) + "123456": "123456", strings.Repeat(" ", 95) + "123456": "?",
	} {
		if got := digits(typed); got != want {
			t.Errorf("%q is read as %q, not %q", typed, got, want)
		}
	}
}

// TestWishes: only whoever reads a letter says what they want of it.
func TestWishes(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	token, w, err := s.LettersTo(ctx, "Ann@example.org")
	if err != nil || w != Unsaid {
		t.Fatal(w, err)
	}
	for _, wish := range []Wish{Unsaid, "sometimes"} {
		if ok, err := s.SetWish(ctx, token, wish); ok || err != nil {
			t.Errorf("%q: %v", wish, err)
		}
	}
	for _, wish := range []Wish{Stopped, Confirmed} {
		if ok, err := s.SetWish(ctx, token, wish); !ok || err != nil {
			t.Errorf("%q: %v", wish, err)
		}
		if is, ok, err := s.WishOf(ctx, token); is != wish || !ok || err != nil {
			t.Errorf("%q %v %v", is, ok, err)
		}
		if again, is, err := s.LettersTo(ctx, "ann@example.org"); again != token || is != wish || err != nil {
			t.Errorf("%q %v", is, err)
		}
	}
	if ok, err := s.SetWish(ctx, "nobody's", Stopped); ok || err != nil {
		t.Error("by a token of nobody:", err)
	}
	if _, ok, err := s.WishOf(ctx, "nobody's"); ok || err != nil {
		t.Error("by a token of nobody:", err)
	}
	if _, _, err := s.LettersTo(ctx, "nobody"); key(err) != "address.invalid" {
		t.Error(err)
	}
}
