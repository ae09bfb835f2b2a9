package web

import (
	"strconv"
	"strings"

	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/survey"
	"github.com/openplenary/plenary/press"
	"github.com/openplenary/plenary/web/serve"
)

// overview is the table of cross-cutting questions by subject areas. Anything may change it: a contribution,
// an answer, a new edition with other labels.
func (q *request) overview() error {
	q.Frame.Section = "overview"
	return q.Read(func(st *conversation.Reading) (frame.View, error) {
		return survey.NewOverview(st, q.Lang), nil
	})
}

// evidence opens one cell of the overview.
func (q *request) evidence() error {
	q.Frame.Section = "overview"
	subject := strings.TrimSuffix(q.PathValue("subject"), ".json")
	after := serve.Params[evidenceQuery](q.Request).After
	return q.Read(func(st *conversation.Reading) (frame.View, error) {
		v, ok := survey.NewEvidence(st, q.PathValue("row"), subject, after, q.Lang)
		if !ok {
			return nil, serve.NotFound()
		}
		return v, nil
	})
}

// overviewCSV is the table with a row for each cell.
func (q *request) overviewCSV() error {
	var v *survey.Overview
	if err := q.Look(func(st *conversation.Reading) error {
		v = survey.NewOverview(st, q.Lang)
		return nil
	}); err != nil {
		return err
	}
	h := q.Writer.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="overview-`+q.Slug+`.csv"`)
	h.Set("Cache-Control", "no-store")
	out := press.NewCSV(q.Writer)
	if out.Row(frame.TableHeads(&q.Frame, "question", "question_name", "subject", "subject_name", "submissions", "parties", "texts", "points_count", "open_points", "passages", "issues", "questions",
		"stating", "pairs", "pairs_alike", "convergence", "invented", "position")...) != nil {
		return nil // the reader has gone
	}
	for _, r := range v.Rows {
		for i, c := range r.Cells {
			row := []string{c.Row, r.Name.Text, c.Subject, v.Subjects[i].Name.Text}
			for _, n := range []int{c.Submissions, c.Parties, c.Texts, c.Points, c.Open, c.Elements, c.Issues, c.Questions, c.Stating, c.Pairs, c.Alike} {
				row = append(row, strconv.Itoa(n))
			}
			if out.Row(append(row, q.Frame.T("convergence."+c.Convergence), frame.TableYes(&q.Frame, v.Invented), strconv.FormatInt(int64(v.Head), 10))...) != nil {
				return nil
			}
		}
	}
	_ = out.Flush() // a reader that has gone is no fault
	return nil
}
