package contribution

import (
	"errors"
	"strconv"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/page/consult"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/press"
	"github.com/openplenary/plenary/web/serve"
)

// paperRef is the paper in the path, through its editions; None where it is none.
func (q *request) paperRef() cite.Ref {
	if r := q.Ref(); r.Kind() == 'p' && r.ElementNumber() == 0 {
		return r
	}
	return cite.None
}

// responses is the comment-response document of a paper.
func (q *request) responses() error {
	q.Frame.Section = "documents"
	p := serve.Params[responsesQuery](q.Request)
	return q.Read(func(st *conversation.Reading) (frame.View, error) {
		v, ok := consult.NewResponses(st, q.paperRef(), consult.ResponsesQuery{Outcome: p.Outcome, After: p.After, Print: p.Print}, q.Lang)
		if !ok {
			return nil, serve.NotFound()
		}
		return v, nil
	})
}

// eachResponse hands over the rows of the document, in slices so that memory stays small. What an audience may
// see is looked up anew for each slice.
func (q *request) eachResponse(each func([]string) error) error {
	for after := cite.None; ; {
		var v *consult.ResponseTable
		if err := q.Look(func(st *conversation.Reading) error {
			var ok bool
			if v, ok = consult.NewResponseTable(st, q.paperRef(), after, q.Lang, 500); !ok {
				return serve.NotFound()
			}
			return nil
		}); err != nil {
			return err
		}
		w, err := q.Server.Granted(q.Context(), q.Slug, q.Reading, v.Need())
		if err != nil {
			return err
		}
		v.Fill(w)
		for _, r := range v.Rows {
			if err := each(consult.ResponseCells(&q.Frame, r)); err != nil {
				return err
			}
		}
		if v.Next == cite.None {
			return nil
		}
		after = v.Next
	}
}

// attach says that a file follows.
func (q *request) attach(ctype, kind string) {
	h := q.Writer.Header()
	h.Set("Content-Type", ctype)
	h.Set("Content-Disposition", `attachment; filename="`+q.FileName("responses-"+q.Slug+"-"+string(q.paperRef().Root()), kind)+`"`)
	h.Set("Cache-Control", "no-store")
}

func (q *request) responsesCSV() error {
	out := press.NewCSV(q.Writer)
	begun := false
	begin := func() error {
		if begun {
			return nil
		}
		begun = true
		q.attach("text/csv; charset=utf-8", ".csv")
		if q.NotPublic() {
			if err := out.Row(q.Frame.T("export.notice")); err != nil {
				return gone(err)
			}
		}
		return gone(out.Row(consult.Heads(&q.Frame, consult.ResponseColumns)...))
	}
	if err := q.eachResponse(func(cells []string) error {
		if err := begin(); err != nil {
			return err
		}
		return gone(out.Row(cells...))
	}); errors.Is(err, errReaderGone) {
		return nil
	} else if err != nil {
		return err // where some of it has gone out, it is broken off, so that it does not pass for whole
	}
	if begin() == nil {
		_ = out.Flush() // a reader that has gone is no fault
	}
	return nil
}

func (q *request) responsesXLSX() error {
	var v *consult.Responses
	if err := q.Look(func(st *conversation.Reading) error {
		var ok bool
		if v, ok = consult.NewResponses(st, q.paperRef(), consult.ResponsesQuery{}, q.Lang); !ok {
			return serve.NotFound()
		}
		return nil
	}); err != nil {
		return err
	}
	x, err := press.NewXLSX()
	if err != nil {
		return err
	}
	defer func() { _ = x.Close() }()
	if err := q.responsesCover(x, v); err != nil {
		return err
	}
	if err := x.Sheet(q.Frame.T("table.points"), consult.Widths(consult.ResponseColumns), consult.Heads(&q.Frame, consult.ResponseColumns)...); err != nil {
		return err
	}
	if err := q.eachResponse(func(cells []string) error { return x.Row(cells...) }); err != nil {
		return err
	}
	q.attach(serve.Workbook, ".xlsx")
	_, _ = x.WriteTo(q.Writer) // a reader that has gone is no fault
	return nil
}

// responsesCover is the first sheet: what this is, where it comes from, and the ledger.
func (q *request) responsesCover(x *press.XLSX, v *consult.Responses) error {
	f := &q.Frame
	if err := x.Sheet(f.T("table.about"), []float64{36, 80}); err != nil {
		return err
	}
	rows := [][]string{{f.T("responses.title"), v.Symbol}, {f.T("responses.paper"), v.Name.Text}, {f.T("nav.conversation"), f.Name},
		{f.T("responses.address"), f.Host + "/c/" + q.Slug + "/" + string(v.Ref) + "/responses"}, {f.T("record.entry", "n", strconv.FormatInt(int64(v.Head), 10)), f.DateTime(q.Received)}}
	if v.Invented {
		rows = append(rows, []string{f.T("demo.badge"), f.DemoNotice()})
	}
	for _, o := range v.Outcomes {
		rows = append(rows, []string{f.T("outcome." + o.Outcome), strconv.Itoa(o.Points)})
	}
	rows = append(rows, []string{f.T("responses.unanswered"), strconv.Itoa(v.Ledger.Unanswered)}, []string{f.T("responses.waiting"), strconv.Itoa(v.Ledger.Pending)},
		[]string{f.T("responses.gone"), strconv.Itoa(v.Ledger.Gone)}, []string{f.T("responses.all"), strconv.Itoa(v.Ledger.Parts())})
	if q.NotPublic() {
		rows = append([][]string{{f.T("export.not_public"), f.T("export.notice")}}, rows...)
	}
	for _, r := range rows {
		if err := x.Row(r...); err != nil {
			return err
		}
	}
	return nil
}
