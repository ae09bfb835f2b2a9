package consult

import (
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/questionnaire"
)

// CallPage is the page of one call.
type CallPage struct {
	part.Call
	PaperRow *part.PaperRow `json:"paper_edition,omitempty"`
	// Accredits: accreditation may be requested, by which somebody speaks for a party.
	Accredits bool `json:"accreditation_open,omitempty"`
	// Turns are what became of it since it was announced, oldest first.
	Turns []part.Turn `json:"turns,omitempty"`
	// Documents belong to it, oldest first.
	Documents []part.CallDocument `json:"documents,omitempty"`
	// Questions are those that the call asks beside its paper, with what the published contributions chose.
	Questions []QuestionCount `json:"questions,omitempty"`
	// Rounds are those of replies to its points, oldest first.
	Rounds []part.Call `json:"rounds_of_replies,omitempty"`
	// Answered is the call whose points are replied to, in a round of replies.
	Answered *part.Call `json:"-"`
	// Answering is how many published contributions answer at least one of them.
	Answering int `json:"answering,omitempty"`
	// Whole: there is a form with all its questions, its own and the paper's.
	Whole bool                `json:"-"`
	Until time.Time           `json:"-"`
	once  frame.LocalizedText // what its questions are, where all are the same
}

// QuestionCount is a question of a call's own, with what was chosen there.
type QuestionCount struct {
	part.Question
	// Answered is how many published contributions chose something.
	Answered int `json:"answered"`
	// Chosen counts what they chose: each option, step or stance, in order.
	Chosen []int `json:"chosen,omitempty"`
	// Declined is how many do not answer on purpose.
	Declined int `json:"declined,omitempty"`
	// Worded is how many answer in words.
	Worded int `json:"worded,omitempty"`
	// NotAsked is how many were not asked it, because of what they chose before.
	NotAsked int `json:"not_asked,omitempty"`
}

// asked adds the questions of the call, and what was chosen.
func (v *CallPage) asked(st *conversation.Reading, l locale.Lang) {
	form, ok := st.Consultation.Questions(v.Ref)
	if !ok {
		return
	}
	counts, _, _ := st.Consultation.ChoiceCounts(v.Ref)
	v.Answering = counts.Of
	for i, c := range counts.Questions {
		q, _ := form.Question(i + 1)
		asked := part.NewQuestion(q, i+1, l)
		asked.Text = part.FormText(form, questionnaire.QuestionField(i+1), l)
		v.Questions = append(v.Questions, QuestionCount{asked, c.Chose, c.Picks, c.Declined, c.Worded, c.NotAsked})
	}
	var all []*frame.LocalizedText
	for i := range v.Questions {
		all = append(all, &v.Questions[i].Text)
	}
	v.once = frame.Together(all)
}

// NewCallPage builds the page.
func NewCallPage(st *conversation.Reading, ref cite.Ref, l locale.Lang) (*CallPage, bool) {
	k, ok := st.Consultation.Call(ref)
	if !ok {
		return nil, false
	}
	v := &CallPage{Call: part.NewCall(st, k, l), Turns: part.NewTurns(k), Documents: part.NewCallDocuments(k, l), Accredits: st.Roll.Accreditation().Offer().Open()}
	if e, ok := st.Papers.Edition(k.Edition); ok {
		r := part.NewPaperRow(e, l)
		r.Name = part.PassageText(st, e, paper.TitlePassage, l)
		v.PaperRow = &r
	}
	for _, r := range st.Replies.Rounds(ref) {
		if k, ok := st.Consultation.Call(r.Call); ok {
			v.Rounds = append(v.Rounds, part.NewCall(st, k, l))
		}
	}
	if k, ok := st.Consultation.Call(v.RepliesTo); ok {
		of := part.NewCall(st, k, l)
		v.Answered = &of
	}
	v.asked(st, l)
	v.Whole = part.HasForm(st, &v.Call)
	return v, true
}

// Need lists where the reasons stand.
func (v *CallPage) Need() (out []cite.Position) {
	for i := range v.Turns {
		out = append(out, v.Turns[i].Need()...)
	}
	return out
}

// Fill gives them.
func (v *CallPage) Fill(words map[cite.Position]cite.Words) {
	for i := range v.Turns {
		v.Turns[i].Fill(words)
	}
}

// Title is the page's title.
func (v *CallPage) Title(*frame.Frame) string { return v.Name.Text }
