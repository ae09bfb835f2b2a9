// Package template holds what a conversation may begin with: the calendars of processes, and the labels that a form
// offers for the kinds of parties, their groups and the subject areas. They are proposals. Whoever convenes may take
// them, change them or leave them, and afterwards the conversation knows only what was taken.
package template

import (
	"slices"
	"strconv"
	"strings"

	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
)

// The templates of a process: each is a calendar that a conversation may begin with.
const (
	Conversation = "conversation" // a session, a draft paper and its call, a revised paper, a second session
	Consultation = "consultation" // one paper and one call
	Meeting      = "meeting"      // the documents of a meeting, and its report
)

// Names lists the templates; their names stand in the catalogues under "desk.template.".
var Names = []string{Conversation, Consultation, Meeting}

// calendars are the stages of each template. A stage's title stands in the catalogues under "desk.stage.".
var calendars = map[string][]struct {
	kind, key string
	from, to  bool // the start is its first day, the deadline its last
}{
	Conversation: {{"session", "first_session", true, false}, {"paper", "draft_paper", false, false}, {"call", "call", false, true}, {"paper", "revised_paper", false, false},
		{"session", "second_session", false, false}, {"considerations", "considerations", false, false}},
	Consultation: {{"paper", "paper", false, false}, {"call", "call", true, true}, {"considerations", "summary", false, false}},
	Meeting:      {{"paper", "documents", false, false}, {"session", "meeting", true, true}, {"review", "report", false, false}},
}

// Stages are the stages of a template, all planned. Two days are known when a conversation begins, its
// start and its deadline (2026-03-02); they stand at the stages that bear them. ok is false where there is no
// such template.
func Stages(template, start, deadline string, original locale.Lang) (stages []conversation.Stage, ok bool) {
	calendar, ok := calendars[template]
	for _, p := range calendar {
		st := conversation.Stage{Kind: p.kind, Title: everywhere("desk.stage."+p.key, original), State: conversation.Planned}
		if p.from {
			st.From = start
		}
		if p.to {
			st.To = deadline
		}
		stages = append(stages, st)
	}
	return stages, ok
}

// Label is one that a conversation may begin with. Its name stands in the catalogues.
type Label struct {
	ID, Key string
	State   bool // the category of member states
	Person  bool // a category of persons, not of bodies
}

// The labels that a form offers. Whoever convenes may take them, leave them, and add others.
var (
	Categories = labels("category", "member_state", "igo", "ngo", "industry", "academia", "individual")
	Groups     = labels("group", "african_group", "asia_pacific_group", "cebs", "caceec", "grulac", "group_b", "china")
	Subjects   = labels("subject", "patents", "copyright", "related_rights", "designs", "trademarks", "trade_secrets", "data", "geographical_indications", "plant_varieties", "layout_designs")

	// The questions that run through all subject areas are no field of the form: every conversation from a
	// template begins with these rows of the overview.
	crosscutting = labels("crosscutting", "author", "subject", "use", "disclosure", "liability", "new_rights", "dignity", "capacity", "administration")
)

func labels(kind string, ids ...string) []Label {
	out := make([]Label, len(ids))
	for i, id := range ids {
		out[i] = Label{ID: id, Key: "desk." + kind + "." + id, State: id == "member_state", Person: id == "individual"}
	}
	return out
}

// Name is the label's name in all six languages.
func (p Label) Name(original locale.Lang) locale.Text { return everywhere(p.Key, original) }

// Find finds the label that has a name in any language, in capitals or not.
func Find(labels []Label, name string) (Label, bool) {
	i := slices.IndexFunc(labels, func(p Label) bool {
		return slices.ContainsFunc(locale.All, func(l locale.Lang) bool { return strings.EqualFold(name, l.T(p.Key)) })
	})
	if i < 0 {
		return Label{}, false
	}
	return labels[i], true
}

// StartingCategories are the categories of parties that a conversation begins with where nobody names others,
// in all six languages.
func StartingCategories(original locale.Lang) []conversation.Label {
	out := make([]conversation.Label, len(Categories))
	for i, p := range Categories {
		out[i] = conversation.Label{ID: p.ID, Name: p.Name(original), Body: !p.Person, State: p.State}
	}
	return out
}

// StartingCrosscutting are the questions that run through all subject areas, in all six languages.
func StartingCrosscutting(original locale.Lang) []conversation.Label {
	out := make([]conversation.Label, len(crosscutting))
	for i, p := range crosscutting {
		out[i] = conversation.Label{ID: p.ID, Name: p.Name(original)}
	}
	return out
}

// everywhere is a sentence of the catalogue in all six languages.
func everywhere(key string, original locale.Lang) locale.Text {
	t := locale.Text{Original: original, In: map[locale.Lang]string{}}
	for _, l := range locale.All {
		t.In[l] = l.T(key)
	}
	return t
}

// LabelID makes an id for the n-th label of a list ("categories"), from its name or, where that has no Latin
// letters, from the name of the list ("categorie_3").
func LabelID(name, list string, n int) string {
	if id := conversation.LabelIDOf(name); id != "" {
		return id
	}
	return strings.TrimSuffix(list, "s") + "_" + strconv.Itoa(n)
}
