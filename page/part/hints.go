package part

import (
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/questionnaire"
	"github.com/openplenary/plenary/questionnaire/lint"
)

// Hints are what may bend the answers to the questions of a call, said before it is opened. Nothing is refused for them.
type Hints []lint.Hint

// HintsOf are those of questions as they stand in a form.
func HintsOf(sections []questionnaire.Section) Hints {
	return lint.Check(&questionnaire.Form{Sections: sections})
}

// CallHints are those of the questions of a call that nobody has answered: later they cannot be changed.
func CallHints(st *conversation.Reading, call cite.Ref) Hints {
	form, ok := st.Consultation.Questions(call)
	if !ok || st.Consultation.QuestionsFixed(call) {
		return nil
	}
	return lint.Check(form)
}

// hintsInSight is how many hints stand in sight; the others are behind one press.
const hintsInSight = 6

// hintRow says one hint.
func hintRow(f *frame.Frame, h lint.Hint) string {
	if h.Rule == lint.Long {
		return f.T("desk.hint.long", "n", h.Minutes, "max", lint.Most)
	}
	return f.T("desk.hint."+string(h.Rule), "n", h.Question, "language", h.Language.NameIn(f.Lang), "found", h.Found)
}
