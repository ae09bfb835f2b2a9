package web

import (
	"strconv"
	"strings"

	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/survey"
	"github.com/openplenary/plenary/press"
)

// overview is the table of cross-cutting questions by subject areas. Anything may change it: a contribution,
// an answer, a new edition with other labels.
func (s *Server) overview(q *request) error {
	q.frame.Section = "overview"
	return q.read(func(st *conversation.Reading) (frame.View, error) {
		return survey.NewOverview(st, q.lang), nil
	})
}

// evidence opens one cell of the overview.
func (s *Server) evidence(q *request) error {
	q.frame.Section = "overview"
	subject := strings.TrimSuffix(q.PathValue("subject"), ".json")
	after := params[evidenceQuery](q).After
	return q.read(func(st *conversation.Reading) (frame.View, error) {
		v, ok := survey.NewEvidence(st, q.PathValue("row"), subject, after, q.lang)
		if !ok {
			return nil, notFound()
		}
		return v, nil
	})
}

// overviewCSV is the table with a row for each cell.
func (s *Server) overviewCSV(q *request) error {
	var v *survey.Overview
	if err := q.look(func(st *conversation.Reading) error {
		v = survey.NewOverview(st, q.lang)
		return nil
	}); err != nil {
		return err
	}
	h := q.w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="overview-`+q.slug+`.csv"`)
	h.Set("Cache-Control", "no-store")
	out := press.NewCSV(q.w)
	if out.Row(frame.TableHeads(&q.frame, "question", "question_name", "subject", "subject_name", "submissions", "parties", "texts", "points_count", "open_points", "passages", "issues", "questions",
		"stating", "pairs", "pairs_alike", "convergence", "invented", "position")...) != nil {
		return nil // the reader has gone
	}
	for _, r := range v.Rows {
		for i, c := range r.Cells {
			row := []string{c.Row, r.Name.Text, c.Subject, v.Subjects[i].Name.Text}
			for _, n := range []int{c.Submissions, c.Parties, c.Texts, c.Points, c.Open, c.Elements, c.Issues, c.Questions, c.Stating, c.Pairs, c.Alike} {
				row = append(row, strconv.Itoa(n))
			}
			if out.Row(append(row, q.frame.T("convergence."+c.Convergence), frame.TableYes(&q.frame, v.Invented), strconv.FormatInt(int64(v.Head), 10))...) != nil {
				return nil
			}
		}
	}
	_ = out.Flush() // a reader that has gone is no fault
	return nil
}
