package part

import (
	"slices"
	"strconv"
	"strings"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/questionnaire"
)

// StanceNames are the stances in the order of their numbers at a question of a call.
var StanceNames = []string{"yes", "in_part", "no", "wrong_question"}

// Question is a question of a call's own.
type Question struct {
	Number  int                   `json:"number"`
	Kind    string                `json:"kind"`
	Text    frame.LocalizedText   `json:"text"`
	Options []frame.LocalizedText `json:"options,omitempty"` // what can be chosen, in order
	Steps   int                   `json:"steps,omitempty"`   // of a scale
	Low     frame.LocalizedText   `json:"low,omitzero"`      // what the first step means
	High    frame.LocalizedText   `json:"high,omitzero"`     // what the last step means
	// Rows are those of a table, whose columns are Options; its cells are numbered along the rows.
	Rows []frame.LocalizedText `json:"rows,omitempty"`
	// Unit is what a number counts, or is measured in.
	Unit frame.LocalizedText `json:"unit,omitzero"`
	// Least and Greatest bound a number ("-1.5") or a date ("2030-01-31"); "" for no bound.
	Least    string `json:"least,omitempty"`
	Greatest string `json:"greatest,omitempty"`
	// Required: whoever answers any question of the call answers this one, where it is asked of them.
	Required bool `json:"required,omitempty"`
	// If says of whom it is asked; of all where it says nothing. Who is asked of a whole section stands with the section.
	If questionnaire.Condition `json:"if,omitzero"`
	// Withdrawn are the numbers of options that are not offered any more.
	Withdrawn []int `json:"withdrawn,omitempty"`
	of        *questionnaire.Question
}

// FormText is a text of a questionnaire by its name for a reader of a language, with what it is.
func FormText(form *questionnaire.Form, name string, l locale.Lang) frame.LocalizedText {
	t, _ := form.Text(name)
	return frame.LocalizeAs(t, l, form.Marks.Standing(name, t, l))
}

// NewQuestion describes a question.
func NewQuestion(q *questionnaire.Question, n int, l locale.Lang) Question {
	v := Question{Number: n, Kind: q.Kind, Text: frame.Localize(q.Text, l), Steps: q.Steps, Low: frame.Localize(q.Low, l), High: frame.Localize(q.High, l),
		Unit: frame.Localize(q.Unit, l), Least: q.Least, Greatest: q.Greatest, Required: q.Required, If: q.If, Withdrawn: q.Withdrawn, of: q}
	for _, r := range q.Rows {
		v.Rows = append(v.Rows, frame.Localize(r, l))
	}
	for _, o := range q.Options {
		v.Options = append(v.Options, frame.Localize(o, l))
	}
	return v
}

// Named names one thing that can be chosen, by its number, in the language of a page, and says where it is offered no more; ""
// past the last.
func (q *Question) Named(f *frame.Frame, n int) string {
	name := q.of.Named(n, f.Lang)
	if name != "" && !q.of.Offered(n) {
		return f.T("question.option_withdrawn", "option", name)
	}
	return name
}

// MayDecline reports whether one can say at the question that one does not know or prefers not to answer.
func (q *Question) MayDecline() bool { return q.of.MayDecline() }

// Whole reports whether only whole numbers or days are values of the question.
func (q *Question) Whole() bool { return q.of.Whole || q.Kind == questionnaire.Date }

// Size is a value as a number that can be compared, and Value the value of one: see questionnaire.Question.
func (q *Question) Size(value string) float64 { return q.of.Size(value) }

// Value is the value of a size.
func (q *Question) Value(size float64) string { return q.of.Value(size) }

// Valued is a value that was typed, as readers of the language of a page write it, with its unit.
func (q *Question) Valued(f *frame.Frame, value string) string {
	s := Valued(f, q.Kind, value)
	if q.Unit.Text != "" && value != "" {
		s += "\u00a0" + q.Unit.Text
	}
	return s
}

// Valued is the value of a question of a kind, as readers of the language of a page write it.
func Valued(f *frame.Frame, kind, value string) string {
	if kind == questionnaire.Date {
		return f.Day(value)
	}
	whole, part, _ := strings.Cut(value, ".")
	digits := strings.TrimPrefix(whole, "-")
	for at := len(digits) - 3; at > 0 && len(whole) > 4; at -= 3 {
		digits = digits[:at] + "\u202f" + digits[at:]
	}
	if strings.HasPrefix(whole, "-") {
		digits = "\u2212" + digits
	}
	switch {
	case part == "":
		return digits
	case f.Lang == locale.French || f.Lang == locale.Spanish || f.Lang == locale.Russian:
		return digits + "," + part
	}
	return digits + "." + part
}

// InWords reports whether the question takes words.
func (q *Question) InWords() bool { return q.of.InWords() }

// Chosen is what somebody chose at a question.
type Chosen struct {
	Question
	// Picks are numbers of options, of a step or of a stance, counted from 1; 0 where they do not answer on purpose. At a
	// ranking they are the places of the options, 0 for one that is left out.
	// Of a table they are the cells that are filled in, of a question for files those of the contribution's files.
	Picks []int `json:"picks"`
	// Value is what was typed at a question for a number or a date.
	Value string `json:"value,omitempty"`
}

// Given is what a contribution chose, as the rules about questions take it.
func Given(c *Contribution) (out questionnaire.Answers) {
	for _, a := range c.Answers {
		out.Choices = append(out.Choices, cite.Choice{Question: a.Number, Picks: a.Picks, Value: a.Value})
	}
	return out
}

// Words are what was chosen, in the language of a page, one thing after another.
func (c Chosen) Words(f *frame.Frame) string {
	if c.Value != "" {
		return c.Valued(f, c.Value)
	}
	return c.of.Said(c.Picks, f.Lang)
}

// declined reports whether they say that they do not answer.
func (c *Chosen) declined() bool { return len(c.Picks) == 1 && c.Picks[0] == 0 }

// chosenOf lists what a contribution chose at the questions of its call.
func chosenOf(st *conversation.Reading, call, contribution cite.Ref, l locale.Lang) (out []Chosen) {
	form, ok := st.Consultation.Questions(call)
	if !ok {
		return nil
	}
	for _, c := range st.Consultation.Chosen(contribution) {
		if q, ok := form.Question(c.Question); ok {
			out = append(out, Chosen{NewQuestion(q, c.Question, l), c.Picks, c.Value})
		}
	}
	return out
}

// Filled are the cells of a table that was filled in, a list for each of its rows; nil where the words are not those of its
// cells, or not any more.
func (q *Question) Filled(text string) (rows [][]string) {
	cells, ok := q.of.Cells(text)
	if !ok {
		return nil
	}
	return slices.Collect(slices.Chunk(cells, len(q.Options)))
}

// cells are those of the table that the part fills in, nil where it fills in none.
func (p *ContributionPart) cells() [][]string {
	if p.table == nil {
		return nil
	}
	return p.table.Filled(p.Text)
}

// askedAt makes a part that answers a question of the call's own say so.
func (p *ContributionPart) askedAt(st *conversation.Reading, call cite.Ref, n int, l locale.Lang) {
	form, ok := st.Consultation.Questions(call)
	if !ok {
		return
	}
	if q, ok := form.Question(n); ok {
		p.Question, p.Symbol, p.Kind, p.Label, p.Asked = n, "", "question", strconv.Itoa(n), frame.Localize(q.Text, l)
		if q.Kind == questionnaire.Table {
			table := NewQuestion(q, n, l)
			p.table = &table
		}
	}
}
