package serve

import (
	"net/http"
	"reflect"
	"strings"

	"github.com/openplenary/plenary/api"
	"github.com/openplenary/plenary/page/frame"
)

// Description is that of the API (OpenAPI 3.1), made from the tables of routes and commands.
func (s *Server) Description() (api.Document, error) {
	var all []api.Operation
	for _, r := range s.routes {
		if r.Name != "" {
			all = append(all, operation(r))
		}
	}
	return api.Describe(all, api.Cookies{Session: s.CookieName("plenary"), Own: s.CookieName("plenary-own")})
}

// operation is a row of the tables of routes as the description has it.
func operation(r Route) api.Operation {
	o := api.Operation{Name: r.Name, Method: r.Method, Path: strings.TrimSuffix(r.Pattern, "{$}"), Queries: []any{Common{}}, Media: r.Media,
		SignedIn: r.Who != Everybody && r.Who != DemoOnly, Hides: strings.Contains(r.Pattern, "{slug}") || r.Who == DemoOnly}
	if r.Command.Type != nil {
		o.Command = &r.Command
	}
	if r.Query != nil {
		o.Queries = append(o.Queries, r.Query)
	}
	for _, v := range r.Views { // what is shown as a page says its type; receipts are files instead
		_, page := reflect.New(reflect.TypeOf(v)).Interface().(frame.View)
		o.Views = append(o.Views, api.View{Value: v, Typed: page})
	}
	return o
}

// openAPI serves the description of the API.
func (q *Request) openAPI() error {
	doc, err := q.Server.description()
	if err != nil {
		return err
	}
	q.Writer.Header().Set("Content-Type", "application/json; charset=utf-8")
	q.Writer.Header().Set("Cache-Control", "no-cache")
	if q.Unchanged(ETag(doc.Body)) {
		return nil
	}
	return q.Reply(http.StatusOK, doc.Body)
}
