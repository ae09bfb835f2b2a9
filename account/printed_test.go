package account

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// wrong says that signing in by a printed code was refused as every wrong code is.
func wrong(t *testing.T, s *Store, email, code string, now time.Time) {
	t.Helper()
	id, err := s.UsePrinted(ctx, email, code, locale.English, now)
	if rs := refusal.Of(err); id != 0 || len(rs) != 1 || rs[0].Key != "printed.wrong" || rs[0].Field != "code" {
		t.Errorf("%s with %q: %d, %v", email, code, id, err)
	}
}

func TestPrintedCodes(t *testing.T) {
	s := newStore(t)
	olga, err := s.Ensure(ctx, "Olga@example.org", locale.French, t0)
	ok(t, err)
	if _, err := s.Print(ctx, "nobody@example.org", 2, t0); len(refusal.Of(err)) != 1 || refusal.Of(err)[0].Key != "printed.nobody" {
		t.Error(err)
	}
	codes, err := s.Print(ctx, "olga@example.org", 3, t0)
	ok(t, err)
	for _, c := range codes {
		if !regexp.MustCompile(`^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}$`).MatchString(c) {
			t.Error(c)
		}
	}
	if p, err := s.PrintedOf(ctx, olga); err != nil || p.Left != 3 || p.Ended != 0 || len(p.Used) != 0 || !p.Made.Equal(t0) {
		t.Errorf("%+v %v", p, err)
	}
	// In any case, without hyphens or with others, what looks alike for what was meant; but once.
	lax := strings.NewReplacer("-", " ", "0", "o", "1", "l").Replace(strings.ToLower(codes[0]))
	if id, err := s.UsePrinted(ctx, " OLGA@example.org", lax, locale.English, t0.Add(time.Hour)); id != olga || err != nil {
		t.Fatal(id, err)
	}
	wrong(t, s, "olga@example.org", codes[0], t0)
	// For nobody else, and not in part.
	_, err = s.Ensure(ctx, "other@example.org", locale.French, t0)
	ok(t, err)
	for _, c := range []struct{ email, code string }{{"other@example.org", codes[1]}, {"nobody@example.org", codes[1]}, {"olga@example.org", codes[1][:13]}, {"olga@example.org", ""},
		{"olga@example.org", codes[1] + codes[1]}, {"olga@example.org", strings.Repeat("A", 1000)}} {
		wrong(t, s, c.email, c.code, t0)
	}
	if p, err := s.PrintedOf(ctx, olga); err != nil || p.Left != 2 || len(p.Used) != 1 || !p.Used[0].Equal(t0.Add(time.Hour)) {
		t.Errorf("%+v %v", p, err)
	}
	// Printed anew, the old ones are void; that one was used is remembered.
	again, err := s.Print(ctx, "olga@example.org", 1, t0.Add(2*time.Hour))
	ok(t, err)
	wrong(t, s, "olga@example.org", codes[1], t0)
	if p, err := s.PrintedOf(ctx, olga); err != nil || p.Left != 1 || len(p.Used) != 1 {
		t.Errorf("%+v %v", p, err)
	}
	if id, err := s.UsePrinted(ctx, "olga@example.org", again[0], locale.English, t0); id != olga || err != nil {
		t.Error(id, err)
	}
	// Nothing of a code is kept as it is, neither of used ones nor of the others.
	rows, err := s.db.Query(`SELECT id, hash FROM account_printed`)
	ok(t, err)
	defer rows.Close()
	for rows.Next() {
		var id, hash []byte
		ok(t, rows.Scan(&id, &hash))
		for _, c := range append(codes, again...) {
			if all := string(id) + string(hash); strings.Contains(all, c) || strings.Contains(all, strings.ReplaceAll(c, "-", "")) {
				t.Error("a code is kept")
			}
		}
	}
	ok(t, rows.Err())
}

// Five guesses that begin as a code does end that code and no other; guesses that begin otherwise, which are all that a
// stranger can make, end none.
func TestPrintedCodesAreNotGuessed(t *testing.T) {
	s := newStore(t)
	olga, err := s.Ensure(ctx, "olga@example.org", locale.English, t0)
	ok(t, err)
	codes, err := s.Print(ctx, "olga@example.org", 2, t0)
	ok(t, err)
	for i := range 200 {
		begin := fmt.Sprintf("%04d", i)
		if strings.HasPrefix(codes[0], begin) || strings.HasPrefix(codes[1], begin) {
			continue
		}
		wrong(t, s, "olga@example.org", begin+codes[0][4:], t0)
	}
	last := "0"
	if strings.HasSuffix(codes[0], last) {
		last = "1"
	}
	for range 5 {
		wrong(t, s, "olga@example.org", codes[0][:len(codes[0])-1]+last, t0)
	}
	wrong(t, s, "olga@example.org", codes[0], t0)
	if p, err := s.PrintedOf(ctx, olga); err != nil || p.Left != 1 || p.Ended != 1 {
		t.Errorf("%+v %v", p, err)
	}
	if id, err := s.UsePrinted(ctx, "olga@example.org", codes[1], locale.English, t0); id != olga || err != nil {
		t.Error(id, err)
	}
}

// One wins, however many use a code at once.
func TestPrintedCodeIsUsedOnce(t *testing.T) {
	s := newStore(t)
	_, err := s.Ensure(ctx, "olga@example.org", locale.English, t0)
	ok(t, err)
	codes, err := s.Print(ctx, "olga@example.org", 1, t0)
	ok(t, err)
	var wait sync.WaitGroup
	won := make(chan ID, 4)
	for range cap(won) {
		wait.Go(func() {
			id, err := s.UsePrinted(ctx, "olga@example.org", codes[0], locale.English, t0)
			if err != nil && len(refusal.Of(err)) == 0 {
				t.Error(err)
			}
			won <- id
		})
	}
	wait.Wait()
	close(won)
	n := 0
	for id := range won {
		if id != 0 {
			n++
		}
	}
	if n != 1 {
		t.Error(n, "signed in")
	}
}

// Somebody who was invited and never signed in takes up the invitation by a code; a deleted account takes its codes
// along.
func TestPrintedForTheInvited(t *testing.T) {
	s := newStore(t)
	n, err := s.Invite(ctx, "ivo@example.org", "ferries", 42, t0)
	ok(t, err)
	codes, err := s.Print(ctx, "ivo@example.org", 2, t0)
	ok(t, err)
	id, err := s.UsePrinted(ctx, "ivo@example.org", codes[0], locale.Spanish, t0)
	ok(t, err)
	if got, there, err := s.ParticipantOf(ctx, id, "ferries"); got != n || !there || err != nil {
		t.Error(got, there, err)
	}
	ok(t, s.Delete(ctx, id))
	var left int
	ok(t, s.db.QueryRow(`SELECT COUNT(*) FROM account_printed`).Scan(&left))
	if left != 0 {
		t.Error("left:", left)
	}
	wrong(t, s, "ivo@example.org", codes[1], t0)
}

// Who wants no letters gets no sign-in letter that a stranger asks for; whoever has an account can still sign in.
func TestStoppedAndSignIn(t *testing.T) {
	s := newStore(t)
	begin := func(at time.Duration) bool {
		in, err := s.BeginSignIn(ctx, SignInRequest{Email: "v@example.org", Browser: "b", Lang: locale.English}, t0.Add(at))
		ok(t, err)
		return in != nil
	}
	token, w, err := s.LettersTo(ctx, "V@example.org")
	if w != Unsaid || err != nil || !begin(0) {
		t.Fatal(w, err)
	}
	set := func(w Wish) {
		done, err := s.SetWish(ctx, token, w)
		if !done || err != nil {
			t.Fatal(done, err)
		}
		if got, there, err := s.WishOf(ctx, token); got != w || !there || err != nil {
			t.Error(got, there, err)
		}
	}
	set(Stopped)
	if begin(2 * time.Hour) {
		t.Error("a stranger has a letter sent")
	}
	_, err = s.Ensure(ctx, "v@example.org", locale.English, t0)
	ok(t, err)
	if !begin(4 * time.Hour) {
		t.Error("the owner of an account is locked out")
	}
	// Deleting the account forgets what was wanted, but not that nothing was.
	id, err := s.Ensure(ctx, "v@example.org", locale.English, t0)
	ok(t, err)
	ok(t, s.Delete(ctx, id))
	if got, there, err := s.WishOf(ctx, token); got != Stopped || !there || err != nil {
		t.Error(got, there, err)
	}
	set(Confirmed)
	for _, bad := range []struct {
		token string
		wish  Wish
	}{{token, "everything"}, {token, Unsaid}, {"unknown", Stopped}, {strings.Repeat("a", 200), Stopped}} {
		if done, err := s.SetWish(ctx, bad.token, bad.wish); done || err != nil {
			t.Error(bad, done, err)
		}
	}
	if _, there, err := s.WishOf(ctx, "unknown"); there || err != nil {
		t.Error(there, err)
	}
	id, err = s.Ensure(ctx, "v@example.org", locale.English, t0)
	ok(t, errors.Join(err, s.Delete(ctx, id)))
	if _, there, err := s.WishOf(ctx, token); there || err != nil {
		t.Error("left", err)
	}
}
