package desk

import (
	"net/http"

	"github.com/openplenary/plenary/conversation"
	view "github.com/openplenary/plenary/page/desk"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/settings"
	"github.com/openplenary/plenary/web/serve"
)

func (q *request) deskMap() error {
	return q.deskShow(http.StatusOK, func(st *conversation.Reading) (frame.View, error) {
		return view.NewMap(st), nil
	})
}

func (q *request) postDeskMap() error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	var no refusal.Several
	var f *view.Map
	if err := q.Look(func(st *conversation.Reading) error {
		f = view.NewMap(st)
		return nil
	}); err != nil {
		return err
	}
	if f.Show = v.Get("show"); f.Show != "on" && f.Show != "off" {
		no = append(no, refusal.In("show", "form.unreadable"))
	}
	answer, rs, err := q.deskDo(v, settings.SetMap{Off: f.Show == "off", Disclaimer: q.Tongues(v, f.Tongues, f.Disclaimer)}, no)
	if err != nil {
		return err
	}
	if len(rs) > 0 {
		f.Tongues = f.Tongues.Typed(serve.Typed(v))
		return q.deskAgain(rs, v.Get("token"), func(*conversation.Reading) (frame.View, error) { return f, nil })
	}
	return q.deskSee("/map", answer.Last, "mapped", "")
}
