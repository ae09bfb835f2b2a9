package lint_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/questionnaire"
	"github.com/openplenary/plenary/questionnaire/lint"
)

// ask is a question with options, in one language.
func ask(l locale.Lang, kind, text string, options ...string) questionnaire.Question {
	q := questionnaire.Question{Kind: kind, Text: locale.Plain(l, text)}
	for _, o := range options {
		q.Options = append(q.Options, locale.Plain(l, o))
	}
	return q
}

// said are the hints about some questions: "1 leading en: surely".
func said(questions ...questionnaire.Question) string {
	var out []string
	for _, h := range lint.Check(&questionnaire.Form{Sections: []questionnaire.Section{{Questions: questions}}}) {
		out = append(out, fmt.Sprintf("%d %s %s: %s", h.Question, h.Rule, h.Language, h.Found))
	}
	return strings.Join(out, "; ")
}

// TestHints: each rule in each language, and what none of them is about.
func TestHints(t *testing.T) {
	const one, some, scale, text = questionnaire.One, questionnaire.Several, questionnaire.Scale, questionnaire.Words
	for _, c := range []struct {
		q    questionnaire.Question
		want string
	}{
		{ask(locale.English, one, "How often do you cross?", "Never", "Weekly", "Daily"), ""},
		{ask(locale.French, one, "Traversez-vous souvent ?", "Jamais", "Chaque jour"), ""},
		{ask(locale.Russian, scale, "Насколько важно расписание?"), ""},
		{ask(locale.Chinese, one, "您是否乘坐渡轮？", "从不", "每天"), ""},
		{ask(locale.Arabic, one, "كم مرة تعبر النهر؟", "أبداً", "كل يوم"), ""},

		{ask(locale.English, text, "Don’t you think that ferries are slow?"), "1 leading en: don't you"},
		{ask(locale.English, one, "Do you agree that ferries are slow?", "No", "Yes"), "1 leading en: do you agree"},
		{ask(locale.English, text, "What of the course of the river?"), ""},
		{ask(locale.French, text, "N’est-ce pas trop lent ?"), "1 leading fr: n'est-ce pas"},
		{ask(locale.Spanish, text, "¿Por supuesto prefiere el puente?"), "1 leading es: por supuesto"},
		{ask(locale.Russian, text, "Разве паром не слишком медленный?"), "1 leading ru: разве"},
		{ask(locale.Russian, text, "Какие есть разведанные пути?"), ""},
		{ask(locale.Chinese, text, "难道渡轮不慢吗？"), "1 leading zh: 难道"},
		{ask(locale.Arabic, text, "ألا تعتقدُ أن العبّارة بطيئة؟"), "1 leading ar: ألا تعتقد"},

		{ask(locale.English, text, "Is it fast? And is it cheap?"), "1 double en: ? … ?"},
		{ask(locale.English, text, "Is it fast??"), ""},
		{ask(locale.Chinese, text, "快吗？便宜吗？"), "1 double zh: ? … ?"},
		{ask(locale.Arabic, text, "هل هي سريعة؟ هل هي رخيصة؟"), "1 double ar: ? … ?"},
		{ask(locale.English, scale, "How satisfied are you with speed and price?"), "1 double en: and"},
		{ask(locale.English, text, "Say what you think of speed and price."), ""},
		{ask(locale.English, text, "Do you take a bicycle and/or a car?"), "1 double en: and/or"},
		{ask(locale.French, scale, "Que pensez-vous du prix et de la durée ?"), "1 double fr: et"},
		{ask(locale.Spanish, scale, "¿Qué piensa del precio y la duración?"), "1 double es: y"},
		{ask(locale.Russian, scale, "Довольны ли вы ценой и скоростью?"), "1 double ru: и"},
		{ask(locale.Chinese, scale, "您对速度以及价格满意吗？"), "1 double zh: 以及"},
		{ask(locale.Arabic, scale, "ما رأيك في السرعة والسعر؟"), "1 double ar: والسعر"},
		{ask(locale.Arabic, scale, "ما رأيك في وقت العبور؟"), ""},

		{ask(locale.English, one, "Should it stay?", "Yes, as it is", "No"), "1 preferred en: Yes, as it is"},
		{ask(locale.English, one, "Should it stay?", "No", "Yes"), ""},
		{ask(locale.English, one, "Which day?", "Yesterday", "Today"), ""},
		{ask(locale.French, some, "Qu’en est-il ?", "Tout à fait d’accord", "Pas d’accord"), "1 preferred fr: Tout à fait d’accord"},
		{ask(locale.Spanish, one, "¿Debe quedar?", "Sí", "No"), "1 preferred es: Sí"},
		{ask(locale.Russian, one, "Оставить?", "Да", "Нет"), "1 preferred ru: Да"},
		{ask(locale.Russian, one, "Когда?", "Давно", "Недавно"), ""},
		{ask(locale.Chinese, one, "保留吗？", "同意保留", "反对"), "1 preferred zh: 同意保留"},
		{ask(locale.Chinese, one, "哪一个？", "是非题", "选择题"), ""},
		{ask(locale.Arabic, one, "هل يبقى؟", "نعم", "لا"), "1 preferred ar: نعم"},
	} {
		if got := said(c.q); got != c.want {
			t.Errorf("%s: %q, want %q", c.q.Text, got, c.want)
		}
	}
}

// TestLong: a form that says that it takes more than twelve minutes is said to be long.
func TestLong(t *testing.T) {
	q := ask(locale.English, questionnaire.One, "Which?", "A", "B")
	if got := said(slices.Repeat([]questionnaire.Question{q}, 24)...); got != "" { // twelve minutes
		t.Error(got)
	}
	q.Words = true
	hints := lint.Check(&questionnaire.Form{Sections: []questionnaire.Section{{Questions: slices.Repeat([]questionnaire.Question{q}, 13)}}})
	if len(hints) != 1 || hints[0].Rule != lint.Long || hints[0].Minutes != 13 {
		t.Errorf("%+v", hints)
	}
}

// TestOrder: hints come question by question, that of the whole form last.
func TestOrder(t *testing.T) {
	q := questionnaire.Question{Kind: questionnaire.One, Text: locale.Text{Original: locale.English, In: map[locale.Lang]string{locale.English: "Do you agree?", locale.French: "Êtes-vous d’accord ?"}}}
	if got := said(q, ask(locale.English, questionnaire.Words, "Surely?")); got != "1 leading en: do you agree; 1 leading fr: êtes-vous d'accord; 2 leading en: surely" {
		t.Error(got)
	}
}

// TestHidden: what must be answered and is asked of some only is said, whether the question or its section has the condition.
func TestHidden(t *testing.T) {
	q := ask(locale.English, questionnaire.One, "Which?", "A", "B")
	only, must := questionnaire.Condition{Question: 1, Picks: []int{1}}, q
	must.Required = true
	both := must
	both.If = only
	may := q
	may.If = only
	hints := lint.Check(&questionnaire.Form{Sections: []questionnaire.Section{{Questions: []questionnaire.Question{must, both, may}}, {If: only, Questions: []questionnaire.Question{q, must}}}})
	if len(hints) != 2 || hints[0] != (lint.Hint{Rule: lint.Hidden, Question: 2}) || hints[1] != (lint.Hint{Rule: lint.Hidden, Question: 5}) {
		t.Errorf("%+v", hints)
	}
}
