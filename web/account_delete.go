package web

import (
	"net/http"

	"github.com/openplenary/plenary/page/accounts"
	"github.com/openplenary/plenary/page/frame"
)

// mayDelete reports whether the reader's account is its owner's to delete. The accounts of a demonstration's roles are
// everybody's.
func (q *request) mayDelete() bool {
	for _, role := range q.s.DemoRoles {
		if role == q.account {
			return false
		}
	}
	return q.s.DeleteAccount != nil && q.account != 0
}

// postDeleteAccount asks once more, and then deletes the reader's account.
func (q *request) postDeleteAccount() error {
	if !q.mayDelete() {
		return notFound()
	}
	v, err := q.form()
	if err != nil {
		return err
	}
	if v.Get("sure") == "" {
		return q.show(http.StatusOK, &accounts.DeleteAccount{})
	}
	if err := q.s.DeleteAccount(q.Context(), q.account); err != nil {
		return err
	}
	q.setCookie("plenary", "", 0)
	q.frame.Me = frame.Me{}
	return q.show(http.StatusOK, &accounts.DeleteAccount{Done: true})
}
