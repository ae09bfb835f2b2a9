package web

import (
	"encoding/json"
	"net/http"

	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/draft"
	"github.com/openplenary/plenary/page"
	"github.com/openplenary/plenary/paper"
)

func (s *Server) desk(q *request) error {
	var drafts []page.DeskDraft
	if q.roles.Has(delegation.Officer) {
		var err error
		if drafts, err = q.deskDrafts(); err != nil {
			return err
		}
	}
	return q.deskShow(http.StatusOK, func(st *conversation.Reading) (page.View, error) {
		return page.NewDesk(st, drafts, q.lang), nil
	})
}

// maxDrafts is how many drafts of papers are listed, those changed last.
const maxDrafts = 50

// deskDrafts lists the papers that are prepared.
func (q *request) deskDrafts() ([]page.DeskDraft, error) {
	list, err := q.s.Drafts.List(q.Context(), q.slug, draft.Paper, 0)
	if err != nil {
		return nil, err
	}
	var out []page.DeskDraft
	for _, d := range list {
		if d.Sent || len(out) == maxDrafts {
			continue
		}
		full, ok, err := q.s.Drafts.Get(q.Context(), q.slug, draft.Paper, d.Key)
		if err != nil {
			return nil, err
		}
		var p paper.Draft
		if ok && json.Unmarshal(full.Body, &p) == nil {
			out = append(out, page.NewDeskDraft(full.Key, p, full.Version, full.Changed, q.lang))
		}
	}
	return out, nil
}
