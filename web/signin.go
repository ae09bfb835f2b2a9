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
)

// browser is a random number in a cookie that binds a sign-in link to the browser that asked for it.
func (q *request) browser() string {
	if c, err := q.Cookie(q.s.cookieName("plenary-browser")); err == nil && validNonce(c.Value) {
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
	return q.show(http.StatusOK, &accounts.SignIn{Next: next(params[signInQuery](q).Next)})
}

// postSignIn queues a mail with a link and a code, or does not: the page is the same either way.
func (q *request) postSignIn() error {
	v, err := q.form()
	if err != nil {
		return err
	}
	if err := q.may(once(limitSignIn)); err != nil {
		q.frame.Errors = refusal.Of(err)
		return q.show(http.StatusTooManyRequests, &accounts.SignIn{Email: v.Get("email"), Next: next(v.Get("next"))})
	}
	b := q.browser()
	if b == "" {
		b = nonce()
		q.setCookie("plenary-browser", b, 24*60*60*1e9)
	}
	in, err := q.s.Accounts.BeginSignIn(q.Context(), account.SignInRequest{Email: v.Get("email"), Browser: b, Lang: q.lang, Next: next(v.Get("next"))}, q.received)
	if rs := refusal.Of(err); len(rs) > 0 {
		q.frame.Errors = rs
		return q.show(http.StatusUnprocessableEntity, &accounts.SignIn{Email: v.Get("email"), Next: next(v.Get("next"))})
	}
	if err != nil {
		return err
	}
	if in != nil {
		link := q.frame.Host + in.Path(q.lang)
		if err := q.s.SignInMail(q.Context(), in, q.lang, link); err != nil {
			return err
		}
	}
	return q.show(http.StatusOK, &accounts.SignIn{Sent: true})
}

// postCode signs in by the short code, in the browser that asked.
func (q *request) postCode() error {
	v, err := q.form()
	if err != nil {
		return err
	}
	return q.finish("", v.Get("code"), func(rs []*refusal.Refusal) error {
		q.frame.Errors = rs
		return q.show(refusedAs(rs), &accounts.SignIn{Sent: true})
	})
}

// confirm shows the button that a link leads to. It consumes nothing: mail scanners follow links.
func (q *request) confirm() error {
	q.w.Header().Set("Referrer-Policy", "no-referrer")
	token := q.PathValue("token")
	ok, needCode, err := q.s.Accounts.LookSignIn(q.Context(), token, q.browser(), q.received)
	if err != nil {
		return err
	}
	return q.show(http.StatusOK, &accounts.Confirm{TokenIn: token, NeedCode: needCode, Dead: !ok})
}

func (q *request) postConfirm() error {
	q.w.Header().Set("Referrer-Policy", "no-referrer")
	v, err := q.form()
	if err != nil {
		return err
	}
	token := q.PathValue("token")
	return q.finish(token, v.Get("code"), func(rs []*refusal.Refusal) error {
		q.frame.Errors = rs
		ok, needCode, err := q.s.Accounts.LookSignIn(q.Context(), token, q.browser(), q.received)
		if err != nil {
			return err
		}
		return q.show(refusedAs(rs), &accounts.Confirm{TokenIn: token, NeedCode: needCode, Dead: !ok})
	})
}

func (q *request) finish(token, code string, again func([]*refusal.Refusal) error) error {
	if err := q.may(once(limitCode)); err != nil {
		return again(refusal.Of(err))
	}
	id, to, lang, err := q.s.Accounts.FinishSignIn(q.Context(), token, code, q.browser(), q.received)
	if rs := refusal.Of(err); len(rs) > 0 {
		return again(rs)
	}
	if err != nil {
		return err
	}
	value, err := q.s.Accounts.NewSession(q.Context(), id, q.received)
	if err != nil {
		return err
	}
	if c, err := q.Cookie(q.s.cookieName("plenary")); err == nil && c.Value != "" {
		if err := q.s.Accounts.EndSession(q.Context(), c.Value); err != nil { // a new session at each sign-in
			return err
		}
	}
	q.setCookie("plenary", value, 14*24*60*60*1e9)
	if to = next(to); to == "" || to == "/" {
		if !lang.Valid() {
			lang = q.lang
		}
		to = "/" + string(lang) + "/account"
	}
	return q.see(to)
}

func (q *request) signOut() error {
	v, err := q.form()
	if err != nil {
		return err
	}
	if v.Get("all") != "" {
		err = q.s.Accounts.EndAll(q.Context(), q.account)
	} else if c, cerr := q.Cookie(q.s.cookieName("plenary")); cerr == nil {
		err = q.s.Accounts.EndSession(q.Context(), c.Value)
	}
	if err != nil {
		return err
	}
	q.setCookie("plenary", "", 0)
	return q.see("/" + string(q.lang) + "/")
}

func (q *request) accountPage() error { return q.showAccount(http.StatusOK) }

func (q *request) showAccount(status int) error {
	v := &accounts.Account{Name: q.frame.Me.Name, MayDelete: q.mayDelete()}
	open, err := q.s.Accounts.Sessions(q.Context(), q.account, q.received)
	if err != nil {
		return err
	}
	for _, o := range open {
		v.Sessions = append(v.Sessions, accounts.SessionRow{Made: o.Made, Seen: o.Seen})
	}
	for _, slug := range q.s.Sec.Conversations() {
		n, ok, err := q.s.Accounts.ParticipantOf(q.Context(), q.account, slug)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		if _, err := q.s.lookIn(q.Context(), slug, conversation.Public, q.received, func(st *conversation.Reading) error {
			if st.Roll.Roles(delegation.Participant(n)).Has(delegation.Officer, delegation.Moderator) {
				v.Desks = append(v.Desks, part.NewConversationRow(st, q.lang))
			}
			return nil
		}); err != nil {
			return err
		}
	}
	return q.show(status, v)
}

func (q *request) postAccount() error {
	v, err := q.form()
	if err != nil {
		return err
	}
	var no refusal.Several
	name := cleanLine("name", v.Get("name"), 200, &no)
	if name != "" && locale.Reserved(name) {
		no = append(no, refusal.In("name", "name.reserved"))
	}
	if len(no) > 0 {
		q.frame.Errors = no
		return q.showAccount(http.StatusUnprocessableEntity)
	}
	if err := q.s.Accounts.SetName(q.Context(), q.account, name); err != nil {
		return err
	}
	return q.see("/" + string(q.lang) + "/account")
}

func (q *request) mailbox() error {
	return q.show(http.StatusOK, &accounts.Mailbox{Messages: q.s.Mailbox()})
}
