package conversation

import (
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/questionnaire"
)

// Questions finds the questions that a call asks beside its paper.
func (c ConsultationReading) Questions(call cite.Ref) (*questionnaire.Form, bool) {
	return c.r.noted(call).Questions.Form(call)
}

// QuestionsFixed reports whether somebody has answered the questions of a call, so that they do not change any more.
func (c ConsultationReading) QuestionsFixed(call cite.Ref) bool {
	return c.r.noted(call, AnyContribution).Questions.Begun(call)
}

// Chosen is what a contribution chose at the questions of its call; none where the audience may not read it.
func (c ConsultationReading) Chosen(x cite.Ref) []cite.Choice {
	//mutants:guard what somebody chose is for those who may read it
	if !c.readable(x) {
		return nil
	}
	return c.r.state.Questions.Chosen(x)
}

// chosenAt asks what was counted of a call.
type chosenAt struct{ call cite.Ref }

// ChoiceCounts counts what the published contributions to a call chose: all of them together, and those of each category
// in the order of the conversation. A category that took the place of others counts what was sent in these. It is not ok
// for a call without questions.
func (c ConsultationReading) ChoiceCounts(call cite.Ref) (all questionnaire.Counts, by []questionnaire.Counts, ok bool) {
	c.r.note(call, AnyContribution)
	type counted struct {
		all questionnaire.Counts
		by  []questionnaire.Counts
	}
	is := keep(c.r.state, chosenAt{call}, func() (is counted) {
		var ids []string
		for _, l := range c.r.state.Categories {
			ids = append(ids, l.ID)
		}
		is.all, is.by = c.r.state.Questions.CountsBy(call, ids, c.book().CategoryName, func(n int) (category uint16, published bool) {
			status, category := c.book().Standing(n)
			return category, status == consultation.Published
		})
		return is
	})
	return is.all, is.by, is.by != nil
}
