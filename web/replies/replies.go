package replies

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	view "github.com/openplenary/plenary/page/replies"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/reply"
	"github.com/openplenary/plenary/web/serve"
)

// pageQuery are the parameters of the page of a round.
type pageQuery struct {
	// Replied lists the points with a reply alone.
	Replied bool `query:"replied"`
	// After is the last point of the page before.
	After cite.Ref `query:"next,part"`
}

// Routes lists the routes of the room.
func Routes() []serve.Route {
	return []serve.Route{
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/replies", Who: serve.Everybody, Cached: true, Twin: true,
			Name: "replies", Query: pageQuery{}, Views: []any{view.Page{}}, Handle: page},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/replies/{ref}", Who: serve.Officers, Handle: open},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/replies/{ref}", Who: serve.Officers, Body: 512 * serve.KiB, Handle: postOpen},
	}
}

// page shows a round: the points of the call that it is about, with the replies to each.
func page(q *serve.Request) error {
	p := serve.Params[pageQuery](q)
	ref := q.Ref()
	q.Frame.Section = "contributions"
	return q.Read(func(st *conversation.Reading) (frame.View, error) {
		v, ok := view.NewPage(st, ref, p.Replied, p.After, q.Lang)
		if !ok {
			return nil, serve.NotFound()
		}
		return v, nil
	})
}

// open shows the form that opens a round of replies to a call.
func open(q *serve.Request) error {
	return q.Desk(http.StatusOK, nil, func(st *conversation.Reading) (frame.View, error) { return build(q, st) })
}

func build(q *serve.Request, st *conversation.Reading) (*view.Open, error) {
	v, ok := view.NewOpen(st, q.Ref(), q.Lang)
	if !ok {
		return nil, serve.NotFound()
	}
	return v, nil
}

// postOpen opens a round, and leads to its call.
func postOpen(q *serve.Request) error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	c := reply.Open{Of: q.Ref(), Who: v.Get("who"), Moderation: v.Get("moderation")}
	if err := q.Look(func(st *conversation.Reading) error {
		form, err := build(q, st)
		if err != nil {
			return err
		}
		c.Zone = form.Of.Zone // in which the deadline of the call was set
		for i, to := range []*locale.Text{&c.Title, &c.Text, &c.Terms} {
			*to = q.Tongues(v, form.Texts[i], locale.Text{})
		}
		return nil
	}); err != nil {
		return err
	}
	var no refusal.Several
	closes, wrong := input.Moment{Date: v.Get("closes-date"), Clock: v.Get("closes-time"), Zone: c.Zone}.In("closes", q.Lang)
	if c.Closes = closes; wrong != nil {
		no = append(no, wrong)
	}
	answer, rs, err := q.DeskDo(v, c, no)
	if err != nil {
		return err
	}
	if len(rs) > 0 {
		return again(q, v, rs)
	}
	return q.See(q.In("/"+string(answer.Refs[0])) + "?after=" + strconv.FormatInt(int64(answer.Last), 10))
}

// again shows the form with what was typed.
func again(q *serve.Request, v url.Values, rs []*refusal.Refusal) error {
	rs = serve.Renamed(rs, func(field string) string {
		if field == "closes" || field == "opens" {
			return "closes-date"
		}
		return field
	})
	return q.DeskAgain(rs, v.Get("token"), func(st *conversation.Reading) (frame.View, error) {
		w, err := build(q, st)
		if err != nil {
			return nil, err
		}
		w.Form = view.OpenForm{Who: v.Get("who"), ClosesDate: v.Get("closes-date"), ClosesTime: v.Get("closes-time"), Moderation: v.Get("moderation")}
		for i := range w.Texts {
			w.Texts[i] = w.Texts[i].Typed(serve.Typed(v))
		}
		return w, nil
	})
}
