package questionnaire

import (
	"slices"
	"strings"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/refusal"
)

// Answers are what a contribution answers to the questions of its call, before it is sent.
type Answers struct {
	Choices []cite.Choice
	Words   []Worded
	Files   int // how many files it has
}

// Worded is what a contribution says in words at a question; of a table its cells, as TableText writes them.
type Worded struct {
	Question int
	Text     string
}

// chosen is what was chosen at a question, nil for nothing.
func (a *Answers) chosen(n int) []int {
	for _, c := range a.Choices {
		if c.Question == n {
			return c.Picks
		}
	}
	return nil
}

// gives reports whether the question is answered: something is chosen or typed, declined where that is offered, or said where
// words are what is asked for.
func (a *Answers) gives(n int, q *Question) bool {
	if q.Kind == Words || q.Kind == Table {
		if slices.ContainsFunc(a.Words, func(w Worded) bool { return w.Question == n && strings.TrimSpace(w.Text) != "" }) {
			return true
		}
	}
	return slices.ContainsFunc(a.Choices, func(c cite.Choice) bool { return c.Question == n && (c.Value != "" || len(c.Picks) > 0) })
}

// AskedOf says which questions are asked of somebody who answers so, by their numbers; at 0 stands nothing. What is answered at
// a question that is not asked counts for none after it.
func (f *Form) AskedOf(a Answers) []bool {
	out := make([]bool, 1, f.Len()+1)
	holds := func(c Condition) bool {
		return c.Always() || c.Question < len(out) && out[c.Question] && slices.ContainsFunc(a.chosen(c.Question), func(p int) bool { return slices.Contains(c.Picks, p) })
	}
	for i := range f.Sections {
		s := &f.Sections[i]
		within := holds(s.If)
		for j := range s.Questions {
			out = append(out, within && holds(s.Questions[j].If))
		}
	}
	return out
}

// Conditional reports whether a question is asked of some only, because of its own condition or that of its section.
func (f *Form) Conditional(n int) bool {
	for i := range f.Sections {
		s := &f.Sections[i]
		if n >= 1 && n <= len(s.Questions) {
			return !s.If.Always() || !s.Questions[n-1].If.Always()
		}
		n -= len(s.Questions)
	}
	return false
}

// Missing are the numbers of the questions that have to be answered by whoever answers so, and are not.
func (f *Form) Missing(a Answers) (out []int) {
	for n, asked := range f.AskedOf(a) {
		if q, ok := f.Question(n); ok && asked && q.Required && !a.gives(n, q) {
			out = append(out, n)
		}
	}
	return out
}

// Check holds what a contribution to a call answers to what is asked there, and gives what is kept of it beside its words: of
// a table, which cells are filled in. What is wrong is said of the field QuestionField.
func (s *State) Check(call cite.Ref, a Answers) ([]cite.Choice, error) {
	form, ok := s.Form(call)
	if !ok {
		form = &Form{}
	}
	var no refusal.Several
	unknown := func(n int) { no = append(no, refusal.In(QuestionField(n), "question.unknown", "n", n)) }
	kept := slices.Clone(a.Choices)
	seen := map[int]bool{}
	for i, c := range a.Choices {
		q, ok := form.Question(c.Question)
		if !ok {
			unknown(c.Question)
			continue
		}
		if c.Picks == nil {
			kept[i].Picks = []int{}
		}
		if err := q.Refused(c); err != nil {
			no = append(no, err)
		} else if seen[c.Question] || q.Kind == File && len(c.Picks) > 0 && c.Picks[len(c.Picks)-1] > a.Files {
			no = append(no, refusal.In(QuestionField(c.Question), "question.choice", "n", c.Question))
		}
		seen[c.Question] = true
	}
	said := map[int]bool{}
	for _, w := range a.Words {
		q, ok := form.Question(w.Question)
		if !ok || !q.InWords() || said[w.Question] {
			unknown(w.Question)
		} else if q.Kind == Table {
			filled, err := q.refusedTable(w.Question, w.Text)
			if err == nil && seen[w.Question] {
				err = refusal.In(QuestionField(w.Question), "question.choice", "n", w.Question)
			}
			if err != nil {
				no = append(no, err)
			}
			kept = append(kept, cite.Choice{Question: w.Question, Picks: filled})
		}
		said[w.Question] = true
	}
	if len(no) == 0 && len(a.Choices)+len(a.Words) > 0 {
		no = form.refused(a)
	}
	return kept, no.Or()
}

// refused refuses answers to what is not asked of whoever answers so, and what has to be answered and is not.
func (f *Form) refused(a Answers) (no refusal.Several) {
	asked := f.AskedOf(a)
	not := func(n int) {
		if !asked[n] {
			no = append(no, refusal.In(QuestionField(n), "question.not_asked", "n", n))
		}
	}
	for _, c := range a.Choices {
		not(c.Question)
	}
	for _, w := range a.Words {
		not(w.Question)
	}
	for _, n := range f.Missing(a) {
		no = append(no, Required(n))
	}
	return no
}

// Required refuses what leaves out a question that has to be answered.
func Required(n int) *refusal.Refusal {
	return refusal.In(QuestionField(n), "question.required", "n", n)
}

// Refused holds what was chosen or typed at a question to what it offers: numbers in order, none twice, one where only one may
// be chosen. 0 says that somebody does not answer on purpose, where the question lets them. At a ranking the numbers are the
// places of the options, 0 for one that is left out; at a question for files they are the numbers of the contribution's. It is
// nil where nothing is wrong.
func (q *Question) Refused(c cite.Choice) *refusal.Refusal {
	no := refusal.In(QuestionField(c.Question), "question.choice", "n", c.Question)
	declined := len(c.Picks) == 1 && c.Picks[0] == 0 && q.MayDecline()
	switch {
	case (c.Value != "") != (Typed(q.Kind) && !declined):
		return no
	case declined:
		return nil
	case Typed(q.Kind):
		if len(c.Picks) > 0 || !q.canonical(c.Value) {
			return refusal.In(QuestionField(c.Question), "question."+q.Kind, "n", c.Question)
		}
		return q.between(c.Question, c.Value)
	case q.Kind == Ranking:
		if len(c.Picks) != len(q.Options) || slices.Min(c.Picks) < 0 || slices.Max(c.Picks) < 1 || slices.Max(c.Picks) > len(q.Options) {
			return no
		}
		for i, place := range c.Picks {
			if place > 0 && !q.Offered(i+1) {
				return q.withdrawn(c.Question, i+1)
			}
		}
		return nil
	case q.Kind == Table || len(c.Picks) == 0:
		return no
	}
	for i, p := range c.Picks {
		if p < 1 || p > q.picks() || i > 0 && p <= c.Picks[i-1] {
			return no
		}
	}
	for _, p := range c.Picks {
		if !q.Offered(p) {
			return q.withdrawn(c.Question, p)
		}
	}
	if most := q.most(); len(c.Picks) > most {
		return refusal.In(QuestionField(c.Question), "question.most", "n", c.Question, "max", most)
	}
	return nil
}

// withdrawn refuses an option that is not offered any more.
func (q *Question) withdrawn(n, option int) *refusal.Refusal {
	return refusal.In(QuestionField(n), "question.withdrawn", "n", n, "option", q.Options[option-1].String())
}

// most is how many things may be chosen at the question.
func (q *Question) most() int {
	switch {
	case q.Kind == Several && q.Most > 0:
		return q.Most
	case q.Kind == Several, q.Kind == File:
		return q.picks()
	}
	return 1
}
