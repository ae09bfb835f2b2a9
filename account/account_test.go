package account

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/private"
	"github.com/openplenary/plenary/private/privatetest"
	"github.com/openplenary/plenary/refusal"
)

var (
	ctx    = context.Background()
	t0     = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	secret = bytes.Repeat([]byte{7}, 32)
)

func newStore(t *testing.T) *Store {
	t.Helper()
	return storeAt(t, openTest(t, filepath.Join(t.TempDir(), "private.db")))
}

func openTest(t *testing.T, path string) *private.DB {
	t.Helper()
	db, err := privatetest.Open(t, path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func storeAt(t *testing.T, db *private.DB) *Store {
	t.Helper()
	s, err := New(db, secret)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func begin(t *testing.T, s *Store, email, browser string, now time.Time) *SignIn {
	t.Helper()
	in, err := s.BeginSignIn(ctx, SignInRequest{Email: email, Browser: browser, Lang: locale.French, Next: "/fr/c/ai?x=1"}, now)
	if err != nil || in == nil {
		t.Fatalf("%v, %v", in, err)
	}
	return in
}

func key(err error) string {
	if no := refusal.Of(err); len(no) == 1 {
		return no[0].Key
	}
	if err == nil {
		return ""
	}
	return "fault: " + err.Error()
}

func wrongCode(in *SignIn) string {
	if in.Code == "000000" {
		return "000001"
	}
	return "000000"
}

func TestSignInByLinkInTheSameBrowser(t *testing.T) {
	s := newStore(t)
	in := begin(t, s, "Maria@Example.org", "nonce", t0)
	if in.To != "Maria@example.org" || len(in.Token) != 26 || len(in.Code) != 6 || !in.Expires.Equal(t0.Add(15*time.Minute)) {
		t.Fatalf("%+v", in)
	}
	for range 3 { // looking never consumes
		if ok, needCode, err := s.LookSignIn(ctx, in.Token, "nonce", t0); !ok || needCode || err != nil {
			t.Fatal(ok, needCode, err)
		}
	}
	acct, next, lang, err := s.FinishSignIn(ctx, in.Token, "", "nonce", t0.Add(14*time.Minute))
	if err != nil || acct == 0 || next != "/fr/c/ai?x=1" || lang != locale.French {
		t.Fatal(acct, next, lang, err)
	}
	a, ok, err := s.Get(ctx, acct)
	if err != nil || !ok || a.Email != "Maria@example.org" || a.Lang != locale.French || !a.Made.Equal(t0.Add(14*time.Minute)) {
		t.Errorf("%+v %v %v", a, ok, err)
	}
	if _, _, _, err := s.FinishSignIn(ctx, in.Token, "", "nonce", t0.Add(14*time.Minute)); key(err) != "signin.expired" {
		t.Errorf("used twice: %v", err)
	}
	if ok, _, _ := s.LookSignIn(ctx, in.Token, "nonce", t0); ok {
		t.Error("a used link looks usable")
	}
	// The same person, written otherwise, is the same account.
	in = begin(t, s, "MARIA@example.org", "other", t0.Add(time.Hour))
	again, _, _, err := s.FinishSignIn(ctx, "", in.Code, "other", t0.Add(time.Hour))
	if err != nil || again != acct {
		t.Errorf("%v, %v, want %v", again, err, acct)
	}
}

func TestSignInElsewhereNeedsTheCode(t *testing.T) {
	s := newStore(t)
	in := begin(t, s, "maria@example.org", "nonce", t0)
	for _, browser := range []string{"", "other"} {
		if ok, needCode, err := s.LookSignIn(ctx, in.Token, browser, t0); !ok || !needCode || err != nil {
			t.Fatal(ok, needCode, err)
		}
		if _, _, _, err := s.FinishSignIn(ctx, in.Token, "", browser, t0); key(err) != "signin.code" {
			t.Fatal(err)
		}
	}
	if _, _, _, err := s.FinishSignIn(ctx, in.Token, wrongCode(in), "other", t0); key(err) != "signin.code" {
		t.Fatal(err)
	}
	if _, _, _, err := s.FinishSignIn(ctx, "", in.Code, "other", t0); key(err) != "signin.expired" {
		t.Fatalf("the code alone in another browser: %v", err)
	}
	if _, _, _, err := s.FinishSignIn(ctx, in.Token, " "+in.Code[:3]+" "+in.Code[3:]+"\n", "other", t0); err != nil {
		t.Error(err)
	}
}

func TestNoCookieIsNoBrowser(t *testing.T) {
	s := newStore(t)
	in := begin(t, s, "maria@example.org", "", t0)
	if ok, needCode, _ := s.LookSignIn(ctx, in.Token, "", t0); !ok || !needCode {
		t.Error(ok, needCode)
	}
	if _, _, _, err := s.FinishSignIn(ctx, in.Token, "", "", t0); key(err) != "signin.code" {
		t.Error(err)
	}
	if _, _, _, err := s.FinishSignIn(ctx, "", in.Code, "", t0); key(err) != "signin.expired" {
		t.Error(err)
	}
}

// TestKnownKeepTheirShare has strangers ask for all the letters they may have: officers and the invited are
// not kept out, and nobody keeps one of them out by asking for theirs.
func TestKnownKeepTheirShare(t *testing.T) {
	s := newStore(t)
	if _, err := s.Invite(ctx, "invited@example.org", "ai", 7, t0); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Ensure(ctx, "officer@example.org", locale.English, t0); err != nil {
		t.Fatal(err)
	}
	ask := func(email string, at time.Duration) *SignIn {
		in, err := s.BeginSignIn(ctx, SignInRequest{Email: email, Browser: "b", Lang: locale.English, Next: "/"}, t0.Add(at))
		if err != nil {
			t.Fatal(err)
		}
		return in
	}
	letters(t, s, toStranger, mailsAll-1, t0)
	if ask("last@example.org", time.Minute) == nil {
		t.Error("strangers are kept out early")
	}
	if ask("stranger@example.org", time.Minute) != nil {
		t.Error("strangers have no limit")
	}
	for _, email := range []string{"invited@example.org", "officer@example.org"} {
		if ask(email, time.Minute) == nil {
			t.Errorf("%s is kept out by strangers", email)
		}
	}
	// Somebody else asks for the officer's letters, three in three minutes, and guesses in their own browser.
	for i := range 2 {
		ask("officer@example.org", time.Duration(2+i)*time.Minute)
	}
	if ask("officer@example.org", 5*time.Minute) != nil {
		t.Error("an officer's mailbox is flooded: there is a living link")
	}
	in := ask("officer@example.org", 20*time.Minute)
	if in == nil {
		t.Fatal("an officer has no link, and gets none")
	}
	if ask("officer@example.org", 22*time.Minute) != nil {
		t.Error("a second letter beside a living link")
	}
	for range 10 {
		_, _, _, _ = s.FinishSignIn(ctx, "", "000000", "b", t0.Add(22*time.Minute))
	}
	if _, _, _, err := s.FinishSignIn(ctx, in.Token, in.Code, "the officer's", t0.Add(22*time.Minute)); err != nil {
		t.Errorf("the officer's own letter: %v", err)
	}
	letters(t, s, toKnown, mailsKnown-1, t0.Add(5*time.Hour))
	for i, want := range []bool{true, false} {
		email := fmt.Sprintf("known%d@example.org", i)
		if _, err := s.Ensure(ctx, email, locale.English, t0); err != nil {
			t.Fatal(err)
		}
		if got := ask(email, 5*time.Hour) != nil; got != want {
			t.Errorf("letter %d to those who are known: %v", mailsKnown+i, got)
		}
	}
}

// letters counts letters to addresses that nothing else is known of.
func letters(t *testing.T, s *Store, kind string, n int, at time.Time) {
	t.Helper()
	if err := s.db.Within(ctx, func(tx *sql.Tx) error {
		for i := range n {
			if err := s.try(ctx, tx, tried{kind, []byte(fmt.Sprint(kind, i, at)), fmt.Sprint(i), private.Micro(at)}); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

func TestSignInExpires(t *testing.T) {
	s := newStore(t)
	in := begin(t, s, "maria@example.org", "nonce", t0)
	late := t0.Add(15 * time.Minute)
	if ok, _, _ := s.LookSignIn(ctx, in.Token, "nonce", late); ok {
		t.Error("looks usable")
	}
	for _, token := range []string{in.Token, ""} {
		if _, _, _, err := s.FinishSignIn(ctx, token, in.Code, "nonce", late); key(err) != "signin.expired" {
			t.Error(err)
		}
	}
	if _, _, _, err := s.FinishSignIn(ctx, "nonsense", in.Code, "nonce", t0); key(err) != "signin.expired" {
		t.Error(err)
	}
}

func TestFiveWrongCodesEndASignIn(t *testing.T) {
	for _, byLink := range []bool{true, false} {
		s := newStore(t)
		in := begin(t, s, "maria@example.org", "nonce", t0)
		token, browser := in.Token, "other"
		if !byLink {
			token, browser = "", "nonce"
		}
		for i := range 5 {
			want := "signin.code"
			if i == 4 {
				want = "signin.expired"
			}
			if _, _, _, err := s.FinishSignIn(ctx, token, wrongCode(in), browser, t0); key(err) != want {
				t.Fatalf("try %d: %v", i+1, err)
			}
		}
		if _, _, _, err := s.FinishSignIn(ctx, "", in.Code, "nonce", t0); key(err) != "signin.expired" {
			t.Errorf("the code alone: %v", err)
		}
		for _, b := range []string{"nonce", "other"} {
			// Whoever guesses without the letter does not take the letter away from its reader.
			want := "signin.expired"
			if !byLink && b == "nonce" {
				want = ""
			}
			if ok, _, err := s.LookSignIn(ctx, in.Token, b, t0); ok != (want == "") || err != nil {
				t.Errorf("the link looks usable: %v %v", ok, err)
			}
			if _, _, _, err := s.FinishSignIn(ctx, in.Token, in.Code, b, t0); err == nil != (want == "") || err != nil && key(err) != want {
				t.Errorf("by link in %s: %v", b, err)
			}
		}
	}
}

// Somebody begins sign-ins for another's address in their own browser and guesses: after ten guesses in a day only the link opens.
func TestPatientGuesserIsStopped(t *testing.T) {
	s := newStore(t)
	now, guesses := t0, 0
	for range 4 {
		in := begin(t, s, "victim@example.org", "guesser", now)
		for range 5 {
			_, _, _, err := s.FinishSignIn(ctx, "", wrongCode(in), "guesser", now)
			if key(err) == "signin.link" {
				break
			}
			guesses++
		}
		now = now.Add(30 * time.Minute)
	}
	if guesses != guessesDay {
		t.Errorf("%d guesses", guesses)
	}
	in := begin(t, s, "victim@example.org", "guesser", now)
	if _, _, _, err := s.FinishSignIn(ctx, "", in.Code, "guesser", now); key(err) != "signin.link" {
		t.Error(err)
	}
	now = now.Add(time.Hour)
	in = begin(t, s, "victim@example.org", "own", now)
	if _, _, _, err := s.FinishSignIn(ctx, in.Token, "", "own", now); err != nil {
		t.Errorf("the victim's own link: %v", err)
	}
}

func TestLimitsOfLetters(t *testing.T) {
	s := newStore(t)
	sent := func(email string, at time.Duration) bool {
		in, err := s.BeginSignIn(ctx, SignInRequest{Email: email, Browser: "b", Lang: locale.English, Next: "/"}, t0.Add(at))
		if err != nil {
			t.Fatal(err)
		}
		return in != nil
	}
	for i, c := range []struct {
		email string
		at    time.Duration
		want  bool
	}{
		{"a@example.org", 0, true},
		{"A@EXAMPLE.org", 59 * time.Second, false},
		{"b@example.org", 59 * time.Second, true},
		{"a@example.org", 60 * time.Second, true},
		{"a@example.org", 2 * time.Minute, true},
		{"a@example.org", 10 * time.Minute, false},
		{"a@example.org", 59 * time.Minute, false},
		{"a@example.org", 60 * time.Minute, true},
	} {
		if got := sent(c.email, c.at); got != c.want {
			t.Errorf("%d: %s at %v: %v", i, c.email, c.at, got)
		}
	}
	letters(t, s, toStranger, mailsAll-10, t0.Add(5*time.Hour))
	n := mailsAll - 10
	for i := range 50 {
		if sent(fmt.Sprintf("p%d@example.org", i), 5*time.Hour) {
			n++
		}
	}
	if n != mailsAll {
		t.Errorf("%d letters in an hour", n)
	}
	// What was refused left nothing behind that grows.
	var rows int
	if err := s.db.QueryRow(`SELECT (SELECT COUNT(*) FROM account_signin) + (SELECT COUNT(*) FROM account_try WHERE kind = 'mail' AND made > $1)`, private.Micro(t0.Add(4*time.Hour))).Scan(&rows); err != nil || rows > 2*mailsAll+1 {
		t.Errorf("%d rows, %v", rows, err)
	}
	// The row that means nothing opens nothing.
	if _, _, _, err := s.FinishSignIn(ctx, "", "000000", "b", t0.Add(5*time.Hour)); err == nil {
		t.Error("signed in")
	}
}

func TestNextIsLocal(t *testing.T) {
	for in, want := range map[string]string{"/fr/c/ai": "/fr/c/ai", "": "/", "//evil.example": "/", "https://evil.example": "/", `/\evil.example`: "/", "/a\r\nb": "/", "/a\x7fb": "/", "/a b": "/a b",
		"/" + strings.Repeat("a", 999): "/" + strings.Repeat("a", 999), "/" + strings.Repeat("a", 1000): "/"} {
		if got := localAddress(in); got != want {
			t.Errorf("%q = %q", in, got)
		}
	}
}

func TestOneWinsARace(t *testing.T) {
	s := newStore(t)
	in := begin(t, s, "maria@example.org", "nonce", t0)
	var wg sync.WaitGroup
	var mu sync.Mutex
	won := 0
	for range 8 {
		wg.Go(func() {
			_, _, _, err := s.FinishSignIn(ctx, in.Token, "", "nonce", t0)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				won++
			} else if key(err) != "signin.expired" {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if won != 1 {
		t.Errorf("%d won", won)
	}
}

func TestSessions(t *testing.T) {
	db := openTest(t, filepath.Join(t.TempDir(), "private.db"))
	s := storeAt(t, db)
	acct, err := s.Ensure(ctx, "maria@example.org", locale.Spanish, t0)
	if err != nil {
		t.Fatal(err)
	}
	open := func(now time.Time) string {
		c, err := s.NewSession(ctx, acct, now)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	is := func(s *Store, cookie string, now time.Time, want bool) {
		t.Helper()
		got, ok, err := s.Session(ctx, cookie, now)
		if err != nil || ok != want || ok && got != acct || !ok && got != 0 {
			t.Errorf("%v %v %v, want %v", got, ok, err, want)
		}
	}
	c := open(t0)
	is(s, c, t0.Add(11*time.Hour), true)
	is(s, c, t0.Add(22*time.Hour), true)                 // idle for 11 hours
	is(storeAt(t, db), c, t0.Add(33*time.Hour), true)    // another start reads what was written
	is(storeAt(t, db), c, t0.Add(33*time.Hour+59), true) // and again
	is(s, c, t0.Add(46*time.Hour), false)                // this process saw it 24 hours ago, but only
	is(storeAt(t, db), c, t0.Add(46*time.Hour), false)
	is(s, "", t0, false)
	is(s, strings.Repeat("x", 43), t0, false)

	c = open(t0)
	for h := time.Duration(0); h < 14*24*time.Hour; h += 10 * time.Hour {
		is(s, c, t0.Add(h), true)
	}
	is(s, c, t0.Add(14*24*time.Hour), false)

	a, b := open(t0), open(t0.Add(time.Minute))
	is(s, a, t0, true)
	is(s, b, t0.Add(time.Minute), true)
	list, err := s.Sessions(ctx, acct, t0.Add(2*time.Minute))
	if err != nil || len(list) != 4 || !list[2].Made.Equal(t0.Add(time.Minute)) {
		t.Errorf("%v %v", list, err) // the long one, the first, b, a
	}
	if err := s.EndSession(ctx, a); err != nil {
		t.Fatal(err)
	}
	is(s, a, t0, false)
	is(s, b, t0, true)
	if err := s.EndAll(ctx, acct); err != nil {
		t.Fatal(err)
	}
	is(s, b, t0, false)
}

func TestPageViewsCostNoWrites(t *testing.T) {
	s := newStore(t)
	acct, _ := s.Ensure(ctx, "maria@example.org", locale.Spanish, t0)
	c, err := s.NewSession(ctx, acct, t0)
	if err != nil {
		t.Fatal(err)
	}
	var before, after int
	changes := func(n *int) {
		// data_version changes for every other connection's commit; total seen is read from the row.
		if err := s.db.QueryRow(`SELECT seen FROM account_session`).Scan(n); err != nil {
			t.Fatal(err)
		}
	}
	changes(&before)
	for i := range 59 {
		if _, ok, _ := s.Session(ctx, c, t0.Add(time.Duration(i)*time.Second)); !ok {
			t.Fatal("lost")
		}
	}
	if changes(&after); after != before {
		t.Error("written within a minute")
	}
	// Even with the database away a page is served.
	s.db.Close()
	if _, ok, err := s.Session(ctx, c, t0.Add(2*time.Minute)); !ok || err != nil {
		t.Error(ok, err)
	}
	// What another node may have ended meanwhile is not taken for a session for long.
	if _, ok, err := s.Session(ctx, c, t0.Add(59*time.Second+heldAway)); s.db.Shared() && (ok || err == nil) {
		t.Error("a session that nobody could look up", ok, err)
	}
}

func TestSessionCacheIsBounded(t *testing.T) {
	var c sessionCache
	for i := range 5 * sessionHalf {
		c.put(fmt.Sprint(i), &cachedSession{})
	}
	if n := len(c.young) + len(c.old); n > 2*sessionHalf {
		t.Error(n)
	}
	c.end(func(string, *cachedSession) bool { return true })
	if len(c.young)+len(c.old) != 0 {
		t.Error("not ended")
	}
}

// While sessions are read all the time, an ended one never comes back.
func TestEndingWinsOverReading(t *testing.T) {
	s := newStore(t)
	acct, _ := s.Ensure(ctx, "maria@example.org", locale.Spanish, t0)
	for range 30 {
		c, err := s.NewSession(ctx, acct, t0)
		if err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() { _, _, _ = s.Session(ctx, c, t0) })
		}
		if err := s.EndSession(ctx, c); err != nil {
			t.Fatal(err)
		}
		if _, ok, _ := s.Session(ctx, c, t0); ok {
			t.Fatal("came back")
		}
		wg.Wait()
		if _, ok, _ := s.Session(ctx, c, t0); ok {
			t.Fatal("came back later")
		}
	}
}

func TestParticipants(t *testing.T) {
	s := newStore(t)
	maria, _ := s.Ensure(ctx, "maria@example.org", locale.Spanish, t0)
	paul, _ := s.Ensure(ctx, "paul@example.org", locale.French, t0)
	big := uint64(1<<63 + 5)
	n, err := s.Participant(ctx, maria, "ai", func() (uint64, error) { return big, nil })
	if err != nil || n != big {
		t.Fatal(n, err)
	}
	n, err = s.Participant(ctx, maria, "ai", func() (uint64, error) { t.Error("drawn again"); return 1, nil })
	if err != nil || n != big {
		t.Fatal(n, err)
	}
	draws := []uint64{0, big, 42} // nobody's number, another's number, a good one
	n, err = s.Participant(ctx, paul, "ai", func() (uint64, error) { d := draws[0]; draws = draws[1:]; return d, nil })
	if err != nil || n != 42 {
		t.Fatal(n, err)
	}
	if n, ok, err := s.ParticipantOf(ctx, maria, "ai"); n != big || !ok || err != nil {
		t.Error(n, ok, err)
	}
	if n, ok, err := s.ParticipantOf(ctx, maria, "other"); n != 0 || ok || err != nil {
		t.Error(n, ok, err)
	}
	if _, err := s.Participant(ctx, maria, "no", func() (uint64, error) { return 0, errors.New("no randomness") }); err == nil {
		t.Error("no error")
	}
	var wg sync.WaitGroup
	var mu sync.Mutex
	seen := map[uint64]bool{}
	for i := range 8 {
		wg.Go(func() {
			n, err := s.Participant(ctx, maria, "race", func() (uint64, error) { return uint64(100 + i), nil })
			mu.Lock()
			defer mu.Unlock()
			if seen[n] = true; err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if len(seen) != 1 {
		t.Error(seen)
	}
}

func TestInvitations(t *testing.T) {
	s := newStore(t)
	n, err := s.Invite(ctx, "Chair@example.org", "ai", 77, t0)
	if err != nil || n != 77 {
		t.Fatal(n, err)
	}
	if n, err = s.Invite(ctx, "chair@example.org", "ai", 78, t0); err != nil || n != 77 {
		t.Errorf("invited twice: %d, %v", n, err)
	}
	in := begin(t, s, "chair@EXAMPLE.org", "b", t0)
	acct, _, _, err := s.FinishSignIn(ctx, in.Token, "", "b", t0)
	if err != nil {
		t.Fatal(err)
	}
	if n, ok, _ := s.ParticipantOf(ctx, acct, "ai"); !ok || n != 77 {
		t.Error(n, ok)
	}
	// An account that is there takes part at once, under the number it has if it has one.
	if n, err = s.Invite(ctx, "chair@example.org", "ai", 80, t0); err != nil || n != 77 {
		t.Error(n, err)
	}
	if n, err = s.Invite(ctx, "chair@example.org", "next", 81, t0); err != nil || n != 81 {
		t.Error(n, err)
	}
	if n, ok, _ := s.ParticipantOf(ctx, acct, "next"); !ok || n != 81 {
		t.Error(n, ok)
	}
	// A reserved number is not drawn for another.
	if _, err := s.Invite(ctx, "x@example.org", "ai", 90, t0); err != nil {
		t.Fatal(err)
	}
	other, _ := s.Ensure(ctx, "y@example.org", locale.English, t0)
	draws := []uint64{90, 91}
	if n, err := s.Participant(ctx, other, "ai", func() (uint64, error) { d := draws[0]; draws = draws[1:]; return d, nil }); err != nil || n != 91 {
		t.Error(n, err)
	}
	if _, err := s.Invite(ctx, "nonsense", "ai", 1, t0); key(err) != "address.invalid" {
		t.Error(err)
	}
}

func TestAddresses(t *testing.T) {
	s := newStore(t)
	if err := s.SetAddress(ctx, Number{"ai", 5}, "Anon@example.org", locale.Arabic, t0); err != nil {
		t.Fatal(err)
	}
	if err := s.SetAddress(ctx, Number{"ai", 5}, "x y", locale.Arabic, t0); key(err) != "address.invalid" {
		t.Error(err)
	}
	is := func(slug string, n uint64, email string, lang locale.Lang) {
		t.Helper()
		e, l, ok, err := s.AddressOf(ctx, slug, n)
		if err != nil || e != email || l != lang || ok != (email != "") {
			t.Errorf("%q %q %v %v", e, l, ok, err)
		}
	}
	is("ai", 5, "Anon@example.org", locale.Arabic)
	is("other", 5, "", "")
	if err := s.SetAddress(ctx, Number{"ai", 5}, "anon2@example.org", "xx", t0); err != nil {
		t.Fatal(err)
	}
	is("ai", 5, "anon2@example.org", locale.English)
	acct, _ := s.Ensure(ctx, "maria@example.org", locale.Russian, t0)
	if _, err := s.Participant(ctx, acct, "ai", func() (uint64, error) { return 6, nil }); err != nil {
		t.Fatal(err)
	}
	is("ai", 6, "maria@example.org", locale.Russian)
	if err := s.Forget(ctx, "ai", 5); err != nil {
		t.Fatal(err)
	}
	if err := s.Forget(ctx, "ai", 6); err != nil {
		t.Fatal(err)
	}
	is("ai", 5, "", "")
	is("ai", 6, "", "")
	if _, ok, _ := s.Get(ctx, acct); !ok {
		t.Error("the account went too")
	}
}

func TestNames(t *testing.T) {
	s := newStore(t)
	acct, _ := s.Ensure(ctx, "maria@example.org", locale.Russian, t0)
	if err := s.SetName(ctx, acct, "  Maria\u202e  Silva\n"); err != nil {
		t.Fatal(err)
	}
	if n, err := s.DisplayName(ctx, acct); n != "Maria Silva" || err != nil {
		t.Errorf("%q %v", n, err)
	}
	if err := s.SetName(ctx, acct, strings.Repeat("é", 201)); key(err) != "name.long" {
		t.Error(err)
	}
	if err := s.SetName(ctx, acct, "\xff"); key(err) != "name.invalid" {
		t.Error(err)
	}
	if n, err := s.DisplayName(ctx, 12345); n != "" || err != nil {
		t.Error(n, err)
	}
}

// Nothing of a forgotten person is on the disk, nor of any secret that was handed out.
func TestForgottenIsNowhereOnTheDisk(t *testing.T) {
	dir := t.TempDir()
	s := storeAt(t, openTest(t, filepath.Join(dir, "private.db")))
	in := begin(t, s, "zebra-marker@example.org", "browser-nonce", t0)
	acct, _, _, err := s.FinishSignIn(ctx, in.Token, "", "browser-nonce", t0)
	if err != nil {
		t.Fatal(err)
	}
	cookie, _ := s.NewSession(ctx, acct, t0)
	if _, ok, _ := s.Session(ctx, cookie, t0); !ok {
		t.Fatal("no session")
	}
	pending := begin(t, s, "zebra-marker@example.org", "browser-nonce", t0.Add(2*time.Minute))
	_ = s.SetName(ctx, acct, "Zebra Marker")
	_ = s.SetAddress(ctx, Number{"ai", 9}, "zebra-marker@example.org", locale.English, t0)
	if _, err := s.Participant(ctx, acct, "ai", func() (uint64, error) { return 6, nil }); err != nil {
		t.Fatal(err)
	}
	if err := s.SetAddress(ctx, Number{"ai", 10}, "okapi-marker@example.org", locale.English, t0); err != nil {
		t.Fatal(err)
	}
	if !onDisk(t, dir, "zebra-marker") || !onDisk(t, dir, "okapi-marker") {
		t.Fatal("the test looks in the wrong place")
	}
	for _, secret := range []string{in.Token, pending.Token, pending.Code, cookie, "browser-nonce"} {
		if onDisk(t, dir, secret) {
			t.Errorf("%q is stored", secret)
		}
	}
	if err := s.Delete(ctx, acct); err != nil {
		t.Fatal(err)
	}
	if err := s.Forget(ctx, "ai", 10); err != nil {
		t.Fatal(err)
	}
	for _, marker := range []string{"zebra-marker", "Zebra Marker", "okapi-marker"} {
		if onDisk(t, dir, marker) {
			t.Errorf("%q is still there", marker)
		}
	}
	if _, ok, _ := s.Session(ctx, cookie, t0); ok {
		t.Error("still signed in")
	}
	if _, _, _, err := s.FinishSignIn(ctx, pending.Token, "", "browser-nonce", t0.Add(2*time.Minute)); key(err) != "signin.expired" {
		t.Error(err)
	}
	if _, _, ok, _ := s.AddressOf(ctx, "ai", 9); ok {
		t.Error("the address is still found")
	}
	if err := s.Delete(ctx, acct); err != nil {
		t.Error("twice:", err)
	}
}

func onDisk(t *testing.T, dir, marker string) bool {
	t.Helper()
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		b, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(b, []byte(marker)) {
			return true
		}
	}
	return false
}

// TestLooks: who looked at what is noted for each conversation and contribution, the last first, and holds no
// address.
func TestLooks(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	at := time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC)
	for i, l := range []struct {
		slug, ref   string
		participant uint64
	}{{"ferries", "c1", 1 << 63}, {"ferries", "c1", 7}, {"ferries", "c2", 8}, {"bridges", "c1", 9}} {
		if err := s.NoteLook(t.Context(), l.slug, l.participant, l.ref, at.Add(time.Duration(i)*time.Minute)); err != nil {
			t.Fatal(err)
		}
	}
	got, err := s.Looks(t.Context(), "ferries", "c1", 9)
	if want := []Look{{Participant: 7, Ref: "c1", At: at.Add(time.Minute)}, {Participant: 1 << 63, Ref: "c1", At: at}}; err != nil || !slices.Equal(got, want) {
		t.Errorf("noted are %v %v, want %v", got, err, want)
	}
	if got, err := s.Looks(t.Context(), "ferries", "c1", 1); err != nil || len(got) != 1 || got[0].Participant != 7 {
		t.Errorf("the last is %v %v", got, err)
	}
}

// TestHanded: what the operator hands over needs no letter: it is made however many were asked for, works, and counts
// as none.
func TestHanded(t *testing.T) {
	s := newStore(t)
	ask := func(handed bool, at time.Duration) *SignIn {
		t.Helper()
		in, err := s.BeginSignIn(ctx, SignInRequest{Email: "officer@example.org", Lang: locale.English, Next: "/", Handed: handed}, t0.Add(at))
		if err != nil {
			t.Fatal(err)
		}
		return in
	}
	for range 3 {
		in := ask(true, 0)
		if in == nil || in.Code == "" {
			t.Fatal("no link to hand over")
		}
		if ok, _, err := s.LookSignIn(ctx, in.Token, "", t0); !ok || err != nil {
			t.Error("a link that does not work", err)
		}
	}
	if ask(false, 0) == nil || ask(false, 1) != nil {
		t.Error("what was handed over counts as a letter, or letters have no limit any more")
	}
}

// TestOneLetterToAnybody: an address that nobody proved gets the first letter that is asked about, and no other.
func TestOneLetterToAnybody(t *testing.T) {
	s := newStore(t)
	n := Number{"ai", 5}
	if err := s.SetAddress(ctx, n, "anon@example.org", locale.French, t0); err != nil {
		t.Fatal(err)
	}
	for i, letter := range []string{"ai 7 receipt", "ai 8 decided", "ai 7 receipt"} {
		if r, ok, err := s.Reach(ctx, n, letter); err != nil || ok != (i != 1) || ok && r.Email != "anon@example.org" {
			t.Errorf("%s: %+v %v %v", letter, r, ok, err)
		}
	}
}

// TestSignInInNoLanguage: whoever signs in from a page in a language that is none is led on in English.
func TestSignInInNoLanguage(t *testing.T) {
	s := newStore(t)
	for _, l := range []locale.Lang{"", "xx", locale.Arabic} {
		in, err := s.BeginSignIn(ctx, SignInRequest{Email: "lang" + string(l) + "@example.org", Browser: "b", Lang: l}, t0)
		if err != nil || in == nil {
			t.Fatal(in, err)
		}
		want := l
		if !l.Valid() {
			want = locale.English
		}
		if _, _, got, err := s.FinishSignIn(ctx, in.Token, "", "b", t0); err != nil || got != want {
			t.Errorf("%q: %q, %v", l, got, err)
		}
	}
}
