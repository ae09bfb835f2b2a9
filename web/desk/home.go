package desk

import (
	"net/http"

	"github.com/openplenary/plenary/answering"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	view "github.com/openplenary/plenary/page/desk"
	"github.com/openplenary/plenary/page/frame"
)

func (q *request) desk() error {
	var drafts []view.DraftRow
	var answers []answering.Draft
	if q.Roles.Has(delegation.Officer) {
		var err error
		if drafts, err = q.Papers(q.Request); err != nil {
			return err
		}
		if answers, err = q.answers().List(q.Context(), q.Slug); err != nil {
			return err
		}
	}
	return q.deskShow(http.StatusOK, func(st *conversation.Reading) (frame.View, error) {
		v := view.NewHome(st, drafts, q.Lang)
		v.Drafted(answers, q.me())
		for _, d := range answers {
			if len(view.Outdated(st, d, d.Point)) > 0 {
				v.Outdated++
			}
		}
		return v, nil
	})
}
