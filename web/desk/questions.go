package desk

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/asking"
	view "github.com/openplenary/plenary/page/desk"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/questionnaire"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/web/serve"
)

// questions shows the questions of a call as they can be set.
func (q *request) questions() error { return q.showQuestions(http.StatusOK, nil) }

// showQuestions shows them, as they were typed where typed is something.
func (q *request) showQuestions(status int, typed *asking.QuestionsWriting) error {
	return q.deskShow(status, q.questionsView(typed))
}

func (q *request) questionsView(typed *asking.QuestionsWriting) func(*conversation.Reading) (frame.View, error) {
	return func(st *conversation.Reading) (frame.View, error) {
		v, ok := asking.NewQuestions(st, q.Ref(), q.Lang)
		if !ok {
			return nil, serve.NotFound()
		}
		if typed != nil {
			v.Form = *typed
		}
		return v, nil
	}
}

// questionsTyped reads the form. The first language that has words is the original.
func questionsTyped(v url.Values, langs []locale.Lang) (w asking.QuestionsWriting) {
	text := func(name string) locale.Text {
		t := locale.Text{In: map[locale.Lang]string{}}
		for _, l := range langs {
			if s := v.Get(name + "-" + string(l)); strings.TrimSpace(s) != "" {
				t.In[l] = s
				if t.Original == "" {
					t.Original = l
				}
			}
		}
		return t
	}
	n := 0
	w.Alone = v.Get("alone") != ""
	for i := 1; i <= questionnaire.MaxSections+1 && v.Has("s"+strconv.Itoa(i)); i++ {
		id := "s" + strconv.Itoa(i)
		s := asking.SectionWriting{Title: text(id + "-title"), Text: text(id + "-text"), If: conditionTyped(v, id)}
		holds, _ := strconv.Atoi(v.Get(id))
		for range min(holds, questionnaire.MaxQuestions+1) {
			n++
			id := questionnaire.QuestionField(n)
			if !v.Has(id + "-kind") {
				break
			}
			s.Questions = append(s.Questions, asking.QuestionWriting{Kind: v.Get(id + "-kind"), Ask: text(id + "-ask"), Hint: text(id + "-hint"), Low: text(id + "-low"), High: text(id + "-high"),
				Options: text(id + "-options"), Rows: text(id + "-rows"), Unit: text(id + "-unit"), Most: v.Get(id + "-most"), Steps: v.Get(id + "-steps"),
				Least: v.Get(id + "-least"), Greatest: v.Get(id + "-greatest"), Words: v.Get(id+"-words") != "", Whole: v.Get(id+"-whole") != "",
				Required: v.Get(id+"-required") != "", Declines: v.Get(id+"-declines") != "", On: v.Get(id + "-on"), If: conditionTyped(v, id), Was: n})
		}
		w.Sections = append(w.Sections, s)
	}
	return w
}

// conditionTyped reads of whom something is asked.
func conditionTyped(v url.Values, id string) asking.ConditionWriting {
	return asking.ConditionWriting{Question: v.Get(id + "-if"), Picks: v.Get(id + "-picks")}
}

// at finds a question by its number among all: its section and its place there.
func questionAt(w *asking.QuestionsWriting, n int) (section, place int, ok bool) {
	for i := range w.Sections {
		if have := len(w.Sections[i].Questions); n <= have {
			return i, n - 1, n >= 1
		}
		n -= len(w.Sections[i].Questions)
	}
	return 0, 0, false
}

// changeQuestions does what a button of the form asks for: "add-section", "add-choice-2", "up-q3", "remove-q3",
// "remove-s2".
func changeQuestions(w *asking.QuestionsWriting, do string) {
	verb, what, _ := strings.Cut(do, "-")
	kind, where, _ := strings.Cut(what, "-")
	n := func(s string) int {
		i, _ := strconv.Atoi(strings.TrimLeft(s, "qs"))
		return i
	}
	switch {
	case do == "add-section":
		w.Sections = append(w.Sections, asking.SectionWriting{})
	case verb == "add" && slices.Contains(questionnaire.Kinds, kind) && n(where) >= 1 && n(where) <= len(w.Sections):
		q := asking.QuestionWriting{Kind: kind}
		if kind == questionnaire.Scale {
			q.Steps = "5"
		}
		s := &w.Sections[n(where)-1]
		s.Questions = append(s.Questions, q)
	case verb == "remove" && strings.HasPrefix(what, "s") && n(what) >= 1 && n(what) <= len(w.Sections):
		w.Sections = slices.Delete(w.Sections, n(what)-1, n(what))
	case verb == "remove":
		if i, j, ok := questionAt(w, n(what)); ok {
			w.Sections[i].Questions = slices.Delete(w.Sections[i].Questions, j, j+1)
		}
	case verb == "up":
		i, j, ok := questionAt(w, n(what))
		switch {
		case !ok:
		case j > 0:
			qs := w.Sections[i].Questions
			qs[j-1], qs[j] = qs[j], qs[j-1]
		case i > 0: // into the section before
			q := w.Sections[i].Questions[0]
			w.Sections[i].Questions = slices.Delete(w.Sections[i].Questions, 0, 1)
			w.Sections[i-1].Questions = append(w.Sections[i-1].Questions, q)
		}
	}
}

// untold stops once before texts are saved that lack a language, unless the page of the form said so: whoever saves sees then
// which texts these are.
func untold(v url.Values, lacks view.Lacks) refusal.Several {
	if v.Has("lacks") && len(lacks) > 0 && lacks.Key() != v.Get("lacks") {
		return refusal.Several{refusal.New(refusal.Invalid, "questionnaire.lacks", "n", len(lacks))}
	}
	return nil
}

// untoldOf is untold for what nothing else would be refused of.
func (q *request) untoldOf(v url.Values, command any, lacks view.Lacks) (no refusal.Several, err error) {
	a, err := q.Ask(command, "")
	if err != nil {
		return nil, err
	}
	return no, q.Look(func(st *conversation.Reading) error {
		if st.Refused(a) == nil {
			no = untold(v, lacks)
		}
		return nil
	})
}

// postQuestions changes the form, or sets the questions.
func (q *request) postQuestions() error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	var langs []locale.Lang
	if err := q.Look(func(st *conversation.Reading) error {
		langs = st.Languages
		return nil
	}); err != nil {
		return err
	}
	if what, ok := strings.CutPrefix(v.Get("do"), "withdraw-q"); ok {
		return q.withdrawOption(v, what)
	}
	w := questionsTyped(v, langs)
	if do := v.Get("do"); do != "save" && do != "" {
		changeQuestions(&w, do)
		w.Moved()
		if serve.ValidNonce(v.Get("token")) {
			q.Frame.Token = v.Get("token")
		}
		return q.showQuestions(http.StatusOK, &w)
	}
	var no refusal.Several
	command := w.Command(q.Ref())
	if _, err := conversation.Check(command); err == nil {
		no = untold(v, w.Lacks(q.Ref(), langs))
	}
	answer, rs, err := q.deskDo(v, command, no)
	if err != nil {
		return err
	}
	if len(rs) > 0 {
		return q.deskAgain(rs, v.Get("token"), q.questionsView(&w))
	}
	return q.See(q.In("/"+string(q.Ref())) + "?after=" + strconv.FormatInt(int64(answer.Last), 10))
}

// withdrawOption withdraws a choice, "2-3" for the third of question 2.
func (q *request) withdrawOption(v url.Values, what string) error {
	question, option, _ := strings.Cut(what, "-")
	c := questionnaire.WithdrawOption{Call: q.Ref()}
	c.Question, _ = strconv.Atoi(question)
	c.Option, _ = strconv.Atoi(option)
	answer, rs, err := q.deskDo(v, c, nil)
	if err != nil {
		return err
	}
	if len(rs) > 0 {
		return q.deskAgain(rs, v.Get("token"), q.questionsView(nil))
	}
	return q.deskSee("/calls/"+string(q.Ref())+"/questions", answer.Last, "option_withdrawn", "q"+question)
}
