package web

import (
	"net/http"

	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/page/accounts"
)

// demoRole shows the button that signs a visitor of a demonstration in as one of its roles. It works as
// often as one likes, and exists only there.
func (q *Request) demoRole() error {
	if _, ok := q.demoAccount(); !ok {
		return NotFound()
	}
	return q.Show(http.StatusOK, &accounts.DemoRole{Role: q.PathValue("role")})
}

func (q *Request) demoAccount() (account.ID, bool) {
	id, ok := q.Server.DemoRoles[q.PathValue("role")]
	return id, ok
}

func (q *Request) postDemoRole() error {
	id, ok := q.demoAccount()
	if !ok {
		return NotFound()
	}
	value, err := q.Server.Accounts.NewSession(q.Context(), id, q.Received)
	if err != nil {
		return err
	}
	q.SetCookie("plenary", value, 14*24*60*60*1e9)
	path, ok := q.Server.DemoWork[q.PathValue("role")]
	if !ok {
		path = "/account"
	}
	return q.See("/" + string(q.Lang) + path)
}
