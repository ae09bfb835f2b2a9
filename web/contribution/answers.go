package contribution

import (
	"errors"

	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/page/consult"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
	"github.com/openplenary/plenary/press"
	"github.com/openplenary/plenary/web/serve"
)

// eachAnswer hands over the rows of what was answered to a call's own questions, in slices so that memory stays small;
// begin is called with the first slice. What an audience may see is looked up anew for each. cells are the row of a
// contribution, nil for none.
func (q *request) eachAnswer(begin func(*consult.AnswerTable) error, cells answerCells, row func(...string) error) error {
	for before, first := 0, true; first || before > 0; first = false {
		v, err := q.answers(before)
		if err != nil {
			return err
		}
		if err := q.Fill(v.List); err != nil {
			return err
		}
		if first {
			if err := begin(v); err != nil {
				return err
			}
		}
		for _, c := range v.Contributions {
			if cells := cells(v, &q.Frame, c); cells != nil {
				if err := row(cells...); err != nil {
					return err
				}
			}
		}
		before = v.Next
	}
	return nil
}

// answerCells makes the row of a contribution.
type answerCells = func(*consult.AnswerTable, *frame.Frame, *part.Contribution) []string

// answers is a slice of what was answered, before a contribution.
func (q *request) answers(before int) (v *consult.AnswerTable, err error) {
	err = q.Look(func(st *conversation.Reading) error {
		var ok bool
		if v, ok = consult.NewAnswerTable(st, q.Ref(), before, q.Lang, 500); !ok {
			return serve.NotFound()
		}
		return nil
	})
	return v, err
}

// takeAnswers says that a file with the answers follows, by its name.
func (q *request) takeAnswers(name, ctype, ending string) {
	h := q.Writer.Header()
	h.Set("Content-Type", ctype)
	h.Set("Content-Disposition", `attachment; filename="`+q.FileName(name+"-"+q.Slug+"-"+string(q.Ref()), ending)+`"`)
	h.Set("Cache-Control", "no-store")
}

// answersCSV streams what was answered to a call's own questions.
func (q *request) answersCSV() error {
	return q.answersFile("answers", func(v *consult.AnswerTable) []string {
		heads, _ := v.Columns(&q.Frame)
		return heads
	}, (*consult.AnswerTable).Cells)
}

// dataCSV streams the same in numbers, for calculations.
func (q *request) dataCSV() error {
	return q.answersFile("data", (*consult.AnswerTable).DataHeads, (*consult.AnswerTable).DataCells)
}

// errReaderGone says that the reader of a file has gone, which is no fault.
var errReaderGone = errors.New("the reader has gone")

// gone is what it means that a row cannot be sent.
func gone(err error) error {
	if err != nil {
		return errors.Join(errReaderGone, err)
	}
	return nil
}

// answersFile streams a table of answers as CSV.
func (q *request) answersFile(name string, heads func(*consult.AnswerTable) []string, cells answerCells) error {
	var out *press.CSV
	err := q.eachAnswer(func(v *consult.AnswerTable) error {
		q.takeAnswers(name, "text/csv; charset=utf-8", ".csv")
		out = press.NewCSV(q.Writer)
		if q.NotPublic() {
			if err := out.Row(q.Frame.T("export.notice")); err != nil {
				return gone(err)
			}
		}
		return gone(out.Row(heads(v)...))
	}, cells, func(cells ...string) error { return gone(out.Row(cells...)) })
	switch {
	case err == nil:
		_ = out.Flush() // a reader that has gone is no fault
	case errors.Is(err, errReaderGone):
		return nil
	}
	return err // where some of it has gone out, it is broken off, so that it does not pass for whole
}

// codebookCSV says what the numbers mean.
func (q *request) codebookCSV() error {
	v, err := q.answers(0)
	if err != nil {
		return err
	}
	q.takeAnswers("codebook", "text/csv; charset=utf-8", ".csv")
	out := press.NewCSV(q.Writer)
	for _, row := range v.Codebook(&q.Frame) {
		if err := out.Row(row...); err != nil {
			return nil // the reader has gone
		}
	}
	_ = out.Flush() // a reader that has gone is no fault
	return nil
}

// results shows what was answered to a call's own questions, by category.
func (q *request) results() error {
	return q.Read(func(st *conversation.Reading) (frame.View, error) {
		v, ok := consult.NewResults(st, q.Ref(), q.Lang)
		if !ok {
			return nil, serve.NotFound()
		}
		return v, nil
	})
}

// answersXLSX is the same as a workbook.
func (q *request) answersXLSX() error {
	x, err := press.NewXLSX()
	if err != nil {
		return err
	}
	defer func() { _ = x.Close() }()
	if err := q.eachAnswer(func(v *consult.AnswerTable) error {
		heads, widths := v.Columns(&q.Frame)
		if q.NotPublic() {
			if err := x.Sheet(q.Frame.T("table.about"), []float64{36, 80}, q.Frame.T("export.notice")); err != nil {
				return err
			}
		}
		return x.Sheet(q.Frame.T("call.chosen"), widths, heads...)
	}, (*consult.AnswerTable).Cells, x.Row); err != nil {
		return err
	}
	q.takeAnswers("answers", serve.Workbook, ".xlsx")
	_, _ = x.WriteTo(q.Writer) // a reader that has gone is no fault
	return nil
}
