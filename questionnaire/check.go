package questionnaire

import (
	"slices"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/locale"
)

// Check cleans the texts and holds everything to its bounds. What is wrong with a question is said of the field
// QuestionField, what is wrong with a section of "s1", "s2", ...
func (c Ask) Check() (Ask, error) {
	var in input.Check
	var before []*Question
	c.Sections = slices.Clone(c.Sections)
	for i := range c.Sections {
		s := &c.Sections[i]
		field := SectionField(i + 1)
		in.Lines(field, &s.Title, input.MaxTitle)
		in.Texts(field, &s.Text, input.MaxText)
		in.If(s.Title.Empty(), field, "questionnaire.title")
		in.If(len(s.Questions) == 0, field, "questionnaire.none")
		s.If = s.If.check(&in, field, before)
		s.Questions = slices.Clone(s.Questions)
		for j := range s.Questions {
			q := &s.Questions[j]
			field := QuestionField(len(before) + 1)
			*q = q.check(&in, field)
			q.If = q.If.check(&in, field, before)
			before = append(before, q)
		}
	}
	in.If(len(before) > MaxQuestions || len(c.Sections) > MaxSections, "", "questionnaire.many", "max", MaxQuestions, "sections", MaxSections)
	return c, in.Err()
}

// check holds a condition to the questions before what it stands at: so nothing waits for itself, for what comes later, or in
// a circle.
func (c Condition) check(in *input.Check, field string, before []*Question) Condition {
	if c.Always() {
		return Condition{}
	}
	switch {
	case c.Question < 1 || c.Question > len(before):
		in.Refuse(field, "questionnaire.condition_earlier")
	case !before[c.Question-1].closed():
		in.Refuse(field, "questionnaire.condition_kind", "n", c.Question)
	default:
		c.Picks = slices.Clone(c.Picks)
		slices.Sort(c.Picks)
		c.Picks = slices.Compact(c.Picks)
		most := before[c.Question-1].picks()
		in.If(len(c.Picks) == 0 || c.Picks[0] < 1 || c.Picks[len(c.Picks)-1] > most, field, "questionnaire.condition_choice", "n", c.Question, "max", most)
	}
	return c
}

// check cleans one question, and takes off what its kind has not.
func (q Question) check(in *input.Check, field string) Question {
	in.OneOf(field, q.Kind, Kinds, "questionnaire.kind")
	in.Lines(field, &q.Text, input.MaxOutcome)
	in.If(q.Text.Empty(), field, "questionnaire.text")
	in.Lines(field, &q.Hint, input.MaxOutcome)
	q.Withdrawn = nil
	q.checkLists(in, field)
	if q.Kind != Several {
		q.Most = 0
	}
	in.If(q.Most < 0 || q.Most > len(q.Options), field, "questionnaire.most", "max", len(q.Options))
	if q.Kind != Scale {
		q.Steps, q.Low, q.High = 0, locale.Text{}, locale.Text{}
	} else {
		in.If(q.Steps < MinSteps || q.Steps > MaxSteps, field, "questionnaire.steps", "min", MinSteps, "max", MaxSteps)
		in.Lines(field, &q.Low, input.MaxName)
		in.Lines(field, &q.High, input.MaxName)
		in.If(q.Low.Empty() || q.High.Empty(), field, "questionnaire.ends")
	}
	q.checkBounds(in, field)
	if q.Kind != Stance {
		q.On = cite.None
	}
	q.Words = q.Words && q.Kind != Words && q.Kind != Table
	q.Declines = q.Declines && q.Kind != Scale
	return q
}

// checkLists cleans options, and the rows and columns of a table.
func (q *Question) checkLists(in *input.Check, field string) {
	switch {
	case q.Kind == Table:
		in.If(len(q.Rows) < 1 || len(q.Rows) > MaxRows, field, "questionnaire.rows", "max", MaxRows)
		in.If(len(q.Options) < 1 || len(q.Options) > MaxColumns, field, "questionnaire.columns", "max", MaxColumns)
	case Offers(q.Kind):
		q.Rows = nil
		in.If(len(q.Options) < 2 || len(q.Options) > MaxOptions, field, "questionnaire.options", "max", MaxOptions)
	default:
		q.Rows, q.Options = nil, nil
	}
	for _, list := range []*[]locale.Text{&q.Options, &q.Rows} {
		*list = slices.Clone(*list)
		for i := range *list {
			in.Lines(field, &(*list)[i], input.MaxName)
			in.If((*list)[i].Empty(), field, "questionnaire.option", "n", i+1)
		}
	}
}

// checkBounds cleans the unit and the bounds of what is typed.
func (q *Question) checkBounds(in *input.Check, field string) {
	if q.Kind != Number {
		q.Unit, q.Whole = locale.Text{}, false
	}
	if !Typed(q.Kind) {
		q.Least, q.Greatest = "", ""
		return
	}
	in.Lines(field, &q.Unit, input.MaxName)
	for _, s := range []*string{&q.Least, &q.Greatest} {
		if *s == "" || q.canonical(*s) {
			continue
		}
		read, err := q.read(*s)
		in.If(err != nil, field, "questionnaire.bound_"+q.Kind)
		if *s = read; err != nil {
			return
		}
	}
	in.If(q.Least != "" && q.Greatest != "" && q.Size(q.Least) > q.Size(q.Greatest), field, "questionnaire.bounds")
}
