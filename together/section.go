package together

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/paper/editor"
)

// Answer is what was filled in at one question of the form of a call. Nothing of it is checked.
type Answer struct {
	// At names the question: "q3" for question 3 of the call's own, "x17" for element 17 of the paper.
	At     string `json:"at"`
	Picks  []int  `json:"picks,omitempty"` // of a question of the call's own that offers choices
	Stance string `json:"stance,omitempty"`
	Text   string `json:"text,omitempty"`
	// Wording is how they would put the element of the paper.
	Wording string `json:"wording,omitempty"`
	// Value is a number or a date, as it was typed.
	Value string `json:"value,omitempty"`
	// Files are none: a draft that several people write brings no files.
	Files []string `json:"files,omitempty"`
}

// Empty reports whether nothing was filled in.
func (a Answer) Empty() bool {
	return len(a.Picks) == 0 && a.Stance == "" && strings.TrimSpace(a.Text+a.Wording+a.Value) == ""
}

// Same reports whether two answers say the same.
func (a Answer) Same(b Answer) bool {
	return slices.Equal(a.Picks, b.Picks) && a.Stance == b.Stance && a.Text == b.Text && a.Wording == b.Wording && a.Value == b.Value
}

// Section is some questions of a form, with what is answered there.
type Section struct {
	ID      string                 `json:"-"`
	Answers []Answer               `json:"answers"`
	By      delegation.Participant `json:"by"` // who wrote in it last
	Version int                    `json:"-"`  // how often it was changed
	At      time.Time              `json:"-"`  // when it was last changed
}

// Answer is what is answered at a question, the empty Answer for nothing.
func (s Section) Answer(at string) Answer { return answerIn(s.Answers, at) }

func answerIn(all []Answer, at string) Answer {
	for _, a := range all {
		if a.At == at {
			return a
		}
	}
	return Answer{At: at}
}

// AnswerAt is what is answered at a question of a draft, in whichever of its sections that was written: where the questions of the call
// were set anew it may stand in another than before. Where several have it, what was written last counts.
func AnswerAt(sections []Section, at string) (a Answer) {
	a.At = at
	var when time.Time
	for _, s := range sections {
		if has := s.Answer(at); !has.Empty() && (a.Empty() || s.At.After(when)) {
			a, when = has, s.At
		}
	}
	return a
}

// Answers are all answers of a draft, each question once, in the order of the questions.
func Answers(sections []Section) (out []Answer) {
	for _, s := range sections {
		for _, a := range s.Answers {
			if answerIn(out, a.At).Empty() && !a.Empty() {
				out = append(out, AnswerAt(sections, a.At))
			}
		}
	}
	ordered(out)
	return out
}

// ordered puts answers into the order of the questions.
func ordered(all []Answer) {
	slices.SortFunc(all, func(a, b Answer) int {
		return cmp.Or(cmp.Compare(a.At[:1], b.At[:1]), cmp.Compare(place(a.At), place(b.At)))
	})
}

// TextOf is the number of a text: how often its sections were changed, and the entry that set the questions of the call, 0 for none:
// an answer to another question is another text. It only grows.
func TextOf(sections []Section, asked cite.Position) int {
	n := int(asked)
	for _, s := range sections {
		n += s.Version
	}
	return n
}

// Merge lays what somebody wrote over what is kept; was is what stood in front of them when they began. Texts are put together
// where the two do not touch; those of tables, which are the questions in whole, are taken as one. Where two touch the same, and
// where two chose otherwise, what is kept stays, and clash is what is kept there.
func Merge(was, kept, mine []Answer, whole ...string) (out, clash []Answer) {
	out = slices.Clone(kept)
	for _, m := range mine {
		had, has := answerIn(was, m.At), answerIn(kept, m.At)
		a, ok := has.merged(had, m, slices.Contains(whole, m.At))
		if !ok {
			clash = append(clash, has)
		}
		if a.Same(has) {
			continue
		}
		out = slices.DeleteFunc(out, func(o Answer) bool { return o.At == a.At })
		if !a.Empty() {
			out = append(out, a)
		}
	}
	ordered(out)
	return out, clash
}

// place is the number of a question.
func place(at string) int {
	n, _ := strconv.Atoi(at[1:])
	return n
}

// merged is an answer that is kept with what somebody made of it who had another in front of them; ok is false where both changed
// the same, and then what is kept stays there.
func (a Answer) merged(had, mine Answer, whole bool) (out Answer, ok bool) {
	out, ok = a, true
	put := func(to *string, had, has, mine string, whole bool) {
		switch {
		case mine == had || mine == has:
			return
		case has == had:
			*to = mine
			return
		}
		both, clean := "", false
		if !whole {
			both, clean = editor.Merge(had, has, mine)
		}
		if ok = ok && clean; clean {
			*to = both
		}
	}
	put(&out.Text, had.Text, a.Text, mine.Text, whole)
	put(&out.Wording, had.Wording, a.Wording, mine.Wording, false)
	put(&out.Stance, had.Stance, a.Stance, mine.Stance, true)
	put(&out.Value, had.Value, a.Value, mine.Value, true)
	switch {
	case slices.Equal(mine.Picks, had.Picks) || slices.Equal(mine.Picks, a.Picks):
	case slices.Equal(a.Picks, had.Picks):
		out.Picks = mine.Picks
	default:
		ok = false
	}
	return out, ok
}

// Clean cleans what was filled in, as far as what is kept must be: it may be longer than what can be sent. The fields of its
// refusals are the names of the questions.
func Clean(answers []Answer) ([]Answer, error) {
	var in input.Check
	out := slices.Clone(answers)
	for i := range out {
		in.If(len(out[i].At) < 2, out[i].At, "form.unreadable")
		in.Text(out[i].At, &out[i].Text, locale.MaxText)
		in.Text(out[i].At, &out[i].Wording, locale.MaxText)
		in.Line(out[i].At, &out[i].Value, locale.MaxText)
	}
	return out, in.Err()
}
