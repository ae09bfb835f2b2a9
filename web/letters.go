package web

import (
	"net/http"

	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/page/accounts"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/web/serve"
)

// letters is the page about the letters to an address. It changes nothing: mail scanners follow links.
func (q *request) letters() error {
	q.Writer.Header().Set("Referrer-Policy", "no-referrer")
	token := q.PathValue("token")
	wish, ok, err := q.Server.Accounts.WishOf(q.Context(), token)
	if err != nil {
		return err
	}
	if !ok {
		return serve.NotFound()
	}
	return q.Show(http.StatusOK, &accounts.Letters{Token: token, Wish: string(wish)})
}

// postLetters keeps what the reader of the letters wants. A mail program that offers to stop them sends a form of its
// own (RFC 8058).
func (q *request) postLetters() error {
	q.Writer.Header().Set("Referrer-Policy", "no-referrer")
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	wish := account.Wish(v.Get("wish"))
	if v.Get("List-Unsubscribe") == "One-Click" {
		wish = account.Stopped
	}
	ok, err := q.Server.Accounts.SetWish(q.Context(), q.PathValue("token"), wish)
	if err != nil {
		return err
	}
	if !ok {
		return serve.NotFound()
	}
	return q.Show(http.StatusOK, &accounts.Letters{Token: q.PathValue("token"), Wish: string(wish), Done: true})
}

// printed shows where somebody signs in with a code that the operator printed.
func (q *request) printed() error {
	return q.Show(http.StatusOK, &accounts.Printed{Next: next(serve.Params[signInQuery](q.Request).Next)})
}

// postPrinted signs in by a printed code.
func (q *request) postPrinted() error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	to := next(v.Get("next"))
	return q.enterProved(func() (account.ID, string, error) {
		id, err := q.Server.Accounts.UsePrinted(q.Context(), v.Get("email"), v.Get("code"), q.Lang, q.Received)
		return id, to, err
	}, func(rs []*refusal.Refusal) error {
		q.Frame.Errors = rs
		return q.Show(serve.RefusedAs(rs), &accounts.Printed{Email: v.Get("email"), Next: to})
	})
}
