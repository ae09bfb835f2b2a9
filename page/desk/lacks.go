package desk

import (
	"strings"

	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/life"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
)

// Lacks are the texts that lack a language, before they are saved or opened.
type Lacks = part.Lacks

// callLacks are the texts of a call that lack a language, and those of its questions.
func callLacks(st *conversation.Reading, k consultation.Call) (out Lacks) {
	for _, name := range life.TextNames(&k) {
		t, _ := life.Text(&k, name)
		out.Add(name, t, st.Languages, part.TextName)
	}
	if form, ok := st.Consultation.Questions(k.Ref); ok {
		out = append(out, part.QuestionLacks(form, st.Languages)...)
	}
	return out
}

// settledLacks are the texts of what is settled that lack a language: those of the calendar, or all others.
func settledLacks(st *conversation.Reading, calendar bool) (out Lacks) {
	for _, name := range st.TextNames() {
		if strings.HasPrefix(name, "stage ") == calendar {
			t, _ := st.Text(name)
			out.Add(name, t, st.Languages, nameOfSettled)
		}
	}
	return out
}

// FormLacks are the texts of a form that lack a language as they stand in it: of a label of a list, "categories", of "stage 4", or
// of the conversation itself, "".
func FormLacks(of string, texts ...frame.Tongues) (out Lacks) {
	for _, x := range texts {
		name, t, languages := x.Name, locale.Text{In: map[locale.Lang]string{}}, []locale.Lang(nil)
		if what, _, _ := strings.Cut(name, "-"); of != "" {
			name = strings.TrimSuffix(strings.TrimSuffix(of+" "+what, " title"), " name")
		}
		for _, r := range x.Rows {
			if t.In[r.Lang], languages = r.Value, append(languages, r.Lang); r.State == "original" {
				t.Original = r.Lang
			}
		}
		out.Add(name, t, languages, nameOfSettled)
	}
	return out
}
