// Package became answers for what became of a conversation, for whoever comes years later, and for what goes to its next session.
package became

import (
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	view "github.com/openplenary/plenary/page/became"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/web/serve"
)

// pageQuery are the parameters of the page.
type pageQuery struct {
	// Print shows everything on one page.
	Print bool `query:"print"`
}

// nextQuery are the parameters of the list.
type nextQuery struct {
	// After is the last point of the page before.
	After cite.Ref `query:"points-after,part"`
	// Print shows everything on one page.
	Print bool `query:"print"`
}

// Routes lists the routes of the room.
func Routes() []serve.Route {
	return []serve.Route{
		{Method: "GET", Pattern: "/{lang}/c/{slug}/became", Who: serve.Everybody, Cached: true, Twin: true,
			Name: "became", Query: pageQuery{}, Views: []any{view.Page{}}, Handle: page},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/next", Who: serve.Everybody, Cached: true, Twin: true,
			Name: "next", Query: nextQuery{}, Views: []any{view.Next{}}, Handle: next},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/next", Who: serve.Everybody, Cached: true, Twin: true,
			Name: "next_of", Query: nextQuery{}, Views: []any{view.Next{}}, Handle: next},
	}
}

// page shows what became of it all.
func page(q *serve.Request) error {
	q.Frame.Section = "home"
	printed := serve.Params[pageQuery](q).Print
	return q.Read(func(st *conversation.Reading) (frame.View, error) {
		v := view.New(st, q.Lang)
		v.Print = printed
		return v, nil
	})
}

// next lists what goes to the next session, of one call or of all.
func next(q *serve.Request) error {
	q.Frame.Section = "contributions"
	p := serve.Params[nextQuery](q)
	ref := q.Ref()
	if ref == cite.None && q.PathValue("ref") != "" {
		return serve.NotFound() // else it would be the list of all calls
	}
	return q.Read(func(st *conversation.Reading) (frame.View, error) {
		v, ok := view.NewNext(st, ref, p.After, p.Print, q.Lang)
		if !ok {
			return nil, serve.NotFound()
		}
		return v, nil
	})
}
