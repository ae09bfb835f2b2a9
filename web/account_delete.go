package web

import (
	"net/http"

	"github.com/openplenary/plenary/page/accounts"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/web/serve"
)

// mayDelete reports whether the reader's account is its owner's to delete. The accounts of a demonstration's roles are
// everybody's.
func (q *request) mayDelete() bool {
	return q.DeleteAccount != nil && q.Account != 0 && !q.shared()
}

// postDeleteAccount asks once more, and then deletes the reader's account.
func (q *request) postDeleteAccount() error {
	if !q.mayDelete() {
		return serve.NotFound()
	}
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	if v.Get("sure") == "" {
		return q.Show(http.StatusOK, &accounts.DeleteAccount{})
	}
	if err := q.DeleteAccount(q.Context(), q.Account); err != nil {
		return err
	}
	q.SetCookie("plenary", "", 0)
	q.Frame.Me = frame.Me{}
	return q.Show(http.StatusOK, &accounts.DeleteAccount{Done: true})
}
