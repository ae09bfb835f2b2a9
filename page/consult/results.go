package consult

import (
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
	"github.com/openplenary/plenary/questionnaire"
)

// Results are what was answered to the questions of a call's own, by category.
type Results struct {
	frame.NoWords `json:"-"`
	Call          part.Call `json:"call"`
	// Published is how many contributions to the call are published.
	Published int `json:"published"`
	// Answering is how many of them answer at least one of the questions.
	Answering int `json:"answering"`
	// Categories are those of whoever answers, in the order of the conversation.
	Categories []ResultCategory `json:"categories"`
	// Questions are those of the call, in their order.
	Questions []QuestionResult `json:"questions"`
}

// ResultCategory is a category with how many of its contributions answer.
type ResultCategory struct {
	// ID is the identifier of the category.
	ID string `json:"id"`
	// Name is what it is called, in the language of the page.
	Name frame.LocalizedText `json:"name"`
	// Answering is how many published contributions of the category answer at least one of the questions.
	Answering int `json:"answering"`
}

// QuestionResult is what was answered to one question: by all, and by each category in their order.
type QuestionResult struct {
	part.Question
	// All counts all published contributions that answer at least one question.
	All ResultFigures `json:"all"`
	// By counts those of each category, in the order of Categories.
	By       []ResultFigures `json:"by"`
	only     *part.Question  // at which one chooses whether it is asked; nil for always
	within   *part.Question  // at which one chooses whether its section is
	ifWithin questionnaire.Condition
}

// between is from one value to another, as readers of the language of a page write them.
func (q *QuestionResult) between(f *frame.Frame, from, to string) string {
	if from == to {
		return q.Valued(f, from)
	}
	return part.Valued(f, q.Kind, from) + " – " + q.Valued(f, to)
}

// bin says which values a bin counts: of whole ones the last that it does, of others that where the next begins.
func (q *QuestionResult) bin(f *frame.Frame, i int) string {
	b := q.All.Spread.Bins[i]
	to := b.To
	if q.Whole() {
		to = q.Value(q.Size(to) - 1)
	}
	return q.between(f, b.From, to)
}

// ResultFigures count what some contributions answer to one question. Those that choose, those that decline, those
// that only write and those that do not answer are together all.
type ResultFigures struct {
	// Of is how many contributions there are: those that answer at least one question.
	Of int `json:"of"`
	// Answered is how many chose something; what was chosen is counted of these.
	Answered int `json:"answered"`
	// Chosen counts what they chose: each option, step or stance, in order.
	Chosen []int `json:"chosen,omitempty"`
	// Declined is how many do not answer on purpose.
	Declined int `json:"declined,omitempty"`
	// Worded is how many answer in words, beside a choice or alone.
	Worded int `json:"worded,omitempty"`
	// Silent is how many were asked this question and do not answer it.
	Silent int `json:"silent"`
	// NotAsked is how many were not asked it, because of what they chose before. They are among Of, and what was answered is
	// counted of the others.
	NotAsked int `json:"not_asked,omitempty"`
	// Files is how many files were given there.
	Files int `json:"files,omitempty"`
	// Spread says how numbers or dates lie; none where nobody gave one.
	Spread *ResultSpread `json:"spread,omitempty"`
}

// asked is how many contributions were asked the question.
func (c ResultFigures) asked() int { return c.Of - c.NotAsked }

// ResultSpread says how numbers ("-1.5") or dates ("2030-01-31") lie.
type ResultSpread struct {
	// Least is the least of them.
	Least string `json:"least"`
	// Lower is the lower quartile: a quarter of them lies at or below it. Between two values it is interpolated; of dates it
	// is the day on which that falls.
	Lower string `json:"lower_quartile"`
	// Median has as many of them at or below it as at or above it.
	Median string `json:"median"`
	// Upper is the upper quartile: a quarter of them lies at or above it.
	Upper string `json:"upper_quartile"`
	// Greatest is the greatest of them.
	Greatest string `json:"greatest"`
	// Bins count them from the least to the greatest, in steps of the same width.
	Bins []ResultBin `json:"bins,omitempty"`
}

// ResultBin counts values.
type ResultBin struct {
	// From is the least value that counts here.
	From string `json:"from"`
	// To is the greatest; a value that is also From of the next bin counts there.
	To string `json:"to"`
	// N is how many there are.
	N int `json:"n"`
}

func resultSpread(q *part.Question, c questionnaire.Count) *ResultSpread {
	if len(c.Spread.Bins) == 0 {
		return nil
	}
	s := c.Spread
	v := &ResultSpread{Least: q.Value(s.Least), Lower: q.Value(s.Lower), Median: q.Value(s.Median), Upper: q.Value(s.Upper), Greatest: q.Value(s.Greatest)}
	for _, b := range s.Bins {
		v.Bins = append(v.Bins, ResultBin{q.Value(b.From), q.Value(b.To), b.N})
	}
	return v
}

func resultFigures(asked *part.Question, c questionnaire.Counts, n int) ResultFigures {
	q := c.Questions[n]
	return ResultFigures{Of: c.Of, Answered: q.Chose, Chosen: q.Picks, Declined: q.Declined, Worded: q.Worded, Silent: c.Of - q.Said - q.NotAsked, NotAsked: q.NotAsked, Files: q.Files,
		Spread: resultSpread(asked, q)}
}

// NewResults builds the page; it is not ok where the call has no questions of its own.
func NewResults(st *conversation.Reading, call cite.Ref, l locale.Lang) (*Results, bool) {
	k, found := st.Consultation.Call(call)
	form, ok := st.Consultation.Questions(call)
	if !found || !ok {
		return nil, false
	}
	v := &Results{Call: part.NewCall(st, k, l), Categories: []ResultCategory{}}
	v.Published = v.Call.Tally.Published
	all, groups, _ := st.Consultation.ChoiceCounts(call)
	v.Answering = all.Of
	var by []questionnaire.Counts
	for i, c := range groups {
		if c.Of > 0 {
			by = append(by, c)
			label := st.Categories[i]
			v.Categories = append(v.Categories, ResultCategory{label.ID, frame.Localize(label.Name, l), c.Of})
		}
	}
	for i := range form.Sections {
		section := &form.Sections[i]
		for range section.Questions {
			n := len(v.Questions)
			q, _ := form.Question(n + 1)
			asked := part.NewQuestion(q, n+1, l)
			asked.Text = part.FormText(form, questionnaire.QuestionField(n+1), l)
			r := QuestionResult{Question: asked, All: resultFigures(&asked, all, n), By: []ResultFigures{}, only: asksOf(form, q.If, l), within: asksOf(form, section.If, l), ifWithin: section.If}
			for _, c := range by {
				r.By = append(r.By, resultFigures(&asked, c, n))
			}
			v.Questions = append(v.Questions, r)
		}
	}
	return v, true
}

// columns are the figures of a row of the table: all, and then each category.
func (q *QuestionResult) columns() []ResultFigures { return append([]ResultFigures{q.All}, q.By...) }

// Title is the page's title.
func (v *Results) Title(f *frame.Frame) string {
	return f.T("results.title") + frame.Colon(f) + v.Call.Name.Text
}
