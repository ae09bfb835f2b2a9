package web

import (
	"net/http"
	"net/url"
	"strings"
	"unicode"

	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/page/accounts"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/web/serve"
)

// browser is a random number in a cookie that binds a sign-in link to the browser that asked for it.
func (q *request) browser() string {
	if c, err := q.Cookie(q.Server.CookieName("plenary-browser")); err == nil && serve.ValidNonce(c.Value) {
		return c.Value
	}
	return ""
}

// next keeps an address inside the house: anything else is the first page. A browser passes over a tab or the end of a line in an
// address, and "/", a tab and "/evil.example" is another site.
func next(s string) string {
	//mutants:guard signing in leads to no other site
	if !strings.HasPrefix(s, "/") || strings.HasPrefix(s, "//") || strings.Contains(s, "\\") || strings.ContainsFunc(s, unicode.IsControl) || len(s) > 500 {
		return ""
	}
	return s
}

func (q *request) signIn() error {
	return q.showSignIn(http.StatusOK, &accounts.SignIn{Next: next(serve.Params[signInQuery](q.Request).Next)})
}

// showSignIn shows where one signs in, by a letter or by a passkey.
func (q *request) showSignIn(status int, v *accounts.SignIn) error {
	if !v.Sent && !q.Frame.ReadOnly {
		v.Options, v.Providers = q.askPasskey(nil), q.providerRows()
	}
	return q.Show(status, v)
}

// postSignIn queues a mail with a link and a code, or does not: the page is the same either way.
func (q *request) postSignIn() error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	if err := q.May(serve.Once(serve.LimitSignIn)); err != nil {
		q.Frame.Errors = refusal.Of(err)
		return q.showSignIn(http.StatusTooManyRequests, &accounts.SignIn{Email: v.Get("email"), Next: next(v.Get("next"))})
	}
	in, err := q.Server.Accounts.BeginSignIn(q.Context(), account.SignInRequest{Email: v.Get("email"), Browser: q.bound(), Lang: q.Lang, Next: next(v.Get("next"))}, q.Received)
	if rs := refusal.Of(err); len(rs) > 0 {
		q.Frame.Errors = rs
		return q.showSignIn(http.StatusUnprocessableEntity, &accounts.SignIn{Email: v.Get("email"), Next: next(v.Get("next"))})
	}
	if err != nil {
		return err
	}
	if in != nil {
		link := q.Frame.Host + in.Path(q.Lang)
		if err := q.SignInMail(q.Context(), in, q.Lang, link); err != nil {
			return err
		}
	}
	return q.Show(http.StatusOK, &accounts.SignIn{Sent: true})
}

// postCode signs in by the short code, in the browser that asked.
func (q *request) postCode() error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	return q.finish("", v.Get("code"), func(rs []*refusal.Refusal) error {
		q.Frame.Errors = rs
		return q.Show(serve.RefusedAs(rs), &accounts.SignIn{Sent: true})
	})
}

// confirm shows the button that a link leads to. It consumes nothing: mail scanners follow links.
func (q *request) confirm() error {
	q.Writer.Header().Set("Referrer-Policy", "no-referrer")
	token := q.PathValue("token")
	ok, needCode, err := q.Server.Accounts.LookSignIn(q.Context(), token, q.browser(), q.Received)
	if err != nil {
		return err
	}
	return q.Show(http.StatusOK, &accounts.Confirm{TokenIn: token, NeedCode: needCode, Dead: !ok})
}

func (q *request) postConfirm() error {
	q.Writer.Header().Set("Referrer-Policy", "no-referrer")
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	token := q.PathValue("token")
	return q.finish(token, v.Get("code"), func(rs []*refusal.Refusal) error {
		q.Frame.Errors = rs
		ok, needCode, err := q.Server.Accounts.LookSignIn(q.Context(), token, q.browser(), q.Received)
		if err != nil {
			return err
		}
		return q.Show(serve.RefusedAs(rs), &accounts.Confirm{TokenIn: token, NeedCode: needCode, Dead: !ok})
	})
}

// finish signs in by what came in a letter.
func (q *request) finish(token, code string, again func([]*refusal.Refusal) error) error {
	lang := q.Lang
	return q.enter(func() (account.ID, string, error) {
		id, to, l, err := q.Server.Accounts.FinishSignIn(q.Context(), token, code, q.browser(), q.Received)
		if l.Valid() {
			lang = l
		}
		if to == "" || to == "/" {
			to = "/" + string(lang) + "/account"
		}
		return id, to, err
	}, again)
}

// enter opens a session for whom proof names, who reads the letters of an address; leads to the address that it gives, else to
// their account; and shows the form again where it refuses. It counts as one try. Whoever needs their passkey is led to it.
func (q *request) enter(proof func() (account.ID, string, error), again func([]*refusal.Refusal) error) error {
	return q.enterBy(proof, again, false)
}

// enterProved is enter for a proof that is more than reading a letter.
func (q *request) enterProved(proof func() (account.ID, string, error), again func([]*refusal.Refusal) error) error {
	return q.enterBy(proof, again, true)
}

func (q *request) enterBy(proof func() (account.ID, string, error), again func([]*refusal.Refusal) error, proved bool) error {
	if err := q.May(serve.Once(serve.LimitCode)); err != nil {
		return again(refusal.Of(err))
	}
	id, to, err := proof()
	if rs := refusal.Of(err); len(rs) > 0 {
		return again(rs)
	}
	if err != nil {
		return err
	}
	if to = next(to); to == "" {
		to = "/" + string(q.Lang) + "/account"
	}
	open := q.Server.Accounts.NewSessionProved
	if !proved {
		open = q.Server.Accounts.NewSessionOn
		needs, err := q.needsPasskey(id)
		if err != nil {
			return err
		}
		//mutants:guard who holds an office and has a passkey does not sign in by a letter
		if needs {
			return q.See("/" + string(q.Lang) + "/sign-in/passkey?next=" + url.QueryEscape(to))
		}
	}
	value, err := open(q.Context(), id, device(q.UserAgent()), q.Received)
	if err != nil {
		return err
	}
	if c, err := q.Cookie(q.Server.CookieName("plenary")); err == nil && c.Value != "" {
		if err := q.Server.Accounts.EndSession(q.Context(), c.Value); err != nil { // a new session at each sign-in
			return err
		}
	}
	q.SetCookie("plenary", value, 14*24*60*60*1e9)
	q.Server.Meter.Note("signed in", int64(id), q.Route.Method+" "+q.Route.Pattern, "")
	return q.See(to)
}

func (q *request) signOut() error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	if v.Get("all") != "" {
		err = q.Server.Accounts.EndAll(q.Context(), q.Account)
	} else if c, cerr := q.Cookie(q.Server.CookieName("plenary")); cerr == nil {
		err = q.Server.Accounts.EndSession(q.Context(), c.Value)
	}
	if err != nil {
		return err
	}
	q.SetCookie("plenary", "", 0)
	return q.See("/" + string(q.Lang) + "/")
}

func (q *request) mailbox() error {
	return q.Show(http.StatusOK, &accounts.Mailbox{Messages: q.Mailbox()})
}
