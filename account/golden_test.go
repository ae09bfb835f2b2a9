package account

import (
	"errors"
	"flag"
	"fmt"
	"hash/crc32"
	"math/rand/v2"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/internal/golden"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/private"
	"github.com/openplenary/plenary/refusal"
)

var updateGolden = flag.Bool("update", false, "write what the store answers now into testdata")

// script plays with a store. What is drawn at random is called by the order in which it came: account 1, session 1.
type script struct {
	*Store
	t        *testing.T
	r        *rand.Rand
	now      time.Time
	accounts []ID
	cookies  []string
	tokens   []string // of sign-ins
	codes    []string // of the same
	links    []string // in invitations
	letters  []string // tokens in letters
	marks    map[string]time.Time
}

func (p *script) pick(all ...string) string { return all[p.r.IntN(len(all))] }
func (p *script) email() string {
	return p.pick("a@x.org", "A@X.org", "b@x.org", "c@y.org", "c@y.org", "d@y.org", "no address")
}
func (p *script) slug() string    { return p.pick("a", "a", "b") }
func (p *script) browser() string { return p.pick("one", "one", "two", "") }
func (p *script) number() Number  { return Number{p.slug(), uint64(p.r.IntN(6))} }
func (p *script) lang() locale.Lang {
	return locale.Lang(p.pick("fr", "fr", "ar", "de", ""))
}

// account is one of those that there were, or none.
func (p *script) account() ID {
	if i := p.r.IntN(len(p.accounts) + 1); i < len(p.accounts) {
		return p.accounts[i]
	}
	return 7
}

func of(all []string, r *rand.Rand) string {
	if i := r.IntN(len(all) + 1); i < len(all) {
		return all[max(i, len(all)-1-r.IntN(4))]
	}
	return "unknown"
}

// called is how an account is called in what is written down.
func (p *script) called(id ID) string {
	if id == 0 {
		return "nobody"
	}
	i := slices.Index(p.accounts, id)
	if i < 0 {
		if id == 7 {
			return "no account"
		}
		p.accounts = append(p.accounts, id)
		i = len(p.accounts) - 1
	}
	return fmt.Sprint("account ", i+1)
}

// at is a time, in minutes after the beginning.
func (p *script) at(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return fmt.Sprintf("+%d", int(t.Sub(t0).Minutes()))
}

// told is what a method answered.
func (p *script) told(err error, answers ...any) string {
	if rs := refusal.Of(err); len(rs) > 0 {
		return fmt.Sprintf(" %d %s %v", rs[0].Kind, rs[0].Key, rs[0].Args)
	}
	if err != nil {
		return " fault" // each database says it in its own words
	}
	var b strings.Builder
	for _, a := range answers {
		switch a := a.(type) {
		case ID:
			b.WriteString(" " + p.called(a))
		case time.Time:
			b.WriteString(" " + p.at(a))
		case Invitation:
			fmt.Fprintf(&b, " {%s %d %s %q %s %q %v %s by %d sent %s opened %s accepted %s: %s, ends %s}", a.Slug, a.Participant, a.Email, a.Name, a.Lang, a.Word, a.Roles, a.Party, a.Inviter,
				p.at(a.Sent), p.at(a.Opened), p.at(a.Accepted), a.State(p.now), p.at(a.Ends()))
		case Account:
			fmt.Fprintf(&b, " {%s %s %q %s made %s}", p.called(a.ID), a.Email, a.Name, a.Lang, p.at(a.Made))
		case Bearer:
			fmt.Fprintf(&b, " {%s made %s proved %s %v}", p.called(a.Account), p.at(a.Made), p.at(a.Proved), Fresh(a.Proved, p.now))
		case Reach:
			fmt.Fprintf(&b, " {%s %s %v %v}", a.Email, a.Lang, a.Account, a.Proven)
		default:
			fmt.Fprintf(&b, " %v", a)
		}
	}
	return b.String()
}

// signs are the ways of signing in and out.
func (p *script) signs() []func() string {
	s := p.Store
	return []func() string{
		func() string {
			r := SignInRequest{Email: p.email(), Browser: p.browser(), Lang: p.lang(), Next: p.pick("/en", "//evil", "/a\\b", "https://evil"), Handed: p.r.IntN(6) == 0}
			in, err := s.BeginSignIn(ctx, r, p.now)
			if in != nil {
				p.tokens, p.codes = append(p.tokens, in.Token), append(p.codes, in.Code)
			}
			return fmt.Sprintf("begin %s %q handed %v:", r.Email, r.Browser, r.Handed) + p.told(err, in != nil)
		},
		func() string {
			token, browser := of(p.tokens, p.r), p.browser()
			ok, code, err := s.LookSignIn(ctx, token, browser, p.now)
			return fmt.Sprintf("look %d in %q:", slices.Index(p.tokens, token), browser) + p.told(err, ok, code)
		},
		func() string {
			token, browser := of(p.tokens, p.r), p.browser()
			i, code := slices.Index(p.tokens, token), p.pick("", "", "1234567", "right", "right", "right")
			if code == "right" && i >= 0 {
				code = p.codes[i]
			}
			if p.r.IntN(3) == 0 {
				token = ""
			}
			id, next, lang, err := s.FinishSignIn(ctx, token, code, browser, p.now)
			return fmt.Sprintf("finish %d with its link %v, code of %d, in %q:", i, token != "", len(code), browser) + p.told(err, id, next, lang)
		},
		func() string {
			id, proved := p.account(), p.r.IntN(2) == 0
			open := s.NewSessionOn
			if proved {
				open = s.NewSessionProved
			}
			cookie, err := open(ctx, id, "a browser", p.now)
			p.cookies = append(p.cookies, cookie)
			return fmt.Sprintf("session %d of %s, proved %v:", len(p.cookies), p.called(id), proved) + p.told(err)
		},
		func() string {
			cookie := of(p.cookies, p.r)
			b, ok, err := s.Bearer(ctx, cookie, p.now)
			return fmt.Sprintf("bearer of %d:", slices.Index(p.cookies, cookie)+1) + p.told(err, b, ok)
		},
		func() string {
			cookie := of(p.cookies, p.r)
			return fmt.Sprintf("prove %d:", slices.Index(p.cookies, cookie)+1) + p.told(s.Prove(ctx, cookie, p.now))
		},
		func() string {
			id := p.account()
			all, err := s.Sessions(ctx, id, p.now)
			var is []string
			for _, o := range all {
				i := slices.IndexFunc(p.cookies, func(c string) bool { return s.SessionName(c) == o.Name })
				is = append(is, fmt.Sprintf("%d %s made %s seen %s", i+1, o.Device, p.at(o.Made), p.at(o.Seen)))
			}
			return fmt.Sprintf("sessions of %s:", p.called(id)) + p.told(err, is)
		},
		func() string {
			id, cookie := p.account(), of(p.cookies, p.r)
			ok, err := s.EndOne(ctx, id, s.SessionName(cookie))
			return fmt.Sprintf("end %d of %s:", slices.Index(p.cookies, cookie)+1, p.called(id)) + p.told(err, ok)
		},
	}
}

// persons are what is kept of people.
func (p *script) persons() []func() string {
	s := p.Store
	return []func() string{
		func() string {
			email, lang := p.email(), p.lang()
			id, err := s.Ensure(ctx, email, lang, p.now)
			return fmt.Sprintf("ensure %s %s:", email, lang) + p.told(err, id)
		},
		func() string {
			id := p.account()
			a, ok, err := s.Get(ctx, id)
			return fmt.Sprintf("get %s:", p.called(id)) + p.told(err, a, ok)
		},
		func() string {
			id, name := p.account(), p.pick(" Ada ", "", strings.Repeat("é", MaxName), strings.Repeat("é", MaxName+1), "\xff")
			return fmt.Sprintf("name %s with %d:", p.called(id), len(name)) + p.told(s.SetName(ctx, id, name))
		},
		func() string {
			id, l := p.account(), p.lang()
			return fmt.Sprintf("language of %s %s:", p.called(id), l) + p.told(s.SetLanguage(ctx, id, l))
		},
		func() string {
			id, slug, drawn := p.account(), p.slug(), []uint64{0, uint64(1 + p.r.IntN(3)), uint64(4 + p.r.IntN(50)), uint64(60 + p.r.IntN(10000))}
			_, ok, err := s.Get(ctx, id)
			if err != nil || !ok {
				return "participant of nobody"
			}
			n, err := s.Participant(ctx, id, slug, func() (uint64, error) {
				if len(drawn) == 0 {
					return 0, errors.New("no number is left")
				}
				n := drawn[0]
				drawn = drawn[1:]
				return n, nil
			})
			return fmt.Sprintf("participant of %s in %s:", p.called(id), slug) + p.told(err, n)
		},
		func() string {
			id, slug := p.account(), p.slug()
			n, ok, err := s.ParticipantOf(ctx, id, slug)
			who, known, errOf := s.Person(ctx, id)
			sort.Slice(who.Numbers, func(i, j int) bool {
				return fmt.Sprint(who.Numbers[i]) < fmt.Sprint(who.Numbers[j])
			})
			slices.Sort(who.Addresses)
			return fmt.Sprintf("%s in %s:", p.called(id), slug) + p.told(err, n, ok) + p.told(errOf, who, known)
		},
		func() string {
			email, n := p.email(), p.number()
			is, err := s.Invite(ctx, email, n.Slug, n.Participant+1, p.now)
			return fmt.Sprintf("invite %s as %v:", email, n) + p.told(err, is)
		},
		func() string {
			n, email, l := p.number(), p.email(), p.lang()
			return fmt.Sprintf("address of %v %s %s:", n, email, l) + p.told(s.SetAddress(ctx, n, email, l, p.now))
		},
		func() string {
			n := p.number()
			email, l, ok, err := s.AddressOf(ctx, n.Slug, n.Participant)
			name, errOf := s.NameOf(ctx, n)
			return fmt.Sprintf("where %v is:", n) + p.told(err, email, l, ok) + p.told(errOf, len(name))
		},
		func() string {
			n, letter := p.number(), p.pick("first", "second")
			r, ok, err := s.Reach(ctx, n, letter)
			if ok {
				p.letters = append(p.letters, r.Token)
			}
			return fmt.Sprintf("reach %v with the %s:", n, letter) + p.told(err, r, ok)
		},
		func() string {
			email := p.email()
			token, w, err := s.LettersTo(ctx, email)
			if err == nil {
				p.letters = append(p.letters, token)
			}
			l, ok, errOf := s.LanguageOf(ctx, email)
			has, errHas := s.HasAccount(ctx, email)
			return fmt.Sprintf("letters to %s:", email) + p.told(err, w) + p.told(errOf, l, ok) + p.told(errHas, has)
		},
		func() string {
			token, w := of(p.letters, p.r), Wish(p.pick("confirmed", "stopped", "", "other"))
			ok, err := s.SetWish(ctx, token, w)
			is, there, errOf := s.WishOf(ctx, token)
			return fmt.Sprintf("wish %q of %v:", w, token != "unknown") + p.told(err, ok) + p.told(errOf, is, there)
		},
		func() string {
			id, how, n := p.account(), Told(p.pick("at_once", "daily", "never", "", "other")), p.number()
			_, there, err := s.Get(ctx, id)
			if err != nil || !there {
				return "told is nobody"
			}
			err = s.SetTold(ctx, id, how)
			is, errOf := s.ToldOf(ctx, id)
			to, errTo := s.ToldTo(ctx, n)
			return fmt.Sprintf("tell %s %q; and %v:", p.called(id), how, n) + p.told(err) + p.told(errOf, is) + p.told(errTo, to)
		},
	}
}

// others are invitations, accounts elsewhere, and what ends.
func (p *script) others() []func() string {
	s := p.Store
	return []func() string{
		func() string {
			i := Invitation{Number: p.number(), Email: p.email(), Name: p.pick("Bo", ""), Lang: p.lang(), Word: p.pick("Welcome.", ""), Roles: []string{"officer", "chair"}[:p.r.IntN(3)], Party: p.pick("", "y1"), Inviter: uint64(p.r.IntN(3))}
			token, err := s.SendInvitation(ctx, i, p.now)
			if err == nil {
				p.links = append(p.links, token)
			}
			return fmt.Sprintf("letter %d to %s %v:", len(p.links), i.Email, i.Number) + p.told(err)
		},
		func() string {
			n, link := p.number(), of(p.links, p.r)
			i, ok, err := s.InvitationOf(ctx, n)
			by, okBy, errBy := s.InvitationBy(ctx, link)
			return fmt.Sprintf("invitation of %v and by %d:", n, slices.Index(p.links, link)+1) + p.told(err, i, ok) + p.told(errBy, by, okBy)
		},
		func() string {
			slug := p.slug()
			all, err := s.Invitations(ctx, slug)
			var is []any
			for _, i := range all {
				is = append(is, i.Participant, i.State(p.now))
			}
			return fmt.Sprintf("invitations to %s:", slug) + p.told(err, is...)
		},
		func() string {
			n := p.number()
			return fmt.Sprintf("opened %v:", n) + p.told(s.NoteOpened(ctx, n, p.now))
		},
		func() string {
			link := of(p.links, p.r)
			id, i, err := s.AcceptInvitation(ctx, link, p.now)
			return fmt.Sprintf("accept %d:", slices.Index(p.links, link)+1) + p.told(err, id, i)
		},
		func() string {
			id, link := p.account(), of(p.links, p.r)
			i, _, err := s.InvitationBy(ctx, link)
			if err != nil {
				p.t.Fatal(err)
			}
			ok, err := s.TakeUp(ctx, id, i, p.now)
			return fmt.Sprintf("%s takes up %d:", p.called(id), slices.Index(p.links, link)+1) + p.told(err, ok)
		},
		func() string {
			n := p.number()
			return fmt.Sprintf("take back %v:", n) + p.told(s.TakeBack(ctx, n))
		},
		func() string {
			id, issuer, subject := p.account(), p.pick("https://i", "https://j"), p.pick("1", "2")
			return fmt.Sprintf("link %s %s to %s:", issuer, subject, p.called(id)) + p.told(s.Link(ctx, id, issuer, subject, p.now))
		},
		func() string {
			issuer, subject := p.pick("https://i", "https://j"), p.pick("1", "2")
			id, ok, err := s.LinkedTo(ctx, issuer, subject, p.now)
			return fmt.Sprintf("linked %s %s:", issuer, subject) + p.told(err, id, ok)
		},
		func() string {
			id := p.account()
			all, err := s.AllLinked(ctx, id)
			var is []any
			for _, l := range all {
				is = append(is, l.Issuer, l.Made, l.Used)
			}
			ref := "none"
			if len(all) > 0 && p.r.IntN(2) == 0 {
				ref = all[p.r.IntN(len(all))].Ref
			}
			from := id
			if p.r.IntN(3) == 0 {
				from = p.account()
			}
			ok, errOf := s.Unlink(ctx, from, ref)
			return fmt.Sprintf("linked to %s; unlink %v from %s:", p.called(id), ref != "none", p.called(from)) + p.told(err, is...) + p.told(errOf, ok)
		},
		func() string {
			n, at := uint64(p.r.IntN(3)), p.pick("c1", "c2")
			err := s.NoteLook(ctx, p.slug(), n, at, p.now)
			all, errOf := s.Looks(ctx, "a", at, p.r.IntN(4))
			var is []any
			for _, l := range all {
				is = append(is, l.Participant, l.Ref, l.At)
			}
			return fmt.Sprintf("%d looks at %s:", n, at) + p.told(err) + p.told(errOf, is...)
		},
		func() string {
			id := p.account()
			return fmt.Sprintf("delete %s:", p.called(id)) + p.told(s.Delete(ctx, id))
		},
		func() string {
			n := p.number()
			return fmt.Sprintf("forget %v:", n) + p.told(s.Forget(ctx, n.Slug, n.Participant))
		},
		func() string {
			deleted, n, err := s.Again(ctx, p.marks)
			return fmt.Sprintf("again with %d:", len(p.marks)) + p.told(err, len(deleted), n)
		},
	}
}

// TestGoldenStore does some hundred things to a store that are chosen by a seed, with who is there and who is not, and writes down what each answers and how much is
// kept afterwards.
func TestGoldenStore(t *testing.T) {
	p := &script{Store: newStore(t), t: t, r: rand.New(rand.NewPCG(3, 4)), now: t0, marks: map[string]time.Time{}}
	p.Ending = func(marks []string) error {
		for _, m := range marks {
			p.marks[m] = p.now
		}
		return nil
	}
	signs, persons, others := p.signs(), p.persons(), p.others()
	var out strings.Builder
	for i := range 420 {
		all := [][]func() string{signs, persons, others}[p.r.IntN(3)]
		line := all[p.r.IntN(len(all))]()
		if _, err := fmt.Fprintf(&out, "%03d %s %s\n", i, p.at(p.now), line); err != nil {
			t.Fatal(err)
		}
		if p.r.IntN(3) == 0 {
			p.now = p.now.Add([]time.Duration{time.Second, 30 * time.Second, time.Minute, 5 * time.Minute, 9 * time.Hour}[p.r.IntN(5)])
		}
	}
	for _, table := range []string{"account", "account_participant", "account_invitation", "account_invited", "account_address", "account_session", "account_signin", "account_linked", "account_told"} {
		var n int
		if err := p.db.QueryRow(`SELECT COUNT(*) FROM ` + table).Scan(&n); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&out, "kept in %s: %d\n", table, n)
	}
	golden.Lines(t, "store.golden", out.String(), *updateGolden)
	if got := private.Instant(private.Micro(p.now)); !got.Equal(p.now) {
		t.Error(got)
	}
}

// TestEndedBeforeTheNextPage: what was ended again after a restored backup holds at once for whoever is signed in, whatever was remembered of their session.
func TestEndedBeforeTheNextPage(t *testing.T) {
	s := newStore(t)
	ended := map[string]time.Time{}
	s.Ending = func(marks []string) error {
		for _, m := range marks {
			ended[m] = t0.Add(time.Hour)
		}
		return nil
	}
	olga, err := s.Ensure(ctx, "olga@example.org", locale.English, t0)
	if err != nil {
		t.Fatal(err)
	}
	add := func() {
		t.Helper()
		if err := s.AddPasskey(ctx, olga, Passkey{ID: []byte("key"), Handle: []byte("handle"), Name: "phone", Public: []byte("public")}, t0); err != nil {
			t.Fatal(err)
		}
	}
	cookie, err := s.NewSession(ctx, olga, t0)
	if err != nil {
		t.Fatal(err)
	}
	usable := func() bool {
		t.Helper()
		b, ok, err := s.Bearer(ctx, cookie, t0)
		if err != nil || !ok {
			t.Fatal(ok, err)
		}
		return b.Usable
	}
	add()
	all, err := s.Passkeys(ctx, olga)
	if err != nil || len(all) != 1 || !usable() {
		t.Fatal(all, err)
	}
	if ok, err := s.RemovePasskey(ctx, olga, all[0].Ref, true); !ok || err != nil {
		t.Fatal(ok, err)
	}
	if usable() {
		t.Error("it was removed")
	}
	add() // as in a backup
	if !usable() {
		t.Fatal("it is not back")
	}
	if _, n, err := s.Again(ctx, ended); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	if usable() {
		t.Error("it was ended, and opens what asks for it")
	}
}

// TestTokenBounds: tokens that are longer than any are looked up by nobody; those that could be one are, and are none.
func TestTokenBounds(t *testing.T) {
	s := newStore(t)
	for _, n := range []int{0, 26, 100, 101, 10_000} {
		token := strings.Repeat("a", n)
		w, ok, err := s.WishOf(ctx, token)
		set, errSet := s.SetWish(ctx, token, Stopped)
		_, there, errBy := s.InvitationBy(ctx, token)
		look, code, errLook := s.LookSignIn(ctx, token, "one", t0)
		if w != "" || ok || set || there || look || code || err != nil || errSet != nil || errBy != nil || errLook != nil {
			t.Errorf("%d bytes: %v %v %v %v %v: %v %v %v %v", n, ok, set, there, look, code, err, errSet, errBy, errLook)
		}
	}
	for _, n := range []int{100, 101} {
		if got := digits(strings.Repeat("1", n)); (got == "?") != (n > 100) {
			t.Errorf("%d digits: %q", n, got)
		}
		if got := localAddress("/" + strings.Repeat("a", 10*n-1)); (got == "/") != (n > 100) {
			t.Errorf("an address of %d bytes: %d", 10*n, len(got))
		}
	}
}

// TestGoldenTyped reads what people type as addresses, codes and the ways on, everything that some pieces make, and writes down how much of it is one, with a sum.
func TestGoldenTyped(t *testing.T) {
	sums, counts := map[string]uint32{}, map[string]int{}
	say := func(what string, ok bool, is ...any) {
		if ok {
			counts[what]++
		}
		sums[what] = crc32.Update(sums[what], crc32.IEEETable, fmt.Appendln(nil, is...))
	}
	every := func(pieces []string, length int, f func(string)) {
		var all func(string, int)
		all = func(s string, left int) {
			f(s)
			for _, p := range pieces {
				if left > 0 {
					all(s+p, left-1)
				}
			}
		}
		all("", length)
	}
	every([]string{"a", "B", "@", ".", "x.org", "é", "1", " ", "+", "\"", "xn--", "-", "。", "\u0301"}, 4, func(s string) {
		address, err := ParseAddress(s)
		again, errAgain := ParseAddress(address)
		if err == nil && (errAgain != nil || again != address) {
			t.Errorf("%q is %q, and that is %q", s, address, again)
		}
		say("addresses", err == nil, s, address, identity(address))
	})
	for _, s := range []string{strings.Repeat("a", maxLocal) + "@x.org", strings.Repeat("a", maxLocal+1) + "@x.org", "a@" + strings.Repeat("b", 63) + ".org", "a@" + strings.Repeat("b", 64) + ".org", "a@1.2", "a@1.2a", "a@[1.2.3.4]", "a@b", "a@.b", "a@b.", "a..b@x.org", ".a@x.org", "a.@x.org", "a@x..org",
		"a@" + strings.Repeat(strings.Repeat("b", 60)+".", 4) + "org", "aaaaaa@" + strings.Repeat(strings.Repeat("b", 60)+".", 4) + "org", "aaaaaaa@" + strings.Repeat(strings.Repeat("b", 60)+".", 4) + "org", "Ada <a@x.org>", "a@x.org,b@x.org", "a@x.org (b)", "ПОЧТА@x.org", "a@МИР.рф", "a@x.org\r\nBcc: b@x.org", "a\x00@x.org", "\xff@x.org", "a@x.org\u200b", "٣@x.org", "a@٣.org"} {
		address, err := ParseAddress(s)
		say(fmt.Sprintf("the address %.20q of %d", s, len(s)), err == nil, address)
	}
	every([]string{"1", "٢", "۳", "४", "৫", "６", "a", " ", "-", "/", ":"}, 4, func(s string) { say("digits", digits(s) != "?" && digits(s) != "", s, digits(s)) })
	every([]string{"abcd", "EF01", "OIL2", "-", "\u2011", " ", "é", "0000"}, 4, func(s string) { say("printed codes", typedCode(s) != "", s, typedCode(s)) })
	for _, n := range []int{88, 89} { // with as many signs between as may be, and one more
		say(fmt.Sprintf("a printed code among %d", n), typedCode("ABCDEFGH0123"+strings.Repeat("-", n)) != "")
	}
	every([]string{"/", "a", "\\", "//", "\n", "?b", "http:", "\x7f", " "}, 4, func(s string) { say("ways on", localAddress(s) == s, s, localAddress(s)) })
	for _, c := range []struct{ proof, now time.Time }{{time.Time{}, t0}, {t0, t0}, {t0, t0.Add(FreshFor - 1)}, {t0, t0.Add(FreshFor)}, {t0.Add(time.Hour), t0}} {
		say("fresh", Fresh(c.proof, c.now), Fresh(c.proof, c.now))
	}
	var lines []string
	for what, sum := range sums {
		lines = append(lines, fmt.Sprintf("%s: %d, sum %08x", what, counts[what], sum))
	}
	slices.Sort(lines)
	golden.Lines(t, "typed.golden", strings.Join(lines, "\n")+"\n", *updateGolden)
}

// TestHeld: where a database that nodes share is away, a session is taken for one as it was read last, for a while; what is read takes its place, in both generations.
func TestHeld(t *testing.T) {
	s, away := &Store{}, errors.New("away")
	was, is := &cachedSession{account: 1, read: t0}, &cachedSession{account: 2}
	for _, c := range []struct {
		was  *cachedSession
		at   time.Duration
		want *cachedSession
	}{{was, 0, was}, {was, heldAway - 1, was}, {was, heldAway, nil}, {nil, 0, nil}} {
		got, err := s.held("h", c.was, is, away, t0.Add(c.at))
		if got != c.want || (err == nil) != (c.want != nil) {
			t.Errorf("%v after %s: %v %v", c.was != nil, c.at, got, err)
		}
	}
	for _, c := range []*cachedSession{is, nil} {
		s.sessions = sessionCache{young: map[string]*cachedSession{"h": was, "g": was}, old: map[string]*cachedSession{"h": was, "f": was}}
		got, err := s.held("h", was, c, nil, t0.Add(time.Hour))
		if got != c || err != nil || got != nil && !got.read.Equal(t0.Add(time.Hour)) {
			t.Error(got, err)
		}
		if s.sessions.get("h") != nil || s.sessions.get("g") != was || s.sessions.get("f") != was {
			t.Errorf("%+v", s.sessions)
		}
	}
	// What is used moves to the young, and when these are full the old are forgotten.
	var c sessionCache
	for i := range sessionHalf {
		c.put(fmt.Sprint(i), was)
	}
	if c.old != nil || len(c.young) != sessionHalf {
		t.Error(len(c.old), len(c.young))
	}
	if c.put("next", is); len(c.old) != sessionHalf || len(c.young) != 1 || c.get("7") != was || len(c.young) != 2 || c.get("none") != nil {
		t.Error(len(c.old), len(c.young))
	}
	epoch := c.epoch
	if c.end(func(hash string, _ *cachedSession) bool { return hash == "7" }); c.epoch != epoch+1 || c.get("7") != nil || c.get("8") != was || c.get("next") != is {
		t.Error(c.epoch, c.get("7"))
	}
}

// TestTakenBack: of whom an invitation was taken back it is known that nothing leads to a person any more, on purpose; of whom nobody invited, nothing is.
func TestTakenBack(t *testing.T) {
	s := newStore(t)
	n, err := s.Invite(ctx, "a@x.org", "a", 5, t0)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.TakeBack(ctx, Number{"a", 6}); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := s.TakeBack(ctx, Number{"a", n}); err != nil {
			t.Fatal(err)
		}
		if all, err := s.Participants(ctx); err != nil || len(all) != 1 || len(all["a"]) != 1 || !all["a"][n] {
			t.Error(all, err)
		}
	}
	for _, length := range []int{0, 1, maxCredential, maxCredential + 1} {
		if _, _, ok, err := s.PasskeyBy(ctx, make([]byte, length)); ok || err != nil {
			t.Error(length, ok, err)
		}
	}
}
