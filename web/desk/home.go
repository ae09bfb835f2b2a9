package desk

import (
	"encoding/json"
	"net/http"

	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/draft"
	view "github.com/openplenary/plenary/page/desk"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/paper"
)

func (q *request) desk() error {
	var drafts []view.DraftRow
	if q.Roles.Has(delegation.Officer) {
		var err error
		if drafts, err = q.deskDrafts(); err != nil {
			return err
		}
	}
	return q.deskShow(http.StatusOK, func(st *conversation.Reading) (frame.View, error) {
		return view.NewHome(st, drafts, q.Lang), nil
	})
}

// maxDrafts is how many drafts of papers are listed, those changed last.
const maxDrafts = 50

// deskDrafts lists the papers that are prepared.
func (q *request) deskDrafts() ([]view.DraftRow, error) {
	list, err := q.Drafts.List(q.Context(), q.Slug, draft.Paper, 0)
	if err != nil {
		return nil, err
	}
	var out []view.DraftRow
	for _, d := range list {
		if d.Sent || len(out) == maxDrafts {
			continue
		}
		full, ok, err := q.Drafts.Get(q.Context(), q.Slug, draft.Paper, d.Key)
		if err != nil {
			return nil, err
		}
		var p paper.Draft
		if ok && json.Unmarshal(full.Body, &p) == nil {
			out = append(out, view.NewDraftRow(full.Key, p, full.Version, full.Changed, q.Lang))
		}
	}
	return out, nil
}
