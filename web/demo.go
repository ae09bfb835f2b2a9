package web

import (
	"net/http"

	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/page/accounts"
)

// demoRole shows the button that signs a visitor of a demonstration in as one of its roles. It works as
// often as one likes, and exists only there.
func (q *request) demoRole() error {
	if _, ok := q.demoAccount(); !ok {
		return notFound()
	}
	return q.show(http.StatusOK, &accounts.DemoRole{Role: q.PathValue("role")})
}

func (q *request) demoAccount() (account.ID, bool) {
	id, ok := q.s.DemoRoles[q.PathValue("role")]
	return id, ok
}

func (q *request) postDemoRole() error {
	id, ok := q.demoAccount()
	if !ok {
		return notFound()
	}
	value, err := q.s.Accounts.NewSession(q.Context(), id, q.received)
	if err != nil {
		return err
	}
	q.setCookie("plenary", value, 14*24*60*60*1e9)
	path, ok := q.s.DemoWork[q.PathValue("role")]
	if !ok {
		path = "/account"
	}
	return q.see("/" + string(q.lang) + path)
}
