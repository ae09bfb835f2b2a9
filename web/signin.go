package web

import (
	"net/http"
	"strings"

	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/accounts"
	"github.com/openplenary/plenary/page/part"
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

// next keeps an address inside the house: anything else is the first page.
func next(s string) string {
	//mutants:guard signing in leads to no other site
	if !strings.HasPrefix(s, "/") || strings.HasPrefix(s, "//") || strings.ContainsAny(s, "\\\r\n") || len(s) > 500 {
		return ""
	}
	return s
}

func (q *request) signIn() error {
	return q.Show(http.StatusOK, &accounts.SignIn{Next: next(serve.Params[signInQuery](q.Request).Next)})
}

// postSignIn queues a mail with a link and a code, or does not: the page is the same either way.
func (q *request) postSignIn() error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	if err := q.May(serve.Once(serve.LimitSignIn)); err != nil {
		q.Frame.Errors = refusal.Of(err)
		return q.Show(http.StatusTooManyRequests, &accounts.SignIn{Email: v.Get("email"), Next: next(v.Get("next"))})
	}
	b := q.browser()
	if b == "" {
		b = serve.Nonce()
		q.SetCookie("plenary-browser", b, 24*60*60*1e9)
	}
	in, err := q.Server.Accounts.BeginSignIn(q.Context(), account.SignInRequest{Email: v.Get("email"), Browser: b, Lang: q.Lang, Next: next(v.Get("next"))}, q.Received)
	if rs := refusal.Of(err); len(rs) > 0 {
		q.Frame.Errors = rs
		return q.Show(http.StatusUnprocessableEntity, &accounts.SignIn{Email: v.Get("email"), Next: next(v.Get("next"))})
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

func (q *request) finish(token, code string, again func([]*refusal.Refusal) error) error {
	if err := q.May(serve.Once(serve.LimitCode)); err != nil {
		return again(refusal.Of(err))
	}
	id, to, lang, err := q.Server.Accounts.FinishSignIn(q.Context(), token, code, q.browser(), q.Received)
	if rs := refusal.Of(err); len(rs) > 0 {
		return again(rs)
	}
	if err != nil {
		return err
	}
	value, err := q.Server.Accounts.NewSession(q.Context(), id, q.Received)
	if err != nil {
		return err
	}
	if c, err := q.Cookie(q.Server.CookieName("plenary")); err == nil && c.Value != "" {
		if err := q.Server.Accounts.EndSession(q.Context(), c.Value); err != nil { // a new session at each sign-in
			return err
		}
	}
	q.SetCookie("plenary", value, 14*24*60*60*1e9)
	if to = next(to); to == "" || to == "/" {
		if !lang.Valid() {
			lang = q.Lang
		}
		to = "/" + string(lang) + "/account"
	}
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

func (q *request) accountPage() error { return q.showAccount(http.StatusOK) }

func (q *request) showAccount(status int) error {
	v := &accounts.Account{Name: q.Frame.Me.Name, MayDelete: q.mayDelete()}
	open, err := q.Server.Accounts.Sessions(q.Context(), q.Account, q.Received)
	if err != nil {
		return err
	}
	for _, o := range open {
		v.Sessions = append(v.Sessions, accounts.SessionRow{Made: o.Made, Seen: o.Seen})
	}
	for _, slug := range q.Server.Sec.Conversations() {
		n, ok, err := q.Server.Accounts.ParticipantOf(q.Context(), q.Account, slug)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		if _, err := q.Server.LookIn(q.Context(), slug, conversation.Public, q.Received, func(st *conversation.Reading) error {
			if st.Roll.Roles(delegation.Participant(n)).Has(delegation.Officer, delegation.Moderator) {
				v.Desks = append(v.Desks, part.NewConversationRow(st, q.Lang))
			}
			return nil
		}); err != nil {
			return err
		}
	}
	return q.Show(status, v)
}

func (q *request) postAccount() error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	var no refusal.Several
	name := serve.CleanLine("name", v.Get("name"), 200, &no)
	if name != "" && locale.Claims(name) {
		no = append(no, refusal.In("name", "name.reserved"))
	}
	if len(no) > 0 {
		q.Frame.Errors = no
		return q.showAccount(http.StatusUnprocessableEntity)
	}
	if err := q.Server.Accounts.SetName(q.Context(), q.Account, name); err != nil {
		return err
	}
	return q.See("/" + string(q.Lang) + "/account")
}

func (q *request) mailbox() error {
	return q.Show(http.StatusOK, &accounts.Mailbox{Messages: q.Mailbox()})
}
