package account

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"database/sql"
	"encoding/base32"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"time"

	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/private"
	"github.com/openplenary/plenary/refusal"
)

// SignIn is what goes into one letter: whoever can read it has the address.
type SignIn struct {
	Token   string // 128 random bits for the link, in lower-case letters and digits
	Code    string // 6 digits, to be typed
	To      string // the address, as ParseAddress returns it
	Expires time.Time
}

// How long a sign-in may be finished, and how often codes may be wrong. A code has only a million
// values, so guesses without the link are counted over an address's day and over the house's hour too:
// a patient guesser who starts sign-ins for somebody else gets 10 guesses a day.
//
// Five wrong codes without the link end the code of a sign-in, not its link: else whoever begins a sign-in for
// somebody and guesses would keep them out. Five wrong codes with the link end it. Both stand in one number,
// in which a guess without the link counts one and a guess with it twenty.
const (
	signInLife = 15 * time.Minute
	wrongTyped = 1
	wrongLink  = 20
	maxWrong   = 5 * wrongTyped // then the code alone opens nothing
	maxLink    = 5 * wrongLink  // then nothing does
	guessesDay = 10             // wrong codes typed without the link, per address and day
	guessesAll = 50             // the same for all addresses together, per hour
)

// How many letters are sent. Those who are known, because they have an account or were invited, have a
// share of their own, so that strangers who ask for many letters do not keep officers out; and whoever is
// known is never left without a living link because somebody else asked for theirs.
const (
	mailsMinute = 1    // per address and minute
	mailsHour   = 3    // per address and hour
	mailsAll    = 1000 // for all addresses together that are not known, per hour
	mailsKnown  = 1000 // for all that are known together, per hour
)

// The kinds of letters as they are counted.
const (
	toStranger = "mail"
	toKnown    = "mail known"
)

var tokenText = base32.StdEncoding.WithPadding(base32.NoPadding)

// SignInRequest is what somebody who wants to sign in says.
type SignInRequest struct {
	Email   string
	Browser string // a random nonce that the web put in a cookie, "" where there is none
	Lang    locale.Lang
	Next    string // the local address to go to afterwards
	// Handed: the operator of the machine hands the link over, and no letter is sent. So the limits of letters do not
	// hold, and it does not count as one.
	Handed bool
}

// BeginSignIn starts a sign-in for whoever reads the letters of an address. When too many letters were asked for (three an hour and one a minute per address, 1000 an hour in all;
// see mailsKnown) it returns nil and no error: the caller shows the same page and sends nothing. It does
// the same work either way, whether the address is known or not; one that is handed over is never nil. The only refusal is "address.invalid".
func (s *Store) BeginSignIn(ctx context.Context, r SignInRequest, now time.Time) (*SignIn, error) {
	address, err := ParseAddress(r.Email)
	if err != nil {
		return nil, err
	}
	if !r.Lang.Valid() {
		r.Lang = locale.English
	}
	in, id, err := drawSignIn()
	if err != nil {
		return nil, err
	}
	in.To, in.Expires = address, now.Add(signInLife).UTC()
	who := identity(address)
	hash := s.mac("token", in.Token)
	expires := private.Micro(in.Expires)
	var sent bool
	err = s.db.Within(ctx, func(tx *sql.Tx) error {
		if err := forgetOld(ctx, tx, now); err != nil {
			return err
		}
		var kind string
		if kind, sent, err = s.mayMail(ctx, tx, who, now); err != nil {
			return err
		}
		sent = sent || r.Handed
		made := private.Micro(now)
		if !sent {
			// The same writes to rows that mean nothing, so that the answer takes as long.
			hash, id, made, expires = make([]byte, len(hash)), make([]byte, len(id)), 0, 0
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO account_signin(token, code, browser, who, email, lang, next, made, expires, wrong)
			VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, 0) ON CONFLICT (token) DO UPDATE SET code = excluded.code`,
			hash, s.codeMAC(hash, in.Code), s.mac("browser", r.Browser), who, address, string(r.Lang), localAddress(r.Next), made, expires); err != nil {
			return err
		}
		if r.Handed {
			return nil
		}
		return s.try(ctx, tx, tried{kind, id, who, made})
	})
	if err != nil || !sent {
		return nil, err
	}
	return in, nil
}

func drawSignIn() (*SignIn, []byte, error) {
	var b [32]byte
	if _, err := rand.Read(b[:]); err != nil {
		return nil, nil, err
	}
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		return nil, nil, err
	}
	token := strings.ToLower(tokenText.EncodeToString(b[:16]))
	return &SignIn{Token: token, Code: fmt.Sprintf("%06d", n)}, b[16:], nil
}

// codeMAC ties a code to its sign-in, so that equal codes of two sign-ins are stored differently.
func (s *Store) codeMAC(tokenHash []byte, code string) []byte {
	return s.mac("code", string(tokenHash)+code)
}

// localAddress lets through only an address of this house: a sign-in never leads elsewhere.
func localAddress(next string) string {
	if !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || len(next) > 1000 ||
		strings.ContainsFunc(next, func(r rune) bool { return r < ' ' || r == 0x7f || r == '\\' }) {
		return "/"
	}
	return next
}

// forgetOld drops the sign-ins that are over and the counts that no limit looks at any more.
func forgetOld(ctx context.Context, tx *sql.Tx, now time.Time) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM account_signin WHERE expires <= $1`, private.Micro(now)); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `DELETE FROM account_try WHERE made <= $1`, private.Micro(now.Add(-24*time.Hour)))
	return err
}

// mayMail looks at all limits, whichever of them is reached, and says as what the letter counts.
func (s *Store) mayMail(ctx context.Context, tx *sql.Tx, who string, now time.Time) (kind string, may bool, err error) {
	var minute, hour [2]int
	for i, k := range []string{toStranger, toKnown} { // an address may have become known meanwhile
		if minute[i], err = s.tries(ctx, tx, k, who, now.Add(-time.Minute)); err != nil {
			return "", false, err
		}
		if hour[i], err = s.tries(ctx, tx, k, who, now.Add(-time.Hour)); err != nil {
			return "", false, err
		}
	}
	var known, alive, stopped int
	if err := tx.QueryRowContext(ctx, `SELECT (SELECT COUNT(*) FROM account WHERE who = $1) + (SELECT COUNT(*) FROM account_invitation WHERE who = $1),
		(SELECT COUNT(*) FROM account_signin WHERE who = $1 AND expires > $2 AND wrong < $3),
		(SELECT COUNT(*) FROM account_letters WHERE id = $4 AND wish = $5)`, who, private.Micro(now), maxLink, s.lettersID(s.lettersToken(who)), string(Stopped)).Scan(&known, &alive, &stopped); err != nil {
		return "", false, err
	}
	kind, most := toStranger, mailsAll
	if known > 0 {
		kind, most = toKnown, mailsKnown
	}
	all, err := s.tries(ctx, tx, kind, "", now.Add(-time.Hour))
	often := hour[0]+hour[1] >= mailsHour && (known == 0 || alive > 0)
	// Who wants no more letters gets none that a stranger asks for; whoever has an account can still sign in.
	often = often || known == 0 && stopped > 0
	return kind, minute[0]+minute[1] < mailsMinute && !often && all < most, err
}

// tried is something that is counted against an address.
type tried struct {
	kind string
	id   []byte // random
	who  string // the identity of the address; only a hash of it is stored
	made int64  // microseconds since 1970
}

// try counts something.
func (s *Store) try(ctx context.Context, tx *sql.Tx, t tried) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO account_try(id, kind, who, made) VALUES($1, $2, $3, $4)
		ON CONFLICT (id) DO UPDATE SET who = excluded.who`, t.id, t.kind, s.mac("try", t.who), t.made)
	return err
}

// tries says how often something was counted since a time, for an address or ("") for all.
func (s *Store) tries(ctx context.Context, tx *sql.Tx, kind, who string, since time.Time) (n int, err error) {
	if who == "" {
		err = tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM account_try WHERE kind = $1 AND made > $2`, kind, private.Micro(since)).Scan(&n)
	} else {
		err = tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM account_try WHERE kind = $1 AND who = $2 AND made > $3`, kind, s.mac("try", who), private.Micro(since)).Scan(&n)
	}
	return n, err
}

// begun is a stored sign-in.
type begun struct {
	token, code, browser []byte
	who, email           string
	lang                 locale.Lang
	next                 string
	wrong                int
}

const begunColumns = `token, code, browser, who, email, lang, next, wrong`

func scanBegun(scan func(...any) error) (b begun, err error) {
	err = scan(&b.token, &b.code, &b.browser, &b.who, &b.email, &b.lang, &b.next, &b.wrong)
	return b, err
}

// LookSignIn says for the page behind a link whether the sign-in can still be finished, and whether the
// code must be typed because it was begun in another browser. It changes nothing, so that programs
// which follow every link in a letter do no harm.
func (s *Store) LookSignIn(ctx context.Context, token, browser string, now time.Time) (ok, needCode bool, err error) {
	b, err := s.find(ctx, s.db.QueryRowContext, token, now)
	if err != nil || b == nil {
		return false, false, err
	}
	return true, !s.sameBrowser(b, browser), nil
}

func (s *Store) sameBrowser(b *begun, browser string) bool {
	return browser != "" && subtle.ConstantTimeCompare(b.browser, s.mac("browser", browser)) == 1
}

// find is the living sign-in with a token, nil if there is none.
func (s *Store) find(ctx context.Context, row func(context.Context, string, ...any) *sql.Row, token string, now time.Time) (*begun, error) {
	if len(token) > 100 {
		return nil, nil
	}
	b, err := scanBegun(row(ctx, `SELECT `+begunColumns+` FROM account_signin WHERE token = $1 AND expires > $2 AND wrong < $3`,
		s.mac("token", token), private.Micro(now), maxLink).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return &b, err
}

// FinishSignIn signs somebody in, once: by the link in the browser that asked for it, by link and code
// in any other, or by the code alone (token "") in the browser that asked. The account is made at the
// first time. It returns the account, the local address to go to, and the language of the sign-in.
//
// Refusals: "signin.expired" when the sign-in is over, used, unknown, or had five wrong codes (typed without
// the link, those end the code only);
// "signin.code" (field "code") when the code is missing or wrong; "signin.link" when so many wrong codes
// were typed that only the link is taken.
func (s *Store) FinishSignIn(ctx context.Context, token, code, browser string, now time.Time) (ID, string, locale.Lang, error) {
	p := signInProof{token, digits(code), browser}
	var (
		done   *begun
		id     ID
		refuse error // kept apart from faults: a wrong code must be counted, so the transaction commits
	)
	err := s.db.Within(ctx, func(tx *sql.Tx) (err error) {
		if token != "" {
			done, refuse, err = s.byToken(ctx, tx, p, now)
		} else {
			done, refuse, err = s.byCode(ctx, tx, p, now)
		}
		if err != nil || done == nil {
			return err
		}
		// Used once; and no other letter to this address opens anything any more.
		if _, err := tx.ExecContext(ctx, `DELETE FROM account_signin WHERE who = $1`, done.who); err != nil {
			return err
		}
		id, err = ensure(ctx, tx, done.email, done.lang, now)
		return err
	})
	switch {
	case err != nil:
		return 0, "", "", err
	case refuse != nil:
		return 0, "", "", refuse
	}
	return id, done.next, done.lang, nil
}

func errExpired() error { return refusal.New(refusal.NotNow, "signin.expired") }

func errCode() error { return refusal.In("code", "signin.code") }

// signInProof is what somebody who finishes a sign-in brings: each may be "".
type signInProof struct{ token, code, browser string }

func (s *Store) byToken(ctx context.Context, tx *sql.Tx, p signInProof, now time.Time) (*begun, error, error) {
	b, err := s.find(ctx, tx.QueryRowContext, p.token, now)
	switch {
	case err != nil:
		return nil, nil, err
	case b == nil:
		return nil, errExpired(), nil
	case s.sameBrowser(b, p.browser) || s.rightCode(b, p.code):
		return b, nil, nil
	case p.code == "":
		return nil, errCode(), nil
	}
	return s.wrong(ctx, tx, []begun{*b}, wrongLink)
}

func (s *Store) byCode(ctx context.Context, tx *sql.Tx, p signInProof, now time.Time) (*begun, error, error) {
	if p.browser == "" {
		return nil, errExpired(), nil
	}
	open, err := s.openIn(ctx, tx, p.browser, now)
	switch {
	case err != nil:
		return nil, nil, err
	case len(open) == 0:
		return nil, errExpired(), nil
	case p.code == "":
		return nil, errCode(), nil
	}
	// A browser may have begun several sign-ins; a guess counts against each of them.
	all, err := s.tries(ctx, tx, "code", "", now.Add(-time.Hour))
	if err != nil {
		return nil, nil, err
	}
	var guessed []begun
	for _, b := range open {
		day, err := s.tries(ctx, tx, "code", b.who, now.Add(-24*time.Hour))
		if err != nil {
			return nil, nil, err
		}
		if day < guessesDay && all < guessesAll {
			guessed = append(guessed, b)
		}
	}
	if len(guessed) == 0 {
		return nil, refusal.New(refusal.TooMany, "signin.link"), nil
	}
	for _, b := range guessed {
		if s.rightCode(&b, p.code) {
			return &b, nil, nil
		}
	}
	for _, b := range guessed {
		id := make([]byte, 16)
		if _, err := rand.Read(id); err != nil {
			return nil, nil, err
		}
		if err := s.try(ctx, tx, tried{"code", id, b.who, private.Micro(now)}); err != nil {
			return nil, nil, err
		}
	}
	return s.wrong(ctx, tx, guessed, wrongTyped)
}

// openIn lists the living sign-ins that a browser began.
func (s *Store) openIn(ctx context.Context, tx *sql.Tx, browser string, now time.Time) (open []begun, err error) {
	rows, err := tx.QueryContext(ctx, `SELECT `+begunColumns+` FROM account_signin WHERE browser = $1 AND expires > $2 AND wrong < $3
		ORDER BY made DESC LIMIT 10`, s.mac("browser", browser), private.Micro(now), maxWrong)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		b, err := scanBegun(rows.Scan)
		if err != nil {
			return nil, err
		}
		open = append(open, b)
	}
	return open, rows.Err()
}

// wrong counts a wrong code against sign-ins, with the link or without. The fifth ends what it was tried on.
func (s *Store) wrong(ctx context.Context, tx *sql.Tx, guessed []begun, weight int) (*begun, error, error) {
	left := 0
	for _, b := range guessed {
		if _, err := tx.ExecContext(ctx, `UPDATE account_signin SET wrong = wrong + $1 WHERE token = $2`, weight, b.token); err != nil {
			return nil, nil, err
		}
		most := maxWrong
		if weight == wrongLink {
			most = maxLink
		}
		left = max(left, most-b.wrong-weight)
	}
	if left <= 0 {
		return nil, errExpired(), nil
	}
	return nil, errCode(), nil
}

func (s *Store) rightCode(b *begun, code string) bool {
	return code != "" && subtle.ConstantTimeCompare(b.code, s.codeMAC(b.token, code)) == 1
}

// digits keeps the digits of a code as it was typed or pasted, those of other scripts as Latin ones.
func digits(s string) string {
	if len(s) > 100 {
		return "?"
	}
	var b strings.Builder
	for _, r := range s {
		for _, zero := range []rune{'0', '٠', '۰', '०', '০', '０'} {
			if zero <= r && r <= zero+9 {
				b.WriteRune('0' + r - zero)
			}
		}
	}
	if b.Len() == 0 && strings.TrimSpace(s) != "" {
		return "?" // something was typed, and it is wrong
	}
	return b.String()
}

// Path is the address of the page behind the link, in a language, without the host.
func (s *SignIn) Path(lang locale.Lang) string { return "/" + string(lang) + "/sign-in/" + s.Token }
