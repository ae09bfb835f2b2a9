package web

import (
	"net/http"

	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/page/accounts"
	"github.com/openplenary/plenary/web/serve"
)

// demoRole shows the button that signs a visitor of a demonstration in as one of its roles. It works as
// often as one likes, and exists only there.
func (q *request) demoRole() error {
	if _, ok := q.demoAccount(); !ok {
		return serve.NotFound()
	}
	return q.Show(http.StatusOK, &accounts.DemoRole{Role: q.PathValue("role")})
}

func (q *request) demoAccount() (account.ID, bool) {
	id, ok := q.DemoRoles[q.PathValue("role")]
	return id, ok
}

func (q *request) postDemoRole() error {
	id, ok := q.demoAccount()
	if !ok {
		return serve.NotFound()
	}
	value, err := q.Server.Accounts.NewSessionOn(q.Context(), id, device(q.UserAgent()), q.Received)
	if err != nil {
		return err
	}
	q.SetCookie("plenary", value, 14*24*60*60*1e9)
	path, ok := q.DemoWork[q.PathValue("role")]
	if !ok {
		path = "/account"
	}
	return q.See("/" + string(q.Lang) + path)
}
