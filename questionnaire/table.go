package questionnaire

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/refusal"
)

// A table is kept as words, a line for each of its rows: "| first cell | second cell |". So it is read, searched, translated,
// blacked out and forgotten as other words are.

// TableText writes the cells of a table as they are kept, those of the first row first; "" where all are empty. What stands
// in a cell is put in one line, and a bar in it becomes a stroke.
func (q *Question) TableText(cells []string) string {
	var b strings.Builder
	some := false
	for i, c := range cells {
		c = strings.Join(strings.Fields(strings.ReplaceAll(c, "|", "/")), " ")
		some = some || c != ""
		if i%len(q.Options) == 0 {
			b.WriteString("|")
		}
		b.WriteString(" " + c + " |")
		if i%len(q.Options) == len(q.Options)-1 && i < len(cells)-1 {
			b.WriteString("\n")
		}
	}
	if !some {
		return ""
	}
	return b.String()
}

// Cells reads the cells of a table from the words in which it is kept, those of the first row first. It is not ok where
// they are not those of this table.
func (q *Question) Cells(text string) (cells []string, ok bool) {
	if len(text) > (MaxCell*utf8.UTFMax+3)*MaxRows*MaxColumns {
		return nil, false
	}
	lines := strings.Split(text, "\n")
	if len(lines) != len(q.Rows) {
		return nil, false
	}
	for _, line := range lines {
		line, first := strings.CutPrefix(strings.TrimSpace(line), "|")
		line, last := strings.CutSuffix(line, "|")
		row := strings.Split(line, "|")
		if !first || !last || len(row) != len(q.Options) {
			return nil, false
		}
		for _, c := range row {
			cells = append(cells, strings.TrimSpace(c))
		}
	}
	return cells, true
}

// RefusedTable holds words to the table that the question asks for; it is nil where nothing is wrong.
func (q *Question) RefusedTable(n int, text string) *refusal.Refusal {
	_, no := q.refusedTable(n, text)
	return no
}

// refusedTable holds words to the table that the question asks for, and gives the numbers of the cells that are filled in,
// counted from 1 along the rows.
func (q *Question) refusedTable(n int, text string) (filled []int, no *refusal.Refusal) {
	cells, ok := q.Cells(text)
	if !ok {
		return nil, refusal.In(QuestionField(n), "question.table", "n", n, "rows", len(q.Rows), "columns", len(q.Options))
	}
	for i, c := range cells {
		if utf8.RuneCountInString(c) > MaxCell {
			return nil, refusal.In(QuestionField(n), "question.cell", "n", n, "max", MaxCell)
		}
		if c != "" {
			filled = append(filled, i+1)
		}
	}
	if len(filled) == 0 {
		return nil, refusal.In(QuestionField(n), "question.table", "n", n, "rows", len(q.Rows), "columns", len(q.Options))
	}
	return filled, nil
}

// Corrected holds what a contribution is to say instead at a question of its call to what was counted of it: words are there, and of a
// table the same cells are filled in. Whoever means something else takes the contribution back and sends another. A question that is
// not the call's own holds it to nothing.
func (s *State) Corrected(contribution, call cite.Ref, n int, text string) error {
	form, ok := s.Form(call)
	if !ok {
		return nil
	}
	q, ok := form.Question(n)
	if !ok {
		return nil
	}
	if strings.TrimSpace(text) == "" {
		return refusal.In("text", "contribution.empty")
	}
	if q.Kind != Table {
		return nil
	}
	filled, no := q.refusedTable(n, text)
	if no != nil {
		no.Field = "text"
		return no
	}
	was := Answers{Choices: s.Chosen(contribution)}
	//mutants:guard what was counted of an answer stays what it says
	if !slices.Equal(filled, was.chosen(n)) {
		return refusal.In("text", "correction.cells")
	}
	return nil
}
