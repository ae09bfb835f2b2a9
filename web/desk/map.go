package desk

import (
	"net/http"

	"github.com/openplenary/plenary/conversation"
	view "github.com/openplenary/plenary/page/desk"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/refusal"
)

func (q *request) deskMap() error {
	return q.deskShow(http.StatusOK, func(st *conversation.Reading) (frame.View, error) {
		return view.NewMap(st, q.Lang), nil
	})
}

func (q *request) postDeskMap() error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	var no refusal.Several
	f := view.Map{Show: v.Get("show"), Disclaimer: v.Get("disclaimer")}
	if f.Show != "on" && f.Show != "off" {
		no = append(no, refusal.In("show", "form.unreadable"))
	}
	text := q.lines("disclaimer", f.Disclaimer, false, 1000, &no)
	if err := q.Look(func(st *conversation.Reading) error {
		if was := st.Maps.Disclaimer; text.In[was.Original] != "" { // who wrote it first stays the original
			text.Original = was.Original
		}
		return nil
	}); err != nil {
		return err
	}
	answer, rs, err := q.deskDo(v, conversation.SetMap{Off: f.Show == "off", Disclaimer: text}, no)
	if err != nil {
		return err
	}
	if len(rs) > 0 {
		return q.deskAgain(rs, v.Get("token"), func(*conversation.Reading) (frame.View, error) { return &f, nil })
	}
	return q.deskSee("/map", answer.Last, "mapped", "")
}
