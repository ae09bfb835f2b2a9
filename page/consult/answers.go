package consult

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
	"github.com/openplenary/plenary/questionnaire"
)

// AnswerTable is what the published contributions to a call answer to its own questions: a row for each contribution, and
// for each question a column with what was chosen and one with the words.
type AnswerTable struct {
	*List
	Questions []AnsweredQuestion
	form      *questionnaire.Form
}

// AnsweredQuestion is a question as a table heads its columns.
type AnsweredQuestion struct {
	part.Question
	Chooses, Words bool // it has a column for what is chosen, and for words
	some           bool // it is asked of some only
}

// NewAnswerTable builds at most limit rows before a contribution, by its number (0: the newest). It is not ok where the
// call has no questions of its own.
func NewAnswerTable(st *conversation.Reading, call cite.Ref, before int, l locale.Lang, limit int) (*AnswerTable, bool) {
	form, ok := st.Consultation.Questions(call)
	if !ok {
		return nil, false
	}
	v := &AnswerTable{List: NewList(st, ListQuery{Call: call, Before: before}, l, limit), form: form}
	for n := 1; n <= form.Len(); n++ {
		q, _ := form.Question(n)
		v.Questions = append(v.Questions, AnsweredQuestion{part.NewQuestion(q, n, l), q.Kind != questionnaire.Words && q.Kind != questionnaire.Table, q.InWords(), form.Conditional(n)})
	}
	return v, true
}

// answerHeads are the columns before those of the questions.
var answerHeads = []Column{{"reference", 12}, {"received", 24}, {"late", 8}, {"name", 24}, {"organisation", 24}, {"category", 18}, {"country", 18}}

// Columns are the heads of the table in the language of a page, and their widths in characters.
func (v *AnswerTable) Columns(f *frame.Frame) (heads []string, widths []float64) {
	heads, widths = Heads(f, answerHeads), Widths(answerHeads)
	add := func(head string, width float64) { heads, widths = append(heads, head), append(widths, width) }
	for _, q := range v.Questions {
		head := strconv.Itoa(q.Number) + ". " + locale.OneLine(q.Text.Text)
		if q.Chooses {
			add(head, 30)
		}
		if q.Words && q.Chooses {
			add(strconv.Itoa(q.Number)+". "+f.T("form.words"), 60)
		} else if q.Words {
			add(head, 60)
		}
	}
	add(f.T("table.category_id"), 12)
	add(f.T("table.country_code"), 8)
	add(f.T("table.position"), 12)
	return heads, widths
}

// Cells are the row of a contribution; nil for one that answers none of the questions.
func (v *AnswerTable) Cells(f *frame.Frame, c *part.Contribution) []string {
	chosen, words := map[int]string{}, map[int]string{}
	for _, a := range c.Answers {
		chosen[a.Number] = a.Words(f)
	}
	for _, p := range c.Parts {
		if p.Question > 0 {
			words[p.Question] = p.Text
		}
	}
	if len(chosen)+len(words) == 0 {
		return nil
	}
	out := []string{string(c.Ref), c.Received.UTC().Format(time.RFC3339), frame.TableYes(f, c.Late), c.Name, c.Org, c.CategoryName, c.CountryName}
	for _, q := range v.Questions {
		if q.Chooses {
			out = append(out, chosen[q.Number])
		}
		if q.Words {
			out = append(out, words[q.Number])
		}
	}
	return append(out, c.Category, c.Country, strconv.FormatInt(int64(c.Position), 10))
}

// DataHeads are the columns of the table for calculations: the same in every language. A question with several choices
// has a column for each.
func (v *AnswerTable) DataHeads() []string {
	out := []string{"contribution", "received", "late", "category", "country"}
	for _, q := range v.Questions {
		out = append(out, q.variables()...)
	}
	return out
}

// variables are the columns of one question.
func (q *AnsweredQuestion) variables() (out []string) {
	name := questionnaire.QuestionField(q.Number)
	switch {
	case q.Kind == questionnaire.Several, q.Kind == questionnaire.Ranking:
		for i := range q.Options {
			out = append(out, name+"_"+strconv.Itoa(i+1))
		}
	case q.Kind == questionnaire.Table:
		for i := range q.Rows {
			for j := range q.Options {
				out = append(out, name+"_r"+strconv.Itoa(i+1)+"_c"+strconv.Itoa(j+1))
			}
		}
		return out
	case q.Kind == questionnaire.File:
		out = append(out, name+"_files")
	case q.Chooses:
		out = append(out, name)
	}
	if q.Words {
		out = append(out, name+"_words")
	}
	return out
}

// DataCells are the row of a contribution in numbers; nil for one that answers none of the questions. A question that is
// not answered is empty.
func (v *AnswerTable) DataCells(_ *frame.Frame, c *part.Contribution) []string {
	chosen, words := map[int]part.Chosen{}, map[int]string{}
	for _, a := range c.Answers {
		chosen[a.Number] = a
	}
	for _, p := range c.Parts {
		if p.Question > 0 {
			words[p.Question] = p.Text
		}
	}
	if len(chosen)+len(words) == 0 {
		return nil
	}
	out := []string{string(c.Ref), c.Received.UTC().Format(time.RFC3339), oneIf(c.Late), c.Category, c.Country}
	asked := v.form.AskedOf(part.Given(c))
	for _, q := range v.Questions {
		picks := chosen[q.Number].Picks
		_, worded := words[q.Number]
		switch {
		case !asked[q.Number]:
			out = append(out, q.all(notAskedCode)...)
			continue
		case len(picks) == 1 && picks[0] == 0 && q.Kind != questionnaire.Scale:
			for range q.closed() {
				out = append(out, declinedCode)
			}
		case q.Kind == questionnaire.Table:
			out = append(out, q.cells(words[q.Number])...)
			continue
		case questionnaire.Typed(q.Kind):
			out = append(out, chosen[q.Number].Value)
		case q.Kind == questionnaire.File && len(picks) == 0:
			out = append(out, "")
		case q.Kind == questionnaire.File:
			out = append(out, strconv.Itoa(len(picks)))
		case q.Kind == questionnaire.Several:
			for i := range q.Options {
				if len(picks) == 0 {
					out = append(out, "")
				} else {
					out = append(out, oneIf(slices.Contains(picks, i+1)))
				}
			}
		case q.Kind == questionnaire.Ranking:
			for i := range q.Options {
				if i >= len(picks) {
					out = append(out, "")
				} else {
					out = append(out, strconv.Itoa(picks[i]))
				}
			}
		case q.Chooses && len(picks) == 0:
			out = append(out, "")
		case q.Chooses:
			out = append(out, strconv.Itoa(picks[0]))
		}
		if q.Words {
			out = append(out, oneIf(worded))
		}
	}
	return out
}

// What stands in the columns of a question where there is no answer: somebody says that they do not answer (at a scale 0
// stands for that), or it was not asked of them.
const (
	declinedCode = "declined"
	notAskedCode = "not_asked"
)

// closed are the columns of a question beside that of its words.
func (q *AnsweredQuestion) closed() []string {
	return slices.DeleteFunc(q.variables(), func(s string) bool { return strings.HasSuffix(s, "_words") })
}

// all are the columns of a question, the same in each.
func (q *AnsweredQuestion) all(code string) []string {
	return slices.Repeat([]string{code}, len(q.variables()))
}

// cells are those of a table, empty where it was not filled in.
func (q *AnsweredQuestion) cells(text string) (out []string) {
	for _, row := range q.Filled(text) {
		out = append(out, row...)
	}
	return append(out, make([]string, len(q.variables())-len(out))...)
}

func oneIf(yes bool) string {
	if yes {
		return "1"
	}
	return "0"
}

// Codebook says what each number of the table for calculations means, in the language of a page: a row for each column
// and number, below a row of heads.
func (v *AnswerTable) Codebook(f *frame.Frame) (rows [][]string) {
	rows = append(rows, []string{f.T("table.variable"), f.T("kind.question"), f.T("table.kind"), f.T("table.code"), f.T("table.meaning")})
	for _, c := range []string{"contribution", "received"} {
		rows = append(rows, []string{c, "", "", "", f.T("table." + c)})
	}
	rows = append(rows, []string{"late", "", "", "1", f.T("table.late")})
	for _, c := range v.List.Categories {
		rows = append(rows, []string{"category", "", "", c.ID, c.Name})
	}
	rows = append(rows, []string{"country", "", "", "", f.T("table.country_code")})
	for _, q := range v.Questions {
		asked, kind := locale.OneLine(q.Text.Text), f.T("desk.questions.kind."+q.Kind)
		add := func(variable, code, meaning string) {
			rows = append(rows, []string{variable, asked, kind, code, meaning})
		}
		for i, variable := range q.variables() {
			switch {
			case q.Words && strings.HasSuffix(variable, "_words"):
				add(variable, "", f.T("results.code.words"))
			case q.Kind == questionnaire.Table:
				add(variable, "", f.T("results.code.cell")+frame.Colon(f)+q.Named(f, i+1))
			case questionnaire.Typed(q.Kind):
				add(variable, q.codes(), q.meanings(f))
				add(variable, "", f.T("results.code.empty"))
			case q.Kind == questionnaire.File:
				add(variable, "1–"+strconv.Itoa(questionnaire.MaxFiles), f.T("results.code.files"))
				add(variable, "", f.T("results.code.empty"))
			case q.Kind == questionnaire.Several:
				add(variable, "1", f.T("results.code.chosen")+frame.Colon(f)+q.Named(f, i+1))
				add(variable, "0", f.T("results.code.not_chosen"))
				add(variable, "", f.T("results.code.empty"))
			case q.Kind == questionnaire.Ranking:
				add(variable, "1–"+strconv.Itoa(len(q.Options)), f.T("results.code.place", "option", q.Named(f, i+1)))
				add(variable, "0", f.T("results.code.left_out"))
				add(variable, "", f.T("results.code.empty"))
			default:
				for n := 1; q.Named(f, n) != ""; n++ {
					add(variable, strconv.Itoa(n), q.meaning(f, n))
				}
				if q.Kind == questionnaire.Scale {
					add(variable, "0", f.T("form.declined"))
				}
				add(variable, "", f.T("results.code.empty"))
			}
			if q.some {
				add(variable, notAskedCode, f.T("results.not_asked"))
			}
			if q.MayDecline() && q.Kind != questionnaire.Scale && !strings.HasSuffix(variable, "_words") {
				add(variable, declinedCode, f.T("form.declined"))
			}
		}
	}
	return rows
}

// codes are the values of a question for a number or a date, as far as they are bounded.
func (q *AnsweredQuestion) codes() string {
	if q.Least == "" && q.Greatest == "" {
		return ""
	}
	return q.Least + "…" + q.Greatest
}

// meanings say what they are.
func (q *AnsweredQuestion) meanings(f *frame.Frame) string {
	if q.Kind == questionnaire.Date {
		return f.T("results.code.date")
	}
	s := f.T("results.code.number")
	if q.Unit.Text != "" {
		s += frame.Colon(f) + q.Unit.Text
	}
	return s
}

// meaning names a thing that can be chosen, the ends of a scale with what they mean.
func (q *AnsweredQuestion) meaning(f *frame.Frame, n int) string {
	switch {
	case q.Kind == questionnaire.Scale && n == 1:
		return "1" + frame.Colon(f) + q.Low.Text
	case q.Kind == questionnaire.Scale && n == q.Steps:
		return strconv.Itoa(n) + frame.Colon(f) + q.High.Text
	}
	return q.Named(f, n)
}
