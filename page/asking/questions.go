package asking

import (
	"slices"
	"strconv"
	"strings"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
	"github.com/openplenary/plenary/questionnaire"
)

// Questions is the page on which an officer sets the questions of a call.
type Questions struct {
	frame.NoWords
	Call  part.Call
	Form  QuestionsWriting
	Langs []locale.Lang // of the conversation: a field for each
	Fixed bool          // somebody has answered
	// Asks are the questions of the paper that ask for a stance, by reference.
	Asks []frame.Choice
	// Offers are the questions whose choices can be withdrawn, once somebody has answered.
	Offers []OfferedChoices
}

// OfferedChoices are those of a question that somebody has answered.
type OfferedChoices struct {
	part.Question
	May bool // more than two are left
}

// Offered reports whether a choice is offered, by its number.
func (q *OfferedChoices) Offered(n int) bool { return !slices.Contains(q.Withdrawn, n) }

// Lacks are the questions that lack a language, as they stand in the form.
func (v *Questions) Lacks() part.Lacks { return v.Form.Lacks(v.Call.Ref, v.Langs) }

// QuestionsWriting is what stands in the form.
type QuestionsWriting struct {
	Sections []SectionWriting
	Alone    bool // the paper's questions are not asked in the same form
}

// SectionWriting is one section as it stands in the form.
type SectionWriting struct {
	Title, Text locale.Text
	Questions   []QuestionWriting
	If          ConditionWriting
}

// ConditionWriting says of whom something is asked, as it stands in the form: the number of a question, and those of the
// choices there.
type ConditionWriting struct{ Question, Picks string }

// Empty reports whether nothing is written.
func (c ConditionWriting) Empty() bool { return strings.TrimSpace(c.Question+c.Picks) == "" }

// QuestionWriting is one question as it stands in the form.
type QuestionWriting struct {
	Kind                 string
	Ask, Hint, Low, High locale.Text
	Options, Rows        locale.Text // one a line; the options of a table are its columns
	Unit                 locale.Text
	Most, Steps          string
	Least, Greatest      string
	Words, Whole         bool
	Required, Declines   bool
	On                   string // of a stance: the question of the paper
	If                   ConditionWriting
	Was                  int // its number before questions were moved, 0 for a new one
}

// askedWords is how much of a question of the paper is said, in characters.
const askedWords = 80

// NewQuestions builds the page as the questions are now; it is not ok where there is no such call.
func NewQuestions(st *conversation.Reading, call cite.Ref, l locale.Lang) (*Questions, bool) {
	k, ok := st.Consultation.Call(call)
	if !ok {
		return nil, false
	}
	v := &Questions{Call: part.NewCall(st, k, l), Langs: st.Languages, Fixed: st.Consultation.QuestionsFixed(call)}
	if e, ok := st.Papers.Edition(k.Paper); ok {
		for i := range e.Elements {
			if el := &e.Elements[i]; el.Stance {
				v.Asks = append(v.Asks, frame.Choice{ID: string(el.Ref), Name: e.Label(el.Ref) + ". " + frame.Shorten(part.ElementText(st, e, el.Ref, l).Text, askedWords)})
			}
		}
	}
	form, ok := st.Consultation.Questions(call)
	if !ok {
		v.Form.Sections = []SectionWriting{{}}
		return v, true
	}
	v.Form.Alone = form.Alone
	for n := 1; n <= form.Len() && v.Fixed; n++ {
		if q, _ := form.Question(n); questionnaire.Offers(q.Kind) {
			v.Offers = append(v.Offers, OfferedChoices{part.NewQuestion(q, n, l), len(q.Options)-len(q.Withdrawn) > 2})
		}
	}
	for _, s := range form.Sections {
		w := SectionWriting{Title: s.Title, Text: s.Text, If: conditionWriting(s.If)}
		for _, q := range s.Questions {
			w.Questions = append(w.Questions, questionWriting(q))
		}
		v.Form.Sections = append(v.Form.Sections, w)
	}
	return v, true
}

func questionWriting(q questionnaire.Question) QuestionWriting {
	w := QuestionWriting{Kind: q.Kind, Ask: q.Text, Hint: q.Hint, Low: q.Low, High: q.High, Words: q.Words, Options: lines(q.Options), Rows: lines(q.Rows), Unit: q.Unit,
		Whole: q.Whole, Least: q.Least, Greatest: q.Greatest, Required: q.Required, Declines: q.Declines, On: string(q.On), If: conditionWriting(q.If)}
	if q.Most > 0 {
		w.Most = strconv.Itoa(q.Most)
	}
	if q.Steps > 0 {
		w.Steps = strconv.Itoa(q.Steps)
	}
	return w
}

// lines are texts as a form shows them, one a line in each language.
func lines(texts []locale.Text) locale.Text {
	out := locale.Text{In: map[locale.Lang]string{}}
	for _, l := range locale.All {
		lines := make([]string, len(texts))
		some := false
		for i, o := range texts {
			lines[i] = o.In[l]
			some = some || lines[i] != ""
		}
		if some {
			out.In[l] = strings.TrimRight(strings.Join(lines, "\n"), "\n")
		}
	}
	return out
}

func conditionWriting(c questionnaire.Condition) (w ConditionWriting) {
	if c.Always() {
		return w
	}
	picks := make([]string, len(c.Picks))
	for i, p := range c.Picks {
		picks[i] = strconv.Itoa(p)
	}
	return ConditionWriting{strconv.Itoa(c.Question), strings.Join(picks, ", ")}
}

// condition is what is written; a number that is none is -1, which no rule takes.
func (c ConditionWriting) condition() (out questionnaire.Condition) {
	if c.Empty() {
		return out
	}
	out.Question = number(locale.WesternDigits(c.Question))
	for _, p := range strings.FieldsFunc(locale.WesternDigits(c.Picks), func(r rune) bool { return strings.ContainsRune(", ;،、，\u00a0", r) }) {
		out.Picks = append(out.Picks, number(p))
	}
	return out
}

// Moved makes conditions follow the questions that they name after those were moved; one that was taken away leaves a condition
// that no rule takes, for whoever writes to look at.
func (w *QuestionsWriting) Moved() {
	now, n := map[string]string{}, 0
	for i := range w.Sections {
		for j := range w.Sections[i].Questions {
			n++
			if was := w.Sections[i].Questions[j].Was; was > 0 {
				now[strconv.Itoa(was)] = strconv.Itoa(n)
			}
		}
	}
	follow := func(c *ConditionWriting) {
		if !c.Empty() {
			c.Question = now[strings.TrimSpace(locale.WesternDigits(c.Question))]
		}
	}
	for i := range w.Sections {
		follow(&w.Sections[i].If)
		for j := range w.Sections[i].Questions {
			follow(&w.Sections[i].Questions[j].If)
		}
	}
}

// Command are the questions as the form says them. A number that is
// none is -1, which no rule takes.
func (w QuestionsWriting) Command(call cite.Ref) questionnaire.Ask {
	c := questionnaire.Ask{Call: call, Alone: w.Alone}
	for _, s := range w.Sections {
		section := questionnaire.Section{Title: s.Title, Text: s.Text, If: s.If.condition()}
		for _, q := range s.Questions {
			section.Questions = append(section.Questions, questionnaire.Question{Kind: q.Kind, Text: q.Ask, Hint: q.Hint, Low: q.Low, High: q.High, Words: q.Words,
				Most: number(q.Most), Steps: number(q.Steps), Options: q.texts(q.Options), Rows: q.texts(q.Rows), Unit: q.Unit, Whole: q.Whole,
				Least: strings.TrimSpace(q.Least), Greatest: strings.TrimSpace(q.Greatest), Required: q.Required, Declines: q.Declines, On: cite.Ref(q.On), If: q.If.condition()})
		}
		c.Sections = append(c.Sections, section)
	}
	if len(c.Sections) == 1 && c.Sections[0].Title.Empty() && len(c.Sections[0].Questions) == 0 {
		c.Sections = nil // nothing was written: the call asks nothing
	}
	return c
}

func number(s string) int {
	if s = strings.TrimSpace(s); s == "" {
		return 0
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		return -1
	}
	return n
}

// texts are the lines of each language, joined by their places.
func (q QuestionWriting) texts(of locale.Text) (out []locale.Text) {
	for _, l := range locale.All {
		lines := strings.Split(strings.TrimRight(strings.ReplaceAll(of.In[l], "\r\n", "\n"), "\n "), "\n")
		if len(lines) == 1 && lines[0] == "" {
			continue
		}
		for i, line := range lines {
			if i == len(out) {
				out = append(out, locale.Text{Original: q.Ask.Original, In: map[locale.Lang]string{}})
			}
			out[i].In[l] = strings.TrimSpace(line)
		}
	}
	return out
}

// Lacks are the questions of the form that lack a language, which question and which language.
func (w QuestionsWriting) Lacks(call cite.Ref, languages []locale.Lang) part.Lacks {
	return part.QuestionLacks(&questionnaire.Form{Sections: w.Command(call).Sections}, languages)
}

// Title is the page's title.
func (v *Questions) Title(f *frame.Frame) string { return f.T("desk.questions.title") }
