package part

import (
	"slices"
	"strconv"
	"strings"

	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/markup"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/questionnaire"
)

// TextsOfCalls names the texts of calls and of their questions at the translators' desk.
const TextsOfCalls = "calls"

// Lack is a text that says nothing in some languages of the conversation: there readers are shown the original.
type Lack struct {
	Says string // how it is called, as a translators' desk calls it
	N, M int
	Text string        // its beginning
	In   []locale.Lang // in which it says nothing
	From locale.Lang   // of the original
}

// Lacks are the texts that lack a language, before they are saved or opened.
type Lacks []Lack

// Add adds a text by its name, where it lacks a language.
func (v *Lacks) Add(name string, t locale.Text, languages []locale.Lang, called func(string) (string, int, int)) {
	if in := t.Lacking(languages); len(in) > 0 {
		x := Lack{In: in, From: t.Original, Text: frame.Shorten(markup.Plain(t.String()), lackWords)}
		x.Says, x.N, x.M = called(name)
		*v = append(*v, x)
	}
}

// lackWords is how much of a text is said, in characters.
const lackWords = 40

// QuestionLacks are the questions of a form that lack a language, which text and which language.
func QuestionLacks(form *questionnaire.Form, languages []locale.Lang) (out Lacks) {
	for _, name := range form.TextNames() {
		t, _ := form.Text(name)
		out.Add(name, t, languages, TextName)
	}
	return out
}

// TextName is how a text of a call, of its questions or of the settings is called, and the numbers in that name:
// "q2 option 3" is an option of question 2, the third; "stage 4 outcome" what came of stage 4.
func TextName(name string) (says string, n, m int) {
	what, rest, _ := strings.Cut(name, " ")
	switch {
	case what == "document", what == "stage":
		number, more, _ := strings.Cut(rest, " ")
		if n, _ = strconv.Atoi(number); more != "" {
			what += "_" + more
		}
		return "desk.text." + what, n, 0
	case len(what) > 1 && (what[0] == 'q' || what[0] == 's') && strings.Trim(what[1:], "0123456789") == "":
		n, _ = strconv.Atoi(what[1:])
		says = map[byte]string{'q': "question", 's': "section"}[what[0]]
		more, number, _ := strings.Cut(rest, " ")
		if m, _ = strconv.Atoi(number); more != "" {
			says += "_" + more
		} else if says == "question" {
			says = "asked"
		}
		return "desk.text." + says, n, m
	}
	return "desk.text." + what, 0, 0
}

// Before are the texts, and behind them those of others that have other names.
func (v Lacks) Before(others Lacks) Lacks {
	return append(slices.Clip(v), slices.DeleteFunc(slices.Clone(others), func(x Lack) bool {
		return slices.ContainsFunc(v, func(y Lack) bool { return x.name(locale.English) == y.name(locale.English) && x.Text == y.Text })
	})...)
}

// Key tells whether a person was told of just these.
func (v Lacks) Key() string {
	var b strings.Builder
	for _, x := range v {
		b.WriteString(x.name(locale.English))
		for _, l := range x.In {
			b.WriteString(" " + string(l))
		}
		b.WriteString(";")
	}
	return b.String()
}

// name is how the text is called.
func (x Lack) name(l locale.Lang) string { return l.T(x.Says, "n", x.N, "m", x.M) }

// row says of a text in which languages it says nothing, and in which it is shown there.
func (x Lack) row(f *frame.Frame) string {
	in := make([]string, len(x.In))
	for i, l := range x.In {
		in[i] = l.NameIn(f.Lang)
	}
	return f.T("desk.lacks.row", "what", x.name(f.Lang), "text", x.Text, "languages", f.Lang.List(in), "language", x.From)
}

// lacksInSight is how many texts stand in sight; the others are behind one press.
const lacksInSight = 6

// parts are the texts that stand in sight, and the others.
func (v Lacks) parts() (sight, rest Lacks) {
	n := min(len(v), lacksInSight)
	if len(v) == n+1 {
		n++
	}
	return slices.Clip(v[:n]), v[n:]
}
