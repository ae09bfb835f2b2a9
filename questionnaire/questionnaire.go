package questionnaire

import (
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// The kinds of questions.
const (
	Words   = "text"    // answered in words alone
	One     = "choice"  // one of its options
	Several = "choices" // some of its options
	Scale   = "scale"   // a step of a scale, or none on purpose
	Stance  = "stance"  // yes, in part, no, or that the question is wrong
	Ranking = "ranking" // a place for each of its options, or for some; equal places are ties
	Number  = "number"  // a number, perhaps with a unit and between bounds
	Date    = "date"    // a day of the calendar, perhaps between bounds
	Table   = "table"   // short words in the cells of a table: rows and columns are given
	File    = "file"    // files of the contribution
)

// Kinds lists the kinds.
var Kinds = []string{Words, One, Several, Scale, Stance, Ranking, Number, Date, Table, File}

// Bounds of a questionnaire.
const (
	MaxQuestions = 60
	MaxSections  = 20
	MaxOptions   = 20
	MinSteps     = 2
	MaxSteps     = 10
	MaxRows      = 20  // of a table
	MaxColumns   = 8   // of a table
	MaxCell      = 200 // characters of a cell
	MaxFiles     = 5   // of a contribution
	stances      = 4   // yes, in part, no, wrong question
)

// Question is one question.
type Question struct {
	Kind     string        `json:"kind"`               // one of Kinds
	Text     locale.Text   `json:"text"`               // what is asked, at most input.MaxOutcome characters in each language
	Hint     locale.Text   `json:"hint,omitzero"`      // beside it; may be empty
	Options  []locale.Text `json:"options,omitempty"`  // of One, Several and Ranking; of Table its columns. At most input.MaxName characters each
	Rows     []locale.Text `json:"rows,omitempty"`     // of Table, at most input.MaxName characters each
	Most     int           `json:"most,omitempty"`     // of Several: how many may be chosen, 0 for any number
	Steps    int           `json:"steps,omitempty"`    // of Scale, MinSteps to MaxSteps
	Low      locale.Text   `json:"low,omitzero"`       // what the first step means
	High     locale.Text   `json:"high,omitzero"`      // what the last step means
	Unit     locale.Text   `json:"unit,omitzero"`      // of Number: what is counted or measured in, at most input.MaxName characters; may be empty
	Whole    bool          `json:"whole,omitempty"`    // of Number: only whole numbers
	Least    string        `json:"least,omitempty"`    // of Number, such as "-1.5", and Date, such as "2030-01-31"; empty for none
	Greatest string        `json:"greatest,omitempty"` // likewise
	Words    bool          `json:"words,omitempty"`    // words may stand beside what is chosen
	Required bool          `json:"required,omitempty"` // whoever answers any question of the call answers this one, if it is asked of them
	Declines bool          `json:"declines,omitempty"` // that somebody does not know or prefers not to answer is offered, and is an answer; a scale offers it always
	If       Condition     `json:"if,omitzero"`        // of whom it is asked; of all where it is empty
	On       cite.Ref      `json:"on,omitempty"`       // of Stance: the question of the call's paper on which the answer is a stance as well, p3.x17; none for none

	// Withdrawn are the numbers of options that are not offered any more, in the order in which they were withdrawn.
	Withdrawn []int `json:"-"`
}

// Condition says of whom something is asked: of those who chose one of some things at an earlier question, and of whom that
// question was asked itself. Where it is empty, of all.
type Condition struct {
	Question int   `json:"question,omitempty"` // its number; one of the kinds One, Several, Scale or Stance
	Picks    []int `json:"picks,omitempty"`    // numbers of options, steps or stances, in order
}

// Always reports whether there is no condition.
func (c Condition) Always() bool { return c.Question == 0 && len(c.Picks) == 0 }

// InWords reports whether the question takes words.
func (q *Question) InWords() bool { return q.Words || q.Kind == Words || q.Kind == Table }

// Offers reports whether questions of a kind have options.
func Offers(kind string) bool { return kind == One || kind == Several || kind == Ranking }

// Typed reports whether the answer to a kind is a value that is typed.
func Typed(kind string) bool { return kind == Number || kind == Date }

// MayDecline reports whether one can say at the question that one does not know or prefers not to answer.
func (q *Question) MayDecline() bool { return q.Kind == Scale || q.Declines }

// closed reports whether what is chosen at the question is one of few things, so that others may be asked because of it.
func (q *Question) closed() bool {
	return q.Kind == One || q.Kind == Several || q.Kind == Scale || q.Kind == Stance
}

// Offered reports whether an option is offered, by its number; one that was withdrawn is not.
func (q *Question) Offered(option int) bool { return !slices.Contains(q.Withdrawn, option) }

// picks is how many things may be chosen, numbered from 1; 0 where nothing can be.
func (q *Question) picks() int {
	switch q.Kind {
	case One, Several, Ranking:
		return len(q.Options)
	case Scale:
		return q.Steps
	case Stance:
		return stances
	case Table:
		return len(q.Rows) * len(q.Options)
	case File:
		return MaxFiles
	}
	return 0
}

// OnPaper is a stance on a question of a paper, by its name.
type OnPaper struct {
	On     cite.Ref // p3.x17
	Stance string
}

// Stances are the explicit stances that what was chosen at questions of a call is on questions of its paper, where its own stand
// for those.
func (s *State) Stances(call cite.Ref, choices []cite.Choice) (out []OnPaper) {
	form, ok := s.Form(call)
	for _, c := range choices {
		if !ok {
			break
		}
		if q, ok := form.Question(c.Question); ok && q.On != cite.None && len(c.Picks) == 1 && c.Picks[0] >= 1 && c.Picks[0] <= stances {
			out = append(out, OnPaper{q.On, stanceNames[c.Picks[0]-1]})
		}
	}
	return out
}

// On are the questions of the paper for which those of the call stand, with the numbers of these.
func (c Ask) On() iter.Seq2[int, cite.Ref] {
	return func(yield func(int, cite.Ref) bool) {
		form := &Form{Sections: c.Sections}
		for n := 1; n <= form.Len(); n++ {
			if q, _ := form.Question(n); q.On != cite.None && !yield(n, q.On) {
				return
			}
		}
	}
}

// stanceNames are the stances in the order of their numbers.
var stanceNames = [stances]string{"yes", "in_part", "no", "wrong_question"}

// Said names what was chosen at the question, in a language, one thing after another; of a scale it is the number of the
// step, and of a ranking each place with who stands there.
func (q *Question) Said(picks []int, l locale.Lang) string {
	var out []string
	if q.Kind == Ranking && len(picks) > 1 {
		for i, place := range Placed(picks) {
			names := make([]string, len(place))
			for j, n := range place {
				names[j] = q.Named(n, l)
			}
			out = append(out, strconv.Itoa(i+1)+". "+strings.Join(names, ", "))
		}
		return strings.Join(out, "; ")
	}
	for _, n := range picks {
		if n == 0 {
			out = append(out, l.T("form.declined"))
		} else if s := q.Named(n, l); s != "" {
			out = append(out, s)
		}
	}
	return strings.Join(out, "; ")
}

// Answer is what was chosen or typed at the question, in a language: a value as it is kept, with its unit.
func (q *Question) Answer(c cite.Choice, l locale.Lang) string {
	if c.Value == "" {
		return q.Said(c.Picks, l)
	}
	unit, _ := q.Unit.For(l)
	return strings.TrimSpace(c.Value + " " + unit)
}

// Named names one thing that can be chosen, by its number, in a language; of a scale it is the number. It is "" for a
// number that is none.
func (q *Question) Named(n int, l locale.Lang) string {
	switch {
	case n < 1 || n > q.picks():
		return ""
	case q.Kind == Scale:
		return strconv.Itoa(n)
	case q.Kind == Stance:
		return l.T("stance." + stanceNames[n-1])
	case q.Kind == File:
		return l.T("question.file", "n", n)
	case q.Kind == Table:
		row, _ := q.Rows[(n-1)/len(q.Options)].For(l)
		column, _ := q.Options[(n-1)%len(q.Options)].For(l)
		return row + ", " + column
	}
	s, _ := q.Options[n-1].For(l)
	return s
}

// Placed are the numbers of the options on each place of a ranking, the first place first. Only the order of the places
// counts: where nobody stands on one, the next follows. What was left out stands nowhere.
func Placed(places []int) (out [][]int) {
	on := map[int][]int{}
	for i, p := range places {
		if p > 0 {
			on[p] = append(on[p], i+1)
		}
	}
	for _, p := range slices.Sorted(maps.Keys(on)) {
		out = append(out, on[p])
	}
	return out
}

// Section is some questions under a title.
type Section struct {
	Title     locale.Text `json:"title"`
	Text      locale.Text `json:"text,omitzero"` // before its questions; may be empty
	Questions []Question  `json:"questions"`
	If        Condition   `json:"if,omitzero"` // of whom its questions are asked; of all where it is empty
}

// Minutes is how long the section takes, about.
func (s *Section) Minutes() int {
	words := 0
	for i := range s.Questions {
		if s.Questions[i].InWords() {
			words++
		}
	}
	return Minutes(len(s.Questions), words)
}

// Minutes is how long some questions take, about: half a minute for a choice, a minute where words are asked for, and none
// is done in no time.
func Minutes(questions, words int) int { return (1 + questions + words) / 2 }

// Form is the questionnaire of a call.
type Form struct {
	Call     cite.Ref
	Sections []Section
	Alone    bool          // the questions of the paper are not asked in the same form
	Asked    cite.Position // the entry that says so
	Marks    locale.Marks  // what is known of its translations, by the names of its texts
}

// Question finds a question by its number, counted from 1 through all sections.
func (f *Form) Question(n int) (*Question, bool) {
	for i := range f.Sections {
		qs := f.Sections[i].Questions
		if n >= 1 && n <= len(qs) {
			return &qs[n-1], true
		}
		n -= len(qs)
	}
	return nil, false
}

// Len is how many questions there are.
func (f *Form) Len() (n int) {
	for i := range f.Sections {
		n += len(f.Sections[i].Questions)
	}
	return n
}

// Ask sets the questions of a call, in the place of those that were set before. Without sections the call asks nothing
// beside its paper.
type Ask struct {
	Call     cite.Ref
	Sections []Section // none for no questions
	Alone    bool      // the questions of the paper are not asked in the same form
}

// QuestionField is where a form asks for a question, by its number, for refusals.
func QuestionField(n int) string { return "q" + strconv.Itoa(n) }

// Asked: a call asks these questions beside its paper.
type Asked struct {
	Call     cite.Ref  `json:"call"`
	Sections []Section `json:"sections"`
	Alone    bool      `json:"alone,omitempty"`
	By       string    `json:"by,omitempty"`
	At       time.Time `json:"at"`
}

// Describe: pages that show the call ask its questions.
func (f Asked) Describe() cite.Description {
	return cite.Description{Kind: "questionnaire.asked/1", Touches: []cite.Ref{f.Call}, About: cite.Public}
}

// Ask decides. The call was looked up by the conversation.
func (s *State) Ask(act cite.Act, c Ask) (cite.Proposal, error) {
	if s.Begun(c.Call) {
		return cite.Proposal{}, refusal.New(refusal.NotNow, "questionnaire.begun")
	}
	return cite.Proposal{Body: Asked{Call: c.Call, Sections: c.Sections, Alone: c.Alone && len(c.Sections) > 0, By: act.By, At: act.At}}, nil
}

// Apply sets the questions.
func (f *Asked) Apply(s *State, at cite.Entry) error {
	now := &Form{Call: f.Call, Sections: f.Sections, Alone: f.Alone, Asked: at.Position}
	if was, ok := s.Form(f.Call); ok {
		now.Marks = was.marksAfter(now)
	}
	s.forms = slices.DeleteFunc(slices.Clone(s.forms), func(o *Form) bool { return o.Call == f.Call })
	if len(f.Sections) > 0 {
		s.forms = append(s.forms, now)
	}
	if s.counted == nil {
		s.counted = &counted{}
	}
	return nil
}
