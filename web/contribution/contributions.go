package contribution

import (
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/page/consult"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
	"github.com/openplenary/plenary/press"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/web/serve"
)

func (q *request) contributions() error {
	q.Frame.Section = "contributions"
	p := serve.Params[listQuery](q.Request)
	chosen, printed := p.chosen(), p.Print
	limit := part.PageSize
	if printed {
		limit = consult.PrintSize
	} else if chosen == (consult.ListQuery{}) {
		q.LiveOn("list", cite.None, "")
	}
	return q.Read(func(st *conversation.Reading) (frame.View, error) {
		v := consult.NewList(st, chosen, q.Lang, limit)
		v.Print = printed
		v.Names.Compare(q.Request.Namesakes(q.Handlers.Namesakes))
		return v, nil
	})
}

// contributionsCSV streams the whole filtered list, in slices so that memory stays small. Nothing is sent
// before the first slice is there; a fault in a later one breaks the answer off.
func (q *request) contributionsCSV() error {
	chosen := serve.Params[listQuery](q.Request).chosen()
	var out *press.CSV
	for chosen.Before = 0; ; {
		var v *consult.List
		if err := q.Look(func(st *conversation.Reading) error {
			v = consult.NewList(st, chosen, q.Lang, 500)
			return nil
		}); err != nil {
			return err
		}
		if err := q.Fill(v); err != nil {
			return err
		}
		if out == nil {
			h := q.Writer.Header()
			h.Set("Content-Type", "text/csv; charset=utf-8")
			h.Set("Content-Disposition", `attachment; filename="`+q.FileName("contributions-"+q.Slug, ".csv")+`"`)
			h.Set("Cache-Control", "no-store")
			out = press.NewCSV(q.Writer)
			if q.NotPublic() && out.Row(q.Frame.T("export.notice")) != nil {
				return nil
			}
			if err := out.Row(consult.Heads(&q.Frame, consult.ContributionColumns)...); err != nil {
				return nil
			}
		}
		for _, c := range v.Contributions {
			parts := c.Parts
			if len(parts) == 0 {
				parts = []part.ContributionPart{{}}
			}
			for _, p := range parts {
				if out.Row(consult.ContributionCells(&q.Frame, c, p)...) != nil {
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

func (q *request) reference(ref, pointsAfter cite.Ref) error {
	switch {
	case ref.Kind() == 'k':
		return q.Read(func(st *conversation.Reading) (frame.View, error) {
			v, ok := consult.NewCallPage(st, ref, q.Lang)
			if !ok {
				return nil, serve.NotFound()
			}
			return v, nil
		})
	case ref.Kind() == 'd':
		return q.disposition(ref, pointsAfter)
	case ref.Kind() == 'c' && ref.FileNumber() > 0:
		return q.file(ref)
	case ref.Kind() == 'c':
		q.Frame.Section = "contributions"
		q.Frame.Token = serve.NonceUnless(q.Anonymous())
		return q.Read(func(st *conversation.Reading) (frame.View, error) {
			if v, ok := consult.NewContributionPage(st, ref, q.Lang); ok {
				v.For(st, q.Me, q.Self(), q.Lang)
				return v, nil
			}
			if v, ok := consult.NewWaitingPage(st, ref); ok && !q.JSON { // for people who follow a line of the record
				return v, nil
			}
			return nil, notThere(st, ref)
		})
	}
	return serve.NotFound()
}

// notThere is the refusal of a contribution that is not there. Where entries were lost it may have been in them: whoever has
// its receipt is told so.
func notThere(st *conversation.Reading, ref cite.Ref) error {
	switch from, to := st.Lost(ref); {
	case from == 0:
		return serve.NotFound()
	case to == 0:
		return refusal.New(refusal.Hidden, "contribution.lost_from", "from", int64(from))
	default:
		return refusal.New(refusal.Hidden, "contribution.lost", "from", int64(from), "to", int64(to))
	}
}
