package consult

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/questionnaire"
)

// Form is the whole form of a call: its own questions, and those of its paper, in sections. To whoever fills it in it
// says how far they are.
type Form struct {
	frame.NoWords
	Call  part.Call     `json:"call"`
	Paper part.PaperRow `json:"paper"`
	// Sections are the parts of the form, the call's own questions first.
	Sections []FormSection `json:"sections"`
	// Total is how many questions there are.
	Total int `json:"questions"`
	// Answered is how many of them have an answer, of those that concern the reader: Concern.
	Answered int       `json:"-"`
	Concern  int       `json:"-"`
	Query    string    `json:"-"` // what its links carry, "?draft=NAME" or nothing
	Version  int       `json:"-"` // of the draft, 0 where none is kept yet
	Saved    time.Time `json:"-"`
	Code     string    `json:"-"` // that finds the draft elsewhere; "" for none
	Email    string    `json:"-"` // where the code shall be sent to, as it was typed
	Typed    string    `json:"-"` // a code, as it was typed
	Mailed   bool      `json:"-"` // the code was sent there
	Together bool      `json:"-"` // the reader may speak for a party, and so write with others
}

// FormSection is some questions under a title.
type FormSection struct {
	ID        string              `json:"id"`     // in addresses: "s2", or "x7" for what stands under element 7 of the paper
	Letter    string              `json:"letter"` // A, B, ...
	Name      frame.LocalizedText `json:"title"`
	Text      frame.LocalizedText `json:"text,omitzero"`
	On        cite.Ref            `json:"on,omitempty"` // where its questions stand in the paper; none for the call's own
	Questions []FormQuestion      `json:"questions"`
	Before    []part.Element      `json:"-"` // the paragraphs of the paper that its questions are about
	Answered  int                 `json:"-"`
	Not       int                 `json:"-"` // how many of its questions are not asked of the reader
	Left      bool                `json:"-"` // it is not among those that the reader chose
	// If says of whom its questions are asked; of all where it says nothing.
	If   questionnaire.Condition `json:"if,omitzero"`
	Off  bool                    `json:"-"` // what the reader chose says that it is not asked of them
	only *part.Question          // at which one chooses whether it is asked; nil for always
	once frame.LocalizedText     // what its texts are, where all are the same
}

// together finds what the texts of the section are, where all are the same.
func (s *FormSection) together() {
	all := []*frame.LocalizedText{&s.Name, &s.Text}
	for i := range s.Questions {
		all = append(all, &s.Questions[i].Text)
	}
	s.once = frame.Together(all)
}

// FormQuestion is one question, with what the reader filled in.
type FormQuestion struct {
	ID      string                `json:"id"`           // "q3" for one of the call's own, "x17" for an element of the paper
	Number  string                `json:"number"`       // as it is cited: "3", or "13(i)"
	On      cite.Ref              `json:"on,omitempty"` // the element of the paper
	Kind    string                `json:"kind"`
	Text    frame.LocalizedText   `json:"text"`
	Hint    frame.LocalizedText   `json:"hint,omitzero"`     // beside it
	Options []frame.LocalizedText `json:"options,omitempty"` // what can be chosen, in order
	Most    int                   `json:"most,omitempty"`    // how many of them; 0 for any number
	Steps   int                   `json:"steps,omitempty"`   // of a scale
	Low     frame.LocalizedText   `json:"low,omitzero"`      // what the first step means
	High    frame.LocalizedText   `json:"high,omitzero"`     // what the last step means
	Words   bool                  `json:"words,omitempty"`   // it takes words
	// Rows are those of a table, whose columns are Options.
	Rows []frame.LocalizedText `json:"rows,omitempty"`
	// Unit is what a number counts, or is measured in.
	Unit frame.LocalizedText `json:"unit,omitzero"`
	// Whole: a number without a part.
	Whole bool `json:"whole,omitempty"`
	// Least and Greatest bound a number ("-1.5") or a date ("2030-01-31"); "" for no bound.
	Least    string `json:"least,omitempty"`
	Greatest string `json:"greatest,omitempty"`
	// Required: whoever answers any question of the call answers this one, where it is asked of them.
	Required bool `json:"required,omitempty"`
	// Declines: one may say that one does not know or prefers not to answer; at a scale one always may.
	Declines bool `json:"declines,omitempty"`
	// If says of whom it is asked; of all where it says nothing.
	If questionnaire.Condition `json:"if,omitzero"`
	// Withdrawn are the numbers of options that are not offered any more.
	Withdrawn []int `json:"withdrawn,omitempty"`
	Off       bool  `json:"-"` // what the reader chose says that it is not asked of them
	Missing   bool  `json:"-"` // it has to be answered, and is not
	Filled    `json:"-"`
	Clash     *Filled        `json:"-"` // what was saved in another window meanwhile
	Theirs    string         `json:"-"` // who saved that; "" for the reader, in another window
	only      *part.Question // at which one chooses whether it is asked; nil for always
	of        *questionnaire.Question
}

// asked is what the names of choices are made of.
func (q *FormQuestion) asked() part.Question {
	if q.of != nil {
		n, _ := strconv.Atoi(q.Number)
		v := part.NewQuestion(q.of, n, q.Text.Lang)
		v.Text, v.Options, v.Low, v.High, v.Rows, v.Unit = q.Text, q.Options, q.Low, q.High, q.Rows, q.Unit
		return v
	}
	return part.Question{Kind: q.Kind, Text: q.Text, Options: q.Options, Steps: q.Steps, Low: q.Low, High: q.High}
}

// Filled is what somebody filled in at one question.
type Filled struct {
	Picks   []int
	Stance  string // at an element of the paper
	Said    string
	Wording string // how they would put the element
	Value   string // a number or a date, as it was typed
	Files   []FilledFile
}

// FilledFile is a file that somebody gave at a question.
type FilledFile struct {
	Kept string // by which the form names it
	Name string
	Size int64 // bytes
}

// Empty reports whether nothing was filled in.
func (a Filled) Empty() bool {
	return len(a.Picks) == 0 && a.Stance == "" && a.Said == "" && a.Wording == "" && a.Value == "" && len(a.Files) == 0
}

// Picked reports whether something was chosen.
func (a Filled) Picked(n int) bool {
	return slices.Contains(a.Picks, n)
}

// Filling is what somebody filled in of a form.
type Filling struct {
	On       cite.Ref               // the edition of the paper that it is about, None for the newest
	At       func(id string) Filled // what stands at a question
	Sections []string               // those that concern them; none for all
}

// NewForm builds the whole form of a call as somebody filled it in. It is not ok where the call asks nothing.
func NewForm(st *conversation.Reading, call cite.Ref, in Filling, l locale.Lang) (*Form, bool) {
	k, ok := st.Consultation.Call(call)
	if !ok {
		return nil, false
	}
	e, ok := st.Papers.Edition(in.On)
	if !ok || e.Ref.Root() != k.Paper {
		p, ok := st.Papers.Paper(k.Paper)
		if !ok {
			return nil, false
		}
		e = p.Latest()
	}
	v := &Form{Call: part.NewCall(st, k, l), Paper: part.NewPaperRow(e, l)}
	own, ok := st.Consultation.Questions(call)
	if ok {
		v.own(own, l)
	}
	if !ok || !own.Alone {
		v.ofPaper(st, e, l)
	}
	for i := range v.Sections {
		for j := range v.Sections[i].Questions {
			q := &v.Sections[i].Questions[j]
			q.Filled = in.At(q.ID)
		}
	}
	v.ask(own)
	for i := range v.Sections {
		s := &v.Sections[i]
		s.Letter = letter(i)
		s.together()
		s.Left = len(in.Sections) > 0 && !slices.Contains(in.Sections, s.ID)
		for j := range s.Questions {
			if q := &s.Questions[j]; q.Off {
				s.Not++
			} else if !q.Empty() {
				s.Answered++
			}
		}
		v.Total += len(s.Questions)
		v.Answered += s.Answered
		if !s.Left || s.Answered > 0 {
			v.Concern += len(s.Questions) - s.Not
		}
	}
	return v, len(v.Sections) > 0
}

// ask says which of the call's own questions are asked of whoever filled in the form so, and which of them they have to answer
// and did not.
func (v *Form) ask(own *questionnaire.Form) {
	if own == nil {
		return
	}
	a := v.answers()
	asked, missing := own.AskedOf(a), own.Missing(a)
	n := 0
	for i := range own.Sections {
		s := &v.Sections[i]
		s.Off = len(s.Questions) > 0
		for j := range s.Questions {
			n++
			q := &s.Questions[j]
			q.Off, q.Missing = !asked[n], slices.Contains(missing, n)
			s.Off = s.Off && q.Off
		}
	}
}

// answers are what was filled in at the call's own questions.
func (v *Form) answers() (a questionnaire.Answers) {
	for i := range v.Sections {
		for j := range v.Sections[i].Questions {
			q := &v.Sections[i].Questions[j]
			if q.of == nil {
				continue
			}
			n, _ := strconv.Atoi(q.Number)
			c := cite.Choice{Question: n, Picks: q.Picks, Value: q.Value}
			if len(q.Files) > 0 {
				c.Picks = []int{1}
			}
			if len(c.Picks) > 0 || c.Value != "" {
				a.Choices = append(a.Choices, c)
			}
			if q.Said != "" {
				a.Words = append(a.Words, questionnaire.Worded{Question: n, Text: q.Said})
			}
		}
	}
	return a
}

// Requires reports whether any question has to be answered.
func (v *Form) Requires() bool {
	for i := range v.Sections {
		for j := range v.Sections[i].Questions {
			if v.Sections[i].Questions[j].Required {
				return true
			}
		}
	}
	return false
}

// letter names a section.
func letter(i int) string {
	if i >= 26 {
		return letter(i/26-1) + letter(i%26)
	}
	return string(rune('A' + i))
}

// own adds the call's own questions.
func (v *Form) own(form *questionnaire.Form, l locale.Lang) {
	n := 0
	for i, s := range form.Sections {
		section := FormSection{ID: "s" + strconv.Itoa(i+1), If: s.If, only: asksOf(form, s.If, l),
			Name: part.FormText(form, questionnaire.SectionField(i+1), l), Text: part.FormText(form, questionnaire.SectionField(i+1)+" text", l)}
		for j := range s.Questions {
			n++
			q := NewFormQuestion(&s.Questions[j], n, l)
			q.Text, q.only = part.FormText(form, q.ID, l), asksOf(form, q.If, l)
			section.Questions = append(section.Questions, q)
		}
		v.Sections = append(v.Sections, section)
	}
}

// asksOf is the question of a condition, nil where there is none.
func asksOf(form *questionnaire.Form, c questionnaire.Condition, l locale.Lang) *part.Question {
	q, ok := form.Question(c.Question)
	if !ok {
		return nil
	}
	v := part.NewQuestion(q, c.Question, l)
	return &v
}

// NewFormQuestion describes a question of a call's own, by its number.
func NewFormQuestion(q *questionnaire.Question, n int, l locale.Lang) FormQuestion {
	out := FormQuestion{ID: questionnaire.QuestionField(n), Number: strconv.Itoa(n), Kind: q.Kind, Text: frame.Localize(q.Text, l), Hint: frame.Localize(q.Hint, l),
		Most: q.Most, Steps: q.Steps, Low: frame.Localize(q.Low, l), High: frame.Localize(q.High, l), Words: q.InWords(),
		Unit: frame.Localize(q.Unit, l), Whole: q.Whole, Least: q.Least, Greatest: q.Greatest, Required: q.Required, Declines: q.Declines, If: q.If, Withdrawn: q.Withdrawn, of: q}
	for _, r := range q.Rows {
		out.Rows = append(out.Rows, frame.Localize(r, l))
	}
	for _, o := range q.Options {
		out.Options = append(out.Options, frame.Localize(o, l))
	}
	return out
}

// ValueField is where the form asks for a number or a date, CellField for a cell of a table (rows and columns counted from 1),
// FileField for files; KeptField is where it names those that it has.
func (q *FormQuestion) ValueField() string { return q.ID + "-value" }

// CellField is where the form asks for a cell.
func (q *FormQuestion) CellField(row, column int) string {
	return q.ID + "-r" + strconv.Itoa(row) + "-c" + strconv.Itoa(column)
}

// FileField is where the form asks for files.
func (q *FormQuestion) FileField() string { return q.ID + "-file" }

// KeptField is where the form names the files that it has.
func (q *FormQuestion) KeptField() string { return q.ID + "-kept" }

// Cells are what stands in the cells of a table that was filled in so, by the names of their fields; nil for what is no table.
func (q *FormQuestion) Cells(said string) map[string]string {
	if q.Kind != questionnaire.Table || q.of == nil {
		return nil
	}
	out := map[string]string{}
	cells, ok := q.of.Cells(said)
	for i := range q.Rows {
		for j := range q.Options {
			out[q.CellField(i+1, j+1)] = ""
			if n := i*len(q.Options) + j; ok && n < len(cells) {
				out[q.CellField(i+1, j+1)] = cells[n]
			}
		}
	}
	return out
}

// cell is what stands in a cell, rows and columns counted from 0.
func (q *FormQuestion) cell(row, column int) string {
	cells, ok := q.of.Cells(q.Said)
	if !ok {
		return ""
	}
	return cells[row*len(q.Options)+column]
}

// offers reports whether an option is offered, counted from 1; one that is not stays in sight for whoever chose it.
func (q *FormQuestion) offers(option int) bool {
	if q.Kind == questionnaire.Ranking && q.place(option-1) > 0 {
		return true
	}
	return q.of == nil || q.of.Offered(option) || q.Kind != questionnaire.Ranking && q.Picked(option)
}

// bounds say between which values the answer lies, in the language of a page; "" for any.
func (q *FormQuestion) bounds(f *frame.Frame) string {
	least, greatest := part.Valued(f, q.Kind, q.Least), part.Valued(f, q.Kind, q.Greatest)
	switch {
	case q.Least != "" && q.Greatest != "":
		return f.T("form.between", "min", least, "max", greatest)
	case q.Least != "":
		return f.T("form.at_least", "min", least)
	case q.Greatest != "":
		return f.T("form.at_most", "max", greatest)
	}
	return ""
}

// isDate reports whether what was typed is a date that every browser shows again.
func (q *FormQuestion) isDate() bool {
	_, err := time.Parse(time.DateOnly, q.Value)
	return err == nil || q.Value == ""
}

// takesFiles reports whether the section asks for files.
func (s *FormSection) takesFiles() bool {
	return slices.ContainsFunc(s.Questions, func(q FormQuestion) bool { return q.Kind == questionnaire.File })
}

// onlyIf says of whom something is asked, in the language of a page; "" of all. key is the sentence.
func onlyIf(f *frame.Frame, key string, of *part.Question, c questionnaire.Condition) string {
	if of == nil {
		return ""
	}
	var names []string
	for _, p := range c.Picks {
		names = append(names, of.Named(f, p))
	}
	return f.T(key, "n", of.Number, "choices", strings.Join(names, " / "))
}

// why says of whom a question of a section is asked.
func (v *Form) why(f *frame.Frame, s *FormSection, q *FormQuestion) string {
	return strings.TrimSpace(onlyIf(f, "form.part_only_if", s.only, s.If) + " " + onlyIf(f, "form.only_if", q.only, q.If))
}

// missing are the questions that have to be answered, and are not.
func (v *Form) missing() (out []*FormQuestion) {
	for i := range v.Sections {
		for j := range v.Sections[i].Questions {
			if q := &v.Sections[i].Questions[j]; q.Missing {
				out = append(out, q)
			}
		}
	}
	return out
}

// shown reports whether something was filled in at a question of the section, asked or not.
func (s *FormSection) shown() bool {
	return slices.ContainsFunc(s.Questions, func(q FormQuestion) bool { return !q.Empty() })
}

// read is a number or a date as it is understood, with its unit; what cannot be read is as it was typed.
func (q *FormQuestion) read(f *frame.Frame, typed string) string {
	n, _ := strconv.Atoi(q.Number)
	value, no := q.of.Read(n, typed)
	if no != nil {
		return typed
	}
	asked := q.asked()
	return asked.Valued(f, value)
}

// table is the question as a table shows what was filled in.
func (q *FormQuestion) table() *part.Question {
	v := q.asked()
	return &v
}

// filled are the cells of a table that was filled in, a list for each row; nil where it is none.
func (q *FormQuestion) filled(said string) [][]string {
	if q.Kind != questionnaire.Table || q.of == nil {
		return nil
	}
	return q.table().Filled(said)
}

// picksOf are the numbers of a condition as the script reads them.
func picksOf(c questionnaire.Condition) string {
	var out []string
	for _, p := range c.Picks {
		out = append(out, strconv.Itoa(p))
	}
	return strings.Join(out, " ")
}

// PlaceField is where the form asks for the place of an option of a ranking, by its number.
func (q *FormQuestion) PlaceField(option int) string { return q.ID + "-" + strconv.Itoa(option) }

// place is the place that was given to an option, counted from 0; 0 for none.
func (q *FormQuestion) place(i int) int {
	if i < len(q.Picks) {
		return q.Picks[i]
	}
	return 0
}

// ofPaper adds the questions of an edition, a section for each issue; of one without questions, its paragraphs.
func (v *Form) ofPaper(st *conversation.Reading, e *paper.Edition, l locale.Lang) {
	kind := part.Asked(e)
	for i := range e.Elements {
		el := &e.Elements[i]
		if el.Kind != kind {
			continue
		}
		in := e.IssueOf(el.Ref)
		id := "x" + strconv.Itoa(in.ElementNumber())
		n, ok := v.Section(id)
		if !ok {
			n = len(v.Sections)
			v.Sections = append(v.Sections, FormSection{ID: id, On: e.Ref, Name: part.PassageText(st, e, paper.TitlePassage, l)})
			if is, ok := e.Element(in); ok {
				v.Sections[n].On, v.Sections[n].Name = cite.Element(e.Ref, in.ElementNumber()), part.ElementText(st, e, is.Ref, l)
				if kind == paper.Question {
					v.Sections[n].before(st, e, in, l)
				}
			}
		}
		at := &v.Sections[n]
		q := FormQuestion{ID: "x" + strconv.Itoa(el.Ref.ElementNumber()), Number: e.Label(el.Ref), On: cite.Element(e.Ref, el.Ref.ElementNumber()), Kind: questionnaire.Words,
			Text: part.ElementText(st, e, el.Ref, l), Words: true}
		if el.Stance {
			q.Kind = questionnaire.Stance
		}
		at.Questions = append(at.Questions, q)
	}
}

// before adds the paragraphs of an issue.
func (s *FormSection) before(st *conversation.Reading, e *paper.Edition, issue cite.Ref, l locale.Lang) {
	for i := range e.Elements {
		if r := e.Elements[i].Ref; e.Elements[i].Kind == paper.Paragraph && e.Within(r, issue) {
			s.Before = append(s.Before, part.NewElement(st, e, r, l))
		}
	}
}

// State says how far somebody is with a section: todo, part or done, or off where it is not asked of them.
func (s *FormSection) State() string {
	switch {
	case s.Off:
		return "off"
	case s.Answered == 0:
		return "todo"
	case s.Answered == len(s.Questions)-s.Not:
		return "done"
	}
	return "part"
}

// Minutes is how long a section takes, about.
func (s *FormSection) Minutes() int {
	words := 0
	for i := range s.Questions {
		if s.Questions[i].Words {
			words++
		}
	}
	return questionnaire.Minutes(len(s.Questions), words)
}

// Section finds a section by its id, and its place among all.
func (v *Form) Section(id string) (int, bool) {
	for i := range v.Sections {
		if v.Sections[i].ID == id {
			return i, true
		}
	}
	return 0, false
}

// next is the id of the next section after one that concerns the reader, "check" after the last. From before the first
// it is the first that is not done.
func (v *Form) next(i int) string {
	for j := max(i+1, 0); j < len(v.Sections); j++ {
		if s := &v.Sections[j]; !s.Left && !s.Off && (i >= 0 || s.State() != "done") {
			return s.ID
		}
	}
	return "check"
}

// FormBegin stands in addresses for the section to begin with.
const FormBegin = "begin"

// Next is the id of the section after one, "check" after the last; after -1 the first that is not done.
func (v *Form) Next(i int) string { return v.next(i) }

// Back is the id of the section before one, "" before the first.
func (v *Form) Back(i int) string {
	for j := i - 1; j >= 0; j-- {
		if !v.Sections[j].Left && !v.Sections[j].Off {
			return v.Sections[j].ID
		}
	}
	return ""
}

// left is how many minutes the questions still take that concern the reader and have no answer.
func (v *Form) left() (n int) {
	for i := range v.Sections {
		if s := &v.Sections[i]; !s.Left && !s.Off && len(s.Questions) > 0 {
			n += s.Minutes() * (len(s.Questions) - s.Not - s.Answered) / len(s.Questions)
		}
	}
	return max(1, n)
}

// untouched is how many questions stand in sections without any answer.
func (v *Form) untouched() (n int) {
	for i := range v.Sections {
		if s := &v.Sections[i]; s.Answered == 0 && !s.Off {
			n += len(s.Questions) - s.Not
		}
	}
	return n
}

// limited reports whether the reader chose some of the sections.
func (v *Form) limited() bool {
	for i := range v.Sections {
		if v.Sections[i].Left {
			return true
		}
	}
	return false
}

// Title is the page's title.
func (v *Form) Title(f *frame.Frame) string { return v.titled(f, f.T("form.title")) }

func (v *Form) titled(f *frame.Frame, t string) string {
	if len(f.Errors) > 0 {
		t = f.T("error.title_prefix") + " " + t
	}
	return t + " · " + v.Call.Name.Text
}

// Fields are the fields of the questions of a section, for whoever else shows the form.
func (s *FormSection) Fields(f *frame.Frame) templ.Component { return formFields(f, s) }

// Intro is what stands above the questions of a section, for whoever else shows the form.
func (v *Form) Intro(f *frame.Frame, s *FormSection) templ.Component { return formIntro(f, v, s) }

// Answered is what is filled in at a question, in words.
func (q *FormQuestion) Answered(f *frame.Frame) templ.Component { return formAnswer(f, q, q.Filled, 0) }

// FormPage is one section of the form, open.
type FormPage struct {
	*Form
	At int // among the sections
	// Speaker is who may save it, where the form was made for somebody else; "" for who it was made for.
	Speaker string
}

// Title is the page's title.
func (v *FormPage) Title(f *frame.Frame) string {
	return v.titled(f, v.Sections[v.At].Letter+". "+v.Sections[v.At].Name.Text)
}

// Clashes reports whether something was saved in another window meanwhile.
func (v *FormPage) Clashes() bool {
	for i := range v.Sections[v.At].Questions {
		if v.Sections[v.At].Questions[i].Clash != nil {
			return true
		}
	}
	return false
}

// FormCheck is the last page of the form: all answers, who sends them, and the button.
type FormCheck struct {
	*Form
	Who *Contribute // who sends it
}

// Need lists the names of the parties that the reader may speak for.
func (v *FormCheck) Need() []cite.Position { return v.Who.Need() }

// Fill gives them.
func (v *FormCheck) Fill(words map[cite.Position]cite.Words) { v.Who.Fill(words) }

// Title is the page's title.
func (v *FormCheck) Title(f *frame.Frame) string { return v.titled(f, v.checkName(f)) }

// shut reports whether nothing can be sent any more and nothing is filled in.
func (v *Form) shut() bool { return v.Call.Over() && v.Answered == 0 }

// keptHere says that what was filled in is still there; "" where nothing is.
func (v *Form) keptHere(f *frame.Frame) string {
	if v.Answered == 0 {
		return ""
	}
	return f.T("form.kept_here")
}

// checkName is what the way to the last page is called: where nothing can be sent, it does not say so.
func (v *Form) checkName(f *frame.Frame) string {
	if v.Call.Over() {
		return f.T("form.check_title")
	}
	return f.T("form.check")
}
