package priorities

import (
	"strconv"
	"strings"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/page/frame"
	view "github.com/openplenary/plenary/page/priorities"
	"github.com/openplenary/plenary/press"
	"github.com/openplenary/plenary/web/serve"
)

// table writes a table as a file, rows and all.
func table(q *serve.Request, name string, columns []string, rows [][]string) error {
	h := q.Writer.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="`+q.FileName(name+"-"+q.Slug, ".csv")+`"`)
	h.Set("Cache-Control", "no-store")
	out := press.NewCSV(q.Writer)
	if q.NotPublic() && out.Row(q.Frame.T("export.notice")) != nil {
		return nil
	}
	if out.Row(frame.TableHeads(&q.Frame, columns...)...) != nil {
		return nil // the reader has gone
	}
	for _, r := range rows {
		if out.Row(r...) != nil {
			return nil
		}
	}
	_ = out.Flush() // a reader that has gone is no fault
	return nil
}

// place is a place in a table, empty for none.
func place(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// orderCSV is an order with a row for each theme: those that are taken in their order, then the others.
func orderCSV(q *serve.Request) error {
	var v *view.Order
	if err := q.Look(func(st *conversation.Reading) (err error) {
		var ok bool
		if v, ok = view.NewOrder(st, q.Ref(), q.Lang); !ok {
			return serve.NotFound()
		}
		return nil
	}); err != nil {
		return err
	}
	if err := q.Fill(v); err != nil {
		return err
	}
	var rows [][]string
	for _, list := range [][]*view.Placed{v.Taken, v.Left} {
		for _, p := range list {
			var names []string
			for _, x := range p.Names {
				names = append(names, string(x.Ref))
			}
			at := v.Versions[len(v.Versions)-1]
			rows = append(rows, []string{string(p.Ref), p.Name.Text, q.Frame.T("priority.state." + v.State), place(p.Place), place(v.Versions[0].Places[p.Number-1]),
				p.Reason.Text, string(p.Reason.Lang), strings.Join(names, " "), frame.TableYes(&q.Frame, q.Frame.Demo), position(at.Position)})
		}
	}
	return table(q, "order-"+string(v.Ref), []string{"reference", "theme", "status", "place_decided", "place_proposed", "reason", "reason_language", "passages", "invented", "position"}, rows)
}

func position(p cite.Position) string { return strconv.FormatInt(int64(p), 10) }

// evidenceCSV is what stands behind a theme with a row for each category. It has no row over all of them.
func evidenceCSV(q *serve.Request) error {
	var v *view.Evidence
	if err := q.Look(func(st *conversation.Reading) (err error) {
		var ok bool
		if v, ok = view.NewEvidence(st, q.Ref(), cite.None, q.Lang); !ok {
			return serve.NotFound()
		}
		return nil
	}); err != nil {
		return err
	}
	var rows [][]string
	for _, k := range v.By {
		row := []string{k.ID, k.Name.Text}
		for _, n := range []int{k.Submissions, k.Everything.Submissions, k.Parties, k.Everything.Parties, k.Texts, k.Points, k.Open, k.OnRoll, k.Spoke} {
			row = append(row, strconv.Itoa(n))
		}
		rows = append(rows, append(row, frame.TableYes(&q.Frame, v.Invented), position(v.Head)))
	}
	return table(q, "theme-"+string(v.Ref), []string{"category_id", "category", "contributions", "contributions_all", "parties", "parties_all", "texts", "points_count", "open_points",
		"on_roll", "on_roll_spoke", "invented", "position"}, rows)
}
