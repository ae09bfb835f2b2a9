package script

import (
	"testing"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/life"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
)

// TestTown counts the demonstration's second conversation: in French and Arabic only, with categories of its own and
// without subject areas, a form of twelve questions that is open now, sixty contributions, half of them answered.
func TestTown(t *testing.T) {
	w := newWorld(t)
	defer func() { _ = w.sec.Close() }()
	r, err := Town(t.Context(), w.sec, fixed)
	if err != nil {
		t.Fatal(err)
	}
	all := contributionsOf(t, w, r)
	if _, err := w.sec.Read(t.Context(), TownSlug, func(st *conversation.State) error {
		theTown(t, st)
		theVoices(t, st, all)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	w.proves(TownSlug)
}

func theTown(t *testing.T, st *conversation.State) {
	t.Helper()
	if !st.Demonstration || !st.Maps.Off || len(st.Languages) != 2 || len(st.Subjects)+len(st.Crosscutting)+len(st.Groups)+len(st.Countries) != 0 || len(st.Categories) != 5 {
		t.Errorf("settled: %+v", st.Settings)
	}
	open := life.OpenAt(st.Consultation, fixed)
	if len(open) != 2 {
		t.Fatalf("%d calls are open", len(open))
	}
	theQuestions(t, st, open[1].Ref)
	form, ok := st.Questions.Form(open[0].Ref)
	if !ok || form.Len() != 12 || !form.Alone {
		t.Errorf("the form: %+v", form)
	}
	both := func(what string, x locale.Text) {
		t.Helper()
		if x.In[locale.French] == "" || x.In[locale.Arabic] == "" || len(x.In) != 2 {
			t.Errorf("%s is not in French and Arabic, or in more: %v", what, x.In)
		}
	}
	both("the title", st.Title)
	both("the lead", st.Lead)
	both("the contact", st.Contact)
	both("the call", open[0].Title)
	both("the call", open[0].Text)
	for _, c := range st.Categories {
		both("a category", c.Name)
	}
	for _, s := range st.Stages {
		both("a stage", s.Title)
	}
	for _, s := range form.Sections {
		both("a section", s.Title)
		for _, q := range s.Questions {
			both("a question", q.Text)
			for _, o := range q.Options {
				both("an option", o)
			}
		}
	}
	e, _ := st.Papers.Edition("p1.e1")
	for _, x := range e.Elements {
		both("the note", x.Text)
	}
}

// theQuestions looks at the questions that the town gathers: some in a question, one left out, some that wait.
func theQuestions(t *testing.T, st *conversation.State, call cite.Ref) {
	t.Helper()
	if _, gathers := st.Formulation.Gathering(call); !gathers {
		t.Fatalf("%s gathers nothing", call)
	}
	questions := st.Formulation.Questions(call)
	if len(questions) != 2 || len(questions[0].Now().Of) != 2 || !questions[1].Now().AsProposed() {
		t.Errorf("the questions: %+v", questions)
	}
	all, _ := st.Consultation.Points(consultation.PointQuery{Call: call}, 100)
	open, _ := st.Consultation.Points(consultation.PointQuery{Call: call, Open: true}, 100)
	if len(all) != 8 || len(open) != 4 {
		t.Errorf("%d proposals, %d wait", len(all), len(open))
	}
}

func theVoices(t *testing.T, st *conversation.State, all []told) {
	t.Helper()
	tally := st.Consultation.Tally("k1")
	if tally.Received != 60 || tally.Pending != 3 || tally.Published != 57 {
		t.Errorf("%+v", tally)
	}
	langs, chose, lines, long, worded := map[locale.Lang]int{}, 0, 0, 0, 0
	for _, c := range all {
		langs[c.lang]++
		if len(st.Questions.Chosen(c.Ref)) > 0 {
			chose++
		}
		switch n := wordsIn(c.text); {
		case n > 0 && n <= 15:
			lines++
		case n >= 80:
			long++
		}
		for n := 1; n <= c.Parts; n++ {
			if st.Consultation.Part(c.Ref, n).Wording > 0 {
				worded++
			}
		}
	}
	t.Logf("in %v, %d chose, %d of one line, %d long, %d with wording", langs, chose, lines, long, worded)
	a := st.Consultation.AnswerCounts(cite.None)
	a.Answered, a.Unanswered = a.Answered-4, a.Unanswered-4 // of the questions that were proposed
	if of := a.Answered + a.Unanswered; 2*a.Answered < of-6 || 2*a.Answered > of+16 {
		t.Errorf("%d of %d points are answered", a.Answered, of)
	}
	for o := range consultation.Outcomes {
		t.Log(consultation.Outcomes[o], a.By[o+1])
	}
}
