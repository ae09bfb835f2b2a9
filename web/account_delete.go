package web

import (
	"net/http"

	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/page/accounts"
	"github.com/openplenary/plenary/page/frame"
)

// mayDelete reports whether an account is its owner's to delete. The accounts of a demonstration's roles are
// everybody's.
func (s *Server) mayDelete(id account.ID) bool {
	for _, role := range s.DemoRoles {
		if role == id {
			return false
		}
	}
	return s.DeleteAccount != nil && id != 0
}

// postDeleteAccount asks once more, and then deletes the reader's account.
func (s *Server) postDeleteAccount(q *request) error {
	if !s.mayDelete(q.account) {
		return notFound()
	}
	v, _, err := q.form()
	if err != nil {
		return err
	}
	if v.Get("sure") == "" {
		return q.show(http.StatusOK, &accounts.DeleteAccount{})
	}
	if err := s.DeleteAccount(q.Context(), q.account); err != nil {
		return err
	}
	q.setCookie("plenary", "", 0)
	q.frame.Me = frame.Me{}
	return q.show(http.StatusOK, &accounts.DeleteAccount{Done: true})
}
