package web

import (
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/page/consult"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
	"github.com/openplenary/plenary/press"
)

func (s *Server) contributions(q *request) error {
	q.frame.Section = "contributions"
	p := params[listQuery](q)
	chosen, printed := p.chosen(), p.Print
	limit := part.PageSize
	if printed {
		limit = consult.PrintSize
	} else if chosen == (consult.ListQuery{}) {
		q.liveOn("list", cite.None)
	}
	return q.read(func(st *conversation.Reading) (frame.View, error) {
		v := consult.NewList(st, chosen, q.lang, limit)
		v.Print = printed
		return v, nil
	})
}

// contributionsCSV streams the whole filtered list, in slices so that memory stays small. Nothing is sent
// before the first slice is there; a fault in a later one breaks the answer off.
func (s *Server) contributionsCSV(q *request) error {
	chosen := params[listQuery](q).chosen()
	var out *press.CSV
	for chosen.Before = 0; ; {
		var v *consult.List
		if err := q.look(func(st *conversation.Reading) error {
			v = consult.NewList(st, chosen, q.lang, 500)
			return nil
		}); err != nil {
			return err
		}
		if err := q.fill(v); err != nil {
			return err
		}
		if out == nil {
			h := q.w.Header()
			h.Set("Content-Type", "text/csv; charset=utf-8")
			h.Set("Content-Disposition", `attachment; filename="contributions-`+q.slug+`.csv"`)
			h.Set("Cache-Control", "no-store")
			out = press.NewCSV(q.w)
			if err := out.Row(consult.Heads(&q.frame, consult.ContributionColumns)...); err != nil {
				return nil
			}
		}
		for _, c := range v.Contributions {
			parts := c.Parts
			if len(parts) == 0 {
				parts = []part.ContributionPart{{}}
			}
			for _, p := range parts {
				if out.Row(consult.ContributionCells(&q.frame, c, p)...) != nil {
					return nil // the reader has gone
				}
			}
		}
		if out.Flush() != nil || v.Next == 0 {
			return nil
		}
		chosen.Before = v.Next
	}
}
